"""How hostile models are made: the files of a process with something in it."""

import json
from collections.abc import Mapping
from itertools import pairwise
from typing import Final

from tests.bpmn.drawing import END, definitions, extended, flows, process

Files = Mapping[str, bytes]
ONE: Final = "s>t>e"
RAISED: Final = '<escalationEventDefinition escalationRef="x"/>'
TASK: Final = '<task id="t" name="Work"/>'
SOUND: Final = definitions(process(TASK, ONE))
BODY: Final = SOUND.decode()
ENTITY: Final = BODY.replace('name="Work"', 'name="&x;"')
MILLION: Final = 1_000_000


def one(inner: str, paths: str = ONE, *, ends: bool = True, outside: str = "", picture: bool = False) -> Files:
    return {"x.bpmn": definitions(outside + process(inner, paths, ends), picture)}


def raw(content: bytes | str) -> Files:
    return {"x.bpmn": content.encode() if isinstance(content, str) else content}


def doctype(declared: str, body: str = ENTITY) -> Files:
    return raw(f"<!DOCTYPE definitions [{declared}]>{body}")


def script(text: str, language: str = "FEEL") -> Files:
    written = text.replace("&", "&amp;").replace("<", "&lt;")
    return one(f'<scriptTask id="t" name="W" scriptFormat="{language}"><script>{written}</script></scriptTask>')


def condition(text: str) -> Files:
    written = text.replace("&", "&amp;").replace("<", "&lt;")
    flow = f'<sequenceFlow id="f" sourceRef="g" targetRef="e"><conditionExpression>{written}</conditionExpression>'
    return one(f'<exclusiveGateway id="g" name="G" default="g_t"/>{TASK}{flow}</sequenceFlow>', "s>g>t>e")


def timer(text: str, kind: str = "timeDuration") -> Files:
    inner = f"<timerEventDefinition><{kind}>{text}</{kind}></timerEventDefinition>"
    return one(f'<intermediateCatchEvent id="t" name="T">{inner}</intermediateCatchEvent>')


def timer_start(text: str) -> Files:
    inner = f"<timerEventDefinition><timeCycle>{text}</timeCycle></timerEventDefinition>"
    return one(f'<startEvent id="s" name="S">{inner}</startEvent>{TASK}{END}', ends=False)


def repeated(inner: str, kind: str = "task", body: str = "") -> Files:
    return one(f'<{kind} id="t" name="T">{inner}{body}</{kind}>')


def times(number: str, sequential: str = "false", kind: str = "task", body: str = "") -> Files:
    return repeated(
        f'<multiInstanceLoopCharacteristics isSequential="{sequential}"><loopCardinality>{number}</loopCardinality>'
        "</multiInstanceLoopCharacteristics>",
        kind,
        body,
    )


def nested(depth: int, kind: str = "subProcess") -> Files:
    """Sub-processes in one another, each with a start and an end."""
    opened = "".join(
        f'<{kind} id="n{n}"><startEvent id="a{n}"/><endEvent id="z{n}"/>'
        f'<sequenceFlow id="f{n}" sourceRef="a{n}" targetRef="n{n + 1}"/>'
        f'<sequenceFlow id="g{n}" sourceRef="n{n + 1}" targetRef="z{n}"/>'
        for n in range(depth)
    )
    return one(opened + f'<task id="n{depth}"/>' + f"</{kind}>" * depth, "s>n0>e")


def chain(count: int, kind: str = "task") -> Files:
    names = [f"n{number}" for number in range(count)]
    nodes = "".join(f'<{kind} id="{name}" name="N"/>' for name in names)
    return one(nodes + flows(">".join(["s", *names, "e"])), "")


def fan(count: int) -> Files:
    """Two parallel gateways with many ways between them."""
    names = [f"n{number}" for number in range(count)]
    nodes = "".join(f'<task id="{name}" name="N"/>' for name in names)
    return one(
        '<parallelGateway id="g"/><parallelGateway id="h"/>' + nodes,
        " ".join(["s>g h>e", *(f"g>{n}>h" for n in names)]),
    )


def doubling(count: int) -> Files:
    """Splits one behind the other, whose ways nothing joins: the tokens double at each."""
    gates = "".join(f'<parallelGateway id="g{n}"/><exclusiveGateway id="m{n}"/>' for n in range(count))
    paths = [f"g{n}>m{n} m{n}>g{n + 1}" for n in range(count - 1)]
    twice = "".join(f'<sequenceFlow id="w{n}" sourceRef="g{n}" targetRef="m{n}"/>' for n in range(count))
    return one(gates + twice, " ".join([f"s>g0 g{count - 1}>m{count - 1}>e", *paths]))


def crowd(count: int) -> Files:
    """Inclusive gateways all of which lead to all of the next row."""
    rows = [[f"r{row}_{n}" for n in range(count)] for row in range(count)]
    nodes = "".join(f'<inclusiveGateway id="{name}"/>' for row in rows for name in row)
    ways = [f"{a}>{b}" for upper, lower in pairwise(rows) for a in upper for b in lower]
    return one('<parallelGateway id="g"/>' + nodes, " ".join(["s>g", *(f"g>{n}" for n in rows[0]), *ways]))


def lanes(count: int) -> Files:
    inner = "".join(f'<lane id="l{n}" name="L{n}"><flowNodeRef>t</flowNodeRef></lane>' for n in range(count))
    return one(f"<laneSet>{inner}</laneSet>{TASK}")


