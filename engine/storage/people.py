"""Rows of people, roles, grants and one-time links; no rule is decided here."""

from collections.abc import Collection, Iterable
from dataclasses import asdict
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from engine.model.person import Person
from engine.model.record import Role, RoleGrant
from engine.storage import tables
from engine.storage.instances import like, upsert
from engine.transaction import Transaction

_PERSON = [column for column in tables.person.c if column.name != "password_hash"]
_GRANT = tables.role_grant.c


def in_force(at: Any) -> sa.ColumnElement[bool]:
    """Give the WHERE of grants that hold now, when the clock says `at`: those of which RoleGrant says so."""
    begun = sa.or_(_GRANT.valid_from <= at, _GRANT.valid_from <= _GRANT.granted_at)
    return sa.and_(begun, _GRANT.revoked_at.is_(None), sa.or_(_GRANT.valid_until.is_(None), _GRANT.valid_until > at))


_IN_FORCE = in_force(sa.bindparam("at"))

_BY_NAME = sa.func.lower(tables.person.c.name), tables.person.c.id

# Statements of every page are built once: building one costs ten times what sending it does.
_NAMES = (
    sa.select(tables.person.c.id, tables.person.c.name)
    .where(tables.person.c.id.in_(sa.bindparam("wanted", expanding=True)))
    .order_by(*_BY_NAME)
)
_ROLES = sa.select(tables.role).order_by(tables.role.c.kind.desc(), tables.role.c.title, tables.role.c.id)
_ROLE_TITLES = sa.select(tables.role.c.id, tables.role.c.title).where(
    tables.role.c.id.in_(sa.bindparam("wanted", expanding=True))
)
_PEOPLE = sa.select(*_PERSON).where(tables.person.c.id.in_(sa.bindparam("wanted", expanding=True)))
_PERSON_WITH_ROLES = (
    sa.select(*_PERSON, _GRANT.role_id)
    .join_from(
        tables.person, tables.role_grant, sa.and_(_GRANT.person_id == tables.person.c.id, _IN_FORCE), isouter=True
    )
    .where(tables.person.c.id == sa.bindparam("person"))
)
_HOLDERS = (
    sa.select(*_PERSON)
    .where(
        tables.person.c.active.is_(True),
        tables.person.c.id.in_(
            sa.select(_GRANT.person_id).where(_GRANT.role_id.in_(sa.bindparam("roles", expanding=True)), _IN_FORCE)
        ),
    )
    .order_by(*_BY_NAME)
)
_NAMES_BY_ROLE = (
    sa.select(_GRANT.role_id, tables.person.c.id, tables.person.c.name)
    .join(tables.person, tables.person.c.id == _GRANT.person_id)
    .where(tables.person.c.active.is_(True), _GRANT.role_id.in_(sa.bindparam("roles", expanding=True)), _IN_FORCE)
    .order_by(*_BY_NAME)
)


def insert(tx: Transaction, person: Person) -> None:
    """Add a person, without a password."""
    tx.connection.execute(tables.person.insert().values(**asdict(person)))


def update(tx: Transaction, person_id: str, **values: Any) -> None:
    """Change a person."""
    tx.connection.execute(tables.person.update().where(tables.person.c.id == person_id).values(**values))


def get(tx: Transaction, person_id: str, *, lock: bool = False) -> Person | None:
    """Fetch a person; with `lock`, nobody else changes him or his grants until this transaction ends."""
    statement = sa.select(*_PERSON).where(tables.person.c.id == person_id)
    if lock:
        # Weaker than a full lock: cases go on that refer to the person.
        statement = statement.with_for_update(key_share=True)
    row = tx.connection.execute(statement).mappings().first()
    return Person(**row) if row else None


def by_ids(tx: Transaction, person_ids: Collection[str]) -> list[Person]:
    """Fetch these people, as they are, by name."""
    if not person_ids:
        return []
    found = tx.connection.execute(_PEOPLE, {"wanted": list(person_ids)}).mappings()
    return sorted((Person(**row) for row in found), key=lambda person: (person.name.lower(), person.id))


def by_login(tx: Transaction, login: str) -> tuple[Person, str | None] | None:
    """Fetch a person and his password hash by login, whatever its case (on SQLite, that of ASCII letters only)."""
    # The database lowers both sides: SQLite leaves Ä as it is, and Python does not.
    statement = sa.select(*_PERSON, tables.person.c.password_hash).where(
        sa.func.lower(tables.person.c.login) == sa.func.lower(login.strip())
    )
    row = tx.connection.execute(statement).mappings().first()
    if row is None:
        return None
    values = dict(row)
    password_hash = values.pop("password_hash")
    return Person(**values), password_hash


def named(tx: Transaction, text: str) -> Person | None:
    """Fetch the active person of this login or mail address, whatever its case; None where several have the address."""
    same = [
        sa.func.lower(column) == sa.func.lower(text.strip())
        for column in (tables.person.c.login, tables.person.c.email)
    ]
    statement = sa.select(*_PERSON).where(sa.or_(*same), tables.person.c.active).limit(2)
    rows = tx.connection.execute(statement).mappings().all()
    return Person(**rows[0]) if len(rows) == 1 else None


def names(tx: Transaction, person_ids: Iterable[str | None]) -> dict[str, str]:
    """Give the names of these people by id, in the order of the names."""
    wanted = sorted({person_id for person_id in person_ids if person_id})
    if not wanted:
        return {}
    return {person_id: name for person_id, name in tx.connection.execute(_NAMES, {"wanted": wanted})}


