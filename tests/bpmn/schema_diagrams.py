"""Diagrams for the rules about types, data specifications, services and the schema: valid ones, and what is found."""

from bpmn.draft import read_draft
from tests.bpmn.drawing import END, START, definitions, drawn, flows, process
from tests.bpmn.structural_diagrams import CATCH, MESSAGE, ONE, TASK, read

ITEMS = (
    '<itemDefinition id="text" structureRef="xsd:string"/><itemDefinition id="words" structureRef="tns:String"/>'
    '<itemDefinition id="number" structureRef="xsd:int"/>'
    '<itemDefinition id="any" structureRef="java.lang.Object"/>'
)
WORDS = '<message id="m" name="M" itemRef="words"/>'
OPERATION = (
    '<message id="asked" name="Asked" itemRef="text"/><message id="said" name="Said" itemRef="number"/>'
    '<interface id="if" name="Desk"><operation id="op" name="Ask"><inMessageRef>asked</inMessageRef>'
    "<outMessageRef>said</outMessageRef></operation></interface>"
)
FORMAL = 'xsi:type="tFormalExpression"'
COUNTED = f"<loopCardinality {FORMAL}>3</loopCardinality>"
SIGNAL = '<signal id="sg" name="Up"/>'
PLACED = '<signalEventDefinition id="{}" signalRef="sg"/>'


def part(inner="", kind="task", **attributes):
    """The element `t` with these attributes."""
    written = "".join(f' {name}="{value}"' for name, value in attributes.items())
    return f'<{kind} id="t" name="Work"{written}>{inner}</{kind}>'


def specified(inputs="", outputs="", taken="", given="", more=""):
    """A data specification: `a:text` is the datum a of the item text; `taken` and `given` stand in its two sets."""
    found = ""
    for kind, written in (("dataInput", inputs), ("dataOutput", outputs)):
        for name, _, item in (one.partition(":") for one in written.split()):
            found += f'<{kind} id="{name}" name="{name}"' + (f' itemSubjectRef="{item}"/>' if item else "/>")
    sets = ""
    for kind, ref, written, inner, others in (
        ("inputSet", "dataInputRefs", inputs, taken, more),
        ("outputSet", "dataOutputRefs", outputs, given, ""),
    ):
        listed = "".join(f"<{ref}>{one.partition(':')[0]}</{ref}>" for one in written.split())
        sets += f'<{kind} id="{kind}">{listed}{inner}</{kind}>{others}'
    return f"<ioSpecification>{found}{sets}</ioSpecification>"


def passed(source, target, more="", sources=1):
    """The data object d goes into the datum a of the task."""
    named = "<sourceRef>d</sourceRef>" * sources
    into = f"<dataInputAssociation>{named}<targetRef>a</targetRef>{more}</dataInputAssociation>"
    data = f'<dataObject id="d" name="d" itemSubjectRef="{source}"/>'
    return drawn(data + part(specified(f"a:{target}") + into), ONE, outside=ITEMS)


def sent(item="text", kind="sendTask", data="a:text", **attributes):
    return drawn(
        part(specified(data) if kind == "sendTask" else specified("", data), kind, messageRef="m", **attributes),
        ONE,
        outside=ITEMS + f'<message id="m" name="M" itemRef="{item}"/>',
    )


def served(inputs="a:text", outputs="b:number", **attributes):
    return drawn(part(specified(inputs, outputs), "serviceTask", operationRef="op"), ONE, outside=ITEMS + OPERATION)


def called(mine, theirs, start=""):
    spec = specified(theirs).replace('Set id="', 'Set id="q')
    other = f'<process id="q" isExecutable="true">{spec}<startEvent id="qs">{start}</startEvent><endEvent id="qe"/>'
    call = part(specified(mine) if mine else "", "callActivity", calledElement="q")
    caller = f'<process id="p" isExecutable="true">{START}{END}{call}{flows(ONE)}</process>'
    return read(ITEMS + WORDS, caller, f"{other}{flows('qs>qe')}</process>")


def repeated(inner, data="c:text", **attributes):
    marks = "".join(f' {name}="{value}"' for name, value in attributes.items())
    spec = specified(data) if data else ""
    many = f"<multiInstanceLoopCharacteristics{marks}>{inner}</multiInstanceLoopCharacteristics>"
    return drawn(part(spec + many), ONE, outside=ITEMS)


