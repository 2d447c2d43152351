"""What compiled elements ask of whoever runs them; `engine.running` answers.

Compiled nodes are shared by all cases of a publication and hold nothing of any of them: whatever changes lives in the
token and in the case handed to them.
"""

from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta
from typing import Any, Protocol, TypeAlias

from bpmn.languages import Formula
from bpmn.scripts import Script
from forms.data import Value
from forms.feel import Environment

Token: TypeAlias = Any
"""A task of SpiffWorkflow, which carries no types."""
Scope: TypeAlias = Any
"""A workflow of SpiffWorkflow: the process or one running sub-process."""


class Case(Protocol):
    """The running case: ``token.workflow.top_workflow``."""

    @property
    def now(self) -> datetime:
        """The time of this act, aware UTC."""

    @property
    def environment(self) -> Environment:
        """What FEEL may use."""

    def visible(self, token: Token) -> Mapping[str, Value]:
        """Everything an expression at this token may read."""

    def variables(self, token: Token) -> Mapping[str, Value]:
        """The variables visible at this token as one new mapping, without the read-only names of the surroundings."""

    def evaluate(self, token: Token, expression: Formula) -> tuple[Value, str]:
        """The value, and where it is null the reason, if one is known. Raises CannotContinue at a limit."""

    def instances_begun(self, token: Token, number: int) -> None:
        """Take note that so many instances begin side by side. Raises CannotContinue where one act begins too many."""

    def run_script(self, token: Token, script: Script) -> None:
        """Run a script in Python and set what it changed. Raises CannotContinue."""

    def assign(self, token: Token, values: Mapping[str, Value]) -> None:
        """Set variables: those local to the token where they are local, else those of the case."""

    def entered(self, token: Token) -> None:
        """Report that the token reached its element."""

    def left(self, token: Token) -> None:
        """Report that the token completed its element."""

    def instance_entered(self, token: Token, number: int) -> None:
        """Report that an instance of a repeated activity begins, with its loop counter."""

    def instance_left(self, token: Token, number: int) -> None:
        """Report that it is completed."""

    def flow_taken(self, flow_id: str) -> None:
        """Report that a token passed a flow."""

    def task_opened(self, token: Token) -> None:
        """Report that a person is waited for."""

    def withdrawn(self, token: Token, number: int | None = None) -> None:
        """Report that an open activity is gone, or an instance of one, by its loop counter."""

    def timer_set(self, token: Token, due: datetime) -> None:
        """Report until when a timer waits."""

    def timer_cleared(self, token: Token) -> None:
        """Report that a timer waits no more."""

    def message_awaited(self, token: Token, name: str, key: str) -> None:
        """Report which message is waited for, and the correlation key it must carry (empty: none)."""

    def message_forgotten(self, token: Token, name: str) -> None:
        """Report that it is waited for no more."""

    def message_thrown(
        self,
        element_id: str,
        name: str,
        payload: Mapping[str, Value],
        *,
        key: str,
        message_id: str | None,
        expires: datetime,
    ) -> None:
        """Report a message to the world."""

    def signal_awaited(self, token: Token, name: str) -> None:
        """Report which signal is waited for."""

    def signal_forgotten(self, token: Token, name: str) -> None:
        """Report that it is waited for no more."""

    def broadcast(self, element_id: str, name: str, payload: Mapping[str, Value]) -> None:
        """Report a signal, and let everything in this case that waits for it have it at once."""

    def data_changed(self) -> None:
        """Have the conditions that are waited for looked at again before anything else moves."""

    def escalation_raised(self, element_id: str, code: str | None) -> None:
        """Report an escalation that nothing in the case catches."""

    def fail(self, element_id: str, code: str | None, message: str) -> None:
        """End the whole case by an error that nothing catches."""

    def finish(self, element_id: str) -> None:
        """End the whole case, and the cases that called it."""

    def case_called(
        self, token: Token, process_id: str, binding: str, version_tag: str | None, data: Mapping[str, Value]
    ) -> None:
        """Report that another process is called and waited for."""

    def call_abandoned(self, token: Token) -> None:
        """Report that the called case is waited for no more."""

    def operation_called(self, token: Token, operation: str, arguments: Mapping[str, Value]) -> None:
        """Report a call of an inside operation."""

    def outside_called(
        self,
        token: Token,
        operation: str,
        arguments: Mapping[str, Value],
        retries: int | None,
        pause: timedelta | None,
    ) -> None:
        """Report a call that leaves the process and is waited for."""

    def outside_dropped(self, token: Token) -> None:
        """Report that it is waited for no more, and no answer came."""

    def decision_made(
        self,
        element_id: str,
        decision_id: str,
        *,
        inputs: Mapping[str, Value],
        outputs: Value,
        matched: tuple[str, ...],
        problems: tuple[str, ...],
    ) -> None:
        """Report a decision with its trace; `problems` are the reasons why parts of it are null."""

    def spawn(self, scope: Scope, spec_name: str, flow_id: str | None) -> Token:
        """Put a token on a node of a scope as if it had come along this flow."""

    def trigger(self, scope: Scope, spec_name: str) -> Token:
        """Put a token on an event of a scope that has already happened."""

    def open_scope(self, token: Token, spec_name: str) -> None:
        """Begin the sub-process that the token stands on."""

    def inside(self, token: Token) -> Scope:
        """The sub-process that runs, or was left, inside this token."""

    def live(self) -> Iterable[Token]:
        """Every token of the case, the scopes around before those inside."""

    def holder(self, scope: Scope) -> Token | None:
        """The token whose sub-process this scope is; None for the process itself."""
