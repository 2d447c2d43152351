"""Every element can be reached from a start event.

What no flow leads to never runs; mostly a flow was deleted by mistake. Boundary events count as reached together
with the activity they are attached to.
"""

from collections.abc import Iterator

from bpmn.diagram import Event, Process
from bpmn.draft import Draft
from bpmn.rules.finding import Finding, Rule
from bpmn.rules.subjects import processes
from bpmn.vocabulary import Vocabulary

RULE = Rule(__name__, clause="8.4.13")


def check(draft: Draft, vocabulary: Vocabulary) -> Iterator[Finding]:
    """Find where this does not hold."""

    for process in processes(draft):
        reached = _reached(process)
        for element in process.elements:
            if element.id not in reached:
                yield RULE.error(
                    element,
                    "No path leads to {element}: it would never run.",
                    "Draw a flow to it from what comes before, or delete it.",
                )


def _reached(process: Process) -> set[str]:
    targets = {element.id: list[str]() for element in process.elements}
    for flow in process.flows:
        targets.setdefault(flow.source, []).append(flow.target)
    for source, target in process.jumps.items():
        targets[source].append(target)
    for source, target in process.handlers.items():
        targets[source].append(target)
    for element in process.elements:
        if isinstance(element, Event) and element.attached_to:
            targets.setdefault(element.attached_to, []).append(element.id)
    waiting = [element.id for element in process.elements if element.kind == "startEvent"]
    waiting += [element.id for element in process.elements if element.begins_cases]
    # An event sub-process is reached by its trigger, not by a flow.
    waiting += [element.id for element in process.elements if element.attributes.get("triggeredByEvent") == "true"]
    # In an ad-hoc sub-process people choose what begins.
    free = {element.id for element in process.elements if element.kind == "adHocSubProcess"}
    waiting += [element.id for element in process.elements if element.scope_id in free and not element.incoming]
    reached: set[str] = set()
    while waiting:
        current = waiting.pop()
        if current not in reached:
            reached.add(current)
            waiting += targets.get(current, [])
    return reached
