"""Rows of awaited messages and signals across cases, and of messages kept or remembered; no rule is decided here."""

from collections.abc import Collection, Iterator
from datetime import timedelta
from typing import Any, Final

import sqlalchemy as sa

from engine.model.message import KeptMessage, Message, MessageState
from engine.storage.instances import upsert
from engine.storage.tables import awaited_message, instance, kept_message
from engine.transaction import Transaction
from forms.data import canonical, parse

_SHOWN: Final = [column for column in kept_message.c if column.name != "payload"]

KEPT: Final = 100
"""How many kept messages of one name and key are looked through for one that is meant for a case."""
AGE: Final = timedelta(days=90)
"""How long an operator sees what became of a message after its time was over."""


def lock(tx: Transaction, name: str, key: str) -> None:
    """Have whoever looks for a message of this name and key wait for whoever begins to wait for it, and vice versa.

    Held until the transaction ends. Without it, a case that begins to wait and a message that finds nobody could
    miss each other. SQLite has one writer and needs nothing.
    """
    if tx.connection.dialect.name == "postgresql":
        subject = f"message:{len(name)}:{name}:{key}"
        tx.connection.execute(sa.select(sa.func.pg_advisory_xact_lock(sa.func.hashtextextended(subject, 0))))


def waiting(tx: Transaction, kind: str, name: str, key: str = "") -> list[str]:
    """Give the ids of the cases that wait for a message or signal now, at most once each."""
    return list(dict.fromkeys(instance_id for instance_id, _, _ in places(tx, kind, name, key)))


def places(tx: Transaction, kind: str, name: str, key: str = "") -> list[tuple[str, str, str]]:
    """Give where a message or signal is waited for now: case, its process, element.

    Where nobody waits with this key, a case that began with it is meant, where it waits without one of its own.
    """
    table = awaited_message
    by_case = sa.and_(table.c.correlation == "", instance.c.business_key == key) if key else sa.false()
    statement = (
        sa.select(table.c.instance_id, instance.c.process_id, table.c.element_id, table.c.correlation)
        .join(instance, instance.c.id == table.c.instance_id)
        .where(table.c.kind == kind, table.c.name == name, sa.or_(table.c.correlation == key, by_case))
        .distinct()
        .order_by(table.c.instance_id, table.c.element_id)
    )
    rows = tx.connection.execute(statement).all()
    meant = [row for row in rows if row.correlation == key] or rows
    return [(row.instance_id, row.process_id, row.element_id) for row in meant]


def find(tx: Transaction, name: str, message_id: str) -> KeptMessage | None:
    """Give what is remembered of the message with this name and id."""
    where = (kept_message.c.name == name, kept_message.c.message_id == message_id)
    row = tx.connection.execute(sa.select(*_SHOWN).where(*where)).mappings().first()
    return _kept(row) if row else None


def keep(tx: Transaction, message: Message, state: MessageState, receiver_id: str | None = None) -> None:
    """Remember a message: with its payload while it is kept, without it once it is delivered."""
    values = {
        "name": message.name,
        "correlation": message.key,
        "message_id": message.message_id,
        "state": state,
        "payload": canonical(dict(message.payload)) if state is MessageState.KEPT else None,
        "sender_id": message.sender_id,
        "element_id": message.element_id,
        "receiver_id": receiver_id,
        "thrown_at": message.thrown_at,
        "expires_at": message.expires_at,
        "source": message.source,
        "source_person_id": message.source_person_id,
    }
    statement = upsert(tx, kept_message).values(id=message.id, duplicates=0, **values)
    tx.connection.execute(statement.on_conflict_do_update(index_elements=["id"], set_=values))


def delivered(tx: Transaction, message: Message, receiver_id: str | None) -> None:
    """Note to whom a remembered message went; nothing where none is remembered."""
    values = {"state": MessageState.DELIVERED, "receiver_id": receiver_id, "payload": None}
    tx.connection.execute(kept_message.update().where(kept_message.c.id == message.id).values(values))


