"""The stores of earlier releases, with live cases of every kind, open under this one; every case goes on and ends."""

import io
import json
import re
import sqlite3
import tarfile
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
import zstandard
from alembic import command

from engine import journal
from engine.acts import attaching, signing_in, steering
from engine.connectors import vault
from engine.database import Database
from engine.model.person import SYSTEM
from engine.permissions import scope
from engine.reports.drafts import own_draft
from engine.storage import connections, instances, migrations, publications
from engine.storage.tables import metadata
from engine.transaction import reading
from tests.faults import invariants
from tests.journeys.story import Story
from tests.parts.organisation import Organisation, entered
from tests.parts.web import Reply, WebServer, serving
from tests.releases.finishing import finish, live
from tests.releases.making import ADDRESS, FOLDER, PASSWORD, PICTURE, SECRET
from tests.storage_contract.stores import Clock, opened
from webui import create_app

ARCHIVES = sorted(FOLDER.glob("*.tar.zst"))


@pytest.fixture(params=ARCHIVES, ids=lambda archive: archive.name.removesuffix(".tar.zst"))
def unpacked(request: pytest.FixtureRequest, tmp_path: Path) -> dict[str, Any]:
    """The archive in the test's folder; its facts."""
    content = zstandard.ZstdDecompressor().decompress(request.param.read_bytes(), max_output_size=50_000_000)
    with tarfile.open(fileobj=io.BytesIO(content)) as archive:
        archive.extractall(tmp_path, filter="data")
    facts: dict[str, Any] = json.loads((tmp_path / "facts.json").read_text())
    return facts


@pytest.fixture(params=["sqlite", pytest.param("postgresql", marks=pytest.mark.postgresql)])
def url(request: pytest.FixtureRequest, unpacked: dict[str, Any], tmp_path: Path) -> Iterator[str]:
    """The address of the store as the earlier release left it; on PostgreSQL its rows in the tables of then."""
    if request.param == "sqlite":
        yield f"sqlite:///{tmp_path}/keelson.sqlite"
        return
    server = request.getfixturevalue("postgresql_server")
    name = server.create()
    moved(tmp_path / "keelson.sqlite", server.url(name))
    yield server.url(name)
    server.drop(name)


def moved(file: Path, url: str) -> None:
    """Make the tables of the file's revision in another database, and fill them with its rows."""
    source = sqlite3.connect(file)
    source.row_factory = sqlite3.Row
    (revision,) = source.execute("SELECT version_num FROM alembic_version").fetchone()
    target = Database(url)
    try:
        with target.writing() as connection:
            command.upgrade(migrations.configuration(connection), revision)
        found = sa.MetaData()
        with target.writing() as connection:
            found.reflect(connection)
            connection.exec_driver_sql("SET LOCAL session_replication_role = replica")
            for table in found.tables.values():
                rows = [_row(table, dict(row)) for row in source.execute(f'SELECT * FROM "{table.name}"')]  # noqa: S608
                connection.execute(table.delete())
                if rows:
                    connection.execute(table.insert(), rows)
    finally:
        target.close()
        source.close()


def _row(table: sa.Table, row: dict[str, Any]) -> dict[str, Any]:
    for column in table.columns:
        value = row[column.name]
        if isinstance(column.type, sa.Boolean) and value is not None:
            row[column.name] = bool(value)
        elif isinstance(column.type, sa.DateTime) and value is not None:
            row[column.name] = datetime.fromisoformat(value)
    return row


@pytest.fixture
def story(url: str, unpacked: dict[str, Any], tmp_path: Path) -> Iterator[Story]:
    """The store, upgraded and opened at the moment when it was left."""
    clock = Clock(datetime.fromisoformat(unpacked["at"]))
    installation = opened(url, tmp_path, clock)
    migrations.upgrade(installation.database)
    yield Story(entered(installation, clock))
    installation.close()


@pytest.fixture
def web() -> Iterator[WebServer]:
    with serving() as server:
        server.replies["/orders"] = Reply(status=201, headers={"Content-Type": "application/json"}, body=b'{"id": 7}')
        yield server


def reconnected(organisation: Organisation, web: WebServer) -> None:
    """The system that cases call has moved: what is kept of its address is written anew."""
    old, new = ADDRESS.split("/")[2], f"127.0.0.1:{web.port}"
    with organisation.installation.database.writing() as connection:
        for table, column in (("job", "payload"), ("allowed_host", "host")):
            connection.execute(sa.text(f"UPDATE {table} SET {column} = replace({column}, '{old}', '{new}')"))  # noqa: S608


