"""Registers and the records in them, as pages show them."""

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, Final

from bpmn.records import RETIRED, SERVICE, RecordType
from engine.choices import choices_among, installation_choices
from engine.errors import NotFound
from engine.live import environment
from engine.model.person import Person
from engine.model.register import Record
from engine.permissions import sees_record
from engine.registers import may_edit, record_scope, register, registers
from engine.reports.record_words import Words, words_for
from engine.storage import people
from engine.storage import records as services
from engine.storage import registers as rows
from engine.transaction import Transaction
from forms.data import Value
from forms.definition import Choice, FormDefinition
from forms.feel import Environment
from forms.scope import Choices

PAGE_SIZE: Final = 50
EXPORTED: Final = 20_000
"""How many records one export holds."""


@dataclass(frozen=True, kw_only=True)
class RegisterLine:
    """A register in the list of all: how many records are in use, and of how many the review is due."""

    type: RecordType
    count: int
    due: int


def overview(tx: Transaction) -> tuple[RegisterLine, ...]:
    """Give the registers that the actor may read, by title."""
    scope = record_scope(tx)
    counted = rows.counts(tx, scope) | {SERVICE: (len(services.services(tx, active=True)), 0)}
    known = [each.type for name, each in registers(tx).items() if name in scope.types or counted.get(name)]
    return tuple(
        RegisterLine(type=kind, count=counted.get(kind.id, (0, 0))[0], due=counted.get(kind.id, (0, 0))[1])
        for kind in sorted(known, key=lambda kind: kind.plural)
    )


@dataclass(frozen=True, kw_only=True)
class RecordQuery:
    """What a list of records shows; all of it stands in the page's address."""

    text: str = ""
    state: str = ""
    mine: bool = False
    sort: str = "title"
    down: bool = False
    page: int = 1


@dataclass(frozen=True, kw_only=True)
class RecordRow:
    """One record in a list; `cells` are the columns of its type in words."""

    record: Record
    owner: str | None
    cells: tuple[str, ...]
    due: bool
    """Whether its review is due."""


@dataclass(frozen=True, kw_only=True)
class RecordPage:
    """One page of a register."""

    type: RecordType
    query: RecordQuery
    columns: tuple[str, ...]
    rows: tuple[RecordRow, ...]
    total: int
    page: int
    pages: int
    may_add: bool


