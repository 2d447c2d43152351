# ruff: noqa: E501 - documents as their tools write them, which do not break lines
"""Small models, feature by feature, as other tools write them: they run as their own engines run them."""

from typing import Any

import pytest

from bpmn.diagram import ServiceTask
from bpmn.notes import Outcome
from bpmn.reading import read_diagram
from bpmn.scenarios import read_scenario
from engine.rehearsing import Rehearsal, rehearse
from forms.data import canonical
from tests.engine.rehearsing.written import camunda7, camunda8, flowable, line, spiffarena

EXT = "bpmn:extensionElements"


def played(content: bytes, others: dict[str, bytes] | None = None, **scenario: Any) -> Rehearsal:
    return rehearse({"p.bpmn": content, **(others or {})}, read_scenario(canonical(scenario).encode(), "s.json"))


def branch(condition: str, language: str = "") -> str:
    return (
        '<bpmn:startEvent id="s"/><bpmn:exclusiveGateway id="g" default="f2"/><bpmn:endEvent id="yes"/>'
        '<bpmn:endEvent id="no"/><bpmn:sequenceFlow id="f0" sourceRef="s" targetRef="g"/>'
        '<bpmn:sequenceFlow id="f1" sourceRef="g" targetRef="yes">'
        f'<bpmn:conditionExpression xsi:type="bpmn:tFormalExpression"{language}>{condition}</bpmn:conditionExpression>'
        '</bpmn:sequenceFlow><bpmn:sequenceFlow id="f2" sourceRef="g" targetRef="no"/>'
    )


CONDITIONS = {
    "${amount &gt; 1000}": ({"amount": 1200}, "yes"),
    "#{amount &gt; 1000 and not urgent}": ({"amount": 1200, "urgent": True}, "no"),
    "${approved}": ({"approved": True}, "yes"),
    "${!approved}": ({}, "yes"),
    "${kind == 'a' || kind == &quot;b&quot;}": ({"kind": "b"}, "yes"),
    "${empty items}": ({"items": []}, "yes"),
    "${order.lines[1].price &gt;= 10}": ({"order": {"lines": [{"price": 1}, {"price": 10}]}}, "yes"),
    "${order['ship to'] == 'DE'}": ({"order": {"ship to": "DE"}}, "yes"),
    "${(a + b) * 2 mod 3 == 1}": ({"a": 1, "b": 1}, "yes"),
    "${flag ? x &gt; 1 : x &lt; 1}": ({"flag": False, "x": 0}, "yes"),
    "${execution.getVariable('amount') gt 5}": ({"amount": 6}, "yes"),
    "${name ne null &amp;&amp; name lt 'm'}": ({"name": "anna"}, "yes"),
}


@pytest.mark.parametrize("condition", CONDITIONS)
def test_juel_decides(condition: str) -> None:
    data, end = CONDITIONS[condition]
    assert played(camunda7(branch(condition)), data=data).end == [end]


def test_juel_with_its_language_named() -> None:
    assert played(camunda7(branch("${x == 1}", ' language="juel"')), data={"x": 1}).end == ["yes"]


def test_feel_of_camunda_8_decides() -> None:
    assert played(camunda8(branch('=amount &gt; 100 and kind = "a"')), data={"amount": 101, "kind": "a"}).end == ["yes"]


def test_python_of_spiffarena_decides() -> None:
    assert played(spiffarena(branch("len(items) == 2")), data={"items": [1, 2]}).end == ["yes"]


@pytest.mark.parametrize(
    ("condition", "construct"),
    [
        ("${order.isPaid()}", "the method isPaid() of order"),
        ("${myBean.check(order)}", "the method check() of myBean"),
        ("${dateTime(1)}", "the function dateTime"),
        ("${execution.processBusinessKey == 'x'}", "the bean execution"),
        ("${amount &gt;}", "stops too early"),
    ],
)
def test_what_juel_cannot_say_is_refused_by_name(condition: str, construct: str) -> None:
    rehearsal = played(camunda7(branch(condition)))
    found = [one for one in rehearsal.findings if one.severity == "error"]
    assert rehearsal.status == "refused"
    assert [one.element_id for one in found] == ["f1"]
    assert construct in found[0].message
    assert found[0].remedy


# --- who does what, and what is called

TASK = '<bpmn:userTask id="t" name="Approve" {}>{}</bpmn:userTask>'

