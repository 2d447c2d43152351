"""Every reference names something that is in the file.

A flow, message, error or lane that points at a missing id is lost: drawing tools drop it with no more than a
warning.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from bpmn.draft import Draft
from bpmn.rules.finding import Finding, Rule
from bpmn.rules.subjects import flows
from bpmn.vocabulary import Vocabulary

RULE = Rule(__name__, clause="8.3.1")
_DRAWN: Final = "bpmnElement"
"""What a shape or line of the picture shows: no part of the model itself."""


@dataclass(frozen=True)
class _Holder:
    id: str
    line: int


def check(draft: Draft, vocabulary: Vocabulary) -> Iterator[Finding]:
    """Find where this does not hold."""
    for reference in draft.diagram.dangling:
        report = RULE.warning if reference.where == _DRAWN else RULE.error
        yield report(
            _Holder(reference.element_id, reference.line),
            "{element} refers to {target} ({where}), which is not in the file.",
            "Point it at an existing element, or delete the reference.",
            target=reference.target,
            where=reference.where,
        )
    for flow in flows(draft):
        if not flow.source or not flow.target:
            yield RULE.error(
                flow,
                "The flow {element} has no {end}.",
                "Connect both ends of the flow, or delete it.",
                code="loose-flow",
                end="source" if not flow.source else "target",
            )
