"""Models that attack by what they do once they run: what multiplies, what answers itself, and what wants out."""

import json
from collections.abc import Callable, Mapping
from typing import Final

from tests.bpmn.drawing import definitions, flows
from tests.hostile.making import (
    TASK,
    Files,
    dmn,
    field,
    form,
    literal,
    looped,
    one,
    repeated,
    script,
    table,
    times,
)

HEAVY: Final = "count(for i in 1..20000 return i * i)"
"""What takes a moment, and is allowed; to be asked for very often."""
MANY: Final = 10_000
SCRIPT: Final = '<scriptTask id="{id}" scriptFormat="FEEL"><script>{text}</script></scriptTask>'


def python(text: str) -> Callable[[], Files]:
    return lambda: script(text, "python")


def feel(text: str) -> Callable[[], Files]:
    return lambda: script(text)


def heavy(activity: str = "t") -> str:
    return SCRIPT.format(id=activity, text=f"a = {HEAVY}")


def doubled(first: str, turn: str, count: int = 60) -> str:
    """A context whose entries each hold the one before twice."""
    entries = ", ".join(f"x{n + 1}: {turn.format(f'x{n}')}" for n in range(count))
    return f"{{x0: {first}, {entries}}}"


def raised(kind: str, reference: str) -> str:
    return f'<{kind}EventDefinition {kind}Ref="{reference}"/>'


def answering(kind: str, thrown: str) -> Files:
    """A boundary event that has thrown what it waits for, again and again."""
    told, ends = raised(kind, "g"), thrown == "endEvent"
    return one(
        '<parallelGateway id="p1"/><userTask id="t" name="Wait"/><endEvent id="y"/>'
        f'<boundaryEvent id="b" attachedToRef="t" cancelActivity="false">{told}</boundaryEvent>'
        f'<intermediateThrowEvent id="i">{told}</intermediateThrowEvent><{thrown} id="z">{told}</{thrown}>',
        f"s>p1>t>e p1>i>y b>z{'' if ends else '>y'}",
        outside=f'<{kind} id="g" name="go"/>',
    )


def begins_itself_twice(kind: str) -> Files:
    told = raised(kind, "g")
    return one(
        f'<startEvent id="s">{told}</startEvent><startEvent id="h"/><exclusiveGateway id="m"/>'
        f'<parallelGateway id="p1"/><endEvent id="e">{told}</endEvent><endEvent id="f">{told}</endEvent>',
        "s>m h>m m>p1>e p1>f",
        ends=False,
        outside=f'<{kind} id="g" name="go"/>',
    )


def talking(receives: str = "receiveTask") -> Files:
    """Two pools that tell each other something for ever."""

    def pool(own: str, first: str, second: str) -> str:
        return (
            f'<process id="{own}" isExecutable="true"><startEvent id="{own}s"/><exclusiveGateway id="{own}g"/>'
            f'<{first} id="{own}a" messageRef="{"m" if first == "sendTask" else "n"}{own}"/>'
            f'<{second} id="{own}b" messageRef="{"m" if second == "sendTask" else "n"}{own}"/>'
            + flows(f"{own}s>{own}g>{own}a>{own}b>{own}g")
            + "</process>"
        )

    outside = (
        '<message id="mp" name="ping"/><message id="nq" name="ping"/><message id="mq" name="pong"/>'
        '<message id="np" name="pong"/><collaboration id="c"><participant id="x" processRef="p"/><participant id="y" '
        'processRef="q"/><messageFlow id="f1" sourceRef="pa" targetRef="qa"/><messageFlow id="f2" sourceRef="qb" '
        'targetRef="pb"/></collaboration>'
    )
    return {"x.bpmn": definitions(outside + pool("p", "sendTask", receives) + pool("q", receives, "sendTask"), False)}


