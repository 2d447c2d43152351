"""An event has the one trigger or result that its place in the process allows.

Intermediate catching events wait for a message, timer, signal or condition; throwing ones send a message or signal,
escalate or call for compensation; both may be links. A boundary event catches a message, timer, signal, condition,
error, escalation or (on a transaction) a cancellation, or says what undoes; an end event may be plain, send a message
or signal, raise an error or escalation, call for compensation, terminate, or (inside a transaction) cancel.
"""

from collections.abc import Iterator, Mapping
from typing import Final

from bpmn.diagram import Event
from bpmn.draft import Draft
from bpmn.rules.finding import Finding, Rule
from bpmn.rules.subjects import elements
from bpmn.vocabulary import Vocabulary

RULE = Rule(__name__, clause="10.5.5")


_ALLOWED: Final[Mapping[str, frozenset[str]]] = {
    "intermediateCatchEvent": frozenset({"message", "timer", "signal", "conditional", "link"}),
    "intermediateThrowEvent": frozenset({"", "message", "signal", "escalation", "link", "compensate"}),
    "boundaryEvent": frozenset(
        {"message", "timer", "signal", "conditional", "error", "escalation", "cancel", "compensate"}
    ),
    "endEvent": frozenset({"", "message", "signal", "error", "escalation", "terminate", "cancel", "compensate"}),
}


def check(draft: Draft, vocabulary: Vocabulary) -> Iterator[Finding]:
    """Find where this does not hold."""
    for event in elements(draft, Event):
        if event.kind not in _ALLOWED:
            continue
        if len(event.definitions) > 1:
            yield RULE.error(
                event,
                "{element} has {count} triggers; one is run.",
                "Draw one event for each trigger, behind an event-based gateway or at the border of the activity.",
                code="several-definitions",
                count=len(event.definitions),
            )
            continue
        kind = event.definition.kind if event.definition else ""
        if kind in _ALLOWED[event.kind]:
            continue
        if kind:
            text = "{element} is of the kind {kind}, which may not stand here."
            yield RULE.error(event, text, "Choose another kind of event.", code="wrong-definition", kind=kind)
        else:
            text = "{element} does not say what it waits for."
            yield RULE.error(event, text, "Make it a message or timer event.", code="no-definition")
