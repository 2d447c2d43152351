"""One pass over the XML of a diagram for what only the XML shows: see `bpmn.remarks`."""

import re
from collections.abc import Iterator, Mapping
from typing import Final, TypeVar

from lxml import etree

from bpmn.itemtypes import of_types
from bpmn.references import mistyped
from bpmn.remarks import (
    Association,
    Beside,
    Misdrawn,
    Misidentified,
    Mislisted,
    Misspecified,
    Mistyped,
    Misvalued,
    Remarks,
)
from bpmn.source import (
    BOUNDS,
    DRAWING,
    NODES,
    WAYPOINTS,
    Source,
    child,
    children,
    identified,
    line_of,
    local,
    reference,
    text,
)
from bpmn.specifying import of_data

_START: Final = (
    "A-Z_a-z\u00c0-\u00d6\u00d8-\u00f6\u00f8-\u02ff\u0370-\u037d\u037f-\u1fff\u200c-\u200d\u2070-\u218f"
    "\u2c00-\u2fef\u3001-\ud7ff\uf900-\ufdcf\ufdf0-\ufffd\U00010000-\U000effff"
)
_NAME: Final = re.compile(rf"[{_START}][{_START}\-.0-9\u00b7\u0300-\u036f\u203f-\u2040]*")
"""An id of XML Schema: a name without colon (NCName)."""

_LINES: Final = frozenset(
    {
        *("sequenceFlow", "messageFlow", "association", "conversationLink", "dataAssociation"),
        *("dataInputAssociation", "dataOutputAssociation"),
    }
)
_TRUTH: Final = "true or false"
_NUMBER: Final = "a whole number from 0"
_VALUES: Final[Mapping[str, re.Pattern[str]]] = {
    _TRUTH: re.compile("true|false|1|0"),
    _NUMBER: re.compile(r"\d{1,9}"),
    "Unspecified, Converging, Diverging or Mixed": re.compile("Unspecified|Converging|Diverging|Mixed"),
    "Exclusive or Parallel": re.compile("Exclusive|Parallel"),
    "Parallel or Sequential": re.compile("Parallel|Sequential"),
    "None, One, All or Complex": re.compile("None|One|All|Complex"),
    "None, One or Both": re.compile("None|One|Both"),
    "None, Public or Private": re.compile("None|Public|Private"),
    "Information or Physical": re.compile("Information|Physical"),
    "a media type": re.compile(r"[\w.+-]+/[\w.+-]+(\s*;.*)?"),
    "##WebService, ##unspecified or a URI": re.compile(r"\S*"),
    "##Compensate, ##Image, ##Store or a URI": re.compile(r"\S*"),
    "a URI": re.compile(r"[A-Za-z][A-Za-z0-9+.-]*:\S+|\S*[/#.]\S*"),
}
_ATTRIBUTES: Final[Mapping[str, str]] = {
    **dict.fromkeys(
        (
            *("isExecutable", "isClosed", "triggeredByEvent", "isForCompensation", "instantiate", "cancelActivity"),
            *("isInterrupting", "parallelMultiple", "isSequential", "testBefore", "isCollection", "isImmediate"),
            *("waitForCompletion", "isUnlimited", "cancelRemainingInstances"),
        ),
        _TRUTH,
    ),
    **dict.fromkeys(("startQuantity", "completionQuantity", "minimum", "maximum"), _NUMBER),
    "gatewayDirection": "Unspecified, Converging, Diverging or Mixed",
    "eventGatewayType": "Exclusive or Parallel",
    "ordering": "Parallel or Sequential",
    "behavior": "None, One, All or Complex",
    "associationDirection": "None, One or Both",
    "processType": "None, Public or Private",
    "itemKind": "Information or Physical",
    "textFormat": "a media type",
    "expressionLanguage": "a URI",
    "typeLanguage": "a URI",
    "implementation": "##WebService, ##unspecified or a URI",
    "method": "##Compensate, ##Image, ##Store or a URI",
}
"""What the values of an attribute are, by its name (BPMN 2.0, XML schema)."""

_BESIDE: Final = frozenset(
    {
        *("choreography", "globalChoreographyTask", "globalConversation", "conversation"),
        *("subConversation", "callConversation"),
    }
)
_DATA: Final = frozenset({"dataObject", "dataObjectReference", "dataInput", "dataOutput"})
Noticed = TypeVar("Noticed")


def notice(source: Source, written: tuple[Misspecified, ...] = ()) -> Remarks:
    """Everything of this kind in an opened file; `written` is what was noticed before."""
    found = [remark for element in source.root.iter() for remark in _of(element, source)]

    def all_of(kind: type[Noticed]) -> tuple[Noticed, ...]:
        return tuple(remark for remark in found if isinstance(remark, kind))

    return Remarks(
        mistyped=all_of(Mistyped),
        misvalued=all_of(Misvalued),
        misidentified=all_of(Misidentified),
        mislisted=(*all_of(Mislisted), *_unlisted(source)),
        associations=all_of(Association),
        misdrawn=(*all_of(Misdrawn), *_drawn_twice(source)),
        beside=all_of(Beside),
        misspecified=(*written, *all_of(Misspecified)),
    )


