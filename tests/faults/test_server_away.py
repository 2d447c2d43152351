"""The real server with people at work while its database is away: clear answers, nothing lost, no hand needed.

Another program locks the SQLite file; PostgreSQL dies without a farewell, or takes connections and answers nothing.
Whoever is refused sends the same page again, as a person would, until it is taken.
"""

import re
import sqlite3
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, closing, contextmanager
from http.client import HTTPResponse
from pathlib import Path

import pytest

from engine.installation import Installation, utc_now
from engine.model.entry import EntryKind, instance_stream
from engine.model.person import SYSTEM
from engine.storage import journal
from engine.transaction import reading
from tests.bench import http
from tests.bench.clients import Person, Unexpected
from tests.bench.loop import begun, opened
from tests.bench.stores import Store
from tests.faults import invariants
from tests.parts.postgresql import Mortal, alone
from tests.storage_contract.stores import build

PEOPLE, PATIENCE = 3, 120.0
CLEAR = re.compile(
    "The database cannot be reached|stayed locked by another program|The database took too long to answer"
    "|nobody knows yet whether it was|All connections to the database are in use"
)


class Patient(Person):
    """Somebody who sends the same again as long as he is told that it cannot be taken now."""

    def __init__(self, address: str, login: str, task: str) -> None:
        super().__init__(address, login, task)
        self.refused: list[str] = []

    def _ask(self, method: str, path: str, body: str | None, expected: int) -> tuple[HTTPResponse, str]:
        while True:
            try:
                return super()._ask(method, path, body, expected)
            except Unexpected as refusal:
                if refusal.status != 503:
                    raise
                self.refused.append(refusal.text)
                time.sleep(0.5)


class AtWork:
    """People who open and complete the tasks of their cases, until told to stop."""

    def __init__(self, people: list[Patient]) -> None:
        self.acknowledged = [0] * len(people)
        self.problems: list[BaseException] = []
        self._stop = threading.Event()
        self._threads = [threading.Thread(target=self._work, args=each) for each in enumerate(people)]

    def _work(self, number: int, person: Patient) -> None:
        try:
            while not self._stop.is_set():
                person.work()
                self.acknowledged[number] += 1
        except BaseException as problem:  # noqa: BLE001 - told by the main thread
            self.problems.append(problem)

    def grows(self) -> None:
        """Wait until everybody has completed another task."""
        before, until = list(self.acknowledged), time.monotonic() + PATIENCE
        while any(now <= then for now, then in zip(self.acknowledged, before, strict=True)):
            assert not self.problems, self.problems
            assert time.monotonic() < until
            time.sleep(0.05)

    def __enter__(self) -> "AtWork":
        for thread in self._threads:
            thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._stop.set()
        for thread in self._threads:
            thread.join(PATIENCE)


@contextmanager
def locked(path: Path) -> Iterator[None]:
    """Another program is writing into the SQLite file."""
    with closing(sqlite3.connect(path, isolation_level=None, timeout=PATIENCE)) as other:
        other.execute("BEGIN IMMEDIATE")
        yield
        other.execute("ROLLBACK")


@contextmanager
def killed(server: Mortal) -> Iterator[None]:
    """PostgreSQL dies; then it is started again."""
    server.kill()
    yield
    server.start()


@contextmanager
def frozen(server: Mortal) -> Iterator[None]:
    """PostgreSQL takes connections and answers nothing; then it goes on where it was."""
    server.freeze()
    yield
    server.thaw()


def at_work_while_away(store: Store, away: AbstractContextManager[None], seconds: float) -> list[str]:
    """Let people work, take the database away, give it back; gives what the refused were told."""
    installation = opened(store.folder, store.url, clock=utc_now)
    cases, tasks = [], {}
    for number in range(PEOPLE):
        loop = begun(installation, http.person(installation, f"person{number}"))
        cases.append(loop.instance_id)
        tasks[f"person{number}"] = f"/tasks/{loop.task.id}"
    installation.close()
    with http._serving(store, "-m", "webui") as server:
        people = [Patient(server["address"], login, task) for login, task in tasks.items()]
        for person in people:
            person.sign_in()
        with AtWork(people) as work:
            work.grows()
            with away:
                time.sleep(seconds)
            work.grows()
        for person in people:
            person.hang_up()
        assert work.problems == []
    assert done(installation, cases) == work.acknowledged, "what was acknowledged is there, once, and nothing else"
    invariants.check(installation)
    installation.close()
    refused = [text for person in people for text in person.refused]
    assert all(map(CLEAR.search, refused)), refused
    return refused


def done(installation: Installation, cases: list[str]) -> list[int]:
    """How many tasks were completed in each case."""
    with reading(installation, SYSTEM) as tx:
        told = [journal.entries(tx.connection, instance_stream(case)) for case in cases]
    return [[entry.kind for entry in entries].count(EntryKind.TASK_COMPLETED) for entries in told]


LONG = pytest.mark.long


@pytest.mark.parametrize("seconds", [2.0, pytest.param(30.0, marks=LONG)])
def test_another_program_locks_the_file(tmp_path: Path, seconds: float) -> None:
    store = Store(folder=tmp_path, url=f"sqlite:///{tmp_path}/keelson.sqlite")
    refused = at_work_while_away(store, locked(tmp_path / "keelson.sqlite"), seconds)
    assert bool(refused) == (seconds > 2), "a short lock is waited for"


@pytest.fixture(scope="module")
def mortal() -> Iterator[Mortal]:
    with alone() as server:
        yield server


@pytest.mark.postgresql
@pytest.mark.parametrize(
    ("fate", "seconds"),
    [(killed, 2.0), pytest.param(killed, 30.0, marks=LONG), pytest.param(frozen, 30.0, marks=LONG)],
)
def test_postgresql_is_away(
    mortal: Mortal, tmp_path: Path, fate: Callable[[Mortal], AbstractContextManager[None]], seconds: float
) -> None:
    url = mortal.url(mortal.create())
    build(url)
    assert at_work_while_away(Store(folder=tmp_path, url=url), fate(mortal), seconds)


def test_the_server_prints_to_a_disk_that_is_full(tmp_path: Path) -> None:
    store = Store(folder=tmp_path, url=f"sqlite:///{tmp_path}/keelson.sqlite")
    installation = opened(store.folder, store.url, clock=utc_now)
    loop = begun(installation, http.person(installation, "person0"))
    installation.close()
    with http._serving(store, "-m", "webui", says_to=Path("/dev/full")) as server:
        person = Patient(server["address"], "person0", f"/tasks/{loop.task.id}")
        person.sign_in()
        with locked(tmp_path / "keelson.sqlite"), pytest.raises(Unexpected, match="gave 404"):
            person._read("/tasks/nothing")  # a refusal is logged
        for _ in range(3):
            person.work()
        person.hang_up()
    assert done(installation, [loop.instance_id]) == [3]
    invariants.check(installation)
    installation.close()
