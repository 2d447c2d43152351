"""How far one run of Python may go, and what ends it."""

from dataclasses import dataclass
from decimal import ROUND_HALF_EVEN, Context, DivisionByZero, InvalidOperation, Overflow
from time import thread_time
from typing import Final

from bpmn.errors import BpmnError

NUMBERS: Final = Context(
    prec=34,
    rounding=ROUND_HALF_EVEN,
    Emax=6144,
    Emin=-6143,
    traps=[DivisionByZero, InvalidOperation, Overflow],
)
"""Decimals of 34 digits, as in FEEL; never changed, and never the context of a thread."""

_LOOK: Final = 256
"""After so many steps the time is looked at."""


class ScriptFailed(BpmnError):
    """A script asked for something that cannot be: an unknown name, a wrong kind of value; `line` is None or from 1.

    `kind` is the name of the error that Python itself would raise, where it is known: ``except`` asks for it.
    """

    def __init__(self, message: str, line: int | None = None, *, kind: str = "") -> None:
        self.message = message
        self.line = line
        self.kind = kind
        super().__init__(message)


class ScriptStopped(BpmnError):
    """A run reached a limit; `limit` is ``steps``, ``time``, ``size``, ``depth`` or ``memory``."""

    def __init__(self, limit: str, message: str) -> None:
        self.limit = limit
        self.message = message
        super().__init__(message)


@dataclass(frozen=True, kw_only=True)
class Limits:
    """The bounds of one run.

    steps: operations, rounds and items looked at, together; seconds: of processor time; size: items of one list,
    characters of one text; total: items and characters made in all; depth: how deep values are nested.
    """

    steps: int = 500_000
    seconds: float = 2.0
    size: int = 250_000
    total: int = 4_000_000
    depth: int = 60


LIMITS: Final = Limits()


class Budget:
    """What is left of the limits in one run; lives in one thread."""

    __slots__ = ("_begun", "_look", "_steps", "_total", "limits")

    def __init__(self, limits: Limits = LIMITS) -> None:
        self.limits = limits
        self._steps = limits.steps
        self._look = max(limits.steps - _LOOK, 0)
        self._total = limits.total
        self._begun = thread_time()

    def step(self, count: int = 1) -> None:
        """Count operations. Raises ScriptStopped."""
        self._steps -= count
        if self._steps < self._look:
            self._look = max(self._steps - _LOOK, 0)
            if self._steps < 0:
                raise ScriptStopped("steps", f"It took more than {self.limits.steps:,} steps.")
            if thread_time() - self._begun > self.limits.seconds:
                raise ScriptStopped("time", f"It used more than {self.limits.seconds:g} seconds of processor time.")

    def made(self, items: int) -> None:
        """Count a list, or something like it, before it is made. Raises ScriptStopped."""
        self._make(items)
        self.step(items)

    def written(self, characters: int) -> None:
        """Count a text before it is made. Raises ScriptStopped."""
        self._make(characters)
        self.step(characters >> 6)

    def _make(self, amount: int) -> None:
        if amount > self.limits.size:
            raise ScriptStopped("size", f"A value would hold more than {self.limits.size:,} items or characters.")
        self._total -= amount
        if self._total < 0:
            total = f"{self.limits.total:,}"
            raise ScriptStopped("memory", f"All values together would hold more than {total} items and characters.")

    def nested(self, depth: int) -> None:
        """Check how deep a value is looked into. Raises ScriptStopped."""
        if depth > self.limits.depth:
            raise ScriptStopped("depth", f"A value is nested more than {self.limits.depth} levels deep.")
