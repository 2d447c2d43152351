"""Who answers for what, and what nobody answers for."""

from dataclasses import dataclass

from engine.errors import NotAllowed
from engine.ownership import VACANCIES, Owned, Subject, owned
from engine.permissions import Action, may
from engine.storage.records import fact
from engine.transaction import Transaction
from forms.data import parse


@dataclass(frozen=True, kw_only=True)
class OwnershipView:
    """All that has to have an owner; `mine` is what the actor answers for, as owner or deputy."""

    rows: tuple[Owned, ...]
    vacant: tuple[Owned, ...]
    mine: tuple[Owned, ...]
    may_grant: bool

    def of(self, subject: Subject) -> tuple[Owned, ...]:
        """Those of one kind."""
        return tuple(row for row in self.rows if row.subject is subject)


def ownership(tx: Transaction) -> OwnershipView:
    """Give what is owned and by whom. Raises NotAllowed."""
    if not (may(tx.actor, Action.SEE_CASES) or may(tx.actor, Action.MANAGE_PEOPLE)):
        raise NotAllowed("Your roles do not allow you to see who answers for what.")
    rows = owned(tx)
    person = tx.actor.person_id
    return OwnershipView(
        rows=rows,
        vacant=tuple(row for row in rows if row.vacant),
        mine=tuple(row for row in rows if person in {each.id for each in (*row.owners, *row.deputies)}),
        may_grant=may(tx.actor, Action.MANAGE_PEOPLE),
    )


def known_vacancies(tx: Transaction) -> int:
    """Count what had no owner when the worker last looked, for those whom it concerns; 0 for the others."""
    if not (may(tx.actor, Action.SEE_CASES) or may(tx.actor, Action.MANAGE_PEOPLE)):
        return 0
    return len(parse(fact(tx, VACANCIES) or "[]"))
