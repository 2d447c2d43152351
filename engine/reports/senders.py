"""Systems outside that may send messages, as a page shows them: never a token."""

from collections.abc import Mapping
from dataclasses import dataclass

from engine.errors import NotAllowed
from engine.model.person import Person
from engine.model.sender import Sender
from engine.neighbours import begin_cases, received
from engine.permissions import Action, may
from engine.storage import people
from engine.storage import senders as rows
from engine.transaction import Transaction


@dataclass(frozen=True, kw_only=True)
class Senders:
    """All senders, those revoked last; `names` of people by id."""

    rows: tuple[Sender, ...]
    names: Mapping[str, str]
    people: tuple[Person, ...]
    """Who can answer for one."""
    beginning: Mapping[str, tuple[str, ...]]
    """The messages that begin cases, with the titles of the processes that get them."""
    awaited: Mapping[str, tuple[str, ...]]
    """The messages that running cases alone wait for."""


def senders(tx: Transaction) -> Senders:
    """Give all senders. Raises NotAllowed."""
    if not may(tx.actor, Action.OPERATE):
        raise NotAllowed("Your roles do not allow you to operate the installation.")
    found = tuple(rows.every(tx))
    names = people.names(tx, [each for one in found for each in (one.person_id, one.made_by, one.revoked_by)])
    active = tuple(people.all_people(tx, active=True))
    known, begun_by = received(tx), begin_cases(tx)
    return Senders(
        rows=found,
        names=names,
        people=active,
        beginning={name: titles for name, titles in known.items() if name in begun_by},
        awaited={name: titles for name, titles in known.items() if name not in begun_by},
    )
