"""Conflicts in the schedule of changes, and the next free slot."""

from datetime import UTC, datetime, timedelta

import pytest

from engine.model.register import Record
from engine.schedule import Schedule, Window, moment

DAY = datetime(2026, 11, 23, tzinfo=UTC)


def window(key: str, first: float, last: float, **about) -> Window:
    kind = "freeze_window" if key.startswith("FRZ") else "planned_change"
    state = about.pop("state", "planned")
    record = Record(
        id=key,
        type=kind,
        type_version=1,
        key=key,
        title=key,
        state=state,
        owner_id=None,
        version=1,
        values={},
        created_at=DAY,
        changed_at=DAY,
    )
    return Window(
        record=record,
        starts=DAY + timedelta(hours=first),
        ends=DAY + timedelta(hours=last),
        items=frozenset(about.pop("items", ())),
        services=frozenset(about.pop("services", ())),
        **about,
    )


RELATED = {"disk": frozenset({"server"}), "server": frozenset({"disk"})}


def found(windows, first, last, items=(), services=(), **more):
    plan = Schedule(windows=tuple(windows), related=RELATED)
    begin, end = DAY + timedelta(hours=first), DAY + timedelta(hours=last)
    free = plan.next_free(begin, end, items, services, **more)
    conflicts = plan.conflicts(begin, end, items, services, **more)
    told = [(each.window.record.key, each.reason) for each in conflicts]
    return told, None if free is None else (free - DAY) / timedelta(hours=1)


@pytest.mark.parametrize(
    ("windows", "asked", "expected"),
    [
        ([window("PLC-1", 9, 11, items=["server"])], (10, 12, ["server"]), ([("PLC-1", "item")], 11)),
        ([window("PLC-1", 9, 11, items=["server"])], (11, 12, ["server"]), ([], 11)),
        ([window("PLC-1", 9, 11, items=["server"])], (10, 12, ["other"]), ([], 10)),
        ([window("PLC-1", 9, 11, items=["server"])], (8, 10, ["disk"]), ([("PLC-1", "part")], 11)),
        ([window("PLC-1", 9, 11, items=["disk"])], (8, 10, ["server"]), ([("PLC-1", "part")], 11)),
        ([window("PLC-1", 9, 11, items=["server"], state="failed")], (10, 12, ["server"]), ([], 10)),
        ([window("PLC-1", 9, 11, services=["mail"])], (10, 12, [], ["mail"]), ([], 10)),
        (
            [window("PLC-1", 9, 11, services=["mail"], interrupts=True)],
            (10, 12, [], ["mail"]),
            ([("PLC-1", "service")], 11),
        ),
        ([window("FRZ-1", 0, 48)], (10, 12, ["server"]), ([("FRZ-1", "freeze")], 48)),
        ([window("FRZ-1", 0, 48, services=["mail"])], (10, 12, ["server"], ["web"]), ([], 10)),
        ([window("FRZ-1", 0, 48, state="lifted")], (10, 12, ["server"]), ([], 10)),
        (
            [window("PLC-1", 9, 11, items=["server"]), window("PLC-2", 12, 14, items=["server"])],
            (10, 12, ["server"]),
            ([("PLC-1", "item")], 14),
        ),
        ([window("FRZ-1", 0, 24 * 400)], (10, 12), ([("FRZ-1", "freeze")], None)),
    ],
)
def test_what_is_in_the_way_and_when_it_would_fit(windows, asked, expected) -> None:
    assert found(windows, *asked) == expected


def test_a_change_is_not_in_its_own_way_and_an_interruption_meets_who_only_touches_the_service() -> None:
    planned = [window("PLC-1", 9, 11, items=["server"], services=["mail"])]
    assert found(planned, 9, 11, ["server"], but="PLC-1") == ([], 9)
    assert found(planned, 10, 12, [], ["mail"], interrupts=True) == ([("PLC-1", "service")], 11)
    plan = Schedule(windows=(planned[0], window("PLC-2", 10, 12, items=["server"])), related={})
    assert [each.window.record.key for each in plan.conflicts_of(planned[0])] == ["PLC-2"]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("2026-11-23T10:00:00+01:00", datetime(2026, 11, 23, 9, tzinfo=UTC)),
        ("2026-11-23T10:00:00Z", datetime(2026, 11, 23, 10, tzinfo=UTC)),
        ("2026-11-23T10:00", datetime(2026, 11, 23, 10, tzinfo=UTC)),
        ("soon", None),
        (7, None),
    ],
)
def test_moments_of_process_data(text, expected) -> None:
    assert moment(text) == expected
