"""The values of FEEL that JSON does not know: dates, times, durations, ranges, functions (DMN 1.5, 10.3.2.3).

The other kinds are Python's own: None, bool, str, Decimal, list, dict. All values are immutable by agreement.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta, timezone
from decimal import ROUND_HALF_EVEN, Context, Decimal, DivisionByZero, InvalidOperation, Overflow
from typing import Any, Final
from zoneinfo import ZoneInfo

from forms.feel import calendar
from forms.feel.errors import Unfit

SECOND: Final = 1_000_000_000
DAY: Final = 86_400 * SECOND
LONGEST: Final = calendar.YEARS * 366 * DAY
"""Durations beyond this many nanoseconds are out of range: nothing they could be added to stays in range."""

ARITHMETIC: Final = Context(
    prec=34, rounding=ROUND_HALF_EVEN, Emin=-6143, Emax=6144, traps=[InvalidOperation, DivisionByZero, Overflow]
)
"""IEEE 754-2008 decimal128. Shared by all threads: its methods only ever set flags, which nobody reads."""


@dataclass(frozen=True, kw_only=True, slots=True)
class YearsMonths:
    """A years and months duration, as a number of months."""

    months: int

    def __post_init__(self) -> None:
        if abs(self.months) > calendar.YEARS * 12:
            raise Unfit("out_of_range")

    def __str__(self) -> str:
        years, months = divmod(abs(self.months), 12)
        text = (f"{years}Y" if years else "") + (f"{months}M" if months else "")
        return f"{'-' if self.months < 0 else ''}P{text or '0M'}"


@dataclass(frozen=True, kw_only=True, slots=True)
class DaysTime:
    """A days and time duration, as a number of nanoseconds."""

    nanoseconds: int

    def __post_init__(self) -> None:
        if abs(self.nanoseconds) > LONGEST:
            raise Unfit("out_of_range")

    def __str__(self) -> str:
        days, rest = divmod(abs(self.nanoseconds), DAY)
        hours, rest = divmod(rest, 3600 * SECOND)
        minutes, rest = divmod(rest, 60 * SECOND)
        text = f"{days}D" if days else ""
        clock = (f"{hours}H" if hours else "") + (f"{minutes}M" if minutes else "")
        clock += f"{_seconds_text(rest)}S" if rest else ""
        if clock:
            text += f"T{clock}"
        return f"{'-' if self.nanoseconds < 0 else ''}P{text or 'T0S'}"

    def as_timedelta(self) -> timedelta:
        """The same duration for Python (microseconds; raises OverflowError beyond its range)."""
        return timedelta(microseconds=self.nanoseconds // 1000)


@dataclass(frozen=True, kw_only=True, slots=True)
class Zone:
    """Where a time is told: a fixed offset in seconds from UTC, or a zone of the IANA database by name."""

    offset: int | None = None
    name: str | None = None

    def offset_at(self, day: "Date", nanoseconds: int) -> int:
        """Seconds ahead of UTC at a local date and time. Far years take the rules of the nearest year Python knows."""
        if self.offset is not None:
            return self.offset
        of_month = min(day.day, 28) if day.month == 2 else day.day
        near = datetime(min(max(day.year, 2), 9998), day.month, of_month, tzinfo=_zone_info(self.name))
        ahead = (near + timedelta(microseconds=nanoseconds // 1000)).utcoffset()
        return int(ahead.total_seconds()) if ahead is not None else 0

    def offset_since(self, nanoseconds: int) -> int:
        """Seconds ahead of UTC at an instant, told in nanoseconds since 1970-01-01T00:00:00Z."""
        if self.offset is not None:
            return self.offset
        day = Date.of_days(nanoseconds // DAY)
        of_month = min(day.day, 28) if day.month == 2 else day.day
        near = datetime(min(max(day.year, 2), 9998), day.month, of_month, tzinfo=UTC)
        ahead = (near + timedelta(microseconds=nanoseconds % DAY // 1000)).astimezone(_zone_info(self.name)).utcoffset()
        return int(ahead.total_seconds()) if ahead is not None else 0

    def __str__(self) -> str:
        if self.offset is None:
            return f"@{self.name}"
        if self.offset == 0:
            return "Z"
        hours, rest = divmod(abs(self.offset), 3600)
        minutes, seconds = divmod(rest, 60)
        return f"{'-' if self.offset < 0 else '+'}{hours:02}:{minutes:02}" + (f":{seconds:02}" if seconds else "")


@dataclass(frozen=True, kw_only=True, slots=True)
class Date:
    """A calendar date."""

    year: int
    month: int
    day: int

    def __post_init__(self) -> None:
        valid = abs(self.year) <= calendar.YEARS and 1 <= self.month <= 12
        if not valid or not 1 <= self.day <= calendar.month_length(self.year, self.month):
            raise Unfit("out_of_range")

    @classmethod
    def of_days(cls, days: int) -> "Date":
        """The date so many days after 1970-01-01."""
        year, month, day = calendar.from_days(days)
        return cls(year=year, month=month, day=day)

    @property
    def days(self) -> int:
        """Days since 1970-01-01."""
        return calendar.to_days(self.year, self.month, self.day)

    def __str__(self) -> str:
        return f"{'-' if self.year < 0 else ''}{abs(self.year):04}-{self.month:02}-{self.day:02}"

    def as_date(self) -> date:
        """The same date for Python (raises ValueError outside the years 1 to 9999)."""
        return date(self.year, self.month, self.day)


@dataclass(frozen=True, kw_only=True, slots=True)
class Time:
    """A time of day in nanoseconds since midnight, local where no zone is told."""

    nanoseconds: int
    zone: Zone | None = None

    def __post_init__(self) -> None:
        if not 0 <= self.nanoseconds < DAY:
            raise Unfit("out_of_range")

    @property
    def offset(self) -> int | None:
        """Seconds ahead of UTC; a named zone is read at the epoch, since a time of day has no date."""
        return None if self.zone is None else self.zone.offset_at(EPOCH, self.nanoseconds)

    def __str__(self) -> str:
        hours, rest = divmod(self.nanoseconds, 3600 * SECOND)
        minutes, rest = divmod(rest, 60 * SECOND)
        whole, dot, fraction = _seconds_text(rest).partition(".")
        return f"{hours:02}:{minutes:02}:{whole:0>2}{dot}{fraction}{self.zone or ''}"

    def as_time(self) -> time:
        """The same time for Python, to the microsecond, with its offset if it has one."""
        told = (datetime(1, 1, 1, tzinfo=UTC) + timedelta(microseconds=self.nanoseconds // 1000)).time()
        return told if self.offset is None else told.replace(tzinfo=timezone(timedelta(seconds=self.offset)))


@dataclass(frozen=True, kw_only=True, slots=True)
class DateTime:
    """A date with a time of day."""

    date: Date
    time: Time

    @classmethod
    def midnight(cls, date: Date) -> "DateTime":
        """The midnight a date begins with, in UTC (DMN 1.5 clause 10.3.2.3.5)."""
        return cls(date=date, time=Time(nanoseconds=0, zone=Zone(offset=0)))

    @property
    def offset(self) -> int | None:
        """Seconds ahead of UTC, or None for a local date and time."""
        zone = self.time.zone
        return None if zone is None else zone.offset_at(self.date, self.time.nanoseconds)

    @property
    def local(self) -> int:
        """Nanoseconds since 1970-01-01T00:00:00 as the clock on the wall shows it."""
        return self.date.days * DAY + self.time.nanoseconds

    @classmethod
    def of_local(cls, nanoseconds: int, zone: Zone | None) -> "DateTime":
        """The date and time that a clock on the wall shows so many nanoseconds after its 1970-01-01."""
        days, rest = divmod(nanoseconds, DAY)
        return cls(date=Date.of_days(days), time=Time(nanoseconds=rest, zone=zone))

    @property
    def instant(self) -> int:
        """Nanoseconds since 1970-01-01T00:00:00Z; a local date and time is taken as UTC."""
        return self.local - (self.offset or 0) * SECOND

    @classmethod
    def of_instant(cls, nanoseconds: int, zone: Zone) -> "DateTime":
        """An instant told in a zone.

        In the hour that the clocks show twice a named zone would mean the first; the second is told by its offset.
        """
        ahead = zone.offset_since(nanoseconds)
        told = cls.of_local(nanoseconds + ahead * SECOND, zone)
        if told.offset == ahead:
            return told
        return cls.of_local(nanoseconds + ahead * SECOND, Zone(offset=ahead))

    def __str__(self) -> str:
        return f"{self.date}T{self.time}"

    def as_datetime(self) -> datetime:
        """The same for Python, to the microsecond: aware (UTC) if it has a zone or offset, naive if local.

        Raises ValueError or OverflowError outside the years 1 to 9999.
        """
        naive = datetime(self.date.year, self.date.month, self.date.day) + timedelta(  # noqa: DTZ001 - local is meant
            microseconds=self.time.nanoseconds // 1000
        )
        if self.offset is None:
            return naive
        return (naive - timedelta(seconds=self.offset)).replace(tzinfo=UTC)


EPOCH: Final = Date(year=1970, month=1, day=1)


@dataclass(frozen=True, kw_only=True, slots=True)
class Range:
    """All values between two ends; an end that is None is open (``< 5`` has no start)."""

    start: Any
    end: Any
    start_included: bool
    end_included: bool


@dataclass(frozen=True, kw_only=True, slots=True, eq=False)
class Function:
    """A function as a value. `call` takes the running State and the arguments in the order of the parameters.

    `type` is its TypeName, of one that an expression defines.
    """

    name: str
    parameters: tuple[str, ...]
    call: Callable[..., Any]
    type: Any = None


KINDS: Final[dict[type, str]] = {
    type(None): "null",
    bool: "boolean",
    Decimal: "number",
    str: "string",
    list: "list",
    dict: "context",
    Date: "date",
    Time: "time",
    DateTime: "date and time",
    DaysTime: "days and time duration",
    YearsMonths: "years and months duration",
    Range: "range",
    Function: "function",
}
"""Every Python type that is a FEEL value, with the name FEEL gives the kind."""


def kind(value: Any) -> str:
    """The name of the kind of a value, as FEEL says it."""
    return KINDS.get(type(value)) or type(value).__name__


def _zone_info(name: str | None) -> ZoneInfo:
    return ZoneInfo(name or "UTC")


def _seconds_text(nanoseconds: int) -> str:
    whole, rest = divmod(nanoseconds, SECOND)
    return f"{whole}.{rest:09}".rstrip("0") if rest else str(whole)


def seconds_decimal(nanoseconds: int) -> Decimal:
    """Nanoseconds as an exact number of seconds."""
    return Decimal(nanoseconds).scaleb(-9).normalize() if nanoseconds % SECOND else Decimal(nanoseconds // SECOND)


def from_datetime(moment: datetime) -> DateTime:
    """Python's date and time as FEEL's; an offset is kept, a zone of the IANA database by its name."""
    day = Date(year=moment.year, month=moment.month, day=moment.day)
    told = DateTime(date=day, time=from_time(moment.timetz(), moment))
    ahead = moment.utcoffset()
    if ahead is None or told.offset == int(ahead.total_seconds()):
        return told
    return DateTime(
        date=day, time=Time(nanoseconds=told.time.nanoseconds, zone=Zone(offset=int(ahead.total_seconds())))
    )


def from_time(told: time, at: datetime | None = None) -> Time:
    """Python's time of day as FEEL's."""
    zone = None
    ahead = at.utcoffset() if at is not None else told.utcoffset()
    if isinstance(told.tzinfo, ZoneInfo) and told.tzinfo.key not in {"UTC", "Etc/UTC"}:
        zone = Zone(name=told.tzinfo.key)
    elif ahead is not None:
        zone = Zone(offset=int(ahead.total_seconds()))
    seconds = told.hour * 3600 + told.minute * 60 + told.second
    return Time(nanoseconds=seconds * SECOND + told.microsecond * 1000, zone=zone)
