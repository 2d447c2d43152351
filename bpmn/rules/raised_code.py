"""Errors and escalations that are raised have a code.

The code is what an event that catches them compares. Without one their name is taken, and renaming it would break the
pair.
"""

from collections.abc import Iterator

from bpmn.diagram import Event, ReferenceDefinition
from bpmn.draft import Draft
from bpmn.rules.finding import Finding, Rule
from bpmn.rules.subjects import elements
from bpmn.vocabulary import Vocabulary

RULE = Rule(__name__, clause="8.4.3")


def check(draft: Draft, vocabulary: Vocabulary) -> Iterator[Finding]:
    """Find where this does not hold."""
    coded = {part.id for part in (*draft.diagram.errors, *draft.diagram.escalations) if part.code_given}
    for event in elements(draft, Event):
        for part in () if event.catches else event.definitions:
            if not isinstance(part, ReferenceDefinition) or part.kind not in ("error", "escalation"):
                continue
            if part.name and part.ref not in coded:
                yield RULE.error(
                    event,
                    "{element} raises the {kind} {name}, which has no code.",
                    "Give the {kind} a code.",
                    kind=part.kind,
                    name=part.name,
                )
