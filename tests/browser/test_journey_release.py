"""A process owner changes the diagram; a second person releases it; cases run on what they began with."""

import re
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Locator, Page, expect

from tests.browser.running import running
from tests.browser.saying import report
from tests.browser.seats import Seats
from tests.browser.visits import element

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("release")]


@pytest.fixture
def own_seats(browser: Browser, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Seats]:
    """A demonstration of this test's own: a release cannot be taken back."""
    with running(tmp_path_factory.mktemp("release"), demo=True) as keelson:
        taken = Seats(browser=browser, keelson=keelson)
        yield taken
        taken.leave()


def entry(page: Page, name: str) -> Locator:
    return page.locator(f"[data-entry-id={name}]").locator("textarea, input, select").first


def save(page: Page) -> None:
    page.get_by_role("button", name="Save draft").click()
    expect(page.locator("[data-modeler-status]")).to_have_text(re.compile("^Saved"))


def waits_for(page: Page, number: str) -> Locator:
    page.goto(f"/cases/{number}")
    return page.locator("section").filter(has=page.get_by_role("heading", name="Waiting for"))


def draft_with_a_mistake(owner: Page) -> str:
    """A draft whose first task lost its form; gives its address."""
    # When the owner begins a draft and opens the diagram
    owner.goto("/processes")
    owner.get_by_role("link", name="Incident", exact=True).click()
    owner.get_by_role("button", name="New draft").click()
    draft = owner.url
    owner.get_by_role("link", name="Edit the diagram").click()
    expect(owner.locator("#modeler[data-ready]")).to_be_visible()

    # And renames a task and takes its form away by mistake
    element("INC_Log")(owner)
    entry(owner, "name").fill("Log and sort")
    entry(owner, "formRef").select_option("")
    owner.get_by_role("button", name="Check").click()

    # Then the check says so on the element and in the list
    findings = owner.locator("[data-findings] li")
    expect(findings.filter(has_text="Log and sort").first).to_contain_text("has no form")
    expect(owner.locator('.djs-overlays[data-container-id="INC_Log"] .badge-k')).to_be_visible()

    # And saved as it is, it cannot be proposed
    save(owner)
    owner.goto(draft)
    expect(owner.get_by_text("The user task Log and sort has no form.")).to_be_visible()
    expect(owner.get_by_role("button", name="Propose")).to_have_count(1)
    owner.get_by_label("What changes and why").fill("Shorter name")
    owner.get_by_role("button", name="Propose").click()
    expect(owner.locator("#problems")).to_be_visible()
    expect(owner.get_by_label("What changes and why")).to_have_value("Shorter name")
    return draft


def mended_and_proposed(owner: Page, draft: str) -> None:
    """The form is back, one more property is set, and the draft is put before a second person."""
    # When the form is back and a word for lists is set, it is checked, saved and proposed
    owner.get_by_role("link", name="Edit the diagram").click()
    expect(owner.locator("#modeler[data-ready]")).to_be_visible()
    element("INC_Log")(owner)
    entry(owner, "formRef").select_option("log")
    element("INC_Confirm")(owner)
    owner.get_by_label("Title in lists").fill("Close it well")
    save(owner)
    owner.goto(draft)
    expect(owner.get_by_text("No findings")).to_be_visible()
    changed = owner.locator("section").filter(has=owner.get_by_role("heading", name="What changed"))
    expect(changed).to_contain_text("Log and sort")
    owner.get_by_label("What changes and why").fill("Shorter name for the service desk.")
    owner.get_by_role("button", name="Propose").click()


def test_a_change_of_the_diagram_from_draft_to_release(own_seats: Seats) -> None:
    own_seats.meant |= {403, 409, 422}
    owner, second, caller = own_seats.take("paul"), own_seats.take("helen"), own_seats.take("jana")

    # Given a case that runs on release 1
    old = report(caller)
    expect(waits_for(caller, old)).to_contain_text("Log and classify")

    draft = draft_with_a_mistake(owner)
    mended_and_proposed(owner, draft)

    # Then the owner cannot release what is the owner's own, not even by asking for it directly
    expect(owner.get_by_text("Waits for a second person")).to_be_visible()
    expect(owner.get_by_role("button", name="Release", exact=True)).to_have_count(0)
    token = owner.locator("meta[name=csrf-token]").get_attribute("content")
    refused = owner.request.post(f"{draft}/release", form={"csrf_token": str(token)})
    assert refused.status == 403
    assert "A second person is needed" in refused.text()

    # When a second person releases it
    second.goto(draft)
    expect(second.get_by_text("Shorter name for the service desk.")).to_be_visible()
    second.get_by_role("button", name="Release", exact=True).click()
    second.get_by_role("dialog").get_by_role("button", name="Release").click()
    expect(second.get_by_text("Released as version 2.")).to_be_visible()

    # Then new cases run on release 2, and old ones stay on 1
    new = report(caller)
    expect(waits_for(caller, new)).to_contain_text("Log and sort")
    expect(caller.get_by_text("Incident, release 2")).to_be_visible()
    expect(waits_for(caller, old)).to_contain_text("Log and classify")
    expect(caller.get_by_text("Incident, release 1")).to_be_visible()
