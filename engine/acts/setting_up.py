"""The first start of an installation: roles, working hours, default targets, the shipped processes."""

from typing import Final

from bpmn.library import shipped, shipped_record_types
from engine import journal
from engine.acts.publishing import load_library
from engine.acts.record_types import load_record_types
from engine.acts.shipped_roles import ROLES
from engine.model.entry import INSTALLATION, EntryKind
from engine.model.record import CalendarRecord, Service, Target
from engine.storage import people, records
from engine.transaction import Transaction

OFFICE_HOURS: Final = CalendarRecord(
    id="office",
    title="Office hours",
    value={
        "zone": "UTC",
        "week": {day: [["08:00", "18:00"]] for day in ("mon", "tue", "wed", "thu", "fri")},
        "holidays": {},
    },
    version=1,
)

_MINUTE, _HOUR, _DAY = 60, 3600, 10 * 3600
"""A working day of the default hours has ten hours."""

TARGETS: Final = tuple(
    Target(service_id="", priority=priority, clock=clock, budget_seconds=seconds, around_the_clock=around)
    for priority, response, resolution, around in (
        ("P1", 15 * _MINUTE, 4 * _HOUR, True),
        ("P2", 30 * _MINUTE, 8 * _HOUR, True),
        ("P3", 4 * _HOUR, 3 * _DAY, False),
        ("P4", 8 * _HOUR, 5 * _DAY, False),
        ("P5", _DAY, 10 * _DAY, False),
    )
    for clock, seconds in (("response", response), ("resolution", resolution))
)
"""What response and resolution take by priority, until a service agrees targets of its own."""


def begin_installation(tx: Transaction) -> bool:
    """Write what every installation begins with; False when it was done before."""
    if records.fact(tx, "begun") is not None:
        return False
    records.put_fact(tx, "begun", tx.now().isoformat())
    journal.append(tx, EntryKind.INSTALLATION_BEGUN, INSTALLATION, facts={"demo": tx.settings.demo})
    for role in ROLES:
        people.put_role(tx, role)
    zone = tx.settings.zone
    records.put_calendar(
        tx,
        CalendarRecord(
            id=OFFICE_HOURS.id,
            title=OFFICE_HOURS.title,
            value={**OFFICE_HOURS.value, "zone": zone},
            version=OFFICE_HOURS.version,
        ),
    )
    records.replace_targets(tx, "", TARGETS)
    records.put_service(
        tx,
        Service(
            id="general",
            title="General IT support",
            description="Everything that has no service of its own yet.",
            owner_id=None,
            calendar_id=OFFICE_HOURS.id,
            support_group="support_workplace",
            active=True,
            version=1,
        ),
    )
    return True


def _add_roles(tx: Transaction) -> None:
    """Add the roles that came with a later release than the one the installation began with."""
    known = {role.id for role in people.roles(tx)}
    for role in ROLES:
        if role.id not in known:
            people.put_role(tx, role)
            values = {"title": role.title, "purpose": role.purpose}
            journal.append(
                tx, EntryKind.ROLE_SAVED, INSTALLATION, facts={"role": role.id, "kind": role.kind}, values=values
            )


def prepare(tx: Transaction) -> None:
    """Bring an installation to what this release needs: its beginnings, and new shipped processes."""
    begin_installation(tx)
    _add_roles(tx)
    load_record_types(tx, shipped_record_types())
    load_library(tx, shipped())
