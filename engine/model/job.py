"""Jobs: what is to be done later or outside, kept in the same commit as the state that asks for it."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any, Final

from engine.model.identity import new_id
from forms.data import Value, normalise

ATTEMPTS: Final = 8
"""How often a job is tried before it waits for an operator."""

HELD: Final = "held"
"""Where the job of a look at a condition that begins cases keeps whether it was true at the look before."""


class JobKind(StrEnum):
    """What a job is for."""

    TIMER = "timer"
    """A timer of a case is due."""
    MESSAGE = "message"
    """A message is to be handed to a case."""
    MAIL = "mail"
    """A mail is to be sent to a person of the house; sent at least once."""
    OUTSIDE = "outside"
    """A service task calls something outside the house; made at least once, under the job's id."""
    ROUTE = "route"
    """A message or signal that a case sent looks for those it is for; or a kept message reaches the end of its life."""
    SIGNAL = "signal"
    """A signal is to be told to a case."""
    START = "start"
    """A message or signal is to begin a case."""
    SCHEDULE = "schedule"
    """A timer start event of a release is due, or a condition that begins cases is to be looked at."""
    CALL = "call"
    """A called case is to begin or to be cancelled, or its caller to learn what became of it."""
    BATCH = "batch"
    """A batch puts its next case on another version."""
    CLOCK = "clock"
    """A service-level clock reaches its warning or its end."""


class JobStatus(StrEnum):
    """Where a job stands."""

    WAITING = "waiting"
    """Due at its time."""
    HELD = "held"
    """Waits whatever its time: its case is suspended."""
    LEASED = "leased"
    """Taken by a worker until the lease ends; then anybody may take it again."""
    DONE = "done"
    FAILED = "failed"
    """Given up; an operator may have it tried again."""
    CANCELLED = "cancelled"
    """No longer wanted, for instance because its case moved on."""


@dataclass(frozen=True, kw_only=True)
class Job:
    """One thing to do at its due time. `attempt` counts the leases: together with the id it fences a worker that died.

    `token` says what in the case the job belongs to. The id is the idempotency key of whatever leaves the house.
    """

    id: str
    kind: JobKind
    status: JobStatus
    due_at: datetime
    lease_until: datetime | None
    attempt: int
    attempts_left: int
    payload: Mapping[str, Value]
    instance_id: str | None
    token: str | None
    problem: str | None
    created_at: datetime
    ended_at: datetime | None

    @staticmethod
    def new(
        kind: JobKind,
        *,
        due_at: datetime,
        now: datetime,
        payload: Mapping[str, Any],
        instance_id: str | None = None,
        token: str | None = None,
        attempts: int = ATTEMPTS,
    ) -> "Job":
        """Make a waiting job. Raises DataUnacceptable when the payload is no process data."""
        return Job(
            id=new_id(),
            kind=kind,
            status=JobStatus.WAITING,
            due_at=due_at,
            lease_until=None,
            attempt=0,
            attempts_left=attempts,
            payload=normalise(payload),
            instance_id=instance_id,
            token=token,
            problem=None,
            created_at=now,
            ended_at=None,
        )
