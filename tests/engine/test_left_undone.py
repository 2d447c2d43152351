"""Incidents that an operator leaves undone: the case goes on without, or he is told that it cannot."""

from collections.abc import Sequence
from typing import Any

import pytest
from structlog.testing import capture_logs

from bpmn.vocabulary import Outside
from engine.acts.incidents import skip_incident
from engine.connectors.contract import Call, CallFailed, Connector, Grants
from engine.connectors.offered import CONNECTORS
from engine.errors import StepFailed
from engine.installation import Installation
from engine.model.entry import EntryKind
from engine.model.incident import Incident
from engine.model.person import SYSTEM
from engine.storage import incidents
from engine.transaction import begin, reading
from tests.engine.town import Town

FACE = Outside(id="ask/there", title="Ask", inputs=(), outputs=("n",), errors={})


def refuse(_call: Call, _grants: Grants) -> dict[str, Any]:
    raise CallFailed("It is refused for good.", permanent=True)


@pytest.fixture
def town(store: Installation, monkeypatch: pytest.MonkeyPatch) -> Town:
    monkeypatch.setitem(CONNECTORS, "ask/there", Connector(face=FACE, run=refuse))  # type: ignore[arg-type]
    return Town(store)


def run(town: Town) -> int:
    with capture_logs():
        return town.run()


def opened(town: Town, case: str) -> Sequence[Incident]:
    with reading(town.store, SYSTEM) as tx:
        return incidents.open_of(tx.connection, case)


def skip(town: Town, incident: Incident, reason: str) -> Incident:
    with begin(town.store, SYSTEM) as tx:
        return skip_incident(tx, incident.id, reason)


CALLING = """
start s
service order result=={ticket:response.n} = ask/there { what=1 }
call c outputs=n = child
user after assignGroup=service_desk
end e
s -> order
order -> c
c -> after
after -> e
"""
WATCHED = """
start s
user work assignGroup=service_desk
timer late on=work beside = PT1H
xor way
task never
end e
s -> work
work -> e
late -> way
way -> never [false]
never -> e
"""


def test_a_case_goes_on_without_the_call_that_is_left_undone(town: Town) -> None:
    """It stood there for ever, and no incident told of it."""
    town.release("calling", CALLING)
    case = town.start("calling")
    for element_id in ("order", "c"):
        run(town)
        (incident,) = opened(town, case)
        assert incident.element_id == element_id
        skip(town, incident, "Done by telephone")
    assert opened(town, case) == []
    assert town.tasks(case) == ["after"]
    assert town.data(case) == {}
    assert town.kinds(case)[-2:] == [EntryKind.INCIDENT_RESOLVED, EntryKind.CASE_MOVED]
    town.do(case, "after")
    assert town.case(case).state == "completed"


def test_a_timer_beside_a_task_is_left_undone(town: Town) -> None:
    town.release("watched", WATCHED)
    case = town.start("watched")
    town.store.clock.forward(hours=1)  # type: ignore[attr-defined]
    run(town)
    (incident,) = opened(town, case)
    skip(town, incident, "No matter")
    assert opened(town, case) == []
    assert run(town) == 0
    town.do(case, "work")
    assert town.case(case).state == "completed"


def test_what_cannot_go_on_without_stays_an_incident(town: Town) -> None:
    town.release(
        "calling",
        CALLING.replace("call c outputs=n = child", "xor c")
        .replace("after -> e", "")
        .replace("c -> after", "c -> after [ticket > 0]\nafter -> e"),
    )
    case = town.start("calling")
    run(town)
    (incident,) = opened(town, case)
    with pytest.raises(StepFailed, match="None of the conditions"):
        skip(town, incident, "No matter")
    assert opened(town, case) == [incident]
