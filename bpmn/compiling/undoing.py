"""Compensation (BPMN 2.0 clauses 10.7 and 13.5.5): what was done is undone, the last first, one after the other.

That an activity is done and can be undone is kept as a token that waits in its scope, for each instance of a loop one:
on the compensation event at its border, or, for a sub-process in which something can be undone, on a node of its own,
which then holds the scope as it was left. Such tokens do not keep a scope open. Whoever throws marks them with a number
of its own and calls one after the other; each is gone when it is undone, and with it the last trace of what was done.
"""

from typing import Final

from SpiffWorkflow.task import TaskState

from bpmn.compiling.activities import SubProcessNode
from bpmn.compiling.contract import Scope, Token
from bpmn.compiling.nodes import Node, ScopeSpec, case_of, is_done, release
from bpmn.compiling.throwing import Deed, Throw
from bpmn.diagram import Element

DRIVES: Final = "undoes"
DRIVEN: Final = "undone by"
"""Under the same number: what calls for the undoing, and what is undone by it."""


class Remembered(Node):
    """What stands for a done activity."""

    listens = True
    remembers = True

    def __init__(self, scope: ScopeSpec, element: Element, activity: str, name: str | None = None) -> None:
        super().__init__(scope, element, name)
        self.activity = activity

    def undo(self, record: Token) -> None:
        """Begin to undo."""
        raise NotImplementedError


class CompensationEvent(Remembered):
    """A compensation event at the border of an activity: it leads to the activity that undoes."""

    handler = ""
    """The name of the node that undoes."""

    def undo(self, record: Token) -> None:
        """Call what undoes, with the variables local to what is undone."""
        record._set_state(TaskState.STARTED)
        case = case_of(record)
        case.entered(record)
        case.left(record)
        handler = record._add_child(self._wf_spec.task_specs[self.handler], TaskState.FUTURE)
        handler.data = dict(record.data)
        handler.task_spec._update(handler)

    def undone(self, record: Token) -> None:
        """It has been undone: go on with what was done before it."""
        record.workflow.remove(record)
        _resume(record)


class DoneScope(Remembered):
    """A done sub-process, in which something can be undone."""

    def undo(self, record: Token) -> None:
        """Begin the event sub-process for it, or undo what was done inside. The scope ends as every one ends."""
        record._set_state(TaskState.STARTED)
        case = case_of(record)
        scope = case.inside(record)
        if scope.spec.undone_by is not None:
            case.spawn(scope, scope.spec.undone_by, None)
        else:
            _call(record, _done(scope))

    def all_undone(self, record: Token) -> None:
        """Nothing to do: the scope is empty, which completes this token."""

    def _on_complete(self, my_task: Token) -> None:
        my_task.workflow.remove(my_task)
        _resume(my_task)


class UndoingSubProcess(SubProcessNode):
    """The event sub-process that undoes the done sub-process around it."""

    ends_around = True


class ThrowCompensation(Throw):
    """Undoes activities of its scope, or all that were done in it; in an event sub-process also of the scope around.

    With `waits` it goes on when that is done, and causes what else it causes; else it goes on at once.
    """

    def __init__(
        self,
        scope: ScopeSpec,
        element: Element,
        activities: frozenset[str] | None,
        waits: bool,
        deeds: tuple[Deed, ...] = (),
    ) -> None:
        super().__init__(scope, element, deeds)
        self.activities = activities
        self.waits = waits

    def begin(self, token: Token) -> bool:
        """Call for the undoing; where nothing is to be undone, go on."""
        done = [
            record
            for record in self._reached(token)
            if self.activities is None or record.task_spec.activity in self.activities
        ]
        if not done:
            return True
        token._set_state(TaskState.STARTED)
        _call(token, done)
        if not self.waits:
            case_of(token).left(token)
            self.take(token, self.choose(token))
        return False

    def _reached(self, token: Token) -> list[Token]:
        scope, found = token.workflow, _done(token.workflow)
        while (holder := case_of(token).holder(scope)) is not None and holder.task_spec.ends_around:
            scope = holder.workflow
            found = [*_done(scope), *found]
        return found

    def all_undone(self, token: Token) -> None:
        """Go on."""
        token._ready()

    def leave(self, token: Token) -> None:
        """Go on, unless that has happened already."""
        if self.waits or DRIVES not in token.kept:
            super().leave(token)
        else:
            release(token)


class CancelEnd(Throw):
    """Ends a transaction: what runs is taken away, what was done is undone, then the event at its border goes on."""

    def begin(self, token: Token) -> bool:
        """Call for the undoing; where nothing is to be undone, go on."""
        for other in token.workflow.task_tree.children:
            if other is not token and not is_done(other):
                other.cancel()
        done = _done(token.workflow)
        if not done:
            return True
        token._set_state(TaskState.STARTED)
        _call(token, done)
        return False

    def all_undone(self, token: Token) -> None:
        """Go on."""
        token._ready()


def _done(scope: Scope) -> list[Token]:
    """What can be undone in a scope, in the order in which it was done, and is not being undone by somebody else."""
    places = [token for token in scope.task_tree.children if token.task_spec.remembers]
    if not places:
        return []
    driving = {token.kept.get(DRIVES) for token in case_of(places[0]).live()}
    return [
        token
        for token in places
        if token.state == TaskState.WAITING and (DRIVEN not in token.kept or token.kept[DRIVEN] not in driving)
    ]


def _call(driver: Token, done: list[Token]) -> None:
    number = 1 + max(token.kept.get(DRIVES, 0) for token in case_of(driver).live())
    driver.internal_data[DRIVES] = number
    for record in done:
        record.internal_data[DRIVEN] = number
    _go_on(driver)


def _go_on(driver: Token) -> None:
    """Undo the last that is left; where none is, tell who called for it."""
    number = driver.kept[DRIVES]
    left = [
        token
        for token in case_of(driver).live()
        if token.kept.get(DRIVEN) == number and token.state == TaskState.WAITING
    ]
    if left:
        left[-1].task_spec.undo(left[-1])
    else:
        driver.task_spec.all_undone(driver)


def _resume(record: Token) -> None:
    number = record.kept[DRIVEN]
    driver = next((token for token in case_of(record).live() if token.kept.get(DRIVES) == number), None)
    if driver is not None:
        _go_on(driver)
