"""The real server as people start it: `python -m webui` on a port of its own, over a data folder of its own."""

import http.client
import os
import re
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from playwright.sync_api import Page

from engine.demo import PEOPLE
from tests.browser.desk import BUILT
from tests.parts.required import missing

ROOT = Path(__file__).resolve().parents[2]
PATIENCE = 240.0


@dataclass(kw_only=True)
class Keelson:
    """A running server: its port, what it printed, and the sessions of those who continued as somebody."""

    port: int
    data: Path
    process: subprocess.Popen[bytes]
    log: Path
    sessions: dict[str, list[dict[str, Any]]] = field(default_factory=dict)

    @property
    def address(self) -> str:
        """Where its pages are."""
        return f"http://127.0.0.1:{self.port}"

    @property
    def printed(self) -> str:
        """What stands on the terminal."""
        return self.log.read_text("utf-8")

    @property
    def link(self) -> str:
        """The one-time link of the first administrator, as printed."""
        found = re.search(r"http://\S+/link/\S+", self.printed)
        assert found, self.printed
        return found[0]

    def sit_down(self, page: Page, login: str) -> None:
        """Continue as a person of the demonstration in the page's browser; asked for once a person."""
        if login in self.sessions:
            page.context.add_cookies(self.sessions[login])
            return
        continue_as(page, self.address, login)
        self.sessions[login] = [dict(cookie) for cookie in page.context.cookies()]


def continue_as(page: Page, address: str, login: str) -> None:
    """Sign in as a person of the demonstration, in the page's browser."""
    (name,) = (one.name for one in PEOPLE if one.login == login)
    choice = page.request.get(f"{address}/continue-as").text()
    row = re.search(rf'<strong>{name}<.*?action="([^"]+)".*?name="csrf_token" value="([^"]+)"', choice, re.S)
    assert row, choice
    answer = page.request.post(f"{address}{row[1]}", form={"csrf_token": row[2]}, max_redirects=0)
    assert answer.status == 303


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


@contextmanager
def running(data: Path, *, demo: bool, worker: bool = True) -> Iterator[Keelson]:
    """A server over a fresh database in `data`, with or without the worker in it; ended by its process id."""
    if not (BUILT / "manifest.json").is_file():
        missing("The browser bundle", "run ./run test, which builds it")
    port = _free_port()
    inherited = {name: value for name, value in os.environ.items() if not name.startswith("KEELSON_")}
    given = {"KEELSON_DATA": str(data), "KEELSON_PORT": str(port), "KEELSON_DEMO": "1" if demo else "0"}
    environment = {**inherited, **given, "KEELSON_WORKER": "1" if worker else "0"}
    subprocess.run([sys.executable, "-m", "engine", "upgrade"], cwd=ROOT, env=environment, check=True, timeout=PATIENCE)
    log = data / "terminal.log"
    with log.open("wb") as terminal:
        process = subprocess.Popen(
            [sys.executable, "-m", "webui"], cwd=ROOT, env=environment, stdout=terminal, stderr=subprocess.STDOUT
        )
    keelson = Keelson(port=port, data=data, process=process, log=log)
    try:
        _wait(keelson)
        yield keelson
    finally:
        process.terminate()
        try:
            process.wait(PATIENCE)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


def _wait(keelson: Keelson) -> None:
    end = time.monotonic() + PATIENCE
    while not _answers(keelson):
        assert keelson.process.poll() is None, keelson.printed
        assert time.monotonic() < end, keelson.printed
        time.sleep(0.05)


def _answers(keelson: Keelson) -> bool:
    """Whether it said that it serves, and does."""
    if "(stop with Ctrl+C)" not in keelson.printed:
        return False
    connection = http.client.HTTPConnection("127.0.0.1", keelson.port, timeout=PATIENCE)
    try:
        connection.request("GET", "/healthz")
        return connection.getresponse().status == 200
    except OSError:
        return False
    finally:
        connection.close()
