"""Rows of memos: what is remembered for a while and then forgotten; no rule is decided here."""

from datetime import datetime

import sqlalchemy as sa

from engine.storage.tables import memo
from engine.transaction import Transaction

# Part of every request, so built once: building them costs as much as sending them does.
_INSERT = memo.insert()
_GET = sa.select(memo.c.value).where(memo.c.key == sa.bindparam("about"), memo.c.expires_at > sa.bindparam("at"))


def insert(tx: Transaction, key: str, value: str, expires_at: datetime) -> None:
    """Remember a value under a key. Raises Conflict, from the database, where something is remembered under it."""
    tx.connection.execute(_INSERT, {"key": key, "value": value, "expires_at": expires_at})


def get(tx: Transaction, key: str) -> str | None:
    """Give what is remembered under a key."""
    value: str | None = tx.connection.execute(_GET, {"about": key, "at": tx.now()}).scalar()
    return value


def drop_old(tx: Transaction) -> None:
    """Forget what has had its time."""
    tx.connection.execute(memo.delete().where(memo.c.expires_at <= tx.now()))
