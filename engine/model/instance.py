"""Cases and their tasks."""

from dataclasses import dataclass
from datetime import datetime
from typing import Final

from engine.model.audience import Audience

ORDINARY: Final = 50
"""The priority of a task of which nothing else is said."""


@dataclass(frozen=True, kw_only=True)
class Instance:
    """A case: one run of a publication, with a number people use (``INC-1042``)."""

    id: str
    number: str
    process_id: str
    publication_id: str
    title: str
    state: str
    """active, completed or cancelled."""
    outcome: str | None
    starter_id: str | None
    """None for a case begun by a message or signal."""
    caller_id: str | None
    service_id: str | None
    priority: str | None
    restricted: bool
    business_key: str | None
    started_at: datetime
    ended_at: datetime | None
    version: int
    parent_id: str | None = None
    """The case whose call activity called this one, and waits for it at `parent_token`."""
    parent_token: str | None = None
    suspended_at: datetime | None = None
    """Set while nothing but an operator may move it."""


@dataclass(frozen=True, kw_only=True)
class Task:
    """Work for a person in a case: offered to roles, groups and people, or one person's by name; perhaps claimed."""

    id: str
    instance_id: str
    token: str
    """Where in the engine's state the task waits."""
    element_id: str
    title: str
    state: str
    """open, completed, skipped or withdrawn."""
    audience: Audience
    """Who may claim it; nobody, where it is one person's by name."""
    person_id: str | None
    """Whose alone it is."""
    assignee_id: str | None
    form: str | None
    version: int
    created_at: datetime
    claimed_at: datetime | None
    ended_at: datetime | None
    ended_by: str | None
    due_at: datetime | None = None
    """When it should be done; a case's clocks have times of their own."""
    follow_up_at: datetime | None = None
    """When somebody should look at it again."""
    priority: int = ORDINARY
    """How urgent it is beside other tasks, the higher the sooner; cases have a priority of their own."""

    @property
    def urgency(self) -> int | None:
        """Its priority where that is not the ordinary one."""
        return None if self.priority == ORDINARY else self.priority


@dataclass(frozen=True, kw_only=True)
class Attachment:
    """A file that belongs to a case; its content lies in the data folder under its SHA-256 digest."""

    id: str
    digest: str
    name: str
    size: int
    detected_type: str
    instance_id: str | None
    uploaded_by: str
    uploaded_at: datetime
