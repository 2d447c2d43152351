"""What measures take of records: as these stood at a moment, or of those that are dated in a period.

Records stand in their rows as they are now; those that were changed since the moment asked for are read from the
journal, where every version is. Figures of moments that are over do not change, and stay in memory.
"""

from bisect import bisect_left
from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime, time
from decimal import Decimal
from functools import cached_property
from typing import Any, Final, cast
from zoneinfo import ZoneInfo

from bpmn.compiling.timing import read_duration
from bpmn.measures import Measure, taken
from bpmn.records import RETIRED, SERVICE
from engine.live import environment, shelf
from engine.model.entry import EntryKind, record_stream
from engine.model.register import Record
from engine.registers import Register, registers
from engine.storage import journal, records
from engine.storage import registers as rows
from engine.storage.journal import Entry
from engine.transaction import Transaction
from forms.data import Value
from forms.feel import Environment
from forms.feel.values import from_datetime

KEPT: Final = 5_000
"""How many figures of periods are kept in memory."""
CREATED: Final = "created"
"""What `Measure.dated` names where the day counts on which a record was added."""

Taken = tuple[tuple[str, Decimal], ...]
"""Keys of records with what is taken of each, the oldest record first."""


class Holdings:
    """The records of an installation as measures read them, fetched once for all that is asked together."""

    def __init__(self, tx: Transaction) -> None:
        self._tx = tx
        self._rows: dict[str, list[Record]] = {}
        self._versions: dict[str, list[Record]] = {}
        self._marks: Mapping[str, tuple[int, int]] | None = None

    @cached_property
    def _registers(self) -> Mapping[str, Register]:
        return registers(self._tx)

    def taken(self, one: Measure, since: datetime, until: datetime) -> Taken | None:
        """Give what a measure takes of the records of a period; None where that cannot be known."""
        now = self._tx.now()
        if since > now:
            return None
        over = until < now and not one.dated
        moment = min(until, now)
        # What is over stays as it was; for the rest it matters whether a record changed, and which hour it is.
        mark = None if over else (self._mark({one.type} | one.choosers), now.replace(minute=0, second=0, microsecond=0))
        kept, key = shelf(self._tx, "figures of records", KEPT), (one, since if one.dated else None, until, mark)
        found = cast("tuple[Taken | None] | None", kept.get(key))
        if found is None:
            found = (self._take(one, since, moment if not one.dated else until),)
            kept.put(key, found)
        return found[0]

    def now(self, kind: str, keys: Collection[str]) -> Mapping[str, Record]:
        """Give records of a type as they are now, by key."""
        if kind == SERVICE:
            return {each.key: each for each in _services(self._tx) if each.key in keys}
        return rows.by_keys(self._tx, keys)

    def _mark(self, kinds: Iterable[str]) -> tuple[tuple[str, tuple[int, int]], ...]:
        if self._marks is None:
            self._marks = rows.marks(self._tx)
        return tuple((kind, self._marks.get(kind, (0, 0))) for kind in sorted(kinds))

    def _take(self, one: Measure, since: datetime, moment: datetime) -> Taken | None:
        now = self._tx.now()
        if one.type == SERVICE and moment < now:
            return None  # the catalogue says how services are, not how they were
        at = now if one.dated else moment
        standing = self._at(one.type, at)
        if not standing and not one.dated:
            return None
        inside = [each for each in standing if not one.dated or self._is_dated(each, one.dated, since, moment)]
        around = replace(environment(self._tx), now=at)
        chosen_by = self._chosen_by(one, at)
        return tuple(
            (record.key, value)
            for record in inside
            if not record.retired and (value := _of(one, record, chosen_by.get(record.key, {}), around)) is not None
        )

    def _is_dated(self, record: Record, field: str, since: datetime, until: datetime) -> bool:
        if field == CREATED:
            return since <= record.created_at < until
        day = _moment(record.values.get(field), ZoneInfo(self._tx.settings.zone))
        return day is not None and since <= day < until

    def _at(self, kind: str, moment: datetime) -> list[Record]:
        """The records of a type as they stood just before a moment, the oldest first."""
        if kind not in self._rows:
            self._rows[kind] = _services(self._tx) if kind == SERVICE else rows.all_of(self._tx, kind)
        present = self._tx.now()
        there = [each for each in self._rows[kind] if each.created_at < moment or moment >= present]
        changed = [each.id for each in there if each.changed_at >= moment and moment < present]
        self._fetch([each for each in changed if each not in self._versions], kind)
        stood = {each: _last(self._versions.get(each, []), moment) for each in changed}
        known = (replace(then, created_at=each.created_at) if (then := stood.get(each.id)) else each for each in there)
        return [each for each in known if each.id not in stood or stood[each.id] is not None]

    def _fetch(self, record_ids: Sequence[str], kind: str) -> None:
        register = self._registers.get(kind)
        review = register.type.review if register else ""
        for entry in journal.of_streams(self._tx.connection, [record_stream(each) for each in record_ids], _KINDS):
            version = _version(entry, review)
            self._versions.setdefault(version.id, []).append(version)

    def _chosen_by(self, one: Measure, moment: datetime) -> Mapping[str, Mapping[str, list[Mapping[str, Any]]]]:
        """Who chooses a record, by its key and by type."""
        found: defaultdict[str, defaultdict[str, list[Mapping[str, Any]]]] = defaultdict(lambda: defaultdict(list))
        known = self._registers
        for kind in sorted(one.choosers & known.keys()):
            fields = [name for name, target in known[kind].type.references.items() if target == one.type]
            for record in self._at(kind, moment):
                chosen = {key for name in fields for key in _keys(record.values.get(name))}
                for key in chosen if not record.retired else ():
                    found[key][kind].append({**_whole(record), "data": record.values})
        return found


