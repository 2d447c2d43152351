"""Rows of the journal: entries and the values that lie beside them."""

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cache, cached_property
from typing import Any

import sqlalchemy as sa

from engine.model.entry import EntryKind
from engine.storage.prepared import Prepared
from engine.storage.tables import entry, entry_value
from engine.transaction import Transaction
from forms.data import Value, parse

BATCH = 500
"""How many entries are fetched at once."""

# Part of every act, so built once: building it costs ten times what sending it does.
_LAST = (
    sa.select(entry.c.stream, sa.func.max(entry.c.seq).label("seq"))
    .where(entry.c.stream.in_(sa.bindparam("streams", expanding=True)))
    .group_by(entry.c.stream)
    .subquery()
)
_TAILS = sa.select(entry.c.stream, entry.c.seq, entry.c.hash).join(
    _LAST, (entry.c.stream == _LAST.c.stream) & (entry.c.seq == _LAST.c.seq)
)
_TAIL = Prepared(
    sa.select(entry.c.seq, entry.c.hash)
    .where(entry.c.stream == sa.bindparam("of"))
    .order_by(entry.c.seq.desc())
    .suffix_with("LIMIT 1")  # said by `limit`, SQLite gets a value for OFFSET beside it
)
_BESIDE = sa.select(entry_value).where(
    entry_value.c.stream == sa.bindparam("of"),
    entry_value.c.seq.between(sa.bindparam("first"), sa.bindparam("last")),
)
_INSERT = Prepared(entry.insert(), [column.name for column in entry.c])
_INSERT_VALUE = Prepared(entry_value.insert(), [column.name for column in entry_value.c])


@dataclass(frozen=True, kw_only=True)
class EntryValue:
    """A value of an entry as it is stored; `salt` and `text` are None once erased."""

    path: str
    subject: str
    personal: bool
    salt: str | None
    text: str | None

    @property
    def erased(self) -> bool:
        """Whether the value is gone and only its commitment is left."""
        return self.text is None

    @cached_property
    def value(self) -> Value:
        """The process data; None once erased. Raises DataUnacceptable on a damaged row."""
        return None if self.text is None else parse(self.text)


@dataclass(frozen=True, kw_only=True)
class Entry:
    """A journal entry as it is stored: columns, the record that is hashed, and the values beside it."""

    stream: str
    seq: int
    kind: str
    at: datetime
    actor_id: str | None
    text: str
    hash: str
    values: tuple[EntryValue, ...]

    @cached_property
    def record(self) -> Mapping[str, Value]:
        """The parsed record. Raises DataUnacceptable on a damaged row."""
        parsed: Mapping[str, Value] = parse(self.text)
        return parsed

    @property
    def facts(self) -> Mapping[str, Value]:
        """What the entry says without personal data."""
        facts: Mapping[str, Value] = self.record["facts"]
        return facts

    @cached_property
    def known(self) -> Mapping[str, Value]:
        """The values that are not erased, by path."""
        return {value.path: value.value for value in self.values if not value.erased}


def lock_streams(tx: Transaction, streams: Sequence[str]) -> None:
    """Keep others from appending to these streams until this transaction ends; SQLite has its writer lock.

    Always taken in the order of names, so that two transactions never wait for each other. Without it, two that
    append to one stream would take the same number, and the later one would fail at its very end.
    """
    if tx.connection.dialect.name != "postgresql":
        return
    name = sa.func.unnest(sa.cast(list(streams), sa.ARRAY(sa.Text))).column_valued("name")
    tx.connection.execute(sa.select(sa.func.pg_advisory_xact_lock(sa.func.hashtextextended(name, 0))))


def tails(tx: Transaction, streams: Sequence[str]) -> dict[str, tuple[int, str]]:
    """Give number and hash of the last entry of each of these streams; a new stream is left out."""
    if len(streams) == 1:
        # What nearly every act does: a short way, as the list of names is written into the statement each time.
        last = _TAIL.send(tx, {"of": streams[0]}).first()
        return {streams[0]: (last.seq, last.hash)} if last else {}
    found = tx.connection.execute(_TAILS, {"streams": list(streams)})
    return {stream: (seq, digest) for stream, seq, digest in found}


def insert(tx: Transaction, entries: Sequence[Mapping[str, Any]], values: Sequence[Mapping[str, Any]]) -> None:
    """Add rows of entries and values: two statements, however many."""
    _INSERT.send_each(tx, entries)
    if values:
        _INSERT_VALUE.send_each(tx, values)


def entries(
    connection: sa.Connection,
    stream: str,
    after: int = 0,
    limit: int | None = None,
    *,
    kinds: Collection[str] = (),
    newest_first: bool = False,
) -> list[Entry]:
    """Fetch entries of a stream with a number above `after`, in order."""
    statement = _entries(tuple(kinds), newest_first)
    if limit is not None:
        statement = statement.limit(limit)
    rows = connection.execute(statement, {"of": stream, "after": after}).mappings().all()
    if not rows:
        return []
    numbers = [row["seq"] for row in rows]
    beside = {"of": stream, "first": min(numbers), "last": max(numbers)}
    return _assembled(rows, connection.execute(_BESIDE, beside).mappings().all())


