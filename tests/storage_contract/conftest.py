"""Every test of this folder runs over SQLite and over PostgreSQL."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from engine.database import Database
from engine.installation import Installation, open_installation
from engine.settings import Settings
from engine.storage import migrations


class Clock:
    """A clock that goes only when told to."""

    def __init__(self) -> None:
        self.now = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)

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
    database = Database(f"sqlite:///{path}")
    migrations.upgrade(database)
    database.close()
    return path


def build_postgresql(url: str) -> None:
    database = Database(url)
    migrations.upgrade(database)
    database.close()


@pytest.fixture(params=["sqlite", pytest.param("postgresql", marks=pytest.mark.postgresql)])
def database_url(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """The address of an upgraded, empty database of this test's own."""
    if request.param == "sqlite":
        path = tmp_path / "keelson.sqlite"
        path.write_bytes(request.getfixturevalue("upgraded_sqlite").read_bytes())
        yield f"sqlite:///{path}"
        return
    server = request.getfixturevalue("postgresql_server")
    name = server.create(template=server.template("keelson_upgraded", build_postgresql))
    yield server.url(name)
    server.drop(name)


@pytest.fixture
def store(database_url: str, tmp_path: Path, clock: Clock) -> Iterator[Installation]:
    """An installation over an upgraded, empty database, with a clock that goes only when told to."""
    installation = open_installation(Settings(data=tmp_path, database=database_url), clock)
    yield installation
    installation.close()
