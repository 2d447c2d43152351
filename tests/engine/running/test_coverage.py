"""The page of what runs of BPMN 2.0: each of its rows is a small model that runs to its end, or is refused by name."""

import pytest

from bpmn.compiling import compile_process
from bpmn.draft import read_draft
from tests.bpmn.drawing import definitions, flows
from tests.docs.pages import page
from tests.engine.running.playing import Play
from tests.engine.running.test_every_construct import (
    DEFINITIONS,
    INSIDE,
    NAMED,
    REFUSED,
    RUN,
    RUNS,
    THREE,
    E,
    S,
    draft_of,
    many,
    node,
    refusals,
)

EVENTS = [cells for cells in page("bpmn-coverage").rows("Events")]
OTHERS = [cells for cells in page("bpmn-coverage").rows("Everything else")]
ELSEWHERE = {("compensate", place) for place in ("boundary", "event sub-process start")}
"""What needs a dotted line or a sub-process around it: rows of the other table."""
PLACES = {
    "process start": "start",
    "sub-process start": "sub-process start",
    "event sub-process start": "event sub-process start",
    "not interrupting": "event sub-process start beside",
    "catch": "catch",
    "throw": "throw",
    "border": "boundary",
    "border, not interrupting": "boundary beside",
    "end": "end",
    "end of a transaction": "transaction end",
}

