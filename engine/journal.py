"""The journal: what happened, in streams whose entries are chained by their hashes.

The record that is hashed holds ids, kind, time, facts without personal data, and for each value a salted commitment;
values and salts lie beside it and can be erased while the chain stays valid. Each stream is a chain of its own, so
that nobody queues behind everybody.

What a chain shows: an entry that was changed, put in or taken out of the middle. What it cannot show by itself: that
the last entries of a stream, or a whole stream, were taken away, or that somebody who can write everything built all
of it anew. Pages therefore say "chain consistent", not "proved", until seals leave the machine.
"""

import hashlib
import secrets
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from itertools import groupby
from typing import Any, Final

from engine.errors import ChainBroken, Unacceptable
from engine.model.entry import EntryKind
from engine.storage import journal as rows
from engine.storage.journal import Entry, EntryValue
from engine.transaction import Transaction
from forms.data import DataUnacceptable, Value, canonical, normalise

BEGIN: Final = "0" * 64
"""What stands for the hash before the first entry of a stream."""

PATH_LENGTH = 255
"""How long the path of a value may be, in characters."""

_SALT: Final = 16
"""Bytes of a salt."""

_BUFFER = "journal"


@dataclass(frozen=True, kw_only=True)
class Broken:
    """Where a stream stops being consistent, and why."""

    seq: int
    reason: str


@dataclass(frozen=True, kw_only=True)
class Verdict:
    """What verifying a stream found; `entries` counts those that were read."""

    stream: str
    entries: int
    broken: Broken | None = None

    @property
    def consistent(self) -> bool:
        """Whether every entry is as it was written, as far as a chain can show."""
        return self.broken is None


@dataclass(frozen=True, kw_only=True)
class _Pending:
    kind: EntryKind
    stream: str
    actor_id: str | None
    facts: Mapping[str, Value]
    values: Mapping[str, Value]
    personal: frozenset[str]
    subject: str


def append(
    tx: Transaction,
    kind: EntryKind,
    stream: str,
    *,
    facts: Mapping[str, Any],
    values: Mapping[str, Any] | None = None,
    personal: Collection[str] = (),
    subject: str | None = None,
) -> None:
    """Add an entry, written with all others of the transaction just before its commit.

    `facts` stay for ever and hold no personal data; `values` by path can be erased, those named in `personal` speak of
    `subject`, the stream itself unless said otherwise. Raises Unacceptable for what cannot be stored.
    """
    try:
        taken: Mapping[str, Value] = normalise(values or {})
        known: Mapping[str, Value] = normalise(facts)
    except DataUnacceptable as error:
        raise Unacceptable(f"A value that was handed in cannot be stored: it {error.reason}.") from error
    for path in taken:
        if len(path) > PATH_LENGTH:
            raise Unacceptable(f"The name {path[:40]}... is longer than {PATH_LENGTH} characters.")
    pending = _Pending(
        kind=kind,
        stream=stream,
        actor_id=tx.actor.person_id,
        facts=known,
        values=taken,
        personal=frozenset(personal),
        subject=subject or stream,
    )
    if _BUFFER not in tx.memory:
        tx.memory[_BUFFER] = []
        tx.before_commit(lambda: _write(tx, tx.memory.pop(_BUFFER)))
    tx.memory[_BUFFER].append(pending)


def _write(tx: Transaction, pending: list[_Pending]) -> None:
    streams = sorted({entry.stream for entry in pending})
    rows.lock_streams(tx, streams)
    tails = rows.tails(tx, streams)
    entry_rows: list[dict[str, Any]] = []
    value_rows: list[dict[str, Any]] = []
    for entry in pending:
        seq, prev = tails.get(entry.stream, (0, BEGIN))
        row, beside = _rows(tx, entry, seq + 1, prev)
        entry_rows.append(row)
        value_rows.extend(beside)
        tails[entry.stream] = (seq + 1, row["hash"])
    rows.insert(tx, entry_rows, value_rows)


def _rows(tx: Transaction, entry: _Pending, seq: int, prev: str) -> tuple[dict[str, Any], list[dict[str, Any]]]:
    committed: dict[str, Value] = {}
    beside: list[dict[str, Any]] = []
    salts = secrets.token_hex(_SALT * len(entry.values))
    for path, value in entry.values.items():
        salt, text, personal = salts[: 2 * _SALT], canonical(value), path in entry.personal
        salts = salts[2 * _SALT :]
        committed[path] = {"commitment": commitment(salt, text), "personal": personal, "subject": entry.subject}
        beside.append(
            {
                "stream": entry.stream,
                "seq": seq,
                "path": path,
                "subject": entry.subject,
                "personal": personal,
                "salt": salt,
                "value": text,
            }
        )
    record = canonical(
        {
            "stream": entry.stream,
            "seq": seq,
            "prev": prev,
            "at": instant(tx.now()),
            "actor": entry.actor_id,
            "kind": entry.kind.value,
            "facts": entry.facts,
            "values": committed,
        }
    )
    row = {
        "stream": entry.stream,
        "seq": seq,
        "kind": entry.kind.value,
        "at": tx.now(),
        "actor_id": entry.actor_id,
        "record": record,
        "hash": digest(record),
    }
    return row, beside


def commitment(salt: str, text: str) -> str:
    """Commit to a value: SHA-256 over the sixteen bytes of the salt (given as hex) and the value's canonical JSON."""
    return hashlib.sha256(bytes.fromhex(salt) + text.encode()).hexdigest()


