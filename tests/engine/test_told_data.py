"""What the journal tells of data: its entries folded give the state, whatever one act did to a variable."""

from decimal import Decimal

from engine.acts.steering import correct_data
from engine.installation import Installation
from engine.model.person import SYSTEM
from engine.reports.trace import trace_case
from engine.storage import journal
from engine.transaction import begin, reading
from forms.data import canonical, same
from tests.engine.town import Town
from tests.faults import invariants

FLAGGED = """start s
user a assignGroup=service_desk
script count { flag = 1 }
user b assignGroup=service_desk
end e
s -> a
a -> count
count -> b
b -> e"""


def folded(town: Town, case: str) -> str:
    with reading(town.store, SYSTEM) as tx:
        found = journal.entries(tx.connection, f"instance:{case}")
    return canonical(invariants.folded(found).get("flag"))


def test_what_a_script_makes_of_an_answer_is_told(sqlite_store: Installation) -> None:
    town = Town(sqlite_store)
    town.release("p", FLAGGED)
    case = town.start("p")
    town.do(case, "a", flag=True)
    assert same(town.data(case)["flag"], Decimal(1))
    assert folded(town, case) == "1"


def test_what_changes_and_comes_back_to_its_answer_is_told(sqlite_store: Installation) -> None:
    town = Town(sqlite_store)
    town.release("p", FLAGGED.replace("{ flag = 1 }", "{ flag = 2 ; flag = 1 }"))
    case = town.start("p")
    town.do(case, "a", flag=Decimal(1))
    assert (canonical(town.data(case)["flag"]), folded(town, case)) == ("1", "1")


def test_an_operator_may_put_one_for_true(sqlite_store: Installation) -> None:
    town = Town(sqlite_store)
    town.release("p", FLAGGED)
    case = town.start("p", flag=True)
    with begin(town.store, SYSTEM) as tx:
        correct_data(tx, case, {"flag": Decimal(1)}, "It is counted now", seen=1)
    assert folded(town, case) == "1"
    with reading(town.store, SYSTEM) as tx:
        last = trace_case(tx, town.case(case).number).entries[-1]
    assert [(each.name, each.new.text) for each in last.changes] == [("flag", "1")]
