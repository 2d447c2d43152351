"""What a rehearsal assumes where a drawing says nothing, so that a bare drawing runs as far as the standard says.

A release needs more than the standard does: somebody who does each task, an operation behind each service task. A
rehearsal fills the gaps with stand-ins; nothing that is drawn is changed.
"""

import re
from collections.abc import Collection, Mapping
from dataclasses import fields, replace
from typing import Final

from bpmn.diagram import (
    Activity,
    BusinessRuleTask,
    Diagram,
    Element,
    Event,
    EventDefinition,
    Gateway,
    Lane,
    MessageFlow,
    MessageTask,
    Operation,
    Process,
    ReferenceDefinition,
    ScriptTask,
    SequenceFlow,
    ServiceTask,
    SubProcess,
    UserTask,
)
from bpmn.draft import Draft
from bpmn.expressions import RESPONSE, RESULT
from bpmn.inside import INSIDE

SCENARIO: Final = "scenario"
"""The operation of a task that names none: the scenario says what it gives."""
ANYBODY: Final = "anybody"
"""The role of a task that lies in no lane."""

_WORDS: Final = re.compile(r"[A-Za-z_]\w*(\s+[A-Za-z_]\w*)*")
"""A script in no language: a note of what it is to do."""


def assumed(draft: Draft, process_id: str, told: Collection[str] = ()) -> Draft:
    """Give the draft with one process to run in it, and stand-ins for what that one leaves open.

    What an activity comes to that is among those `told` by id or name, the scenario says.
    """
    names = message_names(draft.diagram)
    processes = tuple(
        replace(_whole(process, names, told), executable=process.id == process_id)
        for process in draft.diagram.processes
    )
    return replace(draft, diagram=replace(draft.diagram, processes=processes))


def message_names(diagram: Diagram) -> Mapping[str, str]:
    """Give what the messages of nodes are called that name none, by element id: as at the flow's other end.

    Message flows join pools (BPMN 2.0 clause 9.3); a node without one has a message of its own.
    """
    own = {element.id: _own_name(element) for process in diagram.processes for element in process.elements}
    known = {message.id: message.name or message.id for message in diagram.messages}
    found: dict[str, str] = {}
    for flow in diagram.message_flows:
        name = own.get(flow.source) or own.get(flow.target) or _flow_name(flow, known)
        for end in (flow.source, flow.target):
            if end in own and not own[end]:
                found.setdefault(end, name)
    return found


def _flow_name(flow: MessageFlow, known: Mapping[str, str]) -> str:
    return known.get(flow.message_id or "") or flow.name or flow.id


def _own_name(element: Element) -> str:
    if isinstance(element, MessageTask):
        return element.message_name or element.message_id or ""
    if isinstance(element, Event):
        for definition in element.definitions:
            if isinstance(definition, ReferenceDefinition) and definition.kind == "message":
                return definition.name or definition.ref or ""
    return ""


def is_told(element: Element, told: Collection[str]) -> bool:
    """Say whether the scenario tells what an activity comes to, other than one that holds others."""
    named = element.id in told or element.title in told
    return named and isinstance(element, Activity) and not isinstance(element, SubProcess)


def _whole(process: Process, names: Mapping[str, str], told: Collection[str]) -> Process:
    lanes, elements = process.lanes, tuple(_stand_in(element, names, told) for element in process.elements)
    if any(isinstance(element, UserTask) and element.lane_id is None for element in elements):
        everywhere = Lane(id="", name=ANYBODY, role=ANYBODY, process_id=process.id)
        lanes = (*lanes, everywhere)
        elements = tuple(
            replace(part, lane_id="") if isinstance(part, UserTask) and part.lane_id is None else part
            for part in elements
        )
    flows, elements = _ungated(process, elements)
    return replace(process, executable=True, lanes=lanes, elements=elements, flows=flows)


def _ungated(process: Process, elements: tuple[Element, ...]) -> tuple[tuple[SequenceFlow, ...], tuple[Element, ...]]:
    """Take flows out of gateways that no condition gates (BPMN 2.0 clause 8.4.13): an inclusive one takes each.

    Of an exclusive one the only flow without a condition is its default.
    """
    kinds = {element.id: element.kind for element in elements if isinstance(element, Gateway) and not element.default}
    bare: dict[str, list[str]] = {}
    for flow in process.flows:
        if not flow.condition and flow.source in kinds:
            bare.setdefault(flow.source, []).append(flow.id)
    taken = {flow_id for source, found in bare.items() if kinds[source] == "inclusiveGateway" for flow_id in found}
    flows = tuple(replace(flow, condition="=true") if flow.id in taken else flow for flow in process.flows)
    only = {
        source: found[0] for source, found in bare.items() if kinds[source] == "exclusiveGateway" and len(found) == 1
    }
    return flows, tuple(
        replace(part, default=only[part.id]) if isinstance(part, Gateway) and part.id in only else part
        for part in elements
    )


def _stand_in(element: Element, names: Mapping[str, str], told: Collection[str]) -> Element:
    match element:
        case ServiceTask():
            return _answered(element)
        case Activity() if is_told(element, told):
            return _answered(_called_outside(element))
        case ScriptTask() if _says_nothing(element):
            return replace(element, script="pass", script_format="python")
        case BusinessRuleTask(decision_id=None):
            return _answered(_called_outside(element))
        case MessageTask(message_name=None | ""):
            return replace(element, message_name=_own_name(element) or names.get(element.id) or _called(element))
        case Event():
            return replace(element, definitions=tuple(_named(part, element, names) for part in element.definitions))
    return element


def _called_outside(activity: Activity) -> ServiceTask:
    """Give the service task that stands in its place; what it held for its own kind says nothing there."""
    shared = {part.name: getattr(activity, part.name) for part in fields(Activity)}
    return ServiceTask(**{**shared, "parts": frozenset()})


def _says_nothing(task: ScriptTask) -> bool:
    script = task.script.strip()
    return not script or (not task.script_format.strip() and _WORDS.fullmatch(script) is not None)


def _named(definition: EventDefinition, event: Event, names: Mapping[str, str]) -> EventDefinition:
    if not isinstance(definition, ReferenceDefinition) or definition.name:
        return definition
    if definition.kind == "message":
        return replace(definition, name=definition.ref or names.get(event.id) or _called(event))
    return replace(definition, name=definition.ref or _called(event)) if definition.kind == "signal" else definition


def _called(element: Element) -> str:
    return element.title


def _answered(task: ServiceTask) -> ServiceTask:
    """Give the task with an operation, and with its answer's entries as variables where it does not say what to do.

    What is done inside the house is done in a rehearsal as well.
    """
    if task.operation and task.operation.id in INSIDE:
        return task
    operation = task.operation if task.operation and task.operation.id else Operation(id=SCENARIO)
    mapped = operation.result_variable or task.properties.get(RESULT)
    properties = task.properties if mapped else {**task.properties, RESULT: f"={RESPONSE}"}
    return replace(task, operation=operation, properties=properties)