def undone_for_ever() -> Files:
    """What undoes an activity throws that it be undone."""
    return one(
        '<task id="t"/><boundaryEvent id="b" attachedToRef="t"><compensateEventDefinition/></boundaryEvent>'
        '<subProcess id="u" isForCompensation="true"><startEvent id="i"/><task id="j"/>'
        '<boundaryEvent id="k" attachedToRef="j"><compensateEventDefinition/></boundaryEvent>'
        '<task id="l" isForCompensation="true"/><association id="a2" sourceRef="k" targetRef="l"/>'
        '<endEvent id="z"><compensateEventDefinition activityRef="t"/></endEvent>'
        + flows("i>j>z")
        + '</subProcess><association id="a" sourceRef="b" targetRef="u"/>'
        '<intermediateThrowEvent id="w"><compensateEventDefinition/></intermediateThrowEvent>'
        '<exclusiveGateway id="g"/>',
        "s>g>t>w>g",
    )


def error_of_its_own() -> Files:
    """An event sub-process that is begun by an error and ends with the same one."""
    told = raised("error", "g")
    inner = f'<startEvent id="i">{told}</startEvent><endEvent id="z">{told}</endEvent>' + flows("i>z")
    levels = f'<subProcess id="v" triggeredByEvent="true">{inner}</subProcess>'
    return one(f'{levels}<endEvent id="t">{told}</endEvent>', "s>t", outside='<error id="g" name="E" errorCode="1"/>')


def condition_of_its_own() -> Files:
    """A condition that is made true again by what it begins."""
    told = "<conditionalEventDefinition><condition>=n &gt;= 0</condition></conditionalEventDefinition>"
    inner = (
        f'<startEvent id="i" isInterrupting="false">{told}</startEvent>'
        + SCRIPT.format(id="j", text="n = -n - 1")
        + SCRIPT.format(id="k", text="n = -n")
        + '<endEvent id="z"/>'
        + flows("i>j>k>z")
    )
    return one(
        f'<subProcess id="v" triggeredByEvent="true">{inner}</subProcess>'
        + SCRIPT.format(id="b", text="n = 0")
        + '<userTask id="t"/>',
        "s>b>t>e",
    )


def inclusive_circles(count: int) -> Files:
    """Inclusive gateways that all lead on and back."""
    nodes = "".join(f'<inclusiveGateway id="g{n}"/>' for n in range(count))
    on = [f"g{n}>g{n + 1}" for n in range(count - 1)]
    back = [f"g{n}>g{other}" for n in range(count) for other in range(0, n, 3) if other != n - 1]
    return one(nodes, " ".join([f"s>g0 g{count - 1}>e", *on, *back]))


def diamonds(count: int) -> Files:
    """Decisions that each require two which both require the next two."""

    def needing(own: str, others: list[str]) -> str:
        needs = "".join(
            f'<informationRequirement id="{own}_{other}"><requiredDecision href="#{other}"/></informationRequirement>'
            for other in others
        )
        text = "+".join(others) or "1"
        return (
            f'<decision id="{own}" name="{own}"><variable name="{own}"/>{needs}<literalExpression><text>{text}</text>'
            "</literalExpression></decision>"
        )

    pairs = [[f"a{n}", f"b{n}"] for n in range(count)]
    followed = [*pairs[1:], []]
    inner = "".join(needing(own, below) for pair, below in zip(pairs, followed, strict=True) for own in pair)
    return dmn(needing("d", pairs[0]) + inner)


def knowledge(count: int, body: Callable[[int], str]) -> Files:
    """Business knowledge models, each of which requires the next."""

    def model(number: int) -> str:
        needs = (
            f'<knowledgeRequirement id="k{number}"><requiredKnowledge href="#f{number + 1}"/></knowledgeRequirement>'
            if number + 1 < count
            else ""
        )
        text = body(number) if number + 1 < count else "n"
        return (
            f'<businessKnowledgeModel id="f{number}" name="f{number}"><variable name="f{number}"/>'
            '<encapsulatedLogic><formalParameter name="n"/><literalExpression>'
            f"<text>{text}</text></literalExpression></encapsulatedLogic>{needs}</businessKnowledgeModel>"
        )

    first = (
        '<decision id="d" name="d"><variable name="d"/><knowledgeRequirement id="k"><requiredKnowledge href="#f0"/>'
        "</knowledgeRequirement><literalExpression><text>f0(1)</text></literalExpression></decision>"
    )
    return dmn(first + "".join(map(model, range(count))))


