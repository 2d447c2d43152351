"""Tasks whose operation leaves the process: they wait, take the answer, and their errors can be caught."""

from datetime import timedelta
from decimal import Decimal

import pytest

from bpmn.compiling import CompiledProcess, NotCompilable
from bpmn.expressions import context_names
from engine.errors import StepFailed
from engine.model.step import OutsideCalled, OutsideDropped
from engine.running import NotWaiting
from tests.bpmn.compiling.drawing import drawn
from tests.engine.running.playing import Play

ASK = frozenset({"ask/there"})


def asking(text: str) -> CompiledProcess:
    return drawn(text, outside=ASK)


LINE = """
    start s
    service call resultVariable=given retries=2 retryEvery=PT1M = ask/there { what=amount * 2 }
    end done
    s -> call
    call -> done
"""


def test_a_call_waits_until_it_is_answered() -> None:
    play = Play(asking(LINE), {"amount": Decimal(4)})
    ((token, call),) = play.calls.items()
    assert (call.operation, call.arguments) == ("ask/there", {"what": Decimal(8)})
    assert (call.retries, call.pause) == (2, timedelta(minutes=1))
    assert play.ended is None
    play.answer("call", said="yes")
    assert play.live.data["given"] == {"said": "yes"}
    assert play.ended == "done"
    with pytest.raises(Exception, match="ended"):
        play.live.answered(token, {}, play.at)


def test_an_answer_can_be_mapped_and_the_answer_itself_is_no_variable() -> None:
    play = Play(
        asking(
            """
            start s
            service call result={ticket:response.body.id,count:count+1} = ask/there { what=1 }
            script after { ok = ticket = "T-1" }
            end done
            s -> call
            call -> after
            after -> done
            """
        ),
        {"count": Decimal(1)},
    )
    play.answer("call", body={"id": "T-1"})
    assert play.live.data == {"count": Decimal(2), "ticket": "T-1", "ok": True}


def test_a_mapping_that_gives_no_context_stops_the_step() -> None:
    play = Play(
        asking("start s\nservice call result=response.said = ask/there { what=1 }\nend e\ns -> call\ncall -> e")
    )
    with pytest.raises(StepFailed, match="no context") as failed:
        play.answer("call", said="yes")
    assert (failed.value.element_id, failed.value.code) == ("call", "result_not_context")


CAUGHT = """
    start s
    sub inner {
    start si
    service call = ask/there { what=1 }
    error any on=call
    error away on=call = away
    end ei
    si -> call
    call -> ei
    any -> ei
    end gone
    away -> gone
    }
    error outer on=inner = moon
    end done
    end lost
    s -> inner
    inner -> done
    outer -> lost
"""


@pytest.mark.parametrize(("code", "passed"), [("away", "gone"), ("other", "any")])
def test_the_nearest_event_that_names_the_error_catches_it(code: str, passed: str) -> None:
    play = Play(asking(CAUGHT))
    assert play.fail("call", code) is not None
    assert passed in play.path
    assert play.calls == {}
    assert play.ended == "done"


def test_an_event_further_out_catches_what_the_nearest_does_not() -> None:
    play = Play(asking(CAUGHT.replace("error any on=call\n", "").replace("any -> ei\n", "")))
    play.fail("call", "moon")
    assert play.ended == "lost"
    assert play.calls == {}


def test_an_error_nobody_catches_changes_nothing() -> None:
    play = Play(asking(LINE), {"amount": Decimal(1)})
    before = play.live.save()
    assert play.fail("call", "away") is None
    assert play.live.save() == before
    play.answer("call", said="yes")
    assert play.ended == "done"


def test_an_interrupted_call_is_dropped_and_its_answer_comes_too_late() -> None:
    play = Play(
        asking(
            """
            start s
            service call = ask/there { what=1 }
            timer late on=call = PT1H
            user stay
            end done
            s -> call
            call -> done
            late -> stay
            stay -> done
            """
        )
    )
    (token,) = play.calls
    play.fire("late")
    assert play.calls == {}
    with pytest.raises(NotWaiting):
        play.live.answered(token, {}, play.at)
    play.do("stay")
    assert play.ended == "done"


