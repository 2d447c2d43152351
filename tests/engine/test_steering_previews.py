"""What a preview says will happen is what then happens."""

from datetime import timedelta

import pytest

from engine.acts.steering import go_back_to, redirect_case, skip_task
from engine.installation import Installation
from engine.live import read_live
from engine.model.instance import Task
from engine.model.person import SYSTEM
from engine.reports.previews import Preview, preview_back, preview_move, preview_skip
from engine.running import places
from engine.storage import instances
from engine.transaction import begin, reading
from tests.engine.town import Town

LINES = """
start s
user first assignGroup=service_desk
sub inner {
start i
and split
user work assignGroup=service_desk
call child = helper
catch_place
i -> split
split -> work
split -> child
split -> hear
}
timer late on=inner = P1D
user chased assignGroup=service_desk
user last assignGroup=service_desk
script note { n = 1 }
message tell throw = told
end e
s -> first
first -> inner
inner -> note
note -> tell
tell -> last
last -> e
late -> chased
"""


@pytest.fixture
def town(sqlite_store: Installation) -> Town:
    town = Town(sqlite_store)
    town.release("main", LINES.replace("catch_place", "message hear = heard"))
    town.release("helper", "start s\nuser help assignGroup=service_desk\ns -> help")
    return town


def task_of(town: Town, case: str, element_id: str) -> Task:
    with reading(town.store, SYSTEM) as tx:
        found = [*instances.tasks_of(tx, case, state="open"), *instances.tasks_of(tx, case, state="completed")]
    return next(task for task in found if task.element_id == element_id)


def started(town: Town) -> str:
    case = town.start("main")
    town.do(case, "first")
    town.run()
    return case


def moved(town: Town, case: str, element_id: str, target: str) -> tuple[str, Preview]:
    with reading(town.store, SYSTEM) as tx:
        live = read_live(tx, town.case(case))
        assert live is not None
        token = next(place.token for place in places(live) if place.element_id == element_id)
        return token, preview_move(tx, town.case(case), token, target)


def test_a_move_tells_what_ends_and_what_begins(town: Town) -> None:
    case = started(town)
    (child,) = town.cases("helper")
    version = town.case(case).version
    token, preview = moved(town, case, "inner", "note")
    due = town.now() + timedelta(days=1)
    assert preview == Preview(
        withdrawn=("work",),
        opened=("last",),
        ended=(("late", due),),
        forgotten=("hear",),
        abandoned=(child.number,),
        sent=("tell",),
        changed=("n",),
    )
    assert (town.case(case).version, town.tasks(case)) == (version, ["work"]), "nothing was changed"
    with begin(town.store, SYSTEM) as tx:
        redirect_case(tx, case, token, "note", "It is done.")
    town.run()
    assert town.tasks(case) == ["last"]
    assert town.waiting(case).timers == ()
    assert town.case(child.id).state == "cancelled"


def test_going_back_tells_what_opens_again(town: Town) -> None:
    case = started(town)
    task = task_of(town, case, "first")
    with reading(town.store, SYSTEM) as tx:
        preview = preview_back(tx, town.case(case), task.id)
    assert (preview.withdrawn, preview.opened, preview.problem) == (("work",), ("first",), "")
    assert [title for title, _ in preview.ended] == ["late"]
    with begin(town.store, SYSTEM) as tx:
        go_back_to(tx, task.id, "Too early.")
    assert town.tasks(case) == ["first"]


def test_skipping_tells_what_begins_and_how_the_case_ends(town: Town) -> None:
    case = town.start("main")
    task = task_of(town, case, "first")
    with reading(town.store, SYSTEM) as tx:
        preview = preview_skip(tx, town.case(case), task)
    assert (preview.opened, preview.called, preview.awaited) == (("work",), ("child",), ("hear",))
    assert [title for title, _ in preview.begun] == ["late"]
    with begin(town.store, SYSTEM) as tx:
        skip_task(tx, task.id, "Known.", task.version)
    assert town.tasks(case) == ["work"]
    _, preview = moved(town, case, "inner", "e")
    assert preview.outcome == "e"


def test_what_cannot_be_done_says_why(town: Town) -> None:
    town.release(
        "broken",
        "start s\nuser t assignGroup=service_desk\nxor x\nend a\nend b\ns -> t\nt -> x\nx -> a [n = 1]\nx -> b [n = 2]",
    )
    case = town.start("broken")
    with reading(town.store, SYSTEM) as tx:
        preview = preview_skip(tx, town.case(case), task_of(town, case, "t"))
    assert preview.problem
    assert preview.opened == ()
