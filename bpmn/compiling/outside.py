"""Service and send tasks whose operation leaves the process (BPMN 2.0 clause 10.3.3): they wait for the outcome."""

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Final

from SpiffWorkflow.task import TaskState

from bpmn.compiling.activities import ActivityNode
from bpmn.compiling.contract import Token
from bpmn.compiling.failures import CannotContinue, NotCompilable
from bpmn.compiling.formula import Names
from bpmn.compiling.nodes import ScopeSpec, case_of
from bpmn.compiling.timing import TimerInvalid, read_duration
from bpmn.diagram import Element, Operation
from bpmn.expressions import RESPONSE
from bpmn.languages import Formula, Language
from forms.data import Value

RETRIES: Final = "retries"
RETRY_EVERY: Final = "retryEvery"
MOST_RETRIES: Final = 100
LONGEST_PAUSE: Final = timedelta(days=7)


class OutsideTask(ActivityNode):
    """Reports the call with its arguments when it is reached, and goes on when the answer comes.

    The answer is set under the operator's ``resultVariable``; the property ``result`` makes a context of it instead,
    or besides, whose entries become variables. It may read the answer as ``response``.
    """

    def __init__(
        self,
        scope: ScopeSpec,
        element: Element,
        name: str | None,
        operation: Operation,
        *,
        parameters: Mapping[str, Formula],
        result: Formula | None,
    ) -> None:
        super().__init__(scope, element, name)
        self.operation = operation.id
        self.variable = operation.result_variable or ""
        self.parameters = parameters
        self.result = result
        self.retries = _retries(element)
        self.pause = _pause(element)

    def begin(self, token: Token) -> bool:
        """Call and wait."""
        token._set_state(TaskState.STARTED)
        self.call(token)
        return False

    def call(self, token: Token) -> None:
        """Evaluate the arguments and report the call."""
        arguments = {name: case_of(token).evaluate(token, text)[0] for name, text in self.parameters.items()}
        case_of(token).outside_called(token, self.operation, arguments, self.retries, self.pause)

    def answered(self, token: Token, response: Mapping[str, Value]) -> None:
        """Take the answer and go on. Raises CannotContinue where the mapping makes no context of it."""
        case = case_of(token)
        values: dict[str, Value] = {self.variable: dict(response)} if self.variable else {}
        if self.result is not None:
            token.data[RESPONSE] = dict(response)
            try:
                mapped, reason = case.evaluate(token, self.result)
            finally:
                del token.data[RESPONSE]
            if not isinstance(mapped, dict):
                message = f"The result mapping {self.result.text!r} gives no context of names and values. {reason}"
                raise CannotContinue(self.bpmn_id, "result_not_context", message.strip())
            values |= mapped
        case.assign(token, values)
        token._ready()

    def withdraw(self, token: Token) -> None:
        """Report that it is gone, and that no answer is waited for any more."""
        if token.state == TaskState.STARTED:
            case_of(token).outside_dropped(token)
        super().withdraw(token)


def outside_task(
    scope: ScopeSpec,
    element: Element,
    name: str | None,
    operation: Operation,
    names: Names,
    *,
    result: str = "",
    kind: type[OutsideTask] = OutsideTask,
) -> OutsideTask:
    """The node of a task that calls an operation outside; `result` maps the answer. Raises NotCompilable."""
    parameters = read_parameters(element, operation, names)
    mapping = names.formula(element.id, result, "result mapping") if result.strip() else None
    return kind(scope, element, name, operation, parameters=parameters, result=mapping)


def read_parameters(element: Element, operation: Operation, names: Names) -> dict[str, Formula]:
    """Read the parameters of a call. Raises NotCompilable."""
    return {
        key: names.formula(element.id, text, f"parameter {key}", Language.EITHER)
        for key, text in operation.parameters.items()
        if text
    }


def _retries(element: Element) -> int | None:
    text = element.properties.get(RETRIES, "").strip()
    if not text:
        return None
    if not (text.isascii() and text.isdecimal() and len(text) < 4 and int(text) <= MOST_RETRIES):
        message = f"The number of retries {text!r} is no number from 0 to {MOST_RETRIES}."
        raise NotCompilable(element.id, "retries_invalid", message)
    return int(text)


def _pause(element: Element) -> timedelta | None:
    text = element.properties.get(RETRY_EVERY, "").strip()
    if not text:
        return None
    begin = datetime(2000, 1, 1, tzinfo=UTC)
    try:
        pause = read_duration(text).after(begin) - begin
    except TimerInvalid as error:
        message = f"The pause between retries cannot be read: {error}."
        raise NotCompilable(element.id, "retry_every_invalid", message) from error
    if not timedelta(seconds=1) <= pause <= LONGEST_PAUSE:
        message = f"The pause between retries {text!r} is not between one second and seven days."
        raise NotCompilable(element.id, "retry_every_invalid", message)
    return pause
