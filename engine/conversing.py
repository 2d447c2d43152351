"""Pools that talk: where message flows lead a message, and with which case a case talks (BPMN 2.0 clause 9.3).

A message that a message flow leads to a process which runs here reaches that process and no other, at the elements to
which the flows lead. Cases that got a message from one another in this way are linked: a message without a key goes to
the case with which its sender talks, as long as there is one.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from bpmn.diagram import Diagram
from bpmn.meeting import led_to
from engine.live import compiled
from engine.model.link import EndKind, case_end
from engine.model.message import Message
from engine.storage import instances, links, publications
from engine.transaction import Transaction


@dataclass(frozen=True, kw_only=True)
class Addressed:
    """Whom a message is for: elements by the id of their process, none for all of them; and which case, where any."""

    at: Mapping[str, frozenset[str]]
    partners: frozenset[str] = frozenset()
    """The cases with which its sender talks; empty where it talks with none yet, or where a key decides."""

    def is_for(self, process_id: str, element_id: str) -> bool:
        """Say whether it is for that element; everything is where no message flow leads it."""
        return not self.at or (process_id in self.at and element_id in (self.at[process_id] or {element_id}))

    def is_for_case(self, instance_id: str) -> bool:
        """Say whether it is for that case, which waits for it."""
        return not self.partners or instance_id in self.partners


def addressed(tx: Transaction, message: Message) -> Addressed:
    """Say whom a message of a case is for; anybody where no flow leads it to a process that is released here."""
    sender = instances.get(tx, message.sender_id) if message.sender_id and message.element_id else None
    if sender is None or message.element_id is None:
        return Addressed(at={})
    diagram = compiled(tx, sender.publication_id).diagram
    at = led_to(diagram, message.element_id, message.name) if diagram.message_flows else {}
    at = {process_id: elements for process_id, elements in at.items() if publications.latest(tx, process_id)}
    if not at or message.key:
        return Addressed(at=at)
    here = case_end(sender.id)
    ends = {end for link in links.of(tx, [here]) for end in (link.source, link.target) if end != here}
    cases = (instances.get(tx, end.id) for end in ends if end.kind is EndKind.CASE)
    talking = (case.id for case in cases if case is not None and case.process_id in at and case.state == "active")
    return Addressed(at=at, partners=frozenset(talking))


def talks(diagram: Diagram, element_id: str, sender: str) -> bool:
    """Say whether a message flow leads to an element, or to its pool, from the process `sender` or its pool."""
    element = diagram.find(element_id)
    pools = {pool.id: pool.process_id for pool in diagram.participants}

    def process_of(end: str) -> str | None:
        found = diagram.find(end)
        return found.process_id if found else pools.get(end)

    return element is not None and any(
        process_of(flow.source) == sender
        and (flow.target == element_id or pools.get(flow.target) == element.process_id)
        for flow in diagram.message_flows
    )
