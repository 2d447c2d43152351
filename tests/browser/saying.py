"""What people do on pages, by the words they read there."""

import re
from collections.abc import Mapping

from playwright.sync_api import Locator, Page, expect

REPORT: Mapping[str, str] = {
    "What is wrong, in a few words?": "Nobody can print",
    "What happens, and since when?": "Jobs wait in the queue since eight o'clock.",
    "Which service is concerned?": "Printing",
    "Who is affected?": "A group of people",
    "How much does it hold up?": "Work goes on with difficulty",
}


def answer(page: Page, answers: Mapping[str, str]) -> None:
    """Answer questions of a form by their labels: type, choose, or tick one of a group."""
    for question, said in answers.items():
        group, field = page.get_by_role("radiogroup", name=question), _field(page, question)
        group.or_(field).first.wait_for()  # it may depend on an answer before
        if group.count():
            group.get_by_label(said, exact=True).check()
            continue
        if field.evaluate("field => field.tagName") == "SELECT":
            field.select_option(said)
        else:
            field.fill(said)
            if field.get_attribute("role") == "combobox":
                field.press("Enter")


def _field(page: Page, question: str) -> Locator:
    return page.get_by_label(re.compile(rf"^\s*{re.escape(question)}\s*(\(optional\))?\s*$")).first


def report(page: Page, **other: str) -> str:
    """Report an incident as the caller; gives its number."""
    page.goto("/start")
    page.get_by_role("link", name=re.compile(r"^Incident\b")).click()
    answer(page, {**REPORT, **other})
    page.get_by_role("button", name="Send request").last.click()
    page.wait_for_url("**/cases/INC-*")
    return page.url.rsplit("/", 1)[1]


def open_task(page: Page, number: str, view: str = "groups") -> None:
    """Open the task of a case from one of the work lists."""
    page.goto(f"/work?view={view}")
    page.get_by_role("row").filter(has_text=number).get_by_role("link").first.click()
    page.wait_for_url("**/tasks/*")


def complete(page: Page, answers: Mapping[str, str]) -> None:
    """Answer the form of the task one is at, and complete it."""
    answer(page, answers)
    page.get_by_role("button", name="Complete task").last.click()
    expect(page.get_by_text(re.compile("^Done: "))).to_be_visible()


def until_it_says(page: Page, address: str, words: str) -> None:
    """Open a page, again and again, until its head says something that the worker has to bring about."""
    for _ in range(120):
        page.goto(address)
        if page.locator(".head").get_by_text(words).count():
            return
        page.wait_for_timeout(500)
    expect(page.locator(".head").get_by_text(words)).to_be_visible()
