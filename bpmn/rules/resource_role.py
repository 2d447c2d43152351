"""Who does an activity is said once: by a resource with its parameters, or by an expression.

A role that names a resource and has an expression too says two things. Values are given to parameters of the resource
that is named, and of no other.
"""

from collections.abc import Iterator
from typing import Final

from bpmn.draft import Draft
from bpmn.rules.finding import Finding, Rule
from bpmn.rules.subjects import remarked
from bpmn.vocabulary import Vocabulary

RULE = Rule(__name__, clause="10.3.1")
_FORBIDDEN: Final = {
    "named-and-computed": (
        "The {part} {element} names a resource and has an assignment expression.",
        "Keep one of the two.",
    ),
    "parameter-elsewhere": (
        "{element} gives a value to the parameter {part}, which the resource {other} does not have.",
        "Name a parameter of that resource, or delete the binding.",
    ),
}


def check(draft: Draft, vocabulary: Vocabulary) -> Iterator[Finding]:
    """Find where this does not hold."""
    yield from remarked(draft, RULE.error, _FORBIDDEN)
