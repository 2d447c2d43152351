"""Rows of snapshots: the state of a case before each task that ended, to go back to.

A case uses a fixed number of slots in turn, so that keeping one and forgetting the oldest is one statement.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql, sqlite

from engine.model.instance import Task
from engine.storage import tables
from engine.storage.instances import TASK
from engine.storage.prepared import Prepared
from engine.storage.tables import snapshot
from engine.transaction import Transaction

SLOTS: Final = 50
"""How many of the last changes of a case can be gone back to."""
LARGEST: Final = 256 * 1024
"""The largest compressed state, in bytes, that is kept a second time."""
AGE: Final = timedelta(days=90)
"""How long a state is kept."""


def _insert(insert: Any) -> Any:
    return insert.on_conflict_do_update(
        index_elements=["instance_id", "slot"],
        set_={column: insert.excluded[column] for column in ("task_id", "kept_at", "state")},
    )


_COLUMNS = [column.name for column in snapshot.c]
_INSERTS = {
    "sqlite": Prepared(_insert(sqlite.insert(snapshot)), _COLUMNS),
    "postgresql": Prepared(_insert(postgresql.insert(snapshot)), _COLUMNS),
}


@dataclass(frozen=True, kw_only=True)
class Kept:
    """A task that ended and can be gone back to, and when the state before it was kept."""

    task: Task
    kept_at: datetime


def keep(tx: Transaction, task: Task, *, slot: int, state: bytes) -> None:
    """Keep the state before a task ended; `slot` is any number that grows with the case."""
    if not 0 < len(state) <= LARGEST:
        return
    values = {
        "instance_id": task.instance_id,
        "slot": slot % SLOTS,
        "task_id": task.id,
        "kept_at": tx.now(),
        "state": state,
    }
    _INSERTS[tx.connection.dialect.name].send(tx, values)


def kept(tx: Transaction, instance_id: str) -> Sequence[Kept]:
    """Give the tasks of a case that can be gone back to, the latest first."""
    statement = (
        sa.select(snapshot.c.kept_at.label("at"), *TASK)
        .join_from(snapshot, tables.task, snapshot.c.task_id == tables.task.c.id)
        .where(snapshot.c.instance_id == instance_id, snapshot.c.kept_at > tx.now() - AGE)
        .order_by(snapshot.c.kept_at.desc(), snapshot.c.task_id.desc())
    )
    found = []
    for row in tx.connection.execute(statement).mappings():
        values = dict(row)
        at = values.pop("at")
        found.append(Kept(task=Task(**values), kept_at=at))
    return found


def state_before(tx: Transaction, task_id: str) -> bytes | None:
    """Give the state before a task ended, if it is still kept."""
    statement = sa.select(snapshot.c.state).where(snapshot.c.task_id == task_id, snapshot.c.kept_at > tx.now() - AGE)
    state: bytes | None = tx.connection.execute(statement.limit(1)).scalar()
    return state


def drop(tx: Transaction, instance_id: str) -> None:
    """Forget the snapshots of a case."""
    tx.connection.execute(snapshot.delete().where(snapshot.c.instance_id == instance_id))


def drop_old(tx: Transaction) -> None:
    """Forget what is older than its age."""
    tx.connection.execute(snapshot.delete().where(snapshot.c.kept_at <= tx.now() - AGE))
