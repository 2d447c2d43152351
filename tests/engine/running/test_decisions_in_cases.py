import pytest

from engine.errors import StepFailed
from engine.model.step import DataChanged, DecisionMade
from tests.bpmn.compiling.drawing import drawn
from tests.engine.running.playing import Play


def table(policy: str, outputs: list[str], rules: list[tuple[str, ...]]) -> bytes:
    columns = "".join(f'<output id="o{name}" name="{name}" typeRef="string"/>' for name in outputs)
    rows = "".join(
        f'<rule id="r{number}"><inputEntry id="i{number}"><text>{cell}</text></inputEntry>'
        + "".join(f'<outputEntry id="e{number}{at}"><text>{text}</text></outputEntry>' for at, text in enumerate(texts))
        + "</rule>"
        for number, (cell, *texts) in enumerate(rules, 1)
    )
    return (
        '<definitions xmlns="https://www.omg.org/spec/DMN/20191111/MODEL/" id="d" name="d" namespace="t">'
        '<decision id="priority" name="Priority"><variable id="v" name="verdict"/>'
        f'<decisionTable id="t" hitPolicy="{policy}">'
        f'<input id="in" label="Impact"><inputExpression id="ie"><text>impact</text></inputExpression></input>'
        f"{columns}{rows}</decisionTable></decision></definitions>"
    ).encode()


DECIDE = "start s\nrule decide{words} = priority\nend e\ns -> decide\ndecide -> e"


def decided(dmn: bytes, impact: object, words: str = "") -> Play:
    return Play(drawn(DECIDE.format(words=words), decisions=dmn), {"impact": impact})


def test_one_output_is_set_by_its_name_and_the_decision_is_reported():
    play = decided(table("UNIQUE", ["priority"], [("&gt; 2", '"P1"'), ("&lt;= 2", '"P2"')]), 3)
    assert play.live.data == {"impact": 3, "priority": "P1"}
    at = next(number for number, step in enumerate(play.all) if isinstance(step, DecisionMade))
    step = play.all[at]
    assert step == DecisionMade(
        element_id="decide", decision_id="priority", inputs={"Impact": 3}, outputs="P1", matched=("r1",)
    )
    assert isinstance(play.all[at + 1], DataChanged)


def test_several_outputs_are_set_each_by_its_name():
    dmn = table("FIRST", ["priority", "team"], [("&gt; 2", '"P1"', '"network"'), ("-", '"P2"', "null")])
    assert decided(dmn, 3).live.data == {"impact": 3, "priority": "P1", "team": "network"}
    assert decided(dmn, 1).live.data == {"impact": 1, "priority": "P2", "team": None}


def test_collected_results_are_a_list():
    dmn = table("COLLECT", ["priority"], [("&gt; 2", '"a"'), ("&gt; 1", '"b"')])
    assert decided(dmn, 3).live.data["priority"] == ["a", "b"]
    assert decided(dmn, 0).live.data["priority"] == []


def test_a_result_variable_takes_the_whole_value():
    dmn = table("FIRST", ["priority", "team"], [("-", '"P1"', '"network"')])
    play = decided(dmn, 3, " resultVariable=all")
    assert play.live.data == {"impact": 3, "all": {"priority": "P1", "team": "network"}}


def test_a_decision_that_fails_fails_the_step():
    with pytest.raises(StepFailed) as caught:
        decided(table("UNIQUE", ["priority"], [("&gt; 2", '"P1"'), ("&gt; 1", '"P2"')]), 3)
    assert (caught.value.element_id, caught.value.code) == ("decide", "decision_failed")


GRAPH = (
    b'<definitions xmlns="https://www.omg.org/spec/DMN/20191111/MODEL/" id="d" name="d" namespace="t">'
    b'<decision id="urgency" name="Urgency"><variable name="urgency"/><decisionTable id="u"><input><inputExpression>'
    b'<text>impact</text></inputExpression></input><output name="urgency"/>'
    b'<rule id="high"><inputEntry><text>&gt; 2</text></inputEntry><outputEntry><text>"high"</text></outputEntry></rule>'
    b'</decisionTable></decision><decision id="priority" name="Priority"><variable name="verdict"/>'
    b'<informationRequirement><requiredDecision href="#urgency"/></informationRequirement>'
    b"<literalExpression><text>if urgency = null then 1 / 0 else urgency</text></literalExpression></decision>"
    b"</definitions>"
)


def test_decisions_that_the_decision_requires_are_reported_before_it_with_the_reasons_of_a_null():
    inner, outer = (step for step in decided(GRAPH, 3).all if isinstance(step, DecisionMade))
    assert (inner.decision_id, inner.inputs, inner.outputs) == ("urgency", {"impact": 3}, "high")
    assert inner.matched == ("high",)
    assert (outer.decision_id, outer.inputs, outer.outputs) == ("priority", {"urgency": "high"}, "high")
    inner, outer = (step for step in decided(GRAPH, 1).all if isinstance(step, DecisionMade))
    assert (inner.matched, inner.outputs, outer.problems) == ((), [], ("division by zero",))
