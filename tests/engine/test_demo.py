"""The demonstration has a past: what its people do and keep fits the processes as they are."""

from engine import demo
from engine.acts.measuring import count_cases
from engine.acts.signing_in import load_actor
from engine.installation import Installation
from engine.model.person import SYSTEM
from engine.periods import period_of
from engine.reports.measures import measures
from engine.storage import people, registers
from engine.transaction import begin, reading


def test_everything_of_the_past_is_done_and_measures_have_a_trend(sqlite_store: Installation) -> None:
    said: list[str] = []
    assert demo.fill(sqlite_store, said.append)
    assert [line for line in said if line.startswith("not done")] == []
    assert not demo.fill(sqlite_store)
    with begin(sqlite_store, SYSTEM) as tx:
        assert count_cases(tx, 1000) > 60
        found = people.by_login(tx, "lukas")
        assert found is not None
        actor = load_actor(tx, found[0].id)
    assert actor is not None
    with reading(sqlite_store, actor[1]) as tx:
        rows = [row for process in measures(tx, period_of(tx, "", "month")).processes for row in process.rows]
        changes = registers.find(tx, "planned_change", {"items": "CI-1009"}, limit=9)[1]
    assert [each.title for each in changes] == ["New certificate for remote access"]
    told = [row for row in rows if sum(figure.value is not None and figure.cases > 0 for figure in row.figures) > 1]
    assert len(told) > 60
    assert {row.reached for row in told} == {True, False, None}
