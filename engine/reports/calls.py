"""The tree of cases that call each other, seen from one of them: who called it, and whom it called."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

from engine.live import compiled
from engine.model.entry import EntryKind, instance_stream
from engine.model.instance import Instance
from engine.permissions import reads_inside, scope
from engine.storage import calls, instances, journal
from engine.transaction import Transaction

LISTED: Final = 50
"""How many called cases are named; of others only the number is told."""


@dataclass(frozen=True, kw_only=True)
class CaseLink:
    """Another case of the same tree of calls, which the actor may see."""

    number: str
    title: str
    state: str
    suspended: bool
    element: str
    """What the call is named in the diagram of the calling case."""
    incidents: int = 0
    """How many incidents are open in it and in all that it called; told to who reads inside cases."""


@dataclass(frozen=True, kw_only=True)
class Calls:
    """A case's place in the tree: `more` cases were called than are named."""

    parent: CaseLink | None
    called: tuple[CaseLink, ...]
    more: int

    @property
    def failing(self) -> tuple[CaseLink, ...]:
        """Those called cases below which something failed."""
        return tuple(link for link in self.called if link.incidents)


def calls_of(tx: Transaction, instance: Instance) -> Calls:
    """Give the case that called this one and those it called, running ones first, as far as the actor sees them."""
    seen = scope(tx.actor)
    parent_id = instance.parent_id
    parent = instances.visible_among(tx, seen, [parent_id]).get(parent_id) if parent_id else None
    found, total = calls.called(tx, seen, instance.id, LISTED)
    failing = calls.failing(tx, instance.id) if found and reads_inside(tx.actor) else {}
    titles = _elements(tx, instance, [each.id for each in found])
    return Calls(
        parent=_link(parent, _elements(tx, parent, [instance.id]).get(instance.id, "")) if parent else None,
        called=tuple(_link(each, titles.get(each.id, ""), failing.get(each.id, 0)) for each in found),
        more=total - len(found),
    )


def _link(instance: Instance, element: str, incidents: int = 0) -> CaseLink:
    return CaseLink(
        number=instance.number,
        title=instance.title,
        state=instance.state,
        suspended=instance.suspended_at is not None,
        element=element,
        incidents=incidents,
    )


def _elements(tx: Transaction, instance: Instance, called: Iterable[str]) -> dict[str, str]:
    """Give what the calls of these cases are named in the calling case, by called case."""
    wanted = set(called)
    if not wanted:
        return {}
    diagram = compiled(tx, instance.publication_id).diagram
    begun = journal.entries(tx.connection, instance_stream(instance.id), kinds=[EntryKind.CALL_STARTED])
    elements = {entry.facts["child"]: diagram.find(entry.facts["element"]) for entry in begun}
    return {child: element.title for child, element in elements.items() if child in wanted and element is not None}
