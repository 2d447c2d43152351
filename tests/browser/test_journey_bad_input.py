"""Bad input at the running server: it says what is wrong and where, keeps what was typed, and changes nothing."""

import contextlib
import http.client
import re
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import APIResponse, Page, expect

from tests.browser import visits
from tests.browser.running import ROOT, Keelson
from tests.browser.saying import REPORT, answer, open_task, report
from tests.browser.seats import Seats

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("journeys")]

MEGABYTE = 1024 * 1024
PASSWORD = "seven quiet harbours"
GOOD = (ROOT / "bpmn" / "library" / "incident" / "incident.bpmn").read_text("utf-8")
HEAD = '<?xml version="1.0"?>\n'
BOMB = "".join(f'<!ENTITY a{level} "{f"&a{level - 1};" * 10}">\n' for level in range(1, 10))
NAMED = 'xmlns="http://www.omg.org/spec/BPMN/20100524/MODEL" id="D" targetNamespace="t"'
HOSTILE = {
    "a file of the server": (
        f'{HEAD}<!DOCTYPE d [<!ENTITY x SYSTEM "file:///etc/passwd">]>\n'
        f'<definitions {NAMED}><process id="p" name="&x;"/></definitions>',
        r"document type",
    ),
    "an entity bomb": (
        f'{HEAD}<!DOCTYPE d [<!ENTITY a0 "ha">\n{BOMB}]>\n'
        f'<definitions {NAMED}><process id="p" name="&a9;"/></definitions>',
        r"document type",
    ),
    "not closed": (f'{HEAD}<definitions {NAMED}>\n<process id="p">\n</definitions>', r"line 4: .*not well-formed"),
    "no process": (f"{HEAD}<definitions {NAMED}></definitions>", r"process"),
    "one id twice": (GOOD.replace('id="INC_Answer"', 'id="INC_Log"'), r"line \d+: .*INC_Log"),
}


@pytest.mark.parametrize("kind", HOSTILE)
def test_a_diagram_that_cannot_be_taken(seats: Seats, kind: str) -> None:
    seats.meant.add(422)
    content, told = HOSTILE[kind]
    page = seats.take("paul")
    visits.draft(page)
    address = page.url
    before = page.request.get(f"{address}/diagram.bpmn")
    page.get_by_label("Add or replace a file").set_input_files(
        {"name": "incident.bpmn", "mimeType": "application/xml", "buffer": content.encode()}
    )
    page.get_by_role("button", name="Upload").click()
    problems = page.locator("#problems")
    expect(problems).to_contain_text("incident.bpmn")
    expect(problems).to_contain_text(re.compile(told))
    assert "root:" not in page.content()
    after = page.request.get(f"{address}/diagram.bpmn")
    assert (after.headers["etag"], after.body()) == (before.headers["etag"], before.body())


def test_the_modeler_is_told_as_well(seats: Seats) -> None:
    page = seats.take("paul")
    visits.draft(page)
    before = page.request.get(f"{page.url}/diagram.bpmn")
    token = str(page.locator("meta[name=csrf-token]").get_attribute("content"))
    for content, told in HOSTILE.values():
        refused = page.request.put(
            f"{page.url}/diagram.bpmn",
            data=content.encode(),
            headers={"X-CSRFToken": token, "If-Match": before.headers["etag"], "Content-Type": "application/xml"},
        )
        assert refused.status == 422
        assert re.search(told, refused.json()["message"])
    assert page.request.get(f"{page.url}/diagram.bpmn").headers["etag"] == before.headers["etag"]


def peak(keelson: Keelson) -> int:
    """The most memory any process of the server has ever had, in bytes."""
    ours = [keelson.process.pid]
    for status in Path("/proc").glob("[0-9]*/status"):
        try:
            lines = dict(line.split(":", 1) for line in status.read_text().splitlines() if ":" in line)
        except OSError:
            continue
        if int(lines["PPid"]) == keelson.process.pid:
            ours.append(int(lines["Pid"]))
    found = [re.search(r"VmHWM:\s+(\d+)", Path(f"/proc/{pid}/status").read_text()) for pid in ours]
    return max(int(one[1]) * 1024 for one in found if one)


