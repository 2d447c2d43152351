"""Who may do what: actions, the roles that grant them, and which cases a person sees.

One truth for seeing (decision 14): `scope(actor)` is a value that both `sees` and the WHERE builder of
engine.storage.instances read; a property test compares the two.
"""

from collections.abc import Callable, Collection, Mapping
from enum import StrEnum
from functools import wraps
from typing import Concatenate, Final, ParamSpec, TypeVar

from engine.errors import NotAllowed
from engine.model.instance import Instance
from engine.model.person import Actor
from engine.model.register import Record, RecordScope
from engine.model.scope import Scope
from engine.transaction import Transaction

P = ParamSpec("P")
R = TypeVar("R")


class Action(StrEnum):
    """What a role can allow; the docstring of each act says which one it requires."""

    TAKE_PART = "take part"
    """Start cases, complete offered tasks, comment: everybody with an account."""
    SEE_CASES = "see cases"
    """See every case that is not restricted."""
    SEE_RESTRICTED = "see restricted cases"
    LINK = "link cases"
    """Say that two cases one sees are related, and take that back with a reason."""
    ASSIGN = "assign tasks"
    """Hand an open task to another person who could be offered it."""
    CANCEL = "cancel cases"
    TRACE = "trace cases"
    """Read the journal of a case and verify chains."""
    AUTHOR = "author processes"
    RELEASE = "release processes"
    VOUCH = "vouch for scripts"
    """Let the Python of a version run in the server, when releasing it."""
    MANAGE_RECORDS = "manage services and working hours"
    MANAGE_PEOPLE = "manage people"
    MIGRATE = "move cases to another version"
    """Put running cases on another version of their process, one or many."""
    ERASE = "erase personal data"
    OPERATE = "operate"


EVERYBODY: Final = "employee"
"""The role that every active person holds without a grant."""

_STAFF = frozenset({Action.SEE_CASES})
_AT_WORK = _STAFF | {Action.LINK}
_GRANTS: Final[Mapping[str, frozenset[Action]]] = {
    EVERYBODY: frozenset({Action.TAKE_PART}),
    "service_desk": _AT_WORK | {Action.ASSIGN},
    "incident_manager": _AT_WORK | {Action.ASSIGN, Action.CANCEL},
    "problem_manager": _AT_WORK | {Action.ASSIGN, Action.CANCEL},
    "change_manager": _AT_WORK | {Action.ASSIGN, Action.CANCEL},
    "release_manager": _AT_WORK | {Action.ASSIGN, Action.CANCEL},
    "configuration_manager": _AT_WORK | {Action.ASSIGN, Action.CANCEL},
    "major_incident_manager": _AT_WORK | {Action.ASSIGN, Action.CANCEL},
    "security_manager": _AT_WORK | {Action.SEE_RESTRICTED, Action.ASSIGN, Action.CANCEL},
    "security_analyst": _AT_WORK | {Action.SEE_RESTRICTED},
    "service_manager": _AT_WORK | {Action.ASSIGN, Action.CANCEL},
    "customer_representative": frozenset(),
    "process_owner": _AT_WORK | {Action.AUTHOR, Action.RELEASE, Action.TRACE, Action.MANAGE_RECORDS, Action.MIGRATE},
    "auditor": _STAFF | {Action.TRACE, Action.SEE_RESTRICTED},
    "operator": _AT_WORK | {Action.OPERATE, Action.MIGRATE, Action.VOUCH, Action.TRACE, Action.CANCEL, Action.ASSIGN},
    "data_protection": _STAFF | {Action.SEE_RESTRICTED, Action.ERASE},
    "administrator": frozenset({Action.MANAGE_PEOPLE, Action.MANAGE_RECORDS, Action.OPERATE}),
}
WATCHING: Final = frozenset({"auditor", "data_protection"})
"""Roles that watch over the others or take evidence away: nobody can grant them to himself, whoever is there."""
_GROUP_GRANTS: Final = _AT_WORK
"""What a support group's members may, besides the tasks they are offered."""


def actions(roles: Collection[str]) -> frozenset[Action]:
    """Give all that these roles and groups allow together."""
    allowed: frozenset[Action] = frozenset()
    for role in roles:
        allowed |= _GRANTS.get(role, _GROUP_GRANTS)
    return allowed


def may(actor: Actor, action: Action) -> bool:
    """Say whether the actor may do this at all; the subject is checked by the act."""
    return actor.is_system or action in actions(actor.roles)


def reads_inside(actor: Actor) -> bool:
    """Say whether the actor reads what others wrote in the cases he sees: their answers, reasons and files.

    Everybody else who takes part, the caller above all, reads his own, and what a form told him.
    """
    return may(actor, Action.SEE_CASES)


def requires(
    action: Action,
) -> Callable[[Callable[Concatenate[Transaction, P], R]], Callable[Concatenate[Transaction, P], R]]:
    """Declare the permission of an act; page, command line and worker are covered alike. Raises NotAllowed."""

    def declare(act: Callable[Concatenate[Transaction, P], R]) -> Callable[Concatenate[Transaction, P], R]:
        @wraps(act)
        def guarded(tx: Transaction, /, *args: P.args, **kwargs: P.kwargs) -> R:
            if not may(tx.actor, action):
                raise NotAllowed(f"Your roles do not allow you to {action.value}.", action=action.value)
            return act(tx, *args, **kwargs)

        return guarded

    return declare


def scope(actor: Actor) -> Scope:
    """Give what the actor sees as a value."""
    return Scope(
        person_id=actor.person_id,
        roles=actor.roles,
        ordinary=may(actor, Action.SEE_CASES),
        restricted=actor.is_system or may(actor, Action.SEE_RESTRICTED),
    )


def sees(scope: Scope, instance: Instance, *, takes_part: bool) -> bool:
    """Say whether a case lies in the scope; `takes_part`: a task of it was or is offered to the person or his roles."""
    if scope.restricted or (scope.ordinary and not instance.restricted):
        return True
    if scope.person_id is None:
        return False
    return takes_part or scope.person_id in {instance.starter_id, instance.caller_id}


def sees_record(scope: RecordScope, record: Record) -> bool:
    """Say whether a record lies in the scope; the same rule as the WHERE of `engine.storage.registers`."""
    return record.type in scope.types or (record.owner_id is not None and record.owner_id == scope.person_id)
