"""The choices an installation supplies to forms: services, people, groups."""

from collections.abc import Callable, Iterable, Mapping
from typing import Final

from engine.storage import people, records
from engine.transaction import Transaction
from forms.definition import Choice, FormDefinition
from forms.scope import Choices


def installation_choices(tx: Transaction, forms: Iterable[FormDefinition | None]) -> Choices:
    """Give what these forms offer of active services, active people and support groups, each with id and name."""
    wanted = {name for form in forms if form is not None for name in form.lists}
    return {name: _LISTS[name](tx) for name in sorted(wanted & _LISTS.keys())}


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
