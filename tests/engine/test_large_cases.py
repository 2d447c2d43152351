"""Large cases through the acts: the statements of one act do not grow with the case, nor does what they carry."""

import pytest

from engine.acts.completing import complete_task
from engine.installation import Installation
from engine.model.person import SYSTEM
from engine.storage import instances
from engine.transaction import begin, reading
from tests.bench.recording import recorded
from tests.engine.running.test_size import chain, nested
from tests.engine.town import Town, answers

CROWD = """
start s
user each count=n gives=out into=outs assignGroup=service_desk
end e
s -> each
each -> e
"""


@pytest.fixture
def town(store: Installation) -> Town:
    return Town(store)


def complete(town: Town, case: str, number: int) -> set[int]:
    """Complete so many tasks of a case; gives how many statements each took."""
    with reading(town.store, SYSTEM) as tx:
        tasks = instances.tasks_of(tx, case, state="open")[:number]
    counts = set()
    for task in tasks:
        with recorded() as recording, begin(town.store, SYSTEM) as tx:
            complete_task(tx, task.id, answers({"out": 1}), task.version)
        counts.add(len(recording.said))
    return counts


def test_one_of_a_thousand_costs_as_many_statements_as_one_of_ten(town: Town) -> None:
    town.release("crowd", CROWD)
    few, many = town.start("crowd", n=10), town.start("crowd", n=1_000)
    assert complete(town, few, 9) == (counts := complete(town, many, 30))
    assert len(counts) == 1
    with reading(town.store, SYSTEM) as tx:
        assert len(instances.live_state(tx, many) or b"") < 40_000
    town.store.memory.clear()
    complete(town, many, 3)
    complete(town, few, 1)
    assert town.case(few).state == "completed"


@pytest.mark.long
def test_a_thousand_side_by_side_end(town: Town) -> None:
    town.release("crowd", CROWD)
    case = town.start("crowd", n=1_000)
    complete(town, case, 1_000)
    assert town.case(case).state == "completed"
    assert town.waits_nowhere(case)


def test_a_chain_of_two_thousand_and_fifty_scopes(town: Town) -> None:
    town.release("chain", chain(2_000))
    town.release("deep", nested(50).replace("user u", "user u assignGroup=service_desk"))
    assert town.case(town.start("chain")).state == "completed"
    case = town.start("deep")
    town.store.memory.clear()
    town.do(case, "u")
    assert town.case(case).state == "completed"
    assert town.waits_nowhere(case)
