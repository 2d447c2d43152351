"""One flow node of the XML to one Element of our view."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from lxml import etree

from bpmn.carrying import data_of, inside_out, stores_of
from bpmn.diagram import (
    BusinessRuleTask,
    CallActivity,
    CompensateDefinition,
    ConditionalDefinition,
    Element,
    Event,
    EventDefinition,
    Gateway,
    LinkDefinition,
    Loop,
    MessageTask,
    Named,
    Operation,
    ReferenceDefinition,
    ScriptTask,
    ServiceTask,
    SubProcess,
    Task,
    TimerDefinition,
    UserTask,
)
from bpmn.languages import is_formula
from bpmn.source import (
    OURS,
    Source,
    attribute,
    child,
    child_text,
    children,
    extension_parts,
    flag,
    line_of,
    local,
    properties,
    reference,
    text,
)


@dataclass(frozen=True, kw_only=True)
class Context:
    """Where a node stands, and what its references mean."""

    source: Source
    named: Mapping[str, Named]
    process_id: str
    scope_id: str
    lane_id: str | None
    incoming: Mapping[str, Sequence[str]]
    outgoing: Mapping[str, Sequence[str]]


def read_node(node: etree._Element, context: Context) -> Element:
    """Read a flow node of any kind in `source.NODES`."""
    kind = local(node)
    identity = attribute(node, "id")
    shared: dict[str, Any] = {
        "id": identity,
        "kind": kind,
        "name": attribute(node, "name"),
        "documentation": documentation(node),
        "process_id": context.process_id,
        "scope_id": context.scope_id,
        "lane_id": context.lane_id,
        "properties": properties(node),
        "extensions": extensions(node),
        "attributes": {str(key): str(value) for key, value in node.attrib.items() if not str(key).startswith("{")},
        "mapping": data_of(node, context.source),
        "stores": tuple(stores_of(node, context.source)),
        "parts": frozenset(local(part) for part in node) - {""},
        "incoming": tuple(context.incoming.get(identity, ())),
        "outgoing": tuple(context.outgoing.get(identity, ())),
        "bounds": context.source.bounds.get(identity),
        "line": line_of(node),
    }
    if kind.endswith("Gateway"):
        return Gateway(
            **shared,
            default=reference(node.get("default")),
            activation=child_text(node, "activationCondition"),
            instantiate=flag(node, "instantiate"),
            event_gateway_type=attribute(node, "eventGatewayType"),
        )
    if kind.endswith("Event"):
        return _event(node, context, shared)
    shared |= {
        "default": reference(node.get("default")),
        "loop": inside_out(_loop(node, context), node, context.source),
        "for_compensation": flag(node, "isForCompensation"),
    }
    return _ACTIVITIES[kind](node, context, shared)


def documentation(node: etree._Element) -> str:
    """The documentation texts, one after the other."""
    return "\n\n".join(filter(None, (text(part) for part in children(node, "documentation"))))


def extensions(node: etree._Element) -> Mapping[str, str]:
    """The texts of the other elements in our extension namespace, by local name."""
    return {
        etree.QName(part).localname: text(part)
        for part in extension_parts(node)
        if etree.QName(part).namespace == OURS and etree.QName(part).localname not in ("properties", "dataMapping")
    }


def _loop(node: etree._Element, context: Context) -> Loop | None:
    standard = child(node, "standardLoopCharacteristics")
    multiple = child(node, "multiInstanceLoopCharacteristics")
    if standard is not None:
        return Loop(
            kind="standard",
            condition=child_text(standard, "loopCondition"),
            maximum=standard.get("loopMaximum"),
            test_before=flag(standard, "testBefore"),
            scripts_inside=_own(standard, "scriptsOnInstances") == "true",
            several=multiple is not None,
        )
    if multiple is None:
        return None
    return Loop(
        kind="sequential" if flag(multiple, "isSequential") else "parallel",
        cardinality=child_text(multiple, "loopCardinality"),
        condition=child_text(multiple, "completionCondition"),
        collection=_own(multiple, "collection") or reference(child_text(multiple, "loopDataInputRef")),
        item=_own(multiple, "item") or _item(multiple, "inputDataItem"),
        output_collection=_own(multiple, "outputCollection") or reference(child_text(multiple, "loopDataOutputRef")),
        output_item=_own(multiple, "outputItem") or _item(multiple, "outputDataItem"),
        behavior=attribute(multiple, "behavior"),
        scripts_inside=_own(multiple, "scriptsOnInstances") == "true",
        throws=tuple(_thrown_by_instances(multiple, context)),
    )


def _thrown_by_instances(multiple: etree._Element, context: Context) -> Iterator[tuple[str | None, EventDefinition]]:
    behavior = attribute(multiple, "behavior")
    if behavior in ("One", "None"):
        target = context.source.by_id.get(reference(multiple.get(f"{behavior.lower()}BehaviorEventRef")) or "")
        if target is not None and local(target).endswith("EventDefinition"):
            yield None, _definition(target, local(target).removesuffix("EventDefinition"), context)
    for part in children(multiple, "complexBehaviorDefinition") if behavior == "Complex" else ():
        for event in children(part, "event"):
            for definition in _definitions(event, context):
                yield child_text(part, "condition"), definition


def _own(part: etree._Element, name: str) -> str | None:
    """What a dialect read from other tools, beside the standard's own."""
    return part.get(f"{{{OURS}}}{name}") or None


