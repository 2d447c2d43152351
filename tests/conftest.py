"""The real parts that tests may ask for by name: PostgreSQL, a mail server, a browser."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings
from playwright.sync_api import Browser, Page

from tests.browser.patience import patient
from tests.parts import chromium, mail, postgresql, run_folder

# How long an example takes says how busy the machine is, and nothing of what is tested.
settings.register_profile("unhurried", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("unhurried")


def pytest_configure(config: pytest.Config) -> None:
    if not hasattr(config, "workerinput"):
        run_folder.begin()


def pytest_unconfigure(config: pytest.Config) -> None:
    """The process that began the run ends it, after its workers are gone."""
    if not hasattr(config, "workerinput"):
        postgresql.stop()
        run_folder.end()


@pytest.fixture(scope="session")
def postgresql_server() -> postgresql.PostgreSQL:
    """The run's PostgreSQL server."""
    return postgresql.running()


@pytest.fixture
def postgresql_url(postgresql_server: postgresql.PostgreSQL) -> Iterator[str]:
    """The address of an empty database of this test's own."""
    name = postgresql_server.create()
    yield postgresql_server.url(name)
    postgresql_server.drop(name)


@pytest.fixture
def smtp_server() -> Iterator[mail.MailServer]:
    """A mail server: `host`, `port`, `delivered`, `wait_for(count)`, `refusals`."""
    server, controller = mail.start()
    yield server
    controller.stop()


@pytest.fixture(scope="session")
def chromium_path() -> Path:
    """The Chromium program."""
    return chromium.path()


@pytest.fixture(scope="session")
def browser(chromium_path: Path) -> Iterator[Browser]:
    """A running Chromium, one a worker."""
    with chromium.launched(chromium_path) as running:
        yield running


@pytest.fixture
def page(browser: Browser) -> Iterator[Page]:
    """An empty page in a context of its own: no cookies, English, UTC, nothing moves."""
    context = browser.new_context(
        viewport={"width": 1280, "height": 800}, locale="en-GB", timezone_id="UTC", reduced_motion="reduce"
    )
    yield patient(context.new_page())
    context.close()


@pytest.fixture(scope="session")
def axe_source() -> str:
    """The source of axe-core."""
    return chromium.axe()
