"""Batches: many cases put on another version, one after the other, each in a transaction of its own.

A job of the batch moves one case and asks for the next job in the same commit, so that whoever is killed leaves the
batch where it was. What a case cannot do is told of that case, and the batch goes on.
"""

from collections.abc import Collection, Mapping
from dataclasses import replace
from typing import Final

from bpmn.alignment import align
from engine import journal
from engine.acts.migrating import migrate_case, refuse_problems, target_of
from engine.acts.signing_in import load_actor
from engine.acts.words import required
from engine.errors import CannotMigrate, CaseEnded, Conflict, EngineError, NotAllowed, NotFound, Unacceptable
from engine.live import compiled
from engine.model.batch import Batch, BatchCase, BatchState, Outcome
from engine.model.entry import EntryKind, publication_stream
from engine.model.identity import new_id
from engine.model.instance import Instance
from engine.model.job import Job, JobKind
from engine.model.person import SYSTEM, Actor
from engine.permissions import Action, requires, scope
from engine.storage import batches, instances, jobs, publications
from engine.transaction import Transaction
from forms.data import Value

MOST: Final = 20_000
"""How many cases one batch may hold."""
TRIES: Final = 3
"""How often a case is tried that fails for a reason of its server, before the batch goes on without it."""


@requires(Action.MIGRATE)
def start_batch(
    tx: Transaction, publication_id: str, instance_ids: Collection[str], mapping: Mapping[str, str], reason: str
) -> Batch:
    """Have cases put on a version of their process by the worker.

    Raises Unacceptable without a reason or a case, or for a mapping that cannot be followed; NotFound.
    """
    reason = required(reason, field="reason", ask="Say why.")
    record = publications.get(tx, publication_id)
    target = target_of(tx, record.process_id if record else "", publication_id)
    chosen = _chosen(tx, target.process_id, publication_id, instance_ids)
    _check_mapping(tx, publication_id, chosen, mapping)
    batch = Batch(
        id=new_id(),
        process_id=target.process_id,
        publication_id=publication_id,
        mapping=mapping,
        reason=reason,
        state=BatchState.RUNNING,
        round=1,
        started_by=tx.actor.person_id,
        started_at=tx.now(),
        ended_at=None,
    )
    batches.insert(tx, batch, [case.id for case in chosen])
    _tell(tx, batch, EntryKind.BATCH_STARTED, {"cases": len(chosen), "mapping": dict(mapping)}, reason)
    jobs.add(tx, [_job(tx, batch)])
    return batch


@requires(Action.MIGRATE)
def pause_batch(tx: Transaction, batch_id: str) -> Batch:
    """Let a batch rest after the case it is at. Raises NotFound, Conflict when it does not run."""
    return _set(tx, batch_id, {BatchState.RUNNING}, BatchState.PAUSED, EntryKind.BATCH_PAUSED)


@requires(Action.MIGRATE)
def resume_batch(tx: Transaction, batch_id: str) -> Batch:
    """Let a paused batch go on. Raises NotFound, Conflict when it is not paused."""
    batch = _set(tx, batch_id, {BatchState.PAUSED}, BatchState.RUNNING, EntryKind.BATCH_RESUMED)
    jobs.add(tx, [_job(tx, batch)])
    return batch


@requires(Action.MIGRATE)
def stop_batch(tx: Transaction, batch_id: str) -> Batch:
    """End a batch before its last case; what was moved stays moved. Raises NotFound, Conflict when it has ended."""
    return _set(tx, batch_id, {BatchState.RUNNING, BatchState.PAUSED}, BatchState.STOPPED, EntryKind.BATCH_STOPPED)


def go_on(tx: Transaction, job: Job) -> None:
    """Put the next case of a batch on its version, in the name of who started it; nothing when it does not run.

    Raises what keeps the case from it and is not foreseen: `leave` is asked then, in another transaction.
    """
    found = _at(tx, job)
    if found is None:
        return
    batch, part = found
    actor = _starter(tx, batch)
    if actor is None:
        _stop(tx, batch)
        return
    try:
        with tx.acting(actor):
            lines = lines_for(tx, part.instance_id, batch.mapping)
            migrate_case(tx, part.instance_id, batch.publication_id, lines, batch.reason, batch_id=batch.id)
    except NotAllowed:
        _stop(tx, batch)
    except (CannotMigrate, CaseEnded, NotFound) as refused:
        # Found before anything was written.
        _next(tx, batch, part, Outcome.LEFT, refused.message)
    else:
        _next(tx, batch, part, Outcome.MOVED, None)


