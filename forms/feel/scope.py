"""Where names are looked up while an expression runs, and how values enter and leave FEEL."""

import datetime as python
from collections.abc import Callable, Mapping
from decimal import Decimal
from typing import Any, Final

from forms.feel import values
from forms.feel.environment import State
from forms.feel.errors import FeelLimitExceeded, Unfit
from forms.feel.values import KINDS, Date, DateTime, DaysTime, Function, Range, Time, YearsMonths, kind

PLAIN: Final = frozenset([type(None), bool, Decimal, str])
DEEPEST: Final = 60
"""How deep a result may be nested; process data allows little more (forms.data.DEPTH)."""
_TEMPORAL: Final = (Date, Time, DateTime, DaysTime, YearsMonths)


class Frame:
    """One layer of names: of a loop, a call, a context, a filter; the outermost is the caller's scope, as it is."""

    __slots__ = ("outer", "state", "values")

    def __init__(self, values: Mapping[str, Any], outer: "Frame | None", state: State) -> None:
        self.values = values
        self.outer = outer
        self.state = state


MISSING: Final = object()


def look_up(frame: Frame, name: str) -> Any:
    """The value of a name in the nearest layer that has it, MISSING if none has."""
    at: Frame | None = frame
    while at is not None:
        if name in at.values:
            value = at.values[name]
            return value if type(value) in KINDS else admit(value)
        at = at.outer
    return MISSING


def admit(value: Any) -> Any:
    """A value from outside as FEEL value: Python's numbers, dates, tuples and mappings are turned. Raises Unfit."""
    if type(value) in KINDS:
        return value
    for known, turn in _TURNED:
        if isinstance(value, known):
            return turn(value)
    raise Unfit("not_data", kind=type(value).__name__)


def admitted(value: Any) -> Any:
    """The same for callers outside this package: null for what is no data."""
    try:
        return admit(value)
    except Unfit:
        return None


def taken_in(value: Any, state: State, depth: int = 0) -> Any:
    """A value from anywhere as FEEL value through and through: null, with a Problem, for what is no data.

    Raises FeelLimitExceeded for what is nested too deeply, or holds itself.
    """
    kept = type(value)
    if kept is str or kept is bool or value is None:
        return value
    if depth > DEEPEST:
        raise FeelLimitExceeded("depth", DEEPEST)
    try:
        admitted = admit(value)
        if type(admitted) is Decimal:
            return admit_number(admitted)
    except Unfit as error:
        return state.report(error.code, None, error.parameters)
    if isinstance(admitted, list):
        return [taken_in(item, state, depth + 1) for item in admitted]
    if isinstance(admitted, dict):
        return {str(key): taken_in(item, state, depth + 1) for key, item in admitted.items()}
    return admitted


def _from_date(day: python.date) -> Date:
    return Date(year=day.year, month=day.month, day=day.day)


def _from_timedelta(length: python.timedelta) -> DaysTime:
    return DaysTime(nanoseconds=(length // python.timedelta(microseconds=1)) * 1000)


def admit_number(number: Decimal) -> Decimal:
    """A number from outside. Raises Unfit for NaN, infinity, and what FEEL cannot count to."""
    if not number.is_finite() or number.adjusted() > values.ARITHMETIC.Emax:
        raise Unfit("out_of_range")
    return number


_TURNED: Final[tuple[tuple[type, Callable[[Any], Any]], ...]] = (
    (str, str),  # enumerations of texts, markup
    (int, Decimal),
    (float, lambda value: admit_number(Decimal(str(value)))),
    (Decimal, Decimal),
    (list, list),
    (tuple, list),
    (Mapping, dict),
    (python.datetime, values.from_datetime),
    (python.date, _from_date),
    (python.time, values.from_time),
    (python.timedelta, _from_timedelta),
)
"""What else may come from outside, subclasses included, with what turns it; the order matters."""


def export(value: Any, state: State) -> Any:
    """A FEEL value as process data: temporal values as ISO 8601 text, ranges and functions as null with a Problem.

    Lists and contexts are copied and counted, since one may hold another many times. Raises FeelLimitExceeded.
    """
    if type(value) in PLAIN:
        return value
    left = [state.size + 1]  # the value itself is not counted
    return _export(value, state, left, 0)


def _export(value: Any, state: State, left: list[int], depth: int) -> Any:
    left[0] -= 1
    if left[0] < 0:
        raise FeelLimitExceeded("size", state.size)
    if type(value) is str:
        left[0] -= len(value) >> 3  # many references to one long text are as bad as many items
        return value
    if type(value) in PLAIN:
        return value
    if isinstance(value, _TEMPORAL):
        return str(value)
    if depth >= DEEPEST:
        raise FeelLimitExceeded("depth", DEEPEST)
    if isinstance(value, list):
        return [_export(item, state, left, depth + 1) for item in value]
    if isinstance(value, dict):
        return {key: _export(item, state, left, depth + 1) for key, item in value.items()}
    if isinstance(value, Range | Function):
        state.report("not_data", None, {"kind": kind(value)})
        return None
    try:
        return _export(admit(value), state, left, depth + 1)
    except Unfit as error:
        state.report(error.code, None, error.parameters)
        return None
