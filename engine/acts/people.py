"""People and what they are granted."""

from dataclasses import replace
from datetime import datetime

from engine import journal
from engine.acts import accounts, claiming
from engine.acts.signing_in import ADMINISTRATOR, SET_PASSWORD, make_link
from engine.errors import NotFound, SamePerson, Unacceptable
from engine.model.entry import INSTALLATION, EntryKind, person_stream
from engine.model.identity import new_id
from engine.model.person import Person
from engine.model.record import Role, RoleGrant
from engine.permissions import WATCHING, Action, requires
from engine.storage import people
from engine.transaction import Transaction


@requires(Action.MANAGE_PEOPLE)
def add_person(tx: Transaction, *, login: str, name: str, email: str = "", zone: str = "") -> Person:
    """Add a person who has no role and no password yet. Raises Unacceptable."""
    person = Person(
        id=new_id(),
        login=accounts.login(tx, login),
        name=accounts.name(name),
        email=accounts.email(email),
        zone=accounts.zone(zone or tx.settings.zone),
        created_at=tx.now(),
    )
    people.insert(tx, person)
    _journal(tx, EntryKind.PERSON_ADDED, person)
    return person


@requires(Action.MANAGE_PEOPLE)
def change_person(tx: Transaction, person_id: str, *, login: str, name: str, email: str, zone: str) -> Person:
    """Change who somebody is. Raises NotFound, Unacceptable."""
    person = replace(
        _get(tx, person_id),
        login=accounts.login(tx, login, person_id),
        name=accounts.name(name),
        email=accounts.email(email),
        zone=accounts.zone(zone),
    )
    people.update(tx, person_id, login=person.login, name=person.name, email=person.email, zone=person.zone)
    _journal(tx, EntryKind.PERSON_CHANGED, person)
    return person


@requires(Action.TAKE_PART)
def change_own_zone(tx: Transaction, zone: str) -> None:
    """Set the time zone one's own pages speak in; a preference, no entry. Raises Unacceptable."""
    if tx.actor.person_id:
        people.update(tx, tx.actor.person_id, zone=accounts.zone(zone))


@requires(Action.MANAGE_PEOPLE)
def set_active(tx: Transaction, person_id: str, active: bool) -> None:
    """Let a person in, or keep him out and end his sessions; his history stays. Raises NotFound, Unacceptable."""
    person = _get(tx, person_id)
    if not active and person_id == tx.actor.person_id:
        raise Unacceptable("You cannot deactivate yourself; ask another administrator.")
    if person.active == active:
        return
    people.update(tx, person_id, active=active, sessions=person.sessions + 1)
    kind = EntryKind.PERSON_CHANGED if active else EntryKind.PERSON_DEACTIVATED
    journal.append(tx, kind, person_stream(person_id), facts={"active": active})
    if not active:
        claiming.give_back_lost(tx)


@requires(Action.MANAGE_PEOPLE)
def make_password_link(tx: Transaction, person_id: str) -> str:
    """Make a one-time link by which the person sets a password; gives its token. Raises NotFound."""
    return make_link(tx, SET_PASSWORD, _get(tx, person_id).id)


