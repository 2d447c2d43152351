"""Records: added, changed and retired by people and by cases; every version is an entry of the record's own stream."""

from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import datetime
from typing import Final

from bpmn.compiling.timing import read_duration
from bpmn.records import RETIRED, SERVICE, RecordType
from engine import journal
from engine.acts.words import required
from engine.choices import choices_among
from engine.errors import Conflict, NotAllowed, NotFound, StaleRevision, Unacceptable
from engine.installation import STRANGERS, UNKNOWN_RECORDS
from engine.live import environment
from engine.model.entry import EntryKind, person_stream, record_stream
from engine.model.identity import new_id
from engine.model.register import Origin, Record, Wanted
from engine.permissions import Action, requires, sees_record
from engine.registers import Register, may_edit, record_scope, register
from engine.storage import instances, people
from engine.storage import registers as rows
from engine.transaction import Transaction
from forms.answers import accept_document
from forms.data import DataUnacceptable, Value, normalise
from forms.definition import ChoiceField, level

TITLE_LENGTH: Final = 500
KEY_LENGTH: Final = 64
WORDS: Final = 8_000
"""How much of a record a search looks through, in characters."""


@requires(Action.TAKE_PART)
def save_record(tx: Transaction, record_type: str, key: str | None, wanted: Wanted, *, seen: int) -> Record:
    """Add a record (without a key, seen=0), or change it as a person who may.

    Raises NotFound, NotAllowed, StaleRevision, Unacceptable, AnswersRejected.
    """
    known = record_to_edit(tx, record_type, key) if key is not None else None
    if known is None and not may_edit(tx.actor, register(tx, record_type).type, None):
        raise NotAllowed("Your roles do not allow you to add records of this kind.", record_type=record_type)
    return put(tx, record_type, key, wanted, seen=seen)


@requires(Action.TAKE_PART)
def retire_record(tx: Transaction, record_type: str, key: str, reason: str, *, seen: int) -> Record:
    """Retire a record as a person who may. Raises NotFound, NotAllowed, StaleRevision, Unacceptable."""
    record_to_edit(tx, record_type, key)
    return retire(tx, record_type, key, reason, seen=seen)


@requires(Action.TAKE_PART)
def restore_record(tx: Transaction, record_type: str, key: str, *, seen: int) -> Record:
    """Take a retired record into use again, in the first state of its type. Raises as `save_record` does."""
    record = record_to_edit(tx, record_type, key)
    if not record.retired:
        raise Unacceptable(f"{key} is in use.", field="state")
    states = register(tx, record_type).type.states
    return put(tx, record_type, key, Wanted(state=states[0] if states else ""), seen=seen)


def record_to_edit(tx: Transaction, record_type: str, key: str) -> Record:
    """Give a record that the actor may change. Raises NotFound, NotAllowed."""
    record = rows.get(tx, key)
    if record is None or record.type != record_type or not sees_record(record_scope(tx), record):
        raise NotFound(f"There is no record {key}.", key=key)
    if not may_edit(tx.actor, register(tx, record_type).type, record.owner_id):
        raise NotAllowed(f"Your roles do not allow you to change {key}.", key=key)
    return record


def put(
    tx: Transaction,
    record_type: str,
    key: str | None,
    wanted: Wanted,
    *,
    seen: int | None = None,
    origin: Origin = Origin(),  # noqa: B008 - a frozen value
) -> Record:
    """Add or change a record, whoever asks for it; with `seen` only over that version (0: none).

    Raises NotFound, StaleRevision, Unacceptable, AnswersRejected.
    """
    kept = register(tx, record_type)
    if record_type == SERVICE:
        raise Unacceptable("Services are kept in the catalogue of services.", field="type")
    before = _before(tx, kept, key)
    if seen is not None and seen != (before.version if before else 0):
        raise StaleRevision(f"{key} was changed since it was read; read it again.")
    record = _changed(tx, kept, before, wanted)
    _store(tx, kept.type, before, record)
    _tell(tx, EntryKind.RECORD_SAVED, kept.type, record, origin)
    return record