def knowing_itself() -> Files:
    return dmn(
        '<decision id="d" name="d"><variable name="d"/><knowledgeRequirement id="k"><requiredKnowledge href="#f"/>'
        "</knowledgeRequirement><literalExpression><text>f(60)</text></literalExpression></decision>"
        '<businessKnowledgeModel id="f" name="f"><variable name="f"/><encapsulatedLogic><formalParameter name="n"/>'
        "<literalExpression><text>if n &lt; 2 then n else f(n - 1) + f(n - 2)</text></literalExpression>"
        '</encapsulatedLogic><knowledgeRequirement id="r"><requiredKnowledge href="#f"/></knowledgeRequirement>'
        "</businessKnowledgeModel>"
    )


def types_that_double(count: int) -> Files:
    types = "".join(
        f'<itemDefinition name="T{n}"><itemComponent name="a"><typeRef>T{n + 1}</typeRef></itemComponent>'
        f'<itemComponent name="b"><typeRef>T{n + 1}</typeRef></itemComponent></itemDefinition>'
        for n in range(count)
    )
    return dmn(
        f'{types}<itemDefinition name="T{count}"><typeRef>number</typeRef></itemDefinition>'
        '<decision id="d" name="d"><variable name="d" typeRef="T0"/><literalExpression typeRef="T0">'
        f"<text>{doubled('1', '{{a: {0}, b: {0}}}', count)}.x{count}</text></literalExpression></decision>"
    )


def services_in_a_circle() -> Files:
    return dmn(
        '<decision id="d" name="d"><variable name="d"/><knowledgeRequirement id="k"><requiredKnowledge href="#v"/>'
        "</knowledgeRequirement><literalExpression><text>v()</text></literalExpression></decision>"
        '<decisionService id="v" name="v"><variable name="v"/><outputDecision href="#d"/></decisionService>'
    )


def imports_in_a_circle() -> Files:
    def model(own: str, other: str) -> bytes:
        return (
            f'<definitions xmlns="https://www.omg.org/spec/DMN/20191111/MODEL/" name="{own}" namespace="{own}">'
            f'<import name="{other}" namespace="{other}" locationURI="{other}.dmn" '
            'importType="https://www.omg.org/spec/DMN/20191111/MODEL/"/>'
            f'<decision id="{own}d" name="{own}d"><variable name="{own}d"/><informationRequirement id="r">'
            f'<requiredDecision href="{other}#{other}d"/></informationRequirement><literalExpression>'
            f"<text>{other}.{other}d</text></literalExpression></decision></definitions>"
        ).encode()

    return {**one(TASK), "a.dmn": model("a", "b"), "b.dmn": model("b", "a")}


def wide_table(columns: int) -> Files:
    inputs = "<input><inputExpression><text>1</text></inputExpression></input>" * columns
    cells = "<inputEntry><text>-</text></inputEntry>" * columns
    rule = f"<rule>{cells}<outputEntry><text>2</text></outputEntry></rule>"
    return dmn(
        f'<decision id="d" name="D"><decisionTable hitPolicy="COLLECT">{inputs}<output name="o"/>{rule * 5}'
        "</decisionTable></decision>"
    )


def scenario(data: str) -> Files:
    return {**one(TASK), "a.scenario.json": f'{{"process": "p", "data": {data}}}'.encode()}


