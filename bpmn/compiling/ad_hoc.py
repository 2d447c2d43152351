"""Ad-hoc sub-processes (BPMN 2.0 clauses 10.3.5 and 13.3.5): people choose what is done, and in which order.

The activities that no flow leads to are open tasks from the beginning; what flows lead to follows. With a completion
condition a task that was done is open again, until the condition holds as an activity ends. Without one each is done
once, and the sub-process ends when all are.
"""

from typing import Final

from bpmn.compiling.activities import ActivityNode, SubProcessNode
from bpmn.compiling.contract import Scope, Token
from bpmn.compiling.nodes import Node, ScopeSpec, case_of, guard_name, holds
from bpmn.diagram import SubProcess
from bpmn.languages import Formula

DONE: Final = "done"
OVER: Final = "over"


class AdHocNode(SubProcessNode):
    """An ad-hoc sub-process."""

    def __init__(self, scope: ScopeSpec, element: SubProcess, name: str | None, condition: Formula | None) -> None:
        super().__init__(scope, element, name)
        self.condition = condition
        self.one_by_one = element.one_by_one
        self.cancels_remaining = element.cancels_remaining

    def went_on(self, holder: Token, scope: Scope, node: Node) -> None:
        """A token left a node inside: end, or say what is open now."""
        if OVER in holder.kept:
            return
        if (
            self.condition is not None
            and isinstance(node, ActivityNode)
            and holds(scope.task_tree, None, self.condition)
        ):
            holder.internal_data[OVER] = True
            for token in scope.task_tree.children:
                if self.cancels_remaining or token.task_spec.name in scope.spec.starts:
                    token.cancel()
            return
        entry = next((name for name in (node.name, guard_name(node.bpmn_id)) if name in scope.spec.starts), None)
        done = [*holder.kept.get(DONE, ()), *filter(None, [entry])]
        holder.internal_data[DONE] = done if self.condition is None else []
        here = scope.task_tree.children
        chosen = [token for token in here if token.task_spec.name in scope.spec.starts]
        if not self.one_by_one:
            self._open(scope, [entry] if entry and self.condition is not None else [])
        elif len(chosen) < len(here):
            for token in chosen:
                token.cancel()
        else:
            there = {token.task_spec.name for token in chosen}
            self._open(scope, [n for n in scope.spec.starts if n not in there and n not in holder.kept[DONE]])

    def _open(self, scope: Scope, names: list[str]) -> None:
        for name in names:
            case_of(scope.task_tree).spawn(scope, name, None)
