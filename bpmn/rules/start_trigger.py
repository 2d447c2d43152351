"""A start event has no trigger.

Cases are started by people and by other systems through the page and the interface of Keelson. A start event with a
timer, message or other trigger would wait for something that never comes.
"""

from collections.abc import Iterator

from bpmn.diagram import Event
from bpmn.draft import Draft
from bpmn.rules.finding import Finding, Rule
from bpmn.rules.subjects import elements
from bpmn.vocabulary import Vocabulary

RULE = Rule(__name__, clause="10.5.2")


def check(draft: Draft, vocabulary: Vocabulary) -> Iterator[Finding]:
    """Find where this does not hold."""

    for event in elements(draft, Event):
        if event.kind == "startEvent" and event.definition is not None:
            yield RULE.error(
                event,
                "The start event {element} has a trigger ({trigger}), which does not start cases yet.",
                "Use a plain start event.",
                trigger=event.definition.kind,
            )
