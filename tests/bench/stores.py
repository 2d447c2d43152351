"""Where benchmarks keep their stores: SQLite files, databases of a PostgreSQL server; commits reach a disk in both."""

import os
import platform
import shutil
import sqlite3
import tempfile
from collections.abc import Callable, Iterator, Mapping
from contextlib import closing, contextmanager
from dataclasses import dataclass
from itertools import count
from pathlib import Path
from typing import Any, Final, Protocol

import sqlalchemy as sa

from engine.database import Database
from engine.storage import tables
from tests.parts import postgresql, run_folder
from tests.parts.postgresql import PostgreSQL

_numbers = count(1)


class Place(Protocol):
    """A database system that stores can be made on; both work on SQLite and on PostgreSQL alike."""

    @property
    def name(self) -> str:
        """Its name in the figures."""

    def new(self) -> "Store":
        """Make an empty store."""

    def copy(self, store: "Store") -> "Store":
        """Copy a store page by page, so that the twin is as scattered; nobody may be connected to it."""


@dataclass(frozen=True, kw_only=True)
class Store:
    """One store: its address, and a folder for what lies beside it."""

    folder: Path
    url: str


@dataclass(frozen=True, kw_only=True)
class SqlitePlace:
    """SQLite files below a folder."""

    folder: Path
    name: str = "sqlite"

    def new(self) -> Store:
        """Make the folder of a new file."""
        folder = _folder(self.folder)
        return Store(folder=folder, url=f"sqlite:///{folder}/keelson.sqlite")

    def copy(self, store: Store) -> Store:
        """Copy the file; it may be open."""
        twin = self.new()
        with (
            closing(sqlite3.connect(store.folder / "keelson.sqlite")) as source,
            closing(sqlite3.connect(twin.folder / "keelson.sqlite")) as target,
        ):
            source.backup(target)
        return twin


@dataclass(frozen=True, kw_only=True)
class PostgresqlPlace:
    """Databases of one server."""

    folder: Path
    server: PostgreSQL
    name: str = "postgresql"

    def new(self) -> Store:
        """Make an empty database."""
        return Store(folder=_folder(self.folder), url=self.server.url(self.server.create()))

    def copy(self, store: Store) -> Store:
        """Copy the database by its files."""
        source = sa.make_url(store.url).database or ""
        return Store(folder=_folder(self.folder), url=self.server.url(self.server.create(template=source)))


def _folder(above: Path) -> Path:
    folder = above / f"store-{next(_numbers)}"
    folder.mkdir(parents=True)
    return folder


DURABLE: Final = {"fsync": "on", "synchronous_commit": "on", "full_page_writes": "on"}


@contextmanager
def places() -> Iterator[tuple[Place, ...]]:
    """Both database systems, and nothing left of them afterwards."""
    # Folders for temporary files are often memory; what lies below .cache or in /var/tmp is on a disk.
    cache = Path(".cache").absolute()
    cache.mkdir(exist_ok=True)
    folder = Path(tempfile.mkdtemp(prefix="keelson-bench-", dir=cache))
    run_folder.begin(Path("/var/tmp"))  # noqa: S108 - the name below it is random; nobody else may look inside
    try:
        yield (
            SqlitePlace(folder=folder),
            PostgresqlPlace(folder=folder, server=postgresql.running(DURABLE)),
        )
    finally:
        postgresql.stop()
        run_folder.end()
        shutil.rmtree(folder, ignore_errors=True)


def differences(store: Store, twin: Store) -> list[str]:
    """Name the tables whose rows differ."""
    rows = [_rows(each) for each in (store, twin)]
    return [name for name in rows[0] if rows[0][name] != rows[1][name]]


def _rows(store: Store) -> dict[str, list[str]]:
    database = Database(store.url)
    with database.reading() as connection:
        found = {
            table.name: sorted(repr(tuple(row)) for row in connection.execute(sa.select(table)))
            for table in tables.metadata.sorted_tables
        }
    database.close()
    return found


Measure = Callable[[Place], Mapping[str, Any]]


def on_both(name: str, measure: Measure, at_most: Mapping[str, float], at_least: Mapping[str, float]) -> dict[str, Any]:
    """Measure on SQLite, then on PostgreSQL; gives the object to print, with the worse of the two for each target."""
    before = busy()
    with places() as both:
        found = {place.name: measure(place) for place in both}
    worst = {key: max(each[key] for each in found.values()) for key in at_most}
    worst |= {key: min(each[key] for each in found.values()) for key in at_least}
    met = all(worst[key] <= at_most[key] for key in at_most) and all(worst[key] >= at_least[key] for key in at_least)
    targets = {**at_most, **at_least}
    return {"benchmark": name, **worst, "targets": targets, "met": met, "machine": machine(before), "databases": found}


def busy() -> float:
    """How many processes wait for the processors."""
    return round(os.getloadavg()[0], 1)


def machine(before: float) -> dict[str, Any]:
    """What was measured on, and how busy it was before and after."""
    return {
        "cores": os.cpu_count(),
        "load_before": before,
        "load_after": busy(),
        "python": platform.python_version(),
    }
