"""Sequence flows connect flow nodes of one level, and only in the direction the standard allows.

No flow enters a start event or a boundary event, none leaves an end event, and none crosses the border of a
sub-process or pool.
"""

from collections.abc import Iterator

from bpmn.draft import Draft
from bpmn.rules.finding import Finding, Rule
from bpmn.rules.subjects import flows
from bpmn.vocabulary import Vocabulary

RULE = Rule(__name__, clause="8.4.13")


def check(draft: Draft, vocabulary: Vocabulary) -> Iterator[Finding]:
    """Find where this does not hold."""

    for flow in flows(draft):
        source, target = draft.diagram.find(flow.source), draft.diagram.find(flow.target)
        if source is None or target is None:
            if flow.source and flow.target:
                yield RULE.error(
                    flow,
                    "The flow {element} connects {source} and {target}, which are not both flow nodes.",
                    "Connect the flow to activities, gateways or events.",
                    code="flow-between-others",
                    source=flow.source,
                    target=flow.target,
                )
            continue
        if source.scope_id != target.scope_id:
            yield RULE.error(
                flow,
                "The flow from {source} to {target} crosses the border of a sub-process or pool.",
                "Let the flow end at the border, or use a message between pools.",
                code="flow-crosses-border",
                source=source.title,
                target=target.title,
            )
        elif flow.scope_id != source.scope_id:
            yield RULE.warning(
                flow,
                "The flow {element} is written in {place}, while both of its ends lie in {scope}.",
                "Move it to where its ends are; opening and saving the file in a modeler may do it.",
                code="flow-elsewhere",
                place=flow.scope_id,
                scope=source.scope_id,
            )
        if target.kind in ("startEvent", "boundaryEvent"):
            yield RULE.error(
                flow,
                "A flow leads into {target}, where none may.",
                "Delete the flow.",
                code="flow-into-start",
                target=target.title,
            )
        if source.kind == "endEvent":
            yield RULE.error(
                flow,
                "A flow leaves the end event {source}.",
                "Delete the flow, or use an intermediate event.",
                code="flow-out-of-end",
                source=source.title,
            )
