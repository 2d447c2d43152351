"""Cases put on another version of their process: state, tasks, jobs, messages, clocks and journal together."""

import threading
from collections.abc import Mapping
from datetime import timedelta

import pytest

from engine import journal, worker
from engine.acts import batches, migrating, steering
from engine.acts.claiming import claim
from engine.acts.completing import complete_task
from engine.acts.people import add_person, grant_role, revoke_role
from engine.errors import CannotMigrate, Conflict, NotAllowed, NotFound, TaskMovedOn, Unacceptable
from engine.installation import Installation
from engine.model.batch import Batch, BatchState, Outcome
from engine.model.entry import publication_stream
from engine.model.instance import Task
from engine.model.job import JobKind, JobStatus
from engine.model.person import SYSTEM, Actor
from engine.reports import trace
from engine.storage import batches as batch_rows
from engine.storage import incidents, instances, jobs, people, publications, snapshots, tables
from engine.storage import journal as entries
from engine.transaction import Transaction, begin, reading
from tests.engine.town import Town, answers
from tests.faults import invariants
from tests.storage_contract.stores import Clock

ONE = """
start s
user before assignGroup=service_desk
and f
user a assignGroup=service_desk
timer late on=a beside = PT4H
user told assignGroup=service_desk
message m correlate==key = approved
call c = child
and j
user after assignGroup=service_desk
s -> before
before -> f
f -> a
f -> m
f -> c
late -> told
a -> j
m -> j
c -> j
j -> after
"""
TWO = ONE.replace("j -> after", "user more assignGroup=service_desk\nj -> more\nmore -> after").replace(
    "timer late on=a beside = PT4H", "timer late on=a beside = PT9H\ntimer later on=a beside = P2D\nlater -> told"
)
CHILD = "start s\nuser work assignGroup=service_desk\ns -> work"


@pytest.fixture
def town(store: Installation) -> Town:
    town = Town(store)
    town.release("child", CHILD)
    town.release("p", ONE)
    return town


def move(town: Town, case: str, to: str, **mapping: str) -> None:
    with begin(town.store, SYSTEM) as tx:
        migrating.migrate_case(tx, case, to, mapping, "The approval was missing.")


def under_way(town: Town) -> str:
    case = town.start("p", key="K1")
    town.do(case, "before")
    town.run()
    return case


def due(town: Town, case: str) -> Mapping[str, object]:
    with reading(town.store, SYSTEM) as tx:
        found = jobs.of_instance(tx.connection, case, open_only=True)
    return {str(job.payload["element"]): (job.id, job.due_at) for job in found if job.kind is JobKind.TIMER}


def task(town: Town, case: str, element_id: str) -> Task:
    with reading(town.store, SYSTEM) as tx:
        return next(each for each in instances.tasks_of(tx, case, state="open") if each.element_id == element_id)


def test_a_case_goes_on_under_the_new_version_with_all_it_had(town: Town, clock: Clock) -> None:
    case = under_way(town)
    (child,) = town.cases("child")
    with begin(town.store, SYSTEM) as tx:
        person = add_person(tx, login="dora", name="Dora")
        grant_role(tx, person.id, "service_desk")
    dora = Actor(person_id=person.id, name="Dora", roles=frozenset({"service_desk", "employee"}))
    with begin(town.store, dora) as tx:
        claim(tx, task(town, case, "a").id)
        instances.keep_draft(tx, person.id, f"task:{task(town, case, 'a').id}", "{}", tx.now())
    before, timer = task(town, case, "a"), due(town, case)["late"]
    clock.forward(hours=1)
    two = town.release("p", TWO, version=2)
    move(town, case, two)

    after = task(town, case, "a")
    assert (after.id, after.token, after.assignee_id, after.version) == (
        before.id,
        before.token,
        person.id,
        before.version + 1,
    )
    assert due(town, case) == {"late": timer, "later": (due(town, case)["later"][0], clock.now + timedelta(days=2))}
    with reading(town.store, SYSTEM) as tx:
        assert instances.draft(tx, person.id, f"task:{before.id}") is not None
        assert snapshots.kept(tx, case) == []
    facts = town.facts(case, "case.migrated")
    assert (facts["version"], facts["publication"], facts["before"]["version"], facts["mapping"]) == (2, two, 1, {})
    assert facts["digest"] == facts["before"]["digest"] == "0" * 64
    invariants.check(town.store)
    town.release("sender", "start s\nmessage m throw correlate==key = approved\ns -> m")
    town.start("sender", key="K1")
    town.do(child.id, "work")
    town.run()
    town.do(case, "a")
    assert town.tasks(case) == ["more"]
    town.do(case, "more")
    town.do(case, "after")
    assert town.case(case).state == "completed"
    assert town.failed() == []


