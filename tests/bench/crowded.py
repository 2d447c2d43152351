"""A store with many rows, written by the thousand and not by acts: to see how pages cope with them."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from typing import Any, Final

from engine import journal
from engine.model.audience import Audience
from engine.model.entry import EntryKind, instance_stream
from engine.model.instance import Task
from engine.storage import audiences, tables
from engine.storage.instances import row_of
from engine.transaction import Transaction

BATCH: Final = 5_000
STATES: Final = ("active", "active", "active", "completed", "cancelled")
AUDIENCES: Final = (Audience.of(["service_desk"]), Audience.of(["service_desk", "change_manager"]))
SERVED: Final = 7
"""One case in so many belongs to the person: the rest is other people's."""


def crowd(tx: Transaction, task: Task, person_id: str, other_id: str, *, number: int, first: int = 0) -> None:
    """Add so many cases with a task, a clock, a job and an entry each, like the case of `task`; a part is ended."""
    row = tx.connection.execute(tables.instance.select().where(tables.instance.c.id == task.instance_id)).mappings()
    like = dict(row.one())
    audiences.keep(tx, AUDIENCES)
    for start in range(first, first + number, BATCH):
        found: dict[Any, list[dict[str, Any]]] = {
            table: [] for table in (tables.instance, tables.task, tables.clock, tables.job, tables.entry)
        }
        for position in range(start, min(start + BATCH, first + number)):
            owner = other_id if position % SERVED else person_id
            for table, values in _case(tx, task, like, owner, position):
                found[table].append(values)
        for table, rows in found.items():
            tx.connection.execute(table.insert(), rows)


def _case(
    tx: Transaction, task: Task, like: dict[str, Any], owner: str, position: int
) -> Iterator[tuple[Any, dict[str, Any]]]:
    instance_id, state = f"case-{position:08}", STATES[position % len(STATES)]
    begun = tx.now() - timedelta(minutes=position)
    ended = None if state == "active" else tx.now()
    yield (
        tables.instance,
        {
            **like,
            "id": instance_id,
            "number": f"MANY-{position}",
            "title": f"Printer {position} gives no paper",
            "state": state,
            "starter_id": owner,
            "caller_id": owner,
            "started_at": begun,
            "ended_at": ended,
            "live_state": like["live_state"] if state == "active" else None,
        },
    )
    yield (
        tables.task,
        {
            **row_of(replace(task, audience=AUDIENCES[position % len(AUDIENCES)])),
            "id": f"task-{position:08}",
            "instance_id": instance_id,
            "state": "open" if state == "active" else "completed",
            "assignee_id": owner if position % 2 else None,
            "created_at": begun,
            "ended_at": ended,
        },
    )
    yield (
        tables.clock,
        {
            "id": f"clock-{position:08}",
            "instance_id": instance_id,
            "name": "resolution",
            "state": "running" if state == "active" else "met",
            "priority": None,
            "calendar": None,
            "budget_seconds": 3600,
            "consumed_seconds": 0,
            "running_since": begun,
            "pauses": "[]",
            "due_at": begun + timedelta(minutes=1),
            "breached_at": None,
            "started_at": begun,
            "ended_at": ended,
        },
    )
    yield (
        tables.job,
        {
            "id": f"job-{position:08}",
            "kind": "timer",
            "status": "waiting" if state == "active" else "done",
            "due_at": tx.now() + timedelta(days=1),
            "attempt": 0,
            "attempts_left": 3,
            "payload": "{}",
            "instance_id": instance_id,
            "token": f"token-{position}",
            "created_at": begun,
        },
    )
    yield (
        tables.entry,
        {
            "stream": instance_stream(instance_id),
            "seq": 1,
            "kind": "case.started",
            "at": begun,
            "actor_id": owner,
            "record": '{"facts":{},"values":{}}',
            "hash": "0" * 64,
        },
    )


def talk(tx: Transaction, instance_id: str, number: int) -> None:
    """Add so many entries to the journal of a case, chained as acts do it."""
    for position in range(number):
        journal.append(
            tx, EntryKind.CASE_READ, instance_stream(instance_id), facts={}, values={"note": f"Read {position} times."}
        )
