"""Texts to dates, times and durations (DMN 1.5, 10.3.4.1: the lexical forms of XML Schema, and `@Zone/Name`)."""

import re
from functools import lru_cache
from typing import Any, Final
from zoneinfo import ZoneInfo

from forms.feel.errors import Unfit
from forms.feel.values import DAY, SECOND, Date, DateTime, DaysTime, Time, YearsMonths, Zone

_DATE: Final = r"(?P<year>-?(?:[1-9]\d{4,8}|\d{4}))-(?P<month>\d\d)-(?P<day>\d\d)"
_TIME: Final = (
    r"(?P<hour>\d\d):(?P<minute>\d\d):(?P<second>\d\d)(?:\.(?P<fraction>\d{1,18}))?"
    r"(?:(?P<utc>[Zz])|(?P<sign>[-+])(?P<ahead>\d\d):(?P<minutes>\d\d)(?::(?P<seconds>\d\d))?"
    r"|@(?P<zone>[A-Za-z][A-Za-z0-9_+\-]*(?:/[A-Za-z0-9_+\-]+)*))?"
)
_AS_DATE: Final = re.compile(_DATE, re.ASCII)
_AS_TIME: Final = re.compile(_TIME, re.ASCII)
_AS_BOTH: Final = re.compile(f"{_DATE}T{_TIME}", re.ASCII)
_AS_MONTHS: Final = re.compile(r"(-?)P(?=\d)(?:(\d{1,18})Y)?(?:(\d{1,18})M)?", re.ASCII)
_AS_DAYS: Final = re.compile(
    r"(-?)P(?=\d|T\d)(?:(\d{1,18})D)?"
    r"(?:T(?=\d)(?:(\d{1,18})H)?(?:(\d{1,18})M)?(?:(\d{1,18})(?:\.(\d{0,18}))?S)?)?",
    re.ASCII,
)
FARTHEST_OFFSET: Final = 14 * 3600


@lru_cache(maxsize=256)
def zone_named(name: str) -> Zone | None:
    """The zone of the IANA database with that name, None if there is none."""
    try:
        ZoneInfo(name)
    except (KeyError, ValueError, OSError):
        return None
    return Zone(name=name)


def read_date(text: str) -> Date | None:
    """A date; None if the text is none."""
    match = _AS_DATE.fullmatch(text)
    return _date(match) if match else None


def read_time(text: str) -> Time | None:
    """A time of day, with or without offset or zone; None if the text is none. ISO 8601 allows a leading T."""
    match = _AS_TIME.fullmatch(text.removeprefix("T"))
    return _time(match) if match else None


def read_date_and_time(text: str) -> DateTime | None:
    """A date and time, with or without offset or zone; None if the text is none."""
    match = _AS_BOTH.fullmatch(text)
    if match is None:
        return None
    day, told = _date(match), _time(match)
    return DateTime(date=day, time=told) if day is not None and told is not None else None


def read_duration(text: str) -> DaysTime | YearsMonths | None:
    """A duration of either kind; None if the text is none."""
    match = _AS_MONTHS.fullmatch(text)
    try:
        if match:
            sign, years, months = match.groups()
            total = int(years or 0) * 12 + int(months or 0)
            return YearsMonths(months=-total if sign else total)
        match = _AS_DAYS.fullmatch(text)
        if match is None:
            return None
        sign, days, hours, minutes, seconds, fraction = match.groups()
        total = int(days or 0) * DAY + (int(hours or 0) * 3600 + int(minutes or 0) * 60 + int(seconds or 0)) * SECOND
        total += int((fraction or "")[:9].ljust(9, "0"))
        return DaysTime(nanoseconds=-total if sign else total)
    except Unfit:
        return None


def read_temporal(text: str) -> Any:
    """The value of an @-literal: a date and time, date, time or duration; None if the text is none of them."""
    return read_date_and_time(text) or read_date(text) or read_time(text) or read_duration(text)


def _date(match: re.Match[str]) -> Date | None:
    try:
        return Date(year=int(match["year"]), month=int(match["month"]), day=int(match["day"]))
    except Unfit:
        return None


def _time(match: re.Match[str]) -> Time | None:
    hour, minute, second = int(match["hour"]), int(match["minute"]), int(match["second"])
    if hour > 23 or minute > 59 or second > 59:
        return None
    zone: Zone | None = None
    if match["zone"]:
        zone = zone_named(match["zone"])
        if zone is None:
            return None
    elif match["utc"]:
        zone = Zone(offset=0)
    elif match["sign"]:
        ahead = int(match["ahead"]) * 3600 + int(match["minutes"]) * 60 + int(match["seconds"] or 0)
        if ahead > FARTHEST_OFFSET or int(match["minutes"]) > 59 or int(match["seconds"] or 0) > 59:
            return None
        zone = Zone(offset=-ahead if match["sign"] == "-" else ahead)
    fraction = int((match["fraction"] or "")[:9].ljust(9, "0"))
    return Time(nanoseconds=(hour * 3600 + minute * 60 + second) * SECOND + fraction, zone=zone)
