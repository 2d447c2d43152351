"""Processes add, read, find and retire records by inside operations: in the same commit, answered at once."""

from dataclasses import replace

import pytest

from bpmn.library import shipped_record_types
from engine import journal
from engine.acts import registering
from engine.acts.incidents import retry_incident
from engine.acts.record_types import load_record_types
from engine.acts.services_as_records import save_service
from engine.acts.setting_up import OFFICE_HOURS
from engine.installation import Installation
from engine.model.entry import EntryKind, record_stream
from engine.model.link import case_end, record_end
from engine.model.person import SYSTEM, Actor
from engine.model.register import Record, Wanted
from engine.reports.case_records import records_of
from engine.reports.record_history import record_view
from engine.storage import incidents, links, registers, tables
from engine.storage import journal as entries
from engine.storage import records as services
from engine.transaction import begin, reading
from forms.errors import AnswersRejected
from tests.engine.town import Town


@pytest.fixture
def town(store: Installation) -> Town:
    town = Town(store)
    with begin(store, SYSTEM) as tx:
        load_record_types(tx, shipped_record_types())
    town.release("item", ITEM)
    return town


def get(town: Town, key: str) -> Record:
    with reading(town.store, SYSTEM) as tx:
        found = registers.get(tx, key)
    assert found is not None
    return found


ASKED = (
    'type = "supplier" ; key = supplier ; title = title ; values = {kind: kind, rating: rating} ; state = state'
    " ; seen = seen"
)
SAVE = f"""
    start s
    service save result=={{supplier:response.key,seen:response.version}} = record/save {{ {ASKED} }}
    user wait assignGroup=="service_desk"
    s -> save
    save -> wait
"""


def test_a_case_adds_and_changes_a_record_in_the_commit_that_reached_the_task(town: Town) -> None:
    town.release("sup", SAVE)
    case = town.start("sup", title="Papyrus Ltd", kind="external", rating=4)
    assert town.data(case)["supplier"] == "SPL-1001"
    assert town.tasks(case) == ["wait"]
    assert town.run() == 0, "nothing is left to a job"
    added = get(town, "SPL-1001")
    assert (added.title, added.state, added.version) == ("Papyrus Ltd", "proposed", 1)
    assert added.values["rating"] == 4

    again = town.start("sup", supplier="SPL-1001", title="Papyrus plc", kind="external", state="active")
    assert town.data(again)["seen"] == 2
    changed = get(town, "SPL-1001")
    assert (changed.title, changed.state, changed.version) == ("Papyrus plc", "active", 2)
    assert changed.values["rating"] is None, "what was given as null is taken away"
    with reading(town.store, SYSTEM) as tx:
        stream = record_stream(added.id)
        assert journal.verify(tx, stream).consistent
        told = entries.entries(tx.connection, stream)
    assert [entry.kind for entry in told] == [EntryKind.RECORD_SAVED] * 2
    assert [entry.facts["case"] for entry in told] == [case, again]
    assert told[0].known["field:rating"] == 4


def test_what_was_asked_and_answered_is_in_the_journal_of_the_case(town: Town) -> None:
    town.release("sup", SAVE)
    case = town.start("sup", title="Papyrus Ltd", kind="external")
    facts = town.facts(case, EntryKind.CASE_STARTED)
    assert ["operate", "save", "record/save", 0, None] in facts["moves"]
    with reading(town.store, SYSTEM) as tx:
        entry = entries.entries(tx.connection, f"instance:{case}")[0]
    assert entry.known["operation:0:response"] == {"key": "SPL-1001", "version": 1}
    assert entry.known["operation:0:arguments"]["title"] == "Papyrus Ltd"


FAILING = f"""
    start s
    service save result=={{supplier:response.key}} = record/save {{ {ASKED} }}
    user wait assignGroup=="service_desk"
    error lost on=save codeVariable=code messageVariable=told = %s
    user mend assignGroup=="service_desk"
    s -> save
    save -> wait
    lost -> mend
"""


@pytest.mark.parametrize(
    ("given", "code", "told"),
    [
        ({"supplier": "SPL-7", "title": "A"}, "not-found", "There is no record SPL-7"),
        ({"title": ""}, "not-valid", "Give it a title"),
        ({"title": "A", "kind": "heavenly"}, "not-valid", "kind"),
        ({"title": "A", "rating": 9}, "not-valid", "rating"),
        ({"title": "A", "state": "gone"}, "not-valid", "The state is one of"),
        ({"title": "papyrus ltd"}, "not-valid", "has the same title"),
        ({"supplier": "SPL-1001", "title": "A", "seen": 7}, "changed-meanwhile", "was changed since"),
    ],
)
def test_what_fails_is_caught_by_an_error_event_and_changes_nothing(town: Town, given, code, told) -> None:
    town.release("sup", SAVE)
    town.start("sup", title="Papyrus Ltd", kind="external", rating=4)
    town.release("mended", FAILING % code)
    case = town.start("mended", **given)
    assert town.tasks(case) == ["mend"]
    assert town.data(case)["code"] == code
    assert told in str(town.data(case)["told"])
    assert get(town, "SPL-1001").version == 1
    with reading(town.store, SYSTEM) as tx:
        assert len(tx.connection.execute(tables.record.select()).all()) == 1


