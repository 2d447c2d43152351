"""Over the web: eight people at browsers, signed in, who open and complete tasks; and the same by a bare Flask view.

The real server runs as `./run` starts it: gunicorn, sixteen threads, the worker beside them. The people are in a
process of their own. What they will ask is first asked of the application in this process, and its statements are
recorded; the floor answers the same requests by sending these statements again. Server and floor are asked in turn,
batch by batch.
"""

import json
import os
import pickle
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from statistics import median
from typing import Any, Final
from urllib.parse import urlsplit

from flask.testing import FlaskClient

from engine.acts import signing_in
from engine.acts.people import add_person, grant_role
from engine.installation import Installation, open_installation, utc_now
from engine.model.person import SYSTEM, Actor
from engine.settings import Settings
from engine.transaction import begin
from tests.bench.bare import TOKEN, Exchange, Round, Script
from tests.bench.beside import milliseconds
from tests.bench.clients import HIDDEN, PASSWORD, answers, posted
from tests.bench.loop import begun, opened
from tests.bench.recording import transactions
from tests.bench.stores import Place, Store, differences, on_both
from webui import create_app

PEOPLE: Final = 8
BATCHES: Final = 10
EACH: Final = 10
"""What each person does in a batch: tasks opened and completed, and as many completed without opening them."""
ROOT: Final = Path(__file__).resolve().parents[2]


def run() -> dict[str, Any]:
    """Measure; about two minutes. Targets: of_floor >= 0.6, no errors."""
    return on_both("http", measured, {"errors": 0}, {"of_floor": 0.6})


def measured(place: Place, *, people: int = PEOPLE, batches: int = BATCHES, each: int = EACH) -> Mapping[str, Any]:
    """Measure on one database."""
    store = place.new()
    installation = opened(store.folder, store.url, clock=utc_now)
    tasks = {}
    for number in range(people):
        actor = person(installation, f"person{number}")
        tasks[f"person{number}"] = f"/tasks/{begun(installation, actor).task.id}"
    installation.close()
    asked = place.copy(store)
    browsers = signed_in(asked, tasks)
    floor, barest = place.copy(asked), place.copy(asked)
    wishes = ["work"] * each + ["post"] * each
    script = [browser.work(wishes * (batches + 1)) for browser in browsers]
    browsers[0].installation.close()
    for copy in (floor, barest):
        (copy.folder / "script").write_bytes(pickle.dumps(script))
    with (
        _serving(store, "-m", "webui") as server,
        _serving(floor, "-m", "tests.bench.bare") as bare,
        _serving(barest, "-m", "tests.bench.bare", "barest") as least,
    ):
        found = _asked({"server": server, "floor": bare, "barest": least}, tasks, batches, each)
    for copy in (floor, barest):
        apart = differences(asked, copy)
        assert not apart, f"the floor did other work than the application: {apart} differ"
    return _figures(found, script, each)


def person(installation: Installation, login: str) -> Actor:
    """Somebody at the service desk who can sign in."""
    with begin(installation, SYSTEM) as tx:
        added = add_person(tx, login=login, name=login.title(), email=f"{login}@example.org")
        grant_role(tx, added.id, "service_desk")
        token = signing_in.make_link(tx, signing_in.SET_PASSWORD, added.id)
        signing_in.use_link(tx, token, password_hash=signing_in.hash_password(PASSWORD))
    return Actor(person_id=added.id, name=added.name, roles=frozenset({"service_desk", "employee"}))


# --- what is asked, recorded ------------------------------------------------------------------------------------------


class Browser:
    """One person asking the application in this process."""

    def __init__(self, installation: Installation, client: FlaskClient, login: str, task: str) -> None:
        self.installation = installation
        self._client = client
        self._login = login
        self._task = task
        self._hidden: dict[str, str] = {}
        self._page = ""
        self._number = 0

    def sign_in(self) -> None:
        """Sign in."""
        self._hidden = dict(HIDDEN.findall(self._client.get("/sign-in").text))
        sent = {**self._hidden, "login": self._login, "password": PASSWORD}
        assert self._client.post("/sign-in", data=sent).status_code == 303

    def work(self, wishes: Sequence[str]) -> list[Round]:
        """Do all of it, recorded: completions, some after a look at the page."""
        return [Round(look=self.look() if wish == "work" else None, complete=self.complete()) for wish in wishes]

    def look(self) -> Exchange:
        """Open the page of the task."""
        with transactions() as said:
            answer = self._client.get(self._task)
        assert answer.status_code == 200, answer.text
        self._page = answer.text
        self._hidden = dict(HIDDEN.findall(self._page))
        body = answer.data.replace(self._hidden["csrf_token"].encode(), TOKEN.encode())
        return Exchange(transactions=tuple(said), status=200, body=body)

    def complete(self) -> Exchange:
        """Complete the task; the next one of the case is his then."""
        self._number += 1
        body, kind = posted({**self._hidden, **answers(self._number)}, self._page)
        self._hidden.pop("_once", None)
        with transactions() as said:
            answer = self._client.post(self._task, data=body, content_type=kind)
        assert answer.status_code == 303, answer.text
        self._task = urlsplit(answer.headers["Location"]).path
        return Exchange(transactions=tuple(said), status=303, body=answer.data)


