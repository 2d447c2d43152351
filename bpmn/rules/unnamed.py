"""Tasks, events people meet, and deciding gateways have names.

Names are what people read in their work list and auditors in the trace. A gateway with several outgoing flows asks a
question; its flows, when they carry conditions, are the answers.
"""

from collections.abc import Iterator

from bpmn.diagram import Activity, Event, Gateway
from bpmn.draft import Draft
from bpmn.rules.finding import Finding, Rule
from bpmn.rules.subjects import processes
from bpmn.vocabulary import Vocabulary

RULE = Rule(__name__, clause="7.5")


def check(draft: Draft, vocabulary: Vocabulary) -> Iterator[Finding]:
    """Find where this does not hold."""

    for process in processes(draft):
        for element in process.elements:
            if element.name.strip():
                continue
            if isinstance(element, Activity):
                text, advice = (
                    "The activity {element} has no name.",
                    "Name it by what is done: “Classify the incident”.",
                )
            elif isinstance(element, Event):
                text, advice = "The event {element} has no name.", "Name it by what has happened: “Incident reported”."
            elif isinstance(element, Gateway) and _asks(element):
                text, advice = "The gateway {element} has no name.", "Name it by the question it asks: “Resolved?”."
            else:
                continue
            yield RULE.warning(element, text, advice)


def _asks(gateway: Gateway) -> bool:
    return gateway.kind in ("exclusiveGateway", "inclusiveGateway") and len(gateway.outgoing) > 1
