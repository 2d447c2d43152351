"""What a scenario can say, and what comes of it."""

from decimal import Decimal
from typing import Any

import pytest

from bpmn.checking import check, offered_by
from bpmn.draft import read_draft
from bpmn.scenarios import Expected, Scenario, ScenarioUnreadable, read_scenario
from engine.rehearsing import Rehearsal, rehearsal, rehearse
from engine.rehearsing.outcome import differences
from forms.data import canonical
from tests.bpmn.compiling.drawing import xml
from tests.engine.rehearsing.test_models_of_other_tools import files, played
from tests.engine.rehearsing.written import flowable, line


def events(rehearsal: Rehearsal, element: str) -> list[str]:
    return [str(told["event"]) for told in rehearsal.trace if told["element"] == element]


def test_answers_by_id_or_name_become_data_with_exact_numbers() -> None:
    rehearsal = played("boundary_timer.bpmn", data={"price": Decimal("0.10")}, answers={"Work": {"hours": 1}})
    assert rehearsal.document()["data"] == {"price": Decimal("0.1"), "hours": Decimal(1)}


def test_a_task_left_open_lets_timers_fire() -> None:
    rehearsal = played("boundary_timer.bpmn", answers={"t": None})
    assert list(rehearsal.path) == ["s", "b", "late"]
    assert events(rehearsal, "t") == ["entered", "task", "withdrawn"]
    fired = next(told for told in rehearsal.trace if told["event"] == "fired")
    assert fired["at"] == "2026-01-05T11:00:00Z"


@pytest.mark.parametrize(("delay", "end"), [("PT1H", "ok"), ("PT3H", "late")])
def test_a_delayed_answer_races_with_the_timer(delay: str, end: str) -> None:
    rehearsal = played("boundary_timer.bpmn", delays={"t": delay}, clock="2027-03-01T08:00:00Z")
    assert list(rehearsal.end) == [end]
    assert str(rehearsal.trace[-1]["at"]).startswith("2027-03-01T")


def test_answers_by_visit_and_the_last_one_lasts() -> None:
    answers = {"a": [{"n": 1}, {"n": 2}, {"n": 3}]}
    came = [played("endless_user_loop.bpmn", answers=answers, stop={"steps": steps}).data["n"] for steps in (1, 3, 9)]
    assert came == [1, 2, 3]


def test_ends_are_those_of_processes() -> None:
    assert list(played("sub_process.bpmn").end) == ["e"]


def test_every_instance_is_answered() -> None:
    rehearsal = played("multi_instance.bpmn", answers={"each": [{"n": 1}, {"n": 2}, {"n": 3}]})
    answered = [told for told in rehearsal.trace if told["event"] == "answered"]
    assert [told["loop"] for told in answered] == [1, 2, 3]
    assert rehearsal.status == "completed"


def test_each_instance_of_a_repeated_activity_is_told_in_its_place() -> None:
    rehearsal = played("multi_instance.bpmn")
    told = [f"{told['event']} {told.get('loop', '')}".strip() for told in rehearsal.trace if told["element"] == "each"]
    rounds = [f"{event} {number}" for number in (1, 2, 3) for event in ("entered", "task", "answered", "left")]
    assert told == ["repeats", *rounds, "repeated"]
    assert list(rehearsal.path) == ["s", "each", "each", "each", "e"]


def test_instances_that_are_no_longer_needed_are_withdrawn_one_by_one() -> None:
    text = "start s\nend e\nuser a count=3 until=numberOfCompletedInstances=1\ns -> a\na -> e"
    rehearsal = rehearse({"p.bpmn": xml(text, "p")}, Scenario(process="p"))
    told = [f"{told['event']} {told.get('loop', '')}".strip() for told in rehearsal.trace if told["element"] == "a"]
    begun = [f"{event} {number}" for number in (1, 2, 3) for event in ("entered", "task")]
    assert told == ["repeats", *begun, "answered 1", "left 1", "withdrawn 2", "withdrawn 3", "repeated"]


def test_a_repeated_activity_that_is_interrupted_is_abandoned_with_its_instances() -> None:
    text = "start s\nend e\nend f\nuser a count=2\ntimer t on=a = PT1H\ns -> a\na -> e\nt -> f"
    rehearsal = rehearse({"p.bpmn": xml(text, "p")}, Scenario(process="p", answers={"a": (None,)}))
    assert events(rehearsal, "a")[-3:] == ["withdrawn", "withdrawn", "abandoned"]
    assert list(rehearsal.path) == ["s", "t", "f"]


def test_a_timer_that_repeats_for_ever_ends_at_a_bound() -> None:
    rehearsal = played("endless_cycle.bpmn", answers={"t": None})
    assert (rehearsal.status, rehearsal.reason) == ("waiting", "The clock jumped 200 times.")
    assert [place["element"] for place in rehearsal.waiting] == ["t"]


