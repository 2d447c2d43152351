"""Tasks on pages: completed once, refused with what was typed, drafts, and sign-ins that end in between."""

import re
import threading
from collections.abc import Callable

from engine.acts import steering
from engine.model.person import SYSTEM, Person
from engine.storage import instances
from engine.transaction import begin
from tests.webui.conftest import PASSWORD, REPORT, House, Visitor, csrf_of, first_task, hidden

LOGGED = {
    "title": "Mail does not open",
    "service": "general",
    "category": "software",
    "impact": "low",
    "urgency": "medium",
    "next": "group",
    "group": "support_network",
}


def opened(visitor: Visitor, path: str) -> dict[str, object]:
    """The hidden fields of a task's page."""
    html = visitor.get(path).get_data(as_text=True)
    return {"csrf_token": csrf_of(html), "seen": hidden(html, "seen"), "_once": hidden(html, "_once")}


def history(house: House, number: str) -> str:
    return house.signed_in("auditor").get(f"/cases/{number}/trace").get_data(as_text=True)


def test_completing_a_task(house: House, reported: str) -> None:
    desk = house.signed_in("service_desk")
    path = first_task(desk)
    answer = desk.client.post(path, data={**opened(desk, path), **LOGGED})
    assert answer.status_code == 303, answer.get_data(as_text=True)
    assert "Done:" in desk.get("/work").get_data(as_text=True)
    network = house.signed_in("support_network")
    assert reported in network.get("/work?view=groups").get_data(as_text=True)


def test_answers_that_need_mending_come_back_with_what_was_typed(house: House, reported: str) -> None:
    desk = house.signed_in("service_desk")
    path = first_task(desk)
    answer = desk.client.post(path, data={**opened(desk, path), **LOGGED, "category": "", "title": "Kept <title>"})
    html = answer.get_data(as_text=True)
    assert answer.status_code == 422
    assert 'id="problems"' in html
    assert "Kept &lt;title&gt;" in html
    assert "<title>Problem: " in html
    for target in re.findall(r'<li><a href="#([^"]+)">', html):
        assert f'id="{target}"' in html


def test_an_unknown_field_is_refused(house: House, reported: str) -> None:
    desk = house.signed_in("service_desk")
    path = first_task(desk)
    answer = desk.client.post(path, data={**opened(desk, path), **LOGGED, "salary": "1"})
    assert answer.status_code == 422
    assert "salary" in answer.get_data(as_text=True)


def test_a_task_done_by_somebody_else_is_told_with_the_answers_kept(house: House, reported: str) -> None:
    house.people["second_desk"] = house.people["incident_manager"]
    desk, other = house.signed_in("service_desk"), house.signed_in("service_desk")
    path = first_task(desk)
    late = opened(other, path)
    assert desk.client.post(path, data={**opened(desk, path), **LOGGED}).status_code == 303
    answer = other.client.post(path, data={**late, **LOGGED, "title": "EXCH-MBX-02"})
    html = answer.get_data(as_text=True)
    assert answer.status_code == 409
    assert "Service Desk Person" in html
    assert "EXCH-MBX-02" in html


def test_a_task_claimed_meanwhile_keeps_the_answers_in_the_form(house: House, reported: str) -> None:
    desk = house.signed_in("service_desk")
    path = first_task(desk)
    fields = opened(desk, path)
    assert desk.post(f"{path}/claim").status_code == 303
    answer = desk.client.post(path, data={**fields, **LOGGED, "title": "EXCH-MBX-02"})
    html = answer.get_data(as_text=True)
    assert answer.status_code == 409
    assert 'value="EXCH-MBX-02"' in html
    again = {"csrf_token": csrf_of(html), "seen": hidden(html, "seen"), "_once": hidden(html, "_once")}
    assert desk.client.post(path, data={**again, **LOGGED}).status_code == 303


def test_a_double_click_completes_once_and_looks_like_one(house: House, reported: str) -> None:
    desk = house.signed_in("service_desk")
    path = first_task(desk)
    fields = {**opened(desk, path), **LOGGED}
    cookie = desk.client.get_cookie("keelson")
    assert cookie is not None
    answers = []

    def click() -> None:
        client = house.app.test_client()
        client.set_cookie("keelson", cookie.value)
        answers.append(client.post(path, data=fields))

    clicks = [threading.Thread(target=click) for _ in range(2)]
    for one in clicks:
        one.start()
    for one in clicks:
        one.join()
    assert [answer.status_code for answer in answers] == [303, 303]
    assert answers[0].headers["Location"] == answers[1].headers["Location"]
    assert history(house, reported).count("completed <strong>Log and classify</strong>") == 1


def test_a_double_click_starts_one_case(house: House) -> None:
    caller = house.signed_in("caller")
    html = caller.get("/start/incident").get_data(as_text=True)
    fields = {**REPORT, "csrf_token": csrf_of(html), "_once": hidden(html, "_once")}
    first = caller.client.post("/start/incident", data=fields)
    second = caller.client.post("/start/incident", data=fields)
    assert (first.status_code, first.headers["Location"]) == (303, second.headers["Location"])
    assert caller.get("/requests").get_data(as_text=True).count("data-row") == 1


