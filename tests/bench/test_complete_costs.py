"""What a completion costs in things that can be counted; times are for `./run bench complete`."""

import gc
import sys
import weakref
from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path
from types import FrameType

import pytest

from engine.acts.completing import complete_task
from engine.database import Database
from engine.live import Shelf
from engine.running import LiveCase
from engine.running.token import Token
from engine.transaction import begin
from tests.bench.loop import Loop, answers, begun, desk, opened, start
from tests.bench.recording import Recording, recorded, replay
from tests.bench.stores import SqlitePlace, differences


@pytest.fixture
def loop(tmp_path: Path) -> Iterator[Loop]:
    """A case of the loop process on a throw-away store."""
    installation = opened(tmp_path, "sqlite://")
    yield begun(installation, desk(installation))
    installation.close()


def completed(loop: Loop) -> Recording:
    with recorded() as recording:
        loop.complete()
    return recording


def test_a_completion_stays_flat_from_round_10_to_500(loop: Loop) -> None:
    while loop.rounds < 10:
        loop.complete()
    early, early_state = completed(loop), loop.state_bytes()
    while loop.rounds < 500:
        loop.complete()
    late, late_state = completed(loop), loop.state_bytes()

    for recording in (early, late):
        assert recording.commits == 1
        assert recording.statements < 10
    assert [said.text for said in late.said] == [said.text for said in early.said]
    assert late.bytes_written - early.bytes_written < 32, "a few digits more, and nothing else"
    assert late_state - early_state < 32


CALLS = {"engine": 455, "bpmn": 68, "forms": 73, "sqlalchemy": 452}
"""The most functions of each that a completion calls, a twentieth more than when this was written."""


def test_a_completion_calls_few_functions(loop: Loop) -> None:
    """What is found out in every act though a release never changes, or for what a process does not use, shows here."""
    while loop.rounds < 20:
        loop.complete()
    called = calls(loop.complete)
    assert {name: called[name] for name in CALLS if called[name] > CALLS[name]} == {}


def calls(act: Callable[[], object]) -> Counter[str]:
    """How many functions of each package an act calls."""
    found: Counter[str] = Counter()

    def count(frame: FrameType, event: str, _given: object) -> None:
        if event == "call":
            found[str(frame.f_globals.get("__name__")).partition(".")[0]] += 1

    before = sys.getprofile()
    sys.setprofile(count)
    try:
        act()
    finally:
        sys.setprofile(before)
    return found


def test_a_live_case_in_memory_holds_nothing_of_its_last_act(loop: Loop) -> None:
    with begin(loop.installation, loop.actor) as tx:
        complete_task(tx, loop.task.id, answers(1), loop.task.version)
        act = weakref.ref(tx)
    del tx
    gc.collect()
    assert act() is None


def test_a_live_case_that_is_dropped_gives_its_memory_back_at_once(loop: Loop) -> None:
    loop.installation.memory["live cases"] = Shelf(1, None, LiveCase.dismantle)
    gc.collect()
    gc.disable()
    try:
        before = tokens()
        for _ in range(5):
            start(loop.installation, loop.actor)
        assert tokens() <= before + 2, "the last case alone is there: its root and its task"
    finally:
        gc.enable()


def tokens() -> int:
    return sum(isinstance(each, Token) for each in gc.get_objects())


def test_the_replay_leaves_the_same_rows(tmp_path: Path) -> None:
    """The floor is worth nothing unless the same comes of it."""
    place = SqlitePlace(folder=tmp_path)
    store = place.new()
    installation = opened(store.folder, store.url)
    loop = begun(installation, desk(installation))
    beside = place.copy(store)
    assert differences(store, beside) == []
    said = completed(loop)
    assert set(differences(store, beside)) >= {"instance", "task", "entry"}
    twin = Database(beside.url)
    replay(said, twin)
    twin.close()
    installation.close()
    assert differences(store, beside) == []
