"""kill -9 before every statement of an act, before its COMMIT and after it; then a restart.

What was acknowledged is there; what was not is wholly absent, or (killed between COMMIT and the answer) wholly there.
State, tasks, jobs and journal agree and every chain verifies; and the work can go on.
"""

from collections.abc import Callable
from itertools import count
from pathlib import Path
from typing import Any

import pytest

from engine.acts.completing import complete_task
from engine.acts.signing_in import load_actor
from engine.acts.starting import start_case
from engine.errors import TaskAlreadyDone
from engine.installation import Installation
from engine.model.person import SYSTEM, Actor
from engine.transaction import begin, reading
from engine.worker import run_due
from forms.answers import Answers
from tests.faults import invariants
from tests.faults.dying import AFTER_COMMIT, BEFORE_COMMIT, Fate, Point, died
from tests.journeys.story import Story
from tests.journeys.test_incident_journey import ANSWER, CONFIRM, DIAGNOSE, PRINTER, escalated, fixed
from tests.parts.organisation import Organisation

ASKING = {"findings": "Nothing yet.", "result": "ask_caller", "question": "Since when?"}


@pytest.fixture
def story(organisation: Organisation) -> Story:
    return Story(organisation)


@pytest.fixture
def kill(story: Story, organisation_url: str, tmp_path: Path) -> Callable[[Callable[[Installation], Any], Point], Fate]:
    """Let another process do something and die at a point; the store is checked when it is dead."""

    def kill(deed: Callable[[Installation], Any], point: Point) -> Fate:
        fate = died(organisation_url, tmp_path, story.organisation.clock, deed, point)
        # A restart: nothing is remembered of before.
        story.organisation.installation.memory.clear()
        invariants.check(story.organisation.installation)
        return fate

    return kill


Kill = Callable[[Callable[[Installation], Any], Point], Fate]


def acting(installation: Installation, person_id: str) -> Actor:
    with reading(installation, SYSTEM) as tx:
        found = load_actor(tx, person_id)
    assert found is not None
    return found[1]


def at_every_point(
    kill: Kill, deed: Callable[[Installation], Any], absent: Callable[[], None], *, step: int = 1
) -> int:
    """Kill it before its first statement, its second ... until it gets through; gives how many statements it has."""
    for point in count(0, step):
        fate = kill(deed, point)
        if not fate.killed:
            assert fate.acknowledged
            return point
        assert not fate.acknowledged
        absent()
    raise AssertionError


def test_killed_while_completing(story: Story, kill: Kill) -> None:
    case = escalated(story)
    person, task = story.wanda.id, case.task(DIAGNOSE)

    def complete(installation: Installation) -> None:
        with begin(installation, acting(installation, person)) as tx:
            complete_task(tx, task.id, Answers(values=dict(ASKING), personal=frozenset()), task.version)

    def absent() -> None:
        assert case.waits_for == {DIAGNOSE: "support_workplace"}
        assert case.now.version == 2
        assert case.clock("resolution").state == "running"
        assert case.mails(story.carla) == []

    # PostgreSQL runs the same statements: every third is enough there.
    every = 1 if story.organisation.installation.database.dialect == "sqlite" else 3
    absent()
    assert kill(complete, BEFORE_COMMIT) == Fate(killed=True, acknowledged=False)
    absent()
    assert at_every_point(kill, complete, absent, step=every) > 10
    assert case.waits_for == {ANSWER: "carla"}
    assert case.clock("resolution").state == "paused"
    assert len(case.mails(story.carla)) == 1


def test_killed_between_commit_and_answer(story: Story, kill: Kill) -> None:
    case = escalated(story)
    person, page = story.wanda.id, story.wanda.opens(case.task(DIAGNOSE))

    def complete(installation: Installation) -> None:
        with begin(installation, acting(installation, person)) as tx:
            complete_task(tx, page.task.id, Answers(values=dict(ASKING), personal=frozenset()), page.task.version)

    assert kill(complete, AFTER_COMMIT) == Fate(killed=True, acknowledged=False)
    assert case.waits_for == {ANSWER: "carla"}, "it was committed: wholly there, though nobody was told"
    with pytest.raises(TaskAlreadyDone, match="by Wanda"):
        story.wanda.hands_in(page, **ASKING)
    story.carla.does(case, ANSWER, answer="Since Monday.")
    assert case.waits_for == {DIAGNOSE: "support_workplace"}
    invariants.check(story.organisation.installation)


def test_killed_while_starting(story: Story, kill: Kill) -> None:
    person = story.carla.id

    def begin_case(installation: Installation) -> None:
        with begin(installation, acting(installation, person)) as tx:
            start_case(tx, "incident", Answers(values=dict(PRINTER), personal=frozenset()))

    def absent() -> None:
        assert story.carla.finds() == set()

    assert kill(begin_case, BEFORE_COMMIT) == Fate(killed=True, acknowledged=False)
    at_every_point(kill, begin_case, absent, step=4)
    assert story.carla.finds() == {"INC-1001"}, "a number that nobody was told is given again"
    kill(begin_case, AFTER_COMMIT)
    assert story.carla.finds() == {"INC-1001", "INC-1002"}


def test_killed_while_a_timer_fires(story: Story, kill: Kill) -> None:
    case = fixed(story)
    story.it_is("2026-11-30 08:59")
    clock = story.organisation.clock

    def absent() -> None:
        assert set(case.waits_for) == {CONFIRM}

    # A job whose worker died is taken again when its lease has run out: each attempt is five minutes later.
    for point in (BEFORE_COMMIT, 2, 6, 9, 12):
        clock.forward(minutes=5)
        assert kill(run_due, point) == Fate(killed=True, acknowledged=False)
        absent()
    clock.forward(minutes=5)
    assert kill(run_due, 10_000) == Fate(killed=False, acknowledged=True)
    assert (case.now.state, case.waits_for) == ("completed", {})
    assert story.otto.traces(case).sentences.count("Time was up: 5 working days passed") == 1
