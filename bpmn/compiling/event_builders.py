"""One event of a diagram to its node."""

from collections.abc import Mapping, Sequence
from typing import Final, Literal

from bpmn.compiling.correlating import Name
from bpmn.compiling.events import Boundary, Catching
from bpmn.compiling.failures import NotCompilable
from bpmn.compiling.formula import Names
from bpmn.compiling.listening import EventSubProcess, Listener, listener_name
from bpmn.compiling.mapping import Mapped, mapped
from bpmn.compiling.messages import awaited, named, payload, sending
from bpmn.compiling.nodes import Node, ScopeSpec
from bpmn.compiling.several import Part, Several, part_name
from bpmn.compiling.throwing import (
    Deed,
    Throw,
    signalling,
    terminate,
    terminate_everything,
    terminate_instances,
    throwing,
)
from bpmn.compiling.timing import TimerInvalid, read_duration, read_moment, repetition
from bpmn.compiling.triggers import Change, Code, Condition, Signal, Timer, Trigger
from bpmn.compiling.undoing import CancelEnd, CompensationEvent, ThrowCompensation, UndoingSubProcess
from bpmn.cron import looks_like_cron
from bpmn.diagram import (
    CompensateDefinition,
    ConditionalDefinition,
    Element,
    Event,
    EventDefinition,
    LinkDefinition,
    ReferenceDefinition,
    SubProcess,
    TimerDefinition,
)
from bpmn.expressions import CODE_VARIABLE, MESSAGE_VARIABLE, TERMINATES, python_timer
from bpmn.languages import Formula, Language, is_formula

_TERMINATES: Final[Mapping[str, Deed]] = {
    "": terminate,
    "everything": terminate_everything,
    "instances": terminate_instances,
}
"""What the property of a terminate end event makes it end; without it its own level (clause 10.5.3)."""


def event_of(scope: ScopeSpec, element: Event, names: Names) -> Node:
    """The node of an event. Raises NotCompilable."""
    return with_data(_event(scope, element, names), names)


def _event(scope: ScopeSpec, element: Event, names: Names) -> Node:
    if element.kind == "startEvent":
        begins_cases = element.scope_id == element.process_id
        if element.parallel_multiple and element.several and begins_cases:
            return Catching(scope, element, _awaited_at(scope, element, names))
        named = (each.name or "" for each in element.definitions if isinstance(each, ReferenceDefinition))
        if begins_cases and any(map(is_formula, named)):
            message = "What begins a case has a name that is written out: there are no variables yet to compute one of."
            raise NotCompilable(element.id, "name_of_expression", message)
        return Node(scope, element)
    if element.several and any(each.kind in ("link", "compensate") for each in element.definitions if element.catches):
        message = "Links and what is undone stand at events of their own, not among several triggers."
        raise NotCompilable(element.id, "several_triggers", message)
    if isinstance(element.definition, LinkDefinition):
        return Node(scope, element)
    if element.undoes:
        return CompensationEvent(scope, element, element.attached_to or "")
    if element.kind == "boundaryEvent":
        return Boundary(scope, element, _awaited_at(scope, element, names), element.interrupting)
    if element.kind == "intermediateCatchEvent":
        if any(each.kind in ("error", "escalation", "cancel") for each in element.definitions):
            raise unsupported(element)
        return Catching(scope, element, _awaited_at(scope, element, names))
    return _thrown(scope, element, names)


def _awaited_at(scope: ScopeSpec, element: Event, names: Names, name: str | None = None) -> Trigger | Several:
    """What an event waits for; `name` is that of its node. Raises NotCompilable."""
    triggers = [_trigger(element, definition, names) for definition in element.definitions]
    if not triggers:
        raise unsupported(element)
    if any(isinstance(each, Code) and each.kind != "escalation" for each in triggers):
        if not element.interrupting:
            raise NotCompilable(element.id, "must_interrupt", "An error or cancellation always interrupts.")
        if element.several and element.parallel_multiple:
            message = "An error or cancellation interrupts at once: it cannot wait for the other triggers."
            raise NotCompilable(element.id, "waits_for_no_other", message)
    if len(triggers) == 1:
        return triggers[0]
    parts = [part_name(name or element.id, number) for number in range(len(triggers))]
    for part, trigger in zip(parts, triggers, strict=True):
        Part(scope, element, part, trigger)
    return Several(parts=tuple(parts), together=element.parallel_multiple)


