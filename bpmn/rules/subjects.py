"""What rules look at: the processes that would run, and what is in them."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Final, TypeVar

from bpmn.diagram import Element, Process, SequenceFlow
from bpmn.draft import Draft
from bpmn.rules.finding import Finding

Kind = TypeVar("Kind", bound=Element)

CATCHING: Final = frozenset({"startEvent", "intermediateCatchEvent", "boundaryEvent"})


def processes(draft: Draft) -> tuple[Process, ...]:
    """The executable processes; all where none is, so that an unmarked one is checked too."""
    return draft.diagram.executable or draft.diagram.processes


def elements(draft: Draft, kind: type[Kind]) -> Iterator[Kind]:
    """The flow nodes of a type in those processes."""
    for process in processes(draft):
        for element in process.elements:
            if isinstance(element, kind):
                yield element


def flows(draft: Draft) -> Iterator[SequenceFlow]:
    """The sequence flows in those processes."""
    for process in processes(draft):
        yield from process.flows


def outgoing(draft: Draft, element: Element) -> tuple[SequenceFlow, ...]:
    """The flows that leave an element."""
    return tuple(draft.diagram.flows[flow_id] for flow_id in element.outgoing)


@dataclass(frozen=True)
class Spot:
    """A place in the file that has no element of its own in the typed view."""

    id: str
    line: int


def remarked(draft: Draft, report: Callable[..., Finding], said: Mapping[str, tuple[str, str]]) -> Iterator[Finding]:
    """Report the remarks on the XML whose code is among those with words: what is wrong, and what to do."""
    for one in draft.diagram.remarks.misspecified:
        if one.code in said:
            spot = Spot(one.element_id, one.line)
            yield report(spot, *said[one.code], code=one.code, part=one.part or "(nothing)", other=one.other)