RUNS_THROUGH = {
    "c7 assignee": camunda7(line(TASK.format('camunda:assignee="demo"', ""))),
    "c7 assignee from data": camunda7(line(TASK.format('camunda:assignee="${starter}"', ""))),
    "c7 initiator": camunda7(
        line(TASK.format('camunda:assignee="${who}"', "")).replace('id="s"', 'id="s" camunda:initiator="who"', 1)
    ),
    "c7 groups": camunda7(line(TASK.format('camunda:candidateGroups="sales,managers"', ""))),
    "c7 group from data": camunda7(line(TASK.format('camunda:candidateGroups="${team}"', ""))),
    "c7 users": camunda7(line(TASK.format('camunda:candidateUsers="a,b"', ""))),
    "c7 unreadable assignee": camunda7(line(TASK.format('camunda:assignee="${users.find(x)}"', ""))),
    "c7 dates": camunda7(
        line(
            TASK.format('camunda:dueDate="${due}" camunda:followUpDate="2027-02-01T09:00:00" camunda:priority="50"', "")
        )
    ),
    "c7 form key": camunda7(line(TASK.format('camunda:formKey="embedded:app:forms/x.html"', ""))),
    "c7 form ref": camunda7(line(TASK.format('camunda:formRef="approve" camunda:formRefBinding="latest"', ""))),
    "c7 form fields": camunda7(
        line(
            TASK.format(
                "",
                f'<{EXT}><camunda:formData><camunda:formField id="ok" label="OK?" type="boolean" defaultValue="false"/>'
                '<camunda:formField id="kind" type="enum"><camunda:value id="a" name="A"/></camunda:formField>'
                '<camunda:formField id="sum" type="long"><camunda:validation><camunda:constraint name="min" config="1"/>'
                f"</camunda:validation></camunda:formField></camunda:formData></{EXT}>",
            )
        )
    ),
    "c7 class": camunda7(line('<bpmn:serviceTask id="t" camunda:class="com.acme.Send" camunda:asyncBefore="true"/>')),
    "c7 delegate": camunda7(line('<bpmn:serviceTask id="t" camunda:delegateExpression="${sendMail}"/>')),
    "c7 bean method": camunda7(line('<bpmn:serviceTask id="t" camunda:expression="${mail.send(to)}"/>')),
    "c7 external": camunda7(line('<bpmn:serviceTask id="t" camunda:type="external" camunda:topic="pay"/>')),
    "c7 connector": camunda7(
        line(
            f'<bpmn:serviceTask id="t"><{EXT}><camunda:connector><camunda:inputOutput>'
            '<camunda:inputParameter name="url">http://x/${id}</camunda:inputParameter></camunda:inputOutput>'
            f"<camunda:connectorId>http-connector</camunda:connectorId></camunda:connector></{EXT}></bpmn:serviceTask>"
        )
    ),
    "c7 fields": camunda7(
        line(
            f'<bpmn:serviceTask id="t" camunda:class="c.D"><{EXT}><camunda:field name="to"><camunda:expression>${{x}}'
            f'</camunda:expression></camunda:field><camunda:field name="n" stringValue="1"/></{EXT}></bpmn:serviceTask>'
        )
    ),
    "c7 retries": camunda7(
        line(
            '<bpmn:serviceTask id="t" camunda:class="c.D" camunda:asyncBefore="true">'
            f"<{EXT}><camunda:failedJobRetryTimeCycle>R3/PT10M</camunda:failedJobRetryTimeCycle></{EXT}></bpmn:serviceTask>"
        )
    ),
    "c7 send task": camunda7(line('<bpmn:sendTask id="t" camunda:type="external" camunda:topic="mail"/>')),
    "c7 rule by bean": camunda7(line('<bpmn:businessRuleTask id="t" camunda:class="c.Rules"/>')),
    "c7 listeners": camunda7(
        line(
            TASK.format(
                "",
                f'<{EXT}><camunda:taskListener class="c.L" event="create" id="l"/>'
                f'<camunda:executionListener delegateExpression="${{l}}" event="start"/></{EXT}>',
            )
        )
    ),
    "c7 extension properties": camunda7(
        line(
            TASK.format(
                "", f'<{EXT}><camunda:properties><camunda:property name="a" value="b"/></camunda:properties></{EXT}>'
            )
        )
    ),
    "c8 service": camunda8(
        line(
            f'<bpmn:serviceTask id="t"><{EXT}><zeebe:taskDefinition type="pay" retries="3"/><zeebe:taskHeaders>'
            f'<zeebe:header key="method" value="card"/></zeebe:taskHeaders></{EXT}></bpmn:serviceTask>'
        )
    ),
    "c8 user task": camunda8(
        line(
            f'<bpmn:userTask id="t"><{EXT}><zeebe:userTask/><zeebe:assignmentDefinition assignee="=lead" '
            'candidateGroups="=[&quot;a&quot;, &quot;b&quot;]"/><zeebe:taskSchedule dueDate="=now() + duration(&quot;P1D&quot;)" '
            'followUpDate="2027-02-01T09:00:00Z"/><zeebe:priorityDefinition priority="60"/>'
            f'<zeebe:formDefinition formId="approve"/></{EXT}></bpmn:userTask>'
        )
    ),
    "c8 groups": camunda8(
        line(
            f'<bpmn:userTask id="t"><{EXT}><zeebe:assignmentDefinition candidateGroups="sales, hr"/></{EXT}></bpmn:userTask>'
        )
    ),
    "c8 candidate list from data": camunda8(
        line(
            f'<bpmn:userTask id="t"><{EXT}><zeebe:assignmentDefinition candidateGroups="=teams"/></{EXT}></bpmn:userTask>'
        )
    ),
    "c8 send task": camunda8(
        line(f'<bpmn:sendTask id="t"><{EXT}><zeebe:taskDefinition type="mail"/></{EXT}></bpmn:sendTask>')
    ),
    "c8 script by worker": camunda8(
        line(f'<bpmn:scriptTask id="t"><{EXT}><zeebe:taskDefinition type="js"/></{EXT}></bpmn:scriptTask>')
    ),
    "c8 rule by worker": camunda8(
        line(f'<bpmn:businessRuleTask id="t"><{EXT}><zeebe:taskDefinition type="dmn"/></{EXT}></bpmn:businessRuleTask>')
    ),
    "c8 listeners": camunda8(
        line(
            f'<bpmn:serviceTask id="t"><{EXT}><zeebe:taskDefinition type="x"/><zeebe:executionListeners>'
            f'<zeebe:executionListener eventType="start" type="log"/></zeebe:executionListeners></{EXT}></bpmn:serviceTask>'
        )
    ),
    "c8 message throw": camunda8(
        line(
            f'<bpmn:intermediateThrowEvent id="t" name="Told"><{EXT}><zeebe:taskDefinition type="kafka"/></{EXT}>'
            "<bpmn:messageEventDefinition/></bpmn:intermediateThrowEvent>"
        )
    ),
    "flowable task": flowable(
        line(
            '<userTask id="t" name="T" flowable:candidateGroups="management" flowable:formFieldValidation="true">'
            '<extensionElements><flowable:formProperty id="ok" name="OK" type="boolean" required="true"/>'
            '<modeler:initiator-can-complete xmlns:modeler="http://flowable.org/modeler"><![CDATA[false]]>'
            "</modeler:initiator-can-complete></extensionElements></userTask>",
            prefix="",
        )
    ),
    "flowable http": flowable(
        line(
            '<serviceTask id="t" flowable:type="http"><extensionElements><flowable:field name="requestUrl">'
            "<flowable:string><![CDATA[https://x/y]]></flowable:string></flowable:field></extensionElements></serviceTask>",
            prefix="",
        )
    ),
    "activiti owner": flowable(
        line(
            '<userTask id="t" name="T"><potentialOwner><resourceAssignmentExpression><formalExpression>'
            "group(management)</formalExpression></resourceAssignmentExpression></potentialOwner></userTask>",
            prefix="",
        ),
        "activiti",
    ),
    "spiff instructions": spiffarena(
        line(
            f'<bpmn:manualTask id="t"><{EXT}><spiffworkflow:instructionsForEndUser># Hello</spiffworkflow:instructionsForEndUser>'
            f"</{EXT}></bpmn:manualTask>"
        )
    ),
    "spiff form": spiffarena(
        line(
            f'<bpmn:userTask id="t"><{EXT}><spiffworkflow:properties><spiffworkflow:property name="formJsonSchemaFilename" '
            f'value="a-schema.json"/></spiffworkflow:properties></{EXT}></bpmn:userTask>'
        )
    ),
    "spiff scripts around": spiffarena(
        line(
            f'<bpmn:manualTask id="t"><{EXT}><spiffworkflow:preScript>a = 1</spiffworkflow:preScript>'
            f"<spiffworkflow:unitTests/></{EXT}></bpmn:manualTask>"
        )
    ),
    "spiff service": spiffarena(
        line(
            f'<bpmn:serviceTask id="t"><{EXT}><spiffworkflow:serviceTaskOperator id="http/GetRequest" resultVariable="r">'
            '<spiffworkflow:parameters><spiffworkflow:parameter id="url" type="str" value="&quot;http://x&quot;"/>'
            f"</spiffworkflow:parameters></spiffworkflow:serviceTaskOperator></{EXT}></bpmn:serviceTask>"
        )
    ),
}


