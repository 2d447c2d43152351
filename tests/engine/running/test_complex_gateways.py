"""Complex gateways, quantities of tokens, and what instances throw as they end."""

import pytest

from bpmn.compiling import compile_process
from bpmn.draft import Draft
from bpmn.reading import read_diagram
from engine.model.step import EscalationRaised, Finished, MessageThrown, SignalThrown
from tests.bpmn.compiling.drawing import drawn, xml
from tests.engine.running.playing import Play


def gateway(condition: str, name: str = "c") -> str:
    written = condition.replace("<", "&lt;").replace(">", "&gt;")
    return (
        f'<bpmn:complexGateway id="{name}"><bpmn:activationCondition>={written}</bpmn:activationCondition>'
        "</bpmn:complexGateway>"
    )


THREE = """
    start s
    and g
    user a
    user b
    user d
    {gateway}
    user after
    end e
    s -> g
    g -> a
    g -> b
    g -> d
    a -> c
    b -> c
    d -> c
    c -> after
    after -> e
"""


@pytest.mark.parametrize("order", ["abd", "dba", "bad"])
def test_it_goes_on_when_two_of_three_have_come_and_once_only(order: str) -> None:
    case = Play(drawn(THREE.format(gateway=gateway("activationCount >= 2"))))
    case.do(order[0])
    assert "c" not in case.path
    case.do(order[1])
    assert case.tasks == sorted([order[2], "after"])
    case.do(order[2])
    assert case.tasks == ["after"], "the third is taken without a word"
    case.do("after")
    assert case.ended == "e"


def test_it_waits_for_what_may_come_late_before_it_is_new() -> None:
    case = Play(drawn(THREE.format(gateway=gateway("activationCount >= 2"))))
    for task in ("a", "b", "after"):
        case.do(task)
    assert not case.live.completed
    case.do("d")
    assert case.live.completed
    assert case.path.count("after") == 1


def test_its_condition_reads_the_data() -> None:
    case = Play(drawn(THREE.format(gateway=gateway("activationCount >= wanted"))), {"wanted": 3})
    case.do("a")
    case.do("b")
    assert case.tasks == ["d"]
    case.do("d")
    assert case.tasks == ["after"]


def test_flows_may_ask_whether_it_begins() -> None:
    text = THREE.format(gateway=gateway("activationCount >= 1")).replace("c -> after", "c -> after [waitingForStart]")
    text += "user late\n end f\n c -> late [not(waitingForStart) and activationCount > 0]\n late -> f"
    case = Play(drawn(text))
    case.do("a")
    assert case.tasks == ["after", "b", "d"]
    case.do("b")
    case.do("d")
    assert case.tasks == ["after", "late"]


def test_it_goes_on_again_in_the_next_round() -> None:
    text = """
        start s
        xor back
        and g
        user a
        user b
        GATE
        script count { n = n + 1 }
        xor more default=on
        end e
        s -> back
        back -> g
        g -> a
        g -> b
        a -> c
        b -> c
        c -> count
        count -> more
        more -> back [n < 3]
        on: more -> e
    """.replace("GATE", gateway("activationCount = 2"))
    case = Play(drawn(text), {"n": 0})
    for _ in range(3):
        case.do("a")
        case.do("b")
    assert case.live.completed


def test_a_moved_case_keeps_what_has_come() -> None:
    text = THREE.format(gateway=gateway("activationCount >= 2"))
    case = Play(drawn(text))
    case.do("a")
    case.do("b")
    case.migrate(drawn(text.replace("user after", "user after name=Other")))
    case.do("d")
    case.do("after")
    assert case.live.completed


def test_an_activity_begins_when_its_tokens_have_come() -> None:
    text = """
        start s
        and g
        user a
        user b
        <bpmn:userTask id="t" startQuantity="2"/>
        end e
        s -> g
        g -> a
        g -> b
        a -> t
        b -> t
        t -> e
        timer late on=t = PT1H
        late -> e
    """
    case = Play(drawn(text))
    case.do("a")
    assert case.tasks == ["b"]
    case.migrate(drawn(text))
    case.do("b")
    assert case.tasks == ["t"]
    assert case.timers == ["late"]
    case.do("t")
    assert case.live.completed
    assert case.path.count("t") == 1


def test_an_activity_leaves_with_several_tokens() -> None:
    text = """
        start s
        <bpmn:userTask id="a" completionQuantity="3"/>
        user t
        end e
        s -> a
        a -> t
        t -> e
    """
    case = Play(drawn(text))
    case.do("a")
    assert case.tasks == ["t", "t", "t"]
    for _ in range(3):
        case.do("t")
    assert case.live.completed
    assert case.flows.count("a_t") == 3


def several(behavior: str, inside: str = "") -> str:
    repeated = (
        f'<bpmn:userTask id="a"><bpmn:multiInstanceLoopCharacteristics {behavior}><bpmn:loopCardinality>3'
        f"</bpmn:loopCardinality>{inside}</bpmn:multiInstanceLoopCharacteristics></bpmn:userTask>"
    )
    return f"""
        start s
        {repeated}
        escalation it on=a beside = x
        user told
        end e
        end f
        s -> a
        a -> e
        it -> told
        told -> f
    """


def play(text: str, kind: str = "escalation") -> Play:
    root = f'<bpmn:{kind}EventDefinition id="d" {kind}Ref="thrown"/><bpmn:{kind} id="thrown" name="x"/>'
    content = xml(text).replace(b"<bpmn:process ", root.encode() + b"<bpmn:process ", 1)
    return Play(compile_process(Draft(files={}, diagram=read_diagram(content, "p.bpmn")), "p"))


@pytest.mark.parametrize(
    ("words", "inside", "times"),
    [
        ('behavior="All"', "", 0),
        ('behavior="One" oneBehaviorEventRef="d"', "", 1),
        ('behavior="None" noneBehaviorEventRef="d"', "", 3),
        (
            'behavior="Complex"',
            "<bpmn:complexBehaviorDefinition><bpmn:condition>=numberOfCompletedInstances = 2</bpmn:condition>"
            '<bpmn:event id="v"><bpmn:eventDefinitionRef>d</bpmn:eventDefinitionRef></bpmn:event>'
            "</bpmn:complexBehaviorDefinition>",
            1,
        ),
    ],
)
def test_instances_throw_as_they_end(words: str, inside: str, times: int) -> None:
    case = play(several(words, inside))
    for _ in range(3):
        case.do("a")
    assert case.path.count("it") == times
    assert case.tasks == ["told"] * times


def test_what_the_first_throws_may_end_the_others() -> None:
    case = play(several('behavior="One" oneBehaviorEventRef="d"').replace(" beside", ""))
    case.do("a")
    assert case.tasks == ["told"]
    assert "e" not in case.path


@pytest.mark.parametrize(
    ("kind", "step"), [("signal", SignalThrown), ("message", MessageThrown), ("escalation", EscalationRaised)]
)
def test_instances_throw_to_others(kind: str, step: type) -> None:
    text = several('behavior="None" noneBehaviorEventRef="d"')
    text = "\n".join(line for line in text.splitlines() if "escalation it" not in line and "it ->" not in line)
    case = play(text.replace("user told", "").replace("told -> f", "").replace("end f", ""), kind)
    for _ in range(3):
        case.do("a")
    assert sum(isinstance(found, step) for found in case.all) == 3
    assert isinstance(case.all[-1], Finished)
