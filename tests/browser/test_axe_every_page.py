"""Every page and the states it can be in: no barriers (WCAG 2.2 AA) in light and dark, nothing on the console (where
refused scripts and styles are told as well), nothing to scroll sideways on a phone."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from engine.installation import open_installation
from engine.settings import Settings
from tests.browser.conftest import WCAG
from tests.browser.running import Keelson
from tests.browser.seats import NARROW, WIDE, Seats
from tests.browser.visits import NOT_PAGES, VISITS, Visit
from webui import create_app

pytestmark = pytest.mark.browser

# Two groups: each worker of a run keeps one server, and both have about as much to do.
SPREAD = [
    pytest.param(visit, id=visit.name, marks=pytest.mark.xdist_group(f"pages-{number % 2}"))
    for number, visit in enumerate(VISITS)
]
FIND = """async rules => {
    const found = await axe.run(document, {runOnly: rules, resultTypes: ['violations']});
    const told = ({html, any}) => `${html.slice(0, 200)} (${any[0]?.message ?? ''})`;
    return found.violations.flatMap(one => one.nodes.map(node => `${one.id}: ${told(node)}`));
}"""


def barriers(page: Page, *rules: str) -> list[str]:
    """What bars people from the page as it stands: by all rules of WCAG 2.2 AA, or by these."""
    wanted = {"type": "rule", "values": list(rules)} if rules else {"type": "tag", "values": WCAG}
    found: list[str] = page.evaluate(FIND, wanted)
    return found


@pytest.fixture(scope="session")
def seat(browser: Browser, demonstration: Keelson) -> Iterator[tuple[Seats, Page]]:
    """One page a worker, where people sit one after the other: scripts and styles come once."""
    seats = Seats(browser=browser, keelson=demonstration)
    yield seats, seats.take()
    seats.leave()


@pytest.fixture
def visited(visit: Visit, seat: tuple[Seats, Page]) -> Iterator[Page]:
    """The page with nothing in it but the session of who visits; what goes wrong on its console fails the test."""
    seats, page = seat
    seats.meant = set(visit.meant)
    page.context.clear_cookies()
    page.set_viewport_size(NARROW if visit.narrow else WIDE)  # type: ignore[arg-type]
    if visit.who is not None:
        seats.keelson.sit_down(page, visit.who)
    yield page
    page.evaluate("localStorage.clear(), sessionStorage.clear()")
    page.goto("about:blank")
    problems, seats.problems = seats.problems, []
    assert not problems


@pytest.mark.parametrize("visit", SPREAD)
def test_a_page_bars_nobody(visit: Visit, visited: Page, axe_source: str) -> None:
    page = visited
    visit.come(page)
    expect(page.locator("[aria-busy=true]")).to_have_count(0)  # what was sent is answered
    expect(page).to_have_title(re.compile(r"\S"))  # a page that is still coming has none yet
    page.evaluate(axe_source)
    assert not barriers(page)
    page.evaluate("document.documentElement.dataset.bsTheme = 'dark'")
    assert not barriers(page, "color-contrast")
    page.set_viewport_size(NARROW)  # type: ignore[arg-type]
    assert page.evaluate("document.documentElement.scrollWidth") <= NARROW["width"]
    assert not barriers(page, "target-size")


def test_every_address_is_visited_or_no_page(tmp_path: Path) -> None:
    installation = open_installation(Settings.read({"KEELSON_DATA": str(tmp_path)}))
    app = create_app(installation)
    installation.close()
    addresses = {rule.endpoint for rule in app.url_map.iter_rules() if "GET" in (rule.methods or set())}
    visited = {visit.endpoint for visit in VISITS} - {"refusals"}
    assert addresses - visited - NOT_PAGES.keys() == set(), "pages without a visit in tests/browser/visits.py"
    assert (visited | NOT_PAGES.keys()) - addresses == set(), "visits to pages that are gone"
