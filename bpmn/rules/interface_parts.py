"""An interface has operations, each operation a message it takes, and who uses one sends that message.

A task or event that names an operation names no other message than the operation's. A process that is offered under an
interface binds what it takes in and gives out to the operations.
"""

from collections.abc import Iterator
from typing import Final

from bpmn.draft import Draft
from bpmn.rules.finding import Finding, Rule
from bpmn.rules.subjects import remarked
from bpmn.vocabulary import Vocabulary

RULE = Rule(__name__, clause="8.5.3")
_FORBIDDEN: Final = {
    "without-part": (
        "The {part} {element} has no {other}.",
        "Add it, or delete the {part}.",
    ),
    "other-message": (
        "{element} names the message {part}, but the operation it names takes {other}.",
        "Name the message of the operation.",
    ),
    "unbound-interface": (
        "{element} is offered under an interface, without an {part}.",
        "Bind its inputs and outputs to an operation, or delete the supportedInterfaceRef.",
    ),
}


def check(draft: Draft, vocabulary: Vocabulary) -> Iterator[Finding]:
    """Find where this does not hold."""
    yield from remarked(draft, RULE.error, _FORBIDDEN)
