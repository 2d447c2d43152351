"""Events that are waited for (BPMN 2.0 clause 13.5)."""

from collections.abc import Mapping

from SpiffWorkflow.task import TaskState

from bpmn.compiling.contract import Case, Scope, Token
from bpmn.compiling.gateways import ARRIVED_BY, EventGateway
from bpmn.compiling.nodes import Node, ScopeSpec, case_of, loop_counter
from bpmn.compiling.several import Several, own_parts
from bpmn.compiling.triggers import NeverComes, Trigger
from bpmn.diagram import Element
from forms.data import Value


class Catching(Node):
    """An intermediate event or receive task that waits."""

    is_event = True
    interrupting = False

    def __init__(self, scope: ScopeSpec, element: Element, trigger: Trigger | Several, name: str | None = None) -> None:
        super().__init__(scope, element, name)
        self.trigger = trigger

    def interrupts(self, token: Token) -> bool:
        """Whether its coming now interrupts something."""
        return self.interrupting

    def received(self, token: Token, payload: Mapping[str, Value]) -> Mapping[str, Value]:
        """The variables that what it waited for brings."""
        return payload if self.carried is None else self.carried.received(token, payload)

    def begin(self, token: Token) -> bool:
        """Wait."""
        token._set_state(TaskState.WAITING)
        self.trigger.arm(token)
        return False

    def wait_beside(self, token: Token) -> bool:
        """Wait beside the work that goes on; where what it waits for never comes, not at all."""
        try:
            return self.begin(token)
        except NeverComes:
            token.workflow.remove(token)
            return False

    def withdraw(self, token: Token) -> None:
        """Report that it waits no more; of several triggers each tells by itself."""
        if token.state == TaskState.WAITING and not isinstance(self.trigger, Several):
            self.trigger.disarm(token)

    def fire(self, token: Token, payload: Mapping[str, Value]) -> None:
        """What it waits for has happened: go on, ahead of the other events of an event gateway."""
        case = case_of(token)
        if not isinstance(token.parent.task_spec, EventGateway):
            self.trigger.disarm(token)
            case.assign(token, self.received(token, payload))
            token._ready()
            return
        scope, gateway, flow_id = token.workflow, token.parent, token.internal_data[ARRIVED_BY]
        case.left(gateway)
        gateway.cancel()
        case.flow_taken(flow_id)
        triggered = case.trigger(scope, self.name)
        case.assign(triggered, self.received(triggered, payload))

    def brought(self, scope: Scope, values: Mapping[str, Value]) -> Mapping[str, Value]:
        """All of it: what becomes of it is said as it happens."""
        return values

    def happened(self, scope: Scope, number: int, payload: Mapping[str, Value]) -> None:
        """A case begins here: what it waits for, or one of the triggers, by its number, has come."""
        case: Case = scope.top_workflow
        if isinstance(self.trigger, Several) and self.trigger.together:
            part = case.spawn(scope, self.name, None).children[number]
            part.task_spec.fire(part, payload)
        else:
            token = case.trigger(scope, self.name)
            case.assign(token, self.received(token, payload))


class ReceiveTask(Catching):
    """A task that waits for a message; as an activity it reports that it is gone when it is interrupted."""

    def withdraw(self, token: Token) -> None:
        """Report that it waits no more, and is not done."""
        super().withdraw(token)
        if not isinstance(token.parent.task_spec, EventGateway):
            case_of(token).withdrawn(token, loop_counter(token))


class Boundary(Catching):
    """An event attached to an activity; it waits beside it, below their guard, and is entered when it happens."""

    def __init__(self, scope: ScopeSpec, element: Element, trigger: Trigger | Several, interrupting: bool) -> None:
        super().__init__(scope, element, trigger)
        self.interrupting = interrupting
        for part in own_parts(self):
            part.interrupting = interrupting

    def _update_hook(self, my_task: Token) -> bool:
        return self.wait_beside(my_task)

    def fire(self, token: Token, payload: Mapping[str, Value]) -> None:
        """Interrupt the activity at once, or run beside it and perhaps wait again."""
        case, scope = case_of(token), token.workflow
        if self.interrupting:
            token.parent.cancel()
        elif not self.trigger.rearm(token):
            self.trigger.disarm(token)
            scope.remove(token)
        triggered = case.trigger(scope, self.name)
        case.assign(triggered, self.received(triggered, payload))