def retire(
    tx: Transaction,
    record_type: str,
    key: str,
    reason: str,
    *,
    seen: int | None = None,
    origin: Origin = Origin(),  # noqa: B008 - a frozen value
) -> Record:
    """Keep a record and use it no longer, whoever asks for it. Raises NotFound, StaleRevision, Unacceptable."""
    reason = required(reason, field="reason", ask="Say why it is retired.")
    kept = register(tx, record_type)
    before = _before(tx, kept, key)
    if before is None:
        raise NotFound(f"There is no record {key}.", key=key)
    if seen is not None and seen != before.version:
        raise StaleRevision(f"{key} was changed since it was read; read it again.")
    if before.retired:
        raise Unacceptable(f"{key} is retired already.", field="key")
    record = replace(
        before, state=RETIRED, version=before.version + 1, changed_at=tx.now(), retired_at=tx.now(), review_at=None
    )
    _store(tx, kept.type, before, record)
    _tell(tx, EntryKind.RECORD_RETIRED, kept.type, record, origin, reason=reason)
    return record


def _before(tx: Transaction, kept: Register, key: str | None) -> Record | None:
    if key is None:
        return None
    found = rows.get(tx, key, lock=True)
    if found is None and kept.type.key:
        return None
    if found is None or found.type != kept.type.id:
        raise NotFound(f"There is no record {key} of the type “{kept.type.id}”.", key=key)
    return found


def _changed(tx: Transaction, kept: Register, before: Record | None, wanted: Wanted) -> Record:
    """Give the record as it is to be: its values fit the form, its owner and state exist."""
    kind = kept.type
    title = wanted.title if wanted.title is not None else before.title if before else ""
    if not title.strip() or len(title) > TITLE_LENGTH:
        raise Unacceptable(f"Give it a title of {TITLE_LENGTH} characters at most.", field="title")
    values = _accepted(tx, kind, before, wanted.values)
    state = _state(kind, before, wanted.state)
    record = Record(
        id=before.id if before else new_id(),
        type=kind.id,
        type_version=kept.version,
        key=before.key if before else "",
        title=title.strip(),
        state=state,
        owner_id=_owner(tx, before, wanted.owner_id),
        version=before.version + 1 if before else 1,
        values=values,
        created_at=before.created_at if before else tx.now(),
        changed_at=tx.now(),
        review_at=_review(kind, tx.now()),
        retired_at=None,
    )
    taken = rows.taken(tx, record, _own(kind, record))
    if taken is not None:
        same = kind.labels.get(taken, taken)
        raise Unacceptable(f"Another record of this kind has the same {same}.", field=taken)
    return replace(record, key=_key(tx, kind, before, values))


def _accepted(tx: Transaction, kind: RecordType, before: Record | None, given: Mapping[str, Value]) -> dict[str, Value]:
    old = dict(before.values) if before else {}
    try:
        taken: dict[str, Value] = normalise(given)
    except DataUnacceptable as error:
        raise Unacceptable(f"The values cannot be kept: {error}.", field="values") from error
    unknown = taken.keys() - kind.labels.keys()
    if unknown:
        names = ", ".join(sorted(unknown))
        raise Unacceptable(f"The form of “{kind.title}” does not ask: {names}.", field="values")
    if before is not None and before.key in {key for _, _, key in _targets(kind, taken)}:
        raise Unacceptable(f"{before.key} cannot be related to itself.", field="values")
    _make_known(tx, kind, taken)
    whole = {name: value for name, value in {**old, **taken}.items() if name in kind.labels}
    choices = choices_among(tx, kind.form, whole, old)
    return accept_document(kind.form, whole, context={}, environment=environment(tx), choices=choices).values


def _make_known(tx: Transaction, kind: RecordType, given: Mapping[str, Value]) -> None:
    """In a rehearsal, make known what the values name; elsewhere what is not there is refused."""
    records, persons = tx.installation.memory.get(UNKNOWN_RECORDS), tx.installation.memory.get(STRANGERS)
    if records is not None:
        records(tx, {key: of for _, of, key in _targets(kind, given)})
    if persons is not None:
        lists = {name: set(_chosen(kind, given, name)) for name in ("people", "groups")}
        persons(tx, lists["people"], lists["groups"])


def _chosen(kind: RecordType, given: Mapping[str, Value], source: str) -> Iterator[str]:
    for part in level(kind.form.components):
        if isinstance(part, ChoiceField) and part.reference == source:
            value = given.get(part.key)
            yield from (one for one in (value if isinstance(value, list) else [value]) if isinstance(one, str))