def test_a_case_is_whole_or_untouched(town: Town) -> None:
    case = under_way(town)
    before, rows = town.case(case), due(town, case)
    two = town.release("p", ONE.replace("user a ", "manual a "), version=2)
    with pytest.raises(CannotMigrate, match=r"“a”: In the new version it is of another kind.*wait until") as refused:
        move(town, case, two)
    assert len(refused.value.obstacles) == 1
    assert (town.case(case), due(town, case)) == (before, rows)
    assert "case.migrated" not in town.kinds(case)
    town.do(case, "a")


def test_a_new_timer_that_cannot_be_set_leaves_the_case_as_it_is(town: Town) -> None:
    case = under_way(town)
    before, rows = town.case(case), due(town, case)
    two = town.release(
        "p", ONE.replace("late -> told", "late -> told\ntimer odd on=a beside = =nothing\nodd -> told"), version=2
    )
    with begin(town.store, SYSTEM) as tx:
        batch = batches.start_batch(tx, two, [case], {}, "All of them.")
    town.run()
    (line,) = report(town, batch)
    assert (line[0], "which is no time" in str(line[1])) == (Outcome.LEFT, True)
    assert (town.case(case), due(town, case)) == (before, rows)
    invariants.check(town.store)


def test_the_act_needs_a_reason_a_permission_and_a_version_of_this_process(town: Town) -> None:
    case = under_way(town)
    two = town.release("p", TWO, version=2)
    child = next(each for each in town.cases("child")).publication_id
    desk = Actor(person_id="x", name="Desk", roles=frozenset({"service_desk"}))
    with pytest.raises(NotAllowed), begin(town.store, desk) as tx:
        migrating.migrate_case(tx, case, two, {}, "Because")
    with pytest.raises(Unacceptable, match="why"), begin(town.store, SYSTEM) as tx:
        migrating.migrate_case(tx, case, two, {}, " ")
    with pytest.raises(NotFound):
        move(town, case, child)
    with pytest.raises(CannotMigrate, match="runs on version 1 already"):
        move(town, case, town.case(case).publication_id)
    with pytest.raises(Unacceptable, match="“a” cannot be “m”"):
        move(town, case, two, a="m")


def test_tasks_take_the_title_the_form_and_the_role_of_the_new_version(town: Town) -> None:
    town.release("q", "start s\nuser a name=Look assignGroup=service_desk\ns -> a")
    case = town.start("q")
    with begin(town.store, SYSTEM) as tx:
        tx.connection.execute(tables.role.insert().values(id="experts", title="Experts", kind="group"))
    two = town.release("q", "start s\nuser b name=Look_closely assignGroup=experts\ns -> b", version=2)
    move(town, case, two, a="b")
    now = task(town, case, "b")
    assert (now.title, now.audience.text, now.version) == ("Look closely", "experts", 2)
    three = town.release("q", "start s\nuser b name=Look assignGroup=strangers\ns -> b", version=3)
    with pytest.raises(Exception, match="There is no group “strangers”"):
        move(town, case, three)
    assert task(town, case, "b") == now
    town.do(case, "b")
    assert town.case(case).state == "completed"


