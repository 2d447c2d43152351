"""Timers as a table: date, duration and cycle, written bare, in FEEL and in business time, at every place they stand.

It is Monday, nine o'clock; the working hours are from nine to five.
"""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pytest

from engine.acts import scheduling
from engine.installation import Installation
from engine.model.entry import EntryKind, instance_stream
from engine.model.person import SYSTEM
from engine.model.record import CalendarRecord
from engine.storage import jobs, journal, publications, records
from engine.transaction import begin, reading
from tests.engine.town import Town
from tests.faults import invariants
from tests.storage_contract.stores import Clock

WEEK = {day: [["09:00", "17:00"]] for day in ("mon", "tue", "wed", "thu", "fri")}
TEN_HOURS = 'working time(now(), duration("PT10H"), calendar)'
AT = {
    "date": {
        "bare": "2026-11-23T12:00:00Z",
        "FEEL": '=now() + duration("PT3H")',
        "business": f"={TEN_HOURS}",
    },
    "timer": {
        "bare": "PT3H",
        "FEEL": '=duration("PT" + string(1 + 2) + "H")',
        "business": f"={TEN_HOURS} - now()",
    },
    "cycle": {
        "bare": "R2/PT3H",
        "FEEL": '="R" + string(1 + 1) + "/PT3H"',
        "business": f'="R2/" + string({TEN_HOURS}) + "/PT3H"',
    },
}
TASK = """start s
user a assignGroup=service_desk
script rung {{ n = 1 }}
end e
end late
s -> a
a -> e
rung -> late
"""
INSIDE = """start s
user a assignGroup=service_desk
end e
s -> a
a -> e
sub around event {{
START
end f
rung -> f
}}"""
GATEWAY = """start s
race g
{kind} rung catch = {text}
message m catch = hello
end e
end f
s -> g
g -> rung
g -> m
rung -> e
m -> f"""
ONCE = {
    "in the path": "start s\n{kind} rung catch = {text}\nend e\ns -> rung\nrung -> e",
    "at the border": TASK + "{kind} ring on=a = {text}\nring -> rung",
    "around it": INSIDE.replace("START", "{kind} rung start = {text}"),
    "behind a gateway": GATEWAY,
}
REPEATED = {
    "at the border, beside": TASK + "{kind} ring on=a beside = {text}\nring -> rung",
    "around it, beside": INSIDE.replace("START", "{kind} rung start beside = {text}"),
}
START = "{kind} rung start = {text}\nend e\nrung -> e"


def moments(kind: str, written: str, *, repeated: bool) -> list[str]:
    """When it rings."""
    first, second = ("11-24 11:00", "11-24 14:00") if written == "business" else ("11-23 12:00", "11-23 15:00")
    return [first, second] if kind == "cycle" and repeated else [first]


@pytest.fixture
def town(sqlite_store: Installation) -> Town:
    town = Town(sqlite_store)
    with begin(sqlite_store, SYSTEM) as tx:
        calendar = CalendarRecord(id="desk", title="Desk", value={"zone": "UTC", "week": WEEK}, version=1)
        assert records.put_calendar(tx, calendar)
    return town


def passing(town: Town, clock: Clock) -> Iterator[datetime]:
    """Let time pass until Thursday, from one moment at which something is due to the next."""
    while True:
        town.run()
        yield clock.now
        with reading(town.store, SYSTEM) as tx:
            due = jobs.next_due(tx.connection)
        if due is None or due > datetime(2026, 11, 26, tzinfo=UTC):
            return
        clock.now = due - timedelta(seconds=1)
        assert town.run() == 0, "nothing rings too early"
        clock.now = due


def rung(town: Town, case: str) -> list[str]:
    """When the case came to where the timer leads."""
    with reading(town.store, SYSTEM) as tx:
        found = journal.entries(tx.connection, instance_stream(case))
    return [
        f"{entry.at:%m-%d %H:%M}"
        for entry in found
        if entry.kind == EntryKind.TIMER_FIRED and ["leave", "rung"] in entry.facts["moves"]
    ]


@pytest.mark.parametrize("written", ["bare", "FEEL", "business"])
@pytest.mark.parametrize("kind", AT)
@pytest.mark.parametrize("place", [*ONCE, *REPEATED])
def test_a_timer_rings_when_it_is_written_to(town: Town, clock: Clock, place: str, kind: str, written: str) -> None:
    text = {**ONCE, **REPEATED}[place].format(kind=kind, text=AT[kind][written])
    town.release("p", text)
    case = town.start("p")
    list(passing(town, clock))
    assert rung(town, case) == moments(kind, written, repeated=place in REPEATED)
    assert town.case(case).state == ("active" if place in REPEATED else "completed")
    assert town.failed() == []
    invariants.check(town.store)


@pytest.mark.parametrize("written", ["bare", "FEEL", "business"])
@pytest.mark.parametrize("kind", AT)
def test_a_process_begins_by_itself(town: Town, clock: Clock, kind: str, written: str) -> None:
    release = town.release("p", START.format(kind=kind, text=AT[kind][written]))
    with begin(town.store, SYSTEM) as tx:
        record = publications.get(tx, release)
        assert record is not None
        scheduling.schedule(tx, record)
    list(passing(town, clock))
    began = [f"{case.started_at:%m-%d %H:%M}" for case in town.cases("p")]
    assert began == moments(kind, written, repeated=True)
    assert {case.state for case in town.cases("p")} == {"completed"}
    invariants.check(town.store)
