"""A task may be offered to any number of roles and people: each of them finds it, one of them takes it."""

from collections.abc import Sequence

import pytest
import sqlalchemy as sa

from bpmn.checking import check
from engine.acts.claiming import assign, claim, give_back_lost, release
from engine.acts.completing import complete_task
from engine.acts.migrating import migrate_case
from engine.acts.people import set_active
from engine.errors import NotAllowed, StepFailed, TaskTaken, Unacceptable
from engine.installation import Installation
from engine.model.audience import Audience, read_audience
from engine.model.entry import instance_stream
from engine.model.identity import new_id
from engine.model.instance import Task
from engine.model.person import SYSTEM, Actor
from engine.model.record import Role
from engine.ownership import Subject, owned
from engine.permissions import EVERYBODY, scope
from engine.reports.cases import case_by_number
from engine.reports.worklist import WorkQuery, assignable, count_mine, my_work, open_task
from engine.storage import instances, journal, people, tables
from engine.transaction import begin, reading
from tests.bpmn.compiling.drawing import draft_of
from tests.bpmn.drawing import VOCABULARY
from tests.engine.town import Town, answers
from tests.storage_contract.stores import add_person

EITHER = """
start s
user look assignGroup=service_desk,experts
user more assignGroup=service_desk
s -> look
look -> more
"""
NAMED = "start s\nuser look assignPeople==people\ns -> look"


@pytest.fixture
def town(store: Installation) -> Town:
    made = Town(store)
    with begin(store, SYSTEM) as tx:
        for role in ("experts", "watchers", "incident_manager"):
            people.put_role(tx, Role(id=role, title=role.title(), kind="group", purpose=""))
    return made


def person(town: Town, name: str, *roles: str) -> Actor:
    """Somebody who holds these roles."""
    with begin(town.store, SYSTEM) as tx:
        person_id = add_person(tx, login=name.lower(), name=name, email=f"{name.lower()}@example.org")
        for role in roles:
            tx.connection.execute(
                tables.role_grant.insert().values(
                    id=new_id(), person_id=person_id, role_id=role, valid_from=tx.now(), granted_at=tx.now(), reason=""
                )
            )
    return Actor(person_id=person_id, name=name, roles=frozenset({*roles, EVERYBODY}))


def the_task(town: Town, case: str) -> Task:
    with reading(town.store, SYSTEM) as tx:
        (task,) = instances.tasks_of(tx, case, state="open")
    return task


def listed(town: Town, actor: Actor, view: str = "groups", **query: str) -> list[bool]:
    """Whether the actor may claim each task of his list."""
    with reading(town.store, actor) as tx:
        page = my_work(tx, WorkQuery(view=view, **query))
    assert page.counts[view] == page.total == len(page.rows)
    return [row.claimable for row in page.rows]


def vacancies(town: Town) -> dict[str, int]:
    with reading(town.store, SYSTEM) as tx:
        return {each.id: each.count for each in owned(tx) if each.subject is Subject.WORK}


def offers(town: Town, case: str) -> list[Sequence[object]]:
    with reading(town.store, SYSTEM) as tx:
        told = journal.entries(tx.connection, instance_stream(case))
    return [move for entry in told for move in entry.facts.get("moves", []) if move[0] in ("offer", "assign")]


def test_everybody_of_either_group_finds_it_and_one_takes_it(town: Town) -> None:
    ann, ben, eve = person(town, "Ann", "service_desk"), person(town, "Ben", "experts"), person(town, "Eve", "watchers")
    town.release("p", EITHER)
    case = town.start("p", title="Paper")
    task = the_task(town, case)
    assert task.audience == Audience.of(["experts", "service_desk"])
    assert [listed(town, each) for each in (ann, ben, eve)] == [[True], [True], []]
    assert [listed(town, each, "all") for each in (ann, ben, eve)] == [[True], [True], [False]]
    assert listed(town, ben, text="paper") == [True]
    assert listed(town, ben, text="ink") == []

    with begin(town.store, eve) as tx, pytest.raises(NotAllowed):
        claim(tx, task.id)
    with begin(town.store, ben) as tx:
        claim(tx, task.id)
    with begin(town.store, ann) as tx, pytest.raises(TaskTaken, match="Ben"):
        claim(tx, task.id)
    assert (listed(town, ann), listed(town, ben), listed(town, ben, "mine")) == ([], [], [False])
    with reading(town.store, ben) as tx:
        assert count_mine(tx) == 1

    # And what he gives back is offered to both groups again
    with begin(town.store, ben) as tx:
        release(tx, task.id)
    assert (listed(town, ann), listed(town, ben)) == ([True], [True])
    with begin(town.store, ann) as tx:
        complete_task(tx, task.id, answers({}), the_task(town, case).version)
    assert the_task(town, case).audience == Audience.of(["service_desk"])
    assert [move[3:] for move in offers(town, case)] == [[["experts", "service_desk"], None], ["service_desk", None]]


