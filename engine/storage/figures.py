"""Rows of figures: what measures take of each case; derived from the journal."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

import sqlalchemy as sa

from engine.model.instance import Instance
from engine.storage.instances import COLUMNS, upsert
from engine.storage.tables import Moment, case_figures, instance
from engine.transaction import Transaction
from forms.data import canonical, parse


@dataclass(frozen=True, kw_only=True)
class CaseFigures:
    """What the measures of a process take of a case: numbers by measure, of those it counts in."""

    instance_id: str
    started_at: datetime
    ended_at: datetime | None
    figures: Mapping[str, Decimal]


def uncounted(tx: Transaction, digests: Mapping[str, str], limit: int, stale: datetime) -> list[Instance]:
    """Fetch cases of these processes without up-to-date figures; those that ended first.

    `digests` names the measures in force, by process. Figures of a case that moved since are not up to date, nor
    are those of an open case that are older than `stale`.
    """
    if not digests:
        return []
    order = instance.c.ended_at.is_(None), instance.c.ended_at, instance.c.started_at, instance.c.id
    statement = sa.select(*COLUMNS).where(_missing(digests, stale)).order_by(*order).limit(limit)
    return [Instance(**row) for row in tx.connection.execute(statement).mappings()]


def count_uncounted(tx: Transaction, digests: Mapping[str, str], stale: datetime) -> int:
    """Say how many cases `uncounted` would give."""
    if not digests:
        return 0
    statement = sa.select(sa.func.count()).select_from(instance).where(_missing(digests, stale))
    return int(tx.connection.execute(statement).scalar_one())


def _missing(digests: Mapping[str, str], stale: datetime) -> sa.ColumnElement[bool]:
    known = sa.select(case_figures.c.instance_id).where(
        case_figures.c.instance_id == instance.c.id,
        case_figures.c.version == instance.c.version,
        case_figures.c.digest.in_(sorted(set(digests.values()))),
        sa.or_(instance.c.ended_at.is_not(None), case_figures.c.counted_at >= stale),
    )
    return sa.and_(instance.c.process_id.in_(sorted(digests)), ~known.exists())


def put(tx: Transaction, rows: Sequence[tuple[Instance, str, Mapping[str, Decimal]]]) -> None:
    """Keep figures: case, digest of the measures, numbers by measure."""
    if not rows:
        return
    statement = upsert(tx, case_figures)
    changing = {name: statement.excluded[name] for name in ("digest", "version", "counted_at", "ended_at", "figures")}
    tx.connection.execute(
        statement.on_conflict_do_update(index_elements=["instance_id"], set_=changing),
        [
            {
                "instance_id": case.id,
                "process_id": case.process_id,
                "digest": digest,
                "version": case.version,
                "counted_at": tx.now(),
                "started_at": case.started_at,
                "ended_at": case.ended_at,
                "figures": canonical(dict(figures)),
            }
            for case, digest, figures in rows
        ],
    )


ByProcess = Mapping[str, Sequence[CaseFigures]]
"""Figures of cases by their process; one that has none is left out."""


def ended(tx: Transaction, process_ids: Collection[str], since: datetime, until: datetime) -> ByProcess:
    """Fetch the figures of cases that ended from `since` to before `until`, in that order."""
    moment = case_figures.c.ended_at
    return _rows(tx, process_ids, sa.and_(moment >= since, moment < until), moment)


def begun(tx: Transaction, process_ids: Collection[str], since: datetime, until: datetime) -> ByProcess:
    """Fetch the figures of cases that began from `since` to before `until`, in that order."""
    moment = case_figures.c.started_at
    return _rows(tx, process_ids, sa.and_(moment >= since, moment < until), moment)


def still_open(tx: Transaction, process_ids: Collection[str]) -> ByProcess:
    """Fetch the figures of cases that had not ended when they were counted, in the order of their beginning."""
    return _rows(tx, process_ids, case_figures.c.ended_at.is_(None), case_figures.c.started_at)


def _rows(
    tx: Transaction, process_ids: Collection[str], which: sa.ColumnElement[bool], order: sa.ColumnElement[datetime]
) -> ByProcess:
    names = "process_id", "instance_id", "started_at", "ended_at", "figures"
    statement = sa.select(*(case_figures.c[name] for name in names))
    statement = statement.where(case_figures.c.process_id.in_(sorted(process_ids)), which)
    found: dict[str, list[CaseFigures]] = {}
    for process_id, case, started, over, text in tx.connection.execute(
        statement.order_by(order, case_figures.c.instance_id)
    ):
        told = CaseFigures(instance_id=case, started_at=started, ended_at=over, figures=parse(text))
        found.setdefault(process_id, []).append(told)
    return found


def open_at(tx: Transaction, process_ids: Collection[str], moments: Collection[datetime]) -> list[Instance]:
    """Fetch the cases of these processes that were open at one of these moments, the oldest first."""
    statement = sa.select(*COLUMNS).where(sa.or_(*(_open(process_ids, at) for at in moments)))
    rows = tx.connection.execute(statement.order_by(instance.c.started_at, instance.c.id))
    return [Instance(**row) for row in rows.mappings()]


def count_open(tx: Transaction, process_ids: Collection[str], at: datetime) -> dict[str, int]:
    """Count what `open_at` gives, for each of these processes that has any."""
    statement = sa.select(instance.c.process_id, sa.func.count()).where(_open(process_ids, at))
    return {process_id: number for process_id, number in tx.connection.execute(statement.group_by("process_id"))}


def _open(process_ids: Collection[str], at: datetime) -> sa.ColumnElement[bool]:
    ended_later = sa.or_(instance.c.ended_at.is_(None), instance.c.ended_at > at)
    return sa.and_(instance.c.process_id.in_(sorted(process_ids)), instance.c.started_at <= at, ended_later)


def ran_since(tx: Transaction, since: datetime) -> dict[str, tuple[int, datetime]]:
    """How many cases of each process began since a moment, and when the last one did."""
    statement = (
        sa.select(instance.c.process_id, sa.func.count(), sa.func.max(instance.c.started_at, type_=Moment()))
        .where(instance.c.started_at >= since)
        .group_by(instance.c.process_id)
    )
    return {process_id: (number, last) for process_id, number, last in tx.connection.execute(statement)}
