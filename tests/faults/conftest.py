"""The organisation on SQLite and on PostgreSQL: what must hold when two act at once, or when one is killed."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.parts.organisation import Organisation, entered, organisation_store, settled
from tests.storage_contract.stores import Clock, build, opened, upgraded_sqlite

__all__ = ["organisation_store", "upgraded_sqlite"]


@pytest.fixture(params=["sqlite", pytest.param("postgresql", marks=pytest.mark.postgresql)])
def organisation_url(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """The address of a database with the organisation, this test's own."""
    if request.param == "sqlite":
        path = tmp_path / "keelson.sqlite"
        path.write_bytes(request.getfixturevalue("organisation_store").read_bytes())
        yield f"sqlite:///{path}"
        return

    def settle(url: str) -> None:
        build(url)
        settled(url, tmp_path).installation.close()

    server = request.getfixturevalue("postgresql_server")
    name = server.create(template=server.template("keelson_organisation", settle))
    yield server.url(name)
    server.drop(name)


@pytest.fixture
def organisation(organisation_url: str, tmp_path: Path) -> Iterator[Organisation]:
    """The organisation, opened."""
    clock = Clock()
    installation = opened(organisation_url, tmp_path, clock)
    yield entered(installation, clock)
    installation.close()
