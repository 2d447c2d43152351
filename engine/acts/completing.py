"""Completing a task."""

from dataclasses import dataclass

from engine import duties, offering
from engine.acts import attaching, linking
from engine.acts.cases import OpenCase, check_not_suspended, open_with_task
from engine.acts.moving import Cause, follow
from engine.errors import CaseEnded
from engine.model.entry import EntryKind
from engine.model.instance import Instance, Task
from engine.permissions import Action, requires
from engine.storage import instances, people, snapshots
from engine.transaction import Transaction
from forms.answers import Answers


@dataclass(frozen=True, kw_only=True)
class Completion:
    """A completed task: the case as it stands now, and the task in it that the same person can go on with."""

    instance: Instance
    next_task: Task | None


@requires(Action.TAKE_PART)
def complete_task(tx: Transaction, task_id: str, answers: Answers, seen: int) -> Completion:
    """Complete a task with accepted answers and let the case move on.

    `seen` is the task's version when its page was opened. Raises NotFound, NotAllowed, TaskTaken, TaskAlreadyDone,
    TaskMovedOn, CaseEnded, CaseSuspended, StepFailed.
    """
    task, case = open_with_task(tx, task_id)
    who = people.names(tx, [task.ended_by]).get(task.ended_by or "") if task.ended_by else None
    offering.check_open(task, ended_by_name=who)
    offering.check_may_complete(tx.actor, task)
    offering.check_open(task, seen=seen)
    if not isinstance(case, OpenCase):
        raise CaseEnded(f"{case.number} has ended.", number=case.number, at=case.ended_at)
    check_not_suspended(case.instance)
    duties.check_apart(tx, task, case.instance, case.compiled.diagram)
    linking.named(case, task.element_id, answers.values)
    steps = case.live.complete(task.token, answers.values, case.surroundings)
    snapshots.keep(tx, task, slot=case.seen, state=case.before)
    instances.end_task(tx, task, by=tx.actor.person_id, at=tx.now())
    instances.drop_drafts(tx, f"task:{task.id}")
    attaching.record_files(tx, answers, case.instance.id)
    cause = Cause(
        kind=EntryKind.TASK_COMPLETED,
        facts={"task": task.id, "element": task.element_id, "form": task.form},
        answers=answers.values,
        personal=answers.personal,
    )
    follow(case, steps, cause)
    return Completion(instance=case.instance, next_task=_next(tx, case))


def _next(tx: Transaction, case: OpenCase) -> Task | None:
    """Prefer a task of the same person's that has just arisen; one offered to his role comes next."""
    opened = [task for task in case.tasks if offering.is_offered(tx.actor, task) and not tx.actor.is_system]
    diagram = case.compiled.diagram
    # Whom data keep from a task is read from the stored state, which these are not in yet: they wait in the list.
    asked = [task for task in opened if not duties.names_people(diagram, task)]
    apart = duties.kept_apart(tx, tx.actor.person_id, [(task, case.instance, diagram) for task in asked])
    own = [task for task in asked if task.id not in apart]
    return next(iter(sorted(own, key=lambda task: task.assignee_id is None)), None)
