"""Behind an event-based gateway stand events or receive tasks that wait, at least two of them.

The first of them that happens decides. Each is reached through this gateway only. Messages are awaited by events or by
receive tasks, not by both behind one gateway, and nothing is attached to such a task. Only a gateway that begins cases
waits for all of its events.
"""

from collections.abc import Iterator

from bpmn.diagram import Element, Event, Gateway, MessageTask
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
        if gateway.event_gateway_type == "Parallel" and not gateway.instantiate:
            yield RULE.error(
                gateway,
                "{element} waits for all of its events, which only a gateway that begins cases does.",
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
        behind = [draft.diagram.find(flow.target) for flow in outgoing(draft, gateway)]
        for target in filter(None, behind):
            yield from _behind(draft, target)
        tasks = [target for target in behind if isinstance(target, MessageTask)]
        events = [target for target in behind if isinstance(target, Event)]
        if tasks and any(each.kind == "message" for event in events for each in event.definitions):
            yield RULE.error(
                gateway,
                "Behind {element} some messages are awaited by events and others by receive tasks.",
                "Use the one or the other for all of them.",
                code="events-and-tasks",
            )


def _behind(draft: Draft, target: Element) -> Iterator[Finding]:
    if target.kind not in ("intermediateCatchEvent", "receiveTask"):
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
    elif isinstance(target, MessageTask) and (
        target.loop is not None or any(event.attached_to == target.id for event in elements(draft, Event))
    ):
        yield RULE.error(
            target,
            "{element} stands behind an event-based gateway, and is repeated or has an event at its border.",
            "Put an event that waits for the message between them, or move the rest behind it.",
            code="more-than-waiting",
        )