def test_there_is_an_archive_of_this_release_or_the_next_one_adds_it() -> None:
    assert ARCHIVES
    assert all(re.fullmatch(r"\d{4}-\d+\.\d+\.\d+\.tar\.zst", archive.name) for archive in ARCHIVES)
    assert all(archive.stat().st_size < 600_000 for archive in ARCHIVES)


def test_it_opens_with_all_that_it_holds(story: Story, unpacked: dict[str, Any]) -> None:
    organisation = story.organisation
    invariants.check(organisation.installation, local={"said"})
    with organisation.reading() as tx:
        found, _ = instances.find(tx, scope(SYSTEM), filters={}, limit=1000)
        secret = connections.secret(tx, "ticket-key")
        states = {
            record.state for name in ("incident", "timers", "called") for record in publications.of_process(tx, name)
        }
        assert secret is not None
        assert vault.opened(tx.settings, secret).value == SECRET
    assert set(unpacked["cases"].values()) <= {instance.number for instance in found}
    assert {instance.state for instance in found} == {"active", "completed", "cancelled"}
    assert states == {"draft", "proposed", "released", "retired"}
    assert signing_in.sign_in(organisation.installation, "sam", PASSWORD).login == "sam"
    assert set(organisation.actor("sam").roles) == {"employee", "service_desk"}
    with organisation.looking("colin") as tx:
        kept, _ = own_draft(tx, "start:incident")
        assert kept == {"title": ["Not yet sent"], "description": ["Every morning"]}
    with organisation.looking("otto") as tx:
        filed = instances.by_number(tx, unpacked["cases"]["with a file"])
        assert filed is not None
        (attachment,) = instances.attachments_of(tx, filed.id)
        assert attaching.open_file(tx, filed.id, attachment.digest)[1].read_bytes() == PICTURE


def test_every_page_of_its_cases_opens(story: Story) -> None:
    organisation = story.organisation
    client = create_app(organisation.installation).test_client()

    def opens(login: str, *paths: str) -> None:
        with client.session_transaction() as session:
            session["_user_id"] = f"{organisation.ids[login]}:{1 if login == 'sam' else 0}:x"
        for path in paths:
            answer = client.get(path)
            assert answer.status_code == 200, (login, path, answer.get_data(as_text=True)[-800:])

    with organisation.reading() as tx:
        found, _ = instances.find(tx, scope(SYSTEM), filters={}, limit=1000)
        claimed = [(instance, task) for instance in found for task in instances.tasks_of(tx, instance.id, state="open")]
    for instance in found:
        pages = (f"/cases/{instance.number}", f"/cases/{instance.number}/trace")
        opens("otto", *pages, f"/cases/{instance.number}/moment?seq=1")
    for _, task in claimed:
        if task.audience.text == "service_desk":
            opens("sam", f"/tasks/{task.id}")
    opens("olga", "/operations", "/operations/incidents", "/operations/connections")
    opens("paul", "/processes", "/processes/incident", "/processes/timers", "/processes/called")


def test_a_state_kept_by_it_can_be_gone_back_to(story: Story, unpacked: dict[str, Any]) -> None:
    organisation = story.organisation
    with organisation.reading() as tx:
        case = instances.by_number(tx, unpacked["cases"]["clock rests"])
        assert case is not None
        logged = next(
            task for task in instances.tasks_of(tx, case.id, state="completed") if task.element_id == "INC_Log"
        )
    with organisation.acting("olga") as tx:
        steering.go_back_to(tx, logged.id, "It was something else.")
    with organisation.reading() as tx:
        assert [task.element_id for task in instances.tasks_of(tx, case.id, state="open")] == ["INC_Log"]
    invariants.check(organisation.installation, local={"said"})


def test_every_case_goes_on_and_ends(story: Story, web: WebServer) -> None:
    reconnected(story.organisation, web)
    begun = len(live(story))
    assert begun > 10
    finish(story)
    invariants.check(story.organisation.installation, local={"said"})
    assert len(web.asked) == 2
    with reading(story.organisation.installation, SYSTEM) as tx:
        verdicts = list(journal.verify_all(tx))
    assert all(verdict.consistent for verdict in verdicts)


def test_all_tables_are_carried_over(unpacked: dict[str, Any], tmp_path: Path) -> None:
    """A kind of row that the archive does not hold is a kind that its upgrade is not tried with."""
    with sqlite3.connect(tmp_path / "keelson.sqlite") as source:
        names = [name for (name,) in source.execute("SELECT name FROM sqlite_master WHERE type = 'table'")]
        empty = {name for name in names if not source.execute(f'SELECT count(*) FROM "{name}"').fetchone()[0]}  # noqa: S608
    source.close()
    assert set(names) - {"alembic_version"} <= set(metadata.tables)
    assert empty == set()
