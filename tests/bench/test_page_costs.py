"""What the page of a task costs over the web, and completing it there, in things that can be counted.

Times are for `./run bench http`; what is worked out twice, or anew for each page, shows here.
"""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from engine.installation import utc_now
from tests.bench.http import Browser, person, signed_in
from tests.bench.loop import begun, opened
from tests.bench.stores import SqlitePlace
from tests.bench.test_complete_costs import calls

PAGE = {"webui": 120, "forms": 121, "engine": 160, "templates": 1050}
COMPLETION = {"webui": 85, "forms": 193, "engine": 580, "templates": 2}
"""The most functions of each that are called, a twentieth more than when this was written."""


@pytest.fixture
def browser(tmp_path: Path) -> Iterator[Browser]:
    """Somebody at a browser whose task was opened and completed before, so that all that is kept is there."""
    store = SqlitePlace(folder=tmp_path).new()
    installation = opened(store.folder, store.url, clock=utc_now)
    task = begun(installation, person(installation, "dora")).task
    installation.close()
    (browser,) = signed_in(store, {"dora": f"/tasks/{task.id}"})
    browser.work(["work"] * 3)
    yield browser
    browser.installation.close()


def test_the_page_of_a_task_calls_few_functions(browser: Browser) -> None:
    assert over(PAGE, browser.look) == {}


def test_completing_a_task_over_the_web_calls_few_functions(browser: Browser) -> None:
    browser.look()
    assert over(COMPLETION, browser.complete) == {}


def test_page_and_completion_send_few_statements(browser: Browser) -> None:
    page, completion = browser.look(), browser.complete()
    assert (len(page.transactions), len(completion.transactions)) == (3, 3)
    assert sum(each.statements for each in page.transactions) <= 9
    assert sum(each.statements for each in completion.transactions) <= 13


def over(most: dict[str, int], act: Callable[[], object]) -> dict[str, int]:
    """Count the functions that are called, by package; give those of which there are more than there may be."""
    called = calls(act)
    called["templates"] = sum((called[name] for name in ("None", "jinja2", "markupsafe")), 0)
    return {name: called[name] for name in most if called[name] > most[name]}
