"""Rows of systems outside that may send messages."""

from dataclasses import asdict
from datetime import timedelta
from typing import Any

import sqlalchemy as sa

from engine.model.sender import Sender
from engine.storage.tables import sender
from engine.transaction import Transaction
from forms.data import canonical, parse


def insert(tx: Transaction, wanted: Sender) -> None:
    """Add a sender."""
    tx.connection.execute(sender.insert().values(asdict(wanted) | {"messages": canonical(list(wanted.messages))}))


def every(tx: Transaction) -> list[Sender]:
    """Fetch every sender, those revoked last."""
    statement = sa.select(sender).order_by(sender.c.revoked_at.is_not(None), sender.c.name, sender.c.id)
    return [_sender(row) for row in tx.connection.execute(statement).mappings()]


def get(tx: Transaction, sender_id: str) -> Sender | None:
    """Fetch a sender."""
    return _one(tx, sender.c.id == sender_id)


def by_digest(tx: Transaction, digest: str) -> Sender | None:
    """Fetch the sender whose token has this digest, unless it is revoked."""
    return _one(tx, sa.and_(sender.c.digest == digest, sender.c.revoked_at.is_(None)))


def used(tx: Transaction, sender_id: str) -> None:
    """Note that a sender sends now; once a minute, so that messages side by side do not wait for each other."""
    long_ago = sa.or_(sender.c.used_at.is_(None), sender.c.used_at <= tx.now() - timedelta(minutes=1))
    tx.connection.execute(sender.update().where(sender.c.id == sender_id, long_ago).values(used_at=tx.now()))


def revoke(tx: Transaction, sender_id: str) -> bool:
    """Note that a token is good no more; gives whether it was good until now."""
    statement = sender.update().where(sender.c.id == sender_id, sender.c.revoked_at.is_(None))
    values = {"revoked_at": tx.now(), "revoked_by": tx.actor.person_id}
    return tx.connection.execute(statement.values(values)).rowcount == 1


def _one(tx: Transaction, where: sa.ColumnElement[bool]) -> Sender | None:
    row = tx.connection.execute(sa.select(sender).where(where)).mappings().first()
    return _sender(row) if row else None


def _sender(row: Any) -> Sender:
    return Sender(**(dict(row) | {"messages": tuple(parse(row["messages"]))}))
