"""A desk of pages, a page that notices refused scripts, errors and barriers, and the real server with people at it."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, ConsoleMessage, Page, expect

from tests.browser.desk import BUILT, Desk, open_desk
from tests.browser.lending import lending
from tests.browser.running import Keelson, running
from tests.browser.seats import Seats
from tests.parts.required import missing

expect.set_options(timeout=30_000)  # a machine may be busy; whoever expects what never comes waits for that long
WCAG = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]


@pytest.fixture
def desk() -> Iterator[Desk]:
    """Pages of the test's own, served with the product's policy."""
    if not (BUILT / "manifest.json").is_file():
        missing("The browser bundle", "run ./run test, which builds it")
    with open_desk() as opened:
        yield opened


@pytest.fixture
def watched(page: Page) -> Iterator[Page]:
    """The page; errors on its console, uncaught or of the policy, fail the test (refused saves are meant)."""
    problems: list[str] = []

    def heard(message: ConsoleMessage) -> None:
        if message.type == "error" and "409" not in message.text:
            problems.append(message.text)

    page.on("console", heard)
    page.on("pageerror", lambda error: problems.append(str(error)))
    yield page
    assert not problems


@pytest.fixture
def barriers(page: Page, axe_source: str) -> Callable[[], list[str]]:
    """Finds what bars people from the page as it stands now (WCAG 2.2 AA)."""

    def find() -> list[str]:
        page.evaluate(axe_source)
        found = page.evaluate("tags => axe.run(document, {runOnly: tags})", WCAG)
        return [f"{one['id']}: {one['nodes'][0]['html'][:200]}" for one in found["violations"]]

    return find


@pytest.fixture(scope="session")
def demonstration(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Keelson]:
    """The server with the invented organisation and its cases; one a worker."""
    with running(tmp_path_factory.mktemp("demonstration"), demo=True) as keelson:
        lending(keelson.data)
        yield keelson


@pytest.fixture
def seats(browser: Browser, demonstration: Keelson) -> Iterator[Seats]:
    """Browsers of people of the demonstration."""
    taken = Seats(browser=browser, keelson=demonstration)
    yield taken
    taken.leave()


@pytest.fixture
def empty(browser: Browser, tmp_path: Path) -> Iterator[Seats]:
    """Browsers at an installation that was started for the first time: nobody is in it."""
    with running(tmp_path / "data", demo=False) as keelson:
        taken = Seats(browser=browser, keelson=keelson)
        yield taken
        taken.leave()
