"""Diagrams that BPMN 2.0.2 allows, written from its text, feature by feature: the check finds no error in any.

None carries anything of Keelson's own, and none has a folder around it that says who owns it.
"""

from tests.bpmn.drawing import END, START, definitions, flows, process
from tests.bpmn.schema_diagrams import COUNTED, FORMAL, ITEMS, SIGNAL, specified
from tests.bpmn.structural_diagrams import CATCH, MESSAGE, ONE, TASK

SIGNALLED = '<signalEventDefinition signalRef="sg"/>'
HOUR = f"<timerEventDefinition><timeDuration {FORMAL}>PT1H</timeDuration></timerEventDefinition>"
TRUE = f"<conditionalEventDefinition><condition {FORMAL}>= ready</condition></conditionalEventDefinition>"
ERROR = '<error id="er" name="Broken" errorCode="B1"/>'
BROKEN = '<errorEventDefinition errorRef="er"/>'
ESCALATION = '<escalation id="ec" name="Late" escalationCode="L1"/>'
LATE = '<escalationEventDefinition escalationRef="ec"/>'
UNDO = "<compensateEventDefinition/>"
NAMES = MESSAGE + SIGNAL + ERROR + ESCALATION
RESOURCE = (
    '<resource id="r" name="Clerk"><resourceParameter id="rp" name="region" type="xsd:string" isRequired="true"/>'
    "</resource>"
)
ASSOCIATED = '<association id="as" associationDirection="One" sourceRef="b" targetRef="undo"/>'
SERVICE = (
    '<message id="asked" name="Asked"/><message id="said" name="Said"/><error id="er" name="Broken" errorCode="B1"/>'
    '<interface id="if" name="Desk" implementationRef="tns:desk"><operation id="op" name="Ask">'
    "<inMessageRef>asked</inMessageRef><outMessageRef>said</outMessageRef><errorRef>er</errorRef></operation>"
    "</interface>"
)
CORRELATED = (
    '<correlationProperty id="cp" name="number" type="text"><correlationPropertyRetrievalExpression messageRef="m">'
    f"<messagePath {FORMAL}>= number</messagePath></correlationPropertyRetrievalExpression></correlationProperty>"
)


def file(inner, paths=ONE, outside="", after="", ends=True):
    """A file with one executable process."""
    return definitions(outside + process(inner, paths, ends) + after, picture=False)


def picture(inner, paths=ONE, after=""):
    """A file with one process that is only drawn."""
    whole = process(START + END + inner, paths, ends=False).replace(' isExecutable="true"', ' isExecutable="false"')
    return definitions(whole + after, picture=False)


def one(kind="task", inner="", **attributes):
    """A node ``t``."""
    written = "".join(f' {name}="{value}"' for name, value in attributes.items())
    return f'<{kind} id="t" name="Work"{written}>{inner}</{kind}>'


def scope(
    inner='<startEvent id="i"/><task id="it" name="In"/><endEvent id="o"/>', paths="i>it>o", kind="subProcess", **a
):
    """A sub-process ``t``."""
    return one(kind, inner + flows(paths), **a)


def gate(kind, identity="g", inner="", **attributes):
    """A gateway."""
    written = "".join(f' {name}="{value}"' for name, value in attributes.items())
    return f'<{kind} id="{identity}" name="Which?"{written}>{inner}</{kind}>'


def when(source, target, text="= ready", more=""):
    """A flow with a condition."""
    return (
        f'<sequenceFlow id="{source}_{target}" sourceRef="{source}" targetRef="{target}">'
        f"<conditionExpression {FORMAL}{more}>"
        f"{text}</conditionExpression></sequenceFlow>"
    )


def border(definition, cancel="true", host="t", inner=""):
    """A boundary event ``b``."""
    return (
        f'<boundaryEvent id="b" name="B" attachedToRef="{host}" '
        f'cancelActivity="{cancel}">{inner}{definition}</boundaryEvent>'
    )


def begun(definition, paths="s>t>e"):
    """A process that this event begins."""
    return file(f'<startEvent id="s" name="S">{definition}</startEvent>{END}{TASK}', paths, NAMES, ends=False)


