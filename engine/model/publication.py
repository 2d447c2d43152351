"""Versions of a process: drafts, proposals and releases."""

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, kw_only=True)
class PublicationRecord:
    """A version of a process in one of four states: draft, proposed, released, retired (decision 15)."""

    id: str
    process_id: str
    version: int | None
    state: str
    title: str
    digest: str | None
    revision: int
    based_on: str | None
    note: str
    author_id: str | None
    proposer_id: str | None
    releaser_id: str | None
    created_at: datetime
    changed_at: datetime
    proposed_at: datetime | None
    released_at: datetime | None
    vouched: bool = False
    """Whether who released it vouched for the Python in it, which then runs in the server."""

    @property
    def in_force(self) -> bool:
        """Whether new cases run on it. The last release of a process is in force unless that is out of use."""
        return self.state == "released"

    @property
    def proposal(self) -> str:
        """The key of its proposal as it stands: a version may be proposed several times."""
        return f"{self.id}:{self.revision}"
