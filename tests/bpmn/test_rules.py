"""Every rule: diagrams it finds fault with, and diagrams it lets pass."""

import pytest

from bpmn.checking import check, errors, offered_by, rules
from bpmn.draft import read_draft
from bpmn.rules.finding import Severity
from tests.bpmn import schema_diagrams, structural_diagrams
from tests.bpmn.compiling.drawing import xml
from tests.bpmn.drawing import END, FORM, START, VOCABULARY, definitions, drawn, extended, process
from tests.bpmn.valid_diagrams import VALID as ALLOWED
from tests.parts.random_processes import DECISION, draw

TASK = '<task id="t" name="Work"/>'
LANE = "<laneSet><lane id='l' name='{name}'>{more}<flowNodeRef>u</flowNodeRef></lane></laneSet>"
MESSAGE = '<message id="m" name="mended"/>'
CATCH = '<messageEventDefinition messageRef="m"/>'


def task(kind="task", inner="", **attributes):
    written = "".join(f' {name}="{value}"' for name, value in attributes.items())
    return f'<{kind} id="t" name="Work"{written}>{inner}</{kind}>'


def user(inner="", kind="userTask", **properties):
    return f'<{kind} id="u" name="Ask">{extended(**properties)}{inner}</{kind}>'


def throw(definition, kind="intermediateThrowEvent"):
    return f'<{kind} id="t" name="It">{definition}</{kind}>'


def catch(definition, **properties):
    return f'<intermediateCatchEvent id="t" name="It">{extended(**properties)}{definition}</intermediateCatchEvent>'


def timer(inner):
    return catch(f"<timerEventDefinition>{inner}</timerEventDefinition>")


def boundary(definition, host=TASK, cancel="true", attached="t", **properties):
    definition = extended(**properties) + definition
    return (
        f'{host}<boundaryEvent id="b" name="B" attachedToRef="{attached}" cancelActivity="{cancel}">{definition}'
        "</boundaryEvent>"
    )


def script(text, language="FEEL"):
    return f'<scriptTask id="t" name="Work" scriptFormat="{language}"><script>{text}</script></scriptTask>'


def around_it(kind, before, after):
    """An element with a script before and one after it, as SpiffWorkflow's tools write them."""
    return (
        f'<{kind} id="t" name="It"><extensionElements><spiffworkflow:preScript>{before}</spiffworkflow:preScript>'
        f"<spiffworkflow:postScript>{after}</spiffworkflow:postScript></extensionElements></{kind}>"
    )


def stored(way, **properties):
    """An association with the data store `d`: into the activity (data) or out of it (out)."""
    tag, end = ("dataInputAssociation", "sourceRef") if way == "data" else ("dataOutputAssociation", "targetRef")
    return f"<{tag}>{extended(**properties)}<{end}>d</{end}></{tag}>"


STORE = f'<dataStoreReference id="d" name="Risks">{extended(recordType="risk")}</dataStoreReference>'
READS = stored("data", key="=k", result="={seen: response.title}")
WRITES = stored("out", values="={kind: k}")


def link(identity, way="Throw", name="A"):
    definition = f'<linkEventDefinition name="{name}"/>'
    return f'<intermediate{way}Event id="{identity}" name="It">{definition}</intermediate{way}Event>'


GATE = '<parallelGateway id="g"/>'
ERRORS = '<error id="away" name="Away" errorCode="away"/><error id="moon" name="Moon" errorCode="moon"/>'
AWAY = '<errorEventDefinition errorRef="away"/>'
MOON = '<errorEventDefinition errorRef="moon"/>'


def service(operation="notice/send", **parameters):
    inner = "".join(f'<spiffworkflow:parameter id="{k}" value="{v}"/>' for k, v in parameters.items())
    return (
        '<serviceTask id="t" name="Tell"><extensionElements>'
        f'<spiffworkflow:serviceTaskOperator id="{operation}"><spiffworkflow:parameters>{inner}'
        "</spiffworkflow:parameters></spiffworkflow:serviceTaskOperator></extensionElements></serviceTask>"
    )


def chooses(source):
    """A form with one field that offers a list of the installation."""
    field = b'{"type": "select", "key": "it", "id": "f1", "label": "It", "properties": {"choices": "%s"}}'
    return b'{"type": "default", "components": [' + field % source.encode() + b"]}"


def calls(decision):
    return (
        '<businessRuleTask id="t" name="Decide"><extensionElements><spiffworkflow:calledDecisionId>'
        f"{decision}</spiffworkflow:calledDecisionId></extensionElements></businessRuleTask>"
    )


def choice(first, second, default="", kind="exclusiveGateway"):
    """A gateway with two ways to the end; each way's condition, or nothing."""

    def way(identity, condition):
        inner = f"<conditionExpression>{condition}</conditionExpression>" if condition else ""
        return f'<sequenceFlow id="{identity}" sourceRef="g" targetRef="e">{inner}</sequenceFlow>'

    mark = f' default="{default}"' if default else ""
    return f'<{kind} id="g" name="Which?"{mark}/>{way("one", first)}{way("two", second)}'


def conditioned(source, target, condition, attributes=""):
    return (
        f'<sequenceFlow id="f" sourceRef="{source}" targetRef="{target}"><conditionExpression{attributes}>{condition}'
        "</conditionExpression></sequenceFlow>"
    )


DMN = (
    b'<definitions xmlns="https://www.omg.org/spec/DMN/20191111/MODEL/"><decision id="prio" name="Priority">'
    b"<variable name='priority'/><literalExpression><text>amount + other</text></literalExpression></decision>"
    b"</definitions>"
)
EMPTY = DMN[: DMN.index(b"<variable")] + b"</decision></definitions>"
HIDING = FORM.replace(b'"label"', b'"conditional": {"hide": "=amuont(amount) > 1"}, "label"')
TEXT_FORM = FORM.replace(b'"number"', b'"textfield"')
CASE_FORM = FORM.replace(b'"amount"', b'"case"')
STARTED = START.replace("/>", f">{extended(formRef='ask')}</startEvent>") + END
FACTS = b'owner = "service_desk"\ndeputy = "employee"\n[clauses]\n2018 = ["8.6.1"]\n'
MEASURES = b"""
[[measures]]
id = "often"
title = "Worked on twice"
where = "case.priority = \\"P1\\""
value = "visits.t > 1 and entered.t != null"
as = "share"
target = 0.5
[[service_levels]]
title = "Soon"
element = "t"
within = "PT8H"
"""


def measured(line):
    """A process with one measure."""
    text = b'[[measures]]\nid = "m"\ntitle = "M"\n' + line
    return drawn(TASK, ONE, process__toml=FACTS.replace(b"[clauses]", text + b"\n[clauses]"))


def promised(lines):
    """A process with one service level."""
    return drawn(TASK, ONE, process__toml=FACTS + b'[[service_levels]]\ntitle = "Soon"\n' + lines)


def whole(*processes, picture=True, **files):
    named = {name.replace("__", "."): content for name, content in files.items()}
    return read_draft({"x.bpmn": definitions("".join(processes), picture)} | named)


RISKS = 'count(records("risk"))'
CONDITION = "<conditionalEventDefinition><condition>=amount > 3</condition></conditionalEventDefinition>"


def call(called="supply", **properties):
    return f'<callActivity id="t" name="Call" calledElement="{called}">{extended(**properties)}</callActivity>'


def sends(**properties):
    return f'<intermediateThrowEvent id="m1" name="Tell">{extended(**properties)}{CATCH}</intermediateThrowEvent>'


def around(definition, inner="", interrupting="true"):
    start = f'<startEvent id="i" name="I" isInterrupting="{interrupting}">{definition}</startEvent>'
    return f'<subProcess id="v" name="V" triggeredByEvent="true">{start}<endEvent id="x"/>{inner}</subProcess>'


def loop(inner):
    return task(inner=inner)


COMPENSATE = "<compensateEventDefinition/>"
UNDONE = "s>t>x>e"


def undone(rest=""):
    """A task t that u undoes, and x, which calls for it."""
    undoes = '<userTask id="u" name="Undo" isForCompensation="true"/><association sourceRef="b" targetRef="u"/>'
    return boundary(COMPENSATE) + undoes + throw(f"<compensateEventDefinition{rest}/>").replace('"t"', '"x"', 1)


