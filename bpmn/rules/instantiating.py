"""A receive task or event-based gateway that begins cases stands where its process begins.

No flow leads to it, and it stands in the process itself. The receive task is not repeated, and nothing is attached to
it. Behind the gateway stand receive tasks, or events that wait for a message or a signal: nothing else comes before
there is a case.
"""

from collections.abc import Iterator

from bpmn.diagram import Element, Event, Gateway, MessageTask
from bpmn.draft import Draft
from bpmn.rules.finding import Finding, Rule
from bpmn.rules.subjects import elements, outgoing
from bpmn.vocabulary import Vocabulary

RULE = Rule(__name__, clause="10.6.6")


def check(draft: Draft, vocabulary: Vocabulary) -> Iterator[Finding]:
    """Find where this does not hold."""
    for element in elements(draft, Element):
        if element.begins_cases:
            yield from _beginning(draft, element)


def _beginning(draft: Draft, element: Element) -> Iterator[Finding]:
    if element.incoming or element.scope_id != element.process_id:
        yield RULE.error(
            element,
            "{element} begins cases, but it does not stand where its process begins.",
            "Put it there, without a flow that leads to it, or remove the mark.",
            code="begins-in-the-middle",
        )
    if isinstance(element, MessageTask):
        attached = any(event.attached_to == element.id for event in elements(draft, Event))
        if element.kind != "receiveTask" or element.loop is not None or attached:
            yield RULE.error(
                element,
                "{element} begins cases: it is a receive task, not repeated, with no event at its border.",
                "Make it one, or draw a message start event in front of it and remove the mark.",
                code="begins-and-more",
            )
    for flow in outgoing(draft, element) if isinstance(element, Gateway) else ():
        target = draft.diagram.find(flow.target)
        kinds = {each.kind for each in target.definitions} if isinstance(target, Event) else set()
        if target is not None and not kinds <= {"message", "signal"}:
            yield RULE.error(
                target,
                "{element} stands behind a gateway that begins cases, and waits for what cannot begin one.",
                "Let it wait for a message or a signal, or draw a start event for it.",
                code="begins-nothing",
            )
