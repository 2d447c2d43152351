"""The tree of cases that call each other, as rows; no rule is decided here."""

import sqlalchemy as sa

from engine.model.incident import IncidentState
from engine.model.instance import Instance
from engine.model.scope import Scope
from engine.storage import tables
from engine.storage.instances import visible
from engine.transaction import Transaction

_INSTANCE = [column for column in tables.instance.c if column.name != "live_state"]


def called(tx: Transaction, scope: Scope, parent_id: str, limit: int) -> tuple[list[Instance], int]:
    """Give the cases that a case called and a person sees: those that run first, then the newest; and how many."""
    where = tables.instance.c.parent_id == parent_id, visible(scope)
    total = tx.connection.execute(sa.select(sa.func.count()).select_from(tables.instance).where(*where)).scalar_one()
    if not total:
        return [], 0
    ordered = (
        sa.select(*_INSTANCE)
        .where(*where)
        .order_by(tables.instance.c.ended_at.is_not(None), tables.instance.c.id.desc())
        .limit(limit)
    )
    return [Instance(**row) for row in tx.connection.execute(ordered).mappings()], total


def failing(tx: Transaction, parent_id: str) -> dict[str, int]:
    """Give how many incidents are open in the tree below each case that a case called, by its id."""
    child, deeper = tables.instance, tables.instance.alias("deeper")
    tree = sa.select(child.c.id.label("top"), child.c.id).where(child.c.parent_id == parent_id).cte(recursive=True)
    tree = tree.union_all(sa.select(tree.c.top, deeper.c.id).where(deeper.c.parent_id == tree.c.id))
    statement = (
        sa.select(tree.c.top, sa.func.count())
        .join(tables.incident, tables.incident.c.instance_id == tree.c.id)
        .where(tables.incident.c.state == IncidentState.OPEN)
        .group_by(tree.c.top)
    )
    return {top: count for top, count in tx.connection.execute(statement)}
