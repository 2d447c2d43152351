"""People, grants, services and working hours are kept on plain pages."""

import re

import pytest

from engine.errors import NotAllowed
from engine.model.person import Actor
from engine.reports.operations import verify_chains
from engine.transaction import reading
from tests.webui.conftest import House
from webui import typed
from webui.typed import Unacceptable


def test_a_person_from_adding_to_deactivation(house: House) -> None:
    admin = house.signed_in("administrator")
    given = {"name": "Mara Vogel", "login": "m.vogel", "email": "mara@example.org", "zone": "Europe/Berlin"}
    answer = admin.post("/people/new", given)
    assert answer.status_code == 303
    path = answer.headers["Location"]
    assert "Mara Vogel" in admin.get("/people?text=vogel").get_data(as_text=True)
    answer = admin.post("/people/new", given)
    assert answer.status_code == 422
    assert "Somebody else has this login" in answer.get_data(as_text=True)
    assert 'value="Mara Vogel"' in answer.get_data(as_text=True)
    answer = admin.post(path, {**given, "name": "Mara Vogel-Lang", "zone": "Europe/Nowhere"})
    assert answer.status_code == 422
    assert admin.post(path, {**given, "name": "Mara Vogel-Lang"}).status_code == 303
    html = admin.post(f"{path}/link").get_data(as_text=True)
    link = re.search(r"http://[^<]+/link/([\w-]+)", html)
    assert link
    assert house.visitor().get(f"/link/{link[1]}").status_code == 200
    assert admin.post(f"{path}/active", {"active": "no"}).status_code == 303
    assert "Deactivated" in admin.get(path).get_data(as_text=True)


def test_a_role_is_granted_for_a_time_and_ended_with_a_reason(house: House) -> None:
    admin = house.signed_in("administrator")
    path = f"/people/{house.people['caller'].id}"
    times = {"valid_from": "2026-11-24T08:00", "valid_until": "2026-11-23T08:00"}
    answer = admin.post(f"{path}/grants", {"role": "service_desk", "reason": "Helps out", **times})
    assert answer.status_code == 422
    assert "A role must end after it begins" in answer.get_data(as_text=True)
    assert admin.post(f"{path}/grants", {"role": "service_desk", "reason": "Helps out"}).status_code == 303
    caller = house.signed_in("caller")
    assert caller.get("/work").status_code == 200
    html = admin.get(path).get_data(as_text=True)
    assert "Helps out" in html
    revoke = re.search(r'action="([^"]+/revoke)"', html)
    assert revoke
    assert admin.post(revoke[1], {"reason": " "}).status_code == 422
    assert admin.post(revoke[1], {"reason": "Back to her team"}).status_code == 303
    assert "ended" in admin.get(path).get_data(as_text=True)


def test_nobody_else_manages_people(house: House) -> None:
    owner = house.signed_in("process_owner")
    path = f"/people/{house.people['caller'].id}"
    assert owner.post("/people/new", {"name": "x", "login": "x"}).status_code == 403
    assert owner.post(f"{path}/grants", {"role": "administrator"}).status_code == 403
    assert owner.post(f"{path}/link").status_code == 403


def test_a_group_is_added(house: House) -> None:
    admin = house.signed_in("administrator")
    assert admin.post("/people/roles", {"title": "Database team", "kind": "group"}).status_code == 303
    assert "Database team" in admin.get("/people/roles").get_data(as_text=True)


def test_a_service_with_targets(house: House) -> None:
    admin = house.signed_in("administrator")
    given = {"title": "Remote access", "description": "VPN", "calendar_id": "office", "seen": "0"}
    answer = admin.post("/services/new", given)
    assert answer.status_code == 303
    path = answer.headers["Location"]
    assert path == "/services/remote_access"
    assert admin.post("/services/new", given).status_code == 409
    stale = admin.post(path, {**given, "title": "Remote work", "active": "on"})
    assert stale.status_code == 409
    assert 'value="Remote work"' in stale.get_data(as_text=True)
    answer = admin.post("/targets/remote_access", {"P1-response": "15 min", "P1-resolution": "soon"})
    assert answer.status_code == 422
    assert "is not a length of time" in answer.get_data(as_text=True)
    targets = {"P1-response": "15 min", "P1-resolution": "1 h 30 min", "P1-resolution-always": "on"}
    assert admin.post("/targets/remote_access", targets).status_code == 303
    html = admin.get(path).get_data(as_text=True)
    assert 'value="1 h 30 min"' in html


