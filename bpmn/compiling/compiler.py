"""Diagram to compiled process."""

from collections.abc import Iterable, Mapping
from typing import Final, TypeGuard

from bpmn.compiling.activities import SubProcessNode
from bpmn.compiling.builders import activity_of
from bpmn.compiling.compiled import CompiledProcess
from bpmn.compiling.event_builders import event_of, listen, undoing_sub_process
from bpmn.compiling.failures import NotCompilable
from bpmn.compiling.formula import Names
from bpmn.compiling.gateways import (
    COUNT,
    START,
    ComplexGateway,
    EventGateway,
    ExclusiveGateway,
    Gather,
    InclusiveGateway,
    InstantiatingGateway,
    ParallelGateway,
    reach_of,
)
from bpmn.compiling.loops import COUNTER, NUMBERS
from bpmn.compiling.messages import sending
from bpmn.compiling.nodes import Flow, Guard, Node, ScopeSpec, gather_name, guard_name, instance_name
from bpmn.compiling.triggers import Condition
from bpmn.compiling.undoing import CompensationEvent, DoneScope
from bpmn.decisions import DecisionModel
from bpmn.diagram import (
    Activity,
    CompensateDefinition,
    Diagram,
    Element,
    Event,
    Gateway,
    LinkDefinition,
    MessageTask,
    Process,
    SequenceFlow,
    SubProcess,
    UserTask,
)
from bpmn.draft import Draft
from bpmn.expressions import ACTIVE, names_set
from bpmn.languages import Language
from bpmn.meeting import sent_along

FUNCTIONS: Final = frozenset({"working time", "service title"})
"""Functions an installation gives to expressions whose names hold spaces."""


def compile_process(
    draft: Draft, process_id: str, *, functions: Iterable[str] = FUNCTIONS, outside: Iterable[str] = ()
) -> CompiledProcess:
    """Compile one process of a draft; `functions` are the extra FEEL functions it may call by names with spaces.

    A task that calls one of the operations `outside` waits until somebody tells what came of it.

    Raises NotCompilable, naming the element, for whatever cannot be run as drawn, and KeyError for an unknown process.
    """
    process = draft.diagram.process(process_id)
    _check_ids(process)
    variables = names_set(draft, process) | {COUNTER, COUNT, START, *NUMBERS}
    names = Names(known=variables | frozenset(functions), outside=frozenset(outside))
    model = draft.decision_model
    scopes = {
        scope_id: _Compiler(draft.diagram, process, scope_id, names, model).compile() for scope_id in process.scopes()
    }
    return CompiledProcess(
        process=process,
        diagram=draft.diagram,
        decisions=model,
        forms=draft.forms,
        names=variables,
        spec=scopes.pop(process.id),
        scopes=scopes,
    )


def _check_ids(process: Process) -> None:
    seen = {process.id}
    things: tuple[Element | SequenceFlow, ...] = (*process.elements, *process.flows)
    for thing in things:
        if thing.id in seen or not thing.id:
            raise NotCompilable(thing.id, "duplicate_id", f"The id {thing.id!r} occurs more than once, or is missing.")
        seen.add(thing.id)


