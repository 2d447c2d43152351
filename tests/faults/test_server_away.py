"""The real server with people at work, and another program that locks the SQLite file: nothing acknowledged is lost."""

import sqlite3
import threading
import time
from contextlib import closing
from pathlib import Path

import pytest

from engine.installation import utc_now
from engine.model.entry import EntryKind, instance_stream
from engine.model.person import SYSTEM
from engine.storage import journal
from engine.transaction import reading
from tests.bench import http
from tests.bench.clients import Person
from tests.bench.loop import begun, opened
from tests.bench.stores import Store
from tests.faults import invariants

PEOPLE, PATIENCE = 3, 120.0


class AtWork:
    """People who open and complete the tasks of their cases, until told to stop."""

    def __init__(self, people: list[Person]) -> None:
        self.acknowledged = [0] * len(people)
        self.problems: list[BaseException] = []
        self._stop = threading.Event()
        self._threads = [threading.Thread(target=self._work, args=each) for each in enumerate(people)]

    def _work(self, number: int, person: Person) -> None:
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


@pytest.mark.parametrize("seconds", [2.0, pytest.param(8.0, marks=pytest.mark.long)])
def test_people_at_work_while_another_program_locks_the_file(tmp_path: Path, seconds: float) -> None:
    store = Store(folder=tmp_path, url=f"sqlite:///{tmp_path}/keelson.sqlite")
    installation = opened(store.folder, store.url, clock=utc_now)
    cases, tasks = [], {}
    for number in range(PEOPLE):
        loop = begun(installation, http._person(installation, f"person{number}"))
        cases.append(loop.instance_id)
        tasks[f"person{number}"] = f"/tasks/{loop.task.id}"
    installation.close()
    with http._serving(store, "-m", "webui") as server:
        people = [Person(server["address"], login, task) for login, task in tasks.items()]
        for person in people:
            person.sign_in()
        with AtWork(people) as work:
            work.grows()
            with closing(sqlite3.connect(tmp_path / "keelson.sqlite", isolation_level=None, timeout=PATIENCE)) as other:
                other.execute("BEGIN IMMEDIATE")
                time.sleep(seconds)
                other.execute("ROLLBACK")
            work.grows()
        for person in people:
            person.hang_up()
        assert work.problems == []
    with reading(installation, SYSTEM) as tx:
        done = [
            [entry.kind for entry in journal.entries(tx.connection, instance_stream(case))].count(
                EntryKind.TASK_COMPLETED
            )
            for case in cases
        ]
    assert done == work.acknowledged, "what was acknowledged is there, once, and nothing else"
    invariants.check(installation)
    installation.close()