@pytest.mark.parametrize("name", RUNS_THROUGH)
def test_runs_bare(name: str) -> None:
    rehearsal = played(RUNS_THROUGH[name])
    assert (rehearsal.status, list(rehearsal.path)) == ("completed", ["s", "t", "e"]), (
        rehearsal.incidents,
        [one.message for one in rehearsal.findings],
    )


SETS = {
    "c7 expression with a result": (
        camunda7(line('<bpmn:serviceTask id="t" camunda:expression="${a * 2}" camunda:resultVariable="r"/>')),
        {"data": {"a": 21}},
        {"r": 42},
    ),
    "c7 feel script": (
        camunda7(
            line(
                '<bpmn:scriptTask id="t" scriptFormat="feel" camunda:resultVariable="r"><bpmn:script>sum([a, 1])'
                "</bpmn:script></bpmn:scriptTask>"
            )
        ),
        {"data": {"a": 1}},
        {"r": 2},
    ),
    "c7 input and output": (
        camunda7(
            line(
                f'<bpmn:serviceTask id="t" camunda:type="external" camunda:topic="x"><{EXT}><camunda:inputOutput>'
                '<camunda:inputParameter name="n">Order ${id}</camunda:inputParameter>'
                '<camunda:inputParameter name="all"><camunda:list><camunda:value>a</camunda:value></camunda:list>'
                '</camunda:inputParameter><camunda:inputParameter name="m"><camunda:map><camunda:entry key="k">${id}'
                "</camunda:entry></camunda:map></camunda:inputParameter>"
                '<camunda:outputParameter name="out">${n} ${all[0]} ${m.k} ${answer}</camunda:outputParameter>'
                f"</camunda:inputOutput></{EXT}></bpmn:serviceTask>"
            )
        ),
        {"data": {"id": 7}, "services": {"t": {"data": {"answer": "yes"}}}},
        {"out": "Order 7 a 7 yes", "answer": "yes", "n": None},
    ),
    "c8 script": (
        camunda8(
            line(
                f'<bpmn:scriptTask id="t"><{EXT}><zeebe:script expression="=if a &gt; 1&#10;then &quot;big&quot; // yes&#10;'
                f'else &quot;small&quot;" resultVariable="r"/></{EXT}></bpmn:scriptTask>'
            )
        ),
        {"data": {"a": 2}},
        {"r": "big"},
    ),
    "c8 mapping keeps the rest inside": (
        camunda8(
            line(
                f'<bpmn:serviceTask id="t"><{EXT}><zeebe:taskDefinition type="pay"/><zeebe:ioMapping>'
                '<zeebe:input source="=order.total" target="amount"/><zeebe:output source="=receipt" target="order.receipt"/>'
                f'<zeebe:output source="=amount" target="paid"/></zeebe:ioMapping></{EXT}></bpmn:serviceTask>'
            )
        ),
        {"data": {"order": {"total": 5}}, "services": {"t": {"data": {"receipt": "R1", "noise": 1}}}},
        {"order": {"total": 5, "receipt": "R1"}, "paid": 5, "noise": None, "amount": None, "receipt": None},
    ),
    "c8 job without mapping": (
        camunda8(line(f'<bpmn:serviceTask id="t"><{EXT}><zeebe:taskDefinition type="x"/></{EXT}></bpmn:serviceTask>')),
        {"services": {"t": {"data": {"x": 1}}}},
        {"x": 1},
    ),
    "c8 user task mapping": (
        camunda8(
            line(
                f'<bpmn:userTask id="t"><{EXT}><zeebe:ioMapping><zeebe:output source="=ok" target="approved"/>'
                f"</zeebe:ioMapping></{EXT}></bpmn:userTask>"
            )
        ),
        {"answers": {"t": {"ok": True, "note": "x"}}},
        {"approved": True, "ok": None, "note": None},
    ),
    "c8 repetition gathers": (
        camunda8(
            line(
                f'<bpmn:scriptTask id="t"><{EXT}><zeebe:script expression="=item * 2" resultVariable="double"/></{EXT}>'
                f'<bpmn:multiInstanceLoopCharacteristics><{EXT}><zeebe:loopCharacteristics inputCollection="=items" '
                'inputElement="item" outputCollection="results" outputElement="={v: double, i: loopCounter}"/>'
                f"</{EXT}></bpmn:multiInstanceLoopCharacteristics></bpmn:scriptTask>"
            )
        ),
        {"data": {"items": [1, 2]}},
        {"results": [{"v": 2, "i": 1}, {"v": 4, "i": 2}]},
    ),
    "c8 repetition by name": (
        camunda8(
            line(
                f'<bpmn:userTask id="t"><bpmn:multiInstanceLoopCharacteristics isSequential="true"><{EXT}>'
                '<zeebe:loopCharacteristics inputCollection="=items" inputElement="item" outputCollection="results" '
                f'outputElement="=r"/></{EXT}><bpmn:completionCondition xsi:type="bpmn:tFormalExpression">'
                "=numberOfCompletedInstances = 1</bpmn:completionCondition></bpmn:multiInstanceLoopCharacteristics>"
                "</bpmn:userTask>"
            )
        ),
        {"data": {"items": [1, 2]}, "answers": {"t": {"r": "x"}}},
        {"results": ["x", None]},
    ),
    "c7 repetition": (
        camunda7(
            line(
                '<bpmn:serviceTask id="t" camunda:expression="${n + item}" camunda:resultVariable="n">'
                '<bpmn:multiInstanceLoopCharacteristics isSequential="true" camunda:collection="items" '
                'camunda:elementVariable="item"><bpmn:completionCondition xsi:type="bpmn:tFormalExpression">'
                "${nrOfCompletedInstances / nrOfInstances &gt;= 0.5}</bpmn:completionCondition>"
                "</bpmn:multiInstanceLoopCharacteristics></bpmn:serviceTask>"
            )
        ),
        {"data": {"items": [1, 2, 4, 8], "n": 0}},
        {"n": 3},
    ),
    "c7 number of repetitions": (
        camunda7(
            line(
                '<bpmn:serviceTask id="t" camunda:expression="${n + loopCounter}" camunda:resultVariable="n">'
                '<bpmn:multiInstanceLoopCharacteristics isSequential="true"><bpmn:loopCardinality '
                'xsi:type="bpmn:tFormalExpression">${times}</bpmn:loopCardinality>'
                "</bpmn:multiInstanceLoopCharacteristics></bpmn:serviceTask>"
            )
        ),
        {"data": {"times": 3, "n": 0}},
        {"n": 3},
    ),
    "spiff message variable": (
        spiffarena(
            line(
                f'<bpmn:receiveTask id="t" messageRef="m"><{EXT}><spiffworkflow:messageVariable>got'
                f"</spiffworkflow:messageVariable></{EXT}></bpmn:receiveTask>"
            ),
            '<bpmn:message id="m" name="go"/>',
        ),
        {"messages": [{"name": "go", "payload": {"a": 1}}]},
        {"got": {"a": 1}, "a": None},
    ),
    "c8 message": (
        camunda8(
            line(
                f'<bpmn:intermediateCatchEvent id="t"><{EXT}><zeebe:ioMapping><zeebe:output source="=status" target="paid"/>'
                f'</zeebe:ioMapping></{EXT}><bpmn:messageEventDefinition messageRef="m"/></bpmn:intermediateCatchEvent>'
            ),
            f'<bpmn:message id="m" name="paid"><{EXT}><zeebe:subscription correlationKey="=orderId"/></{EXT}></bpmn:message>',
        ),
        {"data": {"orderId": "o1"}, "messages": [{"name": "paid", "key": "o1", "payload": {"status": "ok", "x": 1}}]},
        {"paid": "ok", "status": None, "x": None},
    ),
}


