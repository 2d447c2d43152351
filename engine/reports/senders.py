"""Systems outside that may send messages, as a page shows them: never a token."""

from collections.abc import Mapping
from dataclasses import dataclass

from engine.errors import NotAllowed
from engine.model.person import Person
from engine.model.sender import Sender
from engine.neighbours import received
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
    messages: Mapping[str, tuple[str, ...]]
    """The messages there are to send, with the titles of the processes that get them."""


def senders(tx: Transaction) -> Senders:
    """Give all senders. Raises NotAllowed."""
    if not may(tx.actor, Action.OPERATE):
        raise NotAllowed("Your roles do not allow you to operate the installation.")
    found = tuple(rows.every(tx))
    names = people.names(tx, [each for one in found for each in (one.person_id, one.made_by, one.revoked_by)])
    active = tuple(people.all_people(tx, active=True))
    return Senders(rows=found, names=names, people=active, messages=received(tx))
