"""Rows of records and of their types; no rule is decided here."""

import hashlib
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import JSONB

from engine.model.register import Record, RecordScope
from engine.storage import tables
from engine.storage.instances import upsert
from engine.transaction import Transaction
from forms.data import Value, canonical, parse

_RECORD: Final = tables.record.c
_SHOWN: Final = [column for column in tables.record.c if column.name != "words"]
_COLUMNS: Final = frozenset({"key", "title", "state"})
"""What a condition may name beside fields; `owner` is the fourth."""


@dataclass(frozen=True, kw_only=True)
class TypeRow:
    """A version of a type of records as it is stored."""

    id: str
    version: int
    digest: str
    facts: bytes
    form: bytes
    loaded_at: datetime


def type_versions(tx: Transaction) -> dict[str, int]:
    """Give the newest version of every type."""
    table = tables.record_type
    statement = sa.select(table.c.id, sa.func.max(table.c.version)).group_by(table.c.id)
    return {row[0]: row[1] for row in tx.connection.execute(statement)}


def types(tx: Transaction, wanted: Collection[tuple[str, int]]) -> list[TypeRow]:
    """Fetch versions of types."""
    table = tables.record_type
    statement = sa.select(table).where(sa.tuple_(table.c.id, table.c.version).in_(sorted(wanted)))
    statement = statement.order_by(table.c.id, table.c.version)
    return [TypeRow(**row) for row in tx.connection.execute(statement).mappings()] if wanted else []


def add_types(tx: Transaction, rows: Sequence[TypeRow]) -> None:
    """Add versions of types."""
    if rows:
        tx.connection.execute(tables.record_type.insert(), [vars(row) for row in rows])


def get(tx: Transaction, key: str, *, lock: bool = False) -> Record | None:
    """Fetch a record by its key; locked, nobody else changes it until this transaction ends."""
    statement = sa.select(*_SHOWN).where(_RECORD.key == key)
    row = tx.connection.execute(statement.with_for_update() if lock else statement).mappings().first()
    return _record(row) if row else None


def insert(tx: Transaction, record: Record, words: str) -> bool:
    """Add a record; False where its key is taken."""
    statement = upsert(tx, tables.record).values(_row(record, words)).on_conflict_do_nothing(index_elements=["key"])
    return tx.connection.execute(statement.returning(_RECORD.id)).first() is not None


def save(tx: Transaction, record: Record, words: str) -> bool:
    """Store a record over the version before; False where that is not the stored one."""
    before = _RECORD.id == record.id, _RECORD.version == record.version - 1
    statement = tables.record.update().where(*before).values(_row(record, words))
    return tx.connection.execute(statement).rowcount == 1


def taken(tx: Transaction, record: Record, values: Mapping[str, str]) -> str | None:
    """Give the first field of which another record of the type has this value."""
    table = tables.record_unique
    wanted = [(name, _digest(value)) for name, value in values.items()]
    statement = sa.select(table.c.field).where(
        table.c.type == record.type,
        sa.tuple_(table.c.field, table.c.value).in_(wanted),
        table.c.record_id != record.id,
    )
    return tx.connection.execute(statement).scalars().first() if wanted else None


def keep_unique(tx: Transaction, record: Record, values: Mapping[str, str]) -> bool:
    """Replace what a record has for its own; False where another one has some of it already."""
    table = tables.record_unique
    tx.connection.execute(table.delete().where(table.c.record_id == record.id))
    rows = [
        {"type": record.type, "field": name, "value": _digest(value), "record_id": record.id}
        for name, value in values.items()
    ]
    if not rows:
        return True
    statement = upsert(tx, table).values(rows).on_conflict_do_nothing().returning(table.c.field)
    return len(tx.connection.execute(statement).all()) == len(rows)


def _digest(value: str) -> str:
    return hashlib.sha256(value.strip().casefold().encode()).hexdigest()


def refer(tx: Transaction, record_id: str, targets: Iterable[tuple[str, str, str]]) -> None:
    """Replace which records a record chooses: field, type and key of each."""
    table = tables.record_reference
    tx.connection.execute(table.delete().where(table.c.record_id == record_id))
    rows = [
        {"record_id": record_id, "field": name, "target_type": kind, "target_key": key}
        for name, kind, key in dict.fromkeys(targets)
    ]
    if rows:
        tx.connection.execute(table.insert(), rows)


def keys_in_use(tx: Transaction, keys: Collection[str]) -> dict[str, tuple[str, str]]:
    """Give type and title of those of these keys whose record is not retired."""
    statement = sa.select(_RECORD.key, _RECORD.type, _RECORD.title).where(
        _RECORD.key.in_(sorted(keys)), _RECORD.retired_at.is_(None)
    )
    return {row.key: (row.type, row.title) for row in tx.connection.execute(statement)} if keys else {}


