"""Systems outside send messages by a token that an operator makes; what is refused is refused in words."""

import json
import re

import pytest

from engine import worker
from engine.model.person import SYSTEM
from engine.storage import tables
from engine.transaction import reading
from tests.webui.conftest import House
from webui import door

PATH = "/operations/senders"
ALARM = {"name": "problem.raised", "id": "1", "content": {"title": "Disk full", "service": "general"}}


def made(house: House, *names: str) -> str:
    """The token of a new sender."""
    operator = house.signed_in("operator")
    fields = {
        "name": "Monitoring",
        "person": house.people["service_desk"].id,
        "messages": [*names] or ["problem.raised"],
    }
    answer = operator.post(PATH, fields)
    html = answer.get_data(as_text=True)
    found = re.search(r'<code class="copyable">(keelson_[\w-]+)</code>', html)
    assert (answer.status_code, found is not None) == (200, True), html[:3000]
    assert found is not None
    assert found[1] not in operator.get(PATH).get_data(as_text=True)
    return found[1]


def post(house: House, token: str | None, body: object, **headers: str):  # type: ignore[no-untyped-def]
    sent = {"Content-Type": "application/json", **headers}
    if token is not None:
        sent["Authorization"] = f"Bearer {token}"
    content = body if isinstance(body, bytes | str) else json.dumps(body)
    return house.visitor().client.post("/api/messages", data=content, headers=sent)


def numbers(house: House, process_id: str) -> list[str]:
    worker.run_due(house.installation)
    with reading(house.installation, SYSTEM) as tx:
        found = tx.connection.execute(tables.instance.select().where(tables.instance.c.process_id == process_id))
        return [row.number for row in found]


def test_a_message_begins_a_case_once(house: House) -> None:
    token = made(house)
    first, second = post(house, token, ALARM), post(house, token, ALARM)
    assert (first.status_code, first.get_json()["went"]) == (202, "began a case")
    assert (second.status_code, second.get_json()["went"]) == (200, "came before")
    assert "Set-Cookie" not in first.headers
    [number] = numbers(house, "problem")
    operator = house.signed_in("operator")
    assert "Disk full" in operator.get(f"/cases/{number}").get_data(as_text=True)
    assert "Monitoring started the case" in operator.get(f"/cases/{number}/trace").get_data(as_text=True)
    assert "used" in operator.get(PATH).get_data(as_text=True)


def test_a_message_that_nobody_waits_for_is_kept_and_seen(house: House) -> None:
    token = made(house, "incident.withdrawn")
    answer = post(house, token, {"name": "incident.withdrawn", "key": "INC-9"})
    assert (answer.status_code, answer.get_json()["went"]) == (202, "kept")
    assert answer.get_json()["keptUntil"] == "2026-11-24T09:00:00+00:00"
    assert "Monitoring" in house.signed_in("operator").get("/operations/messages").get_data(as_text=True)


def test_a_revoked_token_sends_nothing(house: House) -> None:
    token = made(house)
    operator = house.signed_in("operator")
    revoke = re.search(r'action="(/operations/senders/[^"]+/revoke)"', operator.get(PATH).get_data(as_text=True))
    assert revoke
    assert house.signed_in("service_desk").post(revoke[1]).status_code == 403
    assert operator.post(revoke[1]).status_code == 303
    assert operator.post(revoke[1]).status_code == 404
    assert post(house, token, ALARM).status_code == 401
    assert "Revoked" in operator.get(PATH).get_data(as_text=True)


@pytest.mark.parametrize("token", [None, "", "keelson_wrong", "x" * 5000])
def test_without_a_good_token_nothing_comes_in(house: House, token: str | None) -> None:
    answer = post(house, token, ALARM)
    problem = answer.get_json()
    assert (answer.status_code, answer.headers["WWW-Authenticate"]) == (401, "Bearer")
    assert "that an operator makes" in problem["detail"]
    # Who is signed in needs a token as well.
    signed_in = house.signed_in("operator").client.post("/api/messages", json=ALARM)
    assert signed_in.status_code == 401
    assert numbers(house, "problem") == []