def lanes_within(depth: int) -> Files:
    opened = "".join(f'<lane id="l{n}"><flowNodeRef>t</flowNodeRef><childLaneSet>' for n in range(depth))
    return one(f"<laneSet>{opened}{'</childLaneSet></lane>' * depth}</laneSet>{TASK}")


def dmn(inner: str) -> Files:
    head = '<definitions xmlns="https://www.omg.org/spec/DMN/20191111/MODEL/" name="d" namespace="n">'
    called = (
        '<businessRuleTask id="t" name="Decide"><extensionElements><spiffworkflow:calledDecisionId>d'
        "</spiffworkflow:calledDecisionId></extensionElements></businessRuleTask>"
    )
    return {**one(called), "d.dmn": f"{head}{inner}</definitions>".encode()}


def literal(text: str, more: str = "") -> Files:
    written = text.replace("&", "&amp;").replace("<", "&lt;")
    return dmn(
        f'<decision id="d" name="D"><variable name="d"/>{more}<literalExpression><text>{written}</text>'
        "</literalExpression></decision>"
    )


def table(rules: int, cell: str = "1") -> Files:
    rows = f"<rule><inputEntry><text>{cell}</text></inputEntry><outputEntry><text>2</text></outputEntry></rule>" * rules
    return dmn(
        '<decision id="d" name="D"><decisionTable hitPolicy="COLLECT"><input><inputExpression><text>a</text>'
        f'</inputExpression></input><output name="o"/>{rows}</decisionTable></decision>'
    )


def circle_of_decisions() -> Files:
    def needing(own: str, other: str) -> str:
        needs = f'<informationRequirement><requiredDecision href="#{other}"/></informationRequirement>'
        logic = f"<literalExpression><text>{other}</text></literalExpression>"
        return f'<decision id="{own}" name="{own}">{needs}{logic}</decision>'

    return dmn(needing("d", "f") + needing("f", "d"))


def item_circle() -> Files:
    types = (
        '<itemDefinition name="A"><itemComponent name="b"><typeRef>B</typeRef></itemComponent></itemDefinition>'
        '<itemDefinition name="B"><itemComponent name="a"><typeRef>A</typeRef></itemComponent></itemDefinition>'
        '<itemDefinition name="C"><typeRef>C</typeRef></itemDefinition>'
    )
    return dmn(
        types + '<decision id="d" name="D"><variable name="d" typeRef="A"/><literalExpression typeRef="C">'
        "<text>{b: {a: {b: 1}}}</text></literalExpression></decision>"
    )


def form(**parts: object) -> Files:
    user = f'<userTask id="t" name="Ask">{extended(formRef="ask", assignGroup="employee")}</userTask>'
    return {**one(user), "ask.form": json.dumps({"type": "default", **parts}).encode()}


def field(**parts: object) -> Files:
    return form(components=[{"type": "textfield", "key": "a", "id": "f", "label": "A", **parts}])


def calls(*pairs: tuple[str, str]) -> Files:
    return {
        f"{own}.bpmn": definitions(
            process(f'<callActivity id="t" name="C" calledElement="{other}"/>', ONE).replace('id="p"', f'id="{own}"'),
            picture=False,
        )
        for own, other in pairs
    }


def looped(inner: str) -> Files:
    return one(f'<exclusiveGateway id="g"/>{inner}', "s>g>t>g")


def pictured(number: str) -> Files:
    """Bounds and points of this number."""
    box = f'<bpmndi:BPMNShape bpmnElement="t"><dc:Bounds x="{number}" y="{number}" width="{number}" height="-1"/>'
    line = f'<bpmndi:BPMNEdge bpmnElement="s_t"><di:waypoint x="{number}" y="0"/><di:waypoint x="0" y="-{number}"/>'
    plane = f"<bpmndi:BPMNPlane>{box}</bpmndi:BPMNShape>{line}</bpmndi:BPMNEdge></bpmndi:BPMNPlane>"
    plain = definitions(process(TASK, ONE), False).decode()
    return raw(plain.replace("</definitions>", f"<bpmndi:BPMNDiagram>{plane}</bpmndi:BPMNDiagram></definitions>"))


def calls_with_data(calls: int, data: int) -> Files:
    """Calls that each pass something to a process that takes very much."""
    taken = "".join(f'<dataInput id="q{number}" itemSubjectRef="a"/>' for number in range(data))
    own = '<ioSpecification><dataInput id="w{0}" itemSubjectRef="b"/><inputSet/><outputSet/></ioSpecification>'
    items = '<itemDefinition id="a" structureRef="a"/><itemDefinition id="b" structureRef="b"/>'
    called = f'<process id="q"><ioSpecification>{taken}<inputSet/><outputSet/></ioSpecification><startEvent/></process>'
    nodes = "".join(f'<callActivity id="t{n}" calledElement="q">{own.format(n)}</callActivity>' for n in range(calls))
    return one(nodes, "s>t0>e", outside=items + called)


def undoing(count: int) -> Files:
    """Activities each of which another one undoes."""
    inner = "".join(
        f'<task id="t{n}"/><boundaryEvent id="b{n}" attachedToRef="t{n}"><compensateEventDefinition/></boundaryEvent>'
        f'<task id="u{n}" isForCompensation="true"/><association id="a{n}" sourceRef="b{n}" targetRef="u{n}"/>'
        for n in range(count)
    )
    return one(inner, "s>t0>e")