def chunks(count: int) -> Iterator[bytes]:
    for _ in range(count):
        yield b"x" * MEGABYTE


@pytest.mark.parametrize("announced", [True, False], ids=["length known", "in chunks"])
def test_a_hundred_megabytes(seats: Seats, announced: bool) -> None:
    page = seats.take("paul")
    visits.draft(page)
    keelson, address = seats.keelson, urlsplit(page.url)
    token = str(page.locator("meta[name=csrf-token]").get_attribute("content"))
    cookies = "; ".join(f"{cookie['name']}={cookie['value']}" for cookie in page.context.cookies())
    headers = {"Cookie": cookies, "X-CSRFToken": token, "If-Match": '"1"', "Content-Type": "application/xml"}
    if announced:
        headers["Content-Length"] = str(100 * MEGABYTE)
    before = peak(keelson)
    connection = http.client.HTTPConnection(str(address.hostname), address.port, timeout=60)
    try:
        with contextlib.suppress(BrokenPipeError, ConnectionResetError):  # refused before all was sent: better still
            connection.request("PUT", f"{address.path}/diagram.bpmn", chunks(100), headers)
        status = connection.getresponse().status
    except ConnectionError:
        status = 413  # the answer was lost because the server closed at once
    finally:
        connection.close()
    assert status == 413
    assert (
        peak(keelson) - before < 75 * MEGABYTE
    )  # a few copies of the 5 MB that a diagram may have, however much comes
    assert page.request.get(f"{keelson.address}/healthz").ok


def fields_of(page: Page) -> dict[str, str]:
    """The hidden fields of the form of the page."""
    return {
        name: str(page.locator(f"main form[data-refresh-url] input[name={name}]").first.get_attribute("value"))
        for name in ("csrf_token", "seen", "_once")
    }


def posted(page: Page, **fields: str) -> APIResponse:
    return page.request.post(page.url, form={**fields_of(page), **fields}, max_redirects=0)


LOGGED = {
    "title": "Nobody can print on PRN-3-01",
    "service": "printing",
    "category": "hardware",
    "impact": "low",
    "urgency": "low",
}
LOGGED |= {"next": "group", "group": "support_workplace"}


def test_answers_of_another_shape(seats: Seats) -> None:
    number = report(seats.take("jana"))
    desk = seats.take("sara")
    open_task(desk, number)
    for wrong, told in (
        ({"impact": "banana"}, "Impact"),
        ({"salary": "1"}, "salary"),
        ({"service": "nothing"}, "Service"),
        ({"title": "x" * 200}, "Title"),
        ({"title[0]": "x"}, "title"),
    ):
        refused = posted(desk, **{**LOGGED, **wrong})
        assert refused.status == 422
        problems = re.search(r'id="problems".*?</ul>', refused.text(), re.S)
        assert problems
        assert told in problems[0]
        assert "title" in next(iter(wrong)) or "PRN-3-01" in refused.text()
    assert posted(desk, **LOGGED).status == 303


def test_what_is_not_there_not_allowed_or_forged(seats: Seats) -> None:
    number = report(seats.take("jana"))
    desk = seats.take("sara")
    open_task(desk, number)
    for address in ("/cases/INC-99999", "/tasks/nothing", "/versions/nothing", "/start/nothing", "/people-of"):
        assert desk.request.get(address).status == 404
    for address in ("/people", "/history", f"/cases/{number}/trace", "/operations"):
        assert desk.request.get(address).status == 403
    forged = desk.request.post(desk.url, form=LOGGED, max_redirects=0)
    assert forged.status == 400
    assert "Nothing was changed" in forged.text()
    assert seats.take("emil").request.post(desk.url, form=LOGGED, max_redirects=0).status == 400
    group = seats.take("kofi")
    group.goto(desk.url)
    token = str(group.locator("meta[name=csrf-token]").get_attribute("content"))
    refused = group.request.post(desk.url, form={**LOGGED, "csrf_token": token, "seen": "1"}, max_redirects=0)
    assert refused.status == 403
    desk.goto(f"/cases/{number}")
    expect(desk.get_by_role("heading", name="Waiting for").locator("../..")).to_contain_text("Log and classify")


