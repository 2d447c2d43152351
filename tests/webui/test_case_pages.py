"""What people do on the page of a case: offered messages, cancelling, files."""

import hashlib
import io
import re

from tests.webui.conftest import REPORT, House, csrf_of, first_task, hidden


def test_the_caller_withdraws_with_a_form(house: House, reported: str) -> None:
    caller = house.signed_in("caller")
    html = caller.get(f"/cases/{reported}").get_data(as_text=True)
    offer = re.search(rf'href="(/cases/{reported}/messages/[^"]+)">Withdraw', html)
    assert offer, html
    form = caller.get(offer[1]).get_data(as_text=True)
    field = re.search(r'<textarea[^>]*name="(\w+)"', form)
    assert field, form
    refused = caller.post(offer[1], {field[1]: ""})
    assert refused.status_code == 422
    assert caller.post(offer[1], {field[1]: "It works again"}).status_code == 303
    assert "It works again" in caller.get(f"/cases/{reported}").get_data(as_text=True)
    assert caller.post(offer[1], {field[1]: "Again"}).status_code in {404, 409}


def test_a_message_is_offered_to_its_people_only(house: House, reported: str) -> None:
    html = house.signed_in("caller").get(f"/cases/{reported}").get_data(as_text=True)
    offer = re.search(rf'href="(/cases/{reported}/messages/[^"]+)">Withdraw', html)
    assert offer
    auditor = house.signed_in("auditor")
    assert "Withdraw" not in auditor.get(f"/cases/{reported}").get_data(as_text=True)
    assert auditor.get(offer[1]).status_code == 404


def test_cancelling_needs_the_permission_and_a_reason(house: House, reported: str) -> None:
    desk = house.signed_in("service_desk")
    assert desk.post(f"/cases/{reported}/cancel", {"reason": "No"}).status_code == 403
    manager = house.signed_in("incident_manager")
    assert manager.post(f"/cases/{reported}/cancel", {"reason": " "}).status_code == 422
    assert manager.post(f"/cases/{reported}/cancel", {"reason": "Test"}).status_code == 303
    assert "Cancelled" in manager.get(f"/cases/{reported}").get_data(as_text=True)
    assert manager.post(f"/cases/{reported}/cancel", {"reason": "Test"}).status_code == 409


def test_a_file_is_kept_through_a_mended_answer_and_comes_back_as_a_download(house: House) -> None:
    caller = house.signed_in("caller")
    page = caller.get("/start/incident").get_data(as_text=True)
    content = b"<script>alert(1)</script>"
    upload = (io.BytesIO(content), "../evil.html")
    first = {**REPORT, "title": "", "attachments": upload, "csrf_token": csrf_of(page)}
    answer = caller.client.post("/start/incident", data=first)
    assert answer.status_code == 422
    html = answer.get_data(as_text=True)
    digest = hashlib.sha256(content).hexdigest()
    assert f'name="attachments" value="{digest}" checked' in html
    again = {**REPORT, "attachments": digest, "_kept": hidden(html, "_kept"), "csrf_token": csrf_of(html)}
    answer = caller.client.post("/start/incident", data=again)
    assert answer.status_code == 303, answer.get_data(as_text=True)
    number = answer.headers["Location"].rsplit("/", 1)[1]
    case = caller.get(f"/cases/{number}").get_data(as_text=True)
    assert "evil.html" in case
    download = caller.get(f"/cases/{number}/files/{digest}")
    assert download.data == content
    assert download.mimetype == "application/octet-stream"
    assert "attachment" in download.headers["Content-Disposition"]
    assert "/" not in download.headers["Content-Disposition"].split("filename=")[1]
    assert download.headers["X-Content-Type-Options"] == "nosniff"
    download.close()
    assert house.signed_in("administrator").get(f"/cases/{number}/files/{digest}").status_code == 404
    assert caller.get(f"/cases/{number}/files/{'0' * 64}").status_code == 404


def test_a_file_of_somebody_else_cannot_be_claimed_by_its_digest(house: House) -> None:
    caller, desk = house.signed_in("caller"), house.signed_in("service_desk")
    page = caller.get("/start/incident").get_data(as_text=True)
    upload = (io.BytesIO(b"secret"), "a.txt")
    first = {**REPORT, "title": "", "attachments": upload, "csrf_token": csrf_of(page)}
    html = caller.client.post("/start/incident", data=first).get_data(as_text=True)
    digest = hashlib.sha256(b"secret").hexdigest()
    stolen = {**REPORT, "attachments": digest, "_kept": hidden(html, "_kept"), "csrf_token": desk.token()}
    assert desk.client.post("/start/incident", data=stolen).status_code == 422


def test_the_case_shows_what_was_answered_and_where_it_stands(house: House, reported: str) -> None:
    html = house.signed_in("caller").get(f"/cases/{reported}").get_data(as_text=True)
    assert "Since nine o&#39;clock" in html
    assert "Waiting for" in html
    progress = house.signed_in("caller").get(f"/cases/{reported}/progress.json").json
    assert progress is not None
    assert "INC_Log" in progress["here"]
    assert progress["entries"]


def test_a_caller_sees_only_his_own_cases(house: House, reported: str) -> None:
    stranger = house.signed_in("administrator")
    assert reported not in stranger.get("/cases").get_data(as_text=True)
    desk = house.signed_in("service_desk")
    assert reported in desk.get("/cases?state=active&process=incident&text=mail").get_data(as_text=True)
    assert reported not in desk.get("/cases?state=completed").get_data(as_text=True)
    assert "Clear filters" in desk.get("/cases?state=completed").get_data(as_text=True)
    assert first_task(desk)


def test_a_history_over_a_clock_that_was_set_back_says_so(house: House, reported: str) -> None:
    path = f"/cases/{reported}/comments"
    house.clock.pass_by(hours=5)
    assert house.signed_in("caller").post(path, {"text": "Still broken"}).status_code == 303
    house.clock.pass_by(hours=-3)
    desk = house.signed_in("service_desk")
    assert desk.post(path, {"text": "Set to summer time by hand"}).status_code == 303
    for visitor, page in ((desk, f"/cases/{reported}"), (house.signed_in("auditor"), f"/cases/{reported}/trace")):
        html = visitor.get(page).get_data(as_text=True)
        assert html.count("The clock had been set back") == 1
        entries = html[html.index("The clock had been set back") - 2000 :]
        assert entries.index("Set to summer time") < entries.index("Still broken"), "the newest entry stands first"
