"""Messages find their receivers by name and key, and the properties that say so stand where they are read.

`correlate` stands on message events, on send and receive tasks and on tasks from which a message flow leads to one of
these, `messageId` and `timeToLive` on those that send. A
message with a key reaches only who awaits that key, one without a key only who awaits none: sender and receivers of one
name should agree.
"""

from collections import defaultdict
from collections.abc import Iterator
from typing import Final

from bpmn.compiling.timing import TimerInvalid, read_duration
from bpmn.diagram import Element
from bpmn.draft import Draft
from bpmn.languages import is_formula
from bpmn.meeting import messages_of
from bpmn.rules.finding import Finding, Rule
from bpmn.rules.subjects import elements
from bpmn.vocabulary import Vocabulary

RULE = Rule(__name__, clause="8.4.2")

_SENDING: Final = ("messageId", "timeToLive")


def check(draft: Draft, vocabulary: Vocabulary) -> Iterator[Finding]:
    """Find where this does not hold."""

    keyed: defaultdict[str, set[bool]] = defaultdict(set)
    named: list[tuple[Element, str]] = []
    for element in elements(draft, Element):
        about = list(messages_of(draft.diagram, element))
        sends = any(sends for _, sends in about)
        for key in ("correlate", *_SENDING):
            if key in element.properties and (not about or (key in _SENDING and not sends)):
                yield RULE.error(
                    element,
                    "{element} has the property {property}, which is not read here.",
                    "Remove it: it belongs to an element that {does} a message.",
                    code="misplaced-correlation",
                    property=key,
                    does="sends" if key in _SENDING else "sends or awaits",
                )
        for name, _ in about if element.kind != "startEvent" else ():
            keyed[name].add(bool(element.properties.get("correlate", "").strip()))
            named.append((element, name))
        yield from _life(element)
    for element, name in named:
        if len(keyed[name]) > 1 and not element.properties.get("correlate", "").strip():
            yield RULE.warning(
                element,
                "{element} has no correlation key, but another one with the message {name} has: they never meet.",
                "Set correlate on both, or on neither.",
                name=name,
            )


def _life(element: Element) -> Iterator[Finding]:
    text = element.properties.get("timeToLive", "").strip()
    if not text or is_formula(text):
        return
    try:
        read_duration(text)
    except TimerInvalid:
        yield RULE.error(
            element,
            "The message of {element} is to live for {text}, which is no ISO 8601 duration.",
            "Write it like PT1H or P3D, or as an expression with = in front.",
            code="time-to-live",
            text=text,
        )
