"""An incident in the browser, from the report to the auditor's desk."""

import pytest
from playwright.sync_api import Page, expect

from tests.browser.saying import complete, open_task, report, until_it_says
from tests.browser.seats import Seats
from tests.browser.visits import drawn

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("journeys")]


def sequence(page: Page) -> list[int]:
    """The numbers of the entries on the list, as they stand there."""
    found = page.locator("[data-trace-log] li[data-seq]").evaluate_all("rows => rows.map(row => +row.dataset.seq)")
    return [int(one) for one in found]


def asked_and_answered(seats: Seats) -> str:
    """The way of an incident until the caller answered the question of the group; gives its number."""
    caller, desk, group = seats.take("jana"), seats.take("sara"), seats.take("kofi")

    # Given a caller who reported that nobody can print
    number = report(caller)
    expect(caller.get_by_text("Your request is on its way:")).to_be_visible()

    # When the service desk logs it and hands it to the workplace group
    open_task(desk, number)
    expect(desk.get_by_label("Title")).to_have_value("Nobody can print")
    complete(
        desk,
        {
            "Category": "Hardware",
            "Configuration item": "Core switch",
            "What next?": "Hand to a support group",
            "Support group": "Workplace",
        },
    )

    # And the group takes it, finds that it needs to know more, and asks the caller
    group.goto("/work?view=groups")
    group.get_by_role("row").filter(has_text=number).get_by_role("button", name="Claim").click()
    expect(group.get_by_text("The task is yours.")).to_be_visible()
    open_task(group, number, "mine")
    complete(
        group,
        {
            "What did you find?": "The queue of the third floor is stopped.",
            "Result": "The caller has to answer a question first",
            "What do you need to know?": "Does the display show E-57?",
        },
    )

    # Then the clock rests, and the caller reads the question and answers it
    expect(group.get_by_text(number)).to_have_count(0)
    open_task(caller, number, "mine")
    expect(caller.get_by_text("Does the display show E-57?")).to_be_visible()
    complete(caller, {"Your answer": "Yes, E-57."})
    return number


def fixed_and_closed(seats: Seats, number: str) -> None:
    """The way of the incident from there to its end."""
    caller, desk, group = seats.take("jana"), seats.take("sara"), seats.take("kofi")

    # When the group has fixed it
    open_task(group, number, "groups")
    complete(
        group,
        {
            "What did you find?": "The fuser was worn out.",
            "Result": "It is fixed, or there is a workaround",
            "How was it fixed?": "Fixed for good",
            "Cause": "Defect in software or hardware",
            "What was done?": "The fuser was replaced.",
        },
    )

    # Then the caller confirms, and the service desk closes the incident
    open_task(caller, number, "mine")
    expect(caller.get_by_text("The fuser was replaced.")).to_be_visible()
    complete(caller, {"Does it work again?": "Yes, it works", "How satisfied are you with the help?": "Satisfied"})
    open_task(desk, number)
    complete(desk, {"Final cause": "Defect in software or hardware"})
    until_it_says(caller, f"/cases/{number}", "Completed")  # the watch over its deadline ends by a message


def test_an_incident_from_report_to_audit(seats: Seats) -> None:
    number = asked_and_answered(seats)
    fixed_and_closed(seats, number)

    # And the auditor sees who did what, when, with which data, and that the chain holds
    auditor = seats.take("omar")
    auditor.goto("/history")
    auditor.get_by_role("row").filter(has_text=number).get_by_role("link").click()
    expect(auditor.locator(".head")).to_contain_text("Chain consistent")
    told = auditor.locator("[data-trace-log]")
    for words in (
        "Jana Bauer started the case on release 1",
        "Sara Lind completed Log and classify",
        "Kofi Mensah took Diagnose and fix",
        "Jana Bauer completed Answer the question",
        "Jana Bauer completed Confirm the fix",
        "Sara Lind completed Close the incident",
    ):
        expect(told).to_contain_text(words)
    in_step(auditor)


def in_step(auditor: Page) -> None:
    """List, slider, drawing and data of a trace tell of the same moment."""
    drawn(auditor)
    told = auditor.locator("[data-trace-log]")

    slider = auditor.get_by_label("Moment of the case")
    data = auditor.locator("[data-moment-url]")
    drawing = auditor.locator(".djs-container")
    logged = told.locator("li").filter(has_text="Sara Lind completed Log and classify")
    seq = logged.get_attribute("data-seq")
    logged.locator("button.moment").click()
    expect(slider).to_have_value(str(seq))
    expect(data).to_contain_text("CI-1002")
    expect(data).not_to_contain_text("E-57")
    expect(drawing.locator('[data-element-id="INC_Work"].here')).to_have_count(1)
    expect(drawing.locator('[data-element-id="INC_Closed"].taken')).to_have_count(0)

    slider.focus()
    slider.press("End")
    newest = max(sequence(auditor))
    expect(told.locator("li.on")).to_have_attribute("data-seq", str(newest))
    expect(data).to_contain_text("Yes, E-57.")
    expect(drawing.locator('[data-element-id="INC_Closed"].taken')).to_have_count(1)

    slider.press("Home")
    oldest = min(sequence(auditor))
    expect(told.locator("li.on")).to_have_attribute("data-seq", str(oldest))
    expect(data).not_to_contain_text("CI-1002")
    expect(drawing.locator('[data-element-id="INC_Log"].here')).to_have_count(1)

    # And choosing an element marks the entries about it
    drawing.locator('[data-element-id="INC_Log"] .djs-hit').first.dispatch_event("click")
    marked = told.locator("li[data-seq].about")
    expect(marked.filter(has_text="Log and classify").first).to_be_visible()
    assert 0 < marked.count() < len(sequence(auditor))
