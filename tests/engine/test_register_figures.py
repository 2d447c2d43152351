"""Measures over records: as they stood at the end of a period, or of those that are dated in it."""

from collections.abc import Callable, Mapping
from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest
import sqlalchemy as sa

from bpmn.library import shipped_record_types
from bpmn.measures import Kind, Measure, Over, together
from engine.acts import registering
from engine.acts.record_types import load_record_types
from engine.installation import Installation
from engine.model.person import SYSTEM
from engine.model.register import Record, Wanted
from engine.periods import moved, period_of
from engine.register_figures import Holdings
from engine.reports.measures import measure, measures
from engine.transaction import begin, reading
from tests.engine.test_counting import FAULT, asked
from tests.engine.town import Town
from tests.storage_contract.stores import Clock

CHECKED = Measure(
    id="checked",
    title="Checked",
    over=Over.RECORDS,
    type="configuration_item",
    where='record.state = "in use"',
    value="data.verified_on != null",
    kind=Kind.SHARE,
)
Put = Callable[..., Record]


@pytest.fixture
def put(store: Installation) -> Put:
    """Adds and changes records."""
    with begin(store, SYSTEM) as tx:
        load_record_types(tx, shipped_record_types())

    def put(
        record_type: str, key: str | None = None, title: str | None = None, state: str | None = None, /, **values: Any
    ) -> Record:
        with begin(store, SYSTEM) as tx:
            return registering.put(tx, record_type, key, Wanted(title=title, state=state, values=values))

    return put


def taken(store: Installation, one: Measure, *days_ago: int) -> list[Mapping[str, Decimal] | None]:
    """What a measure takes as of so many days ago, by key; all asked together."""
    with reading(store, SYSTEM) as tx:
        holdings = Holdings(tx)
        found = [holdings.taken(one, tx.now() - timedelta(days=n + 1), tx.now() - timedelta(days=n)) for n in days_ago]
    return [None if each is None else dict(each) for each in found]


def test_records_count_as_they_stood(store: Installation, clock: Clock, put: Put) -> None:
    first = put("configuration_item", None, "Switch", "in use", kind="network").key
    clock.forward(days=10)
    put("configuration_item", first, verified_on="2026-01-01")
    second = put("configuration_item", None, "Router", "in use", kind="network").key
    clock.forward(days=10)
    put("configuration_item", first, None, "disposed")
    with begin(store, SYSTEM) as tx:
        registering.retire(tx, "configuration_item", second, "Sold")
    third = put("configuration_item", None, "Bridge", "in use", kind="network").key
    clock.forward(days=10)
    now, before, earlier, long_ago = taken(store, CHECKED, 0, 11, 21, 40)
    assert now == {third: 0}
    assert before == {first: 1, second: 0}
    assert (earlier, long_ago) == ({first: 0}, None)
    put("configuration_item", third, verified_on="2026-02-01")
    assert taken(store, CHECKED, 0, 11) == [{third: 1}, {first: 1, second: 0}]


def test_what_is_over_is_read_once(store: Installation, clock: Clock, put: Put) -> None:
    key = put("configuration_item", None, "Switch", "in use", kind="network").key
    clock.forward(days=10)
    put("configuration_item", key, verified_on="2026-01-01")
    clock.forward(days=10)
    said: list[str] = []
    with reading(store, SYSTEM) as tx:
        sa.event.listen(tx.connection, "before_cursor_execute", lambda *given: said.append(given[2]))
        until = tx.now() - timedelta(days=15)
        assert dict(Holdings(tx).taken(CHECKED, until, until) or ()) == {key: 0}
        first = len(said)
        assert dict(Holdings(tx).taken(CHECKED, until, until) or ()) == {key: 0}
    assert (first > 0, len(said) - first) == (True, 0)


def test_dated_records_belong_to_the_period_of_their_date(store: Installation, clock: Clock, put: Put) -> None:
    one = Measure(
        id="a", title="A", over=Over.RECORDS, type="satisfaction", dated="taken_on", value="data.score", kind=Kind.MEAN
    )
    day = clock.now.date().isoformat()
    clock.forward(days=4)
    put("satisfaction", None, "Sales", kind="survey", taken_on=day, score=4, scale=5)
    put("satisfaction", None, "Stores", kind="survey", taken_on=day, score=3, scale=5)
    retired = put("satisfaction", None, "Wrong", kind="survey", taken_on=day, score=1, scale=5).key
    with begin(store, SYSTEM) as tx:
        registering.retire(tx, "satisfaction", retired, "Asked the wrong people")
    with reading(store, SYSTEM) as tx:
        found = Holdings(tx).taken(one, tx.now() - timedelta(days=5), tx.now() - timedelta(days=3))
        assert together(one.kind, [value for _key, value in found or ()]) == Decimal("3.5")
        assert Holdings(tx).taken(one, tx.now() - timedelta(days=2), tx.now()) == ()
        assert Holdings(tx).taken(one, tx.now() + timedelta(days=1), tx.now() + timedelta(days=2)) is None


def test_who_chooses_a_record_is_known(store: Installation, clock: Clock, put: Put) -> None:
    supplier = put("supplier", None, "Papyrus").key
    other = put("supplier", None, "Telcom").key
    contract = put("contract", None, "Hosting", "signed", supplier=supplier).key
    one = Measure(
        id="c",
        title="C",
        over=Over.RECORDS,
        type="supplier",
        value='some c in chosen_by.contract satisfies c.state = "signed"',
        kind=Kind.SHARE,
    )
    clock.forward(days=10)
    put("contract", contract, None, "ended")
    clock.forward(days=10)
    assert taken(store, one, 0, 15) == [{supplier: 0, other: 0}, {supplier: 1, other: 0}]


RECORDED = b"""
title = "Switches"
owner = "service_desk"
[[measures]]
id = "checked"
title = "Checked"
over = "records"
type = "configuration_item"
value = "data.verified_on != null"
as = "share"
target = 1
"""


def test_measures_pages_and_operations_tell_of_records(store: Installation, clock: Clock, put: Put) -> None:
    town = Town(store)
    town.release("kept", FAULT, files={"process.toml": RECORDED})
    key = put("configuration_item", None, "Switch", kind="network", verified_on="2026-01-01").key
    put("configuration_item", None, "Router", kind="network")
    clock.forward(days=1)
    with reading(store, SYSTEM) as tx:
        period = period_of(tx, "", "month")
        view = measures(tx, period)
        row = view.processes[0].rows[0]
        assert (row.now.value, row.now.cases, row.reached, view.uncounted) == (Decimal("0.5"), 2, False, 0)
        found = measure(tx, "kept", "checked", period)
        assert [(each.record.title, each.value) for each in found.records] == [("Router", 0), ("Switch", 1)]
        assert measure(tx, "kept", "checked", moved(tx, period, -3)).records == ()
    told = asked(town, "measures/read", since=(clock.now - timedelta(days=2)).isoformat())["measures"]
    assert [(each["measure"], each["said"], each["cases"]) for each in told] == [("checked", "50 %", 2)]
    assert key.startswith("CI-")
