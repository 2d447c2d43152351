"""The models, by name: the files of each. None is larger than an upload may be, unless that is the attack."""

import json
from collections.abc import Callable, Mapping
from functools import partial
from itertools import pairwise
from typing import Final

from tests.bpmn.drawing import END, FORM, HEAD, definitions, extended, flows, process

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


PYTHON_ATTACKS: Final[Mapping[str, str]] = {
    "python imports": "import os\nos.system('touch /tmp/owned')",
    "python classes": "a = ().__class__.__bases__[0].__subclasses__()",
    "python builtins": "a = __builtins__['open']('/etc/passwd').read()",
    "python format": "a = '{0.__class__.__init__.__globals__}'.format(1)",
    "python power": "a = 9 ** 9 ** 9 ** 9",
    "python shift": "a = 1 << 10000000000",
    "python endless": "while True:\n    a = 1",
    "python recursion": "def f(x):\n    return f(x)\na = f(1)",
    "python growing list": "a = [0]\nwhile True:\n    a = a + a",
    "python growing text": "a = 'x' * 10000000000",
    "python comprehension": "a = [x for x in range(100000) for y in range(100000)]",
    "python deep": "a = " + "(" * 3000 + "1" + ")" * 3000,
    "python nested lists": "a = " + "[" * 90 + "]" * 90,
    "python self reference": "a = []\nwhile len(a) < 1000000:\n    a.append(a)",
    "python exec": "exec('import os')",
    "python many digits": "a = " + "9" * 5000 + " * " + "9" * 5000,
}
FEEL_ATTACKS: Final[Mapping[str, str]] = {
    "feel deep brackets": "a = " + "(" * 20_000 + "1" + ")" * 20_000,
    "feel deep lists": "a = " + "[" * 4_000 + "]" * 4_000,
    "feel long sum": "a = " + "+".join(["1"] * 2_000),
    "feel recursion": "a = {f: function(n) f(n), r: f(1)}.r",
    "feel mutual recursion": "a = {f: function(n) g(n), g: function(n) f(n), r: f(1)}.r",
    "feel product of ranges": "a = for i in 1..100000, j in 1..100000 return i * j",
    "feel endless range": "a = for i in 1..1000000000000 return i",
    "feel growing text": 'a = string join(for i in 1..10000000 return "xxxxxxxxxx")',
    "feel doubling list": "a = for i in 1..60 return if i = 1 then [1] else concatenate(partial[-1], partial[-1])",
    "feel power": "a = 10 ** 10 ** 10",
    "feel huge exponent": "a = 1e999999999 * 1e999999999",
    "feel regex bomb": 'a = matches("' + "a" * 5000 + '!", "(a+)+$")',
    "feel replace bomb": 'a = replace("' + "x" * 4000 + '", "", "' + "y" * 900 + '")',
    "feel quantified": "a = every x in 1..100000, y in 1..100000 satisfies x + y > 0",
    "feel sort": "a = sort(for i in 1..100000 return 100000 - i, function(x, y) x < y)",
    "feel huge number": "a = " + "9" * 4_900,
    "feel odd names": "a = __class__.__mro__",
    "feel java": 'a = {f: function() external {java: {class: "java.lang.Runtime", "method signature": "exec()"}}}.f()',
}


