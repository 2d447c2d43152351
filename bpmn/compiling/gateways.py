"""Gateways (BPMN 2.0 clause 13.4)."""

from collections import deque
from collections.abc import Mapping
from decimal import Decimal

from SpiffWorkflow.task import TaskState

from bpmn.compiling.contract import Case, Scope, Token
from bpmn.compiling.nodes import Flow, Node, ScopeSpec, case_of, gather_name, holds
from bpmn.diagram import Element, Event, Process
from bpmn.languages import Formula
from forms.data import Value

COUNT = "activationCount"
START = "waitingForStart"
LATE = "late"
"""Where a complex gateway that has gone on keeps the flows by which a token may still come."""
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

    def __init__(self, scope: ScopeSpec, element: Element, incoming: tuple[str, ...], name: str | None = None) -> None:
        super().__init__(scope, element, name)
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


class Gather(Join):
    """Stands before an activity that begins only when several tokens have come (clause 13.3.2, startQuantity)."""

    def __init__(self, scope: ScopeSpec, element: Element, quantity: int, target: str) -> None:
        super().__init__(scope, element, tuple(map(str, range(quantity))), gather_name(element.id))
        self.target = target

    def arrivals(self, scope: Scope) -> dict[str, Token]:
        """The tokens that wait here, numbered, by whatever flow they came."""
        here = (token for token in scope.tasks.values() if token.task_spec is self and token.state == TaskState.WAITING)
        return dict(zip(self.incoming, here, strict=False))

    def begin(self, token: Token) -> bool:
        """Go on where enough have come."""
        waiting = self.arrivals(token.workflow)
        if len(waiting) == len(self.incoming):
            self.consume(waiting)._ready()
        return False

    def consume(self, waiting: Mapping[str, Token]) -> Token:
        """Make one token of these."""
        *others, last = waiting.values()
        for token in others:
            token.workflow.remove(token)
        return last

    def leave(self, token: Token) -> None:
        """Enter the activity."""
        scope = token.workflow
        scope.remove(token)
        case_of(token).spawn(scope, self.target, None)


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
        if not waiting or self.awaits(scope, frozenset(self.incoming), frozenset(waiting)):
            return False
        self.consume(waiting)._ready()
        return True

    def awaits(self, scope: Scope, wanted: frozenset[str], filled: frozenset[str]) -> bool:
        """Whether a token elsewhere can still come by one of the wanted flows that is not filled."""
        empty = wanted - filled
        for token in scope.tasks.values():
            if token.task_spec is self or isinstance(getattr(token.parent, "task_spec", None), EventGateway):
                continue
            ways = self.reach.get(token.task_spec.bpmn_id or "", frozenset())
            if ways & empty and not ways & filled:
                return True
        return False


class ComplexGateway(InclusiveGateway):
    """Goes on as soon as its activation condition holds, and then waits for what can still come (clause 13.4.5).

    The condition may read ``activationCount``, the number of flows by which a token has come. What comes late is taken
    when nothing more can come: then the gateway is as new. Conditions of its outgoing flows may read
    ``waitingForStart``: true as it goes on, false as it becomes new, when only flows with a condition that holds are
    taken.
    """

    def __init__(
        self,
        scope: ScopeSpec,
        element: Element,
        incoming: tuple[str, ...],
        reach: Mapping[str, frozenset[str]],
        activation: Formula | None,
    ) -> None:
        super().__init__(scope, element, incoming, reach)
        self.activation = activation

    def _update_hook(self, my_task: Token) -> bool:
        my_task._set_state(TaskState.WAITING)
        return self.begin(my_task)

    def begin(self, token: Token) -> bool:
        """Go on where the condition holds and the gateway is new."""
        self._start(token.workflow)
        return False

    def arrivals(self, scope: Scope) -> dict[str, Token]:
        """The tokens that wait here, the oldest of each flow."""
        found = super().arrivals(scope)
        return {flow: token for flow, token in found.items() if LATE not in token.kept}

    def _late(self, scope: Scope) -> Token | None:
        """What stands for the flows by which a token may still come late."""
        return next((token for token in scope.tasks.values() if token.task_spec is self and LATE in token.kept), None)

    def _start(self, scope: Scope) -> bool:
        waiting = self.arrivals(scope)
        if not waiting or self._late(scope) is not None:
            return False
        last = next(reversed(waiting.values()))
        last.data = {COUNT: Decimal(len(waiting)), START: True}
        active = len(waiting) == len(self.incoming) if self.activation is None else holds(last, None, self.activation)
        if not active:
            last.data = {}
            return False
        late = sorted(set(self.incoming) - set(waiting))
        if late:
            place = scope.task_tree._add_child(self, TaskState.FUTURE)
            place.internal_data[LATE] = late
            place._set_state(TaskState.WAITING)
        self.consume(waiting)._ready()
        return True

    def fire(self, scope: Scope) -> bool:
        """Be as new if nothing can come late any more; whether it moved."""
        place = self._late(scope)
        if place is None or place.state != TaskState.WAITING:
            return False
        late = frozenset(place.kept[LATE])
        came = {flow: token for flow, token in self.arrivals(scope).items() if flow in late}
        if self.awaits(scope, late, frozenset(came)):
            return False
        for token in came.values():
            scope.remove(token)
        place.data = {COUNT: Decimal(len(came)), START: False}
        place._ready()
        return True

    def choose(self, token: Token) -> tuple[Flow, ...]:
        """The flows whose conditions hold, else the default."""
        if LATE not in token.kept:
            return super().choose(token)
        return tuple(
            flow
            for flow in self.flows
            if flow is not self.default and flow.condition is not None and holds(token, flow.id, flow.condition)
        )

    def leave(self, token: Token) -> None:
        """Go on; once as new, see whether what waits is enough for the next time."""
        if LATE not in token.kept:
            super().leave(token)
            return
        scope, flows = token.workflow, self.choose(token)
        scope.remove(token)
        self.take(token, flows)
        self._start(scope)


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


class InstantiatingGateway(Node):
    """Begins a case with the first of its events that happens (clause 10.6.6).

    The others are forgotten, or with `together` each waits in the case that has begun and goes on as it happens.
    """

    def __init__(self, scope: ScopeSpec, element: Element, together: bool) -> None:
        super().__init__(scope, element)
        self.together = together

    def begun(self, scope: Scope, name: str, number: int, payload: Mapping[str, Value]) -> None:
        """Go on behind it: the event of this name, or one of its triggers, has happened."""
        case: Case = scope.top_workflow
        token = scope.task_tree._add_child(self, TaskState.FUTURE)
        case.entered(token)
        case.left(token)
        scope.remove(token)
        for flow in self.flows:
            if flow.target == name:
                case.flow_taken(flow.id or "")
                self._wf_spec.task_specs[name].happened(scope, number, payload)
            elif self.together:
                case.flow_taken(flow.id or "")
                case.spawn(scope, flow.target, flow.id)


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