def leave(tx: Transaction, job: Job, error: Exception, problem: str) -> bool:
    """Go on without a case that failed, where trying again would not help; gives whether the batch did."""
    hopeless = isinstance(error, EngineError) and not isinstance(error, Conflict)
    if not hopeless and job.attempt < TRIES:
        return False
    found = _at(tx, job)
    if found is not None:
        _next(tx, found[0], found[1], Outcome.LEFT, problem)
    return True


def _at(tx: Transaction, job: Job) -> tuple[Batch, BatchCase] | None:
    batch = batches.get(tx, str(job.payload["batch"]), lock=True)
    if batch is None or batch.state is not BatchState.RUNNING or batch.round != job.payload["round"]:
        return None
    part = batches.next_case(tx, batch.id)
    return None if part is None else (batch, part)


def _next(tx: Transaction, batch: Batch, part: BatchCase, outcome: Outcome, problem: str | None) -> None:
    batches.record(tx, part, outcome, problem)
    if batches.next_case(tx, batch.id) is not None:
        jobs.add(tx, [_job(tx, batch)])
        return
    batches.change(tx, batch.id, state=BatchState.DONE, ended_at=tx.now())
    counted = batches.counts(tx, [batch.id])[batch.id]
    _tell(tx, batch, EntryKind.BATCH_ENDED, {"moved": counted[Outcome.MOVED], "left": counted[Outcome.LEFT]})


def _stop(tx: Transaction, batch: Batch) -> None:
    """Whoever started it may not do so any more: nothing is done in his name."""
    batches.change(tx, batch.id, state=BatchState.STOPPED, ended_at=tx.now())
    _tell(tx, batch, EntryKind.BATCH_STOPPED, {"permitted": False})


def _starter(tx: Transaction, batch: Batch) -> Actor | None:
    if batch.started_by is None:
        return SYSTEM
    found = load_actor(tx, batch.started_by)
    return found[1] if found else None


def lines_for(tx: Transaction, instance_id: str, mapping: Mapping[str, str]) -> dict[str, str]:
    """Give the lines of the mapping that speak of the version the case runs on."""
    case = instances.get(tx, instance_id)
    return _known(tx, case.publication_id, mapping) if case else {}


def _known(tx: Transaction, publication_id: str, mapping: Mapping[str, str]) -> dict[str, str]:
    """Give the lines of a mapping that speak of elements or flows of a version."""
    process = compiled(tx, publication_id).process
    known = {element.id for element in process.elements} | {flow.id for flow in process.flows}
    return {old: new for old, new in mapping.items() if old in known}


def _chosen(tx: Transaction, process_id: str, publication_id: str, instance_ids: Collection[str]) -> list[Instance]:
    found = instances.visible_among(tx, scope(tx.actor), instance_ids).values()
    chosen = [
        case
        for case in found
        if case.process_id == process_id and case.state == "active" and case.publication_id != publication_id
    ]
    if not chosen:
        raise Unacceptable("Choose at least one running case of an earlier version.", field="cases")
    if len(chosen) > MOST:
        raise Unacceptable(f"One batch moves at most {MOST:,} cases.", field="cases")
    return sorted(chosen, key=lambda case: (case.started_at, case.id))


def _check_mapping(
    tx: Transaction, publication_id: str, chosen: Collection[Instance], mapping: Mapping[str, str]
) -> None:
    after = compiled(tx, publication_id).process
    for source in sorted({case.publication_id for case in chosen}):
        lines = _known(tx, source, mapping)
        refuse_problems(align(compiled(tx, source).process, after, lines), lines)


def _set(tx: Transaction, batch_id: str, at: Collection[BatchState], to: BatchState, kind: EntryKind) -> Batch:
    batch = batches.get(tx, batch_id, lock=True)
    if batch is None:
        raise NotFound("There is no such batch.", batch_id=batch_id)
    if batch.state not in at:
        raise Conflict(f"The batch is {batch.state.value}.", batch_id=batch_id)
    ended = tx.now() if to is BatchState.STOPPED else None
    batch = replace(batch, state=to, round=batch.round + 1, ended_at=ended)
    batches.change(tx, batch.id, state=batch.state, round=batch.round, ended_at=batch.ended_at)
    _tell(tx, batch, kind, {})
    return batch


def _tell(tx: Transaction, batch: Batch, kind: EntryKind, facts: Mapping[str, Value], reason: str = "") -> None:
    journal.append(
        tx,
        kind,
        publication_stream(batch.publication_id),
        facts={"batch": batch.id, **facts},
        values={"reason": reason} if reason else {},
        personal={"reason"},
    )


def _job(tx: Transaction, batch: Batch) -> Job:
    return Job.new(JobKind.BATCH, due_at=tx.now(), now=tx.now(), payload={"batch": batch.id, "round": batch.round})
