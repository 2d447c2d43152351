"""Putting a running case on another version of its process: all of it in one transaction, or none.

The state goes first, in memory; then what is stored beside it follows: open tasks, jobs with their due times, messages
that are awaited, incidents, service-level clocks. Ids stay. States kept to go back to are of the earlier version: they
go.
"""

from collections.abc import Mapping
from dataclasses import replace

from bpmn.alignment import Alignment, align
from bpmn.assignment import PROPERTIES
from bpmn.compiling import CompiledProcess
from engine import offering
from engine.acts import clocks
from engine.acts.cases import OpenCase
from engine.acts.moving import check_known
from engine.acts.steering import opened, steered
from engine.acts.words import required
from engine.errors import CannotMigrate, NotFound, Unacceptable
from engine.live import compiled
from engine.model.entry import EntryKind
from engine.model.instance import Instance, Task
from engine.model.job import JobKind, JobStatus
from engine.model.publication import PublicationRecord
from engine.permissions import Action, requires
from engine.running import LiveCase, Obstacle, Prospect, migrate, prospect
from engine.storage import incidents, instances, jobs, publications, snapshots
from engine.transaction import Transaction

_BINDING = ("title", *PROPERTIES)
"""The properties of a task that say who is offered it, and under which title."""


@requires(Action.MIGRATE)
def migrate_case(
    tx: Transaction,
    instance_id: str,
    publication_id: str,
    mapping: Mapping[str, str],
    reason: str,
    *,
    batch_id: str | None = None,
) -> Instance:
    """Put a case one may see on another version of its process; `mapping` says what does not map by itself.

    Raises CannotMigrate with all that stands in the way, Unacceptable for a mapping that cannot be followed, NotFound,
    CaseEnded, StepFailed.
    """
    reason = required(reason, field="reason", ask="Say why.")
    case = opened(tx, instance_id)
    target = target_of(tx, case.instance.process_id, publication_id)
    if target.id == case.instance.publication_id:
        raise CannotMigrate([f"{case.instance.number} runs on version {target.version} already."])
    before, after = case.compiled, compiled(tx, target.id)
    alignment = align(before.process, after.process, mapping)
    refuse_problems(alignment, mapping)
    found = look(tx, case.instance, case.live, after, alignment)
    if found.obstacles:
        raise CannotMigrate([words(each) for each in found.obstacles])
    return _migrate(case, target, alignment, found, mapping=mapping, reason=reason, batch_id=batch_id)


def target_of(tx: Transaction, process_id: str, publication_id: str) -> PublicationRecord:
    """Give a version of a process that cases can run on: one that was released. Raises NotFound."""
    record = publications.get(tx, publication_id)
    if record is None or record.process_id != process_id or record.version is None:
        raise NotFound("There is no such release of this process.", publication_id=publication_id)
    return record


def refuse_problems(alignment: Alignment, mapping: Mapping[str, str]) -> None:
    """Refuse a mapping that cannot be followed. Raises Unacceptable, naming the line."""
    for element_id, problem in alignment.problems.items():
        message = f"“{element_id}” cannot be “{mapping[element_id]}”: {problem}"
        raise Unacceptable(message, field=f"map:{element_id}")


def look(tx: Transaction, instance: Instance, live: LiveCase, after: CompiledProcess, alignment: Alignment) -> Prospect:
    """Say what would become of a case. A call that is just being made stands in the way as well. Raises CaseEnded."""
    found = prospect(live, after, alignment)
    calls = {call.token: call.element_id for call in live.waiting().outside}
    if not calls:
        return found
    under_way = [
        Obstacle(
            element_id=calls[job.token],
            title=live.compiled.element(calls[job.token]).title,
            reason="Its call is being made now; it will have been answered in a moment.",
        )
        for job in jobs.of_instance(tx.connection, instance.id, open_only=True)
        if job.kind is JobKind.OUTSIDE and job.status is JobStatus.LEASED and job.token in calls
    ]
    return replace(found, obstacles=(*found.obstacles, *under_way))


