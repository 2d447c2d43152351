"""The parts of an element stand in the order of the schema.

What runs does not depend on it; other tools refuse the file or pass over what comes too late.
"""

from collections.abc import Iterator
from typing import Final

from bpmn.draft import Draft
from bpmn.rules.finding import Finding, Rule
from bpmn.rules.subjects import remarked
from bpmn.vocabulary import Vocabulary

RULE = Rule(__name__, clause="8.1")
_ODD: Final = {
    "out-of-order": (
        "In {element}, {part} stands behind {other}, where the schema has it in front.",
        "Opening and saving the file in a modeler puts it right.",
    ),
}


def check(draft: Draft, vocabulary: Vocabulary) -> Iterator[Finding]:
    """Find where this does not hold."""
    yield from remarked(draft, RULE.warning, _ODD)
