"""Interventions in a running case, each with a reason.

A suspended case is moved by these acts only. What they set off waits with everything else until it is resumed.
"""

from collections.abc import Collection, Mapping
from dataclasses import replace
from datetime import timedelta

from engine import offering
from engine.acts import clocks
from engine.acts.cases import OpenCase, open_case
from engine.acts.moving import Cause, follow
from engine.acts.words import required
from engine.errors import Conflict, NotFound, StaleRevision, Unacceptable
from engine.model.entry import EntryKind
from engine.model.instance import Instance, Task
from engine.model.step import Steps
from engine.permissions import Action, requires, scope
from engine.running import NotWaiting, correct, go_back, move_token, places
from engine.storage import instances, jobs, snapshots
from engine.transaction import Transaction
from forms.data import Value, same


@requires(Action.CANCEL)
def cancel_case(tx: Transaction, instance_id: str, reason: str) -> Instance:
    """End a case one may see: its tasks are withdrawn, its timers and clocks stop. Raises NotFound, CaseEnded, ..."""
    reason = _said(reason, "Say why the case is cancelled.")
    case = opened(tx, instance_id)
    steps = case.live.cancel(case.surroundings)
    case.instance = replace(case.instance, state="cancelled", outcome="Cancelled", ended_at=tx.now())
    follow(case, steps, Cause(kind=EntryKind.CASE_CANCELLED, notes={"reason": reason}))
    return case.instance


@requires(Action.OPERATE)
def suspend_case(tx: Transaction, instance_id: str, reason: str) -> Instance:
    """Let nothing but operators move a case until it is resumed; its clocks go on. Raises Conflict, NotFound, ..."""
    reason = _said(reason)
    case = opened(tx, instance_id)
    if case.instance.suspended_at is not None:
        raise Conflict(f"{case.instance.number} is suspended already.", instance_id=instance_id)
    case.instance = replace(case.instance, suspended_at=tx.now())
    return steered(case, (), EntryKind.CASE_SUSPENDED, reason)


@requires(Action.OPERATE)
def resume_case(tx: Transaction, instance_id: str, reason: str) -> Instance:
    """Let a suspended case go on; what became due meanwhile is done at once. Raises Conflict, NotFound, ..."""
    reason = _said(reason)
    case = opened(tx, instance_id)
    if case.instance.suspended_at is None:
        raise Conflict(f"{case.instance.number} is not suspended.", instance_id=instance_id)
    case.instance = replace(case.instance, suspended_at=None)
    jobs.release_held(tx, instance_id)
    return steered(case, (), EntryKind.CASE_RESUMED, reason)


@requires(Action.OPERATE)
def skip_task(tx: Transaction, task_id: str, reason: str, seen: int) -> Instance:
    """Let a case go on as if an open task were done, without its answers. Raises TaskAlreadyDone, TaskMovedOn, ..."""
    reason = _said(reason)
    task, case = opened_with_task(tx, task_id)
    offering.check_open(task, seen=seen)
    steps = case.live.complete(task.token, {}, case.surroundings)
    snapshots.keep(tx, task, slot=case.seen, state=case.before)
    instances.end_task(tx, task, by=tx.actor.person_id, at=tx.now(), state="skipped")
    instances.drop_drafts(tx, f"task:{task.id}")
    return steered(case, steps, EntryKind.TASK_SKIPPED, reason, task=task.id, element=task.element_id)


@requires(Action.OPERATE)
def go_back_to(tx: Transaction, task_id: str, reason: str) -> Instance:
    """Put a case back before one of its tasks ended: the task is open again, what came after it is withdrawn.

    Answers given since stay in the journal. Raises Conflict where that state is no longer kept, NotFound, CaseEnded.
    """
    reason = _said(reason)
    task, case = opened_with_task(tx, task_id)
    state = snapshots.state_before(tx, task_id)
    if state is None:
        raise Conflict("What the case was like before this task is no longer kept.", task_id=task_id)
    steps = go_back(case.live, state, case.surroundings)
    return steered(case, steps, EntryKind.CASE_WENT_BACK, reason, task=task.id, element=task.element_id)


