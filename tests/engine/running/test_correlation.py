from datetime import timedelta
from decimal import Decimal

import pytest

from bpmn.compiling import NotCompilable
from engine.errors import NobodyWaits, StepFailed
from engine.model.step import MessageAwaited, MessageThrown
from tests.bpmn.compiling.drawing import drawn
from tests.engine.running.playing import NOW, Play

WAIT = "start s\nmessage wait correlate==order = paid\nuser after\ns -> wait\nwait -> after"
THROW = "start s\nmessage out throw{words} = paid {{ ={{n: 1, messageId: no}} }}\ns -> out"


@pytest.mark.parametrize(("order", "key"), [("A1", "A1"), (Decimal("7.0"), "7"), (True, "true")])
def test_the_key_awaited_is_computed_when_the_wait_begins(order, key):
    play = Play(drawn(WAIT), {"order": order})
    assert [step.key for step in play.all if isinstance(step, MessageAwaited)] == [key]
    assert [wait.key for wait in play.live.waiting().messages] == [key]
    with pytest.raises(NobodyWaits):
        play.live.deliver("paid", {}, play.at, key="other")
    with pytest.raises(NobodyWaits):
        play.live.deliver("paid", {}, play.at, key="")
    play._after(play.live.deliver("paid", {"order": "Z"}, play.at, key=key))
    assert play.tasks == ["after"]


@pytest.mark.parametrize(
    ("order", "code"),
    [
        (None, "correlation_empty"),
        ("", "correlation_empty"),
        ([1], "correlation_not_text"),
        ("x" * 256, "correlation_too_long"),
    ],
)
def test_a_key_that_cannot_be_used_stops_the_act(order, code):
    with pytest.raises(StepFailed) as caught:
        Play(drawn(WAIT), {"order": order})
    assert (caught.value.element_id, caught.value.code) == ("wait", code)


def thrown(words="", **data):
    play = Play(drawn(THROW.format(words=f" {words}" if words else "")), data)
    (step,) = [step for step in play.all if isinstance(step, MessageThrown)]
    return step.key, step.message_id, step.expires - NOW


def test_a_sender_says_key_id_and_time_to_live_or_leaves_them():
    assert thrown(no="m1") == ("", "m1", timedelta(hours=1))
    assert thrown() == ("", None, timedelta(hours=1))
    words = "correlate==order messageId==no+order timeToLive=P1D"
    assert thrown(words, order="A", no="m") == ("A", "mA", timedelta(days=1))
    assert thrown("messageId=once timeToLive==life", life="PT0S") == ("", "once", timedelta(0))


def test_a_time_to_live_that_is_none_is_refused():
    with pytest.raises(NotCompilable) as caught:
        drawn(THROW.format(words=" timeToLive=soon"))
    assert caught.value.code == "time_to_live_invalid"
    with pytest.raises(StepFailed) as failed:
        thrown("timeToLive==1")
    assert failed.value.code == "time_to_live_invalid"
