"""Every event of BPMN 2.0 at every place, and every other construct: run, or refused by name."""

from collections.abc import Callable

import pytest

from bpmn.checking import check
from bpmn.compiling import compile_process
from bpmn.draft import Draft, read_draft
from bpmn.rules.finding import Severity
from bpmn.vocabulary import Vocabulary
from engine.model.step import EscalationRaised, Finished, MessageThrown, SignalThrown
from tests.bpmn.drawing import definitions
from tests.bpmn.drawing import flows as flowing
from tests.engine.running.playing import Play

NAMED = (
    '<message id="m" name="go"/><signal id="n" name="red"/><error id="x" name="E" errorCode="E"/>'
    '<escalation id="y" name="E" escalationCode="E"/>'
)
DEFINITIONS = {
    "none": "",
    "message": '<messageEventDefinition messageRef="m"/>',
    "timer": "<timerEventDefinition><timeDuration>PT1H</timeDuration></timerEventDefinition>",
    "signal": '<signalEventDefinition signalRef="n"/>',
    "conditional": "<conditionalEventDefinition><condition>=v = 1</condition></conditionalEventDefinition>",
    "error": '<errorEventDefinition errorRef="x"/>',
    "escalation": '<escalationEventDefinition escalationRef="y"/>',
    "cancel": "<cancelEventDefinition/>",
    "compensate": "<compensateEventDefinition/>",
    "link": '<linkEventDefinition name="there"/>',
    "terminate": "<terminateEventDefinition/>",
    "multiple": '<messageEventDefinition messageRef="m"/><signalEventDefinition signalRef="n"/>',
    "parallel multiple": '<messageEventDefinition messageRef="m"/><signalEventDefinition signalRef="n"/>',
}
SEVERALLY = {"multiple", "parallel multiple"}
WORK = '<userTask id="a" name="A"/><userTask id="b" name="B"/><parallelGateway id="g" name="G"/>'
RUN = {
    "start": {"none", "message", "signal", "timer", "conditional"} | SEVERALLY,
    "sub-process start": {"none"},
    "event sub-process start": {"message", "timer", "signal", "conditional", "error", "escalation"} | SEVERALLY,
    "event sub-process start beside": {"message", "timer", "signal", "conditional", "escalation"} | SEVERALLY,
    "catch": {"message", "timer", "signal", "conditional", "link"} | SEVERALLY,
    "throw": {"none", "message", "signal", "escalation", "link", "compensate", "multiple"},
    "boundary": {"message", "timer", "signal", "conditional", "error", "escalation", "cancel"} | SEVERALLY,
    "boundary beside": {"message", "timer", "signal", "conditional", "escalation"} | SEVERALLY,
    "end": {"none", "message", "signal", "error", "escalation", "terminate", "compensate", "multiple"},
    "transaction end": {
        *("none", "message", "signal", "error", "escalation", "terminate", "cancel", "compensate", "multiple"),
    },
}


def event(tag: str, kind: str, rest: str = "") -> str:
    rest += ' parallelMultiple="true"' if kind == "parallel multiple" else ""
    return f'<{tag} id="it" name="It"{rest}>{DEFINITIONS[kind]}</{tag}>'


def drawing(place: str, kind: str) -> tuple[str, str]:
    """Draw a process with the event at its place: what stands in it, and its flows."""
    beside = place.endswith("beside")
    words = place.removesuffix(" beside")
    begin, end = '<startEvent id="s" name="S"/>', '<endEvent id="e" name="E"/>'
    other = '<intermediate{}Event id="l" name="L"><linkEventDefinition name="there"/></intermediate{}Event>'
    if words == "start":
        return event("startEvent", kind) + '<userTask id="a" name="A"/>' + end, "it>a>e"
    if words == "sub-process start":
        inner = event("startEvent", kind) + '<endEvent id="i" name="I"/>' + flowing("it>i")
        return begin + f'<subProcess id="a" name="A">{inner}</subProcess>' + end, "s>a>e"
    if words == "catch":
        # Beside it somebody can change data; a link is come to from another place.
        paths = "s>g g>a>e g>it>i" if kind != "link" else "s>g g>a>e g>l it>i"
        return begin + WORK.replace('<userTask id="b" name="B"/>', "") + event("intermediateCatchEvent", kind) + (
            other.format("Throw", "Throw") if kind == "link" else ""
        ) + end + '<endEvent id="i" name="I"/>', paths
    if words == "throw":
        paths = "s>it>e" if kind != "link" else "s>it l>e"
        more = other.format("Catch", "Catch") if kind == "link" else ""
        return begin + event("intermediateThrowEvent", kind) + more + end, paths
    if words == "end":
        return begin + WORK + event("endEvent", kind) + end, "s>g g>a>e g>b>it"
    if words == "transaction end":
        inner = '<startEvent id="si" name="S"/>' + WORK + event("endEvent", kind) + '<endEvent id="i" name="I"/>'
        inner += flowing("si>g g>a>i g>b>it")
        caught = '<boundaryEvent id="o" name="O" attachedToRef="t"><cancelEventDefinition/></boundaryEvent>'
        return begin + f'<transaction id="t" name="T">{inner}</transaction>' + caught + end, "s>t>e o>e"
    thrown = kind if kind in ("error", "escalation", "cancel") else "none"
    inside = '<startEvent id="si" name="S"/>' + WORK + f'<endEvent id="z" name="Z">{DEFINITIONS[thrown]}</endEvent>'
    inside += '<endEvent id="i" name="I"/>'
    paths = "si>g g>a>i g>b>z"
    if words == "boundary":
        tag = "transaction" if kind == "cancel" else "subProcess"
        rest = f' attachedToRef="t" cancelActivity="{str(not beside).lower()}"'
        inside = f'<{tag} id="t" name="T">{inside}{flowing(paths)}</{tag}>'
        return begin + inside + event("boundaryEvent", kind, rest) + end, "s>t>e it>e"
    rest = f' isInterrupting="{str(not beside).lower()}"'
    around = event("startEvent", kind, rest) + '<endEvent id="f" name="F"/>' + flowing("it>f")
    return inside + f'<subProcess id="v" name="V" triggeredByEvent="true">{around}</subProcess>', paths


