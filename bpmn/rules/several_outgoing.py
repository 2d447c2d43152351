"""Flows that leave a task or event together are better drawn behind a gateway.

Each of them is taken, those with a condition when it holds: the path splits without a sign. Readers miss it.
"""

from collections.abc import Iterator

from bpmn.diagram import Gateway
from bpmn.draft import Draft
from bpmn.rules.finding import Finding, Rule
from bpmn.rules.subjects import processes
from bpmn.vocabulary import Vocabulary

RULE = Rule(__name__, clause="8.4.13")


def check(draft: Draft, vocabulary: Vocabulary) -> Iterator[Finding]:
    """Find where this does not hold."""

    for process in processes(draft):
        for element in process.elements:
            if len(element.outgoing) > 1 and not isinstance(element, Gateway):
                yield RULE.warning(
                    element,
                    "{count} flows leave {element}: the path splits there without a sign.",
                    "Put a parallel gateway behind it, or an exclusive one if only one path is meant.",
                    count=len(element.outgoing),
                )