ONE = "s>t>e"
INPUT = (
    '<ioSpecification><dataInput id="in"/></ioSpecification><dataInputAssociation>{}<targetRef>in</targetRef>'
    "</dataInputAssociation>"
)
SETS = "<inputSet><dataInputRefs>d</dataInputRefs></inputSet><outputSet/>"
MANY = '<itemDefinition id="i" isCollection="true"/>'


def specified(sets, data='<dataInput id="d" name="asked"/>'):
    return f"<ioSpecification id='io'>{data}{sets}</ioSpecification>"


VALID = {
    "ad-hoc": [
        lambda: drawn('<subProcess id="t" name="T"/>', ONE),
        lambda: drawn(
            '<adHocSubProcess id="t" name="T"><userTask id="u"/><task id="w"/></adHocSubProcess>', ONE + " u>w"
        ),
    ],
    "assigned-person": [lambda: drawn(user(assignPerson="=caller"), "s>u>e")],
    "separate-duties": [
        lambda: drawn(user(separateFrom="s, v") + '<manualTask id="v" name="V"/>', "s>u>v>e"),
    ],
    "boundary-event": [
        lambda: drawn(boundary("<errorEventDefinition/>"), "s>t>e b>e"),
        lambda: drawn(boundary(CATCH, cancel="false"), "s>t>e b>e", outside=MESSAGE),
        lambda: drawn(boundary("<cancelEventDefinition/>", '<transaction id="t" name="T"/>'), "s>t>e b>e"),
    ],
    "call-activity": [
        lambda: drawn(call(), ONE),
        lambda: drawn(call(binding="versionTag", versionTag="2", inputs="={a: 1}", outputs="a, b"), ONE),
        lambda: drawn(call(binding="publication", inputs="none"), ONE),
    ],
    "called-process": [
        lambda: drawn(call(), ONE),
        lambda: drawn(call("p"), ONE),
        lambda: drawn(call(inputs="all"), ONE),
        lambda: drawn(call(inputs="article, amount, more", binding="versionTag", versionTag="2"), ONE),
        lambda: drawn(call(inputs="={article: a, amount: 1}"), ONE),
        lambda: drawn(call(inputs="=everything"), ONE),
    ],
    "message-partner": [
        lambda: drawn(sends(), "s>m1>e", outside=MESSAGE.replace("mended", "ordered")),
        lambda: drawn(catch(CATCH), ONE, outside=MESSAGE.replace("mended", "delivered")),
        lambda: drawn(catch(CATCH), ONE, outside=MESSAGE.replace("mended", "response.warning")),
        lambda: drawn(catch(CATCH, offeredTo="caller"), ONE, outside=MESSAGE),
        lambda: drawn(sends() + catch(CATCH), "s>m1>t>e", outside=MESSAGE),
    ],
    "correlation": [
        lambda: drawn(catch(CATCH, correlate="=case.number"), ONE, outside=MESSAGE),
        lambda: drawn(
            sends(correlate="=a", messageId="=b", timeToLive="P1D") + catch(CATCH, correlate="=a"),
            "s>m1>t>e",
            outside=MESSAGE,
        ),
        lambda: drawn(sends(timeToLive="=life"), "s>m1>e", outside=MESSAGE),
    ],
    "cancel-end": [
        lambda: drawn(
            '<transaction id="t" name="T"><startEvent id="i"/>'
            '<endEvent id="x"><cancelEventDefinition/></endEvent></transaction>'
            + boundary("<cancelEventDefinition/>", ""),
            "s>t>e i>x b>e",
        )
    ],
    "clock": [lambda: drawn(user(clockStart="response, resolution"), "s>u>e")],
    "compensation": [
        lambda: drawn(task(isForCompensation="false"), ONE),
        lambda: drawn(undone(), UNDONE),
        lambda: drawn(undone(rest=' activityRef="t"'), UNDONE),
        lambda: drawn(f'<subProcess id="w" name="W">{around(COMPENSATE)}</subProcess>', "s>w>e"),
        lambda: drawn(
            f'<subProcess id="w" name="W">{around(COMPENSATE)}</subProcess>'.replace(
                "triggeredByEvent", 'isForCompensation="true" triggeredByEvent'
            ),
            "s>w>e",
        ),
    ],
    "compiles": [lambda: drawn(TASK, ONE)],
    "complex-gateway": [
        lambda: drawn('<complexGateway id="t"/>', ONE),
        lambda: drawn(
            '<complexGateway id="t"><activationCondition>=activationCount = 1</activationCondition></complexGateway>',
            "s>t>e s>t",
        ),
    ],
    "condition-language": [
        lambda: drawn(choice("=a", "", "two"), "s>g"),
        lambda: drawn(
            '<exclusiveGateway id="g"/>'
            + conditioned("g", "e", "=a", ' language="https://www.omg.org/spec/DMN/20191111/FEEL/"'),
            "s>g>e",
        ),
        lambda: drawn(choice("a == 1", "", "two"), "s>g"),
        lambda: drawn(choice('a = "b"', "", "two"), "s>g"),
        lambda: drawn('<exclusiveGateway id="g"/>' + conditioned("g", "e", "a", ' language="python"'), "s>g>e"),
    ],
    "conditional-event": [
        lambda: drawn(catch(CONDITION), ONE),
        lambda: drawn(
            catch("<conditionalEventDefinition><condition>a == 1</condition></conditionalEventDefinition>"), ONE
        ),
        lambda: drawn(boundary(CONDITION, cancel="false"), "s>t>e b>e"),
    ],
    "conditional-flow": [
        lambda: drawn(choice("=a", "", "two"), "s>g"),
        lambda: drawn(task(default="t_e") + conditioned("t", "e", "=a"), "s>t>e"),
    ],
    "dangling-reference": [lambda: drawn(catch(CATCH), ONE, outside=MESSAGE)],
    "data-association": [
        lambda: drawn(TASK + '<association id="as" sourceRef="t" targetRef="e"/>', ONE),
        lambda: drawn(task(inner="<dataInputAssociation/>"), ONE),
        lambda: drawn(task(inner=INPUT.format("<sourceRef>d</sourceRef>")) + '<dataObject id="d"/>', ONE),
    ],
    "data-specification": [
        lambda: drawn(task(inner=specified(SETS)), ONE),
        lambda: drawn(task(inner=specified("<inputSet/><outputSet/>", data="")), ONE),
        lambda: drawn(TASK + '<dataObject id="d" isCollection="true" itemSubjectRef="i"/>', ONE, outside=MANY),
        lambda: drawn(TASK + '<dataObject id="d"/><dataObjectReference id="r" dataObjectRef="d"/>', ONE),
    ],
    "data-store": [
        lambda: drawn(task(inner=READS) + STORE, ONE),
        lambda: drawn(task(inner=WRITES) + STORE, ONE),
        lambda: drawn(TASK + STORE, ONE),
    ],
    "dead-end": [lambda: drawn(TASK, ONE)],
    "decision": [lambda: drawn(calls("prio"), ONE, d__dmn=DMN)],
    "default-flow": [
        lambda: drawn(choice("=a", "", "two"), "s>g"),
        lambda: drawn(task(default="t_e") + conditioned("t", "e", "=a"), "s>t>e"),
    ],
    "duplicate-id": [lambda: drawn(TASK, ONE)],
    "event-definition": [
        lambda: drawn(catch(CATCH), ONE, outside=MESSAGE),
        lambda: drawn(throw("<terminateEventDefinition/>", "endEvent"), "s>t"),
    ],
    "event-gateway": [
        lambda: drawn(
            '<eventBasedGateway id="g"/><intermediateCatchEvent id="a"/><intermediateCatchEvent id="b"/>',
            "s>g>a>e g>b>e",
        )
    ],
    "event-sub-process": [
        lambda: drawn('<subProcess id="t" name="T"/>', ONE),
        lambda: drawn(TASK + around(CATCH, interrupting="false"), "s>t>e i>x", outside=MESSAGE),
        lambda: drawn(TASK + around("<errorEventDefinition/>"), "s>t>e i>x"),
    ],
    "executable-process": [lambda: drawn(TASK, ONE)],
    "facts": [lambda: drawn(TASK, ONE), lambda: drawn(TASK, ONE, process__toml=FACTS)],
    "measures": [lambda: drawn(TASK, ONE, process__toml=FACTS + MEASURES)],
    "task-clauses": [
        lambda: drawn(TASK, ONE),
        lambda: drawn(user(clauses="2018 8.6.1, 2005 8.2"), "s>u>e", process__toml=FACTS + b'2005 = ["8.2"]'),
    ],
    "feel-function": [
        lambda: drawn(script("x = working time(a, b, calendar)"), ONE),
        lambda: drawn(script("x = {half: function(n) n / 2, y: half(4)}.y"), ONE),
        lambda: drawn(script("x = people[old(age)]"), ONE),
        lambda: drawn(STARTED, ONE, ends=False, ask__form=HIDING.replace(b"amuont", b"abs"), d__dmn=DMN),
    ],
    "feel-syntax": [
        lambda: drawn(choice("=a &gt; 1 and b", "", "two"), "s>g"),
        lambda: drawn(service(to="&quot;a&quot; + caller"), ONE),
        lambda: drawn(user(title="Look (at it"), "s>u>e"),
        lambda: drawn(script("x = working time(a, b, calendar)"), ONE),
    ],
    "flow-connection": [lambda: drawn(TASK, ONE)],
    "form-file": [lambda: drawn(user(formRef="ask"), "s>u>e", ask__form=FORM)],
    "form-keys": [lambda: drawn(TASK, ONE, ask__form=FORM, other__form=FORM)],
    "form-unused": [lambda: drawn(user(formRef="ask"), "s>u>e", ask__form=FORM)],
    "gateway-conditions": [
        lambda: drawn(choice("=a", "", "two"), "s>g"),
        lambda: drawn('<exclusiveGateway id="g"/>', "s>g>e"),
        lambda: drawn('<parallelGateway id="g"/>' + TASK, "s>g>t>e g>e"),
    ],
    "instantiating": [
        lambda: drawn(task("receiveTask", messageRef="m"), ONE, outside=MESSAGE),
        lambda: drawn(task("receiveTask", messageRef="m", instantiate="true"), "s>e t>e", outside=MESSAGE),
        lambda: drawn(f'<eventBasedGateway id="g" instantiate="true"/>{catch(CATCH)}', "s>e g>t>e", outside=MESSAGE),
    ],
    "lane-role": [
        lambda: drawn(LANE.format(name="Service desk", more="") + user(), "s>u>e"),
        lambda: drawn(LANE.format(name="Anybody", more=extended(role="employee")) + user(), "s>u>e"),
        lambda: drawn(LANE.format(name="Anybody", more="") + user(assignGroup="=group"), "s>u>e"),
        lambda: drawn(LANE.format(name="Machine", more="").replace("u<", "t<") + TASK, ONE),
    ],
    "link-event": [
        lambda: drawn(throw(""), ONE),
        lambda: drawn(link("l1") + link("l2") + GATE + link("t", "Catch"), "s>g g>l1 g>l2 t>e"),
    ],
    "case-link": [
        lambda: drawn(catch(CATCH, link="follows"), ONE, outside=MESSAGE),
        lambda: drawn(catch(CATCH, link="resolves problem, follows"), ONE, outside=MESSAGE),
        lambda: drawn(task("receiveTask", messageRef="m"), ONE, outside=MESSAGE),
        lambda: drawn(user(formRef="ask", link="duplicate_of", linkTo="other"), "s>u>e"),
    ],
    "message-name": [
        lambda: drawn(catch(CATCH), ONE, outside=MESSAGE),
        lambda: drawn(task("sendTask", messageRef="m"), ONE, outside=MESSAGE),
        lambda: drawn(boundary("<errorEventDefinition/>"), "s>t>e b>e"),
    ],
    "misspelt-property": [lambda: drawn(user(formRef="ask", kpi="begin", evidence="record"), "s>u>e")],
    "not-drawn": [lambda: drawn(TASK, ONE)],
    "offered-message": [
        lambda: drawn(catch(CATCH, offeredTo="caller"), ONE, outside=MESSAGE),
        lambda: drawn(catch(CATCH, offeredTo="service_desk"), ONE, outside=MESSAGE),
    ],
    "operation": [
        lambda: drawn(service(), ONE),
        lambda: drawn(service("ask/there", what="1"), ONE),
        lambda: drawn(service("ask/there", what="1", how="2"), ONE),
    ],
    "other-tool": [lambda: drawn(user(formRef="ask"), "s>u>e")],
    "outside-error": [
        lambda: drawn(boundary(AWAY, service("ask/there", what="1")), "s>t>e b>e", outside=ERRORS),
        lambda: drawn(boundary("<errorEventDefinition/>", service("ask/there", what="1")), "s>t>e b>e"),
        lambda: drawn(boundary(MOON), "s>t>e b>e", outside=ERRORS),
        lambda: drawn(service("ask/there", what="1") + around(MOON), "s>t>e i>x", outside=ERRORS),
        lambda: drawn(service("ask/there", what="1") + around("<errorEventDefinition/>"), "s>t>e i>x"),
        lambda: drawn(boundary(MOON, '<callActivity id="t" name="T" calledElement="p"/>'), "s>t>e b>e", outside=ERRORS),
    ],
    "error-variables": [
        lambda: drawn(boundary(MOON, codeVariable="why", messageVariable="said"), "s>t>e b>e", outside=ERRORS),
    ],
    "quantities": [lambda: drawn(task(startQuantity="1", completionQuantity="3"), ONE)],
    "record-type": [
        lambda: drawn(service("record/find", type="&quot;risk&quot;"), ONE),
        lambda: drawn(service("record/find", type="kind"), ONE),
        lambda: drawn(TASK, ONE, ask__form=chooses("record:risk"), process__toml=b'records = ["risk"]'),
    ],
    "repetition": [
        lambda: drawn(
            loop("<standardLoopCharacteristics><loopCondition>=a</loopCondition></standardLoopCharacteristics>"), ONE
        ),
        lambda: drawn(loop('<standardLoopCharacteristics loopMaximum="3"/>'), ONE),
        lambda: drawn(
            loop(
                "<multiInstanceLoopCharacteristics><loopCardinality>3</loopCardinality></multiInstanceLoopCharacteristics>"
            ),
            ONE,
        ),
    ],
    "python-subset": [
        lambda: drawn(script("a = [x for x in (1, 2) if x > 1]\nfor b in a:\n    a.append(b)", "python"), ONE),
        lambda: drawn(script("if a:\n    b = 1", ""), ONE),
        lambda: drawn(choice("len(a) > 1 and b == 'c'", "", "two"), "s>g"),
        lambda: drawn(around_it("userTask", "x = 1", "y = 2"), ONE),
    ],
    "scenario": [lambda: drawn(TASK, ONE, good__scenario__json=b'{"expect": {"end": ["e"]}}')],
    "script-language": [
        lambda: drawn(script("a = 1"), ONE),
        lambda: drawn(script("a = 1", ""), ONE),
        lambda: drawn(script("a = 1", "text/x-python"), ONE),
        lambda: drawn(around_it("userTask", "x = 1", "y = 2"), ONE),
    ],
    "script-lines": [lambda: drawn(script("// sums\na = 1\n\nlong name = a + 1"), ONE)],
    "several-outgoing": [lambda: drawn('<parallelGateway id="g"/>' + TASK, "s>g>t>e g>e")],
    "start-event": [
        lambda: drawn('<subProcess id="t" name="T"><startEvent id="i"/></subProcess>', ONE),
        lambda: drawn(f'<startEvent id="s2" name="S">{CATCH}</startEvent>{TASK}', "s>t>e s2>t", outside=MESSAGE),
    ],
    "start-trigger": [
        lambda: drawn(TASK, ONE),
        lambda: drawn(f'<startEvent id="s" name="S">{CATCH}</startEvent>{END}', "s>e", ends=False, outside=MESSAGE),
        lambda: drawn(
            f'<startEvent id="s" name="S">{CONDITION.replace("amount", RISKS)}</startEvent>{END}',
            "s>e",
            ends=False,
        ),
        lambda: drawn(TASK + around("<timerEventDefinition/>"), "s>t>e i>x"),
    ],
    "task-dates": [
        lambda text=text: drawn(user(formRef="ask", assignGroup="employee", due=text, followUp=text), "s>u>e")
        for text in ("P2D", "2027-02-01", "2027-02-01T09:00:00+01:00", "=now()", "")
    ],
    "task-priority": [
        lambda text=text: drawn(user(formRef="ask", assignGroup="employee", priority=text), "s>u>e")
        for text in ("80", "0", "=urgency * 10", "")
    ],
    "task-role": [
        lambda: drawn(LANE.format(name="Service desk", more="") + user(), "s>u>e"),
        lambda: drawn(user(assignPerson="=caller"), "s>u>e"),
        lambda: drawn(user(assignGroup="employee"), "s>u>e"),
    ],
    "timer": [
        lambda text=text: drawn(timer(text), ONE)
        for text in (
            "<timeDuration>PT4H</timeDuration>",
            "<timeDuration>P1Y2M3DT4H5M6.5S</timeDuration>",
            "<timeDuration>P2W</timeDuration>",
            "<timeDuration>=working time(now(), duration(hours), calendar)</timeDuration>",
            "<timeDate>2027-02-01T09:00:00+01:00</timeDate>",
            "<timeDate>2027-02-01</timeDate>",
            "<timeCycle>R3/PT1H</timeCycle>",
            "<timeCycle>R/2027-02-01T09:00:00Z/P1D</timeCycle>",
            "<timeCycle>0 0 * * *</timeCycle>",
            '<timeDuration>"PT1H"</timeDuration>',
            "<timeDuration>timedelta(hours=4)</timeDuration>",
            "<timeCycle>R5/P1D/2027-03-01T00:00:00Z</timeCycle>",
        )
    ],
    "unnamed": [lambda: drawn('<task id="t" name="Work"/><parallelGateway id="g"/>', "s>t>g>e")],
    "unreachable": [lambda: drawn(boundary("<errorEventDefinition/>"), "s>t>e b>e")],
    "unread": [lambda: drawn(TASK + '<textAnnotation id="x"><text>Note</text></textAnnotation>', ONE)],
    "unset-name": [
        lambda: drawn(STARTED + script("total = amount + 1\nsum = total"), ONE, ends=False, ask__form=FORM),
        lambda: drawn(STARTED + script("x = case.number + caller"), ONE, ends=False, ask__form=FORM),
        # Without a start form the data come from elsewhere: nothing can be said.
        lambda: drawn(script("x = anything"), ONE),
    ],
    "user-task-form": [
        lambda: drawn(user(formRef="ask"), "s>u>e"),
        lambda: drawn(user(kind="manualTask"), "s>u>e"),
    ],
}

