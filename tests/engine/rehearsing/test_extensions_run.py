# ruff: noqa: E501 - documents as their tools write them, which do not break lines
"""What other tools write beside the main road does what their engines do with it."""

from typing import Any

import pytest

from bpmn.reading import read_diagram
from forms.data import canonical
from tests.engine.rehearsing.test_dialects_run import EXT, played
from tests.engine.rehearsing.written import camunda7, camunda8, flowable, line, spiffarena

_VALUES = (
    '<camunda:inputOutput><camunda:outputParameter name="all"><camunda:list><camunda:value>a</camunda:value>'
    '<camunda:script scriptFormat="juel">${n + 1}</camunda:script><camunda:list><camunda:value>${n}</camunda:value>'
    '</camunda:list><camunda:map><camunda:entry key="k"><camunda:script scriptFormat="feel">n * 2</camunda:script>'
    "</camunda:entry></camunda:map></camunda:list></camunda:outputParameter></camunda:inputOutput>"
)


def two_pools(send: str, receive: str, roots: str) -> bytes:
    """What one pool sends the other receives."""
    first = line(send)
    second = line(receive).replace('"s"', '"s2"').replace('"e"', '"e2"').replace('id="f', 'id="g')
    return spiffarena(
        first,
        f'<bpmn:process id="q" isExecutable="true">{second}</bpmn:process>{roots}'
        '<bpmn:collaboration id="c"><bpmn:participant id="c1" processRef="p"/><bpmn:participant id="c2" processRef="q"/>'
        '<bpmn:messageFlow id="c3" sourceRef="t" targetRef="u"/></bpmn:collaboration>',
    )


_GOT = f'<bpmn:receiveTask id="u" messageRef="m"><{EXT}><spiffworkflow:messageVariable>got</spiffworkflow:messageVariable></{EXT}></bpmn:receiveTask>'
_PAYLOAD = '<spiffworkflow:messagePayload>{"n": n + 1}</spiffworkflow:messagePayload>'
_MESSAGE = '<bpmn:message id="m" name="go"/>'

SETS: dict[str, tuple[bytes, dict[str, Any], dict[str, Any]]] = {
    "lists hold scripts, lists and maps": (
        camunda7(line(f'<bpmn:task id="t"><{EXT}>{_VALUES}</{EXT}></bpmn:task>')),
        {"data": {"n": 2}},
        {"all": ["a", 3, [2], {"k": 4}]},
    ),
    "a field has the variable that it names": (
        flowable(
            line(
                '<userTask id="t"><extensionElements><flowable:formProperty id="a" variable="b" type="long" default="-3"/>'
                "</extensionElements></userTask>",
                prefix="",
            )
        ),
        {"answers": {"t": {"b": 5}}},
        {"b": 5, "a": None},
    ),
    "flowable passes to an external worker and back": (
        flowable(
            line(
                '<serviceTask id="t" flowable:type="external-worker" flowable:topic="ask"><extensionElements>'
                '<flowable:in source="n" target="x"/><flowable:out source="y" target="z"/></extensionElements></serviceTask>',
                prefix="",
            )
        ),
        {"data": {"n": 1}, "services": {"t": {"data": {"y": 7, "noise": 1}}}},
        {"z": 7, "y": None, "noise": None},
    ),
}


@pytest.mark.parametrize("name", SETS)
def test_sets_the_variables_its_engine_would(name: str) -> None:
    content, scenario, expected = SETS[name]
    rehearsal = played(content, **scenario)
    assert rehearsal.status == "completed", (rehearsal.incidents, [one.message for one in rehearsal.findings])
    assert canonical({key: rehearsal.data.get(key) for key in expected}) == canonical(expected)


CARRIED = {
    "a send task's own": two_pools(
        f'<bpmn:sendTask id="t" messageRef="m"><{EXT}>{_PAYLOAD}</{EXT}></bpmn:sendTask>', _GOT, _MESSAGE
    ),
    "of the message itself": two_pools(
        '<bpmn:intermediateThrowEvent id="t"><bpmn:messageEventDefinition messageRef="m"/></bpmn:intermediateThrowEvent>',
        '<bpmn:intermediateCatchEvent id="u"><bpmn:messageEventDefinition messageRef="m"/></bpmn:intermediateCatchEvent>',
        f'<bpmn:message id="m" name="go"><{EXT}>{_PAYLOAD}<spiffworkflow:messageVariable>got'
        f"</spiffworkflow:messageVariable></{EXT}></bpmn:message>",
    ),
}


