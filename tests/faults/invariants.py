"""What must be true of a store at every moment, whatever happened to whoever wrote it."""

from collections.abc import Collection, Mapping
from typing import Any

from engine import journal as chain
from engine.installation import Installation
from engine.live import read_live
from engine.model.entry import EntryKind, instance_stream
from engine.model.instance import Instance
from engine.model.job import JobKind, JobStatus
from engine.model.person import SYSTEM
from engine.permissions import scope
from engine.running import LiveCase
from engine.storage import instances, jobs, journal
from engine.storage.journal import Entry
from engine.transaction import Transaction, reading
from forms.data import canonical


def check(installation: Installation, *, local: Collection[str] = ()) -> None:
    """State, tasks, jobs and journal of every case tell the same story, and every chain verifies.

    `local` names what is answered in the rounds of a repetition and never becomes data of the case.
    """
    with reading(installation, SYSTEM) as tx:
        broken = [verdict for verdict in chain.verify_all(tx) if not verdict.consistent]
        assert not broken
        found, _ = instances.find(tx, scope(SYSTEM), filters={}, limit=1000)
        for instance in found:
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
    rung = {
        job.token: job.due_at
        for job in jobs.of_instance(tx.connection, instance.id, open_only=True)
        if job.kind is JobKind.TIMER
    }
    assert rung == {timer.token: timer.due for timer in waiting.timers}, f"{instance.number}: each timer has its job"
    called = {
        job.token
        for job in jobs.of_instance(tx.connection, instance.id)
        if job.kind is JobKind.OUTSIDE and job.status not in (JobStatus.DONE, JobStatus.CANCELLED)
    }
    assert called == {call.token for call in waiting.outside}, f"{instance.number}: each open call has its job"
    awaited = {(token, name) for token, _, name in instances.awaited_by(tx, instance.id)}
    assert awaited == {(each.token, each.name) for each in waiting.messages}, f"{instance.number}: messages awaited"


def _check_nothing_waits(tx: Transaction, instance: Instance) -> None:
    assert instances.tasks_of(tx, instance.id, state="open") == []
    assert instances.awaited_by(tx, instance.id) == []
    left = jobs.of_instance(tx.connection, instance.id, open_only=True)
    assert [job for job in left if job.kind not in (JobKind.MAIL, JobKind.MESSAGE)] == []


def folded(entries: list[Entry]) -> Mapping[str, Any]:
    """The data of a case as its entries tell it: answers, then what the process made of them."""
    data: dict[str, Any] = {}
    for entry in entries:
        if "moves" not in entry.facts:
            continue
        for prefix in ("answer:", "data:"):
            data |= {
                value.path.removeprefix(prefix): value.value for value in entry.values if value.path.startswith(prefix)
            }
        for move in entry.facts["moves"]:
            if move[0] == "unset":
                data.pop(move[1], None)
    return data