def test_what_is_renamed_is_found_by_its_new_name_everywhere(town: Town, clock: Clock) -> None:
    case = under_way(town)
    text = ONE.replace("late", "slow").replace("message m ", "message yes ").replace("f -> m", "f -> yes")
    two = town.release("p", text.replace("m -> j", "m_j: yes -> j"), version=2)
    move(town, case, two, late="slow", m="yes")
    assert list(due(town, case)) == ["slow"]
    with reading(town.store, SYSTEM) as tx:
        assert [element for _, element, _ in instances.awaited_by(tx, case)] == ["yes"]
    clock.forward(hours=4)
    town.run()
    assert town.facts(case, "timer.fired")["element"] == "slow"
    assert town.tasks(case) == ["a", "told"]
    invariants.check(town.store)


def test_a_suspended_case_stays_suspended_and_new_timers_wait(town: Town, clock: Clock) -> None:
    case = under_way(town)
    with begin(town.store, SYSTEM) as tx:
        steering.suspend_case(tx, case, "Wait")
    move(town, case, town.release("p", TWO, version=2))
    with reading(town.store, SYSTEM) as tx:
        found = [job for job in jobs.of_instance(tx.connection, case, open_only=True) if job.kind is JobKind.TIMER]
    assert {job.status for job in found} == {JobStatus.HELD}
    assert len(found) == 2
    clock.forward(days=3)
    assert town.run() == 0
    with begin(town.store, SYSTEM) as tx:
        steering.resume_case(tx, case, "Go on")
    town.run()
    assert town.tasks(case) == ["a", "told", "told"]


def test_an_incident_goes_along_and_ends_with_what_it_was_about(town: Town) -> None:
    case = under_way(town)
    with begin(town.store, SYSTEM) as tx:
        job = next(each for each in jobs.of_instance(tx.connection, case) if each.kind is JobKind.TIMER)
        given_up = tables.job.update().where(tables.job.c.id == job.id).values(status=JobStatus.FAILED, problem="x")
        tx.connection.execute(given_up)
        tx.connection.execute(
            tables.incident.insert().values(
                id="i", job_id=job.id, kind="timer", instance_id=case, element_id="late", message="x", attempts=1,
                state="open", opened_at=tx.now(),
            )
        )  # fmt: skip
    move(town, case, town.release("p", ONE.replace("late", "slow"), version=2), late="slow")

    def opened() -> list[str | None]:
        with reading(town.store, SYSTEM) as tx:
            return [each.element_id for each in incidents.open_of(tx.connection, case)]

    assert opened() == ["slow"]
    gone = (
        ONE.replace("timer late on=a beside = PT4H\n", "")
        .replace("late -> told\n", "")
        .replace("user told assignGroup=service_desk\n", "")
    )
    move(town, case, town.release("p", gone, version=3))
    assert opened() == []


# --- two at once ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("ahead", ["complete", "move"])
def test_who_takes_the_case_first_survives(town: Town, ahead: str) -> None:
    case = under_way(town)
    two = town.release("p", TWO, version=2)
    page = task(town, case, "a")
    refused: list[Exception] = []
    began, finish = threading.Event(), threading.Event()

    def complete(tx: Transaction) -> None:
        complete_task(tx, page.id, answers({}), page.version)

    def migrate(tx: Transaction) -> None:
        migrating.migrate_case(tx, case, two, {}, "Now")

    first, second = (complete, migrate) if ahead == "complete" else (migrate, complete)

    def lead() -> None:
        with begin(town.store, SYSTEM) as tx:
            first(tx)
            began.set()
            assert finish.wait(20)

    def follow() -> None:
        assert began.wait(20)
        try:
            with begin(town.store, SYSTEM) as tx:
                finish.set()
                second(tx)
        except Conflict as conflict:
            refused.append(conflict)

    threads = [threading.Thread(target=lead), threading.Thread(target=follow)]
    # SQLite has one writer: the second waits at its BEGIN, so the first must not wait for it.
    if town.store.database.dialect == "sqlite":
        finish.set()
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    assert town.case(case).publication_id == two, "the move survives in both orders"
    if ahead == "complete":
        assert refused == []
        assert "a" not in town.tasks(case)
    else:
        assert [type(each) for each in refused] == [TaskMovedOn]
        assert "a" in town.tasks(case), "what was typed for the earlier version is not taken for the new one"
    invariants.check(town.store)


