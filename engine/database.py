"""Database: connections, the writer lock of SQLite, and what a driver's errors mean.

SQLite is written by one transaction at a time whatever the process: a lock between threads is taken first, then a file
lock beside the database. Eight threads that fight for SQLite's own lock wait up to two seconds; behind these two locks
they queue for milliseconds, and commands work beside a running server. PostgreSQL needs neither.
"""

import fcntl
import os
import sqlite3
import tempfile
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import psycopg
import sqlalchemy as sa
from sqlalchemy import event, exc

from engine.errors import (
    Conflict,
    DatabaseUnavailable,
    EngineError,
    NotUpgraded,
    OutcomeUnknown,
    SecondServer,
    SettingsWrong,
    Unacceptable,
)

LOCK_SECONDS = 30.0
"""How long a transaction waits for the writer lock before it gives up."""

THREADS = 20
"""Connections kept: sixteen web threads, the worker, and a few commands of a person."""

CONNECT_SECONDS = 5
PING_SECONDS = 5.0
"""How long PostgreSQL may take to show that it is there, when a connection is used again."""
ANSWER_SECONDS = 30.0
"""How long PostgreSQL may take over one statement. It ends those that take longer than `STATEMENT_SECONDS` by itself;
one that is frozen, or behind a network that drops everything, does not."""
STATEMENT_SECONDS = 25

_DAY = 24 * 60 * 60.0

_POSTGRESQL_OPTIONS = (
    f"-c timezone=UTC -c lock_timeout=15s -c statement_timeout={STATEMENT_SECONDS}s "
    "-c idle_in_transaction_session_timeout=120s"
)


class Database:
    """The store of one installation; `writing()` and `reading()` are its only doors.

    ``sqlite://`` without a path is a throw-away store of this object: a file in memory where the machine has such a
    folder, so that rehearsals meet the very locks and snapshots of the real thing.
    """

    def __init__(self, url: str) -> None:
        parsed = _parsed(url)
        self.dialect = parsed.get_backend_name()
        self._throw_away: tempfile.TemporaryDirectory[str] | None = None
        self.path: Path | None = None
        self._locks: _FileLocks | None = None
        self._thread_lock = threading.Lock()
        self._open = threading.local()
        if self.dialect == "sqlite":
            if not parsed.database or parsed.database == ":memory:":
                shared = "/dev/shm" if os.access("/dev/shm", os.W_OK) else None  # noqa: S108 - a folder of our own below it
                self._throw_away = tempfile.TemporaryDirectory(prefix="keelson-", dir=shared)
                parsed = parsed.set(database=str(Path(self._throw_away.name) / "keelson.sqlite"))
            self.path = Path(str(parsed.database)).absolute()
            self._locks = _FileLocks(self.path)
            # One writer at a time anyway; a second connection is for a command that waits beside it.
            self._writing = _sqlite_engine(parsed, size=2, writing=True, durable=self._throw_away is None)
            self._reading = _sqlite_engine(parsed, size=THREADS, writing=False, durable=self._throw_away is None)
        else:
            self._writing = _postgresql_engine(parsed)
            self._reading = self._writing.execution_options(isolation_level="REPEATABLE READ", postgresql_readonly=True)

    @contextmanager
    def writing(self, *, bounded: bool = True) -> Iterator[sa.Connection]:
        """Open the one transaction this thread may write in; committed at the end, rolled back on any exception.

        Raises DatabaseUnavailable, NotUpgraded or Conflict in place of the driver's errors; OutcomeUnknown when
        PostgreSQL went away during the commit. Where it is not `bounded`, a statement may take as long as it takes.
        """
        if getattr(self._open, "writing", False):
            raise RuntimeError("this thread already has a writing transaction open")
        self._open.writing = True
        committing = False
        try:
            with self._translated(), self._writer_lock(), self._writing.connect() as connection, connection.begin():
                if not bounded and self.dialect == "postgresql":
                    _unbind(connection)
                yield connection
                committing = True
        except DatabaseUnavailable as error:
            if committing and self.dialect == "postgresql":
                raise OutcomeUnknown(_UNKNOWN) from error
            raise
        finally:
            self._open.writing = False

    @contextmanager
    def reading(self) -> Iterator[sa.Connection]:
        """Open a transaction that sees one moment of the store, takes no lock, and cannot write."""
        with self._translated(), self._reading.connect() as connection, connection.begin():
            yield connection

    def refuse_second_server(self) -> None:
        """Claim to be the one server of this SQLite file until the process ends. Raises SecondServer."""
        self._claim_sole("server", f"Another Keelson server already runs on {self.path}; stop it first.")

    def refuse_second_worker(self) -> None:
        """Claim to be the one worker of this SQLite file until `close()` or the end. Raises SecondServer."""
        self._claim_sole("worker", f"Another Keelson worker already takes the jobs of {self.path}.")

    def release_worker(self) -> None:
        """Give the claim of `refuse_second_worker` back."""
        if self._locks is not None:
            self._locks.release("worker")

    def close(self) -> None:
        """Close every connection and give the locks back; a throw-away store is gone afterwards."""
        self._writing.dispose()
        self._reading.dispose()
        if self._locks is not None:
            self._locks.release_all()
        if self._throw_away is not None:
            self._throw_away.cleanup()

    def _claim_sole(self, name: str, sentence: str) -> None:
        if self._locks is not None and not self._locks.claim(name):
            raise SecondServer(sentence)

    @contextmanager
    def _writer_lock(self) -> Iterator[None]:
        if self._locks is None:
            yield
            return
        deadline = time.monotonic() + LOCK_SECONDS
        if not self._thread_lock.acquire(timeout=LOCK_SECONDS):
            raise DatabaseUnavailable(_LOCKED)
        try:
            pause = 0.001
            while not self._locks.claim("lock"):
                if time.monotonic() > deadline:
                    raise DatabaseUnavailable(_LOCKED)
                time.sleep(pause)
                pause = min(pause * 2, 0.02)
            try:
                yield
            finally:
                self._locks.release("lock")
        finally:
            self._thread_lock.release()

    @contextmanager
    def _translated(self) -> Iterator[None]:
        try:
            yield
        except (exc.DBAPIError, exc.TimeoutError) as error:
            translated = meaning(error)
            if translated is None:
                raise
            raise translated from error
        except OSError as error:
            if error.filename and self.path and str(error.filename).startswith(str(self.path)):
                raise DatabaseUnavailable(f"The database cannot be used: {error.strerror}.") from error
            raise


