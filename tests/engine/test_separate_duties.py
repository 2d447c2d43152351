"""Separation of duties: whoever did one step of a case is not given the other, whichever of the two names it."""

import pytest

from engine.acts.claiming import assign, claim
from engine.acts.completing import complete_task
from engine.acts.starting import start_case
from engine.errors import NotAllowed, Unacceptable
from engine.installation import Installation
from engine.model.identity import new_id
from engine.model.instance import Task
from engine.model.person import SYSTEM, Actor
from engine.permissions import EVERYBODY
from engine.reports.worklist import WorkQuery, my_work, open_task
from engine.storage import instances, tables
from engine.transaction import begin, reading
from tests.engine.town import Town, answers
from tests.storage_contract.stores import add_person

PROCESS = """
start s
user plan assignGroup=service_desk
user approve assignGroup=service_desk separateFrom=plan,s
s -> plan
plan -> approve
""".strip()


@pytest.fixture
def town(store: Installation) -> Town:
    return Town(store)


def person(town: Town, name: str) -> Actor:
    with begin(town.store, SYSTEM) as tx:
        person_id = add_person(tx, login=name.lower(), name=name)
        tx.connection.execute(
            tables.role_grant.insert().values(
                id=new_id(),
                person_id=person_id,
                role_id="service_desk",
                valid_from=tx.now(),
                granted_by=None,
                granted_at=tx.now(),
                reason="",
            )
        )
    return Actor(person_id=person_id, name=name, roles=frozenset({"service_desk", "incident_manager", EVERYBODY}))


def the_task(town: Town, case: str) -> Task:
    with reading(town.store, SYSTEM) as tx:
        (task,) = instances.tasks_of(tx, case, state="open")
    return task


def test_whoever_planned_does_not_approve(town: Town) -> None:
    # Given a case that the system began, whose plan Ann made
    ann, ben = person(town, "Ann"), person(town, "Ben")
    town.release("p", PROCESS)
    case = town.start("p")
    plan = the_task(town, case)
    with begin(town.store, ann) as tx:
        done = complete_task(tx, plan.id, answers({}), plan.version)
    task = the_task(town, case)

    # Then she is not led on to the approval, and her list does not let her claim it, as it lets Ben
    assert done.next_task is None
    for actor, claimable in ((ann, False), (ben, True)):
        with reading(town.store, actor) as tx:
            assert [row.claimable for row in my_work(tx, WorkQuery(view="groups")).rows] == [claimable]

    # And the approval is not hers: not to claim, not to be given, not to do; and she is told why
    with begin(town.store, ann) as tx, pytest.raises(NotAllowed, match="plan"):
        claim(tx, task.id)
    with begin(town.store, ben) as tx, pytest.raises(Unacceptable, match=r"Ann: Whoever did “plan”"):
        assign(tx, task.id, ann.person_id, "She knows it.")
    with begin(town.store, ann) as tx, pytest.raises(NotAllowed, match="duties are kept apart"):
        complete_task(tx, task.id, answers({}), task.version)
    with reading(town.store, ann) as tx:
        view = open_task(tx, task.id)
    assert (view.may_claim, view.may_complete) == (False, False)
    assert "plan" in view.kept_apart

    # And Ben approves
    with begin(town.store, ben) as tx:
        claim(tx, task.id)
    task = the_task(town, case)
    with begin(town.store, ben) as tx:
        complete_task(tx, task.id, answers({}), task.version)
    assert town.case(case).state == "completed"


def test_whoever_asked_does_not_approve(town: Town) -> None:
    ann, ben = person(town, "Ann"), person(town, "Ben")
    town.release("p", PROCESS)
    with begin(town.store, ann) as tx:
        case = start_case(tx, "p", answers({})).id
    plan = the_task(town, case)
    with begin(town.store, ben) as tx:
        complete_task(tx, plan.id, answers({}), plan.version)
    task = the_task(town, case)
    for actor, refused in ((ann, "“s”"), (ben, "“plan”")):
        with begin(town.store, actor) as tx, pytest.raises(NotAllowed, match=refused):
            claim(tx, task.id)


def test_it_holds_whichever_is_done_first(town: Town) -> None:
    ann = person(town, "Ann")
    town.release(
        "p", PROCESS.replace("s -> plan\nplan -> approve", "s -> approve\napprove -> plan").replace("plan,s", "plan")
    )
    case = town.start("p")
    task = the_task(town, case)
    with begin(town.store, ann) as tx:
        complete_task(tx, task.id, answers({}), task.version)
    with begin(town.store, ann) as tx, pytest.raises(NotAllowed, match="approve"):
        claim(tx, the_task(town, case).id)


def test_whom_the_data_name_is_kept_out(town: Town) -> None:
    # Given a case about Ann, as the data say
    ann, ben = person(town, "Ann"), person(town, "Ben")
    town.release("p", PROCESS.replace("separateFrom=plan,s", "separateFromPeople==about"))
    case = town.start("p", about=[ann.person_id])
    plan = the_task(town, case)
    with begin(town.store, ann) as tx:
        done = complete_task(tx, plan.id, answers({}), plan.version)
    task = the_task(town, case)

    # Then what is kept from those it is about is not hers, and she is told why
    assert done.next_task is None
    for actor, claimable in ((ann, False), (ben, True)):
        with reading(town.store, actor) as tx:
            assert [row.claimable for row in my_work(tx, WorkQuery(view="groups")).rows] == [claimable]
    with begin(town.store, ann) as tx, pytest.raises(NotAllowed, match="about you"):
        claim(tx, task.id)
    with begin(town.store, ben) as tx, pytest.raises(Unacceptable, match="Ann: This case is about you"):
        assign(tx, task.id, ann.person_id, "She knows it.")
    with begin(town.store, ann) as tx, pytest.raises(NotAllowed, match="about you"):
        complete_task(tx, task.id, answers({}), task.version)

    # And Ben does it
    with begin(town.store, ben) as tx:
        complete_task(tx, task.id, answers({}), task.version)
    assert town.case(case).state == "completed"


def test_where_the_data_cannot_be_read_nobody_is_let_in(town: Town) -> None:
    ben = person(town, "Ben")
    town.release("p", PROCESS.replace("separateFrom=plan,s", "separateFromPeople==about"))
    case = town.start("p", about=7)
    plan = the_task(town, case)
    with begin(town.store, ben) as tx:
        complete_task(tx, plan.id, answers({}), plan.version)
    with begin(town.store, ben) as tx, pytest.raises(NotAllowed, match="must give ids"):
        claim(tx, the_task(town, case).id)
