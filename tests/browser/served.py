"""A server in the test's own process whose clock goes only when told to; its store is put back for each process."""

import shutil
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from flask import Flask
from jinja2 import FileSystemBytecodeCache
from playwright.sync_api import BrowserContext, Page
from werkzeug.serving import WSGIRequestHandler, make_server
from werkzeug.wrappers import Response

from bpmn.scenarios import CLOCK
from engine import demo
from engine.installation import Installation, open_installation
from engine.model.person import SYSTEM
from engine.settings import Settings
from engine.storage import jobs, migrations, people, publications
from engine.transaction import begin, reading
from tests.browser.desk import BUILT
from tests.browser.running import continue_as
from tests.parts.required import missing
from tests.storage_contract.stores import Clock
from webui import create_app

KEPT = ("processes", "released drafts", "release names")
"""What a server remembers of releases: it is the same in every copy of the store."""


@dataclass(kw_only=True)
class House:
    """The demonstration behind an address, as it was at the beginning whenever it is `opened`."""

    data: Path
    bytecode: Path
    clock: Clock = field(default_factory=lambda: Clock(CLOCK))
    address: str = ""
    sessions: dict[str, list[dict[str, Any]]] = field(default_factory=dict)
    memory: dict[str, Any] = field(default_factory=dict)
    people: dict[str, str] = field(default_factory=dict)
    """Ids by login."""
    app: Flask | None = None

    @property
    def settings(self) -> Settings:
        return Settings.read({"KEELSON_DATA": str(self.data), "KEELSON_DEMO": "1", "KEELSON_WORKER": "0"})

    @contextmanager
    def opened(self, data: Path) -> Iterator[Installation]:
        """Serve a copy of the store in `data`, at the moment at which owners' scenarios begin."""
        shutil.copytree(self.data, data)
        self.clock.now = CLOCK
        settings = Settings.read({"KEELSON_DATA": str(data), "KEELSON_DEMO": "1", "KEELSON_WORKER": "0"})
        installation = open_installation(settings, clock=self.clock)
        installation.memory.update(self.memory)
        app = create_app(installation)
        app.jinja_env.bytecode_cache = FileSystemBytecodeCache(str(self.bytecode))
        self.app = app
        try:
            yield installation
        finally:
            self.app = None
            installation.close()

    def sit_down(self, page: Page, login: str) -> None:
        """Continue as a person of the demonstration; asked for once a person, and kept."""
        context: BrowserContext = page.context
        context.clear_cookies()
        if login in self.sessions:
            context.add_cookies(self.sessions[login])  # type: ignore[arg-type]
            return
        continue_as(page, self.address, login)
        self.sessions[login] = [dict(cookie) for cookie in context.cookies()]

    def answer(self, environ: dict[str, Any], start_response: Any) -> Any:
        """Hand a request to the application of the store that is open now."""
        app = self.app or Response("Nothing is open.", 503)  # what a page still sends when its store is closed
        return app(environ, start_response)


class _Quiet(WSGIRequestHandler):
    def log_request(self, code: int | str = "-", size: int | str = "-") -> None:
        """Say nothing."""


@contextmanager
def serving(folder: Path) -> Iterator[House]:
    """Fill a store with the demonstration and serve it on a free port."""
    if not (BUILT / "manifest.json").is_file():
        missing("The browser bundle", "run ./run test, which builds it")
    house = House(data=folder / "model", bytecode=folder / "bytecode")
    house.bytecode.mkdir()
    _fill(house)
    server = make_server("127.0.0.1", 0, house.answer, threaded=True, request_handler=_Quiet)
    house.address = f"http://127.0.0.1:{server.server_port}"
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True)
    thread.start()
    try:
        yield house
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


def _fill(house: House) -> None:
    """Make the store; no process begins by itself in it later: what is played is all that happens."""
    installation = open_installation(house.settings, clock=house.clock)
    migrations.upgrade(installation.database)
    demo.fill(installation)
    create_app(installation)
    with begin(installation, SYSTEM) as tx:
        jobs.cancel_scheduled(tx, [record.id for record in publications.all_released(tx)])
    with reading(installation, SYSTEM) as tx:
        house.people = {person.login: person.id for person in people.all_people(tx)}
    house.memory = {name: installation.memory[name] for name in KEPT if name in installation.memory}
    installation.close()
