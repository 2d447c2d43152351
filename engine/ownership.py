"""Who answers for what: processes, services, registers of records, and work that is offered to a role.

Nothing runs without an accountable person: where nobody holds the role, or the person is gone, there is a vacancy.
"""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from bpmn.draft import Facts
from engine.live import last_released, released_draft
from engine.model.person import Actor, Person
from engine.model.publication import PublicationRecord
from engine.model.record import Role
from engine.permissions import Action, may
from engine.registers import registers
from engine.storage import people, publications, records, worklist
from engine.transaction import Transaction

VACANCIES: Final = "vacancies"
"""The fact of the installation that says what had no owner when the worker last looked: a list of keys."""


class Subject(StrEnum):
    """What is owned."""

    PROCESS = "process"
    SERVICE = "service"
    REGISTER = "register"
    WORK = "work"
    """Open tasks that are offered to roles, groups and people, or are for one person by name."""


@dataclass(frozen=True, kw_only=True)
class Owned:
    """Something that has to have an owner. `role` is asked to hold it; a service is a person's."""

    subject: Subject
    id: str
    title: str
    role: Role | None
    owners: tuple[Person, ...]
    deputy: Role | None = None
    deputies: tuple[Person, ...] = ()
    count: int = 0
    """How many cases run, or tasks wait."""
    in_use: bool = True
    """False for a process that is out of use."""

    @property
    def key(self) -> str:
        """Names it among all that is owned."""
        return f"{self.subject}:{self.id}"

    @property
    def vacant(self) -> bool:
        """Whether nobody answers for it, and somebody has to: not for a process that is out of use and runs no case."""
        return not self.owners and (self.in_use or self.count > 0)


def owned(tx: Transaction) -> tuple[Owned, ...]:
    """Give all that has to have an owner, with whoever answers for it now; but no release that cannot be read."""
    roles = {role.id: role for role in people.roles(tx)}
    holders = _holders(tx)
    return (
        *_processes(tx, roles, holders),
        *_services(tx),
        *_registers(tx, roles, holders),
        *_work(tx, roles, holders),
    )


def _work(tx: Transaction, roles: dict[str, Role], holders: dict[str, tuple[Person, ...]]) -> Iterator[Owned]:
    """Tasks that nobody can take: every role they are offered to is vacant, everybody named has left the house."""
    vacant, gone = Counter[str](), Counter(worklist.count_for_gone(tx))
    counts = worklist.count_by_audience(tx)
    named = {person for audience, _ in counts for person in audience.people}
    active = {person.id for person in people.by_ids(tx, named) if person.active}
    for audience, number in counts:
        # A role that is not granted at all is held by everybody.
        taken = any(role not in roles or holders.get(role) for role in audience.roles)
        if taken or not active.isdisjoint(audience.people):
            continue
        vacant.update(dict.fromkeys(audience.roles, number))
        if not audience.roles:
            gone.update(dict.fromkeys(audience.people, number))
    for role, number in sorted(vacant.items()):
        yield Owned(subject=Subject.WORK, id=role, title=roles[role].title, role=roles[role], owners=(), count=number)
    for person_id, name in people.names(tx, gone).items():
        yield Owned(subject=Subject.WORK, id=person_id, title=name, role=None, owners=(), count=gone[person_id])


def _holders(tx: Transaction) -> dict[str, tuple[Person, ...]]:
    """Who holds each role now: active people only."""
    known = {person.id: person for person in people.all_people(tx, active=True)}
    found: dict[str, list[Person]] = {}
    for grant in people.grants(tx):
        current = grant.has_begun(tx.now()) and not grant.has_ended(tx.now())
        if current and grant.person_id in known:
            found.setdefault(grant.role_id, []).append(known[grant.person_id])
    return {role: tuple(dict.fromkeys(each)) for role, each in found.items()}


def _processes(tx: Transaction, roles: dict[str, Role], holders: dict[str, tuple[Person, ...]]) -> Iterator[Owned]:
    counts = publications.count_running(tx)
    for record, draft in last_released(tx):
        facts = draft.facts
        yield Owned(
            subject=Subject.PROCESS,
            id=record.process_id,
            title=record.title,
            role=roles.get(facts.owner),
            owners=holders.get(facts.owner, ()),
            deputy=roles.get(facts.deputy),
            deputies=holders.get(facts.deputy, ()),
            count=counts.get(record.process_id, 0),
            in_use=record.in_force,
        )


def _services(tx: Transaction) -> Iterator[Owned]:
    services = records.services(tx, active=True)
    for service in services:
        person = people.get(tx, service.owner_id) if service.owner_id else None
        yield Owned(
            subject=Subject.SERVICE,
            id=service.id,
            title=service.title,
            role=None,
            owners=(person,) if person is not None and person.active else (),
        )


def _registers(tx: Transaction, roles: dict[str, Role], holders: dict[str, tuple[Person, ...]]) -> Iterator[Owned]:
    for name, each in registers(tx).items():
        yield Owned(
            subject=Subject.REGISTER,
            id=name,
            title=each.type.plural,
            role=roles.get(each.type.owner),
            owners=holders.get(each.type.owner, ()),
        )


def takes_out_of_use(tx: Transaction, record: PublicationRecord) -> bool:
    """Say whether the actor decides on the use of a process: who answers for it, and who releases processes."""
    return may(tx.actor, Action.RELEASE) or answers_for(tx.actor, released_draft(tx, record.id).facts)


def answers_for(actor: Actor, facts: Facts) -> bool:
    """Say whether somebody answers for a process: by the role of its owner or deputy; Keelson itself does."""
    return actor.is_system or bool(actor.roles & {facts.owner, facts.deputy} - {""})
