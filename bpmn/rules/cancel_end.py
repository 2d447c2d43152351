"""A cancel end event stands inside a transaction, at whose border an event catches the cancellation.

It takes away what still runs in the transaction, undoes what was done in it, the last first, and then goes on at that
event.
"""

from collections.abc import Iterator

from bpmn.diagram import Event
from bpmn.draft import Draft
from bpmn.rules.finding import Finding, Rule
from bpmn.rules.subjects import elements
from bpmn.vocabulary import Vocabulary

RULE = Rule(__name__, clause="10.5.3")


def check(draft: Draft, vocabulary: Vocabulary) -> Iterator[Finding]:
    """Find where this does not hold."""

    for event in elements(draft, Event):
        scope = draft.diagram.find(event.scope_id)
        cancels = event.kind == "endEvent" and any(part.kind == "cancel" for part in event.definitions)
        if not cancels:
            continue
        if scope is None or scope.kind != "transaction":
            yield RULE.error(
                event,
                "The end event {element} cancels, but it is not inside a transaction.",
                "Put it into a transaction, or use an error or terminate end event.",
            )
        elif not any(_catches(other, scope.id) for other in elements(draft, Event)):
            yield RULE.error(
                event,
                "The end event {element} cancels {around}, at whose border nothing catches that.",
                "Attach a cancel event to {around}, and go on from there.",
                code="cancel-not-caught",
                around=scope.title,
            )


def _catches(event: Event, transaction_id: str) -> bool:
    return event.attached_to == transaction_id and any(part.kind == "cancel" for part in event.definitions)
