"""Nobody grants a role to himself, unless nobody else could; those who watch over the others never do."""

import pytest

from engine.acts.people import add_person, grant_role, set_active
from engine.acts.setting_up import begin_installation
from engine.errors import SamePerson
from engine.installation import Installation
from engine.model.entry import EntryKind, person_stream
from engine.model.person import SYSTEM, Actor
from engine.storage import journal
from engine.transaction import begin, reading


def administrator(store: Installation, login: str) -> Actor:
    with begin(store, SYSTEM) as tx:
        begin_installation(tx)
        person = add_person(tx, login=login, name=login)
        grant_role(tx, person.id, "administrator")
    return Actor(person_id=person.id, name=login, roles=frozenset({"administrator", "employee"}))


def test_a_second_administrator_grants_what_one_may_not_grant_oneself(store: Installation) -> None:
    one, other = administrator(store, "one"), administrator(store, "other")
    assert one.person_id is not None
    for role in ("operator", "process_owner", "auditor"):
        with begin(store, one) as tx, pytest.raises(SamePerson):
            grant_role(tx, one.person_id, role)
        with begin(store, other) as tx:
            assert grant_role(tx, one.person_id, role).granted_by == other.person_id


def test_the_only_administrator_may_but_never_watches_over_himself(store: Installation) -> None:
    one, other = administrator(store, "one"), administrator(store, "other")
    assert one.person_id is not None
    assert other.person_id is not None
    with begin(store, one) as tx:
        set_active(tx, other.person_id, False)
    with begin(store, one) as tx:
        grant_role(tx, one.person_id, "operator")
    for role in ("auditor", "data_protection"):
        with begin(store, one) as tx, pytest.raises(SamePerson):
            grant_role(tx, one.person_id, role)
    with reading(store, SYSTEM) as tx:
        told = journal.entries(tx.connection, person_stream(one.person_id), kinds=[EntryKind.ROLE_GRANTED])
    assert [(entry.facts["role"], entry.facts.get("own")) for entry in told] == [
        ("administrator", None),
        ("operator", True),
    ]
