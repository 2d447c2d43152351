"""Conversion functions (DMN 1.5, table 72)."""

import re
from decimal import Decimal
from typing import Any, Final

from forms.feel.arithmetic import months_between
from forms.feel.comparing import less
from forms.feel.environment import State
from forms.feel.errors import Unfit
from forms.feel.functions.registry import built_in
from forms.feel.temporal import FARTHEST_OFFSET, read_date, read_date_and_time, read_duration, read_time, zone_named
from forms.feel.values import ARITHMETIC, SECOND, Date, DateTime, DaysTime, Range, Time, YearsMonths, Zone
from forms.feel.writing import text_of

_NUMBER: Final = re.compile(r"-?(?:\d+(?:\.\d+)?|\.\d+)(?:[eE][+-]?\d+)?", re.ASCII)
_RANGE: Final = re.compile(r"([\[(\]])(.*?)\.\.(.*)([\])\[])", re.DOTALL)


def _read(value: Any, text: str, what: str) -> Any:
    if value is None:
        raise Unfit("bad_argument", reason=f"“{text[:60]}” is no {what}")
    return value


def _integer(number: Decimal, what: str) -> int:
    if number != number.to_integral_value() or abs(number) > 10**12:
        raise Unfit("bad_argument", reason=f"{what} is no whole number")
    return int(number)


@built_in("date", "from: string")
def date_from_text(_state: State, text: str) -> Date:
    """date("2026-01-31")."""
    day: Date = _read(read_date(text), text, "date")
    return day


@built_in("date", "from: date|date and time")
def date_of(_state: State, value: Date | DateTime) -> Date:
    """The date of a date and time."""
    return value.date if isinstance(value, DateTime) else value


@built_in("date", "year: number, month: number, day: number")
def date_of_parts(_state: State, year: Decimal, month: Decimal, day: Decimal) -> Date:
    """date(2026, 1, 31)."""
    return Date(year=_integer(year, "year"), month=_integer(month, "month"), day=_integer(day, "day"))


@built_in("time", "from: string")
def time_from_text(_state: State, text: str) -> Time:
    """time("09:30:00")."""
    told: Time = _read(read_time(text), text, "time")
    return told


@built_in("time", "from: time|date and time|date")
def time_of(_state: State, value: Time | DateTime | Date) -> Time:
    """The time of a date and time; a date is midnight UTC."""
    if isinstance(value, Date):
        return Time(nanoseconds=0, zone=Zone(offset=0))
    return value.time if isinstance(value, DateTime) else value


