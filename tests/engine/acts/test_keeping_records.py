"""Records kept by people: who may, two at once, what no two share, natural keys, erasing, seeing as one rule."""

from dataclasses import replace
from itertools import product

import pytest

from bpmn.library import shipped_record_types
from bpmn.records import RecordType, read_record_types
from engine import journal
from engine.acts import people, registering
from engine.acts.erasing import erase_person
from engine.acts.record_types import load_record_types
from engine.errors import Conflict, NotAllowed, NotFound, StaleRevision, Unacceptable
from engine.installation import Installation
from engine.model.entry import EntryKind, record_stream
from engine.model.person import SYSTEM, Actor
from engine.model.register import Record, RecordScope, Wanted
from engine.permissions import sees_record
from engine.registers import register
from engine.storage import journal as entries
from engine.storage import registers, tables
from engine.transaction import Transaction, begin, reading
from forms.errors import AnswersRejected

RISK = {"kind": "service", "effect": "All stops"}
FORM = b"""{"type": "default", "components": [
    {"type": "textfield", "key": "code", "label": "Code", "id": "a"},
    {"type": "number", "key": "size", "label": "Size", "id": "b"}]}"""
FACTS = (
    b'title = "Thing"\nplural = "Things"\nowner = "process_owner"\nkey = "code"\nunique = ["size"]\nstates = ["new"]'
)


@pytest.fixture
def kept(store: Installation) -> Installation:
    with begin(store, SYSTEM) as tx:
        load_record_types(tx, [*shipped_record_types(), thing()])
    return store


def thing(form: bytes = FORM) -> RecordType:
    found, problems = read_record_types({"thing.toml": FACTS, "thing.form": form})
    assert not problems
    return found[0]


def save(store: Installation, key: str | None = None, seen: int = 0, actor: Actor = SYSTEM, **wanted) -> Record:
    given = {"title": "A", "values": RISK, **wanted}
    with begin(store, actor) as tx:
        return registering.save_record(tx, given.pop("type", "risk"), key, Wanted(**given), seen=seen)


def stored(store: Installation, key: str) -> Record:
    with reading(store, SYSTEM) as tx:
        found = registers.get(tx, key)
    assert found is not None
    return found


def test_of_two_who_edit_the_same_version_the_slower_is_told(kept: Installation) -> None:
    record = save(kept)
    save(kept, record.key, 1, title="First")
    with pytest.raises(StaleRevision, match="was changed since"):
        save(kept, record.key, 1, title="Second")
    assert stored(kept, record.key).title == "First"


def test_who_may_edit_by_role_as_owner_or_as_who_manages_all(kept: Installation) -> None:
    with begin(kept, SYSTEM) as tx:
        person = people.add_person(tx, login="ann", name="Ann")
    record = save(kept)
    ann = Actor(person_id=person.id, name="Ann", roles=frozenset({"service_desk", "employee"}))
    with pytest.raises(NotAllowed):
        save(kept, record.key, 1, actor=ann)
    with pytest.raises(NotAllowed):
        save(kept, actor=ann)
    save(kept, record.key, 1, owner_id=person.id)
    assert save(kept, record.key, 2, actor=ann, title="Mine").title == "Mine"
    editor = replace(ann, roles=frozenset({"employee", "capacity_manager"}))
    assert save(kept, actor=editor).owner_id == person.id
    with pytest.raises(NotFound):
        save(kept, record.key, 3, actor=replace(ann, person_id="x", roles=frozenset({"employee"})))


def test_a_key_that_people_write_and_what_no_two_share(kept: Installation) -> None:
    first = save(kept, type="thing", values={"code": "T-1", "size": 4})
    assert first.key == "T-1"
    for values, told in (({"code": "T-1", "size": 5}, "T-1 already"), ({"code": "T-2", "size": 4}, "the same Size")):
        with pytest.raises(Unacceptable, match=told):
            save(kept, type="thing", values=values)
    with pytest.raises(Unacceptable, match="is the key"):
        save(kept, type="thing", values={"code": "a/b"})
    with pytest.raises(Unacceptable, match="it stays"):
        save(kept, "T-1", 1, type="thing", values={"code": "T-9"})
    with begin(kept, SYSTEM) as tx:
        registering.retire_record(tx, "thing", "T-1", "Gone", seen=1)
    assert save(kept, type="thing", values={"code": "T-2", "size": 4}).key == "T-2", "what is retired holds nothing"
    with pytest.raises(Unacceptable, match="the same Size"), begin(kept, SYSTEM) as tx:
        registering.restore_record(tx, "thing", "T-1", seen=2)