def digest(record: str) -> str:
    """Hash a record: SHA-256 of its text in UTF-8, as hex."""
    return hashlib.sha256(record.encode()).hexdigest()


def instant(moment: datetime) -> str:
    """Write a moment as records hold it: UTC with six digits of a second."""
    return f"{moment.astimezone(UTC).isoformat(timespec='microseconds')[:-6]}Z"


def erase(
    tx: Transaction, subject: str, *, reason: str, streams: Collection[str] = (), personal_only: bool = True
) -> int:
    """Remove values and salts that speak of a subject, in every stream, and all of `streams`; gives how many.

    Each stream touched gets an entry that lists what was removed, so that a gap without such an entry is a break.
    The reason is a fact and holds no personal data.
    """
    places = rows.erasable(tx, subject, streams=streams, personal_only=personal_only)
    if not places:
        return 0
    rows.erase(tx, places)
    for stream, group in groupby(places, key=lambda place: place[0]):
        listed = [{"seq": seq, "path": path} for _, seq, path in group]
        append(tx, EntryKind.VALUES_ERASED, stream, facts={"subject": subject, "reason": reason, "values": listed})
    return len(places)


def verify(tx: Transaction, stream: str) -> Verdict:
    """Check one stream from its first entry; names the first broken one.

    Checked are the numbers without a gap, each link to the entry before, each hash, the columns against the record,
    and each commitment against its value unless an entry tells of the erasure. Entries missing at the end, or a whole
    missing stream, cannot be seen by this; the number of entries is given so that it can be compared with a known one.
    """
    return judge(stream, rows.walk(tx.connection, stream))


def verify_all(tx: Transaction) -> Iterator[Verdict]:
    """Check every stream; holds one batch of entries at a time."""
    for stream, entries in groupby(rows.walk(tx.connection), key=lambda entry: entry.stream):
        yield judge(stream, entries)


def require_consistent(tx: Transaction, stream: str) -> Verdict:
    """Check one stream. Raises ChainBroken naming the first broken entry."""
    verdict = verify(tx, stream)
    if verdict.broken is not None:
        raise ChainBroken(
            f"The journal of {stream} is broken at entry {verdict.broken.seq}: {verdict.broken.reason}.",
            stream=stream,
            seq=verdict.broken.seq,
        )
    return verdict


@dataclass(kw_only=True)
class _Course:
    """What verifying keeps while it goes through a stream."""

    seq: int = 0
    prev: str = BEGIN
    broken: Broken | None = None
    gone: dict[tuple[int, str], None] = field(default_factory=dict)  # values without an erasure so far, in order


def judge(stream: str, entries: Iterable[Entry]) -> Verdict:
    """Check a stream as `verify` does, of which all entries are given in order."""
    course, count = _Course(), 0
    for entry in entries:
        count += 1
        try:
            if course.broken is None:
                _check(course, entry)
            if entry.kind == EntryKind.VALUES_ERASED:
                # Also behind a break: an earlier value that was erased rightly must not be blamed in its place.
                for place in entry.facts["values"]:
                    course.gone.pop((int(place["seq"]), place["path"]), None)
        except (DataUnacceptable, KeyError, TypeError, ValueError, AttributeError):
            course.broken = course.broken or Broken(seq=entry.seq, reason="its record cannot be read")
    if course.gone:
        seq, path = next(iter(course.gone))
        if course.broken is None or seq < course.broken.seq:
            course.broken = Broken(seq=seq, reason=f"the value {path} is gone and no entry tells of its erasure")
    return Verdict(stream=stream, entries=count, broken=course.broken)


def _check(course: _Course, entry: Entry) -> None:
    reason = _defect(course, entry) or _value_defect(course, entry)
    if reason is not None:
        # A gap is named by the number that is missing: that is what somebody will look for.
        course.broken = Broken(seq=min(entry.seq, course.seq + 1), reason=reason)
    course.seq, course.prev = entry.seq, entry.hash


def _defect(course: _Course, entry: Entry) -> str | None:
    record = entry.record
    if entry.seq != course.seq + 1:
        return "this entry is missing"
    if digest(entry.text) != entry.hash:
        return "its hash does not fit its record"
    if record["prev"] != course.prev:
        return "it does not follow from the entry before"
    columns = {
        "stream": entry.stream,
        "seq": entry.seq,
        "kind": entry.kind,
        "at": instant(entry.at),
        "actor": entry.actor_id,
    }
    for name, column in columns.items():
        if record[name] != column:
            return f"its {name} differs from what its record says"
    return None


def _value_defect(course: _Course, entry: Entry) -> str | None:
    committed = entry.record["values"]
    stored = {value.path: value for value in entry.values}
    for path in sorted(committed.keys() | stored.keys()):
        if path not in stored:
            return f"the value {path} is missing"
        if path not in committed:
            return f"the value {path} was put in"
        reason = _beside(committed[path], stored[path])
        if reason is not None:
            return f"the value {path} {reason}"
        if stored[path].erased:
            course.gone[(entry.seq, path)] = None
    return None


def _beside(committed: Mapping[str, Value], value: EntryValue) -> str | None:
    if committed["subject"] != value.subject or committed["personal"] != value.personal:
        return "is marked otherwise than the record says"
    if (value.salt is None) != (value.text is None):
        return "was erased by half"
    if value.salt is not None and value.text is not None:
        try:
            if commitment(value.salt, value.text) != committed["commitment"]:
                return "differs from what was committed to"
        except ValueError:
            return "has a salt that cannot be read"
    return None