def test_each_instance_makes_its_own_call() -> None:
    play = Play(
        asking(
            """
            start s
            service call each=who item=one gives=got into=all result={got:response.said} = ask/there { what=one }
            error away on=call = away
            end done
            end lost
            s -> call
            call -> done
            away -> lost
            """
        ),
        {"who": ["a", "b", "c"]},
    )
    assert [call.arguments["what"] for call in play.calls.values()] == ["a", "b", "c"]
    play.answer("call", 1, said="B")
    play.answer("call", 0, said="A")
    play.answer("call", 0, said="C")
    assert play.live.data["all"] == ["A", "B", "C"]
    assert play.ended == "done"


def test_cancelling_drops_the_call() -> None:
    play = Play(asking(LINE), {"amount": Decimal(1)})
    play.cancel()
    assert play.calls == {}


@pytest.mark.parametrize(
    "wrong", ["retries=-1", "retries=1000", "retryEvery=soon", "retryEvery=PT0S", "retryEvery=P30D"]
)
def test_retries_that_make_no_sense_are_refused(wrong: str) -> None:
    with pytest.raises(NotCompilable, match=r"retries"):
        asking(f"start s\nservice call {wrong} = ask/there {{ what=1 }}\nend e\ns -> call\ncall -> e")


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("= {a: 1, b: {c: 2}, d: [1, {e: 3}]}", ["a", "b", "d"]),
        ('{"my name": "x, y: {", b c: f(x, y)}', ["my name", "b c"]),
        ("response.body", []),
        ("", []),
        ("{" * 100_000, []),
    ],
)
def test_names_in_a_context_are_known_before_it_runs(text: str, names: list[str]) -> None:
    assert list(context_names(text)) == names


def test_an_event_sub_process_catches_the_error_of_a_call() -> None:
    play = Play(
        asking(
            """
            start s
            service call = ask/there { what=1 }
            sub rescue event {
                error lost start = away
                user mend
                end mended
                lost -> mend
                mend -> mended
            }
            end done
            s -> call
            call -> done
            """
        )
    )
    assert play.fail("call", "other") is None
    play.fail("call", "away")
    assert play.calls == {}
    assert play.tasks == ["mend"]
    play.do("mend")
    assert play.ended == "mended"


def test_a_call_to_which_an_operator_goes_back_is_made_again() -> None:
    play = Play(
        asking(
            """
            start s
            and split
            user wait
            service call = ask/there { what=number }
            and join
            user after
            end done
            s -> split
            split -> wait
            split -> call
            wait -> join
            call -> join
            join -> after
            after -> done
            """
        ),
        {"number": Decimal(1)},
    )
    before = play.live.save()
    play.answer("call", said="yes")
    play.do("wait")
    assert (play.tasks, play.calls) == (["after"], {})
    play.back(before)
    assert play.tasks == ["wait"]
    assert [call.arguments for call in play.calls.values()] == [{"what": Decimal(1)}]
    play.answer("call", said="yes")
    play.do("wait")
    play.do("after")
    assert play.ended == "done"


def test_a_call_that_is_still_open_when_an_operator_goes_back_is_not_made_again() -> None:
    play = Play(asking(BESIDE))
    before = play.live.save()
    play.do("first")
    steps = play.back(before)
    assert play.tasks == ["first"]
    assert not any(isinstance(step, OutsideCalled | OutsideDropped) for step in steps)
    play.answer("call", said="yes")


BESIDE = """
    start s
    and split
    user first
    user second
    service call = ask/there { what=1 }
    end done
    end over
    s -> split
    split -> first
    first -> second
    second -> over
    split -> call
    call -> done
"""
