"""What an event that catches an error or escalation learns of it; and that nothing catches what it throws itself."""

import pytest

from engine.model.step import EscalationRaised, Finished
from tests.bpmn.compiling.drawing import drawn
from tests.engine.running.playing import Play

TELLS = "codeVariable=why messageVariable=said"
PLACES = {
    "at the border": ("", f"error bad on=inner {TELLS}\nbad -> mended"),
    "of every code": (f"sub aside event {{\nerror bad start {TELLS}\nuser mended\nbad -> mended\n}}", ""),
}


@pytest.mark.parametrize("place", PLACES)
@pytest.mark.parametrize("code", ["away", None])
def test_a_thrown_error_tells_its_code_and_message(place: str, code: str | None) -> None:
    inside, beside = PLACES[place]
    fail = "error fail end name=It_is_gone" + (f" = {code}" if code else "")
    mended = "" if inside else "user mended"
    compiled = drawn(
        f"start s\nsub inner {{\nstart i\n{fail}\ni -> fail\n{inside}\n}}\nend e\ns -> inner\n"
        f"inner -> e\n{mended}\n{beside}"
    )
    play = Play(compiled, {"why": "before"})
    assert play.tasks == ["mended"]
    assert (play.live.data["why"], play.live.data["said"]) == (code, code or "It is gone")


def test_without_names_nothing_is_set() -> None:
    play = Play(
        drawn(
            "start s\nsub inner {\nstart i\nerror fail end = E\ni -> fail\n}\nerror bad on=inner = E\n"
            "user mended\nend e\ns -> inner\ninner -> e\nbad -> mended"
        )
    )
    assert play.live.data == {}


def test_an_error_of_a_call_outside_tells_what_went_wrong() -> None:
    text = f"start s\nservice call = ask/there {{ what=1 }}\nerror bad on=call {TELLS}\nuser mended\nend e\n"
    text += "s -> call\ncall -> e\nbad -> mended"
    play = Play(drawn(text, outside={"ask/there"}))
    steps = play.live.unanswered(play._calling("call")[0], "away", play.at, "The host did not answer.")
    assert steps is not None
    play._after(steps)
    assert play.live.data == {"why": "away", "said": "The host did not answer."}


def test_an_uncaught_error_of_a_called_case_brings_code_and_message() -> None:
    child = Play(drawn("start s\nerror fail end name=It_is_gone = E1\ns -> fail"))
    (end,) = [step for step in child.all if isinstance(step, Finished)]
    assert (end.error, end.message) == ("E1", "E1")
    play = Play(
        drawn(f"start s\ncall c = child\nerror bad on=c {TELLS}\nuser mended\nend e\ns -> c\nc -> e\nbad -> mended")
    )
    (call,) = play.live.waiting().calls
    play._after(play.live.thrown(call.token, "error", end.error, play.at, end.message))
    assert play.live.data == {"why": "E1", "said": "E1"}


def test_an_event_sub_process_does_not_catch_its_own_escalation() -> None:
    lines = """
    start s
    escalation up throw = U
    user work
    sub aside event {
    escalation heard start beside codeVariable=heard_code = U
    sub deeper {
    start i
    escalation again throw = U
    user told
    i -> again
    again -> told
    }
    heard -> deeper
    }
    s -> up
    up -> work
    """
    play = Play(drawn(lines))
    assert play.tasks == ["told", "work"]
    assert play.live.data == {"heard_code": "U"}
    assert [step.element_id for step in play.all if isinstance(step, EscalationRaised)] == ["again"]


def test_what_is_around_catches_what_an_event_sub_process_throws() -> None:
    lines = """
    start s
    sub inner {
    start i
    escalation up throw = U
    user work
    i -> up
    up -> work
    sub aside event {
    escalation heard start beside = U
    escalation again throw = U
    user told
    heard -> again
    again -> told
    }
    }
    escalation higher on=inner beside = U
    user chief
    end e
    s -> inner
    inner -> e
    higher -> chief
    """
    play = Play(drawn(lines))
    assert play.tasks == ["chief", "told", "work"]


def test_a_sibling_catches_what_an_event_sub_process_throws() -> None:
    lines = """
    start s
    escalation up throw = U
    user work
    s -> up
    up -> work
    sub one event {
    escalation heard start beside = U
    escalation again throw = V
    heard -> again
    }
    sub other event {
    escalation also start beside = V
    user told
    also -> told
    }
    """
    assert Play(drawn(lines)).tasks == ["told", "work"]
