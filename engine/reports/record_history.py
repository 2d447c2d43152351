"""A record with everything its page shows: what it holds, how it came to that, and what it is related to."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from bpmn.linking import KINDS
from bpmn.records import RecordType
from engine.choices import choices_among
from engine.live import environment
from engine.model.entry import EntryKind, record_stream
from engine.model.instance import Instance
from engine.model.link import EndKind, record_end
from engine.model.register import Record
from engine.permissions import scope
from engine.registers import may_edit, register
from engine.reports.case_records import DEEDS
from engine.reports.links import WORDS
from engine.reports.record_words import Words, words_of
from engine.reports.registers import Related, related, visible_record
from engine.storage import case_records, instances, journal, links, people
from engine.storage.journal import Entry
from engine.transaction import Transaction
from forms.data import Value
from forms.feel import Environment
from forms.scope import Choices

_ERASED = "(erased)"


@dataclass(frozen=True, kw_only=True)
class FieldChange:
    """What a version changed; the words are empty where nothing was or is."""

    label: str
    old: str
    new: str


@dataclass(frozen=True, kw_only=True)
class Version:
    """A version of a record: who made it, for which case, and what differs from the one before."""

    number: int
    at: datetime
    by: str | None
    """None where Keelson itself did."""
    case: str | None
    """The number of the case, where the actor sees it."""
    for_a_case: bool
    retired: bool
    reason: str
    changes: tuple[FieldChange, ...]


@dataclass(frozen=True, kw_only=True)
class RecordCase:
    """A case that works or worked on the record, or is linked with it."""

    words: str
    instance: Instance


@dataclass(frozen=True, kw_only=True)
class RecordView:
    """A record with everything its page shows."""

    type: RecordType
    record: Record
    owner: str | None
    words: Words
    environment: Environment
    choices: Choices
    history: tuple[Version, ...]
    """The newest version first."""
    related: tuple[Related, ...]
    cases: tuple[RecordCase, ...]
    may_edit: bool
    due: bool


def record_view(tx: Transaction, record_type: str, key: str) -> RecordView:
    """Give a record with its history and what it is related to. Raises NotFound."""
    record = visible_record(tx, record_type, key)
    kept, newest = register(tx, record.type, record.type_version).type, register(tx, record.type).type
    entries = journal.entries(tx.connection, record_stream(record.id), kinds=_KINDS)
    said = words_of(tx, kept, _texts(entries), [record.owner_id, *(entry.facts.get("owner") for entry in entries)])
    seen = _cases(tx, entries)
    return RecordView(
        type=kept,
        record=record,
        owner=said.people.get(record.owner_id or ""),
        words=said,
        environment=environment(tx),
        choices=choices_among(tx, kept.form, {}, record.values),
        history=tuple(reversed(list(_versions(tx, kept, entries, said, seen)))),
        related=related(tx, newest, record),
        cases=tuple(_linked(tx, record, _worked(tx, record))),
        may_edit=may_edit(tx.actor, newest, record.owner_id),
        due=record.review_at is not None and record.review_at <= tx.now(),
    )


_KINDS = (EntryKind.RECORD_SAVED.value, EntryKind.RECORD_RETIRED.value)


def _texts(entries: Iterable[Entry]) -> set[str]:
    found: set[str] = set()
    for entry in entries:
        for value in entry.known.values():
            found |= {one for one in (value if isinstance(value, list) else [value]) if isinstance(one, str)}
    return {text for text in found if len(text) <= 64}


def _cases(tx: Transaction, entries: Sequence[Entry]) -> Mapping[str, Instance]:
    ids = list(dict.fromkeys(entry.facts["case"] for entry in entries if entry.facts.get("case")))
    return instances.visible_among(tx, scope(tx.actor), ids) if ids else {}


def _versions(
    tx: Transaction, kind: RecordType, entries: Sequence[Entry], said: Words, seen: Mapping[str, Instance]
) -> Iterator[Version]:
    names = people.names(tx, [entry.actor_id for entry in entries])
    before: dict[str, Value] = {}
    for entry in entries:
        facts, now = entry.facts, _shown(entry)
        case = seen.get(facts.get("case") or "")
        yield Version(
            number=int(facts["version"]),
            at=entry.at,
            by=names.get(entry.actor_id or ""),
            case=case.number if case else None,
            for_a_case=bool(facts.get("case")),
            retired=entry.kind == EntryKind.RECORD_RETIRED,
            reason=str(entry.known.get("reason") or ""),
            changes=tuple(_changes(kind, said, before, now)),
        )
        before = now


def _shown(entry: Entry) -> dict[str, Value]:
    values: dict[str, Value] = {
        value.path.removeprefix("field:"): _ERASED if value.erased else value.value
        for value in entry.values
        if value.path.startswith("field:")
    }
    title = next((value for value in entry.values if value.path == "title"), None)
    values[" title"] = _ERASED if title is None or title.erased else title.value
    values[" state"], values[" owner"] = entry.facts.get("state"), entry.facts.get("owner")
    return values


_OWN = {" title": "Title", " state": "State", " owner": "Owner"}


def _changes(
    kind: RecordType, said: Words, before: Mapping[str, Value], now: Mapping[str, Value]
) -> Iterator[FieldChange]:
    for name in (*_OWN, *kind.labels):
        old, new = said.of(name, before.get(name)), said.of(name, now.get(name))
        if old != new:
            yield FieldChange(label=_OWN.get(name) or kind.labels[name], old=old, new=new)


LISTED = 100
"""How many cases the page of a record lists."""


def _worked(tx: Transaction, record: Record) -> dict[str, tuple[str, Instance]]:
    """What cases did with the record, in words, by their ids; the latest first."""
    deeds: dict[str, list[str]] = {}
    for each in case_records.of_record(tx, record.type, record.key, LISTED):
        deeds.setdefault(each.instance_id, []).append(DEEDS[each.deed])
    seen = instances.visible_among(tx, scope(tx.actor), list(deeds)) if deeds else {}
    return {each: (", ".join(words) + " by", seen[each]) for each, words in deeds.items() if each in seen}


def _linked(tx: Transaction, record: Record, worked: Mapping[str, tuple[str, Instance]]) -> Iterator[RecordCase]:
    end = record_end(record.id)
    found = [
        (KINDS[link.kind], link.source) if link.target == end else (link.kind, link.target)
        for link in links.of(tx, [end])
    ]
    ids = [other.id for _kind, other in found if other.kind is EndKind.CASE]
    seen = instances.visible_among(tx, scope(tx.actor), ids) if ids else {}
    for kind, other in found:
        if other.id in seen:
            yield RecordCase(words=WORDS[kind], instance=seen[other.id])
    for instance_id, (words, instance) in worked.items():
        if instance_id not in seen:
            yield RecordCase(words=words, instance=instance)
