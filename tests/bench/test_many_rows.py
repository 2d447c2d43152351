"""Lists among many rows: as many statements as among few, and each finds its rows by an index."""

import html
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from flask.testing import FlaskClient

from engine.acts import measuring, publishing
from engine.acts.measuring import TOGETHER
from engine.acts.people import add_person, grant_role
from engine.database import Database
from engine.model.person import SYSTEM
from engine.reports import parts
from engine.reports.comments import comments
from engine.storage import instances
from engine.transaction import begin, reading
from tests.bench.crowded import crowd, talk
from tests.bench.loop import FILES, PROCESS, Clock, Loop, begun, desk, opened
from tests.bench.recording import Recording, transactions
from tests.bench.stores import Place, PostgresqlPlace, SqlitePlace
from tests.parts.postgresql import PostgreSQL
from webui import create_app
from webui.measures import AT_ONCE

PAGES = (
    "/work",
    "/work?view=groups",
    "/work?view=overdue",
    "/work?view=all",
    "/work?view=all&sort=newest&page=2",
    "/cases",
    "/cases?state=active&page=2",
    "/cases?process=rounds",
    "/cases?state=suspended",
    "/requests",
    "/history",
    "/operations",
    "/operations/incidents",
)
LIBRARY = ("/processes", "/processes/rounds", "/measures", "/clauses", "/ownership", "/start")
FEW, MANY = 60, 600
OPEN = b"""[[measures]]\nid = "open"\ntitle = "Open"\nover = "open"\nas = "count"\n"""
MEASURED = (
    OPEN
    + b"""[[measures]]\nid = "old"\ntitle = "Old"\nover = "open"\nas = "count"\n"""
    + b"""where = 'case.began < now - duration("P1D")'\n"""
    + b"""[[measures]]\nid = "done"\ntitle = "Done"\nover = "ended"\nas = "count"\n"""
    + b"""[[measures]]\nid = "asked"\ntitle = "Asked"\nover = "begun"\nas = "count"\nwhere = 'visits.ask > 1'\n"""
    + b"""[[measures]]\nid = "long"\ntitle = "Long"\nover = "open"\nas = "count"\nwhere = 'visits.ask > 1'\n"""
)


@pytest.fixture(params=["sqlite", pytest.param("postgresql", marks=pytest.mark.postgresql)])
def place(request: pytest.FixtureRequest, tmp_path: Path) -> Place:
    if request.param == "sqlite":
        return SqlitePlace(folder=tmp_path)
    server: PostgreSQL = request.getfixturevalue("postgresql_server")
    return PostgresqlPlace(folder=tmp_path, server=server)


class Town:
    """A store with a person of many roles at a browser, and a case of his."""

    def __init__(self, place: Place, measured: bytes = b"") -> None:
        store = place.new()
        files = {**FILES, "process.toml": FILES["process.toml"] + measured}
        self.installation = opened(store.folder, store.url, {PROCESS: files}, clock=Clock())
        self.actor = desk(self.installation)
        with begin(self.installation, SYSTEM) as tx:
            self.other = add_person(tx, login="bert", name="Bert", email="bert@example.org").id
            for role in ("operator", "process_owner"):
                grant_role(tx, str(self.actor.person_id), role)
        self.loop: Loop = begun(self.installation, self.actor)
        self.client: FlaskClient = create_app(self.installation).test_client()
        with self.client.session_transaction() as session:
            session["_user_id"] = f"{self.actor.person_id}:0:x"
            session["_fresh"] = True

    def grow(self, number: int, first: int) -> None:
        with begin(self.installation, SYSTEM) as tx:
            crowd(tx, self.loop.task, str(self.actor.person_id), self.other, number=number, first=first)

    def asked(self, page: str) -> list[Recording]:
        """What a page says to the database, the second time it is opened."""
        for _ in range(2):
            with transactions() as said:
                assert self.client.get(page).status_code == 200, page
        return said


@pytest.fixture
def town(place: Place) -> Iterator[Town]:
    made = Town(place)
    yield made
    made.installation.close()


def test_lists_send_as_many_statements_among_many_rows_as_among_few(town: Town) -> None:
    town.grow(FEW, 0)
    few = {page: sum(each.statements for each in town.asked(page)) for page in PAGES}
    town.grow(MANY, FEW)
    many = {page: sum(each.statements for each in town.asked(page)) for page in PAGES}
    assert many == few


def test_pages_about_all_processes_send_as_many_statements_for_many_as_for_few(town: Town) -> None:
    load_processes(town, 0, 2)
    few = {page: sum(each.statements for each in town.asked(page)) for page in LIBRARY}
    load_processes(town, 2, 8)
    many = {page: sum(each.statements for each in town.asked(page)) for page in LIBRARY}
    assert many == few


def test_measures_send_as_many_statements_for_many_cases_as_for_few(place: Place) -> None:
    town = Town(place, MEASURED)
    town.grow(FEW, 0)
    few = sum(each.statements for each in town.asked("/measures"))
    town.grow(MANY - FEW, FEW)
    # What moved since is counted at the first look, whose histories are read twenty at a time.
    with transactions() as said:
        assert town.client.get("/measures").status_code == 200
    assert sum(each.statements for each in said) <= few + 2 * AT_ONCE / TOGETHER + 10
    while waiting(town):
        town.asked("/measures")
    assert sum(each.statements for each in town.asked("/measures")) == few
    town.installation.close()