def _state(kind: RecordType, before: Record | None, wanted: str | None) -> str:
    first = kind.states[0] if kind.states else ""
    if wanted is None:
        return first if before is None or before.retired else before.state
    if wanted not in (kind.states or ("",)):
        raise Unacceptable(f"The state is one of: {', '.join(kind.states) or '(none)'}.", field="state")
    return wanted


def _owner(tx: Transaction, before: Record | None, wanted: str | None) -> str | None:
    if wanted is None:
        return before.owner_id if before else tx.actor.person_id
    welcome = tx.installation.memory.get(STRANGERS)
    if welcome is not None:
        welcome(tx, {wanted}, ())
    if people.get(tx, wanted) is None:
        raise Unacceptable(f"There is no person with the id “{wanted}” to own it.", field="owner")
    return wanted


def _key(tx: Transaction, kind: RecordType, before: Record | None, values: Mapping[str, Value]) -> str:
    if kind.prefix:
        return before.key if before else instances.next_number(tx, kind.prefix)
    key = str(values.get(kind.key) or "").strip()
    if before is not None and key != before.key:
        raise Unacceptable(f"{kind.labels[kind.key]} is the key of {before.key}: it stays.", field=kind.key)
    if not key or len(key) > KEY_LENGTH or not key.isprintable() or "/" in key:
        raise Unacceptable(f"{kind.labels[kind.key]} is the key: {KEY_LENGTH} characters at most.", field=kind.key)
    if before is None and rows.get(tx, key) is not None:
        raise Unacceptable(f"There is a record {key} already.", field=kind.key)
    return key


def _review(kind: RecordType, now: datetime) -> datetime | None:
    return read_duration(kind.review).after(now) if kind.review else None


def _store(tx: Transaction, kind: RecordType, before: Record | None, record: Record) -> None:
    """Write a record of which everything was checked; who was faster since then makes the whole act fail."""
    words = _words(kind, record)
    if not (rows.insert(tx, record, words) if before is None else rows.save(tx, record, words)):
        raise Conflict(f"Somebody else saved {record.key} at the same moment; try again.", key=record.key)
    if not rows.keep_unique(tx, record, _own(kind, record)):
        raise Conflict("Somebody else saved a record like this one at the same moment; try again.", key=record.key)
    rows.refer(tx, record.id, _targets(kind, record.values) if not record.retired else ())


def _own(kind: RecordType, record: Record) -> dict[str, str]:
    """Give what no other record of the type may have."""
    has = {**record.values, "title": record.title}
    values = {name: has.get(name) for name in kind.unique} if not record.retired else {}
    return {name: str(value) for name, value in values.items() if value not in (None, "")}


def _targets(kind: RecordType, values: Mapping[str, Value]) -> Iterator[tuple[str, str, str]]:
    for name, target in kind.references.items():
        value = values.get(name)
        for one in value if isinstance(value, list) else [value]:
            if isinstance(one, str) and one:
                yield name, target, one


def _words(kind: RecordType, record: Record) -> str:
    """Give what a search finds the record by: its key, title, and the texts of its fields."""
    texts = [record.key, record.title]
    for name in kind.labels:
        value = record.values.get(name)
        texts += [str(one) for one in (value if isinstance(value, list) else [value]) if isinstance(one, str)]
    return "\n".join(texts)[:WORDS].lower()


def _tell(
    tx: Transaction, entry: EntryKind, kind: RecordType, record: Record, origin: Origin, *, reason: str = ""
) -> None:
    """Write the version to the record's stream: who, for which case, and all its values, each with a commitment."""
    person = record.values.get(kind.subject) if kind.subject else None
    values: dict[str, Value] = {f"field:{name}": value for name, value in record.values.items()}
    values |= {"title": record.title} | ({"reason": reason} if reason else {})
    personal = {f"field:{name}" for name in kind.form.personal} | {"title", "reason"}
    journal.append(
        tx,
        entry,
        record_stream(record.id),
        facts={
            "type": kind.id,
            "key": record.key,
            "version": record.version,
            "type_version": record.type_version,
            "state": record.state,
            "owner": record.owner_id,
            "case": origin.instance_id,
            "element": origin.element_id,
        },
        values=values,
        personal=personal & values.keys(),
        subject=person_stream(person) if isinstance(person, str) and person else None,
    )
