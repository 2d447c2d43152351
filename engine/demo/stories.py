"""The cases of the demo: who did what, how many hours ago."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final


@dataclass(frozen=True, kw_only=True)
class Deed:
    """Something a person did in a case: complete the task at an element, take it, comment, or press a button."""

    hours_ago: float
    who: str
    what: str
    """complete, claim, comment, send or link."""
    element: str = ""
    """Of the task; or the kind of link with the case whose title is `text`."""
    answers: Mapping[str, Any] | None = None
    text: str = ""


@dataclass(frozen=True, kw_only=True)
class Story:
    """A case: reported by somebody so many hours ago, and what happened to it."""

    hours_ago: float
    who: str
    report: Mapping[str, Any]
    deeds: tuple[Deed, ...] = ()


def _report(title: str, service: str, impact: str, urgency: str, description: str) -> dict[str, Any]:
    return {"title": title, "service": service, "impact": impact, "urgency": urgency, "description": description}


def _logged(story: Mapping[str, Any], category: str, group: str, **more: Any) -> dict[str, Any]:
    kept = {key: story[key] for key in ("title", "service", "impact", "urgency")}
    return {**kept, "category": category, "next": "group", "group": f"support_{group}", **more}


_MAIL = _report(
    "Mail does not arrive", "email", "high", "high", "Since this morning nobody in finance gets mail from outside."
)
_VPN = _report("VPN drops every hour", "vpn", "medium", "medium", "The connection ends on the hour and comes back.")
_PRINT = _report("Third floor printer prints blank pages", "printing", "medium", "low", "Every second page is empty.")
_PAY = _report("Payslip shows the wrong month", "payroll", "low", "medium", "November is shown as October.")
_CRM = _report("Customer search finds nothing", "crm", "high", "medium", "Any search gives an empty list since noon.")
_SCAN = _report("Scanner sends to the wrong person", "printing", "low", "low", "My scans arrive at a colleague's.")
_OLD = _report("Calendar invitations come twice", "email", "low", "low", "Each invitation is there two times.")
_LOCK = _report("Locked out after new password", "general", "low", "high", "I changed it yesterday, now nothing works.")

STORIES: Final = (
    Story(
        hours_ago=220,
        who="emil",
        report=_OLD,
        deeds=(
            Deed(
                hours_ago=218,
                who="sara",
                what="complete",
                element="INC_Log",
                answers=_logged(_OLD, "software", "applications", configuration_item="CI-1006"),
            ),
            Deed(
                hours_ago=214,
                who="marco",
                what="complete",
                element="INC_Diagnose",
                answers={
                    "findings": "Two calendar clients share one mailbox.",
                    "result": "fixed",
                    "resolution_code": "fixed",
                    "cause": "use",
                    "resolution": "The old client was removed from the account.",
                    "tried": [{"step": "Looked at the mailbox log", "outcome": "Two clients accept each invitation"}],
                },
            ),
            Deed(
                hours_ago=210,
                who="emil",
                what="complete",
                element="INC_Confirm",
                answers={"works": "yes", "satisfaction": "5"},
            ),
            Deed(
                hours_ago=209,
                who="sara",
                what="complete",
                element="INC_Close",
                answers={"category": "software", "cause": "use"},
            ),
        ),
    ),
    Story(
        hours_ago=30,
        who="jana",
        report=_VPN,
        deeds=(
            Deed(
                hours_ago=29,
                who="tomas",
                what="complete",
                element="INC_Log",
                answers=_logged(_VPN, "network", "network", configuration_item="CI-1009"),
            ),
            Deed(hours_ago=28, who="ana", what="claim", element="INC_Diagnose"),
            Deed(
                hours_ago=27, who="ana", what="comment", text="The lease time of the gateway is one hour. Suspicious."
            ),
            Deed(
                hours_ago=26,
                who="ana",
                what="complete",
                element="INC_Diagnose",
                answers={
                    "findings": "Lease time is an hour on the new gateway.",
                    "result": "ask_caller",
                    "question": "Does it happen on your phone as well?",
                    "tried": [{"step": "Raised the lease time for one user", "outcome": "No drop in two hours"}],
                },
            ),
        ),
    ),
    Story(
        hours_ago=26,
        who="priya",
        report=_PAY,
        deeds=(
            Deed(
                hours_ago=25,
                who="sara",
                what="complete",
                element="INC_Log",
                answers=_logged(_PAY, "data", "applications"),
            ),
            Deed(
                hours_ago=4,
                who="marco",
                what="complete",
                element="INC_Diagnose",
                answers={
                    "findings": "The month is taken from the print date.",
                    "result": "fixed",
                    "resolution_code": "workaround",
                    "cause": "defect",
                    "resolution": "Your payslip was printed again with the right month; the defect is known.",
                },
            ),
        ),
    ),
    Story(
        hours_ago=22,
        who="emil",
        report=_CRM,
        deeds=(
            Deed(
                hours_ago=21.8,
                who="sara",
                what="complete",
                element="INC_Log",
                answers=_logged(_CRM, "software", "applications", configuration_item="CI-1007"),
            ),
            Deed(hours_ago=21.5, who="marco", what="claim", element="INC_Diagnose"),
            Deed(
                hours_ago=15.5,
                who="ingrid",
                what="complete",
                element="INC_Warn",
                answers={
                    "told": "The search is being repaired; orders can be found by their number.",
                    "agreed": "Sales works with order numbers until tonight.",
                },
            ),
            Deed(hours_ago=15, who="marco", what="comment", text="The index is being rebuilt, 60 % done."),
        ),
    ),
    Story(
        hours_ago=6,
        who="jana",
        report=_PRINT,
        deeds=(
            Deed(
                hours_ago=5,
                who="tomas",
                what="complete",
                element="INC_Log",
                answers=_logged(_PRINT, "hardware", "workplace"),
            ),
        ),
    ),
    Story(
        hours_ago=3.4,
        who="jana",
        report=_MAIL,
        deeds=(
            Deed(
                hours_ago=3.2,
                who="sara",
                what="complete",
                element="INC_Log",
                answers=_logged(_MAIL, "software", "applications", configuration_item="CI-1006"),
            ),
            Deed(hours_ago=3.1, who="marco", what="claim", element="INC_Diagnose"),
            Deed(hours_ago=3.05, who="sara", what="link", element="follows", text=_OLD["title"]),
            Deed(hours_ago=1, who="marco", what="comment", text="Freed 40 GB, the copy is catching up."),
        ),
    ),
    Story(hours_ago=2, who="priya", report=_SCAN),
    Story(hours_ago=0.2, who="emil", report=_LOCK),
)
