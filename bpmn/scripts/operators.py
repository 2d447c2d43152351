"""Operators: arithmetic in decimals, texts and lists joined and repeated, dates and timedeltas."""

import ast
from collections.abc import Callable, Mapping
from datetime import date, timedelta
from decimal import ROUND_HALF_EVEN, Decimal, DecimalException, Inexact
from typing import Any, Final

from bpmn.scripts.limits import NUMBERS, Budget, ScriptFailed
from bpmn.scripts.values import Value, compare, equal, kind, whole

_EXACT: Final = NUMBERS.copy()
_EXACT.traps[Inexact] = True
_FLOOR: Final = NUMBERS.copy()
_FLOOR.prec = 12_400  # a quotient of any two numbers in whole digits; divisions of larger ones do not occur
LARGEST_POWER: Final = 1_000
_POWER: Final = 500
"""A power can take milliseconds: it counts as so many steps."""

SIGNS: Final[Mapping[type[ast.operator], str]] = {
    ast.Add: "+",
    ast.Sub: "-",
    ast.Mult: "*",
    ast.Div: "/",
    ast.FloorDiv: "//",
    ast.Mod: "%",
    ast.Pow: "**",
}
"""The operators between two values that are run."""


def compute(sign: str, left: Value, right: Value, budget: Budget) -> Value:
    """`left` sign `right`. Raises ScriptFailed where the values do not fit, and ScriptStopped."""
    if isinstance(left, bool | Decimal) and isinstance(right, bool | Decimal):
        if sign == "**":
            budget.step(_POWER)
        return _numbers(sign, Decimal(left), Decimal(right))
    if sign == "+" and type(left) is type(right) and isinstance(left, str | list | tuple):
        (budget.written if isinstance(left, str) else budget.made)(len(left) + len(right))
        return left + right
    if sign == "*" and isinstance(right, str | list | tuple):
        left, right = right, left
    if sign == "*" and isinstance(left, str | list | tuple):
        times = max(0, whole(right, "number of repetitions"))
        (budget.written if isinstance(left, str) else budget.made)(len(left) * times)
        return left * times
    if sign == "%" and isinstance(left, str):
        raise ScriptFailed('Texts are not filled with %: write an f-string, as in f"{name} has {count}".')
    return _moments(sign, left, right)


def _numbers(sign: str, left: Decimal, right: Decimal) -> Decimal:
    try:
        return _NUMBERS[sign](left, right)
    except Inexact:
        raise ScriptFailed("A whole number would have more than 34 digits.") from None
    except DecimalException:
        if sign in ("/", "//", "%") and not right:
            raise ScriptFailed("A number is divided by 0.", kind="ZeroDivisionError") from None
        raise ScriptFailed(f"The result of {sign} is beyond the range of numbers.") from None


def _exactly(
    operation: Callable[[Any, Decimal, Decimal], Decimal],
) -> Callable[[Decimal, Decimal], Decimal]:
    """Whole numbers stay exact or fail, as nobody would see the rounding; others are rounded to 34 digits."""

    def run(left: Decimal, right: Decimal) -> Decimal:
        exact = left == left.to_integral_value() and right == right.to_integral_value()
        # A copy: contexts keep flags, and threads share what stands at the top of a module.
        return operation((_EXACT if exact else NUMBERS).copy(), left, right)

    return run


def _floor(left: Decimal, right: Decimal) -> Decimal:
    if left.adjusted() - right.adjusted() > 33 and right:
        raise ScriptFailed("A whole number would have more than 34 digits.")
    exact = _FLOOR.copy()
    quotient = exact.divide_int(left, right)
    if left and exact.remainder(left, right) and (left < 0) != (right < 0):
        quotient = exact.subtract(quotient, Decimal(1))
    return quotient


def _modulo(left: Decimal, right: Decimal) -> Decimal:
    exact = _FLOOR.copy()
    rest = exact.remainder(left, right)
    return NUMBERS.copy().add(rest, right) if rest and (rest < 0) != (right < 0) else NUMBERS.copy().plus(rest)


def _power(left: Decimal, right: Decimal) -> Decimal:
    if abs(right) > LARGEST_POWER:
        raise ScriptFailed(f"A power above {LARGEST_POWER} is not computed.")
    if not left and not right:
        return Decimal(1)
    if right < 0:
        return NUMBERS.copy().power(left, right)
    return _exactly(lambda context, one, two: context.power(one, two))(left, right)