def within(definition, interrupting="true"):
    """An event sub-process."""
    return file(
        TASK
        + '<subProcess id="x" name="X" triggeredByEvent="true">'
        + (
            f'<startEvent id="xs" name="XS" isInterrupting="{interrupting}">{definition}</startEvent><task '
            f'id="xt" name="XT"/>'
        )
        + f'<endEvent id="xe"/>{flows("xs>xt>xe")}</subProcess>',
        outside=NAMES,
    )


def pools(flow="", inner=TASK, *, parts="", other=True, more=""):
    """A collaboration of an executable pool, one that is only drawn, and a black box."""
    second = (
        f'<process id="q" name="They" isExecutable="false"><startEvent id="qs"/><sendTask id="qt" name="Tell" '
        f'messageRef="m"/><receiveTask id="qr" name="Hear" messageRef="m"/><endEvent id="qe"/>{flows("qs>qt>qr>qe")}'
        "</process>"
        if other
        else ""
    )
    they = '<participant id="pq" name="They" processRef="q"/>' if other else ""
    return definitions(
        f'{MESSAGE}{ITEMS}{CORRELATED}<collaboration id="c"{more}><participant id="pp" name="We" processRef="p"/>{they}'
        f'<participant id="pz" name="Closed"/>{flow}{parts}</collaboration>{process(inner, ONE)}{second}',
        picture=False,
    )


def sends(source, target, more=""):
    return f'<messageFlow id="mf" name="tells" sourceRef="{source}" targetRef="{target}"{more}/>'


TWO_WAYS = TASK + '<task id="u" name="Other work"/>'
CATCHES = (
    f'<intermediateCatchEvent id="t" name="Up">{SIGNALLED}</intermediateCatchEvent>'
    f'<intermediateCatchEvent id="u" name="Mended">{CATCH}</intermediateCatchEvent>'
)
REPEATED = "<multiInstanceLoopCharacteristics{}>{}</multiInstanceLoopCharacteristics>"
CALLED = (
    '<process id="r" name="Called" isExecutable="true"><startEvent id="rs"/><task id="rt"/><endEvent '
    'id="re"/>{}</process>'
)

