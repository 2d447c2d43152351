"""Call activities (BPMN 2.0 clause 10.3.6): another process runs as a case of its own, and this one waits for it."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from SpiffWorkflow.task import TaskState

from bpmn.compiling.activities import ActivityNode
from bpmn.compiling.contract import Token
from bpmn.compiling.failures import CannotContinue
from bpmn.compiling.nodes import ScopeSpec, case_of
from bpmn.diagram import CallActivity
from bpmn.languages import Formula
from forms.data import Value

OUTPUTS_ON_ERROR: Final = "outputsOnError"


@dataclass(frozen=True, kw_only=True)
class Passing:
    """Which variables pass between two cases: all of them, those of a list, or what an expression makes of them."""

    names: tuple[str, ...] | None = None
    """None for all."""
    expression: Formula | None = None

    def of(self, data: Mapping[str, Value]) -> dict[str, Value]:
        """What passes of these variables; a name on the list that is not set passes as null."""
        return dict(data) if self.names is None else {name: data.get(name) for name in self.names}


class CallNode(ActivityNode):
    """Calls a process and waits until its case has ended."""

    waits_for_case = True

    def __init__(
        self,
        scope: ScopeSpec,
        element: CallActivity,
        name: str | None,
        *,
        called: str | Formula,
        inputs: Passing,
        outputs: Passing,
    ) -> None:
        super().__init__(scope, element, name)
        self.called = called
        self.gives = inputs
        self.takes = outputs

    def begin(self, token: Token) -> bool:
        """Call and wait. Raises CannotContinue where the inputs are no context, or no process is named."""
        token._set_state(TaskState.WAITING)
        self.call(token)
        return False

    def call(self, token: Token) -> None:
        """Report the call with what it gives. Raises CannotContinue as `begin` does."""
        case = case_of(token)
        properties = self.element.properties
        tag = properties.get("versionTag", "").strip() or None
        binding = properties.get("binding", "").strip() or "latest"
        case.case_called(token, self._process(token), binding, tag, self._given(token))

    def _process(self, token: Token) -> str:
        if isinstance(self.called, str):
            return self.called
        value, reason = case_of(token).evaluate(token, self.called)
        if isinstance(value, str) and value.strip():
            return value.strip()
        message = f"What {self.element.title!r} calls gives {value!r}, which is no id of a process. {reason}".strip()
        raise CannotContinue(self.bpmn_id, "called_unknown", message)

    def _given(self, token: Token) -> dict[str, Value]:
        case = case_of(token)
        if self.gives.expression is None:
            return self.gives.of(case.variables(token))
        value, reason = case.evaluate(token, self.gives.expression)
        if not isinstance(value, dict):
            message = f"The inputs of {self.element.title!r} are no context of names and values. {reason}".strip()
            raise CannotContinue(self.bpmn_id, "inputs_not_context", message)
        return value

    def returned(self, token: Token, data: Mapping[str, Value]) -> None:
        """The called case has ended: take over what passes, and go on."""
        case_of(token).assign(token, self.takes.of(data))
        token._ready()

    def failed(self, token: Token, data: Mapping[str, Value]) -> None:
        """The called case has ended by an error: where the drawing says so, take over what passes all the same."""
        if self.element.properties.get(OUTPUTS_ON_ERROR) == "true":
            case_of(token).assign(token, self.takes.of(data))
            if self.mapping is not None:
                self.mapping.leave(token)

    def withdraw(self, token: Token) -> None:
        """Report that it is gone, and that the called case is waited for no more."""
        if token.state == TaskState.WAITING:
            case_of(token).call_abandoned(token)
        super().withdraw(token)