def draft_of(inner: str, paths: str, named: str = NAMED) -> Draft:
    content = f'{named}<process id="p" name="P" isExecutable="true">{inner}{flowing(paths)}</process>'
    return read_draft({"x.bpmn": definitions(content)})


VOCABULARY = Vocabulary(operations=frozenset({"notice/send"}))
BY_THE_WAY = ("task-role", "user-task-form")
"""Rules about people: nothing they ask for changes what the engine does."""


def refusals(draft: Draft) -> dict[str, str]:
    """Give the elements that are refused, and by which rule."""
    found = [finding for finding in check(draft, VOCABULARY) if finding.severity is Severity.ERROR]
    found = [finding for finding in found if finding.rule not in BY_THE_WAY]
    for finding in found:
        assert finding.message
        assert finding.remedy
        assert finding.code != "rule-crashed", finding.message
        assert finding.rule != "compiles", f"no rule names it: {finding.message}"
    return {str(finding.element_id): finding.rule for finding in found}


EVERY = [(place, kind) for place in RUN for kind in DEFINITIONS]


@pytest.mark.parametrize(("place", "kind"), EVERY, ids=[" ".join(each) for each in EVERY])
def test_an_event_is_run_or_refused(place: str, kind: str) -> None:
    inner, paths = drawing(place, kind)
    if (place, kind) == ("start", "conditional"):
        inner = inner.replace("=v = 1", '=count(records("risk")) = 1')  # there are no data of a case yet
    draft = draft_of(inner, paths)
    if kind not in RUN[place]:
        assert "it" in refusals(draft)
        return
    assert refusals(draft) == {}
    play = Play(compile_process(draft, "p"), {"v": 0}, begin="it" if place == "start" else None)
    PLAYED[place.removesuffix(" beside")](play, kind, place.endswith("beside"))
    assert play.live.completed
    assert "it" in play.path


def bring(play: Play, kind: str) -> None:
    """Let happen what an event of this kind waits for."""
    match kind:
        case "message" | "multiple":
            play.deliver("go")
        case "parallel multiple":
            play.deliver("go")
            assert "it" not in play.path or play.compiled.element("it").kind == "intermediateCatchEvent"
            play._after(play.live.signal("red", {}, play.at))
        case "signal":
            play._after(play.live.signal("red", {}, play.at))
        case "timer":
            play.later(hours=1)
            play.fire("it")
        case "conditional":
            play.do("a", v=1)
        case "error" | "escalation" | "cancel":
            play.do("b")


def by_itself(play: Play, kind: str, beside: bool) -> None:
    if kind == "parallel multiple":
        assert (play.tasks, play.messages) == ([], [])
        play._after(play.live.signal("red", {}, play.at))
    if "a" in play.tasks:
        play.do("a")


def caught(play: Play, kind: str, beside: bool) -> None:
    bring(play, kind)
    if "a" in play.tasks:
        play.do("a")


def thrown(play: Play, kind: str, beside: bool) -> None:
    steps = {"message": MessageThrown, "signal": SignalThrown, "escalation": EscalationRaised}
    for each in ("message", "signal") if kind == "multiple" else steps.keys() & {kind}:
        assert [step.element_id for step in play.all if isinstance(step, steps[each])] == ["it"]