def _item(multiple: etree._Element, name: str) -> str | None:
    """The variable of one item: the name that the standard has for it; its id, as SpiffWorkflow's tools have it."""
    item = child(multiple, name)
    if item is None:
        return None
    named = item.get("name") or ""
    return named if named.isidentifier() and OURS not in item.nsmap.values() else item.get("id") or named or None


def _event(node: etree._Element, context: Context, shared: dict[str, Any]) -> Event:
    interrupting = "cancelActivity" if shared["kind"] == "boundaryEvent" else "isInterrupting"
    return Event(
        **shared,
        definitions=tuple(_definitions(node, context)),
        attached_to=reference(node.get("attachedToRef")),
        interrupting=flag(node, interrupting, True),
        parallel_multiple=flag(node, "parallelMultiple"),
    )


def _definitions(node: etree._Element, context: Context) -> Iterator[EventDefinition]:
    for part in node:
        kind = local(part)
        if kind.endswith("EventDefinition"):
            yield _definition(part, kind.removesuffix("EventDefinition"), context)
        elif kind == "eventDefinitionRef":
            target = context.source.by_id.get(reference(text(part)) or "")
            if target is not None:
                yield _definition(target, local(target).removesuffix("EventDefinition"), context)


def _definition(part: etree._Element, kind: str, context: Context) -> EventDefinition:
    identity = part.get("id")
    if kind == "timer":
        return _timer(part, identity)
    if kind in ("message", "signal", "error", "escalation"):
        ref = reference(part.get(f"{kind}Ref"))
        named = context.named.get(ref or "")
        if named is not None and named.kind != kind:
            named = None
        return ReferenceDefinition(
            kind=kind,
            id=identity,
            ref=ref,
            name=named.name if named else None,
            code=named.code if named else None,
            extensions=extensions(part),
        )
    if kind == "conditional":
        condition, watches = child_text(part, "condition") or "", _own(part, "watches") or ""
        return ConditionalDefinition(kind=kind, id=identity, condition=condition, watches=watches)
    if kind == "compensate":
        activity = reference(part.get("activityRef"))
        return CompensateDefinition(
            kind=kind, id=identity, activity_id=activity, waits=flag(part, "waitForCompletion", True)
        )
    if kind == "link":
        return LinkDefinition(kind=kind, id=identity, name=part.get("name"))
    return EventDefinition(kind=kind, id=identity)


def _timer(part: etree._Element, identity: str | None) -> TimerDefinition:
    written = list(children(part, "timeDate", "timeDuration", "timeCycle"))
    if not written:
        return TimerDefinition(kind="timer", id=identity)
    timing: Any = local(written[0]).removeprefix("time").lower()
    return TimerDefinition(kind="timer", id=identity, timing=timing, text=text(written[0]), several=len(written) > 1)


