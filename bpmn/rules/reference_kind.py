"""A reference names something of the right kind.

A timer cannot be the message of an event, and a task is no process that could be called: such a reference is lost,
although what it names is in the file.
"""

from collections.abc import Iterator
from dataclasses import dataclass

from bpmn.draft import Draft
from bpmn.rules.finding import Finding, Rule
from bpmn.vocabulary import Vocabulary

RULE = Rule(__name__, clause="8.3.1")


@dataclass(frozen=True)
class _Spot:
    id: str
    line: int


def check(draft: Draft, vocabulary: Vocabulary) -> Iterator[Finding]:
    """Find where this does not hold."""
    for one in draft.diagram.remarks.mistyped:
        report = RULE.warning if one.where == "flowNodeRef" else RULE.error
        yield report(
            _Spot(one.element_id, one.line),
            "{element} refers to {target} ({where}), which is of the kind {found} and not {wanted}.",
            "Point it at an element of the right kind, or delete the reference.",
            target=one.target,
            where=one.where,
            found=one.found,
            wanted=one.wanted,
        )
