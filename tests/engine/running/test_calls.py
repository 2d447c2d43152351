import pytest

from engine.errors import StepFailed
from engine.model.step import CallAbandoned, CaseCalled, EscalationRaised
from engine.running import NotWaiting
from tests.bpmn.compiling.drawing import drawn
from tests.engine.running.playing import Play

CALL = """
start s
call c {words} = other
error bad on=c = E1
escalation up on=c beside = U1
user after
user mended
user told
s -> c
c -> after
bad -> mended
up -> told
"""


def calling(words="", **data):
    play = Play(drawn(CALL.replace(" {words}", f" {words}" if words else "")), data)
    (call,) = [step for step in play.all if isinstance(step, CaseCalled)]
    return play, call


def test_a_call_waits_and_takes_over_what_the_called_case_gives():
    play, call = calling(n=1)
    assert (call.process_id, call.binding, call.data) == ("other", "latest", {"n": 1})
    assert [place.element_id for place in play.live.waiting().calls] == ["c"]
    play._after(play.live.returned(call.token, {"n": 2, "x": 3}, play.at))
    assert play.tasks == ["after"]
    assert play.live.data == {"n": 2, "x": 3}
    with pytest.raises(NotWaiting):
        play.live.returned(call.token, {}, play.at)


@pytest.mark.parametrize(
    ("words", "given", "taken"),
    [
        ("inputs=n outputs=x", {"n": 1}, {"n": 1, "m": 5, "x": 3}),
        ("inputs=={only:n+1} outputs=none", {"only": 2}, {"n": 1, "m": 5}),
        ("inputs=none outputs=x,y", {}, {"n": 1, "m": 5, "x": 3, "y": None}),
    ],
)
def test_only_what_is_named_passes(words, given, taken):
    play, call = calling(words, n=1, m=5)
    assert call.data == given
    play._after(play.live.returned(call.token, {"n": 2, "x": 3}, play.at))
    assert play.live.data == taken


def test_inputs_that_are_no_context_fail():
    with pytest.raises(StepFailed) as caught:
        calling("inputs==1")
    assert caught.value.code == "inputs_not_context"


def test_an_error_and_an_escalation_of_the_called_case_are_caught_at_the_border():
    play, call = calling()
    play._after(play.live.thrown(call.token, "escalation", "U1", play.at))
    assert play.tasks == ["told"]
    steps = play._after(play.live.thrown(call.token, "error", "E1", play.at))
    assert play.tasks == ["mended", "told"]
    assert [step.element_id for step in steps if isinstance(step, CallAbandoned)] == ["c"]


def test_what_nobody_catches_ends_the_caller_or_passes_on():
    play, call = calling()
    steps = play._after(play.live.thrown(call.token, "escalation", "U2", play.at))
    assert [step.code for step in steps if isinstance(step, EscalationRaised)] == ["U2"]
    steps = play._after(play.live.thrown(call.token, "error", "E2", play.at))
    assert (steps[-1].element_id, steps[-1].error) == ("c", "E2")
    assert play.live.completed


def test_a_cancelled_case_abandons_its_calls_one_for_each_repetition():
    play = Play(drawn("start s\ncall c count=3 = other\ns -> c"))
    calls = {step.token for step in play.all if isinstance(step, CaseCalled)}
    steps = play.cancel()
    assert {step.token for step in steps if isinstance(step, CallAbandoned)} == calls
    assert len(calls) == 3
