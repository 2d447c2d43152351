# ruff: noqa: E501 - documents as their tools write them, which do not break lines
"""What other engines add to the standard, as their manuals say it: each runs as there."""

from typing import Any

import pytest

from bpmn.reading import read_diagram
from bpmn.scenarios import read_scenario
from engine.rehearsing import Rehearsal, rehearse
from forms.data import canonical
from tests.engine.rehearsing.written import camunda7, camunda8, flowable, line, spiffarena

CALLED = '<process id="child" isExecutable="true">'


def played(content: bytes | dict[str, bytes], **scenario: Any) -> Rehearsal:
    files = content if isinstance(content, dict) else {"p.bpmn": content}
    return rehearse(files, read_scenario(canonical(scenario).encode(), "s.json"))


def inside(end: str, loop: str = "") -> str:
    """A sub-process with one task, and what ends it."""
    held = '<startEvent id="i"/><task id="w"/>' + end
    flows = '<sequenceFlow id="g1" sourceRef="i" targetRef="w"/><sequenceFlow id="g2" sourceRef="w" targetRef="o"/>'
    return f'<subProcess id="sp">{loop}{held}{flows}</subProcess>'


# --- how much a terminate end event ends (Flowable, user guide, "Terminate End Event")

STOP = '<endEvent id="o"><terminateEventDefinition{}/></endEvent>'
FIVE = '<multiInstanceLoopCharacteristics isSequential="true"><loopCardinality>5</loopCardinality></multiInstanceLoopCharacteristics>'


def test_terminate_ends_its_own_level() -> None:
    assert list(played(flowable(line(inside(STOP.format("")), '<task id="t"/>', prefix=""))).path)[-3:] == [
        "sp",
        "t",
        "e",
    ]


def test_terminate_all_ends_the_case_from_inside() -> None:
    rehearsal = played(
        flowable(line(inside(STOP.format(' flowable:terminateAll="true"')), '<task id="t"/>', prefix=""))
    )
    assert (rehearsal.status, list(rehearsal.path)) == ("completed", ["s", "i", "w", "o"])


@pytest.mark.parametrize(("attribute", "after"), [(' flowable:terminateAll="true"', False), ("", True)])
def test_terminate_all_ends_the_calling_cases_too(attribute: str, after: bool) -> None:
    call = '<callActivity id="c" calledElement="child" flowable:inheritVariables="true"/>'
    child = flowable(
        f'<startEvent id="cs"/>{STOP.format(attribute)}<sequenceFlow id="f" sourceRef="cs" targetRef="o"/>'
    )
    files = {
        "p.bpmn": flowable(line(call, '<task id="t"/>', prefix="")),
        "child.bpmn": child.replace(b'<process id="p"', b'<process id="child"'),
    }
    rehearsal = played(files)
    assert rehearsal.status == "completed"
    assert ("t" in rehearsal.path) is after


@pytest.mark.parametrize(("attribute", "times"), [(' flowable:terminateMultiInstance="true"', 1), ("", 5)])
def test_terminate_of_a_repetition_ends_all_its_instances_and_goes_on(attribute: str, times: int) -> None:
    rehearsal = played(flowable(line(inside(STOP.format(attribute), FIVE), '<task id="t"/>', prefix="")))
    assert list(rehearsal.path).count("w") == times
    assert list(rehearsal.path)[-2:] == ["t", "e"]


def test_terminate_of_a_repetition_keeps_what_was_gathered() -> None:
    loop = '<multiInstanceLoopCharacteristics isSequential="true" spiffworkflow:outputCollection="all" spiffworkflow:outputItem="one"><loopCardinality>3</loopCardinality></multiInstanceLoopCharacteristics>'
    content = flowable(line(inside(STOP.format(' flowable:terminateMultiInstance="true"'), loop), prefix=""))
    content = content.replace(
        b"<definitions ", b'<definitions xmlns:spiffworkflow="http://spiffworkflow.org/bpmn/schema/1.0/core" '
    )
    assert len(played(content).data["all"]) == 3


def test_terminate_of_a_repetition_where_nothing_is_repeated_ends_its_level() -> None:
    stop = STOP.format(' flowable:terminateMultiInstance="true"')
    assert list(played(flowable(line(inside(stop), '<task id="t"/>', prefix=""))).path)[-2:] == ["t", "e"]


# --- variables of a called case that ends by an error (Camunda 7, user guide, "Combination with Boundary Events")


