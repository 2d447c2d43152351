"""Events that are caused (BPMN 2.0 clause 13.5)."""

from collections.abc import Callable
from typing import TypeAlias

from bpmn.compiling.activities import ActivityNode
from bpmn.compiling.contract import Token
from bpmn.compiling.correlating import Sending, payload_of
from bpmn.compiling.nodes import Node, ScopeSpec, case_of
from bpmn.compiling.propagating import throw
from bpmn.compiling.triggers import Code
from bpmn.diagram import Element
from bpmn.languages import Formula

Deed: TypeAlias = Callable[[Token], None]
"""What an event causes."""


class Throw(Node):
    """An intermediate or end event: what it causes happens in this order, as long as nothing takes it away."""

    def __init__(self, scope: ScopeSpec, element: Element, deeds: tuple[Deed, ...] = ()) -> None:
        super().__init__(scope, element)
        self.deeds = deeds

    def perform(self, token: Token) -> None:
        """Cause it all."""
        for deed in self.deeds:
            deed(token)
            if not _stands(token):
                return


class SendTask(ActivityNode):
    """A send task that sends a message."""

    def __init__(self, scope: ScopeSpec, element: Element, name: str | None, sending: Sending) -> None:
        super().__init__(scope, element, name)
        self.sending = sending

    def perform(self, token: Token) -> None:
        """Send it."""
        self.sending.send(token)


def signalling(signal: str, payload: Formula | None) -> Deed:
    """Tell everything that waits for the signal, in this case at once, in others later."""

    def tell(token: Token) -> None:
        case = case_of(token)
        case.broadcast(token.task_spec.bpmn_id, signal, payload_of(token, signal, payload))
        if not _stands(token):  # what the signal interrupted held this event too
            case.left(token)

    return tell


def throwing(thrown: Code) -> Deed:
    """Throw an error, escalation or cancellation to what catches it around, the innermost first."""
    return lambda token: throw(token, thrown)


def terminate(token: Token) -> None:
    """End the process or sub-process at once: take every other token of this scope away."""
    for other in [task for task in token.workflow.tasks.values() if task.parent is token.workflow.task_tree]:
        if other is not token:
            other.cancel()


def _stands(token: Token) -> bool:
    return token.workflow.tasks.get(token.id) is token