def _events() -> dict[str, Callable[[], Files]]:
    return {
        "a signal that answers itself": lambda: answering("signal", "intermediateThrowEvent"),
        "a signal that answers itself at an end": lambda: answering("signal", "endEvent"),
        "a message that answers itself": lambda: answering("message", "intermediateThrowEvent"),
        "a signal that begins its process twice": lambda: begins_itself_twice("signal"),
        "a message that begins its process twice": lambda: begins_itself_twice("message"),
        "pools that talk for ever": talking,
        "undone for ever": undone_for_ever,
        "an error of its own": error_of_its_own,
        "a condition of its own": condition_of_its_own,
        "inclusive gateways in circles": lambda: inclusive_circles(60),
        "links without an end": lambda: one(
            "".join(
                f'<intermediateThrowEvent id="t{n}"><linkEventDefinition name="l{(n + 1) % 50}"/>'
                "</intermediateThrowEvent>"
                f'<intermediateCatchEvent id="c{n}"><linkEventDefinition name="l{n}"/></intermediateCatchEvent>'
                for n in range(50)
            ),
            "s>t0 " + " ".join(f"c{n}>t{n}" for n in range(50)),
        ),
        "a race in a circle": lambda: one(
            '<exclusiveGateway id="m"/><eventBasedGateway id="g"/><intermediateCatchEvent id="t"><timerEventDefinition>'
            "<timeDuration>PT0S</timeDuration></timerEventDefinition></intermediateCatchEvent>",
            "s>m>g>t>m",
        ),
        "a timer on itself": lambda: one(
            '<userTask id="t"/><boundaryEvent id="b" attachedToRef="t" cancelActivity="false"><timerEventDefinition>'
            "<timeCycle>R/PT0S</timeCycle></timerEventDefinition></boundaryEvent>"
            '<endEvent id="z"/>',
            "s>t>e b>z",
        ),
        "an ad-hoc sub-process without an end": lambda: one(
            '<adHocSubProcess id="t"><task id="a"/><completionCondition>=false</completionCondition></adHocSubProcess>'
        ),
        "a transaction that cancels itself": lambda: one(
            '<exclusiveGateway id="m"/><transaction id="t"><startEvent id="i"/><endEvent id="z">'
            f"<cancelEventDefinition/></endEvent>{flows('i>z')}</transaction>"
            '<boundaryEvent id="b" attachedToRef="t"><cancelEventDefinition/></boundaryEvent>',
            "s>m>t>e b>m",
        ),
    }


def _work() -> dict[str, Callable[[], Files]]:
    inner = f"<loopCardinality>{MANY}</loopCardinality>"
    every = f"<multiInstanceLoopCharacteristics>{inner}</multiInstanceLoopCharacteristics>"
    one_by_one = f'<multiInstanceLoopCharacteristics isSequential="true">{inner}</multiInstanceLoopCharacteristics>'
    begun = "<standardLoopCharacteristics><loopCondition>=true</loopCondition></standardLoopCharacteristics>"
    return {
        "much work many times": lambda: one(heavy().replace("</scriptTask>", f"{every}</scriptTask>")),
        "much work one by one": lambda: one(heavy().replace("</scriptTask>", f"{one_by_one}</scriptTask>")),
        "much work in a circle": lambda: looped(heavy()),
        "much work in a loop": lambda: one(heavy().replace("</scriptTask>", f"{begun}</scriptTask>")),
        "much work in a row": lambda: one(
            "".join(heavy(f"t{n}") for n in range(2_000)), ">".join(["s", *(f"t{n}" for n in range(2_000)), "e"])
        ),
        "much work at every gateway": lambda: one(
            "".join(
                f'<exclusiveGateway id="g{n}" default="g{n}_g{n + 1}"/><sequenceFlow id="c{n}" sourceRef="g{n}" '
                f'targetRef="e"><conditionExpression>={HEAVY} &lt; 0</conditionExpression></sequenceFlow>'
                for n in range(1_000)
            )
            + '<task id="g1000"/>',
            "s>" + ">".join(f"g{n}" for n in range(1_001)) + ">e",
        ),
        "much work when it ends": lambda: repeated(
            f"<multiInstanceLoopCharacteristics><loopCardinality>{MANY}</loopCardinality><completionCondition>"
            f"={HEAVY} &lt; 0</completionCondition></multiInstanceLoopCharacteristics>"
        ),
        "python much work many times": lambda: one(
            '<scriptTask id="t" scriptFormat="python"><script>a = sum([x * x for x in range(20000)])</script>'
            f"{every}</scriptTask>"
        ),
        "python much work in a circle": lambda: looped(
            '<scriptTask id="t" scriptFormat="python"><script>a = sum([x * x for x in range(20000)])</script>'
            "</scriptTask>"
        ),
        "a text that grows in a circle": lambda: looped(
            SCRIPT.format(id="t", text="a = if a = null then &quot;xxxxxxxxxx&quot; else a + a")
        ),
        "a list that nests in a circle": lambda: looped(SCRIPT.format(id="t", text="a = [a]")),
        "a list that doubles in a circle": lambda: looped(
            SCRIPT.format(id="t", text="a = if a = null then [1] else [a, a]")
        ),
        "names that grow in a circle": lambda: looped(
            SCRIPT.format(id="t", text="a = context put(a, string(count(get entries(a))), a)")
        ),
        "a number that grows in a circle": lambda: looped(
            SCRIPT.format(id="t", text="a = if a = null then 9999999 else a * a")
        ),
        "instances of a list that doubles": lambda: repeated(
            '<multiInstanceLoopCharacteristics isSequential="true"><loopDataInputRef>l</loopDataInputRef>'
            "</multiInstanceLoopCharacteristics>"
        ),
        "a billion instances": lambda: times("1000000000"),
        "a billion one by one": lambda: times("1000000000", "true"),
        "many digits of instances": lambda: times("9" * 5_000),
        "half an instance": lambda: times("0.5"),
        "instances beyond numbers": lambda: times("=10 ** 6000"),
    }