@pytest.mark.parametrize(("shell", "value"), [(camunda7, "val"), (None, None)])
def test_what_out_names_comes_back_with_an_error_in_camunda_7(shell: Any, value: str | None) -> None:
    call = (
        '<bpmn:callActivity id="c" calledElement="child"><bpmn:extensionElements>'
        '<camunda:out source="v" target="w"/></bpmn:extensionElements></bpmn:callActivity>'
        '<bpmn:boundaryEvent id="b" attachedToRef="c"><bpmn:errorEventDefinition/></bpmn:boundaryEvent><bpmn:endEvent id="x"/>'
        '<bpmn:sequenceFlow id="bx" sourceRef="b" targetRef="x"/>'
    )
    caller = camunda7(line(call))
    if shell is None:  # Flowable hands nothing over
        caller = caller.replace(b"camunda:out", b"flowable:out").replace(
            b"xmlns:camunda=", b'xmlns:flowable="http://flowable.org/bpmn" xmlns:camunda='
        )
    child = camunda7(
        line(
            '<bpmn:scriptTask id="set" scriptFormat="juel" camunda:resultVariable="v"><bpmn:script>val</bpmn:script></bpmn:scriptTask>'
        ).replace(
            '<bpmn:endEvent id="e" />',
            '<bpmn:endEvent id="e"><bpmn:errorEventDefinition errorRef="er"/></bpmn:endEvent>',
        ),
        '<bpmn:error id="er" errorCode="E1"/>',
    ).replace(b'id="p"', b'id="child"')
    rehearsal = played({"p.bpmn": caller, "child.bpmn": child})
    assert "x" in rehearsal.end, rehearsal.reason
    assert rehearsal.data.get("w") == value


# --- cron (Quartz for Camunda 7, Flowable and Activiti; Spring for Camunda 8), cycle() of Camunda 8


def timer(text: str, prefix: str = "bpmn:") -> str:
    return (
        f'<{prefix}intermediateCatchEvent id="t"><{prefix}timerEventDefinition><{prefix}timeCycle>{text}</{prefix}timeCycle>'
        f"</{prefix}timerEventDefinition></{prefix}intermediateCatchEvent>"
    )


def due(rehearsal: Rehearsal) -> list[object]:
    assert rehearsal.status == "completed", [one.message for one in rehearsal.findings]
    return [step["due"] for step in rehearsal.trace if step["event"] == "timer"]


# The clock of a rehearsal begins on Monday 5 January 2026 at 9:00 UTC.
@pytest.mark.parametrize(
    ("text", "when"),
    [
        ("0 30 9 * * *", "2026-01-05T09:30:00Z"),
        ("0/20 * * * * ?", "2026-01-05T09:00:20Z"),
        ("0 0 8 ? * MON-FRI", "2026-01-06T08:00:00Z"),
        ("0 0 0 L * ?", "2026-01-31T00:00:00Z"),
        ("@daily", "2026-01-06T00:00:00Z"),
        ("15 10 * * 7", "2026-01-11T10:15:00Z"),
        ("0 0 12 ? * 1", "2026-01-05T12:00:00Z"),
        ("0 0 12 ? * 6#3", "2026-01-17T12:00:00Z"),
        ("0 0 12 ? * 5L", "2026-01-30T12:00:00Z"),
    ],
)
def test_cron_of_camunda_8(text: str, when: str) -> None:
    assert due(played(camunda8(line(timer(text))))) == [when]


@pytest.mark.parametrize(
    ("text", "when"),
    [
        ("0 0 12 ? * 1", "2026-01-11T12:00:00Z"),
        ("0 0 12 ? * 2-6 *", "2026-01-05T12:00:00Z"),
        ("0 0 12 ? * 7#3", "2026-01-17T12:00:00Z"),
        ("0 0 12 ? * 6L", "2026-01-30T12:00:00Z"),
        ("0 0 12 ? * SUN", "2026-01-11T12:00:00Z"),
    ],
)
def test_weekdays_of_quartz_count_from_sunday(text: str, when: str) -> None:
    task = '<task id="u" flowable:async="true"/>'
    assert due(played(flowable(line(timer(text, ""), task, prefix="")))) == [when]


@pytest.mark.parametrize("text", ["0 0 12 1 * MON", "0 0 12 15W * ?", "0 0 25 * * *", "0 0 12 ? * 1 2027"])
def test_cron_that_is_not_run_is_refused(text: str) -> None:
    rehearsal = played(camunda8(line(timer(text))))
    assert rehearsal.status == "refused"
    assert ("t", "cron") in [(one.element_id, one.code) for one in rehearsal.findings]


def test_cron_repeats_beside_a_task() -> None:
    task = (
        '<bpmn:userTask id="u"/><bpmn:boundaryEvent id="b" attachedToRef="u" cancelActivity="false"><bpmn:timerEventDefinition>'
        '<bpmn:timeCycle>0 0 */6 * * *</bpmn:timeCycle></bpmn:timerEventDefinition></bpmn:boundaryEvent><bpmn:endEvent id="x"/>'
        '<bpmn:sequenceFlow id="bx" sourceRef="b" targetRef="x"/>'
    )
    rehearsal = played(camunda8(line(task)), stop={"at": "P1DT1H"}, answers={"u": None})
    assert list(rehearsal.path).count("b") == 4, list(rehearsal.path)


@pytest.mark.parametrize(("call", "times"), [('cycle(3, duration("PT1H"))', 3), ('cycle(1, duration("P1D"))', 1)])
def test_cycle_of_camunda_8(call: str, times: int) -> None:
    task = (
        '<bpmn:userTask id="u"/><bpmn:boundaryEvent id="b" attachedToRef="u" cancelActivity="false"><bpmn:timerEventDefinition>'
        f"<bpmn:timeCycle>={call.replace(chr(34), '&quot;')}</bpmn:timeCycle></bpmn:timerEventDefinition></bpmn:boundaryEvent>"
        '<bpmn:endEvent id="x"/><bpmn:sequenceFlow id="bx" sourceRef="b" targetRef="x"/>'
    )
    rehearsal = played(camunda8(line(task)), stop={"at": "P20D"}, answers={"u": None})
    assert list(rehearsal.path).count("b") == times


