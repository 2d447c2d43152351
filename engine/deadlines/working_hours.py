"""Reckoning in working hours: real seconds elapsed while a calendar is open, also where clocks are set."""

import re
from collections.abc import Callable, Mapping
from datetime import UTC, date, datetime, timedelta
from typing import Any, Final
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from engine.deadlines.calendar import AROUND_THE_CLOCK, Calendar, CalendarUnusable, moment
from forms.feel.values import DAY, SECOND, Date, DateTime, DaysTime, Zone

__all__ = [
    "AROUND_THE_CLOCK",
    "Calendar",
    "CalendarUnusable",
    "add",
    "add_days",
    "between",
    "feel_functions",
]

FARTHEST: Final = 366 * 30
"""How many days ahead are looked at before a calendar is said never to reach a moment."""

_ONE_DAY = timedelta(days=1)
_NOTHING = timedelta()


def add(start: datetime, amount: timedelta, calendar: Calendar) -> datetime:
    """Give the moment (UTC) when so much working time has passed since `start`; `start` itself for none.

    Raises ValueError for less than none, CalendarUnusable when it is not reached within thirty years.
    """
    if amount < _NOTHING:
        raise ValueError("working time cannot be negative")
    start = start.astimezone(UTC)
    if amount == _NOTHING:
        return start
    if calendar is AROUND_THE_CLOCK:
        return start + amount
    day = start.astimezone(ZoneInfo(calendar.zone)).date()
    for _ in range(FARTHEST):
        for opened, closed in calendar.spans(day):
            begin = max(opened, start)
            if begin + amount <= closed:
                return begin + amount
            if begin < closed:
                amount -= closed - begin
        day += _ONE_DAY
    raise CalendarUnusable("The working hours leave too little time: the moment is more than thirty years away.")


def between(start: datetime, end: datetime, calendar: Calendar) -> timedelta:
    """Give the working time from `start` to `end`; none when `end` is not later."""
    start, end = start.astimezone(UTC), end.astimezone(UTC)
    if end <= start:
        return _NOTHING
    if calendar is AROUND_THE_CLOCK:
        return end - start
    zone = ZoneInfo(calendar.zone)
    day, last = start.astimezone(zone).date(), end.astimezone(zone).date()
    total = _NOTHING
    while day <= last:
        for opened, closed in calendar.spans(day):
            total += max(_NOTHING, min(closed, end) - max(opened, start))
        day += _ONE_DAY
    return total


def add_days(start: datetime, count: int, calendar: Calendar) -> datetime:
    """Give the same local time on the `count`-th working day after `start`, within that day's hours.

    A start outside working hours counts as the end of the hours before it: one working day from Saturday, or from
    Monday before opening, is the end of Monday. Raises ValueError, CalendarUnusable.
    """
    if count < 0:
        raise ValueError("working days cannot be negative")
    if count == 0:
        return start.astimezone(UTC)
    zone = ZoneInfo(calendar.zone)
    start = _last_open(start.astimezone(UTC), calendar)
    local = start.astimezone(zone)
    # The end of a day's hours may be midnight: it belongs to the day that ends.
    day = local.date()
    if not any(opened <= start <= closed for opened, closed in calendar.spans(day)):
        day -= _ONE_DAY
    minutes = (local.replace(tzinfo=None) - datetime.combine(day, datetime.min.time())) / timedelta(minutes=1)
    for _ in range(FARTHEST):
        day += _ONE_DAY
        spans = calendar.spans(day)
        count -= bool(spans)
        if spans and count == 0:
            wanted = moment(day, int(minutes), zone) + timedelta(minutes=minutes - int(minutes))
            return _within(wanted, spans)
    raise CalendarUnusable("The working hours leave too few days: the moment is more than thirty years away.")


def _last_open(start: datetime, calendar: Calendar) -> datetime:
    """Give `start` if work is done then, else the end of the working hours before it."""
    day = start.astimezone(ZoneInfo(calendar.zone)).date()
    for _ in range(FARTHEST):
        for opened, closed in reversed(calendar.spans(day)):
            if opened <= start:
                return min(start, closed)
        day -= _ONE_DAY
    return start


def _within(wanted: datetime, spans: tuple[tuple[datetime, datetime], ...]) -> datetime:
    for opened, closed in spans:
        if wanted <= closed:
            return max(wanted, opened)
    return spans[-1][1]


def feel_functions() -> Mapping[str, Callable[..., Any]]:
    """Give the functions that diagrams may call for business time.

    ``working time(from, duration, calendar)``: whole days of the duration are working days, the rest working hours;
    null calendar: around the clock. ``from`` is a date and time, a date (its beginning) or such a text; without a zone
    it is local time of the calendar.
    """
    return {"working time": working_time}


def working_time(start: Any, duration: Any, calendar: Any) -> DateTime:
    """Do what `feel_functions` says of ``working time``; the result is told in UTC. Raises ValueError."""
    hours = AROUND_THE_CLOCK if calendar is None else Calendar.from_value(calendar)
    amount = _duration(duration)
    if amount < _NOTHING:
        raise ValueError("working time cannot be negative")
    at = _moment(start, ZoneInfo(hours.zone))
    try:
        if calendar is not None and amount.days:
            at, amount = add_days(at, amount.days, hours), timedelta(seconds=amount.seconds)
        at = add(at, amount, hours)
    except OverflowError:
        raise ValueError("the moment is out of range") from None
    seconds = (at - datetime(1970, 1, 1, tzinfo=UTC)) // timedelta(microseconds=1) * (SECOND // 1_000_000)
    return DateTime.of_local(seconds, Zone(offset=0))


def _moment(value: Any, zone: ZoneInfo) -> datetime:
    try:
        if isinstance(value, DateTime):
            found = value.as_datetime()
        elif isinstance(value, Date):
            found = datetime.combine(value.as_date(), datetime.min.time())
        elif isinstance(value, str):
            text, _, name = value.partition("@")
            found = datetime.fromisoformat(text)
            zone = ZoneInfo(name) if name else zone
        elif isinstance(value, datetime):
            found = value
        elif isinstance(value, date):
            found = datetime.combine(value, datetime.min.time())
        else:
            raise ValueError("the start is no date and time")
        return (found if found.tzinfo else found.replace(tzinfo=zone)).astimezone(UTC)
    except (OverflowError, ZoneInfoNotFoundError):
        raise ValueError("the start is out of range or in an unknown zone") from None


def _duration(value: Any) -> timedelta:
    if isinstance(value, DaysTime):
        # Whole days and the rest apart, so that a negative duration stays recognisable; smaller than a second is cut.
        return timedelta(days=value.nanoseconds // DAY, seconds=value.nanoseconds % DAY // SECOND)
    if isinstance(value, timedelta):
        return value
    match = (
        re.fullmatch(r"P(?:(\d{1,6})D)?(?:T(?:(\d{1,8})H)?(?:(\d{1,9})M)?(?:(\d{1,9})S)?)?", value)
        if isinstance(value, str) and value not in {"P", "PT"} and not value.endswith("T")
        else None
    )
    if match is None:
        raise ValueError("the duration is no days and time duration like P5D or PT4H")
    days, hours, minutes, seconds = (int(part or 0) for part in match.groups())
    return timedelta(days=days, hours=hours, minutes=minutes, seconds=seconds)
