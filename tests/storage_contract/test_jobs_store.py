"""Jobs: each taken once, fenced by its attempt, free again when a lease runs out."""

import threading
from datetime import timedelta
from typing import Any

import pytest
import sqlalchemy as sa
from sqlalchemy import event

from engine.errors import Conflict
from engine.installation import JOBS_ADDED, Installation
from engine.model.job import ATTEMPTS, Job, JobKind, JobStatus
from engine.model.person import SYSTEM
from engine.storage import instances, jobs
from engine.transaction import begin, reading
from tests.storage_contract.stores import Clock, add_case

LEASE = timedelta(minutes=2)


def add(store: Installation, count: int = 1, *, kind: JobKind = JobKind.TIMER, due: float = 0) -> list[Job]:
    with begin(store, SYSTEM) as tx:
        new = [
            Job.new(
                kind,
                due_at=tx.now() + timedelta(seconds=due),
                now=tx.now(),
                payload={"number": number},
                token=f"{number}",
            )
            for number in range(count)
        ]
        jobs.add(tx, new)
    return new


def claim(store: Installation, limit: int = 10) -> list[Job]:
    with begin(store, SYSTEM) as tx:
        return jobs.claim(tx, limit=limit, lease=LEASE)


def get(store: Installation, job_id: str) -> Job:
    with reading(store, SYSTEM) as tx:
        found = jobs.get(tx.connection, job_id)
    assert found is not None
    return found


def test_jobs_come_back_as_they_were_added(store: Installation) -> None:
    (new,) = add(store)
    assert get(store, new.id) == new


def test_due_jobs_are_taken_once_and_earliest_first(store: Installation, clock: Clock) -> None:
    later = add(store, due=20)
    sooner = add(store, due=10)
    never = add(store, due=1000)
    assert claim(store) == []
    clock.forward(seconds=30)
    taken = claim(store)
    assert [job.id for job in taken] == [sooner[0].id, later[0].id]
    assert {job.status for job in taken} == {JobStatus.LEASED}
    assert [(job.attempt, job.attempts_left, job.lease_until) for job in taken] == [
        (1, ATTEMPTS - 1, clock.now + LEASE)
    ] * 2
    assert claim(store) == []
    assert get(store, never[0].id).status is JobStatus.WAITING


def test_only_wanted_kinds_are_taken(store: Installation) -> None:
    add(store, kind=JobKind.MAIL)
    with begin(store, SYSTEM) as tx:
        assert jobs.claim(tx, limit=5, lease=LEASE, kinds={JobKind.TIMER}) == []
        assert jobs.next_due(tx.connection, {JobKind.TIMER}) is None
        assert jobs.next_due(tx.connection) == tx.now()