@pytest.mark.parametrize("name", CARRIED)
def test_what_a_message_of_spiffworkflow_carries(name: str) -> None:
    rehearsal = played(CARRIED[name], data={"n": 4})
    assert rehearsal.status == "completed", [one.message for one in rehearsal.findings]
    other = next(case for case in rehearsal.cases if case["process"] == "q")
    assert canonical(other["data"]["got"]) == canonical({"n": 5})


def test_a_thrown_signal_of_camunda_7_carries_what_it_names() -> None:
    signal = '<bpmn:signalEventDefinition signalRef="g"{}/>'
    throws = signal.format("").replace(
        "/>", f'><{EXT}><camunda:in sourceExpression="${{n + 1}}" target="m"/></{EXT}></bpmn:signalEventDefinition>'
    )
    content = camunda7(
        '<bpmn:startEvent id="s"/><bpmn:parallelGateway id="b"/><bpmn:task id="w"/>'
        f'<bpmn:intermediateCatchEvent id="c">{signal.format("")}</bpmn:intermediateCatchEvent><bpmn:endEvent id="e1"/>'
        f'<bpmn:intermediateThrowEvent id="t">{throws}</bpmn:intermediateThrowEvent><bpmn:endEvent id="e2"/>'
        + "".join(
            f'<bpmn:sequenceFlow id="f{number}" sourceRef="{one}" targetRef="{other}"/>'
            for number, (one, other) in enumerate(("sb", "bc", "bw", "wt"), 1)
        )
        + '<bpmn:sequenceFlow id="f8" sourceRef="c" targetRef="e1"/><bpmn:sequenceFlow id="f9" sourceRef="t" targetRef="e2"/>',
        '<bpmn:signal id="g" name="G"/>',
    )
    rehearsal = played(content, data={"n": 1})
    assert (rehearsal.status, rehearsal.data.get("m")) == ("completed", 2)


def test_what_camunda_8_publishes_has_its_key_id_and_life() -> None:
    publish = (
        f'<bpmn:messageEventDefinition messageRef="m"><{EXT}><zeebe:publishMessage correlationKey="=order" '
        f'messageId="=order" timeToLive="PT1H"/></{EXT}></bpmn:messageEventDefinition>'
    )
    body = line(f'<bpmn:intermediateThrowEvent id="t">{publish}</bpmn:intermediateThrowEvent>')
    content = camunda8(body, _MESSAGE)
    told = read_diagram(content, "p.bpmn").element("t").properties
    assert told == {"correlate": "=order", "messageId": "=order", "timeToLive": "PT1H"}
    assert played(content, data={"order": "o1"}).status == "completed"


@pytest.mark.parametrize(
    "written",
    [
        '<flowable:collection flowable:class="a.B"><flowable:string>items</flowable:string></flowable:collection>',
        '<flowable:collection flowable:delegateExpression="${b}"><flowable:expression>${items}</flowable:expression></flowable:collection>',
    ],
)
def test_a_list_that_a_class_makes_is_refused(written: str) -> None:
    inner = f"<multiInstanceLoopCharacteristics><extensionElements>{written}</extensionElements></multiInstanceLoopCharacteristics>"
    rehearsal = played(flowable(line(f'<manualTask id="t">{inner}</manualTask>', prefix="")), data={"items": [1]})
    assert rehearsal.status == "refused"


def test_an_event_of_flowables_registry_does_not_begin_a_case() -> None:
    start = "<extensionElements><flowable:eventType>ordered</flowable:eventType></extensionElements>"
    content = flowable(
        f'<startEvent id="s">{start}</startEvent><endEvent id="e"/><sequenceFlow id="f" sourceRef="s" targetRef="e"/>'
    )
    rehearsal = played(content)
    assert (rehearsal.status, rehearsal.findings[0].rule) == ("refused", "other-tool")
