"""Where cases of a process begin by themselves (BPMN 2.0 clauses 10.3.3, 10.5.2 and 10.6.6).

By a message, a signal, a time or a condition: at a start event with triggers, at a receive task that begins cases, or
at an event or receive task behind a gateway that does.
"""

from collections.abc import Iterator
from dataclasses import dataclass

from bpmn.diagram import (
    ConditionalDefinition,
    Element,
    Event,
    EventDefinition,
    Gateway,
    MessageTask,
    Process,
    ReferenceDefinition,
    TimerDefinition,
)


@dataclass(frozen=True, kw_only=True)
class Beginning:
    """One trigger that begins cases: it comes at `element`, of which it is the `number`-th, counted from 0."""

    element: Element
    number: int
    kind: str
    """``message``, ``signal``, ``timer`` or ``conditional``."""
    name: str
    """Of the message or signal; empty for a timer or condition."""
    timer: TimerDefinition | None = None
    condition: str | None = None
    """The condition that begins a case as it becomes true."""

    @property
    def told(self) -> bool:
        """Whether somebody sends what begins it: a message or signal."""
        return self.timer is None and self.condition is None


def beginnings(process: Process) -> tuple[Beginning, ...]:
    """Every trigger that begins cases of a process, in the order of the file."""
    found: list[Beginning] = []
    flows = {flow.id: flow.target for flow in process.flows}
    inside = {element.id: element for element in process.within(process.id)}
    for element in inside.values():
        if isinstance(element, Event) and element.kind == "startEvent":
            found += _of_start(element)
        elif isinstance(element, MessageTask) and element.begins_cases:
            found += _of(element)
        elif isinstance(element, Gateway) and element.begins_cases:
            behind = (inside.get(flows.get(flow_id, "")) for flow_id in element.outgoing)
            found += [each for target in behind if target is not None for each in _of(target) if each.told]
    return tuple(found)


def _of_start(start: Event) -> list[Beginning]:
    found = list(_of(start))
    if start.parallel_multiple and start.several and any(each.told for each in found):
        # The others are waited for in the case that begins with the first of them; a time is counted from then.
        return [each for each in found if each.told]
    return found


def _of(element: Element) -> Iterator[Beginning]:
    if isinstance(element, MessageTask):
        name = element.message_name or element.name
        yield Beginning(element=element, number=0, kind="message", name=name)
    elif isinstance(element, Event):
        for number, definition in enumerate(element.definitions):
            if isinstance(definition, TimerDefinition):
                yield Beginning(element=element, number=number, kind="timer", name="", timer=definition)
            elif isinstance(definition, ConditionalDefinition) and not definition.watches:
                condition = definition.condition
                yield Beginning(element=element, number=number, kind="conditional", name="", condition=condition)
            elif _named(definition):
                name = getattr(definition, "name", None) or element.name
                yield Beginning(element=element, number=number, kind=definition.kind, name=name)


def _named(definition: EventDefinition) -> bool:
    return isinstance(definition, ReferenceDefinition) and definition.kind in ("message", "signal")