def test_what_nothing_catches_waits_for_an_operator_who_has_it_tried_again(town: Town) -> None:
    town.release("sup", SAVE)
    case = town.start("sup", supplier="SPL-1001", title="Papyrus Ltd", kind="external")
    assert [one.element_id for one in town.waiting(case).outside] == ["save"]
    town.run()
    assert town.failed() == ["There is no record SPL-1001 of the type “supplier”."]
    town.start("sup", title="Papyrus Ltd", kind="external")
    with reading(town.store, SYSTEM) as tx:
        incident = incidents.open_of(tx.connection, case)
    with begin(town.store, SYSTEM) as tx:
        retry_incident(tx, incident[0].id, "It is there now.")
    town.run()
    assert town.tasks(case) == ["wait"]
    assert get(town, "SPL-1001").version == 2


FIND = """
    start s
    service look result=={found:response} = record/find { type = "configuration_item" ; where = where }
    service read result=={one:response} = record/read { type = "configuration_item" ; key = key }
    user wait assignGroup=="service_desk"
    s -> look
    look -> read
    read -> wait
"""


ITEM = """
    start s
    service save result=={key:response.key} = record/save { type="configuration_item"; title=title; values=values }
    user wait assignGroup=="service_desk"
    s -> save
    save -> wait
"""


def item(town: Town, title: str, **values) -> str:
    return str(town.data(town.start("item", title=title, values=values))["key"])


def test_records_are_found_by_equal_values_and_by_what_lists_hold(town: Town) -> None:
    server = item(town, "Server", kind="server", critical=True)
    mail = item(town, "Mail", kind="application", depends_on=[server], item_version="1")
    town.release("find", FIND)

    def found(**where) -> list[str]:
        data = town.data(town.start("find", where=where))
        return [record["key"] for record in data["found"]["records"]]

    assert found() == [server, mail]
    assert found(kind="server") == [server]
    assert found(critical=True) == [server]
    assert found(critical=1) == []
    assert found(depends_on=server) == [mail]
    assert found(item_version="1") == [mail]
    assert found(item_version=1) == []
    assert found(item_version=None) == [server]
    assert found(state="planned", title="Mail") == [mail]
    case = town.start("find", where={}, key=mail)
    assert town.data(case)["one"]["values"]["depends_on"] == [server]
    assert town.data(town.start("find", where={}, key="CI-9"))["one"]["found"] is False
    assert town.data(town.start("find", where={"kin": "server"})).get("found") is None, "a misspelt field is refused"


def test_a_reference_to_what_is_not_there_or_retired_is_refused(town: Town) -> None:
    server = item(town, "Server", kind="server")
    town.release(
        "away",
        """
        start s
        service off = record/retire { type="configuration_item"; key=key; reason="Sold" }
        user wait assignGroup=="service_desk"
        s -> off
        off -> wait
        """,
    )
    mail = item(town, "Mail", kind="application", depends_on=[server])
    assert town.tasks(town.start("away", key=server)) == ["wait"]
    assert get(town, server).state == "retired"
    with begin(town.store, SYSTEM) as tx:
        kept = registering.put(tx, "configuration_item", mail, Wanted(values={"notes": "as it was"}))
        assert kept.values["depends_on"] == [server], "what it chose already stays"
        with pytest.raises(AnswersRejected):
            registering.put(tx, "configuration_item", None, Wanted(title="B", values=kept.values))


def test_a_case_links_itself_with_a_record_and_with_another_case(town: Town) -> None:
    server = item(town, "Server", kind="server")
    town.release(
        "link",
        """
        start s
        service join result=={added:response.added} = link/add { kind = kind ; to = to }
        user wait assignGroup=="service_desk"
        error lost on=join = not-found
        user mend assignGroup=="service_desk"
        s -> join
        join -> wait
        lost -> mend
        """,
    )
    case = town.start("link", kind="affects", to=server)
    assert town.data(case)["added"] is True
    assert town.tasks(town.start("link", kind="affects", to="CI-77")) == ["mend"]
    with reading(town.store, SYSTEM) as tx:
        found = links.of(tx, [record_end(get(town, server).id)])
    assert [(link.source, link.kind) for link in found] == [(case_end(case), "affects")]
    other = town.start("link", kind="follows", to=town.case(case).number)
    assert town.data(other)["added"] is True


def test_a_change_asks_the_schedule_before_it_is_planned(town: Town) -> None:
    server = item(town, "Server", kind="server")
    disk = item(town, "Disk", kind="device", part_of=server)
    town.release(
        "plan",
        """
        start s
        service look result=={found:response} = calendar/conflicts { start=starts; end=ends; items=items }
        service save = record/save { type="planned_change"; title=title; values={starts:starts,ends:ends,items:items} }
        user wait assignGroup=="service_desk"
        s -> look
        look -> save
        save -> wait
        """,
    )
    first = {"title": "Disk", "starts": "2026-11-24T10:00:00Z", "ends": "2026-11-24T12:00:00Z", "items": [disk]}
    assert town.data(town.start("plan", **first))["found"]["count"] == 0
    second = first | {"items": [server], "starts": "2026-11-24T11:00:00Z"}
    seen = town.data(town.start("plan", **second))["found"]
    assert [(each["key"], each["reason"], each["about"]) for each in seen["conflicts"]] == [
        ("PLC-1001", "part", [disk])
    ]
    assert seen["next_free"] == "2026-11-24T12:00:00+00:00"


