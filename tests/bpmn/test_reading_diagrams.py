import pytest

from bpmn.assignment import slug
from bpmn.diagram import (
    Bounds,
    BusinessRuleTask,
    CallActivity,
    Event,
    Gateway,
    LinkDefinition,
    MessageTask,
    ReferenceDefinition,
    ScriptTask,
    ServiceTask,
    SubProcess,
    TimerDefinition,
    UserTask,
)
from bpmn.documents import DEPTH, ELEMENTS, SIZE
from bpmn.errors import DiagramUnreadable
from bpmn.reading import read_diagram
from tests.bpmn.drawing import definitions, extended, process


def read(inner, paths="", **more):
    return read_diagram(definitions(process(inner, paths, **more)), "x.bpmn")


def refused(content):
    with pytest.raises(DiagramUnreadable) as caught:
        read_diagram(content, "x.bpmn")
    return caught.value


def test_tasks_of_every_kind_are_typed():
    diagram = read(
        f'<userTask id="u" name=" Ask  him ">{extended(formRef="ask", assignPerson="=caller")}</userTask>'
        '<manualTask id="m"/>'
        '<scriptTask id="sc" scriptFormat="FEEL"><script>a = 1\n b = 2</script></scriptTask>'
        '<serviceTask id="sv"><extensionElements><spiffworkflow:serviceTaskOperator id="notice/send" '
        'resultVariable="r">'
        '<spiffworkflow:parameters><spiffworkflow:parameter id="to" type="str" value="caller"/>'
        "</spiffworkflow:parameters></spiffworkflow:serviceTaskOperator></extensionElements></serviceTask>"
        '<businessRuleTask id="b"><extensionElements>'
        "<spiffworkflow:calledDecisionId>prio</spiffworkflow:calledDecisionId>"
        "</extensionElements></businessRuleTask>"
        '<callActivity id="c" calledElement="x:other"/><sendTask id="se" messageRef="m1"/><receiveTask id="re"/>'
    )
    user = diagram.element("u")
    assert isinstance(user, UserTask)
    assert (user.form, user.properties["assignPerson"], user.title) == ("ask", "=caller", "Ask him")
    assert isinstance(diagram.element("m"), UserTask)
    script = diagram.element("sc")
    assert isinstance(script, ScriptTask)
    assert (script.script, script.script_format) == ("a = 1\n b = 2", "FEEL")
    service = diagram.element("sv")
    assert isinstance(service, ServiceTask)
    assert service.operation is not None
    assert (service.operation.id, service.operation.parameters, service.operation.result_variable) == (
        "notice/send",
        {"to": "caller"},
        "r",
    )
    rules, call, send = diagram.element("b"), diagram.element("c"), diagram.element("se")
    assert isinstance(rules, BusinessRuleTask)
    assert rules.decision_id == "prio"
    assert isinstance(call, CallActivity)
    assert call.called_element == "other"
    assert isinstance(send, MessageTask)
    assert (send.message_id, send.message_name) == ("m1", None)


def test_events_carry_their_definitions():
    outside = (
        '<message id="m1" name="incident.closed"/><error id="er" name="Broken" errorCode="E1"/>'
        '<escalation id="es" name="Late" escalationCode="L"/><signal id="sg" name="All"/>'
    )
    inner = (
        '<task id="t"/><boundaryEvent id="b" attachedToRef="t" cancelActivity="false"><timerEventDefinition>'
        "<timeCycle>R3/PT1H</timeCycle></timerEventDefinition></boundaryEvent>"
        '<intermediateCatchEvent id="m"><messageEventDefinition messageRef="tns:m1"/></intermediateCatchEvent>'
        '<endEvent id="x"><errorEventDefinition errorRef="er"/></endEvent>'
        '<endEvent id="y"><escalationEventDefinition escalationRef="es"/></endEvent>'
        '<endEvent id="z"><signalEventDefinition signalRef="sg"/></endEvent>'
        '<endEvent id="w"><terminateEventDefinition/></endEvent>'
        '<intermediateThrowEvent id="l"><linkEventDefinition name="A"/></intermediateThrowEvent>'
        '<intermediateCatchEvent id="d"><timerEventDefinition><timeDate>=due</timeDate>'
        "<timeDuration>PT1H</timeDuration>"
        "</timerEventDefinition></intermediateCatchEvent>"
    )
    diagram = read_diagram(definitions(outside + process(inner)), "x.bpmn")

    def definition(element_id):
        event = diagram.element(element_id)
        assert isinstance(event, Event)
        return event.definition

    boundary = diagram.element("b")
    assert isinstance(boundary, Event)
    assert (boundary.attached_to, boundary.interrupting, boundary.catches) == ("t", False, True)
    assert definition("b") == TimerDefinition(kind="timer", timing="cycle", text="R3/PT1H")
    assert definition("d") == TimerDefinition(kind="timer", timing="date", text="=due", several=True)
    assert definition("m") == ReferenceDefinition(kind="message", ref="m1", name="incident.closed")
    assert definition("x") == ReferenceDefinition(kind="error", ref="er", name="Broken", code="E1")
    assert definition("y") == ReferenceDefinition(kind="escalation", ref="es", name="Late", code="L")
    assert definition("z") == ReferenceDefinition(kind="signal", ref="sg", name="All")
    assert definition("w").kind == "terminate"
    assert definition("l") == LinkDefinition(kind="link", name="A")
    assert definition("s") is None
    assert [named.name for named in (*diagram.messages, *diagram.errors)] == ["incident.closed", "Broken"]


