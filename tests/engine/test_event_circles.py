"""Event sub-processes that begin one another without end: nothing of it is left, and the element is named."""

import pytest

from engine.errors import StepFailed
from engine.installation import Installation
from engine.model.person import SYSTEM
from engine.running import workflow
from engine.storage import incidents
from engine.transaction import reading
from tests.engine.town import Town
from tests.faults import invariants

CIRCLE = """start s
timer nap = PT1H
{first}
user ask assignGroup=service_desk
end e
s -> nap
nap -> go
go -> ask
ask -> e
sub left event {{
{kind} hears_one start beside = {one}
{says_two}
end left_end
hears_one -> two
two -> left_end
}}
sub right event {{
{kind} hears_two start beside = {two}
{says_one}
end right_end
hears_two -> one
one -> right_end
}}
"""
KINDS = {
    "signal": CIRCLE.format(
        kind="signal",
        one="One",
        two="Two",
        first="signal go throw = One",
        says_two="signal two throw = Two",
        says_one="signal one throw = One",
    ),
    "escalation": CIRCLE.format(
        kind="escalation",
        one="One",
        two="Two",
        first="escalation go throw = One",
        says_two="escalation two throw = Two",
        says_one="escalation one throw = One",
    ),
    "condition": CIRCLE.format(
        kind="condition",
        one="n = 1",
        two="n = 2",
        first="script go { n = 1 }",
        says_two="script two { n = 2 }",
        says_one="script one { n = 1 }",
    ),
}


@pytest.mark.parametrize("kind", KINDS)
def test_a_circle_of_events_is_an_incident(
    sqlite_store: Installation, kind: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(workflow, "MOVES", 2000)
    town = Town(sqlite_store)
    town.release("p", KINDS[kind])
    case = town.start("p")
    sqlite_store.clock.forward(hours=1)  # type: ignore[attr-defined]
    town.run()
    with reading(sqlite_store, SYSTEM) as tx:
        (found,) = incidents.find(tx.connection, is_open=True, limit=10)
    assert found.instance_id == case
    assert found.element_id in {"hears_one", "two", "left_end", "hears_two", "one", "right_end"}
    assert "ran without a wait; there is a loop that never ends" in found.message
    assert town.kinds(case) == ["case.started", "incident.opened"], "nothing of it is left"
    invariants.check(sqlite_store)


def test_a_person_who_would_begin_one_is_told_and_nothing_is_changed(
    sqlite_store: Installation, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(workflow, "MOVES", 2000)
    town = Town(sqlite_store)
    town.release("p", KINDS["signal"].replace("timer nap = PT1H", "user nap assignGroup=service_desk"))
    case = town.start("p")
    with pytest.raises(StepFailed, match="loop that never ends") as told:
        town.do(case, "nap")
    assert told.value.element_id
    assert town.tasks(case) == ["nap"]
    invariants.check(sqlite_store)
