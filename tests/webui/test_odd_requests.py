"""Requests no browser makes by itself: each is refused with a page that says so, and changes nothing."""

import io
import re

import pytest

from engine.acts.signing_in import actor_of
from engine.model.person import Actor
from engine.reports import cases
from engine.transaction import reading
from tests.webui.conftest import REPORT, House, csrf_of

NUL = "a\0b"


def acting(house: House, role: str) -> Actor:
    return actor_of(house.people[role], frozenset())


@pytest.mark.parametrize(
    "address", ["/search?q=%00", "/cases/INC%001", "/tasks/%00", "/work?text=a%00", "/people/%00", "/cases?process=%00"]
)
def test_nul_in_an_address(house: House, address: str) -> None:
    answer = house.signed_in("administrator").get(address)
    assert answer.status_code == 404


@pytest.mark.parametrize(
    ("address", "fields"),
    [
        ("/cases/{number}/comments", {"text": NUL}),
        ("/start/incident", {**REPORT, "title": NUL}),
        ("/people/new", {"login": NUL, "name": "A"}),
        ("/people/new", {"login": "a", "name": NUL}),
        ("/services/new", {"title": NUL, "calendar_id": "office"}),
        ("/sign-in", {"login": NUL, "password": "x"}),
    ],
)
def test_nul_in_a_form(house: House, reported: str, address: str, fields: dict[str, str]) -> None:
    visitor = house.signed_in("administrator" if address.startswith(("/people", "/serv")) else "caller")
    answer = visitor.post(address.format(number=reported), dict(fields))
    assert answer.status_code == 422
    with reading(house.installation, acting(house, "caller")) as tx:
        assert cases.find_cases(tx, cases.CaseQuery()).total == 1
        assert cases.case_by_number(tx, reported).comments == ()


def test_the_name_of_a_file_is_tidied_before_it_is_kept(house: House) -> None:
    caller = house.signed_in("caller")
    page = caller.get("/start/incident").get_data(as_text=True)
    odd = (io.BytesIO(b"x"), "../..\\evil\x01name" + "n" * 300 + ".txt", "text/plain; x=" + "y" * 300)
    sent = {**REPORT, "attachments": odd, "csrf_token": csrf_of(page)}
    answer = caller.client.post("/start/incident", data=sent, content_type="multipart/form-data")
    assert answer.status_code == 303
    with reading(house.installation, acting(house, "caller")) as tx:
        (file,) = cases.case_by_number(tx, answer.headers["Location"].rsplit("/", 1)[1]).attachments
    assert re.fullmatch(r"\.*evilnamen+\.txt", file.name)
    assert len(file.name) <= 255
    assert file.detected_type == "text/plain"


@pytest.mark.parametrize("moment", ["0001-01-01T00:00", "9999-12-31T23:59", "soon"])
def test_a_moment_at_the_end_of_time(house: House, moment: str) -> None:
    person = house.people["caller"]
    fields = {"role": "auditor", "valid_from": moment, "reason": "x"}
    answer = house.signed_in("administrator").post(f"/people/{person.id}/grants", fields)
    assert answer.status_code == 422
    assert "Write a date and time" in answer.get_data(as_text=True)