def test_somebody_else_was_faster(seats: Seats) -> None:
    seats.meant.add(409)
    number = report(seats.take("jana"))
    fast, slow = seats.take("sara"), seats.take("tomas")
    for desk, item in ((fast, "PRN-3-01"), (slow, "PRN-3-02")):
        open_task(desk, number)
        answer(desk, {"Title": f"No {item}", "Category": "Hardware", "What next?": "Hand to a support group"})
        answer(desk, {"Support group": "Workplace"})
    fast.get_by_role("button", name="Complete task").last.click()
    expect(fast.get_by_text("Done: Log and classify.")).to_be_visible()
    slow.get_by_role("button", name="Complete task").last.click()
    expect(slow.get_by_role("heading", level=1)).to_have_text("Somebody else completed this task")
    expect(slow.locator("#problems")).to_contain_text("Sara Lind")
    expect(slow.locator("main")).to_contain_text("PRN-3-02")
    slow.goto(f"/cases/{number}")
    expect(slow.locator("main")).to_contain_text("PRN-3-01")
    expect(slow.locator("main")).not_to_contain_text("PRN-3-02")


def test_a_double_click(seats: Seats) -> None:
    caller = seats.take("helen")
    caller.goto("/start/incident")
    answer(caller, {**REPORT, "What is wrong, in a few words?": "Twice"})
    form = caller.locator("form[data-refresh-url]")
    address = str(form.get_attribute("action"))
    typed = form.evaluate("form => Object.fromEntries([...new FormData(form)].filter(([, one]) => one.at))")
    caller.get_by_role("button", name="Send request").last.dblclick()
    caller.wait_for_url("**/cases/INC-*")
    # Whatever this browser made of the second click, another one sends the same form again.
    again = caller.request.post(address, form=typed, max_redirects=0)
    assert again.status == 303
    assert caller.url.endswith(again.headers["location"])
    caller.goto("/requests")
    expect(caller.get_by_role("row").filter(has_text="Twice")).to_have_count(1)


def give_password(seats: Seats, login: str, name: str) -> None:
    administrator = seats.take("dana")
    visits.person(name)(administrator)
    visits.press("Make password link")(administrator)
    one = seats.take()
    one.goto(administrator.locator("code.copyable").inner_text())
    answer(one, {"Password": PASSWORD, "The same password again": PASSWORD})
    one.get_by_role("button", name="Set password").click()
    expect(one.get_by_text("Your password is set.")).to_be_visible()
    seats.keelson.sessions.pop(login, None)  # a new password ends the sessions there were


def sign_in(page: Page, login: str) -> None:
    answer(page, {"Login": login, "Password": PASSWORD})
    page.get_by_role("button", name="Sign in").click()


def test_a_sign_in_that_ended_while_somebody_typed(seats: Seats) -> None:
    seats.meant |= {401, 403}
    give_password(seats, "ana", "Ana Novak")
    give_password(seats, "ingrid", "Ingrid Olsen")
    for back, found in (("ana", True), ("ingrid", False)):
        # Given somebody whose session ends while a form is half filled in
        page = seats.take("ana")
        page.goto("/start/incident")
        answer(page, {**REPORT, "What is wrong, in a few words?": f"Typed before {back} came"})
        page.wait_for_load_state("networkidle")
        page.context.clear_cookies(name="keelson")

        # When the form is sent, the sign-in page shows nothing of it
        page.get_by_role("button", name="Send request").last.click()
        expect(page.get_by_text("What you typed is kept")).to_be_visible()
        assert "Typed before" not in page.content()
        sign_in(page, back)

        # Then the answers come back to the one who typed them, and to nobody else
        if found:
            expect(page).to_have_url(re.compile("/start/incident$"))
            expect(page.get_by_label("What is wrong, in a few words?")).to_have_value("Typed before ana came")
            page.get_by_role("button", name="Send request").last.click()
            expect(page.get_by_text("Your request is on its way:")).to_be_visible()
        else:
            assert "Typed before ingrid came" not in page.content()
            page.goto("/start/incident")
            expect(page.get_by_label("What is wrong, in a few words?")).to_have_value("")
    for who in ("ana", "ingrid"):
        page = seats.take(who)
        page.goto("/requests")
        expect(page.get_by_text("Typed before ingrid came")).to_have_count(0)