class _Compiler:
    """Builds the nodes of one scope."""

    def __init__(
        self, diagram: Diagram, process: Process, scope_id: str, names: Names, decisions: DecisionModel
    ) -> None:
        self.diagram = diagram
        self.process = process
        self.scope_id = scope_id
        self.names = names
        self.decisions = decisions
        self.spec = ScopeSpec(scope_id)
        self.elements = {element.id: element for element in process.within(scope_id)}
        self.flows = {flow.id: flow for flow in process.flows if flow.source in self.elements}
        self.boundaries: dict[str, list[str]] = {}
        for element in self.elements.values():
            if isinstance(element, Event) and element.kind == "boundaryEvent" and not element.undoes:
                self.boundaries.setdefault(element.attached_to or "", []).append(element.id)

    def compile(self) -> ScopeSpec:
        """The scope, connected."""
        around = [element for element in self.elements.values() if _triggered(element)]
        nodes = {element.id: self._node(element) for element in self.elements.values() if element not in around}
        self.spec.listeners = tuple(filter(None, map(self._listener, around)))
        for element in self.elements.values():
            if isinstance(element, Event) and element.undoes:
                self._undone(element, nodes)
            elif isinstance(element, SubProcess) and element not in around:
                self._kept_when_done(element)
        for element_id, events in self.boundaries.items():
            if not isinstance(self.elements.get(element_id), Activity) or element_id not in nodes:
                raise NotCompilable(events[0], "not_attached", "The boundary event is attached to no activity here.")
            Guard(self.spec, nodes[element_id]).attach(tuple(events))
        for element in self.elements.values():
            if isinstance(element, Activity) and element.id in nodes:
                nodes[element.id].quantity = element.completion_quantity
                if element.start_quantity > 1:
                    Gather(self.spec, element, element.start_quantity, self._inner_entry(element.id))
        for element_id, node in nodes.items():
            node.connect_flows(*self._ways(self.elements[element_id]))
        self.spec.starts = self._starts()
        self._choose_freely()
        self.spec.inclusive = any(
            (element.kind == "inclusiveGateway" and len(element.incoming) > 1) or element.kind == "complexGateway"
            for element in self.elements.values()
        )
        self.spec.conditional = any(
            isinstance(node.trigger, Condition) for node in self.spec.task_specs.values() if isinstance(node, Node)
        )
        return self.spec

    def _listener(self, element: SubProcess) -> str | None:
        inside = self.process.within(element.id)
        starts = [part for part in inside if isinstance(part, Event) and part.kind == "startEvent"]
        if any(isinstance(start.definition, CompensateDefinition) for start in starts):
            undoing_sub_process(self.spec, element, starts)
            return None
        return listen(self.spec, element, starts, self.names).name

    def _undone(self, event: Event, nodes: Mapping[str, Node]) -> None:
        """Connect what is done with what undoes it."""
        handler = self.elements.get(self.process.handlers.get(event.id, ""))
        undoes = isinstance(handler, Activity) and handler.for_compensation
        if handler is None or not undoes or handler.id in self.boundaries or handler.incoming or handler.outgoing:
            message = "A dotted line must lead from it to one activity for compensation that nothing else leads to."
            raise NotCompilable(event.id, "no_handler", message)
        done = self.elements.get(event.attached_to or "")
        if not isinstance(done, Activity) or done.id not in nodes:
            raise NotCompilable(event.id, "not_attached", "The boundary event is attached to no activity here.")
        place = nodes[event.id]
        assert isinstance(place, CompensationEvent)  # noqa: S101 - made so for every such event
        place.handler = handler.id
        nodes[handler.id].undoes = True
        self._worker(done.id).undone_by = event.id
        self.spec.remembers = True

    def _kept_when_done(self, element: SubProcess) -> None:
        """A sub-process in which something can be undone is kept, unless it is undone as a whole or undoes itself."""
        undone = any(
            isinstance(each, Event) and each.undoes and each.attached_to == element.id
            for each in self.elements.values()
        )
        if self.process.undoes_in(element.id) and not undone and not element.for_compensation:
            name = f"{element.id}#done"
            DoneScope(self.spec, element, element.id, name)
            worker = self._worker(element.id)
            assert isinstance(worker, SubProcessNode)  # noqa: S101
            worker.done = name
            self.spec.remembers = True

    def _worker(self, element_id: str) -> Node:
        """The node that does an activity's work: each of its instances where it is repeated."""
        specs = self.spec.task_specs
        found: Node = specs.get(instance_name(element_id)) or specs[element_id]
        return found

    def _node(self, element: Element) -> Node:
        if isinstance(element, Gateway):
            return self._gateway(element)
        if isinstance(element, Event):
            return event_of(self.spec, element, self.names)
        node = activity_of(self.spec, element, self.names, self.decisions)
        along = sent_along(self.diagram, element)
        self._worker(element.id).tells = tuple(sending(element, name, self.names).send for name in along)
        return node

    def _gateway(self, element: Gateway) -> Node:
        flows = [self.flows[each] for each in element.outgoing if each in self.flows]
        if element.kind in ("exclusiveGateway", "inclusiveGateway") and len(flows) > 1:
            for flow in flows:
                if flow.condition is None and flow.id != element.default:
                    message = f"The flow {flow.id} after {element.title!r} has no condition and is not the default."
                    raise NotCompilable(flow.id, "condition_missing", message)
        match element.kind:
            case "exclusiveGateway":
                return ExclusiveGateway(self.spec, element)
            case "parallelGateway":
                return ParallelGateway(self.spec, element, element.incoming)
            case "inclusiveGateway":
                return InclusiveGateway(self.spec, element, element.incoming, reach_of(element, self.process))
            case "complexGateway":
                activation = None
                if element.activation is not None:
                    activation = self.names.formula(
                        element.id, element.activation, "activation condition", Language.EITHER
                    )
                reach = reach_of(element, self.process)
                return ComplexGateway(self.spec, element, element.incoming, reach, activation)
            case "eventBasedGateway":
                for flow in flows:
                    self._check_racing(flow)
                return self._event_gateway(element)
        raise NotCompilable(element.id, "not_supported", f"This kind of gateway ({element.kind}) cannot be run yet.")

    def _event_gateway(self, element: Gateway) -> Node:
        together = element.event_gateway_type == "Parallel"
        if not element.instantiate:
            if together:
                message = "Only a gateway that begins cases waits for all of its events."
                raise NotCompilable(element.id, "parallel_event_gateway", message)
            return EventGateway(self.spec, element)
        if element.incoming or element.scope_id != self.process.id:
            message = "A gateway that begins cases stands at the beginning of its process."
            raise NotCompilable(element.id, "begins_in_the_middle", message)
        return InstantiatingGateway(self.spec, element, together)

    def _check_racing(self, flow: SequenceFlow) -> None:
        target = self.elements.get(flow.target)
        if isinstance(target, MessageTask):
            plain = target.loop is None and not target.stores and target.id not in self.boundaries
            fits = target.kind == "receiveTask" and plain
        else:
            fits = (
                isinstance(target, Event)
                and target.kind == "intermediateCatchEvent"
                and not isinstance(target.definition, LinkDefinition)
            )
        if not fits:
            message = "After an event gateway only catching events and plain receive tasks may come."
            raise NotCompilable(flow.target, "not_an_event", message)

    def _ways(self, element: Element) -> tuple[tuple[Flow, ...], str | None]:
        definition = element.definition if isinstance(element, Event) else None
        if isinstance(definition, LinkDefinition) and element.kind == "intermediateThrowEvent":
            target = self.process.jumps.get(element.id)
            if target is None:
                message = f"There is no link event {definition.name!r} to go on from."
                raise NotCompilable(element.id, "link_without_target", message)
            return (Flow(id=None, target=target),), None
        racing = element.kind == "eventBasedGateway"
        flows = tuple(self._flow(self.flows[flow_id], racing) for flow_id in element.outgoing)
        return flows, getattr(element, "default", None)

    def _flow(self, flow: SequenceFlow, racing: bool) -> Flow:
        if flow.target not in self.elements:
            raise NotCompilable(flow.id, "leads_outside", "The flow does not end at an element of the same level.")
        ends = (self.elements[flow.source].kind, self.elements[flow.target].kind)
        if ends[0] == "endEvent" or ends[1] in ("startEvent", "boundaryEvent"):
            raise NotCompilable(flow.id, "flow_misplaced", f"No flow may lead from {ends[0]} to {ends[1]}.")
        condition = None
        if flow.condition is not None and not racing:
            condition = self.names.formula(flow.id, flow.condition, "condition", Language.PYTHON)
        return Flow(id=flow.id, target=self._entry(flow.target), condition=condition)

    def _entry(self, element_id: str) -> str:
        name = gather_name(element_id)
        return name if name in self.spec.task_specs else self._inner_entry(element_id)

    def _inner_entry(self, element_id: str) -> str:
        return guard_name(element_id) if element_id in self.boundaries else element_id

    def _choose_freely(self) -> None:
        """In an ad-hoc sub-process begins, in any order, what no flow leads to; people choose among their tasks."""
        around = next((each for each in self.process.elements if each.id == self.scope_id), None)
        if not isinstance(around, SubProcess) or around.kind != "adHocSubProcess":
            return
        self.spec.ad_hoc = True
        chosen = set()
        for element in self.elements.values():
            entry = self._entry(element.id)
            if isinstance(element, Event) and element.kind in ("startEvent", "endEvent"):
                raise NotCompilable(element.id, "event_in_ad_hoc", "In an ad-hoc sub-process nothing starts or ends.")
            if entry in self.spec.starts and (not isinstance(element, Activity) or element.stores):
                message = "Only an activity without data stores begins in an ad-hoc sub-process."
                raise NotCompilable(element.id, "begun_by_nobody", message)
            if entry in self.spec.starts and isinstance(element, UserTask) and element.loop is None:
                chosen.add(entry)
        self.spec.entries, self.spec.chosen = self.spec.starts, frozenset(chosen)
        by_themselves = [name for name in self.spec.starts if name not in chosen]
        if around.properties.get(ACTIVE, "").strip():
            self.spec.starts = ()
        elif around.one_by_one and by_themselves:
            self.spec.starts = (by_themselves[0],)

    def _starts(self) -> tuple[str, ...]:
        """The plain start event; else whatever no flow leads to (BPMN 2.0 clause 13.3.1).

        Start events with a trigger begin only what they trigger: nothing, where a process has no other.
        """
        starts = [element for element in self.elements.values() if element.kind == "startEvent"]
        plain = [element for element in starts if isinstance(element, Event) and not element.definitions]
        triggered = any(_triggered(element) and element.id == self.scope_id for element in self.process.elements)
        if starts:
            chosen = starts if triggered else plain
            if not chosen and self.scope_id != self.process.id:
                raise NotCompilable(self.scope_id, "no_start", "The sub-process has no start event without a trigger.")
            return tuple(element.id for element in chosen[:1])
        found = tuple(
            self._entry(element.id)
            for element in self.elements.values()
            if not (
                element.incoming
                or element.begins_cases
                or element.kind == "boundaryEvent"
                or (isinstance(element, Activity) and element.for_compensation)
                or _is_link_target(element)
                or _triggered(element)
            )
        )
        if not found and not any(element.begins_cases for element in self.elements.values()):
            raise NotCompilable(self.scope_id, "no_start", "There is nothing to begin with: no start event.")
        return found


def _triggered(element: Element) -> TypeGuard[SubProcess]:
    return isinstance(element, SubProcess) and element.triggered_by_event


def _is_link_target(element: Element) -> bool:
    return (
        isinstance(element, Event)
        and element.kind == "intermediateCatchEvent"
        and isinstance(element.definition, LinkDefinition)
    )