# --- batches ----------------------------------------------------------------------------------------------------------


def report(town: Town, batch: Batch) -> list[tuple[Outcome, str | None]]:
    with reading(town.store, SYSTEM) as tx:
        return [(each.outcome, each.problem) for each in batch_rows.cases(tx, batch.id)]


def state(town: Town, batch: Batch) -> BatchState:
    with reading(town.store, SYSTEM) as tx:
        found = batch_rows.get(tx, batch.id)
    assert found is not None
    return found.state


def started(town: Town, to: str, cases: list[str], by: Actor = SYSTEM, **mapping: str) -> Batch:
    with begin(town.store, by) as tx:
        return batches.start_batch(tx, to, cases, mapping, "All of them.")


def operator(town: Town) -> Actor:
    with begin(town.store, SYSTEM) as tx:
        tx.connection.execute(tables.role.insert().values(id="operator", title="Operator", kind="role"))
        person = add_person(tx, login="olga", name="Olga")
        grant_role(tx, person.id, "operator")
    return Actor(person_id=person.id, name="Olga", roles=frozenset({"operator", "employee"}))


SMALL = "start s\nuser a assignGroup=service_desk\nuser b assignGroup=service_desk\ns -> a\na -> b"


def small(town: Town, count: int) -> list[str]:
    town.release("few", SMALL)
    return [town.start("few") for _ in range(count)]


def test_a_batch_moves_what_it_can_and_says_of_the_others_why(town: Town) -> None:
    cases = small(town, 4)
    town.do(cases[1], "a")
    olga = operator(town)
    two = town.release("few", SMALL.replace("user b", "manual b"), version=2)
    batch = started(town, two, cases, olga)
    town.do(cases[2], "a")
    town.cancel(cases[3])
    town.run()
    lines = report(town, batch)
    assert [outcome for outcome, _ in lines] == [Outcome.MOVED, Outcome.LEFT, Outcome.LEFT, Outcome.LEFT]
    assert "“b”: In the new version it is of another kind" in str(lines[1][1])
    assert "has ended" in str(lines[3][1])
    assert state(town, batch) is BatchState.DONE
    with reading(town.store, SYSTEM) as tx:
        told = entries.entries(tx.connection, publication_stream(two))
        (entry,) = entries.entries(tx.connection, f"instance:{cases[0]}", kinds=["case.migrated"])
        assert journal.verify(tx, publication_stream(two)).consistent
    assert [(each.kind, each.actor_id) for each in told] == [("batch.started", olga.person_id), ("batch.ended", None)]
    assert told[-1].facts == {"batch": batch.id, "moved": 1, "left": 3}
    assert (entry.actor_id, entry.facts["batch"]) == (olga.person_id, batch.id), "in the name of who started it"
    invariants.check(town.store)


def test_a_batch_rests_goes_on_and_ends_where_it_is_told(town: Town) -> None:
    cases = small(town, 5)
    two = town.release("few", SMALL + "\nuser c assignGroup=service_desk\nb -> c", version=2)
    batch = started(town, two, cases)
    one_job(town)

    def act(deed: object) -> None:
        with begin(town.store, SYSTEM) as tx:
            deed(tx, batch.id)  # type: ignore[operator]

    act(batches.pause_batch)
    with pytest.raises(Conflict, match="paused"):
        act(batches.pause_batch)
    town.run()
    assert [outcome for outcome, _ in report(town, batch)].count(Outcome.MOVED) == 1
    act(batches.resume_batch)
    one_job(town)
    assert [outcome for outcome, _ in report(town, batch)].count(Outcome.MOVED) == 2
    act(batches.pause_batch)
    act(batches.resume_batch)
    one_job(town)
    act(batches.stop_batch)
    town.run()
    assert [outcome for outcome, _ in report(town, batch)].count(Outcome.MOVED) <= 3
    assert state(town, batch) is BatchState.STOPPED
    with pytest.raises(Conflict, match="stopped"):
        act(batches.resume_batch)
    assert town.case(cases[4]).publication_id != two


