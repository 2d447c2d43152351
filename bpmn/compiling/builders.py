"""One element of a diagram to its node."""

from collections.abc import Sequence
from typing import Final

from bpmn import diagram
from bpmn.compiling.activities import (
    ActivityNode,
    DecisionTask,
    OperationTask,
    PersonTask,
    PythonTask,
    ScriptTask,
    SubProcessNode,
)
from bpmn.compiling.ad_hoc import AdHocNode
from bpmn.compiling.calling import CallNode, Passing
from bpmn.compiling.correlating import Sending
from bpmn.compiling.events import Boundary, Catching, ReceiveTask
from bpmn.compiling.failures import NotCompilable
from bpmn.compiling.formula import Names, python_script, read_script
from bpmn.compiling.listening import EventSubProcess, Listener
from bpmn.compiling.loops import MultiInstance, StandardLoop, Thrown
from bpmn.compiling.mapping import mapped
from bpmn.compiling.nodes import Node, ScopeSpec, case_of, instance_name
from bpmn.compiling.outside import outside_task
from bpmn.compiling.propagating import throw
from bpmn.compiling.throwing import SendTask, Terminate, Throw, ThrowCode, ThrowMessage, ThrowSignal
from bpmn.compiling.timing import TimerInvalid, read_cycle, read_duration, read_moment
from bpmn.compiling.triggers import Code, Condition, Message, Signal, Timer, Trigger
from bpmn.compiling.undoing import CancelEnd, CompensationEvent, ThrowCompensation, UndoingSubProcess
from bpmn.decisions import DecisionModel
from bpmn.diagram import (
    Activity,
    BusinessRuleTask,
    CallActivity,
    CompensateDefinition,
    ConditionalDefinition,
    Element,
    Event,
    EventDefinition,
    LinkDefinition,
    Loop,
    MessageTask,
    ReferenceDefinition,
    ServiceTask,
    SubProcess,
    Task,
    TimerDefinition,
    UserTask,
)
from bpmn.expressions import CODE_VARIABLE, MESSAGE_VARIABLE, SCRIPTS_AROUND, python_timer, script_language
from bpmn.languages import Formula, Language

PAYLOAD: Final = "payload"
"""The property of a throwing message or signal event or send task that gives what the message carries."""
CORRELATE: Final = "correlate"
"""The property of message events and tasks that gives the correlation key."""
MESSAGE_ID: Final = "messageId"
TIME_TO_LIVE: Final = "timeToLive"


def activity_of(scope: ScopeSpec, element: Element, names: Names, decisions: DecisionModel) -> Node:
    """The node of an activity; where it repeats, the loop around it. Raises NotCompilable."""
    if not isinstance(element, Activity):
        raise _unsupported(element)
    if element.loop is None:
        return _surrounded(_work(scope, element, None, names, decisions), names)
    inner = _surrounded(_work(scope, element, instance_name(element.id), names, decisions), names)
    inner.instance = True
    loop = _loop(scope, element, element.loop, names)
    loop.connect(inner)
    return loop


def _surrounded(node: Node, names: Names) -> Node:
    """With what happens around its work: scripts, and data that go in and out."""
    before, after = (node.element.extensions.get(name, "").strip() for name in SCRIPTS_AROUND)
    node.before = python_script(node.bpmn_id, before) if before else None
    node.after = python_script(node.bpmn_id, after) if after else None
    return _with_data(node, names)


def _with_data(node: Node, names: Names) -> Node:
    if isinstance(node, Catching):
        node.carried = mapped(node.element, names)
    else:
        node.mapping = mapped(node.element, names)
    return node


