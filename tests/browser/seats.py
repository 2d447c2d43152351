"""Browsers of several people at one installation; what goes wrong on their consoles is kept."""

import re
from dataclasses import dataclass, field
from typing import Any

from playwright.sync_api import Browser, BrowserContext, ConsoleMessage, Page

from tests.browser.patience import patient
from tests.browser.running import Keelson

NARROW = {"width": 375, "height": 800}
WIDE = {"width": 1280, "height": 800}


@dataclass(kw_only=True)
class Seats:
    """Gives people browsers of their own. Answers of the server that a test means to get are named in `meant`."""

    browser: Browser
    keelson: Keelson
    problems: list[str] = field(default_factory=list)
    meant: set[int] = field(default_factory=set)
    contexts: list[BrowserContext] = field(default_factory=list)

    def take(self, login: str | None = None, *, narrow: bool = False, dark: bool = False, **more: Any) -> Page:
        """A browser with nothing in it, or with the session of a person of the demonstration."""
        context = self.browser.new_context(
            base_url=self.keelson.address,
            viewport=NARROW if narrow else WIDE,
            color_scheme="dark" if dark else "light",
            locale="en-GB",
            timezone_id="Europe/Berlin",
            reduced_motion="reduce",
            **more,
        )
        context.set_default_timeout(60_000)
        self.contexts.append(context)
        page = patient(context.new_page())
        page.on("console", self._heard)
        page.on("pageerror", lambda error: self.problems.append(f"{page.url}: {error}"))
        if login is not None:
            self.keelson.sit_down(page, login)
        return page

    def leave(self) -> None:
        """Close every browser; what was heard on their consoles fails the test."""
        for context in self.contexts:
            context.close()
        assert not self.problems, self.problems

    def _heard(self, message: ConsoleMessage) -> None:
        if message.type not in {"error", "warning"}:
            return
        status = re.search(r"responded with a status of (\d+)", message.text)
        if status and int(status[1]) in self.meant:
            return
        where = message.page.url if message.page else ""
        self.problems.append(f"{where}: {message.text}")
