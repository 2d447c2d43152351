"""Rows of figures: what measures take of each case that ended; derived from the journal."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from decimal import Decimal
from typing import Any

import sqlalchemy as sa

from engine.model.instance import Instance
from engine.storage.instances import COLUMNS, upsert
from engine.storage.tables import case_figures, instance
from engine.transaction import Transaction
from forms.data import canonical, parse


def uncounted(tx: Transaction, digests: Mapping[str, str], limit: int) -> list[Instance]:
    """Fetch ended cases of these processes whose figures are not there, or of other measures; oldest first.

    `digests` names the measures in force, by process.
    """
    if not digests:
        return []
    statement = sa.select(*COLUMNS).where(_missing(digests)).order_by(instance.c.ended_at, instance.c.id).limit(limit)
    return [Instance(**row) for row in tx.connection.execute(statement).mappings()]


def count_uncounted(tx: Transaction, digests: Mapping[str, str]) -> int:
    """Say how many ended cases of these processes have no figures yet."""
    if not digests:
        return 0
    return int(
        tx.connection.execute(sa.select(sa.func.count()).select_from(instance).where(_missing(digests))).scalar_one()
    )


def _missing(digests: Mapping[str, str]) -> sa.ColumnElement[bool]:
    known = sa.select(case_figures.c.instance_id).where(
        case_figures.c.instance_id == instance.c.id, case_figures.c.digest.in_(sorted(set(digests.values())))
    )
    return sa.and_(instance.c.ended_at.is_not(None), instance.c.process_id.in_(sorted(digests)), ~known.exists())


def put(tx: Transaction, rows: Sequence[tuple[Instance, str, Mapping[str, Decimal]]]) -> None:
    """Keep figures: case, digest of the measures, numbers by measure."""
    if not rows:
        return
    statement = upsert(tx, case_figures)
    changing = {name: statement.excluded[name] for name in ("digest", "figures", "ended_at")}
    tx.connection.execute(
        statement.on_conflict_do_update(index_elements=["instance_id"], set_=changing),
        [
            {
                "instance_id": case.id,
                "process_id": case.process_id,
                "digest": digest,
                "ended_at": case.ended_at,
                "figures": canonical(dict(figures)),
            }
            for case, digest, figures in rows
        ],
    )


def of_process(
    tx: Transaction, process_id: str, since: datetime, until: datetime
) -> list[tuple[str, datetime, Mapping[str, Any]]]:
    """Fetch the figures of cases that ended from `since` to before `until`: case, when it ended, numbers by measure."""
    statement = (
        sa.select(case_figures.c.instance_id, case_figures.c.ended_at, case_figures.c.figures)
        .where(
            case_figures.c.process_id == process_id,
            case_figures.c.ended_at >= since,
            case_figures.c.ended_at < until,
        )
        .order_by(case_figures.c.ended_at)
    )
    return [(case, at, parse(text)) for case, at, text in tx.connection.execute(statement)]


def begun(tx: Transaction, process_id: str, since: datetime, until: datetime) -> list[Instance]:
    """Fetch the cases of a process that began from `since` to before `until`."""
    return _cases(tx, _begun(process_id, since, until))


def still_open(tx: Transaction, process_id: str, at: datetime) -> list[Instance]:
    """Fetch the cases of a process that were open at a moment."""
    return _cases(tx, _open(process_id, at))


def count_begun(tx: Transaction, process_id: str, since: datetime, until: datetime) -> int:
    """Count what `begun` gives."""
    return _count(tx, _begun(process_id, since, until))


def count_open(tx: Transaction, process_id: str, at: datetime) -> int:
    """Count what `still_open` gives."""
    return _count(tx, _open(process_id, at))


def _begun(process_id: str, since: datetime, until: datetime) -> sa.ColumnElement[bool]:
    return sa.and_(instance.c.process_id == process_id, instance.c.started_at >= since, instance.c.started_at < until)


def _open(process_id: str, at: datetime) -> sa.ColumnElement[bool]:
    ended_later = sa.or_(instance.c.ended_at.is_(None), instance.c.ended_at > at)
    return sa.and_(instance.c.process_id == process_id, instance.c.started_at <= at, ended_later)


def _cases(tx: Transaction, which: sa.ColumnElement[bool]) -> list[Instance]:
    statement = sa.select(*COLUMNS).where(which).order_by(instance.c.started_at, instance.c.id)
    return [Instance(**row) for row in tx.connection.execute(statement).mappings()]


def _count(tx: Transaction, which: sa.ColumnElement[bool]) -> int:
    return int(tx.connection.execute(sa.select(sa.func.count()).select_from(instance).where(which)).scalar_one())
