"""Rows of which case worked on which record; no rule is decided here."""

from collections.abc import Iterator

import sqlalchemy as sa

from engine.model.register import Deed, Worked
from engine.storage.instances import upsert
from engine.storage.tables import case_record
from engine.transaction import Transaction

_ROW = case_record.c


def keep(tx: Transaction, worked: Worked) -> None:
    """Remember what a case did with a record; of the same done again, the last time."""
    statement = upsert(tx, case_record).values(vars(worked))
    key = [_ROW.instance_id, _ROW.type, _ROW.key, _ROW.deed]
    tx.connection.execute(statement.on_conflict_do_update(index_elements=key, set_={"at": statement.excluded["at"]}))


def of_case(tx: Transaction, instance_id: str, limit: int) -> list[Worked]:
    """Fetch what a case did with records: what it read last, and the latest first."""
    reads = sa.case((_ROW.deed == Deed.READ.value, 1), else_=0)
    statement = sa.select(case_record).where(_ROW.instance_id == instance_id)
    return list(_rows(tx, statement.order_by(reads, _ROW.at.desc(), _ROW.key).limit(limit)))


def of_record(tx: Transaction, record_type: str, key: str, limit: int) -> list[Worked]:
    """Fetch what cases did with a record, the latest first."""
    statement = sa.select(case_record).where(_ROW.type == record_type, _ROW.key == key)
    return list(_rows(tx, statement.order_by(_ROW.at.desc(), _ROW.instance_id).limit(limit)))


def _rows(tx: Transaction, statement: sa.Select[tuple[object, ...]]) -> Iterator[Worked]:
    for row in tx.connection.execute(statement).mappings():
        yield Worked(**{**row, "deed": Deed(row["deed"])})
