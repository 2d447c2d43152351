"""A place where a case stands: SpiffWorkflow's task without prediction, data copies, logging and clock."""

from typing import Any, Self
from uuid import UUID

from SpiffWorkflow.task import Task, TaskState


class Token(Task):
    """A live task. Its `data` are only the variables local to it, `internal_data` what its node keeps; both JSON."""

    _state: int

    def __init__(
        self,
        workflow: Any,
        task_spec: Any,
        parent: Any = None,
        state: int = TaskState.FUTURE,
        identity: UUID | None = None,
    ) -> None:
        super().__init__(workflow, task_spec, parent, state, identity)
        self.last_state_change = 0.0

    def _add_child(self, task_spec: Any, state: int = TaskState.FUTURE) -> Self:
        return type(self)(self.workflow, task_spec, self, state)

    def _inherit_data(self) -> None:
        """Variables belong to the case, not to tasks."""

    def _set_state(self, value: int) -> None:
        if value != self._state:
            self._state = value
            if value == TaskState.READY and not self.task_spec.waits_for_person:
                self.workflow.top_workflow.enqueue(self)

    def run(self) -> None:
        """Perform and complete; a token that its own work took away (an error end) is not completed."""
        self.task_spec._run(self)
        if self.workflow.tasks.get(self.id) is self:
            self.complete()

    def cancel(self) -> None:
        """Take this token away with everything that stands below it or runs inside it."""
        self.workflow.top_workflow.close_scope(self)
        for child in self.children:
            child.cancel()
        self.task_spec._on_cancel(self)
        self._state = TaskState.CANCELLED
        self.workflow.remove(self)
