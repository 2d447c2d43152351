"""Small models as other tools and hands write them: read, run or refused as the standard says, never a traceback."""

from pathlib import Path
from typing import Any

import pytest

from bpmn.checking import check, errors, offered_by
from bpmn.draft import read_draft
from bpmn.scenarios import Scenario, read_scenario
from engine.rehearsing import Rehearsal, rehearse, taking
from forms.data import canonical
from tests.bpmn import structural_diagrams

MODELS = Path(__file__).parent / "models"

RUN = {
    "bpmnio_simple.bpmn": "StartEvent_1y Activity_1b Event_1c",
    "bpmnio_pools.bpmn": "Start_c Task_order Start_s Pack Throw_parcel End_s Catch_parcel End_c",
    "camunda7_approval.bpmn": "start approve book end",
    "zeebe_order.bpmn": "start pay paid unpaid",
    "signavio_export.bpmn": "sid-START sid-T1 sid-END",
    "flowable_vacation.bpmn20.xml": "startEvent approveTask endEvent",
    "spiff_form.bpmn": "s get look e",
    "implicit_start_and_end.bpmn": "a b",
    "implicit_split_and_merge.bpmn": "s a b c d d e e",
    "conditional_flows_from_a_task.bpmn": "s a d",
    "flows_without_ids.bpmn": "s a e",
    "two_starts.bpmn": "s1 a e",
    "nonascii.bpmn": "Début Prüfen_Ü 終わり",
    "only_called_and_caller.bpmn": "s s2 inner e2 call e",
    "callee.bpmn": "s set e",
    "parallel.bpmn": "s split a b join e",
    "inclusive.bpmn": "s split c join e",
    "event_gateway.bpmn": "s g late e1",
    "boundary_timer.bpmn": "s t ok",
    "boundary_error.bpmn": "s t ok",
    "endless_cycle.bpmn": "s t e",
    "timer_start.bpmn": "s a e",
    "signal_pair.bpmn": "s throw e heard e2",
    "multi_instance.bpmn": "s each each each e",
    "data_object.bpmn": "s t e",
    "sub_process.bpmn": "s si ti ei sub e",
    "sub_process_without_events.bpmn": "a b sub e",
    "business_rule_bare.bpmn": "s r e",
    "terminate.bpmn": "s g stop",
    "link.bpmn": "s to from e",
    "flows_by_incoming_only.bpmn": "s a e",
    "eclipse_prefix.bpmn": "StartEvent_1 Task_1 EndEvent_1",
    "no_ids.bpmn": "s a e",
    "two_pools_both_start.bpmn": "sa send ea sb get eb",
    "error_boundary_sub.bpmn": "s si ei b bad",
    "escalation.bpmn": "s si th b ei sub told e",
    "cycle_catch.bpmn": "s t e",
    "default_missing.bpmn": "s g a",
    "lane_foreign.bpmn": "s t t2 e",
    "juel_condition.bpmn": "s g b",
    "global_task.bpmn": "s c e",
    "cron.bpmn": "s t e",
}

WAITING = {
    "conditional_catch.bpmn": ("c", "condition", None),
    "prefixed_references.bpmn": ("_r", "message", "go"),
    "receive_bare.bpmn": ("r", "message", "Payment"),
    "correlated.bpmn": ("w", "message", "m"),
}

REFUSED = {
    "exclusive_without_conditions.bpmn": ("g_a", "no-condition"),
    "call_nowhere.bpmn": ("call", "nothing-to-call"),
    "javascript.bpmn": ("js", "script-language"),
    "dangling_flow.bpmn": ("a_nowhere", "dangling-reference"),
    "duplicate_ids.bpmn": ("a", "duplicate-id"),
    "choreography_task.bpmn": ("c", "unread"),
    "empty_process.bpmn": ("p", "no-start"),
    "timer_empty.bpmn": ("t", "no-time"),
}


FAILED = {
    "endless_loop.bpmn": ("b", "too_many_steps"),
    "null_condition.bpmn": ("g", "no_flow_taken"),
    "join_never.bpmn": ("j", "stuck"),
    "error_end.bpmn": ("e", "uncaught_error"),
}


def test_how_far_a_failed_act_came_is_told() -> None:
    rehearsal = rehearse(files("join_never.bpmn"), Scenario())
    assert [told["element"] for told in rehearsal.trace if told["event"] == "entered"] == ["s", "g", "a"]
    assert rehearsal.trace[-1]["element"] == "a_j"
    assert rehearsal.path == [told["element"] for told in rehearsal.trace if told["event"] == "left"]
    assert [(case["case"], case["state"]) for case in rehearsal.cases] == [("", "failed")]


def files(*names: str) -> dict[str, bytes]:
    return {name: (MODELS / name).read_bytes() for name in names}


def played(*names: str, **scenario: Any) -> Rehearsal:
    return rehearse(files(*names), read_scenario(canonical(scenario).encode(), "test.scenario.json"))


