"""Rows of batches and of their cases; no rule is decided here."""

from collections.abc import Sequence
from typing import Any

import sqlalchemy as sa

from engine.model.batch import Batch, BatchCase, BatchState, Outcome
from engine.storage.tables import batch, batch_case
from engine.transaction import Transaction
from forms.data import canonical, parse


def insert(tx: Transaction, new: Batch, instance_ids: Sequence[str]) -> None:
    """Add a batch with its cases, in this order."""
    tx.connection.execute(batch.insert().values(**(vars(new) | {"mapping": canonical(dict(new.mapping))})))
    rows = [
        {"batch_id": new.id, "position": position, "instance_id": each, "outcome": Outcome.WAITING}
        for position, each in enumerate(instance_ids)
    ]
    tx.connection.execute(batch_case.insert(), rows)


def get(tx: Transaction, batch_id: str, *, lock: bool = False) -> Batch | None:
    """Fetch a batch; with `lock`, for change."""
    statement = sa.select(batch).where(batch.c.id == batch_id)
    row = tx.connection.execute(statement.with_for_update() if lock else statement).mappings().first()
    return _batch(row) if row else None


def of_process(tx: Transaction, process_id: str, limit: int = 20) -> list[Batch]:
    """Give the batches of a process, the latest first."""
    statement = sa.select(batch).where(batch.c.process_id == process_id)
    statement = statement.order_by(batch.c.started_at.desc(), batch.c.id.desc()).limit(limit)
    return [_batch(row) for row in tx.connection.execute(statement).mappings()]


def change(tx: Transaction, batch_id: str, **values: Any) -> None:
    """Change a batch."""
    tx.connection.execute(batch.update().where(batch.c.id == batch_id).values(**values))


def next_case(tx: Transaction, batch_id: str) -> BatchCase | None:
    """Give the next case that was not looked at."""
    statement = sa.select(batch_case).where(batch_case.c.batch_id == batch_id, batch_case.c.outcome == Outcome.WAITING)
    row = tx.connection.execute(statement.order_by(batch_case.c.position).limit(1)).mappings().first()
    return _case(row) if row else None


def record(tx: Transaction, part: BatchCase, outcome: Outcome, problem: str | None) -> None:
    """Note what became of a case."""
    statement = batch_case.update().where(
        batch_case.c.batch_id == part.batch_id, batch_case.c.position == part.position
    )
    tx.connection.execute(statement.values(outcome=outcome, problem=problem, at=tx.now()))


def counts(tx: Transaction, batch_ids: Sequence[str]) -> dict[str, dict[Outcome, int]]:
    """Count the cases of these batches by outcome."""
    statement = (
        sa.select(batch_case.c.batch_id, batch_case.c.outcome, sa.func.count())
        .where(batch_case.c.batch_id.in_(list(batch_ids)))
        .group_by(batch_case.c.batch_id, batch_case.c.outcome)
    )
    found: dict[str, dict[Outcome, int]] = {each: dict.fromkeys(Outcome, 0) for each in batch_ids}
    for batch_id, outcome, number in tx.connection.execute(statement):
        found[batch_id][Outcome(outcome)] = number
    return found


def cases(
    tx: Transaction, batch_id: str, *, outcome: Outcome | None = None, limit: int = 50, offset: int = 0
) -> list[BatchCase]:
    """Give cases of a batch in their order."""
    statement = sa.select(batch_case).where(batch_case.c.batch_id == batch_id)
    if outcome is not None:
        statement = statement.where(batch_case.c.outcome == outcome)
    statement = statement.order_by(batch_case.c.position).limit(limit).offset(offset)
    return [_case(row) for row in tx.connection.execute(statement).mappings()]


def _batch(row: sa.RowMapping) -> Batch:
    return Batch(**(dict(row) | {"mapping": parse(row["mapping"]), "state": BatchState(row["state"])}))


def _case(row: sa.RowMapping) -> BatchCase:
    return BatchCase(**(dict(row) | {"outcome": Outcome(row["outcome"])}))
