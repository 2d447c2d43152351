"""A throw-away installation with a clock that is told to go, in which everything is released and everybody is known."""

from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from bpmn.library import shipped_record_types
from bpmn.records import SERVICE
from engine.acts.outside_calls import OFFERED
from engine.acts.record_types import load_record_types
from engine.acts.setting_up import OFFICE_HOURS, begin_installation
from engine.connectors.contract import Connector
from engine.database import Database
from engine.installation import SPOKEN_FOR, STRANGERS, UNKNOWN_RECORDS, Installation
from engine.live import put_released
from engine.model.identity import new_id
from engine.model.person import SYSTEM, Person
from engine.model.publication import PublicationRecord
from engine.model.record import Role, Service
from engine.model.register import Record
from engine.rehearsing.taking import Model
from engine.settings import Settings
from engine.storage import people, publications, records, registers, tables
from engine.transaction import Transaction, begin

RECURRING_CASES: Final = 100
"""As the setting of that name: a rehearsal has seconds."""


@dataclass
class FakeClock:
    """A clock that goes only when told to."""

    now: datetime

    def __call__(self) -> datetime:
        """Give the time."""
        return self.now


class Offered(dict[str, Connector]):
    """Stands in for the connectors: every operation is answered in the same way."""

    def __init__(self, connector: Connector) -> None:
        super().__init__()
        self._connector = connector

    def get(self, key: str, default: object = None) -> Connector:
        """Give the one that answers."""
        del key, default
        return self._connector


@contextmanager
def stage(
    clock: FakeClock, connector: Connector, spoken_for: Callable[[str], bool] = lambda _element_id: False
) -> Iterator[Installation]:
    """Open a throw-away store with the tables, roles and working hours that every installation begins with."""
    database = Database("sqlite://")
    if database.path is None:
        raise RuntimeError("a throw-away store lies in a folder of its own")
    settings = Settings(
        data=database.path.parent, database="sqlite://", untrusted_scripts="worker", recurring_cases=RECURRING_CASES
    )
    installation = Installation(
        settings=settings,
        database=database,
        clock=clock,
        memory={
            STRANGERS: welcome,
            UNKNOWN_RECORDS: welcome_records,
            SPOKEN_FOR: spoken_for,
            OFFERED: Offered(connector),
        },
    )
    try:
        with database.writing() as connection:
            tables.create(connection)
        with begin(installation, SYSTEM) as tx:
            begin_installation(tx)
            load_record_types(tx, shipped_record_types())
        yield installation
    finally:
        installation.close()


def welcome(tx: Transaction, person_ids: Collection[str | None], groups: Collection[str | None]) -> None:
    """Make people and groups known whom a diagram or scenario names."""
    known = people.names(tx, person_ids)
    for person_id in sorted({person_id for person_id in person_ids if person_id} - known.keys()):
        name = person_id[:255]
        people.insert(
            tx, Person(id=person_id, login=name, name=name, email=None, zone="UTC", active=True, created_at=tx.now())
        )
    there = {role.id for role in people.roles(tx)} if groups else set()
    for group in sorted({group for group in groups if group} - there):
        people.put_role(tx, Role(id=group, title=group[:255], kind="group", purpose=""))


def welcome_records(tx: Transaction, types: Mapping[str, str]) -> None:
    """Make records known, by key, that a diagram or scenario names: with nothing in them, and services too."""
    there = registers.keys_in_use(tx, types.keys())
    offered = {service.id for service in records.services(tx)}
    known = registers.type_versions(tx)
    for key, kind in sorted(types.items()):
        if kind == SERVICE and key not in offered:
            calendar = OFFICE_HOURS.id
            service = Service(
                id=key[:64],
                title=key[:255],
                description="",
                owner_id=None,
                calendar_id=calendar,
                support_group=None,
                active=True,
                version=1,
            )
            records.put_service(tx, service)
        elif kind != SERVICE and key not in there and kind in known:
            record = Record(
                id=new_id(),
                type=kind,
                type_version=known[kind],
                key=key[:64],
                title=key[:500],
                state="",
                owner_id=None,
                version=1,
                values={},
                created_at=tx.now(),
                changed_at=tx.now(),
            )
            registers.insert(tx, record, key)


def release(tx: Transaction, models: Sequence[Model]) -> None:
    """Release each process under its id, as version 1."""
    for model in models:
        if model.compiled is None:
            raise ValueError(f"{model.process.id} cannot be run")
        record = PublicationRecord(
            id=new_id(),
            process_id=model.process.id,
            version=1,
            state="released",
            title=(model.draft.facts.title or model.process.name or model.process.id)[:255],
            digest="",
            revision=1,
            based_on=None,
            note="",
            author_id=None,
            proposer_id=None,
            releaser_id=None,
            created_at=tx.now(),
            changed_at=tx.now(),
            proposed_at=None,
            released_at=tx.now(),
        )
        publications.insert(tx, record, {})
        put_released(tx, record.id, model.draft, model.compiled)
