"""Where data specifications, participants, services and expressions of a diagram are not specified whole."""

from collections.abc import Callable, Iterator, Mapping
from functools import partial
from typing import Final

from lxml import etree

from bpmn.remarks import Misspecified
from bpmn.source import NODES, Source, child, children, flag, identified, line_of, local, reference, text

_SETS: Final[Mapping[str, str]] = {"dataInput": "inputSet", "dataOutput": "outputSet"}
_LISTED: Final[Mapping[str, tuple[str, ...]]] = {
    "inputSet": ("dataInputRefs", "optionalInputRefs", "whileExecutingInputRefs"),
    "outputSet": ("dataOutputRefs", "optionalOutputRefs", "whileExecutingOutputRefs"),
}
_BACK: Final[Mapping[str, tuple[str, str]]] = {
    "inputSet": ("outputSetRefs", "inputSetRefs"),
    "outputSet": ("inputSetRefs", "outputSetRefs"),
}
_ONE_SET: Final[Mapping[str, tuple[str, ...]]] = {
    "serviceTask": ("inputSet", "outputSet"),
    "sendTask": ("inputSet", "dataInput"),
    "receiveTask": ("outputSet", "dataOutput"),
}
"""Of what a task that names an operation or message has one."""
_OBJECTS: Final = frozenset({"dataObject", "dataObjectReference", "dataStoreReference", "property"})
_NOT_GLOBAL: Final = (
    *("conversation", "subConversation", "callConversation", "conversationAssociation", "participantAssociation"),
    *("messageFlowAssociation", "association", "group", "textAnnotation"),
)
"""What a global conversation does not hold (BPMN 2.0 clause 9.8)."""
_SCOPES: Final = frozenset({"subProcess", "transaction", "adHocSubProcess"})
_EXPRESSIONS: Final = frozenset(
    {
        *("completionCondition", "activationCondition", "loopCondition", "loopCardinality", "messagePath", "dataPath"),
        *("transformation", "formalExpression", "condition"),
    }
)


def of_data(element: etree._Element, kind: str, source: Source) -> Iterator[Misspecified]:
    """Notice what is not whole at one element."""
    check = _CHECKS.get(kind)
    if check is not None:
        yield from check(element, source)


def _wrong(at: etree._Element, code: str, part: str, other: str = "") -> Misspecified:
    return Misspecified(element_id=identified(at), code=code, part=part, other=other, line=line_of(at))


def _around(element: etree._Element) -> etree._Element:
    holder = element.getparent()
    return element if holder is None else holder


def _named(part: etree._Element) -> str:
    return f"{local(part)} {part.get('name') or part.get('id') or ''}".strip()


def _specification(element: etree._Element, source: Source) -> Iterator[Misspecified]:
    del source
    holder = _around(element)
    for data, sets in _SETS.items():
        listed = {reference(text(part)) for one in children(element, sets) for part in children(one)}
        if child(element, sets) is None:
            yield _wrong(holder, "no-set", sets)
            continue
        for one in children(element, data):
            if one.get("id") and one.get("id") not in listed:
                yield _wrong(holder, "in-no-set", _named(one))
    if local(holder) in _SCOPES and child(holder, "multiInstanceLoopCharacteristics") is None:
        for part in children(element, *_SETS):
            yield _wrong(holder, "in-sub-process", _named(part))


def _set(element: etree._Element, source: Source) -> Iterator[Misspecified]:
    kind = local(element)
    first, *others = _LISTED[kind]
    listed = {text(part) for part in children(element, first)}
    for part in children(element, *others):
        if text(part) not in listed:
            yield _wrong(element, "apart", text(part), local(part))
    there, back = _BACK[kind]
    for named in dict.fromkeys(text(part) for part in children(element, there)):
        other = source.by_id.get(reference(named) or "")
        if other is None or element.get("id") not in source.once((other, back), partial(_texts, other, back)):
            yield _wrong(element, "one-way", element.get("id") or kind, named)


def _texts(element: etree._Element, name: str) -> frozenset[str | None]:
    return frozenset(reference(text(part)) for part in children(element, name))


