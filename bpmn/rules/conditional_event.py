"""A conditional event has a condition, in FEEL or in Python of the guarded subset.

It is looked at when the wait begins and whenever data of the case change; what a clock or another case does is no
change of data.
"""

from collections.abc import Iterator

from bpmn.diagram import ConditionalDefinition, Event
from bpmn.draft import Draft
from bpmn.languages import is_formula, is_python
from bpmn.rules.finding import Finding, Rule
from bpmn.rules.subjects import elements
from bpmn.vocabulary import Vocabulary

RULE = Rule(__name__, clause="10.5.5")


def check(draft: Draft, vocabulary: Vocabulary) -> Iterator[Finding]:
    """Find where this does not hold."""

    for event in elements(draft, Event):
        for part in event.definitions:
            if isinstance(part, ConditionalDefinition) and (
                not (is_formula(part.condition) or is_python(part.condition))
            ):
                yield RULE.error(
                    event,
                    "The condition of {element} is empty or not FEEL: {text}",
                    'Write it in FEEL with = in front, as in =priority = "P1".',
                    text=part.condition or "(none)",
                )