_KINDS: Final = (EntryKind.RECORD_SAVED, EntryKind.RECORD_RETIRED)


def _of(
    one: Measure, record: Record, chosen_by: Mapping[str, list[Mapping[str, Any]]], around: Environment
) -> Decimal | None:
    choosers = {name: chosen_by.get(name, []) for name in one.choosers}
    return taken(one, {"record": _whole(record), "data": record.values, "chosen_by": choosers}, around)


def _whole(record: Record) -> dict[str, Any]:
    return {
        "key": record.key,
        "title": record.title,
        "state": record.state,
        "owner": record.owner_id,
        "version": Decimal(record.version),
        "created": from_datetime(record.created_at),
        "changed": from_datetime(record.changed_at),
        "review": from_datetime(record.review_at) if record.review_at else None,
    }


def _keys(value: Value) -> list[str]:
    several = value if isinstance(value, list) else [value]
    return [each for each in several if isinstance(each, str)]


def _moment(value: Value, zone: ZoneInfo) -> datetime | None:
    """A date, or date and time, of a field; a date is its first moment in the zone."""
    if not isinstance(value, str):
        return None
    try:
        read = datetime.fromisoformat(value)
    except ValueError:
        return None
    return read if read.tzinfo else datetime.combine(read.date(), time(), zone).astimezone(UTC)


def _last(versions: Sequence[Record], moment: datetime) -> Record | None:
    place = bisect_left(versions, moment, key=lambda each: each.changed_at)
    return versions[place - 1] if place else None


def _version(entry: Entry, review: str) -> Record:
    """A version of a record as the journal tells it; what was erased is not there."""
    facts, retired = entry.facts, entry.facts["state"] == RETIRED
    fields = {name.removeprefix("field:"): value for name, value in entry.known.items() if name.startswith("field:")}
    return Record(
        id=entry.stream.partition(":")[2],
        type=facts["type"],
        type_version=int(facts["type_version"]),
        key=facts["key"],
        title=str(entry.known.get("title", "")),
        state=facts["state"],
        owner_id=facts["owner"],
        version=int(facts["version"]),
        values=fields,
        created_at=entry.at,
        changed_at=entry.at,
        review_at=read_duration(review).after(entry.at) if review and not retired else None,
        retired_at=entry.at if retired else None,
    )


def _services(tx: Transaction) -> list[Record]:
    """The services in use as records."""
    return [
        Record(
            id=each.id,
            type=SERVICE,
            type_version=1,
            key=each.id,
            title=each.title,
            state="active",
            owner_id=each.owner_id,
            version=each.version,
            values={"description": each.description, "support_group": each.support_group},
            created_at=tx.now(),
            changed_at=tx.now(),
        )
        for each in records.services(tx, active=True)
    ]