_NUMBERS: Final[Mapping[str, Callable[[Decimal, Decimal], Decimal]]] = {
    "+": _exactly(lambda context, left, right: context.add(left, right)),
    "-": _exactly(lambda context, left, right: context.subtract(left, right)),
    "*": _exactly(lambda context, left, right: context.multiply(left, right)),
    "/": lambda left, right: NUMBERS.copy().divide(left, right),
    "//": _floor,
    "%": _modulo,
    "**": _power,
}


def _moments(sign: str, left: Value, right: Value) -> Value:
    try:
        if sign == "+" and isinstance(left, timedelta) and isinstance(right, date | timedelta):
            return right + left
        if sign == "+" and isinstance(left, date) and isinstance(right, timedelta):
            return left + right
        if sign == "-" and isinstance(left, date | timedelta) and isinstance(right, timedelta):
            return left - right
        if sign == "-" and isinstance(left, date) and isinstance(right, date):
            return left - right if type(left) is type(right) else _unfit(sign, left, right)
        if sign == "/" and isinstance(left, timedelta) and isinstance(right, timedelta):
            return _numbers("/", _microseconds(left), _microseconds(right))
        if sign == "*" and isinstance(left, Decimal):
            left, right = right, left
        if sign in ("*", "/") and isinstance(left, timedelta) and isinstance(right, Decimal):
            return length_of(_numbers(sign, _microseconds(left), right))
    except OverflowError:
        raise ScriptFailed("A date or timedelta would be out of range.") from None
    except TypeError:
        raise ScriptFailed("One date with time has a zone and the other has none: give both a zone or none.") from None
    return _unfit(sign, left, right)


def _microseconds(length: timedelta) -> Decimal:
    return Decimal(length // timedelta(microseconds=1))


def length_of(microseconds: Decimal) -> timedelta:
    """A timedelta of so many microseconds. Raises ScriptFailed."""
    if microseconds.adjusted() > 20:
        raise ScriptFailed("A timedelta would be out of range.")
    try:
        return timedelta(microseconds=int(microseconds.to_integral_value(ROUND_HALF_EVEN)))
    except OverflowError:
        raise ScriptFailed("A timedelta would be out of range.") from None


def _unfit(sign: str, left: Value, right: Value) -> Value:
    raise ScriptFailed(f"{kind(left)} {sign} {kind(right)} is not possible.")


def negate(value: Value, budget: Budget) -> Value:
    """-value."""
    if isinstance(value, bool | Decimal):
        return Decimal(value).copy_negate() if value else Decimal(0)
    if isinstance(value, timedelta):
        return _moments("*", value, Decimal(-1))
    raise ScriptFailed(f"- {kind(value)} is not possible.")


def contains(container: Value, value: Value, budget: Budget) -> bool:
    """``value in container``."""
    if isinstance(container, str):
        if not isinstance(value, str):
            raise ScriptFailed(f"{kind(value)} cannot be in a text.")
        # The search of Python is linear only mostly: count it as if it were not.
        budget.step((len(container) >> 6) * (1 + (len(value) >> 6)))
        return value in container
    if isinstance(container, dict):
        return isinstance(value, str) and value in container
    if isinstance(container, list | tuple):
        return any(equal(value, item, budget) for item in container)
    raise ScriptFailed(f"Nothing can be in {kind(container)}.")


Comparison = Callable[[Value, Value, Budget], bool]

COMPARISONS: Final[Mapping[type[ast.cmpop], Comparison]] = {
    ast.Eq: equal,
    ast.NotEq: lambda left, right, budget: not equal(left, right, budget),
    ast.Lt: lambda left, right, budget: compare(left, right, budget) < 0,
    ast.LtE: lambda left, right, budget: compare(left, right, budget) <= 0,
    ast.Gt: lambda left, right, budget: compare(left, right, budget) > 0,
    ast.GtE: lambda left, right, budget: compare(left, right, budget) >= 0,
    ast.In: lambda left, right, budget: contains(right, left, budget),
    ast.NotIn: lambda left, right, budget: not contains(right, left, budget),
    ast.Is: lambda left, right, _: left is right,
    ast.IsNot: lambda left, right, _: left is not right,
}
"""The comparisons that are run; ``is`` only with None, True and False, as the check sees to."""
