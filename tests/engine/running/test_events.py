import pytest

from engine.errors import NobodyWaits, StepFailed
from engine.model.step import FlowTaken, Left, MessageThrown, OperationCalled
from tests.bpmn.compiling.drawing import drawn
from tests.engine.running.playing import Play

RACE = """
start s
race first
timer slow = P1D
message yes = approved
receive no = refused
user a
user b
user c
s -> first
first -> slow
first -> yes
first -> no
slow -> a
yes -> b
no -> c
"""


def test_an_event_gateway_lists_what_it_waits_for_with_a_token_each():
    play = Play(drawn(RACE))
    assert play.timers == ["slow"]
    assert play.messages == ["approved", "refused"]
    assert play.path == ["s", "first"]


@pytest.mark.parametrize(
    ("act", "way", "task"),
    [
        (lambda play: play.fire("slow"), ["first_slow", "slow_a"], "a"),
        (lambda play: play.deliver("approved", by="Ann"), ["first_yes", "yes_b"], "b"),
        (lambda play: play.deliver("refused"), ["first_no", "no_c"], "c"),
    ],
)
def test_the_first_event_decides_and_the_others_are_gone(act, way, task):
    play = Play(drawn(RACE))
    steps = act(play)
    assert [step.flow_id for step in steps if isinstance(step, FlowTaken)] == way
    assert isinstance(steps[0], Left)
    assert steps[0].element_id == "first"
    assert play.tasks == [task]
    assert play.timers == play.messages == []
    with pytest.raises(NobodyWaits):
        play.deliver("approved")


def test_a_message_goes_to_one_place_the_oldest_or_the_named_one():
    compiled = drawn("""
    start s
    and fork
    message one = hello
    message two = hello
    user a
    user b
    s -> fork
    fork -> one
    fork -> two
    one -> a
    two -> b
    """)
    play = Play(compiled)
    play.deliver("hello")
    assert play.tasks == ["a"]
    play = Play(compiled)
    token = next(token for token, (element, _) in play.awaited.items() if element == "two")
    play._after(play.live.deliver("hello", {}, play.at, token))
    assert play.tasks == ["b"]


def test_sending_reports_messages_and_operations_and_passes():
    play = Play(
        drawn("""
        start s
        message tell throw = news { = {number: n, who: caller} }
        send mail = plain
        service notify = notice/send { to = caller ; subject = "No. " + string(n) ; text = null }
        message bye end = done
        s -> tell
        tell -> mail
        mail -> notify
        notify -> bye
        """),
        {"n": 7, "caller": "p1"},
    )
    thrown = [(step.name, step.payload) for step in play.all if isinstance(step, MessageThrown)]
    assert thrown == [("news", {"number": 7, "who": "p1"}), ("plain", {}), ("done", {})]
    (call,) = [step for step in play.all if isinstance(step, OperationCalled)]
    assert call.operation == "notice/send"
    assert call.arguments == {"to": "p1", "subject": "No. 7", "text": None}
    assert play.ended == "bye"


def test_a_payload_that_is_no_context_fails():
    with pytest.raises(StepFailed) as caught:
        Play(drawn("start s\nmessage tell throw = news { = 1 }\ns -> tell"))
    assert (caught.value.element_id, caught.value.code) == ("tell", "payload_not_context")


def test_links_jump():
    play = Play(
        drawn("""
        start s
        link out throw = A
        link back catch = A
        user t
        s -> out
        back -> t
        """)
    )
    assert play.tasks == ["t"]
    assert play.flows == ["s_out", "back_t"]


def test_a_message_event_inside_a_sub_process_and_around_it():
    play = Play(
        drawn("""
        start s
        sub inner {
        start i
        message wait = ping
        end ie
        i -> wait
        wait -> ie
        }
        message stop on=inner = stop
        user after
        user stopped
        s -> inner
        inner -> after
        stop -> stopped
        """)
    )
    play.deliver("ping", x=1)
    assert play.tasks == ["after"]
    assert play.messages == []
    assert play.live.data == {"x": 1}
