"""Events that are waited for and events that are caused (BPMN 2.0 clause 13.5)."""

from collections.abc import Mapping

from SpiffWorkflow.task import TaskState

from bpmn.compiling.activities import ActivityNode
from bpmn.compiling.contract import Token
from bpmn.compiling.failures import CannotContinue
from bpmn.compiling.gateways import ARRIVED_BY, EventGateway
from bpmn.compiling.nodes import Guard, Node, ScopeSpec, case_of, main_of
from bpmn.compiling.triggers import Code, Trigger
from bpmn.diagram import Element
from forms.data import Value
from forms.feel import Expression


class Catching(Node):
    """An intermediate event or receive task that waits."""

    is_event = True

    def __init__(self, scope: ScopeSpec, element: Element, trigger: Trigger, name: str | None = None) -> None:
        super().__init__(scope, element, name)
        self.trigger = trigger

    def begin(self, token: Token) -> bool:
        """Wait."""
        token._set_state(TaskState.WAITING)
        self.trigger.arm(token)
        return False

    def withdraw(self, token: Token) -> None:
        """Report that it waits no more."""
        if token.state == TaskState.WAITING:
            self.trigger.disarm(token)

    def fire(self, token: Token, payload: Mapping[str, Value]) -> None:
        """What it waits for has happened: go on, ahead of the other events of an event gateway."""
        case = case_of(token)
        if not isinstance(token.parent.task_spec, EventGateway):
            self.trigger.disarm(token)
            case.assign(token, payload)
            token._ready()
            return
        scope, gateway, flow_id = token.workflow, token.parent, token.internal_data[ARRIVED_BY]
        case.left(gateway)
        gateway.cancel()
        case.flow_taken(flow_id)
        case.assign(case.trigger(scope, self.name), payload)


class ReceiveTask(Catching):
    """A task that waits for a message; as an activity it reports that it is gone when it is interrupted."""

    def withdraw(self, token: Token) -> None:
        """Report that it waits no more, and is not done."""
        super().withdraw(token)
        if not isinstance(token.parent.task_spec, EventGateway):
            case_of(token).withdrawn(token)


class Boundary(Catching):
    """An event attached to an activity; it waits beside it, below their guard, and is entered when it happens."""

    def __init__(self, scope: ScopeSpec, element: Element, trigger: Trigger, interrupting: bool) -> None:
        super().__init__(scope, element, trigger)
        self.interrupting = interrupting

    def _update_hook(self, my_task: Token) -> bool:
        return self.begin(my_task)

    def fire(self, token: Token, payload: Mapping[str, Value]) -> None:
        """Interrupt the activity at once, or run beside it and perhaps wait again."""
        case, scope = case_of(token), token.workflow
        if self.interrupting:
            token.parent.cancel()
        elif not self.trigger.rearm(token):
            self.trigger.disarm(token)
            scope.remove(token)
        case.assign(case.trigger(scope, self.name), payload)


class Throw(Node):
    """An intermediate or end event that causes nothing that others could catch."""


class ThrowMessage(Throw):
    """Sends a message to the world outside the case."""

    def __init__(self, scope: ScopeSpec, element: Element, message: str, payload: Expression | None) -> None:
        super().__init__(scope, element)
        self.message = message
        self.payload = payload

    def perform(self, token: Token) -> None:
        """Send it."""
        send(token, self.message, self.payload)


class SendTask(ActivityNode):
    """A send task that sends a message."""

    def __init__(
        self, scope: ScopeSpec, element: Element, name: str | None, message: str, payload: Expression | None
    ) -> None:
        super().__init__(scope, element, name)
        self.message = message
        self.payload = payload

    def perform(self, token: Token) -> None:
        """Send it."""
        send(token, self.message, self.payload)


def send(token: Token, name: str, payload: Expression | None) -> None:
    """Send a message to the world outside the case. Raises CannotContinue where the payload is no context."""
    case, element_id = case_of(token), token.task_spec.bpmn_id
    value, reason = case.evaluate(token, payload) if payload else ({}, "")
    if not isinstance(value, dict):
        message = f"The payload of the message {name!r} is no context of names and values. {reason}".strip()
        raise CannotContinue(element_id, "payload_not_context", message)
    case.message_thrown(element_id, name, value)


class ThrowCode(Throw):
    """Throws an error or escalation to the activities around it, the innermost first."""

    def __init__(self, scope: ScopeSpec, element: Element, thrown: Code) -> None:
        super().__init__(scope, element)
        self.thrown = thrown

    def perform(self, token: Token) -> None:
        """Throw. Raises CannotContinue for an error that nobody catches; an escalation may pass unheard."""
        caught = self._catching(token)
        if caught is not None:
            if caught.task_spec.interrupting:  # the token goes with the interrupted activity: nobody else reports it
                case_of(token).left(token)
            caught.task_spec.fire(caught, {})
        elif self.thrown.kind == "error":
            message = f"The error {self.thrown.code or self.element.title!r} is caught by no activity around it."
            raise CannotContinue(self.bpmn_id, "error_not_caught", message)

    def _catching(self, token: Token) -> Token | None:
        holder = case_of(token).holder(token.workflow)
        while holder is not None:
            guard = main_of(holder).parent
            if isinstance(guard.task_spec, Guard):
                for event in guard.children:
                    trigger = event.task_spec.trigger if isinstance(event.task_spec, Boundary) else None
                    if isinstance(trigger, Code) and trigger.catches(self.thrown.kind, self.thrown.code):
                        return event
            holder = case_of(token).holder(holder.workflow)
        return None


class Terminate(Throw):
    """An end event that ends its process or sub-process at once."""

    def perform(self, token: Token) -> None:
        """Take every other token of this scope away."""
        for other in [task for task in token.workflow.tasks.values() if task.parent is token.workflow.task_tree]:
            if other is not token:
                other.cancel()
