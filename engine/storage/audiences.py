"""How tasks are found by whom they are offered to.

A task that is offered to one role is found by that role alone. An audience of several has a key of its own, and its
members stand in a table, once for all tasks that are offered to the same.
"""

from collections.abc import Collection, Iterable
from functools import lru_cache
from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql, sqlite

from engine.model.audience import PERSON, SEVERAL, Audience, read_audience
from engine.model.scope import Scope
from engine.storage import tables
from engine.transaction import Transaction

_MEMBER = tables.audience.c
_KEEP = {
    "sqlite": sqlite.insert(tables.audience).on_conflict_do_nothing(),
    "postgresql": postgresql.insert(tables.audience).on_conflict_do_nothing(),
}


def keep(tx: Transaction, audiences: Iterable[Audience]) -> None:
    """Let tasks be found that are offered to these; a role alone needs nothing."""
    rows = {
        (audience.key, member)
        for audience in audiences
        if audience.key and audience.key.startswith(SEVERAL)
        for member in audience.members
    }
    if rows:
        values = [{"key": key, "member": member} for key, member in sorted(rows)]
        tx.connection.execute(_KEEP[tx.connection.dialect.name], values)


def keys_of(scope: Scope) -> sa.CompoundSelect[Any]:
    """Give the keys of all audiences that a person belongs to, by himself or by a role: to be asked with IN."""
    return _keys_of(tuple(sorted(scope.roles)), scope.person_id)


@lru_cache(maxsize=512)
def _keys_of(roles: tuple[str, ...], person_id: str | None) -> sa.CompoundSelect[Any]:
    # Built once for each person: his lists and counts ask it in every statement.
    members = [*roles, *([f"{PERSON}{person_id}"] if person_id else [])]
    alone = [sa.select(sa.literal(role, sa.String)) for role in roles]
    return sa.union_all(*alone, sa.select(_MEMBER.key).where(_MEMBER.member.in_(members)))


def of_keys(tx: Transaction, keys: Collection[str]) -> dict[str, Audience]:
    """Give the audiences that have these keys."""
    found: dict[str, list[str]] = {key: [key] for key in keys if not key.startswith(SEVERAL)}
    several = sorted(set(keys) - found.keys())
    if several:
        statement = sa.select(_MEMBER.key, _MEMBER.member).where(_MEMBER.key.in_(several))
        for key, member in tx.connection.execute(statement.order_by(_MEMBER.key, _MEMBER.member)):
            found.setdefault(key, []).append(member)
    return {key: read_audience(",".join(members)) for key, members in found.items()}
