"""The change calendar: changes and freezes of a month or week, and what stands in whose way."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import Final
from zoneinfo import ZoneInfo

from engine.errors import NotAllowed
from engine.registers import may_edit, record_scope, register
from engine.schedule import CHANGE, FREEZE, Conflict, Schedule, Window, schedule
from engine.storage import records as services
from engine.storage import registers as rows
from engine.transaction import Transaction

WEEK: Final = timedelta(days=7)


@dataclass(frozen=True, kw_only=True)
class Planned:
    """A change or freeze in the calendar, with what is in its way and when it would fit instead."""

    window: Window
    about: tuple[str, ...]
    """Items and services in words."""
    conflicts: tuple[Conflict, ...]
    next_free: datetime | None


@dataclass(frozen=True, kw_only=True)
class Day:
    """A day of the calendar with what lies on it; `within`: it belongs to the month that is shown."""

    date: date
    within: bool
    planned: tuple[Planned, ...]


@dataclass(frozen=True, kw_only=True)
class Calendar:
    """A month or week of the calendar; `planned` all that lies in it, the earliest first."""

    by_week: bool
    first: date
    last: date
    before: date
    after: date
    weeks: tuple[tuple[Day, ...], ...]
    planned: tuple[Planned, ...]
    may_add: tuple[str, ...]
    """The types of which the actor may add records here."""


def calendar(tx: Transaction, at: date, zone: ZoneInfo, *, by_week: bool) -> Calendar:
    """Give the month or week that holds a day, in a time zone. Raises NotAllowed."""
    if not {CHANGE, FREEZE} <= record_scope(tx).types:
        raise NotAllowed("Your roles do not allow you to see the change calendar.")
    first, last = _bounds(at, by_week=by_week)
    shown_from, shown_to = (first, last) if by_week else (_monday(first), _monday(last) + WEEK - timedelta(days=1))
    plan = schedule(tx)
    begin, end = _midnight(shown_from, zone), _midnight(shown_to + timedelta(days=1), zone)
    names = _names(tx, (window for window in plan.windows if _lies(window, begin, end)))
    planned = [_planned(plan, window, names) for window in plan.windows if _lies(window, begin, end)]
    days = [shown_from + timedelta(days=number) for number in range((shown_to - shown_from).days + 1)]
    filled = [
        Day(
            date=day,
            within=first <= day <= last,
            planned=tuple(one for one in planned if _lies(one.window, *_hours(day, zone))),
        )
        for day in days
    ]
    month = _midnight(first, zone), _midnight(last + timedelta(days=1), zone)
    return Calendar(
        by_week=by_week,
        first=first,
        last=last,
        before=first - (WEEK if by_week else timedelta(days=1)),
        after=last + timedelta(days=1),
        weeks=tuple(tuple(filled[number : number + 7]) for number in range(0, len(filled), 7)),
        planned=tuple(one for one in planned if _lies(one.window, *month)),
        may_add=tuple(name for name in (CHANGE, FREEZE) if may_edit(tx.actor, register(tx, name).type, None)),
    )


def _bounds(at: date, *, by_week: bool) -> tuple[date, date]:
    if by_week:
        return _monday(at), _monday(at) + timedelta(days=6)
    first = at.replace(day=1)
    return first, (first + timedelta(days=31)).replace(day=1) - timedelta(days=1)


def _monday(day: date) -> date:
    return day - timedelta(days=day.weekday())


def _midnight(day: date, zone: ZoneInfo) -> datetime:
    return datetime.combine(day, time(), zone).astimezone(UTC)


def _hours(day: date, zone: ZoneInfo) -> tuple[datetime, datetime]:
    return _midnight(day, zone), _midnight(day + timedelta(days=1), zone)


def _lies(window: Window, begin: datetime, end: datetime) -> bool:
    return window.starts < end and window.ends > begin


def _planned(plan: Schedule, window: Window, names: dict[str, str]) -> Planned:
    conflicts = plan.conflicts_of(window)
    free = None
    if conflicts:
        free = plan.next_free(
            window.starts,
            window.ends,
            window.items,
            window.services,
            interrupts=window.interrupts,
            but=window.record.key,
        )
    about = sorted(names.get(key, key) for key in (*window.items, *window.services))
    return Planned(window=window, about=tuple(about), conflicts=conflicts, next_free=free)


def _names(tx: Transaction, windows: Iterable[Window]) -> dict[str, str]:
    keys = {key for window in windows for key in (*window.items, *window.services)}
    found = {key: record.title for key, record in rows.by_keys(tx, keys).items()}
    return found | {each.id: each.title for each in services.services(tx) if each.id in keys}
