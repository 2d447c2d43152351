"""People, roles and grants as pages show them."""

from collections.abc import Sequence
from dataclasses import dataclass

from engine.errors import NotAllowed, NotFound
from engine.model.person import Person
from engine.model.record import Role, RoleGrant
from engine.permissions import WATCHING, Action, may
from engine.storage import people as rows
from engine.transaction import Transaction


@dataclass(frozen=True, kw_only=True)
class PersonRow:
    """A person with the titles of the roles held now."""

    person: Person
    roles: tuple[str, ...]


@dataclass(frozen=True, kw_only=True)
class GrantRow:
    """A grant in words; `state` is now, coming or past."""

    grant: RoleGrant
    role_title: str
    state: str
    granted_by: str | None


@dataclass(frozen=True, kw_only=True)
class PersonView:
    """A person with all grants, newest first, and the roles that could still be granted."""

    person: Person
    has_password: bool
    grants: tuple[GrantRow, ...]
    roles: tuple[Role, ...]
    """Those that the actor can grant: to himself none, unless nobody else could."""


@dataclass(frozen=True, kw_only=True)
class RoleView:
    """A role with the people who hold it now."""

    role: Role
    holders: tuple[Person, ...]


def _check(tx: Transaction) -> None:
    if not may(tx.actor, Action.MANAGE_PEOPLE):
        raise NotAllowed("Your roles do not allow you to manage people.")


def people(tx: Transaction, text: str = "") -> tuple[PersonRow, ...]:
    """Give everybody by name. Raises NotAllowed."""
    _check(tx)
    titles = {role.id: role.title for role in rows.roles(tx)}
    held: dict[str, list[str]] = {}
    for grant in rows.grants(tx):
        if _state(tx, grant) == "now":
            held.setdefault(grant.person_id, []).append(titles.get(grant.role_id, grant.role_id))
    return tuple(
        PersonRow(person=person, roles=tuple(sorted(held.get(person.id, ()))))
        for person in rows.all_people(tx, text=text)
    )


def person(tx: Transaction, person_id: str) -> PersonView:
    """Give one person. Raises NotAllowed, NotFound."""
    _check(tx)
    found = rows.get(tx, person_id)
    if found is None:
        raise NotFound("There is no such person.", person_id=person_id)
    roles = rows.roles(tx)
    titles = {role.id: role.title for role in roles}
    grants = rows.grants(tx, person_id=person_id)
    names = rows.names(tx, [grant.granted_by for grant in grants])
    known = rows.by_login(tx, found.login)
    return PersonView(
        person=found,
        has_password=bool(known and known[1]),
        grants=tuple(
            GrantRow(
                grant=grant,
                role_title=titles.get(grant.role_id, grant.role_id),
                state=_state(tx, grant),
                granted_by=names.get(grant.granted_by or ""),
            )
            for grant in grants
        ),
        roles=_grantable(tx, person_id, roles),
    )


def _grantable(tx: Transaction, person_id: str, roles: Sequence[Role]) -> tuple[Role, ...]:
    if tx.actor.person_id != person_id:
        return tuple(roles)
    others = [each for each in rows.holders(tx, ["administrator"], tx.now()) if each.id != person_id]
    return tuple(role for role in roles if not others and role.id not in WATCHING)


def _state(tx: Transaction, grant: RoleGrant) -> str:
    if grant.has_ended(tx.now()):
        return "past"
    return "now" if grant.has_begun(tx.now()) else "coming"


def roles(tx: Transaction) -> tuple[RoleView, ...]:
    """Give all roles and groups with their present holders. Raises NotAllowed."""
    _check(tx)
    return tuple(RoleView(role=role, holders=tuple(rows.holders(tx, [role.id], tx.now()))) for role in rows.roles(tx))
