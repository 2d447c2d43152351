"""What an act says to its database, and the same said again by nobody but a replay."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

import sqlalchemy as sa
from sqlalchemy import event

from engine.database import Database

BEGINS = ("BEGIN", "COMMIT", "ROLLBACK")


@dataclass(frozen=True, kw_only=True)
class Said:
    """One statement with the values it was sent with; `many`: one execution for each of a list."""

    text: str
    values: Any
    many: bool

    @property
    def begins(self) -> bool:
        """Whether it is only the frame of a transaction."""
        return self.text.startswith(BEGINS)

    @property
    def writes(self) -> bool:
        """Whether it brings values to be kept."""
        return self.text.lstrip().startswith(("INSERT", "UPDATE", "DELETE"))

    @property
    def size(self) -> int:
        """The bytes of its values."""
        rows = self.values if self.many else [self.values]
        return sum(_size(value) for row in rows for value in (row.values() if isinstance(row, dict) else row))


@dataclass(kw_only=True)
class Recording:
    """Statements in their order, and how many commits there were."""

    said: list[Said] = field(default_factory=list)
    commits: int = 0

    @property
    def statements(self) -> int:
        """How many statements were sent, BEGIN and COMMIT not counted."""
        return sum(not each.begins for each in self.said)

    @property
    def bytes_written(self) -> int:
        """The bytes of all values in statements that write."""
        return sum(each.size for each in self.said if each.writes)


@contextmanager
def recorded() -> Iterator[Recording]:
    """Record what every connection of this process says meanwhile."""
    recording = Recording()

    def before(_c: Any, _cursor: Any, text: str, values: Any, _context: Any, many: bool) -> None:
        recording.said.append(Said(text=text, values=values, many=many))

    def commit(_connection: sa.Connection) -> None:
        recording.commits += 1

    event.listen(sa.Engine, "before_cursor_execute", before)
    event.listen(sa.Engine, "commit", commit)
    try:
        yield recording
    finally:
        event.remove(sa.Engine, "before_cursor_execute", before)
        event.remove(sa.Engine, "commit", commit)


def replay(recording: Recording, database: Database) -> None:
    """Say it all again in one transaction of another store, fetching what there is to fetch.

    The door of that store is the one acts use: the same locks, settings, BEGIN and COMMIT.
    """
    with database.writing() as connection:
        for each in recording.said:
            if not each.begins:
                result = connection.exec_driver_sql(each.text, each.values)
                if result.returns_rows:
                    result.all()


def _size(value: Any) -> int:
    if isinstance(value, bytes):
        return len(value)
    return len(value.encode()) if isinstance(value, str) else 0 if value is None else 8
