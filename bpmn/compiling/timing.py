"""When timers are due: ISO 8601 dates, durations and repeating intervals (BPMN 2.0 clause 10.5.5.9), and cron.

Nothing here reads a clock. A time without offset is meant in UTC; days and months are counted in UTC.
"""

import re
from calendar import monthrange
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Final, Literal
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from bpmn.cron import Cron, CronInvalid, looks_like_cron, read_cron

_DURATION: Final = re.compile(
    r"(?P<sign>-)?P(?:(?P<years>\d+)Y)?(?:(?P<months>\d+)M)?(?:(?P<weeks>\d+)W)?(?:(?P<days>\d+)D)?"
    r"(?P<time>T(?:(?P<hours>\d+)H)?(?:(?P<minutes>\d+)M)?(?:(?P<seconds>\d+(?:[.,]\d+)?)S)?)?"
)
_LAST_YEAR: Final = 9999


class TimerInvalid(ValueError):
    """A text is not a time, duration or repeating interval, or leads beyond the year 9999."""


@dataclass(frozen=True, kw_only=True)
class Duration:
    """A length of time: whole months (years are twelve) and an exact rest."""

    months: int
    rest: timedelta

    def after(self, moment: datetime) -> datetime:
        """`moment` plus this duration; the last day of a month stays within it (31 January + P1M is 28 February)."""
        try:
            number = moment.year * 12 + moment.month - 1 + self.months
            year, month = number // 12, number % 12 + 1
            if not 1 <= year <= _LAST_YEAR:
                raise OverflowError
            day = min(moment.day, monthrange(year, month)[1])
            return moment.replace(year=year, month=month, day=day) + self.rest
        except OverflowError:
            raise TimerInvalid("the time lies beyond the year 9999") from None

    @property
    def positive(self) -> bool:
        """Whether time passes in it."""
        return self.months * 28 + self.rest / timedelta(days=1) > 0

    def first_after(self, moment: datetime, now: datetime) -> datetime:
        """The first repetition after `moment` that does not lie before `now`: what was missed is not made up for."""
        following = self.after(moment)
        if not self.months and following < now:
            following += self.rest * -((following - now) // self.rest)
        while following < now:
            following = self.after(following)
        return following


@dataclass(frozen=True, kw_only=True)
class Cycle:
    """A repeating interval; `times` is None for without end, `start` None for counted from when the timer is set.

    Nothing is due after `until`.
    """

    times: int | None
    start: datetime | None
    every: Duration
    until: datetime | None = None


@dataclass(frozen=True, kw_only=True)
class Schedule:
    """When a timer is due: a repeating one has its `cycle` as text, `left` counts this time too (None: without end)."""

    due: datetime
    cycle: str | None = None
    left: int | None = None

    def following(self, now: datetime) -> "Schedule | None":
        """The next repetition that does not lie before `now`; None after the last, or beyond the year 9999."""
        if self.cycle is None or self.left == 1:
            return None
        try:
            due = repetition(self.cycle).first_after(self.due, now)
        except TimerInvalid:
            return None
        until = None if looks_like_cron(self.cycle) else read_cycle(self.cycle).until
        if due is None or (until is not None and due > until):
            return None
        return Schedule(due=due, cycle=self.cycle, left=None if self.left is None else self.left - 1)

    def not_before(self, now: datetime) -> "Schedule | None":
        """This one, or of one that lies before `now` the first repetition that does not; None where there is none."""
        return self if self.due >= now else self.following(now)


def first_due(timing: Literal["date", "duration", "cycle"], text: str, now: datetime) -> Schedule | None:
    """When a timer that is set now is due; None where a cycle has ended before. Raises TimerInvalid."""
    if timing != "cycle":
        due = read_duration(text).after(now) if text.lstrip(" -").startswith("P") else read_moment(text)
        return Schedule(due=due)
    if looks_like_cron(text):
        due_first = repetition(text).first_after(now, now)
        if due_first is None:
            raise TimerInvalid(f"{text!r} never comes in fifty years")
        return Schedule(due=due_first, cycle=text)
    if not text.startswith("R"):
        return Schedule(due=read_duration(text).after(now))
    cycle = read_cycle(text)
    due = cycle.start or cycle.every.after(now)
    over = cycle.until is not None and due > cycle.until
    return None if over else Schedule(due=due, cycle=text, left=cycle.times)


def repetition(text: str) -> "Duration | Cron":
    """What comes again and again by a cycle or a cron expression. Raises TimerInvalid."""
    if not looks_like_cron(text):
        return read_cycle(text).every
    try:
        return read_cron(text)
    except CronInvalid as error:
        raise TimerInvalid(str(error)) from None


def read_duration(text: str) -> Duration:
    """Read ``P1DT12H``, ``-PT5M``, ``P2W``. Raises TimerInvalid."""
    found = _DURATION.fullmatch(text.strip())
    parts = found.groupdict() if found else {}
    units = ("years", "months", "weeks", "days", "hours", "minutes", "seconds")
    if not found or parts["time"] == "T" or not any(parts[unit] for unit in units):
        raise TimerInvalid(f"{text!r} is not an ISO 8601 duration such as PT1H or P3D")
    sign = -1 if parts["sign"] else 1
    try:
        microseconds = int(Decimal((parts["seconds"] or "0").replace(",", ".")) * 1_000_000)
        rest = timedelta(
            weeks=int(parts["weeks"] or 0),
            days=int(parts["days"] or 0),
            hours=int(parts["hours"] or 0),
            minutes=int(parts["minutes"] or 0),
            microseconds=microseconds,
        )
    except (OverflowError, ValueError):
        raise TimerInvalid(f"the duration {text!r} is too long") from None
    months = int(parts["years"] or 0) * 12 + int(parts["months"] or 0)
    return Duration(months=sign * months, rest=sign * rest)


def read_moment(text: str) -> datetime:
    """Read a date or a date and time, with offset, ``Z`` or ``@Region/City``, as aware UTC. Raises TimerInvalid."""
    written, _, region = text.strip().partition("@")
    try:
        zone = ZoneInfo(region) if region else UTC
        moment = datetime.fromisoformat(written)
        return (moment if moment.tzinfo else moment.replace(tzinfo=zone)).astimezone(UTC)
    except (ValueError, OverflowError, ZoneInfoNotFoundError, OSError):
        raise TimerInvalid(f"{text!r} is not an ISO 8601 date and time such as 2027-01-31T09:00:00Z") from None


def read_cycle(text: str) -> Cycle:
    """Read ``R3/PT1H``, ``R/2027-01-01T06:00:00Z/P1D``, ``R5/P1D/2027-02-01T00:00:00Z`` (none after that moment).

    A start and an end may stand around the step. Raises TimerInvalid.
    """
    head, *parts = (part for part in text.strip().replace("--", "/").split("/") if part)
    if not re.fullmatch(r"R\d{0,9}", head) or not 1 <= len(parts) <= 3:
        raise TimerInvalid(f"{text!r} is not an ISO 8601 repeating interval such as R3/PT1H")
    times = int(head[1:]) if head[1:] else None
    start = None if parts[0].startswith("P") else read_moment(parts.pop(0))
    if start is not None and parts and not parts[0].startswith("P"):
        every = Duration(months=0, rest=read_moment(parts.pop(0)) - start)
    else:
        every = read_duration(parts.pop(0) if parts else "")
    until = read_moment("/".join(parts)) if parts else None
    if not every.positive:
        raise TimerInvalid(f"in {text!r} no time passes between two repetitions")
    if times == 0:
        raise TimerInvalid(f"{text!r} repeats no time at all")
    return Cycle(times=times, start=start, every=every, until=until)
