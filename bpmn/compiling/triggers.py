"""What waiting events wait for: timers, messages, signals, conditions, and errors and escalations from inside."""

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import ClassVar, Literal

from bpmn.compiling.contract import Token
from bpmn.compiling.correlating import Name, key_of, named
from bpmn.compiling.failures import CannotContinue
from bpmn.compiling.nodes import case_of
from bpmn.compiling.timing import Schedule, TimerInvalid, first_due
from bpmn.languages import Formula
from forms.data import Value, canonical

DUE = "due"
KEY = "key"
HELD = "held"
_LEFT = "left"
_NAME = "name"
_CYCLE = "cycle"
_NULL = "null"


class NeverComes(CannotContinue):
    """What is waited for cannot come any more: an event at a border does not wait for it, all others cannot go on."""


@dataclass(frozen=True, kw_only=True)
class Timer:
    """Due at a time that is computed once, when the wait begins, and kept with the token as aware UTC."""

    outside: ClassVar = True
    element_id: str
    timing: Literal["date", "duration", "cycle"]
    expression: Formula | str
    """A parsed FEEL expression, or the ISO 8601 text itself."""

    def arm(self, token: Token) -> None:
        """Compute when it is due and begin to wait. Raises NeverComes, and CannotContinue where that is no time."""
        case = case_of(token)
        text: Value = self.expression
        reason = ""
        if not isinstance(self.expression, str):
            text, reason = case.evaluate(token, self.expression)
        if not isinstance(text, str):
            message = f"The timer gives {'nothing' if text is None else repr(text)}, which is no time. {reason}".strip()
            raise CannotContinue(self.element_id, "timer_invalid", message)
        try:
            planned = first_due(self.timing, text, case.now)
        except TimerInvalid as error:
            raise CannotContinue(self.element_id, "timer_invalid", f"The timer cannot be set: {error}.") from error
        if planned is None:
            raise NeverComes(self.element_id, "timer_over", f"The timer {text} has ended before it was set.")
        self._set(token, planned)

    def rearm(self, token: Token) -> bool:
        """Wait for the next repetition, if there is one; whether there is."""
        known = token.internal_data
        this = Schedule(due=due_of(token), cycle=known.get(_CYCLE), left=known.get(_LEFT))
        following = this.following(case_of(token).now)
        if following is None:
            return False
        self._set(token, following)
        return True

    def _set(self, token: Token, planned: Schedule) -> None:
        token.internal_data[DUE] = planned.due.isoformat()
        if planned.cycle is not None:
            token.internal_data |= {_CYCLE: planned.cycle, _LEFT: planned.left}
        case_of(token).timer_set(token, planned.due)

    def disarm(self, token: Token) -> None:
        """Report that the wait ends."""
        case_of(token).timer_cleared(token)


@dataclass(frozen=True, kw_only=True)
class Message:
    """Comes when a message of this name is delivered that carries the key computed when the wait begins."""

    outside: ClassVar = True
    name: Name
    correlate: Formula | None = None

    def arm(self, token: Token) -> None:
        """Begin to wait. Raises CannotContinue where the key or the name is empty."""
        key = key_of(token, self.correlate)
        token.internal_data[KEY] = key
        case_of(token).message_awaited(token, _noted(token, self.name), key)

    def rearm(self, token: Token) -> bool:
        """It goes on waiting as it did."""
        return True

    def disarm(self, token: Token) -> None:
        """Report that the wait ends."""
        case_of(token).message_forgotten(token, name_at(token))


@dataclass(frozen=True, kw_only=True)
class Signal:
    """Comes when a signal of this name is thrown, here or in another case."""

    outside: ClassVar = True
    name: Name

    def arm(self, token: Token) -> None:
        """Begin to wait. Raises CannotContinue where the name is empty."""
        case_of(token).signal_awaited(token, _noted(token, self.name))

    def rearm(self, token: Token) -> bool:
        """It goes on waiting as it did."""
        return True

    def disarm(self, token: Token) -> None:
        """Report that the wait ends."""
        case_of(token).signal_forgotten(token, name_at(token))


