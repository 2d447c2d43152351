"""A process that does one thing and is killed on its way: SIGKILL, with nobody told.

The process is a fork of the test. It counts the moments at which a death could leave something behind: before each
statement that writes, before each commit, before and after each request that leaves the house, and last of all before
it acknowledges. At the moment it was given it kills itself. What it passed comes back through a pipe: the only thing
that outlives it.
"""

import os
import signal
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Final, NoReturn

import sqlalchemy as sa
from sqlalchemy import event

from engine.acts import outside_calls

WRITE: Final = "w"
COMMIT: Final = "c"
REQUEST: Final = "r"
ANSWER: Final = "a"
DONE: Final = "d"
"""It acknowledged its deed."""

_WRITES: Final = ("INSERT", "UPDATE", "DELETE", "WITH")


@dataclass(frozen=True, kw_only=True)
class Life:
    """What a process lived through: the moments it passed, and whether it was killed before the next one."""

    passed: str
    killed: bool

    @property
    def commits(self) -> int:
        """How many of its transactions were committed."""
        return self.passed.count(COMMIT)

    @property
    def acknowledged(self) -> bool:
        """Whether somebody was told that the deed is done."""
        return self.passed.endswith(DONE)


def lived(deed: Callable[[], Any], *, until: int | None = None) -> Life:
    """Let a process do the deed; it is killed at the moment with this number, if it gets there."""
    told, tell = os.pipe()
    process = os.fork()
    if process == 0:
        os.close(told)
        _live(deed, _Moments(tell, until))
    os.close(tell)
    with os.fdopen(told) as pipe:
        passed = pipe.read()
    _, how = os.waitpid(process, 0)
    killed = os.WIFSIGNALED(how) and os.WTERMSIG(how) == signal.SIGKILL
    assert killed or os.WEXITSTATUS(how) == 0, "the deed failed by itself"
    return Life(passed=passed, killed=killed)


class _Moments:
    """Counts moments, tells those passed, and kills at the one it was given."""

    def __init__(self, tell: int, until: int | None) -> None:
        self._tell = tell
        self._left = until

    def before(self, thing: str) -> None:
        """Come to a moment: end here, or pass it."""
        if self._left == 0:
            os.kill(os.getpid(), signal.SIGKILL)
        if self._left is not None:
            self._left -= 1
        if thing != COMMIT:
            self.tell(thing)

    def tell(self, thing: str) -> None:
        """Say that a moment is behind."""
        os.write(self._tell, thing.encode())


def _live(deed: Callable[[], Any], moments: _Moments) -> NoReturn:
    status = 1
    try:
        _watch(moments)
        deed()
        moments.before(DONE)
        status = 0
    finally:
        os._exit(status)


def _watch(moments: _Moments) -> None:
    """Count from now on, whatever engine is opened."""
    wrote: set[int] = set()
    watched: set[int] = set()

    def statement(connection: sa.Connection, _cursor: Any, text: str, *_: Any) -> None:
        if text.lstrip().startswith(_WRITES):
            wrote.add(id(connection.connection.dbapi_connection))
            moments.before(WRITE)

    def connected(connection: sa.Connection) -> None:
        dialect: Any = connection.dialect
        if id(dialect) in watched:
            return
        watched.add(id(dialect))
        commit = dialect.do_commit

        def do_commit(connection: Any) -> None:
            identity = id(getattr(connection, "dbapi_connection", connection))
            if identity in wrote:
                moments.before(COMMIT)
            commit(connection)
            if identity in wrote:
                wrote.discard(identity)
                moments.tell(COMMIT)

        dialect.do_commit = do_commit

    event.listen(sa.Engine, "before_cursor_execute", statement)
    event.listen(sa.Engine, "engine_connect", connected)
    call = outside_calls.make_call

    def make_call(prepared: outside_calls.Prepared) -> Any:
        moments.before(REQUEST)
        answer = call(prepared)
        moments.before(ANSWER)
        return answer

    outside_calls.make_call = make_call
