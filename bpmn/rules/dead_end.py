"""Every path ends in an end event.

A path that stops at a task or gateway leaves the case open for ever: the process never counts as completed.
"""

from collections.abc import Iterator

from bpmn.diagram import Activity, SubProcess
from bpmn.draft import Draft
from bpmn.rules.finding import Finding, Rule
from bpmn.rules.subjects import processes
from bpmn.vocabulary import Vocabulary

RULE = Rule(__name__, clause="10.5.3")


def check(draft: Draft, vocabulary: Vocabulary) -> Iterator[Finding]:
    """Find where this does not hold."""

    for process in processes(draft):
        free = {element.id for element in process.elements if element.kind == "adHocSubProcess"}
        for element in process.elements:
            event_driven = isinstance(element, SubProcess) and element.triggered_by_event
            undoes = isinstance(element, Activity) and element.for_compensation
            goes_on = event_driven or undoes or element.id in process.jumps or element.id in process.handlers
            if not element.outgoing and element.kind != "endEvent" and not goes_on and element.scope_id not in free:
                yield RULE.error(
                    element,
                    "The path stops at {element}, which is not an end event.",
                    "Draw a flow from it to an end event.",
                )
