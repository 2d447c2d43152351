"""The machine's clock is set back while a case runs: the order of what happened stands, no deadline counts twice."""

from collections import Counter
from datetime import timedelta

import pytest

from engine.acts import claiming, people
from engine.acts.steering import set_deadline
from engine.installation import Installation
from engine.model.clock import Clock as Deadline
from engine.model.entry import instance_stream
from engine.model.person import SYSTEM
from engine.model.record import Target
from engine.permissions import EVERYBODY
from engine.reports import deadlines
from engine.reports import people as people_shown
from engine.reports.trace import Trace, trace_case
from engine.storage import clocks, instances, journal, records
from engine.transaction import begin, reading
from tests.engine.town import Town
from tests.faults import invariants
from tests.journeys.story import Story
from tests.journeys.test_incident_journey import LOG, PRINTER
from tests.parts.organisation import Organisation
from tests.storage_contract.stores import Clock, clock, database_url, sqlite_store, sqlite_url, store, upgraded_sqlite

__all__ = ["clock", "database_url", "sqlite_store", "sqlite_url", "store", "upgraded_sqlite"]

WORK = """start s
user a assignGroup=service_desk clockStart=resolution due=PT6H
timer nap on=a beside = PT5H
user b assignGroup=service_desk clockStop=resolution
end e
end rung
s -> a
a -> b
b -> e
nap -> rung"""


@pytest.fixture
def town(store: Installation) -> Town:
    town = Town(store)
    with begin(store, SYSTEM) as tx:
        hours = 4 * 3600
        target = Target(service_id="", priority="P1", clock="resolution", budget_seconds=hours, around_the_clock=True)
        records.replace_targets(tx, "", [target])
    town.release("p", WORK)
    return town


def traced(town: Town, case: str) -> Trace:
    with reading(town.store, SYSTEM) as tx:
        return trace_case(tx, town.case(case).number)


def deadline(town: Town, case: str) -> Deadline:
    with reading(town.store, SYSTEM) as tx:
        (found,) = clocks.of_instance(tx, case)
    return found


def shown(town: Town, case: str) -> list[deadlines.DeadlineView]:
    """The clock and the date of the open task as pages tell them."""
    with reading(town.store, SYSTEM) as tx:
        (task,) = instances.tasks_of(tx, case, state="open")
        dated = deadlines.of_task(task, tx.now())
        return [*deadlines.of_instances(tx, [case])[case], *([dated] if dated else [])]


def test_the_numbers_of_the_entries_tell_the_order(town: Town, clock: Clock) -> None:
    case = town.start("p", priority="P1")
    clock.forward(hours=2)
    town.do(case, "a", n=1)
    clock.forward(hours=-5)
    town.do(case, "b", n=2)
    told = traced(town, case)
    assert [entry.seq for entry in told.entries] == list(range(1, len(told.entries) + 1))
    assert [entry.kind for entry in told.entries] == [
        *("case.started", "clock.started", "task.completed", "task.completed", "clock.met"),
    ]
    assert told.verdict.consistent
    assert [entry.set_back for entry in told.entries] == [False, False, False, True, False]
    assert told.moment.values[-1][2].text == "2", "the data are those of the last entry, not of the latest hour"
    with reading(town.store, SYSTEM) as tx:
        begun, *_, ended = journal.entries(tx.connection, instance_stream(case))
    assert ended.at < begun.at
    assert town.case(case).state == "completed"
    invariants.check(town.store)


