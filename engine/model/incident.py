"""Incidents: what the house could not carry out by itself, for an operator to resolve."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from engine.model.job import JobKind


class IncidentState(StrEnum):
    """Where an incident stands."""

    OPEN = "open"
    RETRIED = "retried"
    """An operator had it tried again; if it fails again, that is another incident."""
    SKIPPED = "skipped"
    """An operator decided that it is left undone."""
    OVER = "over"
    """Its case ended meanwhile."""


@dataclass(frozen=True, kw_only=True)
class Incident:
    """A job that was given up: what failed and where, in words a person can act on, after how many attempts."""

    id: str
    job_id: str
    kind: JobKind
    instance_id: str | None
    element_id: str | None
    message: str
    attempts: int
    state: IncidentState
    opened_at: datetime
    ended_at: datetime | None
    ended_by: str | None
