"""Rows of publications and their files; no rule is decided here."""

from collections.abc import Mapping
from dataclasses import asdict
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from engine.model.publication import PublicationRecord
from engine.storage import tables
from engine.transaction import Transaction

_TABLE = tables.publication
_RELEASED = sa.select(_TABLE).where(_TABLE.c.process_id == sa.bindparam("of"), _TABLE.c.state == "released")


def insert(tx: Transaction, record: PublicationRecord, files: Mapping[str, bytes]) -> None:
    """Add a publication with its files."""
    tx.connection.execute(_TABLE.insert(), [asdict(record)])
    put_files(tx, record.id, files)


def put_files(tx: Transaction, publication_id: str, files: Mapping[str, bytes | None]) -> None:
    """Replace, add or (None) remove files."""
    table = tables.publication_file
    if not files:
        return
    tx.connection.execute(table.delete().where(table.c.publication_id == publication_id, table.c.name.in_(list(files))))
    rows = [
        {"publication_id": publication_id, "name": name, "content": content}
        for name, content in files.items()
        if content is not None
    ]
    if rows:
        tx.connection.execute(table.insert(), rows)


def update(tx: Transaction, publication_id: str, *, seen: int, **values: Any) -> bool:
    """Change a publication if its revision is still `seen`; say whether it was."""
    statement = _TABLE.update().where(_TABLE.c.id == publication_id, _TABLE.c.revision == seen).values(**values)
    return bool(tx.connection.execute(statement).rowcount)


def retire_others(tx: Transaction, process_id: str, but: str) -> None:
    """Mark the earlier releases of a process as retired."""
    tx.connection.execute(
        _TABLE.update()
        .where(_TABLE.c.process_id == process_id, _TABLE.c.state == "released", _TABLE.c.id != but)
        .values(state="retired")
    )


def delete(tx: Transaction, publication_id: str) -> None:
    """Remove a draft and its files."""
    table = tables.publication_file
    tx.connection.execute(table.delete().where(table.c.publication_id == publication_id))
    tx.connection.execute(_TABLE.delete().where(_TABLE.c.id == publication_id))


def get(tx: Transaction, publication_id: str, *, lock: bool = False) -> PublicationRecord | None:
    """Fetch a publication."""
    statement = sa.select(_TABLE).where(_TABLE.c.id == publication_id)
    row = tx.connection.execute(statement.with_for_update() if lock else statement).mappings().first()
    return PublicationRecord(**row) if row else None


def files(tx: Transaction, publication_id: str) -> dict[str, bytes]:
    """Fetch the files of a publication by name."""
    table = tables.publication_file
    rows = tx.connection.execute(
        sa.select(table.c.name, table.c.content).where(table.c.publication_id == publication_id).order_by(table.c.name)
    )
    return {row.name: bytes(row.content) for row in rows}


def released(tx: Transaction, process_id: str) -> PublicationRecord | None:
    """Fetch the release of a process that new cases run on."""
    row = tx.connection.execute(_RELEASED, {"of": process_id}).mappings().first()
    return PublicationRecord(**row) if row else None


def latest(tx: Transaction, process_id: str) -> PublicationRecord | None:
    """Fetch the last release of a process: the one in force, or where none is, the one that was last."""
    return next(iter(numbered(tx, process_id)), None)


def all_latest(tx: Transaction) -> list[PublicationRecord]:
    """Fetch the last release of every process, in force or not, by title."""
    other = _TABLE.alias()
    last = sa.select(sa.func.max(other.c.version)).where(other.c.process_id == _TABLE.c.process_id).scalar_subquery()
    statement = sa.select(_TABLE).where(_TABLE.c.version == last).order_by(_TABLE.c.title)
    return [PublicationRecord(**row) for row in tx.connection.execute(statement).mappings()]


def put_state(tx: Transaction, publication_id: str, state: str) -> None:
    """Note whether a release is in force (``released``) or not (``retired``)."""
    tx.connection.execute(_TABLE.update().where(_TABLE.c.id == publication_id).values(state=state))


def all_released(tx: Transaction) -> list[PublicationRecord]:
    """Fetch the current release of every process, by title."""
    statement = sa.select(_TABLE).where(_TABLE.c.state == "released").order_by(_TABLE.c.title, _TABLE.c.process_id)
    return [PublicationRecord(**row) for row in tx.connection.execute(statement).mappings()]


def of_process(tx: Transaction, process_id: str) -> list[PublicationRecord]:
    """Fetch every publication of a process, newest first."""
    statement = (
        sa.select(_TABLE)
        .where(_TABLE.c.process_id == process_id)
        .order_by(_TABLE.c.created_at.desc(), _TABLE.c.id.desc())
    )
    return [PublicationRecord(**row) for row in tx.connection.execute(statement).mappings()]


def by_process(tx: Transaction) -> dict[str, list[PublicationRecord]]:
    """Fetch every publication of every process as `of_process` does, by process."""
    found: dict[str, list[PublicationRecord]] = {}
    statement = sa.select(_TABLE).order_by(_TABLE.c.process_id, _TABLE.c.created_at.desc(), _TABLE.c.id.desc())
    for row in tx.connection.execute(statement).mappings():
        found.setdefault(row["process_id"], []).append(PublicationRecord(**row))
    return found


def numbered(tx: Transaction, process_id: str, *, before: datetime | None = None) -> list[PublicationRecord]:
    """Fetch what was ever released of a process, newest first; with `before` only what was released by then."""
    statement = sa.select(_TABLE).where(_TABLE.c.process_id == process_id, _TABLE.c.version.is_not(None))
    if before is not None:
        statement = statement.where(_TABLE.c.released_at <= before)
    return [
        PublicationRecord(**row)
        for row in tx.connection.execute(statement.order_by(_TABLE.c.version.desc())).mappings()
    ]


def process_ids(tx: Transaction) -> list[str]:
    """Give the ids of all processes."""
    return list(
        tx.connection.execute(sa.select(_TABLE.c.process_id).distinct().order_by(_TABLE.c.process_id)).scalars()
    )


def lock_process(tx: Transaction, process_id: str) -> None:
    """Keep others from beginning or releasing a draft of this process until this transaction ends."""
    # In the order of ids, so that two transactions never wait for each other.
    statement = sa.select(_TABLE.c.id).where(_TABLE.c.process_id == process_id).order_by(_TABLE.c.id)
    tx.connection.execute(statement.with_for_update())


def last_version(tx: Transaction, process_id: str) -> int:
    """Give the highest version number of a process; 0 before the first release."""
    statement = sa.select(sa.func.max(_TABLE.c.version)).where(_TABLE.c.process_id == process_id)
    return tx.connection.execute(statement).scalar() or 0


def count_running(tx: Transaction) -> dict[str, int]:
    """Give how many active cases run of each process, on whatever version."""
    table = tables.instance
    statement = sa.select(table.c.process_id, sa.func.count()).where(table.c.state == "active")
    return {process_id: number for process_id, number in tx.connection.execute(statement.group_by(table.c.process_id))}


def count_instances(tx: Transaction) -> dict[str, int]:
    """Give how many active cases run on each publication."""
    table = tables.instance
    rows = tx.connection.execute(
        sa.select(table.c.publication_id, sa.func.count())
        .where(table.c.state == "active")
        .group_by(table.c.publication_id)
    )
    return {publication_id: number for publication_id, number in rows}