def test_repetition_is_read():
    diagram = read(
        '<task id="a"><standardLoopCharacteristics testBefore="true" loopMaximum="3"><loopCondition>=x</loopCondition>'
        "</standardLoopCharacteristics></task>"
        '<task id="b"><multiInstanceLoopCharacteristics isSequential="true"><loopCardinality>=3</loopCardinality>'
        "<completionCondition>=done</completionCondition></multiInstanceLoopCharacteristics></task>"
        '<task id="c"><multiInstanceLoopCharacteristics><loopDataInputRef>items</loopDataInputRef>'
        '<inputDataItem id="item" name="item"/></multiInstanceLoopCharacteristics></task>'
    )
    loops = [diagram.element(identity).loop for identity in "abc"]
    assert [loop.kind for loop in loops] == ["standard", "sequential", "parallel"]
    assert (loops[0].condition, loops[0].maximum, loops[0].test_before) == ("=x", "3", True)
    assert (loops[1].cardinality, loops[1].condition) == ("=3", "=done")
    assert (loops[2].collection, loops[2].item) == ("items", "item")
    assert diagram.dangling == ()


def test_scopes_and_lanes_reach_inside():
    diagram = read(
        "<laneSet><lane id='l1' name='Service desk'><flowNodeRef>sub</flowNodeRef><flowNodeRef>t</flowNodeRef>"
        f"<childLaneSet><lane id='l2' name='Näher dran'>{extended(role='inner')}<flowNodeRef>t</flowNodeRef></lane>"
        "</childLaneSet></lane></laneSet>"
        '<task id="t"/><subProcess id="sub"><task id="i"/>'
        '<subProcess id="deep"><task id="j"/></subProcess></subProcess>'
        '<boundaryEvent id="b" attachedToRef="t"/>'
    )
    found = {element.id: (element.scope_id, element.lane_id) for element in diagram.processes[0].elements}
    assert found == {
        "s": ("p", None),
        "e": ("p", None),
        "t": ("p", "l2"),
        "sub": ("p", "l1"),
        "i": ("sub", "l1"),
        "deep": ("sub", "l1"),
        "j": ("deep", "l1"),
        "b": ("p", "l2"),
    }
    roles = [(lane.role, lane.parent_id) for lane in diagram.processes[0].lanes]
    assert roles == [("service_desk", None), ("inner", "l1")]
    assert diagram.role_of(diagram.element("j")) == "service_desk"
    assert diagram.role_of(diagram.element("s")) is None
    assert list(diagram.processes[0].scopes()) == ["p", "sub", "deep"]
    sub = diagram.element("sub")
    assert isinstance(sub, SubProcess)
    assert not sub.triggered_by_event
    assert slug("Näher  dran!") == "naher_dran"