def one_job(town: Town) -> None:
    """Let the worker do one job."""
    (job,) = worker.claim(town.store, limit=1)
    worker.run(town.store, job.id, job.attempt)


def test_a_batch_ends_when_who_started_it_may_not_any_more(town: Town) -> None:
    cases = small(town, 2)
    olga = operator(town)
    batch = started(town, town.release("few", SMALL, version=2), cases, olga)
    with begin(town.store, SYSTEM) as tx:
        (grant,) = people.grants(tx, person_id=olga.person_id)
        revoke_role(tx, grant.id, "Gone")
    town.run()
    assert state(town, batch) is BatchState.STOPPED
    assert {outcome for outcome, _ in report(town, batch)} == {Outcome.WAITING}


def test_a_batch_needs_cases_that_one_sees_and_a_mapping_that_fits(town: Town) -> None:
    cases = small(town, 1)
    two = town.release("few", SMALL, version=2)
    for chosen in ([], ["nobody"], [town.start("few")]):
        with pytest.raises(Unacceptable, match="at least one running case"):
            started(town, two, chosen)
    with pytest.raises(Unacceptable, match="“a” cannot be “zz”"):
        started(town, two, cases, a="zz")
    with reading(town.store, SYSTEM) as tx:
        assert publications.get(tx, two) is not None


# --- what an auditor sees ---------------------------------------------------------------------------------------------


def test_the_history_tells_each_entry_in_the_words_of_the_release_it_ran_on(town: Town) -> None:
    one = (
        "start s\nuser a name=Look assignGroup=service_desk\nuser b name=Mend assignGroup=service_desk\ns -> a\na -> b"
    )
    town.release("q", one)
    case = town.start("q")
    town.do(case, "a")
    renamed = one.replace("user a name=Look", "user x name=See").replace("user b name=Mend", "user c name=Repair")
    two = town.release("q", renamed.replace("s -> a\na -> b", "s -> x\nx -> c"), version=2)
    move(town, case, two, b="c")
    town.do(case, "c")
    number = town.case(case).number
    with reading(town.store, SYSTEM) as tx:
        now, then = trace.trace_case(tx, number), trace.trace_case(tx, number, 1)
        path, before = (trace.drawn(tx, number, each.stretch.number)[0] for each in (now, then))
        whole, _ = trace.history_drawn(tx, town.case(case))
        drawn = [trace.diagram_of(tx, number, each.number) for each in now.stretches]
        assert journal.verify(tx, f"instance:{case}").consistent
        with pytest.raises(NotFound):
            trace.trace_case(tx, number, 3)
    assert [(each.version, each.first, each.last) for each in now.stretches] == [(1, 1, 2), (2, 3, 2**31 - 1)]
    assert [line.kind for line in then.entries] == ["case.started", "task.completed"]
    assert [line.kind for line in now.entries] == ["case.migrated", "task.completed"]
    assert [line.parameters["element"] for line in (then.entries[1], now.entries[1])] == ["Look", "Repair"]
    assert (now.entries[0].parameters["version"], now.entries[0].note) == ("2", "The approval was missing.")
    assert (before.taken, path.taken) == (("s", "s_a", "a", "a_b", "b"), ())
    assert whole.taken == ("s", "c"), "what the diagram of now has, under its old or its new name"
    assert [b'name="Look"' in each for each in drawn] == [True, False]