def signed_in(store: Store, tasks: Mapping[str, str]) -> list[Browser]:
    """People, by their logins, who have opened their tasks."""
    installation = open_installation(Settings(data=store.folder, database=store.url))
    app = create_app(installation)
    browsers = [Browser(installation, app.test_client(), login, task) for login, task in tasks.items()]
    for browser in browsers:
        browser.sign_in()
        browser.look()
    installation.close()
    return browsers


# --- the two servers and the people -----------------------------------------------------------------------------------


@contextmanager
def _serving(store: Store, *module: str, says_to: Path | None = None) -> Iterator[dict[str, Any]]:
    """Run a server over a store until the end of the `with`; what it prints goes to a log, or to what is named."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = int(probe.getsockname()[1])
    environment = {
        **{name: value for name, value in os.environ.items() if not name.startswith("KEELSON_")},
        "KEELSON_DATA": str(store.folder),
        "KEELSON_DATABASE": store.url,
        "KEELSON_PORT": str(port),
    }
    log = store.folder / "server.log"
    log.touch()
    with (says_to or log).open("wb") as output:
        server = subprocess.Popen(
            [sys.executable, *module], cwd=ROOT, env=environment, stdout=output, stderr=output, start_new_session=True
        )
    try:
        deadline = time.monotonic() + 120
        while not _answers(port):
            assert server.poll() is None, log.read_text()
            assert time.monotonic() < deadline, f"no answer within two minutes: {log.read_text()}"
            time.sleep(0.05)
        yield {"address": f"http://127.0.0.1:{port}", "process": server.pid}
        assert server.poll() is None, log.read_text()
    finally:
        server.send_signal(signal.SIGTERM)
        try:
            server.wait(60)
        except subprocess.TimeoutExpired:
            os.killpg(server.pid, signal.SIGKILL)
            server.wait()


def _answers(port: int) -> bool:
    try:
        socket.create_connection(("127.0.0.1", port), 1).close()
    except OSError:
        return False
    return True


def _asked(
    servers: Mapping[str, Mapping[str, Any]], tasks: Mapping[str, str], batches: int, each: int
) -> dict[str, Any]:
    wanted = {
        **servers,
        "people": [{"login": login, "task": task} for login, task in tasks.items()],
        "batches": batches,
        "each": each,
    }
    answer = subprocess.run(
        [sys.executable, "-m", "tests.bench.clients"],
        cwd=ROOT,
        input=json.dumps(wanted),
        capture_output=True,
        text=True,
        check=False,
        timeout=900,
    )
    assert answer.returncode == 0, answer.stderr
    found: dict[str, Any] = json.loads(answer.stdout)
    return found


# --- figures ----------------------------------------------------------------------------------------------------------


def _figures(found: Mapping[str, Any], script: Script, each: int) -> dict[str, Any]:
    batches = found["batches"]
    work, post = (_kind(batches, kind) for kind in ("work", "post"))
    look, complete = script[0][-each - 1].look, script[0][-each - 1].complete
    assert look is not None
    return {
        "of_floor": work["of_floor"],
        "of_barest_floor": work["of_barest_floor"],
        "errors": len(found["errors"]),
        "problems": found["errors"][:5],
        "people": len(script),
        "work": {**work, "page": _counts(look), "completion": _counts(complete), "page_bytes": len(look.body)},
        "completion_alone": post,
    }


def _kind(batches: Mapping[str, Any], kind: str) -> dict[str, Any]:
    server, floor, barest = (batches[name][kind] for name in ("server", "floor", "barest"))
    return {
        "of_floor": _of(server, floor),
        "of_floor_processor": _of_processor(server, floor),
        "of_barest_floor": _of(server, barest),
        "of_barest_floor_processor": _of_processor(server, barest),
        "server": _crew(server),
        "floor": _crew(floor),
        "barest_floor": _crew(barest),
    }


def _of(server: Sequence[Mapping[str, float]], floor: Sequence[Mapping[str, float]]) -> float:
    return round(median(_rate(one) / _rate(other) for one, other in zip(server, floor, strict=True)), 3)


def _of_processor(server: Sequence[Mapping[str, float]], floor: Sequence[Mapping[str, float]]) -> float:
    worked = max(sum(batch["worked"] for batch in server), 1e-9)
    return round(sum(batch["worked"] for batch in floor) / worked, 3)


def _rate(batch: Mapping[str, float]) -> float:
    return batch["done"] / batch["seconds"]


def _crew(batches: Sequence[Mapping[str, float]]) -> dict[str, float]:
    done = sum(batch["done"] for batch in batches)
    return {
        "per_second": round(median(map(_rate, batches)), 1),
        "processor_ms": milliseconds(sum(batch["worked"] for batch in batches) / done),
        "p50_ms": milliseconds(median(batch["p50"] for batch in batches)),
        "p99_ms": milliseconds(median(batch["p99"] for batch in batches)),
        "done": done,
    }


def _counts(exchange: Exchange) -> dict[str, int]:
    return {
        "transactions": len(exchange.transactions),
        "statements": sum(each.statements for each in exchange.transactions),
        "commits_that_write": sum(each.writes for each in exchange.transactions),
    }
