"""An installation as set-up leaves it, with people in every role and a clock that goes only when told to.

`from tests.parts.organisation import organisation, organisation_store` in a conftest gives its tests `organisation`,
on a SQLite store of the test's own; `organisation_url` gives the address of one on SQLite and of one on PostgreSQL.
All are copies of what is made once. `settled(url, folder)` makes the same on any upgraded, empty database. Nobody has
a password: tests act as people, they do not sign in.
"""

from collections.abc import Iterator, Mapping
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Final

import pytest

from engine.acts import setting_up
from engine.acts.people import add_person, grant_role
from engine.acts.signing_in import load_actor
from engine.installation import Installation
from engine.model.job import JobKind
from engine.model.person import SYSTEM, Actor
from engine.storage import jobs, people
from engine.transaction import Transaction, begin, reading
from engine.worker import run_due
from tests.storage_contract.stores import Clock, build, opened

PEOPLE: Final[Mapping[str, tuple[str, ...]]] = {
    "carla": (),
    "colin": (),
    "sam": ("service_desk",),
    "dora": ("service_desk",),
    "nina": ("support_network",),
    "nils": ("support_network",),
    "wanda": ("support_workplace",),
    "abel": ("support_applications",),
    "ines": ("incident_manager",),
    "pia": ("problem_manager",),
    "chen": ("change_manager",),
    "cleo": ("cab_member",),
    "cato": ("cab_member",),
    "remy": ("release_manager",),
    "conny": ("configuration_manager",),
    "sofia": ("service_owner",),
    "dirk": ("duty_manager",),
    "paul": ("process_owner",),
    "petra": ("process_owner",),
    "marga": ("top_management",),
    "luka": ("service_manager", "improvement_manager"),
    "rolf": ("audit_manager",),
    "elin": ("internal_auditor",),
    "otto": ("auditor",),
    "olga": ("operator",),
    "ada": ("administrator",),
}
"""Logins with the roles they hold besides that of everybody; the name is the login with a capital."""

_ENGINE_JOBS = jobs.ALL_KINDS - {JobKind.MAIL}


@dataclass(kw_only=True)
class Organisation:
    """The installation and its people by login."""

    installation: Installation
    clock: Clock
    ids: Mapping[str, str] = field(default_factory=dict)

    def actor(self, login: str) -> Actor:
        """The person with the roles of this moment."""
        with self.reading() as tx:
            found = load_actor(tx, self.ids[login])
        assert found is not None, f"{login} cannot act"
        return found[1]

    def acting(self, login: str) -> AbstractContextManager[Transaction]:
        """A transaction in which this person acts."""
        return begin(self.installation, self.actor(login))

    def looking(self, login: str) -> AbstractContextManager[Transaction]:
        """A transaction in which this person reads."""
        return reading(self.installation, self.actor(login))

    def reading(self) -> AbstractContextManager[Transaction]:
        """A transaction in which the house reads."""
        return reading(self.installation, SYSTEM)

    def until(self, moment: datetime) -> None:
        """Let time pass; whatever falls due meanwhile happens at its own moment."""
        run_due(self.installation)
        while True:
            with self.reading() as tx:
                due = jobs.next_due(tx.connection, _ENGINE_JOBS)
            if due is None or due > moment:
                break
            self.clock.now = max(due, self.clock.now)
            run_due(self.installation)
        self.clock.now = moment


def settled(url: str, folder: Path) -> Organisation:
    """Set an upgraded, empty database up and add everybody."""
    clock = Clock()
    installation = opened(url, folder, clock)
    with begin(installation, SYSTEM) as tx:
        setting_up.prepare(tx)
        for login, roles in PEOPLE.items():
            person = add_person(tx, login=login, name=login.title(), email=f"{login}@example.org")
            for role in roles:
                grant_role(tx, person.id, role)
    return entered(installation, clock)


def entered(installation: Installation, clock: Clock) -> Organisation:
    """The organisation of a database that was settled before."""
    with reading(installation, SYSTEM) as tx:
        ids = {person.login: person.id for person in people.all_people(tx)}
    return Organisation(installation=installation, clock=clock, ids=ids)


@pytest.fixture(scope="session")
def organisation_store(upgraded_sqlite: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A SQLite file with the organisation, to copy from."""
    folder = tmp_path_factory.mktemp("organisation")
    path = folder / "keelson.sqlite"
    path.write_bytes(upgraded_sqlite.read_bytes())
    settled(f"sqlite:///{path}", folder).installation.close()
    return path


@pytest.fixture
def organisation(organisation_store: Path, tmp_path: Path) -> Iterator[Organisation]:
    """The organisation on a SQLite store of this test's own."""
    path = tmp_path / "keelson.sqlite"
    path.write_bytes(organisation_store.read_bytes())
    yield from reopened(f"sqlite:///{path}", tmp_path)


@pytest.fixture(params=["sqlite", pytest.param("postgresql", marks=pytest.mark.postgresql)])
def organisation_url(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """The address of a database with the organisation, this test's own."""
    if request.param == "sqlite":
        path = tmp_path / "keelson.sqlite"
        path.write_bytes(request.getfixturevalue("organisation_store").read_bytes())
        yield f"sqlite:///{path}"
        return

    def settle(url: str) -> None:
        build(url)
        settled(url, tmp_path).installation.close()

    server = request.getfixturevalue("postgresql_server")
    name = server.create(template=server.template("keelson_organisation", settle))
    yield server.url(name)
    server.drop(name)


def reopened(url: str, folder: Path) -> Iterator[Organisation]:
    """The organisation of such an address, until the test is over."""
    clock = Clock()
    installation = opened(url, folder, clock)
    yield entered(installation, clock)
    installation.close()