SERVICE = """
    start s
    service save result=={key:response.key,version:response.version} = record/save { %s }
    service look result=={found:response.records} = record/find { type="service" ; where={key: key} }
    user wait assignGroup=="service_desk"
    error lost on=save messageVariable=told
    user mend assignGroup=="service_desk"
    s -> save
    save -> look
    look -> wait
    lost -> mend
"""


def test_a_case_adds_changes_and_retires_a_service_of_the_catalogue(town: Town) -> None:
    with begin(town.store, SYSTEM) as tx:
        services.put_calendar(tx, OFFICE_HOURS)
    town.release("offer", SERVICE % 'type="service" ; key=key ; title=title ; values=values ; seen=seen')
    data = town.data(town.start("offer", title="Room booking", values={"description": "Rooms"}))
    assert (data["key"], data["version"], data["found"][0]["values"]["description"]) == ("room_booking", 1, "Rooms")
    data = town.data(town.start("offer", key="room_booking", values={"support_group": "service_desk"}))
    assert (data["version"], data["found"][0]["title"]) == (2, "Room booking")
    for given, told in (
        ({"key": "nothing"}, "no service nothing"),
        ({"title": "Room booking"}, "already"),
        ({"key": "room_booking", "seen": 1}, "was changed"),
        ({"key": "room_booking", "values": {"colour": "red"}}, "no colour"),
        ({"key": "room_booking", "values": {"working_hours": "never"}}, "working hours"),
    ):
        case = town.start("offer", **{"values": {}, **given})
        assert town.tasks(case) == ["mend"]
        assert told in str(town.data(case)["told"])
    town.release(
        "end",
        """
        start s
        service off result=={gone:response.version} = record/retire { type="service"; key=key; reason="No longer used" }
        user wait assignGroup=="service_desk"
        s -> off
        off -> wait
        """,
    )
    assert town.data(town.start("end", key="room_booking"))["gone"] == 3
    with reading(town.store, SYSTEM) as tx:
        found = services.service(tx, "room_booking")
    assert found is not None
    assert not found.active


BOTH_ENDS = """
    start s
    service read = record/read { type="configuration_item" ; key=host }
    service save result=={key:response.key} = record/save { type="configuration_item" ; title=title ; values=values }
    service again = record/save { type="configuration_item" ; key=key ; values={notes: "changed"} }
    service join = link/add { kind="affects" ; to=host }
    user wait assignGroup=="service_desk"
    s -> read
    read -> save
    save -> again
    again -> join
    join -> wait
"""


def test_a_case_and_its_records_show_each_other(town: Town) -> None:
    host, title = item(town, "Host", kind="server"), "Mail"
    town.release("both", BOTH_ENDS)
    case = town.start("both", host=host, title=title, values={"kind": "application", "depends_on": [host]})
    mail = str(town.data(case)["key"])
    with reading(town.store, SYSTEM) as tx:
        found = records_of(tx, town.case(case), (), {}, ())
        ends = [(each.words, each.instance.id) for each in record_view(tx, "configuration_item", host).cases]
        added = [(each.words, each.instance.id) for each in record_view(tx, "configuration_item", mail).cases]
    assert [(line.key, line.words) for line in found.records] == [
        (mail, ("added", "changed")),
        (host, ("read", "affects")),
    ]
    assert [(node.key, node.via) for node in (*found.hits, *found.rests_on)] == [], "both are items of the case"
    assert ("affected by", case) in ends
    assert added == [("added, changed by", case)]
    nobody = Actor(person_id="1", name="A", roles=frozenset())
    with reading(town.store, nobody) as tx:
        assert records_of(tx, town.case(case), (), {}, ()).records == ()


def test_what_fails_with_the_items_of_a_case_is_its_impact(town: Town) -> None:
    with begin(town.store, SYSTEM) as tx:
        services.put_calendar(tx, OFFICE_HOURS)
        save_service(tx, None, Wanted(title="Post"), seen=None)
    host = item(town, "Host", kind="server")
    mail = item(town, "Mail", kind="application", depends_on=[host], services=["post"])
    town.release("reads", FIND)
    case = town.case(town.start("reads", where={}, key=host))
    with reading(town.store, SYSTEM) as tx:
        found = records_of(tx, case, (), {}, ())
        served = records_of(tx, replace(case, service_id="post"), (), {}, ())
    assert [(node.key, node.steps) for node in found.hits] == [(mail, 1), ("post", 2)]
    assert {node.key for node in served.rests_on} | {node.key for node in served.hits} == {mail}
