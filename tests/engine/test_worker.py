"""The worker: one effect for each job, whoever dies when; mail at least once; failures told, never lost."""

import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
import sqlalchemy as sa
from sqlalchemy import event
from structlog.testing import capture_logs

from engine import journal, worker
from engine.acts import outside_calls
from engine.connectors.contract import CallFailed
from engine.errors import CaseSuspended, Conflict, DatabaseUnavailable, SecondServer, StepFailed
from engine.installation import Installation
from engine.model.entry import INSTALLATION, EntryKind, instance_stream
from engine.model.job import ATTEMPTS, Job, JobKind, JobStatus
from engine.model.person import SYSTEM
from engine.settings import Smtp
from engine.storage import incidents, jobs, tables
from engine.storage import journal as entries
from engine.transaction import Transaction, begin, reading
from engine.worker import Worker
from forms.data import Value
from tests.parts.mail import MailServer
from tests.storage_contract.stores import Clock, add_case, opened

ROOT = Path(__file__).resolve().parents[2]


def add(store: Installation, kind: JobKind = JobKind.TIMER, **values: object) -> Job:
    with begin(store, SYSTEM) as tx:
        new = Job.new(kind, due_at=tx.now(), now=tx.now(), payload={"name": "x"}, instance_id=add_case(tx))
        new = replace(new, **values)
        jobs.add(tx, [new])
    return new


def get(store: Installation, job: Job) -> Job:
    with reading(store, SYSTEM) as tx:
        found = jobs.get(tx.connection, job.id)
    assert found is not None
    return found


def leave_mark(tx: Transaction, job: Job) -> None:
    journal.append(tx, EntryKind.CASE_COMMENTED, f"mark:{job.id}", facts={"attempt": job.attempt})


def marks(store: Installation, job: Job) -> int:
    with reading(store, SYSTEM) as tx:
        return len(entries.entries(tx.connection, f"mark:{job.id}"))


def kinds(store: Installation, stream: str) -> list[str]:
    with reading(store, SYSTEM) as tx:
        return [entry.kind for entry in entries.entries(tx.connection, stream)]


def test_due_jobs_are_done_once(store: Installation) -> None:
    new = [add(store) for _ in range(7)]
    assert worker.run_due(store, wake=leave_mark) == 7
    assert worker.run_due(store, wake=leave_mark) == 0
    assert [marks(store, job) for job in new] == [1] * 7
    assert {get(store, job).status for job in new} == {JobStatus.DONE}


def test_a_job_that_makes_another_due_one_has_it_done_too(store: Installation) -> None:
    new = add(store)
    made: list[Job] = []

    def wake(tx: Transaction, job: Job) -> None:
        leave_mark(tx, job)
        if not made:
            made.append(Job.new(JobKind.MESSAGE, due_at=tx.now(), now=tx.now(), payload={}))
            jobs.add(tx, made)

    assert worker.run_due(store, wake=wake) == 2
    assert [marks(store, job) for job in (new, *made)] == [1, 1]


def test_a_run_without_the_lease_does_nothing(store: Installation, clock: Clock) -> None:
    new = add(store)
    (old,) = worker.claim(store)
    clock.forward(minutes=10)
    (young,) = worker.claim(store)
    worker.run(store, old.id, old.attempt, wake=leave_mark)
    assert marks(store, new) == 0
    worker.run(store, young.id, young.attempt, wake=leave_mark)
    worker.run(store, young.id, young.attempt, wake=leave_mark)
    assert marks(store, new) == 1


def failing(error: Exception) -> Callable[[Transaction, Job], None]:
    def wake(tx: Transaction, job: Job) -> None:
        leave_mark(tx, job)
        raise error

    return wake


