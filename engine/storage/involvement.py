"""What somebody did in the cases of a process."""

from datetime import datetime

import sqlalchemy as sa

from engine.storage.tables import instance, task
from engine.transaction import Transaction


def of(
    tx: Transaction, person_id: str, process_id: str, since: datetime | None, until: datetime | None
) -> tuple[int, int]:
    """Count the tasks somebody completed in a process, and the cases they belong to; `until` counts no more."""
    statement = (
        sa.select(sa.func.count(), sa.func.count(sa.distinct(task.c.instance_id)))
        .select_from(task.join(instance, instance.c.id == task.c.instance_id))
        .where(task.c.ended_by == person_id, task.c.state == "completed", instance.c.process_id == process_id)
    )
    if since is not None:
        statement = statement.where(task.c.ended_at >= since)
    if until is not None:
        statement = statement.where(task.c.ended_at < until)
    tasks, cases = tx.connection.execute(statement).one()
    return tasks, cases
