"""What refers to what in a diagram: every reference of the standard, and the kinds of elements it may name."""

from collections.abc import Iterator, Mapping
from typing import Final

from lxml import etree

from bpmn.diagram import Dangling
from bpmn.remarks import Misspecified, Mistyped
from bpmn.schema_parts import COLLABORATIONS, CONVERSATIONS, DEFINITIONS, GLOBAL_TASKS
from bpmn.source import DRAWING, NODES, Source, elsewhere, identified, line_of, local, reference, text

_NODES: Final = tuple(sorted(NODES))
_ACTIVITIES: Final = tuple(kind for kind in _NODES if not kind.endswith(("Gateway", "Event")))
_ANYTHING: Final[tuple[str, ...]] = ()
"""Of what kind it must be is told by a rule of its own, or left open by the standard."""
_DATA: Final = (
    *("dataObject", "dataObjectReference", "dataStoreReference", "dataStore", "property", "dataInput", "dataOutput"),
    *("inputDataItem", "outputDataItem", "itemDefinition"),
)
_ITEM: Final = ("itemDefinition",)

_BY_ATTRIBUTE: Final[Mapping[str, tuple[str, ...]]] = {
    **dict.fromkeys(("sourceRef", "targetRef", "partitionElementRef"), _ANYTHING),
    "messageRef": ("message",),
    "errorRef": ("error",),
    "escalationRef": ("escalation",),
    "signalRef": ("signal",),
    "operationRef": ("operation",),
    "processRef": ("process",),
    "attachedToRef": _ACTIVITIES,
    "default": ("sequenceFlow",),
    "dataObjectRef": ("dataObject",),
    "dataStoreRef": ("dataStore",),
    "activityRef": _ACTIVITIES,
    "calledElement": ("process", *GLOBAL_TASKS),
    **dict.fromkeys(("itemSubjectRef", "itemRef", "evaluatesToTypeRef"), _ITEM),
    "parameterRef": ("resourceParameter",),
    **dict.fromkeys(("oneBehaviorEventRef", "noneBehaviorEventRef"), DEFINITIONS),
    **dict.fromkeys(("definitionalCollaborationRef", "calledCollaborationRef"), COLLABORATIONS),
    "calledChoreographyRef": ("choreography", "globalChoreographyTask"),
    "initiatingParticipantRef": ("participant",),
    "categoryValueRef": ("categoryValue",),
    "correlationKeyRef": ("correlationKey",),
    "correlationPropertyRef": ("correlationProperty",),
    **dict.fromkeys(("innerConversationNodeRef", "outerConversationNodeRef"), CONVERSATIONS),
    **dict.fromkeys(("innerMessageFlowRef", "outerMessageFlowRef"), ("messageFlow",)),
    "inputDataRef": ("inputSet", "dataInput"),
    "outputDataRef": ("outputSet", "dataOutput"),
}
_BY_TEXT: Final[Mapping[str, tuple[str, ...]]] = {
    **dict.fromkeys(("sourceRef", "targetRef"), _DATA),
    "flowNodeRef": _NODES,
    "inMessageRef": ("message",),
    "outMessageRef": ("message",),
    "operationRef": ("operation",),
    "errorRef": ("error",),
    "eventDefinitionRef": DEFINITIONS,
    **dict.fromkeys(("dataInputRefs", "optionalInputRefs", "whileExecutingInputRefs"), ("dataInput",)),
    **dict.fromkeys(("dataOutputRefs", "optionalOutputRefs", "whileExecutingOutputRefs"), ("dataOutput",)),
    "inputSetRefs": ("inputSet",),
    "outputSetRefs": ("outputSet",),
    "resourceRef": ("resource",),
    **dict.fromkeys(("interfaceRef", "supportedInterfaceRef"), ("interface",)),
    "endPointRef": ("endPoint",),
    **dict.fromkeys(("participantRef", "innerParticipantRef", "outerParticipantRef"), ("participant",)),
    "messageFlowRef": ("messageFlow",),
    "correlationPropertyRef": ("correlationProperty",),
    "choreographyRef": ("choreography", "globalChoreographyTask"),
    "categoryValueRef": ("categoryValue",),
    "supports": ("process",),
}
"""What elements that are nothing but a reference may name."""
_TYPED_AT: Final[Mapping[str, frozenset[str]]] = {
    "structureRef": frozenset({"error", "escalation", "signal"}),
    "type": frozenset({"correlationProperty"}),
}
"""What names an item definition at these elements; tools also write the names of types there."""
_ELSEWHERE: Final = frozenset({"calledElement"})
"""What may name something that is in no file: the process of a release."""
_QUALIFIED: Final = frozenset({"messageRef", "signalRef", "errorRef", "escalationRef", "operationRef", "calledElement"})
"""What may name something of another file, by a qualified name whose namespace is imported."""
_DRAWN: Final = ("BPMNShape", "BPMNEdge", "BPMNPlane")


def dangling(source: Source) -> Iterator[Dangling]:
    """Every reference to an id that the file does not hold."""
    for element in source.root.iter():
        kind = local(element)
        if kind in _BY_TEXT:
            yield from _missing(element.getparent(), kind, text(element), element, source)
        elif kind:
            for name, value in element.attrib.items():
                if name in _BY_ATTRIBUTE and name not in _ELSEWHERE:
                    yield from _missing(element, str(name), str(value), element, source)
    for drawn in _DRAWN:
        for element in source.root.iter(f"{{{DRAWING}}}{drawn}"):
            yield from _missing(element, "bpmnElement", element.get("bpmnElement"), element, source)


def _missing(
    holder: etree._Element | None, where: str, value: str | None, at: etree._Element, source: Source
) -> Iterator[Dangling]:
    target = reference(value)
    if target and target not in source.by_id and not elsewhere(at, value or ""):
        yield Dangling(element_id=identified(holder), where=where, target=str(target), line=line_of(at))


def mistyped(element: etree._Element, kind: str, source: Source) -> Iterator[Mistyped | Misspecified]:
    """Notice references of one element to something of the wrong kind, or of a file that is not imported."""
    if kind in _BY_TEXT:
        yield from _typed(element, kind, text(element), _BY_TEXT[kind], source)
        return
    for attribute, written in element.attrib.items():
        name, value = str(attribute), str(written)
        if ":" in value and name in _QUALIFIED and reference(value) not in source.by_id:
            yield from _foreign(element, value, source)
        if name in _BY_ATTRIBUTE:
            yield from _typed(element, name, value, _BY_ATTRIBUTE[name], source)
        elif name in _TYPED_AT and kind in _TYPED_AT[name]:
            yield from _typed(element, name, value, _ITEM, source)


def _foreign(element: etree._Element, value: str, source: Source) -> Iterator[Misspecified]:
    uri = elsewhere(element, value)
    if uri and uri not in source.imported:
        identity, line = identified(element), line_of(element)
        yield Misspecified(element_id=identity, code="not-imported", part=value, other=uri, line=line)


def _typed(
    element: etree._Element, where: str, value: str, wanted: tuple[str, ...], source: Source
) -> Iterator[Mistyped]:
    target = reference(value)
    there = source.by_id.get(target) if target else None
    if wanted and there is not None and target is not None and local(there) not in wanted:
        yield Mistyped(
            element_id=identified(element),
            where=where,
            target=target,
            found=etree.QName(there).localname,
            wanted=_called(wanted),
            line=line_of(element),
        )


def _called(wanted: tuple[str, ...]) -> str:
    if wanted is _DATA:
        return "data"
    return wanted[0] if len(wanted) < len(_ACTIVITIES) else "activity" if wanted is _ACTIVITIES else "node"
