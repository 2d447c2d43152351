"""Texts call a service by its title, where data holds its key."""

import pytest

from engine.installation import Installation
from engine.live import functions
from engine.model.person import SYSTEM
from engine.model.record import Service
from engine.storage import records, tables
from engine.transaction import begin, reading
from tests.engine.town import Town


@pytest.fixture
def town(store: Installation) -> Town:
    town = Town(store)
    with begin(store, SYSTEM) as tx:
        tx.connection.execute(tables.calendar.insert().values(id="always", title="Always", value="{}", version=1))
        service = Service(
            id="mail",
            title="Mail and calendar",
            description="",
            owner_id=None,
            calendar_id="always",
            support_group=None,
            active=True,
            version=1,
        )
        records.put_service(tx, service)
    return town


def test_diagrams_ask_for_the_title_of_a_service(town: Town) -> None:
    town.release(
        "texts",
        'start s\nscript t { told = service title(service) + ", " + title }\nuser u assignGroup=service_desk\n'
        "s -> t\nt -> u",
    )
    case = town.start("texts", service="mail", title="slow")
    assert town.data(case)["told"] == "Mail and calendar, slow"


@pytest.mark.parametrize(("key", "title"), [("mail", "Mail and calendar"), ("gone", "gone"), (None, None)])
def test_what_is_no_service_stays_as_it_is(town: Town, key: str | None, title: str | None) -> None:
    with reading(town.store, SYSTEM) as tx:
        assert functions(tx)["service title"](key) == title
