"""Signals from case to case: everybody who waits, each once."""

import pytest

from engine.installation import Installation
from tests.engine.town import Town

THROW = "start s\nsignal out throw = alarm { ={level: 3} }\nmessage still = done\ns -> out\nout -> still"
WAIT = """
start s
user work assignGroup=service_desk
signal stop on=work = alarm
signal note on=work beside = alarm
user after assignGroup=service_desk
user noted assignGroup=service_desk
s -> work
stop -> after
note -> noted
"""


@pytest.fixture
def town(store: Installation) -> Town:
    town = Town(store)
    town.release("thrower", THROW)
    town.release("waiter", WAIT)
    return town


def test_a_signal_reaches_every_case_that_waits_and_starts_others_once(town: Town) -> None:
    town.release("drill", "signal begin start = alarm\nuser t assignGroup=service_desk\nbegin -> t")
    waiting = [town.start("waiter") for _ in range(12)]
    thrower = town.start("thrower")
    late = town.start("waiter")
    town.cancel(waiting[0])
    town.run()
    for case in waiting[1:]:
        assert town.tasks(case) == ["after", "noted"]
        assert town.kinds(case) == ["case.started", "signal.received"]
        assert town.data(case) == {"level": 3}
        assert town.facts(case, "signal.received")["sender"] == thrower
    (drill,) = town.cases("drill")
    assert town.data(drill.id) == {"level": 3}
    assert town.tasks(late) == ["after", "noted"]  # it waited when the signal was carried round
    town.run()
    assert town.tasks(waiting[1]) == ["after", "noted"]
    assert town.failed() == []


def test_a_signal_is_not_kept(town: Town) -> None:
    town.start("thrower")
    town.run()
    late = town.start("waiter")
    town.run()
    assert town.tasks(late) == ["work"]


def test_within_its_own_case_a_signal_has_its_effect_once(town: Town) -> None:
    town.release(
        "own",
        """
        start s
        and fork
        signal out end = alarm
        cycle beat on=work beside = R/P1D
        user work assignGroup=service_desk
        signal note on=work beside = alarm
        user noted assignGroup=service_desk
        s -> fork
        fork -> work
        fork -> out
        note -> noted
        """,
    )
    case = town.start("own")
    town.run()
    assert town.tasks(case) == ["noted", "work"]


@pytest.mark.parametrize(("beside", "outcome"), [("", "Called off"), (" beside", "Finished")])
def test_what_interrupts_a_case_says_how_it_came_out(town: Town, beside: str, outcome: str) -> None:
    town.release(
        "guarded",
        f"""
        start s
        user work assignGroup=service_desk
        end done name=Finished
        sub around event {{
        signal begin start{beside} = alarm
        end off name=Called_off
        begin -> off
        }}
        s -> work
        work -> done
        """,
    )
    case = town.start("guarded")
    town.start("thrower")
    town.run()
    if beside:
        town.do(case, "work")
    assert (town.case(case).state, town.case(case).outcome) == ("completed", outcome)
    assert town.waits_nowhere(case)