def all_people(tx: Transaction, *, active: bool | None = None, text: str = "") -> list[Person]:
    """Fetch people by name."""
    statement = sa.select(*_PERSON).order_by(*_BY_NAME)
    if active is not None:
        statement = statement.where(tables.person.c.active.is_(active))
    if text.strip():
        pattern = like(text)
        statement = statement.where(
            sa.or_(tables.person.c.name.ilike(pattern, escape="\\"), tables.person.c.login.ilike(pattern, escape="\\"))
        )
    return [Person(**row) for row in tx.connection.execute(statement).mappings()]


def count(tx: Transaction) -> int:
    """Give how many people there are."""
    return tx.connection.execute(sa.select(sa.func.count()).select_from(tables.person)).scalar_one()


# --- roles ------------------------------------------------------------------------------------------------------------


def put_role(tx: Transaction, role: Role) -> None:
    """Add a role or change its words."""
    statement = upsert(tx, tables.role).values(**asdict(role))
    tx.connection.execute(
        statement.on_conflict_do_update(
            index_elements=["id"], set_={"title": role.title, "kind": role.kind, "purpose": role.purpose}
        )
    )


def roles(tx: Transaction) -> list[Role]:
    """Fetch all roles and groups by title."""
    return [Role(**row) for row in tx.connection.execute(_ROLES).mappings()]


def role_titles(tx: Transaction, role_ids: Collection[str]) -> dict[str, str]:
    """Give the titles of these roles and groups by id."""
    if not role_ids:
        return {}
    return {role_id: title for role_id, title in tx.connection.execute(_ROLE_TITLES, {"wanted": list(role_ids)})}


def insert_grant(tx: Transaction, grant: RoleGrant) -> None:
    """Add a grant."""
    tx.connection.execute(tables.role_grant.insert().values(**asdict(grant)))


def revoke_grant(tx: Transaction, grant_id: str, *, valid_until: datetime) -> None:
    """Take a grant away now."""
    values = {"valid_until": valid_until, "revoked_at": tx.now()}
    tx.connection.execute(tables.role_grant.update().where(tables.role_grant.c.id == grant_id).values(values))


def get_grant(tx: Transaction, grant_id: str) -> RoleGrant | None:
    """Fetch a grant."""
    row = (
        tx.connection.execute(sa.select(tables.role_grant).where(tables.role_grant.c.id == grant_id)).mappings().first()
    )
    return RoleGrant(**row) if row else None


def grants(tx: Transaction, *, person_id: str | None = None) -> list[RoleGrant]:
    """Fetch grants, of one person or all, newest first."""
    statement = sa.select(tables.role_grant).order_by(_GRANT.valid_from.desc(), _GRANT.id.desc())
    if person_id is not None:
        statement = statement.where(tables.role_grant.c.person_id == person_id)
    return [RoleGrant(**row) for row in tx.connection.execute(statement).mappings()]


def person_with_roles(tx: Transaction, person_id: str, at: datetime) -> tuple[Person, frozenset[str]] | None:
    """Fetch a person and the roles he holds now, when the clock says `at`, in one statement."""
    found = tx.connection.execute(_PERSON_WITH_ROLES, {"person": person_id, "at": at})
    rows = [dict(row) for row in found.mappings()]
    if not rows:
        return None
    held = frozenset(row.pop("role_id") for row in rows)
    return Person(**rows[0]), held - {None}


def holders(tx: Transaction, role_ids: Iterable[str], at: datetime) -> list[Person]:
    """Fetch the active people who hold one of these roles now, when the clock says `at`, by name."""
    found = tx.connection.execute(_HOLDERS, {"roles": list(role_ids), "at": at})
    return [Person(**row) for row in found.mappings()]


def names_by_role(tx: Transaction, role_ids: Iterable[str], at: datetime) -> dict[str, tuple[str, ...]]:
    """Give the names of those whom `holders` gives, for each of these roles that anybody holds."""
    found: dict[str, dict[str, str]] = {}
    for role_id, person_id, name in tx.connection.execute(_NAMES_BY_ROLE, {"roles": sorted(set(role_ids)), "at": at}):
        found.setdefault(role_id, {})[person_id] = name
    return {role_id: tuple(names.values()) for role_id, names in found.items()}


# --- one-time links ---------------------------------------------------------------------------------------------------


def insert_link(tx: Transaction, token_sha256: str, purpose: str, person_id: str | None, expires_at: datetime) -> None:
    """Add a one-time link, by the digest of its token."""
    tx.connection.execute(
        tables.one_time_link.insert().values(
            token_sha256=token_sha256, purpose=purpose, person_id=person_id, expires_at=expires_at
        )
    )


def link(tx: Transaction, token_sha256: str) -> sa.RowMapping | None:
    """Fetch an unused link: purpose, person_id, expires_at."""
    table = tables.one_time_link
    statement = sa.select(table).where(table.c.token_sha256 == token_sha256, table.c.used_at.is_(None))
    return tx.connection.execute(statement).mappings().first()


def use_link(tx: Transaction, token_sha256: str, at: datetime) -> bool:
    """Mark a link used; False when it already was."""
    table = tables.one_time_link
    statement = table.update().where(table.c.token_sha256 == token_sha256, table.c.used_at.is_(None)).values(used_at=at)
    return bool(tx.connection.execute(statement).rowcount)


def drop_links(tx: Transaction, purpose: str, person_id: str | None) -> None:
    """Remove unused links of a purpose, so that only the newest works."""
    table = tables.one_time_link
    tx.connection.execute(
        table.delete().where(table.c.purpose == purpose, table.c.person_id.is_not_distinct_from(person_id))
    )