def test_flows_without_id_get_the_same_id_every_time():
    content = definitions(
        process(
            '<task id="t"/><sequenceFlow sourceRef="s" targetRef="t"/><sequenceFlow sourceRef="s" targetRef="t"/>'
            '<sequenceFlow id="Flow_t_e" sourceRef="t" targetRef="e"/><sequenceFlow sourceRef="t" targetRef="e"/>'
        )
    )
    first, second = read_diagram(content, "x"), read_diagram(content, "x")
    assert list(first.flows) == ["Flow_s_t", "Flow_s_t_2", "Flow_t_e", "Flow_t_e_2"]
    assert [flow.id_given for flow in first.flows.values()] == [True, True, False, True]
    assert first == second
    assert first.content == content
    assert first.element("s").outgoing == ("Flow_s_t", "Flow_s_t_2")
    assert first.element("t").incoming == ("Flow_s_t", "Flow_s_t_2")


def test_conditions_defaults_and_pictures():
    diagram = read(
        '<exclusiveGateway id="g" default="g_e"/>'
        '<sequenceFlow id="g_t" sourceRef="g" targetRef="e"><conditionExpression xsi:type="tFormalExpression" '
        'language="FEEL"> =a &gt; 1 </conditionExpression></sequenceFlow>',
        "s>g>e",
    )
    gateway = diagram.element("g")
    assert isinstance(gateway, Gateway)
    assert gateway.default == "g_e"
    assert gateway.bounds == Bounds(x=1, y=2, width=3, height=4)
    assert (diagram.flows["g_t"].condition, diagram.flows["g_t"].condition_language) == ("=a > 1", "FEEL")
    assert diagram.flows["g_e"].condition is None
    assert diagram.flows["g_e"].waypoints == ((1, 2), (3, 4))
    bare = read_diagram(definitions(process(""), picture=False), "x")
    assert bare.element("s").bounds is None


def test_pools_messages_data_and_documentation():
    outside = (
        '<collaboration id="c"><participant id="pp" name="Us" processRef="p"/><participant id="qq" name="They"/>'
        '<messageFlow id="mf" name="asks" sourceRef="qq" targetRef="s"/></collaboration>'
    )
    inner = (
        f"<documentation>What it is for.</documentation>{extended(numberPrefix='INC')}"
        '<dataObject id="do"/><dataObjectReference id="dr" name="Log" dataObjectRef="do"/>'
        '<task id="t"><documentation> One. </documentation><documentation>Two.</documentation></task>'
        '<choreographyTask id="ch"/>'
    )
    diagram = read_diagram(definitions(outside + process(inner)), "x")
    assert [(pool.name, pool.process_id) for pool in diagram.participants] == [("Us", "p"), ("They", None)]
    assert [(flow.source, flow.target) for flow in diagram.message_flows] == [("qq", "s")]
    only = diagram.processes[0]
    assert (only.executable, only.documentation, only.properties) == (True, "What it is for.", {"numberPrefix": "INC"})
    assert [(data.kind, data.name, data.refers_to) for data in only.data_objects] == [
        ("dataObject", "", None),
        ("dataObjectReference", "Log", "do"),
    ]
    assert diagram.element("t").documentation == "One.\n\nTwo."
    assert [part.kind for part in only.unread] == ["choreographyTask"]


def test_comments_inside_texts_are_left_out():
    diagram = read('<scriptTask id="t"><script>a = <!-- not this -->1</script></scriptTask>')
    script = diagram.element("t")
    assert isinstance(script, ScriptTask)
    assert script.script == "a = 1"


def test_extensions_of_others_are_named():
    diagram = read(
        '<userTask id="u" xmlns:drools="http://www.jboss.org/drools" drools:taskName="x">'
        "<extensionElements><drools:metaData/></extensionElements></userTask>"
    )
    assert [note.name for note in diagram.notes] == ["drools:metaData, drools:taskName"]


@pytest.mark.parametrize("encoding", ["utf-16", "utf-16-le", "utf-8-sig", "utf-8", "iso-8859-1"])
def test_encodings(encoding):
    declared = {"utf-16-le": "utf-16", "utf-8-sig": "utf-8"}.get(encoding, encoding)
    body = definitions(process('<task id="t" name="Prüfen"/>')).decode()
    text = f'<?xml version="1.0" encoding="{declared}"?>{body}'
    content = b"\xff\xfe" + text.encode(encoding) if encoding == "utf-16-le" else text.encode(encoding)
    diagram = read_diagram(content, "x")
    assert diagram.element("t").name == "Prüfen"
    assert diagram.content == content


