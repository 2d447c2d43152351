"""Calendars: when work is done, in local time of a zone, less the holidays."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from functools import lru_cache
from typing import Any, Final
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

import holidays

from forms.data import Value

DAYS: Final = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
MINUTES: Final = 24 * 60

Hours = tuple[tuple[int, int], ...]
"""Spans of one day in minutes since midnight, in order and apart: ((540, 720), (780, 1020))."""


class CalendarUnusable(ValueError):
    """Working hours that cannot be used; the message says what is wrong."""


@dataclass(frozen=True, kw_only=True)
class Calendar:
    """Working hours: seven days of spans in local time of a zone, closed on holidays.

    Holidays are those of a country (ISO 3166) or part of it, more by date, fewer by date.
    """

    zone: str
    week: tuple[Hours, Hours, Hours, Hours, Hours, Hours, Hours]
    country: str | None = None
    subdivision: str | None = None
    extra: frozenset[date] = frozenset()
    exceptions: frozenset[date] = frozenset()

    @staticmethod
    def from_value(value: Value) -> "Calendar":
        """Read ``{"zone", "week": {"mon": [["09:00", "17:00"]]}, "holidays": {...}}``. Raises CalendarUnusable."""
        if not isinstance(value, Mapping):
            raise CalendarUnusable("Working hours are an object with zone, week and holidays.")
        _only(value, {"zone", "week", "holidays"}, "Working hours")
        off = value.get("holidays") or {}
        if not isinstance(off, Mapping):
            raise CalendarUnusable("The holidays are an object with country, subdivision, extra and except.")
        _only(off, {"country", "subdivision", "extra", "except"}, "Holidays")
        country, subdivision = _place(off.get("country") or None, off.get("subdivision") or None)
        return Calendar(
            zone=_zone(value.get("zone")),
            week=_week(value.get("week")),
            country=country,
            subdivision=subdivision,
            extra=_dates(off.get("extra")),
            exceptions=_dates(off.get("except")),
        )

    def to_value(self) -> Value:
        """Give what `from_value` reads."""
        return {
            "zone": self.zone,
            "week": {
                name: [[_clock(start), _clock(end)] for start, end in hours]
                for name, hours in zip(DAYS, self.week, strict=True)
            },
            "holidays": {
                "country": self.country,
                "subdivision": self.subdivision,
                "extra": [day.isoformat() for day in sorted(self.extra)],
                "except": [day.isoformat() for day in sorted(self.exceptions)],
            },
        }

    def holiday(self, day: date) -> str | None:
        """Give the name of the holiday on this day; None when it is none."""
        if day in self.exceptions:
            return None
        if day in self.extra:
            return "closed"
        return _public(self.country, self.subdivision, day.year).get(day) if self.country else None

    def spans(self, day: date) -> tuple[tuple[datetime, datetime], ...]:
        """Give the working spans of a local day as moments in UTC."""
        return _spans(self, day)


AROUND_THE_CLOCK: Final = Calendar(
    zone="UTC",
    week=(
        ((0, MINUTES),),
        ((0, MINUTES),),
        ((0, MINUTES),),
        ((0, MINUTES),),
        ((0, MINUTES),),
        ((0, MINUTES),),
        ((0, MINUTES),),
    ),
)
"""Every second counts."""


@lru_cache(maxsize=16384)
def _spans(calendar: Calendar, day: date) -> tuple[tuple[datetime, datetime], ...]:
    hours = calendar.week[day.weekday()]
    if not hours or calendar.holiday(day) is not None:
        return ()
    zone = ZoneInfo(calendar.zone)
    moments = ((moment(day, start, zone), moment(day, end, zone)) for start, end in hours)
    return tuple((start, end) for start, end in moments if start < end)


def moment(day: date, minutes: int, zone: ZoneInfo) -> datetime:
    """Turn a time on the wall into a moment in UTC.

    Of a time that comes twice (clocks set back) it is the first; a time that never comes (clocks set forward) is the
    moment of the change. So moments never run backwards while times on the wall go on.
    """
    wall = datetime.combine(day, time()) + timedelta(minutes=minutes)
    found = wall.replace(tzinfo=zone).astimezone(UTC)
    if found.astimezone(zone).replace(tzinfo=None) == wall:
        return found
    # In the gap: the change lies between the readings with the offsets of after and before it.
    early, late = wall.replace(tzinfo=zone, fold=1).astimezone(UTC), found
    after = late.astimezone(zone).utcoffset()
    while late - early > timedelta(seconds=1):
        middle = (early + (late - early) / 2).replace(microsecond=0)
        if middle.astimezone(zone).utcoffset() == after:
            late = middle
        else:
            early = middle
    return late


@lru_cache(maxsize=256)
def _public(country: str, subdivision: str | None, year: int) -> Mapping[date, str]:
    found: Mapping[date, str] = dict(holidays.country_holidays(country, subdiv=subdivision, years=year))
    return found


def _place(country: Any, subdivision: Any) -> tuple[str | None, str | None]:
    if country is None:
        if subdivision is not None:
            raise CalendarUnusable("Holidays of a part of a country need the country too.")
        return None, None
    if not isinstance(country, str) or not (subdivision is None or isinstance(subdivision, str)):
        raise CalendarUnusable("Country and subdivision are codes like DE and BY.")
    try:
        _public(country, subdivision, 2026)
    except (NotImplementedError, AttributeError, ValueError):
        where = country if subdivision is None else f"{country}-{subdivision}"
        raise CalendarUnusable(f"The holidays of {where} are not known; give a code like DE, with BY.") from None
    return country, subdivision


def _zone(name: Any) -> str:
    try:
        if isinstance(name, str):
            ZoneInfo(name)
            return name
    except (ZoneInfoNotFoundError, ValueError, OSError):
        pass
    raise CalendarUnusable(f"{name!r} is no time zone; it may be like Europe/Berlin.")


def _week(value: Any) -> tuple[Hours, Hours, Hours, Hours, Hours, Hours, Hours]:
    if not isinstance(value, Mapping):
        raise CalendarUnusable("The week is an object from mon ... sun to lists of spans.")
    _only(value, set(DAYS), "The week")
    mon, tue, wed, thu, fri, sat, sun = (_hours(name, value.get(name) or []) for name in DAYS)
    week = (mon, tue, wed, thu, fri, sat, sun)
    if not any(week):
        raise CalendarUnusable("There is not one working hour in the week.")
    return week


def _hours(name: str, value: Any) -> Hours:
    if not isinstance(value, list | tuple):
        raise CalendarUnusable(f"{name}: give a list of spans like [[09:00, 17:00]].")
    spans: list[tuple[int, int]] = []
    for span in value:
        if not isinstance(span, list | tuple) or len(span) != 2:
            raise CalendarUnusable(f"{name}: a span is a start and an end.")
        start, end = _minutes(name, span[0]), _minutes(name, span[1])
        if start >= end:
            raise CalendarUnusable(
                f"{name}: {_clock(start)} to {_clock(end)} ends before it starts; a shift over midnight is two spans."
            )
        spans.append((start, end))
    spans.sort()
    joined: list[tuple[int, int]] = []
    for start, end in spans:
        if joined and start < joined[-1][1]:
            raise CalendarUnusable(f"{name}: two spans overlap at {_clock(start)}.")
        if joined and start == joined[-1][1]:
            joined[-1] = (joined[-1][0], end)
        else:
            joined.append((start, end))
    return tuple(joined)


def _minutes(name: str, text: Any) -> int:
    match = re.fullmatch(r"([0-9]{2}):([0-9]{2})", text) if isinstance(text, str) else None
    minutes = int(match[1]) * 60 + int(match[2]) if match and int(match[2]) < 60 else MINUTES + 1
    if minutes > MINUTES:
        raise CalendarUnusable(f"{name}: {text!r} is no time from 00:00 to 24:00.")
    return minutes


def _clock(minutes: int) -> str:
    return f"{minutes // 60:02}:{minutes % 60:02}"


def _dates(value: Any) -> frozenset[date]:
    if not isinstance(value or [], list | tuple):
        raise CalendarUnusable("Extra and excepted holidays are lists of dates like 2026-12-24.")
    try:
        return frozenset(date.fromisoformat(text) for text in value or [])
    except (TypeError, ValueError):
        raise CalendarUnusable("Extra and excepted holidays are dates like 2026-12-24.") from None


def _only(value: Mapping[str, Any], known: set[str], what: str) -> None:
    unknown = sorted(value.keys() - known)
    if unknown:
        raise CalendarUnusable(f"{what}: {', '.join(unknown)} is not known.")
