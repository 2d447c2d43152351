"""Who works in the demo organisation, and which services it runs."""

from dataclasses import dataclass
from typing import Any, Final

from engine.model.record import CalendarRecord, Service

ZONE: Final = "Europe/Berlin"


@dataclass(frozen=True, kw_only=True)
class Somebody:
    """A person of the demo, what he or she does, and the roles held."""

    login: str
    name: str
    job: str
    roles: tuple[str, ...] = ()


PEOPLE: Final = (
    Somebody(login="jana", name="Jana Bauer", job="Finance: reports incidents"),
    Somebody(login="emil", name="Emil Carter", job="Sales: reports incidents"),
    Somebody(
        login="priya",
        name="Priya Nair",
        job="Human resources: speaks for the customers",
        roles=("customer_representative",),
    ),
    Somebody(login="sara", name="Sara Lind", job="Service desk", roles=("service_desk",)),
    Somebody(login="tomas", name="Tomás Vega", job="Service desk", roles=("service_desk",)),
    Somebody(login="marco", name="Marco Rossi", job="Applications group", roles=("support_applications",)),
    Somebody(login="ana", name="Ana Novak", job="Network group", roles=("support_network",)),
    Somebody(login="kofi", name="Kofi Mensah", job="Workplace group", roles=("support_workplace",)),
    Somebody(
        login="ingrid",
        name="Ingrid Olsen",
        job="Incident manager",
        roles=("incident_manager", "major_incident_manager"),
    ),
    Somebody(
        login="chiara",
        name="Chiara Conti",
        job="Change and release manager",
        roles=("change_manager", "release_manager"),
    ),
    Somebody(
        login="pedro",
        name="Pedro Alves",
        job="Problem and configuration manager",
        roles=("problem_manager", "configuration_manager"),
    ),
    Somebody(login="sofia", name="Sofia Berg", job="Service owner", roles=("service_owner", "cab_member")),
    Somebody(login="bruno", name="Bruno Keller", job="Duty manager", roles=("duty_manager", "cab_member")),
    Somebody(login="margit", name="Margit Sand", job="Managing director", roles=("top_management",)),
    Somebody(
        login="lukas",
        name="Lukas Stein",
        job="Head of service management",
        roles=("service_manager", "improvement_manager"),
    ),
    Somebody(
        login="nora",
        name="Nora Falk",
        job="Documents and training",
        roles=("document_controller", "training_manager"),
    ),
    Somebody(login="ravi", name="Ravi Shah", job="Internal audit", roles=("audit_manager", "internal_auditor")),
    Somebody(login="elif", name="Elif Demir", job="Internal auditor", roles=("internal_auditor",)),
    Somebody(
        login="greta",
        name="Greta Moen",
        job="Service levels and customers",
        roles=("service_level_manager", "relationship_manager", "complaint_manager"),
    ),
    Somebody(login="hugo", name="Hugo Martin", job="Suppliers and contracts", roles=("supplier_manager",)),
    Somebody(login="clara", name="Clara Voss", job="Legal", roles=("legal_adviser",)),
    Somebody(
        login="yuki",
        name="Yuki Tanaka",
        job="Capacity, availability, continuity",
        roles=("capacity_manager", "availability_manager", "continuity_manager"),
    ),
    Somebody(login="felix", name="Felix Brandt", job="IT finance", roles=("finance_manager",)),
    Somebody(login="maren", name="Maren Holt", job="Finance director", roles=("finance_director",)),
    Somebody(login="salma", name="Salma Idris", job="Information security", roles=("security_manager", "data_owner")),
    Somebody(login="igor", name="Igor Petrov", job="Security analyst", roles=("security_analyst",)),
    Somebody(login="lena", name="Lena Fuchs", job="Service design", roles=("design_lead",)),
    Somebody(login="jonas", name="Jonas Krog", job="Operations", roles=("operations_manager", "request_fulfiller")),
    Somebody(
        login="mila",
        name="Mila Horvat",
        job="Reports and communication",
        roles=("report_analyst", "communications_lead"),
    ),
    Somebody(login="paul", name="Paul Weber", job="Process owner: edits diagrams", roles=("process_owner",)),
    Somebody(login="helen", name="Helen Park", job="Process owner: releases", roles=("process_owner",)),
    Somebody(login="omar", name="Omar Haddad", job="Auditor", roles=("auditor",)),
    Somebody(login="vera", name="Vera Holm", job="Data protection", roles=("data_protection",)),
    Somebody(login="dana", name="Dana Fischer", job="Administrator and operator", roles=("administrator", "operator")),
)

_WORKDAYS: Final = ("mon", "tue", "wed", "thu", "fri")


def _hours(days: tuple[str, ...], start: str, end: str) -> dict[str, Any]:
    return {
        "zone": ZONE,
        "week": {day: [[start, end]] for day in days},
        "holidays": {"country": "DE", "subdivision": "BE", "extra": [], "except": []},
    }


CALENDARS: Final = (
    CalendarRecord(id="office", title="Office hours, Berlin", value=_hours(_WORKDAYS, "08:00", "18:00"), version=1),
    CalendarRecord(
        id="extended", title="Extended hours, Berlin", value=_hours((*_WORKDAYS, "sat"), "06:00", "22:00"), version=0
    ),
)


def services(owners: dict[str, str]) -> tuple[Service, ...]:
    """Give the services, with their owners' ids by login."""
    rows = (
        ("email", "Email and calendar", "Mailboxes, calendars, shared folders.", "ingrid", "extended", "applications"),
        ("vpn", "Remote access", "Work from elsewhere as in the office.", "ana", "extended", "network"),
        ("payroll", "Payroll", "Salaries on time, every month.", "priya", "office", "applications"),
        ("printing", "Printing", "Printers and scanners on every floor.", "kofi", "office", "workplace"),
        ("crm", "Customer database", "What sales knows about customers.", "emil", "office", "applications"),
    )
    return tuple(
        Service(
            id=key,
            title=title,
            description=description,
            owner_id=owners[owner],
            calendar_id=calendar,
            support_group=f"support_{group}",
            active=True,
            version=0,
        )
        for key, title, description, owner, calendar, group in rows
    )