def test_threads_that_claim_together_take_each_job_once(store: Installation) -> None:
    added = add(store, 40)
    together = threading.Barrier(4)
    taken: list[str] = []

    def work() -> None:
        together.wait()
        while found := claim(store, 3):
            taken.extend(job.id for job in found)

    threads = [threading.Thread(target=work) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(taken) == sorted(job.id for job in added)


@pytest.mark.parametrize("database_url", [pytest.param("postgresql", marks=pytest.mark.postgresql)], indirect=True)
def test_a_claim_does_not_wait_for_another_claim(store: Installation) -> None:
    add(store, 4)
    with begin(store, SYSTEM) as tx:
        first = jobs.claim(tx, limit=2, lease=LEASE)
        found: list[Job] = []
        thread = threading.Thread(target=lambda: found.extend(claim(store)))
        thread.start()
        thread.join(5)
        assert not thread.is_alive()
    assert len(first) == len(found) == 2
    assert not {job.id for job in first} & {job.id for job in found}


def test_a_lease_that_ran_out_is_taken_again_and_the_slow_worker_is_fenced(store: Installation, clock: Clock) -> None:
    add(store)
    (slow,) = claim(store)
    clock.forward(minutes=3)
    (fast,) = claim(store)
    assert (fast.id, fast.attempt, fast.attempts_left) == (slow.id, 2, ATTEMPTS - 2)
    with begin(store, SYSTEM) as tx:
        assert jobs.fetch_leased(tx, slow.id, slow.attempt) is None
        held = jobs.fetch_leased(tx, fast.id, fast.attempt)
        assert held == fast
        jobs.done(tx, held)
    for end in (jobs.done, lambda tx, job: jobs.failed(tx, job, "", None)):
        with pytest.raises(Conflict), begin(store, SYSTEM) as tx:
            end(tx, slow)
    assert get(store, slow.id).status is JobStatus.DONE
    with begin(store, SYSTEM) as tx:
        assert jobs.fetch_leased(tx, fast.id, fast.attempt) is None


def test_a_failure_is_tried_again_or_given_up_and_an_operator_can_retry(store: Installation, clock: Clock) -> None:
    (new,) = add(store)
    (taken,) = claim(store)
    with begin(store, SYSTEM) as tx:
        jobs.failed(tx, taken, "no answer", tx.now() + timedelta(seconds=10))
    assert claim(store) == []
    clock.forward(seconds=10)
    (taken,) = claim(store)
    assert (taken.attempt, taken.problem) == (2, "no answer")
    with begin(store, SYSTEM) as tx:
        jobs.failed(tx, taken, "gone", None)
    clock.forward(days=1)
    assert claim(store) == []
    with begin(store, SYSTEM) as tx:
        assert [job.problem for job in jobs.with_status(tx.connection, JobStatus.FAILED)] == ["gone"]
        assert jobs.retry(tx, new.id) is not None
        assert jobs.retry(tx, new.id) is None
    (taken,) = claim(store)
    assert (taken.attempt, taken.attempts_left) == (3, ATTEMPTS - 1)


def test_a_mail_is_forgotten_once_sent(store: Installation) -> None:
    (new,) = add(store, kind=JobKind.MAIL)
    (taken,) = claim(store)
    with begin(store, SYSTEM) as tx:
        jobs.done(tx, taken)
    assert get(store, new.id).payload == {}


def test_jobs_can_be_given_back_and_leases_ended(store: Installation) -> None:
    add(store, 3)
    taken = claim(store)
    with begin(store, SYSTEM) as tx:
        jobs.give_back(tx, taken[:1])
    (again,) = claim(store)
    assert (again.id, again.attempt, again.attempts_left) == (taken[0].id, 2, ATTEMPTS - 1)
    with begin(store, SYSTEM) as tx:
        assert jobs.end_leases(tx) == 3
    assert len(claim(store)) == 3


def test_cancelling_by_token_and_by_case(store: Installation) -> None:
    with begin(store, SYSTEM) as tx:
        case, other = add_case(tx), add_case(tx)
        new = {
            (owner, token, kind): Job.new(
                kind, due_at=tx.now(), now=tx.now(), payload={}, instance_id=owner, token=token
            )
            for owner in (case, other)
            for token, kind in (("a", JobKind.TIMER), ("b", JobKind.TIMER), (None, JobKind.MAIL))
        }
        jobs.add(tx, list(new.values()))
    (leased, *_) = [job for job in claim(store) if job.instance_id == case and job.token == "a"]
    with begin(store, SYSTEM) as tx:
        jobs.cancel(tx, case, [])
        jobs.cancel(tx, case, ["a", "unknown"])
        assert jobs.fetch_leased(tx, leased.id, leased.attempt) is None
        jobs.cancel_all(tx, other)
    statuses = {key: get(store, job.id).status for key, job in new.items()}
    assert [key for key, status in statuses.items() if status is JobStatus.CANCELLED] == [
        (case, "a", JobKind.TIMER),
        (other, "a", JobKind.TIMER),
        (other, "b", JobKind.TIMER),
    ]
    with reading(store, SYSTEM) as tx:
        assert len(jobs.of_instance(tx.connection, case)) == 3
        assert len(jobs.of_instance(tx.connection, case, open_only=True)) == 2


def test_a_job_may_cancel_its_own_token(store: Installation) -> None:
    with begin(store, SYSTEM) as tx:
        case = add_case(tx)
        new = Job.new(JobKind.TIMER, due_at=tx.now(), now=tx.now(), payload={}, instance_id=case, token="a")
        jobs.add(tx, [new])
    (taken,) = claim(store)
    with begin(store, SYSTEM) as tx:
        held = jobs.fetch_leased(tx, taken.id, taken.attempt)
        assert held is not None
        jobs.cancel(tx, case, ["a"])
        jobs.done(tx, held)
    assert get(store, new.id).status is JobStatus.DONE


def test_a_person_who_moves_the_case_and_its_timer_do_not_fail_each_other(store: Installation) -> None:
    """The person locks the case, then cancels the timer; the worker must not hold the timer and wait for the case."""
    with begin(store, SYSTEM) as tx:
        case = add_case(tx)
        new = Job.new(JobKind.TIMER, due_at=tx.now(), now=tx.now(), payload={}, instance_id=case, token="a")
        jobs.add(tx, [new])
    (taken,) = claim(store)
    found: list[Job | Exception | None] = []
    locked = threading.Event()

    def work() -> None:
        locked.wait(10)
        try:
            with begin(store, SYSTEM) as tx:
                found.append(jobs.fetch_leased(tx, taken.id, taken.attempt))
                instances.locked(tx, case)
        except Exception as error:  # noqa: BLE001 - told by the main thread
            found.append(error)

    thread = threading.Thread(target=work)
    thread.start()
    with begin(store, SYSTEM) as tx:
        instances.locked(tx, case)
        locked.set()
        thread.join(0.3)
        jobs.cancel(tx, case, ["a"])
    thread.join(10)
    assert found == [None]


def test_the_next_due_time_counts_leases_too(store: Installation, clock: Clock) -> None:
    with reading(store, SYSTEM) as tx:
        assert jobs.next_due(tx.connection) is None
    add(store, due=300)
    add(store)
    claim(store)
    with reading(store, SYSTEM) as tx:
        assert jobs.next_due(tx.connection) == clock.now + LEASE


def test_the_backlog_counts_what_is_not_over(store: Installation, clock: Clock) -> None:
    add(store, 2, due=60)
    add(store, kind=JobKind.MAIL)
    (taken,) = claim(store)
    with begin(store, SYSTEM) as tx:
        jobs.failed(tx, taken, "", None)
    with reading(store, SYSTEM) as tx:
        found = jobs.summary(tx.connection)
    assert found == [
        jobs.Backlog(kind=JobKind.MAIL, status=JobStatus.FAILED, count=1, earliest=clock.now),
        jobs.Backlog(kind=JobKind.TIMER, status=JobStatus.WAITING, count=2, earliest=clock.now + timedelta(seconds=60)),
    ]


def test_the_worker_is_told_only_of_due_jobs_and_only_after_the_commit(store: Installation) -> None:
    told: list[str] = []
    store.memory[JOBS_ADDED] = lambda: told.append("told")
    add(store, due=1)
    assert told == []
    add(store)
    assert told == ["told"]
    with pytest.raises(ZeroDivisionError), begin(store, SYSTEM) as tx:  # noqa: PT012 - what rolls back is the subject
        jobs.add(tx, [Job.new(JobKind.MAIL, due_at=tx.now(), now=tx.now(), payload={})])
        raise ZeroDivisionError
    assert told == ["told"]


def test_of_several_kinds_the_earliest_job_is_taken_first(store: Installation) -> None:
    (late,) = add(store, due=-10)
    (mail,) = add(store, due=-30, kind=JobKind.MAIL)
    (early,) = add(store, due=-20)
    assert [job.id for job in claim(store)] == [mail.id, early.id, late.id]
    (old,) = add(store, due=-40)
    with begin(store, SYSTEM) as tx:
        (taken,) = jobs.claim(tx, limit=1, lease=LEASE)
    assert taken.id == old.id


def test_looking_for_jobs_walks_past_nothing_that_waits(sqlite_store: Installation) -> None:
    """Each statement of a look and a claim finds its rows by the index, in their order."""
    add(sqlite_store)
    said: list[tuple[str, Any]] = []

    def note(_c: Any, _cursor: Any, text: str, values: Any, _context: Any, _many: bool) -> None:
        if "job" in text and "EXPLAIN" not in text:
            said.append((text, values))

    event.listen(sa.Engine, "before_cursor_execute", note)
    try:
        with begin(sqlite_store, SYSTEM) as tx:
            jobs.claim(tx, limit=5, lease=LEASE)
            assert len(said) == 2
            for text, values in said:
                plan = [row[3] for row in tx.connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {text}", values)]
                touching = [step for step in plan if "job" in step]
                assert touching
                assert all(step.startswith("SEARCH job USING") for step in touching), plan
                assert not any("TEMP B-TREE" in step for step in plan), plan
    finally:
        event.remove(sa.Engine, "before_cursor_execute", note)


def test_what_a_clock_that_went_ahead_put_off_is_due_at_once(store: Installation, clock: Clock) -> None:
    pause = timedelta(hours=1)
    (call,) = add(store)
    (timer,) = add(store, due=1800)
    (failing,) = add(store, due=-60)
    (held,) = add(store, due=-30)
    taken = {job.id: job for job in claim(store)}
    with begin(store, SYSTEM) as tx:
        jobs.give_back(tx, [taken[call.id]])
        jobs.failed(tx, taken[failing.id], "away", tx.now() + timedelta(minutes=5))
    clock.forward(hours=-6)
    with reading(store, SYSTEM) as tx:
        assert jobs.next_due(tx.connection) == call.due_at
    with begin(store, SYSTEM) as tx:
        assert jobs.catch_up(tx, lease=LEASE, pause=pause) == 3
        assert jobs.catch_up(tx, lease=LEASE, pause=pause) == 0
    assert [get(store, job.id).due_at for job in (call, failing)] == [clock.now, clock.now]
    assert get(store, timer.id).due_at == timer.due_at, "a timer is due at the time it says"
    assert get(store, held.id).lease_until == clock.now + LEASE
