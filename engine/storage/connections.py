"""Rows of secrets and allowed hosts."""

from collections.abc import Collection
from dataclasses import asdict
from datetime import timedelta

import sqlalchemy as sa

from engine.model.connection import AllowedHost, SealedSecret
from engine.storage import tables
from engine.transaction import Transaction


def secrets(tx: Transaction) -> list[SealedSecret]:
    """Fetch every secret, sealed, by name."""
    rows = tx.connection.execute(sa.select(tables.secret).order_by(tables.secret.c.name)).mappings()
    return [SealedSecret(**row) for row in rows]


def secret(tx: Transaction, name: str) -> SealedSecret | None:
    """Fetch a secret, sealed."""
    row = tx.connection.execute(sa.select(tables.secret).where(tables.secret.c.name == name)).mappings().first()
    return SealedSecret(**row) if row else None


def put_secret(tx: Transaction, wanted: SealedSecret) -> None:
    """Add a secret (version 1), or replace it."""
    values = asdict(wanted)
    if wanted.version == 1:
        tx.connection.execute(tables.secret.insert().values(values))
    else:
        tx.connection.execute(tables.secret.update().where(tables.secret.c.name == wanted.name).values(values))


def used(tx: Transaction, names: Collection[str]) -> None:
    """Note that a call uses these secrets; once a minute, so that calls side by side do not wait for each other."""
    if not names:
        return
    table = tables.secret
    long_ago = sa.or_(table.c.used_at.is_(None), table.c.used_at <= tx.now() - timedelta(minutes=1))
    tx.connection.execute(table.update().where(table.c.name.in_(names), long_ago).values(used_at=tx.now()))


def remove_secret(tx: Transaction, name: str) -> None:
    """Remove a secret."""
    tx.connection.execute(tables.secret.delete().where(tables.secret.c.name == name))


def hosts(tx: Transaction) -> list[AllowedHost]:
    """Fetch the allowed hosts by name."""
    rows = tx.connection.execute(sa.select(tables.allowed_host).order_by(tables.allowed_host.c.host)).mappings()
    return [AllowedHost(**row) for row in rows]


def add_host(tx: Transaction, wanted: AllowedHost) -> None:
    """Add an allowed host."""
    tx.connection.execute(tables.allowed_host.insert().values(asdict(wanted)))


def remove_host(tx: Transaction, host: str) -> bool:
    """Remove an allowed host; gives whether it was there."""
    statement = tables.allowed_host.delete().where(tables.allowed_host.c.host == host)
    return tx.connection.execute(statement).rowcount == 1