def _data() -> dict[str, Callable[[], Files]]:
    return {
        "feel lists that double": feel("a = " + doubled("1", "[{0}, {0}]") + ".x60"),
        "feel lists that double and are compared": feel(
            "b = " + doubled("1", "[{0}, {0}]", 40) + "\na = b.x40 = b.x40"
        ),
        "feel contexts that double": feel("a = string(" + doubled("1", "{{p: {0}, q: {0}}}") + ".x60)"),
        "feel doubled and counted": feel("a = count(flatten(" + doubled("1", "[{0}, {0}]") + ".x60))"),
        "feel doubled and distinct": feel("a = distinct values(" + doubled("1", "[{0}, {0}]") + ".x60)"),
        "feel functions that double": feel("a = {f: function(n) if n = 0 then 1 else f(n - 1) + f(n - 1), r: f(60)}.r"),
        "feel repeated groups": feel('a = matches("aaaa", "((a{100}){100}){100}")'),
        "feel a broken group": feel('a = matches("a", "((((" )'),
        "feel many alternatives": feel('a = matches("a", "' + "|".join(["a?"] * 900) + '")'),
        "feel backwards": feel('a = matches("aaaaaaaaaaaaaaaaaaaaaaaaaaaaaa", "(a*)*\\\\1b")'),
        "feel replace by groups": feel('a = replace("' + "x" * 4_000 + '", "(x)", "' + "$1" * 400 + '")'),
        "feel ranges of moments": feel('a = count(for d in @"0001-01-01"..@"9999-12-31" return d)'),
        "feel no end of years": feel('a = duration("P99999999999999999999Y")'),
        "feel decimals": feel("a = decimal(10 ** 300, 6000)"),
        "feel modulo": feel("a = modulo(10 ** 6000, 3)"),
        "feel factorial": feel("a = product(for i in 1..20000 return i)"),
        "feel exp": feel("a = exp(exp(exp(10)))"),
        "feel long name": feel("a = " + "n " * 2_400),
        "feel half of a surrogate": feel('a = "\\ud800"'),
        "feel null character": feel('a = "\\u0000"'),
        "feel huge code": feel('a = "\\U99999999"'),
        "feel partial": feel("a = for i in 1..30 return if i = 1 then [1] else [partial, partial]"),
        "feel insert": feel("a = for i in 1..20000 return insert before(1..2000, 1, i)"),
        "feel sort by work": feel(
            "a = sort(for i in 1..2000 return 2000 - i, function(x, y) count(1..1000) > 0 and x < y)"
        ),
        "feel filter of filters": feel("a = (1..3000)[count((1..3000)[item > 1]) > item]"),
        "feel context of work": feel("a = {" + ", ".join(f"k{n}: count(1..20000)" for n in range(150)) + "}"),
        "python lists that double": python("a = [0]\nfor i in range(60):\n    a = [a, a]"),
        "python lists that double and are compared": python(
            "a = [0]\nb = [0]\nfor i in range(40):\n    a = [a, a]\n    b = [b, b]\nc = a == b"
        ),
        "python lists that double and are written": python("a = [0]\nfor i in range(60):\n    a = [a, a]\nc = str(a)"),
        "python dicts that double": python("a = {}\nfor i in range(60):\n    a = {'p': a, 'q': a}"),
        "python doubled and sorted": python(
            "a = [0]\nb = [0]\nfor i in range(60):\n    a = [a, a]\n    b = [b, b]\nc = sorted([a, b, a])"
        ),
        "python replaced": python("a = 'a'\nfor i in range(60):\n    a = a.replace('a', 'aa')"),
        "python joined": python("a = 'a' * 1000\nfor i in range(60):\n    a = a.join([a, a, a])"),
        "python padded": python("a = 'x'.ljust(10000000000)\nb = 'x'.zfill(10000000000)"),
        "python widths": python("a = f'{1:>9999999999}'\nb = '%9999999999d' % 1\nc = '{:99999999999}'.format(1)"),
        "python precision": python("a = f'{1.5:.999999999f}'"),
        "python range": python("a = list(range(10 ** 12))"),
        "python range of steps": python("a = sum(range(0, 10 ** 30))"),
        "python big integer text": python("a = str(10 ** 4000) * 1\nb = int('9' * 4000) ** 50"),
        "python pow": python("a = pow(7, 10 ** 10)\nb = 2 ** -(10 ** 10)"),
        "python decimals": python("a = decimal.Decimal('1e999999999')\nb = int(a)"),
        "python decimal context": python("decimal.getcontext().prec = 999999999\na = decimal.Decimal(1) / 3"),
        "python dates": python("a = datetime.timedelta(days=999999999) * 999999"),
        "python split": python("a = ('a,' * 500000).split(',')"),
        "python functions that double": python("def f(n):\n    return 1 if n == 0 else f(n - 1) + f(n - 1)\na = f(60)"),
        "python hash": python("a = {" + ", ".join(f"{n} * (2 ** 61 - 1): 1" for n in range(500)) + "}"),
    }


