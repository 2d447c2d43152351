"""Systems outside send messages by a token: they go the way of messages between cases, each id once."""

import threading

import pytest
import sqlalchemy as sa

from engine import journal
from engine.acts import receiving, retiring
from engine.acts.people import add_person
from engine.acts.routing import Went
from engine.errors import Ambiguous, NotAllowed, NotFound, NotRecognised, Unacceptable
from engine.installation import Installation
from engine.model.entry import INSTALLATION
from engine.model.message import MessageState
from engine.model.person import SYSTEM, Actor
from engine.storage import journal as entries
from engine.storage import people, tables
from engine.storage import senders as rows
from engine.transaction import begin, reading
from forms.data import Value
from tests.engine.town import Town
from tests.storage_contract.stores import Clock

ALARM = "start s\nmessage m start = alarm.raised\nuser do assignGroup=service_desk\ns -> do\nm -> do"
WAITS = "start s\nmessage w correlate==host = alarm.over\nuser do assignGroup=service_desk\ns -> w\nw -> do"


@pytest.fixture
def town(store: Installation) -> Town:
    town = Town(store)
    town.release("alarm", ALARM)
    town.release("waits", WAITS)
    with begin(store, SYSTEM) as tx:
        add_person(tx, login="olga", name="Olga", email="olga@example.org")
        add_person(tx, login="jana", name="Jana", email="Jana@example.org")
    return town


def person_id(town: Town, login: str) -> str:
    with reading(town.store, SYSTEM) as tx:
        found = people.by_login(tx, login)
    assert found is not None
    return found[0].id


@pytest.fixture
def token(town: Town) -> str:
    with begin(town.store, SYSTEM) as tx:
        olga = people.by_login(tx, "olga")
        assert olga is not None
        names = ["alarm.raised", "alarm.over"]
        return receiving.add_sender(tx, "Monitoring", messages=names, person_id=olga[0].id)


def post(town: Town, token: str, **document: Value) -> Went:
    with begin(town.store, SYSTEM) as tx:
        return receiving.receive(tx, token, document)[1]


def told(town: Town) -> list[tuple[str, dict[str, Value]]]:
    with reading(town.store, SYSTEM) as tx:
        assert journal.verify(tx, INSTALLATION).consistent
        return [(each.kind, dict(each.facts)) for each in entries.entries(tx.connection, INSTALLATION)]


def test_a_message_begins_a_case_in_the_name_of_its_sender(town: Town, token: str) -> None:
    assert post(town, token, name="alarm.raised", id="1", content={"title": "Disk full"}) is Went.BEGAN
    town.run()
    [case] = town.cases("alarm")
    olga = person_id(town, "olga")
    assert (case.starter_id, case.caller_id) == (olga, olga)
    assert town.data(case.id)["title"] == "Disk full"
    assert town.facts(case.id, "case.started")["outside"] == "Monitoring"
    kind, facts = told(town)[-1]
    assert (kind, facts["message"], facts["name"], facts["went"]) == (
        "message.posted",
        "alarm.raised",
        "Monitoring",
        "began a case",
    )
    with reading(town.store, SYSTEM) as tx:
        [sender] = rows.every(tx)
    assert sender.used_at == town.now()


@pytest.mark.parametrize("named", ["jana", "JANA@example.org"])
def test_the_caller_may_be_named(town: Town, token: str, named: str) -> None:
    post(town, token, name="alarm.raised", content={"caller": named})
    town.run()
    assert [case.caller_id for case in town.cases("alarm")] == [person_id(town, "jana")]


def test_a_message_reaches_the_case_that_waits_and_is_kept_before(town: Town, token: str, clock: Clock) -> None:
    assert post(town, token, name="alarm.over", key="h1", content={"n": 1}, timeToLive="PT2H") is Went.KEPT
    [kept] = town.kept()
    assert (kept.source, (kept.expires_at - clock.now).total_seconds()) == ("Monitoring", 7200)
    early = town.start("waits", host="h1")
    late = town.start("waits", host="h2")
    assert post(town, token, name="alarm.over", key="h2") is Went.TO_CASE
    town.run()
    assert (town.tasks(early), town.tasks(late)) == (["do"], ["do"])
    assert town.data(early)["n"] == 1
    assert town.facts(late, "message.received")["outside"] == "Monitoring"


def test_the_same_id_twice_is_one_message(town: Town, token: str) -> None:
    went = [post(town, token, name="alarm.raised", id="7", content={"try": each}) for each in range(3)]
    assert went == [Went.BEGAN, Went.CAME_BEFORE, Went.CAME_BEFORE]
    town.run()
    assert len(town.cases("alarm")) == 1
    [kept] = town.kept()
    assert (kept.state, kept.duplicates, kept.message_id) == (MessageState.DELIVERED, 2, "Monitoring: 7")
    assert post(town, token, name="alarm.raised") is Went.BEGAN  # without an id each is one of its own


def test_the_same_id_twice_at_once_has_one_effect(town: Town, token: str) -> None:
    ready, went = threading.Barrier(4), []

    def send(key: str) -> None:
        ready.wait(timeout=60)
        went.append(post(town, token, name="alarm.raised", id="x", key=key))

    # Also with other keys: it is the id that counts.
    threads = [threading.Thread(target=send, args=(key,)) for key in ("", "", "a", "b")]
    for each in threads:
        each.start()
    for each in threads:
        each.join(timeout=120)
    assert sorted(went) == sorted([Went.BEGAN, *[Went.CAME_BEFORE] * 3])
    town.run()
    assert len(town.cases("alarm")) == 1