def test_who_is_faster_at_the_very_last_moment_makes_the_act_fail(kept: Installation) -> None:
    record = save(kept, type="thing", values={"code": "T-1", "size": 4})
    with begin(kept, SYSTEM) as tx:
        kind = register(tx, "thing").type
        with pytest.raises(Conflict, match="at the same moment"):
            registering._store(tx, kind, record, replace(record, version=7))
        with pytest.raises(Conflict, match="at the same moment"):
            registering._store(tx, kind, None, replace(record, id="other"))
        with pytest.raises(Conflict, match="a record like this one"):
            registering._store(tx, kind, None, replace(record, id="other", key="T-2"))


def test_a_changed_type_is_a_new_version_and_what_was_kept_by_the_old_is_read_by_it(kept: Installation) -> None:
    save(kept, type="thing", values={"code": "T-1", "size": 4})
    changed = thing(FORM.replace(b'"Size"', b'"Weight"'))
    with begin(kept, SYSTEM) as tx:
        assert load_record_types(tx, [changed]) == ["thing"]
        assert load_record_types(tx, [changed]) == []
    with reading(kept, SYSTEM) as tx:
        assert (register(tx, "thing").version, register(tx, "thing").type.labels["size"]) == (2, "Weight")
        assert register(tx, "thing", stored(kept, "T-1").type_version).type.labels["size"] == "Size"
    assert save(kept, "T-1", 1, type="thing", values={}).type_version == 2


def test_erasing_a_person_takes_away_what_records_say_of_him(kept: Installation) -> None:
    with begin(kept, SYSTEM) as tx:
        person = people.add_person(tx, login="ann", name="Ann")
    values = {"person": person.id, "skill": "Diving", "training": "At sea"}
    record = save(kept, type="competence", title="Ann dives", values=values)
    other = save(kept, title="Stays", values=RISK)
    with begin(kept, SYSTEM) as tx:
        people.set_active(tx, person.id, active=False)
    with begin(kept, Actor(person_id="x", name="Vera", roles=frozenset({"data_protection"}))) as tx:
        tx.connection.execute(tables.person.insert().values(id="x", login="x", name="Vera", created_at=tx.now()))
        assert erase_person(tx, person.id, "Asked for") >= 3
    left = stored(kept, record.key)
    assert (left.title, left.values["skill"], left.values["person"]) == ("Personal data erased", None, person.id)
    assert stored(kept, other.key).title == "Stays"
    with reading(kept, SYSTEM) as tx:
        found = tx.connection.execute(tables.record.select().where(tables.record.c.key == record.key)).one()
        assert "diving" not in found.words
        stream = record_stream(record.id)
        assert journal.verify(tx, stream).consistent
        told = entries.entries(tx.connection, stream, kinds=[EntryKind.RECORD_SAVED])
        assert "field:skill" not in told[0].known


def test_seeing_is_one_rule_for_one_record_and_for_lists(kept: Installation) -> None:
    with begin(kept, SYSTEM) as tx:
        ann = people.add_person(tx, login="ann", name="Ann").id
    made = [save(kept), save(kept, owner_id=ann), save(kept, type="thing", values={"code": "T"}, owner_id=ann)]
    made.append(save(kept, type="thing", values={"code": "U"}))

    def listed(tx: Transaction, scope: RecordScope) -> set[str]:
        found = [registers.listed(tx, scope, kind, limit=9)[0] for kind in ("risk", "thing")]
        return {record.key for page in found for record in page}

    with reading(kept, SYSTEM) as tx:
        for types, person in product(((), ("risk",), ("risk", "thing")), (None, ann, "else")):
            scope = RecordScope(types=frozenset(types), person_id=person)
            assert listed(tx, scope) == {record.key for record in made if sees_record(scope, record)}


@pytest.mark.parametrize(
    ("record_type", "wanted"),
    [
        ("risk", {"values": {**RISK, "likelihood": "often"}}),
        ("risk", {"values": {"kind": "service"}}),
        ("risk", {"values": {**RISK, "services": ["nowhere"]}}),
        ("risk", {"values": {**RISK, "responsible": "nobody"}}),
        ("risk", {"values": {**RISK, "colour": "red"}}),
        ("risk", {"owner_id": "nobody"}),
        ("risk", {"title": "x" * 501}),
        ("service", {"values": {}}),
        ("nothing", {}),
    ],
)
def test_what_is_refused_changes_nothing(kept: Installation, record_type: str, wanted) -> None:
    with pytest.raises((AnswersRejected, Unacceptable, NotFound)):
        save(kept, type=record_type, **wanted)
    with reading(kept, SYSTEM) as tx:
        assert not tx.connection.execute(tables.record.select()).all()
