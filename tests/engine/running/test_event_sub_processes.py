import pytest

from bpmn.compiling import NotCompilable
from engine.model.step import Finished, TaskWithdrawn
from tests.bpmn.compiling.drawing import drawn
from tests.engine.running.playing import Play

TRIGGERS = [
    ("message begin start", "= stop", lambda play: play.deliver("stop", why="m")),
    ("signal begin start", "= stop", lambda play: play._after(play.live.signal("stop", {}, play.at))),
    ("timer begin start", "= PT1H", lambda play: play.fire("begin")),
    ("condition begin start", "= x = 1", lambda play: play.do("change", x=1)),
    ("error begin start", "= E", lambda play: play.do("change", bad="error")),
    ("escalation begin start", "= U", lambda play: play.do("change", bad="escalation")),
]
PROCESS = """
start s
and fork
user work
user change
xor which default=which_end
error broken end = E
escalation louder end = U
end end
sub around event name=Rescue {
{begin}
user rescue
end saved name=Saved
begin -> rescue
rescue -> saved
}
s -> fork
fork -> work
fork -> change
change -> which
which -> broken [bad = "error"]
which -> louder [bad = "escalation"]
which -> end
"""


def process(begin):
    return drawn(PROCESS.replace("{begin}", begin))


@pytest.mark.parametrize(("begin", "text", "act"), TRIGGERS, ids=[begin.split()[0] for begin, _, _ in TRIGGERS])
def test_an_interrupting_one_takes_everything_else_away(begin, text, act):
    play = Play(process(f"{begin} {text}"))
    assert play.tasks == ["change", "work"]
    steps = act(play)
    assert play.tasks == ["rescue"]
    assert "work" in [step.element_id for step in steps if isinstance(step, TaskWithdrawn)]
    assert play.messages == play.timers == []
    play.do("rescue")
    (finished,) = [step for step in play.all if isinstance(step, Finished)]
    assert (finished.outcome, finished.error) == ("Saved", None)


@pytest.mark.parametrize(
    ("begin", "text", "act"),
    [trigger for trigger in TRIGGERS if "error" not in trigger[0]],
    ids=[begin.split()[0] for begin, _, _ in TRIGGERS if "error" not in begin],
)
def test_one_beside_leaves_the_rest_alone(begin, text, act):
    play = Play(process(f"{begin} beside {text}"))
    act(play)
    assert "rescue" in play.tasks
    assert "work" in play.tasks
    play.do("work")
    if "change" in play.tasks:
        play.do("change")
    assert not play.live.completed  # the sub-process still runs, and the process with it
    play.do("rescue")
    assert play.live.completed


def test_a_message_beside_may_come_again_and_again_until_the_scope_is_done():
    play = Play(process("message begin start beside = stop"))
    play.deliver("stop")
    play.deliver("stop")
    assert play.tasks.count("rescue") == 2
    for element in ("work", "change", "rescue", "rescue"):
        play.do(element)
    assert play.live.completed
    assert play.messages == []


def test_a_cycle_beside_comes_as_often_as_it_says():
    play = Play(process("cycle begin start beside = R2/PT1H"))
    play.later(hours=1)
    play.fire("begin")
    play.later(hours=1)
    play.fire("begin")
    assert play.timers == []
    assert play.tasks.count("rescue") == 2


NESTED = """
start s
sub outer {
start i
sub inner {
start j
user deep
error bad end = E
j -> deep
deep -> bad
}
sub handler event {
error oops start = E
user mend
oops -> mend
}
end oe
i -> inner
inner -> oe
}
error outside on=outer = E
user after
user wrong
s -> outer
outer -> after
outside -> wrong
"""


def test_an_event_sub_process_catches_before_the_border_and_its_scope_then_ends_as_usual():
    play = Play(drawn(NESTED))
    play.do("deep")
    assert play.tasks == ["mend"]
    play.do("mend")
    assert play.tasks == ["after"]


def test_an_error_inside_the_event_sub_process_goes_on_outwards():
    play = Play(drawn(NESTED.replace("user mend", "error mend end = E")))
    play.do("deep")
    assert play.tasks == ["wrong"]


def test_it_waits_only_while_its_scope_is_open():
    play = Play(drawn(NESTED.replace("error oops start = E", "message oops start = call")))
    assert play.messages == ["call"]
    play.do("deep")
    assert play.messages == []
    assert play.tasks == ["wrong"]


def test_an_event_sub_process_needs_one_start_with_a_trigger_and_no_flow():
    with pytest.raises(NotCompilable) as caught:
        process("start begin")
    assert caught.value.code == "event_sub_process_start"
    with pytest.raises(NotCompilable) as caught:
        drawn(PROCESS.replace("{begin}", "timer begin start = PT1H") + "work -> around")
    assert caught.value.code == "event_sub_process_connected"
    with pytest.raises(NotCompilable) as caught:
        drawn(PROCESS.replace("{begin}", "timer begin start = PT1H") + "timer edge on=around = PT1H")
    assert caught.value.code == "not_attached"
