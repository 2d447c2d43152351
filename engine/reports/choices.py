"""The choices an installation supplies to forms: services, people, groups."""

from engine.storage import people, records
from engine.transaction import Transaction
from forms.definition import Choice
from forms.scope import Choices


def installation_choices(tx: Transaction) -> Choices:
    """Give active services, active people and support groups, each with id and name."""
    return {
        "services": [Choice(value=each.id, label=each.title) for each in records.services(tx, active=True)],
        "people": [Choice(value=each.id, label=each.name) for each in people.all_people(tx, active=True)],
        "groups": [Choice(value=each.id, label=each.title) for each in people.roles(tx) if each.kind == "group"],
    }
