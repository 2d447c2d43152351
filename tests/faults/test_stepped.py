"""Two who meet at the same place, stepped against each other: the exact survivor, and what the other one is told.

The pairs are the rows of tests/faults/races.py. Each is stepped in both orders, at the moments at which it matters who
holds the lock. Afterwards all that must always be true is true, and every case can go on to its end.
"""

from collections import Counter

import pytest
from structlog.testing import capture_logs

from engine.storage import publications
from tests.faults import invariants
from tests.faults.races import RACES, Race
from tests.faults.scene import Scene
from tests.faults.stepping import EARLY, LATE, stepped


def told(scene: Scene) -> Counter[str]:
    return Counter(kind for kinds in scene.told(attempts=True).values() for kind in kinds)


@pytest.mark.parametrize("order", ["one first", "other first"])
@pytest.mark.parametrize("pair", RACES)
def test_who_survives(scene: Scene, pair: str, order: str) -> None:
    race, swapped = RACES[pair], order == "other first"
    deeds = race.before(scene)
    scene.keep()
    # SQLite has one writer: who has looked has the lock. A deed of several transactions is stopped in the one meant.
    only_late = scene.store.database.dialect == "sqlite" or bool(race.commits)
    for stop in (LATE,) if only_late else (EARLY, LATE):
        before = told(scene)
        with capture_logs():
            commit = race.commits.get(int(swapped), 1)
            outcomes = stepped(scene.store, deeds[::-1] if swapped else deeds, stop, commit=commit)
            scene.run()
        end = race.one_first if _first(outcomes.committed, race, swapped=swapped) == 0 else race.other_first
        refused = outcomes.refused[::-1] if swapped else outcomes.refused
        assert [None if each is None else type(each) for each in refused] == [end.one, end.other]
        assert told(scene) - before == Counter(end.told)
        _check(scene)
        with capture_logs():
            scene.play_to_the_end()
        scene.back()


def _first(committed: str, race: Race, *, swapped: bool) -> int:
    """Give which deed of the pair committed first the transaction that matters: 0 for the one, 1 for the other."""
    letters = "ba" if swapped else "ab"
    places = []
    for number, letter in enumerate(letters):
        mine = [place for place, each in enumerate(committed) if each == letter]
        wanted = race.commits.get(number, 1)
        places.append(mine[wanted - 1] if len(mine) >= wanted else len(committed))
    return places.index(min(places))


def _check(scene: Scene) -> None:
    invariants.check(scene.store)
    with scene.organisation.reading() as tx:
        states = [record.state for record in publications.of_process(tx, "incident")]
    assert states.count("released") == 1
    numbers = [case.number for case in scene.cases("incident")]
    assert len(set(numbers)) == len(numbers)
