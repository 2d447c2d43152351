"""XML bytes to a Diagram."""

from collections import defaultdict
from collections.abc import Iterator, Mapping
from typing import Final

from lxml import etree

from bpmn.assignment import slug
from bpmn.carrying import record_type
from bpmn.diagram import (
    Association,
    DataObject,
    Diagram,
    Element,
    Lane,
    MessageFlow,
    Named,
    Participant,
    Process,
    SequenceFlow,
    Unread,
)
from bpmn.dialects import adopt
from bpmn.errors import DiagramUnreadable
from bpmn.foreign_language import foreign
from bpmn.nodes import Context, documentation, read_node
from bpmn.notes import Note
from bpmn.noticing import notice
from bpmn.references import dangling
from bpmn.remarks import Misspecified
from bpmn.schema import misshapen
from bpmn.source import (
    BPMN,
    INSTANCE,
    NODES,
    SCOPES,
    Source,
    attribute,
    child,
    children,
    flag,
    line_of,
    local,
    open_source,
    properties,
    reference,
    text,
)

_PASSED_OVER: Final = frozenset(
    {
        *("documentation", "extensionElements", "laneSet", "textAnnotation", "association", "group", "category"),
        *("incoming", "outgoing", "ioSpecification", "property", "dataInputAssociation", "dataOutputAssociation"),
        *("multiInstanceLoopCharacteristics", "standardLoopCharacteristics", "completionCondition"),
        *("supportedInterfaceRef", "ioBinding"),
        *("auditing", "monitoring", "resourceRole", "performer", "humanPerformer", "potentialOwner", "supports"),
    }
)
"""What may stand in a scope and is read elsewhere or means nothing for running."""

_DATA: Final = frozenset({"dataObject", "dataObjectReference", "dataStoreReference"})


def read_diagram(content: bytes, name: str) -> Diagram:
    """Read a BPMN 2.0 file into our typed view.

    Raises DiagramUnreadable with line and column where the file is broken, hostile, too large, not BPMN, or holds no
    process. A file that can be read may still be wrong: that is for `bpmn.checking`.
    """
    source = open_source(content, name)
    written = (*misshapen(source), *foreign(source))  # before dialects rewrite it
    return _diagram(source, content, name, adopt(source), written)


def _diagram(
    source: Source, content: bytes, name: str, notes: tuple[Note, ...], written: tuple[Misspecified, ...]
) -> Diagram:
    """The typed view of an opened source; `notes` say what became of extensions of other tools."""
    named = {thing.id: thing for thing in _named(source)}
    processes = tuple(_process(node, source, named) for node in children(source.root, "process"))
    if not processes:
        raise DiagramUnreadable("no_process", name=name, line=line_of(source.root))
    return Diagram(
        name=name,
        content=content,
        processes=processes,
        messages=tuple(thing for thing in named.values() if thing.kind == "message"),
        signals=tuple(thing for thing in named.values() if thing.kind == "signal"),
        errors=tuple(thing for thing in named.values() if thing.kind == "error"),
        escalations=tuple(thing for thing in named.values() if thing.kind == "escalation"),
        participants=tuple(_participants(source)),
        message_flows=tuple(_message_flows(source)),
        duplicates=tuple(source.duplicates),
        dangling=tuple(dangling(source)),
        notes=notes,
        forms=dict(source.forms),
        remarks=notice(source, written),
        exporter=" ".join(filter(None, (source.root.get("exporter"), source.root.get("exporterVersion")))),
    )


def _named(source: Source) -> Iterator[Named]:
    for node in children(source.root, "message", "signal", "error", "escalation"):
        kind = local(node)
        if node.get("id"):
            # Errors and escalations without a code are told apart by their name, else by their id.
            raised = kind in ("error", "escalation")
            code = node.get(f"{kind}Code") or (attribute(node, "name") or node.get("id") if raised else None)
            yield Named(
                id=attribute(node, "id"),
                kind=kind,
                name=attribute(node, "name"),
                code=code,
                code_given=bool(node.get(f"{kind}Code")),
                line=line_of(node),
            )


def _participants(source: Source) -> Iterator[Participant]:
    for node in source.each("participant"):
        identity = attribute(node, "id")
        yield Participant(
            id=identity,
            name=attribute(node, "name"),
            process_id=reference(node.get("processRef")),
            bounds=source.bounds.get(identity),
            line=line_of(node),
        )


def _message_flows(source: Source) -> Iterator[MessageFlow]:
    for node in source.each("messageFlow"):
        yield MessageFlow(
            id=attribute(node, "id"),
            name=attribute(node, "name"),
            source=reference(node.get("sourceRef")) or "",
            target=reference(node.get("targetRef")) or "",
            message_id=reference(node.get("messageRef")),
            line=line_of(node),
        )


