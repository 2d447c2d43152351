"""Whatever somebody does to a case from outside asks for a reason, and the history of the case tells it."""

import inspect
from collections.abc import Callable
from datetime import timedelta

import pytest

from engine.acts import batches, claiming, incidents, kept_messages, linking, migrating, steering
from engine.acts.people import grant_role
from engine.errors import Unacceptable
from engine.installation import Installation
from engine.live import read_live
from engine.model.instance import Instance, Task
from engine.model.person import SYSTEM
from engine.model.record import Target
from engine.reports.trace import history, trace_case
from engine.running import places
from engine.storage import clocks, instances, records, tables
from engine.storage import incidents as incident_rows
from engine.transaction import Transaction, begin, reading
from tests.engine.town import Town
from tests.faults import invariants
from tests.storage_contract.stores import Clock, add_person

WORK = """start s
message tell throw timeToLive=P1D = nobody waits
user before assignGroup=service_desk
user a assignGroup=service_desk clockStart=resolution
user b assignGroup=service_desk
end e
timer late on=a beside = PT1H
timer never catch = =nothing
end f
s -> tell
tell -> before
before -> a
a -> b
b -> e
late -> never
never -> f"""
REASON = "Because the vendor asked for it, twice"


class Scene:
    """A case at its second task, with a clock, a message that nobody awaits and an incident; and another case."""

    def __init__(self, store: Installation, clock: Clock) -> None:
        self.town = Town(store)
        with begin(store, SYSTEM) as tx:
            target = Target(
                service_id="", priority="P1", clock="resolution", budget_seconds=28800, around_the_clock=True
            )
            records.replace_targets(tx, "", [target])
            self.person = add_person(tx)
            grant_role(tx, self.person, "service_desk")
        self.town.release("p", WORK)
        self.other = self.town.start("p")
        self.case = self.town.start("p", priority="P1")
        self.town.run()
        self.town.do(self.case, "before")
        clock.forward(hours=2)
        self.town.run()
        self.release = self.town.release("p", WORK, version=2)

    def task(self, tx: Transaction) -> Task:
        (task,) = instances.tasks_of(tx, self.case, state="open")
        return task

    def done(self, tx: Transaction) -> Task:
        (task,) = instances.tasks_of(tx, self.case, state="completed")
        return task

    def place(self, tx: Transaction) -> str:
        live = read_live(tx, self.row(tx))
        assert live is not None
        return next(place.token for place in places(live) if place.element_id == "a")

    def row(self, tx: Transaction) -> Instance:
        found = instances.get(tx, self.case)
        assert found is not None
        return found

    def message(self, tx: Transaction) -> str:
        rows = tx.connection.execute(tables.kept_message.select()).all()
        return next(str(row.id) for row in rows if row.sender_id == self.case)

    def incident(self, tx: Transaction) -> str:
        (found,) = incident_rows.open_of(tx.connection, self.case)
        return found.id

    def number(self, tx: Transaction, case: str) -> str:
        found = instances.get(tx, case)
        assert found is not None
        return found.number


Deed = Callable[[Scene, Transaction, str], object]


def linked(scene: Scene, tx: Transaction, reason: str) -> object:
    linking.link_cases(tx, scene.case, "caused_by", scene.number(tx, scene.other))
    return linking.unlink_cases(tx, scene.case, "caused_by", scene.number(tx, scene.other), reason)


def resumed(scene: Scene, tx: Transaction, reason: str) -> object:
    steering.suspend_case(tx, scene.case, "For the test")
    return steering.resume_case(tx, scene.case, reason)


