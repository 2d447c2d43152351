"""Which element of one version of a process is which of another: by itself, or because its owner says so.

An element maps by itself where the other version has one of the same id, of the same kind, in the same scope. Nothing
is guessed from names or from how the drawings look alike; whatever else maps, the owner has said.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from bpmn.diagram import Activity, Element, Event, Process, SequenceFlow, SubProcess

_WORDS: Final[Mapping[str, str]] = {
    "userTask": "user task",
    "manualTask": "manual task",
    "serviceTask": "service task",
    "sendTask": "send task",
    "receiveTask": "receive task",
    "scriptTask": "script task",
    "businessRuleTask": "business rule task",
    "callActivity": "call",
    "subProcess": "sub-process",
    "exclusiveGateway": "exclusive gateway",
    "parallelGateway": "parallel gateway",
    "inclusiveGateway": "inclusive gateway",
    "eventBasedGateway": "event gateway",
    "startEvent": "start event",
    "endEvent": "end event",
    "intermediateCatchEvent": "waiting event",
    "intermediateThrowEvent": "throwing event",
    "boundaryEvent": "boundary event",
}
_LOOPS: Final[Mapping[str, str]] = {"standard": "loop", "parallel": "side by side", "sequential": "one by one"}


@dataclass(frozen=True, kw_only=True)
class Alignment:
    """What each element and flow of the old version is in the new one.

    `reasons` says of each element that maps to nothing why; `problems` of each line of the owner's mapping that cannot
    be followed what is wrong with it. Both by the old id.
    """

    elements: Mapping[str, str]
    flows: Mapping[str, str]
    reasons: Mapping[str, str]
    problems: Mapping[str, str]


def kind_of(element: Element) -> str:
    """The kind of an element in words, with what it waits for and how it repeats: what must agree for it to map."""
    words = _WORDS.get(element.kind, element.kind)
    if isinstance(element, Event) and element.definitions:
        together = " and " if element.parallel_multiple else " or "
        words = f"{words} ({together.join(each.kind for each in element.definitions)})"
    if isinstance(element, SubProcess) and element.triggered_by_event:
        words = f"event {words}"
    if isinstance(element, Activity) and element.loop is not None:
        words = f"{words} ({_LOOPS[element.loop.kind]})"
    return words


def align(old: Process, new: Process, mapping: Mapping[str, str] | None = None) -> Alignment:
    """Align two versions; `mapping` is what the owner says beside what maps by itself: old ids to new ones."""
    said = dict(mapping or {})
    there = {element.id: element for element in new.elements}
    elements: dict[str, str] = {}
    reasons: dict[str, str] = {}
    around = {old.id: new.id}
    for element in _outermost_first(old):
        wanted = said.get(element.id, element.id)
        why = _why_not(element, there.get(wanted), around.get(element.scope_id), elements)
        if why:
            reasons[element.id] = why
            continue
        elements[element.id] = wanted
        if isinstance(element, SubProcess):
            around[element.id] = wanted
    flows = _flows(old, new, said, elements)
    known = {element.id for element in old.elements} | {flow.id for flow in old.flows}
    problems = {each: why for each, why in reasons.items() if each in said}
    problems |= {each: "The earlier version has no such element." for each in said.keys() - known}
    problems |= {
        flow.id: "The flow does not lead to what the earlier one leads to."
        for flow in old.flows
        if flow.id in said and flow.id not in flows
    }
    return Alignment(elements=elements, flows=flows, reasons=reasons, problems=problems)


def candidates(element: Element, old: Process, new: Process, alignment: Alignment) -> tuple[Element, ...]:
    """The elements of the new version that an owner may say this one is."""
    around = {old.id: new.id, **alignment.elements}.get(element.scope_id)
    return tuple(each for each in new.elements if not _why_not(element, each, around, alignment.elements))


def flow_candidates(flow: SequenceFlow, new: Process, alignment: Alignment) -> tuple[SequenceFlow, ...]:
    """The flows of the new version that an owner may say this one is: those that lead to the same element."""
    target = alignment.elements.get(flow.target)
    return tuple(each for each in new.flows if each.target == target)


def _outermost_first(process: Process) -> list[Element]:
    """Every element after the scope that holds it and the activity it is attached to."""
    found: list[Element] = []
    ahead = [process.id]
    while ahead:
        inside = process.within(ahead.pop(0))
        found += sorted(inside, key=lambda each: isinstance(each, Event) and each.attached_to is not None)
        ahead += [element.id for element in inside if isinstance(element, SubProcess)]
    return found


def _why_not(old: Element, new: Element | None, around: str | None, elements: Mapping[str, str]) -> str:
    if new is None:
        return "It is not in the new version."
    if kind_of(old) != kind_of(new):
        return f"In the new version it is of another kind: {kind_of(new)} instead of {kind_of(old)}."
    if around is None or new.scope_id != around:
        return "In the new version it lies in another sub-process."
    attached = (old.attached_to, new.attached_to) if isinstance(old, Event) and isinstance(new, Event) else None
    if attached is not None and attached[0] is not None and elements.get(attached[0]) != attached[1]:
        return "In the new version it stands at another activity."
    return ""


def _flows(old: Process, new: Process, said: Mapping[str, str], elements: Mapping[str, str]) -> dict[str, str]:
    ends = {flow.id: flow.target for flow in new.flows}
    found = {}
    for flow in old.flows:
        wanted = said.get(flow.id, flow.id)
        if wanted in ends and elements.get(flow.target) == ends[wanted]:
            found[flow.id] = wanted
    return found