def test_working_hours(house: House) -> None:
    admin = house.signed_in("administrator")
    html = admin.get("/working-hours/new").get_data(as_text=True)
    assert 'value="09:00-17:00"' in html
    given = {
        "title": "Berlin",
        "zone": "Europe/Berlin",
        "mon": "08:00-12:00, 13:00-17:00",
        "country": "de",
        "seen": "0",
    }
    assert admin.post("/working-hours/new", {**given, "tue": "17-9"}).status_code == 422
    answer = admin.post("/working-hours/new", {**given, "zone": "Nowhere/Here"})
    assert answer.status_code == 422
    assert 'value="Nowhere/Here"' in answer.get_data(as_text=True)
    assert admin.post("/working-hours/new", given).status_code == 303
    html = admin.get("/working-hours/berlin").get_data(as_text=True)
    assert 'value="08:00-12:00, 13:00-17:00"' in html
    assert 'value="DE"' in html


def test_ones_own_time_zone(house: House) -> None:
    caller = house.signed_in("caller")
    assert caller.post("/me", {"zone": "Moon/Base"}).status_code == 422
    assert caller.post("/me", {"zone": "Asia/Tokyo"}).status_code == 303
    assert 'value="Asia/Tokyo"' in caller.get("/me").get_data(as_text=True)


@pytest.mark.parametrize(("who", "page"), [("operator", "/operations/verify"), ("auditor", "/history/verify")])
def test_operators_and_auditors_verify_all_chains(house: House, reported: str, who: str, page: str) -> None:
    assert "Chain consistent" in house.signed_in(who).post(page).get_data(as_text=True)
    assert house.signed_in("caller").post(page).status_code == 403


def test_nobody_else_verifies_them_by_another_door(house: House) -> None:
    actor = Actor(person_id=house.people["caller"].id, name="Cal", roles=frozenset({"employee"}))
    with reading(house.installation, actor) as tx, pytest.raises(NotAllowed):
        verify_chains(tx)


def test_an_auditor_sees_which_chain_is_broken(house: House, reported: str) -> None:
    database = house.installation.database
    with database.writing() as connection:
        connection.exec_driver_sql("UPDATE entry SET hash = '0' WHERE stream = 'installation' AND seq = 1")
        connection.exec_driver_sql("UPDATE entry SET hash = '0' WHERE stream LIKE 'instance:%' AND seq = 2")
    html = house.signed_in("auditor").post("/history/verify").get_data(as_text=True)
    assert "Chain broken" in html
    assert "installation: entry 1" in html
    assert f'<a href="/cases/{reported}/trace">{reported}</a>: entry 2' in html


@pytest.mark.parametrize(
    ("text", "seconds"),
    [("15 min", 900), ("4h", 14400), ("1 h 30 min", 5400), ("2 d", 172800), (" ", None), ("90m", 5400)],
)
def test_lengths_of_time(text: str, seconds: int | None) -> None:
    assert typed.span_seconds(text, "x") == seconds


@pytest.mark.parametrize("text", ["soon", "-1 h", "1.5 h", "h", "1 h 30"])
def test_what_is_no_length_of_time(text: str) -> None:
    with pytest.raises(Unacceptable):
        typed.span_seconds(text, "x")


@pytest.mark.parametrize("text", ["9-17", "17:00-09:00", "08:00-12:00, 11:00-13:00", "25:00-26:00", "a"])
def test_what_are_no_hours(text: str) -> None:
    with pytest.raises(Unacceptable):
        typed.hours(text, "mon")
