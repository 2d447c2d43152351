"""One transaction: all of it or nothing, one moment, one writer on SQLite, and errors in the house's words."""

import sqlite3
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
import sqlalchemy as sa
from sqlalchemy import exc

from engine import database as database_room
from engine.database import Database
from engine.errors import Conflict, DatabaseUnavailable, NotUpgraded, SecondServer, SettingsWrong
from engine.installation import Installation
from engine.model.person import SYSTEM, Actor
from engine.storage.tables import installation as facts
from engine.transaction import Transaction, begin, reading
from tests.storage_contract.stores import Clock, opened

ROOT = Path(__file__).resolve().parents[2]


def put(tx: Transaction, name: str, value: str = "") -> None:
    tx.connection.execute(facts.insert().values(name=name, value=value))


def names(store: Installation) -> list[str]:
    with reading(store, SYSTEM) as tx:
        return sorted(tx.connection.execute(sa.select(facts.c.name)).scalars())


def test_what_was_written_is_there_after_the_end(store: Installation) -> None:
    with begin(store, SYSTEM) as tx:
        put(tx, "a")
        put(tx, "b")
    assert names(store) == ["a", "b"]


@pytest.mark.parametrize("error", [ZeroDivisionError, KeyboardInterrupt, SystemExit])
def test_any_exception_leaves_nothing_and_frees_the_lock(store: Installation, error: type[BaseException]) -> None:
    with pytest.raises(error), begin(store, SYSTEM) as tx:  # noqa: PT012 - what rolls back is the subject
        put(tx, "a")
        raise error
    assert names(store) == []
    with begin(store, SYSTEM) as tx:
        put(tx, "b")
    assert names(store) == ["b"]


def test_time_stands_still_in_a_transaction(store: Installation, clock: Clock) -> None:
    actor = Actor(person_id="anna", name="Anna", roles=frozenset({"service_desk"}))
    with begin(store, actor) as tx:
        before = tx.now()
        clock.forward(hours=1)
        assert tx.now() == before
        assert tx.actor is actor
        assert tx.settings is store.settings
    with begin(store, actor) as tx:
        assert tx.now() == clock.now


def test_hooks_run_in_order_and_may_add_others(store: Installation) -> None:
    told: list[str] = []

    def first() -> None:
        told.append("first")
        tx.before_commit(lambda: told.append("third"))

    with begin(store, SYSTEM) as tx:
        tx.before_commit(first)
        tx.before_commit(lambda: told.append("second"))
        tx.after_commit(lambda: told.append("done"))
        tx.after_rollback(lambda: told.append("undone"))
        assert told == []
    assert told == ["first", "second", "third", "done"]


