"""In a process that runs, nothing lies between two elements that a flow connects.

``isImmediate="false"`` says of a flow that other work, which is not drawn, may happen on the way.
"""

from collections.abc import Iterator
from typing import Final

from bpmn.draft import Draft
from bpmn.rules.finding import Finding, Rule
from bpmn.rules.subjects import remarked
from bpmn.vocabulary import Vocabulary

RULE = Rule(__name__, clause="8.4.13")
_FORBIDDEN: Final = {
    "not-immediate": (
        "The flow {element} leaves room for work that is not drawn ({part}).",
        "Draw the work, or remove the mark.",
    ),
}


def check(draft: Draft, vocabulary: Vocabulary) -> Iterator[Finding]:
    """Find where this does not hold."""
    yield from remarked(draft, RULE.error, _FORBIDDEN)
