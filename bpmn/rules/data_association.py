"""Data arrives in variables, not through data associations.

Forms, scripts and decisions read and write the variables of the case. Arrows between activities and data objects
would move other data than the picture promises, so they are not run.
"""

from collections.abc import Iterator
from typing import Final

from bpmn.diagram import Element
from bpmn.draft import Draft
from bpmn.rules.finding import Finding, Rule
from bpmn.rules.subjects import elements
from bpmn.vocabulary import Vocabulary

RULE = Rule(__name__, clause="10.4.2")


_PARTS: Final = frozenset({"dataInputAssociation", "dataOutputAssociation", "ioSpecification"})


def check(draft: Draft, vocabulary: Vocabulary) -> Iterator[Finding]:
    """Find where this does not hold."""
    for element in elements(draft, Element):
        # A multi-instance activity of some tools declares its items this way; its loop says what is run.
        if element.parts & _PARTS and "multiInstanceLoopCharacteristics" not in element.parts:
            yield RULE.error(
                element,
                "{element} is connected to data by an arrow that is not run.",
                "Delete the data association; use a plain association (dotted line) to show the data.",
            )