# --- loops (10.3.8) and ad-hoc sub-processes


@pytest.mark.parametrize(("before", "times"), [("true", 0), ("false", 1)])
def test_a_loop_with_the_maximum_nothing_is_not_repeated(before: str, times: int) -> None:
    loop = f'<standardLoopCharacteristics testBefore="{before}" loopMaximum="0"/>'
    rehearsal = played(flowable(line(f'<subProcess id="t">{loop}<task id="w"/></subProcess>', prefix="")))
    assert rehearsal.status == "completed"
    assert list(rehearsal.path).count("w") == times


def test_a_bare_loop_of_flowable_is_done_once_and_told() -> None:
    task = '<task id="t" flowable:async="true"><standardLoopCharacteristics/></task>'
    rehearsal = played(flowable(line(task, prefix="")))
    assert list(rehearsal.path) == ["s", "t", "e"]
    assert ("t", "other-tool") in [(one.element_id, one.rule) for one in rehearsal.findings]
    assert played(flowable(line('<task id="t"><standardLoopCharacteristics/></task>', prefix=""))).status == "refused"


AD_HOC = (
    '<bpmn:adHocSubProcess id="ah"{}><bpmn:extensionElements><zeebe:adHoc activeElementsCollection="={}"/></bpmn:extensionElements>'
    '<bpmn:task id="A"/><bpmn:userTask id="B"/><bpmn:task id="C"/><bpmn:task id="D"/>'
    '<bpmn:sequenceFlow id="cd" sourceRef="C" targetRef="D"/>{}</bpmn:adHocSubProcess>'
)


@pytest.mark.parametrize(
    ("wanted", "done"), [(["A", "C"], "ACD"), (["B"], "B"), ([], ""), (["A", "A"], "AA"), (["A", "B", "C"], "ACDB")]
)
def test_the_activities_that_camunda_8_names_begin(wanted: list[str], done: str) -> None:
    rehearsal = played(camunda8(line(AD_HOC.format("", "which", ""))), data={"which": wanted})
    assert rehearsal.status == "completed"
    assert sorted(step for step in rehearsal.path if step in "ABCD") == sorted(done)


def test_their_completion_condition_takes_the_rest_away() -> None:
    condition = "<bpmn:completionCondition>=true</bpmn:completionCondition>"
    rehearsal = played(camunda8(line(AD_HOC.format("", "[&quot;A&quot;,&quot;B&quot;]", condition))))
    assert (rehearsal.status, "B" in rehearsal.end) == ("completed", False)


@pytest.mark.parametrize("wanted", [["D"], ["nobody"], "A"])
def test_what_cannot_begin_is_named(wanted: object) -> None:
    rehearsal = played(camunda8(line(AD_HOC.format("", "which", ""))), data={"which": wanted})
    assert rehearsal.status == "failed"
    assert rehearsal.incidents[0]["code"] == "active_elements"


# --- codes of errors that are expressions (Camunda 8, error events)


@pytest.mark.parametrize(("code", "end"), [("E1", "x"), ("E2", None)])
def test_a_thrown_code_may_be_an_expression(code: str, end: str | None) -> None:
    drawn = (
        '<bpmn:subProcess id="sp"><bpmn:startEvent id="i"/><bpmn:endEvent id="o"><bpmn:errorEventDefinition errorRef="er"/></bpmn:endEvent>'
        '<bpmn:sequenceFlow id="io" sourceRef="i" targetRef="o"/></bpmn:subProcess>'
        '<bpmn:boundaryEvent id="b" attachedToRef="sp"><bpmn:errorEventDefinition errorRef="e1"/></bpmn:boundaryEvent><bpmn:endEvent id="x"/>'
        '<bpmn:sequenceFlow id="bx" sourceRef="b" targetRef="x"/>'
    )
    errors = '<bpmn:error id="er" name="thrown" errorCode="=code"/><bpmn:error id="e1" name="caught" errorCode="E1"/>'
    rehearsal = played(camunda8(line(drawn), errors), data={"code": code})
    assert (rehearsal.status, rehearsal.end) == (("completed", [end]) if end else ("failed", []))


def test_a_caught_code_is_written_out() -> None:
    drawn = (
        '<bpmn:task id="t"/><bpmn:boundaryEvent id="b" attachedToRef="t"><bpmn:errorEventDefinition errorRef="er"/></bpmn:boundaryEvent>'
        '<bpmn:endEvent id="x"/><bpmn:sequenceFlow id="bx" sourceRef="b" targetRef="x"/>'
    )
    rehearsal = played(camunda8(line(drawn), '<bpmn:error id="er" errorCode="=code"/>'))
    assert rehearsal.status == "refused"
    assert any(one.element_id == "b" and one.severity == "error" for one in rehearsal.findings)


