"""How a running case says what happens, in the order of time."""

from collections.abc import Mapping
from datetime import datetime, timedelta

from engine.model.step import (
    CallAbandoned,
    CaseCalled,
    DecisionMade,
    Entered,
    EscalationRaised,
    FlowTaken,
    InstanceEntered,
    InstanceLeft,
    Left,
    MessageAwaited,
    MessageForgotten,
    MessageThrown,
    OperationCalled,
    OutsideCalled,
    OutsideDropped,
    SignalAwaited,
    SignalForgotten,
    Step,
    TaskOpened,
    TaskWithdrawn,
    TimerCleared,
    TimerSet,
)
from engine.running.token import Token
from forms.data import Value


class Reports:
    """One method per Step that compiled nodes bring about."""

    steps: list[Step]
    last_left: str
    """The element of the process itself that was left last: what ended the case, once it has ended."""

    def variables(self, token: Token) -> Mapping[str, Value]:
        """The variables visible at this token."""
        raise NotImplementedError

    def entered(self, token: Token) -> None:
        """Report that a token reached its element."""
        self.steps.append(Entered(element_id=token.task_spec.bpmn_id, token=token.id))

    def left(self, token: Token) -> None:
        """Report that a token completed its element."""
        self.steps.append(Left(element_id=token.task_spec.bpmn_id, token=token.id))
        if token.task_spec.undoes or token.task_spec.remembers:
            return  # what undoes stands beside the path
        # The end event inside an event sub-process of the process itself says how the case ended, not its frame.
        inside = token.workflow is not self and token.workflow.holder.task_spec.ends_around
        if (token.workflow is self and not token.task_spec.ends_around) or (
            inside and token.workflow.holder.workflow is self
        ):
            self.last_left = token.task_spec.bpmn_id

    def instance_entered(self, token: Token, number: int) -> None:
        """Report that an instance of a repeated activity begins."""
        self.steps.append(InstanceEntered(element_id=token.task_spec.bpmn_id, token=token.id, number=number))

    def instance_left(self, token: Token, number: int) -> None:
        """Report that it is completed."""
        self.steps.append(InstanceLeft(element_id=token.task_spec.bpmn_id, token=token.id, number=number))

    def flow_taken(self, flow_id: str) -> None:
        """Report that a token passed a flow."""
        self.steps.append(FlowTaken(flow_id=flow_id))

    def task_opened(self, token: Token) -> None:
        """Report that a person is waited for."""
        element_id, data = token.task_spec.bpmn_id, self.variables(token)
        self.steps.append(TaskOpened(token=token.id, element_id=element_id, data=data))

    def withdrawn(self, token: Token, number: int | None = None) -> None:
        """Report that an open activity, or an instance of one, is gone."""
        self.steps.append(TaskWithdrawn(token=token.id, element_id=token.task_spec.bpmn_id, number=number))

    def timer_set(self, token: Token, due: datetime) -> None:
        """Report until when a timer waits."""
        self.steps.append(TimerSet(token=token.id, element_id=token.task_spec.bpmn_id, due=due))

    def timer_cleared(self, token: Token) -> None:
        """Report that a timer waits no more."""
        self.steps.append(TimerCleared(token=token.id, element_id=token.task_spec.bpmn_id))

    def message_awaited(self, token: Token, name: str, key: str) -> None:
        """Report which message is waited for, and the correlation key it must carry (empty: none)."""
        self.steps.append(MessageAwaited(token=token.id, element_id=token.task_spec.bpmn_id, name=name, key=key))

    def message_forgotten(self, token: Token, name: str) -> None:
        """Report that it is waited for no more."""
        self.steps.append(MessageForgotten(token=token.id, element_id=token.task_spec.bpmn_id, name=name))

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
        step = MessageThrown(
            element_id=element_id, name=name, payload=payload, key=key, message_id=message_id, expires=expires
        )
        self.steps.append(step)

    def signal_awaited(self, token: Token, name: str) -> None:
        """Report which signal is waited for."""
        self.steps.append(SignalAwaited(token=token.id, element_id=token.task_spec.bpmn_id, name=name))

    def signal_forgotten(self, token: Token, name: str) -> None:
        """Report that it is waited for no more."""
        self.steps.append(SignalForgotten(token=token.id, element_id=token.task_spec.bpmn_id, name=name))

    def escalation_raised(self, element_id: str, code: str | None) -> None:
        """Report an escalation that nothing in the case catches."""
        self.steps.append(EscalationRaised(element_id=element_id, code=code))

    def case_called(
        self, token: Token, process_id: str, binding: str, version_tag: str | None, data: Mapping[str, Value]
    ) -> None:
        """Report that another process is called and waited for."""
        step = CaseCalled(
            token=token.id,
            element_id=token.task_spec.bpmn_id,
            process_id=process_id,
            binding=binding,
            version_tag=version_tag,
            data=data,
        )
        self.steps.append(step)

    def call_abandoned(self, token: Token) -> None:
        """Report that the called case is waited for no more."""
        self.steps.append(CallAbandoned(token=token.id, element_id=token.task_spec.bpmn_id))

    def operation_called(self, token: Token, operation: str, arguments: Mapping[str, Value]) -> None:
        """Report a call of an inside operation."""
        element_id = token.task_spec.bpmn_id
        self.steps.append(
            OperationCalled(token=token.id, element_id=element_id, operation=operation, arguments=arguments)
        )

    def outside_called(
        self,
        token: Token,
        operation: str,
        arguments: Mapping[str, Value],
        retries: int | None,
        pause: timedelta | None,
    ) -> None:
        """Report a call that leaves the process and is waited for."""
        step = OutsideCalled(
            token=token.id,
            element_id=token.task_spec.bpmn_id,
            operation=operation,
            arguments=arguments,
            retries=retries,
            pause=pause,
        )
        self.steps.append(step)

    def outside_dropped(self, token: Token) -> None:
        """Report that it is waited for no more."""
        self.steps.append(OutsideDropped(token=token.id, element_id=token.task_spec.bpmn_id))

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
        """Report a decision with its trace."""
        step = DecisionMade(
            element_id=element_id,
            decision_id=decision_id,
            inputs=inputs,
            outputs=outputs,
            matched=matched,
            problems=problems,
        )
        self.steps.append(step)
