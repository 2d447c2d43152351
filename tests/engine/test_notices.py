"""Notices: the right people are told, once, and nobody of what he did himself."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from engine import notices
from engine.errors import StepFailed
from engine.installation import Installation
from engine.model.audience import Audience
from engine.model.identity import new_id
from engine.model.instance import Instance, Task
from engine.model.job import Job, JobKind
from engine.model.person import Actor
from engine.model.step import OperationCalled
from engine.storage.tables import role, role_grant
from engine.transaction import Transaction, begin
from tests.storage_contract.stores import add_person

ANNA = Actor(person_id="0192-anna", name="Anna Berg", roles=frozenset())


@pytest.fixture
def tx(sqlite_store: Installation) -> Iterator[Transaction]:
    with begin(sqlite_store, ANNA) as tx:
        add_person(tx, id="0192-anna", name="Anna Berg", email="anna@example.org")
        add_person(tx, id="0192-otto", name="Otto Öl", email="otto@example.org")
        add_person(tx, id="0192-mute", name="Mute", email=None)
        add_person(tx, id="0192-gone", name="Gone", email="gone@example.org", active=False)
        tx.connection.execute(role.insert().values(id="service_desk", title="Service desk", kind="role"))
        for person, until in (("anna", None), ("otto", None), ("gone", None), ("mute", -1)):
            tx.connection.execute(
                role_grant.insert().values(
                    id=new_id(),
                    person_id=f"0192-{person}",
                    role_id="service_desk",
                    valid_from=tx.now() - timedelta(days=2),
                    valid_until=until and tx.now() + timedelta(days=until),
                    granted_at=tx.now(),
                )
            )
        yield tx


@pytest.fixture
def case(tx: Transaction) -> Instance:
    return Instance(
        id="0192-case",
        number="INC-1042",
        process_id="incident",
        publication_id="p",
        title="Printer <3>",
        state="active",
        outcome=None,
        starter_id="0192-otto",
        caller_id="0192-otto",
        service_id=None,
        priority=None,
        restricted=False,
        business_key=None,
        started_at=tx.now(),
        ended_at=None,
        version=1,
    )


def task(tx: Transaction, person_id: str | None) -> Task:
    return Task(
        id="0192-task",
        instance_id="0192-case",
        token="t",
        element_id="Confirm",
        title="Confirm the solution",
        state="open",
        audience=Audience.of([] if person_id else ["service_desk"]),
        person_id=person_id,
        assignee_id=person_id,
        form=None,
        version=1,
        created_at=tx.now(),
        claimed_at=None,
        ended_at=None,
        ended_by=None,
    )


def recipients(jobs: list[Job]) -> list[str]:
    return sorted(job.payload["to"] for job in jobs)


def test_a_person_is_told_of_a_task_for_him_alone(tx: Transaction, case: Instance) -> None:
    (job,) = notices.for_tasks(tx, case, [task(tx, "0192-otto")])
    assert (job.kind, job.instance_id, job.due_at) == (JobKind.MAIL, "0192-case", tx.now())
    assert job.payload["subject"] == "INC-1042: Confirm the solution"
    assert "http://127.0.0.1:8000/tasks/0192-task" in job.payload["text"]
    assert "Printer &lt;3&gt;" in job.payload["html"]
    assert job.payload["person"] == "0192-otto"


@pytest.mark.parametrize("person_id", [None, "0192-anna", "0192-mute", "0192-gone", "unknown"])
def test_nobody_is_told_of_tasks_of_groups_of_his_own_doing_or_without_an_address(
    tx: Transaction, case: Instance, person_id: str | None
) -> None:
    assert notices.for_tasks(tx, case, [task(tx, person_id)]) == []


def call(**arguments: Any) -> OperationCalled:
    return OperationCalled(token="t", element_id="Tell", operation="notice/send", arguments=arguments)


@pytest.mark.parametrize(
    ("to", "expected"),
    [
        ("0192-otto", ["otto@example.org"]),
        ("service_desk", ["anna@example.org", "otto@example.org"]),
        (["service_desk", "0192-otto", "0192-gone"], ["anna@example.org", "otto@example.org"]),
        ("nobody_at_all", []),
        (None, []),
    ],
)
def test_a_diagram_tells_people_and_holders_of_roles_once(
    tx: Transaction, case: Instance, to: Any, expected: list[str]
) -> None:
    told = notices.for_operation(tx, case, call(to=to, subject="Solved", text="It works.\n\nThank you."))
    assert recipients(told) == expected
    for job in told:
        assert job.payload["subject"] == "Solved"
        assert "<p>It works.</p><p>Thank you.</p>" in job.payload["html"]


def test_without_words_the_case_itself_is_named(tx: Transaction, case: Instance) -> None:
    (job,) = notices.for_operation(tx, case, call(to="0192-otto"))
    assert job.payload["subject"] == "INC-1042: Printer <3>"


@pytest.mark.parametrize(
    "wrong", [call(to=5), call(to=[None]), call(to="0192-otto", text=["a"]), replace(call(), operation="http/get")]
)
def test_wrong_arguments_fail_the_step(tx: Transaction, case: Instance, wrong: OperationCalled) -> None:
    with pytest.raises(StepFailed):
        notices.for_operation(tx, case, wrong)


def test_who_is_handed_a_task_is_told_by_whom_and_why(tx: Transaction, case: Instance) -> None:
    one = notices.people.get(tx, "0192-otto")
    own = notices.people.get(tx, "0192-anna")
    assert one is not None
    assert own is not None
    (job,) = notices.for_assignment(tx, case, task(tx, None), one, "You know this printer.")
    assert job.payload["text"].startswith("Anna Berg handed you this task")
    assert "You know this printer." in job.payload["text"]
    assert notices.for_assignment(tx, case, task(tx, None), own, "") == []
