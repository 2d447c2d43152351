"""The variables of a case.

They live in one mapping per case. Tasks hold no copies, so branches that run side by side see each other's assignments
at once, a join has nothing to merge, and the last assignment counts. Local to one token are only the counter, item and
output of an instance of a loop; they are visible inside that instance, sub-processes included, and an assignment to
such a name stays there. Values are never changed in place: an assignment puts another value under the name.
"""

from collections import ChainMap
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import UTC, datetime
from typing import Any, Final

from bpmn.compiling import CannotContinue
from bpmn.compiling.mapping import SEALED
from bpmn.languages import Formula
from bpmn.scripts import Expression as Python
from bpmn.scripts import Script, ScriptFailed, ScriptStopped
from engine.model.step import DataChanged, Step
from engine.running.surroundings import Surroundings
from engine.running.token import Token
from forms.data import Value, same
from forms.feel import Environment, FeelLimitExceeded

_WIDTH: Final = 200
"""Most characters of an expression that a message repeats."""


class Variables:
    """What a running case knows, and how expressions and assignments meet it."""

    data: dict[str, Value]
    steps: list[Step]
    changed: bool
    """Whether data changed since the conditions that are waited for were looked at."""
    surroundings: Surroundings
    environment: Environment

    def holder(self, scope: object) -> Token | None:
        """The token whose sub-process a scope is."""
        raise NotImplementedError

    @property
    def now(self) -> datetime:
        """The time of this act, aware UTC."""
        return self.surroundings.now.astimezone(UTC)

    def _around(self, token: Token) -> list[Token]:
        """The places around a token that have variables of their own, or let none out; the innermost first."""
        found: list[Token] = []
        place: Token | None = token
        while place is not None:
            if place.local or place.kept.get(SEALED):
                found.append(place)
            place = self.holder(place.workflow)
        return found

    def visible(self, token: Token) -> Mapping[str, Value]:
        """Everything an expression at this token may read; read-only names of the surroundings win."""
        # All of it is only read, and not copied: some names are fetched when they are asked for.
        frames: list[Any] = [self.surroundings.names, *[place.local for place in self._around(token)], self.data]
        return ChainMap(*frames)

    def variables(self, token: Token) -> Mapping[str, Value]:
        """The variables visible at this token as a mapping of its own."""
        merged = dict(self.data)
        for place in reversed(self._around(token)):
            merged |= place.local
        return merged

    def evaluate(self, token: Token, expression: Formula) -> tuple[Value, str]:
        """The value, and where it is null the reason, if one is known."""
        if isinstance(expression, Python):
            with _told(token, f"The Python expression {_short(expression.text)!r}"):
                return self.surroundings.python.value(expression, self.visible(token), self.now), ""
        try:
            outcome = expression.evaluate(self.visible(token), self.environment)
        except FeelLimitExceeded as error:
            message = f"The expression {expression.text!r} was stopped: {error}"
            raise CannotContinue(token.task_spec.bpmn_id, "expression_limit", message) from error
        return outcome.value, "; ".join([problem.message for problem in outcome.problems])

    def run_script(self, token: Token, script: Script) -> None:
        """Run a script in Python and set what it changed. Raises CannotContinue."""
        with _told(token, "The Python script"):
            changes = self.surroundings.python.changes(script, self.visible(token), self.now)
        self.assign(token, changes)

    def assign(self, token: Token, values: Mapping[str, Value]) -> None:
        """Set variables where they live, and report those of the case that changed."""
        around, given = self._around(token), self.surroundings.names
        for name, value in values.items():
            if name in given:
                message = f"The name {name!r} cannot be assigned to: it is given by the engine."
                raise CannotContinue(token.task_spec.bpmn_id, "reserved_name", message)
            # Where the name lives: at the nearest place that has it, or lets nothing out; else in the case.
            home = next((each for each in around if name in each.local or each.kept.get(SEALED)), None)
            frame: dict[str, Value] = self.data if home is None else home.data
            was_set, old = name in frame, frame.get(name)
            frame[name] = value
            self.changed = True
            if frame is self.data and not (was_set and same(old, value)):
                self.steps.append(DataChanged(name=name, old=old, new=value, was_set=was_set, is_set=True))


@contextmanager
def _told(token: Token, what: str) -> Iterator[None]:
    try:
        yield
    except ScriptFailed as error:
        where = f" in line {error.line}" if error.line else ""
        raise CannotContinue(token.task_spec.bpmn_id, "python_failed", f"{what} failed{where}: {error}") from error
    except ScriptStopped as error:
        raise CannotContinue(token.task_spec.bpmn_id, "python_limit", f"{what} was stopped: {error}") from error


def _short(text: str) -> str:
    return text if len(text) <= _WIDTH else f"{text[: _WIDTH - 1]}…"
