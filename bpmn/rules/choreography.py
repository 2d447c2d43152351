"""Choreographies and conversations are pictures only.

What runs is processes. The exchange between pools that a choreography or conversation shows is not run by it; the
message events of the processes are. Even so a picture can contradict itself: choreographies refer to none, a global
conversation holds none, and a collaboration is as closed as the choreography it shows.
"""

from collections.abc import Iterator
from typing import Final

from bpmn.draft import Draft
from bpmn.rules.finding import Finding, Rule
from bpmn.rules.subjects import remarked
from bpmn.vocabulary import Vocabulary

RULE = Rule(__name__, clause="9.5")
_FORBIDDEN: Final = {
    "choreography-within": (
        "The {part} {element} refers to the choreography {other}; only collaborations do.",
        "Delete the choreographyRef.",
    ),
    "conversation-within": (
        "The global conversation {element} holds a {part}.",
        "Draw it as a collaboration, or delete what it holds.",
    ),
    "less-closed": (
        "The collaboration {element} and the choreography {other} that it shows do not agree whether they are closed.",
        "Write isClosed alike at both.",
    ),
}


def check(draft: Draft, vocabulary: Vocabulary) -> Iterator[Finding]:
    """Find where this does not hold."""
    yield from remarked(draft, RULE.error, _FORBIDDEN)
    for part in draft.diagram.remarks.beside:
        yield RULE.warning(
            part,
            "{element} is of the kind {kind}, which is shown and not run.",
            "Draw what happens as processes that send and await messages.",
            kind=part.kind,
        )