def find_records(tx: Transaction, record_type: str, query: RecordQuery) -> RecordPage:
    """Give a page of the records of a type that the actor may see. Raises NotFound."""
    kind = _readable(tx, record_type)
    page = min(max(1, query.page), 1_000_000)
    found, total = _listed(tx, kind, query, limit=PAGE_SIZE, offset=(page - 1) * PAGE_SIZE)
    said = words_for(tx, kind, found, kind.columns)
    return RecordPage(
        type=kind,
        query=query,
        columns=tuple(kind.labels[name] for name in kind.columns),
        rows=tuple(
            RecordRow(
                record=record,
                owner=said.people.get(record.owner_id or ""),
                cells=tuple(said.of(name, record.values.get(name)) for name in kind.columns),
                due=record.review_at is not None and record.review_at <= tx.now(),
            )
            for record in found
        ),
        total=total,
        page=page,
        pages=max(1, -(-total // PAGE_SIZE)),
        may_add=kind.id != SERVICE and may_edit(tx.actor, kind, None),
    )


def exported(tx: Transaction, record_type: str, query: RecordQuery) -> Iterator[list[str]]:
    """Give the lines of a table of all records that fit, its heading first. Raises NotFound."""
    kind = _readable(tx, record_type)
    found, _total = _listed(tx, kind, query, limit=EXPORTED, offset=0)
    said = replace(words_for(tx, kind, found, kind.labels), moments=frozenset())  # dates as other programs read them
    yield ["key", "title", "state", "owner", "changed", "review", *kind.labels]
    for record in found:
        dates = (record.changed_at, record.review_at)
        yield [
            record.key,
            record.title,
            record.state,
            said.people.get(record.owner_id or "") or "",
            *(date.isoformat() if date else "" for date in dates),
            *(said.of(name, record.values.get(name)) for name in kind.labels),
        ]


def _listed(
    tx: Transaction, kind: RecordType, query: RecordQuery, *, limit: int, offset: int
) -> tuple[list[Record], int]:
    return rows.listed(
        tx,
        record_scope(tx),
        kind.id,
        text=query.text,
        state=query.state,
        owner_id=tx.actor.person_id if query.mine else None,
        sort=query.sort if query.sort in rows.SORTS else "title",
        down=query.down,
        limit=limit,
        offset=offset,
    )


def _readable(tx: Transaction, record_type: str) -> RecordType:
    kind = register(tx, record_type).type
    if kind.id not in record_scope(tx).types and not rows.counts(tx, record_scope(tx)).get(kind.id):
        raise NotFound(f"There are no records of the type “{record_type}”.", record_type=record_type)
    return kind


@dataclass(frozen=True, kw_only=True)
class RecordForm:
    """A record as its edit page asks for it; `record` is None for a new one."""

    type: RecordType
    record: Record | None
    form: FormDefinition
    values: Mapping[str, Value]
    environment: Environment
    choices: Choices
    people: tuple[Person, ...]


def record_form(tx: Transaction, record_type: str, key: str | None) -> RecordForm:
    """Give what editing a record, or (None) adding one, needs. Raises NotFound."""
    kind = register(tx, record_type).type
    record = visible_record(tx, record_type, key) if key is not None else None
    values = dict(record.values) if record else {}
    return RecordForm(
        type=kind,
        record=record,
        form=kind.form,
        values=values,
        environment=environment(tx),
        choices=_offered(tx, kind, record, values),
        people=tuple(people.all_people(tx, active=True)),
    )


def _offered(tx: Transaction, kind: RecordType, record: Record | None, values: Mapping[str, Value]) -> Choices:
    """Give what can be chosen: what the installation offers, the record itself left out, and what it has already."""
    own = record.key if record else None
    found: dict[str, Sequence[Choice]] = {
        name: [choice for choice in choices if choice.value != own]
        for name, choices in installation_choices(tx, [kind.form]).items()
    }
    for name, choices in choices_among(tx, kind.form, {}, values).items():
        known = {choice.value for choice in found.get(name, ())}
        found[name] = [*found.get(name, ()), *(choice for choice in choices if choice.value not in known)]
    return found


def visible_record(tx: Transaction, record_type: str, key: str) -> Record:
    """Fetch a record that the actor may see. Raises NotFound."""
    record = rows.get(tx, key)
    if record is None or record.type != record_type or not sees_record(record_scope(tx), record):
        raise NotFound(f"There is no record {key} of this kind.", key=key)
    return record


@dataclass(frozen=True, kw_only=True)
class Related:
    """A record at the other end of a relation."""

    words: str
    key: str
    title: str
    type: str
    type_title: str
    retired: bool


def related(tx: Transaction, kind: RecordType, record: Record) -> tuple[Related, ...]:
    """Give the records that a record chooses, then those that choose it, as far as the actor sees them."""
    scope, known = record_scope(tx), registers(tx)
    chosen = [(name, key) for name in kind.references for key in _several(record.values.get(name))]
    there = rows.by_keys(tx, {key for _, key in chosen})
    offered = {each.id: each for each in services.services(tx)} if SERVICE in kind.references.values() else {}
    found = []
    for name, key in chosen:
        words = kind.relations[name].title if name in kind.relations else kind.labels[name]
        if key in there and sees_record(scope, there[key]):
            found.append(_related(known, words, there[key]))
        elif key in offered and kind.references[name] == SERVICE:
            title, gone = offered[key].title, not offered[key].active
            found.append(Related(words=words, key=key, title=title, type=SERVICE, type_title="Service", retired=gone))
    for other, name in rows.referring(tx, record.key):
        if other.type in known and sees_record(scope, other):
            theirs = known[other.type].type
            relation = theirs.relations.get(name)
            words = relation.inverse if relation else f"{theirs.title}: {theirs.labels.get(name, name)}"
            found.append(_related(known, words, other))
    return tuple(found)


def _related(known: Mapping[str, Any], words: str, record: Record) -> Related:
    kind = known[record.type].type
    return Related(
        words=words,
        key=record.key,
        title=record.title,
        type=record.type,
        type_title=kind.title,
        retired=record.state == RETIRED,
    )


def _several(value: Value) -> Collection[str]:
    return [one for one in (value if isinstance(value, list) else [value]) if isinstance(one, str)]


def grouped(found: Iterable[Related]) -> dict[str, list[Related]]:
    """Give relations by their words, in their order."""
    groups: dict[str, list[Related]] = {}
    for each in found:
        groups.setdefault(each.words, []).append(each)
    return groups


__all__ = [
    "RecordForm",
    "RecordPage",
    "RecordQuery",
    "RegisterLine",
    "Related",
    "Words",
    "exported",
    "find_records",
    "grouped",
    "overview",
    "record_form",
    "related",
    "visible_record",
]
