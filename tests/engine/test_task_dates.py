"""Dates of tasks: read from the diagram when a task arises, changed with a reason, and used by the lists."""

from datetime import datetime, timedelta

import pytest

from engine.acts.claiming import set_due
from engine.errors import NotAllowed, StepFailed, TaskMovedOn, Unacceptable
from engine.installation import Installation
from engine.model.instance import Task
from engine.model.person import SYSTEM, Actor
from engine.reports.worklist import WorkQuery, my_work, open_task
from engine.storage import instances
from engine.transaction import begin, reading
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
        set_due(tx, task.id, later, None, " ", seen=task.version)
    with begin(town.store, DESK) as tx, pytest.raises(Unacceptable):
        set_due(tx, task.id, task.due_at, None, "The same.", seen=task.version)
    with begin(town.store, DESK) as tx:
        set_due(tx, task.id, later, None, "The supplier is late.", seen=task.version)
    facts = town.facts(task.instance_id, "task.rescheduled")
    assert datetime.fromisoformat(facts["due"]) == later
    assert datetime.fromisoformat(facts["old_due"]) == task.due_at
    with begin(town.store, DESK) as tx, pytest.raises(TaskMovedOn):
        set_due(tx, task.id, None, None, "Seen too long ago.", seen=task.version)
    with reading(town.store, DESK) as tx:
        view = open_task(tx, task.id)
        assert (view.task.due_at, view.may_schedule) == (later, True)
    caller = Actor(person_id="caller", name="Caller", roles=frozenset({"employee"}))
    with begin(town.store, caller) as tx, pytest.raises(NotAllowed):
        set_due(tx, task.id, None, None, "I want.", seen=2)


def test_lists_put_the_first_date_first_and_count_what_is_overdue(town: Town, clock: Clock) -> None:
    late = opened(town, "due=P3D")
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
