"""Range functions (DMN 1.5, table 78): how points and ranges lie to each other.

A range open at one side (``< 5``) has no end there; the end then lies beyond every value.
"""

from typing import Any

from forms.feel.comparing import order
from forms.feel.environment import State
from forms.feel.errors import Unfit
from forms.feel.functions.registry import built_in
from forms.feel.values import Range


def _point(value: Any) -> Range:
    """A point as the range that holds nothing else."""
    if value is None or isinstance(value, Range):
        raise Unfit("bad_argument", reason="a point is needed")
    return Range(start=value, end=value, start_included=True, end_included=True)


def _as_range(value: Any) -> Range:
    return value if isinstance(value, Range) else _point(value)


def _starts(one: Range, other: Range) -> int:
    """Which starts first: -1, 0 or 1. Of two with the same value an included start lies before an excluded one."""
    if one.start is None or other.start is None:
        return (one.start is not None) - (other.start is not None)
    first, second = order(one.start, other.start)
    if first != second:
        return -1 if first < second else 1
    return int(other.start_included) - int(one.start_included)


def _ends(one: Range, other: Range) -> int:
    """Which ends first: -1, 0 or 1. Of two with the same value an excluded end lies before an included one."""
    if one.end is None or other.end is None:
        return (other.end is not None) - (one.end is not None)
    first, second = order(one.end, other.end)
    if first != second:
        return -1 if first < second else 1
    return int(one.end_included) - int(other.end_included)


def _before(one: Range, other: Range) -> bool:
    """Whether one ends before the other starts, so that they share nothing."""
    if one.end is None or other.start is None:
        return False
    end, start = order(one.end, other.start)
    return bool(end < start or (end == start and not (one.end_included and other.start_included)))


def _touch(one: Range, other: Range) -> bool:
    if one.end is None or other.start is None or not (one.end_included and other.start_included):
        return False
    end, start = order(one.end, other.start)
    return bool(end == start)


def _within(one: Range, other: Range) -> bool:
    return _starts(other, one) <= 0 and _ends(one, other) <= 0


@built_in("before", "point1: any, point2: any")
@built_in("before", "point: any, range: range")
@built_in("before", "range: range, point: any")
@built_in("before", "range1: range, range2: range")
def before(_state: State, one: Any, other: Any) -> bool:
    """Whether all of one lies before all of the other."""
    return _before(_as_range(one), _as_range(other))


@built_in("after", "point1: any, point2: any")
@built_in("after", "point: any, range: range")
@built_in("after", "range: range, point: any")
@built_in("after", "range1: range, range2: range")
def after(_state: State, one: Any, other: Any) -> bool:
    """Whether all of one lies behind all of the other."""
    return _before(_as_range(other), _as_range(one))


@built_in("meets", "range1: range, range2: range")
def meets(_state: State, one: Range, other: Range) -> bool:
    """Whether the end of one is the start of the other."""
    return _touch(one, other)


@built_in("met by", "range1: range, range2: range")
def met_by(_state: State, one: Range, other: Range) -> bool:
    """Whether the start of one is the end of the other."""
    return _touch(other, one)


@built_in("overlaps", "range1: range, range2: range")
def overlaps(_state: State, one: Range, other: Range) -> bool:
    """Whether they share a value."""
    return not _before(one, other) and not _before(other, one)


@built_in("overlaps before", "range1: range, range2: range")
def overlaps_before(_state: State, one: Range, other: Range) -> bool:
    """Whether one starts first and ends in the other."""
    return _starts(one, other) < 0 and not _before(one, other) and _ends(one, other) <= 0


@built_in("overlaps after", "range1: range, range2: range")
def overlaps_after(_state: State, one: Range, other: Range) -> bool:
    """Whether one starts in the other and ends last."""
    return overlaps_before(_state, other, one)


@built_in("finishes", "point: any, range: range")
@built_in("finishes", "range1: range, range2: range")
def finishes(_state: State, one: Any, other: Range) -> bool:
    """Whether both end together, and one starts no earlier."""
    first = _as_range(one)
    return _ends(first, other) == 0 and _starts(other, first) <= 0


@built_in("finished by", "range: range, point: any")
@built_in("finished by", "range1: range, range2: range")
def finished_by(_state: State, one: Range, other: Any) -> bool:
    """Whether both end together, and the other starts no earlier."""
    return finishes(_state, other, one)


@built_in("includes", "range: range, point: any")
@built_in("includes", "range1: range, range2: range")
def includes(_state: State, one: Range, other: Any) -> bool:
    """Whether all of the other lies in one."""
    return _within(_as_range(other), one)


@built_in("during", "point: any, range: range")
@built_in("during", "range1: range, range2: range")
def during(_state: State, one: Any, other: Range) -> bool:
    """Whether all of one lies in the other."""
    return _within(_as_range(one), other)


@built_in("starts", "point: any, range: range")
@built_in("starts", "range1: range, range2: range")
def starts(_state: State, one: Any, other: Range) -> bool:
    """Whether both start together, and one ends no later."""
    first = _as_range(one)
    return _starts(first, other) == 0 and _ends(first, other) <= 0


@built_in("started by", "range: range, point: any")
@built_in("started by", "range1: range, range2: range")
def started_by(_state: State, one: Range, other: Any) -> bool:
    """Whether both start together, and the other ends no later."""
    return starts(_state, other, one)


@built_in("coincides", "point1: any, point2: any")
@built_in("coincides", "range1: range, range2: range")
def coincides(_state: State, one: Any, other: Any) -> bool:
    """Whether they are the same point, or the same range."""
    if isinstance(one, Range) != isinstance(other, Range):
        raise Unfit("bad_argument", reason="both must be points, or both ranges")
    first, second = _as_range(one), _as_range(other)
    return _starts(first, second) == 0 and _ends(first, second) == 0