def test_somebody_elses_task_is_refused(house: House, reported: str) -> None:
    path = first_task(house.signed_in("service_desk"))
    assert house.signed_in("administrator").get(path).status_code == 403
    network = house.signed_in("support_network")
    assert network.get(path).status_code == 200
    assert "not offered to you" in network.get(path).get_data(as_text=True)
    assert network.post(path, {**LOGGED, "seen": "1"}).status_code == 403


def test_claim_give_back_and_assign(house: House, reported: str) -> None:
    desk = house.signed_in("service_desk")
    path = first_task(desk)
    answer = desk.post(f"{path}/claim", {"next": "/work?view=groups"})
    assert answer.headers["Location"] == "/work?view=groups"
    assert "Assigned to you" in desk.get(path).get_data(as_text=True)
    assert desk.post(f"{path}/give-back").status_code == 303
    answer = desk.post(f"{path}/assign", {"person": house.people["service_desk"].id, "reason": " "})
    assert answer.status_code == 422
    answer = desk.post(f"{path}/assign", {"person": house.people["service_desk"].id, "reason": "Knows it"})
    assert answer.status_code == 303
    assert "Assigned to you" in desk.get(path).get_data(as_text=True)


def test_a_draft_is_kept_for_its_author_only(house: House, reported: str) -> None:
    desk = house.signed_in("service_desk")
    path = first_task(desk)
    fields = opened(desk, path)
    headers = {"X-CSRFToken": str(fields["csrf_token"])}
    answer = desk.client.post(f"{path}/draft", data={"title": "Half a title", "category": ""}, headers=headers)
    assert answer.status_code == 204
    assert "Half a title" in desk.get(path).get_data(as_text=True)
    assert "Half a title" not in house.signed_in("incident_manager").get(path).get_data(as_text=True)


def test_conditional_fields_are_worked_out_by_the_server(house: House, reported: str) -> None:
    desk = house.signed_in("service_desk")
    path = first_task(desk)
    headers = {"X-CSRFToken": str(opened(desk, path)["csrf_token"])}
    group = desk.client.post(f"{path}/fields", data={"next": "group"}, headers=headers).get_data(as_text=True)
    solved = desk.client.post(f"{path}/fields", data={"next": "solved"}, headers=headers).get_data(as_text=True)
    assert 'name="group"' in group
    assert 'name="group"' not in solved
    assert 'name="resolution"' in solved
    assert "<html" not in solved


def expire(visitor: Visitor) -> None:
    """Let the session run out: its cookie is gone, the note of whose browser this was stays."""
    visitor.client.delete_cookie("keelson")


def test_answers_posted_after_the_sign_in_expired_come_back_to_their_author(
    house: House, reported: str, with_password: Callable[[str], Person]
) -> None:
    with_password("service_desk")
    desk = house.signed_in("service_desk")
    path = first_task(desk)
    fields = opened(desk, path)
    expire(desk)
    answer = desk.client.post(path, data={**fields, **LOGGED, "title": "EXCH-MBX-02"})
    assert answer.status_code == 303
    assert answer.headers["Location"].startswith("/sign-in")
    page = desk.get(answer.headers["Location"]).get_data(as_text=True)
    assert "What you typed is kept" in page
    assert "EXCH-MBX-02" not in page
    answer = desk.client.post(
        "/sign-in", data={"csrf_token": csrf_of(page), "login": "service_desk", "password": PASSWORD}
    )
    answer = desk.get(answer.headers["Location"], follow_redirects=True)
    assert answer.request.path == path
    assert 'value="EXCH-MBX-02"' in answer.get_data(as_text=True)


def test_answers_to_a_task_that_ended_meanwhile_come_back_to_be_read(
    house: House, reported: str, with_password: Callable[[str], Person]
) -> None:
    with_password("service_desk")
    desk = house.signed_in("service_desk")
    path = first_task(desk)
    fields = opened(desk, path)
    expire(desk)
    answer = desk.client.post(path, data={**fields, **LOGGED, "title": "EXCH-MBX-02"})
    page = desk.get(answer.headers["Location"]).get_data(as_text=True)
    with begin(house.installation, SYSTEM) as tx:
        case = instances.by_number(tx, reported)
        assert case is not None
        steering.cancel_case(tx, case.id, "Reported twice.")
    answer = desk.client.post(
        "/sign-in", data={"csrf_token": csrf_of(page), "login": "service_desk", "password": PASSWORD}
    )
    answer = desk.get(answer.headers["Location"], follow_redirects=True)
    assert answer.status_code == 200
    assert answer.request.path == "/me/kept"
    assert "EXCH-MBX-02" in answer.get_data(as_text=True)