@pytest.mark.parametrize("name", SETS)
def test_sets_the_variables_its_engine_would(name: str) -> None:
    content, scenario, expected = SETS[name]
    rehearsal = played(content, **scenario)
    assert rehearsal.status == "completed", (rehearsal.incidents, [one.message for one in rehearsal.findings])
    assert canonical({key: rehearsal.data.get(key) for key in expected}) == canonical(expected)


# --- calls, decisions, events

CALLEE = camunda7(
    line(
        '<bpmn:scriptTask id="x" scriptFormat="feel" camunda:resultVariable="y"><bpmn:script>if n = null then 0 else n * 2</bpmn:script></bpmn:scriptTask>'
    )
).replace(b'id="p"', b'id="sub"')

CALLS = {
    "c7 nothing passes": (camunda7(line('<bpmn:callActivity id="t" calledElement="sub"/>')), {"y": None}),
    "c7 all": (
        camunda7(
            line(
                f'<bpmn:callActivity id="t" calledElement="sub"><{EXT}><camunda:in variables="all"/>'
                f'<camunda:in businessKey="#{{execution.processBusinessKey}}"/><camunda:out variables="all"/></{EXT}>'
                "</bpmn:callActivity>"
            )
        ),
        {"y": 42},
    ),
    "c7 renamed": (
        camunda7(
            line(
                '<bpmn:callActivity id="t" calledElement="sub" camunda:calledElementBinding="deployment">'
                f'<{EXT}><camunda:in sourceExpression="${{n + 1}}" target="n"/><camunda:out source="y" target="z"/></{EXT}>'
                "</bpmn:callActivity>"
            )
        ),
        {"z": 44, "y": None},
    ),
    "c8 all": (
        camunda8(
            line(f'<bpmn:callActivity id="t"><{EXT}><zeebe:calledElement processId="sub"/></{EXT}></bpmn:callActivity>')
        ),
        {"y": 42},
    ),
    "c8 mapped": (
        camunda8(
            line(
                f'<bpmn:callActivity id="t"><{EXT}><zeebe:calledElement processId="sub" propagateAllChildVariables="false" '
                'propagateAllParentVariables="false"/><zeebe:ioMapping><zeebe:input source="=n + 1" target="n"/>'
                f'<zeebe:output source="=y" target="z"/></zeebe:ioMapping></{EXT}></bpmn:callActivity>'
            )
        ),
        {"z": 44, "y": None, "n": 21},
    ),
    "plain": (
        camunda7(line('<bpmn:callActivity id="t" calledElement="sub"/>'))
        .replace(b"camunda", b"c")
        .replace(b"Camunda", b"C"),
        {"y": 42},
    ),
    "flowable inherits": (
        flowable(
            line(
                '<callActivity id="t" calledElement="sub" flowable:inheritVariables="true"><extensionElements><flowable:out source="y" target="z"/></extensionElements></callActivity>',
                prefix="",
            )
        ),
        {"z": 42, "y": None},
    ),
}


@pytest.mark.parametrize("name", CALLS)
def test_passes_to_a_called_process_what_its_engine_would(name: str) -> None:
    content, expected = CALLS[name]
    rehearsal = played(content, {"sub.bpmn": CALLEE}, data={"n": 21})
    assert rehearsal.status == "completed", (rehearsal.incidents, [one.message for one in rehearsal.findings])
    assert canonical({key: rehearsal.data.get(key) for key in expected}) == canonical(expected)


