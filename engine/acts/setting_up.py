"""The first start of an installation: roles, working hours, default targets, the shipped processes."""

from typing import Final

from bpmn.library import shipped
from engine import journal
from engine.acts.publishing import load_library
from engine.model.entry import INSTALLATION, EntryKind
from engine.model.record import CalendarRecord, Role, Service, Target
from engine.storage import people, records
from engine.transaction import Transaction

ROLES: Final = (
    Role(
        id="service_desk", title="Service desk", kind="role", purpose="First contact: logs, classifies, fixes, closes."
    ),
    Role(id="incident_manager", title="Incident manager", kind="role", purpose="Keeps incidents within their targets."),
    Role(
        id="problem_manager",
        title="Problem manager",
        kind="role",
        purpose="Sees to it that causes are found and cured.",
    ),
    Role(id="change_manager", title="Change manager", kind="role", purpose="Steers changes from request to review."),
    Role(id="cab_member", title="Change advisory board", kind="role", purpose="Advises and votes on changes."),
    Role(id="duty_manager", title="Duty manager", kind="role", purpose="Decides in an emergency when nobody else can."),
    Role(id="release_manager", title="Release manager", kind="role", purpose="Brings releases safely into use."),
    Role(
        id="configuration_manager",
        title="Configuration manager",
        kind="role",
        purpose="Keeps configuration records true.",
    ),
    Role(id="service_owner", title="Service owner", kind="role", purpose="Answers for a service to its customers."),
    Role(id="process_owner", title="Process owner", kind="role", purpose="Edits, proposes and releases processes."),
    Role(id="auditor", title="Auditor", kind="role", purpose="Reads every case and its history."),
    Role(id="data_protection", title="Data protection", kind="role", purpose="Erases personal data, with a reason."),
    Role(id="operator", title="Operator", kind="role", purpose="Keeps the installation running; cancels cases."),
    Role(id="administrator", title="Administrator", kind="role", purpose="Manages people, roles and services."),
    Role(id="support_network", title="Network", kind="group", purpose="Support group for networks."),
    Role(id="support_workplace", title="Workplace", kind="group", purpose="Support group for devices and printing."),
    Role(id="support_applications", title="Applications", kind="group", purpose="Support group for applications."),
)

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
    load_library(tx, shipped())
