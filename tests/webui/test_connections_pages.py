"""Secrets and hosts on their pages: operators only, and no page ever holds a value."""

from tests.webui.conftest import House

PATH = "/operations/connections"
VALUE = "correct-horse-battery"
SECRET = {
    "name": "desk",
    "operation": "http/request",
    "host": "tickets.example.org",
    "secret_value": VALUE,
    "seen": "0",
}


def test_an_operator_adds_replaces_and_removes_a_secret_that_no_page_shows(house: House) -> None:
    operator = house.signed_in("operator")
    assert operator.post(f"{PATH}/secrets", SECRET).status_code == 303
    pages = [operator.get(PATH), operator.get(f"{PATH}/secrets/desk")]
    for page in pages:
        html = page.get_data(as_text=True)
        assert page.status_code == 200
        assert "tickets.example.org" in html
        assert VALUE not in html
    assert "not used yet" in pages[0].get_data(as_text=True)
    assert "No call has used it" in pages[1].get_data(as_text=True)
    replaced = {**SECRET, "host": "other.example.org", "seen": "1"}
    assert operator.post(f"{PATH}/secrets/desk", replaced).status_code == 303
    stale = operator.post(f"{PATH}/secrets/desk", replaced)
    assert stale.status_code == 409
    assert "other.example.org" in operator.get(PATH).get_data(as_text=True)
    assert operator.post(f"{PATH}/secrets/desk/remove").status_code == 303
    assert operator.get(f"{PATH}/secrets/desk").status_code == 404
    assert f"{PATH}/secrets/desk" not in operator.get(PATH).get_data(as_text=True)


def test_what_was_typed_is_shown_again_except_the_secret(house: House) -> None:
    operator = house.signed_in("operator")
    refused = operator.post(f"{PATH}/secrets", {**SECRET, "host": "https://tickets.example.org/"})
    html = refused.get_data(as_text=True)
    assert refused.status_code == 422
    assert "https://tickets.example.org/" in html
    assert VALUE not in html
    too_short = operator.post(f"{PATH}/secrets", {**SECRET, "secret_value": "abc"})
    assert (too_short.status_code, "4 to 4000" in too_short.get_data(as_text=True)) == (422, True)


def test_a_secret_typed_after_the_session_ended_is_not_kept(house: House) -> None:
    operator = house.signed_in("operator")
    operator.get(PATH)
    answer = operator.client.post(f"{PATH}/secrets", data=SECRET)
    assert answer.status_code >= 400
    assert VALUE not in answer.get_data(as_text=True)
    assert VALUE not in operator.get("/me").get_data(as_text=True)


def test_hosts_are_allowed_with_a_reason_and_taken_off_again(house: House) -> None:
    operator = house.signed_in("operator")
    assert operator.post(f"{PATH}/hosts", {"host": "10.0.0.7:8080", "reason": ""}).status_code == 422
    assert operator.post(f"{PATH}/hosts", {"host": "10.0.0.7:8080", "reason": "Stores"}).status_code == 303
    assert "10.0.0.7:8080" in operator.get(PATH).get_data(as_text=True)
    assert operator.post(f"{PATH}/hosts", {"host": "10.0.0.7:8080", "reason": "Again"}).status_code == 422
    assert operator.post(f"{PATH}/hosts/remove", {"host": "10.0.0.7:8080"}).status_code == 303
    assert operator.post(f"{PATH}/hosts/remove", {"host": "10.0.0.7:8080"}).status_code == 404


def test_nobody_else_comes_near(house: House) -> None:
    for role in ("process_owner", "service_desk", "auditor", "caller"):
        visitor = house.signed_in(role)
        assert visitor.get(PATH).status_code == 403
        assert visitor.post(f"{PATH}/secrets", SECRET).status_code == 403
        assert visitor.post(f"{PATH}/hosts", {"host": "10.0.0.7", "reason": "x"}).status_code == 403
