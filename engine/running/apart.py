"""Python that nobody vouched for runs apart: in a few processes that have little and are replaced when they overrun."""

import os
import subprocess
import sys
import weakref
from collections.abc import Mapping
from contextlib import suppress
from datetime import datetime
from pathlib import Path
from threading import BoundedSemaphore, Lock, Timer, local
from time import thread_time
from typing import Any, Final

import bpmn
from bpmn.scripts import Expression, Script, ScriptFailed, ScriptStopped
from forms.data import DataUnacceptable, Value, canonical, parse

WORKERS: Final = 2
"""Most processes at a time; whoever comes when all are busy waits."""
PATIENCE: Final = 20.0
"""Seconds that an answer may take: far beyond its processor time, for machines that are busy."""
_ROOT: Final = Path(bpmn.__file__).parents[1]

_elsewhere: Final = local()
"""What was spent apart for a thread, in seconds."""

_ENDED: Final = "The process it ran in was ended: it needed more memory or processor time than one run may have."


def spent() -> float:
    """Give the seconds of processor time that this thread has used, with what ran apart for it."""
    apart: float = getattr(_elsewhere, "seconds", 0.0)
    return thread_time() + apart


class Apart:
    """A bounded pool of `python -m bpmn.scripts`, begun when first needed. For any number of threads.

    A server that forks leaves the processes to the one that began them: each has its own.
    """

    def __init__(self, workers: int = WORKERS, patience: float = PATIENCE) -> None:
        self._free: list[_Worker] = []
        self._lock = Lock()
        self._places = BoundedSemaphore(workers)
        self.patience = patience

    def value(self, expression: Expression, scope: Mapping[str, Value], now: datetime) -> Value:
        """The value of an expression over these variables. Raises ScriptFailed and ScriptStopped."""
        return self._asked("expression", expression, scope, now)["value"]

    def changes(self, script: Script, scope: Mapping[str, Value], now: datetime) -> Mapping[str, Value]:
        """What a script changed of these variables. Raises ScriptFailed and ScriptStopped."""
        changes: Mapping[str, Value] = self._asked("script", script, scope, now)["changes"]
        return changes

    def close(self) -> None:
        """End the processes that are free."""
        with self._lock:
            free, self._free = self._free, []
        for worker in free:
            worker.end()

    @property
    def pids(self) -> tuple[int, ...]:
        """The process ids of those that are free, for who watches them."""
        with self._lock:
            return tuple(worker.process.pid for worker in self._free)

    def _asked(self, kind: str, program: Expression | Script, scope: Mapping[str, Value], now: datetime) -> Any:
        names = {name: scope[name] for name in program.names if name in scope}
        request = canonical({"kind": kind, "text": program.text, "now": now.isoformat(), "scope": names})
        with self._places:
            worker = self._worker()
            try:
                answer = _parsed(worker.ask(request, self.patience))
                _elsewhere.seconds = getattr(_elsewhere, "seconds", 0.0) + int(answer.get("spent", 0)) / 1000
            except BaseException:
                worker.end()
                raise
            if answer.get("stopped") == "memory":
                worker.end()  # what it took it may not give back
            else:
                with self._lock:
                    self._free.append(worker)
        return _result(answer)

    def _worker(self) -> "_Worker":
        while True:
            with self._lock:
                worker = self._free.pop() if self._free else None
            if worker is None:
                return _Worker()
            if worker.usable:
                return worker
            worker.end()


class _Worker:
    """One process and the pipes to it."""

    def __init__(self) -> None:
        self.process: subprocess.Popen[bytes] = subprocess.Popen(
            [sys.executable, "-s", "-B", "-m", "bpmn.scripts"],
            cwd=_ROOT,
            env={},
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
        )
        self._owner = os.getpid()
        self._end = weakref.finalize(self, _end, self.process, self._owner)

    @property
    def usable(self) -> bool:
        """Whether it was begun by this process and still runs."""
        return self._owner == os.getpid() and self.process.poll() is None

    def ask(self, request: str, patience: float) -> bytes:
        """Give it one line and take one. Raises ScriptStopped where none comes."""
        assert self.process.stdin and self.process.stdout  # noqa: S101, PT018 - opened above
        overdue = Timer(patience, self.process.kill)
        overdue.daemon = True
        overdue.start()
        try:
            self.process.stdin.write(request.encode() + b"\n")
            self.process.stdin.flush()
            answer = self.process.stdout.readline()
        except BrokenPipeError:
            answer = b""
        finally:
            overdue.cancel()
        if not answer.endswith(b"\n"):
            raise ScriptStopped("process", _ENDED)
        return answer

    def end(self) -> None:
        """End the process and wait for it."""
        self._end()


def _end(process: "subprocess.Popen[bytes]", owner: int) -> None:
    for pipe in (process.stdin, process.stdout):
        if pipe is not None:
            with suppress(BrokenPipeError):
                pipe.close()
    if owner == os.getpid():
        process.kill()
        process.wait()


def _parsed(answer: bytes) -> dict[str, Any]:
    try:
        found: dict[str, Any] = parse(answer)
    except DataUnacceptable:
        raise ScriptStopped("process", _ENDED) from None
    return found


def _result(answer: dict[str, Any]) -> dict[str, Any]:
    if "stopped" in answer:
        raise ScriptStopped(answer["stopped"], answer["message"])
    if "failed" in answer:
        raise ScriptFailed(answer["failed"], int(answer["line"]) if answer["line"] else None)
    return answer
