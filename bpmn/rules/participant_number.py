"""A pool stands for at least one participant, and for no fewer at most than at least.

``participantMultiplicity`` has a ``minimum`` (0, if not written) and a ``maximum`` (1, if not written).
"""

from collections.abc import Iterator
from typing import Final

from bpmn.draft import Draft
from bpmn.rules.finding import Finding, Rule
from bpmn.rules.subjects import remarked
from bpmn.vocabulary import Vocabulary

RULE = Rule(__name__, clause="9.3")
_FORBIDDEN: Final = {
    "participant-number": (
        "{element} stands for at least {part} and at most {other} participants.",
        "Write a maximum of 1 or more that is not below the minimum.",
    ),
}


def check(draft: Draft, vocabulary: Vocabulary) -> Iterator[Finding]:
    """Find where this does not hold."""
    yield from remarked(draft, RULE.error, _FORBIDDEN)
