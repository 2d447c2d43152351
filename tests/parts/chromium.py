"""Debian's Chromium, driven by Playwright, and axe-core to run in it."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from playwright.sync_api import Browser, sync_playwright

from setup import chromium, places
from tests.parts.required import missing

FLAGS = (
    # No request leaves the machine: Chromium's own services are off.
    "--disable-quic",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
    "--disable-gpu",
    "--disable-dev-shm-usage",
    "--force-color-profile=srgb",
    "--font-render-hinting=none",
    "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE localhost, EXCLUDE 127.0.0.1",
)


def path() -> Path:
    """The program; brought by `./run test`."""
    named = os.environ.get("KEELSON_CHROMIUM")
    found = Path(named) if named else chromium.find(places.here())
    if found is None or not found.exists():
        missing("Chromium", "run ./run test, which brings it, or put chromium on the PATH")
    return found


@contextmanager
def launched(program: Path) -> Iterator[Browser]:
    """A running browser, without Chromium's sandbox: root has none, and it only sees our own pages."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=str(program), args=list(FLAGS), chromium_sandbox=False)
        try:
            yield browser
        finally:
            browser.close()


def axe() -> str:
    """The source of axe-core, to hand to `page.evaluate`: a script tag would be refused by the pages' own policy."""
    file = places.here().browser / "node_modules" / "axe-core" / "axe.min.js"
    if not file.is_file():
        missing("axe-core", "run ./run test, which installs the browser packages")
    return file.read_text(encoding="utf-8")