DEEDS: dict[object, Deed] = {
    steering.cancel_case: lambda s, tx, why: steering.cancel_case(tx, s.case, why),
    steering.suspend_case: lambda s, tx, why: steering.suspend_case(tx, s.case, why),
    steering.resume_case: resumed,
    steering.skip_task: lambda s, tx, why: steering.skip_task(tx, s.task(tx).id, why, s.task(tx).version),
    steering.go_back_to: lambda s, tx, why: steering.go_back_to(tx, s.done(tx).id, why),
    steering.redirect_case: lambda s, tx, why: steering.redirect_case(tx, s.case, s.place(tx), "b", why),
    steering.correct_data: lambda s, tx, why: steering.correct_data(
        tx, s.case, {"n": "1"}, why, seen=s.row(tx).version
    ),
    steering.set_deadline: lambda s, tx, why: steering.set_deadline(
        tx, s.case, clocks.of_instance(tx, s.case)[0].id, timedelta(hours=9), why
    ),
    migrating.migrate_case: lambda s, tx, why: migrating.migrate_case(tx, s.case, s.release, {}, why),
    batches.start_batch: lambda s, tx, why: batches.start_batch(tx, s.release, [s.case], {}, why),
    incidents.retry_incident: lambda s, tx, why: incidents.retry_incident(tx, s.incident(tx), why),
    incidents.skip_incident: lambda s, tx, why: incidents.skip_incident(tx, s.incident(tx), why),
    kept_messages.remove_message: lambda s, tx, why: kept_messages.remove_message(tx, s.message(tx), why),
    kept_messages.deliver_message: lambda s, tx, why: kept_messages.deliver_message(tx, s.message(tx), why),
    claiming.assign: lambda s, tx, why: claiming.assign(tx, s.task(tx).id, s.person, why),
    claiming.reschedule: lambda s, tx, why: claiming.reschedule(
        tx,
        s.task(tx).id,
        due_at=tx.now() + timedelta(days=1),
        follow_up_at=None,
        priority=50,
        reason=why,
        seen=s.task(tx).version,
    ),
    linking.unlink_cases: linked,
}


def test_every_act_that_asks_for_a_reason_is_in_the_table() -> None:
    rooms = (steering, migrating, batches, incidents, kept_messages, claiming, linking)
    asking = {
        act
        for room in rooms
        for _name, act in inspect.getmembers(room, inspect.isfunction)
        if act.__module__ == room.__name__
        and hasattr(act, "__wrapped__")  # it asks for a permission
        and "reason" in inspect.signature(act).parameters
    }
    assert asking == DEEDS.keys()


@pytest.fixture
def scene(sqlite_store: Installation, clock: Clock, monkeypatch: pytest.MonkeyPatch) -> Scene:
    monkeypatch.setattr(kept_messages, "is_awaited", lambda *_: True)
    return Scene(sqlite_store, clock)


@pytest.mark.parametrize("act", DEEDS, ids=lambda act: act.__name__)
def test_its_reason_is_told(scene: Scene, act: object) -> None:
    with begin(scene.town.store, SYSTEM) as tx:
        DEEDS[act](scene, tx, f"  {REASON} ")
    scene.town.run()
    with reading(scene.town.store, SYSTEM) as tx:
        found = scene.row(tx)
        traced = trace_case(tx, found.number)
        told = [line for line in traced.entries if line.note == REASON]
        also = [line for line in history(tx, found).entries if line.note == REASON]
    assert traced.verdict.consistent
    assert len(told) == len(also) == 1
    sentence = told[0].template.format(**told[0].parameters)
    assert sentence
    assert "{" not in sentence
    assert told[0].kind not in sentence, "it is told in words"
    if act is not incidents.retry_incident:  # its timer is due when it is tried again, not when it was
        invariants.check(scene.town.store)


@pytest.mark.parametrize("act", DEEDS, ids=lambda act: act.__name__)
def test_without_one_nothing_is_done(scene: Scene, act: object) -> None:
    before = scene.town.kinds(scene.case)
    for reason in ("", " \n\t"):
        with pytest.raises(Unacceptable) as refused, begin(scene.town.store, SYSTEM) as tx:
            DEEDS[act](scene, tx, reason)
        assert refused.value.parameters["field"] == "reason"
        assert scene.town.kinds(scene.case) == before
