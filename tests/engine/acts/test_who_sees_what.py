"""What people read of a case: staff all of it, the caller what he said himself and what he was told."""

from typing import Any

import pytest

from engine.acts import attaching, completing, messaging
from engine.errors import NotAllowed, NotFound
from engine.reports import cases, trace, worklist
from forms.answers import Answers
from forms.files import FileAnswer, Uploaded
from tests.journeys.story import Case, Person, Story
from tests.journeys.test_incident_journey import ANSWER, CLOSE, CLOSING, CONFIRM, DIAGNOSE, FIXED, escalated

SECRET = "Wanda thinks the caller unplugged it."
REASON = "Colin asked for it in confidence."


def told(person: Person, case: Case) -> str:
    """Everything the page of a case shows to a person, values included."""
    view = person.sees(case)
    with person.organisation.looking(person.login) as tx:
        entries = trace.history(tx, view.instance).entries
    answers = [(form.title, form.values) for form in view.answers]
    return repr((answers, [(e.note, e.changes, e.decisions) for e in entries], view.attachments))


def worked_on(story: Story) -> Case:
    case = escalated(story)
    question = {"result": "ask_caller", "question": "Is it plugged in?"}
    story.wanda.does(case, DIAGNOSE, findings=SECRET, **question)
    story.carla.does(case, ANSWER, answer="It is now.")
    return case


def test_the_caller_reads_his_own_answers_and_the_question_not_the_findings(story: Story) -> None:
    case = worked_on(story)

    assert SECRET in told(story.sam, case)
    assert SECRET in told(story.otto, case)
    seen = told(story.carla, case)
    assert SECRET not in seen
    assert "It is now." in seen
    assert "Is it plugged in?" in seen, "what his form told him"
    assert {form.title for form in story.carla.sees(case).answers} == {"Incident reported", ANSWER}


def test_the_caller_reads_every_sentence_and_the_resolution_once_asked_to_confirm(story: Story) -> None:
    case = worked_on(story)
    story.wanda.does(case, DIAGNOSE, findings=SECRET, result="fixed", cause="defect", **FIXED)
    story.carla.does(case, CONFIRM, works="yes")
    story.sam.does(case, CLOSE, closing_note="Ask Colin first next time.", **CLOSING)

    seen = told(story.carla, case)
    assert FIXED["resolution"] in seen
    assert SECRET not in seen
    assert "Ask Colin first" not in seen
    with story.organisation.looking("carla") as tx:
        hers = trace.history(tx, case.now).entries
    with story.organisation.looking("otto") as tx:
        his = trace.history(tx, case.now).entries
    assert [entry.template for entry in hers] == [entry.template for entry in his]


def test_the_reason_of_a_handover_is_for_staff(story: Story) -> None:
    case = story.carla.reports(**_report())
    story.sam.hands(case, "Log and classify", story.dora, REASON)

    assert REASON in told(story.otto, case)
    assert REASON not in told(story.carla, case)


def test_a_comment_is_for_everybody_who_sees_the_case(story: Story) -> None:
    case = story.carla.reports(**_report())
    story.sam.comments(case, "We are on it.")

    assert "We are on it." in told(story.carla, case)


def test_the_caller_does_not_open_the_tasks_of_others(story: Story) -> None:
    case = worked_on(story)
    task = case.task(DIAGNOSE)

    with story.organisation.looking("sam") as tx:
        assert worklist.open_task(tx, task.id).context["findings"] == SECRET
    with story.organisation.looking("carla") as tx, pytest.raises(NotAllowed):
        worklist.open_task(tx, task.id)


def test_files_of_staff_are_for_staff(story: Story) -> None:
    case = escalated(story)
    digests = {}
    for person, title, more in (
        ("wanda", DIAGNOSE, {"findings": "x", "result": "ask_caller", "question": "Which?"}),
        ("carla", ANSWER, {"answer": "This"}),
    ):
        file = Uploaded(f"{person}.txt", person.encode(), "text/plain")
        digests[person] = file.digest
        answers = Answers(
            values=more, personal=frozenset(), files=(FileAnswer(path="f", digest=file.digest, file=file),)
        )
        task = case.task(title)
        with story.organisation.acting(person) as tx:
            completing.complete_task(tx, task.id, answers, task.version)

    assert [file.name for file in story.carla.sees(case).attachments] == ["carla.txt"]
    assert len(story.sam.sees(case).attachments) == 2
    with story.organisation.looking("carla") as tx:
        assert attaching.open_file(tx, case.id, digests["carla"])
        with pytest.raises(NotFound):
            attaching.open_file(tx, case.id, digests["wanda"])
    with story.organisation.looking("sam") as tx:
        assert attaching.open_file(tx, case.id, digests["wanda"])


def test_nothing_is_sent_into_a_case_one_does_not_see(story: Story) -> None:
    case = escalated(story)
    with story.organisation.looking("carla") as tx:
        offer = next(iter(cases.case_by_number(tx, case.number).offers))
    with story.organisation.acting("colin") as tx, pytest.raises(NotFound):
        messaging.send_offered_message(tx, case.id, offer.element_id, Answers(values={}, personal=frozenset()))


def _report() -> dict[str, Any]:
    return {
        "title": "No page comes out",
        "description": "Nothing is printed.",
        "service": "general",
        "impact": "medium",
        "urgency": "medium",
    }
