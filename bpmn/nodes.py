"""One flow node of the XML to one Element of our view."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from lxml import etree

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
from bpmn.source import OURS, Source, attribute, child, child_text, children, flag, line_of, local, reference, text

_VOCABULARIES: Final = ("http://www.omg.org/", "http://www.w3.org/", "http://bpmn.io/schema/bpmn")
"""Namespaces of the standard and of pure drawing: nothing in them changes what runs."""


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
        "foreign": foreign(node),
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
        "loop": _loop(node, context),
        "for_compensation": flag(node, "isForCompensation"),
    }
    return _ACTIVITIES[kind](node, context, shared)


def documentation(node: etree._Element) -> str:
    """The documentation texts, one after the other."""
    return "\n\n".join(filter(None, (text(part) for part in children(node, "documentation"))))


def _extension_parts(node: etree._Element) -> list[etree._Element]:
    return [part for holder in children(node, "extensionElements") for part in holder]


def properties(node: etree._Element) -> Mapping[str, str]:
    """The properties in our extension namespace; the last of a name counts."""
    return {
        attribute(entry, "name"): attribute(entry, "value")
        for part in _extension_parts(node)
        if part.tag == f"{{{OURS}}}properties"
        for entry in children(part, "property", namespace=OURS)
    }


def extensions(node: etree._Element) -> Mapping[str, str]:
    """The texts of the other elements in our extension namespace, by local name."""
    return {
        etree.QName(part).localname: text(part)
        for part in _extension_parts(node)
        if etree.QName(part).namespace == OURS and etree.QName(part).localname not in ("properties",)
    }


def foreign(node: etree._Element) -> tuple[str, ...]:
    """Names, with their namespace's prefix, of extensions by other vendors on a node."""
    names = [str(key) for key in node.attrib] + [str(part.tag) for part in _extension_parts(node)]
    prefixes = {uri: prefix for prefix, uri in node.nsmap.items()}
    found = set()
    for name in names:
        qualified = etree.QName(name)
        uri = qualified.namespace
        if uri and uri != OURS and not uri.startswith(_VOCABULARIES):
            found.add(f"{prefixes.get(uri) or uri}:{qualified.localname}")
    return tuple(sorted(found))


def _loop(node: etree._Element, context: Context) -> Loop | None:
    standard = child(node, "standardLoopCharacteristics")
    multiple = child(node, "multiInstanceLoopCharacteristics")
    if standard is not None:
        return Loop(
            kind="standard",
            condition=child_text(standard, "loopCondition"),
            maximum=standard.get("loopMaximum"),
            test_before=flag(standard, "testBefore"),
            several=multiple is not None,
        )
    if multiple is None:
        return None
    return Loop(
        kind="sequential" if flag(multiple, "isSequential") else "parallel",
        cardinality=child_text(multiple, "loopCardinality"),
        condition=child_text(multiple, "completionCondition"),
        collection=reference(child_text(multiple, "loopDataInputRef")),
        item=_item(multiple, "inputDataItem"),
        output_collection=reference(child_text(multiple, "loopDataOutputRef")),
        output_item=_item(multiple, "outputDataItem"),
        behavior=attribute(multiple, "behavior"),
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


def _item(multiple: etree._Element, name: str) -> str | None:
    item = child(multiple, name)
    return None if item is None else item.get("id") or item.get("name")


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
        return ConditionalDefinition(kind=kind, id=identity, condition=child_text(part, "condition") or "")
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
    for part in _extension_parts(node):
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
    return ServiceTask(**shared, operation=_operation(node))


def _script_task(node: etree._Element, _context: Context, shared: dict[str, Any]) -> Element:
    script = child_text(node, "script") or ""
    return ScriptTask(**shared, script=script, script_format=attribute(node, "scriptFormat"))


def _business_rule_task(_node: etree._Element, _context: Context, shared: dict[str, Any]) -> Element:
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
    return SubProcess(**shared, triggered_by_event=flag(node, "triggeredByEvent"))


def _call_activity(node: etree._Element, _context: Context, shared: dict[str, Any]) -> Element:
    return CallActivity(**shared, called_element=reference(node.get("calledElement")))


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
