"""Whoever acts in a browser waits until the page answers: its words are there before its scripts are."""

from playwright.sync_api import Page

COMING = "html.js:not([data-ready])"
"""A page whose scripts run, and have not all begun."""


def patient(page: Page) -> Page:
    """Let every act and every expectation on the page wait until it answers; `page.keyboard` waits for nothing."""
    page.add_locator_handler(page.locator(COMING), lambda: None)
    return page
