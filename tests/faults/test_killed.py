"""kill -9 at every moment of an act; then a restart. The acts are the rows of tests/faults/deeds.py.

A death leaves what was committed and nothing else: all that was acknowledged, and of the rest the whole or nothing.
State, tasks, jobs, awaited messages and journal agree, every chain verifies, and the cases can go on to their end,
having come by the same things as if nobody had died.
"""

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import replace
from pathlib import Path
from typing import cast
from uuid import uuid4

import pytest
from structlog.testing import capture_logs

from engine.acts import outside_calls
from engine.connectors import http
from engine.connectors.contract import Call, CallFailed, Connector, Grants
from engine.errors import TaskAlreadyDone
from forms.data import Value
from tests.faults.deeds import DEEDS
from tests.faults.scene import Scene, Store
from tests.journeys.story import Case
from tests.journeys.test_incident_journey import DIAGNOSE
from tests.parts.organisation import Organisation
from tests.parts.postgresql import PostgreSQL

Shape = dict[str, Counter[tuple[str, ...]]]


@pytest.fixture
def store(organisation_url: str, tmp_path: Path, request: pytest.FixtureRequest) -> Iterator[Store]:
    made: list[str] = []

    def copy_file(url: str) -> str:
        path = tmp_path / f"{uuid4().hex}.sqlite"
        path.write_bytes(Path(url.removeprefix("sqlite:///")).read_bytes())
        return f"sqlite:///{path}"

    def copy_database(url: str) -> str:
        server = cast(PostgreSQL, request.getfixturevalue("postgresql_server"))
        made.append(server.create(template=url.partition("@/")[2].partition("?")[0]))
        return server.url(made[-1])

    yield Store(url=organisation_url, copy=copy_file if organisation_url.startswith("sqlite") else copy_database)
    for name in made:
        request.getfixturevalue("postgresql_server").drop(name)


@pytest.fixture
def scene(store: Store, organisation: Organisation, tmp_path: Path) -> Iterator[Scene]:
    scene = Scene(store, organisation, tmp_path)
    yield scene
    scene.store.close()


@pytest.fixture(autouse=True)
def asked(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The file in which another system notes the keys under which it was asked."""
    path = tmp_path / "asked"

    def answer(call: Call, _grants: Grants) -> Mapping[str, Value]:
        if "nobody" in str(call.arguments["url"]):
            raise CallFailed("Nobody is there.", permanent=True)
        with path.open("a") as file:
            file.write(f"{call.key}\n")
        return {"status": 201, "body": {"id": "T-7"}}

    connectors: dict[str, Connector] = {http.FACE.id: replace(http.CONNECTOR, run=answer)}
    monkeypatch.setattr(outside_calls, "CONNECTORS", connectors)
    return path


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
