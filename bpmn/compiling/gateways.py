"""Gateways (BPMN 2.0 clause 13.4)."""

from collections import deque
from collections.abc import Mapping

from SpiffWorkflow.task import TaskState

from bpmn.compiling.contract import Scope, Token
from bpmn.compiling.nodes import Flow, Node, ScopeSpec, case_of, holds
from bpmn.diagram import Element, Event, Process

ARRIVED_BY = "flow"
"""Where a token that waits at a join keeps the flow it came by."""


class ExclusiveGateway(Node):
    """One way: the first whose condition holds, in the order of the drawing's file, else the default."""

    def choose(self, token: Token) -> tuple[Flow, ...]:
        """The flow to take."""
        for flow in self.flows:
            if flow is not self.default and (flow.condition is None or holds(token, flow.id, flow.condition)):
                return (flow,)
        return self.some((self.default,) if self.default else ()) if self.flows else ()


class Join(Node):
    """A gateway where tokens wait for each other: it is entered when it fires."""

    def __init__(self, scope: ScopeSpec, element: Element, incoming: tuple[str, ...]) -> None:
        super().__init__(scope, element)
        self.incoming = incoming

    def _update_hook(self, my_task: Token) -> bool:
        if len(self.incoming) > 1:
            my_task._set_state(TaskState.WAITING)
            return self.begin(my_task)
        case_of(my_task).entered(my_task)
        return True

    def arrivals(self, scope: Scope) -> dict[str, Token]:
        """The tokens that wait here, the oldest of each flow."""
        waiting: dict[str, Token] = {}
        for token in scope.tasks.values():
            if token.task_spec is self and token.state == TaskState.WAITING:
                waiting.setdefault(token.internal_data.get(ARRIVED_BY, ""), token)
        return waiting

    def consume(self, waiting: Mapping[str, Token]) -> Token:
        """Make one token of these; it is the one that goes on."""
        *others, last = waiting.values()
        for token in others:
            token.workflow.remove(token)
        case_of(last).entered(last)
        return last


class ParallelGateway(Join):
    """Waits for one token of each incoming flow and takes every outgoing one; further tokens wait for the next time."""

    def begin(self, token: Token) -> bool:
        """Fire where this was the flow that was still missing."""
        waiting = self.arrivals(token.workflow)
        if len(waiting) < len(self.incoming):
            return False
        self.consume(waiting)._ready()
        return False

    def choose(self, token: Token) -> tuple[Flow, ...]:
        """Every flow: conditions mean nothing here."""
        return self.flows


class InclusiveGateway(Join):
    """Waits for every token that can still come, then takes each flow whose condition holds, else the default."""

    def __init__(
        self, scope: ScopeSpec, element: Element, incoming: tuple[str, ...], reach: Mapping[str, frozenset[str]]
    ) -> None:
        super().__init__(scope, element, incoming)
        self.reach = reach
        """Element id to the incoming flows that a token on that element may still come by, without passing here."""

    def begin(self, token: Token) -> bool:
        """Wait until nothing else moves: `fire` is asked then."""
        return False

    def fire(self, scope: Scope) -> bool:
        """Go on if no token elsewhere can reach a flow where none waits; whether it did (clause 13.4.3)."""
        waiting = self.arrivals(scope)
        if not waiting:
            return False
        filled = frozenset(waiting)
        empty = frozenset(self.incoming) - filled
        for token in scope.tasks.values():
            if token.task_spec is self or isinstance(getattr(token.parent, "task_spec", None), EventGateway):
                continue
            ways = self.reach.get(token.task_spec.bpmn_id or "", frozenset())
            if ways & empty and not ways & filled:
                return False
        self.consume(waiting)._ready()
        return True


class EventGateway(Node):
    """The first of several events decides: they wait as its children, and the one that happens removes the others."""

    def begin(self, token: Token) -> bool:
        """Let all events wait."""
        token._set_state(TaskState.STARTED)
        for flow in self.flows:
            child = token._add_child(self._wf_spec.task_specs[flow.target], TaskState.FUTURE)
            child.internal_data[ARRIVED_BY] = flow.id
            child.task_spec.begin(child)
        return False


def reach_of(gateway: Element, process: Process) -> Mapping[str, frozenset[str]]:
    """For each element, the incoming flows of `gateway` to which a path leads that does not pass the gateway."""
    sources: dict[str, set[str]] = {}
    into = {flow.id: flow.source for flow in process.flows}
    ways = [*((flow.source, flow.target) for flow in process.flows), *process.jumps.items()]
    for source, target in ways:
        sources.setdefault(target, set()).add(source)
    for element in process.elements:
        if isinstance(element, Event) and element.attached_to:
            sources.setdefault(element.id, set()).add(element.attached_to)
    reach: dict[str, set[str]] = {}
    for flow_id in gateway.incoming:
        seen = {gateway.id}
        queue = deque([into[flow_id]])
        while queue:
            node = queue.popleft()
            if node not in seen:
                seen.add(node)
                reach.setdefault(node, set()).add(flow_id)
                queue.extend(sources.get(node, ()))
    return {node: frozenset(found) for node, found in reach.items()}
