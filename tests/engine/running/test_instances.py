from decimal import Decimal

import pytest

from engine.errors import StepFailed
from engine.model.step import DataChanged
from tests.bpmn.compiling.drawing import drawn
from tests.engine.running.playing import Play

EACH = """
start s
user ask each=people item=person gives=answer into=answers{sequential}{until}
user after
s -> ask
ask -> after
"""


def each(sequential: bool = False, until: str = "") -> str:
    return EACH.format(sequential=" sequential" if sequential else "", until=f" until={until}" if until else "")


def test_instances_side_by_side_have_items_of_their_own():
    play = Play(drawn(each()), {"people": ["Ann", "Bob", "Cy"]})
    assert play.tasks == ["ask"] * 3
    assert [play.live.data_at(token)["person"] for token in play.open] == ["Ann", "Bob", "Cy"]
    assert [play.live.data_at(token)["loopCounter"] for token in play.open] == [1, 2, 3]
    play.do("ask", 2, answer="third")
    play.do("ask", 0, answer="first", shared=True)
    assert play.live.data == {"people": ["Ann", "Bob", "Cy"], "shared": True}
    steps = play.do("ask", 0)
    assert play.tasks == ["after"]
    assert play.live.data["answers"] == ["first", None, "third"]
    assert [step.name for step in steps if isinstance(step, DataChanged)] == ["answers"]
    assert play.path == ["s", "ask", "after"]


def test_instances_one_after_the_other():
    play = Play(drawn(each(sequential=True)), {"people": ["Ann", "Bob"]})
    assert play.tasks == ["ask"]
    play.do("ask", answer=1)
    assert play.live.data_at(next(iter(play.open)))["person"] == "Bob"
    play.do("ask", answer=2)
    assert play.tasks == ["after"]
    assert play.live.data["answers"] == [1, 2]


@pytest.mark.parametrize("sequential", [True, False])
def test_no_items_no_instances(sequential):
    play = Play(drawn(each(sequential=sequential)), {"people": []})
    assert play.tasks == ["after"]
    assert play.live.data["answers"] == []


@pytest.mark.parametrize("sequential", [True, False])
def test_a_completion_condition_ends_it_early(sequential):
    until = "numberOfCompletedInstances=2"
    play = Play(drawn(each(sequential=sequential, until=until)), {"people": ["a", "b", "c", "d"]})
    play.do("ask", answer=1)
    play.do("ask", answer=2)
    assert play.tasks == ["after"]
    assert play.live.data["answers"] == [1, 2, None, None]


@pytest.mark.parametrize("value", [None, "Ann", 3])
def test_a_collection_that_is_none_fails(value):
    with pytest.raises(StepFailed) as caught:
        Play(drawn(each()), {"people": value})
    assert (caught.value.element_id, caught.value.code) == ("ask", "collection_invalid")


@pytest.mark.parametrize(("count", "code"), [(-1, "cardinality_invalid"), ("1.5", "cardinality_invalid")])
def test_a_number_of_instances_that_is_none_fails(count, code):
    with pytest.raises(StepFailed) as caught:
        Play(drawn("start s\nuser t count=n\ns -> t"), {"n": Decimal(count)})
    assert caught.value.code == code


def test_too_many_instances_fail():
    with pytest.raises(StepFailed) as caught:
        Play(drawn("start s\nuser t count=n\ns -> t"), {"n": 10**9})
    assert caught.value.code == "too_many_instances"


def test_sub_processes_as_instances_keep_their_item_inside():
    play = Play(
        drawn("""
        start s
        sub inner each=people item=person gives=answer into=answers {
        start i
        user ask
        script make { answer = person + "!" ; last = person }
        i -> ask
        ask -> make
        }
        timer late on=inner = PT1H
        user after
        s -> inner
        inner -> after
        """),
        {"people": ["Ann", "Bob"]},
    )
    assert play.tasks == ["ask", "ask"]
    play.do("ask", 1)
    assert play.live.data["last"] == "Bob"
    play.do("ask", 0)
    assert play.live.data["last"] == "Ann"
    assert play.live.data["answers"] == ["Ann!", "Bob!"]
    assert play.tasks == ["after"]


def test_interrupting_takes_all_instances_away():
    play = Play(
        drawn("""
        start s
        user t count=3
        message off on=t = off
        user after
        s -> t
        off -> after
        """)
    )
    play.do("t", 1)
    play.deliver("off")
    assert play.tasks == ["after"]


def test_a_standard_loop_repeats_while_its_condition_holds():
    lines = "start s\nscript add loop=total<5 {before}{{ total = total + loopCounter }}\nend e\ns -> add\nadd -> e"
    play = Play(drawn(lines.format(before="")), {"total": 0})
    assert play.live.data["total"] == 6  # 1 + 2 + 3
    play = Play(drawn(lines.format(before="")), {"total": 10})
    assert play.live.data["total"] == 11
    play = Play(drawn(lines.format(before="before ")), {"total": 10})
    assert play.live.data["total"] == 10


def test_a_standard_loop_with_a_maximum():
    play = Play(drawn("start s\nuser t times=2\nuser after\ns -> t\nt -> after"))
    play.do("t")
    assert play.tasks == ["t"]
    play.do("t")
    assert play.tasks == ["after"]


def test_a_thousand_instances_cost_a_thousand_times_one():
    play = Play(drawn("start s\nuser t count=1000\nend e\ns -> t\nt -> e"), again=False)
    tokens = list(play.open)
    for number, token in enumerate(tokens):
        play.live.complete(token, {"n": number}, play.at)
    assert play.live.completed