def ended(play: Play, kind: str, beside: bool) -> None:
    assert play.tasks == ["a", "b"]
    play.do("b")
    thrown(play, kind, beside)
    if kind in ("error", "terminate", "cancel"):
        assert play.live.completed, "the other branch is gone"
        failed = next(step for step in play.all if isinstance(step, Finished)).error
        assert failed == ("E" if kind == "error" else None)
        assert ("o" in play.path) is (kind == "cancel")
    else:
        assert play.tasks == ["a"]
        play.do("a")


def interrupted(play: Play, kind: str, beside: bool) -> None:
    assert play.tasks == ["a", "b"]
    bring(play, kind)
    assert "it" in play.path
    if not beside:
        assert play.tasks == []
        return
    for task in list(play.tasks):
        play.do(task)


PLAYED: dict[str, Callable[[Play, str, bool], None]] = {
    "start": by_itself,
    "sub-process start": by_itself,
    "event sub-process start": interrupted,
    "catch": caught,
    "throw": thrown,
    "boundary": interrupted,
    "end": ended,
    "transaction end": ended,
}


S, E = '<startEvent id="s" name="S"/>', '<endEvent id="e" name="E"/>'
EXTENDED = (
    "<extensionElements><spiffworkflow:serviceTaskOperator id='notice/send'><spiffworkflow:parameters/>"
    "</spiffworkflow:serviceTaskOperator></extensionElements>"
)


def node(tag: str, inner: str = "", rest: str = "") -> str:
    return f'<{tag} id="it" name="It"{rest}>{inner}</{tag}>'


def many(inner: str, rest: str = "", tag: str = "multiInstanceLoopCharacteristics") -> str:
    return f"<{tag}{rest}>{inner}</{tag}>"


THREE = "<loopCardinality>3</loopCardinality>"
INSIDE = '<startEvent id="i" name="I"/><endEvent id="o" name="O"/>' + flowing("i>o")
SEVERAL = '<sequenceFlow id="one" sourceRef="it" targetRef="e"/><sequenceFlow id="two" sourceRef="it" targetRef="e"/>'
REFUSED = {
    "ad-hoc sub-process in which nothing begins": node("adHocSubProcess"),
    "event gateway that begins cases in the middle": node("eventBasedGateway", rest=' instantiate="true"'),
    "parallel event gateway": node("eventBasedGateway", rest=' eventGatewayType="Parallel"'),
    "event gateway without a choice": node("eventBasedGateway"),
    "receive task that begins cases in the middle": node("receiveTask", rest=' messageRef="m" instantiate="true"'),
    "receive task without a message": node("receiveTask"),
    "send task without a message": node("sendTask"),
    "service task without an operation": node("serviceTask"),
    "business rule task without a decision": node("businessRuleTask"),
    "call activity that calls nothing": node("callActivity"),
    "script task in Groovy": node("scriptTask", "<script>a = 1</script>", ' scriptFormat="groovy"'),
    "script task without a script": node("scriptTask"),
    "sub-process without a start": node("subProcess"),
    "sub-process with lanes": node("subProcess", '<laneSet><lane id="q" name="Q"/></laneSet>' + INSIDE),
    "activity for compensation": node("manualTask", rest=' isForCompensation="true"'),
    "start quantity that is no number": node("manualTask", rest=' startQuantity="none"'),
    "completion quantity below 1": node("manualTask", rest=' completionQuantity="0"'),
    "potential owner": node("manualTask", "<potentialOwner/>"),
    "performer": node("subProcess", "<performer/>" + INSIDE),
    "rendering": node("userTask", "<rendering/>"),
    "resource role": node("manualTask", "<resourceRole/>"),
    "data association from nowhere": node(
        "manualTask",
        '<ioSpecification><dataInput id="in"/></ioSpecification><dataInputAssociation><targetRef>in</targetRef>'
        "<assignment><from/><to>in</to></assignment></dataInputAssociation>",
    ),
    "multi-instance of nothing": node("manualTask", many("")),
    "number and collection": node("manualTask", many(THREE + "<loopDataInputRef>v</loopDataInputRef>")),
    "multi-instance that throws nothing": node("manualTask", many(THREE, ' behavior="One"')),
    "endless loop": node("manualTask", many("", tag="standardLoopCharacteristics")),
    "two loops": node("manualTask", many("", ' loopMaximum="2"', "standardLoopCharacteristics") + many(THREE)),
    "choreography task": "<manualTask id='a' name='A'/>" + node("choreographyTask"),
    "correlation subscription": node("manualTask") + "<correlationSubscription id='o' correlationKeyRef='k'/>",
    "another kind of node": node("implicitThrowEvent"),
    "a reference to another kind": node(
        "subProcess",
        '<startEvent id="i" name="I"/>' + '<endEvent id="o"><errorEventDefinition errorRef="m"/></endEvent>',
    ),
}


