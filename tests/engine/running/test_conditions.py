from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from engine.errors import StepFailed
from engine.model.step import Entered
from tests.bpmn.compiling.drawing import drawn
from tests.engine.running.playing import Play

BOTH = """
start s
and fork
condition wait = x > 3
user set
user done
s -> fork
fork -> wait
fork -> set
wait -> done
"""


def test_a_condition_is_waited_for_until_data_make_it_true():
    play = Play(drawn(BOTH))
    assert play.tasks == ["set"]
    assert [place.element_id for place in play.live.waiting().conditions] == ["wait"]
    play.do("set", x=4)
    assert play.tasks == ["done"]


def test_a_condition_that_holds_already_comes_at_once():
    assert Play(drawn(BOTH), {"x": 7}).tasks == ["done", "set"]


def test_a_case_that_waits_for_nothing_but_a_condition_waits_until_its_data_are_corrected():
    play = Play(drawn(BOTH))
    play.do("set", x=1)
    assert [place.element_id for place in play.live.waiting().conditions] == ["wait"]
    play.correct(x=4)
    assert play.tasks == ["done"]


def test_a_condition_must_be_true_or_false():
    with pytest.raises(StepFailed) as caught:
        Play(drawn(BOTH.replace("x > 3", "x + 1")), {"x": 1})
    assert (caught.value.element_id, caught.value.code) == ("wait", "condition_not_boolean")


BORDER = """
start s
and fork
sub inner {
start i
user deep
i -> deep
}
condition stop on=inner = level > 5
condition note on=inner beside = level > 2
user other loop=true times=9
user stopped
user noted
s -> fork
fork -> inner
fork -> other
stop -> stopped
note -> noted
"""


def test_a_boundary_condition_interrupts_and_one_beside_comes_each_time_it_becomes_true():
    play = Play(drawn(BORDER))
    play.do("other", level=3)
    play.do("other", level=4)
    assert play.tasks.count("noted") == 1
    play.do("other", level=1)
    play.do("other", level=3)
    assert play.tasks.count("noted") == 2
    assert "deep" in play.tasks
    play.do("other", level=6)
    assert "deep" not in play.tasks
    assert play.tasks.count("stopped") == 1
    play.do("other", level=0)
    play.do("other", level=9)
    assert play.tasks.count("stopped") == 1
    assert play.tasks.count("noted") == 2


@settings(deadline=None, max_examples=40)
@given(st.lists(st.integers(0, 6), max_size=8))
def test_a_condition_beside_comes_as_often_as_it_becomes_true(levels):
    play = Play(drawn(BORDER.replace("level > 5", "false")), again=False)
    for level in levels:
        play.do("other", level=level)
    held = [False, *(level > 2 for level in levels)]
    rises = sum(now and not before for before, now in pairwise(held))
    assert play.tasks.count("noted") == rises


def test_an_interrupting_condition_goes_before_tokens_that_were_ready():
    play = Play(
        drawn("""
        start s
        sub inner {
        start i
        user ask
        script set { x = 1 }
        script never { y = 1 }
        i -> ask
        ask -> set
        set -> never
        }
        condition stop on=inner = x = 1
        user after
        s -> inner
        stop -> after
        """)
    )
    steps = play.do("ask")
    assert play.tasks == ["after"]
    assert "never" not in [step.element_id for step in steps if isinstance(step, Entered)][-1:]
    assert "y" not in play.live.data
