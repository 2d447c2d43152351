"""Signing in, one-time links and passwords.

Hashing costs a quarter of a second and 64 MiB on purpose; a semaphore bounds how many run at once, and it is done
outside the transaction so that nobody queues behind it.
"""

import hashlib
import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cache
from threading import BoundedSemaphore
from typing import Final

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

from engine import journal
from engine.acts import accounts
from engine.errors import LinkInvalid, NotAllowed, NotFound, Unacceptable
from engine.installation import Installation
from engine.model.entry import INSTALLATION, EntryKind, person_stream
from engine.model.identity import new_id
from engine.model.person import SYSTEM, Actor, Person
from engine.model.record import RoleGrant
from engine.permissions import EVERYBODY
from engine.storage import people
from engine.transaction import Transaction, begin, reading

PASSWORD_LENGTH: Final = 12
ADMINISTRATOR: Final = "administrator"
FIRST_ADMINISTRATOR: Final = "first_administrator"
SET_PASSWORD: Final = "set_password"  # noqa: S105 - the name of a purpose
LINK_LIFETIME: Final = timedelta(hours=24)

_hasher = PasswordHasher()
_hashing = BoundedSemaphore(2)


@cache
def _nobody() -> str:
    """A hash no password fits: checking it costs an unknown login as much as a known one."""
    return _hasher.hash(secrets.token_hex(16))


def hash_password(password: str) -> str:
    """Hash a password of acceptable length. Raises Unacceptable."""
    if len(password) < PASSWORD_LENGTH:
        raise Unacceptable(f"Choose a password of at least {PASSWORD_LENGTH} characters.", field="password")
    if len(password) > 1_000:
        raise Unacceptable("Choose a password of at most 1,000 characters.", field="password")
    with _hashing:
        return _hasher.hash(password)


def _fits(password_hash: str | None, password: str) -> bool:
    with _hashing:
        try:
            _hasher.verify(password_hash or _nobody(), password[:1_000])
        except (VerificationError, InvalidHashError):
            return False
        return password_hash is not None


def sign_in(installation: Installation, login: str, password: str) -> Person:
    """Check a login and password and journal the outcome. Raises NotAllowed with one wording for every failure."""
    with reading(installation, SYSTEM) as tx:
        found = people.by_login(tx, login[:255])
    person, password_hash = found or (None, None)
    fits = _fits(password_hash, password) and person is not None and person.active
    with begin(installation, SYSTEM if person is None else Actor(person_id=person.id, name=person.name)) as tx:
        stream = person_stream(person.id) if person else INSTALLATION
        journal.append(tx, EntryKind.SIGN_IN_SUCCEEDED if fits else EntryKind.SIGN_IN_FAILED, stream, facts={})
    if person is None or not fits:
        raise NotAllowed("The name or the password is not right.", field="password")
    return person


def continue_as(tx: Transaction, person_id: str) -> None:
    """Journal that somebody goes on as one of the people of a demonstration. Raises NotAllowed elsewhere, NotFound."""
    if not tx.settings.demo:
        raise NotAllowed("Only a demonstration lets people in without a password.")
    if people.get(tx, person_id) is None:
        raise NotFound("There is no such person.", person_id=person_id)
    journal.append(tx, EntryKind.SIGN_IN_SUCCEEDED, person_stream(person_id), facts={"demonstration": True})


def actor_of(person: Person, roles: frozenset[str]) -> Actor:
    """Give the person as an actor: with the role everybody holds."""
    return Actor(person_id=person.id, name=person.name, roles=roles | {EVERYBODY})


def load_actor(tx: Transaction, person_id: str, sessions: int | None = None) -> tuple[Person, Actor] | None:
    """Give a person with his present roles; None if gone, inactive, or signed out of that session."""
    found = people.person_with_roles(tx, person_id, tx.now())
    if found is None:
        return None
    person, roles = found
    if not person.active or (sessions is not None and sessions != person.sessions):
        return None
    return person, actor_of(person, roles)


# --- one-time links ---------------------------------------------------------------------------------------------------


@dataclass(frozen=True, kw_only=True)
class OneTimeLink:
    """A link somebody was given: to become the first administrator, or to set a password."""

    purpose: str
    person: Person | None
    expires_at: datetime


def _digest(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()


def make_link(tx: Transaction, purpose: str, person_id: str | None, lifetime: timedelta = LINK_LIFETIME) -> str:
    """Make a one-time link's token; an earlier unused one of that purpose and person stops working."""
    token = secrets.token_urlsafe(32)
    people.drop_links(tx, purpose, person_id)
    people.insert_link(tx, _digest(token), purpose, person_id, tx.now() + lifetime)
    stream = person_stream(person_id) if person_id else INSTALLATION
    journal.append(tx, EntryKind.LINK_MADE, stream, facts={"purpose": purpose})
    return token


def first_administrator_token(tx: Transaction) -> str | None:
    """Make the link for the first administrator; None once there are people."""
    return None if people.count(tx) else make_link(tx, FIRST_ADMINISTRATOR, None)


def open_link(tx: Transaction, token: str) -> OneTimeLink:
    """Look at a link before it is used. Raises LinkInvalid."""
    row = people.link(tx, _digest(token))
    if row is None or row["expires_at"] <= tx.now():
        raise LinkInvalid("This link was used already, has expired, or is not complete. Ask for a new one.")
    person = people.get(tx, row["person_id"]) if row["person_id"] else None
    return OneTimeLink(purpose=row["purpose"], person=person, expires_at=row["expires_at"])


def use_link(
    tx: Transaction, token: str, *, password_hash: str, login: str = "", name: str = "", email: str = ""
) -> Person:
    """Set the password of the link's person, or make the first administrator. Raises LinkInvalid, Unacceptable."""
    link = open_link(tx, token)
    if not people.use_link(tx, _digest(token), tx.now()):
        raise LinkInvalid("This link was used already.")
    person = link.person or _first_administrator(tx, login, name, email)
    people.update(tx, person.id, password_hash=password_hash, sessions=person.sessions + 1)
    journal.append(tx, EntryKind.PASSWORD_SET, person_stream(person.id), facts={})
    return person


def _first_administrator(tx: Transaction, login: str, name: str, email: str) -> Person:
    if people.count(tx):
        raise LinkInvalid("There is an administrator already.")
    person = Person(
        id=new_id(),
        login=accounts.login(tx, login),
        name=accounts.name(name),
        email=accounts.email(email),
        zone=tx.settings.zone,
        created_at=tx.now(),
    )
    people.insert(tx, person)
    journal.append(
        tx,
        EntryKind.PERSON_ADDED,
        person_stream(person.id),
        facts={"first": True},
        values={"login": person.login, "name": person.name, "email": person.email},
        personal={"login", "name", "email"},
    )
    for role in (ADMINISTRATOR, "process_owner"):
        people.insert_grant(
            tx,
            RoleGrant(
                id=new_id(),
                person_id=person.id,
                role_id=role,
                valid_from=tx.now(),
                valid_until=None,
                granted_by=None,
                granted_at=tx.now(),
                reason="First administrator",
            ),
        )
        journal.append(tx, EntryKind.ROLE_GRANTED, person_stream(person.id), facts={"role": role})
    return person
