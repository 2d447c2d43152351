"""An element holds the parts that the schema allows, as often and in the order the schema has them.

What runs does not depend on the order; other tools refuse such a file, or pass over what comes too late. What other
vendors add stands inside `extensionElements`, never beside the parts of the standard.
"""

from collections.abc import Iterator
from typing import Final

from bpmn.draft import Draft
from bpmn.rules.finding import Finding, Rule
from bpmn.rules.subjects import remarked
from bpmn.vocabulary import Vocabulary

RULE = Rule(__name__, clause="8.1")
_FORBIDDEN: Final = {
    "out-of-order": (
        "In {element}, {part} stands behind {other}, where the schema has it in front.",
        "Move it in front; opening and saving the file in a modeler does it.",
    ),
    "part-too-often": (
        "{element} holds {part} more than once, and a {other} has one.",
        "Keep the one that is meant, and delete the others.",
    ),
    "part-not-allowed": (
        "{element} holds a {part}, which a {other} does not have.",
        "Delete it, or move it to the element it belongs to.",
    ),
    "foreign-part": (
        "{element} holds a {part} that is not of BPMN beside the parts of a {other}.",
        "Move it into its extensionElements, or delete it.",
    ),
}
_ODD: Final = {
    "mixed-order": (
        "In {element}, {part} stands behind {other}: notes, groups and roles come after all flow elements.",
        "Opening and saving the file in a modeler puts it right.",
    ),
}


def check(draft: Draft, vocabulary: Vocabulary) -> Iterator[Finding]:
    """Find where this does not hold."""
    yield from remarked(draft, RULE.error, _FORBIDDEN)
    yield from remarked(draft, RULE.warning, _ODD)
