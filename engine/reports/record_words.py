"""What is kept in a record, in words: labels of choices, names of people, titles of other records."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Final
from zoneinfo import ZoneInfo

from bpmn.records import RecordType
from engine.model.register import Record
from engine.storage import people, records, registers
from engine.transaction import Transaction
from forms.data import Value, canonical
from forms.definition import ChoiceField, Component, DynamicList, Group, MomentField, level, owned, walk
from forms.moments import day_text, moment_text

YES: Final = "yes"
NO: Final = "no"


@dataclass(frozen=True, kw_only=True)
class Words:
    """Says values of a type's fields; `people` by id, `titles` of records and services by key."""

    type: RecordType
    people: Mapping[str, str]
    titles: Mapping[str, str]
    labels: Mapping[tuple[str, str], str] = field(default_factory=dict)
    names: Mapping[str, str] = field(default_factory=dict)
    moments: frozenset[str] = frozenset()
    """The fields that ask for a date, or date and time."""
    zone: ZoneInfo = field(default_factory=lambda: ZoneInfo("UTC"))

    def of(self, name: str, value: Value) -> str:
        """Give a value of a field in words; nothing for none."""
        if value in (None, "", []):
            return ""
        if isinstance(value, bool):
            return YES if value else NO
        if isinstance(value, list):
            return ", ".join(filter(None, (self.of(name, one) for one in value)))
        if isinstance(value, dict):
            parts = ((self.names.get(key, key), self.of(key, one)) for key, one in value.items())
            return "; ".join(f"{label}: {words}" for label, words in parts if words)
        if isinstance(value, Decimal):
            return canonical(value)
        text = str(value)
        if name in self.moments:
            return day_text(text) if len(text) == len("2026-11-30") else moment_text(text, self.zone)
        return self.labels.get((name, text)) or self.people.get(text) or self.titles.get(text) or text


def words_for(tx: Transaction, kind: RecordType, found: Iterable[Record], names: Iterable[str]) -> Words:
    """Fetch what saying these fields of these records needs; two statements, however many."""
    found, names = tuple(found), tuple(names)
    chosen = {text for record in found for name in names for text in _texts(record.values.get(name))}
    return words_of(tx, kind, chosen, [record.owner_id for record in found])


def words_of(tx: Transaction, kind: RecordType, chosen: Iterable[str], persons: Iterable[str | None]) -> Words:
    """Give what says the fields of a type, where these texts may name people or records."""
    sources = kind.form.lists
    texts = set(chosen) if sources else set()
    titles = {key: f"{record.title}" for key, record in registers.by_keys(tx, texts).items()} if texts else {}
    if any(source in {"services", "record:service"} for source in sources):
        titles |= {each.id: each.title for each in records.services(tx) if each.id in texts}
    if "groups" in sources:
        titles |= {each.id: each.title for each in people.roles(tx) if each.id in texts}
    return Words(
        type=kind,
        people=people.names(tx, {*(text for text in texts if len(text) <= 36), *filter(None, persons)}),
        titles=titles,
        labels=_labels(kind.form.components),
        names=_names(kind.form.components),
        moments=frozenset(part.key for part in walk(kind.form.components) if isinstance(part, MomentField)),
        zone=ZoneInfo(tx.settings.zone),
    )


def _texts(value: Value) -> Iterable[str]:
    return (one for one in (value if isinstance(value, list) else [value]) if isinstance(one, str))


def _labels(components: tuple[Component, ...]) -> dict[tuple[str, str], str]:
    return {
        (part.key, str(choice.value)): choice.label
        for part in walk(components)
        if isinstance(part, ChoiceField)
        for choice in part.values
    }


def _names(components: tuple[Component, ...]) -> dict[str, str]:
    """Give what fields inside groups and lists are called."""
    found: dict[str, str] = {}
    for part in level(components):
        if isinstance(part, Group | DynamicList):
            found |= {owned(inner): inner.label for inner in level(part.components)} | _names(part.components)
    return found
