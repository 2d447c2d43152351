"""Incidents as operators see them: what failed, where, and in which case."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from engine.errors import NotAllowed, NotFound, StateUnreadable
from engine.live import compiled
from engine.model.incident import Incident
from engine.model.instance import Instance
from engine.permissions import Action, may, scope
from engine.storage import incidents, instances, people
from engine.transaction import Transaction

PAGE_SIZE: Final = 50


@dataclass(frozen=True, kw_only=True)
class IncidentView:
    """An incident in words. `instance` is None outside cases, and for a case the actor may not see."""

    incident: Incident
    instance: Instance | None
    element: str
    hidden: bool
    """Whether it is in a case the actor may not see: then nothing of the case is told."""
    ended_by: str | None

    @property
    def message(self) -> str:
        """What failed, as far as the actor may know."""
        return "" if self.hidden else self.incident.message


@dataclass(frozen=True, kw_only=True)
class IncidentPage:
    """A page of incidents; `more` when there are others after it."""

    rows: tuple[IncidentView, ...]
    total_open: int
    page: int
    more: bool


def incident_page(
    tx: Transaction, *, is_open: bool = True, page: int = 1, kind: str = "", number: str = ""
) -> IncidentPage:
    """Give open incidents, the oldest first, or those resolved, the latest first; filtered by kind of job and case.

    Raises NotAllowed.
    """
    _check(tx)
    page = max(1, page)
    found = incidents.find(
        tx.connection,
        is_open=is_open,
        limit=PAGE_SIZE + 1,
        offset=(page - 1) * PAGE_SIZE,
        kind=kind,
        number=number.strip(),
    )
    return IncidentPage(
        rows=_views(tx, found[:PAGE_SIZE]),
        total_open=incidents.count_open(tx.connection),
        page=page,
        more=len(found) > PAGE_SIZE,
    )


def incident_by_id(tx: Transaction, incident_id: str) -> IncidentView:
    """Give an incident. Raises NotAllowed, NotFound."""
    _check(tx)
    found = incidents.get(tx, incident_id)
    if found is None:
        raise NotFound("There is no such incident.", incident_id=incident_id)
    return _views(tx, [found])[0]


def incidents_of(tx: Transaction, instance: Instance) -> tuple[IncidentView, ...]:
    """Give the open incidents of a case the actor may see."""
    return _views(tx, incidents.open_of(tx.connection, instance.id))


def count_open(tx: Transaction) -> int:
    """Count the open incidents: the number beside “Operations”."""
    return incidents.count_open(tx.connection)


def _check(tx: Transaction) -> None:
    if not may(tx.actor, Action.OPERATE):
        raise NotAllowed("Your roles do not allow you to operate the installation.")


def _views(tx: Transaction, found: Sequence[Incident]) -> tuple[IncidentView, ...]:
    names = people.names(tx, [each.ended_by for each in found])
    wanted = {each.instance_id for each in found if each.instance_id}
    seen = instances.visible_among(tx, scope(tx.actor), wanted) if wanted else {}
    return tuple(
        IncidentView(
            incident=each,
            instance=instance,
            element="" if hidden else _element(tx, instance, each.element_id),
            hidden=hidden,
            ended_by=names.get(each.ended_by or ""),
        )
        for each in found
        for instance in [seen.get(each.instance_id or "")]
        for hidden in [each.instance_id is not None and instance is None]
    )


def _element(tx: Transaction, instance: Instance | None, element_id: str | None) -> str:
    if instance is None or element_id is None:
        return element_id or ""
    try:
        element = compiled(tx, instance.publication_id).diagram.find(element_id)
    except StateUnreadable:  # a release that cannot run keeps nobody from seeing what failed
        return element_id
    return element.title if element else element_id
