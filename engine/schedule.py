"""The schedule of changes: what stands in the way of one, and when it could be done instead.

Two changes are in each other's way when their windows overlap and they touch the same configuration item, or one that
contains or is part of it; or the same service while one of them interrupts it. A freeze is in the way of whatever it
names; one that names nothing is in the way of everything.
"""

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Final

from engine.model.register import Record
from engine.storage import registers as rows
from engine.transaction import Transaction
from forms.data import Value

CHANGE: Final = "planned_change"
FREEZE: Final = "freeze_window"
ITEM: Final = "configuration_item"
OVER: Final = frozenset({"done", "failed", "withdrawn", "lifted"})
"""States in which a change or freeze is in nobody's way any more."""
MOST: Final = 5_000
TRIES: Final = 500
AHEAD: Final = timedelta(days=366)
"""How far ahead a free slot is looked for."""


@dataclass(frozen=True, kw_only=True)
class Window:
    """A change or freeze in the schedule; `starts` and `ends` are aware UTC."""

    record: Record
    starts: datetime
    ends: datetime
    items: frozenset[str]
    services: frozenset[str]
    interrupts: bool = False

    @property
    def is_freeze(self) -> bool:
        """Whether nothing is changed in it."""
        return self.record.type == FREEZE

    @property
    def open(self) -> bool:
        """Whether it still stands."""
        return not self.record.retired and self.record.state not in OVER


@dataclass(frozen=True, kw_only=True)
class Conflict:
    """What is in the way: because of the same item, a part or whole of one, a service, or a freeze."""

    window: Window
    reason: str
    """item, part, service or freeze."""
    about: tuple[str, ...] = ()
    """Keys of the items or services that both touch."""


@dataclass(frozen=True, kw_only=True)
class Schedule:
    """All windows, and of each item those that contain it or are part of it."""

    windows: tuple[Window, ...]
    related: Mapping[str, frozenset[str]]

    def conflicts(
        self,
        starts: datetime,
        ends: datetime,
        items: Collection[str],
        services: Collection[str] = (),
        *,
        interrupts: bool = False,
        but: str | None = None,
    ) -> tuple[Conflict, ...]:
        """Give what is in the way of a change then, the record `but` left out; the earliest first."""
        near = {each for item in items for each in self.related.get(item, ())} - set(items)
        found = []
        for window in self.windows:
            if window.record.key == but or not window.open or window.starts >= ends or window.ends <= starts:
                continue
            reason, about = _reason(window, frozenset(items), near, frozenset(services), interrupts)
            if reason:
                found.append(Conflict(window=window, reason=reason, about=tuple(sorted(about))))
        return tuple(found)

    def next_free(
        self,
        starts: datetime,
        ends: datetime,
        items: Collection[str],
        services: Collection[str] = (),
        *,
        interrupts: bool = False,
        but: str | None = None,
    ) -> datetime | None:
        """Give the first moment from `starts` on at which it would fit; None where there is none within a year."""
        length, begin = ends - starts, starts
        for _ in range(TRIES):
            found = self.conflicts(begin, begin + length, items, services, interrupts=interrupts, but=but)
            if not found:
                return begin
            begin = max(conflict.window.ends for conflict in found)
            if begin - starts > AHEAD:
                break
        return None

    def conflicts_of(self, window: Window) -> tuple[Conflict, ...]:
        """Give what is in the way of a change that stands in the schedule."""
        if window.is_freeze or not window.open:
            return ()
        return self.conflicts(
            window.starts,
            window.ends,
            window.items,
            window.services,
            interrupts=window.interrupts,
            but=window.record.key,
        )


def _reason(
    window: Window, items: frozenset[str], near: set[str], services: frozenset[str], interrupts: bool
) -> tuple[str, Collection[str]]:
    same, parts = window.items & items, window.items & near
    shared = window.services & services
    if window.is_freeze:
        about = same | parts | shared
        everything = not window.items and not window.services
        return ("freeze", about) if about or everything else ("", ())
    if same:
        return "item", same
    if parts:
        return "part", parts
    return ("service", shared) if shared and (interrupts or window.interrupts) else ("", ())


def schedule(tx: Transaction) -> Schedule:
    """Give the schedule as it is now: changes and freezes that have both times, the earliest first."""
    found = [record for kind in (CHANGE, FREEZE) for record in rows.find(tx, kind, {}, limit=MOST)[1]]
    windows = sorted(filter(None, map(_window, found)), key=lambda each: (each.starts, each.ends, each.record.key))
    return Schedule(windows=tuple(windows), related=_related(tx))


def _window(record: Record) -> Window | None:
    starts, ends = moment(record.values.get("starts")), moment(record.values.get("ends"))
    if starts is None or ends is None or ends <= starts:
        return None
    return Window(
        record=record,
        starts=starts,
        ends=ends,
        items=frozenset(_keys(record.values.get("items"))),
        services=frozenset(_keys(record.values.get("services"))),
        interrupts=record.values.get("interrupts") is True,
    )


def moment(value: Value) -> datetime | None:
    """Read a date and time of process data as aware UTC, one without an offset as UTC; None for anything else."""
    if not isinstance(value, str):
        return None
    try:
        read = datetime.fromisoformat(value.partition("[")[0].partition("@")[0])
        return (read if read.tzinfo else read.replace(tzinfo=UTC)).astimezone(UTC)
    except (ValueError, OverflowError):
        return None


def _keys(value: Value) -> Iterator[str]:
    yield from (one for one in (value if isinstance(value, list) else [value]) if isinstance(one, str))


def _related(tx: Transaction) -> dict[str, frozenset[str]]:
    """Give of each item the items that contain it and those that are part of it, over any number of steps."""
    above: dict[str, list[str]] = {}
    below: dict[str, list[str]] = {}
    for part, field, whole in rows.edges(tx, ITEM):
        if field == "part_of":
            above.setdefault(part, []).append(whole)
            below.setdefault(whole, []).append(part)
    return {item: _reached([item], above) | _reached([item], below) for item in above.keys() | below.keys()}


def _reached(begin: Sequence[str], steps: Mapping[str, Iterable[str]]) -> frozenset[str]:
    ahead, met = list(begin), set(begin)
    while ahead:
        for key in steps.get(ahead.pop(), ()):
            if key not in met:
                met.add(key)
                ahead.append(key)
    return frozenset(met - set(begin))