def test_a_message_for_a_process_out_of_use_begins_its_case_later(town: Town, token: str) -> None:
    with begin(town.store, SYSTEM) as tx:
        retiring.retire(tx, "alarm", "For a week.")
    assert post(town, token, name="alarm.raised", id="1") is Went.KEPT
    with begin(town.store, SYSTEM) as tx:
        retiring.reinstate(tx, "alarm", "The week is over.")
    town.run()
    [case] = town.cases("alarm")
    assert case.caller_id == person_id(town, "olga")


def test_two_that_wait_are_told_to_the_sender(town: Town, token: str) -> None:
    for _ in range(2):
        town.start("waits", host="h1")
    with pytest.raises(Ambiguous, match="2 cases wait"):
        post(town, token, name="alarm.over", key="h1", id="1")
    assert post(town, token, name="alarm.over", key="h9", id="1") is Went.KEPT  # nothing was remembered of it


@pytest.mark.parametrize("wrong", ["", "keelson_", "keelson_nothing", "\0", "ä" * 1000])
def test_who_has_no_token_sends_nothing(town: Town, token: str, wrong: str) -> None:
    with pytest.raises(NotRecognised):
        post(town, wrong, name="alarm.raised")
    assert "message.posted" not in {kind for kind, _ in told(town)}


def test_a_revoked_token_and_that_of_somebody_gone_send_nothing(town: Town, token: str) -> None:
    with begin(town.store, SYSTEM) as tx:
        tx.connection.execute(sa.update(tables.person).where(tables.person.c.login == "olga").values(active=False))
    with pytest.raises(NotRecognised):
        post(town, token, name="alarm.raised")
    with begin(town.store, SYSTEM) as tx:
        tx.connection.execute(sa.update(tables.person).values(active=True))
        [sender] = rows.every(tx)
        receiving.revoke_sender(tx, sender.id)
    with pytest.raises(NotRecognised):
        post(town, token, name="alarm.raised")
    with begin(town.store, SYSTEM) as tx, pytest.raises(NotFound):
        receiving.revoke_sender(tx, sender.id)
    assert town.cases("alarm") == []


def test_no_token_is_stored_or_journaled(town: Town, token: str) -> None:
    assert token not in str(told(town))
    with reading(town.store, SYSTEM) as tx:
        [sender] = rows.every(tx)
        stored = tx.connection.execute(sa.select(tables.sender)).one()
    assert token not in str(stored)
    assert sender.digest not in repr(sender)


@pytest.mark.parametrize(
    ("document", "field"),
    [
        ([], ""),
        ("alarm.raised", ""),
        (None, ""),
        ({}, "name"),
        ({"name": ""}, "name"),
        ({"name": 7}, "name"),
        ({"name": "alarm.raised", "contents": {}}, "contents"),
        ({"name": "alarm.raised", "content": []}, "content"),
        ({"name": "alarm.raised", "content": {"case": {"number": "INC-1"}}}, "content"),
        ({"name": "alarm.raised", "content": {"caller": "nobody"}}, "content"),
        ({"name": "alarm.raised", "content": {"caller": 7}}, "content"),
        ({"name": "alarm.raised", "key": {"a": 1}}, "key"),
        ({"name": "alarm.raised", "key": "k" * 256}, "key"),
        ({"name": "alarm.raised", "id": 7}, "id"),
        ({"name": "alarm.raised", "id": "i" * 161}, "id"),
        ({"name": "alarm.raised", "timeToLive": "soon"}, "timeToLive"),
        ({"name": "alarm.raised", "timeToLive": "-PT1H"}, "timeToLive"),
        ({"name": "alarm.raised", "timeToLive": "P91D"}, "timeToLive"),
        ({"name": "alarm.raised", "timeToLive": "P99999999999D"}, "timeToLive"),
        ({"name": "alarm.raised", "timeToLive": 3600}, "timeToLive"),
    ],
)
def test_what_cannot_be_read_is_refused_by_field(town: Town, token: str, document: Value, field: str) -> None:
    with begin(town.store, SYSTEM) as tx, pytest.raises(Unacceptable) as refused:
        receiving.receive(tx, token, document)
    assert refused.value.parameters["field"] == field
    assert town.kept() == []


def test_a_token_sends_only_what_it_may(town: Town, token: str) -> None:
    with pytest.raises(NotAllowed, match="It may send: alarm"):
        post(town, token, name="salary.raised")


def test_who_makes_a_sender(town: Town, token: str) -> None:
    olga = person_id(town, "olga")
    desk = Actor(person_id=olga, name="Olga", roles=frozenset({"service_desk"}))
    with begin(town.store, desk) as tx, pytest.raises(NotAllowed):
        receiving.add_sender(tx, "Mail", messages=["alarm.raised"], person_id=olga)
    for name, messages, person, field in (
        ("", ["alarm.raised"], olga, "name"),
        ("a\nb", ["alarm.raised"], olga, "name"),
        ("n" * 65, ["alarm.raised"], olga, "name"),
        ("Monitoring", ["alarm.raised"], olga, "name"),
        ("Mail", [], olga, "messages"),
        ("Mail", ["nothing.of.that.name"], olga, "messages"),
        ("Mail", ["alarm.raised"], "nobody", "person"),
    ):
        with begin(town.store, SYSTEM) as tx, pytest.raises(Unacceptable) as refused:
            receiving.add_sender(tx, name, messages=messages, person_id=person)
        assert refused.value.parameters["field"] == field