def waiting(town: Town) -> bool:
    with reading(town.installation, SYSTEM) as tx:
        return measuring.waits(tx)


def load_processes(town: Town, first: int, last: int) -> None:
    folders = {}
    for number in range(first, last):
        diagram = FILES["rounds.bpmn"].replace(b'id="rounds"', f'id="rounds_{number}"'.encode())
        assert diagram != FILES["rounds.bpmn"]
        folders[f"rounds_{number}"] = {
            "rounds.bpmn": diagram,
            "ask.form": FILES["ask.form"],
            "process.toml": FILES["process.toml"] + OPEN,
        }
    with begin(town.installation, SYSTEM) as tx:
        assert len(publishing.load_library(tx, folders)) == last - first


def test_lists_find_their_rows_by_an_index(tmp_path: Path) -> None:
    town = Town(SqlitePlace(folder=tmp_path))
    town.grow(FEW, 0)
    for page in PAGES:
        scanned = list(_scans(town.installation.database, town.asked(page)))
        assert not scanned, f"{page} reads every row: {scanned}"
    town.installation.close()


def _scans(database: Database, said: list[Recording]) -> Iterator[str]:
    with database.reading() as connection:
        for each in (one for transaction in said for one in transaction.said):
            if each.text.startswith("SELECT count(*)"):
                continue  # how many there are in all is counted among all
            plan = connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {each.text}", each.values)
            for row in plan:
                if re.fullmatch(r"SCAN (instance|task|clock|job|entry|entry_value|own)", row.detail):
                    yield f"{row.detail} in {each.text}"


@pytest.mark.parametrize("path", ["", "/trace"])
def test_a_long_history_is_read_with_few_statements(town: Town, path: str) -> None:
    with reading(town.installation, SYSTEM) as tx:
        case = instances.get(tx, town.loop.instance_id)
    assert case is not None
    page = f"/cases/{case.number}{path}"
    few = sum(each.statements for each in town.asked(page))
    with begin(town.installation, SYSTEM) as tx:
        talk(tx, case.id, 400)
    assert sum(each.statements for each in town.asked(page)) <= few


def test_comments_are_found_without_reading_the_history(town: Town) -> None:
    with transactions() as said, reading(town.installation, SYSTEM) as tx:
        comments(tx, town.loop.instance_id)
    (asked,) = said[0].said
    assert "kind = 'case.commented'" in asked.text
    if town.installation.database.dialect == "sqlite":
        with town.installation.database.reading() as connection:
            plan = connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {asked.text}", asked.values).all()
        assert "ix_entry_commented" in plan[0].detail


@pytest.mark.parametrize("path", ["", "/trace"])
def test_a_long_history_is_told_in_parts(tmp_path: Path, path: str) -> None:
    town = Town(SqlitePlace(folder=tmp_path))
    for _ in range(parts.SIZE + 20):
        town.loop.complete()
    with reading(town.installation, SYSTEM) as tx:
        case = instances.get(tx, town.loop.instance_id)
    assert case is not None
    page = f"/cases/{case.number}{path}"
    newest = town.client.get(page).text
    earlier = re.findall(r'rel="next" href="([^"]+)"', newest)[0]
    oldest = town.client.get(html.unescape(earlier)).text
    shown = [set(map(int, re.findall(r'<li data-seq="(\d+)"', each))) for each in (newest, oldest)]
    assert [len(each) for each in shown] == [parts.SIZE, parts.SIZE]
    assert shown[0] | shown[1] >= set(range(1, parts.SIZE + 22))
    assert 'rel="prev"' not in newest
    assert 'rel="prev"' in oldest
    size, said = len(newest), sum(each.statements for each in town.asked(page))
    for _ in range(parts.SIZE):
        town.loop.complete()
    assert sum(each.statements for each in town.asked(page)) <= said
    assert len(town.client.get(page).text) < 1.05 * size + 500
    town.installation.close()


def test_one_goes_from_the_entry_about_an_element_to_the_one_before(tmp_path: Path) -> None:
    town = Town(SqlitePlace(folder=tmp_path))
    for _ in range(parts.SIZE + 20):
        town.loop.complete()
    with reading(town.installation, SYSTEM) as tx:
        case = instances.get(tx, town.loop.instance_id)
    assert case is not None
    page = f"/cases/{case.number}/trace"
    assert '<option value="count">Count</option>' in town.client.get(page).text
    found = town.client.get(page, query_string={"element": "count", "before": 7})
    assert (found.status_code, found.headers["Location"]) == (303, f"{page}?until=6#entry-6")
    found = town.client.get(page, query_string={"element": "s"})
    assert found.headers["Location"].endswith("?until=1#entry-1")
    assert town.client.get(page, query_string={"element": "nowhere"}).status_code == 200
    drawn = town.client.get(f"{page}.json", query_string={"until": 210}).json
    assert drawn is not None
    assert (drawn["latest"], drawn["entries"][0]["seq"], drawn["entries"][-1]["seq"]) == (False, 11, 210)
    assert {"s", "ask", "count"} <= set(drawn["before"])
    assert drawn["counts"]["count"] == parts.SIZE + 20
    town.installation.close()
