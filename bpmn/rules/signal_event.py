"""A signal event is not run.

A signal would not be sent, and nobody would receive it. Use a message, or an escalation within the process.
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
        if any(part.kind == "signal" for part in event.definitions):
            yield RULE.error(
                event,
                "{element} is a signal event, which is not run.",
                "Use a message, or an escalation within the process.",
            )