def test_messages_reach_whoever_waits_by_name_and_key() -> None:
    said = played("event_gateway.bpmn", messages=[{"name": "answer", "payload": {"ok": True}}])
    assert (list(said.end), said.data) == (["e2"], {"ok": True})
    late = played("event_gateway.bpmn", messages=[{"name": "answer", "at": "P2D"}])
    assert list(late.end) == ["e1"]
    soon = played("event_gateway.bpmn", messages=[{"name": "answer", "at": "2026-01-05T12:00:00Z"}])
    assert list(soon.end) == ["e2"]
    wrong = played("correlated.bpmn", messages=[{"name": "m", "key": "other"}])
    assert wrong.status == "waiting"


def test_a_message_may_begin_the_process() -> None:
    rehearsal = played("signavio_export.bpmn", messages=[{"name": "sid-MF", "payload": {"from": "client"}}])
    assert rehearsal.status == "completed"
    assert rehearsal.data == {"from": "client"}
    assert len(rehearsal.cases) == 1


def test_signals_reach_whoever_waits_and_begin_processes() -> None:
    waited = played("signal_pair.bpmn", process="listener", signals=[{"name": "alarm", "payload": {"floor": 3}}])
    assert (waited.status, list(waited.path)) == ("completed", ["heard", "e2"])
    assert waited.document()["data"] == {"floor": Decimal(3)}
    silent = played("signal_pair.bpmn", process="listener", signals=[{"name": "other"}])
    assert len(silent.cases) == 1


def test_services_give_data_or_the_code_of_an_error() -> None:
    booked = played("boundary_error.bpmn", services={"Book": {"data": {"seat": "12A"}}})
    assert (list(booked.end), booked.data) == (["ok"], {"seat": "12A"})
    full = played("boundary_error.bpmn", services={"t": {"error": "FULL"}})
    assert list(full.path) == ["s", "b", "bad"]
    other = played("boundary_error.bpmn", services={"t": {"error": "OTHER", "message": "It burns."}})
    assert other.status == "failed"
    assert (other.incidents[0]["element"], other.incidents[0]["message"]) == ("t", "It burns.")


@pytest.mark.parametrize(
    "activity",
    [
        "<task {}/>",
        "<userTask {}/>",
        "<scriptTask {}><script>v = 1</script></scriptTask>",
        '<scriptTask {} scriptFormat="groovy"><script>println 1</script></scriptTask>',
        "<businessRuleTask {}/>",
        '<callActivity {} calledElement="elsewhere"/>',
    ],
)
def test_what_any_activity_comes_to_a_scenario_may_say(activity: str) -> None:
    caught = '<boundaryEvent id="b" attachedToRef="t"><errorEventDefinition/></boundaryEvent><endEvent id="bad"/>'
    beside = caught + '<sequenceFlow id="f" sourceRef="b" targetRef="bad"/>'
    drawing = flowable(line(activity.format('id="t" name="Work"') + beside, prefix=""))

    def told(outcome: dict[str, object]) -> Rehearsal:
        written = canonical({"services": {"Work": outcome}}).encode()
        return rehearse({"p.bpmn": drawing}, read_scenario(written, "s.json"))

    assert told({"data": {"v": 7}}).data == {"v": 7}
    assert list(told({"error": "FULL"}).path) == ["s", "b", "bad"]


def test_it_stops_where_it_is_told_to() -> None:
    assert played("boundary_timer.bpmn", stop={"after": "t"}).status == "waiting"
    early = played("event_gateway.bpmn", stop={"at": "PT1H"})
    assert early.status == "waiting"
    assert early.reason == "The scenario stops at this moment."


def test_an_uncaught_error_fails_and_is_told_with_its_code() -> None:
    rehearsal = played("error_end.bpmn")
    assert rehearsal.cases[0]["error"] == "BOOM"
    assert (rehearsal.status, list(rehearsal.path), list(rehearsal.end)) == ("failed", ["s", "e"], ["e"])
    (incident,) = rehearsal.incidents
    assert (incident["element"], incident["code"]) == ("e", "uncaught_error")
    assert incident["message"] == "The process ended by the error BOOM, which nothing catches."


STARTS = """
condition first start = amount > 100
condition second start = amount > 1000
user a
user b
end e
first -> a
second -> b
a -> e
b -> e
"""