@built_in("time", "hour: number, minute: number, second: number, offset?: days and time duration|null")
def time_of_parts(
    _state: State, hour: Decimal, minute: Decimal, second: Decimal, offset: DaysTime | None = None
) -> Time:
    """time(9, 30, 0, duration("PT1H"))."""
    hours, minutes = _integer(hour, "hour"), _integer(minute, "minute")
    if not (0 <= hours <= 23 and 0 <= minutes <= 59 and 0 <= second < 60):
        raise Unfit("out_of_range")
    zone = None
    if offset is not None:
        if abs(offset.nanoseconds) > FARTHEST_OFFSET * SECOND or offset.nanoseconds % SECOND:
            raise Unfit("out_of_range")
        zone = Zone(offset=offset.nanoseconds // SECOND)
    return Time(nanoseconds=(hours * 3600 + minutes * 60) * SECOND + int(second * SECOND), zone=zone)


@built_in("date and time", "from: string")
def date_and_time_from_text(_state: State, text: str) -> DateTime:
    """date and time("2026-01-31T09:30:00Z"); a text with a date only is midnight."""
    value = read_date_and_time(text)
    if value is None:
        day = read_date(text)
        value = None if day is None else DateTime(date=day, time=Time(nanoseconds=0))
    moment: DateTime = _read(value, text, "date and time")
    return moment


@built_in("date and time", "date: date|date and time, time: time")
def date_and_time_of_parts(_state: State, day: Date | DateTime, told: Time) -> DateTime:
    """The date of the first with the time of the second."""
    return DateTime(date=day.date if isinstance(day, DateTime) else day, time=told)


@built_in("date and time", "date: date and time, timezone: string")
def date_and_time_in_zone(_state: State, moment: DateTime, name: str) -> DateTime:
    """The same instant told in another zone."""
    zone = zone_named(name)
    if zone is None:
        raise Unfit("bad_argument", reason=f"there is no zone “{name}”")
    return DateTime.of_instant(moment.instant, zone)


@built_in("date and time", "from: date|date and time")
def date_and_time_of(_state: State, value: Date | DateTime) -> DateTime:
    """A date as the midnight it begins with, in UTC (10.3.2.3.5)."""
    return value if isinstance(value, DateTime) else DateTime.midnight(value)


@built_in("duration", "from: string")
def duration_from_text(_state: State, text: str) -> DaysTime | YearsMonths:
    """duration("P1DT2H") or duration("P1Y2M")."""
    length: DaysTime | YearsMonths = _read(read_duration(text), text, "duration")
    return length


@built_in("duration", "from: duration")
def duration_of(_state: State, value: DaysTime | YearsMonths) -> DaysTime | YearsMonths:
    """A duration is itself."""
    return value


@built_in("years and months duration", "from: date|date and time, to: date|date and time")
def years_and_months(state: State, start: Date | DateTime, end: Date | DateTime) -> YearsMonths:
    """Whole months from one date to another."""
    return YearsMonths(months=months_between(date_of(state, start), date_of(state, end)))


@built_in("number", "from: string, grouping separator?: string|null, decimal separator?: string|null")
def number_from_text(_state: State, text: str, grouping: str | None = None, point: str | None = None) -> Decimal:
    """number("1 000,5", " ", ",")."""
    fine = grouping in {None, " ", ",", "."} and point in {None, ",", "."}
    if not fine or (grouping == point and grouping is not None):
        raise Unfit("bad_argument", reason="these separators cannot be used")
    plain = text.replace(grouping, "") if grouping else text
    if point == ",":
        if "." in plain:
            raise Unfit("bad_argument", reason=f"“{text[:60]}” is no number")
        plain = plain.replace(",", ".")
    return _number(plain)


def _number(text: str) -> Decimal:
    if not _NUMBER.fullmatch(text):
        raise Unfit("bad_argument", reason=f"“{text[:60]}” is no number")
    try:
        return ARITHMETIC.create_decimal(text)
    except ArithmeticError:
        raise Unfit("out_of_range") from None


@built_in("number", "from: number")
def number_of(_state: State, number: Decimal) -> Decimal:
    """A number is itself."""
    return number


@built_in("string", "from: any")
def string_of(state: State, value: Any) -> str | None:
    """Any value as text; null stays null."""
    return None if value is None else text_of(value, state)


@built_in("range", "from: string")
def range_from_text(_state: State, text: str) -> Range:
    """range("[1..10)"): the ends are literals of numbers, texts, dates, times or durations, of one kind, in order."""
    match = _RANGE.fullmatch(text.strip())
    if match is None:
        raise Unfit("bad_argument", reason=f"“{text[:60]}” is no range")
    opening, low, high, closing = match.groups()
    start, end = _end(low.strip()), _end(high.strip())
    if start is None and end is None:
        raise Unfit("bad_argument", reason="both ends are open")
    if (start is None and opening == "[") or (end is None and closing == "]"):
        raise Unfit("bad_argument", reason="an end that is open cannot be included")
    if start is not None and end is not None and less(end, start):
        raise Unfit("bad_argument", reason="it ends before it begins")
    return Range(start=start, end=end, start_included=opening == "[", end_included=closing == "]")


def _end(text: str) -> Any:
    if not text:
        return None
    if _NUMBER.fullmatch(text):
        return _number(text)
    quoted = re.fullmatch(r'@?"([^"\\]*)"', text) or re.fullmatch(
        r'(?:date and time|date|time|duration)\(\s*"([^"\\]*)"\s*\)', text
    )
    if quoted is None:
        raise Unfit("bad_argument", reason=f"“{text[:60]}” is no literal")
    if text.startswith('"'):
        return quoted[1]
    value = read_date_and_time(quoted[1]) or read_date(quoted[1]) or read_time(quoted[1]) or read_duration(quoted[1])
    return _read(value, quoted[1], "date, time or duration")
