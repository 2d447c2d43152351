"""What an operator can do to a case now, in the words of its page."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from engine.errors import NotAllowed
from engine.live import compiled, read_live
from engine.model.entry import EntryKind, instance_stream
from engine.model.instance import Instance, Task
from engine.model.publication import PublicationRecord
from engine.permissions import Action, may, reads_inside
from engine.reports import deadlines
from engine.reports.deadlines import DeadlineView
from engine.reports.incidents import IncidentView, incidents_of
from engine.running import places
from engine.storage import clocks, instances, journal, people, publications, snapshots
from engine.transaction import Transaction
from forms.data import Value


@dataclass(frozen=True, kw_only=True)
class BackPoint:
    """A task that ended and can be opened again."""

    task: Task
    by: str
    at: datetime


@dataclass(frozen=True, kw_only=True)
class Standing:
    """A place where the case stands, and the elements it can be put on instead: ids with titles."""

    token: str
    element_id: str
    title: str
    targets: tuple[tuple[str, str], ...]


@dataclass(frozen=True, kw_only=True)
class Steering:
    """Everything an operator can do to a case."""

    instance: Instance
    tasks: tuple[Task, ...]
    back: tuple[BackPoint, ...]
    standing: tuple[Standing, ...]
    clocks: tuple[tuple[str, DeadlineView], ...]
    """Clocks that have not ended, with their ids."""
    data: Mapping[str, Value]


def steering(tx: Transaction, instance: Instance) -> Steering:
    """Give what can be done to a case that has not ended, and which the actor may see. Raises NotAllowed."""
    if not may(tx.actor, Action.OPERATE):
        raise NotAllowed("Your roles do not allow you to operate the installation.")
    live = read_live(tx, instance)
    diagram = compiled(tx, instance.publication_id).diagram
    back = snapshots.kept(tx, instance.id) if live else []
    names = people.names(tx, [each.task.ended_by for each in back])
    return Steering(
        instance=instance,
        tasks=tuple(instances.tasks_of(tx, instance.id, state="open")),
        back=tuple(
            BackPoint(task=each.task, by=names.get(each.task.ended_by or "", ""), at=each.kept_at) for each in back
        ),
        standing=tuple(
            Standing(
                token=each.token,
                element_id=each.element_id,
                title=diagram.element(each.element_id).title,
                targets=tuple((target, diagram.element(target).title) for target in each.targets),
            )
            for each in (places(live) if live else ())
        ),
        clocks=tuple(
            (clock.id, deadlines.view(clock, tx.now()))
            for clock in clocks.of_instance(tx, instance.id)
            if not clock.ended
        ),
        data=live.data if live else {},
    )


@dataclass(frozen=True, kw_only=True)
class Around:
    """What the page of a case shows of its running: why it rests, what failed, and what an operator can do."""

    suspension_reason: str
    incidents: tuple[IncidentView, ...]
    steering: Steering | None
    newer: PublicationRecord | None
    """The version in force, where the case runs on another and the actor may move it there."""


def around(tx: Transaction, instance: Instance) -> Around:
    """Give what the actor may know and do beside the drawing, in a case he may see."""
    inside = reads_inside(tx.actor)
    operates = may(tx.actor, Action.OPERATE) and instance.state == "active"
    return Around(
        suspension_reason=_suspension_reason(tx, instance) if inside and instance.suspended_at else "",
        incidents=incidents_of(tx, instance) if inside else (),
        steering=steering(tx, instance) if operates else None,
        newer=_newer(tx, instance),
    )


def _newer(tx: Transaction, instance: Instance) -> PublicationRecord | None:
    if instance.state != "active" or not may(tx.actor, Action.MIGRATE):
        return None
    released = publications.released(tx, instance.process_id)
    return released if released is not None and released.id != instance.publication_id else None


def _suspension_reason(tx: Transaction, instance: Instance) -> str:
    stream = instance_stream(instance.id)
    found = journal.entries(tx.connection, stream, limit=1, kinds=[EntryKind.CASE_SUSPENDED], newest_first=True)
    return str(found[0].known.get("reason", "")) if found else ""
