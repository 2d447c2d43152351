"""Every element is in the picture.

People follow their case on the diagram; an element without a shape, or a flow without a line, runs unseen.
"""

from collections.abc import Iterator

from bpmn.diagram import Element, SequenceFlow
from bpmn.draft import Draft
from bpmn.rules.finding import Finding, Rule
from bpmn.rules.subjects import processes
from bpmn.vocabulary import Vocabulary

RULE = Rule(__name__, clause="12.1")


def check(draft: Draft, vocabulary: Vocabulary) -> Iterator[Finding]:
    """Find where this does not hold."""

    for process in processes(draft):
        hidden = [part for part in process.elements if part.bounds is None]
        if hidden and len(hidden) == len(process.elements):
            yield RULE.warning(
                process,
                "The process {element} has no picture: the file holds no shapes for it.",
                "Open it in the modeler, lay it out and save it.",
                code="no-picture",
            )
            continue
        lines = [flow for flow in process.flows if not flow.waypoints]
        parts: tuple[Element | SequenceFlow, ...] = (*hidden, *lines)
        for part in parts:
            yield RULE.warning(part, "{element} is not in the picture.", "Draw it again in the modeler, or delete it.")