def test_a_failure_leaves_nothing_and_is_tried_again_later_and_later(store: Installation, clock: Clock) -> None:
    new = add(store)
    pauses = []
    with capture_logs() as logs:
        for _ in range(ATTEMPTS):
            assert worker.run_due(store, wake=failing(CallFailed("No flow fits."))) == 1
            found = get(store, new)
            pauses.append((found.due_at - clock.now).total_seconds())
            clock.now = max(clock.now, found.due_at)
    assert pauses[:-1] == [10, 40, 160, 640, 2560, 3600, 3600]
    assert marks(store, new) == 0
    assert (found.status, found.problem, found.attempt) == (JobStatus.FAILED, "No flow fits.", ATTEMPTS)
    assert [entry["log_level"] for entry in logs] == ["warning"] * (ATTEMPTS - 1) + ["error"]
    assert found.instance_id is not None
    stream = instance_stream(found.instance_id)
    with reading(store, SYSTEM) as tx:
        (told,) = entries.entries(tx.connection, stream)
        assert journal.verify(tx, stream).consistent
    assert told.kind == EntryKind.INCIDENT_OPENED
    assert told.known == {"problem": "No flow fits."}
    clock.forward(days=9)
    assert worker.run_due(store, wake=leave_mark) == 0


def test_a_case_that_cannot_move_is_an_incident_at_once_with_element_and_reason(store: Installation) -> None:
    new = add(store)
    with capture_logs():
        worker.run_due(store, wake=failing(StepFailed("Task_1", "no_flow_taken", "No flow fits.")))
    assert (get(store, new).status, marks(store, new)) == (JobStatus.FAILED, 0)
    with reading(store, SYSTEM) as tx:
        (found,) = incidents.open_of(tx.connection, str(new.instance_id))
    assert (found.job_id, found.element_id, found.message) == (new.id, "Task_1", "No flow fits.")
    assert (found.attempts, found.kind) == (1, JobKind.TIMER)
    assert kinds(store, instance_stream(str(new.instance_id))) == [EntryKind.INCIDENT_OPENED]


def test_a_job_of_a_suspended_case_is_held_and_keeps_its_attempts(store: Installation) -> None:
    new = add(store)
    assert worker.run_due(store, wake=failing(CaseSuspended("It is suspended."))) == 1
    found = get(store, new)
    assert (found.status, found.attempts_left, found.lease_until) == (JobStatus.HELD, ATTEMPTS, None)
    assert worker.run_due(store, wake=leave_mark) == 0


def test_a_defect_is_told_with_its_kind_and_does_not_stop_the_others(store: Installation) -> None:
    bad, good = add(store), add(store)

    def wake(tx: Transaction, job: Job) -> None:
        leave_mark(tx, job)
        if job.id == bad.id:
            raise KeyError("unexpected")

    with capture_logs():
        worker.run_due(store, wake=wake)
    assert get(store, bad).problem == "KeyError: 'unexpected'"
    assert (marks(store, bad), marks(store, good)) == (0, 1)


def test_who_was_only_slower_tries_again_soon(store: Installation, clock: Clock) -> None:
    new = add(store)
    with capture_logs():
        worker.run_due(store, wake=failing(Conflict("The case moved on.")))
    assert get(store, new).due_at == clock.now + timedelta(seconds=1)


def test_a_job_that_kills_its_worker_is_given_up_in_the_end(store: Installation, clock: Clock) -> None:
    new = add(store)
    for _ in range(ATTEMPTS):
        assert len(worker.claim(store)) == 1
        clock.forward(minutes=10)
    worker.run_due(store, wake=leave_mark)
    found = get(store, new)
    assert (found.status, found.problem) == (JobStatus.FAILED, "Its worker died at every attempt.")
    assert marks(store, new) == 0


