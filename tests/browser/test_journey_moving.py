"""An owner has running cases follow a new version: what maps, what does not, a batch with pause, and its report."""

import re
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Locator, Page, expect

from engine import worker
from engine.acts.steering import cancel_case
from engine.installation import Installation, open_installation
from engine.model.person import SYSTEM
from engine.settings import Settings
from engine.storage import tables
from engine.transaction import begin
from tests.browser.lending import lending
from tests.browser.running import running
from tests.browser.seats import Seats

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("release")]


@pytest.fixture
def seats(browser: Browser, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Seats]:
    """A demonstration whose jobs are done when the test does them: a batch is soon over."""
    with running(tmp_path_factory.mktemp("moving"), demo=True, worker=False) as keelson:
        lending(keelson.data)
        taken = Seats(browser=browser, keelson=keelson)
        yield taken
        taken.leave()


@pytest.fixture
def store(seats: Seats) -> Iterator[Installation]:
    """The store of that server; the batch that was begun before is over."""
    installation = open_installation(Settings.read({"KEELSON_DATA": str(seats.keelson.data)}))
    worker.run_due(installation)
    yield installation
    installation.close()


def do_one(store: Installation) -> None:
    (job,) = worker.claim(store, limit=1)
    worker.run(store, job.id, job.attempt)


def number(store: Installation, title: str) -> str:
    with begin(store, SYSTEM) as tx:
        row = tx.connection.execute(tables.instance.select().where(tables.instance.c.title == title)).one()
    return str(row.number)


def cancel(store: Installation, title: str) -> None:
    with begin(store, SYSTEM) as tx:
        row = tx.connection.execute(tables.instance.select().where(tables.instance.c.title == title)).one()
        cancel_case(tx, row.id, "Not wanted any more")


def previewed(page: Page) -> Locator:
    return page.locator("section").filter(has=page.get_by_role("heading", name="What would become of them"))


def noted(page: Page) -> Locator:
    return page.get_by_label(re.compile(r"^\s*N\b"))


def types_half_an_answer(desk: Page, case: str) -> str:
    """Somebody begins to answer the task that the new version calls otherwise; gives the address of the task."""
    desk.goto(f"/cases/{case}")
    desk.locator("main a[href^='/tasks/']").first.click()
    desk.wait_for_url("**/tasks/*")
    noted(desk).fill("Scratch on the lid")
    expect(desk.locator("[data-draft-status]")).to_have_text(re.compile("saved", re.I))
    return desk.url


def maps_and_looks_again(owner: Page) -> None:
    """Given two cases at a task that the new version does not have, the owner says what it is there."""
    owner.goto("/processes/lending")
    owner.get_by_role("link", name="Move cases to version 2").click()
    expect(previewed(owner)).to_contain_text("2 stay where they are")
    expect(previewed(owner)).to_contain_text("It is not in the new version.")
    expect(previewed(owner)).to_contain_text("2 can be moved")
    expect(previewed(owner)).to_contain_text("Begins to wait: Two days passed")
    owner.get_by_label("Hand it over").select_option("give")
    owner.get_by_role("button", name="Look again").click()
    expect(previewed(owner)).not_to_contain_text("stay where they are")
    expect(previewed(owner).get_by_text("2 can be moved")).to_have_count(2)


def test_many_cases_follow_a_new_version(seats: Seats, store: Installation) -> None:
    owner, desk = seats.take("paul"), seats.take("sara")
    task = types_half_an_answer(desk, number(store, "Camera for a day"))
    maps_and_looks_again(owner)

    # When all are to be moved, for a reason
    owner.get_by_label("Reason").fill("The desk forgot what it had lent")
    owner.get_by_role("button", name="Move the cases").click()
    owner.wait_for_url("**/batches/*")

    # Then the page counts by itself
    says = owner.get_by_role("status")
    expect(says).to_have_text("0 of 4 looked at: 0 moved, 0 stay.")
    do_one(store)
    expect(says).to_have_text("1 of 4 looked at: 1 moved, 0 stay.")
    expect(owner.get_by_role("progressbar", name="Cases looked at")).to_have_js_property("value", 1)

    # And a paused batch rests, while one of its cases ends
    owner.get_by_role("button", name="Pause").click()
    expect(owner.get_by_text("Paused", exact=True)).to_be_visible()
    assert worker.run_due(store) == 1, "what was asked for before does nothing any more"
    owner.reload()
    expect(says).to_have_text("1 of 4 looked at: 1 moved, 0 stay.")
    cancel(store, "Tent for a day")

    # When it goes on, it comes to its end, and tells of each case what became of it
    owner.get_by_role("button", name="Go on").click()
    worker.run_due(store)
    expect(says).to_have_text("4 of 4 looked at: 3 moved, 1 stay.")
    owner.reload()
    expect(owner.get_by_text("Done", exact=True)).to_be_visible()
    expect(owner.get_by_role("button", name=re.compile("Pause|Go on|Stop"))).to_have_count(0)
    owner.get_by_label("Cases by what became of them").get_by_role("link", name="Stay").click()
    rows = owner.locator("tr[data-row]")
    expect(rows).to_have_count(1)
    expect(rows).to_contain_text("Tent for a day")
    expect(rows).to_contain_text("ended")

    # And what somebody had typed is there, in the task of the new version; the history tells who moved the case and why
    desk.goto(task)
    expect(noted(desk)).to_have_value("Scratch on the lid")
    desk.get_by_role("button", name="Complete task").last.click()
    auditor = seats.take("omar")
    auditor.goto(f"/cases/{number(store, 'Camera for a day')}/trace")
    expect(auditor.locator("[data-trace-log]")).to_contain_text("Paul")
    expect(auditor.locator("[data-trace-log]")).to_contain_text("moved the case to release 2")
    expect(auditor.locator("[data-trace-log]")).to_contain_text("The desk forgot what it had lent")
