"""From everywhere in a process a path leads to an end.

A circle that no flow leaves goes on until somebody cancels the case; where nothing in it waits, it would not even stop
for a moment, and is an error. A circle that waits may be meant, as a reminder beside other work that ends the case.
"""

from collections.abc import Iterator, Set
from typing import Final

from bpmn.diagram import Element, Event, Process
from bpmn.draft import Draft
from bpmn.rules.finding import Finding, Rule
from bpmn.rules.subjects import processes
from bpmn.vocabulary import Vocabulary

RULE = Rule(__name__, clause="10.5.3")


_PASSES: Final = frozenset(
    {
        *("task", "scriptTask", "businessRuleTask", "intermediateThrowEvent"),
        *("exclusiveGateway", "inclusiveGateway", "parallelGateway"),
    }
)
"""What is passed at once; everything else may wait for something."""


def check(draft: Draft, vocabulary: Vocabulary) -> Iterator[Finding]:
    """Find where this does not hold."""
    for process in processes(draft):
        follows = _follows(process)
        ending = _ending(process, follows)
        known = {part.id: part for part in process.elements}
        told: set[str] = set()
        for element in process.elements:
            if element.id in ending or element.id in told:
                continue
            reached = _ahead([element.id], follows, but=told)
            if not any(target in told for one in reached for target in follows.get(one, ())):
                begin = known[_on_circle(element.id, follows)]
                circle = _ahead([begin.id], follows)
                yield _circle(begin, [known[one] for one in circle if one in known])
            told |= reached


def _circle(element: Element, circle: list[Element]) -> Finding:
    if all(part.kind in _PASSES for part in circle):
        return RULE.error(
            element,
            "The circle of {element} is never left, and nothing in it waits: it would run for ever.",
            "Draw a gateway into it from which a flow leads to an end event.",
            code="endless-circle",
        )
    return RULE.warning(
        element,
        "From {element} no path leads to an end: its case stays open until something else ends it.",
        "Draw a gateway with a flow that leads to an end event, unless this is meant.",
    )


def _follows(process: Process) -> dict[str, list[str]]:
    follows: dict[str, list[str]] = {}
    for source, target in (*((flow.source, flow.target) for flow in process.flows), *process.jumps.items()):
        follows.setdefault(source, []).append(target)
    for part in process.elements:
        if isinstance(part, Event) and part.attached_to:
            follows.setdefault(part.attached_to, []).append(part.id)
    return follows


def _ending(process: Process, follows: dict[str, list[str]]) -> set[str]:
    """What leads to a node without a way on: an end event, or a dead end that another rule tells of."""
    before: dict[str, list[str]] = {}
    for source, targets in follows.items():
        for target in targets:
            before.setdefault(target, []).append(source)
    known = {part.id for part in process.elements}
    lost = [target for target in before if target not in known]
    return _ahead([*lost, *(part.id for part in process.elements if not follows.get(part.id))], before)


def _ahead(begin: list[str], follows: dict[str, list[str]], *, but: Set[str] = frozenset()) -> set[str]:
    found: set[str] = set()
    ahead = list(begin)
    while ahead:
        current = ahead.pop()
        if current not in found and current not in but:
            found.add(current)
            ahead += follows.get(current, [])
    return found


def _on_circle(begin: str, follows: dict[str, list[str]]) -> str:
    """A node on a circle that is reached from one that leads to no end."""
    seen: set[str] = set()
    current = begin
    while current not in seen:
        seen.add(current)
        current = follows[current][0]
    return current