def test_no_deadline_is_missed_twice_and_nothing_is_used_below_nothing(town: Town, clock: Clock) -> None:
    case = town.start("p", priority="P1")
    clock.forward(hours=4, minutes=1)
    town.run()
    clock.forward(hours=-6)
    views = shown(town, case)
    assert [view.name for view in views] == ["resolution", "task"]
    for view in views:
        assert view.consumed_seconds >= 0
        assert view.remaining_seconds <= view.budget_seconds or view.name == "task"
    assert deadline(town, case).breached_at is not None
    with begin(town.store, SYSTEM) as tx:
        set_deadline(tx, case, deadline(town, case).id, timedelta(hours=3), "It is urgent")
    for _ in range(16):
        clock.forward(hours=1)
        town.run()
    kinds = Counter(town.kinds(case))
    assert (kinds["clock.warned"], kinds["clock.missed"], kinds["timer.fired"]) == (1, 1, 1)
    town.do(case, "a")
    town.do(case, "b")
    kinds = Counter(town.kinds(case))
    assert (kinds["clock.missed"], kinds["clock.stopped"], kinds["clock.met"]) == (1, 1, 0)
    assert deadline(town, case).consumed >= timedelta(hours=4)
    invariants.check(town.store)


def test_what_is_paused_and_goes_on_keeps_what_it_used(town: Town, clock: Clock) -> None:
    case = town.start("p", priority="P1")
    clock.forward(hours=1)
    with begin(town.store, SYSTEM) as tx:
        set_deadline(tx, case, deadline(town, case).id, timedelta(hours=8), "There is time")
    clock.forward(hours=-3)
    town.do(case, "a")
    town.do(case, "b")
    assert deadline(town, case).consumed == timedelta(hours=1)
    assert Counter(town.kinds(case))["clock.met"] == 1


def held(organisation: Organisation, login: str) -> frozenset[str]:
    """The roles somebody was granted, as his next page would find them, as lists tell it, and as their grants say."""
    found = organisation.actor(login).roles - {EVERYBODY}
    with organisation.looking("ada") as tx:
        view = people_shown.person(tx, organisation.ids[login])
        told = {role.role.id for role in people_shown.roles(tx) if view.person in role.holders}
    assert told == {row.grant.role_id for row in view.grants if row.state == "now"} == found
    return found


def test_roles_are_held_as_they_were_given_and_taken(organisation: Organisation) -> None:
    """What begins or ends by the calendar does so by the clock; what an administrator did is done."""
    with organisation.acting("ada") as tx:
        later = tx.now() + timedelta(days=1)
        given = people.grant_role(tx, organisation.ids["carla"], "service_desk", reason="Helps out")
        people.grant_role(tx, organisation.ids["carla"], "auditor", valid_from=later, reason="Next week")
        (desk,) = [
            row.grant
            for row in people_shown.person(tx, organisation.ids["sam"]).grants
            if row.grant.role_id == "service_desk"
        ]
        people.revoke_role(tx, desk.id, "Moves on")
    assert held(organisation, "sam") == set()
    assert held(organisation, "carla") == {"service_desk"}
    organisation.clock.forward(hours=-5)
    assert held(organisation, "sam") == set(), "nothing that was taken away comes back"
    assert held(organisation, "carla") == {"service_desk"}
    with organisation.acting("ada") as tx:
        people.revoke_role(tx, given.id, "Was a mistake")
        people.grant_role(tx, organisation.ids["sam"], "service_desk", reason="Comes back")
    assert held(organisation, "carla") == set()
    assert held(organisation, "sam") == {"service_desk"}
    organisation.clock.forward(days=3)
    assert held(organisation, "carla") == {"auditor"}
    assert held(organisation, "sam") == {"service_desk"}


def test_whoever_took_a_task_keeps_it(organisation: Organisation) -> None:
    """The round that gives tasks of those who have left back finds nobody gone."""
    with organisation.acting("ada") as tx:
        people.grant_role(tx, organisation.ids["carla"], "service_desk", reason="Helps out")
    story = Story(organisation)
    case = story.carla.reports(**PRINTER)
    with organisation.acting("carla") as tx:
        claiming.claim(tx, case.task(LOG).id)
    organisation.clock.forward(hours=-5)
    with begin(organisation.installation, SYSTEM) as tx:
        claiming.give_back_lost(tx)
    assert case.task(LOG).assignee_id == organisation.ids["carla"]