def _message_task(element: etree._Element, source: Source) -> Iterator[Misspecified]:
    holder = child(element, "ioSpecification")
    if holder is not None and (element.get("messageRef") or element.get("operationRef")):
        for part in _ONE_SET[local(element)]:
            if len(list(children(holder, part))) > 1:
                yield _wrong(element, "several", part)
    operation = source.by_id.get(reference(element.get("operationRef")) or "")
    if local(element) == "serviceTask" and operation is not None:
        for data, message in (("dataInput", "inMessageRef"), ("dataOutput", "outMessageRef")):
            if child(operation, message) is not None and (holder is None or child(holder, data) is None):
                yield _wrong(element, "no-data-of-operation", data, str(operation.get("name") or operation.get("id")))


def _event(element: etree._Element, source: Source) -> Iterator[Misspecified]:
    del source
    data = list(children(element, "dataInput", "dataOutput"))
    definitions = [part for part in children(element) if local(part).endswith(("EventDefinition", "DefinitionRef"))]
    if data and len(data) != len(definitions):
        yield _wrong(element, "data-of-definitions", local(data[0]), str(len(definitions)))
    if any(local(part) == "compensateEventDefinition" for part in definitions):
        for name in ("cancelActivity", "isInterrupting"):
            if not flag(element, name, default=True):
                yield _wrong(element, "compensation-mark", name)


def _multiplicity(element: etree._Element, source: Source) -> Iterator[Misspecified]:
    del source
    least, most = (str(element.get(name) or default).strip() for name, default in (("minimum", "0"), ("maximum", "1")))
    numbers = [int(text) for text in (least, most) if text.isascii() and text.isdecimal() and len(text) < 10]
    if len(numbers) == 2 and not max(1, numbers[0]) <= numbers[1]:
        yield _wrong(element, "participant-number", least, most)


def _service(element: etree._Element, source: Source) -> Iterator[Misspecified]:
    del source
    kind = local(element)
    wanted = "operation" if kind == "interface" else "inMessageRef"
    if child(element, wanted) is None:
        yield _wrong(element, "without-part", kind, wanted)


def _repeated(element: etree._Element, source: Source) -> Iterator[Misspecified]:
    if child(element, "complexBehaviorDefinition") is not None and element.get("behavior", "All") != "Complex":
        yield _wrong(element, "behavior-unused", "complexBehaviorDefinition", str(element.get("behavior") or "All"))
    holder = child(_around(element), "ioSpecification")
    own = {part.get("id") for part in children(holder, *_SETS)} if holder is not None else set()
    for part in children(element, "loopDataInputRef", "loopDataOutputRef"):
        there = source.by_id.get(text(part))
        # Tools also write the name of a variable; who specifies data of an activity names one of them. A sub-process
        # goes over a data object it sees, a task over an input or output of its own (clause 10.3.8).
        wrong = _SETS.keys() if local(_around(element)) in _SCOPES else _SETS.keys() | _OBJECTS
        if text(part) not in own and (bool(own) if there is None else local(there) in wrong):
            yield _wrong(element, "loop-data-elsewhere", text(part), local(part))


def _link(element: etree._Element, source: Source) -> Iterator[Misspecified]:
    for part in children(element, "source", "target"):
        there = source.by_id.get(reference(text(part)) or "")
        name = there.get("name") if there is not None and local(there) == "linkEventDefinition" else None
        if name != element.get("name"):
            yield _wrong(element, "link-elsewhere", local(part), text(part))
    if (
        element.get("id") in source.once("links", partial(_linked, source))
        and child(element, _linking(element)) is None
    ):
        yield _wrong(element, "link-one-way", _linking(element))


def _linking(link: etree._Element) -> str:
    return "source" if local(_around(link)) == "intermediateCatchEvent" else "target"


def _linked(source: Source) -> frozenset[str | None]:
    """The ids of the links that another link names as its other end."""
    links = source.each("linkEventDefinition")
    return frozenset(reference(text(part)) for link in links for part in children(link, "source", "target"))


def _definition(element: etree._Element, source: Source) -> Iterator[Misspecified]:
    there = source.by_id.get(reference(text(element)) or "")
    if there is not None and local(_around(there)).endswith("Event"):
        yield _wrong(element, "definition-of-another", str(there.get("id")), identified(_around(there)))


