"""What the schema requires of an element is there.

A subscription that names no key, a correlation property that is found in no message, or a choreography task between
fewer than two pools says nothing, and other tools refuse the file.
"""

from collections.abc import Iterator
from typing import Final

from bpmn.draft import Draft
from bpmn.rules.finding import Finding, Rule
from bpmn.rules.subjects import remarked
from bpmn.vocabulary import Vocabulary

RULE = Rule(__name__, clause="8.1")
_FORBIDDEN: Final = {
    "attribute-missing": (
        "{element} has a {other} without {part}, which the schema requires.",
        "Write the attribute {part}, or delete the {other}.",
    ),
    "part-missing": (
        "{element} has a {other} without {part}, which the schema requires.",
        "Add the {part}, or delete the {other}.",
    ),
}


def check(draft: Draft, vocabulary: Vocabulary) -> Iterator[Finding]:
    """Find where this does not hold."""
    yield from remarked(draft, RULE.error, _FORBIDDEN)
