"""What undoes is drawn beside what is done: a compensation event at the border, a dotted line, one activity.

The activity that undoes is marked as for compensation; no flow leads to or from it, and nothing is attached to it. A
sub-process may be undone by an event sub-process instead. A throwing compensation event names an activity of its own
level (in an event sub-process, of the level around) that can be undone, or none, which means all of them.
"""

from collections.abc import Iterator

from bpmn.diagram import Activity, CompensateDefinition, Event, Process, SubProcess
from bpmn.draft import Draft
from bpmn.rules.finding import Finding, Rule
from bpmn.rules.subjects import processes
from bpmn.vocabulary import Vocabulary

RULE = Rule(__name__, clause="10.7")


def check(draft: Draft, vocabulary: Vocabulary) -> Iterator[Finding]:
    """Find where this does not hold."""
    for process in processes(draft):
        for element in process.elements:
            if isinstance(element, Activity) and element.for_compensation:
                yield from _handler(process, element)
            elif isinstance(element, Event):
                for definition in element.definitions:
                    if isinstance(definition, CompensateDefinition):
                        yield from _event(process, element, definition)


def _handler(process: Process, handler: Activity) -> Iterator[Finding]:
    if isinstance(handler, SubProcess) and handler.triggered_by_event:
        return  # some tools mark the event sub-process that undoes what is around it as well
    if handler.id not in process.handlers.values():
        yield RULE.error(
            handler,
            "{element} is for compensation, but no compensation event leads to it.",
            "Attach a compensation event to what it undoes, and draw a dotted line from the event to it.",
            code="handler-of-nothing",
        )
    if handler.incoming or handler.outgoing:
        yield RULE.error(
            handler,
            "{element} is for compensation, yet a flow leads to or from it.",
            "Delete the flow, or remove the mark.",
            code="handler-in-flow",
        )
    for event in process.elements:
        if isinstance(event, Event) and event.attached_to == handler.id:
            yield RULE.error(
                event,
                "{element} is attached to {around}, which is for compensation.",
                "Put a sub-process around what undoes, and attach the event inside it.",
                code="handler-with-event",
                around=handler.title,
            )


def _event(process: Process, event: Event, definition: CompensateDefinition) -> Iterator[Finding]:
    scope = next((part for part in process.elements if part.id == event.scope_id), None)
    if event.undoes and event.outgoing:
        yield RULE.error(
            event,
            "A flow leaves the compensation event {element}, which only points at what undoes.",
            "Delete the flow, and draw a dotted line to the activity that undoes.",
            code="compensation-in-flow",
        )
    if event.undoes and event.id not in process.handlers:
        yield RULE.error(
            event,
            "No dotted line leads from the compensation event {element} to an activity.",
            "Draw one to the activity that undoes.",
            code="no-handler",
        )
    elif event.undoes and process.handlers[event.id] not in _handlers(process):
        yield RULE.error(
            event,
            "The compensation event {element} leads to an activity that is not for compensation.",
            "Mark the activity as for compensation.",
            code="no-handler",
        )
    elif event.kind == "startEvent" and isinstance(scope, SubProcess) and scope.scope_id == process.id:
        yield RULE.error(
            event,
            "{element} would undo the whole process, which nobody asks for.",
            "Put the event sub-process into the sub-process that it undoes.",
            code="never-undone",
        )
    elif event.kind in ("intermediateThrowEvent", "endEvent") and definition.activity_id:
        yield from _thrown(process, event, definition.activity_id)


def _handlers(process: Process) -> frozenset[str]:
    return frozenset(part.id for part in process.elements if isinstance(part, Activity) and part.for_compensation)


def _thrown(process: Process, event: Event, activity_id: str) -> Iterator[Finding]:
    around = {part.id: part for part in process.elements if isinstance(part, SubProcess)}
    levels = [event.scope_id]
    while (scope := around.get(levels[-1])) is not None and scope.triggered_by_event:
        levels.append(scope.scope_id)
    activity = next((part for part in process.elements if part.id == activity_id), None)
    if activity is None:
        return  # told by the rule about references
    undone = any(
        isinstance(part, Event) and part.undoes and part.attached_to == activity_id for part in process.elements
    )
    if activity.scope_id not in levels or not (undone or process.undoes_in(activity_id)):
        yield RULE.error(
            event,
            "{element} is to undo {activity}, which cannot be undone from there.",
            "Name an activity of the same level to which a compensation event is attached.",
            code="cannot-be-undone",
            activity=activity.title,
        )
