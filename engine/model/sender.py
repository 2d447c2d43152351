"""Systems outside that may send messages: a monitoring tool, a mail gateway."""

from dataclasses import dataclass, field
from datetime import datetime


@dataclass(frozen=True, kw_only=True)
class Sender:
    """A system that may send messages of some names, in the name of a person; its token is kept as a digest only."""

    id: str
    name: str
    digest: str = field(repr=False)
    """SHA-256 of the token, in hexadecimal digits."""
    messages: tuple[str, ...]
    """The names of the messages it may send."""
    person_id: str
    """Who answers for what it sends: cases that begin by it are his, and for him unless the content names a caller."""
    made_at: datetime
    made_by: str | None
    used_at: datetime | None = None
    """When it last sent something, to the minute."""
    revoked_at: datetime | None = None
    revoked_by: str | None = None