ESCAPES: Final[Mapping[str, str]] = {
    "generator frames": "g = (x for x in [1])\na = g.gi_frame.f_back.f_globals",
    "frames of a generator by name": "a = [x.gi_frame for x in [(y for y in [1])]]",
    "tracebacks": "try:\n    1 / 0\nexcept Exception as e:\n    a = e.__traceback__.tb_frame.f_globals",
    "the error's context": "try:\n    raise ValueError('x')\nexcept ValueError as e:\n    a = e.with_traceback",
    "f-string attributes": "a = f'{().__class__}'",
    "f-string nested": "a = f'{[].append.__self__.__class__!r:{1}}'",
    "format map": "a = '{a.__class__}'.format_map({'a': 1})",
    "format index": "a = '{0[__class__]}'.format({})",
    "type": "a = type(1)",
    "type of three": "a = type('X', (object,), {})",
    "a decorator": "@print\ndef f(x):\n    return x",
    "a decorator that calls": "@exec\ndef f(x):\n    return 'import os'",
    "a class": "class X:\n    a = 1",
    "a metaclass": "class X(metaclass=type):\n    pass",
    "match": "match 1:\n    case object(__class__=c):\n        a = c",
    "walrus": "a = [y := 1 for x in [1]]",
    "star import": "from os import *",
    "import by name": "a = __import__('os').system('touch /tmp/owned')",
    "a lambda's default": "f = lambda x=().__class__: x\na = f()",
    "a function's default": "def f(x=[].__class__):\n    return x\na = f()",
    "annotations": "def f(x: __import__('os')):\n    return x",
    "global": "global a\na = 1",
    "attributes in a comprehension": "a = [x.__class__ for x in [1]]",
    "getattr": "a = getattr(1, '__class__')",
    "vars": "a = vars()\nb = globals()\nc = locals()\nd = dir()",
    "eval": "a = eval('1')\nb = compile('1', '', 'eval')",
    "open": "a = open('/etc/passwd').read()",
    "a module's module": "a = datetime.sys.modules['os']",
    "a module's loader": "a = math.__loader__.load_module('os')",
    "methods by descriptor": "a = str.format\nb = a('{0.__class__}', 1)",
    "assigning to an attribute": "datetime.datetime = 1\nmath.pi = 3",
    "assigning to a function": "len = 1\nsum = 2\na = len",
    "deleting": "del datetime\ndel len",
    "while with else": "while False:\n    pass\nelse:\n    a = ().__class__",
    "unicode names": "a = ().__ｃｌａｓｓ__",
    "unicode import": "ｉｍｐｏｒｔ os",
    "a continued line": "a = ().\\\n__class__",
    "a null in the text": "a = 1\0\nimport os",
    "a form feed": "a = 1\f\nimport os",
    "a coding line": "# -*- coding: rot13 -*-\nvzcbeg bf",
    "operators of modules": "a = math.__dict__",
    "a star argument": "a = max(*[[1, 2]], **{'key': eval})",
    "a key function": "a = sorted([1], key=eval)",
    "await": "async def f():\n    await f()\na = f()",
    "yield": "def f():\n    yield 1\na = f().gi_frame",
    "with": "with open('/etc/passwd') as f:\n    a = f.read()",
    "assert": "assert __import__('os')",
    "matrix": "a = [] @ []",
    "a slice of all": "a = [1][::__import__('os')]",
    "ellipsis": "a = ....__class__",
    "bytes": "a = b'x'.decode('zip')",
    "a number's methods": "a = (1).real.__class__\nb = 1 .__class__",
}


