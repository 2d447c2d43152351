"""More records of the demo organisation, and what became of them in the weeks before.

``day:-30`` stands for the date thirty days ago, ``who:nora`` for a person, ``@core`` for the record of that name.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Final

from engine.demo.keeping import Kept


@dataclass(frozen=True, kw_only=True)
class Later:
    """A record as it was changed some days ago, by somebody."""

    days_ago: float
    name: str
    by: str
    state: str | None = None
    values: Mapping[str, Any] = field(default_factory=dict)


def _figures() -> tuple[Kept, ...]:
    """The availability of three services in each of the last months."""
    rows = (
        (68, 38, (("email", 99.9, 99.95), ("crm", 99.5, 98.7), ("vpn", 99.0, 99.2))),
        (38, 8, (("email", 99.9, 99.97), ("crm", 99.5, 99.1), ("vpn", 99.0, 99.6))),
        (7, 1, (("email", 99.9, 99.99), ("crm", 99.5, 99.7), ("vpn", 99.0, 98.8))),
    )
    return tuple(
        Kept(
            name=f"{service}{since}",
            type="availability_figure",
            title=f"{service}, {since} days ago",
            by="yuki",
            state="confirmed",
            days_ago=max(until - 1, 1),
            values={
                "service": service,
                "period_from": f"day:-{since}",
                "period_to": f"day:-{until}",
                "agreed": agreed,
                "measured": measured,
            },
        )
        for since, until, services in rows
        for service, agreed, measured in services
    )


def _survey(days_ago: int, service: str, score: float) -> Kept:
    values = {
        "kind": "survey",
        "customer": "@sales",
        "service": service,
        "taken_on": f"day:-{days_ago}",
        "score": score,
        "scale": 5,
        "asked": 20,
        "answered": 9,
    }
    return Kept(
        name=f"survey{days_ago}",
        type="satisfaction",
        title=f"Survey about {service}",
        by="greta",
        state="taken",
        days_ago=days_ago,
        values=values,
    )


def _skill(name: str, who: str, skill: str, state: str, **values: Any) -> Kept:
    known = {"person": f"who:{who}", "skill": skill, "needed_level": "3", **values}
    return Kept(name=name, type="competence", title=skill, by="nora", state=state, values=known)


MORE: Final = (
    Kept(
        name="fast",
        type="objective",
        title="Help at the first call",
        by="lukas",
        state="agreed",
        values={
            "statement": "Six of ten incidents are fixed at first contact.",
            "measure": "Fixed at first contact",
            "target": "60 %",
            "current": "55 %",
            "due": "day:120",
            "responsible": "who:ingrid",
        },
    ),
    Kept(
        name="quiet",
        type="objective",
        title="Quiet changes",
        by="lukas",
        state="reached",
        values={"statement": "Not more than one change in twenty causes incidents.", "target": "5 %", "due": "day:-5"},
    ),
    Kept(
        name="money",
        type="budget",
        title="IT services, this year",
        by="felix",
        state="approved",
        values={
            "period_from": "day:-320",
            "period_to": "day:45",
            "services": ["email", "crm", "vpn"],
            "currency": "EUR",
            "amount": 240000,
            "actual": 168000,
            "committed": 31000,
            "forecast": 246000,
            "threshold": 5,
        },
    ),
    Kept(
        name="plan",
        type="capacity_plan",
        title="Storage and hosts",
        by="yuki",
        state="agreed",
        values={
            "services": ["email", "crm"],
            "items": ["@host1", "@host2"],
            "period_from": "day:-200",
            "period_to": "day:165",
            "current": "Storage grows by four per cent a month.",
            "thresholds": [
                {"measure": "Storage", "warning": 80, "limit": 100, "used": 71, "unit": "%"},
                {"measure": "Memory", "warning": 85, "limit": 100, "used": 64, "unit": "%"},
            ],
        },
    ),
    Kept(
        name="worst",
        type="continuity_plan",
        title="Mail without the server room",
        by="yuki",
        state="agreed",
        values={
            "services": ["email"],
            "items": ["@mail"],
            "rto_hours": 8,
            "rpo_hours": 1,
            "copy_at": "Safe, reception",
            "scenarios": "Fire or flood in the server room.",
            "steps": "Mail goes to the provider's spare host.",
            "tested_on": "day:-140",
            "test_result": "passed",
            "next_test": "day:220",
        },
    ),
    Kept(
        name="worst2",
        type="continuity_plan",
        title="Customer database elsewhere",
        by="yuki",
        state="agreed",
        values={
            "services": ["crm"],
            "items": ["@crmdb"],
            "rto_hours": 24,
            "rpo_hours": 4,
            "steps": "Yesterday's copy is started at the provider.",
            "tested_on": "day:-420",
            "test_result": "partly",
        },
    ),
    Kept(
        name="factors",
        type="control",
        title="Two factors for remote access",
        by="salma",
        state="in operation",
        values={
            "purpose": "A stolen password alone opens nothing.",
            "kind": "preventive",
            "services": ["vpn"],
            "frequency": "continuous",
            "responsible": "who:igor",
            "tested_on": "day:-40",
            "result": "works",
        },
    ),
    Kept(
        name="backup",
        type="control",
        title="Backups are read back",
        by="salma",
        state="in operation",
        values={
            "purpose": "What was lost can be had again.",
            "kind": "corrective",
            "services": ["crm", "payroll"],
            "frequency": "monthly",
            "responsible": "who:igor",
            "tested_on": "day:-410",
            "result": "partly",
        },
    ),
    Kept(
        name="policy",
        type="document",
        title="Service management policy",
        by="nora",
        state="approved",
        values={
            "reference": "POL-01",
            "kind": "policy",
            "document_version": "3.0",
            "author": "who:lukas",
            "approver": "who:margit",
            "approved_on": "day:-200",
            "next_review": "day:165",
        },
    ),
    Kept(
        name="manual",
        type="document",
        title="How the service desk works",
        by="nora",
        state="approved",
        values={
            "reference": "PRC-04",
            "kind": "procedure",
            "document_version": "2.1",
            "author": "who:sara",
            "approver": "who:ingrid",
            "approved_on": "day:-400",
            "next_review": "day:-20",
        },
    ),
    Kept(
        name="labels",
        type="article",
        title="Print labels once",
        by="sara",
        state="published",
        values={
            "summary": "Labels come out twice",
            "body": "Choose the printer again in the dialog before printing.",
            "services": ["printing"],
        },
    ),
    Kept(
        name="admin",
        type="access_right",
        title="Administrator of the customer database",
        by="salma",
        state="granted",
        values={
            "person": "who:marco",
            "right": "Administrator",
            "service": "crm",
            "item": "@crmdb",
            "granted_on": "day:-150",
            "reviewed_on": "day:-50",
        },
    ),
    Kept(
        name="reader",
        type="access_right",
        title="Reader of payroll",
        by="salma",
        state="granted",
        values={
            "person": "who:priya",
            "right": "Reader",
            "service": "payroll",
            "granted_on": "day:-170",
            "reviewed_on": "day:-120",
        },
    ),
    Kept(
        name="late",
        type="nonconformity",
        title="Changes without a tried way back",
        by="ravi",
        state="open",
        values={
            "source": "audit",
            "grade": "minor",
            "clause": "8.5.1",
            "process": "change",
            "due": "day:-30",
            "description": "In two of ten changes nobody had tried the way back.",
            "responsible": "who:chiara",
        },
    ),
    Kept(
        name="spare",
        type="nonconformity",
        title="The plan was locked in the room it is for",
        by="ravi",
        state="open",
        values={
            "source": "test",
            "grade": "minor",
            "process": "continuity_plan",
            "due": "day:20",
            "description": "The only copy of the plan lay in the server room.",
            "responsible": "who:yuki",
        },
    ),
    Kept(
        name="leave",
        type="risk",
        title="Only one person knows payroll",
        by="lukas",
        state="identified",
        values={
            "kind": "service",
            "effect": "Salaries come late when she is ill.",
            "services": ["payroll"],
            "likelihood": 3,
            "impact": 4,
            "score": 12,
            "treatment": "reduce",
        },
    ),
    _skill("sql", "marco", "Databases", "met", level="4", valid_until="day:300"),
    _skill("nets", "ana", "Networks", "met", level="3", valid_until="day:90"),
    _skill("pay", "sara", "Payroll application", "needed", level="1", due="day:60"),
    _survey(63, "crm", 3.4),
    _survey(34, "email", 4.1),
    _survey(6, "crm", 4.0),
    *_figures(),
)

LATER: Final = (
    Later(
        days_ago=60,
        name="papyrus",
        by="hugo",
        values={"reviewed_on": "day:-60", "exit_plan": "All data within 30 days."},
    ),
    Later(days_ago=58, name="core", by="pedro", values={"verified_on": "day:-58"}),
    Later(days_ago=58, name="room", by="pedro", values={"verified_on": "day:-58"}),
    Later(days_ago=44, name="spare", by="ravi", state="closed", values={"effective": True, "checked_on": "day:-44"}),
    Later(days_ago=37, name="host1", by="pedro", values={"verified_on": "day:-37"}),
    Later(days_ago=37, name="host2", by="pedro", values={"verified_on": "day:-37"}),
    Later(days_ago=37, name="mail", by="pedro", values={"verified_on": "day:-37"}),
    Later(days_ago=25, name="leave", by="lukas", state="treated", values={"likelihood": 2, "score": 8}),
    Later(days_ago=21, name="pay", by="nora", state="in training"),
    Later(days_ago=12, name="crmdb", by="pedro", values={"verified_on": "day:-12"}),
    Later(days_ago=12, name="crmapp", by="pedro", values={"verified_on": "day:-12"}),
    Later(days_ago=12, name="gateway", by="pedro", values={"verified_on": "day:-12"}),
)