def words(obstacle: Obstacle) -> str:
    """Put an obstacle into a sentence: which element, why, and what to do."""
    return f"“{obstacle.title}”: {obstacle.reason} {obstacle.remedy}"


def _migrate(
    case: OpenCase,
    target: PublicationRecord,
    alignment: Alignment,
    found: Prospect,
    *,
    mapping: Mapping[str, str],
    reason: str,
    batch_id: str | None,
) -> Instance:
    tx, before = case.tx, case.compiled
    source = publications.get(tx, case.instance.publication_id)
    after = compiled(tx, target.id)
    steps = migrate(case.live, after, alignment, case.surroundings)
    case.compiled = after
    case.instance = replace(case.instance, publication_id=target.id)
    clocks.rename_pauses(case, alignment.elements)
    _follow_tasks(case, before)
    steered(
        case,
        steps,
        EntryKind.CASE_MIGRATED,
        reason,
        publication=target.id,
        version=target.version,
        digest=target.digest,
        before=_named(source),
        mapping=dict(mapping),
        batch=batch_id,
    )
    if case.instance.state == "active":
        _follow_waits(case, alignment.elements)
        clocks.settle_pauses(case, [element for _, element in found.standing])
    return case.instance


def _named(record: PublicationRecord | None) -> dict[str, str | int | None]:
    if record is None:
        return {}
    return {"publication": record.id, "version": record.version, "digest": record.digest}


def _follow_tasks(case: OpenCase, before: CompiledProcess) -> None:
    """Let open tasks be those of the new version; who has one keeps it, with what he typed so far."""
    waiting = {task.token: task.element_id for task in case.live.waiting().tasks}
    open_tasks = instances.tasks_of(case.tx, case.instance.id, state="open")
    moved = [_task(case, before, task, waiting[task.token]) for task in open_tasks if task.token in waiting]
    check_known(case, moved, {each for task in open_tasks for each in (task.person_id, *task.audience.people)})
    instances.change_tasks(case.tx, moved)


def _task(case: OpenCase, before: CompiledProcess, task: Task, element_id: str) -> Task:
    old, new = before.element(task.element_id), case.compiled.element(element_id)
    moved = replace(task, element_id=element_id, form=new.properties.get("formRef") or None, version=task.version + 1)
    roles = before.diagram.role_of(old), case.compiled.diagram.role_of(new)
    alike = all(old.properties.get(name) == new.properties.get(name) for name in _BINDING)
    if alike and old.title == new.title and roles[0] == roles[1]:
        # As it was bound: the data may have changed since, and nobody has said that somebody else shall do it.
        return moved
    binding = offering.bind(case.compiled.diagram, element_id, case.live.data_at(task.token), case.surroundings)
    named = binding.assignee_id if binding.assignee_id != task.person_id else None
    return replace(
        moved,
        title=binding.title,
        audience=binding.audience,
        person_id=binding.person_id,
        assignee_id=named or task.assignee_id,
    )


def _follow_waits(case: OpenCase, elements: Mapping[str, str]) -> None:
    """Let what is stored of the waits of a case name the elements of the new version."""
    tx, instance_id, waits = case.tx, case.instance.id, case.live.waiting()
    instances.forget_messages(tx, instance_id, None)
    messages = [(each.token, each.element_id, each.name, "message", each.key) for each in waits.messages]
    signals = [(each.token, each.element_id, each.name, "signal", "") for each in waits.signals]
    names = ("token", "element_id", "name", "kind", "correlation")
    rows = [{"instance_id": instance_id, **dict(zip(names, each, strict=True))} for each in (*messages, *signals)]
    instances.await_messages(tx, rows)
    renamed = {old: new for old, new in elements.items() if old != new}
    jobs.rename_elements(tx, instance_id, renamed)
    incidents.rename_elements(tx, instance_id, renamed)
    snapshots.drop(tx, instance_id)