def _values() -> dict[str, Callable[[], Files]]:
    return {
        "a scenario of huge numbers": lambda: scenario('{"a": 1e999999999, "b": -1e-999999999}'),
        "a scenario of many digits": lambda: scenario('{"a": ' + "9" * 100_000 + "}"),
        "a scenario without numbers": lambda: scenario('{"a": NaN, "b": Infinity}'),
        "a scenario of nulls": lambda: scenario('{"a": "\\u0000", "\\u0000": 1}'),
        "a scenario of surrogates": lambda: scenario('{"a": "\\ud800", "\\udfff": 1}'),
        "a scenario of doubled keys": lambda: scenario('{"a": 1, "a": 2}'),
        "a scenario of deep data": lambda: scenario('{"a": ' + "[" * 5_000 + "]" * 5_000 + "}"),
        "a scenario of many names": lambda: scenario(json.dumps({f"k{n}": n for n in range(100_000)})),
        "a scenario of marks": lambda: scenario('{"typename": "x", "__class__": "os", "__proto__": {"a": 1}}'),
        "a form of surrogates": lambda: field(label="\ud800", key="a\ud800"),
        "a form of nulls": lambda: field(label="a\0b", key="a\0b"),
        "a form of marks": lambda: form(
            components=[
                {"type": "textfield", "key": key, "id": f"f{n}", "label": key}
                for n, key in enumerate(("__proto__", "constructor", "typename", "__class__", "a.b.c", "a[0]", "../x"))
            ]
        ),
        "a form of expressions": lambda: field(
            conditional={"hide": "=" + HEAVY + " > 1"}, defaultValue="=" + "(" * 3_000 + "1" + ")" * 3_000
        ),
        "a form of itself": lambda: form(
            components=[
                {"type": "expression", "key": "a", "id": "f1", "expression": "=b + 1"},
                {"type": "expression", "key": "b", "id": "f2", "expression": "=a + 1"},
            ]
        ),
        "a form of choices": lambda: form(
            components=[
                {
                    "type": "select",
                    "key": "a",
                    "id": "f",
                    "label": "A",
                    "values": [{"label": f"L{n}", "value": f"v{n}"} for n in range(100_000)],
                }
            ]
        ),
        "a form of repeated groups": lambda: field(validate={"pattern": "((a{100}){100}){100}"}),
        "a form of wrong kinds": lambda: form(
            components=[{"type": ["textfield"], "key": {}, "id": 1, "label": [None]}, None, 1, "x", []]
        ),
        "a form of huge lengths": lambda: field(validate={"maxLength": 1e308, "minLength": -(10**30), "min": "x"}),
        "a form of rows": lambda: form(
            components=[
                {
                    "type": "dynamiclist",
                    "path": "l",
                    "id": "g",
                    "label": "L",
                    "defaultRepetitions": 10**9,
                    "components": [{"type": "textfield", "key": "a", "id": "f", "label": "A"}],
                }
            ]
        ),
        "a form of layers": lambda: {**one(TASK), "a.form": (b'{"components":[' * 20_000) + b"]}" * 20_000},
        "facts of numbers": lambda: {**one(TASK), "process.toml": b"a = 1e999999999\nb = " + b"9" * 50_000},
        "facts of dates": lambda: {**one(TASK), "process.toml": b"a = 9999-99-99\n[a.b]\n[a]\n"},
        "facts of dots": lambda: {**one(TASK), "process.toml": b".".join([b"a"] * 50_000) + b" = 1"},
        "facts that are no text": lambda: {**one(TASK), "process.toml": b"\xff\xfe" * 1_000},
    }


