"""Operators hear of incidents by mail: once a case, and never of mail that fails."""

import pytest

from engine.acts.incidents import open_incident
from engine.acts.people import add_person, grant_role
from engine.installation import Installation
from engine.model.job import Job, JobKind
from engine.model.person import SYSTEM
from engine.reports.incidents import incident_page
from engine.storage import jobs, tables
from engine.transaction import begin, reading
from tests.engine.town import Town


@pytest.fixture
def town(store: Installation) -> Town:
    town = Town(store)
    with begin(store, SYSTEM) as tx:
        tx.connection.execute(tables.role.insert().values(id="operator", title="Operator", kind="role"))
        person = add_person(tx, login="op", name="Op", email="op@example.org")
        grant_role(tx, person.id, "operator")
    town.release("work", "start s\nuser t assignGroup=service_desk\ns -> t")
    return town


def failing(town: Town, kind: JobKind, case: str | None) -> None:
    with begin(town.store, SYSTEM) as tx:
        job = Job.new(kind, due_at=tx.now(), now=tx.now(), payload={}, instance_id=case)
        jobs.add(tx, [job])
        jobs.failed(tx, job, "Jo Bauer cannot be reached", None)
        open_incident(tx, job, "Jo Bauer cannot be reached", None)


def mails(town: Town) -> list[str]:
    with reading(town.store, SYSTEM) as tx:
        found = tx.connection.execute(tables.job.select().where(tables.job.c.kind == "mail")).mappings().all()
    return [row["payload"] for row in found if "op@example.org" in row["payload"]]


def test_one_mail_a_case_that_names_the_case_and_nothing_of_what_failed(town: Town) -> None:
    one, other = town.start("work"), town.start("work")
    for _ in range(3):
        failing(town, JobKind.TIMER, one)
    assert len(mails(town)) == 1
    assert town.case(one).number in mails(town)[0]
    assert "Jo Bauer" not in mails(town)[0]
    failing(town, JobKind.TIMER, other)
    assert len(mails(town)) == 2


def test_mail_that_fails_and_a_flood_outside_cases_do_not_make_more_mail(town: Town) -> None:
    failing(town, JobKind.MAIL, None)
    assert mails(town) == []
    for _ in range(3):
        failing(town, JobKind.ROUTE, None)
    assert len(mails(town)) == 1


def test_the_list_is_filtered_by_kind_and_case(town: Town) -> None:
    one = town.start("work")
    failing(town, JobKind.TIMER, one)
    failing(town, JobKind.ROUTE, None)
    with reading(town.store, SYSTEM) as tx:
        counted = [
            len(incident_page(tx, **filters).rows)
            for filters in ({}, {"kind": "timer"}, {"number": town.case(one).number}, {"number": "INC-9"})
        ]
    assert counted == [2, 1, 1, 0]
