"""Rows of services, targets, calendars and the installation's own facts; no rule is decided here."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict
from typing import Any

import sqlalchemy as sa

from engine.model.record import CalendarRecord, Service, Target
from engine.storage import tables
from engine.storage.instances import upsert
from engine.transaction import Transaction
from forms.data import canonical, parse


def fact(tx: Transaction, name: str) -> str | None:
    """Read a fact of the installation."""
    statement = sa.select(tables.installation.c.value).where(tables.installation.c.name == name)
    value: str | None = tx.connection.execute(statement).scalar()
    return value


def put_fact(tx: Transaction, name: str, value: str) -> None:
    """Set a fact of the installation."""
    statement = upsert(tx, tables.installation).values(name=name, value=value)
    tx.connection.execute(statement.on_conflict_do_update(index_elements=["name"], set_={"value": value}))


def put_calendar(tx: Transaction, calendar: CalendarRecord) -> bool:
    """Add working hours, or replace those of the version before; say whether that was so."""
    return _put(tx, tables.calendar, asdict(calendar) | {"value": canonical(calendar.value)})


def _put(tx: Transaction, table: sa.Table, values: Mapping[str, Any]) -> bool:
    statement = upsert(tx, table).values(**values)
    before = table.c.version == values["version"] - 1
    statement = statement.on_conflict_do_update(index_elements=["id"], set_=values, where=before)
    return tx.connection.execute(statement.returning(table.c.id)).first() is not None


def calendar(tx: Transaction, calendar_id: str) -> CalendarRecord | None:
    """Fetch working hours."""
    statement = sa.select(tables.calendar).where(tables.calendar.c.id == calendar_id)
    row = tx.connection.execute(statement).mappings().first()
    return _calendar(row) if row else None


def calendars(tx: Transaction) -> list[CalendarRecord]:
    """Fetch all working hours by title."""
    statement = sa.select(tables.calendar).order_by(tables.calendar.c.title, tables.calendar.c.id)
    return [_calendar(row) for row in tx.connection.execute(statement).mappings()]


def _calendar(row: sa.RowMapping) -> CalendarRecord:
    return CalendarRecord(**(dict(row) | {"value": parse(row["value"])}))


def calendar_of_service(tx: Transaction, service_id: str | None) -> CalendarRecord | None:
    """Fetch the working hours of a service; the installation's first calendar where it has none."""
    table = tables.calendar
    chosen = sa.select(tables.service.c.calendar_id).where(tables.service.c.id == service_id).scalar_subquery()
    first = sa.select(sa.func.min(table.c.id)).scalar_subquery()
    statement = sa.select(table).where(table.c.id == sa.func.coalesce(chosen, first))
    row = tx.connection.execute(statement).mappings().first()
    return _calendar(row) if row else None


def put_service(tx: Transaction, service: Service) -> bool:
    """Add a service, or replace it in the version before; say whether that was so."""
    return _put(tx, tables.service, asdict(service))


def service(tx: Transaction, service_id: str) -> Service | None:
    """Fetch a service."""
    statement = sa.select(tables.service).where(tables.service.c.id == service_id)
    row = tx.connection.execute(statement).mappings().first()
    return Service(**row) if row else None


def services(tx: Transaction, *, active: bool | None = None) -> list[Service]:
    """Fetch the service catalogue by title."""
    statement = sa.select(tables.service).order_by(tables.service.c.title, tables.service.c.id)
    if active is not None:
        statement = statement.where(tables.service.c.active.is_(active))
    return [Service(**row) for row in tx.connection.execute(statement).mappings()]


def replace_targets(tx: Transaction, service_id: str, targets: Sequence[Target]) -> None:
    """Replace the targets of a service, or ("") the default ones."""
    table = tables.service_target
    tx.connection.execute(table.delete().where(table.c.service_id == service_id))
    if targets:
        tx.connection.execute(table.insert(), [asdict(target) for target in targets])


def targets(tx: Transaction, service_id: str | None = None) -> list[Target]:
    """Fetch the targets of a service, or all."""
    table = tables.service_target
    statement = sa.select(table).order_by(table.c.service_id, table.c.priority, table.c.clock)
    if service_id is not None:
        statement = statement.where(table.c.service_id == service_id)
    return [Target(**row) for row in tx.connection.execute(statement).mappings()]


def targets_for(tx: Transaction, service_id: str | None, priority: str | None) -> dict[str, Target]:
    """Give the target of each clock for a case: the service's own, else the default."""
    table = tables.service_target
    statement = (
        sa.select(table)
        .where(table.c.service_id.in_(["", service_id or ""]), table.c.priority == priority)
        .order_by(table.c.service_id)
    )
    return {row["clock"]: Target(**row) for row in tx.connection.execute(statement).mappings()}