# --- bare scripts and expressions that FEEL could read and would take for null


@pytest.mark.parametrize(
    ("script", "value"),
    [
        ("r = datetime.datetime(2020, 1, 2).year", 2020),
        ("r = len(items)", 2),
        ("r = word.upper()", "A.B(C)"),
        ("r = count(items)", 2),
        ('r = "is.it(so)"', "is.it(so)"),
        ("r = if 1 = 1 then 2 else 3", 2),
    ],
)
def test_what_only_python_has_is_python_and_all_else_is_feel(script: str, value: object) -> None:
    task = f'<scriptTask id="t"><script>{script}</script></scriptTask>'
    rehearsal = played(flowable(line(task, prefix="")), data={"items": [1, 2], "word": "a.b(c)"})
    assert rehearsal.status == "completed", [one.message for one in rehearsal.findings]
    assert rehearsal.data["r"] == value


def test_a_number_of_repetitions_may_call_python() -> None:
    loop = "<multiInstanceLoopCharacteristics><loopCardinality>len(items)</loopCardinality></multiInstanceLoopCharacteristics>"
    rehearsal = played(flowable(line(f'<task id="t">{loop}</task>', prefix="")), data={"items": [1, 2]})
    assert list(rehearsal.path).count("t") == 2


# --- what the standard itself has for people and languages (10.3.4, 8.2.1)

ROLE = '<bpmn:userTask id="t"><bpmn:{0}><bpmn:resourceRef>r</bpmn:resourceRef></bpmn:{0}></bpmn:userTask>'


@pytest.mark.parametrize("role", ["potentialOwner", "humanPerformer", "performer", "resourceRole"])
def test_a_resource_that_is_named_is_the_role_that_is_offered_the_task(role: str) -> None:
    content = camunda8(line(ROLE.format(role)), '<bpmn:resource id="r" name="Regional Managers"/>')
    assert read_diagram(content, "p.bpmn").element("t").properties["assignGroup"] == "regional_managers"
    assert played(content).status == "completed"


def test_the_parameters_of_a_resource_are_told_as_not_read() -> None:
    resource = '<bpmn:resource id="r" name="Managers"><bpmn:resourceParameter id="rp" name="region" isRequired="true"/></bpmn:resource>'
    rehearsal = played(camunda8(line(ROLE.format("potentialOwner")), resource))
    assert rehearsal.status == "completed"
    assert ("t", "other-tool") in [(one.element_id, one.rule) for one in rehearsal.findings]


@pytest.mark.parametrize(
    "language", ["http://www.omg.org/spec/FEEL/20140401", "https://www.omg.org/spec/DMN/20230324/FEEL/"]
)
def test_bare_conditions_are_feel_where_the_file_says_so(language: str) -> None:
    drawn = (
        '<startEvent id="s"/><exclusiveGateway id="g" default="f2"/><endEvent id="yes"/><endEvent id="no"/>'
        '<sequenceFlow id="f0" sourceRef="s" targetRef="g"/><sequenceFlow id="f2" sourceRef="g" targetRef="no"/>'
        '<sequenceFlow id="f1" sourceRef="g" targetRef="yes"><conditionExpression>n = 1 and missing = null</conditionExpression></sequenceFlow>'
    )
    content = flowable(drawn).replace(b"http://www.w3.org/1999/XPath", language.encode())
    assert played(content, data={"n": 1}).end == ["yes"]


# --- a bare condition of a file that names no language: Python first, then FEEL, then what JUEL has in its brackets


def chosen(condition: str, **data: Any) -> Rehearsal:
    """What comes of a choice with this condition and a default."""
    flows = (
        '<sequenceFlow id="f1" sourceRef="s" targetRef="g"/>'
        f'<sequenceFlow id="yes" sourceRef="g" targetRef="one"><conditionExpression>{condition}</conditionExpression></sequenceFlow>'
        '<sequenceFlow id="no" sourceRef="g" targetRef="two"/>'
    )
    ends = '<endEvent id="one"/><endEvent id="two"/>'
    plain = flowable(f'<startEvent id="s"/><exclusiveGateway id="g" default="no"/>{ends}{flows}').replace(
        b' expressionLanguage="http://www.w3.org/1999/XPath"', b""
    )
    return played(plain, data=data)


@pytest.mark.parametrize(
    ("condition", "name", "end"),
    [
        ('name.contains("a")', "ab", "one"),
        ('\n  name.contains("a")\n ', "b", "two"),
        ('contains(name, "a")', "ab", "one"),
        ('name.length() > 1 &amp;&amp; !name.startsWith("b")', "ab", "one"),
        ('name == "b" ? true : false', "ab", "two"),
        ("len(name) == 2", "ab", "one"),
    ],
)
def test_a_bare_condition_is_what_can_be_read(condition: str, name: str, end: str) -> None:
    assert list(chosen(condition, name=name).end) == [end]


@pytest.mark.parametrize("condition", ["name.__class__", "name.encode()", "open(name)", "bean.check(name)"])
def test_a_bare_condition_that_nothing_reads_is_refused(condition: str) -> None:
    rehearsal = chosen(condition, name="a")
    assert (rehearsal.status, [one.code for one in rehearsal.findings][:1]) == ("refused", ["python-subset"])


