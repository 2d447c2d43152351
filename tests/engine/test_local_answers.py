"""What is answered in one round of many is no data of the case."""

from engine.installation import Installation
from engine.model.person import SYSTEM
from engine.reports import trace
from engine.storage import instances
from engine.transaction import begin
from tests.engine.town import Town
from tests.faults import invariants
from tests.storage_contract.stores import clock, sqlite_store, sqlite_url, upgraded_sqlite

__all__ = ["clock", "sqlite_store", "sqlite_url", "upgraded_sqlite"]

EACH = """
start s
user ask each=people item=person gives=n into=all assignGroup=service_desk
user after assignGroup=service_desk
s -> ask
ask -> after
"""


def moments(store: Installation, case: str) -> list[dict[str, str]]:
    """The data after each entry, as an auditor is shown it."""
    with begin(store, SYSTEM) as tx:
        instance = instances.get(tx, case)
        assert instance is not None
        lines = trace.history(tx, instance).entries
        return [
            {name: str(value.text) for name, _, value in trace.moment(tx, instance.number, line.seq).values}
            for line in lines
        ]


def test_answers_in_the_rounds_of_a_repetition(sqlite_store: Installation) -> None:
    store = sqlite_store
    town = Town(store)
    town.release("each", EACH)
    case = town.start("each", people=["a", "b"], n=7)
    town.do(case, "ask", n=1, said="Yes.")
    invariants.check(store)
    assert town.data(case) == {"people": ["a", "b"], "n": 7, "said": "Yes."}, "what the round does not keep to itself"
    town.do(case, "ask", n=2, said="No.")
    invariants.check(store)
    assert [each["n"] for each in moments(store, case)] == ["7", "7", "7"]
    assert [each.get("said") for each in moments(store, case)] == [None, "Yes.", "No."]


def test_the_history_counts_the_instances_of_a_repeated_task_and_tells_them_apart(sqlite_store: Installation) -> None:
    town = Town(sqlite_store)
    town.release("each", EACH)
    case = town.start("each", people=["a", "b"])
    town.do(case, "ask", n=1)
    town.do(case, "ask", n=2)
    with begin(sqlite_store, SYSTEM) as tx:
        instance = instances.get(tx, case)
        assert instance is not None
        way, told = trace.history_drawn(tx, instance)
    completed = [line.parameters["element"] for line in told.entries if line.kind == "task.completed"]
    assert completed == ["ask (1)", "ask (2)"]
    assert (way.counts["ask"], way.counts["after"]) == (2, 1)
