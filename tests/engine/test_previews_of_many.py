"""The preview of a move for many cases: all of them, in few statements and a bounded time, and it says how many."""

import pytest
import sqlalchemy as sa

from engine.installation import Installation
from engine.model.person import SYSTEM
from engine.reports import migrating
from engine.transaction import reading
from tests.engine.town import Town

ONE = "start s\nuser a assignGroup=service_desk\nuser b assignGroup=service_desk\ns -> a\na -> b"
TWO = "start s\nuser a assignGroup=service_desk\nuser c assignGroup=service_desk\ns -> a\na -> c"


@pytest.fixture
def town(sqlite_store: Installation) -> Town:
    town = Town(sqlite_store)
    town.release("p", ONE)
    return town


def looked(town: Town, release: str) -> tuple[migrating.Preview, int]:
    """The preview, and how many statements it took."""
    count = 0

    def note(*_: object) -> None:
        nonlocal count
        count += 1

    with reading(town.store, SYSTEM) as tx:
        sa.event.listen(tx.connection, "before_cursor_execute", note)
        found = migrating.preview(tx, release, {})
    return found, count


def test_all_are_looked_at_in_few_statements(town: Town, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(migrating, "AT_ONCE", 10)
    for number in range(25):
        case = town.start("p")
        if number % 5 == 0:
            town.do(case, "a")
    release = town.release("p", TWO, version=2)
    looked(town, release)  # what is read once per server is known then
    first, few = looked(town, release)
    assert (first.total, first.looked_at, first.fitting) == (25, 25, 20)
    assert sorted(group.count for group in first.groups) == [5, 20]
    assert few <= 8
    monkeypatch.setattr(migrating, "AT_ONCE", 100)
    assert looked(town, release)[1] == few - 2


def test_a_preview_that_runs_out_of_time_says_how_far_it_came(town: Town, monkeypatch: pytest.MonkeyPatch) -> None:
    for _ in range(4):
        town.start("p")
    release = town.release("p", TWO, version=2)
    monkeypatch.setattr(migrating, "SECONDS", -1.0)
    found, _ = looked(town, release)
    assert (found.total, found.looked_at, found.fitting) == (4, 1, 1)
