"""A case, or one of its scopes, that has not ended and in which nothing can go on any more: never passed over."""

from collections.abc import Iterable
from typing import Any

from SpiffWorkflow.task import TaskState

from bpmn.compiling import CannotContinue
from bpmn.compiling.gateways import Join
from bpmn.compiling.nodes import Guard, main_of
from bpmn.compiling.outside import OutsideTask
from bpmn.compiling.several import places as waited_at
from bpmn.compiling.triggers import Code
from engine.running.token import Token


def check_goes_on(case: Any, touched: Iterable[Any]) -> None:
    """Raise CannotContinue where nothing can move a case any more, or one of the scopes touched in an act."""
    if not any(map(waits, case.live())):
        stuck = next((token.task_spec.bpmn_id for token in case.live() if token.state == TaskState.WAITING), None)
        message = "The case has not ended, yet nothing in it can go on and nothing is waited for."
        raise CannotContinue(stuck, "stuck", message)
    for scope in touched:
        join = _hanging(scope)
        if join is not None and not _can_be_interrupted(case, scope):
            message = "A path waits here for others that cannot come any more: no other path of its level goes on."
            raise CannotContinue(join.task_spec.bpmn_id, "stuck", message)


def waits(token: Token) -> bool:
    """Whether something outside can move this token: a person, a due time, a message, a called case, an answer."""
    if token.state == TaskState.READY:
        return bool(token.task_spec.waits_for_person)
    if token.state == TaskState.STARTED:
        return isinstance(token.task_spec, OutsideTask)
    trigger = token.task_spec.trigger
    outside = token.task_spec.waits_for_case or (trigger is not None and trigger.outside)
    return token.state == TaskState.WAITING and outside


def _hanging(scope: Any) -> Token | None:
    """A join that waits, where every path of a scope stands at a join."""
    found = None
    for token in scope.tasks.values():
        if token is scope.task_tree or token.task_spec.listens:
            continue
        if token.state != TaskState.WAITING or not isinstance(token.task_spec, Join):
            return None
        found = found or token
    return found


def _can_be_interrupted(case: Any, scope: Any) -> bool:
    """Whether an event that waits here, or around it outwards, would take away what is in a scope.

    Nothing in the scope moves, so what only it could throw does not count.
    """
    thrown_here = True
    while True:
        places = [token for token in scope.task_tree.children if token.task_spec.listens]
        holder = case.holder(scope)
        if holder is not None and isinstance(main_of(holder).parent.task_spec, Guard):
            places += main_of(holder).parent.children
        for place in waited_at(places):
            waiting = place.state == TaskState.WAITING and getattr(place.task_spec, "interrupting", False)
            if waiting and not (thrown_here and isinstance(place.task_spec.trigger, Code)):
                return True
        if holder is None:
            return False
        scope, thrown_here = holder.workflow, False