DMN = b"""<definitions xmlns="https://www.omg.org/spec/DMN/20191111/MODEL/" id="d" name="d" namespace="x">
<decision id="rate" name="Rate"><decisionTable id="t" hitPolicy="COLLECT">
<input id="i"><inputExpression id="ie"><text>n</text></inputExpression></input><output id="o" name="rate"/>
<rule id="r1"><inputEntry id="a"><text>&gt; 1</text></inputEntry><outputEntry id="b"><text>10</text></outputEntry></rule>
<rule id="r2"><inputEntry id="c"><text>&gt; 2</text></inputEntry><outputEntry id="e"><text>20</text></outputEntry></rule>
</decisionTable></decision></definitions>"""


@pytest.mark.parametrize(
    ("shape", "expected"),
    [
        ("", [{"rate": 10}, {"rate": 20}]),
        ('camunda:mapDecisionResult="resultList"', [{"rate": 10}, {"rate": 20}]),
        ('camunda:mapDecisionResult="collectEntries"', [10, 20]),
        ('camunda:mapDecisionResult="singleResult"', {"rate": 10}),
        ('camunda:mapDecisionResult="singleEntry"', 10),
    ],
)
def test_decisions_of_camunda_7_come_in_their_shape(shape: str, expected: object) -> None:
    task = f'<bpmn:businessRuleTask id="t" camunda:decisionRef="rate" camunda:resultVariable="r" {shape}/>'
    rehearsal = played(camunda7(line(task)), {"d.dmn": DMN}, data={"n": 3})
    assert canonical(rehearsal.data["r"]) == canonical(expected)


def test_decisions_of_camunda_8() -> None:
    task = f'<bpmn:businessRuleTask id="t"><{EXT}><zeebe:calledDecision decisionId="rate" resultVariable="r"/></{EXT}></bpmn:businessRuleTask>'
    rehearsal = played(camunda8(line(task)), {"d.dmn": DMN}, data={"n": 3})
    assert canonical(rehearsal.data["r"]) == "[10,20]"


def test_the_code_of_an_error_becomes_a_variable() -> None:
    body = (
        line('<bpmn:serviceTask id="t" camunda:type="external" camunda:topic="x"/>')
        + '<bpmn:boundaryEvent id="b" attachedToRef="t"><bpmn:errorEventDefinition errorRef="er" '
        'camunda:errorCodeVariable="code" camunda:errorMessageVariable="msg"/></bpmn:boundaryEvent>'
        '<bpmn:endEvent id="bad"/><bpmn:sequenceFlow id="fb" sourceRef="b" targetRef="bad"/>'
    )
    content = camunda7(body, '<bpmn:error id="er" name="E" errorCode="E1" camunda:errorMessage="x"/>')
    rehearsal = played(content, services={"t": {"error": "E1"}})
    assert (rehearsal.end, rehearsal.data["code"]) == (["bad"], "E1")


@pytest.mark.parametrize(
    ("shell", "text"),
    [
        (camunda7, "${wait}"),
        (camunda7, "PT${hours}H"),
        (camunda7, "PT4H"),
        (camunda8, "=duration(wait)"),
        (camunda8, "PT4H"),
        (spiffarena, "timedelta(hours=4)"),
        (spiffarena, '"PT4H"'),
    ],
)
def test_timers_of_every_tool(shell: Any, text: str) -> None:
    event = (
        '<bpmn:intermediateCatchEvent id="t"><bpmn:timerEventDefinition><bpmn:timeDuration '
        f'xsi:type="bpmn:tFormalExpression">{text}</bpmn:timeDuration></bpmn:timerEventDefinition></bpmn:intermediateCatchEvent>'
    )
    rehearsal = played(shell(line(event)), data={"wait": "PT4H", "hours": 4})
    due = [step["due"] for step in rehearsal.trace if step["event"] == "timer"]
    assert due == ["2026-01-05T13:00:00Z"], [one.message for one in rehearsal.findings]


@pytest.mark.parametrize(
    ("content", "told"),
    [
        (
            camunda7(
                line('<bpmn:scriptTask id="t" scriptFormat="groovy"><bpmn:script>x = 1</bpmn:script></bpmn:scriptTask>')
            ),
            "groovy",
        ),
        (
            camunda7(
                line('<bpmn:scriptTask id="t" scriptFormat="javascript"><bpmn:script>x</bpmn:script></bpmn:scriptTask>')
            ),
            "javascript",
        ),
        (camunda7(line('<bpmn:scriptTask id="t" scriptFormat="groovy" camunda:resource="a.groovy"/>')), "a.groovy"),
        (camunda7(line('<bpmn:businessRuleTask id="t" camunda:decisionRef="${which}"/>')), "chosen by an expression"),
        (
            camunda7(
                line(
                    f'<bpmn:serviceTask id="t" camunda:class="x"><{EXT}><camunda:inputOutput><camunda:inputParameter name="a">'
                    '<camunda:script scriptFormat="groovy">1</camunda:script></camunda:inputParameter></camunda:inputOutput>'
                    f"</{EXT}></bpmn:serviceTask>"
                )
            ),
            "a script in groovy",
        ),
    ],
)
def test_what_cannot_be_read_and_changes_what_runs_is_refused(content: bytes, told: str) -> None:
    rehearsal = played(content)
    assert rehearsal.status == "refused"
    found = [one for one in rehearsal.findings if one.severity == "error" and told in one.message]
    assert found
    assert found[0].remedy


def test_a_form_in_json_schema_asks_what_it_says() -> None:
    named = '<spiffworkflow:property name="{}" value="{}"/>'
    files = named.format("formJsonSchemaFilename", "a-schema.json") + named.format("formUiSchemaFilename", "a-ui.json")
    task = f'<bpmn:userTask id="t"><{EXT}><spiffworkflow:properties>{files}</spiffworkflow:properties></{EXT}></bpmn:userTask>'
    beside = {
        "a-schema.json": b'{"properties": {"n": {"type": "integer", "maximum": 3}, "w": {"type": "string"}}, "required": ["n"]}',
        "a-ui.json": b'{"w": {"ui:widget": "hidden"}}',
    }
    assert canonical(played(spiffarena(line(task)), beside, answers={"t": {"n": 3}}).data) == '{"n":3}'
    for wrong in ({"n": 4}, {"w": "x"}):
        assert played(spiffarena(line(task)), beside, answers={"t": wrong}).status != "completed"
    spoiled = {**beside, "a-schema.json": b'{"properties": {}, "if": {}}'}
    rehearsal = played(spiffarena(line(task)), spoiled)
    assert [(one.file, "“if” of JSON Schema" in one.message) for one in rehearsal.unreadable] == [
        ("a-schema.json", True)
    ]


