from datetime import timedelta

import pytest

from engine.errors import NobodyWaits, StepFailed
from engine.model.step import Left, TaskWithdrawn, TimerCleared, TimerSet
from engine.running import NotWaiting
from tests.bpmn.compiling.drawing import drawn
from tests.engine.running.playing import AT, NOW, Play

WATCHED = """
start s
user work
timer late on=work = PT1H
timer warn on=work beside = PT30M
message off on=work = cancelled
message note on=work beside = noted
user chase
user tell
user stopped
user read
end done
s -> work
work -> done
late -> chase
warn -> tell
off -> stopped
note -> read
"""


def test_completing_the_activity_clears_all_its_events():
    play = Play(drawn(WATCHED))
    assert play.tasks == ["work"]
    assert play.timers == ["late", "warn"]
    assert play.messages == ["cancelled", "noted"]
    play.do("work")
    assert play.ended == "done"


def test_an_interrupting_timer_takes_the_task_away():
    play = Play(drawn(WATCHED))
    steps = play.fire("late")
    assert [type(step) for step in steps][:3] == [TaskWithdrawn, TimerCleared, TimerCleared]
    assert play.tasks == ["chase"]
    assert play.timers == play.messages == []
    assert not any(isinstance(step, Left) and step.element_id == "work" for step in play.all)


def test_a_timer_beside_leaves_the_task():
    play = Play(drawn(WATCHED))
    play.fire("warn")
    assert play.tasks == ["tell", "work"]
    assert play.timers == ["late"]
    play.do("work")
    assert play.ended is None
    play.do("tell")
    assert play.ended == "tell"


def test_an_interrupting_message():
    play = Play(drawn(WATCHED))
    play.deliver("cancelled", why="no longer needed")
    assert play.tasks == ["stopped"]
    assert play.live.data == {"why": "no longer needed"}
    with pytest.raises(NobodyWaits):
        play.deliver("cancelled")


def test_a_message_beside_may_come_again():
    play = Play(drawn(WATCHED))
    play.deliver("noted", text="one")
    play.deliver("noted", text="two")
    assert play.tasks == ["read", "read", "work"]
    assert play.messages == ["cancelled", "noted"]


def test_a_fired_timer_does_not_fire_twice():
    play = Play(drawn(WATCHED))
    token = next(token for token, (element, _) in play.due.items() if element == "warn")
    play.fire("warn")
    with pytest.raises(NotWaiting):
        play.live.fire(token, AT)


def test_a_cycle_beside_comes_again_until_its_number_is_reached():
    play = Play(
        drawn("""
        start s
        user work
        cycle remind on=work beside = R3/PT1H
        service mail = notice/send { to = "x" }
        s -> work
        remind -> mail
        """)
    )
    due = [step.due for step in play.all if isinstance(step, TimerSet)]
    assert due == [NOW + timedelta(hours=1)]
    play.later(hours=1)
    steps = play.fire("remind")
    assert [step.due for step in steps if isinstance(step, TimerSet)] == [NOW + timedelta(hours=2)]
    play.later(hours=5)  # after an outage: what was missed is not made up for
    steps = play.fire("remind")
    assert [step.due for step in steps if isinstance(step, TimerSet)] == [NOW + timedelta(hours=6)]
    steps = play.fire("remind")
    assert [type(step) for step in steps if isinstance(step, TimerSet | TimerCleared)] == [TimerCleared]
    assert play.timers == []
    assert play.path.count("mail") == 3
    assert play.tasks == ["work"]


def test_events_around_a_sub_process_interrupt_all_that_runs_in_it():
    play = Play(
        drawn("""
        start s
        sub inner {
        start i
        and fork
        user a
        user b
        timer nudge on=b beside = PT5M
        sub deep {
        start d
        user c
        d -> c
        }
        i -> fork
        fork -> a
        fork -> b
        fork -> deep
        }
        timer late on=inner = P1D
        user after
        s -> inner
        late -> after
        """)
    )
    assert play.tasks == ["a", "b", "c"]
    assert play.timers == ["late", "nudge"]
    steps = play.fire("late")
    gone = [step.element_id for step in steps if isinstance(step, TaskWithdrawn)]
    assert sorted(gone) == ["a", "b", "c", "deep", "inner"]
    assert play.tasks == ["after"]
    play.do("after")
    assert play.ended == "after"


def test_an_interrupted_branch_runs_no_further():
    """The event interrupts before other ready work of the same act, such as a script after the task, may run."""
    play = Play(
        drawn("""
        start s
        sub inner {
        start i
        user a
        escalation up throw = too_slow
        script more { touched = true }
        i -> a
        a -> up
        a -> more
        }
        escalation heard on=inner = too_slow
        user after
        s -> inner
        heard -> after
        """)
    )
    play.do("a")
    assert play.tasks == ["after"]
    assert "touched" not in play.live.data


@pytest.mark.parametrize("text", ["PT0S", "P1M", "2027-03-01T08:00:00+01:00", '="PT1H"', "=late_after"])
def test_timers_are_due_at_aware_utc(text):
    compiled = drawn(f"start s\ntimer wait = {text}\nend e\ns -> wait\nwait -> e")
    play = Play(compiled, {"late_after": "PT1H"})
    expected = {
        "PT0S": "2027-01-31T12:00:00+00:00",
        "P1M": "2027-02-28T12:00:00+00:00",
        "2027-03-01T08:00:00+01:00": "2027-03-01T07:00:00+00:00",
    }.get(text, "2027-01-31T13:00:00+00:00")
    ((_, due),) = play.due.values()
    assert due.isoformat() == expected
    assert due.tzinfo is not None
    play.fire("wait")
    assert play.ended == "e"


@pytest.mark.parametrize("value", [None, 3, "soon", "P999999999Y"])
def test_a_timer_that_is_no_time_fails_naming_the_event(value):
    compiled = drawn("start s\ntimer wait = =after\ns -> wait")
    with pytest.raises(StepFailed) as caught:
        Play(compiled, {"after": value})
    assert (caught.value.element_id, caught.value.code) == ("wait", "timer_invalid")
