"""The same work without JavaScript, without a mouse, and on a phone."""

import re

import pytest
from playwright.sync_api import Page, expect

from tests.browser.saying import REPORT, answer, open_task, report
from tests.browser.seats import NARROW, Seats

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("journeys")]

TO_THE_GROUP = {"Category": "Hardware", "What next?": "Hand to a support group"}


def test_without_javascript(seats: Seats) -> None:
    seats.meant.add(422)
    caller, desk, group = (seats.take(who, java_script_enabled=False) for who in ("jana", "sara", "kofi"))

    # Given a caller whose browser runs no scripts, and whose first try leaves a question open
    caller.goto("/start/incident")
    answer(caller, {question: said for question, said in REPORT.items() if question != "Which service is concerned?"})
    caller.get_by_role("button", name="Send request").last.click()
    expect(caller.locator("#problems")).to_contain_text("Which service is concerned?")
    expect(caller.get_by_label("What is wrong, in a few words?")).to_have_value("Nobody can print")

    # When the missing answer is given, the incident is on its way
    answer(caller, {"Which service is concerned?": "Printing"})
    caller.get_by_role("button", name="Send request").last.click()
    number = caller.url.rsplit("/", 1)[1]
    assert re.fullmatch(r"INC-\d+", number)

    # And at the service desk the question that depends on an answer comes after sending once
    open_task(desk, number)
    answer(desk, TO_THE_GROUP)
    desk.get_by_role("button", name="Complete task").last.click()
    answer(desk, {"Support group": "Workplace"})
    desk.get_by_role("button", name="Complete task").last.click()
    expect(desk.get_by_text("Done: Log and classify.")).to_be_visible()

    # And the group writes two rows into the list of what it tried, and takes the first away again
    open_task(group, number)
    group.get_by_label("What did you find?").fill("The queue is stopped.")
    for step in ("Turned it off and on", "Cleared the queue"):
        group.locator("button[name=_row][value^=add]").click()
        group.get_by_label("Step").last.fill(step)
    expect(group.get_by_label("Step").first).to_have_value("Turned it off and on")
    group.locator("button[name=_row][value^=remove]").first.click()
    expect(group.get_by_label("Step")).to_have_count(1)
    expect(group.get_by_label("Step")).to_have_value("Cleared the queue")
    expect(group.get_by_label("What did you find?")).to_have_value("The queue is stopped.")
    answer(group, {"Result": "It is fixed, or there is a workaround"})
    group.get_by_role("button", name="Complete task").last.click()
    answer(group, {"How was it fixed?": "Fixed for good", "Cause": "Capacity", "What was done?": "Queue cleared."})
    group.get_by_role("button", name="Complete task").last.click()
    expect(group.get_by_text("Done: Diagnose and fix.")).to_be_visible()

    # Then what was done stands on the case as text, the list with its one row
    group.goto(f"/cases/{number}")
    expect(group.locator("main")).to_contain_text("Cleared the queue")
    expect(group.locator("main")).not_to_contain_text("Turned it off and on")


def tab_to(page: Page, words: str, role: str = "") -> None:
    """Press Tab until what has the focus is called so."""
    for _ in range(120):
        page.keyboard.press("Tab")
        name = page.evaluate(
            """() => { const one = document.activeElement;
            return [one.getAttribute('aria-label'), ...[...one.labels ?? []].map(label => label.textContent),
                one.tagName === 'INPUT' ? one.value : one.textContent].filter(Boolean).join(' | ').trim(); }"""
        )
        if words in name:
            outline = page.evaluate(
                """() => { const look = getComputedStyle(document.activeElement);
                return look.outlineStyle !== 'none' || look.boxShadow !== 'none'; }"""
            )
            assert outline, f"the focus on {words} cannot be seen"
            return
    raise AssertionError(f"Tab never came to {words}")


def test_by_keyboard_alone(seats: Seats) -> None:
    # Given an incident that waits for the service desk
    number = report(seats.take("priya"), **{"What is wrong, in a few words?": "Keys only"})

    # When somebody without a mouse continues as Sara Lind, skips to the content, and finds the task in the list
    page = seats.take()
    page.goto("/continue-as")
    tab_to(page, "Continue as Sara Lind")
    page.keyboard.press("Enter")
    page.wait_for_url("**/work")
    page.keyboard.press("Tab")
    expect(page.locator(":focus")).to_have_text("Skip to content")
    page.keyboard.press("Enter")
    tab_to(page, "Offered to me")
    page.keyboard.press("Enter")
    page.wait_for_url("**/work?view=groups")
    for _ in range(30):
        page.keyboard.press("j")
        if number in page.locator("tr.on").inner_text():
            break
    page.keyboard.press("Enter")
    page.wait_for_url("**/tasks/*")
    expect(page.get_by_label("Title")).to_have_value("Keys only")

    # And answers every question and completes the task
    tab_to(page, "Category")
    page.keyboard.type("Hard")
    tab_to(page, "Hand to a support group")
    page.keyboard.press("Space")
    expect(page.get_by_label("Support group", exact=True)).to_be_visible()
    expect(page.get_by_label("Hand to a support group")).to_be_focused()
    tab_to(page, "Support group")
    page.keyboard.type("Work")
    expect(page.get_by_label("Support group", exact=True)).to_have_value("support_workplace")
    page.keyboard.press("Control+Enter")

    # Then the task is done
    expect(page.get_by_text("Done: Log and classify.")).to_be_visible()

    # And the help for the keyboard opens and closes by it (keys work once the page has loaded: its words show before)
    page.wait_for_load_state()
    page.keyboard.press("?")
    expect(page.get_by_role("dialog")).to_be_visible()
    page.keyboard.press("Escape")
    expect(page.get_by_role("dialog")).to_have_count(0)
    page.goto("/work")
    page.keyboard.press("/")
    expect(page.locator(":focus")).to_have_attribute("type", "search")


def fits(page: Page) -> bool:
    width: int = page.evaluate("document.documentElement.scrollWidth")
    return width <= NARROW["width"]


def test_on_a_phone(seats: Seats) -> None:
    # Given an incident, and somebody of the service desk with a phone
    number = report(seats.take("priya"), **{"What is wrong, in a few words?": "From the road"})
    page = seats.take("sara", narrow=True, has_touch=True)
    page.goto("/requests")

    # When the menu is opened and the work list chosen there
    menu = page.get_by_role("navigation", name="Main")
    expect(menu.get_by_role("link", name="My work")).not_to_be_visible()
    page.get_by_role("button", name="Menu").tap()
    menu.get_by_role("link", name="My work").tap()
    page.wait_for_url("**/work")

    # Then each task is a block of lines, number and deadline first
    page.get_by_role("link", name="Offered to me").tap()
    row = page.get_by_role("row").filter(has_text=number)
    what, when = row.get_by_role("link"), row.locator("time.chip")
    assert when.bounding_box()["y"] < what.bounding_box()["y"]  # type: ignore[index]
    assert fits(page)

    # And the task can be read and completed
    what.tap()
    page.wait_for_url("**/tasks/*")
    assert fits(page)
    answer(page, {**TO_THE_GROUP, "Support group": "Workplace"})
    page.get_by_role("button", name="Complete task").last.tap()
    expect(page.get_by_text("Done: Log and classify.")).to_be_visible()
    assert fits(page)
