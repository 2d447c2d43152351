"""Diagrams for the rules about structure: what lets each pass, and what it finds fault with."""

from bpmn.draft import read_draft
from tests.bpmn.drawing import END, definitions, drawn, flows, process

ONE = "s>t>e"
TASK = '<task id="t" name="Work"/>'
MESSAGE = '<message id="m" name="mended"/>'
CATCH = '<messageEventDefinition messageRef="m"/>'
AWAIT = f'<intermediateCatchEvent id="c" name="C">{CATCH}</intermediateCatchEvent>'
THROW = f'<intermediateThrowEvent id="t" name="T">{CATCH}</intermediateThrowEvent>'
GATES = '<{kind} id="g" name="G"{more}/><{kind} id="h" name="H"{rest}/>'
OTHER = (
    '<process id="q" name="Other"><startEvent id="qs">{start}</startEvent><task id="qt"/><endEvent id="qe"/></process>'
)
POOLS = (
    '<collaboration id="c1"><participant id="pp" name="Us" processRef="p"/><participant id="pq" name="They" '
    'processRef="q"/><participant id="pr" name="Closed"/>{flows}</collaboration>'
)


def read(*parts, picture=True):
    return read_draft({"x.bpmn": definitions("".join(parts), picture)})


SENDS_INSIDE = (
    '<subProcess id="t" name="T"><startEvent id="i"/><intermediateThrowEvent id="th">'
    + CATCH
    + f'</intermediateThrowEvent><endEvent id="o"/>{flows("i>th>o")}</subProcess>'
)


def pools(source, target, inner=TASK, paths=ONE, start=""):
    flow = f'<messageFlow id="mf" sourceRef="{source}" targetRef="{target}"/>'
    return read(
        MESSAGE + '<message id="other" name="other"/>',
        POOLS.format(flows=flow),
        OTHER.format(start=start),
        process(inner, paths),
    )


def sent_to(target):
    """A message flow from an event that sends in the other pool."""
    other = OTHER.format(start="").replace('<endEvent id="qe"/>', f'<endEvent id="qe">{CATCH}</endEvent>')
    flow = f'<messageFlow id="mf" sourceRef="qe" targetRef="{target}"/>'
    return read(MESSAGE, POOLS.format(flows=flow), other, process(TASK, ONE))


NAMED = "<resourceRef>r</resourceRef>"
COMPUTED = "<resourceAssignmentExpression><formalExpression>kim</formalExpression></resourceAssignmentExpression>"
BOUND = '<resourceParameterBinding parameterRef="{}"><formalExpression>x</formalExpression></resourceParameterBinding>'


def done_by(inner):
    """A task with a potential owner."""
    resources = "".join(f'<resource id="{i}" name="R"><resourceParameter id="{i}1"/></resource>' for i in "rq")
    task = f'<userTask id="t" name="Work"><potentialOwner id="po">{inner}</potentialOwner></userTask>'
    return read(resources, process(task, ONE))


def shown(choreography, collaboration):
    """A choreography that a collaboration shows, and whether they are closed."""
    return read(
        f'<choreography id="h" isClosed="{choreography}"/>',
        f'<collaboration id="c1" isClosed="{collaboration}"><choreographyRef>h</choreographyRef></collaboration>',
        process(TASK, ONE),
    )


def gates(more="", rest="", paths="s>g>t>h>e g>h", kind="parallelGateway"):
    return drawn(TASK + GATES.format(kind=kind, more=more, rest=rest), paths)


def lanes(inner, nodes=TASK):
    return drawn(f"<laneSet id='ls'>{inner}</laneSet>" + nodes, ONE)


def lane(identity, *ids, inside=""):
    held = "".join(f"<flowNodeRef>{one}</flowNodeRef>" for one in ids)
    child = f"<childLaneSet>{inside}</childLaneSet>" if inside else ""
    return f'<lane id="{identity}" name="Service desk">{held}{child}</lane>'


def dotted(source, target, more=""):
    note = '<textAnnotation id="n"><text>Note</text></textAnnotation>'
    return drawn(f'{TASK}{note}<association id="as" sourceRef="{source}" targetRef="{target}"/>{more}', ONE)


