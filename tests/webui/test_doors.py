"""Sign-in, sessions, CSRF, one-time links, headers: who gets in, and what every answer carries."""

from collections.abc import Callable

import pytest

from engine.acts import people as people_acts
from engine.acts import signing_in
from engine.model.person import SYSTEM, Person
from engine.transaction import begin
from tests.webui.conftest import PASSWORD, House, csrf_of
from webui.headers import MODELER_POLICY, POLICY
from webui.sign_in import local


def test_sign_in_and_out(house: House, with_password: Callable[[str], Person]) -> None:
    with_password("service_desk")
    visitor = house.visitor()
    answer = visitor.get("/work?view=groups")
    assert answer.headers["Location"] == "/sign-in?next=/work?view%3Dgroups"
    fields = {"login": "service_desk", "password": PASSWORD, "next": "/work?view=groups"}
    answer = visitor.post("/sign-in", fields, page="/sign-in")
    assert (answer.status_code, answer.headers["Location"]) == (303, "/work?view=groups")
    cookie = next(one for one in answer.headers.getlist("Set-Cookie") if one.startswith("keelson="))
    assert "HttpOnly" in cookie
    assert "SameSite=Lax" in cookie
    assert visitor.get("/work").status_code == 200
    other = house.visitor()
    other.post("/sign-in", {"login": "service_desk", "password": PASSWORD}, page="/sign-in")
    taken = visitor.client.get_cookie("keelson")
    assert taken is not None
    assert visitor.post("/sign-out").status_code == 303
    assert visitor.get("/work").status_code == 303
    thief = house.visitor()
    thief.client.set_cookie("keelson", taken.value)
    assert thief.get("/work").status_code == 303, "a copy of the cookie is of no use either"
    assert other.get("/work").status_code == 200, "another browser of the person stays signed in"


@pytest.mark.parametrize(("login", "password"), [("service_desk", "wrong wrong wrong"), ("nobody", PASSWORD), ("", "")])
def test_every_failure_to_sign_in_reads_the_same(
    house: House, with_password: Callable[[str], Person], login: str, password: str
) -> None:
    with_password("service_desk")
    answer = house.visitor().post("/sign-in", {"login": login, "password": password}, page="/sign-in")
    assert answer.status_code == 422
    assert "The name or the password is not right." in answer.get_data(as_text=True)


def test_tries_to_sign_in_are_limited(house: House) -> None:
    visitor = house.visitor()
    token = visitor.token("/sign-in")
    statuses = []
    for _ in range(12):
        answer = visitor.client.post(
            "/sign-in", data={"csrf_token": token, "login": "x"}, environ_base={"REMOTE_ADDR": "203.0.113.7"}
        )
        statuses.append(answer.status_code)
    assert statuses == [422] * 10 + [429] * 2
    assert "Too many tries" in answer.get_data(as_text=True)


def test_behind_a_proxy_each_address_has_its_own_tries(proxied_house: House) -> None:
    visitor = proxied_house.visitor()
    token = visitor.token("/sign-in")

    def sign_in(address: str) -> int:
        return visitor.client.post(
            "/sign-in",
            data={"login": "nobody", "password": "wrong", "csrf_token": token},
            headers={"X-Forwarded-For": address},
        ).status_code

    assert [sign_in("192.0.2.1") for _ in range(11)][-1] == 429
    assert sign_in("192.0.2.2") == 422


def test_without_a_proxy_nobody_is_believed_about_his_address(house: House) -> None:
    visitor = house.visitor()
    token = visitor.token("/sign-in")
    statuses = [
        visitor.client.post(
            "/sign-in",
            data={"login": "nobody", "password": "wrong", "csrf_token": token},
            headers={"X-Forwarded-For": f"192.0.2.{number}"},
        ).status_code
        for number in range(11)
    ]
    assert statuses[-1] == 429


