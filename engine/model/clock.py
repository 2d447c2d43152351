"""Service-level clocks: a ledger of a budget, what was consumed of it, and why it does not run."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from forms.data import Value


class ClockState(StrEnum):
    """Where a clock stands. One whose budget ran out goes on running, with `breached_at` set, until it is stopped."""

    RUNNING = "running"
    PAUSED = "paused"
    MET = "met"
    MISSED = "missed"
    CANCELLED = "cancelled"


class ClockEventKind(StrEnum):
    """What happened to a clock; the last part of the journal's ``clock.*`` kinds."""

    STARTED = "started"
    PAUSED = "paused"
    RESUMED = "resumed"
    RETARGETED = "retargeted"
    WARNED = "warned"
    MISSED = "missed"
    MET = "met"
    STOPPED = "stopped"
    CANCELLED = "cancelled"


@dataclass(frozen=True, kw_only=True)
class OpenPause:
    """Why a clock does not run now: an element of the diagram that is open, and in words."""

    element: str
    reason: str


@dataclass(frozen=True, kw_only=True)
class Clock:
    """A service-level clock of a case; whole seconds, so that any number of pauses loses nothing.

    `calendar` is the canonical JSON of the working hours it counts, None for around the clock. `consumed` is what was
    used up to `running_since`, or in all while the clock does not run. `due_at` is when the budget ends if nothing
    pauses the clock again; None while paused.
    """

    id: str
    instance_id: str
    name: str
    state: ClockState
    priority: str | None
    calendar: str | None
    budget: timedelta
    consumed: timedelta
    running_since: datetime | None
    pauses: tuple[OpenPause, ...]
    due_at: datetime | None
    breached_at: datetime | None
    warned: bool
    started_at: datetime
    ended_at: datetime | None

    @property
    def ended(self) -> bool:
        """Whether nothing can happen to the clock any more."""
        return self.ended_at is not None


@dataclass(frozen=True, kw_only=True)
class ClockEvent:
    """One thing that happened to a clock; `detail` is process data without personal data."""

    clock_id: str
    name: str
    at: datetime
    kind: ClockEventKind
    detail: Mapping[str, Value]
