"""Clocks come back from the store as the ledger made them."""

from datetime import timedelta

from engine.deadlines import tracking
from engine.deadlines.working_hours import Calendar
from engine.installation import Installation
from engine.model.person import SYSTEM
from engine.storage import clocks
from engine.transaction import begin, reading
from tests.storage_contract.stores import Clock, add_case

OFFICE = Calendar.from_value({"zone": "Europe/Berlin", "week": {"mon": [["09:00", "17:00"]]}})


def test_clocks_and_their_events_survive(store: Installation, clock: Clock) -> None:
    with begin(store, SYSTEM) as tx:
        case = add_case(tx)
        resolution, begun = tracking.start(
            instance_id=case,
            name="resolution",
            budget=timedelta(hours=8),
            calendar=OFFICE,
            priority="2",
            now=tx.now(),
        )
        response, more = tracking.start(
            instance_id=case, name="response", budget=timedelta(hours=1), calendar=None, priority="2", now=tx.now()
        )
        clocks.save(tx, [resolution, response])
        clocks.note(tx, [*begun, *more])
    clock.forward(minutes=10)
    with begin(store, SYSTEM) as tx:
        resolution, one = tracking.pause(resolution, "Wait", "Waiting for “Otto”", tx.now())
        resolution, two = tracking.pause(resolution, "Vendor", "Vendor", tx.now())
        response, three = tracking.meet(response, tx.now())
        clocks.save(tx, [resolution, response])
        clocks.note(tx, [*one, *two, *three])
        clocks.save(tx, [])
        clocks.note(tx, [])
    with reading(store, SYSTEM) as tx:
        assert clocks.get(tx, resolution.id) == resolution
        assert clocks.of_instance(tx, case) == [resolution, response]
        assert clocks.of_instances(tx, []) == {}
        assert clocks.of_instance(tx, "unknown") == []
        assert clocks.get(tx, "unknown") is None
        events = clocks.events(tx, [resolution.id])
        assert events == [*begun, *one, *two]
        assert [event.kind for event in clocks.events(tx, [response.id])] == ["started", "met"]
