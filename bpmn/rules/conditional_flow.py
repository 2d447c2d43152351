"""Conditions stand on flows out of activities and of exclusive, inclusive and complex gateways.

A condition on a flow that leaves an event or another gateway would be ignored: the flow would always be taken. An
activity takes each flow without a condition and each whose condition holds, else its default flow. One whose only flow
has a condition leaves open where to go when it does not hold.
"""

from collections.abc import Iterator
from typing import Final

from bpmn.diagram import Activity
from bpmn.draft import Draft
from bpmn.rules.finding import Finding, Rule
from bpmn.rules.subjects import flows
from bpmn.vocabulary import Vocabulary

RULE = Rule(__name__, clause="8.4.13")
_DECIDING: Final = frozenset({"exclusiveGateway", "inclusiveGateway", "complexGateway"})


def check(draft: Draft, vocabulary: Vocabulary) -> Iterator[Finding]:
    """Find where this does not hold."""

    for flow in flows(draft):
        source = draft.diagram.find(flow.source)
        if flow.condition is None or source is None or source.kind in _DECIDING:
            continue
        if isinstance(source, Activity):
            if len(source.outgoing) == 1:
                yield RULE.error(
                    flow,
                    "The only flow out of {source} has a condition: nothing says what follows when it does not hold.",
                    "Draw another flow for that case, or remove the condition.",
                    code="only-way",
                    source=source.title,
                )
            continue
        yield RULE.error(
            flow,
            "The flow {element} has a condition, but it leaves {source}, where conditions would be ignored.",
            "Put an exclusive gateway behind {source} and the condition on a flow out of it.",
            source=source.title,
        )