def _process(node: etree._Element, source: Source, named: Mapping[str, Named]) -> Process:
    process_id = attribute(node, "id")
    lanes = tuple(_lanes(node, source, process_id))
    flows = tuple(_flows(node, source))
    elements: list[Element] = []
    data: list[DataObject] = []
    unread: list[Unread] = []
    incoming: defaultdict[str, list[str]] = defaultdict(list)
    outgoing: defaultdict[str, list[str]] = defaultdict(list)
    for flow in flows:
        outgoing[flow.source].append(flow.id)
        incoming[flow.target].append(flow.id)
    # A node is listed by its lane and by every lane around that one: the innermost counts, and it comes last.
    lane_of = {element_id: lane.id for lane in lanes for element_id in lane.element_ids}

    def walk(scope: etree._Element, inherited: str | None) -> None:
        scope_id = attribute(scope, "id")
        for part in scope:
            kind = local(part)
            if kind in NODES:
                identity = attribute(part, "id")
                host = reference(part.get("attachedToRef"))
                lane_id = lane_of.get(identity) or lane_of.get(host or "") or inherited
                context = Context(
                    source=source,
                    named=named,
                    process_id=process_id,
                    scope_id=scope_id,
                    lane_id=lane_id,
                    incoming=incoming,
                    outgoing=outgoing,
                )
                elements.append(read_node(part, context))
                if kind in SCOPES:
                    walk(part, lane_id)
            elif kind in _DATA:
                data.append(_data_object(part, kind, scope_id, source))
            elif kind and kind != "sequenceFlow" and kind not in _PASSED_OVER:
                unread.append(Unread(id=part.get("id"), kind=kind, scope_id=scope_id, line=line_of(part)))

    walk(node, None)
    return Process(
        id=process_id,
        name=attribute(node, "name"),
        executable=flag(node, "isExecutable"),
        documentation=documentation(node),
        properties=properties(node),
        lanes=lanes,
        elements=tuple(elements),
        flows=flows,
        data_objects=tuple(data),
        associations=tuple(_associations(node)),
        unread=tuple(unread),
        inputs=_declared(node, "dataInput"),
        outputs=_declared(node, "dataOutput"),
        line=line_of(node),
    )


def _declared(node: etree._Element, kind: str) -> frozenset[str]:
    parts = [part for holder in children(node, "ioSpecification") for part in children(holder, kind)]
    return frozenset(name for part in parts for name in (part.get("id"), part.get("name")) if name)


def _data_object(node: etree._Element, kind: str, scope_id: str, source: Source) -> DataObject:
    identity = attribute(node, "id")
    return DataObject(
        id=identity,
        kind=kind,
        name=attribute(node, "name"),
        refers_to=reference(node.get("dataObjectRef") or node.get("dataStoreRef")),
        scope_id=scope_id,
        record_type=record_type(node, source),
        bounds=source.bounds.get(identity),
        line=line_of(node),
    )


def _flows(process: etree._Element, source: Source) -> Iterator[SequenceFlow]:
    for node in process.iter(f"{{{BPMN}}}sequenceFlow"):
        identity = attribute(node, "id")
        condition = child(node, "conditionExpression")
        parent = node.getparent()
        yield SequenceFlow(
            id=identity,
            source=reference(node.get("sourceRef")) or "",
            target=reference(node.get("targetRef")) or "",
            name=attribute(node, "name"),
            condition=None if condition is None else text(condition),
            condition_language="" if condition is None else attribute(condition, "language"),
            formal=condition is None or _is_formal(condition),
            scope_id="" if parent is None else attribute(parent, "id"),
            waypoints=source.waypoints.get(identity, ()),
            id_given=identity in source.given,
            line=line_of(node),
        )


def _is_formal(condition: etree._Element) -> bool:
    return "language" in condition.attrib or "FormalExpression" in attribute(condition, f"{{{INSTANCE}}}type")


def _associations(process: etree._Element) -> Iterator[Association]:
    for node in process.iter(f"{{{BPMN}}}association"):
        yield Association(
            source=reference(node.get("sourceRef")) or "",
            target=reference(node.get("targetRef")) or "",
        )


def _lanes(
    node: etree._Element, source: Source, process_id: str, parent_id: str | None = None, outermost: int = 0
) -> Iterator[Lane]:
    """All lanes, an outer one before those inside it."""
    for number, lane_set in enumerate(children(node, "laneSet", "childLaneSet"), 1):
        for lane in children(lane_set, "lane"):
            identity = attribute(lane, "id")
            name = attribute(lane, "name")
            yield Lane(
                id=identity,
                name=name,
                role=properties(lane).get("role") or slug(name),
                process_id=process_id,
                parent_id=parent_id,
                lane_set=outermost or number,
                element_ids=tuple(filter(None, (reference(text(entry)) for entry in children(lane, "flowNodeRef")))),
                bounds=source.bounds.get(identity),
                line=line_of(lane),
            )
            yield from _lanes(lane, source, process_id, identity, outermost or number)
