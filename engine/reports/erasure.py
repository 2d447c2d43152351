"""What erasing would take away, told before it is done."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass

from engine.errors import NotAllowed, NotFound
from engine.model.entry import instance_stream, person_stream
from engine.model.instance import Instance
from engine.model.person import Person
from engine.permissions import Action, may
from engine.reports.cases import visible_instance
from engine.storage import erasing, journal, people
from engine.transaction import Transaction


@dataclass(frozen=True, kw_only=True)
class Erasure:
    """What would go; `running` are the numbers of cases that have to end before."""

    values: int
    """Values of the journal."""
    cases: int
    running: tuple[str, ...]
    beside: Mapping[str, int]
    """How many files, drafts, jobs, incidents and messages lose what they hold."""


def erasure_of_case(tx: Transaction, number: str) -> tuple[Instance, Erasure]:
    """Tell what erasing a case would take away. Raises NotAllowed, NotFound."""
    _check(tx)
    instance = visible_instance(tx, number)
    return instance, _erasure(tx, instance_stream(instance.id), [instance.id], None)


def erasure_of_person(tx: Transaction, person_id: str) -> tuple[Person, Erasure]:
    """Tell what erasing a person would take away. Raises NotAllowed, NotFound."""
    _check(tx)
    person = people.get(tx, person_id)
    if person is None:
        raise NotFound("There is no such person.", person_id=person_id)
    return person, _erasure(tx, person_stream(person_id), erasing.cases_of(tx, person_id), person_id)


def people_to_erase(tx: Transaction, text: str) -> tuple[Person, ...]:
    """Find people by name or login. Raises NotAllowed."""
    _check(tx)
    return tuple(people.all_people(tx, text=text)) if text.strip() else ()


def _erasure(tx: Transaction, subject: str, instance_ids: Collection[str], person_id: str | None) -> Erasure:
    found = erasing.tree(tx, instance_ids)
    streams = [subject, *(instance_stream(each) for each in found)]
    return Erasure(
        values=len(journal.erasable(tx, subject, streams=streams, personal_only=True)),
        cases=len(found),
        running=tuple(number for number, state in found.values() if state == "active"),
        beside=erasing.counts(tx, found.keys(), person_id),
    )


def _check(tx: Transaction) -> None:
    if not may(tx.actor, Action.ERASE):
        raise NotAllowed(f"Your roles do not allow you to {Action.ERASE.value}.", action=Action.ERASE.value)