@pytest.mark.parametrize("name", RUN)
def test_runs_to_its_end(name: str) -> None:
    rehearsal = rehearse(files(name), Scenario())
    assert (rehearsal.status, " ".join(rehearsal.path)) == ("completed", RUN[name]), rehearsal.incidents


@pytest.mark.parametrize("name", WAITING)
def test_waits_and_says_for_what(name: str) -> None:
    rehearsal = rehearse(files(name), Scenario())
    waits = [(place["element"], place["kind"], place.get("name")) for place in rehearsal.waiting]
    assert (rehearsal.status, waits) == ("waiting", [WAITING[name]])


@pytest.mark.parametrize("name", REFUSED)
def test_is_refused_with_element_reason_and_remedy(name: str) -> None:
    rehearsal = rehearse(files(name), Scenario())
    assert rehearsal.status == "refused"
    assert not rehearsal.trace
    found = [one for one in rehearsal.findings if (one.element_id, one.code) == REFUSED[name]]
    assert found
    assert found[0].severity == "error"
    assert found[0].message
    assert found[0].remedy


def test_every_model_is_in_one_table() -> None:
    elsewhere = {"caller.bpmn", "endless_user_loop.bpmn", "self_call.bpmn", *FAILED}
    assert {path.name for path in MODELS.iterdir()} == RUN.keys() | WAITING.keys() | REFUSED.keys() | elsewhere


@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16", "utf-16-le", "iso-8859-1"])
def test_any_encoding_of_xml_is_read(encoding: str) -> None:
    declared = {"utf-8-sig": "UTF-8", "utf-16": "UTF-16", "utf-16-le": "UTF-16", "iso-8859-1": "ISO-8859-1"}[encoding]
    text = (MODELS / "nonascii.bpmn").read_text(encoding="utf-8").replace('"UTF-8"', f'"{declared}"')
    text = text.replace("終わり", "Fin").replace("–", "-").replace("✓", "ok")
    content = text.encode(encoding)
    if encoding == "utf-16-le":
        content = b"\xff\xfe" + content
    rehearsal = rehearse({"n.bpmn": content}, Scenario())
    assert list(rehearsal.path) == ["Début", "Prüfen_Ü", "Fin"]


def test_a_called_process_is_found_among_the_files() -> None:
    rehearsal = played("caller.bpmn", "callee.bpmn", data={"x": 21})
    assert list(rehearsal.path) == ["s", "s", "set", "e", "call", "e"]
    assert rehearsal.processes == ("caller",)
    assert [case["process"] for case in rehearsal.cases] == ["caller", "callee"]
    assert canonical(rehearsal.data["y"]) == "42"


def test_a_loop_of_tasks_ends_at_the_bound() -> None:
    rehearsal = played("endless_user_loop.bpmn", stop={"steps": 20})
    assert (rehearsal.status, rehearsal.reason) == ("waiting", "It took 20 acts and jobs.")


@pytest.mark.parametrize("name", FAILED)
def test_what_cannot_go_on_fails_and_is_named(name: str) -> None:
    rehearsal = rehearse(files(name), Scenario())
    assert rehearsal.status == "failed"
    assert [(incident["element"], incident["code"]) for incident in rehearsal.incidents] == [FAILED[name]]


def test_a_process_that_calls_itself_ends_at_a_depth() -> None:
    rehearsal = rehearse(files("self_call.bpmn"), Scenario())
    assert rehearsal.status == "failed"
    assert "50 cases began one after the other" in str(rehearsal.incidents[0]["message"])
    assert len(rehearsal.cases) < 60


def test_names_with_spaces_from_outside_are_known_to_expressions() -> None:
    content = (MODELS / "null_condition.bpmn").read_bytes().replace(b"=x = 1", b"=order total = 1")
    rehearsal = rehearse({"p.bpmn": content}, Scenario(data={"order total": 1}))
    assert list(rehearsal.path) == ["s", "g", "a"]


def test_a_flow_without_ends_is_refused() -> None:
    content = (MODELS / "parallel.bpmn").read_bytes().replace(b"</process>", b'<sequenceFlow id="lost"/></process>')
    rehearsal = rehearse({"p.bpmn": content}, Scenario())
    assert [(one.element_id, one.code) for one in rehearsal.findings if one.severity == "error"] == [
        ("lost", "loose-flow")
    ]


def test_a_defect_is_a_finding_and_no_traceback(monkeypatch: pytest.MonkeyPatch) -> None:
    def stumble(*_: object, **__: object) -> None:
        raise KeyError("lost")

    monkeypatch.setattr(taking, "compile_process", stumble)
    rehearsal = rehearse(files("parallel.bpmn"), Scenario())
    assert rehearsal.status == "refused"
    assert rehearsal.findings[0].code == "defect"


@pytest.mark.parametrize("name", [*RUN, *WAITING])
def test_no_rule_of_structure_finds_an_error_in_a_sound_model(name: str) -> None:
    draft = read_draft({f"{name.partition('.')[0]}.bpmn": (MODELS / name).read_bytes()})
    found = errors(check(draft, offered_by(draft)))
    assert not [(one.element_id, one.message) for one in found if one.rule in structural_diagrams.VALID]
