"""The organisation on SQLite and on PostgreSQL: what must hold when two act at once, or when one is killed."""

from collections.abc import Iterator, Mapping
from dataclasses import replace
from pathlib import Path
from typing import cast
from uuid import uuid4

import pytest

from engine import worker
from engine.acts import outside_calls
from engine.connectors import http
from engine.connectors.contract import Call, CallFailed, Connector, Grants
from forms.data import Value
from tests.faults.scene import Scene, Store
from tests.parts.organisation import Organisation, organisation_store, organisation_url, reopened
from tests.parts.postgresql import PostgreSQL
from tests.storage_contract.stores import upgraded_sqlite

__all__ = ["organisation_store", "organisation_url", "upgraded_sqlite"]


@pytest.fixture(autouse=True)
def _unhurried(monkeypatch: pytest.MonkeyPatch) -> None:
    """What is done in one commit does not depend on how fast the machine is."""
    monkeypatch.setattr(worker, "TOGETHER_SECONDS", 300.0)


@pytest.fixture
def organisation(organisation_url: str, tmp_path: Path) -> Iterator[Organisation]:
    """The organisation, opened."""
    yield from reopened(organisation_url, tmp_path)


@pytest.fixture
def store(organisation_url: str, tmp_path: Path, request: pytest.FixtureRequest) -> Iterator[Store]:
    made: list[str] = []

    def copy_file(url: str) -> str:
        path = tmp_path / f"{uuid4().hex}.sqlite"
        path.write_bytes(Path(url.removeprefix("sqlite:///")).read_bytes())
        return f"sqlite:///{path}"

    def copy_database(url: str) -> str:
        server = cast(PostgreSQL, request.getfixturevalue("postgresql_server"))
        made.append(server.create(template=url.partition("@/")[2].partition("?")[0]))
        return server.url(made[-1])

    yield Store(url=organisation_url, copy=copy_file if organisation_url.startswith("sqlite") else copy_database)
    for name in made:
        request.getfixturevalue("postgresql_server").drop(name)


@pytest.fixture
def scene(store: Store, organisation: Organisation, tmp_path: Path, asked: Path) -> Iterator[Scene]:
    scene = Scene(store, organisation, tmp_path)
    yield scene
    scene.store.close()


@pytest.fixture
def asked(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The file in which another system notes the keys under which it was asked."""
    path = tmp_path / "asked"

    def answer(call: Call, _grants: Grants) -> Mapping[str, Value]:
        if "nobody" in str(call.arguments["url"]):
            raise CallFailed("Nobody is there.", permanent=True)
        with path.open("a") as file:
            file.write(f"{call.key}\n")
        return {"status": 201, "body": {"id": "T-7"}}

    connectors: dict[str, Connector] = {http.FACE.id: replace(http.CONNECTOR, run=answer)}
    monkeypatch.setattr(outside_calls, "CONNECTORS", connectors)
    return path
