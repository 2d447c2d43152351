"""A conditional event is not run.

Conditions on data are not watched: the event would come late or never. Use an exclusive gateway, or a message or
timer event.
"""

from collections.abc import Iterator

from bpmn.diagram import Event
from bpmn.draft import Draft
from bpmn.rules.finding import Finding, Rule
from bpmn.rules.subjects import elements
from bpmn.vocabulary import Vocabulary

RULE = Rule(__name__, clause="10.5.5")


def check(draft: Draft, vocabulary: Vocabulary) -> Iterator[Finding]:
    """Find where this does not hold."""

    for event in elements(draft, Event):
        if any(part.kind == "conditional" for part in event.definitions):
            yield RULE.error(
                event,
                "{element} is a conditional event, which is not run.",
                "Use an exclusive gateway, or a message or timer event.",
            )