def test_a_hook_before_the_commit_can_still_refuse(store: Installation) -> None:
    told: list[str] = []
    with pytest.raises(ZeroDivisionError), begin(store, SYSTEM) as tx:  # noqa: PT012 - see above
        put(tx, "a")
        tx.before_commit(lambda: 1 // 0 and None)
        tx.after_commit(lambda: told.append("done"))
        tx.after_rollback(lambda: told.append("undone"))
    assert told == ["undone"]
    assert names(store) == []


def test_a_hook_after_the_commit_may_write_itself_and_may_fail(store: Installation) -> None:
    def more() -> None:
        with begin(store, SYSTEM) as tx:
            put(tx, "more")

    with begin(store, SYSTEM) as tx:
        tx.after_commit(lambda: 1 // 0 and None)
        tx.after_commit(more)
    assert names(store) == ["more"]


def test_a_second_transaction_in_the_same_thread_is_a_defect_not_a_deadlock(store: Installation) -> None:
    with begin(store, SYSTEM) as tx:
        with pytest.raises(RuntimeError, match="already"), begin(store, SYSTEM):
            pass
        put(tx, "a")
    assert names(store) == ["a"]


def test_reading_cannot_write(store: Installation) -> None:
    with pytest.raises((DatabaseUnavailable, exc.DBAPIError)), reading(store, SYSTEM) as tx:
        put(tx, "a")
    assert names(store) == []


def test_reading_sees_one_moment_while_others_write(store: Installation) -> None:
    with reading(store, SYSTEM) as tx:
        assert tx.connection.execute(sa.select(sa.func.count()).select_from(facts)).scalar() == 0
        thread = threading.Thread(target=_add_fact, args=(store,))
        thread.start()
        thread.join(10)
        assert not thread.is_alive()
        assert tx.connection.execute(sa.select(sa.func.count()).select_from(facts)).scalar() == 0
    assert names(store) == ["a"]


def _add_fact(store: Installation) -> None:
    with begin(store, SYSTEM) as tx:
        put(tx, "a")


def test_reading_works_beside_ones_own_writing(store: Installation) -> None:
    with begin(store, SYSTEM) as tx:
        put(tx, "a")
        assert names(store) == []


def test_threads_write_one_after_the_other(store: Installation) -> None:
    with begin(store, SYSTEM) as tx:
        put(tx, "count", "0")
    failures: list[BaseException] = []

    def work() -> None:
        try:
            for _ in range(10):
                with begin(store, SYSTEM) as tx:
                    row = sa.select(facts.c.value).where(facts.c.name == "count").with_for_update()
                    value = int(tx.connection.execute(row).scalar_one())
                    time.sleep(0.001)
                    tx.connection.execute(facts.update().values(value=str(value + 1)))
        except BaseException as error:  # noqa: BLE001 - told by the main thread
            failures.append(error)

    threads = [threading.Thread(target=work) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert failures == []
    with reading(store, SYSTEM) as tx:
        assert tx.connection.execute(sa.select(facts.c.value)).scalar() == "80"


def test_the_same_key_twice_is_a_conflict(store: Installation) -> None:
    _add_fact(store)
    with pytest.raises(Conflict):
        _add_fact(store)
    assert names(store) == ["a"]


def test_a_missing_table_says_what_to_do(store: Installation) -> None:
    with pytest.raises(NotUpgraded, match="engine upgrade"), begin(store, SYSTEM) as tx:
        tx.connection.execute(sa.text("SELECT * FROM table_of_a_later_release"))


def test_a_defect_of_ours_is_not_hidden(store: Installation) -> None:
    with pytest.raises(exc.IntegrityError), begin(store, SYSTEM) as tx:
        tx.connection.execute(facts.insert().values(name="a", value=None))


@pytest.mark.postgresql
def test_a_deadlock_is_a_conflict_for_one_and_a_success_for_the_other(
    postgresql_store: Installation,
) -> None:
    store = postgresql_store
    with begin(store, SYSTEM) as tx:
        put(tx, "a")
        put(tx, "b")
    together = threading.Barrier(2)
    outcomes: list[str] = []

    def work(first: str, second: str) -> None:
        try:
            with begin(store, SYSTEM) as tx:
                tx.connection.execute(facts.update().where(facts.c.name == first).values(value=first))
                together.wait(10)
                tx.connection.execute(facts.update().where(facts.c.name == second).values(value=first))
            outcomes.append("done")
        except Conflict:
            outcomes.append("conflict")

    threads = [threading.Thread(target=work, args=pair) for pair in (("a", "b"), ("b", "a"))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(outcomes) == ["conflict", "done"]


@pytest.mark.postgresql
def test_a_lost_connection_is_unavailable_and_the_next_one_works(postgresql_store: Installation) -> None:
    store = postgresql_store
    with pytest.raises(DatabaseUnavailable), begin(store, SYSTEM) as tx:  # noqa: PT012 - see above
        put(tx, "a")
        own = tx.connection.execute(sa.text("SELECT pg_backend_pid()")).scalar()
        with reading(store, SYSTEM) as other:
            other.connection.execute(sa.text("SELECT pg_terminate_backend(:own)"), {"own": own})
        put(tx, "b")
    assert names(store) == []
    _add_fact(store)


@pytest.fixture
def postgresql_store(request: pytest.FixtureRequest, tmp_path: Path, clock: Clock) -> Iterator[Installation]:
    url = request.getfixturevalue("postgresql_url")
    database = Database(url)
    with database.writing() as connection:
        facts.create(connection)
    database.close()
    installation = opened(url, tmp_path, clock)
    yield installation
    installation.close()


def test_a_server_that_is_not_there_is_unavailable(tmp_path: Path, clock: Clock) -> None:
    installation = opened(f"postgresql://nobody@/nothing?host={tmp_path}", tmp_path, clock)
    with pytest.raises(DatabaseUnavailable, match="cannot be reached"), begin(installation, SYSTEM):
        pass


def test_a_full_disk_is_unavailable_and_leaves_nothing(sqlite_store: Installation) -> None:
    with begin(sqlite_store, SYSTEM) as tx:
        pages = tx.connection.exec_driver_sql("PRAGMA page_count").scalar()
        tx.connection.exec_driver_sql(f"PRAGMA max_page_count={pages}")
    with pytest.raises(DatabaseUnavailable, match="disk is full"), begin(sqlite_store, SYSTEM) as tx:  # noqa: PT012
        put(tx, "a")
        put(tx, "b", "x" * 100_000)
    assert names(sqlite_store) == []


@pytest.mark.parametrize("content", [b"this is no database" * 500, None])
def test_a_file_that_cannot_be_used_is_unavailable(tmp_path: Path, clock: Clock, content: bytes | None) -> None:
    path = tmp_path / "damaged.sqlite"
    path.mkdir() if content is None else path.write_bytes(content)
    installation = opened(f"sqlite:///{path}", tmp_path, clock)
    with pytest.raises(DatabaseUnavailable), begin(installation, SYSTEM):
        pass
    with pytest.raises(DatabaseUnavailable), reading(installation, SYSTEM) as tx:
        tx.connection.execute(sa.select(facts))
    installation.close()


def test_sqlite_is_set_to_lose_nothing(sqlite_store: Installation) -> None:
    with begin(sqlite_store, SYSTEM) as tx:
        pragmas = {
            name: tx.connection.exec_driver_sql(f"PRAGMA {name}").scalar()
            for name in ("journal_mode", "synchronous", "foreign_keys")
        }
    assert pragmas == {"journal_mode": "wal", "synchronous": 2, "foreign_keys": 1}


def test_sqlite_is_locked_from_the_beginning_against_programs_that_know_nothing_of_the_house(
    sqlite_store: Installation,
) -> None:
    stranger = sqlite3.connect(str(sqlite_store.database.path), timeout=0, isolation_level=None)
    with begin(sqlite_store, SYSTEM) as tx:
        with pytest.raises(sqlite3.OperationalError, match="locked"):
            stranger.execute("INSERT INTO installation VALUES ('stranger', '')")
        put(tx, "a")
    stranger.execute("BEGIN IMMEDIATE")
    with reading(sqlite_store, SYSTEM) as tx:
        tx.connection.execute(sa.select(facts)).all()
    stranger.close()
    assert names(sqlite_store) == ["a"]


def child(code: str, url: str) -> subprocess.Popen[str]:
    """Start another process of ours; returns once it has said that it is ready."""
    process = subprocess.Popen(
        [sys.executable, "-c", code, url], cwd=ROOT, text=True, stdin=subprocess.PIPE, stdout=subprocess.PIPE
    )
    assert process.stdout is not None
    assert process.stdout.readline() == "ready\n"
    return process


HOLD_THE_LOCK = """
import sys
from engine.database import Database
with Database(sys.argv[1]).writing() as connection:
    connection.exec_driver_sql("INSERT INTO installation VALUES ('child', '')")
    print("ready", flush=True)
    sys.stdin.readline()
"""
BE_THE_SERVER = """
import sys
from engine.database import Database
database = Database(sys.argv[1])
database.refuse_second_server()
print("ready", flush=True)
sys.stdin.readline()
"""


def test_writers_in_two_processes_take_turns(sqlite_store: Installation, sqlite_url: str) -> None:
    process = child(HOLD_THE_LOCK, sqlite_url)
    waiting = threading.Thread(target=_add_fact, args=(sqlite_store,))
    waiting.start()
    waiting.join(0.3)
    assert waiting.is_alive()
    assert names(sqlite_store) == []
    process.communicate("\n", timeout=10)
    waiting.join(10)
    assert names(sqlite_store) == ["a", "child"]


def test_who_waits_too_long_is_told(
    sqlite_store: Installation, sqlite_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(database_room, "LOCK_SECONDS", 0.1)
    process = child(HOLD_THE_LOCK, sqlite_url)
    with pytest.raises(DatabaseUnavailable, match="locked") as told:
        _add_fact(sqlite_store)
    assert told.value.__context__ is None, "told by SQLite's own lock, not by the house's"
    process.communicate("\n", timeout=10)
    _add_fact(sqlite_store)


def test_a_writer_that_is_killed_leaves_nothing_and_no_lock(sqlite_store: Installation, sqlite_url: str) -> None:
    process = child(HOLD_THE_LOCK, sqlite_url)
    process.kill()
    process.communicate(timeout=10)
    _add_fact(sqlite_store)
    assert names(sqlite_store) == ["a"]


def test_a_second_server_is_refused_until_the_first_is_gone(sqlite_store: Installation, sqlite_url: str) -> None:
    process = child(BE_THE_SERVER, sqlite_url)
    with pytest.raises(SecondServer, match="already runs"):
        sqlite_store.database.refuse_second_server()
    _add_fact(sqlite_store)  # commands work beside it
    process.kill()
    process.communicate(timeout=10)
    sqlite_store.database.refuse_second_server()
    sqlite_store.database.refuse_second_server()


def test_postgresql_takes_several_servers() -> None:
    one, two = (Database("postgresql://nobody@/nothing") for _ in range(2))
    one.refuse_second_server()
    two.refuse_second_server()


def test_a_throw_away_store_is_gone_afterwards() -> None:
    database = Database("sqlite://")
    path = database.path
    assert path is not None
    with database.writing() as connection:
        facts.create(connection)
    with database.reading() as connection:
        assert connection.execute(sa.select(facts)).all() == []
    assert path.exists()
    database.close()
    assert not path.parent.exists()


def test_an_address_that_is_none_is_refused_without_repeating_it() -> None:
    with pytest.raises(SettingsWrong) as caught:
        Database("postgresql:/user:secret@host")
    assert "secret" not in caught.value.message