def caught(*definitions_, kind="error"):
    events = "".join(
        f'<boundaryEvent id="b{n}" name="B" attachedToRef="t"><{kind}EventDefinition {ref}/></boundaryEvent>'
        for n, ref in enumerate(definitions_)
    )
    paths = " ".join(f"b{n}>e" for n in range(len(definitions_)))
    errors = '<error id="one" name="One" errorCode="1"/><error id="two" name="Two" errorCode="2"/>'
    return drawn(TASK + events, f"{ONE} {paths}", outside=errors)


def circle(node, outside=""):
    return drawn(f'<exclusiveGateway id="g"/>{node}', "s>g>t>g", outside=outside)


def shaped(old, new):
    return read_draft({"x.bpmn": definitions(process(TASK, ONE)).replace(old, new)})


def called(target, paths, inner=""):
    return drawn(f'<callActivity id="t" name="Call" calledElement="{target}"/>{inner}', paths)


def listing(*entries):
    listed = "".join(f"<{way}>{flow}</{way}>" for way, flow in entries)
    return drawn(f'<task id="t" name="Work">{listed}</task>', ONE)


LISTS = ("incoming", "s_t"), ("outgoing", "t_e")
ELSEWHERE = ("flow-not-listed", "s"), ("flow-not-listed", "e")
"""The ends of the process list nothing."""
LISTED = (
    '<startEvent id="s"><outgoing>s_t</outgoing></startEvent><task id="t" name="T"><incoming>s_t</incoming>'
    '<outgoing>t_e</outgoing></task><endEvent id="e"><incoming>t_e</incoming></endEvent>' + flows(ONE)
)


def begun(marks, inside=""):
    start = f'<startEvent id="s" name="S" {marks}>{inside}</startEvent>'
    return drawn(start + TASK + END, ONE, ends=False, outside=MESSAGE)


AROUND = (
    '<subProcess id="v" name="V" triggeredByEvent="true"><startEvent id="i" name="I" isInterrupting="false">'
    f'{CATCH}</startEvent><endEvent id="x"/><sequenceFlow id="i_x" sourceRef="i" targetRef="x"/></subProcess>'
)
GATE = '<exclusiveGateway id="g" name="G?"/>'

SIGNALS = '<signal id="one" name="One"/><signal id="two" name="Two"/>'


def echo(awaited, thrown, ident, kind="signal", *, beside="false", between="", paths=""):
    """An event sub-process that throws one thing when it has heard another."""
    definition = f'<{kind}EventDefinition {kind}Ref="{{}}"/>'
    start = (
        f'<startEvent id="s{ident}" name="S{ident}" isInterrupting="{beside}">{definition.format(awaited)}</startEvent>'
    )
    throw = (
        f'<intermediateThrowEvent id="t{ident}" name="T{ident}">{definition.format(thrown)}</intermediateThrowEvent>'
    )
    inner = f'{start}{throw}<endEvent id="e{ident}"/>{between}{flows(paths or f"s{ident}>t{ident}>e{ident}")}'
    return f'<subProcess id="v{ident}" name="V{ident}" triggeredByEvent="true">{inner}</subProcess>'


def echoes(*parts, outside=SIGNALS):
    return drawn(TASK + "".join(parts), ONE, outside=outside)


ESCALATIONS = '<escalation id="one" escalationCode="1"/><escalation id="two" escalationCode="2"/>'
WAY_OUT = '<exclusiveGateway id="gB" default="gB_eB"/>'

