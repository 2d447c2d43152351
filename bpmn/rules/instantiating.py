"""Cases begin at a start event only.

A receive task or event-based gateway that starts cases is not run.
"""

from collections.abc import Iterator

from bpmn.diagram import Element, Gateway, MessageTask
from bpmn.draft import Draft
from bpmn.rules.finding import Finding, Rule
from bpmn.rules.subjects import elements
from bpmn.vocabulary import Vocabulary

RULE = Rule(__name__, clause="10.6.6")


def check(draft: Draft, vocabulary: Vocabulary) -> Iterator[Finding]:
    """Find where this does not hold."""

    for element in elements(draft, Element):
        if isinstance(element, Gateway | MessageTask) and element.instantiate:
            yield RULE.error(
                element,
                "{element} is marked to start new cases, which is not run.",
                "Put a start event in front of it and remove the mark.",
            )
