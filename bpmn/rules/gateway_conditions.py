"""A gateway that decides has a condition on every flow but one, and that one is its default.

When no condition is true and there is no default, the case cannot go on. Conditions that look complete can all fail,
because a missing value makes a condition neither true nor false.
"""

from collections.abc import Iterator

from bpmn.diagram import Gateway
from bpmn.draft import Draft
from bpmn.rules.finding import Finding, Rule
from bpmn.rules.subjects import elements, outgoing
from bpmn.vocabulary import Vocabulary

RULE = Rule(__name__, clause="10.6.2")


def check(draft: Draft, vocabulary: Vocabulary) -> Iterator[Finding]:
    """Find where this does not hold."""

    for gateway in elements(draft, Gateway):
        if gateway.kind not in ("exclusiveGateway", "inclusiveGateway") or len(gateway.outgoing) < 2:
            continue
        if gateway.default is None:
            yield RULE.error(
                gateway,
                "The gateway {element} has no default flow: when no condition is true, the case cannot go on.",
                "Make one of its flows the default flow.",
                code="no-default",
            )
        for flow in outgoing(draft, gateway):
            if flow.id != gateway.default and not flow.condition:
                yield RULE.error(
                    flow,
                    "The flow {element} out of the gateway {gateway} has no condition and is not the default.",
                    "Give it a condition, as in =approved = true, or make it the default flow.",
                    code="no-condition",
                    gateway=gateway.title,
                )
            elif flow.id == gateway.default and flow.condition:
                yield RULE.warning(
                    flow,
                    "The default flow {element} has a condition, which is not looked at.",
                    "Delete the condition.",
                    code="default-condition",
                )
