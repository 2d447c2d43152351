"""The queries behind the lists of open tasks; no rule is decided here."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from engine.model.audience import PERSON, Audience
from engine.model.instance import Instance, Task
from engine.model.scope import Scope
from engine.storage import audiences, tables
from engine.storage.instances import TASK, like, visible
from engine.storage.people import in_force
from engine.transaction import Transaction

_INSTANCE = [column for column in tables.instance.c if column.name != "live_state"]
_OPEN_CLOCKS = ("running", "paused", "missed")


_OPEN = tables.task.c.state == "open"


def _mine(person: Any) -> sa.ColumnElement[bool]:
    """The WHERE of: it waits for this person. Each half has an index, which an OR of both would leave aside."""
    task = tables.task.alias("own")
    ids = sa.select(task.c.id).where(task.c.state == "open")
    return tables.task.c.id.in_(ids.where(task.c.assignee_id == person).union(ids.where(task.c.person_id == person)))


_COUNT_MINE = sa.select(sa.func.count()).select_from(tables.task).where(_mine(sa.bindparam("person")))
_clock_due = (
    sa.select(sa.func.min(tables.clock.c.due_at))
    .where(tables.clock.c.instance_id == tables.task.c.instance_id, tables.clock.c.ended_at.is_(None))
    .correlate(tables.task)
    .scalar_subquery()
)
"""When the first running clock of the case of a task is due: looked up for the tasks of a list alone."""
_first = sa.case(
    (_clock_due.is_(None), tables.task.c.due_at),
    (sa.or_(tables.task.c.due_at.is_(None), tables.task.c.due_at > _clock_due), _clock_due),
    else_=tables.task.c.due_at,
)
"""When a task is due: at its own date or with the first clock of its case, whichever comes first."""


@dataclass(frozen=True, kw_only=True)
class Filters:
    """What narrows a list of open tasks."""

    text: str = ""
    process_id: str = ""
    priority: str = ""


def _view(view: str, scope: Scope, now: datetime) -> sa.ColumnElement[bool]:
    task = tables.task
    mine = _mine(scope.person_id)
    offered = task.c.audience_key.in_(audiences.keys_of(scope))
    free = sa.and_(task.c.assignee_id.is_(None), task.c.person_id.is_(None), offered)
    if view == "mine":
        return mine
    if view == "groups":
        return free
    if view == "overdue":
        return sa.and_(sa.or_(mine, free), sa.or_(task.c.due_at <= now, _clock_due <= now))
    return visible(scope)


def _where(view: str, scope: Scope, now: datetime, filters: Filters) -> list[sa.ColumnElement[bool]]:
    where = [_OPEN, _view(view, scope, now)]
    if filters.process_id:
        where.append(tables.instance.c.process_id == filters.process_id)
    if filters.priority:
        where.append(tables.instance.c.priority == filters.priority)
    if filters.text.strip():
        pattern = like(filters.text)
        columns = (tables.instance.c.number, tables.instance.c.title, tables.task.c.title)
        where.append(sa.or_(*(column.ilike(pattern, escape="\\") for column in columns)))
    return where


def count(tx: Transaction, view: str, scope: Scope, filters: Filters) -> int:
    """Count the open tasks of a view; over tasks alone where nothing is asked of their cases."""
    where = _where(view, scope, tx.now(), filters)
    of_cases = filters != Filters() or (view == "all" and not scope.restricted)
    tasks = tables.task.join(tables.instance) if of_cases else tables.task
    return tx.connection.execute(sa.select(sa.func.count()).select_from(tasks).where(*where)).scalar_one()


def count_mine(tx: Transaction, person_id: str | None) -> int:
    """Count the open tasks that wait for a person: the number that stands on every page."""
    return tx.connection.execute(_COUNT_MINE, {"person": person_id}).scalar_one()


def page(
    tx: Transaction, view: str, scope: Scope, filters: Filters, *, sort: str, limit: int, offset: int
) -> list[tuple[Task, Instance, str | None]]:
    """Fetch open tasks with their cases and the titles of their services.

    `sort`: deadline (soonest first, those without last; of equals the more urgent task first), priority (of the
    case, then of the task, then the deadline), newest or oldest.
    """
    urgent = tables.task.c.priority.desc()
    deadline = (_first.is_(None), _first)
    order: dict[str, Sequence[Any]] = {
        "deadline": (*deadline, urgent),
        "priority": (tables.instance.c.priority.is_(None), tables.instance.c.priority, urgent, *deadline),
        "newest": (tables.task.c.created_at.desc(),),
        "oldest": (tables.task.c.created_at,),
    }
    statement = (
        sa.select(
            *[column.label(f"t_{column.name}") for column in TASK],
            *_INSTANCE,
            tables.service.c.title.label("service_title"),
        )
        .select_from(
            tables.task.join(tables.instance).outerjoin(
                tables.service, tables.service.c.id == tables.instance.c.service_id
            )
        )
        .where(*_where(view, scope, tx.now(), filters))
        .order_by(*order.get(sort, order["deadline"]), tables.task.c.id)
        .limit(limit)
        .offset(offset)
    )
    rows = []
    for row in tx.connection.execute(statement).mappings():
        values = dict(row)
        task = Task(**{column.name: values.pop(f"t_{column.name}") for column in TASK})
        title = values.pop("service_title")
        rows.append((task, Instance(**values), title))
    return rows


def count_by_audience(tx: Transaction) -> list[tuple[Audience, int]]:
    """How many open tasks are offered to each audience and taken by nobody."""
    task = tables.task.c
    statement = (
        sa.select(task.audience_key, sa.func.count())
        .where(
            task.state == "open", task.audience_key.is_not(None), task.person_id.is_(None), task.assignee_id.is_(None)
        )
        .group_by(task.audience_key)
        .order_by(task.audience_key)
    )
    counts = {key: number for key, number in tx.connection.execute(statement)}
    return [(audience, counts[key]) for key, audience in audiences.of_keys(tx, counts).items()]


def count_for_gone(tx: Transaction) -> dict[str, int]:
    """How many open tasks are for one person by name who has left the house, by person."""
    task, person = tables.task.c, tables.person.c
    statement = (
        sa.select(task.person_id, sa.func.count())
        .join_from(tables.task, tables.person, task.person_id == person.id)
        .where(task.state == "open", ~person.active)
        .group_by(task.person_id)
    )
    return {person_id: number for person_id, number in tx.connection.execute(statement)}


def lost(tx: Transaction, at: datetime, limit: int, *, everybody: str) -> list[str]:
    """Fetch open tasks claimed by somebody who is gone, or who does not belong any more to whom they are offered.

    What the role `everybody` is offered, and what is one person's by name, is not asked for a role.
    """
    task, grant, several = tables.task.c, tables.role_grant.c, tables.audience.c
    of_assignee = (grant.person_id == task.assignee_id, in_force(at))
    held = sa.select(grant.id).where(grant.role_id == task.audience_key, *of_assignee).exists()
    granted = sa.select(grant.id).where(grant.role_id == several.member, *of_assignee).exists()
    belongs = sa.or_(several.member == everybody, several.member == sa.literal(PERSON) + task.assignee_id, granted)
    among = sa.select(several.key).where(several.key == task.audience_key, belongs).exists()
    here = sa.select(tables.person.c.id).where(tables.person.c.id == task.assignee_id, tables.person.c.active).exists()
    outside = sa.and_(task.audience_key.is_not(None), task.audience_key != everybody, ~held, ~among)
    statement = (
        sa.select(task.id)
        .where(task.state == "open", task.assignee_id.is_not(None), task.person_id.is_(None), sa.or_(~here, outside))
        .order_by(task.created_at, task.id)
        .limit(limit)
    )
    return list(tx.connection.execute(statement).scalars())
