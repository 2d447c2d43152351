"""Releases and expressions that fail only while they run: told in words, and nobody else is kept from working."""

from decimal import Decimal
from typing import Any

import pytest

from bpmn.errors import BpmnError
from engine import journal, live
from engine.acts import drafting, publishing
from engine.errors import NotAllowed, NotFound, StateUnreadable, StepFailed, TaskAlreadyDone, Unacceptable
from engine.model.entry import instance_stream
from engine.model.person import SYSTEM
from engine.offering import bind
from engine.reports import cases, catalogue, processes
from engine.running import Surroundings
from engine.storage import journal as rows
from engine.transaction import begin
from tests.faults.test_two_at_once import BOTH
from tests.journeys.story import Story
from tests.journeys.test_incident_journey import DIAGNOSE, LOG, LOGGED, PRINTER, escalated


def test_a_release_that_no_longer_compiles_keeps_nobody_from_the_others(
    story: Story, monkeypatch: pytest.MonkeyPatch
) -> None:
    with begin(story.organisation.installation, SYSTEM) as tx:
        publishing.load_library(tx, {"both": BOTH})
    case = story.carla.reports(**PRINTER)
    story.organisation.installation.memory.clear()
    compile_process = live.compile_process

    def refuse(draft: Any, process_id: str, **more: Any) -> Any:
        if process_id == "both":
            raise BpmnError("its gateways are not understood any more")
        return compile_process(draft, process_id, **more)

    monkeypatch.setattr(live, "compile_process", refuse)
    with story.organisation.looking("sam") as tx:
        assert {each.process_id for each in catalogue.startable(tx)} >= {"incident"}
        assert {row.process_id for row in processes.processes(tx)} >= {"both", "incident"}
        assert processes.process(tx, "both")
        assert cases.case_by_number(tx, case.number)
        with pytest.raises(StateUnreadable, match=r"release 1 of “both”.*gateways"):
            catalogue.start_form(tx, "both")


def test_a_binding_that_grows_beyond_its_limits_is_told_by_its_task(story: Story) -> None:
    with begin(story.organisation.installation, SYSTEM) as tx:
        publishing.load_library(tx, {"both": BOTH})
        publication = next(each for each in processes.processes(tx) if each.process_id == "both")
        draft = processes.process(tx, publication.process_id).latest
        diagram = live.compiled(tx, draft.id).diagram
        element = diagram.element("a")
        endless = '=if count(for a in 1..100000, b in 1..100000 return a) > 0 then "x" else "y"'
        object.__setattr__(element, "properties", {**element.properties, "assignPerson": endless})
        with pytest.raises(StepFailed) as failed:
            bind(diagram, "a", {"n": Decimal(1)}, Surroundings(now=tx.now(), names={}, functions={}))
    assert failed.value.element_id == "a"


@pytest.mark.parametrize("subject", ["task:nothing", "start:nothing", "start:" + "x" * 500, "other", "task:"])
def test_drafts_are_kept_for_forms_that_are_there(either: Story, subject: str) -> None:
    with either.organisation.acting("carla") as tx, pytest.raises(NotFound):
        drafting.keep_draft(tx, subject, {"title": ["x"]})


def test_drafts_are_kept_for_ones_own_tasks(story: Story) -> None:
    case = story.carla.reports(**PRINTER)
    subject = f"task:{case.task(LOG).id}"
    with story.organisation.acting("sam") as tx:
        drafting.keep_draft(tx, subject, {"title": ["x"]})
    with story.organisation.acting("carla") as tx, pytest.raises(NotAllowed):
        drafting.keep_draft(tx, subject, {"title": ["x"]})
    with story.organisation.acting("carla") as tx:
        drafting.keep_draft(tx, "start:incident", {"title": ["x"]})
    story.sam.does(case, LOG, **LOGGED, next="group", group="support_network")
    with story.organisation.acting("sam") as tx, pytest.raises(TaskAlreadyDone):
        drafting.keep_draft(tx, subject, {"title": ["x"]})


@pytest.mark.parametrize(
    "name", ["x" * 300 + ".form", "..", "..\\evil.form", ".hidden.form", "a b\n.form", "run.exe", ""]
)
def test_a_draft_holds_files_of_a_process_only(either: Story, name: str) -> None:
    with either.organisation.acting("paul") as tx:
        draft = publishing.begin_draft(tx, "incident")
        with pytest.raises(Unacceptable):
            publishing.save_draft(tx, draft, {name: b"{}"}, 1)


def test_what_a_decision_read_can_be_erased_with_the_person(story: Story) -> None:
    case = escalated(story)
    assert DIAGNOSE in case.waits_for
    with begin(story.organisation.installation, SYSTEM) as tx:
        journal.erase(tx, f"person:{story.carla.id}", reason="asked for")
    with story.organisation.reading() as tx:
        stream = instance_stream(case.id)
        assert journal.verify(tx, stream).consistent
        left = [value for entry in rows.entries(tx.connection, stream) for value in entry.values if not value.erased]
    assert [value.path for value in left if value.path.startswith("decision:")] == []
