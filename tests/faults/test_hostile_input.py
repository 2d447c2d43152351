"""What is handed in and cannot be kept is refused by the house, with a sentence, on both databases alike."""

from collections.abc import Callable
from typing import Any

import pytest

from engine.acts import claiming, drafting, publishing
from engine.acts.completing import complete_task
from engine.acts.starting import start_case
from engine.errors import EngineError, StepFailed, Unacceptable
from engine.reports import cases, worklist
from forms.answers import Answers
from tests.faults import invariants
from tests.journeys.story import Case, Story
from tests.journeys.test_incident_journey import DIAGNOSE, LOG, LOGGED, PRINTER, escalated
from tests.parts.organisation import Organisation

NUL, SURROGATE = "a\0b", "a\ud800b"


@pytest.fixture
def story(organisation: Organisation) -> Story:
    return Story(organisation)


def proposes(story: Story, note: str) -> None:
    with story.organisation.acting("paul") as tx:
        publishing.propose(tx, publishing.begin_draft(tx, "incident"), note)


TEXTS: dict[str, Callable[[Story, Case, str], Any]] = {
    "a comment": lambda story, case, text: story.carla.comments(case, text),
    "a reason to cancel": lambda story, case, text: story.olga.cancels(case, text),
    "a reason to assign": lambda story, case, text: story.ines.hands(case, DIAGNOSE, story.wanda, text),
    "a note to a proposal": lambda story, case, text: proposes(story, text),
}


@pytest.mark.parametrize("what", TEXTS)
def test_texts_that_cannot_be_kept(story: Story, what: str) -> None:
    case = escalated(story)
    for text in (NUL, SURROGATE, "x" * 10_001, " \n "):
        with pytest.raises(Unacceptable):
            TEXTS[what](story, case, text)
    TEXTS[what](story, case, "“Fine” – 日本 <b>\n😀")
    invariants.check(story.organisation.installation)


def test_drafts_of_anything(story: Story) -> None:
    with story.organisation.acting("carla") as tx:
        drafting.keep_draft(tx, "start:incident", {"title": [NUL, SURROGATE]})
    with pytest.raises(Unacceptable), story.organisation.acting("carla") as tx:
        drafting.keep_draft(tx, "start:incident", {"title": ["x" * 1_000_001]})


def test_addresses_that_cannot_be(story: Story) -> None:
    """An id, a search text or a page number that no database holds: nothing is found, or it is refused."""
    for ask in (
        lambda tx: claiming.claim(tx, NUL),
        lambda tx: cases.case_by_number(tx, NUL),
        lambda tx: worklist.open_task(tx, NUL),
    ):
        with pytest.raises(EngineError), story.organisation.acting("sam") as tx:
            ask(tx)
    for query in (cases.CaseQuery(page=10**30), cases.CaseQuery(page=-1), cases.CaseQuery(text="%_\\")):
        with story.organisation.looking("sam") as tx:
            assert cases.find_cases(tx, query).rows == ()


def started(story: Story, **answers: Any) -> None:
    with story.organisation.acting("carla") as tx:
        start_case(tx, "incident", Answers(values={**PRINTER, **answers}, personal=frozenset()))


def test_a_caller_nobody_knows(story: Story) -> None:
    with pytest.raises(StepFailed) as refused:
        started(story, caller="nobody")
    assert refused.value.code == "unknown_person"
    assert story.carla.finds() == set()


def test_a_decision_that_cannot_be_made_starts_nothing(story: Story) -> None:
    with pytest.raises(StepFailed) as refused:
        started(story, impact="enormous")
    assert refused.value.element_id == "INC_Prioritise"
    assert story.carla.finds() == set()


def test_a_group_nobody_knows(story: Story) -> None:
    case = story.carla.reports(**PRINTER)
    task = case.task(LOG)
    answers = Answers(values={**LOGGED, "next": "group", "group": "support_mars"}, personal=frozenset())
    with pytest.raises(StepFailed) as refused, story.organisation.acting("sam") as tx:
        complete_task(tx, task.id, answers, task.version)
    assert (refused.value.element_id, refused.value.code) == ("INC_Diagnose", "unknown_group")
    assert case.task(LOG) == task
    invariants.check(story.organisation.installation)
