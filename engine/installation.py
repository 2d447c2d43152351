"""Installation: settings, database, clock and the memory that one process shares."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from engine.database import Database
from engine.errors import DatabaseUnavailable
from engine.settings import Settings

STRANGERS = "strangers"
"""Key in `Installation.memory`: what makes people and groups known by their ids (`tx`, people, groups), in place of a
refusal; a rehearsal takes everybody."""
UNKNOWN_RECORDS = "unknown records"
"""Key in `Installation.memory`: the same for records that others choose (`tx`, types by key)."""
GIVEN_UP = "given up"
"""Key in `Installation.memory`: what hears of a case that could not move in the background (its id, StepFailed)."""
SPOKEN_FOR = "spoken for"
"""Key in `Installation.memory`: says of an element, by id, whether its operation is answered from outside even though
the house could do it; a rehearsal answers what its scenario speaks of."""
JOBS_ADDED = "jobs added"
"""Key in `Installation.memory`: what to call, without arguments, after a commit that added jobs."""


def utc_now() -> datetime:
    """Give the time: the one place of the engine that looks at a clock."""
    return datetime.now(UTC)


@dataclass(frozen=True, kw_only=True, eq=False)
class Installation:
    """One running Keelson; `memory` holds what rooms keep between transactions, under keys of their own."""

    settings: Settings
    database: Database
    clock: Callable[[], datetime] = utc_now
    memory: dict[str, Any] = field(default_factory=dict)

    def jobs_added(self) -> None:
        """Tell the worker of this process, if there is one, that there may be something to do."""
        notify = self.memory.get(JOBS_ADDED)
        if notify is not None:
            notify()

    def close(self) -> None:
        """Close the database."""
        self.database.close()


def open_installation(settings: Settings, clock: Callable[[], datetime] = utc_now) -> Installation:
    """Make the data folder and open the database; connects to nothing yet. Raises DatabaseUnavailable."""
    database = Database(settings.database)
    try:
        settings.data.mkdir(mode=0o700, parents=True, exist_ok=True)
        if database.path is not None:
            database.path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    except OSError as error:
        raise DatabaseUnavailable(f"The data folder {settings.data} cannot be made: {error.strerror}.") from None
    return Installation(settings=settings, database=database, clock=clock)