# --- cycles with an end, names by expression, what an error was (Flowable, user guide)

REMINDED = (
    '<startEvent id="s"/><userTask id="t"/><boundaryEvent id="b" attachedToRef="t" cancelActivity="false">'
    "<timerEventDefinition><timeCycle{}>{}</timeCycle></timerEventDefinition></boundaryEvent>"
    '<endEvent id="e"/><endEvent id="x"/><sequenceFlow id="f1" sourceRef="s" targetRef="t"/>'
    '<sequenceFlow id="f2" sourceRef="t" targetRef="e"/><sequenceFlow id="f3" sourceRef="b" targetRef="x"/>'
)


@pytest.mark.parametrize(
    ("attribute", "cycle", "fired"),
    [
        ("", "R5/PT1H/2026-01-05T11:30:00Z", 2),
        ("", "R5/PT1H/${until}", 2),
        (' flowable:endDate="${until}"', "R/PT1H", 2),
        (' flowable:endDate="2026-01-05T11:30:00Z"', "R9/2026-01-05T10:30:00Z/PT1H", 2),
        (' flowable:endDate="2026-01-05T08:00:00Z"', "R/PT1H", 0),
        ("", "R3//PT1H", 3),
    ],
)
def test_a_cycle_ends_with_its_end(attribute: str, cycle: str, fired: int) -> None:
    until = "2026-01-05T11:30:00Z"
    rehearsal = played(flowable(REMINDED.format(attribute, cycle)), data={"until": until}, delays={"t": "P1D"})
    assert rehearsal.status == "completed", rehearsal.incidents
    assert list(rehearsal.path).count("b") == fired


def test_a_wait_for_a_cycle_that_is_over_is_an_incident() -> None:
    wait = (
        '<intermediateCatchEvent id="c"><timerEventDefinition><timeCycle>R/PT1H/2026-01-05T08:00:00Z</timeCycle>'
        "</timerEventDefinition></intermediateCatchEvent>"
    )
    rehearsal = played(flowable(line(wait, prefix="")))
    assert [(one["element"], one["code"]) for one in rehearsal.incidents] == [("c", "timer_over")]


def test_a_signal_is_named_by_an_expression_at_the_event() -> None:
    named = '<signalEventDefinition flowable:signalExpression="go-${n}"/>'
    content = flowable(
        '<startEvent id="s"/><parallelGateway id="g"/>'
        f'<intermediateCatchEvent id="c">{named}</intermediateCatchEvent><endEvent id="e"/><userTask id="t"/>'
        f'<intermediateThrowEvent id="x">{named}</intermediateThrowEvent><endEvent id="e2"/>'
        '<sequenceFlow id="f1" sourceRef="s" targetRef="g"/><sequenceFlow id="f2" sourceRef="g" targetRef="c"/>'
        '<sequenceFlow id="f3" sourceRef="c" targetRef="e"/><sequenceFlow id="f4" sourceRef="g" targetRef="t"/>'
        '<sequenceFlow id="f5" sourceRef="t" targetRef="x"/><sequenceFlow id="f6" sourceRef="x" targetRef="e2"/>'
    )
    rehearsal = played(content, data={"n": 7})
    assert rehearsal.status == "completed"
    assert [one["name"] for one in rehearsal.trace if one["event"] == "awaiting"] == ["go-7"]
    assert "dangling-reference" not in {one.rule for one in rehearsal.findings}


def test_a_message_that_begins_cases_may_be_named_by_an_expression_of_texts() -> None:
    start = (
        "<startEvent id=\"s\"><messageEventDefinition flowable:messageExpression=\"${'my'}${'Order'}\"/></startEvent>"
    )
    content = flowable(start + '<endEvent id="e"/><sequenceFlow id="f" sourceRef="s" targetRef="e"/>')
    assert [one.name for one in read_diagram(content, "p.bpmn").messages] == ["myOrder"]
    rehearsal = played(content, messages=[{"name": "myOrder", "payload": {"n": 1}}])
    assert (rehearsal.status, dict(rehearsal.data)) == ("completed", {"n": 1})


def test_the_code_of_an_error_is_set_as_the_variable_that_flowable_names() -> None:
    content = flowable(
        '<startEvent id="s"/><serviceTask id="w" flowable:class="x.Y"/><boundaryEvent id="b" attachedToRef="w">'
        '<errorEventDefinition flowable:errorVariableName="why"/></boundaryEvent><endEvent id="e"/><endEvent id="x"/>'
        '<sequenceFlow id="f1" sourceRef="s" targetRef="w"/><sequenceFlow id="f2" sourceRef="w" targetRef="e"/>'
        '<sequenceFlow id="f3" sourceRef="b" targetRef="x"/>'
    )
    assert played(content, services={"w": {"error": "E1"}}).data["why"] == "E1"


def test_an_expression_that_sets_a_variable_is_an_assignment() -> None:
    task = """<serviceTask id="w" flowable:expression="${execution.setVariable('total', price * 2)}"/>"""
    assert played(flowable(line(task, prefix="")), data={"price": 5}).data["total"] == 10


