"""Taking a task, giving it back, handing it to another."""

from contextlib import suppress
from dataclasses import replace
from datetime import datetime
from typing import Final

from bpmn.urgency import HIGHEST_PRIORITY
from engine import duties, journal, offering
from engine.acts.words import required
from engine.errors import NotAllowed, NotFound, TaskAlreadyDone, TaskMovedOn, TaskTaken, Unacceptable
from engine.live import compiled
from engine.model.entry import EntryKind, instance_stream
from engine.model.instance import Instance, Task
from engine.model.person import Actor
from engine.permissions import EVERYBODY, Action, requires, scope
from engine.storage import instances, people, worklist
from engine.transaction import Transaction

LOST: Final = 200
"""How many tasks are looked for at once that nobody may do any more who has them."""


@requires(Action.TAKE_PART)
def claim(tx: Transaction, task_id: str) -> None:
    """Take an open task for oneself; claiming one's own again changes nothing. Raises TaskTaken, NotAllowed, ..."""
    task, instance = _locked(tx, task_id)
    if task.assignee_id is not None and task.assignee_id == tx.actor.person_id:
        return
    if task.assignee_id is not None and offering.is_offered(tx.actor, task):
        name = people.names(tx, [task.assignee_id]).get(task.assignee_id, "Somebody else")
        raise TaskTaken(f"{name} has claimed this task already.", task_id=task_id)
    if not offering.may_claim(tx.actor, task):
        raise NotAllowed("This task is not offered to you.", task_id=task_id)
    duties.check_apart(tx, task, instance, compiled(tx, instance.publication_id).diagram)
    _give(tx, task, tx.actor.person_id, EntryKind.TASK_CLAIMED, "")


@requires(Action.TAKE_PART)
def release(tx: Transaction, task_id: str) -> None:
    """Give a claimed task back to its role. Raises NotAllowed for a task bound to a person or claimed by another."""
    task, _ = _locked(tx, task_id)
    if task.person_id is not None or task.assignee_id is None or task.assignee_id != tx.actor.person_id:
        raise NotAllowed("Only the person who claimed a task can give it back.", task_id=task_id)
    _give(tx, task, None, EntryKind.TASK_RELEASED, "")


def give_back_lost(tx: Transaction) -> int:
    """Give tasks back to their roles whose holders lost the role or left the house; says how many.

    Part of every act that ends a grant; the worker asks too, as grants also end on their day.
    """
    found = 0
    while some := worklist.lost(tx, tx.now(), LOST, everybody=EVERYBODY):
        for task_id in some:
            with suppress(TaskAlreadyDone, TaskMovedOn):  # done meanwhile: then it is lost no more
                task, _ = _locked(tx, task_id)
                _give(tx, task, None, EntryKind.TASK_RELEASED, "")
        found += len(some)
    return found


@requires(Action.ASSIGN)
def assign(tx: Transaction, task_id: str, person_id: str | None, reason: str) -> None:
    """Hand an open task to a person who is offered it, or to nobody. Raises Unacceptable, NotFound, ...

    What is for people by name alone can be handed to anybody once they all have left the house.
    """
    task, instance = _locked(tx, task_id)
    if not instances.is_visible(tx, scope(tx.actor), task.instance_id):
        raise NotFound("There is no such task.", task_id=task_id)
    left = offering.left_behind(tx, task)
    if task.person_id is not None and not (left and person_id):
        raise Unacceptable("This task is for one person and cannot be handed to another.", task_id=task_id)
    reason = required(reason, field="reason", ask="Say why the task changes hands.")
    if person_id is not None:
        found = people.person_with_roles(tx, person_id, tx.now())
        if found is None or not found[0].active:
            raise NotFound("There is no such active person.", person_id=person_id)
        person, roles = found
        could = Actor(person_id=person.id, name=person.name, roles=roles | {EVERYBODY})
        if not left and not offering.is_offered(could, task):
            raise Unacceptable(f"{person.name} is not among those whom this task is offered to.", field="person")
        diagram = compiled(tx, instance.publication_id).diagram
        for apart in duties.kept_apart(tx, person_id, [(task, instance, diagram)]).values():
            raise Unacceptable(f"{person.name}: {apart}", field="person")
    if left and person_id is not None:
        instances.bind_to(tx, task, person_id)
        task = replace(task, assignee_id=task.person_id or task.assignee_id)
    _give(tx, task, person_id, EntryKind.TASK_ASSIGNED, reason)


@requires(Action.ASSIGN)
def reschedule(
    tx: Transaction,
    task_id: str,
    *,
    due_at: datetime | None,
    follow_up_at: datetime | None,
    priority: int,
    reason: str,
    seen: int,
) -> None:
    """Change when an open task is due, when somebody looks at it again, or how urgent it is; the case's clocks go on.

    Raises NotFound, Unacceptable without a reason, for a priority that is none, or where nothing changes,
    TaskAlreadyDone, TaskMovedOn.
    """
    task, _ = _locked(tx, task_id)
    if not instances.is_visible(tx, scope(tx.actor), task.instance_id):
        raise NotFound("There is no such task.", task_id=task_id)
    offering.check_open(task, seen=seen)
    reason = required(reason, field="reason", ask="Say why this changes.")
    if not 0 <= priority <= HIGHEST_PRIORITY:
        raise Unacceptable(f"A priority is a whole number from 0 to {HIGHEST_PRIORITY}.", field="priority")
    if (due_at, follow_up_at, priority) == (task.due_at, task.follow_up_at, task.priority):
        raise Unacceptable("Everything is as it was.", field="due")
    instances.set_dates(tx, task, due_at, follow_up_at, priority)
    dates = {"old_due": task.due_at, "due": due_at, "old_follow_up": task.follow_up_at, "follow_up": follow_up_at}
    journal.append(
        tx,
        EntryKind.TASK_RESCHEDULED,
        instance_stream(task.instance_id),
        facts={
            "task": task.id,
            "element": task.element_id,
            **{name: date.isoformat() if date else None for name, date in dates.items()},
            **({"old_priority": task.priority, "priority": priority} if priority != task.priority else {}),
        },
        values={"reason": reason},
        personal={"reason"},
    )


def _locked(tx: Transaction, task_id: str) -> tuple[Task, Instance]:
    found = instances.locked_with_task(tx, task_id)
    if found is None:
        raise NotFound("There is no such task.", task_id=task_id)
    task, instance, _ = found
    offering.check_open(task)
    return task, instance


def _give(tx: Transaction, task: Task, person_id: str | None, kind: EntryKind, reason: str) -> None:
    instances.set_assignee(tx, task, person_id, tx.now())
    journal.append(
        tx,
        kind,
        instance_stream(task.instance_id),
        facts={"task": task.id, "element": task.element_id, "from": task.assignee_id, "to": person_id},
        values={"reason": reason} if reason else {},
        personal={"reason"},
    )
