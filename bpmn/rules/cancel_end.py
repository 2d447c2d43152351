"""A cancel end event stands inside a transaction."""

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
        if cancels and (scope is None or scope.kind != "transaction"):
            yield RULE.error(
                event,
                "The end event {element} cancels, but it is not inside a transaction.",
                "Put it into a transaction, or use an error or terminate end event.",
            )
