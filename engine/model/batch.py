"""Batches: many cases put on another version of their process by one decision, each by itself."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum


class BatchState(StrEnum):
    """Where a batch stands."""

    RUNNING = "running"
    PAUSED = "paused"
    """It rests until somebody resumes it."""
    STOPPED = "stopped"
    """It was ended before its last case."""
    DONE = "done"


class Outcome(StrEnum):
    """What became of a case of a batch."""

    WAITING = "waiting"
    """It has not been looked at yet."""
    MOVED = "moved"
    LEFT = "left"
    """It stays on its version; the problem says why."""


@dataclass(frozen=True, kw_only=True)
class Batch:
    """Cases that are put on a version. `mapping`: old ids to new ones, beside what maps by itself.

    `round` counts how often it was set going: a job of an earlier round does nothing.
    """

    id: str
    process_id: str
    publication_id: str
    mapping: Mapping[str, str]
    reason: str
    state: BatchState
    round: int
    started_by: str | None
    started_at: datetime
    ended_at: datetime | None


@dataclass(frozen=True, kw_only=True)
class BatchCase:
    """A case of a batch, in the order in which they are looked at."""

    batch_id: str
    position: int
    instance_id: str
    outcome: Outcome
    problem: str | None
    at: datetime | None