def _decided() -> dict[str, Callable[[], Files]]:
    return {
        "decisions in diamonds": lambda: diamonds(60),
        "knowledge that doubles": lambda: knowledge(60, lambda n: f"f{n + 1}(n) + f{n + 1}(n)"),
        "knowledge in a row": lambda: knowledge(900, lambda n: f"f{n + 1}(n + 1)"),
        "knowledge of itself": knowing_itself,
        "types that double": lambda: types_that_double(50),
        "services in a circle": services_in_a_circle,
        "models that import each other": imports_in_a_circle,
        "a wide table": lambda: wide_table(10_000),
        "a table of work": lambda: table(2_000, f"{HEAVY} = ?"),
        "a table of work that matches": lambda: table(2_000, f"{HEAVY} &gt; 0"),
        "a table of functions": lambda: table(500, "(function(n) n)(?) = ?"),
        "a decision that doubles": lambda: literal(doubled("1", "[{0}, {0}]") + ".x60"),
        "a decision of Java": lambda: literal(
            '{f: function(a) external {java: {class: "java.lang.Runtime", "method signature": "exec(String)"}}}.f("x")'
        ),
        "a decision of markup": lambda: literal('"<img src=x onerror=alert(1)>{{7*7}}"'),
        "a decision that requires itself": lambda: dmn(
            '<decision id="d" name="d"><variable name="d"/><informationRequirement id="r"><requiredDecision href="#d"/>'
            "</informationRequirement><literalExpression><text>d + 1</text></literalExpression></decision>"
        ),
        "decisions of one id": lambda: dmn(
            '<decision id="d" name="d"><literalExpression><text>1</text></literalExpression></decision>' * 3_000
        ),
        "a relation of work": lambda: dmn(
            '<decision id="d" name="d"><variable name="d"/><relation>'
            + '<column name="c"/>'
            + f"<row><literalExpression><text>{HEAVY}</text></literalExpression></row>" * 2_000
            + "</relation></decision>"
        ),
        "contexts in contexts": lambda: dmn(
            '<decision id="d" name="d"><variable name="d"/>'
            + '<context><contextEntry><variable name="a"/>' * 2_000
            + "<literalExpression><text>1</text></literalExpression>"
            + "</contextEntry></context>" * 2_000
            + "</decision>"
        ),
        "lists in lists": lambda: dmn(
            '<decision id="d" name="d"><variable name="d"/>'
            + "<list>" * 5_000
            + "<literalExpression><text>1</text></literalExpression>"
            + "</list>" * 5_000
            + "</decision>"
        ),
        "an iterator of iterators": lambda: dmn(
            '<decision id="d" name="d"><variable name="d"/>'
            + "".join(
                f'<for iteratorVariable="i{n}"><in><literalExpression><text>1..1000</text></literalExpression></in>'
                "<return>"
                for n in range(5)
            )
            + "<literalExpression><text>1</text></literalExpression>"
            + "</return></for>" * 5
            + "</decision>"
        ),
        "allowed values of work": lambda: dmn(
            f'<itemDefinition name="T"><typeRef>number</typeRef><allowedValues><text>{HEAVY}</text></allowedValues>'
            '</itemDefinition><decision id="d" name="d"><variable name="d" typeRef="T"/><literalExpression>'
            "<text>1</text></literalExpression></decision>"
        ),
    }


STORMS: Final[Mapping[str, Callable[[], Files]]] = {
    **_events(),
    **_work(),
    **_data(),
    **_values(),
    **_decided(),
    **{f"python escapes by {name}": python(text) for name, text in ESCAPES.items()},
}
