"""Dates of tasks: read from the diagram when a task arises, changed with a reason, and used by the lists."""

from datetime import datetime, timedelta

import pytest

from engine.acts.claiming import reschedule
from engine.acts.migrating import migrate_case
from engine.errors import NotAllowed, StepFailed, TaskMovedOn, Unacceptable
from engine.installation import Installation
from engine.model.instance import ORDINARY, Task
from engine.model.person import SYSTEM, Actor
from engine.reports.worklist import WorkQuery, my_work, open_task
from engine.storage import instances
from engine.transaction import Transaction, begin, reading
from tests.engine.town import Town
from tests.storage_contract.stores import Clock

DESK = Actor(person_id="desk", name="Desk", roles=frozenset({"service_desk"}))


@pytest.fixture
def town(store: Installation) -> Town:
    return Town(store)


def opened(town: Town, words: str, process: str = "p", **values: object) -> Task:
    town.release(process, f"start s\nuser t assignGroup=service_desk {words}\ns -> t")
    case = town.start(process, **values)
    with reading(town.store, SYSTEM) as tx:
        (task,) = instances.tasks_of(tx, case)
    return task


def changed(
    tx: Transaction, task: Task, due: datetime | None, reason: str, *, seen: int, priority: int = ORDINARY
) -> None:
    reschedule(tx, task.id, due_at=due, follow_up_at=None, priority=priority, reason=reason, seen=seen)


@pytest.mark.parametrize(
    ("words", "due", "follow_up"),
    [
        ("due=P2D followUp=PT4H", timedelta(days=2), timedelta(hours=4)),
        ('due==duration("P1D")', timedelta(days=1), None),
        ('due==now()+duration("PT1H")', timedelta(hours=1), None),
        ("due==nothing", None, None),
        ("", None, None),
    ],
)
def test_dates_are_computed_when_the_task_arises(
    town: Town, words: str, due: timedelta | None, follow_up: timedelta | None
) -> None:
    task = opened(town, words, nothing=None)
    expected = [town.now() + span if span is not None else None for span in (due, follow_up)]
    assert [task.due_at, task.follow_up_at] == expected
    moves = town.facts(task.instance_id, "case.started")["moves"]
    assert [move[0] for move in moves].count("due") == bool(due or follow_up)


def test_what_is_no_date_stops_the_act_and_names_the_element(town: Town) -> None:
    with pytest.raises(StepFailed) as refused:
        opened(town, "due==word", word="soon")
    assert (refused.value.element_id, refused.value.code) == ("t", "date_wrong")


def test_a_date_changes_with_a_reason_and_stands_in_the_history(town: Town) -> None:
    task = opened(town, "due=P2D")
    later = town.now() + timedelta(days=5)
    with begin(town.store, DESK) as tx, pytest.raises(Unacceptable):
        changed(tx, task, later, " ", seen=task.version)
    with begin(town.store, DESK) as tx, pytest.raises(Unacceptable):
        changed(tx, task, task.due_at, "The same.", seen=task.version)
    with begin(town.store, DESK) as tx:
        changed(tx, task, later, "The supplier is late.", seen=task.version)
    facts = town.facts(task.instance_id, "task.rescheduled")
    assert datetime.fromisoformat(facts["due"]) == later
    assert datetime.fromisoformat(facts["old_due"]) == task.due_at
    with begin(town.store, DESK) as tx, pytest.raises(TaskMovedOn):
        changed(tx, task, None, "Seen too long ago.", seen=task.version)
    with reading(town.store, DESK) as tx:
        view = open_task(tx, task.id)
        assert (view.task.due_at, view.may_schedule) == (later, True)
    caller = Actor(person_id="caller", name="Caller", roles=frozenset({"employee"}))
    with begin(town.store, caller) as tx, pytest.raises(NotAllowed):
        changed(tx, task, None, "I want.", seen=2)