def caught(data, definition=CATCH, message=WORDS):
    sets = "".join(f"<dataOutputRefs>{one.partition(':')[0]}</dataOutputRefs>" for one in data.split())
    outputs = "".join(
        f'<dataOutput id="{name}" itemSubjectRef="{item}"/>'
        for name, _, item in (one.partition(":") for one in data.split())
    )
    inner = f"{outputs}<outputSet>{sets}</outputSet>{definition}"
    return drawn(part(inner, "intermediateCatchEvent"), ONE, outside=ITEMS + message)


def pooled(multiplicity):
    pool = f'<participant id="z" name="Z"><participantMultiplicity {multiplicity}/></participant>'
    return drawn(TASK, ONE, outside=f'<collaboration id="c1">{pool}</collaboration>')


def imported(more="", target="m", location="w.xsd", **files):
    file = f'<import importType="x" location="{location}" namespace="http://far"/>' if more else ""
    receive = f'<receiveTask xmlns:far="http://far" id="t" name="Work" messageRef="{target}"/>'
    return drawn(receive, ONE, outside=file + MESSAGE, **files)


def links(target="two", source="one"):
    there, here = (
        f"<{kind}>{name}</{kind}>" if name else "" for kind, name in (("target", target), ("source", source))
    )
    throw = f'<linkEventDefinition id="one" name="L">{there}</linkEventDefinition>'
    catch = f'<linkEventDefinition id="two" name="L">{here}</linkEventDefinition>'
    return drawn(
        f'{TASK}<intermediateThrowEvent id="x" name="L">{throw}</intermediateThrowEvent>'
        f'<intermediateCatchEvent id="y" name="L">{catch}</intermediateCatchEvent>',
        "s>t>x y>e",
    )


def undone(cancel="true", paths=ONE):
    return drawn(
        f'{TASK}<boundaryEvent id="b" name="B" attachedToRef="t" cancelActivity="{cancel}"><compensateEventDefinition/>'
        '</boundaryEvent><task id="u" name="U" isForCompensation="true"/>'
        '<association id="as" sourceRef="b" targetRef="u"/>',
        paths,
    )


def conditioned(paths):
    flow = f'<sequenceFlow id="f" sourceRef="t" targetRef="e"><conditionExpression {FORMAL}>=a</conditionExpression>'
    return drawn(TASK + '<endEvent id="g"/>' + flow + "</sequenceFlow>", paths)


def shared(inside):
    throw = '<intermediateThrowEvent id="{}" name="T">{}</intermediateThrowEvent>'
    first = throw.format("x", PLACED.format("own")) if inside else TASK.replace('"t"', '"x"')
    second = throw.format("t", f"<eventDefinitionRef>{'own' if inside else 'all'}</eventDefinitionRef>")
    return drawn(first + second, "s>x>t>e", outside=SIGNAL + PLACED.format("all"))


VALID = {
    "attribute-value": [lambda: spoken("http://www.w3.org/1999/XPath")],
    "call-activity": [lambda: called("", "")],
    "compensation": [undone],
    "conditional-flow": [lambda: conditioned("s>t>g")],
    "data-specification": [
        lambda: drawn(part(specified("a b", taken="<optionalInputRefs>a</optionalInputRefs>")), ONE),
        lambda: drawn(part(specified("a b", "c", "<outputSetRefs>outputSet</outputSetRefs>", BACK)), ONE),
        sent,
        served,
        lambda: caught("a:text"),
        lambda: repeated(f"{COUNTED}<loopDataInputRef>c</loopDataInputRef>"),
    ],
    "empty-expression": [lambda: repeated(f"{COUNTED}<completionCondition>=a</completionCondition>")],
    "idle-mark": [undone],
    "immediate-flow": [lambda: drawn(TASK + FLOW.format("true"), "s>t")],
    "imported": [
        imported,
        lambda: imported("yes", "far:gone", **{"w__xsd": b"x"}),
        lambda: imported("", "far:m"),
        lambda: drawn(TASK + '<dataObject id="d" itemSubjectRef="xsd:string"/>', ONE),
    ],
    "item-type": [
        lambda: passed("text", "words"),
        lambda: passed("text", "any"),
        lambda: passed("text", "number", "<transformation>=d</transformation>"),
        lambda: sent("words"),
        lambda: sent("words", "receiveTask"),
        served,
        lambda: served("a:text c:number"),
        lambda: called("a:text", "b:words"),
        lambda: called("", ""),
        lambda: caught("a:text"),
        lambda: repeated("<loopDataInputRef>c</loopDataInputRef><inputDataItem id='i' itemSubjectRef='words'/>"),
        lambda: drawn(TASK + SHOWN.format("words"), ONE, outside=ITEMS),
    ],
    "link-event": [links],
    "own-definition": [lambda: shared(False)],
    "participant-number": [lambda: pooled('minimum="2" maximum="2"'), lambda: pooled('maximum="5"')],
    "repetition": [lambda: repeated(COUNTED)],
    "required-part": [lambda: keyed("<correlationPropertyRef>cp</correlationPropertyRef>"), served],
    "schema-order": [served, lambda: caught("a:text"), lambda: repeated(COUNTED), lambda: keyed("")],
    "interface-parts": [
        served,
        lambda: drawn(part(kind="sendTask", messageRef="asked", operationRef="op"), ONE, outside=ITEMS + OPERATION),
        lambda: drawn(part(kind="sendTask", messageRef="asked"), ONE, outside=ITEMS + OPERATION),
    ],
    "unknown-attribute": [lambda: drawn(part(startQuantity=1), ONE)],
    "unread": [lambda: offered("<ioBinding operationRef='op'/>")],
}


