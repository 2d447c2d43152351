"""The database goes away under load and comes back: nothing acknowledged is lost, nothing is done twice, no hand helps.

Several threads start cases, each with a timer that is due at once, and the real worker fires them. Meanwhile PostgreSQL
cuts every connection and takes none, or another program locks the SQLite file.
"""

import sqlite3
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, ExitStack, contextmanager
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
from psycopg import sql
from sqlalchemy import exc
from structlog.testing import capture_logs

from engine import database, worker
from engine.acts.starting import start_case
from engine.errors import OutcomeUnknown, Unavailable
from engine.installation import Installation
from engine.model.entry import EntryKind, instance_stream
from engine.model.job import JobStatus
from engine.model.person import SYSTEM
from engine.storage import jobs, tables
from engine.storage import journal as entries
from engine.transaction import begin, reading
from engine.worker import Worker
from forms.answers import Answers
from tests.engine.town import Town
from tests.faults import invariants
from tests.parts.postgresql import Mortal, alone
from tests.storage_contract.stores import (
    Clock,
    build,
    database_url,
    opened,
    sqlite_store,
    sqlite_url,
    store,
    upgraded_sqlite,
)

__all__ = ["database_url", "sqlite_store", "sqlite_url", "store", "upgraded_sqlite"]

NAP = "start s\ntimer sleep = PT0S\nend e\ns -> sleep\nsleep -> e"
CLIENTS = 4
PATIENCE = 60.0


@pytest.fixture
def clock() -> Clock:
    return Clock()


class Load:
    """Clients that start cases, each under a number of its own, until told to stop."""

    def __init__(self, town: Town) -> None:
        self._town = town
        self._stop = threading.Event()
        self.acknowledged: list[int] = []
        self.refused: list[str] = []
        self.others: list[BaseException] = []
        self._threads = [threading.Thread(target=self._work, args=[client]) for client in range(CLIENTS)]

    def _work(self, client: int) -> None:
        number = client * 1_000_000
        while not self._stop.is_set():
            number += 1
            try:
                self._town.start("nap", number=number)
                self.acknowledged.append(number)
            except Unavailable as error:
                self.refused.append(error.message)
            except BaseException as error:  # noqa: BLE001 - told by the main thread
                self.others.append(error)
                return
            self._stop.wait(0.05)

    def grows(self) -> None:
        """Wait until every client could start another two cases."""
        before, until = len(self.acknowledged), time.monotonic() + PATIENCE
        while len(self.acknowledged) < before + 2 * CLIENTS:
            assert not self.others, self.others
            assert time.monotonic() < until, self.refused[-3:]
            time.sleep(0.05)

    def __enter__(self) -> "Load":
        for thread in self._threads:
            thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._stop.set()
        for thread in self._threads:
            thread.join(PATIENCE)


@contextmanager
def taken_away(installation: Installation, request: pytest.FixtureRequest) -> Iterator[None]:
    """The database cannot be used meanwhile."""
    if installation.database.dialect == "sqlite":
        other = sqlite3.connect(str(installation.database.path), isolation_level=None, timeout=PATIENCE)
        other.execute("BEGIN IMMEDIATE")
        yield
        other.rollback()
        other.close()
        return
    server = request.getfixturevalue("postgresql_server")
    name = sa.make_url(installation.settings.database).database
    with server.connect() as connection:
        allow = sql.SQL("ALTER DATABASE {} WITH ALLOW_CONNECTIONS {}")
        connection.execute(allow.format(sql.Identifier(name), sql.SQL("false")))
        connection.execute("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = %s", [name])
        yield
        connection.execute(allow.format(sql.Identifier(name), sql.SQL("true")))


@contextmanager
def frozen(server: Mortal) -> Iterator[None]:
    """The server takes connections and answers nothing; then it goes on where it was."""
    server.freeze()
    yield
    server.thaw()


@contextmanager
def killed(server: Mortal) -> Iterator[None]:
    """The server dies without a farewell; then it is started again."""
    server.kill()
    yield
    server.start()


def away_under_load(store: Installation, away: AbstractContextManager[None], seconds: float) -> Load:
    """Take the database away under load, give it back, and see that everything goes on and comes to its end.

    The clock stands still: nobody waits for a lease to run out.
    """
    town = Town(store)
    town.release("nap", NAP)
    running = Worker(store)
    running.start()
    try:
        with Load(town) as load:
            load.grows()
            with away:
                time.sleep(seconds)
                assert running.alive
            load.grows()
            assert running.alive
        assert load.others == []
        _wait(lambda: _open_jobs(store) == 0)
    finally:
        assert running.stop()
    _check(store, load)
    return load


def _wait(reached: Callable[[], bool]) -> None:
    until = time.monotonic() + PATIENCE
    while not reached():
        assert time.monotonic() < until
        time.sleep(0.1)


def _open_jobs(store: Installation) -> int:
    with reading(store, SYSTEM) as tx:
        return sum(each.count for each in jobs.summary(tx.connection))


def _check(store: Installation, load: Load) -> None:
    town = Town.__new__(Town)
    town.store = store
    with reading(store, SYSTEM) as tx:
        cases = [row.id for row in tx.connection.execute(sa.select(tables.instance.c.id))]
        told: dict[str, list[Any]] = {case: entries.entries(tx.connection, instance_stream(case)) for case in cases}
    begun = Counter(int(invariants.folded(found)["number"]) for found in told.values())
    assert set(load.acknowledged) <= set(begun), "nothing acknowledged is lost"
    assert max(begun.values()) == 1, "nothing is done twice"
    for found in told.values():
        assert [entry.kind for entry in found] == [EntryKind.CASE_STARTED, EntryKind.TIMER_FIRED]
    invariants.check(store)


