"""Extensions written by other tools are not read.

Assignments, forms or bindings in the name space of another product mean nothing here; set them in the properties
that Keelson reads.
"""

from collections.abc import Iterator

from bpmn.diagram import Element
from bpmn.draft import Draft
from bpmn.rules.finding import Finding, Rule
from bpmn.rules.subjects import elements
from bpmn.vocabulary import Vocabulary

RULE = Rule(__name__, clause="8.2.3")


def check(draft: Draft, vocabulary: Vocabulary) -> Iterator[Finding]:
    """Find where this does not hold."""

    for element in elements(draft, Element):
        if element.foreign:
            yield RULE.warning(
                element,
                "{element} carries {names} of another tool, which is not read.",
                "Set role, form or operation in the properties that Keelson reads.",
                names=", ".join(element.foreign),
            )