@pytest.mark.parametrize(
    ("target", "expected"),
    [
        ("/work", "/work"),
        ("//evil.example", None),
        ("https://evil.example/", None),
        ("/\\evil.example", None),
        ("javascript:alert(1)", None),
        ("/a\nSet-Cookie: x", None),
        ("", None),
        (None, None),
    ],
)
def test_nobody_is_sent_elsewhere_after_signing_in(target: str | None, expected: str | None) -> None:
    assert local(target) == expected


def test_a_raised_session_count_ends_the_session(house: House) -> None:
    visitor = house.signed_in("service_desk")
    assert visitor.get("/work").status_code == 200
    with begin(house.installation, SYSTEM) as tx:
        people_acts.set_active(tx, house.people["service_desk"].id, False)
    assert visitor.get("/work").status_code == 303


def test_a_session_of_another_key_is_nobody(house: House) -> None:
    visitor = house.visitor()
    visitor.client.set_cookie("keelson", "eyJfdXNlcl9pZCI6ImFiYzoxIn0.aaaa.bbbb")
    assert visitor.get("/work").status_code == 303


def test_the_first_administrator_begins_with_a_link(house: House) -> None:
    with begin(house.installation, SYSTEM) as tx:
        token = signing_in.make_link(tx, signing_in.SET_PASSWORD, house.people["auditor"].id)
    visitor = house.visitor()
    path = f"/link/{token}"
    fields = {"password": PASSWORD, "again": "something else entirely"}
    answer = visitor.post(path, fields, page=path)
    assert answer.status_code == 422
    assert "The two passwords differ" in answer.get_data(as_text=True)
    answer = visitor.post(path, {"password": "short", "again": "short"}, page=path)
    assert answer.status_code == 422
    assert 'id="password-problem"' in answer.get_data(as_text=True)
    answer = visitor.post(path, {"password": PASSWORD, "again": PASSWORD}, page=path)
    assert answer.status_code == 303
    assert visitor.get("/work").status_code == 200
    used = house.visitor().get(path)
    assert used.status_code == 422
    assert "This link cannot be used" in used.get_data(as_text=True)


@pytest.mark.parametrize("path", ["/sign-in", "/work", "/nope", "/healthz"])
def test_every_answer_carries_the_headers(house: House, path: str) -> None:
    answer = house.signed_in("caller").get(path)
    assert answer.headers["Content-Security-Policy"] == POLICY
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert answer.headers["Referrer-Policy"] == "same-origin"
    assert answer.headers["X-Frame-Options"] == "DENY"
    assert answer.headers["Cache-Control"] == "no-store"


def test_no_page_carries_what_the_policy_blocks(house: House, reported: str) -> None:
    desk = house.signed_in("service_desk")
    for path in (
        "/sign-in",
        "/work?view=groups",
        "/start/incident",
        f"/cases/{reported}",
        "/processes/incident",
        "/nope",
    ):
        html = desk.get(path).get_data(as_text=True)
        assert " style=" not in html, path
        assert " onclick=" not in html, path
        assert "<style" not in html, path
        assert "<script>" not in html, path


def test_only_the_modeler_may_set_style_attributes(house: House) -> None:
    owner = house.signed_in("process_owner")
    version = owner.post("/processes/incident/drafts").headers["Location"]
    assert owner.get(version).headers["Content-Security-Policy"] == POLICY
    answer = owner.get(f"{version}/modeler")
    assert answer.headers["Content-Security-Policy"] == MODELER_POLICY
    assert 'id="modeler"' in answer.get_data(as_text=True)


def test_a_change_without_a_token_is_refused(house: House, reported: str) -> None:
    desk = house.signed_in("service_desk")
    answer = desk.client.post(f"/cases/{reported}/comments", data={"text": "Hello"})
    assert answer.status_code == 400
    assert "Hello" not in desk.get(f"/cases/{reported}").get_data(as_text=True)