DIE_WITH_A_JOB = """
import os, sys
from pathlib import Path
from engine import journal, worker
from engine.model.entry import EntryKind
from tests.storage_contract.stores import Clock, opened
url, folder, where = sys.argv[1:]
store = opened(url, Path(folder), Clock())

def say():
    print("ready", flush=True)
    sys.stdin.readline()

def wake(tx, job):
    journal.append(tx, EntryKind.CASE_COMMENTED, f"mark:{job.id}", facts={"attempt": job.attempt})
    if where == "before the commit":
        tx.before_commit(say)

(job,) = worker.claim(store)
if where == "after the claim":
    say()
worker.run(store, job.id, job.attempt, wake=wake)
"""


@pytest.mark.parametrize("where", ["after the claim", "before the commit"])
def test_a_worker_that_is_killed_leaves_a_job_that_is_done_once(
    store: Installation, database_url: str, tmp_path: Path, clock: Clock, where: str
) -> None:
    new = add(store)
    process = subprocess.Popen(
        [sys.executable, "-c", DIE_WITH_A_JOB, database_url, str(tmp_path), where],
        cwd=ROOT,
        text=True,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
    )
    assert process.stdout is not None
    assert process.stdout.readline() == "ready\n"
    process.kill()
    process.communicate(timeout=10)
    assert get(store, new).status is JobStatus.LEASED
    assert worker.run_due(store, wake=leave_mark) == 0
    clock.forward(seconds=worker.LEASE.total_seconds())
    assert worker.run_due(store, wake=leave_mark) == 1
    assert marks(store, new) == 1
    assert (get(store, new).status, get(store, new).attempt) == (JobStatus.DONE, 2)


# --- mail -------------------------------------------------------------------------------------------------------------


@pytest.fixture
def mailing(store: Installation, smtp_server: MailServer) -> Installation:
    smtp = Smtp(host=smtp_server.host, port=smtp_server.port)
    return replace(store, settings=replace(store.settings, smtp=smtp))


def add_mail(store: Installation, to: str = "anna@example.org") -> Job:
    payload = {"to": to, "name": "Anna", "person": "0192-anna", "subject": "Solved", "text": "Works.", "html": None}
    return add(store, JobKind.MAIL, payload=payload)


def test_mail_is_sent_and_told_of(mailing: Installation, smtp_server: MailServer) -> None:
    new = add_mail(mailing)
    assert worker.run_due(mailing) == 1
    (arrived,) = smtp_server.wait_for(1)
    assert arrived.message["Message-ID"] == f"<{new.id}@localhost>"
    found = get(mailing, new)
    assert (found.status, found.payload) == (JobStatus.DONE, {})
    with reading(mailing, SYSTEM) as tx:
        (told,) = entries.entries(tx.connection, instance_stream(str(new.instance_id)))
    assert told.kind == EntryKind.MAIL_SENT
    assert told.known == {"address": "anna@example.org", "subject": "Solved", "text": "Works."}
    assert {value.subject for value in told.values} == {"person:0192-anna"}
    assert all(value.personal for value in told.values)


def test_mail_waits_while_no_server_is_set(store: Installation) -> None:
    new = add_mail(store)
    assert worker.run_due(store) == 0
    assert get(store, new).status is JobStatus.WAITING


def test_mail_refused_for_now_is_sent_later_and_refused_for_good_is_given_up(
    mailing: Installation, smtp_server: MailServer, clock: Clock
) -> None:
    new = add_mail(mailing)
    smtp_server.refusals.append("451 try later")
    with capture_logs():
        worker.run_due(mailing)
    assert "451 try later" in str(get(mailing, new).problem)
    clock.forward(seconds=10)
    worker.run_due(mailing)
    smtp_server.wait_for(1)
    bad = add_mail(mailing)
    smtp_server.refusals.append("550 no such person")
    with capture_logs():
        worker.run_due(mailing)
    assert get(mailing, bad).status is JobStatus.FAILED
    assert kinds(mailing, instance_stream(str(bad.instance_id))) == [EntryKind.INCIDENT_OPENED]


