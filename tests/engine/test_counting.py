"""Cases are counted by what they have in common, and figures of measures are read, by inside operations."""

from datetime import timedelta
from typing import Any

import pytest

from engine.acts import linking, operating
from engine.acts.measuring import count_cases
from engine.connectors.contract import CallFailed
from engine.installation import Installation
from engine.journal import erase
from engine.model.entry import instance_stream
from engine.model.link import case_end
from engine.model.person import SYSTEM
from engine.model.register import Origin
from engine.transaction import begin
from tests.engine.town import Town
from tests.storage_contract.stores import Clock

FAULT = "start s\nuser a assignGroup=service_desk\nend e\ns -> a\na -> e"


@pytest.fixture
def town(store: Installation) -> Town:
    town = Town(store)
    town.release("fault", FAULT)
    return town


def asked(town: Town, operation: str = "cases/count", /, **given: Any) -> dict[str, Any]:
    """What a service task would be answered."""
    with begin(town.store, SYSTEM) as tx:
        return operating.operate(tx, operation, given, Origin())


def numbers(town: Town, *cases: str) -> list[str]:
    return [town.case(case).number for case in cases]


def test_cases_are_counted_by_what_they_have_in_common(town: Town) -> None:
    one, two = town.start("fault", category="disk", priority="P1"), town.start("fault", category="disk")
    three, four = town.start("fault", category="line"), town.start("fault")
    town.start("fault", category="disk", restricted=True)
    found = asked(town, process="fault", by=["category"])
    assert (found["count"], found["numbers"]) == (4, numbers(town, one, two, three, four))
    assert found["groups"] == [
        {"category": "disk", "count": 2, "numbers": numbers(town, one, two)},
        {"category": "line", "count": 1, "numbers": numbers(town, three)},
        {"category": None, "count": 1, "numbers": numbers(town, four)},
    ]
    assert asked(town, process="fault", where={"category": "disk", "priority": "P1"})["numbers"] == numbers(town, one)
    assert asked(town, process="fault")["groups"] == []
    assert asked(town, process="nothing", by="category") == {"count": 0, "numbers": [], "groups": []}


def test_the_last_value_counts_and_an_erased_one_no_more(town: Town) -> None:
    one, two = town.start("fault", category="disk"), town.start("fault", category="disk")
    town.do(one, "a", category="line")
    assert asked(town, process="fault", where={"category": "line", "state": "completed"})["count"] == 1
    with begin(town.store, SYSTEM) as tx:
        erase(tx, instance_stream(two), reason="asked", streams=[instance_stream(two)], personal_only=False)
    assert asked(town, process="fault", where={"category": "disk"})["count"] == 0


def test_a_time_and_links_leave_cases_out(town: Town) -> None:
    one, two = town.start("fault"), town.start("fault")
    with begin(town.store, SYSTEM) as tx:
        linking.join(tx, case_end(two), "causes", case_end(one))
    assert asked(town, process="fault", without="caused_by")["numbers"] == numbers(town, two)
    assert asked(town, process="fault", without="causes")["numbers"] == numbers(town, one)
    began = town.case(one).started_at
    later = (began + timedelta(seconds=1)).isoformat()
    assert asked(town, process="fault", since=began.isoformat(), until=later)["count"] == 2
    assert asked(town, process="fault", since=later)["count"] == 0
    assert asked(town, process="fault", until=began.isoformat())["count"] == 0


@pytest.mark.parametrize(
    ("operation", "given"),
    [
        ("cases/count", {}),
        ("cases/count", {"process": "fault", "where": "disk"}),
        ("cases/count", {"process": "fault", "without": "likes"}),
        ("cases/count", {"process": "fault", "by": [1]}),
        ("measures/read", {}),
        ("measures/read", {"since": "yesterday"}),
    ],
)
def test_what_cannot_be_counted_is_said(town: Town, operation: str, given: dict[str, Any]) -> None:
    with pytest.raises(CallFailed) as refused:
        asked(town, operation, **given)
    assert refused.value.code == "not-valid"


MEASURED = b"""
title = "Fault"

[[measures]]
id = "begun"
title = "Begun"
over = "begun"
as = "count"

[[measures]]
id = "line"
title = "Of a line"
value = 'data.category = "line"'
as = "share"
target = 0.9

[[measures]]
id = "took"
title = "Took"
value = "case.ended - case.began"
as = "mean"
unit = "days"

[[measures]]
id = "open"
title = "Open"
over = "open"
as = "count"
"""


def test_figures_are_read_of_the_time_that_is_asked_for(town: Town, clock: Clock) -> None:
    town.release("measured", FAULT, files={"process.toml": MEASURED})
    cases = [town.start("measured", category=category) for category in ("line", "disk")]
    began = clock.now
    clock.forward(days=3)
    for case in cases:
        town.do(case, "a")
    with begin(town.store, SYSTEM) as tx:
        count_cases(tx, 10)
    clock.forward(days=1)
    found = asked(town, "measures/read", since=began.isoformat())["measures"]
    assert [(each["measure"], each["said"], each["cases"], each["reached"]) for each in found] == [
        ("begun", "2", 2, None),
        ("line", "50 %", 2, False),
        ("took", "3 days", 2, None),
    ]
    later = (began + timedelta(days=2)).isoformat()
    assert [each["measure"] for each in asked(town, "measures/read", since=later)["measures"]] == ["line", "took"]
    earlier = asked(town, "measures/read", process="measured", since=began.isoformat(), until=later)["measures"]
    assert [each["measure"] for each in earlier] == ["begun"]
    assert asked(town, "measures/read", process="fault", since=began.isoformat())["count"] == 0
