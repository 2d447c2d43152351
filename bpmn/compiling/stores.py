"""Activities that read and write records through data stores (BPMN 2.0 clause 10.4.1).

The activity is a token of its own. What it reads, its work, and what it writes follow one another as its children: each
access is a call like that of a service task, so the activity is done when the last record is written.
"""

from SpiffWorkflow.task import TaskState

from bpmn.compiling.activities import ActivityNode
from bpmn.compiling.contract import Token
from bpmn.compiling.formula import Names
from bpmn.compiling.nodes import Node, ScopeSpec, case_of
from bpmn.compiling.outside import OutsideTask, outside_task
from bpmn.diagram import Element, Operation, StoreAccess
from bpmn.expressions import RESULT
from forms.data import canonical


class StoredActivity(ActivityNode):
    """Runs its parts one after the other: what is read, the work, what is written."""

    parts: tuple[str, ...] = ()

    def take_parts(self, parts: tuple[Node, ...]) -> None:
        """Say, once, what it consists of."""
        self.parts = tuple(part.name for part in parts)
        for part in parts:
            part.instance = True
            self.connect(part)

    def begin(self, token: Token) -> bool:
        """Begin with the first part."""
        token._set_state(TaskState.STARTED)
        self._start(token, 0)
        return False

    def _start(self, token: Token, number: int) -> None:
        child = token._add_child(self._wf_spec.task_specs[self.parts[number]], TaskState.FUTURE)
        child.task_spec._update(child)

    def instance_done(self, token: Token, part: Token) -> None:
        """Go on with the next part, or be done."""
        number = self.parts.index(part.task_spec.name) + 1
        if number < len(self.parts):
            self._start(token, number)
        else:
            token.complete()


class StoreTask(OutsideTask):
    """One access; where the values that would be written are null, nothing is written."""

    def begin(self, token: Token) -> bool:
        """Read or write, unless there is nothing to write."""
        values = self.parameters.get("values")
        if values is not None and case_of(token).evaluate(token, values)[0] is None:
            return True
        return super().begin(token)


def store_task(scope: ScopeSpec, element: Element, name: str, access: StoreAccess, names: Names) -> OutsideTask:
    """The node of one access. Raises NotCompilable."""
    given = {key: text for key, text in access.parameters.items() if key != RESULT}
    operation = Operation(id=access.operation, parameters={"type": f"={canonical(access.type)}", **given})
    result = access.parameters.get(RESULT, "")
    return outside_task(scope, element, name, operation, names, result=result, kind=StoreTask)