VALID = {
    "event-circle": [
        lambda: echoes(echo("one", "two", "A"), echo("two", "two", "B", beside="true")),
        lambda: echoes(echo("one", "two", "A"), echo("one", "two", "B")),
        lambda: echoes(echo("one", "two", "A"), echo("two", "one", "B", between=WAY_OUT, paths="sB>gB>tB>eB gB>eB")),
        lambda: echoes(
            echo("one", "two", "A"),
            echo("two", "one", "B", between='<userTask id="uB" name="Ask"/>', paths="sB>uB>tB>eB"),
        ),
        lambda: echoes(echo("one", "one", "A", "escalation"), outside=ESCALATIONS),
    ],
    "association": [
        lambda: dotted("n", "t"),
        lambda: dotted(
            "b",
            "u",
            '<task id="u" isForCompensation="true"/><boundaryEvent id="b" attachedToRef="t">'
            "<compensateEventDefinition/></boundaryEvent>",
        ),
    ],
    "attribute-value": [
        lambda: drawn('<task id="t" isForCompensation=" 0 " startQuantity="1"/>', ONE),
        lambda: gates(' gatewayDirection="Diverging"', ' gatewayDirection="Unspecified"'),
    ],
    "call-circle": [
        lambda: called("elsewhere", ONE),
        lambda: called("p", "s>g>t>e g>e", GATE),
        lambda: called("p", "t>e"),
    ],
    "choreography": [lambda: drawn(TASK, ONE)],
    "resource-role": [lambda: done_by(NAMED + BOUND.format("r1")), lambda: done_by(COMPUTED)],
    "flow-lists": [
        lambda: drawn(TASK, ONE),
        lambda: read(process(LISTED, ends=False)),
    ],
    "gateway-direction": [
        gates,
        lambda: gates(' gatewayDirection="Diverging"', ' gatewayDirection="Converging"'),
        lambda: gates(paths="s>g>t>h>e g>h h>g"),
        lambda: gates(' gatewayDirection="Mixed"', paths="s>g>t>h>e g>h h>g"),
    ],
    "id-spelling": [
        lambda: drawn('<task id="Prüfung-1.a_終" name="T"/>', "s>Prüfung-1.a_終>e"),
        lambda: read(process(TASK, ONE).replace(' id="t"', "")),
    ],
    "idle-mark": [
        lambda: begun('isInterrupting="true"'),
        lambda: drawn(TASK + AROUND, ONE, outside=MESSAGE),
    ],
    "lane-content": [
        lambda: drawn(TASK, ONE),
        lambda: lanes(lane("l", "s", "t", "e")),
        lambda: lanes(lane("l", "s", "t", "e", inside=lane("i", "s", "t") + lane("j", "e"))),
        lambda: lanes(
            lane("l", "s", "t", "e") + "</laneSet><laneSet>" + lane("k", "s", "e") + lane("m", "t"),
        ),
        lambda: lanes(
            lane("l", "s", "t", "e"),
            TASK + '<boundaryEvent id="b" attachedToRef="t"><errorEventDefinition/></boundaryEvent>',
        ),
    ],
    "message-flow": [
        lambda: pools("t", "qt"),
        lambda: pools("pr", "t"),
        lambda: pools("t", "pq"),
        lambda: pools("t", "qs", THROW, start=CATCH),
        lambda: pools("qt", "c", AWAIT, "s>c>e"),
        lambda: pools("nowhere", "t"),
        lambda: pools("t", "qs", start=CATCH),
        lambda: pools("t", "qs", SENDS_INSIDE, start=CATCH),
        lambda: pools("qt", "t", SENDS_INSIDE.replace("Throw", "Catch")),
    ],
    "no-way-out": [
        lambda: drawn(TASK, ONE),
        lambda: drawn(GATE + TASK, "s>g>t>g g>e"),
        lambda: drawn(GATE + TASK.replace('"t"', '"u"'), "s>g>u>g g>e"),
        lambda: drawn(TASK, "s>t"),
        lambda: drawn(
            '<subProcess id="t" name="T"><task id="i"/></subProcess><boundaryEvent id="b" attachedToRef="t">'
            "<errorEventDefinition/></boundaryEvent>",
            "s>t>t b>e",
        ),
    ],
    "picture": [
        lambda: drawn(TASK, ONE),
        lambda: read(process(TASK, ONE), picture=False),
        lambda: shaped(b'"t"><dc:', b'"gone"><dc:'),
    ],
    "raised-code": [
        lambda: drawn(
            '<endEvent id="t"><errorEventDefinition errorRef="x"/></endEvent>',
            "s>t",
            outside='<error id="x" name="X" errorCode="1"/>',
        ),
        lambda: caught("", 'errorRef="one"'),
    ],
    "reference-kind": [
        lambda: pools("t", "qt"),
        lambda: drawn(AWAIT, "s>c>e", outside=MESSAGE),
        lambda: called("gone", ONE),
        lambda: called("p", ONE),
    ],
    "same-catch": [
        lambda: caught('errorRef="one"', 'errorRef="two"', ""),
        lambda: caught(""),
        lambda: drawn(TASK + AROUND + AROUND.replace('"v"', '"v2"').replace('"i"', '"i2"'), ONE, outside=MESSAGE),
    ],
}

