"""A link event is not run.

At a link the case would stand still for ever. Draw a sequence flow instead of the link.
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
        if any(part.kind == "link" for part in event.definitions):
            yield RULE.error(
                event,
                "{element} is a link event, which is not run.",
                "Draw a sequence flow instead of the link.",
            )
