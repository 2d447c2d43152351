"""Where data that are passed on change their type on the way (BPMN 2.0 clause 8.4.10)."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from functools import partial
from typing import Final

from lxml import etree

from bpmn.remarks import Misspecified
from bpmn.source import Source, child, children, identified, line_of, local, reference, text

_ANYTHING: Final = frozenset({"", "object", "any", "anytype", "anysimpletype", "undefined", "string[]", "list", "map"})
"""Names of types that say nothing."""
_SAME: Final[Mapping[str, str]] = {
    **dict.fromkeys(("integer", "long", "short", "int", "biginteger"), "int"),
    **dict.fromkeys(("float", "double", "decimal", "number", "bigdecimal"), "decimal"),
    "bool": "boolean",
}
_HELD: Final[Mapping[str, str]] = {"dataObjectReference": "dataObjectRef", "dataStoreReference": "dataStoreRef"}
_CARRYING: Final[Mapping[str, tuple[str, str]]] = {
    "messageEventDefinition": ("messageRef", "itemRef"),
    "errorEventDefinition": ("errorRef", "structureRef"),
    "escalationEventDefinition": ("escalationRef", "structureRef"),
    "signalEventDefinition": ("signalRef", "structureRef"),
}


def of_types(element: etree._Element, kind: str, source: Source) -> Iterator[Misspecified]:
    """Notice where types differ at one element."""
    check = _CHECKS.get(kind)
    if check is not None:
        yield from check(element, source)


def _wrong(at: etree._Element, code: str, part: str, other: str) -> Misspecified:
    return Misspecified(element_id=identified(at), code=code, part=part, other=other, line=line_of(at))


def _differ(at: etree._Element, one: tuple[str, str], other: tuple[str, str]) -> Iterator[Misspecified]:
    """Compare two parts, each with its type; one that is not known fits everything."""
    if one[1] and other[1] and one[1] != other[1]:
        yield _wrong(at, "types-differ", f"{one[0]} ({one[1]})", f"{other[0]} ({other[1]})")


def _type(name: str | None, source: Source) -> str:
    """The type that an item definition of this name is of, or that is named itself; empty where it says nothing."""
    item = source.by_id.get(reference(name) or "")
    if item is None and ":" not in (name or ""):
        return ""
    written = name or "" if item is None else str(item.get("structureRef") or "")
    plain = written.strip().rpartition(":")[2].rpartition(".")[2].lower()
    return "" if plain in _ANYTHING else _SAME.get(plain, plain)


def _type_of(part: etree._Element | None, source: Source) -> tuple[str, str]:
    """What an item-aware element is called, and its type."""
    if part is None:
        return "", ""
    held = source.by_id.get(reference(part.get(_HELD.get(local(part), "id"))) or "")
    named = part.get("itemSubjectRef") or (held.get("itemSubjectRef") if held is not None else None)
    return str(part.get("name") or part.get("id") or local(part)), _type(named, source)


def _message(name: str | None, source: Source) -> tuple[str, str]:
    there = source.by_id.get(reference(name) or "")
    if there is None:
        return "", ""
    return str(there.get("name") or there.get("id")), _type(there.get("itemRef"), source)


def _association(element: etree._Element, source: Source) -> Iterator[Misspecified]:
    if child(element, "transformation") is None and child(element, "assignment") is None:
        ends = [[source.by_id.get(text(part)) for part in children(element, end)] for end in ("sourceRef", "targetRef")]
        if len(ends[0]) > 1:
            yield _wrong(element, "several-sources", local(element), "transformation")
        elif ends[0] and ends[1]:
            yield from _differ(element, _type_of(ends[0][0], source), _type_of(ends[1][0], source))


def _shown(element: etree._Element, source: Source) -> Iterator[Misspecified]:
    held = source.by_id.get(reference(element.get(_HELD[local(element)])) or "")
    if element.get("itemSubjectRef") and held is not None:
        yield from _differ(element, _type_of(element, source), _type_of(held, source))


def _task(element: etree._Element, source: Source) -> Iterator[Misspecified]:
    operation = source.by_id.get(reference(element.get("operationRef")) or "")
    sent = {
        end: _message(text(child(operation, name)), source) if operation is not None else ("", "")
        for end, name in (("dataInput", "inMessageRef"), ("dataOutput", "outMessageRef"))
    }
    if local(element) != "serviceTask":
        own = _message(element.get("messageRef"), source)
        expected = reference(text(child(operation, "inMessageRef"))) if operation is not None else None
        if own[0] and expected and expected != reference(element.get("messageRef")):
            yield _wrong(element, "other-message", own[0], sent["dataInput"][0] or expected)
        sent = {"dataInput" if local(element) == "sendTask" else "dataOutput": own}
    holder = child(element, "ioSpecification")
    for end, message in sent.items():
        data = _data(holder, end, source)
        if data.types and not data.kinds & {"", message[1]}:
            yield from _differ(element, data.types[0], message)


@dataclass(frozen=True)
class _Data:
    types: tuple[tuple[str, str], ...]
    kinds: frozenset[str]


def _data(holder: etree._Element | None, end: str, source: Source) -> _Data:
    types = tuple(_type_of(part, source) for part in children(holder, end)) if holder is not None else ()
    return _Data(types, frozenset(kind for _, kind in types))


def _called(element: etree._Element, source: Source) -> Iterator[Misspecified]:
    there = source.by_id.get(reference(element.get("calledElement")) or "")
    own = child(element, "ioSpecification")
    called = child(there, "ioSpecification") if there is not None else None
    if there is None or (own is None and called is None):
        return
    for end in ("dataInput", "dataOutput"):
        mine = _data(own, end, source)
        theirs = source.once((called, end), partial(_data, called, end, source))
        if len(mine.types) != len(theirs.types):
            yield _wrong(element, "call-data", f"{len(mine.types)} {end}", str(len(theirs.types)))
        elif "" not in theirs.kinds:
            for data in mine.types:
                if data[1] not in theirs.kinds:
                    yield from _differ(element, data, theirs.types[0])


def _repeated(element: etree._Element, source: Source) -> Iterator[Misspecified]:
    for loop, item in (("loopDataInputRef", "inputDataItem"), ("loopDataOutputRef", "outputDataItem")):
        many, one = source.by_id.get(text(child(element, loop))), child(element, item)
        if many is not None and one is not None:
            yield from _differ(element, _type_of(one, source), _type_of(many, source))


def _event(element: etree._Element, source: Source) -> Iterator[Misspecified]:
    data = list(children(element, "dataInput", "dataOutput"))
    definitions = [part for part in children(element) if local(part) in _CARRYING]
    for part, definition in zip(data, definitions, strict=False):
        ref, typed = _CARRYING[local(definition)]
        there = source.by_id.get(reference(definition.get(ref)) or "")
        if there is not None:
            carried = str(there.get("name") or there.get("id")), _type(there.get(typed), source)
            yield from _differ(element, _type_of(part, source), carried)


def _message_event(element: etree._Element, source: Source) -> Iterator[Misspecified]:
    operation = source.by_id.get(reference(text(child(element, "operationRef"))) or "")
    message = reference(element.get("messageRef"))
    if operation is not None and message:
        named = [reference(text(part)) for part in children(operation, "inMessageRef", "outMessageRef")]
        if named and message not in named:
            yield _wrong(element, "other-message", _message(message, source)[0] or message, str(named[0]))


_CHECKS: Final[Mapping[str, Callable[[etree._Element, Source], Iterator[Misspecified]]]] = {
    **dict.fromkeys(("dataInputAssociation", "dataOutputAssociation"), _association),
    **dict.fromkeys(_HELD, _shown),
    **dict.fromkeys(("serviceTask", "sendTask", "receiveTask"), _task),
    "callActivity": _called,
    "multiInstanceLoopCharacteristics": _repeated,
    **dict.fromkeys(("startEvent", "endEvent", "boundaryEvent"), _event),
    **dict.fromkeys(("intermediateCatchEvent", "intermediateThrowEvent"), _event),
    "messageEventDefinition": _message_event,
}
