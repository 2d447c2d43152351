"""What rules look at: the processes that would run, and what is in them."""

from collections.abc import Iterator
from typing import Final, TypeVar

from bpmn.diagram import Element, Process, SequenceFlow
from bpmn.draft import Draft

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
