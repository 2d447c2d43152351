"""Two deeds stepped against each other: one is stopped at a chosen point until the other is done or waits for it."""

import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any, Final

import sqlalchemy as sa
from sqlalchemy import event

from engine.errors import EngineError
from engine.installation import Installation

EARLY: Final = "after its first look"
"""Between the first statement of a deed and its second: what it has read may be old by the time it has its lock."""
LATE: Final = "before its commit"
PATIENCE: Final = 60.0
_WRITES: Final = ("INSERT", "UPDATE", "DELETE", "WITH")
Deed = Callable[[], Any]


@dataclass(frozen=True, kw_only=True)
class Outcomes:
    """What became of two deeds: the refusal that each met, if any, and who committed, in that order."""

    refused: tuple[EngineError | None, EngineError | None]
    committed: str
    """The letters of the deeds, `a` for the first and `b` for the second."""


def stepped(installation: Installation, deeds: tuple[Deed, Deed], stop: str, *, commit: int = 1) -> Outcomes:
    """Let the first deed stop at a point of its transaction number `commit`, do the second, and let the first go on."""
    steps = _Steps(stop, commit)
    with steps.watched(), ThreadPoolExecutor(2) as pool:
        first = pool.submit(steps.run, "a", deeds[0])
        steps.wait_for(lambda: steps.stopped.is_set() or first.done())
        second = pool.submit(steps.run, "b", deeds[1])
        steps.wait_for(lambda: second.done() or _is_blocked(installation, steps))
        steps.go_on.set()
        refused = (first.result(PATIENCE), second.result(PATIENCE))
    return Outcomes(refused=refused, committed="".join(steps.committed))


class _Steps:
    def __init__(self, stop: str, commit: int) -> None:
        self.stopped, self.go_on, self.began = threading.Event(), threading.Event(), threading.Event()
        self.committed: list[str] = []
        self._stop, self._commit = stop, commit
        self._here = threading.local()

    def run(self, name: str, deed: Deed) -> EngineError | None:
        self._here.name, self._here.commits, self._here.wrote, self._here.looks = name, 0, False, 0
        if name == "b":
            self.began.set()
        try:
            deed()
        except EngineError as refused:
            return refused
        return None

    def wait_for(self, condition: Callable[[], bool]) -> None:
        deadline = time.monotonic() + PATIENCE
        while not condition():
            assert time.monotonic() < deadline, "neither done nor waiting"
            time.sleep(0.005)

    @contextmanager
    def watched(self) -> Iterator[None]:
        listening = (("before_cursor_execute", self._statement), ("commit", self._committing))
        for name, listener in listening:
            event.listen(sa.Engine, name, listener)
        try:
            yield
        finally:
            self.go_on.set()
            for name, listener in listening:
                event.remove(sa.Engine, name, listener)

    def _statement(self, _connection: Any, _cursor: Any, text: str, *_: Any) -> None:
        if not hasattr(self._here, "name") or text.startswith(("PRAGMA", "BEGIN")):
            return
        self._here.wrote = self._here.wrote or text.lstrip().startswith(_WRITES)
        self._here.looks += 1
        if self._here.looks == 2 and self._stop == EARLY:
            self._hold()

    def _committing(self, _connection: sa.Connection) -> None:
        if not getattr(self._here, "wrote", False):
            return
        self._here.commits += 1
        if self._stop == LATE and self._here.commits == self._commit:
            self._hold()
        self.committed.append(self._here.name)
        self._here.wrote, self._here.looks = False, 0

    def _hold(self) -> None:
        if self._here.name == "a":
            self.stopped.set()
            assert self.go_on.wait(PATIENCE)


def _is_blocked(installation: Installation, steps: _Steps) -> bool:
    """Whether the second deed waits for a lock that the first one has."""
    if installation.database.dialect == "sqlite":
        # The writer lock of the house is taken: whoever wants to write waits for it, and does nothing else meanwhile.
        return steps.began.wait() and not time.sleep(0.1)
    waiting = "SELECT count(*) FROM pg_stat_activity WHERE wait_event_type = 'Lock' AND datname = current_database()"
    with installation.database.reading() as connection:
        return bool(connection.exec_driver_sql(waiting).scalar())