def test_nobody_else_gets_them(house: House, reported: str, with_password: Callable[[str], Person]) -> None:
    with_password("incident_manager")
    with_password("service_desk")
    desk = house.signed_in("service_desk")
    path = first_task(desk)
    fields = opened(desk, path)
    expire(desk)
    answer = desk.client.post(path, data={**fields, **LOGGED, "title": "EXCH-MBX-02"})
    page = desk.get(answer.headers["Location"]).get_data(as_text=True)
    answer = desk.client.post(
        "/sign-in", data={"csrf_token": csrf_of(page), "login": "incident_manager", "password": PASSWORD}
    )
    answer = desk.get(answer.headers["Location"], follow_redirects=True)
    assert "EXCH-MBX-02" not in answer.get_data(as_text=True)
    assert "EXCH-MBX-02" not in desk.get(path).get_data(as_text=True)
    assert "EXCH-MBX-02" not in house.signed_in("service_desk").get(path).get_data(as_text=True)


def test_a_page_too_old_keeps_what_was_typed(house: House, reported: str) -> None:
    desk = house.signed_in("service_desk")
    path = first_task(desk)
    desk.get(path)
    answer = desk.client.post(path, data={"csrf_token": "old", "seen": "1", **LOGGED, "title": "EXCH-9"})
    assert answer.status_code == 400
    html = answer.get_data(as_text=True)
    assert "Continue with what I typed" in html
    answer = desk.get("/me/kept", follow_redirects=True)
    assert answer.request.path == path
    assert 'value="EXCH-9"' in answer.get_data(as_text=True)


def test_text_of_another_form_is_shown_to_copy(house: House, reported: str) -> None:
    desk = house.signed_in("service_desk")
    desk.get("/work")
    desk.client.post(f"/cases/{reported}/comments", data={"csrf_token": "old", "text": "A long comment"})
    html = desk.get("/me/kept").get_data(as_text=True)
    assert "A long comment" in html
    assert "A long comment" not in desk.get("/me/kept", follow_redirects=True).get_data(as_text=True)


def test_a_comment_and_a_second_click(house: House, reported: str) -> None:
    desk = house.signed_in("service_desk")
    html = desk.get(f"/cases/{reported}").get_data(as_text=True)
    fields = {"csrf_token": csrf_of(html), "_once": hidden(html, "_once"), "text": "Looks like <the> cache"}
    for _ in range(2):
        assert desk.client.post(f"/cases/{reported}/comments", data=fields).status_code == 303
    html = desk.get(f"/cases/{reported}").get_data(as_text=True)
    assert html.count('<div class="comment">') == 1
    assert "Looks like &lt;the&gt; cache" in html


def test_rows_tell_when_nothing_changed(house: House, reported: str) -> None:
    desk = house.signed_in("service_desk")
    first = desk.get("/work/rows?view=groups")
    again = desk.get("/work/rows?view=groups", headers={"If-None-Match": first.headers["ETag"]})
    assert again.status_code == 304
    desk.post(f"{first_task(desk)}/claim")
    changed = desk.get("/work/rows?view=groups", headers={"If-None-Match": first.headers["ETag"]})
    assert changed.status_code == 200


def test_an_exact_number_is_found_at_once(house: House, reported: str) -> None:
    desk = house.signed_in("service_desk")
    assert desk.get(f"/search?q={reported.lower()}").headers["Location"].endswith(f"/cases/{reported}")
    assert reported in desk.get("/search?q=mail").get_data(as_text=True)
    assert reported not in house.signed_in("administrator").get("/search?q=mail").get_data(as_text=True)


def test_dates_of_a_task_are_changed_with_a_reason_and_keep_what_was_typed(house: House, reported: str) -> None:
    desk = house.signed_in("service_desk")
    path = first_task(desk)
    assert f"{path}/due" in desk.get(path).get_data(as_text=True)
    seen = hidden(desk.get(f"{path}/due").get_data(as_text=True), "seen")
    fields = {"seen": seen, "due": "2026-11-25T10:30", "follow_up": "2026-11-24T08:00", "priority": "70", "reason": ""}
    refused = desk.post(f"{path}/due", fields)
    assert refused.status_code == 422
    assert 'value="2026-11-25T10:30"' in refused.get_data(as_text=True)
    assert desk.post(f"{path}/due", fields | {"due": "soon", "reason": "x"}).status_code == 422
    assert desk.post(f"{path}/due", fields | {"priority": "much", "reason": "x"}).status_code == 422
    assert desk.post(f"{path}/due", fields | {"reason": "The part comes on Wednesday."}).status_code == 303
    listed = desk.get("/work?view=groups").get_data(as_text=True)
    assert "look again" in listed
    assert "task priority 70" in listed
    assert 'value="2026-11-25T10:30"' in desk.get(f"{path}/due").get_data(as_text=True)
    assert "The part comes on Wednesday." in history(house, reported)
    assert house.signed_in("caller").get(f"{path}/due").status_code == 403