def _work(scope: ScopeSpec, element: Activity, name: str | None, names: Names, decisions: DecisionModel) -> Node:
    match element:
        case UserTask():
            return PersonTask(scope, element, name)
        case Task():
            return ActivityNode(scope, element, name)
        case SubProcess():
            return _sub_process(scope, element, name, names)
        case diagram.ScriptTask():
            return _script(scope, element, name, names)
        case ServiceTask():
            return _operation(scope, element, name, names)
        case BusinessRuleTask():
            if element.decision_id is None or element.decision_id not in decisions.decisions:
                message = f"{element.title!r} calls the decision {element.decision_id!r}, which does not exist here."
                raise NotCompilable(element.id, "unknown_decision", message)
            return DecisionTask(scope, element, name, decisions, element.decision_id)
        case MessageTask():
            return _message_task(scope, element, name, names)
        case CallActivity():
            return _call(scope, element, name, names)
    raise _unsupported(element)


def _sub_process(scope: ScopeSpec, element: SubProcess, name: str | None, names: Names) -> Node:
    if element.kind != "adHocSubProcess":
        return SubProcessNode(scope, element, name)
    text = element.completion
    condition = names.formula(element.id, text, "completion condition", Language.EITHER) if text else None
    return AdHocNode(scope, element, name, condition)


def _script(scope: ScopeSpec, element: diagram.ScriptTask, name: str | None, names: Names) -> Node:
    language = script_language(element)
    if language is Language.PYTHON:
        return PythonTask(scope, element, name, python_script(element.id, element.script))
    if language is Language.FEEL:
        return ScriptTask(scope, element, name, read_script(element.id, element.script, names))
    message = f"The script is written in {element.script_format}; only FEEL and Python can be run."
    raise NotCompilable(element.id, "script_language", message)


def _operation(scope: ScopeSpec, element: ServiceTask, name: str | None, names: Names) -> Node:
    operation = element.operation
    if operation is None or not operation.id:
        raise NotCompilable(element.id, "no_operation", f"{element.title!r} does not say which operation it calls.")
    parameters = {
        key: names.formula(element.id, text, f"parameter {key}", Language.EITHER)
        for key, text in operation.parameters.items()
        if text
    }
    if operation.id in names.outside:
        return outside_task(scope, element, name, parameters, names)
    return OperationTask(scope, element, name, operation.id, parameters)


def _message_task(scope: ScopeSpec, element: MessageTask, name: str | None, names: Names) -> Node:
    message = element.message_name or element.name
    if not message:
        raise NotCompilable(element.id, "no_message", "The task does not say which message it is about.")
    if element.kind == "receiveTask":
        return ReceiveTask(scope, element, _awaited(element, message, names), name)
    return SendTask(scope, element, name, _sending(element, message, names))


def _awaited(element: Element, message: str, names: Names) -> Message:
    return Message(name=message, correlate=_property(element, CORRELATE, names))


def _sending(element: Element, message: str, names: Names) -> Sending:
    return Sending(
        name=message,
        payload=_payload(element, names),
        correlate=_property(element, CORRELATE, names),
        message_id=_text(element, MESSAGE_ID, names),
        life=_life(element, names),
    )


def _property(element: Element, key: str, names: Names) -> Formula | None:
    text = element.properties.get(key, "").strip()
    return names.formula(element.id, text, f"property {key}") if text else None


def _text(element: Element, key: str, names: Names) -> Formula | str | None:
    text = element.properties.get(key, "").strip()
    return names.formula(element.id, text, f"property {key}") if text.startswith("=") else text or None


def _life(element: Element, names: Names) -> Formula | str | None:
    life = _text(element, TIME_TO_LIVE, names)
    try:
        if isinstance(life, str):
            read_duration(life)
    except TimerInvalid as error:
        raise NotCompilable(element.id, "time_to_live_invalid", f"The time to live cannot be read: {error}.") from error
    return life


def _call(scope: ScopeSpec, element: CallActivity, name: str | None, names: Names) -> Node:
    if not element.called_element:
        raise NotCompilable(element.id, "nothing_called", f"{element.title!r} does not say which process it calls.")
    return CallNode(
        scope,
        element,
        name,
        called=element.called_element,
        inputs=_passing(element, "inputs", names),
        outputs=_passing(element, "outputs", names),
    )


