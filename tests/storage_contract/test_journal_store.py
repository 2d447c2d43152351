"""The journal: appended in three statements, verified entry by entry, erased without breaking the chain."""

import threading
from collections.abc import Callable
from typing import Any

import pytest
import sqlalchemy as sa
from sqlalchemy import event

from engine import journal
from engine.errors import ChainBroken, Unacceptable
from engine.installation import Installation
from engine.model.entry import EntryKind
from engine.model.person import Actor
from engine.storage import journal as rows
from engine.transaction import begin, reading

ANNA = Actor(person_id="0192-anna", name="Anna Berg")
STREAM = "instance:0192-case"
OTHER = "person:0192-otto"


def fill(store: Installation, count: int = 3) -> None:
    for number in range(1, count + 1):
        with begin(store, ANNA) as tx:
            journal.append(
                tx,
                EntryKind.TASK_COMPLETED,
                STREAM,
                facts={"element": f"Task_{number}"},
                values={"text": f"Printer {number}", "count": number},
                personal={"text"},
                subject=OTHER,
            )


def verdict(store: Installation, stream: str = STREAM) -> journal.Verdict:
    with reading(store, ANNA) as tx:
        return journal.verify(tx, stream)


def test_entries_come_back_as_they_were_written(store: Installation) -> None:
    fill(store)
    with reading(store, ANNA) as tx:
        entries = rows.entries(tx.connection, STREAM)
    assert [entry.seq for entry in entries] == [1, 2, 3]
    assert entries[1].kind == EntryKind.TASK_COMPLETED
    assert entries[1].actor_id == "0192-anna"
    assert entries[1].at == store.clock()
    assert entries[1].facts == {"element": "Task_2"}
    assert entries[1].known == {"text": "Printer 2", "count": 2}
    assert [(value.path, value.personal, value.subject) for value in entries[1].values] == [
        ("count", False, OTHER),
        ("text", True, OTHER),
    ]


def test_entries_can_be_paged_and_filtered(store: Installation) -> None:
    fill(store, 5)
    with begin(store, ANNA) as tx:
        journal.append(tx, EntryKind.CASE_READ, STREAM, facts={})
    with reading(store, ANNA) as tx:
        assert [entry.seq for entry in rows.entries(tx.connection, STREAM, after=2, limit=2)] == [3, 4]
        assert [entry.seq for entry in rows.entries(tx.connection, STREAM, kinds=[EntryKind.CASE_READ])] == [6]
        newest = rows.entries(tx.connection, STREAM, limit=2, newest_first=True)
    assert [(entry.seq, len(entry.values)) for entry in newest] == [(6, 0), (5, 2)]


def test_many_entries_are_written_in_three_statements_at_the_commit(store: Installation) -> None:
    seen: list[str] = []
    with begin(store, ANNA) as tx:
        event.listen(tx.connection, "before_cursor_execute", lambda *args: seen.append(args[2]))
        for number in range(20):
            stream = STREAM if number % 2 else OTHER
            journal.append(tx, EntryKind.CASE_COMMENTED, stream, facts={}, values={"remark": "x" * number})
        assert seen == []
    locks = 1 if store.database.dialect == "postgresql" else 0
    assert len(seen) == 3 + locks
    assert verdict(store).entries == verdict(store, OTHER).entries == 10


def test_a_rollback_leaves_no_entry(store: Installation) -> None:
    with pytest.raises(ZeroDivisionError), begin(store, ANNA) as tx:  # noqa: PT012 - what rolls back is the subject
        journal.append(tx, EntryKind.CASE_READ, STREAM, facts={})
        raise ZeroDivisionError
    assert verdict(store).entries == 0


def test_what_is_no_process_data_is_refused_at_once(store: Installation) -> None:
    with begin(store, ANNA) as tx, pytest.raises(Unacceptable):
        journal.append(tx, EntryKind.CASE_READ, STREAM, facts={"at": store.clock()})