def choices(tx: Transaction, record_type: str, limit: int) -> list[tuple[str, str]]:
    """Give key and title of the records of a type that are not retired, by title."""
    statement = sa.select(_RECORD.key, _RECORD.title).where(_RECORD.type == record_type, _RECORD.retired_at.is_(None))
    rows = tx.connection.execute(statement.order_by(_RECORD.title, _RECORD.key).limit(limit))
    return [(row.key, row.title) for row in rows]


def find(
    tx: Transaction, record_type: str, where: Mapping[str, Value], *, limit: int, retired: bool = False
) -> tuple[int, list[Record]]:
    """Fetch the records of a type whose columns and fields have these values, oldest first; and how many there are."""
    conditions = [_RECORD.type == record_type, *(_has(tx, name, value) for name, value in where.items())]
    if not retired:
        conditions.append(_RECORD.retired_at.is_(None))
    count = tx.connection.execute(sa.select(sa.func.count()).select_from(tables.record).where(*conditions)).scalar_one()
    statement = sa.select(*_SHOWN).where(*conditions).order_by(_RECORD.created_at, _RECORD.id).limit(limit)
    return count, [_record(row) for row in tx.connection.execute(statement).mappings()]


def _has(tx: Transaction, name: str, value: Value) -> sa.ColumnElement[bool]:
    if name in _COLUMNS or name == "owner":
        same: sa.ColumnElement[bool] = _RECORD["owner_id" if name == "owner" else name] == value
        return same
    if isinstance(value, list):
        return sa.and_(sa.true(), *(_has(tx, name, one) for one in value))
    if tx.connection.dialect.name == "postgresql":
        content = sa.cast(_RECORD.content, JSONB)
        alone, listed = canonical({name: value}), canonical({name: [value]})
        held: sa.ColumnElement[bool] = sa.or_(
            content.contains(sa.cast(sa.literal(alone), JSONB)), content.contains(sa.cast(sa.literal(listed), JSONB))
        )
        return sa.or_(held, sa.not_(content.has_key(name))) if value is None else held
    each = sa.func.json_each(_RECORD.content, f'$."{name}"').table_valued("value", "type")
    if value is None:
        return sa.not_(sa.exists(sa.select(each.c.value).where(each.c.type != "null")))
    if isinstance(value, bool):
        same = each.c.type == ("true" if value else "false")
    elif isinstance(value, str):
        same = sa.and_(each.c.type == "text", each.c.value == value)
    else:
        same = sa.and_(each.c.type.in_(["integer", "real"]), each.c.value == float(str(value)))
    return sa.exists(sa.select(each.c.value).where(same))


def visible(scope: RecordScope) -> sa.ColumnElement[bool]:
    """Give the condition that a record lies in a scope; the same rule as `engine.permissions.sees_record`."""
    mine = _RECORD.owner_id == scope.person_id if scope.person_id is not None else sa.false()
    return sa.or_(_RECORD.type.in_(sorted(scope.types)), mine)


def _row(record: Record, words: str) -> dict[str, Any]:
    row = {name: value for name, value in vars(record).items() if name != "values"}
    return row | {"content": canonical(record.values), "words": words}


def _record(row: Mapping[Any, Any]) -> Record:
    known = dict(row)
    return Record(values=parse(known.pop("content")), **known)


_SORTS: Final[Mapping[str, sa.ColumnElement[Any]]] = {
    "key": _RECORD.created_at,  # as they are numbered
    "title": sa.func.lower(_RECORD.title),
    "state": _RECORD.state,
    "changed": _RECORD.changed_at,
    "review": _RECORD.review_at,
}
SORTS: Final = tuple(_SORTS)
"""What lists of records can be sorted by."""


def listed(
    tx: Transaction,
    scope: RecordScope,
    record_type: str,
    *,
    text: str = "",
    state: str = "",
    owner_id: str | None = None,
    sort: str = "title",
    down: bool = False,
    limit: int,
    offset: int = 0,
) -> tuple[list[Record], int]:
    """Fetch records of a type within a scope, and how many there are; without a state, those not retired."""
    conditions = [_RECORD.type == record_type, visible(scope)]
    conditions.append(_RECORD.state == state if state else _RECORD.retired_at.is_(None))
    conditions += [_RECORD.words.contains(word, autoescape=True) for word in text.lower().split()]
    if owner_id is not None:
        conditions.append(_RECORD.owner_id == owner_id)
    count = tx.connection.execute(sa.select(sa.func.count()).select_from(tables.record).where(*conditions)).scalar_one()
    by = _SORTS[sort]
    order = by.desc().nulls_last() if down else by.asc().nulls_last()
    statement = sa.select(*_SHOWN).where(*conditions).order_by(order, _RECORD.id).limit(limit).offset(offset)
    return [_record(row) for row in tx.connection.execute(statement).mappings()], count


