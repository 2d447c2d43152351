"""Rows of service-level clocks and of what happened to them."""

from collections.abc import Iterable, Sequence
from datetime import timedelta
from typing import Any

import sqlalchemy as sa

from engine.model.clock import Clock, ClockEvent, ClockEventKind, ClockState, OpenPause
from engine.storage.instances import upsert
from engine.storage.tables import clock, clock_event
from engine.transaction import Transaction
from forms.data import canonical, parse

_OF_INSTANCES = (
    sa.select(clock)
    .where(clock.c.instance_id.in_(sa.bindparam("cases", expanding=True)))
    .order_by(clock.c.started_at, clock.c.id)
)


def save(tx: Transaction, clocks: Sequence[Clock]) -> None:
    """Add or change clocks, in one statement."""
    if not clocks:
        return
    statement = upsert(tx, clock)
    changing = {column.name: statement.excluded[column.name] for column in clock.c if column.name != "id"}
    statement = statement.on_conflict_do_update(index_elements=["id"], set_=changing)
    tx.connection.execute(statement, [_values(one) for one in clocks])


def note(tx: Transaction, events: Sequence[ClockEvent]) -> None:
    """Add what happened, numbered on within each clock, whose case this transaction has locked."""
    if not events:
        return
    last = sa.select(sa.func.coalesce(sa.func.max(clock_event.c.seq), 0)).where(
        clock_event.c.clock_id == sa.bindparam("clock")
    )
    statement = clock_event.insert().values(clock_id=sa.bindparam("clock"), seq=last.scalar_subquery() + 1)
    # One statement run row by row: each sees the rows before it.
    rows = [
        {"clock": event.clock_id, "at": event.at, "kind": event.kind, "detail": canonical(event.detail)}
        for event in events
    ]
    tx.connection.execute(statement, rows)


def get(tx: Transaction, clock_id: str) -> Clock | None:
    """Fetch a clock."""
    row = tx.connection.execute(sa.select(clock).where(clock.c.id == clock_id)).mappings().first()
    return _clock(row) if row else None


def of_instance(tx: Transaction, instance_id: str) -> list[Clock]:
    """Fetch the clocks of a case in the order of their start."""
    return of_instances(tx, [instance_id]).get(instance_id, [])


def of_instances(tx: Transaction, instance_ids: Iterable[str]) -> dict[str, list[Clock]]:
    """Fetch the clocks of these cases, by case."""
    found: dict[str, list[Clock]] = {}
    for row in tx.connection.execute(_OF_INSTANCES, {"cases": sorted(set(instance_ids))}).mappings():
        found.setdefault(row["instance_id"], []).append(_clock(row))
    return found


def events(tx: Transaction, clock_ids: Iterable[str]) -> list[ClockEvent]:
    """Fetch what happened to these clocks, each in order."""
    statement = (
        sa.select(clock_event, clock.c.name)
        .join(clock, clock.c.id == clock_event.c.clock_id)
        .where(clock_event.c.clock_id.in_(sorted(set(clock_ids))))
        .order_by(clock_event.c.clock_id, clock_event.c.seq)
    )
    return [
        ClockEvent(
            clock_id=row["clock_id"],
            name=row["name"],
            at=row["at"],
            kind=ClockEventKind(row["kind"]),
            detail=parse(row["detail"]),
        )
        for row in tx.connection.execute(statement).mappings()
    ]


def _values(one: Clock) -> dict[str, Any]:
    return {
        "id": one.id,
        "instance_id": one.instance_id,
        "name": one.name,
        "state": one.state,
        "priority": one.priority,
        "calendar": one.calendar,
        "budget_seconds": one.budget // timedelta(seconds=1),
        "consumed_seconds": one.consumed // timedelta(seconds=1),
        "running_since": one.running_since,
        "pauses": canonical([{"element": pause.element, "reason": pause.reason} for pause in one.pauses]),
        "due_at": one.due_at,
        "breached_at": one.breached_at,
        "warned": one.warned,
        "started_at": one.started_at,
        "ended_at": one.ended_at,
    }


def _clock(row: sa.RowMapping) -> Clock:
    values = dict(row)
    return Clock(
        state=ClockState(values.pop("state")),
        budget=timedelta(seconds=values.pop("budget_seconds")),
        consumed=timedelta(seconds=values.pop("consumed_seconds")),
        pauses=tuple(OpenPause(**pause) for pause in parse(values.pop("pauses"))),
        **values,
    )