def test_every_changing_view_refuses_without_a_token(house: House) -> None:
    visitor = house.signed_in("administrator")
    checked = 0
    for rule in house.app.url_map.iter_rules():
        for method in (rule.methods or set()) & {"POST", "PUT"}:
            path = rule.rule
            for argument in rule.arguments:
                path = path.replace(f"<{argument}>", "x")
            answer = visitor.client.open(path, method=method)
            # A door for programs asks for a token of its own, whoever is signed in.
            refused = {401} if path.startswith("/api/") else {400, 404}
            assert answer.status_code in refused, (rule.rule, answer.status_code)
            checked += 1
    assert checked > 30


def test_scripts_get_a_problem_document(house: House) -> None:
    answer = house.visitor().client.post("/tasks/x/draft", headers={"X-CSRFToken": "old"})
    assert answer.status_code == 401
    assert answer.mimetype == "application/problem+json"
    assert answer.json is not None
    assert answer.json["title"] == "Sign in again"
    answer = house.signed_in("caller").client.get("/nope", headers={"Accept": "application/json"})
    assert (answer.status_code, answer.mimetype) == (404, "application/problem+json")


def test_what_is_too_large_is_refused_before_it_is_read(house: House) -> None:
    desk = house.signed_in("service_desk")
    token = desk.token()
    answer = desk.client.post("/start/incident", data={"csrf_token": token, "title": "x" * 28_000_000})
    assert answer.status_code == 413
    assert "That is too large" in answer.get_data(as_text=True)


def test_a_wrong_method_is_a_page(house: House) -> None:
    answer = house.signed_in("caller").client.delete("/work")
    assert answer.status_code == 405
    assert "GET" in answer.headers["Allow"]


def test_health(house: House) -> None:
    visitor = house.visitor()
    assert visitor.get("/healthz").json == {"status": "alive"}
    assert visitor.get("/readyz").json == {"status": "ready", "oldest_due_job_seconds": 0}


def test_nobody_continues_as_somebody_outside_a_demonstration(house: House) -> None:
    person = house.people["administrator"]
    assert house.visitor().get("/continue-as").status_code == 404
    assert house.visitor().post(f"/continue-as/{person.id}", page="/sign-in").status_code == 404


def test_continue_as_somebody_in_a_demonstration(demo_house: House) -> None:
    visitor = demo_house.visitor()
    html = visitor.get("/continue-as").get_data(as_text=True)
    assert "Jo Bauer" in html
    person = demo_house.people["auditor"]
    answer = visitor.client.post(f"/continue-as/{person.id}", data={"csrf_token": csrf_of(html)})
    assert answer.status_code == 303
    assert "Auditor Person" in visitor.get("/work").get_data(as_text=True)


@pytest.mark.parametrize(
    "elsewhere", [{"environ_base": {"REMOTE_ADDR": "203.0.113.9"}}, {"headers": {"Host": "rebound.example:8000"}}]
)
def test_the_demonstration_lets_only_this_computer_in(demo_house: House, elsewhere: dict[str, object]) -> None:
    assert demo_house.visitor().client.get("/continue-as", **elsewhere).status_code == 404


def test_an_unexpected_error_is_a_page_without_its_text(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(*_: object, **__: object) -> None:
        raise RuntimeError("secret detail")

    monkeypatch.setattr("engine.reports.worklist.my_work", broken)
    answer = house.signed_in("caller").get("/work")
    assert answer.status_code == 500
    assert "secret detail" not in answer.get_data(as_text=True)
    assert "Something went wrong" in answer.get_data(as_text=True)


def test_files_and_refreshing_lists_prolong_no_session(house: House) -> None:
    visitor = house.signed_in("caller")
    assert any(one.startswith("keelson=") for one in visitor.get("/work").headers.getlist("Set-Cookie"))
    assert not visitor.get("/work/rows").headers.getlist("Set-Cookie")
    assert not visitor.get("/static/dist/nothing.js").headers.getlist("Set-Cookie")