UNDO = f'<boundaryEvent id="c" name="C" attachedToRef="it">{DEFINITIONS["compensate"]}</boundaryEvent>'
UNDO += '<task id="u" name="U" isForCompensation="true"/><association sourceRef="c" targetRef="u"/>'
KEPT = UNDO.replace('"it"', '"k"') + '<startEvent id="i" name="I"/><task id="k" name="K"/><endEvent id="o" name="O"/>'
KEPT += flows("i>k>o")
CALL = f'<intermediateThrowEvent id="th" name="Undo">{DEFINITIONS["compensate"]}</intermediateThrowEvent>'
AROUND = f'<startEvent id="cs" name="C">{DEFINITIONS["compensate"]}</startEvent><endEvent id="ce" name="C"/>'
AROUND = f'<subProcess id="w" name="W" triggeredByEvent="true">{AROUND}{flows("cs>ce")}</subProcess>'
CANCEL = f'<startEvent id="i" name="I"/><endEvent id="o" name="O">{DEFINITIONS["cancel"]}</endEvent>{flows("i>o")}'
CAUGHT = f'<boundaryEvent id="c" name="C" attachedToRef="it">{DEFINITIONS["cancel"]}</boundaryEvent>'
IN_OUT = (
    '<ioSpecification><dataInput id="in1"/><dataOutput id="out1"/>'
    "<inputSet><dataInputRefs>in1</dataInputRefs></inputSet><outputSet><dataOutputRefs>out1</dataOutputRefs></outputSet></ioSpecification>"
    "<dataInputAssociation><sourceRef>d</sourceRef><targetRef>in1</targetRef></dataInputAssociation>"
    "<dataOutputAssociation><sourceRef>out1</sourceRef><targetRef>d</targetRef></dataOutputAssociation>"
)
THROWN = many(THREE, ' behavior="None" noneBehaviorEventRef="d"')
ROUND = "<standardLoopCharacteristics testBefore='true' loopMaximum='2'><loopCondition>=v = 0</loopCondition>"
STORE = '<dataStoreReference id="d" name="stock"/>'
FLOW = '<sequenceFlow id="c1" sourceRef="it" targetRef="e"><conditionExpression>=v = 0</conditionExpression>'
FLOW += "</sequenceFlow>"
OTHER = '<sequenceFlow id="c2" sourceRef="it" targetRef="e"/>'
UNTIL = "<completionCondition>=true</completionCondition>"
MORE: dict[str, tuple[str, str]] = {
    "compensation event at the border": (node("task") + UNDO + CALL, "s>it>th>e"),
    "compensation by an event sub-process": (node("subProcess", INSIDE + AROUND) + CALL, "s>it>th>e"),
    "default compensation of a sub-process": (
        node("subProcess", KEPT) + CALL,
        "s>it>th>e",
    ),
    "cancelled transaction": (node("transaction", CANCEL) + CAUGHT, "s>it>e c>e"),
    "ad-hoc sub-process": (node("adHocSubProcess", '<manualTask id="k" name="K"/>'), "s>it>e"),
    "ad-hoc sub-process, sequential, with a completion condition": (
        node(
            "adHocSubProcess",
            f'<manualTask id="k" name="K"/><task id="l"/>{flows("k>l")}{UNTIL}',
            ' ordering="Sequential"',
        ),
        "s>it>e",
    ),
    "start quantity": (
        node("task", rest=' startQuantity="2"') + '<parallelGateway id="k"/><task id="k1"/><task id="k2"/>',
        "s>k>k1>it>e k>k2>it",
    ),
    "completion quantity": (node("task", rest=' completionQuantity="2"'), "s>it>e"),
    "several instances that throw as they end": (node("manualTask", THROWN), "s>it>e"),
    "event that throws what a definition of the file says": (
        node("intermediateThrowEvent", "<eventDefinitionRef>d</eventDefinitionRef>"),
        "s>it>e",
    ),
    "completion condition": (
        node("manualTask", many(THREE + "<completionCondition>=numberOfCompletedInstances = 1</completionCondition>")),
        "s>it>e",
    ),
    "loop that tests before": (node("manualTask", ROUND + "</standardLoopCharacteristics>"), "s>it>e"),
    "data inputs and outputs": (node("task", IN_OUT) + '<dataObject id="d" name="order"/>', "s>it>e"),
    "data store": (node("task", IN_OUT) + STORE, "s>it>e"),
    "conditional and default flow out of an activity": (node("task", rest=' default="c2"') + FLOW + OTHER, "s>it"),
    "several flows out of an activity": (node("task") + OTHER, "s>it>e"),
}
IGNORED: dict[str, str] = {
    "text annotation": '<textAnnotation id="k"><text>Hello</text></textAnnotation>',
    "group": '<group id="k"/>',
    "data state": '<dataObject id="d"/><dataObjectReference id="k" dataObjectRef="d"><dataState name="new"/>'
    "</dataObjectReference>",
    "property": '<property id="k" name="K"/>',
    "documentation": "<documentation>Hello</documentation>",
    "auditing, monitoring": "<auditing/><monitoring/>",
}
CALLED = '<receiveTask id="k" name="K" messageRef="m"/>'
RUNG = f'<intermediateCatchEvent id="l" name="L">{DEFINITIONS["signal"]}</intermediateCatchEvent>'
TIMED = f'<intermediateCatchEvent id="l" name="L">{DEFINITIONS["timer"]}</intermediateCatchEvent>'
BEGUN: dict[str, tuple[str, str, str | None]] = {
    "instantiating event gateway": (
        node("eventBasedGateway", rest=' instantiate="true"') + CALLED + RUNG + E,
        "it>k>e it>l>e",
        "k",
    ),
    "instantiating parallel event gateway": (
        node("eventBasedGateway", rest=' instantiate="true" eventGatewayType="Parallel"') + CALLED + RUNG + E,
        "it>k>e it>l>e",
        "l",
    ),
    "instantiating receive task": (
        node("receiveTask", rest=' messageRef="m" instantiate="true"') + E,
        "it>e",
        "it",
    ),
    "receive task behind an event gateway": (
        S + node("eventBasedGateway") + CALLED + TIMED + E,
        "s>it>k>e it>l>e",
        None,
    ),
}
"""What begins cases in place of a start event, and at which element; what stands there may stand behind a choice."""
POOLS = ("executable pools that send each other messages", "task from which a message flow leads")
"""Rows that `tests.engine.test_pools` plays."""
DECIDED = ("business rule task", "call of a globalBusinessRuleTask")
TABLE = (
    '<definitions xmlns="https://www.omg.org/spec/DMN/20191111/MODEL/" id="d" name="D" namespace="n">'
    '<decision id="choose" name="choice"><literalExpression><text>v + 1</text></literalExpression>'
    "</decision></definitions>"
)
GLOBAL = {f"call of a {tag}": tag for tag in ("globalTask", "globalUserTask", "globalManualTask", "globalScriptTask")}


