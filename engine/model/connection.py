"""What operators let calls that leave the house have: secrets, and hosts in private networks."""

from dataclasses import dataclass, field
from datetime import datetime


@dataclass(frozen=True, kw_only=True)
class SealedSecret:
    """A secret at rest: bound to one operation and one host (a name, or name and port), sealed with the master key."""

    name: str
    operation: str
    host: str
    sealed: bytes = field(repr=False)
    key_id: str
    version: int
    changed_at: datetime
    changed_by: str | None
    used_at: datetime | None = None
    """When a call last used it, to the minute; None where none has since it was given."""


@dataclass(frozen=True, kw_only=True)
class AllowedHost:
    """A host (a name, or name and port) that calls may reach although it lies in a private network."""

    host: str
    reason: str
    added_at: datetime
    added_by: str | None
