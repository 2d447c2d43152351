"""The models, by name: the files of each. None is larger than an upload may be, unless that is the attack."""

from collections.abc import Callable, Mapping
from functools import partial
from typing import Final

from tests.bpmn.drawing import FORM, HEAD, flows
from tests.hostile.making import (
    BODY,
    MILLION,
    RAISED,
    SOUND,
    TASK,
    Files,
    calls,
    calls_with_data,
    chain,
    circle_of_decisions,
    condition,
    crowd,
    dmn,
    doctype,
    doubling,
    fan,
    field,
    form,
    item_circle,
    lanes,
    lanes_within,
    literal,
    looped,
    nested,
    one,
    pictured,
    raw,
    repeated,
    script,
    table,
    timer,
    timer_start,
    times,
    undoing,
)
from tests.hostile.storms import STORMS

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
    **STORMS,
}
