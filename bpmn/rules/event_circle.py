"""Event sub-processes do not begin one another, or themselves, for ever.

One that does not interrupt goes on waiting while it runs. Where whatever it does throws, before it waits for anything,
what begins another one beside it, and that one in turn what begins the first, the case would never come to rest.
"""

from collections.abc import Iterator
from typing import Final

from bpmn.diagram import Event, EventDefinition, Process, ReferenceDefinition, SubProcess
from bpmn.draft import Draft
from bpmn.rules.finding import Finding, Rule
from bpmn.rules.subjects import processes
from bpmn.vocabulary import Vocabulary

RULE = Rule(__name__, clause="10.3.5")

_AT_ONCE: Final = frozenset(
    {
        *("startEvent", "task", "scriptTask", "businessRuleTask", "intermediateThrowEvent"),
        *("exclusiveGateway", "inclusiveGateway", "parallelGateway"),
    }
)
"""What is passed without a wait."""

_Begins = dict[str, tuple[Event, Event]]
"""What throws inside an event sub-process, and the start event of another that it begins; by their own start event."""


def check(draft: Draft, vocabulary: Vocabulary) -> Iterator[Finding]:
    """Find where this does not hold."""
    for process in processes(draft):
        begins = _begins(process)
        told: set[str] = set()
        for start in process.elements:
            circle = _circle(start.id, begins)
            if isinstance(start, Event) and circle and not told.intersection(circle):
                told.update(circle)
                thrown, other = begins[start.id]
                yield RULE.error(
                    start,
                    "{element} begins an event sub-process in which {thrown} always begins {other}, and so on: nothing "
                    "in it waits, so it would run for ever.",
                    "Put a gateway before {thrown} that ends this, or a timer or task that waits.",
                    thrown=thrown.title,
                    other="it again" if other.id == start.id else other.title,
                )


def _begins(process: Process) -> _Begins:
    begins: _Begins = {}
    listening: list[tuple[SubProcess, Event]] = []
    for part in process.elements:
        if isinstance(part, SubProcess) and part.triggered_by_event:
            starts = [each for each in process.within(part.id) if isinstance(each, Event) and each.kind == "startEvent"]
            if len(starts) == 1 and not starts[0].interrupting:
                listening.append((part, starts[0]))
    for part, start in listening:
        for thrown in process.within(part.id):
            if isinstance(thrown, Event) and not thrown.catches and _always(process, start, thrown):
                beside = (each for around, each in listening if around.scope_id == part.scope_id)
                found = next((each for each in beside if _brings(thrown, each, itself=each is start)), None)
                if found is not None:
                    begins.setdefault(start.id, (thrown, found))
    return begins


def _brings(thrown: Event, start: Event, *, itself: bool) -> bool:
    """Whether what is thrown begins the event sub-process of that start event; none catches its own escalation."""
    if start.several and start.parallel_multiple:
        return False
    # A message with a key may be meant for another case.
    keyed = bool(thrown.properties.get("correlate") or start.properties.get("correlate"))
    pairs = ((what, awaited) for what in thrown.definitions for awaited in start.definitions)
    return any(_is_meant(what, awaited, itself=itself, keyed=keyed) for what, awaited in pairs)


def _is_meant(what: EventDefinition, awaited: EventDefinition, *, itself: bool, keyed: bool) -> bool:
    if not isinstance(what, ReferenceDefinition) or not isinstance(awaited, ReferenceDefinition):
        return False
    if what.kind != awaited.kind:
        return False
    if what.kind == "escalation":
        return not itself and what.code is not None and what.code == awaited.code
    return (what.kind == "signal" or not keyed) and what.name is not None and what.name == awaited.name


def _always(process: Process, start: Event, thrown: Event) -> bool:
    """Whether every way from the start comes to what throws before it waits or ends."""
    follows: dict[str, list[str]] = {}
    for source, target in (*((flow.source, flow.target) for flow in process.flows), *process.jumps.items()):
        follows.setdefault(source, []).append(target)
    known = {part.id: part for part in process.elements}
    seen, ahead, found = {thrown.id}, [start.id], False
    while ahead:
        current = ahead.pop()
        found = found or current == thrown.id
        if current in seen:
            continue
        seen.add(current)
        part = known.get(current)
        if part is None or part.kind not in _AT_ONCE or not follows.get(current):
            return False
        ahead += follows[current]
    return found


def _circle(start: str, begins: _Begins) -> list[str]:
    """The start events that begin one another, where this is one of them; nothing where it is none."""
    circle: list[str] = []
    current = start
    while current in begins and current not in circle:
        circle.append(current)
        current = begins[current][1].id
    return circle if current == start else []