def _xml() -> dict[str, Callable[[], Files]]:
    laughs = '<!ENTITY x0 "ha">' + "".join(f'<!ENTITY x{n + 1} "{f"&x{n};" * 10}">' for n in range(10))
    return {
        "entity expansion": lambda: doctype(f'{laughs}<!ENTITY x "&x10;">'),
        "quadratic entity": lambda: doctype(f'<!ENTITY x "{"a" * 100_000}">', BODY.replace("Work", "&x;" * 10_000)),
        "external entity": lambda: doctype('<!ENTITY x SYSTEM "file:///etc/passwd">'),
        "external entity by network": lambda: doctype('<!ENTITY x SYSTEM "http://127.0.0.1:9/x">'),
        "parameter entity": lambda: doctype('<!ENTITY % p SYSTEM "file:///etc/passwd"> %p;', BODY),
        "external document type": lambda: raw(f'<!DOCTYPE definitions SYSTEM "file:///etc/passwd">{BODY}'),
        "document type in UTF-16": lambda: raw(
            f'<?xml version="1.0" encoding="UTF-16"?><!DOCTYPE definitions [{laughs}]>{BODY}'.encode("utf-16")
        ),
        "XInclude": lambda: raw(
            BODY.replace(
                "<task ",
                '<xi:include xmlns:xi="http://www.w3.org/2001/XInclude" href="/etc/passwd" parse="text"/><task ',
            )
        ),
        "stylesheet": lambda: raw(f'<?xml-stylesheet href="file:///etc/passwd" type="text/xsl"?>{BODY}'),
        "schema location": lambda: raw(
            BODY.replace("<definitions ", '<definitions xsi:schemaLocation="x file:///etc/passwd" ', 1)
        ),
        "imports a file": lambda: raw(
            BODY.replace(HEAD, HEAD + '<import importType="x" location="file:///etc/passwd" namespace="n"/>')
        ),
        "deep nesting": lambda: raw(HEAD + "<a>" * 400_000),
        "deep and closed": lambda: raw(HEAD + "<a>" * 100_000 + "</a>" * 100_000 + "</definitions>"),
        "a huge attribute": lambda: raw(BODY.replace('name="Work"', f'name="{"x" * 4 * MILLION}"')),
        "a huge text": lambda: raw(BODY.replace("<task ", f"<documentation>{'x' * 4 * MILLION}</documentation><task ")),
        "many attributes": lambda: raw(
            BODY.replace('name="Work"', " ".join(f'a{number}="1"' for number in range(200_000)))
        ),
        "many namespaces": lambda: raw(
            BODY.replace('name="Work"', " ".join(f'xmlns:n{n}="u{n}"' for n in range(100_000)))
        ),
        "too many bytes": lambda: raw(BODY + " " * 6 * MILLION),
        "null bytes": lambda: raw(BODY.replace("Work", "Wo\0rk")),
        "only null bytes": lambda: raw(b"\0" * MILLION),
        "a null reference": lambda: raw(BODY.replace("Work", "&#0;")),
        "half of a surrogate": lambda: raw(BODY.replace("Work", "&#xD800;")),
        "wrong encoding": lambda: raw('<?xml version="1.0" encoding="UTF-16"?>' + BODY),
        "unknown encoding": lambda: raw('<?xml version="1.0" encoding="rot13"?>' + BODY),
        "encoding UTF-7": lambda: raw('<?xml version="1.0" encoding="UTF-7"?>' + BODY),
        "bytes that are no text": lambda: raw(BODY.encode().replace(b"Work", b"\xff\xfe\xfd")),
        "cut in the middle": lambda: raw(SOUND[: len(SOUND) // 2]),
        "empty": lambda: raw(b""),
        "a zip file": lambda: raw(b"PK\x03\x04" + bytes(range(256)) * 100),
        "many comments": lambda: raw(BODY.replace("<task ", "<!-- x -->" * 200_000 + "<task ")),
    }


def _structure() -> dict[str, Callable[[], Files]]:
    big = "N" * MILLION
    return {
        "duplicate ids": lambda: one(TASK * 3),
        "every id the same": lambda: one('<task id="s"/>' * 5_000, "s>s>s"),
        "dangling everywhere": lambda: one(
            '<boundaryEvent id="b" attachedToRef="no"/><task id="t" default="no"/><callActivity id="c"'
            ' calledElement="no"/><sequenceFlow id="f" sourceRef="no" targetRef="no"/>'
        ),
        "attached to itself": lambda: one(
            '<boundaryEvent id="t" attachedToRef="t"><errorEventDefinition/></boundaryEvent>'
        ),
        "events attached to each other": lambda: one(
            '<boundaryEvent id="b" attachedToRef="c"/><boundaryEvent id="c" attachedToRef="b"/>' + TASK
        ),
        "flows without ends": lambda: one("<sequenceFlow/>" * 5_000 + TASK),
        "definition refers to itself": lambda: one(
            '<intermediateCatchEvent id="t"><eventDefinitionRef>t</eventDefinitionRef></intermediateCatchEvent>'
        ),
        "calls in a circle": lambda: calls(("p", "q"), ("q", "r"), ("r", "p")),
        "calls itself twice": lambda: one(
            '<parallelGateway id="g"/><parallelGateway id="h"/><callActivity id="a" calledElement="p"/>'
            '<callActivity id="b" calledElement="p"/>',
            "s>g>a>h>e g>b>h",
        ),
        "nested too deep": lambda: nested(300),
        "nested as deep as may be": lambda: nested(100),
        "ten thousand tasks": lambda: chain(5_900),
        "more than twelve thousand": lambda: chain(10_000),
        "six thousand gateways in a row": lambda: chain(5_900, "exclusiveGateway"),
        "four thousand ways": lambda: fan(3_900),
        "tokens that double": lambda: doubling(40),
        "gateways all to all": lambda: crowd(20),
        "ten thousand lanes": lambda: lanes(10_000),
        "lanes in lanes": lambda: lanes_within(50),
        "lanes in lanes too deep": lambda: lanes_within(5_000),
        "ten thousand boundary events": lambda: one(
            TASK
            + "".join(
                f'<boundaryEvent id="b{n}" attachedToRef="t"><errorEventDefinition/></boundaryEvent>'
                for n in range(10_000)
            )
        ),
        "ten thousand pools": lambda: one(
            TASK,
            outside="<collaboration>"
            + "".join(f'<participant id="p{n}"/><messageFlow sourceRef="t" targetRef="p{n}"/>' for n in range(10_000))
            + "</collaboration>",
        ),
        "ten thousand messages": lambda: one(
            TASK, outside="".join(f'<message id="m{n}" name="m"/>' for n in range(20_000))
        ),
        "a name of a million": lambda: one(f'<task id="t" name="{big}"/>', picture=True),
        "an id of a million": lambda: one(f'<task id="{big}"/>', f"s>{big}>e"),
        "a name of markup": lambda: one(
            '<task id="t" name="&lt;script&gt;alert(1)&lt;/script&gt;{{7*7}}{element.__class__}%s"/>', picture=True
        ),
        "ids of markup": lambda: one('<task id="&quot;&gt;&lt;script&gt;x" name="T"/>', picture=True),
        "ids of paths": lambda: one('<task id="../../etc/passwd" name="T"/>', picture=True),
        "properties of Python": lambda: one('<task id="__class__" name="T"/>', "s>__class__>e"),
        "endless circle": lambda: looped(TASK),
        "circle of gateways": lambda: one('<parallelGateway id="g"/><parallelGateway id="h"/>', "s>g>h>g h>g"),
        "links in a circle": lambda: one(
            '<intermediateThrowEvent id="t"><linkEventDefinition name="a"/></intermediateThrowEvent>'
            '<intermediateCatchEvent id="c"><linkEventDefinition name="a"/></intermediateCatchEvent>',
            "s>t c>t",
        ),
        "shapes beyond measure": lambda: raw(
            SOUND.replace(b'x="1"', b'x="1e308"').replace(b'width="3"', b'width="-1e308"').replace(b'y="2"', b'y="NaN"')
        ),
    }


def _running() -> dict[str, Callable[[], Files]]:
    endless = "<loopCondition>=true</loopCondition>"
    return (
        {
            "timer of nothing": lambda: timer("R/PT0S", "timeCycle"),
            "timer of nothing by FEEL": lambda: timer('="R/PT0S"', "timeCycle"),
            "timer start of nothing": lambda: timer_start("R/PT0S"),
            "timer beyond all years": lambda: timer("P999999999Y"),
            "timer beyond all seconds": lambda: timer("PT" + "9" * 400 + "S"),
            "timer by FEEL beyond all years": lambda: timer('=duration("P999999999Y")'),
            "timer with too many rounds": lambda: timer("R999999999999999999/PT1S", "timeCycle"),
            "timer of a long text": lambda: timer("P" + "1" * MILLION),
            "ten million instances": lambda: times("10000000"),
            "ten million by FEEL": lambda: times("=5000000 * 2"),
            "ten thousand instances": lambda: times("10000"),
            "ten thousand one by one": lambda: times("10000", "true"),
            "instances of instances": lambda: times(
                "1000",
                kind="subProcess",
                body='<startEvent id="i"/><task id="j"><multiInstanceLoopCharacteristics><loopCardinality>1000'
                '</loopCardinality></multiInstanceLoopCharacteristics></task><endEvent id="k"/>' + flows("i>j>k"),
            ),
            "a negative number": lambda: times("=-1"),
            "a number that is none": lambda: times("=1/0"),
            "endless loop": lambda: repeated(f"<standardLoopCharacteristics>{endless}</standardLoopCharacteristics>"),
            "loop of a billion": lambda: repeated('<standardLoopCharacteristics loopMaximum="1000000000"/>'),
            "script in a circle": lambda: looped(
                '<scriptTask id="t" scriptFormat="FEEL"><script>a = append(if a = null then [] else a, a)</script>'
                "</scriptTask>"
            ),
            "condition of brackets": lambda: condition("=" + "(" * 4_000 + "1" + ")" * 4_000),
            "condition of ranges": lambda: condition("=count(for i in 1..3000, j in 1..3000 return i) > 1"),
            "condition of another language": lambda: condition("${Runtime.getRuntime().exec('x')}"),
            "shell script": lambda: script("rm -rf /", "bash"),
            "JavaScript": lambda: script("while(true){}", "javascript"),
            "signal that begins its own process": lambda: one(
                '<startEvent id="s"><signalEventDefinition signalRef="g"/></startEvent>'
                '<endEvent id="e"><signalEventDefinition signalRef="g"/></endEvent>',
                "s>e",
                ends=False,
                outside='<signal id="g" name="go"/>',
            ),
            "event sub-process that triggers itself": lambda: one(
                '<subProcess id="v" triggeredByEvent="true"><startEvent id="i" isInterrupting="false">'
                f'{RAISED}</startEvent><endEvent id="z">{RAISED}</endEvent></subProcess><endEvent id="t">{RAISED}'
                "</endEvent>",
                "s>t i>z",
                outside='<escalation id="x" name="X" escalationCode="1"/>',
            ),
        }
        | {name: (lambda text=text: script(text, "python")) for name, text in PYTHON_ATTACKS.items()}
        | {name: (lambda text=text: script(text)) for name, text in FEEL_ATTACKS.items()}
    )


def _beside() -> dict[str, Callable[[], Files]]:
    fields = [{"type": "textfield", "key": f"k{n}", "id": f"f{n}", "label": "L"} for n in range(100_000)]
    group: dict[str, object] = {"type": "textfield", "key": "a", "id": "f", "label": "A"}
    for number in range(200):
        group = {"type": "group", "id": f"g{number}", "label": "G", "components": [group]}
    return {
        "decisions in a circle": circle_of_decisions,
        "types in a circle": item_circle,
        "a decision of brackets": lambda: literal("(" * 20_000 + "1" + ")" * 20_000),
        "a decision of ranges": lambda: literal("count(for i in 1..100000, j in 1..100000 return i)"),
        "a decision that recurs": lambda: literal("{f: function(n) f(n + 1), r: f(1)}.r"),
        "a table of a hundred thousand": lambda: table(100_000),
        "a table of ten thousand": lambda: table(10_000),
        "a table of regexes": lambda: table(50, 'matches(?, "(a+)+$")'),
        "entities in a decision": lambda: {
            **one(TASK),
            "d.dmn": b'<!DOCTYPE d [<!ENTITY x SYSTEM "file:///etc/passwd">]><d>&x;</d>',
        },
        "decisions a hundred deep": lambda: dmn(
            "".join(
                f'<decision id="{"d" if not n else f"d{n}"}" name="d{n}"><informationRequirement><requiredDecision '
                f'href="#d{n + 1}"/></informationRequirement><literalExpression><text>1</text></literalExpression>'
                "</decision>"
                for n in range(2_000)
            )
        ),
        "a form of a hundred thousand fields": lambda: form(components=fields),
        "a form of groups in groups": lambda: form(components=[group]),
        "a form with a regex bomb": lambda: field(validate={"pattern": "(a+)+$"}),
        "a form with a broken regex": lambda: field(validate={"pattern": "(((("}),
        "a form that is no object": lambda: {**one(TASK), "a.form": b"[1]"},
        "a form of brackets": lambda: {**one(TASK), "a.form": b"[" * 500_000},
        "a form with huge numbers": lambda: {
            **one(TASK),
            "a.form": FORM.replace(b'"Amount"', b'"Amount", "validate": {"max": ' + b"9" * 20_000 + b"}"),
        },
        "a form of markup": lambda: field(label="<img src=x onerror=alert(1)>{{7*7}}"),
        "facts of brackets": lambda: {**one(TASK), "process.toml": b"a = " + b"[" * 100_000},
        "a scenario of brackets": lambda: {**one(TASK), "a.scenario.json": b"[" * 100_000},
        "three hundred files": lambda: {**one(TASK), **{f"f{n}.form": FORM for n in range(300)}},
    }


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


def _entangled() -> dict[str, Callable[[], Files]]:
    """What refers to very much, what numbers cannot be, and bytes that are not what they say."""
    many = "".join(f'<import importType="x" location="a" namespace="http://n{n}"/>' for n in range(20_000))
    sets = (
        f'<inputSet id="i">{"<outputSetRefs>o</outputSetRefs>" * 28_000}</inputSet>'
        f'<outputSet id="o">{"<inputSetRefs>i</inputSetRefs>" * 28_000}</outputSet>'
    )
    circle = (
        '<itemDefinition id="a" structureRef="b"/><itemDefinition id="b" structureRef="a"/>'
        '<message id="m" itemRef="m"/><interface id="i">'
        '<operation id="o"><inMessageRef>o</inMessageRef></operation></interface>'
    )
    return {
        "imports and references": lambda: one(
            "".join(f'<receiveTask xmlns:z="http://z" id="t{n}" messageRef="z:m{n}"/>' for n in range(11_000)),
            "s>t1>e",
            outside=many,
        ),
        "calls with much data": lambda: calls_with_data(6_000, 25_000),
        "sets that name each other": lambda: one(f'<task id="t"><ioSpecification>{sets}</ioSpecification></task>'),
        "much that is undone": lambda: undoing(3_500),
        "forty thousand message flows": lambda: one(
            '<sendTask id="t" messageRef="m"/>',
            outside='<message id="m" name="m"/><collaboration id="c"><participant id="a" processRef="p"/>'
            '<participant id="b"/>'
            + "".join(f'<messageFlow id="f{n}" sourceRef="t" targetRef="b"/>' for n in range(40_000))
            + "</collaboration>",
        ),
        "types and operations in a circle": lambda: one(
            TASK + '<dataObject id="d" itemSubjectRef="a"/>', outside=circle
        ),
        "data that show each other": lambda: one(
            TASK + '<dataObjectReference id="a" dataObjectRef="b"/><dataObjectReference id="b" dataObjectRef="a"/>'
        ),
        "fifty thousand listed flows": lambda: one(f'<task id="t">{"<incoming>s_t</incoming>" * 50_000}</task>'),
        **{f"picture of {number}": partial(pictured, number) for number in ("NaN", "Infinity", "1e308", "0x10", "1_0")},
        "ids of lines and signs": lambda: raw(BODY.replace('"t"', '"t&#10;&quot;&lt;script&gt;\u202e\U0001f4a3"')),
        "names from right to left": lambda: one('<task id="t" name="\u202e\u2066gnitset&#13;&#9;"/>'),
        "instructions": lambda: raw(BODY.replace("<process ", "<?php system('id') ?>" * 50_000 + "<process ", 1)),
        "another base": lambda: raw(BODY.replace("<process ", '<process xml:base="file:///etc/passwd" ', 1)),
        "UTF-16 that says UTF-8": lambda: raw(('<?xml version="1.0" encoding="UTF-8"?>' + BODY).encode("utf-16")),
        "UTF-8 that says UTF-16": lambda: raw('<?xml version="1.0" encoding="UTF-16"?>' + BODY),
        "EBCDIC": lambda: raw(('<?xml version="1.0" encoding="cp037"?>' + BODY).encode("cp037")),
        "gzip": lambda: raw(b"\x1f\x8b\x08" + b"\0" * 1_000),
        "a hundred million bytes": lambda: raw(b"<definitions>" + b" " * 100 * MILLION + b"</definitions>"),
        "JUEL of brackets": lambda: condition("${" + "(" * 3_000 + "a" + ")" * 3_000 + "}"),
        "JUEL never closed": lambda: condition("${" * 30_000),
        "JUEL of questions": lambda: condition("${" + "a ? " * 3_000 + "1" + " : 2" * 3_000 + "}"),
        "timer that repeats for ever": lambda: timer("R999999999999/PT1S", "timeCycle"),
        "feel union": lambda: script("a = union(for i in 1..20000 return i, for i in 1..20000 return -i)"),
        "feel doubling text": lambda: script(
            'f = function(x, n) if n = 0 then x else f(x + x, n - 1)\nb = f("aa", 60)'
        ),
        "feel many digits": lambda: script("a = decimal(1/3, 999999999)"),
        "feel no power": lambda: script("a = 10 ** -999999999"),
        "feel split bomb": lambda: script('a = split("aaaaaaaaaaaaaaaaaaaaaaaaaaaaaa!", "(a*)*b")'),
        "feel far date": lambda: script('a = date("999999999-01-01") + duration("P999999999Y")'),
    }


MODELS: Final[Mapping[str, Callable[[], Files]]] = {
    **_xml(),
    **_structure(),
    **_entangled(),
    **_running(),
    **_beside(),
}