class _FileLocks:
    """Locks beside the database file, held by this process: one open file per name.

    A file lock belongs to the open file; a forked child shares it. The process id is kept to open anew after a fork.
    """

    def __init__(self, path: Path) -> None:
        self._path = path
        self._handles: dict[str, tuple[int, int]] = {}
        self._guard = threading.Lock()

    def claim(self, name: str) -> bool:
        """Take the lock if nobody holds it; never waits."""
        try:
            fcntl.flock(self._handle(name), fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            return False
        return True

    def release(self, name: str) -> None:
        """Give the lock back; harmless when it is not held."""
        with self._guard:
            held = self._handles.get(name)
        if held is not None and held[0] == os.getpid():
            fcntl.flock(held[1], fcntl.LOCK_UN)

    def release_all(self) -> None:
        """Give back and close everything."""
        with self._guard:
            for process, handle in self._handles.values():
                if process == os.getpid():
                    os.close(handle)
            self._handles.clear()

    def _handle(self, name: str) -> int:
        with self._guard:
            held = self._handles.get(name)
            if held is None or held[0] != os.getpid():
                file = self._path.with_name(f"{self._path.name}.{name}")
                held = (os.getpid(), os.open(file, os.O_RDWR | os.O_CREAT, 0o600))
                self._handles[name] = held
            return held[1]


def _parsed(url: str) -> sa.URL:
    try:
        parsed = sa.make_url(url)
    except exc.ArgumentError:
        raise SettingsWrong("KEELSON_DATABASE is not a database URL.", variable="KEELSON_DATABASE") from None
    if parsed.get_backend_name() == "postgresql":
        return parsed.set(drivername="postgresql+psycopg")
    return parsed


def _sqlite_engine(url: sa.URL, *, size: int, writing: bool, durable: bool) -> sa.Engine:
    engine = sa.create_engine(
        url,
        poolclass=sa.QueuePool,
        pool_size=size,
        max_overflow=0,
        pool_timeout=LOCK_SECONDS,
        connect_args={"timeout": 10.0, "check_same_thread": False},
    )

    @event.listens_for(engine, "connect")
    def connect(connection: Any, _record: object) -> None:
        # The driver's own BEGIN comes too late and is never IMMEDIATE: transactions are begun below.
        connection.isolation_level = None
        for pragma in _pragmas(writing=writing, durable=durable):
            connection.execute(f"PRAGMA {pragma}")

    @event.listens_for(engine, "begin")
    def begin(connection: sa.Connection) -> None:
        # A deferred transaction that starts to write after another one has written fails at once, whatever the
        # timeout; so whoever may write says so at the beginning.
        connection.exec_driver_sql("BEGIN IMMEDIATE" if writing else "BEGIN")

    return engine


def _pragmas(*, writing: bool, durable: bool) -> tuple[str, ...]:
    return (
        "journal_mode=WAL",
        f"synchronous={'FULL' if durable else 'OFF'}",
        "foreign_keys=ON",
        "trusted_schema=OFF",
        "temp_store=MEMORY",
        "secure_delete=FAST",
        f"query_only={'OFF' if writing else 'ON'}",
    )


class _BoundedConnection(psycopg.Connection[Any]):
    """A connection that waits only so long for an answer, whatever became of server and network, and is closed then."""

    answer_seconds: float | None = None
    """In place of `ANSWER_SECONDS`."""

    def wait(self, gen: Any, interval: float = 0.1, timeout: float | None = None) -> Any:
        # Nobody but the pool sets a connection to autocommit: to ask whether the server is there.
        limit = PING_SECONDS if self.autocommit else self.answer_seconds or ANSWER_SECONDS
        try:
            return super().wait(gen, interval, limit if timeout is None else timeout)
        except psycopg.OperationalError as error:
            if error.sqlstate is None:  # no answer at all: what is still to come belongs to nobody
                self.pgconn.finish()
            raise


def _postgresql_engine(url: sa.URL) -> sa.Engine:
    engine = sa.create_engine(
        url,
        pool_size=THREADS,
        max_overflow=0,
        pool_timeout=LOCK_SECONDS,
        pool_pre_ping=True,
        connect_args={"connect_timeout": CONNECT_SECONDS, "options": _POSTGRESQL_OPTIONS},
    )

    @event.listens_for(engine, "do_connect")
    def connect(_dialect: object, _record: object, _positional: object, named: dict[str, Any]) -> Any:
        return _BoundedConnection.connect(**named)

    return engine


def _unbind(connection: sa.Connection) -> None:
    """Let statements of this transaction take as long as they take."""
    connection.exec_driver_sql("SET LOCAL statement_timeout = 0")
    driver: Any = connection.connection.dbapi_connection
    driver.answer_seconds = _DAY
    connection.detach()  # closed at the end: nobody else is to wait so long


_LOCKED = "The database stayed locked by another program for too long; nothing was changed."
_SQLITE_WORDS = {
    "SQLITE_FULL": "The disk is full; nothing was changed.",
    "SQLITE_BUSY": _LOCKED,
    "SQLITE_LOCKED": _LOCKED,
    "SQLITE_CANTOPEN": "The database file cannot be opened; is its folder there and writable?",
    "SQLITE_READONLY": "The database file cannot be written.",
    "SQLITE_NOTADB": "The database file is damaged or is no SQLite file.",
    "SQLITE_CORRUPT": "The database file is damaged.",
    "SQLITE_IOERR": "The disk reported an error; nothing was changed.",
}
_UNKNOWN = "The database went away while this was being saved; nobody knows yet whether it was."
_MOVED = "Somebody else changed the same thing at the same moment; nothing was changed. Please try again."


def meaning(error: exc.DBAPIError | exc.TimeoutError) -> EngineError | None:
    """Say what a driver's error means to the house; None where it is a defect of ours and must be seen as one."""
    if isinstance(error, exc.TimeoutError):
        return DatabaseUnavailable("All connections to the database are in use; please try again.")
    if isinstance(error.orig, sqlite3.Error):
        return _sqlite_meaning(error.orig)
    return _postgresql_meaning(error)


def _sqlite_meaning(error: sqlite3.Error) -> EngineError | None:
    name = getattr(error, "sqlite_errorname", "")
    if name in {"SQLITE_CONSTRAINT_UNIQUE", "SQLITE_CONSTRAINT_PRIMARYKEY"}:
        return Conflict(_MOVED)
    if name == "SQLITE_ERROR" and str(error).startswith(("no such table", "no such column")):
        return NotUpgraded("The database has not the tables this release needs; run `python -m engine upgrade`.")
    for prefix, sentence in _SQLITE_WORDS.items():
        if name.startswith(prefix):
            return DatabaseUnavailable(sentence)
    return None


def _postgresql_meaning(error: exc.DBAPIError) -> EngineError | None:
    state = getattr(error.orig, "sqlstate", None)
    if state in {"40001", "40P01", "23505"}:  # serialization failure, deadlock, unique violation
        return Conflict(_MOVED)
    if state in {"42P01", "42703"}:  # undefined table, undefined column
        return NotUpgraded("The database has not the tables this release needs; run `python -m engine upgrade`.")
    if state == "55P03":  # lock_timeout
        return DatabaseUnavailable(_LOCKED)
    if state == "57014":  # statement_timeout
        return DatabaseUnavailable("The database took too long to answer; nothing was changed.")
    if state == "53100":
        return DatabaseUnavailable("The disk of the database server is full; nothing was changed.")
    if isinstance(error, exc.DataError):  # a NUL in a text, a number too large: SQLite takes or never meets them
        return Unacceptable("The database cannot hold a value that was handed in.")
    if error.connection_invalidated or isinstance(error, exc.OperationalError | exc.InterfaceError):
        return DatabaseUnavailable("The database cannot be reached.")
    return None