@pytest.mark.parametrize(("change", "fired"), [("", 2), ("create", 1), ("update", 1)])
def test_an_event_listens_to_a_variable(change: str, fired: int) -> None:
    kind = f' variableChangeType="{change}"' if change else ""
    content = flowable(
        '<startEvent id="s"/><parallelGateway id="g"/><userTask id="t"/><userTask id="w1"/><userTask id="w2"/>'
        '<boundaryEvent id="b" attachedToRef="t" cancelActivity="false"><extensionElements>'
        f'<flowable:variableListenerEventDefinition variableName="v"{kind}/></extensionElements></boundaryEvent>'
        '<sequenceFlow id="f1" sourceRef="s" targetRef="g"/><sequenceFlow id="f2" sourceRef="g" targetRef="t"/>'
        '<sequenceFlow id="f3" sourceRef="g" targetRef="w1"/><sequenceFlow id="f4" sourceRef="w1" targetRef="w2"/>'
        '<endEvent id="x"/><sequenceFlow id="f5" sourceRef="b" targetRef="x"/>'
    )
    answers, delays = {"w1": {"v": 1, "n": 1}, "w2": {"v": 2, "n": 2}}, {"t": "P1D", "w2": "PT1H"}
    rehearsal = played(content, answers=answers, delays=delays)
    assert (rehearsal.status, list(rehearsal.path).count("b")) == ("completed", fired)


# --- what messages bring where something begins, and by which key they come

PING = (
    '<bpmn:message id="m" name="ping"><bpmn:extensionElements><zeebe:subscription correlationKey="=k"/>'
    "</bpmn:extensionElements></bpmn:message>"
)
TAKEN = (
    '<bpmn:extensionElements><zeebe:ioMapping><zeebe:output source="=a" target="b"/></zeebe:ioMapping>'
    '</bpmn:extensionElements><bpmn:messageEventDefinition messageRef="m"/>'
)


def test_what_an_event_sub_process_takes_of_a_message_is_taken_once() -> None:
    beside = (
        '<bpmn:subProcess id="v" triggeredByEvent="true"><bpmn:startEvent id="vs" isInterrupting="false">'
        f'{TAKEN}</bpmn:startEvent><bpmn:endEvent id="ve"/>'
        '<bpmn:sequenceFlow id="vf" sourceRef="vs" targetRef="ve"/></bpmn:subProcess>'
    )
    content = camunda8(line('<bpmn:userTask id="t"/>') + beside, PING)
    messages = [{"name": "ping", "key": "1", "after": "t", "payload": {"a": 1}}]
    rehearsal = played(content, data={"k": "1"}, messages=messages, delays={"t": "PT1H"})
    assert (rehearsal.status, dict(rehearsal.data)) == ("completed", {"k": "1", "b": 1})


def test_a_case_begins_with_what_its_start_takes_of_the_message() -> None:
    start = f'<bpmn:startEvent id="s">{TAKEN}</bpmn:startEvent><bpmn:endEvent id="e"/>'
    content = camunda8(start + '<bpmn:sequenceFlow id="f" sourceRef="s" targetRef="e"/>', PING)
    rehearsal = played(content, messages=[{"name": "ping", "payload": {"a": 1, "c": 2}}])
    assert (rehearsal.status, dict(rehearsal.data)) == ("completed", {"b": 1})


def test_all_that_a_message_brings_to_a_start_arrives_under_its_name() -> None:
    held = "<bpmn:extensionElements><spiffworkflow:messageVariable>got</spiffworkflow:messageVariable></bpmn:extensionElements>"
    start = f'<bpmn:startEvent id="s"><bpmn:messageEventDefinition messageRef="m">{held}</bpmn:messageEventDefinition></bpmn:startEvent>'
    flow = '<bpmn:endEvent id="e"/><bpmn:sequenceFlow id="f" sourceRef="s" targetRef="e"/>'
    content = spiffarena(start + flow, '<bpmn:message id="m" name="ping"/>')
    assert dict(played(content, messages=[{"name": "ping", "payload": {"a": 1}}]).data) == {"got": {"a": 1}}


@pytest.mark.parametrize(("key", "status"), [("7", "completed"), ("8", "waiting")])
@pytest.mark.parametrize("written", ["uid", "'7'", "7"])
def test_a_correlation_property_is_the_key_of_what_waits(written: str, key: str, status: str) -> None:
    wait = (
        '<bpmn:receiveTask id="r" messageRef="m"><bpmn:extensionElements><spiffworkflow:processVariableCorrelation>'
        "<spiffworkflow:propertyId>uid</spiffworkflow:propertyId>"
        f"<spiffworkflow:expression>{written}</spiffworkflow:expression>"
        "</spiffworkflow:processVariableCorrelation></bpmn:extensionElements></bpmn:receiveTask>"
    )
    content = spiffarena(line(wait), '<bpmn:message id="m" name="ping"/>')
    assert played(content, data={"uid": 7}, messages=[{"name": "ping", "key": key}]).status == status


