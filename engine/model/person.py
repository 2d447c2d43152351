"""Person and Actor: who somebody is, and who acts."""

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, kw_only=True)
class Person:
    """Somebody known to the installation; `sessions` is raised to end every session of the person."""

    id: str
    login: str
    name: str
    email: str | None = None
    zone: str = "UTC"
    active: bool = True
    sessions: int = 0
    created_at: datetime


@dataclass(frozen=True, kw_only=True)
class Actor:
    """Who acts in a transaction, with the roles and groups in force at its beginning.

    `person_id` is None for the system itself. The name is for pages and mail, never for the journal.
    """

    person_id: str | None
    name: str
    roles: frozenset[str] = frozenset()

    @property
    def is_system(self) -> bool:
        """Whether nobody but the system itself acts."""
        return self.person_id is None


SYSTEM = Actor(person_id=None, name="Keelson")
"""The system itself: timers, jobs, the first load of the library."""