def of_streams(connection: sa.Connection, streams: Sequence[str], kinds: Collection[EntryKind] = ()) -> Iterator[Entry]:
    """Go through these streams, each in order, or their entries of some kinds; holds a batch of streams at a time."""
    for first in range(0, len(streams), BATCH):
        some = streams[first : first + BATCH]
        statement = sa.select(entry).where(entry.c.stream.in_(some))
        if kinds:
            statement = statement.where(entry.c.kind.in_([each.value for each in kinds]))
        beside = sa.select(entry_value).where(entry_value.c.stream.in_(some))
        found = connection.execute(statement.order_by(entry.c.stream, entry.c.seq)).mappings().all()
        yield from _assembled(found, connection.execute(beside).mappings().all())


@cache
def _entries(kinds: tuple[str, ...], newest_first: bool) -> sa.Select[Any]:
    statement = sa.select(entry).where(entry.c.stream == sa.bindparam("of"), entry.c.seq > sa.bindparam("after"))
    if kinds:
        # As text of the statement: an index of one kind is found by nothing else.
        named: list[sa.ColumnElement[Any]] = [sa.literal_column(f"'{EntryKind(kind).value}'") for kind in kinds]
        statement = statement.where(entry.c.kind == named[0] if len(named) == 1 else entry.c.kind.in_(named))
    return statement.order_by(entry.c.seq.desc() if newest_first else entry.c.seq)


def heads(connection: sa.Connection) -> dict[str, int]:
    """Give the number of the last entry of every stream."""
    statement = sa.select(entry.c.stream, sa.func.max(entry.c.seq)).group_by(entry.c.stream)
    return {stream: seq for stream, seq in connection.execute(statement)}


def walk(connection: sa.Connection, stream: str | None = None) -> Iterator[Entry]:
    """Go through one stream or all of them, stream by stream and in order, holding a batch at a time."""
    key = sa.tuple_(entry.c.stream, entry.c.seq)
    value_key = sa.tuple_(entry_value.c.stream, entry_value.c.seq)
    last = (stream or "", 0)
    while True:
        statement = sa.select(entry).where(key > last).order_by(entry.c.stream, entry.c.seq).limit(BATCH)
        if stream is not None:
            statement = statement.where(entry.c.stream == stream)
        rows = connection.execute(statement).mappings().all()
        if not rows:
            return
        end = (rows[-1]["stream"], rows[-1]["seq"])
        beside = sa.select(entry_value).where(value_key > last, value_key <= end)
        if stream is not None:
            beside = beside.where(entry_value.c.stream == stream)
        yield from _assembled(rows, connection.execute(beside).mappings().all())
        last = end


def erasable(
    tx: Transaction, subject: str | None, *, streams: Collection[str] = (), personal_only: bool
) -> list[tuple[str, int, str]]:
    """Find the values that speak of a subject, or stand in these streams, and are still there: stream, number, path."""
    about = sa.or_(entry_value.c.subject == subject, entry_value.c.stream.in_(sorted(streams)))
    statement = sa.select(entry_value.c.stream, entry_value.c.seq, entry_value.c.path).where(
        about, entry_value.c.value.is_not(None)
    )
    if personal_only:
        statement = statement.where(entry_value.c.personal)
    statement = statement.order_by(entry_value.c.stream, entry_value.c.seq, entry_value.c.path)
    return [(stream, seq, path) for stream, seq, path in tx.connection.execute(statement)]


def erase(tx: Transaction, places: Sequence[tuple[str, int, str]]) -> None:
    """Remove value and salt at these places; the rows stay and say that something was there."""
    if tx.connection.dialect.name == "sqlite":
        # Long values lie on pages of their own, which SQLite gives back without wiping them unless told to.
        tx.connection.exec_driver_sql("PRAGMA secure_delete=ON")
    statement = (
        entry_value.update()
        .where(
            entry_value.c.stream == sa.bindparam("at_stream"),
            entry_value.c.seq == sa.bindparam("at_seq"),
            entry_value.c.path == sa.bindparam("at_path"),
        )
        .values(salt=None, value=None)
    )
    tx.connection.execute(
        statement, [{"at_stream": stream, "at_seq": seq, "at_path": path} for stream, seq, path in places]
    )
    if tx.connection.dialect.name == "sqlite":
        tx.connection.exec_driver_sql("PRAGMA secure_delete=FAST")


def _assembled(rows: Sequence[sa.RowMapping], value_rows: Sequence[sa.RowMapping]) -> list[Entry]:
    beside: dict[tuple[str, int], list[EntryValue]] = {}
    for row in value_rows:
        beside.setdefault((row["stream"], row["seq"]), []).append(
            EntryValue(
                path=row["path"],
                subject=row["subject"],
                personal=row["personal"],
                salt=row["salt"],
                text=row["value"],
            )
        )
    return [
        Entry(
            stream=row["stream"],
            seq=row["seq"],
            kind=row["kind"],
            at=row["at"],
            actor_id=row["actor_id"],
            text=row["record"],
            hash=row["hash"],
            values=tuple(sorted(beside.get((row["stream"], row["seq"]), ()), key=lambda value: value.path)),
        )
        for row in rows
    ]
