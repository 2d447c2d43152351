"""Events that are caused (BPMN 2.0 clause 13.5)."""

from bpmn.compiling.activities import ActivityNode
from bpmn.compiling.contract import Token
from bpmn.compiling.correlating import Sending, payload_of
from bpmn.compiling.nodes import Node, ScopeSpec, case_of
from bpmn.compiling.propagating import throw
from bpmn.compiling.triggers import Code
from bpmn.diagram import Element
from bpmn.languages import Formula


class Throw(Node):
    """An intermediate or end event that causes nothing that others could catch."""


class ThrowMessage(Throw):
    """Sends a message to the world outside the case."""

    def __init__(self, scope: ScopeSpec, element: Element, sending: Sending) -> None:
        super().__init__(scope, element)
        self.sending = sending

    def perform(self, token: Token) -> None:
        """Send it."""
        self.sending.send(token)


class SendTask(ActivityNode):
    """A send task that sends a message."""

    def __init__(self, scope: ScopeSpec, element: Element, name: str | None, sending: Sending) -> None:
        super().__init__(scope, element, name)
        self.sending = sending

    def perform(self, token: Token) -> None:
        """Send it."""
        self.sending.send(token)


class ThrowSignal(Throw):
    """Tells everything that waits for the signal, in this case at once, in others later."""

    def __init__(self, scope: ScopeSpec, element: Element, signal: str, payload: Formula | None) -> None:
        super().__init__(scope, element)
        self.signal = signal
        self.payload = payload

    def perform(self, token: Token) -> None:
        """Throw."""
        case = case_of(token)
        case.broadcast(self.bpmn_id, self.signal, payload_of(token, self.signal, self.payload))
        if token.workflow.tasks.get(token.id) is not token:  # what the signal interrupted held this event too
            case.left(token)


class ThrowCode(Throw):
    """Throws an error or escalation to what catches it around it, the innermost first."""

    def __init__(self, scope: ScopeSpec, element: Element, thrown: Code) -> None:
        super().__init__(scope, element)
        self.thrown = thrown

    def perform(self, token: Token) -> None:
        """Throw."""
        throw(token, self.thrown)


class Terminate(Throw):
    """An end event that ends its process or sub-process at once."""

    def perform(self, token: Token) -> None:
        """Take every other token of this scope away."""
        for other in [task for task in token.workflow.tasks.values() if task.parent is token.workflow.task_tree]:
            if other is not token:
                other.cancel()
