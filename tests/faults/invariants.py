"""What must be true of a store at every moment, whatever happened to whoever wrote it."""

from collections.abc import Collection, Mapping
from typing import Any

import sqlalchemy as sa

from engine import journal as chain
from engine.installation import Installation
from engine.live import read_live
from engine.model.entry import EntryKind, instance_stream
from engine.model.incident import IncidentState
from engine.model.instance import Instance
from engine.model.job import Job, JobKind, JobStatus
from engine.model.person import SYSTEM
from engine.permissions import scope
from engine.running import LiveCase
from engine.storage import incidents, instances, jobs, journal, tables
from engine.storage.journal import Entry
from engine.telling import variables
from engine.transaction import Transaction, reading
from forms.data import canonical


def check(
    installation: Installation, *, local: Collection[str] = (), among: Collection[Instance] | None = None
) -> None:
    """State, tasks, jobs and journal of every case tell the same story, and every chain verifies.

    `local` names what is answered in the rounds of a repetition, where a release was at work that did not tell of it.
    `among` looks at these cases and their chains only.
    """
    with reading(installation, SYSTEM) as tx:
        if among is None:
            broken = [verdict for verdict in chain.verify_all(tx) if not verdict.consistent]
            among, _ = instances.find(tx, scope(SYSTEM), filters={}, limit=10_000)
        else:
            verdicts = [chain.verify(tx, instance_stream(instance.id)) for instance in among]
            broken = [verdict for verdict in verdicts if not verdict.consistent]
        assert not broken
        for instance in among:
            _check_case(tx, instance, local)


def _check_case(tx: Transaction, instance: Instance, local: Collection[str]) -> None:
    entries = journal.entries(tx.connection, instance_stream(instance.id))
    live = read_live(tx, instance)
    moving = [entry for entry in entries if "moves" in entry.facts]
    assert instance.version == len(moving), f"{instance.number}: one entry for each version"
    _check_tasks(tx, instance, entries)
    if instance.state == "active":
        assert live is not None
        _check_waits(tx, instance, live)
        told = {name: value for name, value in folded(entries).items() if name in live.data or name not in local}
        assert canonical(live.data) == canonical(told), f"{instance.number}: data as the journal tells it"
    else:
        assert live is None, f"{instance.number} has ended and keeps no state"
        _check_nothing_waits(tx, instance)


def _check_tasks(tx: Transaction, instance: Instance, entries: list[Entry]) -> None:
    told = [entry.facts["task"] for entry in entries if entry.kind == EntryKind.TASK_COMPLETED]
    done = [task.id for task in instances.tasks_of(tx, instance.id, state="completed")]
    assert sorted(told) == sorted(done), f"{instance.number}: each completed task has one entry"


def _check_waits(tx: Transaction, instance: Instance, live: LiveCase) -> None:
    waiting = live.waiting()
    tasks = {task.token for task in instances.tasks_of(tx, instance.id, state="open")}
    assert tasks == {task.token for task in waiting.tasks}, f"{instance.number}: open tasks are those of the state"
    found = jobs.of_instance(tx.connection, instance.id)
    skipped = {job.token for job in found if job.status is JobStatus.CANCELLED and _was_given_up(tx, job)}
    pending = [job for job in found if job.status not in (JobStatus.DONE, JobStatus.CANCELLED)]
    rung = {job.token: job.due_at for job in pending if job.kind is JobKind.TIMER}
    timers = {timer.token: timer.due for timer in waiting.timers}
    assert _without(timers, skipped) == rung, f"{instance.number}: each timer has its job"
    asked = [job.token for job in pending if job.kind is JobKind.OUTSIDE]
    outside = {call.token: call for call in waiting.outside}
    assert sorted(outside) == sorted(map(str, asked)), f"{instance.number}: each call has its job"
    awaited = instances.awaited_by(tx, instance.id) + instances.awaited_by(tx, instance.id, "signal")
    named = {(each.token, each.name) for each in waiting.messages}
    named |= {(each.token, str(each.name)) for each in waiting.signals}
    assert {(token, name) for token, _, name in awaited} == named, f"{instance.number}: messages and signals awaited"
    _check_calls(tx, instance, live, pending)
    held = {job.status is JobStatus.HELD for job in pending if not _is_under_way(job)}
    assert held <= {instance.suspended_at is not None}, f"{instance.number}: everything is held, or nothing"
    broken = sorted(job.id for job in pending if job.status is JobStatus.FAILED)
    told = sorted(incident.job_id for incident in incidents.open_of(tx.connection, instance.id))
    assert broken == told, f"{instance.number}: what was given up is an incident, and nothing else is"


def _check_calls(tx: Transaction, instance: Instance, live: LiveCase, pending: list[Job]) -> None:
    """Whoever waits for a called case has one, or a job that begins it or brings its answer."""
    coming = {job.token for job in pending if job.kind is JobKind.CALL}
    for call in live.waiting().calls:
        running = [child for child in instances.called_by(tx, instance.id, [call.token]) if child.state == "active"]
        assert len(running) <= 1
        assert running or call.token in coming, f"{instance.number}: each call has its case"


def _is_under_way(job: Job) -> bool:
    """Whether a job goes its way whatever becomes of its case: a mail, what failed, a call that was begun."""
    begun = job.kind is JobKind.OUTSIDE and job.status is JobStatus.LEASED
    return begun or job.kind is JobKind.MAIL or job.status is JobStatus.FAILED


def _was_given_up(tx: Transaction, job: Job) -> bool:
    """Whether an operator chose to leave a job undone."""
    mine = sa.select(tables.incident.c.id).where(tables.incident.c.job_id == job.id)
    return tx.connection.execute(mine.where(tables.incident.c.state == IncidentState.SKIPPED)).first() is not None


def _without(waits: Mapping[str, Any], skipped: Collection[str | None]) -> dict[str, Any]:
    return {token: wait for token, wait in waits.items() if token not in skipped}


def _check_nothing_waits(tx: Transaction, instance: Instance) -> None:
    assert instances.tasks_of(tx, instance.id, state="open") == []
    assert instances.awaited_by(tx, instance.id) == instances.awaited_by(tx, instance.id, "signal") == []
    # These find an ended case and are done with it: mails are sent all the same, messages look for another receiver.
    after = (JobKind.MAIL, JobKind.MESSAGE, JobKind.SIGNAL, JobKind.CALL)
    left = jobs.of_instance(tx.connection, instance.id, open_only=True)
    assert [job for job in left if job.kind not in after] == []
    assert [incident for incident in incidents.open_of(tx.connection, instance.id) if incident.kind not in after] == []


def folded(entries: list[Entry]) -> Mapping[str, Any]:
    """The data of a case as its entries tell it: answers, then what the process made of them."""
    data: dict[str, Any] = {}
    for entry in entries:
        if "moves" not in entry.facts:
            continue
        data |= {name: value.value for name, value in variables(entry).items()}
        for move in entry.facts["moves"]:
            if move[0] == "unset":
                data.pop(move[1], None)
    return data
