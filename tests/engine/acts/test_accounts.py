"""Accounts: a first administrator is checked like everybody, and logins are found whatever their letters."""

import pytest

from engine import journal
from engine.acts import people, signing_in
from engine.errors import EngineError, NotAllowed, Unacceptable
from engine.model.entry import INSTALLATION
from engine.model.person import SYSTEM
from engine.model.record import Role
from engine.storage import journal as rows
from engine.storage import people as people_rows
from engine.storage import tables
from engine.transaction import begin
from tests.journeys.story import Story

PASSWORD = "twelve hungry sailors"


@pytest.mark.parametrize(
    ("typed", "field"),
    [
        ({"login": "a b"}, "login"),
        ({"login": "x" * 300}, "login"),
        ({"name": "x" * 300}, "name"),
        ({"name": " "}, "name"),
        ({"email": "nobody"}, "email"),
        ({"email": "a@b\r\nBcc: c@d"}, "email"),
    ],
)
def test_the_first_administrator_is_checked_like_everybody(either: Story, typed: dict[str, str], field: str) -> None:
    installation = either.organisation.installation
    with begin(installation, SYSTEM) as tx:
        for table in (tables.role_grant, tables.person):
            tx.connection.execute(table.delete())
        token = signing_in.first_administrator_token(tx)
    assert token is not None
    given = {"login": "first", "name": "First", "email": "", **typed}
    with pytest.raises(Unacceptable) as refused, begin(installation, SYSTEM) as tx:
        signing_in.use_link(tx, token, password_hash="x", **given)
    assert refused.value.parameters["field"] == field
    with either.organisation.reading() as tx:
        assert signing_in.open_link(tx, token), "the link still works"


def test_a_login_beyond_ascii_signs_in(either: Story) -> None:
    installation = either.organisation.installation
    with either.organisation.acting("ada") as tx:
        person = people.add_person(tx, login="Änne", name="Änne")
        token = people.make_password_link(tx, person.id)
    hashed = signing_in.hash_password(PASSWORD)
    with begin(installation, SYSTEM) as tx:
        signing_in.use_link(tx, token, password_hash=hashed)
    assert signing_in.sign_in(installation, "Änne", PASSWORD).id == person.id
    with pytest.raises(NotAllowed):
        signing_in.sign_in(installation, "Änne", PASSWORD + "?")


def test_an_administrator_does_not_lock_himself_out(story: Story) -> None:
    with story.organisation.reading() as tx:
        (grant,) = people_rows.grants(tx, person_id=story.ada.id)
    with story.organisation.acting("ada") as tx, pytest.raises(Unacceptable):
        people.revoke_role(tx, grant.id, "Not needed.")


def test_a_role_that_is_changed_is_on_record(story: Story) -> None:
    with story.organisation.acting("ada") as tx:
        people.put_role(tx, Role(id="support_print", title="Print", kind="group", purpose="Printers."))
    with story.organisation.reading() as tx:
        last = rows.entries(tx.connection, INSTALLATION)[-1]
        assert journal.verify(tx, INSTALLATION).consistent
    assert (last.kind, last.facts["role"], last.known["title"]) == ("role.saved", "support_print", "Print")


@pytest.mark.parametrize("change", [{"title": "x" * 300}, {"id": "x" * 65}, {"title": " "}])
def test_a_role_beyond_its_bounds(story: Story, change: dict[str, str]) -> None:
    role = Role(**{"id": "support_print", "title": "Print", "kind": "group", "purpose": "", **change})
    with story.organisation.acting("ada") as tx, pytest.raises(EngineError):
        people.put_role(tx, role)
