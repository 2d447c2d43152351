"""Choreographies and conversations are pictures only.

What runs is processes. The exchange between pools that a choreography or conversation shows is not run by it; the
message events of the processes are.
"""

from collections.abc import Iterator

from bpmn.draft import Draft
from bpmn.rules.finding import Finding, Rule
from bpmn.vocabulary import Vocabulary

RULE = Rule(__name__, clause="9.5")


def check(draft: Draft, vocabulary: Vocabulary) -> Iterator[Finding]:
    """Find where this does not hold."""
    for part in draft.diagram.remarks.beside:
        yield RULE.warning(
            part,
            "{element} is of the kind {kind}, which is shown and not run.",
            "Draw what happens as processes that send and await messages.",
            kind=part.kind,
        )
