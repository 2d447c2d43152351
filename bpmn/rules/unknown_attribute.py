"""Attributes are those of the schema, or have the prefix of a vocabulary of their own.

One that is misspelt is passed over, and what it was to say is lost. One that the standard has at another kind of
element says nothing where it stands.
"""

from collections.abc import Iterator
from typing import Final

from bpmn.draft import Draft
from bpmn.rules.finding import Finding, Rule
from bpmn.rules.subjects import remarked
from bpmn.vocabulary import Vocabulary

RULE = Rule(__name__, clause="8.1")
_FORBIDDEN: Final = {
    "unknown-attribute": (
        "The attribute {part} of {element} is not one of BPMN.",
        "Correct its name, put a prefix before it, or delete it.",
    ),
}
_ODD: Final = {
    "misplaced-attribute": (
        "The attribute {part} of {element} means nothing at a {other}.",
        "Delete it, or write it at the element it belongs to.",
    ),
}


def check(draft: Draft, vocabulary: Vocabulary) -> Iterator[Finding]:
    """Find where this does not hold."""
    yield from remarked(draft, RULE.error, _FORBIDDEN)
    yield from remarked(draft, RULE.warning, _ODD)