VALID = {
    # Tasks (10.3.3)
    "abstract task": file(TASK),
    "manual task": file(one("manualTask")),
    "user task without form or role": file(one("userTask")),
    "user task by a web service": file(one("userTask", implementation="##WebService")),
    "user task with renderings": file(
        one(
            "userTask",
            '<rendering id="rd"><extensionElements><x:form xmlns:x="http://forms.example">ask</x:form>'
            "</extensionElements>"
            "</rendering>",
            implementation="##unspecified",
        )
    ),
    "service task of an operation": file(one("serviceTask", specified("a", "b"), operationRef="op"), outside=SERVICE),
    "service task of an operation, with data": file(
        one("serviceTask", specified("a:text", "b:number"), operationRef="op", implementation="##WebService"),
        outside=ITEMS
        + SERVICE.replace('id="asked"', 'id="asked" itemRef="text"').replace('id="said"', 'id="said" itemRef="number"'),
    ),
    "send task": file(one("sendTask", messageRef="m"), outside=MESSAGE),
    "send task of an operation": file(
        one("sendTask", messageRef="asked", operationRef="op", implementation="##WebService"), outside=SERVICE
    ),
    "receive task": file(one("receiveTask", messageRef="m"), outside=MESSAGE),
    "instantiating receive task": file(
        one("receiveTask", messageRef="m", instantiate="true") + END, "t>e", MESSAGE, ends=False
    ),
    "script task in FEEL": file(one("scriptTask", "<script>total = 1</script>", scriptFormat="text/feel")),
    "business rule task": file(one("businessRuleTask", implementation="##unspecified")),
    "business rule task by a rule engine": file(one("businessRuleTask", implementation="http://rules.example/engine")),
    # Resources (10.3.1)
    "performer by a parameter": file(
        one(
            "userTask",
            '<performer id="pf"><resourceRef>r</resourceRef><resourceParameterBinding parameterRef="rp">'
            "<formalExpression>= region</formalExpression></resourceParameterBinding></performer>",
        ),
        outside=RESOURCE,
    ),
    "potential owner by a resource": file(
        one("userTask", '<potentialOwner id="po"><resourceRef>r</resourceRef></potentialOwner>'), outside=RESOURCE
    ),
    "human performer by an expression": file(
        one(
            "userTask",
            '<humanPerformer id="hp"><resourceAssignmentExpression>'
            '<formalExpression>getActor("clerk")</formalExpression>'
            "</resourceAssignmentExpression></humanPerformer>",
        )
    ),
    "resource role of a service task": file(
        one(
            "serviceTask",
            specified("a", "b") + '<resourceRole id="rr" name="R"><resourceRef>r</resourceRef></resourceRole>',
            operationRef="op",
        ),
        outside=RESOURCE + SERVICE,
    ),
    "performer of a process": file(
        '<performer id="pf"><resourceRef>r</resourceRef></performer>' + TASK, outside=RESOURCE
    ),
    # Loops (10.3.8)
    "standard loop": file(
        one(
            inner=(
                f"<standardLoopCharacteristics><loopCondition {FORMAL}>= open</loopCondition>"
                f"</standardLoopCharacteristics>"
            )
        )
    ),
    "standard loop with a maximum": file(
        one(
            inner='<standardLoopCharacteristics testBefore="true" loopMaximum="3">'
            f"<loopCondition {FORMAL}>= open</loopCondition></standardLoopCharacteristics>"
        )
    ),
    "several instances by number": file(one(inner=REPEATED.format("", COUNTED))),
    "several instances, one by one": file(one(inner=REPEATED.format(' isSequential="true"', COUNTED))),
    "several instances until enough": file(
        one(inner=REPEATED.format("", COUNTED + f"<completionCondition {FORMAL}>= enough</completionCondition>"))
    ),
    "several instances, one event each": file(
        one(inner=REPEATED.format(' behavior="None" noneBehaviorEventRef="sd"', COUNTED)),
        outside=SIGNAL + '<signalEventDefinition id="sd" signalRef="sg"/>',
    ),
    "several instances by a collection": file(
        '<dataObject id="d" name="d" isCollection="true" itemSubjectRef="list"/>'
        + one(
            inner='<ioSpecification><dataInput id="a" name="a" isCollection="true" itemSubjectRef="list"/><inputSet>'
            "<dataInputRefs>a</dataInputRefs></inputSet><outputSet/></ioSpecification><dataInputAssociation>"
            "<sourceRef>d</sourceRef><targetRef>a</targetRef></dataInputAssociation>"
            + REPEATED.format(
                "", '<loopDataInputRef>a</loopDataInputRef><inputDataItem id="each" name="each" itemSubjectRef="text"/>'
            )
        ),
        outside=ITEMS + '<itemDefinition id="list" structureRef="xsd:string" isCollection="true"/>',
    ),
    "several instances of a sub-process": file(
        scope(REPEATED.format("", COUNTED) + '<startEvent id="i"/><task id="it" name="In"/><endEvent id="o"/>')
    ),
    # Sub-processes (10.3.5) and calls (10.3.6)
    "sub-process": file(scope()),
    "sub-process without start and end": file(scope('<task id="it" name="In"/><task id="iu" name="Also"/>', "")),
    "sub-process with lanes": file(
        scope(
            '<laneSet id="ls"><lane id="l" name="Clerk"><flowNodeRef>it</flowNodeRef></lane></laneSet>'
            '<startEvent id="i"/><task id="it" name="In"/><endEvent id="o"/>'
        )
    ),
    "collapsed sub-process": picture(one("subProcess")),
    "transaction": file(
        scope(
            '<startEvent id="i"/><task id="it" name="In"/><exclusiveGateway id="ig" name="?" '
            'default="ig_o"/><endEvent id="o"/>'
            '<endEvent id="ic" name="C"><cancelEventDefinition/></endEvent>' + when("ig", "ic"),
            "i>it>ig>o",
            "transaction",
            method="##Compensate",
        )
        + border("<cancelEventDefinition/>"),
        "s>t>e b>e",
    ),
    "transaction by an image": file(scope(kind="transaction", method="##Image")),
    "ad-hoc sub-process": file(
        scope(
            f'<task id="it" name="In"/><task id="iu" name="Also"/>'
            f"<completionCondition {FORMAL}>= done</completionCondition>",
            "",
            "adHocSubProcess",
            ordering="Sequential",
            cancelRemainingInstances="false",
        )
    ),
    "call of a process": file(one("callActivity", calledElement="r"), after=CALLED.format(flows("rs>rt>re"))),
    "call of a global task": file(
        one("callActivity", calledElement="gt"),
        after='<globalUserTask id="gt" name="Ask" implementation="##unspecified"/>',
    ),
    "call of another file's process": definitions(
        '<import importType="http://www.omg.org/spec/BPMN/20100524/MODEL" location="far.bpmn" '
        'namespace="http://far.example"/>' + process(one("callActivity", calledElement="far:Far"), ONE),
        picture=False,
    ).replace(b"<definitions ", b'<definitions xmlns:far="http://far.example" '),
    # Events (10.5)
    "start by a message": begun(CATCH),
    "start by a timer": begun(
        f"<timerEventDefinition><timeCycle {FORMAL}>R/2026-01-05T08:00:00Z/P7D</timeCycle></timerEventDefinition>"
    ),
    "start by a signal": begun(SIGNALLED),
    "start by any of several": begun(CATCH + SIGNALLED),
    "several starts": file(
        f'{START}<startEvent id="s2" name="S2">{CATCH}</startEvent>{END}{TASK}', "s>t>e s2>t", NAMES, ends=False
    ),
    "no start and no end": file(TWO_WAYS, "t>u", ends=False),
    "event sub-process by a message": within(CATCH),
    "event sub-process by a timer, beside": within(HOUR, "false"),
    "event sub-process by an error": within(BROKEN),
    "event sub-process by an escalation, beside": within(LATE, "false"),
    "event sub-process by a condition": within(TRUE),
    "event sub-process by any error": within("<errorEventDefinition/>"),
    "error at the border": file(TASK + border(BROKEN), "s>t>e b>e", NAMES),
    "any error at the border": file(TASK + border("<errorEventDefinition/>"), "s>t>e b>e"),
    "timer at the border, beside": file(TASK + border(HOUR, "false"), "s>t>e b>e"),
    "escalation at the border": file(scope() + border(LATE), "s>t>e b>e", NAMES),
    "message at the border with its datum": file(
        TASK
        + border(
            CATCH,
            inner='<dataOutput id="bo" name="bo"/><dataOutputAssociation><sourceRef>bo</sourceRef>'
            "<targetRef>d</targetRef>"
            "</dataOutputAssociation><outputSet><dataOutputRefs>bo</dataOutputRefs></outputSet>",
        )
        + '<dataObject id="d" name="d"/>',
        "s>t>e b>e",
        NAMES,
    ),
    "catching a condition": file(one("intermediateCatchEvent", TRUE)),
    "catching a date": file(
        one(
            "intermediateCatchEvent",
            f"<timerEventDefinition><timeDate {FORMAL}>2026-11-23T08:00:00Z</timeDate></timerEventDefinition>",
        )
    ),
    "catching all of several": file(
        one("intermediateCatchEvent", CATCH + SIGNALLED, parallelMultiple="true"), outside=NAMES
    ),
    "throwing a signal": file(one("intermediateThrowEvent", SIGNALLED), outside=NAMES),
    "throwing an escalation": file(one("intermediateThrowEvent", LATE), outside=NAMES),
    "throwing nothing": file(one("intermediateThrowEvent")),
    "throwing several": file(one("intermediateThrowEvent", CATCH + SIGNALLED), outside=NAMES),
    "links by name": file(
        TASK
        + '<intermediateThrowEvent id="l1" name="L"><linkEventDefinition name="L"/></intermediateThrowEvent>'
        + '<intermediateCatchEvent id="l2" name="L"><linkEventDefinition name="L"/></intermediateCatchEvent>',
        "s>t>l1 l2>e",
    ),
    "links by reference, two to one": file(
        TWO_WAYS
        + "".join(
            f'<intermediateThrowEvent id="{i}" name="L"><linkEventDefinition id="{i}d" name="L"><target>l3d</target>'
            "</linkEventDefinition></intermediateThrowEvent>"
            for i in ("l1", "l2")
        )
        + '<intermediateCatchEvent id="l3" name="L"><linkEventDefinition id="l3d" name="L"><source>l1d</source>'
        + "<source>l2d</source></linkEventDefinition></intermediateCatchEvent>",
        "s>t>l1 s>u>l2 l3>e",
    ),
    "definition by reference": file(
        one("intermediateThrowEvent", "<eventDefinitionRef>sd</eventDefinitionRef>"),
        outside=SIGNAL + '<signalEventDefinition id="sd" signalRef="sg"/>',
    ),
    "compensation": file(
        TASK
        + border(UNDO)
        + '<task id="undo" name="Undo" isForCompensation="true"/>'
        + ASSOCIATED
        + (
            '<intermediateThrowEvent id="th" name="Undo it"><compensateEventDefinition activityRef="t"/>'
            "</intermediateThrowEvent>"
        ),
        "s>t>th>e",
    ),
    "compensation by an event sub-process": file(
        scope(
            '<startEvent id="i"/><task id="it" name="In"/><endEvent id="o"/><subProcess id="x" triggeredByEvent="true">'
            f'<startEvent id="xs">{UNDO}</startEvent><task id="xt" name="Undo"/><endEvent id="xe"/>{flows("xs>xt>xe")}'
            "</subProcess>"
        )
        + f'<endEvent id="f" name="Undone">{UNDO}</endEvent>',
        "s>t>f",
    ).replace(END.encode(), b""),
    "ending by a message": file(
        f'{START}{TASK}<endEvent id="f" name="F">{CATCH}</endEvent>', "s>t>f", NAMES, ends=False
    ),
    "ending by an error": file(
        f'{START}{TASK}<endEvent id="f" name="F">{BROKEN}</endEvent>', "s>t>f", NAMES, ends=False
    ),
    "ending all": file(
        f'{START}{TASK}<endEvent id="f" name="F"><terminateEventDefinition/></endEvent>', "s>t>f", ends=False
    ),
    # Gateways (10.6) and flows (8.4.13)
    "exclusive gateway": file(TWO_WAYS + gate("exclusiveGateway", default="g_u") + when("g", "t"), "s>g>u>e t>e"),
    "exclusive gateway, all ways with conditions": file(
        TWO_WAYS
        + gate("exclusiveGateway", gatewayDirection="Diverging")
        + when("g", "t")
        + when("g", "u", "= not(ready)"),
        "s>g t>e u>e",
    ),
    "condition in XPath": file(
        TWO_WAYS
        + gate("exclusiveGateway", default="g_u")
        + when("g", "t", "getDataObject('order')/total &gt; 100", ' language="http://www.w3.org/1999/XPath"'),
        "s>g>u>e t>e",
    ),
    "condition in the language of the file": file(
        TWO_WAYS + gate("exclusiveGateway", default="g_u") + when("g", "t", "/order/total &gt; 100"), "s>g>u>e t>e"
    ).replace(b"<definitions ", b'<definitions expressionLanguage="http://www.w3.org/1999/XPath" '),
    "condition typed": file(
        TWO_WAYS + gate("exclusiveGateway", default="g_u") + when("g", "t", more=' evaluatesToTypeRef="truth"'),
        "s>g>u>e t>e",
        '<itemDefinition id="truth" structureRef="xsd:boolean"/>',
    ),
    "inclusive gateways": file(
        TWO_WAYS + gate("inclusiveGateway", default="g_u") + when("g", "t") + gate("inclusiveGateway", "h"),
        "s>g>u>h>e t>h",
    ),
    "parallel gateways": file(
        TWO_WAYS
        + gate("parallelGateway", gatewayDirection="Diverging")
        + gate("parallelGateway", "h", gatewayDirection="Converging"),
        "s>g>t>h>e g>u>h",
    ),
    "complex gateway": file(
        TWO_WAYS
        + gate("parallelGateway")
        + gate("complexGateway", "h", f"<activationCondition {FORMAL}>= activationCount >= 1</activationCondition>"),
        "s>g>t>h>e g>u>h",
    ),
    "complex gateway that only joins": file(
        TWO_WAYS + gate("parallelGateway") + gate("complexGateway", "h"), "s>g>t>h>e g>u>h"
    ),
    "complex gateway that splits": file(
        TWO_WAYS + gate("complexGateway", default="g_u") + when("g", "t"), "s>g>u>e t>e"
    ),
    "event gateway": file(CATCHES + gate("eventBasedGateway"), "s>g>t>e g>u>e", NAMES),
    "event gateway with a receive task": file(
        f'<receiveTask id="t" name="Hear" messageRef="m"/><intermediateCatchEvent id="u" name="Late">{HOUR}'
        "</intermediateCatchEvent>" + gate("eventBasedGateway"),
        "s>g>t>e g>u>e",
        NAMES,
    ),
    "instantiating event gateway": file(
        CATCHES + gate("eventBasedGateway", instantiate="true") + END, "g>t>e g>u>e", NAMES, ends=False
    ),
    "conditional flow out of a task": file(
        one(default="t_e") + '<task id="u" name="More"/>' + when("t", "u"), "s>t>e u>e"
    ),
    "several flows out of a task": file(TWO_WAYS, "s>t>e t>u>e"),
    "mixed gateway": file(
        TWO_WAYS + gate("exclusiveGateway", gatewayDirection="Mixed", default="g_e") + when("g", "u"), "s>t>g>e u>g"
    ),
    # Data (10.4)
    "data object with a state": file(
        TASK + '<dataObject id="d" name="Order"/><dataObjectReference id="dr" name="Order [sent]" '
        'dataObjectRef="d"><dataState '
        'id="st" name="sent"/></dataObjectReference>'
    ),
    "data object reference by another name": file(
        TASK + '<dataObject id="d" name="Order"/><dataObjectReference id="dr" name="The order" dataObjectRef="d"/>'
    ),
    "data store": file(
        TASK + '<dataStoreReference id="dr" name="Archive" dataStoreRef="ds"/>',
        outside='<dataStore id="ds" name="Archive" capacity="10" isUnlimited="false"/>',
    ),
    "data in and out": file(
        '<dataObject id="d" name="d" itemSubjectRef="text"/>'
        + one(
            inner=specified("a:text", "b:text")
            + '<dataInputAssociation id="ia"><sourceRef>d</sourceRef><targetRef>a</targetRef></dataInputAssociation>'
            '<dataOutputAssociation id="oa"><sourceRef>b</sourceRef><targetRef>d</targetRef></dataOutputAssociation>'
        ),
        outside=ITEMS,
    ),
    "data assigned": file(
        '<dataObject id="d" name="d"/>'
        + one(
            inner=specified("a") + "<dataInputAssociation><sourceRef>d</sourceRef><targetRef>a</targetRef><assignment>"
            f"<from {FORMAL}>= d.total</from><to {FORMAL}>a</to></assignment></dataInputAssociation>"
        )
    ),
    "property": file(
        '<property id="pr" name="colour" itemSubjectRef="text"/>'
        + one(inner='<property id="tp" name="shade" itemSubjectRef="text"/>'),
        outside=ITEMS,
    ),
    # Artifacts and the rest (8.4)
    "note, group and category": file(
        TASK + '<textAnnotation id="n" textFormat="text/plain"><text>Note</text></textAnnotation><group id="gr" '
        'categoryValueRef="cv"/><association id="as" sourceRef="t" targetRef="n"/>',
        outside='<category id="ca" name="Kind"><categoryValue id="cv" value="Mine"/></category>',
    ),
    "documentation in HTML": file(
        one(inner='<documentation textFormat="text/html">&lt;b&gt;x&lt;/b&gt;</documentation>')
    ),
    "auditing and monitoring": file("<auditing/><monitoring/>" + TASK),
    "extension of a vendor": definitions(
        '<extension mustUnderstand="false"/>'
        + process(
            one(inner='<extensionElements><v:cost xmlns:v="http://vendor.example">3</v:cost></extensionElements>'), ONE
        ),
        picture=False,
    ),
    # Pools (9)
    "collaboration": pools(sends("qt", "t"), one("receiveTask", messageRef="m")),
    "message flow to a black box": pools(sends("t", "pz"), one("sendTask", messageRef="m")),
    "message flow from a black box": pools(sends("pz", "t"), one("receiveTask", messageRef="m")),
    "participant of many": pools(parts="", more="").replace(
        b'name="Closed"/>', b'name="Closed"><participantMultiplicity minimum="2" maximum="5"/></participant>'
    ),
    "correlation key": pools(
        sends("qt", "t", ' messageRef="m"'),
        one("receiveTask", messageRef="m"),
        parts=(
            '<correlationKey id="ck" name="By number"><correlationPropertyRef>cp</correlationPropertyRef>'
            "</correlationKey>"
        ),
    ),
    "partner roles": pools(other=False).replace(
        b"<collaboration ",
        b'<partnerEntity id="pe" name="Firm"><participantRef>pz</participantRef></partnerEntity><collaboration ',
    ),
    "collaboration that is closed": pools(more=' isClosed="true"'),
    "lanes": file(
        '<laneSet id="ls" name="By role"><lane id="l" name="Clerk"><flowNodeRef>s</flowNodeRef>'
        "<flowNodeRef>t</flowNodeRef>"
        '</lane><lane id="k" name="Head"><childLaneSet id="cs"><lane id="kk" name="Deputy"><flowNodeRef>e</flowNodeRef>'
        "</lane></childLaneSet></lane></laneSet>" + TASK
    ),
    # Processes that are only drawn (10.2, 10.5.5: what running needs is asked of executable processes)
    "only drawn": picture(TASK),
    "only drawn: events without details": picture(
        "<intermediateCatchEvent id='c' name='2 days'><timerEventDefinition/></intermediateCatchEvent>"
        "<intermediateThrowEvent id='m' name='Tell'><messageEventDefinition/></intermediateThrowEvent>"
        "<intermediateThrowEvent id='sn' name='Shout'><signalEventDefinition/></intermediateThrowEvent>"
        "<intermediateThrowEvent id='es' name='Call'><escalationEventDefinition/></intermediateThrowEvent>"
        "<intermediateCatchEvent id='co' name='Ready'><conditionalEventDefinition><condition/>"
        "</conditionalEventDefinition>"
        "</intermediateCatchEvent>",
        "s>c>m>sn>es>co>e",
    ),
    "only drawn: a time that is left empty": picture(
        "<intermediateCatchEvent id='c' name='2 days'><timerEventDefinition><timeDate/></timerEventDefinition>"
        "</intermediateCatchEvent>",
        "s>c>e",
    ),
    "only drawn: tasks without details": picture(
        "<userTask id='u' name='Ask'/><serviceTask id='v' name='Call'/><sendTask id='w' name='Send'/>"
        "<receiveTask id='x' name='Hear'/><scriptTask id='y' name='Count'/><businessRuleTask id='z' name='Decide'/>"
        "<callActivity id='a' name='Elsewhere'/>",
        "s>u>v>w>x>y>z>a>e",
    ),
    "only drawn: loops without details": picture(
        "<task id='u' name='Again'><standardLoopCharacteristics/></task><task id='v' name='All'>"
        "<multiInstanceLoopCharacteristics isSequential='true'/></task><subProcess id='w' name='Each'>"
        "<multiInstanceLoopCharacteristics/></subProcess>",
        "s>u>v>w>e",
    ),
    "only drawn: a choice in words": picture(
        TWO_WAYS
        + gate("exclusiveGateway")
        + '<sequenceFlow id="g_t" name="large" sourceRef="g" targetRef="t"/><sequenceFlow id="g_u" '
        'name="small" sourceRef="g" '
        'targetRef="u"/>',
        "s>g t>e u>e",
    ),
    "only drawn: a choice in natural language": picture(
        TWO_WAYS
        + gate("exclusiveGateway", default="g_u")
        + '<sequenceFlow id="g_t" name="large" sourceRef="g" targetRef="t"><conditionExpression>if it is large'
        "</conditionExpression></sequenceFlow>",
        "s>g>u>e t>e",
    ),
    "only drawn: a call of a global task": picture(
        '<callActivity id="a" name="Ask" calledElement="gt"/>', "s>a>e", '<globalUserTask id="gt" name="Ask"/>'
    ),
    "only drawn: two pools": definitions(
        '<collaboration id="c"><participant id="pp" name="We" processRef="p"/><participant id="pq" '
        'name="They" processRef="q"/>'
        + '<messageFlow id="m1" sourceRef="t" targetRef="qs"/><messageFlow id="m2" sourceRef="qe" targetRef="u"/>'
        "</collaboration>"
        + process(TWO_WAYS, "s>t>u>e").replace(' isExecutable="true"', "")
        + '<process id="q" name="They"><startEvent id="qs"><messageEventDefinition/></startEvent><task '
        'id="qt" name="Do"/>'
        f'<endEvent id="qe"><messageEventDefinition/></endEvent>{flows("qs>qt>qe")}</process>',
        picture=False,
    ),
    "public process": picture(TASK).replace(b"<process ", b'<process processType="Public" '),
}
