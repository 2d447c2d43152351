"""Keys by which messages find who waits for them, and the other texts a sender gives (BPMN 2.0 clause 8.4.2)."""

from dataclasses import dataclass
from datetime import datetime
from typing import Final, TypeAlias

from bpmn.compiling.contract import Token
from bpmn.compiling.failures import CannotContinue
from bpmn.compiling.nodes import case_of
from bpmn.compiling.timing import TimerInvalid, read_duration
from bpmn.languages import Formula
from forms.data import Value, canonical

LIFE: Final = "PT1H"
"""How long a message that nobody waits for is kept where its sender does not say."""
LENGTH: Final = 255
"""Most characters of a correlation key or a message's id."""


Name: TypeAlias = str | Formula
"""The name of a message or signal, or what gives it where it is needed."""


def named(token: Token, name: Name) -> str:
    """The name at this token. Raises CannotContinue where an expression gives no text."""
    if isinstance(name, str):
        return name
    value, reason = case_of(token).evaluate(token, name)
    if not isinstance(value, str) or not value:
        message = f"The name {name.text!r} gives {value!r}, which is no text. {reason}".strip()
        raise CannotContinue(token.task_spec.bpmn_id, "name_empty", message)
    return _short(token, value, f"The name {name.text!r}")


def key_of(token: Token, expression: Formula | None) -> str:
    """The correlation key at this token as text; empty where there is none. Raises CannotContinue for no usable key."""
    if expression is None:
        return ""
    value, reason = case_of(token).evaluate(token, expression)
    if value is None or value == "":
        message = f"The correlation key {expression.text!r} is empty. {reason}".strip()
        raise CannotContinue(token.task_spec.bpmn_id, "correlation_empty", message)
    return _short(token, value, f"The correlation key {expression.text!r}")


@dataclass(frozen=True, kw_only=True)
class Sending:
    """What a throwing event or send task sends: evaluated where it stands."""

    name: Name
    payload: Formula | None = None
    correlate: Formula | None = None
    message_id: Formula | str | None = None
    life: Formula | str | None = None

    def send(self, token: Token) -> None:
        """Send it to the world. Raises CannotContinue where a part of it cannot be used."""
        case, name = case_of(token), named(token, self.name)
        payload = payload_of(token, name, self.payload)
        case.message_thrown(
            token.task_spec.bpmn_id,
            name,
            payload,
            key=key_of(token, self.correlate),
            message_id=self._id(token, name, payload.get("messageId")),
            expires=self._expires(token, name),
        )

    def _id(self, token: Token, name: str, carried: Value) -> str | None:
        value = carried
        if self.message_id is not None:
            value = self.message_id
            if not isinstance(value, str):
                value = case_of(token).evaluate(token, value)[0]
        return None if value is None or value == "" else _short(token, value, f"The id of the message {name!r}")

    def _expires(self, token: Token, name: str) -> datetime:
        value: Value | Formula = self.life or LIFE
        if isinstance(value, Formula):
            value = case_of(token).evaluate(token, value)[0]
        try:
            if not isinstance(value, str):
                raise TimerInvalid(f"{value!r} is no duration")
            return read_duration(value).after(case_of(token).now)
        except TimerInvalid as error:
            message = f"The time to live of the message {name!r} cannot be used: {error}."
            raise CannotContinue(token.task_spec.bpmn_id, "time_to_live_invalid", message) from error


def payload_of(token: Token, name: str, expression: Formula | None) -> dict[str, Value]:
    """What a message or signal carries. Raises CannotContinue where it is no context."""
    value, reason = case_of(token).evaluate(token, expression) if expression else ({}, "")
    if not isinstance(value, dict):
        message = f"The payload of {name!r} is no context of names and values. {reason}".strip()
        raise CannotContinue(token.task_spec.bpmn_id, "payload_not_context", message)
    return value


def _short(token: Token, value: Value, what: str) -> str:
    if isinstance(value, list | dict):
        message = f"{what} gives a list or context; it must be a text or number."
        raise CannotContinue(token.task_spec.bpmn_id, "correlation_not_text", message)
    text = value if isinstance(value, str) else canonical(value)
    if len(text) > LENGTH:
        message = f"{what} is longer than {LENGTH} characters."
        raise CannotContinue(token.task_spec.bpmn_id, "correlation_too_long", message)
    return text
