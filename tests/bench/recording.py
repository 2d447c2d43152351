"""What an act says to its database, and the same said again by nobody but a replay."""

from collections.abc import Callable, Iterator
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
    built: Any = None
    """The statement as it was built, before it became text; None where it was text from the beginning."""
    given: Any = None
    """The values that were given with it when it was sent."""

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
        return len(self.said)

    @property
    def writes(self) -> bool:
        """Whether any of them brings values to be kept."""
        return any(each.writes for each in self.said)

    @property
    def bytes_written(self) -> int:
        """The bytes of all values in statements that write."""
        return sum(each.size for each in self.said if each.writes)


@contextmanager
def transactions(*, built: bool = True) -> Iterator[list[Recording]]:
    """Record what every connection of this process says meanwhile, each transaction by itself; told at the end.

    `built`: also as what statements were built. What is recorded is often measured as well: things are only noted then.
    """
    found: list[Recording] = []
    heard: list[Any] = []
    building: list[tuple[Any, Any]] = []

    def begins(_connection: sa.Connection) -> None:
        heard.append("begin")

    def builds(_connection: sa.Connection, built: Any, many: Any, one: Any, _options: Any) -> None:
        building[:] = [(built, many or one or None)]

    def before(_c: Any, _cursor: Any, text: str, values: Any, _context: Any, many: bool) -> None:
        heard.append((text, values, many, building.pop() if building else (None, None)))

    def commit(_connection: sa.Connection) -> None:
        heard.append("commit")

    listeners: dict[str, Callable[..., None]] = {
        "begin": begins,
        "before_cursor_execute": before,
        "commit": commit,
    } | ({"before_execute": builds} if built else {})
    for name, listener in listeners.items():
        event.listen(sa.Engine, name, listener)
    try:
        yield found
    finally:
        for name, listener in listeners.items():
            event.remove(sa.Engine, name, listener)
        found += _told(heard)


def _told(heard: list[Any]) -> Iterator[Recording]:
    recording: Recording | None = None
    for each in heard:
        match each:
            case "begin":
                if recording is not None:
                    yield recording
                recording = Recording()
            case "commit":
                assert recording is not None
                recording.commits += 1
            case text, values, many, (built, given) if not text.startswith(BEGINS):
                assert recording is not None
                said = Said(text=text, values=_plain(values), many=many, built=built, given=_plain(given))
                recording.said.append(said)
    if recording is not None:
        yield recording


@contextmanager
def recorded() -> Iterator[Recording]:
    """Record what every connection of this process says meanwhile, as if it were one transaction, as text only."""
    recording = Recording()
    with transactions(built=False) as found:
        yield recording
    recording.said = [said for each in found for said in each.said]
    recording.commits = sum(each.commits for each in found)


def replay(recording: Recording, database: Database, *, built: bool = False) -> None:
    """Say it all again in one transaction of another store, fetching what there is to fetch.

    The door of that store is the one acts and reports use: the same locks, settings, BEGIN and COMMIT. Statements are
    sent as the text they became, and their rows fetched as the driver gives them; `built`: as they were built, and rows
    with the types of their columns.
    """
    with database.writing() if recording.writes else database.reading() as connection:
        for each in recording.said:
            if built and each.built is not None:
                result = connection.execute(each.built, each.given)
            else:
                result = connection.exec_driver_sql(each.text, each.values)
            if result.returns_rows:
                result.all()


def _plain(values: Any) -> Any:
    """The values with bytes in place of views of them."""
    if isinstance(values, dict):
        return {name: _plain(value) for name, value in values.items()}
    if isinstance(values, list | tuple):
        return type(values)(map(_plain, values))
    return bytes(values) if isinstance(values, memoryview) else values


def _size(value: Any) -> int:
    if isinstance(value, bytes):
        return len(value)
    return len(value.encode()) if isinstance(value, str) else 0 if value is None else 8
