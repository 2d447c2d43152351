"""Services, targets and working hours as pages show them."""

from dataclasses import dataclass

from engine.errors import NotFound
from engine.model.person import Person
from engine.model.record import CalendarRecord, Role, Service, Target
from engine.permissions import Action, may
from engine.storage import people as people_rows
from engine.storage import records as rows
from engine.transaction import Transaction


@dataclass(frozen=True, kw_only=True)
class ServiceRow:
    """A service in words."""

    service: Service
    owner_name: str | None
    calendar_title: str
    group_title: str | None
    own_targets: bool


@dataclass(frozen=True, kw_only=True)
class ServiceView:
    """A service with its targets, the default ones, and what can be chosen for it."""

    row: ServiceRow | None
    targets: tuple[Target, ...]
    default_targets: tuple[Target, ...]
    calendars: tuple[CalendarRecord, ...]
    groups: tuple[Role, ...]
    people: tuple[Person, ...]
    may_change: bool


def services(tx: Transaction) -> tuple[ServiceRow, ...]:
    """Give the service catalogue by title."""
    found = rows.services(tx)
    names = people_rows.names(tx, [service.owner_id for service in found])
    calendars = {calendar.id: calendar.title for calendar in rows.calendars(tx)}
    groups = {role.id: role.title for role in people_rows.roles(tx)}
    own = {target.service_id for target in rows.targets(tx)}
    return tuple(
        ServiceRow(
            service=service,
            owner_name=names.get(service.owner_id or ""),
            calendar_title=calendars.get(service.calendar_id, service.calendar_id),
            group_title=groups.get(service.support_group or ""),
            own_targets=service.id in own,
        )
        for service in found
    )


def service(tx: Transaction, service_id: str | None) -> ServiceView:
    """Give one service, or (None) what is needed to add one. Raises NotFound."""
    row = next((row for row in services(tx) if row.service.id == service_id), None)
    if service_id is not None and row is None:
        raise NotFound("There is no such service.", service_id=service_id)
    return ServiceView(
        row=row,
        targets=tuple(rows.targets(tx, service_id)) if service_id else (),
        default_targets=tuple(rows.targets(tx, "")),
        calendars=tuple(rows.calendars(tx)),
        groups=tuple(role for role in people_rows.roles(tx) if role.kind == "group"),
        people=tuple(people_rows.all_people(tx, active=True)),
        may_change=may(tx.actor, Action.MANAGE_RECORDS),
    )


def calendars(tx: Transaction) -> tuple[CalendarRecord, ...]:
    """Give all working hours by title."""
    return tuple(rows.calendars(tx))


def calendar(tx: Transaction, calendar_id: str) -> CalendarRecord:
    """Give one calendar. Raises NotFound."""
    found = rows.calendar(tx, calendar_id)
    if found is None:
        raise NotFound("There are no such working hours.", calendar_id=calendar_id)
    return found


def targets(tx: Transaction, service_id: str = "") -> tuple[Target, ...]:
    """Give the targets of a service, or ("") the default ones."""
    return tuple(rows.targets(tx, service_id))
