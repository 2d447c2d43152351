"""The queries behind the lists of open tasks; no rule is decided here."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from engine.model.instance import Instance, Task
from engine.model.scope import Scope
from engine.storage import tables
from engine.storage.instances import like, visible
from engine.transaction import Transaction

_TASK = list(tables.task.c)
_INSTANCE = [column for column in tables.instance.c if column.name != "live_state"]
_OPEN_CLOCKS = ("running", "paused", "missed")


_COUNT_MINE = (
    sa.select(sa.func.count())
    .select_from(tables.task)
    .where(
        tables.task.c.state == "open",
        sa.or_(tables.task.c.assignee_id == sa.bindparam("person"), tables.task.c.person_id == sa.bindparam("person")),
    )
)


@dataclass(frozen=True, kw_only=True)
class Filters:
    """What narrows a list of open tasks."""

    text: str = ""
    process_id: str = ""
    priority: str = ""


def _due() -> sa.Subquery:
    clock = tables.clock
    return (
        sa.select(clock.c.instance_id, sa.func.min(clock.c.due_at).label("due_at"))
        .where(clock.c.ended_at.is_(None))
        .group_by(clock.c.instance_id)
        .subquery("due")
    )


def _first(due: sa.Subquery) -> sa.ColumnElement[datetime]:
    """When a task is due: at its own date or with the first clock of its case, whichever comes first."""
    own, clock = tables.task.c.due_at, due.c.due_at
    return sa.case((clock.is_(None), own), (own.is_(None), clock), (own < clock, own), else_=clock)


def _view(view: str, scope: Scope, now: datetime, due: sa.Subquery) -> sa.ColumnElement[bool]:
    task = tables.task
    mine = sa.or_(task.c.assignee_id == scope.person_id, task.c.person_id == scope.person_id)
    free = sa.and_(task.c.assignee_id.is_(None), task.c.person_id.is_(None), task.c.role_id.in_(sorted(scope.roles)))
    if view == "mine":
        return mine
    if view == "groups":
        return free
    if view == "overdue":
        return sa.and_(sa.or_(mine, free), _first(due) <= now)
    return visible(scope)


def _where(view: str, scope: Scope, now: datetime, due: sa.Subquery, filters: Filters) -> list[sa.ColumnElement[bool]]:
    where = [tables.task.c.state == "open", _view(view, scope, now, due)]
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
    """Count the open tasks of a view."""
    due = _due()
    statement = (
        sa.select(sa.func.count())
        .select_from(tables.task.join(tables.instance).outerjoin(due, due.c.instance_id == tables.instance.c.id))
        .where(*_where(view, scope, tx.now(), due, filters))
    )
    return tx.connection.execute(statement).scalar_one()


def count_mine(tx: Transaction, person_id: str | None) -> int:
    """Count the open tasks that wait for a person: the number that stands on every page."""
    return tx.connection.execute(_COUNT_MINE, {"person": person_id}).scalar_one()


def page(
    tx: Transaction, view: str, scope: Scope, filters: Filters, *, sort: str, limit: int, offset: int
) -> list[tuple[Task, Instance, str | None]]:
    """Fetch open tasks with their cases and the titles of their services.

    `sort`: deadline (soonest first, those without last), priority, newest or oldest.
    """
    due = _due()
    first = _first(due)
    order: dict[str, Sequence[Any]] = {
        "deadline": (first.is_(None), first),
        "priority": (tables.instance.c.priority.is_(None), tables.instance.c.priority, first),
        "newest": (tables.task.c.created_at.desc(),),
        "oldest": (tables.task.c.created_at,),
    }
    statement = (
        sa.select(
            *[column.label(f"t_{column.name}") for column in _TASK],
            *_INSTANCE,
            tables.service.c.title.label("service_title"),
        )
        .select_from(
            tables.task.join(tables.instance)
            .outerjoin(due, due.c.instance_id == tables.instance.c.id)
            .outerjoin(tables.service, tables.service.c.id == tables.instance.c.service_id)
        )
        .where(*_where(view, scope, tx.now(), due, filters))
        .order_by(*order.get(sort, order["deadline"]), tables.task.c.id)
        .limit(limit)
        .offset(offset)
    )
    rows = []
    for row in tx.connection.execute(statement).mappings():
        values = dict(row)
        task = Task(**{column.name: values.pop(f"t_{column.name}") for column in _TASK})
        title = values.pop("service_title")
        rows.append((task, Instance(**values), title))
    return rows