def search(tx: Transaction, scope: RecordScope, text: str, *, limit: int) -> list[Record]:
    """Fetch records in use, of all types within a scope, that hold every word; first those with them in their title."""
    words = text.lower().split()
    conditions = [visible(scope), _RECORD.retired_at.is_(None)]
    conditions += [_RECORD.words.contains(word, autoescape=True) for word in words]
    titled = sa.and_(sa.true(), *(sa.func.lower(_RECORD.title).contains(word, autoescape=True) for word in words))
    order = sa.case((titled, 0), else_=1), _RECORD.title, _RECORD.id
    statement = sa.select(*_SHOWN).where(*conditions).order_by(*order).limit(limit)
    return [_record(row) for row in tx.connection.execute(statement).mappings()]


def counts(tx: Transaction, scope: RecordScope) -> dict[str, tuple[int, int]]:
    """Give of each type how many records within a scope are in use, and of how many the review is due."""
    late = sa.func.count().filter(_RECORD.review_at <= tx.now())
    statement = sa.select(_RECORD.type, sa.func.count(), late).where(_RECORD.retired_at.is_(None), visible(scope))
    return {row[0]: (row[1], row[2]) for row in tx.connection.execute(statement.group_by(_RECORD.type))}


def all_of(tx: Transaction, record_type: str) -> list[Record]:
    """Fetch every record of a type, also retired ones, the oldest first."""
    statement = sa.select(*_SHOWN).where(_RECORD.type == record_type).order_by(_RECORD.created_at, _RECORD.id)
    return [_record(row) for row in tx.connection.execute(statement).mappings()]


def marks(tx: Transaction) -> dict[str, tuple[int, int]]:
    """Give of each type what changes when one of its records does: how many there are, and their versions in sum."""
    statement = sa.select(_RECORD.type, sa.func.count(), sa.func.sum(_RECORD.version)).group_by(_RECORD.type)
    return {kind: (count, int(versions)) for kind, count, versions in tx.connection.execute(statement)}


def by_keys(tx: Transaction, keys: Collection[str]) -> dict[str, Record]:
    """Fetch records, also retired ones, by their keys."""
    statement = sa.select(*_SHOWN).where(_RECORD.key.in_(sorted(keys)))
    return {row["key"]: _record(row) for row in tx.connection.execute(statement).mappings()} if keys else {}


def by_ids(tx: Transaction, ids: Collection[str]) -> dict[str, Record]:
    """Fetch records, also retired ones, by their ids."""
    statement = sa.select(*_SHOWN).where(_RECORD.id.in_(sorted(ids)))
    return {row["id"]: _record(row) for row in tx.connection.execute(statement).mappings()} if ids else {}


def referring(tx: Transaction, key: str) -> list[tuple[Record, str]]:
    """Fetch the records that choose this one, with the field in which they do."""
    table = tables.record_reference
    statement = (
        sa.select(*_SHOWN, table.c.field)
        .join(table, table.c.record_id == _RECORD.id)
        .where(table.c.target_key == key)
        .order_by(_RECORD.type, _RECORD.title, _RECORD.id, table.c.field)
    )
    return [
        (_record({name: value for name, value in row.items() if name != "field"}), row["field"])
        for row in tx.connection.execute(statement).mappings()
    ]


def edges(tx: Transaction, record_type: str) -> list[tuple[str, str, str]]:
    """Give what records of a type choose: key, field, key of the other."""
    table = tables.record_reference
    statement = sa.select(_RECORD.key, table.c.field, table.c.target_key).join(table, table.c.record_id == _RECORD.id)
    rows = tx.connection.execute(statement.where(_RECORD.type == record_type).order_by(_RECORD.key))
    return [(row.key, row.field, row.target_key) for row in rows]


def edges_at(tx: Transaction, record_types: Collection[str], keys: Collection[str]) -> list[tuple[str, str, str, str]]:
    """Give what records with these keys choose and what chooses them: type and key, field, key of the other."""
    table = tables.record_reference
    there = sorted(keys)
    statement = (
        sa.select(_RECORD.type, _RECORD.key, table.c.field, table.c.target_key)
        .join(table, table.c.record_id == _RECORD.id)
        .where(_RECORD.type.in_(sorted(record_types)), _RECORD.key.in_(there) | table.c.target_key.in_(there))
        .order_by(_RECORD.type, _RECORD.key, table.c.field, table.c.target_key)
    )
    return [(row.type, row.key, row.field, row.target_key) for row in tx.connection.execute(statement)]
