"""Functions of lists of numbers, and sums and means of durations (DMN 1.5, table 75)."""

from collections.abc import Callable
from decimal import Decimal, DecimalException
from functools import reduce
from typing import Any

from forms.feel.arithmetic import compute
from forms.feel.environment import State
from forms.feel.errors import Unfit
from forms.feel.functions.registry import built_in
from forms.feel.values import ARITHMETIC, DaysTime, YearsMonths, kind

Statistic = Callable[[State, list[Any]], Any]


def _statistic(name: str) -> Callable[[Statistic], Statistic]:
    """Declare a function that takes a list, or its items as arguments."""

    def declare(implementation: Statistic) -> Statistic:
        def checked(state: State, items: list[Any]) -> Any:
            state.spend(len(items))
            try:
                return implementation(state, items)
            except DecimalException:
                raise Unfit("out_of_range") from None

        built_in(name, "list: list")(checked)
        built_in(name, "n...: any")(checked)
        return implementation

    return declare


def _numbers(items: list[Any]) -> list[Decimal]:
    for item in items:
        if type(item) is not Decimal:
            raise Unfit("bad_argument", reason=f"the list holds a {kind(item)}")
    return items


def _sum(items: list[Decimal]) -> Decimal:
    return reduce(ARITHMETIC.add, items, Decimal(0))


@_statistic("sum")
def total(state: State, items: list[Any]) -> Any:
    """The sum of numbers or of durations; null for an empty list."""
    if not items:
        return None
    if isinstance(items[0], DaysTime | YearsMonths):
        return reduce(lambda one, other: compute("+", one, other, state), items)
    return _sum(_numbers(items))


@_statistic("mean")
def mean(state: State, items: list[Any]) -> Any:
    """The arithmetic mean of numbers or of durations; null for an empty list."""
    if not items:
        return None
    return compute("/", total(state, items), Decimal(len(items)), state)


@_statistic("product")
def product(_state: State, items: list[Any]) -> Decimal | None:
    """The product of numbers; null for an empty list."""
    return reduce(ARITHMETIC.multiply, _numbers(items)) if items else None


@_statistic("median")
def median(_state: State, items: list[Any]) -> Decimal | None:
    """The middle number, or the mean of the two in the middle; null for an empty list."""
    if not items:
        return None
    ordered = sorted(_numbers(items))
    middle = len(ordered) // 2
    if len(ordered) % 2:
        return ordered[middle]
    return ARITHMETIC.divide(ARITHMETIC.add(ordered[middle - 1], ordered[middle]), Decimal(2))


@_statistic("stddev")
def standard_deviation(_state: State, items: list[Any]) -> Decimal | None:
    """The standard deviation of a sample; null for fewer than two numbers."""
    numbers = _numbers(items)
    if len(numbers) < 2:
        return None
    average = ARITHMETIC.divide(_sum(numbers), Decimal(len(numbers)))
    away = [ARITHMETIC.subtract(number, average) for number in numbers]
    squares = _sum([ARITHMETIC.multiply(one, one) for one in away])
    return ARITHMETIC.sqrt(ARITHMETIC.divide(squares, Decimal(len(numbers) - 1)))


@_statistic("mode")
def mode(_state: State, items: list[Any]) -> list[Decimal]:
    """The most frequent numbers, in ascending order."""
    counts: dict[Decimal, int] = {}
    for number in _numbers(items):
        counts[number] = counts.get(number, 0) + 1
    most = max(counts.values(), default=0)
    return sorted(number for number, times in counts.items() if times == most)
