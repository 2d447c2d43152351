"""Python that overruns in a case: an incident that names the element and the reason, and the server goes on."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta

import pytest

from engine import worker
from engine.installation import Installation
from engine.model.person import SYSTEM
from engine.running.apart import Apart
from engine.storage import incidents
from engine.transaction import begin, reading
from tests.engine.running.test_python import script
from tests.engine.town import Town
from tests.storage_contract.stores import Clock

GOOD = f"start s\ntimer w = PT1H\n{script('n = 1')}\nuser t assignGroup=service_desk\ns -> w\nw -> c\nc -> t"
BOMBS = [
    ("while True:\n    n = 1", "was stopped: It took more than 500,000 steps."),
    ("n = 'a' * 10 ** 10", "was stopped: A value would hold more than 250,000 items or characters."),
    ("m = 1\nn = 1 / 0", "failed in line 2: A number is divided by 0."),
]


@pytest.fixture(params=["here", "apart", "refused"])
def town(request: pytest.FixtureRequest, store: Installation) -> Iterator[Town]:
    settings = replace(store.settings, untrusted_scripts="refuse" if request.param == "refused" else "worker")
    made = Town(replace(store, settings=settings))
    made.vouched = request.param == "here"
    yield made
    pool = store.memory.get("python apart")
    if isinstance(pool, Apart):
        pool.close()


@pytest.mark.parametrize(("text", "said"), BOMBS)
def test_an_overrun_is_an_incident_and_others_go_on(town: Town, clock: Clock, text: str, said: str) -> None:
    town.release("bomb", f"start s\ntimer w = PT1H\n{script(text)}\nend e\ns -> w\nw -> c\nc -> e")
    town.release("good", GOOD)
    bomb, good = town.start("bomb"), town.start("good")
    clock.now += timedelta(hours=2)
    worker.run_due(town.store)
    with reading(town.store, SYSTEM) as tx:
        (found,) = incidents.open_of(tx.connection, bomb)
        others = incidents.open_of(tx.connection, good)
    assert found.element_id == "c"
    if town.store.settings.untrusted_scripts == "refuse":
        assert "Nobody vouched" in found.message
        assert len(others) == 1
    else:
        assert f"The Python script {said}" in found.message
        assert town.tasks(good) == ["t"]


def test_it_is_run_where_its_release_says(town: Town, clock: Clock) -> None:
    town.release("good", GOOD)
    town.start("good")
    clock.now += timedelta(hours=2)
    worker.run_due(town.store)
    apart = not town.vouched and town.store.settings.untrusted_scripts == "worker"
    assert ("python apart" in town.store.memory) is apart


def test_nothing_of_it_is_begun_for_feel(town: Town) -> None:
    town.release("plain", "start s\nscript c { n = 1 }\nuser t assignGroup=service_desk\ns -> c\nc -> t")
    town.start("plain")
    with begin(town.store, SYSTEM):
        assert "python apart" not in town.store.memory