def _operation(node: etree._Element) -> Operation | None:
    operation = None
    for part in extension_parts(node):
        if part.tag == f"{{{OURS}}}serviceTaskOperator":
            operation = Operation(
                id=attribute(part, "id"),
                parameters={
                    attribute(parameter, "id"): attribute(parameter, "value")
                    for holder in children(part, "parameters", namespace=OURS)
                    for parameter in children(holder, "parameter", namespace=OURS)
                },
                result_variable=part.get("resultVariable"),
            )
    return operation


def _service_task(node: etree._Element, _context: Context, shared: dict[str, Any]) -> Element:
    operation = _operation(node)
    if operation is None and shared["extensions"].get("assignment"):
        # An expression in place of an operation sets a variable.
        return ScriptTask(**shared, script=shared["extensions"]["assignment"])
    return ServiceTask(**shared, operation=operation)


def _script_task(node: etree._Element, context: Context, shared: dict[str, Any]) -> Element:
    if shared["extensions"].get("assignment") or _operation(node) is not None:
        return _service_task(node, context, shared)
    script = child_text(node, "script") or ""
    written = attribute(node, "scriptFormat") or attribute(node, "scriptLanguage")
    return ScriptTask(**shared, script=script, script_format=written)


def _business_rule_task(node: etree._Element, context: Context, shared: dict[str, Any]) -> Element:
    if not shared["extensions"].get("calledDecisionId") and _operation(node) is not None:
        return _service_task(node, context, shared)
    return BusinessRuleTask(**shared, decision_id=shared["extensions"].get("calledDecisionId") or None)


def _message_task(node: etree._Element, context: Context, shared: dict[str, Any]) -> Element:
    ref = reference(node.get("messageRef"))
    operation = _operation(node)
    if shared["kind"] == "sendTask" and operation is not None and ref is None:
        # A send task that names no message but an operation sends by that operation (clause 10.3.3, implementation).
        return ServiceTask(**shared, operation=operation)
    named = context.named.get(ref or "")
    name = named.name if named and named.kind == "message" else None
    return MessageTask(**shared, message_id=ref, message_name=name, instantiate=flag(node, "instantiate"))


def _sub_process(node: etree._Element, _context: Context, shared: dict[str, Any]) -> Element:
    return SubProcess(
        **shared,
        triggered_by_event=flag(node, "triggeredByEvent"),
        one_by_one=attribute(node, "ordering") == "Sequential",
        completion=child_text(node, "completionCondition"),
        cancels_remaining=flag(node, "cancelRemainingInstances", True),
    )


def _called(written: str) -> str | None:
    """The process that is called, or the formula that says which."""
    return written if is_formula(written) else reference(written)


def _call_activity(node: etree._Element, context: Context, shared: dict[str, Any]) -> Element:
    called = context.source.by_id.get(reference(node.get("calledElement")) or "")
    kind = _GLOBAL.get(local(called)) if called is not None else None
    if called is not None and kind is not None:
        # A call of a global task is that task where it is called (clause 10.3.7).
        merged = {
            "kind": kind,
            "documentation": shared["documentation"] or documentation(called),
            "properties": {**properties(called), **shared["properties"]},
            "extensions": {**extensions(called), **shared["extensions"]},
        }
        return _ACTIVITIES[kind](called, context, shared | merged)
    return CallActivity(**shared, called_element=_called(node.get("calledElement") or ""))


_GLOBAL: Final = {
    "globalTask": "task",
    "globalUserTask": "userTask",
    "globalManualTask": "manualTask",
    "globalScriptTask": "scriptTask",
    "globalBusinessRuleTask": "businessRuleTask",
}
_ACTIVITIES: Final[Mapping[str, Callable[[etree._Element, Context, dict[str, Any]], Element]]] = {
    "task": lambda _node, _context, shared: Task(**shared),
    "userTask": lambda _node, _context, shared: UserTask(**shared),
    "manualTask": lambda _node, _context, shared: UserTask(**shared),
    "serviceTask": _service_task,
    "scriptTask": _script_task,
    "businessRuleTask": _business_rule_task,
    "sendTask": _message_task,
    "receiveTask": _message_task,
    "callActivity": _call_activity,
    "subProcess": _sub_process,
    "transaction": _sub_process,
    "adHocSubProcess": _sub_process,
}
