"""kill -9 at every moment of an act; then a restart. The acts are the rows of tests/faults/deeds.py.

A death leaves what was committed and nothing else: all that was acknowledged, and of the rest the whole or nothing.
State, tasks, jobs, awaited messages and journal agree, every chain verifies, and the cases can go on to their end,
having come by the same things as if nobody had died.
"""

from collections import Counter
from pathlib import Path

import pytest
from structlog.testing import capture_logs

from engine.errors import TaskAlreadyDone
from tests.faults.deeds import DEEDS
from tests.faults.scene import Scene
from tests.journeys.story import Case
from tests.journeys.test_incident_journey import DIAGNOSE

Shape = dict[str, Counter[tuple[str, ...]]]


@pytest.mark.parametrize("deed", DEEDS)
def test_killed_at_every_moment(scene: Scene, deed: str, asked: Path) -> None:
    act = DEEDS[deed](scene)
    next(act)
    scene.keep()
    states: dict[int, Shape] = {0: scene.shape()}
    with capture_logs():
        undisturbed = scene.lived(act)
        states[undisturbed.commits] = scene.shape()
        assert undisturbed.acknowledged
        assert states[0] != states[undisturbed.commits], "the deed does something"
        scene.play_to_the_end()
        told = scene.told()
        scene.back()

        played: set[int] = set()
        for moment in range(len(undisturbed.passed)):
            life = scene.lived(act, until=moment)
            assert life.killed
            assert not life.acknowledged
            assert undisturbed.passed.startswith(life.passed), "it does the same each time"
            assert scene.shape() == states.setdefault(life.commits, scene.shape())
            if life.commits and life.commits not in played:
                played.add(life.commits)
                scene.play_to_the_end()
                assert scene.told() == told
            if life.commits:
                scene.back()
    assert played == set(range(1, undisturbed.commits + 1))
    assert len(set(asked.read_text().split() if asked.exists() else ())) <= 1, "always under the same key"


def test_who_was_not_told_hears_that_it_was_done(scene: Scene) -> None:
    act = DEEDS["complete"](scene)
    next(act)
    scene.keep()
    moments = len(scene.lived(act).passed)
    scene.back()
    (case,) = [Case(scene.organisation, found) for found in scene.cases("incident")]
    page = scene.story.wanda.opens(case.task(DIAGNOSE))
    assert scene.lived(act, until=moments - 1).commits == 1
    with pytest.raises(TaskAlreadyDone, match="by Wanda"):
        scene.story.wanda.hands_in(page, findings="Nothing.", result="ask_caller", question="Since when?")