def _of(element: etree._Element, source: Source) -> Iterator[object]:
    kind = local(element)
    if not kind:
        if etree.QName(element).namespace == DRAWING:
            yield from _picture(element, source)
        return
    for name, value in element.attrib.items():
        yield from _attribute(element, str(name), str(value), source)
    if kind in ("incoming", "outgoing"):
        yield from _listed(element, kind, source)
    elif kind == "association":
        ends = [reference(element.get(end)) or "" for end in ("sourceRef", "targetRef")]
        yield Association(id=identified(element), source=ends[0], target=ends[1], line=line_of(element))
    elif kind in _DATA:
        yield from _data(element, kind, source)
    elif kind in _BESIDE:
        yield Beside(id=identified(element), kind=kind, line=line_of(element))
    yield from mistyped(element, kind, source)
    yield from of_data(element, kind, source)
    yield from of_types(element, kind, source)


def _attribute(element: etree._Element, name: str, value: str, source: Source) -> Iterator[object]:
    if name == "id":
        if value and value not in source.given and not _NAME.fullmatch(value):
            yield Misidentified(id=value, kind=local(element), line=line_of(element))
    elif name in _ATTRIBUTES and not _VALUES[_ATTRIBUTES[name]].fullmatch(value.strip()):
        yield Misvalued(
            element_id=identified(element),
            attribute=name,
            value=value,
            wanted=_ATTRIBUTES[name],
            line=line_of(element),
        )


def _listed(element: etree._Element, way: str, source: Source) -> Iterator[Mislisted]:
    holder = element.getparent()
    if holder is None or local(holder) not in NODES:
        return
    named = reference(text(element)) or ""
    flow = source.by_id.get(named)
    end = "targetRef" if way == "incoming" else "sourceRef"
    if flow is None or local(flow) != "sequenceFlow" or reference(flow.get(end)) != holder.get("id"):
        yield Mislisted(element_id=identified(holder), way=way, flow=named, line=line_of(element))


def _data(element: etree._Element, kind: str, source: Source) -> Iterator[Misspecified]:
    def wrong(code: str, part: str) -> Misspecified:
        return Misspecified(element_id=identified(element), code=code, part=part, line=line_of(element))

    if kind == "dataObjectReference" and not element.get("dataObjectRef"):
        yield wrong("of-nothing", "data object")
    item = source.by_id.get(reference(element.get("itemSubjectRef")) or "")
    if item is not None and local(item) == "itemDefinition" and _many(item) is not _many(element):
        yield wrong("collection", "item definition")


def _many(element: etree._Element) -> bool:
    return str(element.get("isCollection") or "").strip() in ("true", "1")


def _unlisted(source: Source) -> Iterator[Mislisted]:
    """Flows that a node does not list, in a file whose nodes list some."""
    listed = {
        (local(part), reference(text(part)), identified(part.getparent()))
        for way in ("incoming", "outgoing")
        for part in source.each(way)
    }
    known = {flow for _, flow, _ in listed}
    for flow in source.each("sequenceFlow") if listed else ():
        for way, end in (("outgoing", "sourceRef"), ("incoming", "targetRef")):
            node = reference(flow.get(end)) or ""
            there = source.by_id.get(node)
            if there is not None and local(there) in NODES and (way, flow.get("id"), node) not in listed:
                halved, line = flow.get("id") in known, line_of(there)
                yield Mislisted(element_id=node, way=way, flow=identified(flow), line=line, missing=True, halved=halved)


def _picture(element: etree._Element, source: Source) -> Iterator[object]:
    kind = etree.QName(element).localname
    named = reference(element.get("bpmnElement")) or ""
    there = source.by_id.get(named)
    if kind not in ("BPMNShape", "BPMNEdge") or there is None:
        return
    if (local(there) in _LINES) is not (kind == "BPMNEdge"):
        yield Misdrawn(element_id=named, code="drawn-as-other", line=line_of(element))
    elif kind == "BPMNEdge" and len(list(children(element, "waypoint", namespace=WAYPOINTS))) < 2:
        yield Misdrawn(element_id=named, code="no-waypoints", line=line_of(element))
    elif kind == "BPMNShape" and (child(element, "Bounds", BOUNDS) is None or named not in source.bounds):
        yield Misdrawn(element_id=named, code="no-bounds", line=line_of(element))


def _drawn_twice(source: Source) -> Iterator[Misdrawn]:
    for plane in source.root.iter(f"{{{DRAWING}}}BPMNPlane"):
        seen: set[str] = set()
        for part in plane:
            named = reference(part.get("bpmnElement")) or ""
            if named in seen and named in source.by_id:
                yield Misdrawn(element_id=named, code="drawn-twice", line=line_of(part))
            seen.add(named)