def _passing(element: Element, key: str, names: Names) -> Passing:
    text = element.properties.get(key, "all").strip()
    if text.startswith("="):
        if key == "outputs":
            message = "The outputs of a call are all, none, or a list of names, not an expression."
            raise NotCompilable(element.id, "outputs_not_names", message)
        return Passing(expression=names.formula(element.id, text, f"property {key}"))
    if text in ("all", ""):
        return Passing()
    return Passing(names=() if text == "none" else tuple(filter(None, (part.strip() for part in text.split(",")))))


def _payload(element: Element, names: Names) -> Formula | None:
    text = element.properties.get(PAYLOAD) or ""
    if isinstance(element, Event) and isinstance(element.definition, ReferenceDefinition):
        text = text or element.definition.extensions.get("messagePayload") or ""
    language = Language.FEEL if element.properties.get(PAYLOAD) else Language.EITHER
    return names.formula(element.id, text, "payload of the message", language) if text.strip() else None


def _loop(scope: ScopeSpec, element: Activity, loop: Loop, names: Names) -> Node:
    def formula(text: str | None, what: str) -> Formula | None:
        return names.formula(element.id, text, what, Language.EITHER) if text else None

    if loop.kind == "standard":
        if not loop.condition and not loop.maximum:
            raise NotCompilable(element.id, "loop_without_end", "The loop has neither a condition nor a maximum.")
        maximum = loop.maximum.strip() if loop.maximum else None
        if maximum is not None and not (maximum.isdecimal() and int(maximum) > 0):
            raise NotCompilable(element.id, "loop_maximum", f"The loop maximum {maximum!r} is no positive number.")
        return StandardLoop(
            scope,
            element,
            formula(loop.condition, "loop condition"),
            int(maximum) if maximum else None,
            loop.test_before,
        )
    if bool(loop.collection) == bool(loop.cardinality):
        message = "A multi-instance activity needs either a collection or a number of instances."
        raise NotCompilable(element.id, "instances_unclear", message)
    return MultiInstance(
        scope,
        element,
        sequential=loop.kind == "sequential",
        count=formula(loop.cardinality, "number of instances"),
        collection=formula(loop.collection, "collection"),
        condition=formula(loop.condition, "completion condition"),
        item=loop.item,
        output_item=loop.output_item,
        output_collection=loop.output_collection,
        behavior=loop.behavior,
        throws=tuple(
            (formula(text, "condition of what it throws"), _thrown_by_instance(element, definition, names))
            for text, definition in loop.throws
        ),
    )


def _thrown_by_instance(element: Activity, definition: EventDefinition, names: Names) -> Thrown:
    if not isinstance(definition, ReferenceDefinition) or not definition.name:
        message = "The instances of an activity throw a message, signal, error or escalation that has a name."
        raise NotCompilable(element.id, "thrown_by_instance", message)
    name = definition.name
    match definition.kind:
        case "message":
            return _sending(element, name, names).send
        case "signal":
            return lambda loop: case_of(loop).broadcast(element.id, name, {})
        case "error" | "escalation" as kind:
            return lambda loop: throw(loop, Code(kind=kind, code=definition.code), by_call=True)
    raise _unsupported(element)


def event_of(scope: ScopeSpec, element: Event, names: Names) -> Node:
    """The node of an event. Raises NotCompilable."""
    return _with_data(_event(scope, element, names), names)


def _event(scope: ScopeSpec, element: Event, names: Names) -> Node:
    if len(element.definitions) > 1:
        raise NotCompilable(element.id, "several_triggers", "Events with several triggers cannot be run yet.")
    if element.kind == "startEvent" or isinstance(element.definition, LinkDefinition):
        return Node(scope, element)
    if element.undoes:
        return CompensationEvent(scope, element, element.attached_to or "")
    if element.kind == "boundaryEvent":
        return Boundary(scope, element, _trigger(element, names), element.interrupting)
    if element.kind == "intermediateCatchEvent":
        trigger = _trigger(element, names)
        if isinstance(trigger, Code):
            raise _unsupported(element)
        return Catching(scope, element, trigger)
    return _thrown(scope, element, names)


