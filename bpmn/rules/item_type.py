"""Data keep their type on the way: between data, message, operation and called process.

Item definitions say of what type data are. Where both ends of an association, a task and its message or operation, an
event and what it carries, a call and what it calls, or a collection and its items name one, it is the same, unless a
transformation stands between. A type that is not named fits everything. What runs here does not look at these types;
who reads the diagram, and other tools, do.
"""

from collections.abc import Iterator
from typing import Final

from bpmn.draft import Draft
from bpmn.rules.finding import Finding, Rule
from bpmn.rules.subjects import remarked
from bpmn.vocabulary import Vocabulary

RULE = Rule(__name__, clause="8.4.10")
_FORBIDDEN: Final = {
    "types-differ": (
        "On the way through {element} the type changes from {part} to {other}.",
        "Use the same item definition at both ends, or write a transformation.",
    ),
    "several-sources": (
        "A data association of {element} has several sources and no {other}.",
        "Write a {other} that makes one value of them, or draw an association for each.",
    ),
    "call-data": (
        "{element} passes {part}, and what it calls has {other} of them.",
        "Specify the same data at the call and at what it calls.",
    ),
}


def check(draft: Draft, vocabulary: Vocabulary) -> Iterator[Finding]:
    """Find where this does not hold."""
    yield from remarked(draft, RULE.error, _FORBIDDEN)
