"""Whoever audits goes from a clause to what answers it, and sees whether it is lived (ISO/IEC 20000-1)."""

import pytest

from bpmn.clauses import EDITIONS, coverage, known, unanswered
from bpmn.draft import read_draft
from bpmn.library import shipped
from engine.errors import NotAllowed
from engine.reports import clauses as reports
from tests.journeys.story import Story, then, when
from tests.journeys.test_incident_journey import PRINTER


def told(story, edition, login="sam"):
    with story.organisation.looking(login) as tx:
        view = reports.clauses(tx, edition)
    return {row.clause.number: row for row in view.rows}


def test_a_clause_is_lived_once_a_case_has_begun(story: Story) -> None:
    with then("the clause of incidents is answered, and nothing of it happened yet"):
        before = told(story, "2005")["8.2"]
        assert (before.state, before.answers[0].title) == (reports.State.READY, "Incident")
    with when("somebody reports an incident"):
        story.carla.reports(**PRINTER)
    with then("it is lived, in every edition, with its owner"):
        for edition, number in (("2005", "8.2"), ("2011", "8.1"), ("2018", "8.6.1")):
            row = told(story, edition)[number]
            assert row.state is reports.State.LIVED
            assert ("Incident", 1) in {(answer.title, answer.cases) for answer in row.answers}
    with then("the tasks that name the clause stand beside the process"):
        [answer] = [each for each in told(story, "2018")["8.5.1.2"].answers if each.process_id == "change"]
        assert answer.elements == ("Screen the request",)
        [whole] = [each for each in told(story, "2018")["8.5.1"].answers if each.process_id == "change"]
        assert "Screen the request" in whole.elements
    with then("a year later nothing of it is lived any more"):
        story.pass_time(days=366)
        assert told(story, "2018")["8.6.1"].state is reports.State.READY


def test_reasons_are_given_for_clauses_there_are() -> None:
    assert unanswered()
    assert all(known(edition, number) for edition, number in unanswered())
    assert {edition for edition, _number in unanswered()} <= set(EDITIONS)


def test_whoever_sees_no_cases_sees_no_clauses(story: Story) -> None:
    with pytest.raises(NotAllowed):
        told(story, "2018", "carla")


@pytest.mark.parametrize("edition", EDITIONS)
def test_every_clause_is_answered_or_said_why_not(edition: str) -> None:
    drafts = {name: read_draft(files) for name, files in shipped().items()}
    facts = [(name, draft.facts) for name, draft in drafts.items()]
    left = {each.clause.number for each in coverage(facts, edition) if not each.processes}
    assert left == {number for known_edition, number in unanswered() if known_edition == edition}