def _thrown(scope: ScopeSpec, element: Event, names: Names) -> Node:
    match element.definition:
        case None:
            return Throw(scope, element)
        case EventDefinition(kind="terminate") if element.kind == "endEvent":
            return Terminate(scope, element)
        case EventDefinition(kind="cancel") if element.kind == "endEvent":
            return CancelEnd(scope, element)
        case CompensateDefinition(activity_id=activity, waits=waits):
            return ThrowCompensation(scope, element, activity, waits)
        case ReferenceDefinition() as definition:
            return _throw(scope, element, definition, names)
    raise _unsupported(element)


def _throw(scope: ScopeSpec, element: Event, definition: ReferenceDefinition, names: Names) -> Node:
    if definition.kind == "message":
        message = definition.name or element.name
        if not message:
            raise NotCompilable(element.id, "no_message", "The event does not say which message it sends.")
        return ThrowMessage(scope, element, _sending(element, message, names))
    if definition.kind == "signal":
        return ThrowSignal(scope, element, _signal(element, definition), _payload(element, names))
    message = definition.name or element.name or ""
    if definition.kind == "error" and element.kind == "endEvent":
        return ThrowCode(scope, element, Code(kind="error", code=definition.code, message=message))
    if definition.kind == "escalation":
        return ThrowCode(scope, element, Code(kind="escalation", code=definition.code, message=message))
    raise _unsupported(element)


def _trigger(element: Event, names: Names) -> Trigger:
    definition = element.definition
    if definition is not None and definition.kind == "cancel" and element.kind == "boundaryEvent":
        return Code(kind="cancel", code=None)
    if isinstance(definition, TimerDefinition):
        return _timer(element, definition, names)
    if isinstance(definition, ConditionalDefinition):
        return Condition(
            element_id=element.id,
            expression=names.formula(element.id, definition.condition, "condition", Language.PYTHON),
        )
    if isinstance(definition, ReferenceDefinition):
        if definition.kind == "message":
            message = definition.name or element.name
            if not message:
                raise NotCompilable(element.id, "no_message", "The event does not say which message it waits for.")
            return _awaited(element, message, names)
        if definition.kind == "signal":
            return Signal(name=_signal(element, definition))
        if definition.kind in ("error", "escalation"):
            return Code(
                kind="error" if definition.kind == "error" else "escalation",
                code=definition.code,
                code_variable=element.properties.get(CODE_VARIABLE, "").strip(),
                message_variable=element.properties.get(MESSAGE_VARIABLE, "").strip(),
            )
    raise _unsupported(element)


def _signal(element: Event, definition: ReferenceDefinition) -> str:
    name = definition.name or element.name
    if not name:
        raise NotCompilable(element.id, "no_signal", "The event does not say which signal it means.")
    return name


def listen(scope: ScopeSpec, element: SubProcess, starts: Sequence[Event], names: Names) -> Listener:
    """What waits for the start of an event sub-process, beside the sub-process itself. Raises NotCompilable."""
    if len(starts) != 1 or len(starts[0].definitions) != 1:
        message = "An event sub-process needs one start event with one trigger."
        raise NotCompilable(element.id, "event_sub_process_start", message)
    if element.incoming or element.outgoing or element.loop is not None:
        message = "No flow leads to or from an event sub-process, and it is not repeated."
        raise NotCompilable(element.id, "event_sub_process_connected", message)
    trigger = _trigger(starts[0], names)
    if isinstance(trigger, Code) and trigger.kind == "error" and not starts[0].interrupting:
        raise NotCompilable(starts[0].id, "must_interrupt", "An error always interrupts.")
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
        if definition.timing == "cycle" and text.startswith("R"):
            read_cycle(text)
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


def _unsupported(element: Element) -> NotCompilable:
    definition = getattr(element, "definition", None)
    what = f"{element.kind} ({definition.kind})" if definition else element.kind
    return NotCompilable(
        element.id, "not_supported", f"{element.title!r}: this kind of element ({what}) cannot be run yet."
    )