@pytest.mark.parametrize("inner", REFUSED.values(), ids=REFUSED)
def test_what_is_not_run_is_refused(inner: str) -> None:
    assert {"it", "o"} & refusals(draft_of(S + inner + E, "s>it>e")).keys()


@pytest.mark.parametrize("tag", ["exclusiveGateway"])
def test_what_splits_without_saying_how_is_refused(tag: str) -> None:
    draft = draft_of(S + node(tag) + E + SEVERAL, "s>it")
    assert {"it", "one", "two"} & refusals(draft).keys()


CATCHES = '<errorEventDefinition errorRef="{}"/>'


@pytest.mark.parametrize("ref", ["m", "nowhere"])
def test_a_reference_to_something_else_is_refused(ref: str) -> None:
    """Without its reference the event would catch every error."""
    caught = f'<boundaryEvent id="it" name="It" attachedToRef="a">{CATCHES.format(ref)}</boundaryEvent>'
    inner = f'<subProcess id="a" name="A">{INSIDE}</subProcess>'
    assert refusals(draft_of(S + inner + caught + E, "s>a>e it>e")).keys() == {"it"}


def test_errors_without_a_code_are_told_apart() -> None:
    named = '<error id="x1" name="Lost"/><error id="x2" name="Late"/>'
    inside = '<startEvent id="i" name="I"/><endEvent id="o" name="O"><errorEventDefinition errorRef="x1"/></endEvent>'
    inner = f'<subProcess id="a" name="A">{inside}{flowing("i>o")}</subProcess>'
    caught = "".join(
        f'<boundaryEvent id="{name}" name="{name}" attachedToRef="a">{CATCHES.format(ref)}</boundaryEvent>'
        for name, ref in (("other", "x2"), ("it", "x1"))
    )
    draft = draft_of(S + inner + caught + E, "s>a>e it>e other>e", named)
    assert refusals(draft) == {"o": "raised-code"}  # a release wants the code
    play = Play(compile_process(draft, "p"))
    assert "it" in play.path
    assert "other" not in play.path


PASSED = '<intermediateThrowEvent id="c1" name="C"/><intermediateThrowEvent id="c2" name="C"/>'
CHOSEN = '<sequenceFlow id="w" sourceRef="it" targetRef="c2"><conditionExpression>=v = 1</conditionExpression>'
CHOSEN += "</sequenceFlow>"
RUNS: dict[str, str] = {
    "task": node("task"),
    "user task": node("userTask"),
    "manual task": node("manualTask"),
    "service task": node("serviceTask", EXTENDED),
    "send task by an operation": node("sendTask", EXTENDED),
    "send task": node("sendTask", rest=' messageRef="m"'),
    "receive task": node("receiveTask", rest=' messageRef="m"'),
    "script task": node("scriptTask", "<script>a = 1</script>", ' scriptFormat="FEEL"'),
    "script task in Python": node("scriptTask", "<script>a = 1</script>", ' scriptFormat="python"'),
    "call activity": node("callActivity", rest=' calledElement="other"'),
    "sub-process": node("subProcess", INSIDE),
    "transaction": node("transaction", INSIDE),
    "parallel gateway": node("parallelGateway") + PASSED + '<sequenceFlow id="w" sourceRef="it" targetRef="c2"/>',
    **{
        f"{kind} gateway": node(f"{kind}Gateway", rest=' default="it_c1"') + PASSED + CHOSEN
        for kind in ("exclusive", "complex", "inclusive")
    },
    "event gateway": node("eventBasedGateway")
    + f'<intermediateCatchEvent id="c1" name="C">{DEFINITIONS["message"]}</intermediateCatchEvent>'
    + f'<intermediateCatchEvent id="c2" name="C">{DEFINITIONS["timer"]}</intermediateCatchEvent>',
    "standard loop": node("manualTask", many("", ' loopMaximum="2"', "standardLoopCharacteristics")),
    "parallel multi-instance": node("manualTask", many(THREE)),
    "sequential multi-instance": node("subProcess", many(THREE, ' isSequential="true"') + INSIDE),
}


@pytest.mark.parametrize("kind", RUNS)
def test_what_is_not_refused_runs(kind: str) -> None:
    behind = " it>c2" if kind == "event gateway" else ""
    draft = draft_of(S + RUNS[kind] + E, f"s>it>c1>e c2>e{behind}" if "gateway" in kind else "s>it>e")
    assert refusals(draft) == {}
    play = Play(compile_process(draft, "p"))
    while not play.live.completed:
        if play.messages:
            play.deliver("go")
        elif calls := play.live.waiting().calls:
            play._after(play.live.returned(calls[0].token, {}, play.at))
        else:
            play.do("it")
    assert play.path.count("it") == 1
    assert play.path[-1] == "e"
