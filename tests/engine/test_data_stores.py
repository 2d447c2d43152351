"""Data stores bound to a type of records: what an activity reads from them and writes to them, in the same commit."""

import pytest

from bpmn.library import shipped_record_types
from engine.acts.migrating import migrate_case
from engine.acts.record_types import load_record_types
from engine.installation import Installation
from engine.model.entry import EntryKind
from engine.model.person import SYSTEM
from engine.model.register import Record
from engine.storage import registers
from engine.transaction import begin, reading
from tests.engine.town import Town


@pytest.fixture
def town(store: Installation) -> Town:
    town = Town(store)
    with begin(store, SYSTEM) as tx:
        load_record_types(tx, shipped_record_types())
    return town


def properties(**given: str) -> str:
    inner = "".join(f'<spiffworkflow:property name="{key}" value="{value}"/>' for key, value in given.items())
    return (
        f"<bpmn:extensionElements><spiffworkflow:properties>{inner}</spiffworkflow:properties></bpmn:extensionElements>"
    )


READ = (
    "<bpmn:dataInputAssociation>"
    + properties(key="=supplier", result="={found: response.found, known: response.title, seen: response.version}")
    + "<bpmn:sourceRef>register</bpmn:sourceRef></bpmn:dataInputAssociation>"
)
FIND = (
    "<bpmn:dataInputAssociation>"
    + properties(where="={kind: 'external'}".replace("'", "&quot;"), result="={others: response.count}")
    + "<bpmn:sourceRef>register</bpmn:sourceRef></bpmn:dataInputAssociation>"
)
WRITE = (
    "<bpmn:dataOutputAssociation>"
    + properties(
        key="=supplier",
        title="=title",
        values="={kind: &quot;external&quot;, rating: rating}",
        result="={supplier: response.key}",
    )
    + "<bpmn:targetRef>register</bpmn:targetRef></bpmn:dataOutputAssociation>"
)
BOUND = properties(recordType="supplier")
STORE = f'<bpmn:dataStoreReference id="register" name="Suppliers">{BOUND}</bpmn:dataStoreReference>'


def rated(*associations: str, more: str = "") -> str:
    group = properties(assignGroup="service_desk")
    return f"""
    start s
    {STORE}
    <bpmn:userTask id="rate" name="Rate">{group}{"".join(associations)}</bpmn:userTask>
    user after assignGroup==\"service_desk\"
    {more}
    s -> rate
    rate -> after
    """


def get(town: Town, key: str) -> Record | None:
    with reading(town.store, SYSTEM) as tx:
        return registers.get(tx, key)


def test_a_task_reads_records_before_its_work_and_writes_one_after_it(town: Town) -> None:
    town.release("sup", rated(READ, FIND, WRITE))
    case = town.start("sup", supplier=None, title="Papyrus", rating=3)
    data = town.data(case)
    assert (data["found"], data.get("known"), data["others"]) == (False, None, 0)
    assert town.tasks(case) == ["rate"]
    assert get(town, "SPL-1001") is None, "nothing is written before the work is done"
    town.do(case, "rate", rating=4)
    assert town.tasks(case) == ["after"]
    assert town.run() == 0, "nothing is left to a job"
    kept = get(town, "SPL-1001")
    assert kept is not None
    assert (kept.title, kept.values["rating"], town.data(case)["supplier"]) == ("Papyrus", 4, "SPL-1001")
    again = town.start("sup", supplier="SPL-1001", title="Papyrus plc", rating=5)
    assert (town.data(again)["known"], town.data(again)["seen"], town.data(again)["others"]) == ("Papyrus", 1, 1)
    town.do(again, "rate")
    kept = get(town, "SPL-1001")
    assert kept is not None
    assert (kept.title, kept.version) == ("Papyrus plc", 2)


def test_the_journal_tells_what_was_read_and_written_in_the_act_that_did_it(town: Town) -> None:
    town.release("sup", rated(READ, WRITE))
    case = town.start("sup", supplier=None, title="Papyrus", rating=3)
    begun = town.facts(case, EntryKind.CASE_STARTED)["moves"]
    assert [move[:2] for move in begun if move[1] == "rate"] == [
        ["enter", "rate"],
        ["operate", "rate"],
        ["offer", "rate"],
    ]
    town.do(case, "rate")
    done = town.facts(case, EntryKind.TASK_COMPLETED)["moves"]
    assert [move[:3] for move in done if move[1] == "rate"] == [
        ["operate", "rate", "record/save"],
        ["leave", "rate"],
    ]


def test_what_cannot_be_written_is_caught_at_the_border_of_the_task(town: Town) -> None:
    more = """
    error wrong on=rate messageVariable=told = not-valid
    user mend assignGroup=="service_desk"
    wrong -> mend
    """
    town.release("sup", rated(WRITE, more=more))
    case = town.start("sup", supplier=None, title="Papyrus", rating=9)
    town.do(case, "rate")
    assert town.tasks(case) == ["mend"]
    assert "rating" in str(town.data(case)["told"])
    assert get(town, "SPL-1001") is None


def test_what_nothing_catches_waits_for_an_operator(town: Town) -> None:
    town.release("sup", rated(WRITE))
    case = town.start("sup", supplier="SPL-7", title="Papyrus", rating=3)
    town.do(case, "rate")
    assert town.tasks(case) == []
    assert [one.element_id for one in town.waiting(case).outside] == ["rate"]
    town.run()
    assert town.failed() == ["There is no record SPL-7 of the type “supplier”."]


def test_a_case_that_waits_in_such_a_task_moves_to_another_version(town: Town) -> None:
    town.release("sup", rated(READ, WRITE))
    case = town.start("sup", supplier=None, title="Papyrus", rating=3)
    second = town.release("sup", rated(READ, WRITE).replace("after", "then"), version=2)
    with begin(town.store, SYSTEM) as tx:
        migrate_case(tx, case, second, {}, "It is better drawn.")
    assert town.tasks(case) == ["rate"]
    town.do(case, "rate")
    assert town.tasks(case) == ["then"]
    assert get(town, "SPL-1001") is not None