INVALID = {
    "ad-hoc": [
        (lambda: drawn('<adHocSubProcess id="t" name="T"/>', ONE), {("nothing-to-begin", "t")}),
        (
            lambda: drawn(
                '<adHocSubProcess id="t" name="T"><userTask id="u"/><exclusiveGateway id="w"/></adHocSubProcess>', ONE
            ),
            {("begun-by-nobody", "w")},
        ),
        (
            lambda: drawn(
                '<adHocSubProcess id="t" name="T"><userTask id="u"/><endEvent id="w"/></adHocSubProcess>', ONE + " u>w"
            ),
            {("event-in-ad-hoc", "w")},
        ),
    ],
    "separate-duties": [
        (lambda: drawn(user(separateFrom="gone, u"), "s>u>e"), {("no-such-step", "u")}),
        (lambda: drawn(user(kind="task", separateFrom="s"), "s>u>e"), {("nobody-does-it", "u")}),
    ],
    "assigned-person": [(lambda: drawn(user(assignPerson="mary"), "s>u>e"), {("assigned-person", "u")})],
    "boundary-event": [
        (lambda: drawn(boundary(CATCH, attached="gone"), "s>t>e b>e", outside=MESSAGE), {("not-attached", "b")}),
        (lambda: drawn(boundary(CATCH, attached="s"), "s>t>e b>e", outside=MESSAGE), {("not-attached", "b")}),
        (lambda: drawn(boundary("<errorEventDefinition/>", cancel="false"), "s>t>e b>e"), {("must-interrupt", "b")}),
        (lambda: drawn(boundary("<cancelEventDefinition/>"), "s>t>e b>e"), {("cancel-without-transaction", "b")}),
    ],
    "call-activity": [
        (lambda: drawn('<callActivity id="t" name="Call"/>', ONE), {("nothing-called", "t")}),
        (lambda: drawn(call(binding="newest"), ONE), {("unknown-binding", "t")}),
        (lambda: drawn(call(binding="versionTag"), ONE), {("no-version-tag", "t")}),
        (lambda: drawn(call(versionTag="2"), ONE), {("no-version-tag", "t")}),
        (lambda: drawn(call(outputs="={a: 1}"), ONE), {("outputs-not-names", "t")}),
    ],
    "called-process": [
        (lambda: drawn(call("nowhere"), ONE), {("called-process", "t")}),
        (lambda: drawn(call(binding="versionTag", versionTag="9"), ONE), {("no-such-tag", "t")}),
        (lambda: drawn(call(inputs="none"), ONE), {("missing-inputs", "t")}),
        (lambda: drawn(call(inputs="article"), ONE), {("missing-inputs", "t")}),
        (lambda: drawn(call(inputs="={amount: 1}"), ONE), {("missing-inputs", "t")}),
    ],
    "message-partner": [
        (lambda: drawn(sends(), "s>m1>e", outside=MESSAGE), {("no-receiver", "m1")}),
        (lambda: drawn(catch(CATCH), ONE, outside=MESSAGE), {("no-sender", "t")}),
    ],
    "correlation": [
        (lambda: drawn(user(correlate="=a"), "s>u>e"), {("misplaced-correlation", "u")}),
        (lambda: drawn(catch(CATCH, messageId="=a"), ONE, outside=MESSAGE), {("misplaced-correlation", "t")}),
        (lambda: drawn(sends(timeToLive="soon"), "s>m1>e", outside=MESSAGE), {("time-to-live", "m1")}),
        (
            lambda: drawn(sends(correlate="=a") + catch(CATCH), "s>m1>t>e", outside=MESSAGE),
            {("correlation", "t")},
        ),
    ],
    "cancel-end": [
        (lambda: drawn(throw("<cancelEventDefinition/>", "endEvent"), "s>t"), {("cancel-end", "t")}),
        (
            lambda: drawn(
                '<transaction id="t" name="T"><startEvent id="i"/>'
                '<endEvent id="x"><cancelEventDefinition/></endEvent></transaction>',
                "s>t>e i>x",
            ),
            {("cancel-not-caught", "x")},
        ),
    ],
    "clock": [
        (lambda: drawn(user(clockStop="response, respons"), "s>u>e"), {("clock", "u")}),
        (lambda: drawn(user(clockPause="waiting"), "s>u>e"), {("clock", "u")}),
    ],
    "compensation": [
        (lambda: drawn(task(isForCompensation="true"), ONE), {("handler-of-nothing", "t"), ("handler-in-flow", "t")}),
        (lambda: drawn(boundary(COMPENSATE), ONE), {("no-handler", "b")}),
        (lambda: drawn(undone().replace(' isForCompensation="true"', ""), UNDONE), {("no-handler", "b")}),
        (lambda: drawn(undone(), UNDONE + " u>e"), {("handler-in-flow", "u")}),
        (
            lambda: drawn(
                undone() + boundary(CONDITION, "", attached="u").replace('"b"', '"c"'),
                UNDONE + " c>e",
            ),
            {("handler-with-event", "c")},
        ),
        (lambda: drawn(undone(rest=' activityRef="x"'), UNDONE), {("cannot-be-undone", "x")}),
        (lambda: drawn(around(COMPENSATE), "s>e"), {("never-undone", "i")}),
    ],
    "compiles": [(lambda: drawn(timer("<timeDate>2027-02-31</timeDate>"), ONE), {("compiles", "t")})],
    "complex-gateway": [
        (
            lambda: drawn(TASK.replace('"t"', '"u"') + '<complexGateway id="t"/>', "s>u>t>e s>t"),
            {("complex-gateway", "t")},
        )
    ],
    "condition-language": [
        (lambda: drawn(choice("when paid", "", "two"), "s>g"), {("natural-language", "one")}),
        (lambda: drawn(choice("a unless b", "", "two"), "s>g"), {("natural-language", "one")}),
        (
            lambda: drawn('<exclusiveGateway id="g"/>' + conditioned("g", "e", "a", ' language="FEEL"'), "s>g>e"),
            {("condition-language", "f")},
        ),
        (
            lambda: drawn('<exclusiveGateway id="g"/>' + conditioned("g", "e", "a", ' language="groovy"'), "s>g>e"),
            {("other-language", "f")},
        ),
    ],
    "conditional-event": [
        (lambda: drawn(catch("<conditionalEventDefinition/>"), ONE), {("conditional-event", "t")}),
        (
            lambda: drawn(
                catch("<conditionalEventDefinition><condition>when paid</condition></conditionalEventDefinition>"), ONE
            ),
            {("conditional-event", "t")},
        ),
    ],
    "conditional-flow": [
        (
            lambda: drawn(catch(CATCH) + conditioned("t", "e", "=a"), "s>t", outside=MESSAGE),
            {("conditional-flow", "f")},
        ),
        (
            lambda: drawn('<parallelGateway id="g"/>' + conditioned("g", "e", "=a"), "s>g>e"),
            {("conditional-flow", "f")},
        ),
    ],
    "dangling-reference": [
        (lambda: drawn(catch(CATCH), ONE), {("dangling-reference", "t")}),
        (lambda: drawn(TASK, "s>t>e t>gone"), {("dangling-reference", "t_gone")}),
        (
            lambda: drawn(task(inner=specified(SETS.replace(">d<", ">gone<"), data="")), ONE),
            {("dangling-reference", "io")},
        ),
        (lambda: drawn(TASK + '<sequenceFlow id="f" sourceRef="t"/>', ONE), {("loose-flow", "f")}),
        (lambda: drawn(LANE.format(name="Service desk", more="") + TASK, ONE), {("dangling-reference", "l")}),
    ],
    "data-specification": [
        (lambda: drawn(task(inner=specified("<outputSet/>", data="")), ONE), {("no-set", "t")}),
        (lambda: drawn(task(inner=specified("<inputSet/>", data="")), ONE), {("no-set", "t")}),
        (lambda: drawn(task(inner=specified("<inputSet/><outputSet/>")), ONE), {("in-no-set", "t")}),
        (
            lambda: drawn(TASK + '<dataObject id="d" itemSubjectRef="i"/>', ONE, outside=MANY),
            {("collection", "d")},
        ),
        (lambda: drawn(TASK + '<dataObjectReference id="r"/>', ONE), {("of-nothing", "r")}),
    ],
    "data-store": [
        (lambda: drawn(TASK + STORE.replace("risk", "rsk"), ONE), {("unknown-type", "p")}),
        (lambda: drawn(task(inner=stored("data", key="=k")) + STORE, ONE), {("result-missing", "t")}),
        (
            lambda: drawn(task(inner=stored("data", key="=k", where="={}", result="={a: response}")) + STORE, ONE),
            {("key-and-where", "t")},
        ),
        (lambda: drawn(task(inner=stored("out", title="=k")) + STORE, ONE), {("values-missing", "t")}),
        (
            lambda: drawn(task(inner=stored("out", values="={}", valeus="={}")) + STORE, ONE),
            {("property-unknown", "t")},
        ),
        (
            lambda: drawn(task(inner=READS + '<standardLoopCharacteristics loopMaximum="2"/>') + STORE, ONE),
            {("no-activity", "t")},
        ),
        (lambda: drawn(catch(READS + CATCH) + STORE, ONE, outside=MESSAGE), {("no-activity", "t")}),
    ],
    "data-association": [
        (
            lambda: drawn(task(inner=INPUT.format("<assignment><to>in</to></assignment>")), ONE),
            {("data-association", "t")},
        ),
        (
            lambda: drawn(
                task(
                    inner='<ioSpecification><dataOutput id="out"/></ioSpecification><dataOutputAssociation>'
                    "<sourceRef>out</sourceRef><targetRef>d</targetRef></dataOutputAssociation>"
                )
                + '<dataStoreReference id="d" name="Stock"/>',
                ONE,
            ),
            {("store-of-the-case", "t")},
        ),
    ],
    "dead-end": [(lambda: drawn(TASK, "s>t s>e"), {("dead-end", "t")})],
    "decision": [
        (lambda: drawn('<businessRuleTask id="t"/>', ONE), {("no-decision", "t")}),
        (lambda: drawn(calls("other"), ONE, d__dmn=DMN), {("decision", "t")}),
        (lambda: drawn(calls("prio"), ONE, d__dmn=EMPTY), {("empty-decision", "t")}),
    ],
    "default-flow": [
        (lambda: drawn(choice("=a", "=b", "s_g"), "s>g"), {("default-flow", "g")}),
        (lambda: drawn(task(default="t_e"), ONE), {("default-without-choice", "t")}),
    ],
    "duplicate-id": [(lambda: drawn(TASK + '<task id="s" name="T"/>', ONE), {("duplicate-id", "s")})],
    "event-definition": [
        (lambda: drawn(catch(""), ONE), {("no-definition", "t")}),
        (lambda: drawn(throw("<timerEventDefinition/>"), ONE), {("wrong-definition", "t")}),
        (lambda: drawn(boundary(""), "s>t>e b>e"), {("no-definition", "b")}),
        (lambda: drawn(catch(CATCH + "<errorEventDefinition/>"), ONE, outside=MESSAGE), {("wrong-definition", "t")}),
        (lambda: drawn(catch(CATCH + "<linkEventDefinition/>"), ONE, outside=MESSAGE), {("stands-alone", "t")}),
        (lambda: drawn(boundary(CATCH + "<compensateEventDefinition/>"), "s>t>e b>e"), {("stands-alone", "b")}),
        (
            lambda: drawn(boundary(CATCH + AWAY).replace('Ref="t"', 'Ref="t" parallelMultiple="true"'), "s>t>e b>e"),
            {("cannot-wait", "b")},
        ),
        (
            lambda: drawn(throw(CATCH + '<compensateEventDefinition waitForCompletion="false"/>'), ONE),
            {("does-not-wait", "t")},
        ),
        (
            lambda: drawn(throw(CATCH + CATCH).replace(' name="It"', ' parallelMultiple="true"'), ONE),
            {("throws-together", "t")},
        ),
    ],
    "event-gateway": [
        (
            lambda: drawn('<eventBasedGateway id="g"/><intermediateCatchEvent id="a"/>' + TASK, "s>g>a>e g>t>e"),
            {("no-event", "t")},
        ),
        (lambda: drawn('<eventBasedGateway id="g"/><intermediateCatchEvent id="a"/>', "s>g>a>e"), {("no-choice", "g")}),
        (
            lambda: drawn(
                '<eventBasedGateway id="g" eventGatewayType="Parallel"/><intermediateCatchEvent id="a"/>'
                '<intermediateCatchEvent id="b"/>' + TASK,
                "s>g>a>e g>b>t>a",
            ),
            {("parallel-event-gateway", "g"), ("other-path", "a")},
        ),
        (
            lambda: drawn(
                f'<eventBasedGateway id="g"/>{catch(CATCH)}<receiveTask id="r" messageRef="m"/>', "s>g>t>e g>r>e"
            ),
            {("events-and-tasks", "g")},
        ),
        (
            lambda: drawn(
                '<eventBasedGateway id="g"/>'
                + boundary("<timerEventDefinition/>", task("receiveTask", messageRef="m"))
                + '<receiveTask id="r" messageRef="m"/>',
                "s>g>t>e g>r>e b>e",
            ),
            {("more-than-waiting", "t")},
        ),
    ],
    "event-sub-process": [
        (lambda: drawn(TASK + around(""), "s>t>e i>x"), {("event-sub-process-without-trigger", "i")}),
        (
            lambda: drawn(TASK + around("<errorEventDefinition/>", interrupting="false"), "s>t>e i>x"),
            {("must-interrupt", "i")},
        ),
        (
            lambda: drawn(TASK + around(CATCH), "s>t>v>e i>x", outside=MESSAGE),
            {("event-sub-process-connected", "v")},
        ),
        (
            lambda: drawn(TASK + around(CATCH, "<standardLoopCharacteristics/>"), "s>t>e i>x", outside=MESSAGE),
            {("event-sub-process-repeated", "v")},
        ),
    ],
    "executable-process": [
        (lambda: whole(process(TASK, ONE).replace(' isExecutable="true"', "")), {("no-executable-process", "p")}),
    ],
    "facts": [
        (lambda: drawn(TASK, ONE, process__toml=b""), {("no-owner", None)}),
        (lambda: drawn(TASK, ONE, process__toml=b'owner = "nobody"\ndeputy = "employee"'), {("unknown-owner", None)}),
        (lambda: drawn(TASK, ONE, process__toml=FACTS.replace(b"8.6.1", b"8.9")), {("unknown-clause", None)}),
    ],
    "measures": [
        (lambda: measured(b'value = "visits.t >"'), {("measure-unreadable", None)}),
        (lambda: measured(b'value = "visits.nothing > 1"'), {("measured-element", None)}),
        (lambda: measured(b'where = "priority = 1"'), {("measure-name", None)}),
        (lambda: measured(b'over = "records"\ntype = "nothing"'), {("measured-type", None)}),
        (lambda: measured(b'over = "records"\ntype = "risk"\nwhere = "data.nothing"'), {("measured-field", None)}),
        (lambda: measured(b'over = "records"\ntype = "risk"\nwhere = "case.state"'), {("measure-name", None)}),
        (lambda: promised(b'element = "nothing"'), {("measured-element", None)}),
        (lambda: promised(b'clock = "sand"'), {("level-without-clock", None)}),
        (lambda: promised(b'element = "t"\nwithin = "two days"'), {("level-without-time", None)}),
    ],
    "task-clauses": [
        (lambda: drawn(user(clauses="8.6.1"), "s>u>e", process__toml=FACTS), {("unknown-clause", "u")}),
        (lambda: drawn(user(clauses="2018 8.6.2, 2018 99"), "s>u>e", process__toml=FACTS), {("unknown-clause", "u")}),
    ],
    "feel-function": [
        (lambda: drawn(script("x = lenght(a)"), ONE), {("feel-function", "t")}),
        (lambda: drawn(choice("=datetime.date(2027, 1, 1) &gt; a", "", "two"), "s>g"), {("feel-function", "one")}),
        (lambda: drawn(timer("<timeDuration>=a.minutes(5)</timeDuration>"), ONE), {("feel-function", "t")}),
        (lambda: drawn(STARTED, ONE, ends=False, ask__form=HIDING), {("form-function", None)}),
        (
            lambda: drawn(TASK, ONE, d__dmn=DMN.replace(b"amount +", b"amount.of(1) + today.now() +")),
            {("decision-function", None)},
        ),
    ],
    "feel-syntax": [
        (lambda: drawn(task(inner=stored("out", values="={a:")) + STORE, ONE), {("feel-syntax", "t")}),
        (lambda: drawn(choice("=a ==", "", "two"), "s>g"), {("feel-syntax", "one")}),
        (lambda: drawn(choice("=", "", "two"), "s>g"), {("empty-expression", "one")}),
        (lambda: drawn(script("a = " + "1+" * 2_600 + "1"), ONE), {("expression-too-long", "t")}),
        (lambda: drawn(script("a = 1\n" * 3_001), ONE), {("too-many-expressions", "p")}),
        (lambda: drawn(script("a = 1 +"), ONE), {("feel-syntax", "t")}),
        (lambda: drawn(timer("<timeDuration>=duration(</timeDuration>"), ONE), {("feel-syntax", "t")}),
        (lambda: drawn(user(assignPerson="=caller)"), "s>u>e"), {("feel-syntax", "u")}),
        (lambda: drawn(service(to="[1,"), ONE), {("feel-syntax", "t")}),
        (
            lambda: drawn(
                loop(
                    "<multiInstanceLoopCharacteristics><loopCardinality>=3 3</loopCardinality>"
                    "</multiInstanceLoopCharacteristics>"
                ),
                ONE,
            ),
            {("feel-syntax", "t")},
        ),
        (
            lambda: drawn(
                throw(
                    '<messageEventDefinition messageRef="m"><extensionElements><spiffworkflow:messagePayload>{a: '
                    "</spiffworkflow:messagePayload></extensionElements></messageEventDefinition>"
                ),
                ONE,
                outside=MESSAGE,
            ),
            {("feel-syntax", "t")},
        ),
    ],
    "flow-connection": [
        (lambda: drawn(TASK, "s>t>e t>s"), {("flow-into-start", "t_s")}),
        (lambda: drawn(TASK, "s>t>e e>t"), {("flow-out-of-end", "e_t")}),
        (
            lambda: drawn('<subProcess id="t" name="T"><task id="i"/></subProcess>', "s>t>e s>i"),
            {("flow-crosses-border", "s_i")},
        ),
        (
            lambda: drawn(TASK + '<textAnnotation id="x"><text>Note</text></textAnnotation>', "s>t>e t>x"),
            {("flow-between-others", "t_x")},
        ),
    ],
    "form-file": [
        (lambda: drawn(user(formRef="ask"), "s>u>e"), {("form-file", "u")}),
        (lambda: drawn(user(formRef="ask.form"), "s>u>e", ask__form=FORM), {("form-file", "u")}),
    ],
    "form-keys": [
        (lambda: drawn(TASK, ONE, ask__form=FORM, other__form=TEXT_FORM), {("key-conflict", None)}),
        (lambda: drawn(TASK, ONE, ask__form=CASE_FORM), {("reserved-key", None)}),
    ],
    "form-unused": [(lambda: drawn(TASK, ONE, ask__form=FORM), {("form-unused", None)})],
    "gateway-conditions": [
        (lambda: drawn(choice("=a", "=b"), "s>g"), {("no-default", "g")}),
        (lambda: drawn(choice("", "", "two"), "s>g"), {("no-condition", "one")}),
        (lambda: drawn(choice("=a", "=b", "two"), "s>g"), {("default-condition", "two")}),
        (
            lambda: drawn(choice("", "", kind="inclusiveGateway"), "s>g"),
            {("no-default", "g"), ("no-condition", "one"), ("no-condition", "two")},
        ),
    ],
    "instantiating": [
        (lambda: drawn(task("receiveTask", instantiate="true"), ONE), {("begins-in-the-middle", "t")}),
        (lambda: drawn(task("sendTask", instantiate="true"), "s>e t>e"), {("begins-and-more", "t")}),
        (
            lambda: drawn('<eventBasedGateway id="g" instantiate="true"/>', "s>g>e"),
            {("begins-in-the-middle", "g")},
        ),
        (
            lambda: drawn('<eventBasedGateway id="g" instantiate="true"/>' + timer(""), "s>e g>t>e"),
            {("begins-nothing", "t")},
        ),
    ],
    "lane-role": [
        (lambda: drawn(LANE.format(name="Nobody", more="") + user(), "s>u>e"), {("lane-role", "l")}),
        (lambda: drawn(user(assignGroup="nobody"), "s>u>e"), {("unknown-group", "u")}),
    ],
    "link-event": [
        (lambda: drawn(link("t"), "s>t"), {("link-alone", "t")}),
        (lambda: drawn(link("t", "Catch"), "s>e t>e"), {("link-alone", "t")}),
        (lambda: drawn(link("l", name="") + link("t", "Catch", ""), "s>l t>e"), {("link-unnamed", x) for x in "lt"}),
        (
            lambda: drawn(link("l") + link("t", "Catch") + link("u", "Catch"), "s>l t>e u>e"),
            {("link-ambiguous", "t"), ("link-ambiguous", "u")},
        ),
        (lambda: drawn(link("l") + link("t", "Catch"), "s>l>e s>t>e"), {("link-connected", x) for x in "lt"}),
    ],
    "case-link": [
        (lambda: drawn(catch(CATCH, link="folows"), ONE, outside=MESSAGE), {("case-link", "t")}),
        (lambda: drawn(catch(CATCH, link="resolves problem,"), ONE, outside=MESSAGE), {("case-link", "t")}),
        (lambda: drawn(user(formRef="ask", link="follows"), "s>u>e"), {("no-message", "u")}),
        (lambda: drawn(user(formRef="ask", linkTo="other"), "s>u>e"), {("case-link", "u")}),
    ],
    "message-name": [
        (lambda: drawn(catch("<messageEventDefinition/>"), ONE), {("message-name", "t")}),
        (lambda: drawn(task("sendTask"), ONE), {("message-name", "t")}),
        (lambda: drawn(throw("<errorEventDefinition/>", "endEvent"), "s>t"), {("message-name", "t")}),
        (lambda: drawn(catch("<signalEventDefinition/>"), ONE), {("message-name", "t")}),
        (lambda: drawn(catch(CATCH), ONE, outside='<message id="m"/>'), {("message-name", "t")}),
    ],
    "misspelt-property": [(lambda: drawn(user(formref="ask", clockstart="x"), "s>u>e"), {("misspelt-property", "u")})],
    "not-drawn": [
        (lambda: whole(process(TASK, ONE), picture=False), {("no-picture", "p")}),
        (
            lambda: drawn('<task  id="t"/><sequenceFlow  id="f" sourceRef="s" targetRef="t"/>', "t>e"),
            {("not-drawn", "t"), ("not-drawn", "f")},
        ),
    ],
    "offered-message": [
        (lambda: drawn(catch(CATCH, offeredTo="nobody"), ONE, outside=MESSAGE), {("offered-message", "t")}),
        (lambda: drawn(user(offeredTo="caller"), "s>u>e"), {("no-message", "u")}),
        (
            lambda: drawn(
                f'<startEvent id="s" name="S">{extended(offeredTo="caller")}{CATCH}</startEvent>{END}',
                "s>e",
                ends=False,
                outside=MESSAGE,
            ),
            {("no-message", "s")},
        ),
    ],
    "operation": [
        (lambda: drawn('<serviceTask id="t" name="T"/>', ONE), {("no-operation", "t")}),
        (lambda: drawn(service("shell/run"), ONE), {("operation", "t")}),
        (lambda: drawn(service("ask/there", how="1"), ONE), {("parameter-missing", "t")}),
        (lambda: drawn(service("ask/there", what=" = "), ONE), {("parameter-missing", "t")}),
        (lambda: drawn(service("ask/there", what="1", waht="1"), ONE), {("parameter-unknown", "t")}),
    ],
    "other-tool": [
        (lambda: drawn('<userTask id="t" camunda:assignee="${users.next()}"/>', ONE), {("not-read", "t")}),
        (
            lambda: drawn('<callActivity id="t" calledElement="${any.next()}" camunda:x=""/>', ONE),
            {("not-run", "t"), ("not-read", "t")},
        ),
    ],
    "outside-error": [
        (
            lambda: drawn(boundary(MOON, service("ask/there", what="1")), "s>t>e b>e", outside=ERRORS),
            {("outside-error", "b")},
        ),
    ],
    "error-variables": [
        (lambda: drawn(user(codeVariable="why"), "s>u>e"), {("misplaced-error-variable", "u")}),
        (lambda: drawn(boundary(MOON, codeVariable="case"), "s>t>e b>e", outside=ERRORS), {("error-variables", "b")}),
        (lambda: drawn(boundary(MOON, codeVariable="=a"), "s>t>e b>e", outside=ERRORS), {("error-variables", "b")}),
    ],
    "quantities": [
        (lambda: drawn(task(startQuantity="0"), ONE), {("quantities", "t")}),
        (lambda: drawn(task(completionQuantity="1000"), ONE), {("quantities", "t")}),
    ],
    "record-type": [
        (lambda: drawn(service("record/find", type="&quot;rysk&quot;"), ONE), {("record-type", "t")}),
        (lambda: drawn(TASK, ONE, ask__form=chooses("record:rysk")), {("record-type", None)}),
        (lambda: drawn(TASK, ONE, process__toml=b'records = ["rysk"]'), {("record-type", None)}),
    ],
    "repetition": [
        (lambda: drawn(loop("<standardLoopCharacteristics/>"), ONE), {("endless-loop", "t")}),
        (lambda: drawn(loop("<multiInstanceLoopCharacteristics/>"), ONE), {("no-cardinality", "t")}),
        (lambda: drawn(loop('<standardLoopCharacteristics loopMaximum="-1"/>'), ONE), {("loop-maximum", "t")}),
        (lambda: drawn(loop('<standardLoopCharacteristics loopMaximum="0"/>'), ONE), {("never-repeated", "t")}),
        (
            lambda: drawn(
                loop('<standardLoopCharacteristics loopMaximum="1"/><multiInstanceLoopCharacteristics/>'), ONE
            ),
            {("several-marks", "t")},
        ),
        (
            lambda: drawn(
                loop(
                    "<multiInstanceLoopCharacteristics><loopCardinality>3</loopCardinality>"
                    "<loopDataInputRef>a</loopDataInputRef></multiInstanceLoopCharacteristics>"
                ),
                ONE,
            ),
            {("number-and-collection", "t")},
        ),
        (
            lambda: drawn(
                loop(
                    '<multiInstanceLoopCharacteristics behavior="None"><loopCardinality>3</loopCardinality>'
                    "</multiInstanceLoopCharacteristics>"
                ),
                ONE,
            ),
            {("throws-as-it-ends", "t")},
        ),
    ],
    "python-subset": [
        (lambda: drawn(script("import os", "python"), ONE), {("python-subset", "t")}),
        (lambda: drawn(script("x = (", "python"), ONE), {("python-subset", "t")}),
        (lambda: drawn(script("", "python"), ONE), {("python-subset", "t")}),
        (lambda: drawn(script("case = 1", "python"), ONE), {("reserved-name", "t")}),
        (lambda: drawn(choice("a.__class__", "", "two"), "s>g"), {("python-subset", "one")}),
        (
            lambda: drawn('<exclusiveGateway id="g"/>' + conditioned("g", "e", "a = 1", ' language="python"'), "s>g>e"),
            {("python-subset", "f")},
        ),
        (lambda: drawn(timer("<timeDuration>open('x')</timeDuration>"), ONE), {("python-subset", "t")}),
        (lambda: drawn(around_it("userTask", "import os", "y = 2"), ONE), {("python-subset", "t")}),
        (lambda: drawn(around_it("userTask", "x = 1", "exec('y')"), ONE), {("python-subset", "t")}),
    ],
    "scenario": [
        (lambda: drawn(TASK, ONE, bad__scenario__json=b"{"), {("scenario", None)}),
        (lambda: drawn(TASK, ONE, bad__scenario__json=b'{"expekt": {}}'), {("scenario", None)}),
    ],
    "script-language": [
        (lambda: drawn(script("puts 1", "ruby"), ONE), {("script-language", "t")}),
        (lambda: drawn(script("a = 1", "text/javascript"), ONE), {("script-language", "t")}),
        (
            lambda: drawn(around_it("exclusiveGateway", "x = 1", "y = 2"), ONE),
            {("script-around", "t")},
        ),
        (
            lambda: read_draft(
                {
                    "x.bpmn": ALLOWED["abstract task"]
                    .replace(b"<task", b"<scriptTask")
                    .replace(b'name="Work"/>', b'name="Work"><script>a = 1</script></scriptTask>')
                    .replace(b"spiffworkflow.org", b"elsewhere.example")
                }
            ),
            {("no-format", "t")},
        ),
    ],
    "script-lines": [
        (lambda: drawn(script("  "), ONE), {("no-script", "t")}),
        (lambda: drawn(script("a = 1\nsend(a)"), ONE), {("no-assignment", "t")}),
        (lambda: drawn(script("a == 1"), ONE), {("no-assignment", "t")}),
        (lambda: drawn(script("//\n" * 5_000 + "a = 1"), ONE), {("no-script", "t"), ("script-too-long", "t")}),
        (lambda: drawn(script("case = 1"), ONE), {("reserved-name", "t")}),
    ],
    "several-outgoing": [
        (lambda: drawn(TASK + '<task id="u"/>', "s>t>e t>u>e"), {("several-outgoing", "t")}),
        (lambda: drawn(TASK + '<task id="u"/>', "s>t>e s>u>e"), {("several-outgoing", "s")}),
    ],
    "start-event": [
        (lambda: drawn(TASK + END, "t>e", ends=False), {("no-start", "p")}),
        (lambda: drawn('<startEvent id="s2"/>', "s>e s2>e"), {("several-starts", "s")}),
        (lambda: drawn('<subProcess id="t" name="T"><task id="i"/></subProcess>', ONE), {("no-start", "t")}),
    ],
    "start-trigger": [
        (
            lambda: drawn('<startEvent id="s"><cancelEventDefinition/></startEvent>' + END, "s>e", ends=False),
            {("start-trigger", "s")},
        ),
        (
            lambda: drawn(f'<startEvent id="s">{CONDITION}</startEvent>{END}', "s>e", ends=False),
            {("data-before-the-case", "s")},
        ),
        (
            lambda: drawn(
                f'<startEvent id="s">{CONDITION.replace("=amount", "amount")}</startEvent>{END}', "s>e", ends=False
            ),
            {("condition-before-the-case", "s")},
        ),
        (
            lambda: drawn(
                f'<subProcess id="t" name="T"><startEvent id="i">{CATCH}</startEvent></subProcess>',
                ONE,
                outside=MESSAGE,
            ),
            {("start-trigger", "i")},
        ),
        (
            lambda: drawn(
                f'<startEvent id="s">{CATCH}<cancelEventDefinition/></startEvent>' + END,
                "s>e",
                ends=False,
                outside=MESSAGE,
            ),
            {("start-trigger", "s")},
        ),
        (
            lambda: drawn(
                '<startEvent id="s" parallelMultiple="true"><timerEventDefinition/><timerEventDefinition/></startEvent>'
                + END,
                "s>e",
                ends=False,
            ),
            {("only-times", "s")},
        ),
    ],
    "task-dates": [
        (lambda: drawn(user(due="tomorrow", followUp="P"), "s>u>e"), {("task-dates", "u")}),
        (lambda: drawn(f'<task id="t" name="Work">{extended(due="P1D")}</task>', ONE), {("misplaced-date", "t")}),
    ],
    "task-priority": [
        (lambda text=text: drawn(user(priority=text), "s>u>e"), {("task-priority", "u")})
        for text in ("high", "-1", "1.5", "1000001")
    ]
    + [
        (lambda: drawn(f'<task id="t" name="Work">{extended(priority="1")}</task>', ONE), {("misplaced-priority", "t")})
    ],
    "task-role": [
        (lambda: drawn(user(formRef="ask"), "s>u>e"), {("task-role", "u")}),
        (lambda: drawn(user(kind="manualTask"), "s>u>e"), {("task-role", "u")}),
    ],
    "timer": [
        (lambda text=text, code=code: drawn(timer(text), ONE), {(code, "t")})
        for text, code in (
            ("", "no-time"),
            ("<timeDuration/>", "no-time"),
            ("<timeDate>=a</timeDate><timeDuration>PT1H</timeDuration>", "several-times"),
            ("<timeDuration>soon</timeDuration>", "timer"),
            ("<timeDuration>timedelta(hours=</timeDuration>", "timer"),
            ("<timeDuration>1 hour</timeDuration>", "timer"),
            ("<timeDuration>P</timeDuration>", "timer"),
            ("<timeDuration>PT</timeDuration>", "timer"),
            ("<timeDuration>tomorrow</timeDuration>", "timer"),
            ("<timeDuration>2027-02-01</timeDuration>", "timer"),
            ("<timeDate>PT1H</timeDate>", "timer"),
            ("<timeCycle>PT1H</timeCycle>", "timer"),
            ("<timeCycle>R3/</timeCycle>", "timer"),
            ("<timeCycle>0 0 1 * MON</timeCycle>", "cron"),
            ("<timeCycle>R/PT0S</timeCycle>", "no-step"),
            ("<timeCycle>R/2027-02-01T09:00:00Z/PT0M</timeCycle>", "no-step"),
        )
    ],
    "unnamed": [
        (lambda: drawn('<task id="t"/>', ONE), {("unnamed", "t")}),
        (lambda: drawn('<startEvent id="s" name=" "/>' + END, "s>e", ends=False), {("unnamed", "s")}),
        (
            lambda: drawn('<exclusiveGateway id="g"/><task id="t" name="T"/>', "s>g>e g>t>e"),
            {("unnamed", "g")},
        ),
    ],
    "unreachable": [
        (
            lambda: drawn(TASK + '<task id="x"/><task id="y"/>', "s>t>e x>y>x"),
            {("unreachable", "x"), ("unreachable", "y")},
        ),
        (
            lambda: drawn('<subProcess id="t"><startEvent id="i"/><task id="j"/></subProcess>', ONE),
            {("unreachable", "j")},
        ),
    ],
    "unread": [
        (lambda: drawn(TASK + '<choreographyTask id="c"/>', ONE), {("unread", "c")}),
        (lambda: drawn(task(inner="<potentialOwner/>"), ONE), {("unread-part", "t")}),
        (
            lambda: drawn('<subProcess id="t" name="T"><laneSet/><startEvent id="i"/></subProcess>', ONE),
            {("unread-part", "t")},
        ),
    ],
    "unset-name": [
        (
            lambda: drawn(STARTED + script("x = amonut"), ONE, ends=False, ask__form=FORM),
            {("unset-name", "t")},
        ),
        (
            lambda: drawn(STARTED + calls("prio"), ONE, ends=False, ask__form=FORM, d__dmn=DMN),
            {("unset-decision-input", "t")},
        ),
    ],
    "user-task-form": [(lambda: drawn(user(), "s>u>e"), {("user-task-form", "u")})],
}

