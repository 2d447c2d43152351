"""How what Python in a diagram may call is offered: functions by name, methods by the type they belong to."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Final

from bpmn.scripts.limits import Budget, ScriptFailed
from bpmn.scripts.values import Value, kind


@dataclass(frozen=True, kw_only=True)
class Call:
    """What a function is given besides its arguments: the account of the run, and the moment of the act (aware)."""

    budget: Budget
    now: datetime | None


@dataclass(frozen=True, kw_only=True)
class Offered:
    """Something that may be called: how many arguments it takes by position, and the names it takes others by."""

    run: Callable[..., Value]
    least: int
    most: int
    named: frozenset[str] = frozenset()
    changes: bool = False
    """Whether it changes the value it is a method of."""

    def __call__(
        self,
        call: Call,
        what: str,
        positional: Sequence[Value],
        named: Mapping[str, Value],
        of: tuple[Value, ...] = (),
    ) -> Value:
        """Call it, as a method with the value it is `of`. Raises ScriptFailed where the arguments do not fit."""
        for name in named:
            if name not in self.named:
                raise ScriptFailed(f"{what} takes no argument named {name}.")
        if not self.least <= len(positional) + len(set(named) - {"key", "reverse"}) <= self.most:
            count = str(self.least) if self.least == self.most else f"{self.least} to {self.most}"
            raise ScriptFailed(f"{what} takes {count} arguments.")
        return self.run(call, *of, *positional, **named)


FUNCTIONS: Final[dict[str, Offered]] = {}
METHODS: Final[dict[type, dict[str, Offered]]] = {
    of: {} for of in (str, list, tuple, dict, date, datetime, time, timedelta)
}
PARTS: Final[Mapping[type, frozenset[str]]] = {
    date: frozenset({"year", "month", "day"}),
    datetime: frozenset({"year", "month", "day", "hour", "minute", "second", "microsecond"}),
    time: frozenset({"hour", "minute", "second", "microsecond"}),
    timedelta: frozenset({"days", "seconds", "microseconds"}),
}
"""What is read of dates, times and timedeltas with a point."""

Run = Callable[..., Value]


def function(*names: str, least: int = 1, most: int = 1, named: str = "") -> Callable[[Run], Run]:
    """Offer a function under these names; `named` are the arguments it takes by name."""

    def declare(run: Run) -> Run:
        for name in names:
            FUNCTIONS[name] = Offered(run=run, least=least, most=most, named=frozenset(named.split()))
        return run

    return declare


def method(of: type, name: str, least: int = 0, most: int = 0, *, changes: bool = False) -> Callable[[Run], Run]:
    """Offer a method of a type."""

    def declare(run: Run) -> Run:
        METHODS[of][name] = Offered(run=run, least=least, most=most, changes=changes)
        return run

    return declare


def key_of(value: Value) -> str:
    """A key of a dict. Raises ScriptFailed: data are kept as JSON, whose keys are texts."""
    if not isinstance(value, str):
        raise ScriptFailed(f"A key is {kind(value)}; keys are texts: write str(key).")
    return value
