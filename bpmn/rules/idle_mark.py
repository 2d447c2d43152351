"""Marks of an event stand where they mean something.

Whether an event interrupts is a question for events at the border of an activity and for the start of an event
sub-process; what undoes begins when all is over, and interrupts nothing. Waiting for several triggers at once needs
several triggers.
"""

from collections.abc import Iterator
from typing import Final

from bpmn.diagram import Event, SubProcess
from bpmn.draft import Draft
from bpmn.rules.finding import Finding, Rule
from bpmn.rules.subjects import elements, remarked
from bpmn.vocabulary import Vocabulary

RULE = Rule(__name__, clause="10.5.2")
_FORBIDDEN: Final = {
    "compensation-mark": (
        "{element} catches compensation and is marked as not interrupting ({part}): no such event exists.",
        "Remove the mark: what undoes begins when the activity is over.",
    )
}


def check(draft: Draft, vocabulary: Vocabulary) -> Iterator[Finding]:
    """Find where this does not hold."""
    yield from remarked(draft, RULE.error, _FORBIDDEN)
    for event in elements(draft, Event):
        scope = draft.diagram.find(event.scope_id)
        around = isinstance(scope, SubProcess) and scope.triggered_by_event
        if event.kind == "startEvent" and not event.interrupting and not around:
            yield RULE.warning(
                event,
                "The start event {element} is marked as not interrupting, but there is nothing it could interrupt.",
                "Remove the mark, or put the event into an event sub-process.",
            )
        if event.parallel_multiple and len(event.definitions) < 2:
            yield RULE.warning(
                event,
                "{element} is marked to wait for several triggers at once, but has fewer than two.",
                "Remove the mark, or add the triggers.",
                code="parallel-without-triggers",
            )
