"""What a completion costs in things that can be counted; times are for `./run bench complete`."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from engine.database import Database
from tests.bench.loop import Loop, begun, desk, opened
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
