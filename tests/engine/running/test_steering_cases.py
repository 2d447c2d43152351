"""Cases put back, moved and corrected beside their drawing, saved and restored after every act."""

from datetime import timedelta

import pytest

from engine.errors import StepFailed
from engine.model.step import DataChanged, Entered, MessageAwaited, TaskWithdrawn, TimerSet
from engine.running import NotWaiting, move_token, places
from tests.bpmn.compiling.drawing import drawn
from tests.engine.running.playing import AT, NOW, Play

SIDE_BY_SIDE = """
start s
and fork
user a
user b
and join
user after
s -> fork
fork -> a
fork -> b
a -> join
b -> join
join -> after
"""
NESTED = """
start s
sub inner {
start i
user x
user y
i -> x
x -> y
}
timer late on=inner beside = PT1H
end told
user after
s -> inner
inner -> after
late -> told
"""
RACE = """
start s
user before
race which
timer slow = P1D
message yes = approved
user after
s -> before
before -> which
which -> slow
which -> yes
slow -> after
yes -> after
"""


def test_a_token_that_waits_at_a_join_waits_there_again():
    play = Play(drawn(SIDE_BY_SIDE))
    play.do("a")
    one_waits = play.live.save()
    (other,) = play.open
    play.do("b")
    play.back(one_waits)
    assert play.tasks == ["b"]
    assert list(play.open) != [other], "the task that was done is another one now"
    assert "join" not in [step.element_id for step in play.all[-2:] if isinstance(step, Entered)]
    play.do("b")
    assert play.tasks == ["after"]
    play.do("after")
    assert play.live.completed


def test_what_waits_before_and_after_stays_the_same():
    play = Play(drawn(SIDE_BY_SIDE))
    start = play.live.save()
    kept = next(token for token, element in play.open.items() if element == "b")
    play.do("a")
    play.back(start)
    assert play.tasks == ["a", "b"]
    assert kept in play.open
    for element in ("b", "a", "after"):
        play.do(element)
    assert play.live.completed


def test_a_sub_process_is_opened_again_with_its_boundary_timer_begun_anew():
    play = Play(drawn(NESTED))
    inside = play.live.save()
    play.later(minutes=50)
    play.do("x", seen="yes")
    play.do("y")
    assert (play.tasks, play.timers) == (["after"], [])
    play.later(hours=5)
    steps = play.back(inside)
    assert (play.tasks, play.timers) == (["x"], ["late"])
    assert [step.due for step in steps if isinstance(step, TimerSet)] == [play.at.now + timedelta(hours=1)]
    assert [step.element_id for step in steps if isinstance(step, TaskWithdrawn)] == ["after"]
    assert [(step.name, step.is_set) for step in steps if isinstance(step, DataChanged)] == [("seen", False)]
    for element in ("x", "y", "after"):
        play.do(element)
    assert play.live.completed


def test_inside_a_sub_process_its_own_timer_goes_on_undisturbed():
    play = Play(drawn(NESTED))
    inside = play.live.save()
    play.later(minutes=50)
    play.do("x")
    steps = play.back(inside)
    assert not [step for step in steps if isinstance(step, TimerSet)]
    assert [due for _, due in play.due.values()] == [NOW + timedelta(hours=1)]


def test_a_repeating_timer_keeps_the_time_of_its_next_turn():
    text = "start s\nuser a\ncycle again on=a beside = R3/PT1H\nuser b\nuser told\ns -> a\na -> b\nagain -> told"
    play = Play(drawn(text))
    start = play.live.save()
    play.later(hours=1)
    play.fire("again")
    play.back(start)
    assert (play.tasks, play.timers) == (["a"], ["again"])
    assert [due for _, due in play.due.values()] == [NOW + timedelta(hours=2)]


def test_events_that_race_are_waited_for_again_until_one_happens():
    play = Play(drawn(RACE))
    play.do("before")
    racing = play.live.save()
    play.deliver("approved")
    steps = play.back(racing)
    assert (play.timers, play.messages) == (["slow"], ["approved"])
    assert [step.element_id for step in steps if isinstance(step, Entered)] == ["which"]
    assert len([step for step in steps if isinstance(step, MessageAwaited)]) == 1
    play.fire("slow")
    assert (play.tasks, play.messages) == (["after"], [])


def test_instances_of_a_loop_come_back_with_their_items():
    play = Play(
        drawn("start s\nuser ask each=people item=person gives=n into=all\nuser after\ns -> ask\nask -> after"),
        {"people": ["Ann", "Bob"]},
    )
    start = play.live.save()
    play.do("ask", 0, n=1)
    play.do("ask", 0, n=2)
    assert play.tasks == ["after"]
    play.back(start)
    assert play.tasks == ["ask", "ask"]
    assert sorted(str(play.live.data_at(token)["person"]) for token in play.open) == ["Ann", "Bob"]
    assert "all" not in play.live.data
    play.do("ask", 0, n=3)
    play.do("ask", 0, n=4)
    assert play.live.data["all"] == [3, 4]


def test_moving_leaves_the_scope_and_its_events_behind():
    play = Play(drawn(NESTED))
    inner, x = places(play.live)
    assert (inner.element_id, x.element_id) == ("inner", "x")
    assert set(inner.targets) == {"inner", "told", "after"}
    assert set(x.targets) == {"x", "y"}
    steps = play.move("x", "y")
    assert (play.tasks, play.timers) == (["y"], ["late"])
    assert [step.element_id for step in steps if isinstance(step, TaskWithdrawn)] == ["x"]
    play.move("inner", "after")
    assert (play.tasks, play.timers) == (["after"], [])
    play.do("after")
    assert play.live.completed


def test_moving_away_from_a_race_takes_all_its_events():
    play = Play(drawn(RACE))
    play.do("before")
    play.move("which", "before")
    assert (play.tasks, play.timers, play.messages) == (["before"], [], [])


def test_a_token_that_waits_at_a_join_can_be_moved_on():
    play = Play(drawn(SIDE_BY_SIDE))
    play.do("a")
    play.move("b", "after")
    assert play.tasks == ["after"]
    play.move("join", "after")
    assert play.tasks == ["after", "after"]
    play.do("after")
    play.do("after")
    assert play.live.completed


def test_a_place_is_moved_once_and_only_where_it_can_go():
    play = Play(drawn(SIDE_BY_SIDE))
    place = places(play.live)[0]
    with pytest.raises(NotWaiting):
        move_token(play.live, place.token, "join", AT)
    play.move(place.element_id, "after")
    with pytest.raises(NotWaiting):
        move_token(play.live, place.token, "after", AT)


def test_corrections_reach_expressions_and_nothing_unacceptable_gets_in():
    text = "start s\nuser a\nxor way default=no\nuser b\nuser c\ns -> a\na -> way\nway -> b [n > 3]\nno: way -> c"
    play = Play(drawn(text), {"n": 1, "m": 2})
    play.correct("m", "unknown", n=5)
    assert play.live.data == {"n": 5}
    play.do("a")
    assert play.tasks == ["b"]
    with pytest.raises(StepFailed):
        play.correct(n=float("nan"))


def test_nothing_is_moved_onto_what_undoes_another():
    """Found by chance: it ended in an error without words."""
    text = "start s\nuser a\ncompensate ca on=a\nuser ua undoes\nuser b\nend e\ns -> a\na -> b\nb -> e\nca ~> ua"
    (place,) = places(Play(drawn(text)).live)
    assert set(place.targets) == {"a", "b", "e"}
