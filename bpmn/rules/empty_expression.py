"""An expression that is written says something.

A completion condition, a loop condition or the path of a correlation that is there and empty is a form somebody has not
filled in: whether it means always, never or nothing is anybody's guess.
"""

from collections.abc import Iterator
from typing import Final

from bpmn.draft import Draft
from bpmn.rules.finding import Finding, Rule
from bpmn.rules.subjects import remarked
from bpmn.vocabulary import Vocabulary

RULE = Rule(__name__, clause="8.4.7")
_FORBIDDEN: Final = {
    "empty-expression": (
        "{element} has a {part} without content.",
        "Write the expression, or delete the {part}.",
    ),
}


def check(draft: Draft, vocabulary: Vocabulary) -> Iterator[Finding]:
    """Find where this does not hold."""
    yield from remarked(draft, RULE.error, _FORBIDDEN)
