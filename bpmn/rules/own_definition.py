"""A trigger or result that stands inside an event belongs to that event.

What several events share is written outside of the processes, and they refer to it there.
"""

from collections.abc import Iterator
from typing import Final

from bpmn.draft import Draft
from bpmn.rules.finding import Finding, Rule
from bpmn.rules.subjects import remarked
from bpmn.vocabulary import Vocabulary

RULE = Rule(__name__, clause="10.5.1")
_FORBIDDEN: Final = {
    "definition-of-another": (
        "{element} refers to {part}, which belongs to the event {other}.",
        "Write it outside of the processes, or give each event its own.",
    ),
}


def check(draft: Draft, vocabulary: Vocabulary) -> Iterator[Finding]:
    """Find where this does not hold."""
    yield from remarked(draft, RULE.error, _FORBIDDEN)
