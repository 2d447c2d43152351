"""Live cases kept in memory: an act that came to nothing leaves no trace in them."""

from typing import Any

import pytest

from engine.acts.cases import LIVE_CASES
from engine.acts.completing import complete_task
from engine.errors import Unacceptable
from engine.live import read_live, shelf
from engine.running import LiveCase
from engine.transaction import Transaction
from forms.answers import Answers
from forms.data import canonical
from tests.faults import invariants
from tests.journeys.story import Case, Story
from tests.journeys.test_incident_journey import CONFIRM, DIAGNOSE, escalated
from tests.parts.organisation import Organisation

WRONG: dict[str, Any] = {
    "findings": "This must never be seen again.",
    "result": "other_group",
    "group": "support_network",
    "handover_reason": "x",
}
RIGHT: dict[str, Any] = {
    "findings": "Found.",
    "result": "fixed",
    "cause": "defect",
    "resolution_code": "fixed",
    "resolution": "Done.",
}


@pytest.fixture
def story(organisation: Organisation) -> Story:
    return Story(organisation)


def kept(tx: Transaction, case: Case) -> LiveCase | None:
    found = shelf(tx, "live cases", LIVE_CASES).get((case.id, case.now.version))
    return found if isinstance(found, LiveCase) else None


def complete(story: Story, case: Case, answers: dict[str, Any], *, then: Exception | None = None) -> None:
    task = case.task(DIAGNOSE)
    with story.organisation.acting("wanda") as tx:
        complete_task(tx, task.id, Answers(values=answers, personal=frozenset()), task.version)
        if then is not None:
            raise then


def check_unchanged(story: Story, case: Case) -> None:
    """Nothing of the act is in the store, nor in what memory says of the case, nor in what comes after."""
    with story.organisation.reading() as tx:
        remembered, stored = kept(tx, case), read_live(tx, case.now)
        assert stored is not None
        assert "never be seen" not in canonical(stored.data)
        assert remembered is None or canonical(remembered.data) == canonical(stored.data)
    complete(story, case, RIGHT)
    assert set(case.waits_for) == {CONFIRM}
    assert "handover_reason" not in case.data
    story.organisation.installation.memory.clear()
    assert "never be seen" not in canonical(case.data)
    invariants.check(story.organisation.installation)


def test_what_is_kept_is_what_is_stored(story: Story) -> None:
    case = escalated(story)
    with story.organisation.reading() as tx:
        remembered, stored = kept(tx, case), read_live(tx, case.now)
        assert remembered is not None, "an act puts its live case back"
        assert stored is not None
        assert canonical(remembered.data) == canonical(stored.data)
        assert remembered.waiting() == stored.waiting()


def test_an_act_that_is_rolled_back(story: Story) -> None:
    case = escalated(story)
    with pytest.raises(Unacceptable):
        complete(story, case, WRONG, then=Unacceptable("no"))
    check_unchanged(story, case)


def test_an_act_that_fails_while_the_case_moves(story: Story, monkeypatch: pytest.MonkeyPatch) -> None:
    case = escalated(story)

    def broken(*_: Any) -> None:
        raise RuntimeError("in the middle of it")

    with monkeypatch.context() as patch:
        patch.setattr("engine.acts.moving._write_rows", broken)
        with pytest.raises(RuntimeError):
            complete(story, case, WRONG)
    check_unchanged(story, case)


def test_an_act_whose_commit_fails(story: Story, monkeypatch: pytest.MonkeyPatch) -> None:
    case = escalated(story)

    def full(*_: Any) -> None:
        raise OSError("no space left")

    with monkeypatch.context() as patch:
        patch.setattr("engine.storage.journal.insert", full)
        with pytest.raises(OSError, match="no space"):
            complete(story, case, WRONG)
    check_unchanged(story, case)