@requires(Action.OPERATE)
def redirect_case(tx: Transaction, instance_id: str, token: str, element_id: str, reason: str) -> Instance:
    """Take a case from a place where it stands and put it on another element of the same level.

    Raises Conflict when it no longer stands there, Unacceptable for a target that cannot be entered, NotFound, ...
    """
    reason = _said(reason)
    case = opened(tx, instance_id)
    place = next((each for each in places(case.live) if each.token == token), None)
    if place is None:
        raise NotWaiting("The case does not stand there any more.", token=token)
    if element_id not in place.targets:
        raise Unacceptable("The case cannot be put there.", field="target")
    steps = move_token(case.live, token, element_id, case.surroundings)
    return steered(case, steps, EntryKind.CASE_REDIRECTED, reason, element=place.element_id, target=element_id)


@requires(Action.OPERATE)
def correct_data(
    tx: Transaction,
    instance_id: str,
    values: Mapping[str, Value],
    reason: str,
    *,
    seen: int,
    removed: Collection[str] = (),
) -> Instance:
    """Set and remove variables of a case whose version is still `seen`.

    Raises StaleRevision, Unacceptable when nothing changes or a name is reserved, NotFound, CaseEnded, StepFailed.
    """
    reason = _said(reason)
    case = opened(tx, instance_id)
    if case.seen != seen:
        raise StaleRevision(f"{case.instance.number} moved on since you opened it.", instance_id=instance_id)
    reserved = sorted(name for name in {*values, *removed} if name in case.surroundings.names)
    if reserved:
        raise Unacceptable(f"“{reserved[0]}” is given by Keelson and cannot be changed.", field="name")
    old = case.live.data
    steps = correct(case.live, values, removed, case.surroundings)
    changed = {name for name in {*values, *removed} if not same(old.get(name), case.live.data.get(name))}
    changed |= {*values, *removed} & (old.keys() ^ case.live.data.keys())
    if not changed:
        raise Unacceptable("Nothing was changed.", field="values")
    before = {f"old:{name}": old[name] for name in sorted(changed) if name in old}
    return steered(case, steps, EntryKind.CASE_CORRECTED, reason, notes=before)


@requires(Action.OPERATE)
def set_deadline(tx: Transaction, instance_id: str, clock_id: str, budget: timedelta, reason: str) -> Instance:
    """Give a running clock of a case another budget; what was used of it stays used. Raises NotFound, CaseEnded."""
    reason = _said(reason)
    if budget <= timedelta():
        raise Unacceptable("A deadline needs some time.", field="budget")
    case = opened(tx, instance_id)
    clocks.set_budget(case, clock_id, budget, reason)
    _hold(case)
    return case.instance


def _said(reason: str, ask: str = "Say why.") -> str:
    return required(reason, field="reason", ask=ask)


def opened(tx: Transaction, instance_id: str) -> OpenCase:
    """Open a case that the actor sees, a suspended one too. Raises NotFound, CaseEnded."""
    if not instances.is_visible(tx, scope(tx.actor), instance_id):
        raise NotFound("There is no such case.", instance_id=instance_id)
    return open_case(tx, instance_id, steering=True)


def opened_with_task(tx: Transaction, task_id: str) -> tuple[Task, OpenCase]:
    """Open the case of a task; the task is read when nobody else can change it any more."""
    task = instances.get_task(tx, task_id)
    if task is None:
        raise NotFound("There is no such task.", task_id=task_id)
    case = opened(tx, task.instance_id)
    return instances.get_task(tx, task_id) or task, case


def steered(
    case: OpenCase,
    steps: Steps,
    kind: EntryKind,
    reason: str,
    *,
    notes: Mapping[str, Value] | None = None,
    **facts: Value,
) -> Instance:
    """Write what follows from an operator's act; what it set off waits if the case is suspended."""
    follow(case, steps, Cause(kind=kind, facts=facts, notes={"reason": reason, **(notes or {})}))
    _hold(case)
    return case.instance


def _hold(case: OpenCase) -> None:
    """What an act on a suspended case has set off waits like the rest."""
    if case.instance.suspended_at is not None:
        jobs.hold(case.tx, case.instance.id)
