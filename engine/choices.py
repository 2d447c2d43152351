"""The choices an installation supplies to forms: services, people, groups, and the records of a type."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Final

from bpmn.records import SERVICE, SOURCE
from engine.storage import people, records, registers
from engine.transaction import Transaction
from forms.data import Value
from forms.definition import Choice, ChoiceField, FormDefinition, Source, level
from forms.scope import Choices

MOST: Final = 5_000
"""How many records a list offers; of more, those first by title."""


def installation_choices(tx: Transaction, forms: Iterable[FormDefinition | None]) -> Choices:
    """Give what these forms offer of active services, active people, support groups and records, each with id and name.

    Records that are retired are not offered.
    """
    wanted = {name for form in forms if form is not None for name in form.lists}
    return {name: _offered(tx, name) for name in sorted(wanted) if name in _LISTS or name.startswith(SOURCE)}


def choices_among(
    tx: Transaction, form: FormDefinition, given: Mapping[str, Value], kept: Mapping[str, Value]
) -> Choices:
    """Give what a form offers among what was `given`: no long lists are read; what is `kept` stays on offer."""
    found: dict[str, list[Choice]] = {}
    for part in _from_lists(form):
        name = str(part.reference)
        values = [*_several(given.get(part.key)), *_several(kept.get(part.key))]
        if name.startswith(SOURCE) and name != SOURCE + SERVICE:
            in_use = registers.keys_in_use(tx, {value for value in values if isinstance(value, str)})
            kind = name.removeprefix(SOURCE)
            offered = [Choice(value=key, label=title) for key, (of, title) in in_use.items() if of == kind]
        else:
            offered = list(_offered(tx, name))
        known = {choice.value for choice in [*found.get(name, ()), *offered]}
        old = [value for value in _several(kept.get(part.key)) if isinstance(value, str) and value not in known]
        found[name] = [*found.get(name, ()), *offered, *(Choice(value=value, label=value) for value in old)]
    return found


def _from_lists(form: FormDefinition) -> Iterator[ChoiceField]:
    for part in level(form.components):
        if isinstance(part, ChoiceField) and part.source is Source.INSTALLATION:
            yield part


def _several(value: Value) -> list[Value]:
    return value if isinstance(value, list) else [] if value is None else [value]


def _offered(tx: Transaction, name: str) -> list[Choice]:
    if name in _LISTS:
        return _LISTS[name](tx)
    kind = name.removeprefix(SOURCE)
    if kind == SERVICE:
        return _services(tx)
    return [Choice(value=key, label=f"{title} ({key})") for key, title in registers.choices(tx, kind, MOST)]


def _services(tx: Transaction) -> list[Choice]:
    return [Choice(value=each.id, label=each.title) for each in records.services(tx, active=True)]


def _people(tx: Transaction) -> list[Choice]:
    return [Choice(value=each.id, label=each.name) for each in people.all_people(tx, active=True)]


def _groups(tx: Transaction) -> list[Choice]:
    return [Choice(value=each.id, label=each.title) for each in people.roles(tx) if each.kind == "group"]


_LISTS: Final[Mapping[str, Callable[[Transaction], list[Choice]]]] = {
    "services": _services,
    "people": _people,
    "groups": _groups,
}
