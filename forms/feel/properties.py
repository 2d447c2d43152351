"""What stands behind a dot: entries of contexts, projections of lists, parts of dates, times, durations and ranges.

DMN 1.5, tables 64-67.
"""

from collections.abc import Callable, Mapping
from decimal import Decimal
from typing import Any, Final

from forms.feel import calendar
from forms.feel.environment import State
from forms.feel.errors import Unfit
from forms.feel.scope import admit
from forms.feel.values import (
    DAY,
    KINDS,
    SECOND,
    Date,
    DateTime,
    DaysTime,
    Range,
    Time,
    YearsMonths,
    kind,
    seconds_decimal,
)

Reader = Callable[[Any], Any]


def read_property(value: Any, name: str, state: State) -> Any:
    """The property of a value; of a list, the list of the properties of its items. Raises Unfit."""
    if type(value) is dict:
        if name not in value:
            raise Unfit("no_entry", name=name)
        entry = value[name]
        return entry if type(entry) in KINDS else admit(entry)
    if type(value) is list:
        state.spend(len(value))
        return [_of_item(item, name, state) for item in value]
    reader = _READERS.get(type(value), {}).get(name)
    if reader is None:
        raise Unfit("no_property", kind=kind(value), name=name)
    return reader(value)


def _of_item(item: Any, name: str, state: State) -> Any:
    """Projection of nested lists goes one level deep; an item without the entry counts as null."""
    if type(item) is dict:
        entry = item.get(name)
        return entry if type(entry) in KINDS else admit(entry)
    if type(item) is list:
        return None
    reader = _READERS.get(type(item), {}).get(name)
    return None if reader is None else reader(item)


def _whole(number: int) -> Decimal:
    return Decimal(number)


def _offset(ahead: int | None) -> DaysTime | None:
    return None if ahead is None else DaysTime(nanoseconds=ahead * SECOND)


def _part(nanoseconds: int, unit: int, size: int) -> Decimal:
    """A part of a duration; parts of a negative duration are negative."""
    part = Decimal(abs(nanoseconds) // unit % size)
    return part if nanoseconds >= 0 or not part else -part


def _seconds_of(nanoseconds: int) -> Decimal:
    part = seconds_decimal(abs(nanoseconds) % (60 * SECOND))
    return part if nanoseconds >= 0 or not part else -part


def _months_of(months: int, *, years: bool) -> Decimal:
    part = Decimal(abs(months) // 12 if years else abs(months) % 12)
    return part if months >= 0 or not part else -part


_OF_DATE: Final[Mapping[str, Reader]] = {
    "year": lambda value: _whole(value.year),
    "month": lambda value: _whole(value.month),
    "day": lambda value: _whole(value.day),
    "weekday": lambda value: _whole(calendar.weekday(value.days)),
}
_OF_TIME: Final[Mapping[str, Reader]] = {
    "hour": lambda value: _whole(value.nanoseconds // (3600 * SECOND)),
    "minute": lambda value: _whole(value.nanoseconds // (60 * SECOND) % 60),
    "second": lambda value: seconds_decimal(value.nanoseconds % (60 * SECOND)),
    "time offset": lambda value: _offset(value.offset),
    "timezone": lambda value: None if value.zone is None else value.zone.name,
}


def _through(part: str, reader: Reader) -> Reader:
    return lambda value: reader(getattr(value, part))


_READERS: Final[dict[type, Mapping[str, Reader]]] = {
    Date: _OF_DATE,
    Time: _OF_TIME,
    DateTime: {
        **{name: _through("date", reader) for name, reader in _OF_DATE.items()},
        **{name: _through("time", reader) for name, reader in _OF_TIME.items()},
        "time offset": lambda value: _offset(value.offset),
    },
    YearsMonths: {
        "years": lambda value: _months_of(value.months, years=True),
        "months": lambda value: _months_of(value.months, years=False),
    },
    DaysTime: {
        "days": lambda value: _part(value.nanoseconds, DAY, 10**18),
        "hours": lambda value: _part(value.nanoseconds, 3600 * SECOND, 24),
        "minutes": lambda value: _part(value.nanoseconds, 60 * SECOND, 60),
        "seconds": lambda value: _seconds_of(value.nanoseconds),
    },
    Range: {
        "start": lambda value: value.start,
        "end": lambda value: value.end,
        "start included": lambda value: value.start_included,
        "end included": lambda value: value.end_included,
    },
}
