"""An event has the triggers or results that its place in the process allows.

Intermediate catching events wait for a message, timer, signal or condition; throwing ones send a message or signal,
escalate or call for compensation; both may be links. A boundary event catches a message, timer, signal, condition,
error, escalation or (on a transaction) a cancellation, or says what undoes; an end event may be plain, send a message
or signal, raise an error or escalation, call for compensation, terminate, or (inside a transaction) cancel.

An event may have several of them. Of several triggers one is enough, or with ``parallelMultiple`` all must come, which
an error or a cancellation, that interrupt at once, cannot wait for. Links, and what catches compensation, stand alone.
"""

from collections.abc import Iterator, Mapping
from typing import Final

from bpmn.diagram import CompensateDefinition, Event
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
        kinds = [definition.kind for definition in event.definitions] or [""]
        if wrong := next((kind for kind in kinds if kind not in _ALLOWED[event.kind]), None):
            text = "{element} is of the kind {kind}, which may not stand here."
            yield RULE.error(event, text, "Choose another kind of event.", code="wrong-definition", kind=wrong)
        elif "" not in _ALLOWED[event.kind] and kinds == [""]:
            text = "{element} does not say what it waits for."
            yield RULE.error(event, text, "Make it a message or timer event.", code="no-definition")
        elif event.several:
            yield from several(event, RULE)


def several(event: Event, rule: Rule) -> Iterator[Finding]:
    """Find what cannot stand among several triggers or results."""
    alone = [each for each in event.definitions if each.kind == "link" or (event.catches and each.kind == "compensate")]
    late = [each for each in event.definitions if isinstance(each, CompensateDefinition) and not each.waits]
    if event.parallel_multiple and not event.catches:
        yield rule.error(
            event,
            "{element} is marked to wait for all of its triggers, but it waits for none.",
            "Remove the mark: whatever it causes, it causes all of it.",
            code="throws-together",
        )
    elif alone:
        yield rule.error(
            event,
            "{element} has several triggers, one of them of the kind {kind}, which stands alone.",
            "Draw an event of its own for it.",
            code="stands-alone",
            kind=alone[0].kind,
        )
    elif event.catches and event.parallel_multiple and not {"error", "cancel"}.isdisjoint(_kinds(event)):
        yield rule.error(
            event,
            "{element} waits for all of its triggers, and one of them interrupts at once.",
            "Draw an event of its own for the error or cancellation.",
            code="cannot-wait",
        )
    elif late and not event.catches:
        yield rule.error(
            event,
            "{element} has several results, and does not wait for the compensation that is one of them.",
            "Let it wait for completion, or draw an event of its own for the compensation.",
            code="does-not-wait",
        )


def _kinds(event: Event) -> set[str]:
    return {definition.kind for definition in event.definitions}
