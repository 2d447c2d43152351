"""Only gateways have several outgoing flows.

The standard lets a task or event split the path in parallel silently. Readers miss it, and the engine does not run
it.
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
                yield RULE.error(
                    element,
                    "{count} flows leave {element}; only a gateway may split the path.",
                    "Put a parallel gateway behind it, or an exclusive one if only one path is meant.",
                    count=len(element.outgoing),
                )
