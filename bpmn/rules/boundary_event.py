"""A boundary event sits on an activity, and errors always interrupt it."""

from collections.abc import Iterator

from bpmn.diagram import Activity, Event, SubProcess
from bpmn.draft import Draft
from bpmn.rules.finding import Finding, Rule
from bpmn.rules.subjects import elements
from bpmn.vocabulary import Vocabulary

RULE = Rule(__name__, clause="10.5.4")


def check(draft: Draft, vocabulary: Vocabulary) -> Iterator[Finding]:
    """Find where this does not hold."""

    for event in elements(draft, Event):
        if event.kind != "boundaryEvent":
            continue
        host = draft.diagram.find(event.attached_to)
        if not isinstance(host, Activity) or host.scope_id != event.scope_id:
            yield RULE.error(
                event,
                "The boundary event {element} is not attached to an activity beside it.",
                "Drag it onto the border of the activity it belongs to.",
                code="not-attached",
            )
            continue
        if isinstance(host, SubProcess) and host.triggered_by_event:
            yield RULE.error(
                event,
                "The boundary event {element} is attached to the event sub-process {host}, which no flow may leave.",
                "Draw the event inside it, or attach it to the sub-process around.",
                code="on-event-sub-process",
                host=host.title,
            )
        kinds = {definition.kind for definition in event.definitions}
        if kinds & {"error", "cancel"} and not event.interrupting:
            yield RULE.error(
                event,
                "{element} catches an error or cancellation without interrupting the activity, which cannot be.",
                "Make it interrupting, or use an escalation.",
                code="must-interrupt",
            )
        if "cancel" in kinds and host.kind != "transaction":
            yield RULE.error(
                event,
                "{element} catches a cancellation, but {host} is not a transaction.",
                "Make {host} a transaction, or use an error event.",
                code="cancel-without-transaction",
                host=host.title,
            )