def test_people_named_by_data_are_told_and_any_of_them_does_it(town: Town) -> None:
    ann, ben, eve = person(town, "Ann"), person(town, "Ben"), person(town, "Eve")
    town.release("p", NAMED)
    case = town.start("p", people=[ann.person_id, None, ben.person_id])
    task = the_task(town, case)
    assert (task.person_id, task.assignee_id) == (None, None)
    assert [listed(town, each) for each in (ann, ben, eve)] == [[True], [True], []]
    with reading(town.store, SYSTEM) as tx:
        of_mail = tables.job.c.kind == "mail"
        mails = tx.connection.execute(sa.select(tables.job.c.payload).where(of_mail)).scalars().all()
        assert sorted("ann@" in mail for mail in mails) == [False, True]
        assert case_by_number(tx, town.case(case).number).tasks[0].offered_to == "Ann, Ben"
    with reading(town.store, ben) as tx:
        assert open_task(tx, task.id).offered_to == "Ann, Ben"
        assert instances.is_visible(tx, scope(ben), case)
    with reading(town.store, eve) as tx:
        assert not instances.takes_part_in(tx, scope(eve), case)
    with begin(town.store, ben) as tx:
        complete_task(tx, task.id, answers({}), task.version)
    assert town.case(case).state == "completed"
    assert offers(town, case)[0][3:] == [None, sorted([str(ann.person_id), str(ben.person_id)])]


def test_one_of_them_can_have_it_first_and_give_it_back(town: Town) -> None:
    ann, ben = person(town, "Ann"), person(town, "Ben", "experts")
    town.release("p", "start s\nuser look assignPerson==ann assignGroup=experts\ns -> look")
    case = town.start("p", ann=ann.person_id)
    task = the_task(town, case)
    assert (task.person_id, task.assignee_id) == (None, ann.person_id)
    assert (listed(town, ann, "mine"), listed(town, ben)) == ([False], [])
    with begin(town.store, SYSTEM) as tx:
        assert give_back_lost(tx) == 0
    with begin(town.store, ann) as tx:
        release(tx, task.id)
    assert (listed(town, ann), listed(town, ben)) == ([True], [True])
    assert [move[0] for move in offers(town, case)] == ["offer", "assign"]


def test_without_a_person_it_is_for_the_others_and_without_anybody_nobody_finds_it(town: Town) -> None:
    town.release("p", "start s\nuser look assignPerson==ann assignGroup==teams assignPeople==people\ns -> look")
    case = town.start("p", teams="service_desk, experts", people=[])
    assert the_task(town, case).audience.text == "experts,service_desk"
    for given, code in (
        ({}, "nobody_to_do_it"),
        ({"teams": [1]}, "binding_wrong"),
        ({"teams": ["service_desk", "strangers"]}, "unknown_group"),
        ({"teams": "service_desk", "people": ["nobody"]}, "unknown_person"),
    ):
        with pytest.raises(StepFailed) as refused:
            town.start("p", **given)
        assert refused.value.code == code


def test_duties_are_kept_apart_for_each_candidate(town: Town) -> None:
    ann, ben = person(town, "Ann", "service_desk"), person(town, "Ben", "experts")
    town.release("p", EITHER.replace("user more assignGroup=", "user more separateFrom=look assignGroup=experts,"))
    case = town.start("p")
    look = the_task(town, case)
    with begin(town.store, ann) as tx:
        assert complete_task(tx, look.id, answers({}), look.version).next_task is None
    assert (listed(town, ann), listed(town, ben)) == ([False], [True])
    with begin(town.store, ann) as tx, pytest.raises(NotAllowed, match="duties are kept apart"):
        claim(tx, the_task(town, case).id)


def test_a_role_nobody_holds_is_a_vacancy_only_where_no_other_candidate_can_take_it(town: Town) -> None:
    town.release("p", EITHER)
    town.release("q", "start s\nuser look assignGroup=watchers assignPeople==people\ns -> look")
    ann = person(town, "Ann")
    town.start("p")
    town.start("q", people=[ann.person_id])
    assert vacancies(town) == {"experts": 1, "service_desk": 1}
    person(town, "Ben", "experts")
    assert vacancies(town) == {}
    with begin(town.store, SYSTEM) as tx:
        set_active(tx, str(ann.person_id), False)
    assert vacancies(town) == {"watchers": 1}