def of_flowable(kind: str, **fields: str) -> bytes:
    held = "".join(
        f'<flowable:field name="{name}"><flowable:string><![CDATA[{text}]]></flowable:string></flowable:field>'
        for name, text in fields.items()
    )
    held = f"<extensionElements>{held}</extensionElements>"
    return flowable(line(f'<serviceTask id="t" flowable:type="{kind}">{held}</serviceTask>', prefix=""))


def calls(content: bytes) -> tuple[str, dict[str, str], list[str]]:
    """The operation of the task, its parameters, and what is not read."""
    diagram = read_diagram(content, "p.bpmn")
    task = diagram.find("t")
    assert isinstance(task, ServiceTask)
    assert task.operation
    left = [note.name.partition(" ")[2] for note in diagram.notes if note.outcome is Outcome.OPEN]
    return task.operation.id, dict(task.operation.parameters), left


def test_a_decision_task_of_flowable_decides() -> None:
    rehearsal = played(of_flowable("dmn", decisionTableReferenceKey="rate"), {"d.dmn": DMN}, data={"n": 3})
    assert canonical(rehearsal.data["rate"]) == "[10,20]"
    chosen = played(of_flowable("dmn", decisionTableReferenceKey="${which}"), {"d.dmn": DMN})
    assert chosen.status == "refused"


def test_a_mail_task_of_flowable_sends_a_mail() -> None:
    assert calls(of_flowable("mail", to="a@example.org, b@example.org", subject="Nr ${n}", text="Hi", cc="c")) == (
        "mail/send",
        {"to": '=["a@example.org", "b@example.org"]', "subject": '=string join(["Nr ", string(n)])', "text": '="Hi"'},
        ["cc"],
    )
    assert calls(of_flowable("mail", to="${who}", html="<b>Hi</b>"))[1:] == (
        {"to": "=who", "text": '="<b>Hi</b>"'},
        ["html"],
    )


def test_a_web_task_of_flowable_calls_and_keeps_the_body() -> None:
    told = {"requestMethod": "PUT", "requestUrl": "https://x.example/${n}", "requestHeaders": "Accept: a/b\nX: y:z"}
    content = of_flowable("http", **told, requestBody="${order}", responseVariableName="got", ignoreException="true")
    assert calls(content) == (
        "http/request",
        {
            "url": '=string join(["https://x.example/", string(n)])',
            "method": '="PUT"',
            "body": "=order",
            "headers": '={"Accept": "a/b", "X": "y:z"}',
        },
        ["ignoreException"],
    )
    answer = {"t": {"data": {"status": 200, "headers": {}, "body": {"a": 1}}}}
    rehearsal = played(content, data={"n": 1, "order": {}}, services=answer)
    assert canonical(rehearsal.data["got"]) == '{"a":1}'
    assert "body" not in rehearsal.data


def test_what_means_nothing_here_is_remarked() -> None:
    call = '<bpmn:callActivity id="t" calledElement="sub" camunda:calledElementTenantId="north"/>'
    form = '<zeebe:formDefinition formId="f" bindingType="versionTag" versionTag="1"/>'
    rate = '<zeebe:calledDecision decisionId="d" resultVariable="r" bindingType="deployment"/>'
    local = 'flowable:expression="${a}" flowable:resultVariable="r" flowable:useLocalScopeForResultVariable="true"'
    contents = [
        camunda7(line(call)),
        camunda8(line(f'<bpmn:userTask id="t"><{EXT}>{form}</{EXT}></bpmn:userTask>')),
        camunda8(line(f'<bpmn:businessRuleTask id="t"><{EXT}>{rate}</{EXT}></bpmn:businessRuleTask>')),
        flowable(line(f'<serviceTask id="t" {local}/>', prefix="")),
    ]
    told = [[n.name for n in read_diagram(one, "p.bpmn").notes if n.outcome is Outcome.UNUSED] for one in contents]
    wanted = ["calledElementTenantId", "formDefinition bindingType", "calledDecision bindingType", "useLocalScope"]
    assert [any(want in name for name in names) for want, names in zip(wanted, told, strict=True)] == [True] * 4


def test_operaton_is_read_as_camunda_is() -> None:
    content = camunda7(line('<bpmn:serviceTask id="t" camunda:type="external" camunda:topic="pay"/>'))
    renamed = content.replace(b'xmlns:camunda="http://camunda.org/', b'xmlns:operaton="http://operaton.org/')
    assert calls(renamed.replace(b" camunda:", b" operaton:")) == calls(content) == ("pay", {}, [])


def test_cells_of_decision_tables_may_call_the_value_by_a_name() -> None:
    task = '<bpmn:businessRuleTask id="t" camunda:decisionRef="rate" camunda:resultVariable="r"/>'
    for attribute, name in ((' c:inputVariable="seats taken"', b"seats taken"), ("", b"cellInput")):
        column = f'<input id="i" xmlns:c="http://camunda.org/schema/1.0/dmn"{attribute}>'
        cell = b"<text>" + name + b" &gt; n - 1 and n = " + name + b"</text>"
        named = DMN.replace(b'<input id="i">', column.encode()).replace(b"<text>&gt; 1</text>", cell)
        rehearsal = played(camunda7(line(task)), {"d.dmn": named}, data={"n": 3})
        assert canonical(rehearsal.data["r"]) == '[{"rate":10},{"rate":20}]', rehearsal.findings


EACH = (
    '<multiInstanceLoopCharacteristics isSequential="true" flowable:collection="items" flowable:elementVariable="item"'
)