def test_a_worker_that_dies_between_sending_and_telling_sends_again_under_the_same_name(
    mailing: Installation, smtp_server: MailServer, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    new = add_mail(mailing)
    with monkeypatch.context() as patch:
        patch.setattr(jobs, "done", lambda *_: (_ for _ in ()).throw(DatabaseUnavailable("gone")))
        (taken,) = worker.claim(mailing)
        with pytest.raises(DatabaseUnavailable):
            worker.run(mailing, taken.id, taken.attempt)
    mailing.memory.clear()
    clock.forward(minutes=10)
    worker.run_due(mailing)
    one, two = smtp_server.wait_for(2)
    assert one.message["Message-ID"] == two.message["Message-ID"] == f"<{new.id}@localhost>"
    assert kinds(mailing, instance_stream(str(new.instance_id))) == [EntryKind.MAIL_SENT]


def test_what_was_sent_is_told_when_the_database_is_back(
    mailing: Installation, smtp_server: MailServer, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    new = add_mail(mailing)
    with monkeypatch.context() as patch:
        patch.setattr(jobs, "done", lambda *_: (_ for _ in ()).throw(DatabaseUnavailable("gone")))
        for _ in range(2):
            (taken,) = worker.claim(mailing)
            with pytest.raises(DatabaseUnavailable):
                worker.run(mailing, taken.id, taken.attempt)
            clock.forward(minutes=10)
    worker.run_due(mailing)
    assert len(smtp_server.delivered) == 1
    assert kinds(mailing, instance_stream(str(new.instance_id))) == [EntryKind.MAIL_SENT]
    assert get(mailing, new).status is JobStatus.DONE


# --- several in one commit --------------------------------------------------------------------------------------------


@contextmanager
def counted_commits() -> Iterator[list[int]]:
    commits: list[int] = []

    def count(_connection: sa.Connection) -> None:
        commits.append(1)

    event.listen(sa.Engine, "commit", count)
    yield commits
    event.remove(sa.Engine, "commit", count)


@pytest.fixture
def unhurried(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(worker, "TOGETHER_SECONDS", 60.0)


@pytest.mark.usefixtures("unhurried")
def test_timers_of_different_cases_share_a_commit(store: Installation) -> None:
    new = [add(store) for _ in range(6)]
    taken = worker.claim(store)
    with counted_commits() as commits:
        worker.run_some(store, taken, wake=leave_mark)
    assert len(commits) == 1
    assert taken == []
    assert {get(store, one).status for one in new} == {JobStatus.DONE}
    assert [marks(store, one) for one in new] == [1] * 6


@pytest.mark.usefixtures("unhurried")
def test_one_that_fails_leaves_the_others_done_once_each(store: Installation) -> None:
    new = [add(store) for _ in range(5)]

    def wake(tx: Transaction, job: Job) -> None:
        leave_mark(tx, job)
        if job.id == new[3].id:
            raise StepFailed("x", "broken", "It is broken.")

    with capture_logs():
        taken = worker.claim(store)
        worker.run_some(store, taken, wake=wake)
    assert taken == []
    assert [marks(store, one) for one in new] == [1, 1, 1, 0, 1]
    statuses = [get(store, one).status for one in new]
    assert statuses == [JobStatus.FAILED if one is new[3] else JobStatus.DONE for one in new]


@pytest.mark.usefixtures("unhurried")
def test_jobs_of_one_case_calls_and_what_was_tried_before_have_commits_of_their_own(store: Installation) -> None:
    first, other = add(store), add(store)
    again = add(store, instance_id=first.instance_id)
    message, tried = add(store, JobKind.MESSAGE), add(store, attempt=1)
    order = [first, other, again, message, tried]
    with begin(store, SYSTEM) as tx:
        for number, job in enumerate(order):
            due = tx.now() - timedelta(minutes=5 - number)
            tx.connection.execute(tables.job.update().where(tables.job.c.id == job.id).values(due_at=due))
    taken, together = worker.claim(store), []
    while taken:
        before = {job.id for job in taken}
        worker.run_some(store, taken, wake=leave_mark)
        together.append(before - {job.id for job in taken})
    assert together == [{first.id, other.id}, {again.id}, {message.id}, {tried.id}]


def test_a_shared_commit_takes_no_longer_than_its_time(store: Installation, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(worker, "TOGETHER_SECONDS", -1.0)
    new = [add(store) for _ in range(3)]
    taken = worker.claim(store)
    worker.run_some(store, taken, wake=leave_mark)
    assert len(taken) == 2
    while taken:
        worker.run_some(store, taken, wake=leave_mark)
    assert [marks(store, one) for one in new] == [1] * 3


# --- the thread -------------------------------------------------------------------------------------------------------


def eventually(question: Callable[[], bool], *, seconds: float = 120) -> None:
    deadline = time.monotonic() + seconds
    while not question():
        assert time.monotonic() < deadline, "it did not come about in time"
        time.sleep(0.01)


def test_the_thread_does_what_is_added_at_once(store: Installation, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(worker, "POLL_SECONDS", 60.0)
    running = Worker(store, wake=leave_mark)
    running.start()
    try:
        time.sleep(0.2)
        first = add(store)
        eventually(lambda: marks(store, first) == 1)
    finally:
        assert running.stop()
    assert not running.alive
    late = add(store)
    assert get(store, late).status is JobStatus.WAITING


def test_the_thread_notices_what_becomes_due(store: Installation, clock: Clock) -> None:
    new = add(store, due_at=clock.now + timedelta(hours=1))
    running = Worker(store, wake=leave_mark)
    running.start()
    try:
        time.sleep(0.2)
        assert marks(store, new) == 0
        clock.forward(hours=1)
        eventually(lambda: marks(store, new) == 1)
    finally:
        running.stop()


def test_the_thread_survives_the_loss_of_the_database(store: Installation, monkeypatch: pytest.MonkeyPatch) -> None:
    down = threading.Event()
    down.set()
    real = jobs.next_due
    asked: list[int] = []

    def next_due(*arguments: object) -> object:
        asked.append(1)
        if down.is_set():
            raise DatabaseUnavailable("The database cannot be reached.")
        return real(*arguments)

    monkeypatch.setattr(jobs, "next_due", next_due)
    monkeypatch.setattr(worker, "TROUBLE_SECONDS", 0.05)
    new = add(store)
    running = Worker(store, wake=leave_mark)
    with capture_logs() as logs:
        running.start()
        try:
            eventually(lambda: len(asked) > 3)
            down.clear()
            eventually(lambda: marks(store, new) == 1)
            eventually(lambda: len([one for one in logs if one["event"] == "the worker goes on"]) == len(worker.LANES))
        finally:
            running.stop()
    for lane in worker.LANES:
        said = [entry["event"] for entry in logs if entry["lane"] == lane]
        assert said == ["the worker waits for the database", "the worker goes on"]


def test_what_was_in_hand_when_the_database_went_is_done_when_it_is_back(
    store: Installation, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Nobody waits for a lease to run out: the clock stands still."""
    monkeypatch.setattr(worker, "TROUBLE_SECONDS", 0.05)
    new = [add(store) for _ in range(4)]
    away = iter([2, 1])

    def wake(tx: Transaction, job: Job) -> None:
        leave_mark(tx, job)
        if next(away, 0):
            raise DatabaseUnavailable("The database cannot be reached.")

    running = Worker(store, wake=wake)
    with capture_logs():
        running.start()
        try:
            eventually(lambda: [marks(store, one) for one in new] == [1] * 4)
        finally:
            assert running.stop()
    done = [get(store, one) for one in new]
    assert {one.status for one in done} == {JobStatus.DONE}
    assert {one.attempts_left for one in done} == {ATTEMPTS - 1}, "being away costs no attempt"


def test_a_claim_of_which_nobody_knows_whether_it_was_made_is_given_back(
    store: Installation, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(worker, "TROUBLE_SECONDS", 0.05)
    new = add(store)
    real, lost = Transaction._finish, [1]

    def finish(tx: Transaction) -> None:
        real(tx)
        if lost and tx.connection.execute(sa.select(tables.job.c.id).where(tables.job.c.status == "leased")).first():
            lost.pop()
            tx.connection.exec_driver_sql("COMMIT")
            raise DatabaseUnavailable("The database cannot be reached.")

    monkeypatch.setattr(Transaction, "_finish", finish)
    running = Worker(store, wake=leave_mark)
    with capture_logs():
        running.start()
        try:
            eventually(lambda: marks(store, new) == 1)
        finally:
            assert running.stop()
    assert not lost
    assert get(store, new).attempt == 2


def test_stopping_waits_for_the_job_at_hand_and_gives_the_others_back(
    store: Installation, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(worker, "TOGETHER_SECONDS", -1.0)
    new = [add(store) for _ in range(4)]
    inside, go = threading.Event(), threading.Event()

    def wake(tx: Transaction, job: Job) -> None:
        inside.set()
        go.wait(10)
        leave_mark(tx, job)

    running = Worker(store, wake=wake)
    running.start()
    assert inside.wait(10)
    assert running.stop(timeout=0.05) is False
    go.set()
    assert running.stop() is True
    assert [marks(store, job) for job in new] == [1, 0, 0, 0]
    assert [get(store, job).status for job in new] == [JobStatus.DONE] + [JobStatus.WAITING] * 3


def test_on_sqlite_a_new_worker_need_not_wait_for_the_leases_of_a_dead_one(sqlite_store: Installation) -> None:
    new = add(sqlite_store)
    assert len(worker.claim(sqlite_store)) == 1
    running = Worker(sqlite_store, wake=leave_mark)
    running.start()
    try:
        eventually(lambda: marks(sqlite_store, new) == 1)
    finally:
        running.stop()


def test_on_sqlite_a_second_worker_is_refused(
    sqlite_store: Installation, sqlite_url: str, tmp_path: Path, clock: Clock
) -> None:
    other = opened(sqlite_url, tmp_path, clock)
    running = Worker(sqlite_store, wake=leave_mark)
    running.start()
    with pytest.raises(SecondServer, match="worker"):
        Worker(other, wake=leave_mark).start()
    running.stop()
    second = Worker(other, wake=leave_mark)
    second.start()
    second.stop()
    other.close()


def test_jobs_outside_cases_are_told_in_the_stream_of_the_installation(store: Installation) -> None:
    add(store, instance_id=None, attempts_left=1)
    with capture_logs():
        worker.run_due(store, wake=failing(KeyError("x")))
    assert kinds(store, INSTALLATION) == [EntryKind.INCIDENT_OPENED]


def test_a_timer_does_not_wait_for_a_call_that_takes_its_time(
    sqlite_store: Installation, monkeypatch: pytest.MonkeyPatch
) -> None:
    answered, calling_now = threading.Event(), threading.Event()

    def slow(prepared: outside_calls.Prepared) -> dict[str, Value]:
        calling_now.set()
        assert answered.wait(10)
        return {}

    monkeypatch.setattr(outside_calls, "make_call", slow)
    payload = {"name": "x", "operation": "http/request", "arguments": {}, "element": "call", "pause": None}
    with begin(sqlite_store, SYSTEM) as tx:
        called = Job.new(JobKind.OUTSIDE, due_at=tx.now(), now=tx.now(), payload=payload, instance_id=add_case(tx))
        jobs.add(tx, [called])
    running = Worker(sqlite_store, wake=leave_mark)
    running.start()
    try:
        assert calling_now.wait(10)
        new = add(sqlite_store)
        eventually(lambda: marks(sqlite_store, new) == 1)
        assert get(sqlite_store, called).status is JobStatus.LEASED
    finally:
        answered.set()
        running.stop()
