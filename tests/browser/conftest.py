"""A desk of pages, and a page that notices refused scripts, errors and barriers."""

from collections.abc import Callable, Iterator

import pytest
from playwright.sync_api import ConsoleMessage, Page

from tests.browser.desk import BUILT, Desk, open_desk
from tests.parts.required import missing

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