_ORDER: Final = ("message", "signal", "escalation", "terminate", "error", "cancel")
"""The order in which an event that causes several things does: what others only hear of first, what ends it last."""


def _thrown(scope: ScopeSpec, element: Event, names: Names) -> Node:
    definitions = element.definitions
    undoing = [each for each in definitions if isinstance(each, CompensateDefinition)]
    if any(each.kind not in _ORDER for each in definitions if each not in undoing):
        raise unsupported(element)
    ordered = sorted((each for each in definitions if each not in undoing), key=lambda each: _ORDER.index(each.kind))
    deeds = tuple(_deed(element, each, names) for each in ordered)
    if any(each.kind == "cancel" for each in ordered):
        return CancelEnd(scope, element, deeds)
    if not undoing:
        return Throw(scope, element, deeds)
    waits = all(each.waits for each in undoing)
    if not waits and element.several:
        message = "What does not wait for the undoing stands at an event of its own, not among several results."
        raise NotCompilable(element.id, "several_results", message)
    named = frozenset(each.activity_id for each in undoing if each.activity_id)
    return ThrowCompensation(scope, element, named if len(named) == len(undoing) else None, waits, deeds)


def _deed(element: Event, definition: EventDefinition, names: Names) -> Deed:
    kind, ends = definition.kind, element.kind == "endEvent"
    if kind == "terminate" and ends:
        return _terminating(element)
    if kind == "cancel" and ends:
        return throwing(Code(kind="cancel", code=None))
    if not isinstance(definition, ReferenceDefinition):
        raise unsupported(element)
    if kind == "message":
        message = definition.name or element.name
        if not message:
            raise NotCompilable(element.id, "no_message", "The event does not say which message it sends.")
        return sending(element, message, names, definition).send
    if kind == "signal":
        return signalling(_signal(element, definition, names), payload(element, names, definition))
    message = definition.name or element.name or ""
    if kind == "escalation" or (kind == "error" and ends):
        thrown: Literal["error", "escalation"] = "error" if kind == "error" else "escalation"
        code = definition.code or ""
        formula = names.formula(element.id, code, "code") if is_formula(code) else None
        return throwing(Code(kind=thrown, code=definition.code, message=message), formula)
    raise unsupported(element)


def _terminating(element: Event) -> Deed:
    wanted = element.properties.get(TERMINATES, "").strip()
    if wanted not in _TERMINATES:
        message = f"The property {TERMINATES} is {wanted!r}; it is everything or instances, or left out."
        raise NotCompilable(element.id, "terminates_unclear", message)
    return _TERMINATES[wanted]


def _trigger(element: Event, definition: EventDefinition, names: Names) -> Trigger:
    if definition.kind == "cancel" and element.kind == "boundaryEvent":
        return Code(kind="cancel", code=None)
    if isinstance(definition, TimerDefinition):
        return _timer(element, definition, names)
    if isinstance(definition, ConditionalDefinition):
        watched = names.formula(element.id, definition.condition, "condition", Language.PYTHON)
        if definition.watches:
            return Change(element_id=element.id, expression=watched, kind=definition.watches)
        return Condition(element_id=element.id, expression=watched)
    if isinstance(definition, ReferenceDefinition):
        if definition.kind == "message":
            message = definition.name or element.name
            if not message:
                raise NotCompilable(element.id, "no_message", "The event does not say which message it waits for.")
            return awaited(element, message, names)
        if definition.kind == "signal":
            return Signal(name=_signal(element, definition, names))
        if definition.kind in ("error", "escalation"):
            if is_formula(definition.code or ""):
                message = f"What is caught has a code that is written out, not an expression ({definition.code})."
                raise NotCompilable(element.id, "code_of_expression", message)
            return Code(
                kind="error" if definition.kind == "error" else "escalation",
                code=definition.code,
                code_variable=element.properties.get(CODE_VARIABLE, "").strip(),
                message_variable=element.properties.get(MESSAGE_VARIABLE, "").strip(),
            )
    raise unsupported(element)


