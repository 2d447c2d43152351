"""Events that are caused (BPMN 2.0 clause 13.5)."""

from collections.abc import Callable
from dataclasses import replace
from typing import TypeAlias

from bpmn.compiling.activities import ActivityNode
from bpmn.compiling.contract import Token
from bpmn.compiling.correlating import Name, Sending, named, payload_of
from bpmn.compiling.loops import LoopNode
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


def signalling(signal: Name, payload: Formula | None) -> Deed:
    """Tell everything that waits for the signal, in this case at once, in others later."""

    def tell(token: Token) -> None:
        case, name = case_of(token), named(token, signal)
        case.broadcast(token.task_spec.bpmn_id, name, payload_of(token, name, payload))
        if not _stands(token):  # what the signal interrupted held this event too
            case.left(token)

    return tell


def throwing(thrown: Code, code: Formula | None = None) -> Deed:
    """Throw an error, escalation or cancellation to what catches it around; `code` gives its code where it stands."""
    if code is None:
        return lambda token: throw(token, thrown)
    return lambda token: throw(token, replace(thrown, code=named(token, code)))


def terminate(token: Token) -> None:
    """End the process or sub-process at once: take every other token of this scope away."""
    for other in [task for task in token.workflow.tasks.values() if task.parent is token.workflow.task_tree]:
        if other is not token:
            other.cancel()


def terminate_everything(token: Token) -> None:
    """End the whole case at once, from whatever depth, and the cases that called it (`terminateAll` of Flowable)."""
    case, element_id = case_of(token), token.task_spec.bpmn_id
    case.left(token)
    case.finish(element_id)


def terminate_instances(token: Token) -> None:
    """End the innermost repetition around at once, and go on behind it (`terminateMultiInstance` of Flowable).

    Where nothing around is repeated it ends its own level.
    """
    case = case_of(token)
    holder = case.holder(token.workflow)
    while holder is not None and not holder.task_spec.instance:
        holder = case.holder(holder.workflow)
    if holder is None or not isinstance(holder.parent.task_spec, LoopNode):
        terminate(token)
        return
    case.left(token)
    holder.parent.task_spec.give_up(holder.parent)


def _stands(token: Token) -> bool:
    return token.workflow.tasks.get(token.id) is token