def _expression(element: etree._Element, source: Source) -> Iterator[Misspecified]:
    del source
    kind = local(element)
    if kind == "condition" and local(_around(element)) != "complexBehaviorDefinition":
        return  # told by the rule about conditional events
    if not text(element) and not len(element):
        yield _wrong(element, "empty-expression", kind)


def _import(element: etree._Element, source: Source) -> Iterator[Misspecified]:
    del source
    yield _wrong(element, "import", str(element.get("location") or ""), str(element.get("namespace") or ""))


def _callable(element: etree._Element, source: Source) -> Iterator[Misspecified]:
    del source
    if str(element.get("processType") or "").strip() == "Public" and flag(element, "isExecutable"):
        yield _wrong(element, "public-process", "processType")
    if child(element, "supportedInterfaceRef") is not None and child(element, "ioBinding") is None:
        yield _wrong(element, "unbound-interface", "ioBinding")


def _role(element: etree._Element, source: Source) -> Iterator[Misspecified]:
    named = child(element, "resourceRef")
    if named is not None and child(element, "resourceAssignmentExpression") is not None:
        yield _wrong(element, "named-and-computed", local(element))
    resource = source.by_id.get(reference(text(named)) or "")
    own = () if resource is None else [part.get("id") for part in children(resource, "resourceParameter")]
    for part in children(element, "resourceParameterBinding"):
        given = reference(part.get("parameterRef")) or ""
        if named is None or (resource is not None and given in source.by_id and given not in own):
            yield _wrong(element, "parameter-elsewhere", given, text(named) or "(nothing)")


def _exchange(element: etree._Element, source: Source) -> Iterator[Misspecified]:
    """What the standard forbids in collaborations, choreographies and conversations beyond their shape."""
    kind = local(element)
    for part in children(element, "choreographyRef"):
        there = source.by_id.get(reference(text(part)) or "")
        if kind != "collaboration":
            yield _wrong(element, "choreography-within", kind, text(part))
        elif there is not None and flag(there, "isClosed") is not flag(element, "isClosed"):
            yield _wrong(element, "less-closed", "isClosed", text(part))
    if kind == "globalConversation":
        for part in children(element, *_NOT_GLOBAL):
            yield _wrong(element, "conversation-within", _named(part))


def _shown(element: etree._Element, source: Source) -> Iterator[Misspecified]:
    """A data object in a state is called as the object with the state in brackets, or as the object (10.4.1)."""
    there = source.by_id.get(reference(element.get("dataObjectRef")) or "")
    state = child(element, "dataState")
    names = [part.get("name") for part in (element, there, state) if part is not None]
    if len(names) == 3 and all(names):
        called, whole, bare = (" ".join(str(name).split()) for name in names)
        if called.replace(" ", "") not in (whole.replace(" ", ""), f"{whole}[{bare.strip('[]')}]".replace(" ", "")):
            yield _wrong(element, "named-otherwise", called, f"{whole} [{bare.strip('[]')}]")


def _flow(element: etree._Element, source: Source) -> Iterator[Misspecified]:
    del source
    if str(element.get("isImmediate") or "").strip() in ("false", "0"):
        yield _wrong(element, "not-immediate", "isImmediate")


_CHECKS: Final[Mapping[str, Callable[[etree._Element, Source], Iterator[Misspecified]]]] = {
    "ioSpecification": _specification,
    **dict.fromkeys(_LISTED, _set),
    **dict.fromkeys(_ONE_SET, _message_task),
    **dict.fromkeys((kind for kind in NODES if kind.endswith("Event")), _event),
    **dict.fromkeys(_EXPRESSIONS, _expression),
    "participantMultiplicity": _multiplicity,
    "interface": _service,
    "operation": _service,
    "multiInstanceLoopCharacteristics": _repeated,
    "import": _import,
    "process": _callable,
    "linkEventDefinition": _link,
    "eventDefinitionRef": _definition,
    "sequenceFlow": _flow,
    **dict.fromkeys(("resourceRole", "performer", "humanPerformer", "potentialOwner"), _role),
    **dict.fromkeys(("collaboration", "choreography", "globalChoreographyTask", "globalConversation"), _exchange),
    "dataObjectReference": _shown,
}
