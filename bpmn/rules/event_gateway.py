"""Behind an event-based gateway stand events that wait, at least two of them.

The first of them that happens decides. Each is reached through this gateway only.
"""

from collections.abc import Iterator

from bpmn.diagram import Gateway
from bpmn.draft import Draft
from bpmn.rules.finding import Finding, Rule
from bpmn.rules.subjects import elements, outgoing
from bpmn.vocabulary import Vocabulary

RULE = Rule(__name__, clause="10.6.6")


def check(draft: Draft, vocabulary: Vocabulary) -> Iterator[Finding]:
    """Find where this does not hold."""

    for gateway in elements(draft, Gateway):
        if gateway.kind != "eventBasedGateway":
            continue
        if gateway.event_gateway_type == "Parallel":
            yield RULE.error(
                gateway,
                "{element} waits for all of its events, which is not run.",
                "Use a parallel gateway with the events behind it.",
                code="parallel-event-gateway",
            )
        if len(gateway.outgoing) < 2:
            yield RULE.error(
                gateway,
                "The event-based gateway {element} has fewer than two events to choose from.",
                "Draw at least two waiting events behind it, or leave the gateway out.",
                code="no-choice",
            )
        for flow in outgoing(draft, gateway):
            target = draft.diagram.find(flow.target)
            if target is None:
                continue
            if target.kind != "intermediateCatchEvent":
                yield RULE.error(
                    target,
                    "{element} stands behind an event-based gateway but is not an event that waits.",
                    "Put an intermediate event that waits between them.",
                    code="no-event",
                )
            elif len(target.incoming) > 1:
                yield RULE.error(
                    target,
                    "{element} stands behind an event-based gateway and is reached by another path too.",
                    "Let one flow lead to it: the one from the gateway.",
                    code="other-path",
                )
