"""Processes that begin themselves, by a message, a signal or one another, end in an incident on the element."""

from dataclasses import replace

import pytest

from engine.acts import chains
from engine.acts.incidents import retry_incident
from engine.installation import Installation
from engine.model.incident import Incident
from engine.model.person import SYSTEM
from engine.storage import incidents
from engine.transaction import begin, reading
from tests.engine.town import Town
from tests.storage_contract.stores import Clock

BY_MESSAGE = """
start by_hand
message begun start = again
message tell throw = {tells}
end e
by_hand -> tell
begun -> tell
tell -> e
"""
BY_SIGNAL = """
start by_hand
signal begun start = again
signal tell throw = again
end e
by_hand -> tell
begun -> tell
tell -> e
"""
PING = """
start s
message tell throw = ping
message wait = pong
s -> tell
tell -> wait
wait -> tell
"""
PONG = """
start s
message wait = ping
message tell throw = pong
s -> wait
wait -> tell
tell -> wait
"""


@pytest.fixture
def town(sqlite_store: Installation, bounds: None) -> Town:
    return Town(sqlite_store)


@pytest.fixture
def bounds(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(chains, "STARTS", 5)
    monkeypatch.setattr(chains, "STEPS", 40)


def opened(town: Town) -> list[Incident]:
    with reading(town.store, SYSTEM) as tx:
        return list(incidents.find(tx.connection, is_open=True, limit=10))


@pytest.mark.usefixtures("bounds")
def test_a_process_whose_message_begins_itself(store: Installation) -> None:
    town = Town(store)
    town.release("round", BY_MESSAGE.format(tells="again"))
    town.start("round")
    town.run()
    assert len(town.cases("round")) == 1 + 5
    (incident,) = opened(town)
    assert (incident.kind, incident.element_id, incident.attempts) == ("start", "begun", 1)
    assert "the process round leads back to itself" in incident.message
    # An operator who has it tried again allows as many once more.
    with begin(town.store, SYSTEM) as tx:
        retry_incident(tx, incident.id, "It was meant.")
    town.run()
    assert len(town.cases("round")) == 1 + 5 + 5
    assert len(opened(town)) == 1


def test_processes_that_begin_each_other(town: Town) -> None:
    town.release("one", BY_MESSAGE.replace("= again", "= one").format(tells="two"))
    town.release("two", BY_MESSAGE.replace("= again", "= two").format(tells="one"))
    town.start("one")
    town.run()
    assert len(town.cases("one")) + len(town.cases("two")) == 1 + 5
    assert [incident.element_id for incident in opened(town)] == ["begun"]


def test_a_process_whose_signal_begins_itself(town: Town) -> None:
    town.release("round", BY_SIGNAL)
    town.start("round")
    town.run()
    assert len(town.cases("round")) == 1 + 5
    assert [incident.element_id for incident in opened(town)] == ["begun"]


@pytest.mark.parametrize(
    "twice",
    [
        "start s\ncall a = round\ncall b = round\nand g\nend e\ns -> g\ng -> a\ng -> b\na -> e\nb -> e",
        BY_SIGNAL.replace("end e", "signal again throw = again\nand g\nend e")
        .replace("by_hand -> tell", "xor m\nby_hand -> m")
        .replace("begun -> tell", "begun -> m\nm -> g\ng -> tell\ng -> again\nagain -> e"),
    ],
    ids=["called", "by a signal"],
)
def test_a_process_that_begins_itself_twice_does_not_double_for_ever(sqlite_store: Installation, twice: str) -> None:
    town = Town(replace(sqlite_store, settings=replace(sqlite_store.settings, recurring_cases=12)))
    town.release("round", twice)
    town.start("round")
    town.run()
    assert len(town.cases("round")) == 12
    assert {incident.element_id for incident in opened(town)} <= {"a", "b", "begun"}
    assert "12 cases of it began through one another" in opened(town)[0].message


def test_cases_that_tell_each_other_for_ever(town: Town) -> None:
    town.release("ping", PING)
    town.release("pong", PONG)
    town.start("pong")
    town.start("ping")
    assert town.run() <= 41
    (incident,) = opened(town)
    assert incident.element_id == "tell"
    assert "Cases told one another 40 times" in incident.message


def test_a_call_that_comes_back_does_not_count(town: Town) -> None:
    town.release("child", "start s\nend e\ns -> e")
    town.release(
        "caller", "start s\ncall c sequential count=12 = child\nuser t assignGroup=service_desk\ns -> c\nc -> t"
    )
    caller = town.start("caller")
    town.run()
    assert len(town.cases("child")) == 12
    assert town.tasks(caller) == ["t"]
    assert opened(town) == []


@pytest.mark.parametrize("pause", ["user", "timer"])
def test_a_person_and_the_passing_of_time_begin_another_chain(town: Town, clock: Clock, pause: str) -> None:
    between = {"user": "user between assignGroup=service_desk", "timer": "timer between = PT1M"}[pause]
    drawn = BY_MESSAGE.format(tells="again").replace("-> tell", "-> between")
    town.release("round", f"{drawn}{between}\nbetween -> tell")
    town.start("round")
    for _ in range(12):
        if pause == "timer":
            clock.forward(minutes=1)
        else:
            town.do(town.cases("round")[-1].id, "between")
        town.run()
    assert len(town.cases("round")) == 1 + 12
    assert opened(town) == []


def test_a_timer_that_is_due_at_once_is_no_pause(town: Town) -> None:
    text = BY_MESSAGE.format(tells="again").replace("-> tell", "-> now") + "timer now = PT0S\nnow -> tell"
    town.release("round", text)
    town.start("round")
    town.run()
    assert len(town.cases("round")) == 1 + 5
    assert len(opened(town)) == 1