def test_what_repetitions_of_flowable_give_is_gathered() -> None:
    gathered = (
        '<extensionElements><flowable:variableAggregation target="reviews"><variable source="ok"/>'
        '<variable sourceExpression="${item}" target="of"/></flowable:variableAggregation></extensionElements>'
    )
    task = f'<userTask id="t">{EACH}>{gathered}</multiInstanceLoopCharacteristics></userTask>'
    answers = {"t": [{"ok": True}, {"ok": False}]}
    rehearsal = played(flowable(line(task, prefix="")), data={"items": ["a", "b"]}, answers=answers)
    assert rehearsal.data["reviews"] == [{"ok": True, "of": "a"}, {"ok": False, "of": "b"}]


def test_repetitions_of_flowable_are_counted_from_0() -> None:
    gathered = (
        '<extensionElements><flowable:variableAggregation target="numbers"><variable source="index"/>'
        '<variable source="loopCounter"/></flowable:variableAggregation></extensionElements>'
    )
    task = f'<userTask id="t">{EACH} flowable:elementIndexVariable="index">{gathered}'
    rehearsal = played(
        flowable(line(f"{task}</multiInstanceLoopCharacteristics></userTask>", prefix="")), data={"items": ["a", "b"]}
    )
    assert rehearsal.data["numbers"] == [{"index": 0, "loopCounter": 0}, {"index": 1, "loopCounter": 1}]


NAMED_CALLS = {
    "camunda 7": camunda7(
        line('<bpmn:callActivity id="c" calledElement="${kind}_process" camunda:asyncBefore="true"/>')
    ),
    "no extensions": flowable(line('<callActivity id="c" calledElement="${kind}_process"/>', prefix="")),
    "camunda 8": camunda8(
        line(
            f'<bpmn:callActivity id="c"><{EXT}><zeebe:calledElement processId="=kind + &quot;_process&quot;"/></{EXT}>'
            "</bpmn:callActivity>"
        )
    ),
}


@pytest.mark.parametrize("name", NAMED_CALLS)
def test_an_expression_names_the_process_that_is_called(name: str) -> None:
    called = {
        f"{kind}.bpmn": flowable(line(f'<task id="in_{kind}"/>', prefix="")).replace(
            b'id="p"', f'id="{kind}_process"'.encode()
        )
        for kind in ("red", "blue")
    }
    rehearsal = played(NAMED_CALLS[name], called, data={"kind": "blue"})
    assert (rehearsal.status, "in_blue" in rehearsal.path, "in_red" in rehearsal.path) == ("completed", True, False)
    lost = played(NAMED_CALLS[name], called, data={"kind": "green"})
    assert (lost.status, lost.incidents[0]["code"]) == ("failed", "call")
    nothing = played(
        flowable(line('<callActivity id="c" calledElement="${kind}"/>', prefix="")), called, data={"kind": None}
    )
    assert (nothing.status, nothing.incidents[0]["code"]) == ("failed", "called_unknown")


CARRIED = (
    '<bpmn:{kind} id="x" name="x" {kind}Code="1"><bpmn:extensionElements><spiffworkflow:payloadExpression>payload'
    "</spiffworkflow:payloadExpression><spiffworkflow:variableName>result</spiffworkflow:variableName>"
    "</bpmn:extensionElements></bpmn:{kind}>"
)


@pytest.mark.parametrize("kind", ["error", "escalation", "signal"])
def test_what_an_event_of_spiffarena_brings_is_one_variable(kind: str) -> None:
    definition = f'<bpmn:{kind}EventDefinition {kind}Ref="x"/>'
    inside = (
        f'<bpmn:startEvent id="i"/><bpmn:endEvent id="o">{definition}</bpmn:endEvent>'
        '<bpmn:sequenceFlow id="fi" sourceRef="i" targetRef="o"/>'
    )
    body = line(f'<bpmn:subProcess id="sub">{inside}</bpmn:subProcess>')
    body += f'<bpmn:boundaryEvent id="b" attachedToRef="sub">{definition}</bpmn:boundaryEvent><bpmn:endEvent id="e2"/>'
    body += '<bpmn:sequenceFlow id="fb" sourceRef="b" targetRef="e2"/>'
    rehearsal = played(spiffarena(body, CARRIED.format(kind=kind)), data={"payload": {"n": 1}})
    assert (rehearsal.end, rehearsal.data["result"]) == (["e2"], {"n": 1})


@pytest.mark.parametrize("script", ["x = {'a': 'b'}['a']", "x = ''.join([c for c in 'b'])\ny = 1"])
def test_a_script_of_assignments_that_is_only_python_is_python(script: str) -> None:
    task = f'<bpmn:scriptTask id="t"><bpmn:script>{script}</bpmn:script></bpmn:scriptTask>'
    assert played(spiffarena(line(task))).data["x"] == "b"


def test_the_number_of_a_repetition_of_camunda_8_can_be_gathered() -> None:
    repeated = (
        f'<bpmn:multiInstanceLoopCharacteristics><{EXT}><zeebe:loopCharacteristics inputCollection="=items" '
        f'outputCollection="numbers" outputElement="=loopCounter"/></{EXT}></bpmn:multiInstanceLoopCharacteristics>'
    )
    rehearsal = played(camunda8(line(f'<bpmn:userTask id="t">{repeated}</bpmn:userTask>')), data={"items": ["a", "b"]})
    assert rehearsal.data["numbers"] == [1, 2]


@pytest.mark.parametrize("name", ["=&quot;go&quot;", "=&quot;g&quot; + kind"])
def test_a_signal_of_camunda_8_has_the_name_that_its_expression_gives(name: str) -> None:
    wait = (
        '<bpmn:intermediateCatchEvent id="t"><bpmn:signalEventDefinition signalRef="x"/></bpmn:intermediateCatchEvent>'
    )
    content = camunda8(line(wait), f'<bpmn:signal id="x" name="{name}"/>')
    assert played(content, data={"kind": "o"}, signals=[{"name": "go", "payload": {}}]).status == "completed"
    assert played(content, data={"kind": "o"}, signals=[{"name": "g", "payload": {}}]).status == "waiting"


@pytest.mark.parametrize(
    ("kind", "value", "given", "begins"),
    [
        ("string", "new", {}, "new"),
        ("int", "5", {}, 5),
        ("boolean", "true", {}, True),
        ("string", "new", {"d": "old"}, "old"),
    ],
)
def test_a_data_object_of_flowable_begins_with_its_value(
    kind: str, value: str, given: dict[str, Any], begins: object
) -> None:
    held = (
        f'<dataObject id="o" name="d" itemSubjectRef="xsd:{kind}"><extensionElements>'
        f"<flowable:value>{value}</flowable:value></extensionElements></dataObject>"
    )
    assert played(flowable(held + line('<task id="t"/>', prefix="")), data=given).data["d"] == begins


