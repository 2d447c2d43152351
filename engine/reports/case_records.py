"""The records a case made, changed, read, chose or is linked with, and what a failure of its items hits."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Final

from bpmn.linking import KINDS
from bpmn.records import SERVICE, SOURCE
from engine.model.instance import Instance
from engine.model.link import EndKind, case_end
from engine.model.register import Deed, Record
from engine.permissions import sees_record
from engine.registers import record_scope, registers
from engine.reports.cases import AnsweredForm
from engine.reports.impact import Node, reach
from engine.reports.links import WORDS
from engine.schedule import ITEM
from engine.storage import case_records, links
from engine.storage import registers as rows
from engine.transaction import Transaction
from forms.data import Value
from forms.definition import ChoiceField, FormDefinition, level

LISTED: Final = 100
"""How many records the page of a case lists."""
NEAREST: Final = 8
"""How much of an impact it lists."""
NAMED: Final = "named"
"""A form of the case chose the record."""
DEEDS: Final = {Deed.ADDED: "added", Deed.CHANGED: "changed", Deed.RETIRED: "retired", Deed.READ: "read"}
"""What a case did with a record, in a word."""


@dataclass(frozen=True, kw_only=True)
class RecordLine:
    """A record of the case; `words` say what it is to it: added, changed, affects."""

    key: str
    title: str
    type: str
    type_title: str
    state: str
    retired: bool
    words: tuple[str, ...]


@dataclass(frozen=True, kw_only=True)
class CaseRecords:
    """The records of a case, and what stands or falls with its items and its service."""

    records: tuple[RecordLine, ...]
    hits: tuple[Node, ...]
    """What fails with the items, the nearest first."""
    rests_on: tuple[Node, ...]
    more: int
    """How many more either list has."""


def records_of(
    tx: Transaction,
    instance: Instance,
    forms: Iterable[FormDefinition],
    data: Mapping[str, Value],
    answers: Iterable[AnsweredForm],
) -> CaseRecords:
    """Give the records of a case that the actor may see, those it worked on first."""
    said: dict[str, dict[str, None]] = {}
    for key, word in (*_worked(tx, instance), *_linked(tx, instance)):
        said.setdefault(key, {})[word] = None
    chosen = {key for form in forms for key in _chosen(form, data)}
    chosen |= {key for done in answers if done.form for key in _chosen(done.form, done.values)}
    for key in sorted(chosen - said.keys()):
        said[key] = {NAMED: None}
    scope, kinds = record_scope(tx), registers(tx)
    found = {key: each for key, each in rows.by_keys(tx, said).items() if sees_record(scope, each)}
    lines = [_line(found[key], kinds[found[key].type].type.title, words) for key, words in said.items() if key in found]
    items = {key for key in said if key in found and found[key].type == ITEM}
    around = reach(tx, items | ({instance.service_id} if instance.service_id else set()))
    return CaseRecords(
        records=tuple(lines[:LISTED]),
        hits=around.hits[:NEAREST],
        rests_on=around.rests_on[:NEAREST],
        more=max(0, len(around.hits) - NEAREST) + max(0, len(around.rests_on) - NEAREST),
    )


def _worked(tx: Transaction, instance: Instance) -> Iterator[tuple[str, str]]:
    for each in case_records.of_case(tx, instance.id, LISTED):
        if each.type != SERVICE:
            yield each.key, DEEDS[each.deed]


def _linked(tx: Transaction, instance: Instance) -> Iterator[tuple[str, str]]:
    end = case_end(instance.id)
    found = [
        (link.kind, link.target) if link.source == end else (KINDS[link.kind], link.source)
        for link in links.of(tx, [end])
    ]
    records = rows.by_ids(tx, [other.id for _kind, other in found if other.kind is EndKind.RECORD])
    for kind, other in found:
        if other.kind is EndKind.RECORD and other.id in records:
            yield records[other.id].key, WORDS[kind]


def _chosen(form: FormDefinition, values: Mapping[str, Value]) -> Iterator[str]:
    for part in level(form.components):
        if isinstance(part, ChoiceField) and str(part.reference).startswith(SOURCE):
            value = values.get(part.key)
            yield from (one for one in (value if isinstance(value, list) else [value]) if isinstance(one, str) and one)


def _line(record: Record, title: str, words: Iterable[str]) -> RecordLine:
    return RecordLine(
        key=record.key,
        title=record.title,
        type=record.type,
        type_title=title,
        state=record.state,
        retired=record.retired,
        words=tuple(words),
    )