def test_the_database_is_away_for_a_moment(store: Installation, request: pytest.FixtureRequest) -> None:
    with capture_logs():
        load = away_under_load(store, taken_away(store, request), 1.5)
    if store.database.dialect == "postgresql":
        assert set(load.refused) <= {"The database cannot be reached."}
        assert load.refused
    else:
        assert load.refused == [], "a short lock is waited for"


@pytest.fixture(scope="module")
def server() -> Iterator[Mortal]:
    with alone() as server:
        yield server


@pytest.fixture
def mortal(server: Mortal, tmp_path: Path, clock: Clock, monkeypatch: pytest.MonkeyPatch) -> Iterator[Installation]:
    """A store on a PostgreSQL to which anything may happen; nobody waits long for it."""
    for name, seconds in {"CONNECT_SECONDS": 2, "PING_SECONDS": 0.5, "ANSWER_SECONDS": 2.0}.items():
        monkeypatch.setattr(database, name, seconds)
    url = server.url(server.create())
    build(url)
    installation = opened(url, tmp_path, clock)
    yield installation
    installation.close()


@pytest.mark.postgresql
@pytest.mark.parametrize("fate", [frozen, killed])
def test_a_server_freezes_or_dies_and_is_there_again(
    mortal: Installation, server: Mortal, fate: Callable[[Mortal], AbstractContextManager[None]]
) -> None:
    with capture_logs():
        load = away_under_load(mortal, fate(server), 4.0)
    assert load.refused
    assert set(load.refused) <= {"The database cannot be reached.", database._UNKNOWN}


@pytest.mark.postgresql
def test_whoever_is_at_work_when_the_server_freezes_is_told_in_time(mortal: Installation, server: Mortal) -> None:
    town = Town(mortal)
    town.release("nap", NAP)

    def numbers() -> set[str]:
        with reading(mortal, SYSTEM) as tx:
            return set(tx.connection.execute(sa.select(tables.instance.c.title)).scalars())

    with frozen(server), pytest.raises(Unavailable, match="cannot be reached"):
        numbers()
    assert numbers() == set()
    told = pytest.raises(Unavailable, match="cannot be reached")
    with ExitStack() as stack, told, begin(mortal, SYSTEM) as tx:
        start_case(tx, "nap", Answers(values={"title": "before its statement"}, personal=frozenset()))
        stack.enter_context(frozen(server))
        tx.connection.execute(sa.select(tables.instance.c.id)).all()
    assert numbers() == set(), "what nobody committed came to nothing"
    with ExitStack() as stack, pytest.raises(OutcomeUnknown), begin(mortal, SYSTEM) as tx:  # noqa: PT012
        start_case(tx, "nap", Answers(values={"title": "before its commit"}, personal=frozenset()))
        tx.before_commit(lambda: stack.enter_context(frozen(server)))
    assert numbers() <= {"before its commit"}
    invariants.check(mortal)


@pytest.mark.postgresql
def test_only_an_upgrade_takes_as_long_as_it_takes(mortal: Installation, monkeypatch: pytest.MonkeyPatch) -> None:
    nap = sa.text("SELECT pg_sleep(1)")
    with reading(mortal, SYSTEM) as tx, pytest.raises(exc.DBAPIError, match="statement timeout"):  # noqa: PT012
        tx.connection.exec_driver_sql("SET LOCAL statement_timeout = '10ms'")
        tx.connection.execute(nap)
    monkeypatch.setattr(database, "ANSWER_SECONDS", 0.3)
    with mortal.database.writing(bounded=False) as connection:
        connection.execute(nap)
    with pytest.raises(Unavailable), mortal.database.writing() as connection:
        connection.execute(nap)


def test_overdue_timers_fire_once_each_after_downtime_and_a_clock_set_back(
    database_url: str, tmp_path: Path, clock: Clock
) -> None:
    """A worker died with jobs in hand; then the clock was set back by hours: the next worker does everything once."""
    before = opened(database_url, tmp_path, clock)
    town = Town(before)
    town.release("nap", NAP)
    cases = [town.start("nap", number=number) for number in range(6)]
    worker.claim(before, limit=3)
    before.close()
    clock.forward(hours=-5)
    after = opened(database_url, tmp_path, clock)
    town.store = after
    running = Worker(after)
    running.start()
    try:
        if after.database.dialect == "postgresql":
            # Nobody can know that the other worker died: its lease ends three minutes from now, not in five hours.
            _wait(lambda: _leased(after) == [clock.now + worker.LEASE] * 3)
            clock.forward(minutes=3)
            running.notify()
        _wait(lambda: _open_jobs(after) == 0)
    finally:
        assert running.stop()
    assert [town.kinds(case) for case in cases] == [["case.started", "timer.fired"]] * 6
    invariants.check(after)
    after.close()


def _leased(store: Installation) -> list[Any]:
    with reading(store, SYSTEM) as tx:
        return [job.lease_until for job in jobs.with_status(tx.connection, JobStatus.LEASED)]