def _signal(element: Event, definition: ReferenceDefinition, names: Names) -> Name:
    name = definition.name or element.name
    if not name:
        raise NotCompilable(element.id, "no_signal", "The event does not say which signal it means.")
    return named(element, name, names)


def listen(scope: ScopeSpec, element: SubProcess, starts: Sequence[Event], names: Names) -> Listener:
    """What waits for the start of an event sub-process, beside the sub-process itself. Raises NotCompilable."""
    if len(starts) != 1 or not starts[0].definitions:
        message = "An event sub-process needs one start event with a trigger."
        raise NotCompilable(element.id, "event_sub_process_start", message)
    if element.incoming or element.outgoing or element.loop is not None:
        message = "No flow leads to or from an event sub-process, and it is not repeated."
        raise NotCompilable(element.id, "event_sub_process_connected", message)
    trigger = _awaited_at(scope, starts[0], names, listener_name(element.id))
    EventSubProcess(scope, element, None)
    listener = Listener(scope, starts[0], trigger, element)
    listener.carried = mapped(starts[0], names)
    return listener


def undoing_sub_process(scope: ScopeSpec, element: SubProcess, starts: Sequence[Event]) -> None:
    """Take note of what undoes the sub-process around it. Raises NotCompilable."""
    if len(starts) != 1 or len(starts[0].definitions) != 1 or scope.undone_by:
        message = "A sub-process has one event sub-process that undoes it, with one start event."
        raise NotCompilable(element.id, "event_sub_process_start", message)
    if element.incoming or element.outgoing or element.loop is not None:
        message = "No flow leads to or from an event sub-process, and it is not repeated."
        raise NotCompilable(element.id, "event_sub_process_connected", message)
    if element.scope_id == element.process_id:
        message = "A process is not undone as a whole: an event sub-process for that stands in a sub-process."
        raise NotCompilable(element.id, "never_undone", message)
    scope.undone_by = UndoingSubProcess(scope, element, None).name


def _timer(element: Event, definition: TimerDefinition, names: Names) -> Timer:
    if definition.timing is None or definition.several or not definition.text:
        raise NotCompilable(element.id, "timer_unclear", "A timer needs one date, duration or cycle.")
    text = definition.text
    if text.startswith("="):
        expression: Formula | str = names.formula(element.id, text, "timer")
        return Timer(element_id=element.id, timing=definition.timing, expression=expression)
    try:
        if definition.timing == "cycle" and (text.startswith("R") or looks_like_cron(text)):
            repetition(text)
        elif text.lstrip("-").startswith("P"):
            read_duration(text)
        else:
            read_moment(text)
    except TimerInvalid as error:
        formula = python_timer(text, names.known)
        if formula is not None:
            return Timer(element_id=element.id, timing=definition.timing, expression=formula)
        raise NotCompilable(element.id, "timer_invalid", f"The timer cannot be read: {error}.") from error
    return Timer(element_id=element.id, timing=definition.timing, expression=text)


def with_data(node: Node, names: Names) -> Node:
    """With the data that go in and out."""
    found = mapped(node.element, names)
    element = node.element
    begins = isinstance(element, Event) and element.kind == "startEvent" and bool(element.definitions)
    told = begins and found is not None and (element.scope_id != element.process_id or found.sealed or found.whole)
    if found is not None and (isinstance(node, Catching) or told):
        # Associations copy as it begins and ends; a mapping says what becomes of what it gets.
        drawn = Mapped(drawn_in=found.drawn_in, drawn_out=found.drawn_out, own=found.own)
        node.carried, node.mapping = found, drawn if drawn != Mapped() else None
    else:
        node.mapping = found
    return node


def unsupported(element: Element) -> NotCompilable:
    """The refusal of what cannot be run."""
    definition = getattr(element, "definition", None)
    what = f"{element.kind} ({definition.kind})" if definition else element.kind
    return NotCompilable(
        element.id, "not_supported", f"{element.title!r}: this kind of element ({what}) cannot be run yet."
    )