def test_lists_put_the_first_date_first_and_count_what_is_overdue(town: Town, clock: Clock) -> None:
    late = opened(town, "due=P3D priority=90")
    soon = opened(town, "due=P1D followUp=PT1H", "q")
    none = opened(town, "", "r")

    def listed(view: str) -> list[str]:
        with reading(town.store, DESK) as tx:
            return [row.task_id for row in my_work(tx, WorkQuery(view=view)).rows]

    assert listed("all") == [soon.id, late.id, none.id]
    assert listed("overdue") == []
    clock.forward(days=2)
    assert listed("overdue") == [soon.id]
    with reading(town.store, DESK) as tx:
        (row,) = my_work(tx, WorkQuery(view="overdue")).rows
    assert row.deadline is not None
    assert (row.deadline.name, row.deadline.breached, row.follow_up_at) == ("task", True, soon.follow_up_at)
    assert row.look_again


@pytest.mark.parametrize(
    ("words", "priority"), [("priority=80", 80), ("priority==level*10", 70), ("priority==none", 50), ("", 50)]
)
def test_a_priority_is_computed_when_the_task_arises(town: Town, words: str, priority: int) -> None:
    task = opened(town, words, level=7, none=None)
    assert (task.priority, task.urgency) == (priority, None if priority == ORDINARY else priority)
    told = [move for move in town.facts(task.instance_id, "case.started")["moves"] if move[0] == "urgency"]
    assert told == ([] if priority == ORDINARY else [["urgency", "t", priority]])


@pytest.mark.parametrize("value", ["high", 1.5, -1, True])
def test_what_is_no_priority_stops_the_act_and_names_the_element(town: Town, value: object) -> None:
    with pytest.raises(StepFailed) as refused:
        opened(town, "priority==level", level=value)
    assert (refused.value.element_id, refused.value.code) == ("t", "priority_wrong")


def test_lists_put_the_more_urgent_task_first_where_their_deadlines_are_equal(town: Town) -> None:
    later = opened(town, "due=P2D priority=10")
    plain = opened(town, "", "q")
    sooner = opened(town, "due=P2D priority=60", "r")
    urgent = opened(town, "priority=51", "v")
    first = opened(town, "due=P1D priority=1", "w")

    def listed(sort: str) -> list[str]:
        with reading(town.store, DESK) as tx:
            return [row.task_id for row in my_work(tx, WorkQuery(view="groups", sort=sort)).rows]

    assert listed("deadline") == [each.id for each in (first, sooner, later, urgent, plain)]
    assert listed("priority") == [each.id for each in (sooner, urgent, plain, later, first)]


def test_a_priority_changes_with_a_reason(town: Town) -> None:
    task = opened(town, "")
    with begin(town.store, DESK) as tx, pytest.raises(Unacceptable):
        changed(tx, task, None, "Too much.", seen=task.version, priority=10_000_000)
    with begin(town.store, DESK) as tx:
        changed(tx, task, None, "The board asked for it.", seen=task.version, priority=95)
    facts = town.facts(task.instance_id, "task.rescheduled")
    assert (facts["old_priority"], facts["priority"]) == (ORDINARY, 95)
    with reading(town.store, DESK) as tx:
        assert [row.urgency for row in my_work(tx, WorkQuery(view="groups")).rows] == [95]


def test_dates_and_priority_stay_when_the_case_moves_to_another_version(town: Town) -> None:
    task = opened(town, "due=P2D followUp=P1D priority=80")
    later = town.release("p", "start s\nuser t assignGroup=service_desk due=P9D priority=10\ns -> t", version=2)
    with begin(town.store, SYSTEM) as tx:
        migrate_case(tx, task.instance_id, later, {}, "It is better drawn.")
    with reading(town.store, SYSTEM) as tx:
        (moved,) = instances.tasks_of(tx, task.instance_id)
    assert (moved.due_at, moved.follow_up_at, moved.priority) == (task.due_at, task.follow_up_at, 80)
