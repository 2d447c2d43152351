"""A real installation in a folder of its own, with a person in every role, and browsers signed in as them."""

import re
import shutil
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient
from jinja2 import FileSystemBytecodeCache
from werkzeug.test import TestResponse

from engine.acts import people as people_acts
from engine.acts import setting_up, signing_in
from engine.installation import Installation, open_installation
from engine.model.person import SYSTEM, Person
from engine.settings import Settings
from engine.storage import migrations
from engine.transaction import begin, reading
from webui import create_app

PASSWORD = "eleven hungry sailors"
ROLES = (
    "administrator",
    "process_owner",
    "auditor",
    "operator",
    "service_desk",
    "incident_manager",
    "support_network",
    "data_protection",
)


class Clock:
    """A clock that tests set."""

    def __init__(self) -> None:
        self.at = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)  # a Monday

    def __call__(self) -> datetime:
        return self.at

    def pass_by(self, **span: float) -> None:
        self.at += timedelta(**span)


class Client(FlaskClient):
    """A client that closes what it sent: large bodies lie in files."""

    def open(self, *arguments: object, **more: object) -> TestResponse:
        response = super().open(*arguments, **more)
        response.request.environ["wsgi.input"].close()
        return response


@dataclass(kw_only=True)
class House:
    """The installation with its people, by role; `caller` holds none."""

    installation: Installation
    clock: Clock
    app: Flask
    people: dict[str, Person] = field(default_factory=dict)

    def visitor(self) -> "Visitor":
        """A browser nobody is signed in with."""
        self.app.test_client_class = Client
        return Visitor(self.app.test_client())

    def signed_in(self, role: str) -> "Visitor":
        """A browser in which the person of that role is signed in, through the session as sign-in leaves it."""
        visitor = self.visitor()
        person = self.people[role]
        with visitor.client.session_transaction() as session:
            session["_user_id"] = f"{person.id}:{person.sessions}:{role}"
            session["_fresh"] = True
            session.permanent = True
        return visitor


@dataclass
class Visitor:
    """A browser: fills in forms as they stand on the page, tokens included."""

    client: FlaskClient

    def get(self, path: str, **more: object) -> TestResponse:
        return self.client.get(path, **more)

    def token(self, path: str = "/me") -> str:
        return csrf_of(self.client.get(path, follow_redirects=True).get_data(as_text=True))

    def post(
        self, path: str, fields: dict[str, object] | None = None, *, page: str = "/me", **more: object
    ) -> TestResponse:
        data = {"csrf_token": self.token(page), **(fields or {})}
        return self.client.post(path, data=data, **more)


def csrf_of(html: str) -> str:
    """The token of a page."""
    found = re.search(r'name="csrf(?:_|-)token" (?:value|content)="([^"]+)"', html)
    assert found, html[:500]
    return found[1]


def hidden(html: str, name: str) -> str:
    """The value of a hidden input."""
    found = re.search(rf'name="{name}" value="([^"]*)"', html)
    assert found, name
    return found[1]


@dataclass(kw_only=True)
class Model:
    """An installation made once a run; tests work on copies of its folder."""

    data: Path
    bytecode: Path
    people: dict[str, Person]


@pytest.fixture(scope="session")
def model(tmp_path_factory: pytest.TempPathFactory) -> Model:
    """The shipped process, and a person in every role."""
    data = tmp_path_factory.mktemp("model")
    installation = open_installation(Settings.read({"KEELSON_DATA": str(data)}), clock=Clock())
    migrations.upgrade(installation.database)
    with begin(installation, SYSTEM) as tx:
        setting_up.prepare(tx)
        people = {"caller": people_acts.add_person(tx, login="caller", name="Jo Bauer", email="jo@example.org")}
        for role in ROLES:
            person = people_acts.add_person(tx, login=role, name=f"{role.title().replace('_', ' ')} Person")
            people_acts.grant_role(tx, person.id, role)
            people[role] = person
        second = people_acts.add_person(tx, login="second_owner", name="Second Owner")
        people_acts.grant_role(tx, second.id, "process_owner")
        people["second_owner"] = second
    installation.close()
    return Model(data=data, bytecode=tmp_path_factory.mktemp("bytecode"), people=people)


def copied(model: Model, data: Path, **settings: str) -> House:
    shutil.copytree(model.data, data)
    clock = Clock()
    installation = open_installation(Settings.read({"KEELSON_DATA": str(data), **settings}), clock=clock)
    app = create_app(installation)
    app.jinja_env.bytecode_cache = FileSystemBytecodeCache(str(model.bytecode))  # templates are compiled once a run
    return House(installation=installation, clock=clock, app=app, people=dict(model.people))


@pytest.fixture
def house(model: Model, tmp_path: Path) -> Iterator[House]:
    """An installation with a person in every role."""
    made = copied(model, tmp_path / "data")
    yield made
    made.installation.close()


@pytest.fixture
def demo_house(model: Model, tmp_path: Path) -> Iterator[House]:
    """The same as a demonstration."""
    made = copied(model, tmp_path / "data", KEELSON_DEMO="1")
    yield made
    made.installation.close()


@pytest.fixture
def proxied_house(model: Model, tmp_path: Path) -> Iterator[House]:
    """The same behind one reverse proxy."""
    made = copied(model, tmp_path / "data", KEELSON_PROXIES="1")
    yield made
    made.installation.close()


@pytest.fixture
def with_password(house: House) -> Callable[[str], Person]:
    """Give the person of a role the password of the tests; done once a test, because hashing is slow on purpose."""

    def give(role: str) -> Person:
        person = house.people[role]
        with begin(house.installation, SYSTEM) as tx:
            token = people_acts.make_password_link(tx, person.id)
        hashed = signing_in.hash_password(PASSWORD)
        with begin(house.installation, SYSTEM) as tx:
            signing_in.use_link(tx, token, password_hash=hashed)
        with reading(house.installation, SYSTEM) as tx:
            found = signing_in.load_actor(tx, person.id)
        assert found is not None
        house.people[role] = found[0]
        return found[0]

    return give


REPORT: dict[str, object] = {
    "title": "Mail does not open",
    "description": "Since nine o'clock, on two computers.",
    "service": "general",
    "noticed": "",
    "impact": "low",
    "urgency": "medium",
}


@pytest.fixture
def reported(house: House) -> str:
    """The number of an incident that the caller reported on the pages."""
    return report(house.signed_in("caller"))


def report(caller: Visitor) -> str:
    """Report an incident on the pages; gives its number."""
    page = caller.get("/start/incident").get_data(as_text=True)
    answer = caller.client.post(
        "/start/incident", data={**REPORT, "csrf_token": csrf_of(page), "_once": hidden(page, "_once")}
    )
    assert answer.status_code == 303, answer.get_data(as_text=True)
    return answer.headers["Location"].rsplit("/", 1)[1]


def first_task(visitor: Visitor, view: str = "groups") -> str:
    """The path of the first task in a list."""
    html = visitor.get(f"/work?view={view}").get_data(as_text=True)
    found = re.search(r'href="(/tasks/[0-9a-f-]{36})"', html)
    assert found, html
    return found[1]
