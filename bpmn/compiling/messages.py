"""What an element says of the message it sends or awaits: its properties, read."""

from typing import Final

from bpmn.compiling.correlating import Name, Sending
from bpmn.compiling.failures import NotCompilable
from bpmn.compiling.formula import Names
from bpmn.compiling.timing import TimerInvalid, read_duration
from bpmn.compiling.triggers import Message
from bpmn.diagram import Element, ReferenceDefinition
from bpmn.languages import Formula, Language, is_formula

PAYLOAD: Final = "payload"
"""The property of a throwing message or signal event or send task that gives what the message carries."""
CORRELATE: Final = "correlate"
"""The property of message events and tasks that gives the correlation key."""
MESSAGE_ID: Final = "messageId"
TIME_TO_LIVE: Final = "timeToLive"


def named(element: Element, name: str, names: Names) -> Name:
    """The name of a message or signal, or the expression with ``=`` that gives it. Raises NotCompilable."""
    return names.formula(element.id, name, "name of what it throws or catches") if is_formula(name) else name


def awaited(element: Element, message: str, names: Names) -> Message:
    """The message an element waits for. Raises NotCompilable."""
    return Message(name=named(element, message, names), correlate=_property(element, CORRELATE, names))


def sending(element: Element, message: str, names: Names, definition: ReferenceDefinition | None = None) -> Sending:
    """The message an element sends. Raises NotCompilable."""
    return Sending(
        name=named(element, message, names),
        payload=payload(element, names, definition),
        correlate=_property(element, CORRELATE, names),
        message_id=_text(element, MESSAGE_ID, names),
        life=_life(element, names),
    )


def _property(element: Element, key: str, names: Names) -> Formula | None:
    text = element.properties.get(key, "").strip()
    return names.formula(element.id, text, f"property {key}") if text else None


def _text(element: Element, key: str, names: Names) -> Formula | str | None:
    text = element.properties.get(key, "").strip()
    return names.formula(element.id, text, f"property {key}") if text.startswith("=") else text or None


def _life(element: Element, names: Names) -> Formula | str | None:
    life = _text(element, TIME_TO_LIVE, names)
    try:
        if isinstance(life, str):
            read_duration(life)
    except TimerInvalid as error:
        raise NotCompilable(element.id, "time_to_live_invalid", f"The time to live cannot be read: {error}.") from error
    return life


def payload(element: Element, names: Names, definition: ReferenceDefinition | None = None) -> Formula | None:
    """What a message or signal carries. Raises NotCompilable."""
    text = element.properties.get(PAYLOAD) or (definition or element).extensions.get("messagePayload") or ""
    language = Language.FEEL if element.properties.get(PAYLOAD) else Language.EITHER
    return names.formula(element.id, text, "payload of the message", language) if text.strip() else None