def test_duplicates_and_dangling_references_are_kept_for_the_rules():
    diagram = read('<task id="t"/>\n<task id="t"/><sequenceFlow id="f" sourceRef="t" targetRef="gone"/>')
    assert diagram.duplicates == (("t", 2),)
    assert [(one.element_id, one.where, one.target) for one in diagram.dangling] == [("f", "targetRef", "gone")]


BOMB = '<!DOCTYPE a [<!ENTITY a "aaaaaaaaaa">' + "".join(
    f'<!ENTITY {chr(98 + n)} "{("&" + chr(97 + n) + ";") * 10}">' for n in range(9)
)


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (b"", "empty"),
        (b" \n ", "empty"),
        (b"hello", "not_xml"),
        (b"\x00\x01\x02", "not_xml"),
        (b"<definitions", "not_xml"),
        (b'<?xml version="1.0" encoding="utf-99"?><a/>', "encoding"),
        (b"<a>&unknown;</a>", "not_xml"),
        (b"<a/>", "not_bpmn"),
        (b'<definitions xmlns="http://schema.omg.org/spec/BPMN/1.0"/>', "not_bpmn"),
        (definitions("<collaboration id='c'/>", picture=False), "no_process"),
        (b'<!DOCTYPE a SYSTEM "http://127.0.0.1/a.dtd"><a/>', "doctype"),
        (b'<!DOCTYPE a [<!ENTITY x SYSTEM "file:///etc/passwd">]><a>&x;</a>', "doctype"),
        (b'<!DOCTYPE a [<!ENTITY % x SYSTEM "file:///etc/passwd">%x;]><a/>', "doctype"),
        ((BOMB + "]><a>&j;</a>").encode(), "doctype"),
        ((BOMB + "]><a b='&j;'/>").encode(), "doctype"),
        (('<?xml version="1.0" encoding="utf-16"?>' + BOMB + "]><a>&j;</a>").encode("utf-16"), "doctype"),
        (b"<a>" * (DEPTH + 1) + b"</a>" * (DEPTH + 1), "too_deep"),
        (b"<a>" * 100_000, "too_deep"),
        (b"<a>" + b"<b/>" * ELEMENTS + b"</a>", "too_many_elements"),
        (definitions(process("<task/>" * 12_001), picture=False), "too_many_nodes"),
        (b"<a>" + b" " * 100_000_000, "too_large"),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_hostile_and_broken_files_are_refused(content, code):
    assert refused(content).code == code


def test_the_bound_on_size_is_exact():
    content = definitions(process(""))
    padded = content + b" " * (SIZE - len(content))
    assert read_diagram(padded, "x").processes[0].id == "p"
    assert refused(padded + b" ").code == "too_large"


def test_a_refusal_says_where():
    error = refused(definitions(process("<task id='a'>\n</tusk>")))
    assert (error.line, error.name) == (2, "x.bpmn")
    assert error.column
    assert "tusk" in error.message
    assert str(error).startswith(f"x.bpmn:2:{error.column}: ")


def test_fifty_nested_scopes_can_be_read():
    inner = '<task id="t"/>'
    for number in range(50):
        inner = f'<subProcess id="n{number}">{inner}</subProcess>'
    assert read(inner).element("t").scope_id == "n0"


def test_a_reference_to_a_thing_of_another_kind_gives_no_name():
    inner = '<intermediateCatchEvent id="m"><messageEventDefinition messageRef="er"/></intermediateCatchEvent>'
    diagram = read_diagram(definitions('<error id="er" name="Broken"/>' + process(inner)), "x.bpmn")
    event = diagram.element("m")
    assert isinstance(event, Event)
    assert event.definition == ReferenceDefinition(kind="message", ref="er")


def test_a_send_task_with_an_operation_and_no_message_calls_the_operation():
    operator = '<extensionElements><spiffworkflow:serviceTaskOperator id="notice/send"/></extensionElements>'
    both = f'<sendTask id="a">{operator}</sendTask><sendTask id="b" messageRef="m">{operator}</sendTask>'
    diagram = read_diagram(definitions('<message id="m" name="told"/>' + process(both)), "x.bpmn")
    service = diagram.element("a")
    assert isinstance(service, ServiceTask)
    assert (service.kind, service.operation.id if service.operation else "") == ("sendTask", "notice/send")
    assert isinstance(diagram.element("b"), MessageTask)