for more in (structural_diagrams, schema_diagrams):
    for name in sorted({*more.VALID, *more.INVALID}):
        VALID[name] = [*VALID.get(name, ()), *more.VALID.get(name, ())]
        INVALID[name] = [*INVALID.get(name, ()), *more.INVALID.get(name, ())]
WARNINGS = {
    "store-of-the-case",
    "form-unused",
    "misspelt-property",
    "not-drawn",
    "unnamed",
    "unset-name",
    "several-outgoing",
}


def said(draft, rule):
    return [finding for finding in check(draft, VOCABULARY) if finding.rule == rule]


@pytest.mark.parametrize(("rule", "build"), [(rule, build) for rule, builds in VALID.items() for build in builds])
def test_valid_diagrams_pass(rule, build):
    assert said(build(), rule) == []


@pytest.mark.parametrize(
    ("rule", "build", "expected"),
    [(rule, build, expected) for rule, cases in INVALID.items() for build, expected in cases],
)
def test_invalid_diagrams_are_found(rule, build, expected):
    findings = said(build(), rule)
    assert {(finding.code, finding.element_id) for finding in findings} == expected
    for finding in findings:
        assert finding.file
        assert finding.message
        assert finding.remedy
        if rule in WARNINGS:
            assert finding.severity is Severity.WARNING


def test_every_rule_has_both_kinds_of_diagrams_and_a_help_page():
    ids = {rule.id for rule in rules()}
    assert ids == VALID.keys() == INVALID.keys()
    assert all(len(rule.help.splitlines()[0]) > 20 for rule in rules())


@pytest.mark.parametrize("seed", range(25))
def test_random_sound_processes_have_no_error(seed):
    draft = read_draft({"x.bpmn": xml(draw(seed)), "d.dmn": DECISION})
    found = errors(check(draft, offered_by(draft)))
    # what a release needs more than the standard, and what the standard forbids and no run minds
    beside = {"user-task-form", "gateway-without-choice"}
    assert [(one.code, one.element_id) for one in found if one.code not in beside] == []
