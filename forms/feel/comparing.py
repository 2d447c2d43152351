"""Equality and order (DMN 1.5, tables 53-55). Different kinds are not comparable: the result is null (Unfit here)."""

from collections.abc import Callable
from decimal import Decimal
from typing import Any, Final

from forms.feel.environment import State
from forms.feel.errors import Unfit
from forms.feel.scope import admit
from forms.feel.values import KINDS, SECOND, Date, DateTime, DaysTime, Function, Range, Time, YearsMonths, kind

_PLAIN: Final = frozenset({Decimal, str, bool})
_ZONED: Final = frozenset({Time, DateTime})
_ORDERED: Final[dict[type, Callable[[Any, Any], tuple[Any, Any]]]] = {}


def equal(left: Any, right: Any, state: State) -> bool | None:
    """Whether two values are equal; None where they are of different kinds, or hold such."""
    of_left, of_right = type(left), type(right)
    if left is None or right is None:
        return left is right
    if of_left is of_right and of_left in _PLAIN:
        return bool(left == right)
    if of_left is not of_right or of_left not in KINDS:
        return None if of_left in KINDS and of_right in KINDS else equal(admit(left), admit(right), state)
    if of_left is list:
        return _equal_lists(left, right, state)
    if of_left is dict:
        return _equal_contexts(left, right, state)
    if of_left is Function:
        return left is right
    if of_left is Range:
        return _equal_ranges(left, right, state)
    first, second = _ORDERED[of_left](left, right)
    return bool(first == second) and not _of_two_kinds(left, right)


def _of_two_kinds(left: Any, right: Any) -> bool:
    """Whether only one of two times has a zone: they are ordered as if they were of one, and yet not the same."""
    return type(left) in _ZONED and (left.offset is None) != (right.offset is None)


def same(left: Any, right: Any, state: State) -> bool:
    """Equality for lists of values: different kinds are simply not the same."""
    return equal(left, right, state) is True


def _equal_lists(left: list[Any], right: list[Any], state: State) -> bool | None:
    if len(left) != len(right):
        return False
    state.spend(len(left))
    return _all(equal(one, other, state) for one, other in zip(left, right, strict=True))


def _equal_contexts(left: dict[str, Any], right: dict[str, Any], state: State) -> bool | None:
    if left.keys() != right.keys():
        return False
    state.spend(len(left))
    return _all(equal(value, right[key], state) for key, value in left.items())


def _all(results: Any) -> bool | None:
    unknown = False
    for result in results:
        if result is False:
            return False
        unknown = unknown or result is None
    return None if unknown else True


def _equal_ranges(left: Range, right: Range, state: State) -> bool | None:
    if (left.start_included, left.end_included) != (right.start_included, right.end_included):
        return False
    return _all(iter([equal(left.start, right.start, state), equal(left.end, right.end, state)]))


def order(left: Any, right: Any) -> tuple[Any, Any]:
    """Two Python values that compare as the two FEEL values do. Raises Unfit where there is no order."""
    of_left = type(left)
    if of_left is not type(right):
        if of_left in KINDS and type(right) in KINDS:
            raise Unfit("not_comparable", left=kind(left), right=kind(right))
        return order(admit(left), admit(right))
    if of_left is Decimal or of_left is str:
        return left, right
    pair = _ORDERED.get(of_left)
    if pair is None:
        raise Unfit("not_comparable", left=kind(left), right=kind(right))
    return pair(left, right)


def less(left: Any, right: Any) -> bool:
    """left < right. Raises Unfit."""
    first, second = order(left, right)
    return bool(first < second)


def compare(operator: str, left: Any, right: Any, state: State) -> bool | None:
    """The result of one of = != < <= > >=. Raises Unfit where there is no order between the values."""
    if operator in {"=", "!="}:
        result = equal(left, right, state)
        if result is None:
            raise Unfit("not_comparable", left=kind(left), right=kind(right))
        return result if operator == "=" else not result
    first, second = order(left, right)
    if operator == "<":
        return bool(first < second)
    if operator == "<=":
        return bool(first <= second)
    if operator == ">":
        return bool(first > second)
    return bool(first >= second)


def within(value: Any, limits: Range) -> bool:
    """Whether a value lies in a range. Raises Unfit."""
    if limits.start is not None:
        low, here = order(limits.start, value)
        if not (low < here or (limits.start_included and low == here)):
            return False
    if limits.end is not None:
        here, high = order(value, limits.end)
        if not (here < high or (limits.end_included and here == high)):
            return False
    return True


def _dates(left: Date, right: Date) -> tuple[Any, Any]:
    return (left.year, left.month, left.day), (right.year, right.month, right.day)


def _instants(left: DateTime, right: DateTime) -> tuple[int, int]:
    """Nanoseconds; one without a zone is told in the zone of the other (table 55)."""
    ahead, other = left.offset, right.offset
    if ahead is None or other is None:
        return left.local, right.local
    return left.local - ahead * SECOND, right.local - other * SECOND


def _times(left: Time, right: Time) -> tuple[int, int]:
    ahead, other = left.offset, right.offset
    if ahead is None or other is None:
        return left.nanoseconds, right.nanoseconds
    return left.nanoseconds - ahead * SECOND, right.nanoseconds - other * SECOND


def _durations(left: DaysTime, right: DaysTime) -> tuple[int, int]:
    return left.nanoseconds, right.nanoseconds


def _months(left: YearsMonths, right: YearsMonths) -> tuple[int, int]:
    return left.months, right.months


_ORDERED.update({Date: _dates, DateTime: _instants, Time: _times, DaysTime: _durations, YearsMonths: _months})
