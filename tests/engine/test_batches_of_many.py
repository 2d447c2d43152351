"""A batch that moves many cases: each in its own commit, and the thousandth asks as little as the tenth."""

from collections import Counter

import pytest
import sqlalchemy as sa

from engine.acts import batches
from engine.installation import Installation
from engine.model.batch import BatchState, Outcome
from engine.model.person import SYSTEM
from engine.reports import migrating
from engine.storage import batches as rows
from engine.transaction import begin, reading
from tests.engine.town import Town
from tests.faults import invariants

ONE = """start s
user a assignGroup=service_desk
timer late on=a beside = PT8H
user b assignGroup=service_desk
end e
end told
s -> a
a -> b
b -> e
late -> told"""
TWO = ONE.replace("user b", "user c").replace("a -> b", "a -> c").replace("b -> e", "c -> e")
BOUND = 30
"""Statements a case: what a batch asks, and what moving a case by hand asks."""


@pytest.mark.parametrize("number", [30, pytest.param(1000, marks=[pytest.mark.long, pytest.mark.timeout(900)])])
def test_each_case_costs_the_same(store: Installation, number: int) -> None:
    town = Town(store)
    town.release("p", ONE)
    cases = [town.start("p") for _ in range(number)]
    for case in cases[::10]:
        town.do(case, "a")
    release = town.release("p", TWO, version=2)
    asked = [0]

    def note(*_: object) -> None:
        asked[-1] += 1

    with begin(store, SYSTEM) as tx:
        batch = batches.start_batch(tx, release, migrating.movable(tx, release), {}, "Another name")
    sa.event.listen(store.database._writing, "before_cursor_execute", note)
    sa.event.listen(store.database._writing, "begin", lambda _: asked.append(0))
    town.run()
    assert sum(asked) <= BOUND * number + 100
    assert max(asked) <= BOUND, "what one commit asks does not grow with the batch"
    with reading(store, SYSTEM) as tx:
        assert rows.counts(tx, [batch.id])[batch.id] == {
            Outcome.MOVED: number - len(cases[::10]),
            Outcome.LEFT: len(cases[::10]),
            Outcome.WAITING: 0,
        }
        found = rows.get(tx, batch.id)
        assert found is not None
        assert found.state is BatchState.DONE
    on = Counter(town.case(case).publication_id == release for case in cases)
    assert on == {True: number * 9 // 10, False: number // 10}
    invariants.check(store)
