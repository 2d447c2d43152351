"""One activity of a diagram to its node."""

from collections.abc import Iterable

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
from bpmn.compiling.event_builders import unsupported, with_data
from bpmn.compiling.events import ReceiveTask
from bpmn.compiling.failures import NotCompilable
from bpmn.compiling.formula import Names, python_script, read_script
from bpmn.compiling.loops import MultiInstance, StandardLoop, Thrown
from bpmn.compiling.messages import awaited, sending
from bpmn.compiling.nodes import Node, ScopeSpec, case_of, instance_name
from bpmn.compiling.outside import outside_task, read_parameters
from bpmn.compiling.propagating import throw
from bpmn.compiling.stores import StoredActivity, store_task
from bpmn.compiling.throwing import SendTask
from bpmn.compiling.triggers import Code
from bpmn.decisions import DecisionModel
from bpmn.diagram import (
    Activity,
    BusinessRuleTask,
    CallActivity,
    Element,
    EventDefinition,
    Loop,
    MessageTask,
    ReferenceDefinition,
    ServiceTask,
    StoreAccess,
    SubProcess,
    Task,
    UserTask,
)
from bpmn.expressions import ACTIVE, RESULT, SCRIPTS_AROUND, script_language
from bpmn.languages import Formula, Language, is_formula


def activity_of(scope: ScopeSpec, element: Element, names: Names, decisions: DecisionModel) -> Node:
    """The node of an activity; where it repeats, the loop around it. Raises NotCompilable."""
    if not isinstance(element, Activity):
        raise unsupported(element)
    if element.stores:
        return _with_stores(scope, element, names, decisions)
    if element.loop is None:
        return _surrounded(_work(scope, element, None, names, decisions), names)
    inner = _surrounded(_work(scope, element, instance_name(element.id), names, decisions), names)
    inner.instance = True
    loop = _loop(scope, element, element.loop, names)
    if not element.loop.scripts_inside:
        loop.before, loop.after, inner.before, inner.after = inner.before, inner.after, None, None
    loop.connect(inner)
    return loop


def _with_stores(scope: ScopeSpec, element: Activity, names: Names, decisions: DecisionModel) -> Node:
    """The activity between what it reads from data stores and what it writes to them."""
    if element.loop is not None:
        message = f"{element.title!r} repeats: data stores are read and written by activities that do not."
        raise NotCompilable(element.id, "store_of_a_repetition", message)
    if element.begins_cases:
        message = f"{element.title!r} begins cases: data stores are read and written by what comes after it."
        raise NotCompilable(element.id, "store_at_a_beginning", message)
    stored = StoredActivity(scope, element)

    def accessed(which: Iterable[StoreAccess], what: str) -> list[Node]:
        return [store_task(scope, element, f"{element.id}#{what}{n}", each, names) for n, each in enumerate(which)]

    reads = accessed((each for each in element.stores if not each.writes), "read")
    work = _surrounded(_work(scope, element, instance_name(element.id), names, decisions), names)
    writes = accessed((each for each in element.stores if each.writes), "write")
    stored.take_parts((*reads, work, *writes))
    return stored


def _surrounded(node: Node, names: Names) -> Node:
    """With what happens around its work: scripts, and data that go in and out."""
    before, after = (node.element.extensions.get(name, "").strip() for name in SCRIPTS_AROUND)
    node.before = python_script(node.bpmn_id, before) if before else None
    node.after = python_script(node.bpmn_id, after) if after else None
    return with_data(node, names)


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
    raise unsupported(element)


def _sub_process(scope: ScopeSpec, element: SubProcess, name: str | None, names: Names) -> Node:
    if element.kind != "adHocSubProcess":
        return SubProcessNode(scope, element, name)
    text = element.completion
    condition = names.formula(element.id, text, "completion condition", Language.EITHER) if text else None
    active = element.properties.get(ACTIVE, "").strip()
    return AdHocNode(
        scope,
        element,
        name,
        condition=condition,
        active=names.formula(element.id, active, f"property {ACTIVE}") if active else None,
    )


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
    if operation.id in names.outside:
        return outside_task(scope, element, name, operation, names, result=element.properties.get(RESULT, ""))
    return OperationTask(scope, element, name, operation.id, read_parameters(element, operation, names))


def _message_task(scope: ScopeSpec, element: MessageTask, name: str | None, names: Names) -> Node:
    message = element.message_name or element.name
    if not message:
        raise NotCompilable(element.id, "no_message", "The task does not say which message it is about.")
    if element.kind == "receiveTask":
        return ReceiveTask(scope, element, awaited(element, message, names), name)
    return SendTask(scope, element, name, sending(element, message, names))


def _call(scope: ScopeSpec, element: CallActivity, name: str | None, names: Names) -> Node:
    if not element.called_element:
        raise NotCompilable(element.id, "nothing_called", f"{element.title!r} does not say which process it calls.")
    return CallNode(
        scope,
        element,
        name,
        called=names.formula(element.id, element.called_element, "called element")
        if is_formula(element.called_element)
        else element.called_element,
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


def _loop(scope: ScopeSpec, element: Activity, loop: Loop, names: Names) -> Node:
    def formula(text: str | None, what: str) -> Formula | None:
        return names.formula(element.id, text, what, Language.EITHER) if text else None

    if loop.kind == "standard":
        if not loop.condition and not loop.maximum:
            raise NotCompilable(element.id, "loop_without_end", "The loop has neither a condition nor a maximum.")
        maximum = loop.maximum.strip() if loop.maximum else None
        if maximum is not None and not maximum.isdecimal():
            raise NotCompilable(element.id, "loop_maximum", f"The loop maximum {maximum!r} is no whole number from 0.")
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
            return sending(element, name, names).send
        case "signal":
            return lambda loop: case_of(loop).broadcast(element.id, name, {})
        case "error" | "escalation" as kind:
            return lambda loop: throw(loop, Code(kind=kind, code=definition.code), by_call=True)
    raise unsupported(element)
