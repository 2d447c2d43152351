"""What the tests of the store and the engine share: an upgraded, empty installation on each database."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from engine.database import Database
from engine.installation import Installation, open_installation
from engine.model.identity import new_id
from engine.settings import Settings
from engine.storage import migrations, tables
from engine.transaction import Transaction


class Clock:
    """A clock that goes only when told to."""

    def __init__(self, now: datetime = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)) -> None:
        self.now = now

    def __call__(self) -> datetime:
        return self.now

    def forward(self, **amount: float) -> datetime:
        self.now += timedelta(**amount)
        return self.now


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture(scope="session")
def upgraded_sqlite(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("upgraded") / "keelson.sqlite"
    build(f"sqlite:///{path}")
    return path


def build(url: str) -> None:
    database = Database(url)
    migrations.upgrade(database)
    database.close()


@pytest.fixture
def sqlite_url(upgraded_sqlite: Path, tmp_path: Path) -> str:
    path = tmp_path / "keelson.sqlite"
    path.write_bytes(upgraded_sqlite.read_bytes())
    return f"sqlite:///{path}"


@pytest.fixture(params=["sqlite", pytest.param("postgresql", marks=pytest.mark.postgresql)])
def database_url(request: pytest.FixtureRequest) -> Iterator[str]:
    """The address of an upgraded, empty database of this test's own."""
    if request.param == "sqlite":
        yield request.getfixturevalue("sqlite_url")
        return
    server = request.getfixturevalue("postgresql_server")
    name = server.create(template=server.template("keelson_upgraded", build))
    yield server.url(name)
    server.drop(name)


def opened(url: str, folder: Path, clock: Clock, **settings: Any) -> Installation:
    return open_installation(replace(Settings(data=folder, database=url), **settings), clock)


@pytest.fixture
def store(database_url: str, tmp_path: Path, clock: Clock) -> Iterator[Installation]:
    """An installation over an upgraded, empty database, with a clock that goes only when told to."""
    installation = opened(database_url, tmp_path, clock)
    yield installation
    installation.close()


@pytest.fixture
def sqlite_store(sqlite_url: str, tmp_path: Path, clock: Clock) -> Iterator[Installation]:
    """The same over SQLite only, for what PostgreSQL does not need."""
    installation = opened(sqlite_url, tmp_path, clock)
    yield installation
    installation.close()


def add_person(tx: Transaction, **values: Any) -> str:
    person_id = new_id()
    row = {
        "id": person_id,
        "login": person_id,
        "name": "Anna Berg",
        "email": "anna@example.org",
        "created_at": tx.now(),
    }
    tx.connection.execute(tables.person.insert().values(row | values))
    return person_id


def add_case(tx: Transaction) -> str:
    """Add the least that jobs and clocks of a case need; gives the id of the case."""
    person_id, publication_id, instance_id = add_person(tx), new_id(), new_id()
    tx.connection.execute(
        tables.publication.insert().values(
            id=publication_id,
            process_id="incident",
            state="released",
            title="Incident",
            revision=1,
            created_at=tx.now(),
            changed_at=tx.now(),
        )
    )
    tx.connection.execute(
        tables.instance.insert().values(
            id=instance_id,
            number=instance_id[:32],
            process_id="incident",
            publication_id=publication_id,
            title="Printer",
            state="active",
            starter_id=person_id,
            started_at=tx.now(),
            version=1,
        )
    )
    return instance_id
