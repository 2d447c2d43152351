"""The records of the demo organisation: made by the people who keep them, through the real acts."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any, Final

from engine.acts import registering
from engine.acts.signing_in import load_actor
from engine.installation import Installation
from engine.model.person import SYSTEM
from engine.model.register import Wanted
from engine.storage import registers as rows
from engine.transaction import begin, reading


@dataclass(frozen=True, kw_only=True)
class Kept:
    """A record of the demo: who keeps it (a login), and what it holds.

    Texts beginning with ``@`` stand for the key of the record of that name; `at` are hours from now of its window.
    """

    name: str
    type: str
    title: str
    by: str
    state: str | None = None
    values: Mapping[str, Any] = field(default_factory=dict)
    at: tuple[int, int] | None = None
    days_ago: float | None = None
    """When it was added; None for the beginning of the demo's past."""


def _item(name: str, title: str, kind: str, **values: Any) -> Kept:
    known = {"kind": kind, "environment": "production", **values}
    return Kept(name=name, type="configuration_item", title=title, by="pedro", state="in use", values=known)


RECORDS: Final = (
    Kept(
        name="papyrus",
        type="supplier",
        title="Papyrus Hosting",
        by="hugo",
        state="active",
        values={
            "kind": "external",
            "services": ["email", "crm"],
            "critical": True,
            "rating": 4,
            "interfaces": "Incidents by telephone around the clock; changes announced ten days before.",
        },
    ),
    Kept(
        name="telcom",
        type="supplier",
        title="Telcom Nord",
        by="hugo",
        state="active",
        values={"kind": "external", "services": ["vpn"], "rating": 3},
    ),
    Kept(
        name="hosting",
        type="contract",
        title="Hosting of mail and customer database",
        by="hugo",
        state="signed",
        values={"supplier": "@papyrus", "reference": "PH-2024-17", "services": ["email", "crm"], "renewal": "decision"},
    ),
    _item("room", "Server room Berlin", "facility"),
    _item("core", "Core switch", "network", depends_on=["@room"]),
    _item("host1", "Virtual host 1", "server", depends_on=["@core", "@room"], serial="VH-0001"),
    _item("host2", "Virtual host 2", "server", depends_on=["@core", "@room"], serial="VH-0002"),
    _item("shelf", "Disk shelf", "device", part_of="@host2", serial="DS-0417"),
    _item("mail", "Mail server", "application", depends_on=["@host1"], services=["email"], supplier="@papyrus"),
    _item("crmdb", "Customer database server", "database", depends_on=["@host2"], services=["crm"]),
    _item("crmapp", "Customer database, web", "application", depends_on=["@crmdb", "@mail"], services=["crm"]),
    _item("gateway", "Remote access gateway", "network", depends_on=["@core"], services=["vpn"], supplier="@telcom"),
    _item("payroll", "Payroll application", "application", depends_on=["@host2"], services=["payroll"], critical=True),
    Kept(
        name="sales",
        type="stakeholder",
        title="Sales",
        by="greta",
        state="active",
        values={"kind": "customer", "services": ["crm", "email"], "contact": "Emil Carter"},
    ),
    Kept(
        name="sla",
        type="agreement",
        title="Customer database for Sales",
        by="greta",
        state="agreed",
        values={
            "kind": "sla",
            "services": ["crm"],
            "customer": "@sales",
            "targets": [{"name": "Availability in a month", "target": 99.5, "unit": "%", "better": "higher"}],
        },
    ),
    Kept(
        name="printer",
        type="known_error",
        title="Labels print twice",
        by="pedro",
        values={
            "symptom": "Labels come out of the printer twice when they are sent from the customer database.",
            "workaround": "Choose the printer again in the dialog before printing.",
            "services": ["printing"],
        },
    ),
    Kept(
        name="single",
        type="risk",
        title="One switch carries everything",
        by="lukas",
        state="assessed",
        values={
            "kind": "continuity",
            "effect": "All services stop when it fails.",
            "items": ["@core"],
            "likelihood": 2,
            "impact": 5,
            "score": 10,
            "treatment": "reduce",
        },
    ),
    Kept(
        name="survey",
        type="improvement",
        title="Ask every tenth caller how content he is",
        by="lukas",
        state="in progress",
        values={
            "description": "We hear of unhappy callers too late.",
            "origin": "customer",
            "priority": "medium",
            "baseline": "no figures",
            "target": "4 of 5",
        },
    ),
    Kept(
        name="firmware",
        type="planned_change",
        title="New firmware for the core switch",
        by="chiara",
        state="approved",
        values={"kind": "normal", "items": ["@core"], "risk": "high", "interrupts": True},
        at=(60, 63),
    ),
    Kept(
        name="memory",
        type="planned_change",
        title="More memory for virtual host 2",
        by="chiara",
        values={"kind": "standard", "items": ["@host2"], "services": ["payroll"], "risk": "low"},
        at=(110, 112),
    ),
    Kept(
        name="patch",
        type="planned_change",
        title="Firmware of the disk shelf",
        by="chiara",
        values={"kind": "maintenance", "items": ["@shelf"], "risk": "low"},
        at=(111, 115),
    ),
    Kept(
        name="close",
        type="freeze_window",
        title="Salaries are paid",
        by="chiara",
        values={"services": ["payroll"], "reason": "Salaries of the month are calculated and paid."},
        at=(96, 144),
    ),
)


class Keeper:
    """Makes and changes records, each by whoever keeps it; `ids` are those of people by login."""

    def __init__(self, past: Installation, present: datetime, ids: Mapping[str, str]) -> None:
        self._past, self._present, self._ids = past, present, ids
        self._keys: dict[str, str] = {}

    def add(self, record: Kept) -> None:
        """Add a record."""
        values = {name: self._named(value) for name, value in record.values.items()}
        if record.at is not None:
            hour = self._present.replace(minute=0, second=0, microsecond=0)
            times = [(hour + timedelta(hours=number)).isoformat() for number in record.at]
            values |= {"starts": times[0], "ends": times[1]}
        wanted = Wanted(values=values, title=record.title, state=record.state)
        self._keys[record.name] = self._save(record.by, record.type, None, wanted, 0)

    def change(self, name: str, by: str, state: str | None, values: Mapping[str, Any]) -> None:
        """Change a record that was added under a name."""
        key = self._keys[name]
        with reading(self._past, SYSTEM) as tx:
            known = rows.get(tx, key)
        if known is None:
            raise LookupError(key)
        wanted = Wanted(values={field: self._named(value) for field, value in values.items()}, state=state)
        self._save(by, known.type, key, wanted, known.version)

    def _save(self, login: str, record_type: str, key: str | None, wanted: Wanted, seen: int) -> str:
        with begin(self._past, SYSTEM) as tx:
            found = load_actor(tx, self._ids[login])
            if found is None:
                raise LookupError(login)
            with tx.acting(found[1]):
                return registering.save_record(tx, record_type, key, wanted, seen=seen).key

    def _named(self, value: Any) -> Any:
        if isinstance(value, list):
            return [self._named(one) for one in value]
        if not isinstance(value, str):
            return value
        if value.startswith("@"):
            return self._keys[value[1:]]
        if value.startswith("day:"):
            return (self._present + timedelta(days=int(value[4:]))).date().isoformat()
        return self._ids[value[4:]] if value.startswith("who:") else value