def keyed(named, bound='correlationPropertyRef="cp"', path="<dataPath>=a</dataPath>"):
    """A process that subscribes to a key by a property."""
    return read(
        f'<correlationProperty id="cp"><correlationPropertyRetrievalExpression messageRef="m"><messagePath>=a'
        f"</messagePath></correlationPropertyRetrievalExpression></correlationProperty>{MESSAGE}",
        f'<collaboration id="c"><participant id="pool" processRef="p"/><correlationKey id="ck">{named}</correlationKey>'
        f'</collaboration><process id="p" name="P" isExecutable="true">{START}{END}{flows("s>e")}'
        f'<correlationSubscription correlationKeyRef="ck"><correlationPropertyBinding {bound}>{path}'
        "</correlationPropertyBinding></correlationSubscription></process>",
    )


def assigned(inner):
    """A task into which an assignment writes."""
    into = f"<dataInputAssociation><targetRef>a</targetRef><assignment>{inner}</assignment></dataInputAssociation>"
    return part(specified("a") + into)


BACK = "<inputSetRefs>inputSet</inputSetRefs>"
FLOW = '<sequenceFlow id="t_e" sourceRef="t" targetRef="e" isImmediate="{}"/>'
SHOWN = (
    '<dataObject id="d" name="d" itemSubjectRef="text"/>'
    '<dataObjectReference id="r" name="d" dataObjectRef="d" itemSubjectRef="{}"/>'
)
TWICE = '<inputSet id="more"><dataInputRefs>a</dataInputRefs></inputSet>'
INSIDE = f'<startEvent id="i"/><task id="j" name="J"/><endEvent id="k"/>{flows("i>j>k")}'


def offered(binding):
    inner = f"<supportedInterfaceRef>if</supportedInterfaceRef>{specified('a:text')}{binding}"
    return read(
        ITEMS + OPERATION,
        f'<process id="p" name="P" isExecutable="true">{inner}{START}{END}{TASK}{flows(ONE)}</process>',
    )


def spoken(language):
    content = definitions(process(TASK, ONE)).replace(
        b"<definitions ", f'<definitions id="d" expressionLanguage="{language}" '.encode()
    )
    return read_draft({"x.bpmn": content})


