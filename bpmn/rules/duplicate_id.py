"""Every id occurs once in a file.

Journals, forms and flows point at elements by id. Two elements with one id cannot be told apart.
"""

from collections.abc import Iterator
from dataclasses import dataclass

from bpmn.draft import Draft
from bpmn.rules.finding import Finding, Rule
from bpmn.vocabulary import Vocabulary

RULE = Rule(__name__, clause="8.3.1")


@dataclass(frozen=True)
class _Repetition:
    id: str
    line: int


def check(draft: Draft, vocabulary: Vocabulary) -> Iterator[Finding]:
    """Find where this does not hold."""
    for identity, line in draft.diagram.duplicates:
        yield RULE.error(
            _Repetition(identity, line),
            "The id {element} occurs more than once.",
            "Give one of the two elements another id.",
        )