@requires(Action.MANAGE_PEOPLE)
def grant_role(
    tx: Transaction,
    person_id: str,
    role_id: str,
    *,
    valid_from: datetime | None = None,
    valid_until: datetime | None = None,
    reason: str = "",
) -> RoleGrant:
    """Grant a role from a moment (now) until another (without end). Raises NotFound, Unacceptable, SamePerson.

    Nobody grants a role to himself (ISO/IEC 27001:2022 A.5.3 and A.5.18), unless nobody else could; and those who
    watch over the others never.
    """
    _get(tx, person_id)
    own = tx.actor.person_id == person_id
    if own and (role_id in WATCHING or may_confirm(tx)):
        raise SamePerson("Nobody grants a role to himself: another administrator does.", field="role")
    if role_id not in {role.id for role in people.roles(tx)}:
        raise NotFound("There is no such role.", role_id=role_id)
    grant = RoleGrant(
        id=new_id(),
        person_id=person_id,
        role_id=role_id,
        valid_from=valid_from or tx.now(),
        valid_until=valid_until,
        granted_by=tx.actor.person_id,
        granted_at=tx.now(),
        reason=reason.strip(),
    )
    if grant.valid_until is not None and grant.valid_until <= grant.valid_from:
        raise Unacceptable("A role must end after it begins.", field="valid_until")
    overlapping = [
        other
        for other in people.grants(tx, person_id=person_id)
        if other.role_id == role_id
        and not (other.revoked_at is not None and other.revoked_at > tx.now())
        and (other.valid_until is None or other.valid_until > grant.valid_from)
        and (grant.valid_until is None or other.valid_from < grant.valid_until)
    ]
    if overlapping:
        raise Unacceptable("The person holds this role in that time already.", field="role")
    people.insert_grant(tx, grant)
    journal.append(
        tx,
        EntryKind.ROLE_GRANTED,
        person_stream(person_id),
        facts={
            "grant": grant.id,
            "role": role_id,
            "from": grant.valid_from.isoformat(),
            "until": grant.valid_until.isoformat() if grant.valid_until else None,
            **({"own": True} if own else {}),
        },
        values={"reason": grant.reason} if grant.reason else {},
        personal={"reason"},
    )
    return grant


def may_confirm(tx: Transaction) -> bool:
    """Say whether somebody beside the actor manages people now, and could grant him roles."""
    return any(person.id != tx.actor.person_id for person in people.holders(tx, [ADMINISTRATOR], tx.now()))


@requires(Action.MANAGE_PEOPLE)
def revoke_role(tx: Transaction, grant_id: str, reason: str) -> None:
    """Let a grant end now, with a reason; it stays on record. Raises NotFound, Unacceptable."""
    grant = people.get_grant(tx, grant_id)
    if grant is None:
        raise NotFound("There is no such grant.", grant_id=grant_id)
    if not reason.strip():
        raise Unacceptable("Say why the role is taken away.", field="reason")
    if grant.role_id == ADMINISTRATOR and grant.person_id == tx.actor.person_id:
        raise Unacceptable("You cannot take this role from yourself; ask another administrator.", field="reason")
    if grant.has_ended(tx.now()):
        return
    people.revoke_grant(tx, grant_id, valid_until=max(tx.now(), grant.valid_from))
    journal.append(
        tx,
        EntryKind.ROLE_REVOKED,
        person_stream(grant.person_id),
        facts={"grant": grant_id, "role": grant.role_id},
        values={"reason": reason.strip()},
        personal={"reason"},
    )
    claiming.give_back_lost(tx)


@requires(Action.MANAGE_PEOPLE)
def put_role(tx: Transaction, role: Role) -> None:
    """Add a role or group, or change its words. Raises Unacceptable."""
    if not role.id.replace("_", "").isalnum() or not role.id.isascii() or len(role.id) > 64:
        raise Unacceptable("The id of a role is letters, digits and underscores.", field="id")
    if not role.title.strip() or len(role.title) > accounts.LENGTH:
        raise Unacceptable("Give the role a name of up to 255 characters.", field="title")
    people.put_role(tx, role)
    journal.append(
        tx,
        EntryKind.ROLE_SAVED,
        INSTALLATION,
        facts={"role": role.id, "kind": role.kind},
        values={"title": role.title, "purpose": role.purpose},
    )


def _get(tx: Transaction, person_id: str) -> Person:
    person = people.get(tx, person_id, lock=True)
    if person is None:
        raise NotFound("There is no such person.", person_id=person_id)
    return person


def _journal(tx: Transaction, kind: EntryKind, person: Person) -> None:
    values = {"login": person.login, "name": person.name, "email": person.email, "zone": person.zone}
    journal.append(tx, kind, person_stream(person.id), facts={}, values=values, personal=set(values))
