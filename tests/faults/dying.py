"""A process that does one thing and is killed on its way: SIGKILL, with nobody told.

The process is a fork of the test that opens the store anew, as a server started a moment ago would. It kills itself
before a given statement, between its last statement and COMMIT, or between COMMIT and the answer to whoever asked.
What it acknowledged comes back through a pipe: the only thing that outlives it.
"""

import os
import signal
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import sqlalchemy as sa
from sqlalchemy import event

from engine.installation import Installation
from tests.storage_contract.stores import Clock, opened

BEFORE_COMMIT = "before COMMIT"
AFTER_COMMIT = "after COMMIT"
Point = int | str
"""The number of a statement before which it dies, or one of the two above."""


@dataclass(frozen=True, kw_only=True)
class Fate:
    """How the process ended: whether it was killed, and whether it had acknowledged its deed by then."""

    killed: bool
    acknowledged: bool


def died(url: str, folder: Path, clock: Clock, deed: Callable[[Installation], Any], point: Point) -> Fate:
    """Let a process do the deed and be killed at this point, if it gets there."""
    told, tell = os.pipe()
    process = os.fork()
    if process == 0:
        status = 1
        try:
            os.close(told)
            installation = opened(url, folder, clock)
            _arm(point)
            deed(installation)
            os.write(tell, b"done")
            status = 0
        finally:
            os._exit(status)
    os.close(tell)
    _, how = os.waitpid(process, 0)
    acknowledged = os.read(told, 10) == b"done"
    os.close(told)
    killed = os.WIFSIGNALED(how) and os.WTERMSIG(how) == signal.SIGKILL
    assert killed or os.WEXITSTATUS(how) == 0, "the deed failed by itself"
    return Fate(killed=killed, acknowledged=acknowledged)


def _arm(point: Point) -> None:
    """Set the trap. Only transactions that write count: what is read before does not matter."""
    writing: set[int] = set()
    count = 0

    def before(connection: sa.Connection, _cursor: Any, text: str, *_: Any) -> None:
        nonlocal count
        if text == "BEGIN IMMEDIATE" or not text.lstrip().startswith(("SELECT", "BEGIN", "PRAGMA")):
            writing.add(id(connection.connection.dbapi_connection))
        if point == count:
            _die()
        count += 1

    def connected(dialect: Any) -> None:
        commit = dialect.do_commit

        def do_commit(connection: Any) -> None:
            wrote = id(getattr(connection, "dbapi_connection", connection)) in writing
            if wrote and point == BEFORE_COMMIT:
                _die()
            commit(connection)
            if wrote and point == AFTER_COMMIT:
                _die()

        dialect.do_commit = do_commit

    armed: set[int] = set()

    def engine_connected(connection: sa.Connection) -> None:
        if id(connection.dialect) not in armed:
            armed.add(id(connection.dialect))
            connected(connection.dialect)

    event.listen(sa.Engine, "before_cursor_execute", before)
    event.listen(sa.Engine, "engine_connect", engine_connected)


def _die() -> None:
    os.kill(os.getpid(), signal.SIGKILL)