def finish(play: Play) -> None:
    """Do whatever is waited for until the case has ended."""
    for _ in range(30):
        if play.live.completed:
            return
        waiting = play.live.waiting()
        if play.tasks:
            play.do(play.tasks[0])
        elif play.messages:
            play.deliver(play.messages[0])
        elif waiting.calls:
            play._after(play.live.returned(waiting.calls[0].token, {}, play.at))
        else:
            play.fire(play.timers[0])
    pytest.fail("it does not end")


def test_every_event_at_every_place_stands_in_the_table() -> None:
    titles = page("bpmn-coverage").text.split("## Events")[1].split("\n|", 2)[1].split("|")
    places = [PLACES[title.strip()] for title in titles if title.strip() in PLACES]
    assert sorted(places) == sorted(RUN)
    assert [cells[0] for cells in EVENTS] == list(DEFINITIONS)
    for kind, *cells in EVENTS:
        for place, cell in zip(places, cells, strict=True):
            known = "below" if (kind, place) in ELSEWHERE else "runs" if kind in RUN[place] else "–"
            assert cell == known, f"{kind} at {place}"


def test_the_rows_are_those_with_a_test() -> None:
    rows = {cells[0]: cells[1] for cells in OTHERS}
    expected = dict.fromkeys([*RUNS, *MORE, *GLOBAL, *BEGUN, *POOLS, *DECIDED], "runs")
    expected |= dict.fromkeys(REFUSED, "refused") | dict.fromkeys(IGNORED, "ignored")
    assert rows == expected
    assert len(rows) == len(OTHERS)


@pytest.mark.parametrize("name", MORE)
def test_a_row_that_runs(name: str) -> None:
    inner, paths = MORE[name]
    named = NAMED + '<escalationEventDefinition id="d" escalationRef="y"/>' if "throw" in name else NAMED
    draft = draft_of(S + inner + E, paths, named)
    assert refusals(draft) == {}
    play = Play(compile_process(draft, "p"), {"v": 0})
    finish(play)
    assert {"it", "e"} <= set(play.path)


@pytest.mark.parametrize("name", BEGUN)
def test_a_row_that_begins_cases(name: str) -> None:
    inner, paths, begin = BEGUN[name]
    draft = draft_of(inner, paths)
    assert refusals(draft) == {}
    play = Play(compile_process(draft, "p"), begin=begin)
    finish(play)
    assert {"it", "e"} <= set(play.path)


@pytest.mark.parametrize("name", GLOBAL)
def test_a_global_task_runs(name: str) -> None:
    script = "<script>v = 1</script>" if GLOBAL[name] == "globalScriptTask" else ""
    named = NAMED + f'<{GLOBAL[name]} id="shared" name="Shared">{script}</{GLOBAL[name]}>'
    draft = draft_of(S + node("callActivity", rest=' calledElement="shared"') + E, "s>it>e", named)
    assert refusals(draft) == {}
    play = Play(compile_process(draft, "p"))
    finish(play)
    assert "it" in play.path


@pytest.mark.parametrize("name", DECIDED)
def test_a_row_that_decides(name: str) -> None:
    calls = (
        "<extensionElements><spiffworkflow:calledDecisionId>choose</spiffworkflow:calledDecisionId></extensionElements>"
    )
    shared = f'<globalBusinessRuleTask id="shared" name="Shared">{calls}</globalBusinessRuleTask>'
    inner = (
        node("businessRuleTask", calls) if name == DECIDED[0] else node("callActivity", rest=' calledElement="shared"')
    )
    content = f'{shared}<process id="p" name="P" isExecutable="true">{S}{inner}{E}{flows("s>it>e")}</process>'
    draft = read_draft({"x.bpmn": definitions(content), "x.dmn": TABLE.encode()})
    assert refusals(draft) == {}
    play = Play(compile_process(draft, "p"), {"v": 1})
    assert play.path == ["s", "it", "e"]
    assert play.live.variable("choice") == 2


@pytest.mark.parametrize("name", IGNORED)
def test_a_row_that_is_ignored(name: str) -> None:
    plain, more = S + node("task") + E, IGNORED[name]
    inner = more + plain if name != "documentation" else S + node("task", more) + E
    draft = draft_of(inner, "s>it>e")
    assert refusals(draft) == {}
    assert Play(compile_process(draft, "p")).path == Play(compile_process(draft_of(plain, "s>it>e"), "p")).path
