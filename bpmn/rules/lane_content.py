"""Every activity of a process lies in one lane, and lanes hold only what is in their process.

Who works on a task is said by its lane. Two lanes beside each other that both hold it would leave that open; lanes
within lanes may.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator

from bpmn.diagram import Activity, Element, Lane, Process
from bpmn.draft import Draft
from bpmn.rules.finding import Finding, Rule
from bpmn.rules.subjects import processes
from bpmn.vocabulary import Vocabulary

RULE = Rule(__name__, clause="10.8")


def check(draft: Draft, vocabulary: Vocabulary) -> Iterator[Finding]:
    """Find where this does not hold."""
    for process in processes(draft):
        own = {element.id: element for element in process.elements}
        holding: defaultdict[str, list[Lane]] = defaultdict(list)
        for lane in process.lanes:
            for element_id in dict.fromkeys(lane.element_ids):
                holding[element_id].append(lane)
                other = draft.diagram.find(element_id)
                if other is not None and element_id not in own:
                    yield RULE.error(
                        lane,
                        "The lane {element} holds {other}, which is in another process.",
                        "Take it out of the lane, or move it into the pool of the lane.",
                        code="lane-of-another",
                        other=other.title,
                    )
        around = {lane.id: lane.parent_id for lane in process.lanes}
        for element_id, lanes in holding.items():
            if element_id in own:
                yield from _twice(own[element_id], lanes, around)
        yield from _outside(process, holding.keys())


def _twice(element: Element, lanes: list[Lane], around: dict[str, str | None]) -> Iterator[Finding]:
    """Of the lanes of one set that hold an element, each must lie within the one before: outer ones come first."""
    innermost: dict[int, Lane] = {}
    for lane in lanes:
        last = innermost.get(lane.lane_set)
        if last is not None and last.id not in _ancestors(lane, around):
            yield RULE.error(
                element,
                "{element} lies in the lanes {first} and {second} at once.",
                "Take it out of one of the two.",
                first=last.name or last.id,
                second=lane.name or lane.id,
            )
            return
        innermost[lane.lane_set] = lane


def _ancestors(lane: Lane, around: dict[str, str | None]) -> set[str]:
    found: set[str] = set()
    parent = lane.parent_id
    while parent is not None and parent not in found:
        found.add(parent)
        parent = around.get(parent)
    return found


def _outside(process: Process, held: Iterable[str]) -> Iterator[Finding]:
    inside = set(held)
    for element in process.within(process.id) if inside else ():
        if isinstance(element, Activity) and element.id not in inside:
            yield RULE.warning(
                element,
                "{element} lies in no lane, although its process is divided into lanes.",
                "Move it into a lane.",
                code="in-no-lane",
            )
