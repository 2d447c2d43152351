"""A place where a case stands: SpiffWorkflow's task without prediction, data copies, logging and clock."""

from collections.abc import Mapping
from typing import Any, Self

import orjson
from SpiffWorkflow.task import Task, TaskState

from engine.model.identity import new_id


class _Children(dict[str, None]):
    """The ids of the tokens below one, in order; with a thousand of them each is still found at once."""

    def append(self, identity: str) -> None:
        """Add one at the end."""
        self[identity] = None

    def remove(self, identity: str) -> None:
        """Take one out."""
        del self[identity]


class Token(Task):
    """A live task. Its `data` are only the variables local to it, `internal_data` what its node keeps; both JSON.

    `written` is how it was saved last, until it changes. Whoever asks for what it keeps may change that: it is written
    anew then. So an act on one of a thousand instances writes one of them.
    """

    id: str
    """As text, as it is saved and told; SpiffWorkflow itself makes UUIDs."""
    _state: int
    written: orjson.Fragment | None = None

    def __init__(
        self,
        workflow: Any,
        task_spec: Any,
        parent: Any = None,
        state: int = TaskState.FUTURE,
        identity: str | None = None,
    ) -> None:
        super().__init__(workflow, task_spec, parent, state, identity or new_id())
        self.last_state_change = 0.0
        self._children = _Children()

    @property
    def data(self) -> Any:
        """The variables local to it."""
        self.written = None
        return self._data

    @data.setter
    def data(self, data: Any) -> None:
        self.written = None
        self._data = data

    @property
    def internal_data(self) -> Any:
        """What its node keeps."""
        self.written = None
        return self._kept

    @internal_data.setter
    def internal_data(self, kept: Any) -> None:
        self.written = None
        self._kept = kept

    @property
    def kept(self) -> Mapping[str, Any]:
        """What its node keeps, to be read only."""
        return self._kept

    @property
    def local(self) -> Mapping[str, Any]:
        """The variables local to it, to be read only."""
        return self._data

    def _add_child(self, task_spec: Any, state: int = TaskState.FUTURE, identity: str | None = None) -> Self:
        return type(self)(self.workflow, task_spec, self, state, identity)

    def _inherit_data(self) -> None:
        """Variables belong to the case, not to tasks."""

    def _set_state(self, value: int) -> None:
        if value != self._state:
            self._state = value
            self.written = None
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
