"""Rows of links between cases and records; no rule is decided here."""

from collections.abc import Collection
from typing import Any, Final

import sqlalchemy as sa

from engine.model.link import End, EndKind, Link
from engine.storage import tables
from engine.storage.instances import upsert
from engine.transaction import Transaction

_LINK: Final = tables.link.c


def add(tx: Transaction, link: Link) -> bool:
    """Add a link; False where there is one of this kind between these two already."""
    values = {
        "from_kind": link.source.kind.value,
        "from_id": link.source.id,
        "to_kind": link.target.kind.value,
        "to_id": link.target.id,
        "kind": link.kind,
        "made_at": link.made_at,
        "made_by": link.made_by,
        "element_id": link.element_id,
    }
    statement = upsert(tx, tables.link).values(values).on_conflict_do_nothing().returning(_LINK.kind)
    return tx.connection.execute(statement).first() is not None


def remove(tx: Transaction, source: End, target: End, kind: str) -> bool:
    """Take a link away; False where there is none."""
    where = _is(source, "from"), _is(target, "to"), _LINK.kind == kind
    return bool(tx.connection.execute(tables.link.delete().where(*where)).rowcount)


def of(tx: Transaction, ends: Collection[End]) -> list[Link]:
    """Give all links that have one of these at either end, oldest first."""
    if not ends:
        return []
    by_kind = {kind: sorted({end.id for end in ends if end.kind is kind}) for kind in EndKind}
    halves = [
        sa.select(tables.link).where(tables.link.c[f"{side}_kind"] == kind.value, tables.link.c[f"{side}_id"].in_(ids))
        for kind, ids in by_kind.items()
        if ids
        for side in ("from", "to")
    ]
    found = sa.union(*halves).subquery()
    statement = sa.select(found).order_by(found.c.made_at, found.c.from_id, found.c.to_id, found.c.kind)
    return [_link(row) for row in tx.connection.execute(statement).mappings()]


def _is(end: End, side: str) -> sa.ColumnElement[bool]:
    return sa.and_(_LINK[f"{side}_kind"] == end.kind.value, _LINK[f"{side}_id"] == end.id)


def _link(row: Any) -> Link:
    return Link(
        source=End(kind=EndKind(row["from_kind"]), id=row["from_id"]),
        target=End(kind=EndKind(row["to_kind"]), id=row["to_id"]),
        kind=row["kind"],
        made_at=row["made_at"],
        made_by=row["made_by"],
        element_id=row["element_id"],
    )