@pytest.mark.parametrize("kind", ["message", "signal"])
def test_names_that_are_expressions_are_read_whoever_wrote_them(kind: str) -> None:
    event = '<{0} id="{1}"><{2}EventDefinition {2}Ref="x"/></{0}>'
    wait, throw = event.format("intermediateCatchEvent", "t", kind), event.format("intermediateThrowEvent", "w", kind)
    named = f'<{kind} id="x" name="order-${{n}}"/>'

    def drawn(inside: str) -> bytes:
        return flowable(inside).replace(b"<process", f"{named}<process".encode())

    heard = {f"{kind}s": [{"name": "order-7", "payload": {}}]}
    assert played(drawn(line(wait, prefix="")), data={"n": "7"}, **heard).status == "completed"
    assert played(drawn(line(wait, prefix="")), data={"n": "8"}, **heard).status == "waiting"
    told = played(drawn(line(throw, prefix="")), data={"n": "7"})
    assert [step["name"] for step in told.trace if step["event"] in ("message", "signal") and "name" in step] == [
        "order-7"
    ]
    begins = drawn(
        line('<task id="t"/>', prefix="").replace('<startEvent id="s" />', event.format("startEvent", "s", kind))
    )
    assert played(begins).status == "refused"


@pytest.mark.parametrize(
    ("inside", "items", "results"),
    [("", [2, 3], [9, 9]), (' spiffworkflow:scriptsOnInstances="true"', [1, 2], [10, 10])],
)
def test_scripts_of_spiffarena_stand_around_all_repetitions_or_each(
    inside: str, items: list[int], results: list[int]
) -> None:
    before, after = "item += 1", "result -= 0"
    if not inside:
        before, after = "items = [v + 1 for v in items]", "results = [v - 1 for v in results]"
    repeated = (
        f'<bpmn:userTask id="t"><{EXT}><spiffworkflow:preScript>{before}</spiffworkflow:preScript>'
        f"<spiffworkflow:postScript>{after}</spiffworkflow:postScript></{EXT}>"
        f"<bpmn:multiInstanceLoopCharacteristics{inside}><bpmn:loopDataInputRef>items</bpmn:loopDataInputRef>"
        '<bpmn:loopDataOutputRef>results</bpmn:loopDataOutputRef><bpmn:inputDataItem id="item"/>'
        '<bpmn:outputDataItem id="result"/></bpmn:multiInstanceLoopCharacteristics></bpmn:userTask>'
    )
    rehearsal = played(spiffarena(line(repeated)), data={"items": [1, 2]}, answers={"t": {"result": 10}})
    assert (rehearsal.data["items"], rehearsal.data["results"]) == (items, results)


def flow(identity: str, source: str, target: str) -> str:
    """A sequence flow, where BPMN is the default name space."""
    return f'<sequenceFlow id="{identity}" sourceRef="{source}" targetRef="{target}"/>'


def test_an_event_sub_process_waits_for_the_signal_that_an_expression_names() -> None:
    begun = '<startEvent id="vs"><signalEventDefinition signalRef="x"/></startEvent><endEvent id="ve"/>'
    inside = f'<subProcess id="v" triggeredByEvent="true">{begun}{flow("vf", "vs", "ve")}</subProcess>'
    content = flowable(line('<userTask id="t"/>', prefix="") + inside).replace(
        b"<process", b'<signal id="x" name="stop-${n}"/><process'
    )
    rehearsal = played(content, data={"n": "7"}, answers={"t": None}, signals=[{"name": "stop-7", "payload": {}}])
    assert list(rehearsal.end) == ["ve"]


def test_an_activation_condition_may_be_juel() -> None:
    gates = '<parallelGateway id="g"/><task id="a"/><task id="b"/><complexGateway id="j"><activationCondition>'
    gates += "${activationCount &gt;= 2}</activationCondition></complexGateway>"
    pairs = (("s", "g"), ("g", "a"), ("g", "b"), ("a", "j"), ("b", "j"), ("j", "e"))
    flows = "".join(flow(f"f{number}", *pair) for number, pair in enumerate(pairs))
    rehearsal = played(flowable(f'<startEvent id="s"/>{gates}<endEvent id="e"/>{flows}'))
    assert list(rehearsal.path) == ["s", "g", "a", "b", "j", "e"]


@pytest.mark.parametrize(
    ("collection", "item"),
    [("given", '<inputDataItem id="i" name="one"/>'), ("items", '<inputDataItem id="one"/>')],
)
def test_a_repetition_names_its_data_as_the_standard_does(collection: str, item: str) -> None:
    held = '<dataObject id="given" name="items" isCollection="true"/>'
    loop = f"<loopDataInputRef>{collection}</loopDataInputRef><loopDataOutputRef>found</loopDataOutputRef>{item}"
    loop += '<outputDataItem id="o" name="twice"/>'
    repeated = f'<scriptTask id="t"><script>twice = one * 2</script><multiInstanceLoopCharacteristics>{loop}'
    content = flowable(held + line(f"{repeated}</multiInstanceLoopCharacteristics></scriptTask>", prefix=""))
    assert played(content, data={"items": [1, 2]}).data["found"] == [2, 4]


@pytest.mark.parametrize(
    ("moment", "at"),
    [
        ("${dateTime().plusDays(2).toDate()}", "2026-01-07T09:00:00Z"),
        ("${now().plusMonths(n).minusHours(1)}", "2026-04-05T08:00:00Z"),
    ],
)
def test_moments_of_camunda_7_are_reckoned(moment: str, at: str) -> None:
    timer = f'<timerEventDefinition><timeDate xsi:type="tFormalExpression">{moment}</timeDate></timerEventDefinition>'
    wait = f'<intermediateCatchEvent id="t">{timer}</intermediateCatchEvent>'
    rehearsal = played(flowable(line(wait, prefix="")), data={"n": 3})
    assert [told["at"] for told in rehearsal.trace if told["event"] == "fired"] == [at]