EVENT_SCOPE = (
    '<subProcess id="t" name="T" triggeredByEvent="true"><startEvent id="i"><errorEventDefinition/></startEvent>'
    '<endEvent id="x"/><sequenceFlow id="i_x" sourceRef="i" targetRef="x"/></subProcess>'
    '<boundaryEvent id="b" attachedToRef="t"><errorEventDefinition/></boundaryEvent>'
)


def times(number):
    marks = f"<multiInstanceLoopCharacteristics><loopCardinality>{number}</loopCardinality>"
    return drawn(f'<task id="t" name="T">{marks}</multiInstanceLoopCharacteristics></task>', ONE)


VALID["repetition"] = [lambda: times("=10000"), lambda: times("0"), lambda: times("=count(a)")]
VALID["flow-connection"] = [lambda: drawn('<subProcess id="t"><task id="i"/><task id="j"/></subProcess>', ONE)]

INVALID = {
    "event-circle": [
        (lambda: echoes(echo("one", "two", "A"), echo("two", "one", "B")), {("event-circle", "sA")}),
        (lambda: echoes(echo("one", "one", "A")), {("event-circle", "sA")}),
        (
            lambda: echoes(
                echo("one", "two", "A", "escalation"), echo("two", "one", "B", "escalation"), outside=ESCALATIONS
            ),
            {("event-circle", "sA")},
        ),
        (
            lambda: echoes(
                echo("m", "m", "A", "message", between='<exclusiveGateway id="gA"/>', paths="sA>gA>tA>eA gA>tA"),
                outside=MESSAGE,
            ),
            {("event-circle", "sA")},
        ),
    ],
    "repetition": [
        (lambda: times("10000000"), {("cardinality", "t")}),
        (lambda: times("=-1"), {("cardinality", "t")}),
        (lambda: times("2.5"), {("cardinality", "t")}),
    ],
    "boundary-event": [(lambda: drawn(EVENT_SCOPE, "s>e b>e"), {("on-event-sub-process", "b")})],
    "flow-connection": [
        (
            lambda: drawn('<subProcess id="t"><task id="i"/><task id="j"/></subProcess>', "s>t>e i>j"),
            {("flow-elsewhere", "i_j")},
        )
    ],
    "association": [
        (lambda: dotted("t", "e"), {("association", "as")}),
        (lambda: dotted("t", ""), {("loose-association", "as")}),
    ],
    "attribute-value": [
        (lambda: drawn('<task id="t" isForCompensation="yes"/>', ONE), {("attribute-value", "t")}),
        (lambda: drawn('<task id="t" completionQuantity="-1"/>', ONE), {("attribute-value", "t")}),
        (lambda: gates(' gatewayDirection="split"'), {("attribute-value", "g")}),
        (
            lambda: drawn(
                '<task id="t"><multiInstanceLoopCharacteristics isSequential="True" behavior="all">'
                "<loopCardinality>2</loopCardinality></multiInstanceLoopCharacteristics></task>",
                ONE,
            ),
            {("attribute-value", "t")},
        ),
        (lambda: read(process(TASK, ONE).replace('"true"', '"TRUE"')), {("attribute-value", "p")}),
    ],
    "call-circle": [
        (lambda: called("p", ONE), {("call-circle", "t")}),
        (
            lambda: read(
                process('<callActivity id="t" calledElement="q"/>', ONE),
                '<process id="q"><startEvent id="qs"/><callActivity id="qc" calledElement="p"/>'
                '<sequenceFlow id="qf" sourceRef="qs" targetRef="qc"/></process>',
            ),
            {("call-circle", "t")},
        ),
    ],
    "choreography": [
        (
            lambda: read('<choreography id="h"/>', process(TASK, ONE)),
            {("choreography", "h")},
        ),
        (
            lambda: read('<collaboration id="c1"><conversation id="talk"/></collaboration>', process(TASK, ONE)),
            {("choreography", "talk")},
        ),
        (
            lambda: read(
                '<choreography id="h"><choreographyRef>k</choreographyRef></choreography><choreography id="k"/>',
                process(TASK, ONE),
            ),
            {("choreography-within", "h"), ("choreography", "h"), ("choreography", "k")},
        ),
        (
            lambda: read('<globalConversation id="h"><conversation id="k"/></globalConversation>', process(TASK, ONE)),
            {("conversation-within", "h"), ("choreography", "h"), ("choreography", "k")},
        ),
        (lambda: shown("true", "false"), {("less-closed", "c1"), ("choreography", "h")}),
    ],
    "resource-role": [
        (lambda: done_by(NAMED + BOUND.format("q1")), {("parameter-elsewhere", "po")}),
        (lambda: done_by(BOUND.format("r1")), {("parameter-elsewhere", "po")}),
        (lambda: done_by(NAMED + COMPUTED), {("named-and-computed", "po")}),
    ],
    "flow-lists": [
        (lambda: listing(*LISTS, ("incoming", "t_e")), {("flow-lists", "t"), *ELSEWHERE}),
        (lambda: listing(*LISTS, ("outgoing", "s_t")), {("flow-lists", "t"), *ELSEWHERE}),
        (lambda: listing(*LISTS, ("incoming", "gone")), {("flow-lists", "t"), *ELSEWHERE}),
        (lambda: listing(*LISTS, ("incoming", "s")), {("flow-lists", "t"), *ELSEWHERE}),
        (lambda: listing(("incoming", "s_t")), {("flow-not-listed", "t"), *ELSEWHERE}),
    ],
    "gateway-direction": [
        (lambda: gates(' gatewayDirection="Converging"'), {("gateway-direction", "g")}),
        (lambda: gates("", ' gatewayDirection="Diverging"'), {("gateway-direction", "h")}),
        (lambda: gates(' gatewayDirection="Mixed"'), {("mixed-without-flows", "g")}),
        (
            lambda: gates(' gatewayDirection="Diverging"', paths="s>g>t>h>e"),
            {("direction-without-flows", "g"), ("gateway-without-choice", "h")},
        ),
    ],
    "id-spelling": [
        (lambda: drawn('<task id="a b" name="T"/>', ONE), {("id-spelling", "a b")}),
        (lambda: drawn('<task id="x:t" name="T"/>', ONE), {("id-spelling", "x:t")}),
        (lambda: drawn('<task id="=cmd|t" name="T"/>', ONE), {("id-spelling", "=cmd|t")}),
        (lambda: drawn('<task id="1t" name="T"/>', "s>1t>e"), {("id-begins-wrong", "1t"), ("id-begins-wrong", "1t_e")}),
        (
            lambda: drawn(f'<task id="{"t" * 256}" name="T"/>', f"s>{'t' * 256}>e"),
            {("id-too-long", "t" * 255), ("id-too-long", ("s_" + "t" * 256)[:255]), ("id-too-long", "t" * 255)},
        ),
        (lambda: read(process(TASK, ONE).replace('"p"', f'"{"p" * 129}"')), {("id-too-long", "p" * 128)}),
    ],
    "idle-mark": [
        (lambda: begun('isInterrupting="false"'), {("idle-mark", "s")}),
        (lambda: begun('parallelMultiple="true"', CATCH), {("parallel-without-triggers", "s")}),
    ],
    "lane-content": [
        (lambda: lanes(lane("l", "s", "t", "e") + lane("k", "t")), {("lane-content", "t")}),
        (
            lambda: lanes(lane("l", "s", "t", "e", inside=lane("i", "t") + lane("j", "t"))),
            {("lane-content", "t")},
        ),
        (lambda: lanes(lane("l", "s", "e")), {("in-no-lane", "t")}),
        (
            lambda: read(
                OTHER.format(start=""), process(f"<laneSet>{lane('l', 's', 't', 'e', 'qt')}</laneSet>" + TASK, ONE)
            ),
            {("lane-of-another", "l")},
        ),
    ],
    "message-flow": [
        (lambda: pools("s", "qt"), {("message-flow-end", "mf")}),
        (lambda: pools("t", "qe"), {("message-flow-end", "mf")}),
        (lambda: pools("c", "qt", AWAIT, "s>c>e"), {("message-flow-end", "mf")}),
        (lambda: pools("g", "qt", '<exclusiveGateway id="g"/>', "s>g>e"), {("message-flow-end", "mf")}),
        (lambda: pools("t", "qs", start="<timerEventDefinition/>"), {("message-flow-end", "mf")}),
        (lambda: pools("t", "qs"), {("message-flow-plain", "mf")}),
        (
            lambda: pools("t", "qs", THROW, start=CATCH.replace('"m"', '"other"')),
            {("message-flow-names", "mf")},
        ),
        (lambda: pools("t", "s"), {("message-flow-within", "mf"), ("message-flow-plain", "mf")}),
        (lambda: pools("t", "pp"), {("message-flow-within", "mf")}),
        (lambda: pools("t", "m"), {("message-flow", "mf")}),
        (lambda: pools("t", ""), {("loose-message-flow", "mf")}),
        (
            lambda: pools("t", "qs", SENDS_INSIDE.replace('Ref="m"', 'Ref="other"'), start=CATCH),
            {("message-flow-silent", "mf")},
        ),
        (
            lambda: pools("t", "qs", '<callActivity id="t" calledElement="q"/>', start=CATCH),
            {("message-flow-silent", "mf")},
        ),
        (lambda: sent_to("t"), {("message-flow-unheard", "mf")}),
        (
            lambda: pools("t", "qt", '<receiveTask id="t" messageRef="m"/>'),
            {("message-flow-turned", "mf")},
        ),
    ],
    "no-way-out": [
        (lambda: circle(TASK), {("endless-circle", "g")}),
        (lambda: circle('<manualTask id="t"/>'), {("no-way-out", "g")}),
        (lambda: drawn('<task id="a"/>' + GATE + TASK, "s>a>g>t>g"), {("endless-circle", "g")}),
        (
            lambda: drawn(GATE + TASK + '<task id="u"/>', "s>g>t>t g>u>u"),
            {("endless-circle", "t")},
        ),
    ],
    "picture": [
        (lambda: shaped(b'<di:waypoint x="3" y="4"/>', b""), {("no-waypoints", "s_t"), ("no-waypoints", "t_e")}),
        (lambda: shaped(b'"t"><dc:Bounds x="1" y="2" width="3" height="4"/>', b'"t">'), {("no-bounds", "t")}),
        (
            lambda: shaped(b'BPMNEdge bpmnElement="s_t"', b'BPMNEdge bpmnElement="t"'),
            {("drawn-as-other", "t"), ("drawn-twice", "t")},
        ),
    ],
    "raised-code": [
        (
            lambda: drawn(
                '<endEvent id="t"><errorEventDefinition errorRef="x"/></endEvent>',
                "s>t",
                outside='<error id="x" name="X"/>',
            ),
            {("raised-code", "t")},
        ),
        (
            lambda: drawn(
                '<intermediateThrowEvent id="t"><escalationEventDefinition escalationRef="x"/>'
                "</intermediateThrowEvent>",
                ONE,
                outside='<escalation id="x" name="X"/>',
            ),
            {("raised-code", "t")},
        ),
    ],
    "reference-kind": [
        (
            lambda: drawn(AWAIT, "s>c>e", outside='<signal id="m" name="mended"/>'),
            {("reference-kind", "c")},
        ),
        (lambda: called("t", ONE), {("reference-kind", "t")}),
        (lambda: called("s", ONE), {("reference-kind", "t")}),
        (
            lambda: drawn(
                '<boundaryEvent id="b" attachedToRef="s"><errorEventDefinition/></boundaryEvent>' + TASK, "s>t>e b>e"
            ),
            {("reference-kind", "b")},
        ),
        (lambda: lanes(lane("l", "s", "t", "e", "ls")), {("reference-kind", "l")}),
    ],
    "same-catch": [
        (lambda: caught('errorRef="one"', 'errorRef="one"'), {("same-catch", "b1")}),
        (lambda: caught("", "", kind="escalation"), {("same-catch", "b1")}),
        (
            lambda: drawn(
                TASK
                + AROUND.replace(CATCH, "<errorEventDefinition/>").replace('"false"', '"true"')
                + AROUND.replace(CATCH, "<errorEventDefinition/>")
                .replace('"false"', '"true"')
                .replace('"v"', '"v2"')
                .replace('"i"', '"i2"'),
                ONE,
            ),
            {("same-catch", "i2")},
        ),
    ],
}