@pytest.mark.parametrize(
    ("body", "status", "words"),
    [
        (b"", 400, "cannot be read"),
        (b"{", 400, "cannot be read"),
        (b"\xff\xfe", 400, "cannot be read"),
        (b'{"name": "problem.raised", "content": {"a": NaN}}', 400, "not a finite number"),
        (b'{"name": "problem.raised", "content": ' + b"[" * 20_000 + b"]" * 20_000 + b"}", 400, "cannot be read"),
        (b'{"name": "problem.raised", "content": ' + b'{"a":' * 70 + b"1" + b"}" * 71, 400, "nested deeper than 64"),
        (b'{"name": "problem.raised", "content": {"a": "\\ud800"}}', 400, "cannot be stored"),
        (b'{"name": "problem.raised", "content": {"a": "\\u0000"}}', 400, "cannot be stored"),
        (b"[1]", 422, "Send one JSON object"),
        (b'"problem.raised"', 422, "Send one JSON object"),
        (b"{}", 422, "name is a text"),
        (b'{"name": ["problem.raised"]}', 422, "name is a text"),
        (b'{"name": "problem.raised", "content": "text"}', 422, "content is a JSON object"),
        (b'{"name": "problem.raised", "contents": {}}', 422, "no field"),
        (b'{"name": "salary.raised"}', 403, "It may send: problem.raised"),
        (b'{"name": "problem.raised", "content": {"a": "' + b"x" * door.OCTETS + b'"}}', 413, "at most"),
    ],
)
def test_what_cannot_be_taken_is_told_in_words(house: House, body: bytes, status: int, words: str) -> None:
    answer = post(house, made(house), body, Accept="text/html")
    problem = answer.get_json()
    assert (answer.status_code, answer.mimetype) == (status, "application/problem+json"), problem
    assert words in problem["detail"], problem
    assert numbers(house, "problem") == []


@pytest.mark.parametrize("number", ["1e400", "-1e-999999", "9" * 5000, "1" + "0" * 50_000])
def test_huge_numbers_come_in_as_they_are_or_not_at_all(house: House, number: str) -> None:
    token = made(house)
    answer = post(house, token, f'{{"name": "problem.raised", "content": {{"title": "Odd", "size": {number}}}}}')
    assert answer.status_code == 202
    [case] = numbers(house, "problem")
    page = house.signed_in("operator").get(f"/cases/{case}")
    assert page.status_code == 200


def test_it_takes_json_by_post_alone(house: House) -> None:
    token = made(house)
    typed = post(house, token, ALARM, **{"Content-Type": "text/plain"})
    assert (typed.status_code, "Content-Type: application/json" in typed.get_json()["detail"]) == (415, True)
    got = house.visitor().client.get("/api/messages")
    assert (got.status_code, got.mimetype) == (405, "application/problem+json")


def test_who_tries_or_sends_too_often_waits(house: House) -> None:
    token = made(house)
    sent = [post(house, token, {"name": "salary.raised"}).status_code for _ in range(door.RATE.amount + 1)]
    assert (set(sent[:-1]), sent[-1]) == ({403}, 429)
    assert post(house, token, ALARM).headers["Retry-After"] == "60"
    tried = [post(house, "wrong", ALARM).status_code for _ in range(door.TRIES.amount + 1)]
    assert (set(tried[:-1]), tried[-1]) == ({401}, 429)


def test_a_sender_is_made_by_an_operator_who_says_all_of_it(house: House) -> None:
    assert house.signed_in("service_desk").get(PATH).status_code == 403
    assert house.signed_in("service_desk").post(PATH, {"name": "Mine"}).status_code == 403
    operator = house.signed_in("operator")
    refused = operator.post(PATH, {"name": "Mail gateway", "messages": ["request.raised"]})
    html = refused.get_data(as_text=True)
    assert refused.status_code == 422
    assert "Choose who answers for what it sends." in html
    assert 'value="Mail gateway"' in html
    assert re.search(r'value="request.raised" checked', html)
    made(house)
    assert operator.post(PATH, {"name": "Monitoring", "messages": ["x"]}).status_code == 422
