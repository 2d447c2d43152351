"""Ad-hoc sub-processes (BPMN 2.0 clauses 10.3.5 and 13.3.5): people choose what is done, and in which order.

The user and manual tasks that no flow leads to are open tasks from the beginning; what flows lead to follows. With a
completion condition a task that was done or interrupted is open again, until the condition holds as an activity ends or
an event sub-process takes the place of everything. Other activities that no flow leads to need nobody who chooses them:
each is done once, one by one before the tasks of people where the ordering is sequential. Without a condition the
sub-process ends when everything in it is done. Where an expression says which activities begin (Camunda 8), these
begin, each once for each time it is named, and no other.
"""

from typing import Final

from bpmn.compiling.activities import SubProcessNode
from bpmn.compiling.contract import Scope, Token
from bpmn.compiling.failures import CannotContinue
from bpmn.compiling.listening import interrupted_all
from bpmn.compiling.nodes import Node, ScopeSpec, case_of, guard_name, holds
from bpmn.diagram import Activity, SubProcess
from bpmn.languages import Formula

DONE: Final = "done"
OVER: Final = "over"


class AdHocNode(SubProcessNode):
    """An ad-hoc sub-process."""

    def __init__(
        self,
        scope: ScopeSpec,
        element: SubProcess,
        name: str | None,
        *,
        condition: Formula | None,
        active: Formula | None,
    ) -> None:
        super().__init__(scope, element, name)
        self.condition = condition
        self.active = active
        """What says which activities begin; None where people choose."""
        self.one_by_one = element.one_by_one
        self.cancels_remaining = element.cancels_remaining

    def begin(self, token: Token) -> bool:
        """Open the scope, with what begins in it. Raises CannotContinue where something is to begin that cannot."""
        wanted = self._wanted(token)
        if self.active is not None and not wanted:
            return True
        went_on = super().begin(token)
        self._begin_named(case_of(token).inside(token), wanted)
        inside = case_of(token).inside(token).spec
        token.internal_data[DONE] = [name for name in inside.starts if name not in inside.chosen]
        return went_on

    def went_on(self, holder: Token, scope: Scope, node: Node) -> None:
        """A token left a node inside: end, or say what is open now."""
        if OVER in holder.kept or interrupted_all(node):
            return
        if (
            self.condition is not None
            and isinstance(node.element, Activity)
            and holds(scope.task_tree, None, self.condition)
        ):
            holder.internal_data[OVER] = True
            for token in scope.task_tree.children:
                if self.cancels_remaining or (self.active is None and token.task_spec.name in scope.spec.chosen):
                    token.cancel()
            return
        if self.active is not None:
            self._check_complete(scope)
            return
        entry = next((name for name in (node.name, guard_name(node.bpmn_id)) if name in scope.spec.chosen), None)
        if entry is not None and self.condition is None:
            _done(holder, entry)
        if not self.one_by_one:
            there = {token.task_spec.name for token in _alive(scope)}
            again = scope.spec.entries if self.condition is not None else ()
            self._open(scope, [name for name in again if name in scope.spec.chosen and name not in there])
        else:
            self._next(holder, scope)
        self._check_complete(scope)

    def _check_complete(self, scope: Scope) -> None:
        if self.condition is not None and not _alive(scope):
            message = "Everything in it has been done, but its completion condition does not hold."
            raise CannotContinue(self.bpmn_id, "not_complete", message)

    def _wanted(self, token: Token) -> list[str]:
        """The ids of the activities that are to begin."""
        if self.active is None:
            return []
        value, reason = case_of(token).evaluate(token, self.active)
        if not isinstance(value, list) or not all(isinstance(one, str) for one in value):
            message = f"Which activities begin ({self.active.text}) gives {value!r}, no list of their ids. {reason}"
            raise CannotContinue(self.bpmn_id, "active_elements", message.strip())
        return list(map(str, value))

    def _begin_named(self, scope: Scope, wanted: list[str]) -> None:
        known = {name.partition("#")[0]: name for name in scope.spec.entries}
        for one in wanted:
            if one not in known:
                message = f"No activity {one!r} can begin in {self.element.title!r}: one of {', '.join(sorted(known))}."
                raise CannotContinue(self.bpmn_id, "active_elements", message)
        self._open(scope, [known[one] for one in wanted])

    def _next(self, holder: Token, scope: Scope) -> None:
        """Open what may begin where one thing is done at a time."""
        here = _alive(scope)
        chosen = [token for token in here if token.task_spec.name in scope.spec.chosen]
        if len(chosen) < len(here):
            for token in chosen:
                token.cancel()
            return
        left = [name for name in scope.spec.entries if name not in holder.kept.get(DONE, ())]
        by_itself = next((name for name in left if name not in scope.spec.chosen), None)
        if by_itself is not None:
            _done(holder, by_itself)
            self._open(scope, [by_itself])
        else:
            there = {token.task_spec.name for token in chosen}
            self._open(scope, [name for name in left if name not in there])

    def _open(self, scope: Scope, names: list[str]) -> None:
        for name in names:
            case_of(scope.task_tree).spawn(scope, name, None)


def _alive(scope: Scope) -> list[Token]:
    """The tokens in a scope but those that only listen or remember."""
    return [token for token in scope.task_tree.children if not token.task_spec.listens]


def _done(holder: Token, entry: str) -> None:
    holder.internal_data[DONE] = [*holder.kept.get(DONE, ()), entry]