def remove(tx: Transaction, kept_id: str) -> None:
    """Take a kept message away; its id stays remembered until its time is over."""
    values = {"state": MessageState.REMOVED, "payload": None}
    tx.connection.execute(kept_message.update().where(kept_message.c.id == kept_id).values(values))


def get(tx: Transaction, kept_id: str, *, lock: bool = False) -> tuple[KeptMessage, Message | None] | None:
    """Fetch what is remembered of a message, and the message itself while it is kept; with `lock`, for change."""
    statement = sa.select(kept_message).where(kept_message.c.id == kept_id)
    row = tx.connection.execute(statement.with_for_update() if lock else statement).mappings().first()
    if row is None:
        return None
    shown = {column.name: row[column.name] for column in _SHOWN}
    return _kept(shown), _message(row) if row["payload"] is not None else None


def drop(tx: Transaction, kept: Collection[str]) -> None:
    """Forget remembered messages."""
    if kept:
        tx.connection.execute(kept_message.delete().where(kept_message.c.id.in_(kept)))


def count_duplicate(tx: Transaction, kept_id: str) -> None:
    """Note that another message came with the id of a remembered one."""
    statement = kept_message.update().where(kept_message.c.id == kept_id)
    tx.connection.execute(statement.values(duplicates=kept_message.c.duplicates + 1))


def kept(tx: Transaction, name: str, key: str | None = None) -> Iterator[Message]:
    """Give the messages of this name and key that are kept and have not expired, the one kept for longest first.

    Of any key where none is given.
    """
    table = kept_message
    statement = (
        sa.select(table)
        .where(
            table.c.state == MessageState.KEPT,
            table.c.name == name,
            table.c.correlation == key if key is not None else sa.true(),
            table.c.expires_at > tx.now(),
        )
        .order_by(table.c.thrown_at, table.c.id)
        .limit(KEPT)
    )
    yield from map(_message, tx.connection.execute(statement).mappings())


def expire(tx: Transaction, kept_id: str) -> KeptMessage | None:
    """Give up a message whose time is over, and give it back, if it is still kept; forget one that is over."""
    where = (kept_message.c.id == kept_id, kept_message.c.expires_at <= tx.now())
    over = kept_message.c.state.in_([MessageState.DELIVERED, MessageState.REMOVED])
    tx.connection.execute(kept_message.delete().where(*where, over))
    statement = (
        kept_message.update()
        .where(*where, kept_message.c.state == MessageState.KEPT)
        .values(state=MessageState.EXPIRED, payload=None)
    )
    row = tx.connection.execute(statement.returning(*_SHOWN)).mappings().first()
    return _kept(row) if row else None


def find_all(
    tx: Transaction, *, states: Collection[MessageState], limit: int, offset: int
) -> tuple[list[KeptMessage], int]:
    """Give remembered messages in these states, the newest first, and how many there are."""
    where = kept_message.c.state.in_([state.value for state in states])
    total = tx.connection.execute(sa.select(sa.func.count()).select_from(kept_message).where(where)).scalar_one()
    statement = (
        sa.select(*_SHOWN)
        .where(where)
        .order_by(kept_message.c.thrown_at.desc(), kept_message.c.id.desc())
        .limit(limit)
        .offset(offset)
    )
    return [_kept(row) for row in tx.connection.execute(statement).mappings()], total


def drop_old(tx: Transaction) -> None:
    """Forget messages that nobody got and whose time was over long ago; the journal tells of them."""
    over = kept_message.c.state != MessageState.KEPT
    tx.connection.execute(kept_message.delete().where(over, kept_message.c.expires_at <= tx.now() - AGE))


def _kept(row: Any) -> KeptMessage:
    return KeptMessage(**(dict(row) | {"state": MessageState(row["state"])}))


def _message(row: sa.RowMapping) -> Message:
    return Message(
        id=row["id"],
        name=row["name"],
        key=row["correlation"],
        message_id=row["message_id"],
        payload=parse(row["payload"]),
        sender_id=row["sender_id"],
        element_id=row["element_id"],
        thrown_at=row["thrown_at"],
        expires_at=row["expires_at"],
        source=row["source"],
        source_person_id=row["source_person_id"],
    )