INVALID = {
    "attribute-value": [
        (lambda: pooled('minimum="-1"'), {("attribute-value", "z")}),
        (lambda: spoken("what ever"), {("attribute-value", "d")}),
        (lambda: drawn(part(kind="serviceTask", implementation="by hand"), ONE), {("attribute-value", "t")}),
        (lambda: drawn(part(kind="transaction", method="by hand"), ONE), {("attribute-value", "t")}),
        (lambda: drawn(part('<documentation textFormat="plain">x</documentation>'), ONE), {("attribute-value", "t")}),
    ],
    "call-activity": [(lambda: called("", "", CATCH), {("no-plain-start", "t")})],
    "compensation": [(lambda: undone(paths="s>t>e b>e"), {("compensation-in-flow", "b")})],
    "conditional-flow": [(lambda: conditioned("s>t"), {("only-way", "f")})],
    "dangling-reference": [
        (
            lambda: drawn(TASK + '<dataObject id="d" itemSubjectRef="gone"/>', ONE),
            {("dangling-reference", "d")},
        ),
        (lambda: drawn(TASK, ONE, outside='<message id="m" itemRef="gone"/>'), {("dangling-reference", "m")}),
    ],
    "data-specification": [
        (
            lambda: drawn(part(specified("a", taken="<optionalInputRefs>b</optionalInputRefs>")), ONE),
            {("apart", "inputSet")},
        ),
        (
            lambda: drawn(part(specified("a", "c", taken="<outputSetRefs>outputSet</outputSetRefs>")), ONE),
            {("one-way", "inputSet")},
        ),
        (lambda: drawn(part(specified("a", "c", given=BACK)), ONE), {("one-way", "outputSet")}),
        (
            lambda: drawn(part(specified("a", more=TWICE), "sendTask", messageRef="m"), ONE, outside=MESSAGE),
            {("several", "t")},
        ),
        (lambda: sent(data="a:text b:text"), {("several", "t")}),
        (lambda: sent("text", "receiveTask", "a:text b:text"), {("several", "t")}),
        (lambda: caught("a:text b:text"), {("data-of-definitions", "t")}),
        (lambda: drawn(part(specified("a") + INSIDE, "subProcess"), ONE), {("in-sub-process", "t")}),
        (
            lambda: drawn(
                part(
                    "<multiInstanceLoopCharacteristics><loopDataInputRef>a</loopDataInputRef>"
                    "</multiInstanceLoopCharacteristics>"
                )
                + f'<task id="u" name="U">{specified("a")}</task>',
                "s>u>t>e",
            ),
            {("loop-data-elsewhere", "t")},
        ),
        (
            lambda: drawn(
                part(
                    specified("a") + "<multiInstanceLoopCharacteristics><loopDataInputRef>gone</loopDataInputRef>"
                    "</multiInstanceLoopCharacteristics>"
                ),
                ONE,
            ),
            {("loop-data-elsewhere", "t")},
        ),
        (
            lambda: drawn(
                TASK + '<dataObject id="d" name="Order"/><dataObjectReference id="r" name="Bill" dataObjectRef="d">'
                '<dataState name="sent"/></dataObjectReference>',
                ONE,
            ),
            {("named-otherwise", "r")},
        ),
    ],
    "empty-expression": [
        (lambda: repeated(f"{COUNTED}<completionCondition {FORMAL}/>"), {("empty-expression", "t")}),
        (
            lambda: drawn(
                part('<standardLoopCharacteristics loopMaximum="2"><loopCondition/></standardLoopCharacteristics>'), ONE
            ),
            {("empty-expression", "t")},
        ),
        (
            lambda: drawn(part('<task id="j"/><completionCondition> </completionCondition>', "adHocSubProcess"), ONE),
            {("empty-expression", "t")},
        ),
        (
            lambda: repeated(
                f"{COUNTED}<complexBehaviorDefinition id='cb'><condition/></complexBehaviorDefinition>",
                behavior="Complex",
            ),
            {("empty-expression", "cb")},
        ),
    ],
    "executable-process": [
        (
            lambda: read(
                f'<process id="p" isExecutable="true" processType="Public">{START}{END}{TASK}{flows(ONE)}</process>'
            ),
            {("public-process", "p")},
        )
    ],
    "idle-mark": [(lambda: undone("false"), {("compensation-mark", "b")})],
    "immediate-flow": [(lambda: drawn(TASK + FLOW.format("false"), "s>t"), {("not-immediate", "t_e")})],
    "imported": [
        (lambda: imported("", "far:gone"), {("not-imported", "t")}),
        (lambda: imported("yes"), {("file-not-here", "")}),
    ],
    "item-type": [
        (lambda: passed("text", "number"), {("types-differ", "t")}),
        (lambda: passed("text", "text", sources=2), {("several-sources", "t")}),
        (lambda: sent("number"), {("types-differ", "t")}),
        (lambda: sent("number", "receiveTask"), {("types-differ", "t")}),
        (lambda: served("a:number"), {("types-differ", "t")}),
        (lambda: served("a:text", "b:text"), {("types-differ", "t")}),
        (lambda: called("a:text", "b:number"), {("types-differ", "t")}),
        (lambda: called("a:text", "b:text c:text"), {("call-data", "t")}),
        (lambda: caught("a:number"), {("types-differ", "t")}),
        (
            lambda: repeated("<loopDataInputRef>c</loopDataInputRef><inputDataItem id='i' itemSubjectRef='number'/>"),
            {("types-differ", "t")},
        ),
        (lambda: drawn(TASK + SHOWN.format("number"), ONE, outside=ITEMS), {("types-differ", "r")}),
    ],
    "link-event": [
        (lambda: links("gone"), {("link-elsewhere", "x")}),
        (lambda: links(source="t"), {("link-elsewhere", "y")}),
        (lambda: links(source=""), {("link-one-way", "y")}),
        (lambda: links(target=""), {("link-one-way", "x")}),
    ],
    "own-definition": [(lambda: shared(True), {("definition-of-another", "t")})],
    "participant-number": [
        (lambda: pooled('minimum="3" maximum="2"'), {("participant-number", "z")}),
        (lambda: pooled('maximum="0"'), {("participant-number", "z")}),
        (lambda: pooled('minimum="2"'), {("participant-number", "z")}),
    ],
    "reference-kind": [
        (
            lambda: drawn(TASK, ONE, outside=ITEMS + '<error id="x" structureRef="m"/>' + MESSAGE),
            {("reference-kind", "x")},
        ),
        (lambda: drawn(TASK, ONE, outside=OPERATION.replace(">asked<", ">text<") + ITEMS), {("reference-kind", "op")}),
        (
            lambda: drawn(TASK, ONE, outside='<correlationProperty id="x" type="m"/>' + MESSAGE),
            {("reference-kind", "x")},
        ),
    ],
    "repetition": [
        (
            lambda: repeated(
                COUNTED + "<complexBehaviorDefinition id='cb'><condition>=a</condition></complexBehaviorDefinition>"
            ),
            {("behavior-unused", "t")},
        )
    ],
    "required-part": [
        (lambda: drawn(TASK, ONE, outside='<resource id="r"/>'), {("attribute-missing", "r")}),
        (lambda: drawn(TASK, ONE, outside='<correlationProperty id="cp"/>'), {("part-missing", "cp")}),
        (lambda: keyed("", 'correlationPropertyRef="cp"', ""), {("part-missing", "p")}),
        (lambda: keyed("", ""), {("attribute-missing", "p")}),
        (lambda: drawn(assigned("<from>=1</from>"), ONE), {("part-missing", "t")}),
    ],
    "schema-order": [
        (lambda: drawn(part("<script>x</script>"), ONE), {("part-not-allowed", "t")}),
        (lambda: drawn(part("<tns:more/>"), ONE), {("foreign-part", "t")}),
        (
            lambda: drawn(
                part(
                    "<standardLoopCharacteristics><loopCondition>=a</loopCondition><loopCondition>=b"
                    "</loopCondition></standardLoopCharacteristics>"
                ),
                ONE,
            ),
            {("part-too-often", "t")},
        ),
        (lambda: drawn(TASK + '<textAnnotation id="n"/>', ONE), {("mixed-order", "p")}),
        (lambda: drawn(END + "<laneSet/>" + START, "s>e", ends=False), {("out-of-order", "p")}),
        (lambda: drawn(part("<incoming>s_t</incoming><extensionElements/>"), ONE), {("out-of-order", "t")}),
        (lambda: drawn(part(INSIDE + "<standardLoopCharacteristics/>", "subProcess"), ONE), {("out-of-order", "t")}),
    ],
    "script-language": [
        (lambda: drawn(part("<script>for x in y: z.append(x)</script>", "scriptTask"), ONE), {("no-format", "t")}),
    ],
    "interface-parts": [
        (lambda: drawn(TASK, ONE, outside='<interface id="if" name="Desk"/>'), {("without-part", "if")}),
        (
            lambda: drawn(TASK, ONE, outside=OPERATION.replace("<inMessageRef>asked</inMessageRef>", "") + ITEMS),
            {("without-part", "op")},
        ),
        (
            lambda: drawn(part(kind="sendTask", messageRef="said", operationRef="op"), ONE, outside=ITEMS + OPERATION),
            {("other-message", "t")},
        ),
        (
            lambda: drawn(
                part(
                    '<messageEventDefinition messageRef="m"><operationRef>op</operationRef></messageEventDefinition>',
                    "intermediateCatchEvent",
                ),
                ONE,
                outside=ITEMS + OPERATION + MESSAGE,
            ),
            {("other-message", "t")},
        ),
        (lambda: offered(""), {("unbound-interface", "p")}),
    ],
    "unknown-attribute": [
        (lambda: drawn(part(colour="red"), ONE), {("unknown-attribute", "t")}),
        (lambda: drawn(part(scriptFormat="FEEL"), ONE), {("misplaced-attribute", "t")}),
    ],
}