@pytest.mark.parametrize(
    ("amount", "path"), [(50, []), (500, ["first", "a", "e"]), (5000, ["first", "second", "a", "e", "b", "e"])]
)
def test_conditions_that_data_make_true_begin_a_case_each(amount: int, path: list[str]) -> None:
    rehearsal = rehearse({"p.bpmn": xml(STARTS, "p")}, Scenario(process="p", data={"amount": Decimal(amount)}))
    assert list(rehearsal.path) == path
    if path:
        assert rehearsal.status == "completed"
    else:
        assert rehearsal.status == "waiting"
        assert [(place["element"], place["kind"]) for place in rehearsal.waiting] == [
            ("first", "condition"),
            ("second", "condition"),
        ]


def test_nothing_of_one_rehearsal_is_left_for_the_next() -> None:
    assert played("parallel.bpmn").document() == played("parallel.bpmn").document()


def test_differences_name_what_was_expected_and_what_came() -> None:
    rehearsal = played("boundary_timer.bpmn", data={"x": 1})
    fits = Expected(status="completed", path=("s", "t", "ok"), visited=("t",), not_visited=("late",), end=("ok",))
    assert not differences(fits, rehearsal)
    wrong = Expected(
        path=("s",),
        visited=("late",),
        not_visited=("t",),
        data={"x": Decimal(2), "y": None},
        end=("late",),
        waiting=("t",),
    )
    found = {difference.what: str(difference) for difference in differences(wrong, rehearsal)}
    assert found.keys() == {"path", "visited", "notVisited", "data.x", "data.y", "end", "waiting"}
    assert found["data.x"] == "data.x: expected 2, got 1"


def test_a_failure_that_nobody_expected_differs() -> None:
    failed = played("null_condition.bpmn")
    assert [difference.what for difference in differences(Expected(), failed)] == ["incidents"]
    assert not differences(Expected(incidents=("g",)), failed)
    assert [one.what for one in differences(Expected(), played("javascript.bpmn"))] == ["status"]


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("{", "not JSON"),
        ("[]", "$: is not an object"),
        ('{"answer": {}}', "the key “answer” is not known"),
        ('{"clock": "soon"}', "clock: is no date and time"),
        ('{"messages": [{}]}', "messages[0]: the message has no name"),
        ('{"messages": [{"name": "m", "at": "later"}]}', "messages[0].at: is neither"),
        ('{"delays": {"t": "2h"}}', "delays.t[0]: is no ISO 8601 duration"),
        ('{"answers": {"t": []}}', "answers.t: is an empty list"),
        ('{"services": {"t": {"error": 5}}}', "services.t[0].error: is no text"),
        ('{"stop": {"steps": 1e99999}}', "stop.steps: is no whole number"),
        ('{"expect": {"status": "good"}}', "expect.status: is none of"),
        ('{"expect": {"path": "a"}}', "expect.path: is no list"),
    ],
)
def test_a_scenario_that_cannot_be_read_says_where(text: str, problem: str) -> None:
    with pytest.raises(ScenarioUnreadable) as caught:
        read_scenario(text.encode(), "x.scenario.json")
    assert problem in "; ".join(caught.value.problems)


def test_a_broken_scenario_beside_a_diagram_is_a_finding() -> None:
    draft = read_draft({**files("parallel.bpmn"), "bad.scenario.json": b'{"expekt": {}}'})
    found = [one for one in check(draft, offered_by(draft)) if one.rule == "scenario"]
    assert [one.file for one in found] == ["bad.scenario.json"]
    assert "expekt" in found[0].message


SCRIPTED = "start s\nend e\nscript k { n = 1 }\ns -> k\nk -> e"


@pytest.mark.parametrize("script", ["", "CHECK_STOCK", "tell the customer"])
def test_a_script_that_is_only_words_is_passed(script: str) -> None:
    rehearsal = rehearse({"p.bpmn": xml(SCRIPTED, "p").replace(b"n = 1", script.encode())}, Scenario())
    assert (rehearsal.status, list(rehearsal.path), rehearsal.data) == ("completed", ["s", "k", "e"], {})


def test_a_program_in_no_language_is_refused() -> None:
    program = rehearse({"p.bpmn": xml(SCRIPTED, "p").replace(b"n = 1", b"let n := 1;")}, Scenario())
    assert program.status == "refused"


@pytest.mark.parametrize(("reading", "left"), [(0.5, 1.5), (1.75, 0.5), (60, 0.5)])
def test_reading_counts_and_leaves_some_time_to_play(
    monkeypatch: pytest.MonkeyPatch, reading: float, left: float
) -> None:
    given: list[float | None] = []

    class Watched(rehearsal.Player):
        def __init__(self, *parts: Any) -> None:
            given.append(parts[-1])
            super().__init__(*parts)

    monkeypatch.setattr(rehearsal, "spent", iter([1.0, 1.0 + reading]).__next__)
    monkeypatch.setattr(rehearsal, "Player", Watched)
    assert rehearse({"p.bpmn": xml(SCRIPTED, "p")}, Scenario(), seconds=2).status == "completed"
    assert given == [left]