def test_what_people_left_behind_is_said_once_and_handed_to_anybody(town: Town) -> None:
    ann, ben, eve = person(town, "Ann"), person(town, "Ben"), person(town, "Eve", "incident_manager")
    town.release("p", NAMED)
    case = town.start("p", people=[ann.person_id, ben.person_id])
    task = the_task(town, case)
    with reading(town.store, eve) as tx:
        assert [each.name for each in assignable(tx, task)] == ["Ann", "Ben"]
    with begin(town.store, eve) as tx, pytest.raises(Unacceptable, match="Eve is not among"):
        assign(tx, task.id, eve.person_id, "I look at it.")
    with begin(town.store, SYSTEM) as tx:
        set_active(tx, str(ann.person_id), False)
    with reading(town.store, eve) as tx:
        assert [each.name for each in assignable(tx, task)] == ["Ben"]
    assert vacancies(town) == {}
    with begin(town.store, SYSTEM) as tx:
        set_active(tx, str(ben.person_id), False)
    assert vacancies(town) == {str(ann.person_id): 1, str(ben.person_id): 1}
    with begin(town.store, eve) as tx:
        assert open_task(tx, task.id).may_assign
        assign(tx, task.id, eve.person_id, "They left.")
        assert give_back_lost(tx) == 0
    assert vacancies(town) == {}
    assert listed(town, eve, "mine") == [False]


@pytest.mark.parametrize("lost", ["grant", "house"])
def test_whoever_belongs_no_more_gives_it_back(town: Town, lost: str) -> None:
    ann, ben = person(town, "Ann", "service_desk"), person(town, "Ben", "experts")
    town.release("p", EITHER.replace("look assignGroup=", "look assignPeople==people assignGroup="))
    case = town.start("p", people=[ann.person_id])
    for actor, back in ((ann, 0), (ben, 1)):
        with begin(town.store, actor) as tx:
            claim(tx, the_task(town, case).id)
        with begin(town.store, SYSTEM) as tx:
            assert give_back_lost(tx) == 0
            if lost == "grant":
                tx.connection.execute(tables.role_grant.update().values(revoked_at=tx.now()))
                assert give_back_lost(tx) == back, "Ann is named herself"
            else:
                set_active(tx, str(actor.person_id), False)
        if lost == "grant":
            with begin(town.store, SYSTEM) as tx:
                tx.connection.execute(tables.role_grant.update().values(revoked_at=None))
                tx.connection.execute(tables.task.update().values(assignee_id=None))
    assert the_task(town, case).assignee_id is None


def test_a_new_version_offers_it_to_others(town: Town) -> None:
    ben = person(town, "Ben", "watchers")
    town.release("p", EITHER)
    case = town.start("p")
    new = town.release("p", EITHER.replace("service_desk,experts", "watchers,experts"), version=2)
    assert listed(town, ben) == []
    with begin(town.store, SYSTEM) as tx:
        migrate_case(tx, case, new, {}, "It is better.")
    assert the_task(town, case).audience.roles == ("experts", "watchers")
    assert listed(town, ben) == [True]


def test_each_role_is_checked_and_people_come_from_data() -> None:
    draft = draft_of("start s\nuser look assignGroup=service_desk,nobody,none assignPeople=ann\ns -> look")
    found = check(draft, VOCABULARY)
    told = sorted((each.code, each.message) for each in found if each.severity == "error")
    about_people = [message for code, message in told if code in ("assigned-person", "unknown-group")]
    wrong = ["assignPeople of look is the plain text ann", "the role nobody,", "the role none,"]
    assert all(part in message for part, message in zip(wrong, about_people, strict=True)), about_people


def test_the_text_of_an_audience_says_all_of_it_whatever_the_order() -> None:
    audience = Audience.of(["b", "a", "b"], ["y", "x"])
    assert audience == read_audience(audience.text) == read_audience("@x,b,@y,a")
    assert (Audience.of(["a"]).key, Audience().key, read_audience("")) == ("a", None, Audience())
    assert len({audience.key, Audience.of(["a", "b"], ["x"]).key, Audience.of([], ["a"]).key, "a"}) == 4
    assert all(len(str(each.key)) <= 64 for each in (audience, Audience.of([], map(str, range(500)))))
