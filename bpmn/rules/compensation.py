"""What undoes is drawn beside what is done: a compensation event at the border, a dotted line, one activity.

The activity that undoes is marked as for compensation; no flow leads to or from it, and nothing is attached to it. A
sub-process may be undone by an event sub-process instead. A throwing compensation event names an activity of its own
level (in an event sub-process, of the level around) that can be undone, or none, which means all of them.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from bpmn.diagram import Activity, CompensateDefinition, Element, Event, Process, SubProcess
from bpmn.draft import Draft
from bpmn.rules.finding import Finding, Rule
from bpmn.rules.subjects import processes
from bpmn.vocabulary import Vocabulary

RULE = Rule(__name__, clause="10.7")


def check(draft: Draft, vocabulary: Vocabulary) -> Iterator[Finding]:
    """Find where this does not hold."""
    for process in processes(draft):
        known = _Known.of(process)
        for element in process.elements:
            if isinstance(element, Activity) and element.for_compensation:
                yield from _handler(element, known)
            elif isinstance(element, Event):
                for definition in element.definitions:
                    if isinstance(definition, CompensateDefinition):
                        yield from _event(element, definition, known)
                if element.attached_to in known.handlers:
                    yield from _attached(element, known.parts[element.attached_to])


@dataclass(frozen=True, kw_only=True)
class _Known:
    """What is asked of a process again and again."""

    process: Process
    parts: Mapping[str, Element]
    handlers: frozenset[str]
    """The activities marked as for compensation."""
    pointed_at: frozenset[str]
    """The activities to which a compensation event leads."""
    undone: frozenset[str]
    """The activities to whose border such an event is attached."""

    @classmethod
    def of(cls, process: Process) -> "_Known":
        events = [part for part in process.elements if isinstance(part, Event) and part.undoes]
        return cls(
            process=process,
            parts={part.id: part for part in process.elements},
            handlers=frozenset(
                part.id for part in process.elements if isinstance(part, Activity) and part.for_compensation
            ),
            pointed_at=frozenset(process.handlers.values()),
            undone=frozenset(event.attached_to for event in events if event.attached_to),
        )


def _handler(handler: Activity, known: _Known) -> Iterator[Finding]:
    if isinstance(handler, SubProcess) and handler.triggered_by_event:
        return  # some tools mark the event sub-process that undoes what is around it as well
    if handler.id not in known.pointed_at:
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


def _attached(event: Event, handler: Element) -> Iterator[Finding]:
    yield RULE.error(
        event,
        "{element} is attached to {around}, which is for compensation.",
        "Put a sub-process around what undoes, and attach the event inside it.",
        code="handler-with-event",
        around=handler.title,
    )


def _event(event: Event, definition: CompensateDefinition, known: _Known) -> Iterator[Finding]:
    scope = known.parts.get(event.scope_id)
    handler = known.process.handlers.get(event.id)
    if event.undoes and event.outgoing:
        yield RULE.error(
            event,
            "A flow leaves the compensation event {element}, which only points at what undoes.",
            "Delete the flow, and draw a dotted line to the activity that undoes.",
            code="compensation-in-flow",
        )
    if event.undoes and handler is None:
        yield RULE.error(
            event,
            "No dotted line leads from the compensation event {element} to an activity.",
            "Draw one to the activity that undoes.",
            code="no-handler",
        )
    elif event.undoes and handler not in known.handlers:
        yield RULE.error(
            event,
            "The compensation event {element} leads to an activity that is not for compensation.",
            "Mark the activity as for compensation.",
            code="no-handler",
        )
    elif event.kind == "startEvent" and isinstance(scope, SubProcess) and scope.scope_id == known.process.id:
        yield RULE.error(
            event,
            "{element} would undo the whole process, which nobody asks for.",
            "Put the event sub-process into the sub-process that it undoes.",
            code="never-undone",
        )
    elif event.kind in ("intermediateThrowEvent", "endEvent") and definition.activity_id:
        yield from _thrown(event, definition.activity_id, known)


def _thrown(event: Event, activity_id: str, known: _Known) -> Iterator[Finding]:
    levels = [event.scope_id]
    while isinstance(scope := known.parts.get(levels[-1]), SubProcess) and scope.triggered_by_event:
        levels.append(scope.scope_id)
    activity = known.parts.get(activity_id)
    if activity is None:
        return  # told by the rule about references
    undone = activity_id in known.undone or known.process.undoes_in(activity_id)
    if activity.scope_id not in levels or not undone:
        yield RULE.error(
            event,
            "{element} is to undo {activity}, which cannot be undone from there.",
            "Name an activity of the same level to which a compensation event is attached.",
            code="cannot-be-undone",
            activity=activity.title,
        )