def test_a_chain_longer_than_a_batch_verifies(store: Installation, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(rows, "BATCH", 3)
    fill(store, 8)
    with begin(store, ANNA) as tx:
        for stream in ("instance:a", "instance:b", OTHER, "zzz"):
            journal.append(tx, EntryKind.CASE_READ, stream, facts={}, values={"a": 1})
    with reading(store, ANNA) as tx:
        verdicts = list(journal.verify_all(tx))
    assert all(found.consistent for found in verdicts)
    assert sorted((found.stream, found.entries) for found in verdicts) == [
        (STREAM, 8),
        ("instance:a", 1),
        ("instance:b", 1),
        (OTHER, 1),
        ("zzz", 1),
    ]


def change(store: Installation, table: str, entry: int, /, beside: str = "text", **columns: Any) -> None:
    """Change a row by hand, as somebody with the database's password could."""
    target = sa.table(table, *(sa.column(name) for name in {"stream", "seq", "path", *columns}))
    statement = target.update().where(target.c.stream == STREAM, target.c.seq == entry).values(**columns)
    if table == "entry_value":
        statement = statement.where(target.c.path == beside)
    with store.database.writing() as connection:
        if store.database.dialect == "postgresql":
            connection.exec_driver_sql("SET LOCAL session_replication_role = 'replica'")  # as no reference were kept
        connection.execute(statement)


def swapped(store: Installation, column: str) -> str:
    with reading(store, ANNA) as tx:
        text: str = tx.connection.execute(sa.text(f"SELECT {column} FROM entry WHERE seq = 2")).scalar_one()  # noqa: S608
    return text.replace("Task_2", "Task_9") if column == "record" else text[::-1]


ENTRY_CHANGES: dict[str, Callable[[Installation], Any]] = {
    "kind": lambda store: "task.claimed",
    "at": lambda store: store.clock().isoformat().replace("+00:00", ".000001Z"),
    "actor_id": lambda store: "0192-mallory",
    "record": lambda store: swapped(store, "record"),
    "hash": lambda store: swapped(store, "hash"),
}


@pytest.mark.parametrize("column", ENTRY_CHANGES)
def test_a_changed_column_of_an_entry_is_found(store: Installation, column: str) -> None:
    fill(store)
    change(store, "entry", 2, **{column: ENTRY_CHANGES[column](store)})
    found = verdict(store).broken
    assert found is not None
    assert found.seq == 2
    with reading(store, ANNA) as tx, pytest.raises(ChainBroken, match="entry 2"):
        journal.require_consistent(tx, STREAM)


def test_a_lost_actor_is_found(store: Installation) -> None:
    fill(store)
    change(store, "entry", 2, actor_id=None)
    found = verdict(store).broken
    assert found is not None
    assert (found.seq, found.reason) == (2, "its actor differs from what its record says")


def test_an_entry_rewritten_with_a_fitting_hash_breaks_at_the_next_one(store: Installation) -> None:
    fill(store)
    record = swapped(store, "record")
    change(store, "entry", 2, record=record, hash=journal.digest(record))
    found = verdict(store).broken
    assert found is not None
    assert (found.seq, found.reason) == (3, "it does not follow from the entry before")


@pytest.mark.parametrize("text", ["", "null", "[]", "{}", "{", '{"prev":1}', '"é'])
def test_a_record_that_cannot_be_read_is_named_and_never_crashes(store: Installation, text: str) -> None:
    fill(store)
    change(store, "entry", 2, record=text, hash=journal.digest(text))
    found = verdict(store).broken
    assert found is not None
    assert found.seq == 2


@pytest.mark.parametrize(
    "columns",
    [
        {"value": '"Printer 3"'},
        {"salt": "00" * 16},
        {"salt": "no hex"},
        {"salt": None},
        {"value": None},
        {"value": None, "salt": None},
        {"personal": False},
        {"subject": "person:0192-ulla"},
        {"path": "test"},
        {"seq": 1},
        {"stream": "instance:0192-else"},
    ],
    ids=str,
)
def test_a_changed_column_of_a_value_is_found(store: Installation, columns: dict[str, Any]) -> None:
    fill(store)
    if columns == {"seq": 1}:
        remove(store, "entry_value", 1, path="text")
    if "stream" in columns:
        with begin(store, ANNA) as tx:
            journal.append(tx, EntryKind.CASE_READ, "instance:0192-else", facts={})
            journal.append(tx, EntryKind.CASE_READ, "instance:0192-else", facts={})
    change(store, "entry_value", 2, **columns)
    found = verdict(store).broken
    assert found is not None
    assert found.seq == (1 if columns == {"seq": 1} else 2)
    if "stream" in columns:
        elsewhere = verdict(store, "instance:0192-else").broken
        assert elsewhere is not None
        assert (elsewhere.seq, elsewhere.reason) == (2, "the value text was put in")


def remove(store: Installation, table: str, *seqs: int, path: str | None = None) -> None:
    target = sa.table(table, *(sa.column(name) for name in ("stream", "seq", "path")))
    statement = target.delete().where(target.c.stream == STREAM, target.c.seq.in_(seqs))
    if path is not None:
        statement = statement.where(target.c.path == path)
    with store.database.writing() as connection:
        connection.execute(statement)


@pytest.mark.parametrize(("gone", "named"), [((1,), 1), ((2,), 2), ((1, 2), 1)])
def test_entries_taken_out_are_named_by_the_first_missing_number(
    store: Installation, gone: tuple[int, ...], named: int
) -> None:
    fill(store, 4)
    remove(store, "entry_value", *gone)
    remove(store, "entry", *gone)
    found = verdict(store).broken
    assert found == journal.Broken(seq=named, reason="this entry is missing")


def test_closing_the_gap_by_renumbering_is_found(store: Installation) -> None:
    fill(store, 3)
    remove(store, "entry_value", 2, 3)
    remove(store, "entry", 2)
    change(store, "entry", 3, seq=2)
    found = verdict(store).broken
    assert found is not None
    assert found.seq == 2


def test_entries_taken_from_the_end_are_not_seen_by_the_chain_but_by_the_count(store: Installation) -> None:
    fill(store, 4)
    remove(store, "entry_value", 4)
    remove(store, "entry", 4)
    assert verdict(store) == journal.Verdict(stream=STREAM, entries=3)


def test_a_removed_value_is_found(store: Installation) -> None:
    fill(store)
    remove(store, "entry_value", 2, path="count")
    assert verdict(store).broken == journal.Broken(seq=2, reason="the value count is missing")


def erase(store: Installation, subject: str = OTHER, **how: Any) -> int:
    with begin(store, ANNA) as tx:
        return journal.erase(tx, subject, reason="asked for", **how)


def test_erasing_removes_personal_values_and_the_chain_stays_consistent(store: Installation) -> None:
    fill(store)
    with begin(store, ANNA) as tx:
        journal.append(tx, EntryKind.CASE_READ, "zzz", facts={}, values={"a": 1}, personal={"a"}, subject=OTHER)
        journal.append(tx, EntryKind.CASE_READ, "zzz", facts={}, values={"a": 1}, personal={"a"}, subject="other")
    assert erase(store) == 4
    assert erase(store) == 0
    with reading(store, ANNA) as tx:
        entries = rows.entries(tx.connection, STREAM)
        assert [found.consistent for found in journal.verify_all(tx)] == [True, True]
        assert rows.entries(tx.connection, "zzz")[1].known == {"a": 1}
    assert [entry.known for entry in entries] == [{"count": 1}, {"count": 2}, {"count": 3}, {}]
    assert entries[3].kind == EntryKind.VALUES_ERASED
    assert entries[3].facts["values"] == [{"seq": number, "path": "text"} for number in (1, 2, 3)]
    fill(store, 1)
    assert verdict(store) == journal.Verdict(stream=STREAM, entries=5)


def test_erasing_can_take_what_is_not_personal_too(store: Installation) -> None:
    fill(store, 1)
    assert erase(store, personal_only=False) == 2


def test_a_rolled_back_erasure_leaves_the_values(store: Installation) -> None:
    fill(store, 1)
    with pytest.raises(ZeroDivisionError), begin(store, ANNA) as tx:  # noqa: PT012 - what rolls back is the subject
        journal.erase(tx, OTHER, reason="asked for")
        raise ZeroDivisionError
    with reading(store, ANNA) as tx:
        assert rows.entries(tx.connection, STREAM)[0].known == {"text": "Printer 1", "count": 1}


def test_an_erasure_by_hand_beside_a_true_one_is_found(store: Installation) -> None:
    fill(store)
    erase(store)
    change(store, "entry_value", 2, beside="count", salt=None, value=None)
    found = verdict(store).broken
    assert found is not None
    assert (found.seq, found.reason) == (2, "the value count is gone and no entry tells of its erasure")


def test_a_later_break_is_not_blamed_on_an_earlier_true_erasure(store: Installation) -> None:
    fill(store)
    erase(store)
    change(store, "entry", 2, kind="task.claimed")
    found = verdict(store).broken
    assert found is not None
    assert (found.seq, found.reason) == (2, "its kind differs from what its record says")


def test_an_erasure_told_before_the_value_was_written_does_not_count(store: Installation) -> None:
    with begin(store, ANNA) as tx:
        facts = {"subject": OTHER, "reason": "", "values": [{"seq": 2, "path": "text"}]}
        journal.append(tx, EntryKind.VALUES_ERASED, STREAM, facts=facts)
        journal.append(tx, EntryKind.CASE_COMMENTED, STREAM, facts={}, values={"text": "a"})
    change(store, "entry_value", 2, salt=None, value=None)
    found = verdict(store).broken
    assert found is not None
    assert found.seq == 2


def test_threads_that_append_to_one_stream_all_succeed_without_a_gap(store: Installation) -> None:
    together = threading.Barrier(6)
    failures: list[BaseException] = []

    def work() -> None:
        try:
            together.wait()
            for _ in range(5):
                with begin(store, ANNA) as tx:
                    journal.append(tx, EntryKind.CASE_READ, STREAM, facts={})
                    journal.append(tx, EntryKind.CASE_READ, OTHER, facts={})
        except BaseException as error:  # noqa: BLE001 - told by the main thread
            failures.append(error)

    threads = [threading.Thread(target=work) for _ in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert failures == []
    assert verdict(store) == journal.Verdict(stream=STREAM, entries=30)
    assert verdict(store, OTHER) == journal.Verdict(stream=OTHER, entries=30)