@dataclass(frozen=True, kw_only=True)
class Condition:
    """Comes when a condition on data becomes true: looked at when the wait begins and whenever data changes.

    Where nothing else in the case goes on, an operator who corrects its data may still bring it.
    """

    outside: ClassVar = True
    element_id: str
    expression: Formula

    def arm(self, token: Token) -> None:
        """Begin to wait; a condition that holds already comes at once."""
        case_of(token).data_changed()

    def becomes_true(self, token: Token) -> bool:
        """Whether it holds now and did not before. Raises CannotContinue where it is no truth value."""
        value, reason = case_of(token).evaluate(token, self.expression)
        if value is not None and not isinstance(value, bool):
            message = (
                f"The condition {self.expression.text!r} gives {value!r}, which is neither true nor false. {reason}"
            )
            raise CannotContinue(self.element_id, "condition_not_boolean", message.strip())
        held, token.internal_data[HELD] = token.internal_data.get(HELD, False), bool(value)
        return bool(value) and not held

    def rearm(self, token: Token) -> bool:
        """It goes on waiting, until it has been false and becomes true again."""
        return True

    def disarm(self, token: Token) -> None:
        """Nothing was reported."""


@dataclass(frozen=True, kw_only=True)
class Change(Condition):
    """Comes when what is watched gets another value than it had; null counts as not set."""

    kind: str
    """Which changes: ``create`` from null, ``update`` of a value, or ``all``."""

    def arm(self, token: Token) -> None:
        """Begin to wait, whatever it is now."""
        self.becomes_true(token)

    def becomes_true(self, token: Token) -> bool:
        """Whether it has changed since it was looked at last, in the way that is watched."""
        value = canonical(case_of(token).evaluate(token, self.expression)[0])
        held, token.internal_data[HELD] = token.internal_data.get(HELD, _NULL), value
        fits = {"create": held == _NULL, "update": held != _NULL}.get(self.kind, True)
        return value not in (held, _NULL) and fits


@dataclass(frozen=True, kw_only=True)
class Code:
    """An error, escalation or cancellation thrown inside; without a code it catches every one of its kind."""

    outside: ClassVar = False
    kind: Literal["error", "escalation", "cancel"]
    code: str | None
    message: str = ""
    """What happened, in words, where it is thrown."""
    code_variable: str = ""
    """The variable that has the code of what is caught, and below its message; empty for none."""
    message_variable: str = ""

    def catches(self, kind: str, code: str | None) -> bool:
        """Whether it is the one that was thrown."""
        return self.kind == kind and self.code in (None, code)

    def told(self, thrown: "Code") -> dict[str, Value]:
        """The variables that tell what was caught."""
        found = {self.code_variable: thrown.code, self.message_variable: thrown.message or None}
        return {name: value for name, value in found.items() if name}

    def arm(self, token: Token) -> None:
        """Nothing outside the case can bring it: nothing to report."""

    def rearm(self, token: Token) -> bool:
        """It goes on waiting as it did."""
        return True

    def disarm(self, token: Token) -> None:
        """Nothing was reported."""


Trigger = Timer | Message | Signal | Condition | Code


def _noted(token: Token, name: Name) -> str:
    """The name that is awaited; one that an expression gives is kept with the token."""
    if isinstance(name, str):
        return name
    token.internal_data[_NAME] = found = named(token, name)
    return found


def name_at(token: Token) -> str:
    """The name of the message or signal that a token waits for."""
    kept: str | None = token.kept.get(_NAME)
    return token.task_spec.trigger.name if kept is None else kept


def due_of(token: Token) -> datetime:
    """When the timer of a waiting token is due."""
    return datetime.fromisoformat(token.internal_data[DUE]).astimezone(UTC)
