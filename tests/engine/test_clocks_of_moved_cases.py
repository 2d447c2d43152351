"""Pauses of service-level clocks while cases are put on another version: renamed, ended and begun as it is drawn."""

from datetime import timedelta

import pytest

from engine.acts import migrating
from engine.deadlines import tracking
from engine.installation import Installation
from engine.model.clock import Clock as Deadline
from engine.model.person import SYSTEM
from engine.model.record import Target
from engine.storage import clocks, records
from engine.transaction import begin, reading
from tests.engine.town import Town
from tests.faults import invariants
from tests.storage_contract.stores import Clock

HOUR = timedelta(hours=1)
LINES = """
start s
user begin assignGroup=service_desk clockStart=resolution
and split
user ask name=Ask_the_caller assignGroup=service_desk clockPause=resolution
user vendor name=Ask_the_vendor assignGroup=service_desk
and join
user last assignGroup=service_desk clockStop=resolution
s -> begin
begin -> split
split -> ask
split -> vendor
ask -> join
vendor -> join
join -> last
"""


@pytest.fixture
def town(store: Installation) -> Town:
    town = Town(store)
    with begin(store, SYSTEM) as tx:
        target = Target(
            service_id="", priority="P1", clock="resolution", budget_seconds=8 * 3600, around_the_clock=True
        )
        records.replace_targets(tx, "", [target])
    town.release("p", LINES)
    return town


def asked(town: Town, clock: Clock) -> str:
    """A case that has used one hour and rests since another one."""
    case = town.start("p", priority="P1")
    clock.forward(hours=1)
    town.do(case, "begin")
    clock.forward(hours=1)
    assert [pause.element for pause in deadline(town, case).pauses] == ["ask"]
    return case


def deadline(town: Town, case: str) -> Deadline:
    with reading(town.store, SYSTEM) as tx:
        (found,) = clocks.of_instance(tx, case)
    return found


def move(town: Town, case: str, text: str, **mapping: str) -> None:
    release = town.release("p", text, version=2)
    with begin(town.store, SYSTEM) as tx:
        migrating.migrate_case(tx, case, release, mapping, "A better drawing.")
    invariants.check(town.store)


def used(town: Town, case: str) -> timedelta:
    return tracking.consumed(deadline(town, case), town.now())


def test_a_pause_goes_along_under_the_new_name_of_its_element(town: Town, clock: Clock) -> None:
    case = asked(town, clock)
    move(town, case, LINES.replace(" ask", " question").replace("\nask", "\nquestion"), ask="question")
    assert [pause.element for pause in deadline(town, case).pauses] == ["question"]
    assert "clock.resumed" not in town.kinds(case)
    clock.forward(hours=5)
    assert used(town, case) == HOUR
    town.do(case, "question")
    assert deadline(town, case).pauses == ()
    clock.forward(hours=2)
    assert used(town, case) == 3 * HOUR


def test_a_pause_ends_where_the_new_drawing_has_none(town: Town, clock: Clock) -> None:
    case = asked(town, clock)
    move(town, case, LINES.replace(" clockPause=resolution", ""))
    assert deadline(town, case).pauses == ()
    assert town.kinds(case)[-2:] == ["case.migrated", "clock.resumed"]
    clock.forward(hours=2)
    assert used(town, case) == 3 * HOUR


def test_a_pause_begins_where_the_case_stands_and_none_was_drawn(town: Town, clock: Clock) -> None:
    case = asked(town, clock)
    text = LINES.replace("user vendor", "user vendor clockPause=resolution")
    move(town, case, text)
    assert [(pause.element, pause.reason) for pause in deadline(town, case).pauses] == [
        ("ask", "Ask the caller"),
        ("vendor", "Ask the vendor"),
    ]
    clock.forward(hours=2)
    town.do(case, "ask")
    clock.forward(hours=2)
    assert used(town, case) == HOUR
    town.do(case, "vendor")
    clock.forward(hours=1)
    assert used(town, case) == 2 * HOUR


def test_a_pause_changes_its_place(town: Town, clock: Clock) -> None:
    case = asked(town, clock)
    text = LINES.replace(" clockPause=resolution", "").replace("user vendor", "user vendor clockPause=resolution")
    move(town, case, text)
    assert [pause.element for pause in deadline(town, case).pauses] == ["vendor"]
    town.do(case, "ask")
    clock.forward(hours=3)
    assert used(town, case) == HOUR
    town.do(case, "vendor")
    town.do(case, "last")
    assert deadline(town, case).state == "met"
    assert used(town, case) == HOUR
    invariants.check(town.store)
