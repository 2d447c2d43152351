import pytest

from engine.errors import NobodyWaits
from engine.model.step import Left, SignalAwaited, SignalForgotten, SignalThrown
from tests.bpmn.compiling.drawing import drawn
from tests.engine.running.playing import Play

EVERYWHERE = """
start s
and fork
signal one = stop
user work
signal two on=work = stop
signal three on=work beside = stop
race first
signal four = stop
message five = hello
user a
user b
user c
user d
s -> fork
fork -> one
fork -> work
fork -> first
first -> four
first -> five
one -> a
two -> b
three -> c
four -> d
"""


def heard(play):
    return sorted(place.name for place in play.live.waiting().signals)


def test_a_signal_from_outside_reaches_everything_that_waits():
    play = Play(drawn(EVERYWHERE))
    assert heard(play) == ["stop"] * 4
    play._after(play.live.signal("stop", {"why": "fire"}, play.at))
    assert play.tasks == ["a", "b", "c", "d"]
    assert play.live.data == {"why": "fire"}
    assert play.messages == heard(play) == []
    with pytest.raises(NobodyWaits):
        play.live.signal("stop", {}, play.at)


def test_a_signal_thrown_in_the_case_is_heard_in_it_at_once():
    play = Play(
        drawn("""
        start s
        and fork
        signal wait = go
        user work
        signal beside on=work beside = go
        user push
        signal out throw = go { = {n: 1} }
        signal again end = go
        user a
        user b
        s -> fork
        fork -> wait
        fork -> work
        fork -> push
        push -> out
        out -> again
        wait -> a
        beside -> b
        """)
    )
    steps = play.do("push")
    assert [(step.element_id, step.payload) for step in steps if isinstance(step, SignalThrown)] == [
        ("out", {"n": 1}),
        ("again", {}),
    ]
    assert play.tasks == ["a", "b", "b", "work"]


def test_what_throws_a_signal_that_interrupts_itself_is_left_once_and_goes_no_further():
    play = Play(
        drawn("""
        start s
        sub inner {
        start i
        signal out throw = stop
        user never
        i -> out
        out -> never
        }
        signal caught on=inner = stop
        user after
        s -> inner
        caught -> after
        """)
    )
    assert play.tasks == ["after"]
    assert [step.element_id for step in play.all if isinstance(step, Left)] == ["s", "i", "out", "caught"]


def test_waits_for_signals_pair_up():
    play = Play(drawn(EVERYWHERE))
    play.do("work")
    play.deliver("hello")
    begun = [(step.token, step.element_id) for step in play.all if isinstance(step, SignalAwaited)]
    ended = [(step.token, step.element_id) for step in play.all if isinstance(step, SignalForgotten)]
    assert len(begun) == 4
    assert {element for _, element in begun} - {element for _, element in ended} == {"one"}
    assert set(ended) < set(begun)


def test_what_a_signal_interrupts_does_not_run_on_though_it_was_ready():
    play = Play(
        drawn("""
        start s
        and fork
        signal out end = stop
        sub inner {
        start i
        script never { x = 1 }
        i -> never
        }
        signal stop on=inner = stop
        user after
        s -> fork
        fork -> out
        fork -> inner
        stop -> after
        """)
    )
    assert play.tasks == ["after"]
    assert play.live.data == {}