@pytest.mark.parametrize("late", ["", "PT2H"])
def test_a_case_without_a_key_of_its_own_is_meant_by_the_key_with_which_it_began(late: str) -> None:
    content = camunda7(
        '<bpmn:startEvent id="s"><bpmn:messageEventDefinition messageRef="m"/></bpmn:startEvent><bpmn:userTask id="t"/>'
        '<bpmn:intermediateCatchEvent id="c"><bpmn:messageEventDefinition messageRef="n"/></bpmn:intermediateCatchEvent>'
        '<bpmn:endEvent id="e"/><bpmn:sequenceFlow id="f1" sourceRef="s" targetRef="t"/>'
        '<bpmn:sequenceFlow id="f2" sourceRef="t" targetRef="c"/><bpmn:sequenceFlow id="f3" sourceRef="c" targetRef="e"/>',
        '<bpmn:message id="m" name="begin"/><bpmn:message id="n" name="paid"/>',
    )
    when = {"at": "PT1H"} if late else {"after": "c"}
    messages = [
        *({"name": "begin", "key": key, "payload": {"of": key}} for key in "AB"),
        *({"name": "paid", "key": key, "payload": {"paid": key}, **when} for key in "BA"),
    ]
    rehearsal = played(content, messages=messages, delays={"t": late} if late else {})
    assert rehearsal.status == "completed", rehearsal.incidents
    assert [case["data"] for case in rehearsal.cases] == [{"of": "A", "paid": "A"}, {"of": "B", "paid": "B"}]


# --- what a repetition sees of its instances


def test_a_completion_condition_sees_what_the_last_instance_had_of_its_own() -> None:
    task = (
        '<userTask id="t"><multiInstanceLoopCharacteristics isSequential="true" flowable:collection="people" '
        'flowable:elementVariable="person"><completionCondition>${person == "b"}</completionCondition>'
        "</multiInstanceLoopCharacteristics></userTask>"
    )
    rehearsal = played(flowable(line(task, prefix="").replace('"b"', "'b'")), data={"people": ["a", "b", "c"]})
    assert list(rehearsal.path).count("t") == 2


def test_what_side_by_side_sub_processes_gather_stays_apart() -> None:
    def gathers(target: str, *names: str) -> str:
        held = "".join(f'<variable source="{name}"/>' for name in names)
        return (
            '<multiInstanceLoopCharacteristics flowable:elementIndexVariable="number"><extensionElements>'
            f'<flowable:variableAggregation target="{target}">{held}</flowable:variableAggregation></extensionElements>'
            "<loopCardinality>2</loopCardinality></multiInstanceLoopCharacteristics>"
        )

    held = (
        f'<startEvent id="i"/><userTask id="t">{gathers("inner", "ok")}</userTask><userTask id="u"/><endEvent id="o"/>'
        '<sequenceFlow id="g1" sourceRef="i" targetRef="t"/><sequenceFlow id="g2" sourceRef="t" targetRef="u"/>'
        '<sequenceFlow id="g3" sourceRef="u" targetRef="o"/>'
    )
    sub = f'<subProcess id="sp">{gathers("outer", "inner")}{held}</subProcess>'
    answers = {"t": [{"ok": number} for number in range(4)]}
    rehearsal = played(flowable(line(sub, prefix="")), answers=answers, delays={"u": "PT1H"})
    assert rehearsal.data["outer"] == [{"inner": [{"ok": 0}, {"ok": 1}]}, {"inner": [{"ok": 2}, {"ok": 3}]}]


# --- an error of a service in a called process (BPMN 2.0 clauses 10.5.1, 10.5.6)


def calling(called: str, end: str = "") -> bytes:
    """A call with an error event at its border that catches A."""
    caught = '<boundaryEvent id="b" attachedToRef="c"><errorEventDefinition errorRef="err"/></boundaryEvent>'
    held = (
        f'<startEvent id="s"/><callActivity id="c" calledElement="{called}"/>{caught if end else ""}'
        f'<endEvent id="e"/>{end}<sequenceFlow id="f1" sourceRef="s" targetRef="c"/>'
        '<sequenceFlow id="f2" sourceRef="c" targetRef="e"/>'
    )
    flow = '<sequenceFlow id="f3" sourceRef="b" targetRef="x"/>' if end else ""
    return flowable(held + flow).replace(b"<process", b'<error id="err" errorCode="A"/><process', 1)


@pytest.mark.parametrize("between", [False, True])
@pytest.mark.parametrize(("code", "caught"), [("A", True), ("B", False)])
def test_an_error_of_a_service_is_caught_where_its_process_was_called(between: bool, code: str, caught: bool) -> None:
    service = flowable(line('<serviceTask id="w" flowable:class="x.Y"/>', prefix=""))
    files = {
        "p.bpmn": calling("middle" if between else "child", '<endEvent id="x"/>'),
        "middle.bpmn": calling("child").replace(b'<process id="p"', b'<process id="middle"'),
        "child.bpmn": service.replace(b'<process id="p"', b'<process id="child"'),
    }
    if not between:
        del files["middle.bpmn"]
    rehearsal = played(files, process="p", services={"w": {"error": code}})
    if caught:
        assert (rehearsal.status, list(rehearsal.end)) == ("completed", ["x"])
        assert [case["state"] for case in rehearsal.cases] == ["ended"] * (3 if between else 2)
    else:
        assert [one["element"] for one in rehearsal.incidents] == ["w"]
        assert {case["state"] for case in rehearsal.cases} == {"active"}


def test_a_called_process_takes_and_gives_what_it_declares() -> None:
    """BPMN 2.0 clauses 10.4.1 and 10.3.6."""
    declared = (
        '<ioSpecification><dataInput id="amount"/><dataOutput id="out" name="total"/><inputSet><dataInputRefs>amount'
        "</dataInputRefs></inputSet><outputSet><dataOutputRefs>out</dataOutputRefs></outputSet></ioSpecification>"
    )
    script = '<scriptTask id="w" scriptFormat="feel"><script>total = [amount, secret]\nown = 1</script></scriptTask>'
    call = '<callActivity id="c" calledElement="child"/>'
    plain = flowable(line(call, prefix="")).replace(b' xmlns:flowable="http://flowable.org/bpmn"', b"")
    files = {
        "p.bpmn": plain,
        "child.bpmn": flowable(declared + line(script, prefix="")).replace(b'<process id="p"', b'<process id="child"'),
    }
    rehearsal = played(files, process="p", data={"amount": 3, "secret": 4})
    assert dict(rehearsal.data) == {"amount": 3, "secret": 4, "total": [3, None]}, rehearsal.findings


@pytest.mark.parametrize("times", [1, 2])
def test_a_start_that_needs_several_messages_begins_one_case_with_all_that_are_sent_at_once(times: int) -> None:
    """BPMN 2.0 clause 10.5.2, Parallel Multiple."""
    both = '<messageEventDefinition messageRef="m1"/><messageEventDefinition messageRef="m2"/>'
    throws = (f'<intermediateThrowEvent id="x{number}">{both}</intermediateThrowEvent>' for number in range(times))
    begun = (
        f'<process id="q" isExecutable="true"><startEvent id="b" parallelMultiple="true">{both}</startEvent>'
        '<task id="t"/><sequenceFlow id="bf" sourceRef="b" targetRef="t"/></process>'
    )
    named = b'<message id="m1" name="one"/><message id="m2" name="two"/>'
    content = flowable(line(*throws, prefix="")).replace(b"</definitions>", named + begun.encode() + b"</definitions>")
    rehearsal = played(content, process="p")
    assert rehearsal.status == "completed", rehearsal.waiting
    assert [list(case["path"]) for case in rehearsal.cases if case["process"] == "q"] == [["b", "t"]] * times


@pytest.mark.parametrize("words", ["autocomplete", 'getActivityInstanceAttribute("numberOfActiveInstances") == 0'])
def test_jbpm_says_in_words_that_an_ad_hoc_sub_process_ends_by_itself(words: str) -> None:
    around = (
        f'<adHocSubProcess id="a"><completionCondition>{words}</completionCondition><task id="t"/><userTask id="u"/>'
        '<sequenceFlow id="g" sourceRef="t" targetRef="u"/></adHocSubProcess>'
    )
    rehearsal = played(flowable(line(around, prefix="")))
    assert (rehearsal.status, list(rehearsal.path)) == ("completed", ["s", "t", "u", "a", "e"])


# --- Python of SpiffWorkflow's tools


def test_an_entry_by_its_key_is_python_and_no_filter() -> None:
    payload = '<spiffworkflow:messagePayload>{"cid": asked["cid"], "said": asked["what"] + "!"}</spiffworkflow:messagePayload>'
    throw = f'<bpmn:sendTask id="x" messageRef="m"><bpmn:extensionElements>{payload}</bpmn:extensionElements></bpmn:sendTask>'
    begun = (
        '<bpmn:process id="q" isExecutable="true"><bpmn:startEvent id="b"><bpmn:messageEventDefinition messageRef="m"/>'
        "</bpmn:startEvent></bpmn:process>"
    )
    content = spiffarena(line(throw), f'<bpmn:message id="m" name="ping"/>{begun}')
    rehearsal = played(content, process="p", data={"asked": {"cid": 9, "what": "x"}})
    assert [case["data"] for case in rehearsal.cases if case["process"] == "q"] == [{"cid": 9, "said": "x!"}]


@pytest.mark.parametrize(
    ("written", "status"),
    [
        ("timedelta(hours=wait)", "completed"),
        ("form['wait']", "completed"),
        ("not-a-date", "refused"),
        ("soon", "refused"),
    ],
)
def test_a_timer_in_python_may_read_what_the_case_begins_with(written: str, status: str) -> None:
    timer = f"<bpmn:timerEventDefinition><bpmn:timeDuration>{written}</bpmn:timeDuration></bpmn:timerEventDefinition>"
    catch = f'<bpmn:intermediateCatchEvent id="c">{timer}</bpmn:intermediateCatchEvent>'
    assert played(spiffarena(line(catch)), data={"wait": 2, "form": {"wait": "PT2H"}}).status == status
