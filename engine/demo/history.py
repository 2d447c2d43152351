"""What happened in the demo organisation in the weeks before: cases of many processes, done as their scenarios say.

A scenario of the library says what is answered; here stands when such a case began, who began it, and its title.
Each working day everybody does what waits and has an answer, so that measures have a past and records a history.
"""

import re
from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from functools import cache
from typing import Any, Final

from bpmn.library import shipped
from bpmn.scenarios import Scenario, read_scenario

WEEKS: Final = 11
"""How far back it goes."""


@dataclass(frozen=True, kw_only=True)
class Past:
    """A case of the past: which scenario of which process it follows, with other words for some of what was said.

    `said` lies over the data it begins with, and over the answers by element; `@` names a record of the demo.
    """

    days_ago: float
    process: str
    scenario: str
    who: str
    said: Mapping[str, Any] = field(default_factory=dict)
    answers: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)


def _incident(  # noqa: PLR0917 - read as a line of a table
    days_ago: float, who: str, title: str, service: str, scenario: str = "fixed_at_once", satisfaction: str = "4"
) -> Past:
    said = {"title": title, "service": service, "description": f"{title}. Since this morning.", "impact": "low"}
    group = {"email": "applications", "crm": "applications", "payroll": "applications", "vpn": "network"}
    known = {"INC_Log": {"title": title, "service": service, "group": f"support_{group.get(service, 'workplace')}"}}
    answers = {**known, "INC_Confirm": {"works": "yes", "satisfaction": satisfaction}}
    return Past(days_ago=days_ago, process="incident", scenario=scenario, who=who, said=said, answers=answers)


def _request(days_ago: float, who: str, title: str, scenario: str = "from_the_catalogue") -> Past:
    said = {"title": title, "description": f"{title}, please."}
    answers: Mapping[str, Mapping[str, Any]] = {
        "SRQ_Check": {"title": title, "items": [{"what": title, "by": "support_workplace"}]}
    }
    return Past(days_ago=days_ago, process="request", scenario=scenario, who=who, said=said, answers=answers)


def _change(days_ago: float, title: str, service: str, item: str, key: str) -> Past:
    answers: Mapping[str, Mapping[str, Any]] = {
        "CHG_Screen": {"title": title, "service": service},
        "CHG_Plan": {"items": item, "configuration_items": [key]},
    }
    said = {"title": title, "service": service, "reason": "It has become too slow."}
    return Past(days_ago=days_ago, process="change", scenario="standard", who="marco", said=said, answers=answers)


PAST: Final = (
    _incident(75, "emil", "Customer list is empty", "crm"),
    _incident(73, "jana", "Printer on the second floor jams", "printing"),
    _incident(70, "priya", "Payroll export stops", "payroll", "fixed_by_a_group"),
    _incident(66, "emil", "No mail on the telephone", "email"),
    _incident(61, "jana", "Scanner is offline", "printing", satisfaction="2"),
    _incident(54, "emil", "Customer database is slow", "crm", "fixed_by_a_group"),
    _incident(52, "jana", "Password expired while away", "general"),
    _incident(47, "priya", "Two salaries shown for one person", "payroll", "fixed_by_a_group"),
    _incident(45, "jana", "Room calendar shows old bookings", "email"),
    _incident(40, "emil", "Remote access refuses the token", "vpn"),
    _incident(33, "emil", "Customer database is slow again", "crm", "fixed_by_a_group", "2"),
    _incident(31, "jana", "Labels print twice", "printing"),
    _incident(26, "priya", "Report of absences is empty", "payroll"),
    _incident(24, "emil", "Mail to customers comes back", "email"),
    _incident(19, "jana", "Screen stays dark", "general"),
    _incident(17, "emil", "Customer database ends with a timeout", "crm", "problem_raised"),
    _incident(13, "jana", "Shared folder is gone", "email"),
    _request(68, "jana", "A second screen"),
    _request(50, "emil", "A headset"),
    _request(38, "priya", "A chair that can be raised"),
    _request(29, "jana", "A bigger disk"),
    _request(15, "emil", "A keyboard with German letters"),
    _change(64, "Index for the customer search", "crm", "Customer database server", "CI-1007"),
    _change(43, "Larger mailboxes", "email", "Mail server", "CI-1006"),
    _change(22, "New certificate for remote access", "vpn", "Remote access gateway", "CI-1009"),
    Past(
        days_ago=58, process="problem", scenario="lived_with", who="pedro",
        said={"title": "Payroll export stops", "service": "payroll"},
        answers={"PRB_Triage": {"title": "Payroll export stops", "service": "payroll"}},
    ),
    Past(days_ago=62, process="complaint", scenario="settled", who="emil", said={"customer": "Sales"}),
    Past(
        days_ago=27, process="complaint", scenario="settled", who="priya",
        said={"title": "Too many forms", "customer": "Finance"},
        answers={"CMPL_Acknowledge": {"title": "Too many forms"}},
    ),
    Past(days_ago=72, process="improvement", scenario="reached", who="sara"),
    Past(days_ago=60, process="documents", scenario="in_force", who="paul"),
    Past(
        days_ago=55,
        process="supplier",
        scenario="in_force",
        who="hugo",
        said={"title": "Nordlicht Hosting"},
        answers={"SUP_Describe": {"title": "Nordlicht Hosting"}},
    ),
    Past(days_ago=49, process="corrective_action", scenario="cured", who="ravi"),
    Past(days_ago=41, process="service_level", scenario="in_force", who="greta"),
    Past(days_ago=36, process="security_incident", scenario="small", who="jana"),
    Past(days_ago=35, process="spending", scenario="small", who="felix"),
    Past(days_ago=14, process="spending", scenario="by_the_director", who="felix"),
)  # fmt: skip
PROCESSES: Final = frozenset(
    {each.process for each in PAST}
    | {"implementation", "configuration", "agreement_term", "contract", "major_incident", "satisfaction"}
)
"""The processes that ran in those weeks; the others begin with the organisation's present."""
USUAL: Final[Mapping[str, tuple[str, ...]]] = {
    "agreement_term": ("renewed",),
    "change": ("trend",),
    "configuration": ("after_a_change",),
    "implementation": ("carried_out",),
    "improvement": ("not_taken",),
    "problem": ("lived_with", "trend_quiet"),
    "satisfaction": ("content",),
    "security_incident": ("quiet_month",),
}
"""What is answered in cases that other cases began, or time."""

ALIASES: Final = {
    "abel": "marco", "carla": "jana", "chen": "chiara", "ines": "ingrid", "nina": "hugo", "olga": "paul",
    "pia": "pedro", "sam": "sara", "stan": "tomas", "rene": "mila", "cuno": "emil",
}  # fmt: skip
"""Those whom scenarios name, as they are called in the demo."""
HOURS: Final = (0, 5, 11, 11.5, 12)
"""When everybody does what waits, in hours after twenty past nine; in the evening only changes are carried out."""
EVENING: Final = 18
"""The hour from which on it is evening."""
_DAY: Final = re.compile(r"\d{4}-\d\d-\d\d")


@cache
def scenario(process: str, name: str) -> Scenario:
    """Give a scenario of the library."""
    file = f"{name}.scenario.json"
    return read_scenario(shipped()[process][file], file)


def moved(value: Any, days: int, names: Mapping[str, str]) -> Any:
    """Give what a scenario says with its dates so many days later, and its people as they are known here."""
    if isinstance(value, Mapping):
        return {key: moved(each, days, names) for key, each in value.items()}
    if isinstance(value, list | tuple):
        return [moved(each, days, names) for each in value]
    if not isinstance(value, str):
        return value
    if _DAY.match(value):
        return (date.fromisoformat(value[:10]) + timedelta(days=days)).isoformat() + value[10:]
    return names.get(ALIASES.get(value, value), value)


def working_days(since: datetime, until: datetime) -> Iterator[datetime]:
    """Give the moments at which everybody does what waits."""
    day = since.replace(hour=9, minute=20, second=0, microsecond=0)
    while day < until:
        if day.weekday() < 5:
            yield from (day + timedelta(hours=hours) for hours in HOURS)
        day += timedelta(days=1)


class Answers:
    """What is answered in the cases of the past, visit by visit."""

    def __init__(self, names: Mapping[str, str]) -> None:
        self._names = names
        self._of: dict[str, Past] = {}
        self._visits: defaultdict[tuple[str, str], int] = defaultdict(int)

    def follow(self, case_id: str, past: Past) -> None:
        """Say which scenario a case follows."""
        self._of[case_id] = past

    def beginning(self, past: Past, now: datetime) -> dict[str, Any]:
        """Give what a case begins with."""
        told = scenario(past.process, past.scenario)
        known = {**{name: value for name, value in told.data.items() if name not in {"caller", "origin"}}, **past.said}
        return dict(moved(known, (now - told.clock).days, self._names))

    def to(self, case_id: str, process: str, element: str, now: datetime) -> dict[str, Any] | None:
        """Give the answers to a task; None where nobody does it by itself."""
        past = self._of.get(case_id)
        names = (() if past is None else (past.scenario,)) + USUAL.get(process, ())
        told = [each for each in (scenario(process, name) for name in names) if element in each.answers]
        if not told:
            return None
        by_visit = told[0].answers[element]
        given = by_visit[min(self._visits[case_id, element], len(by_visit) - 1)]
        if given is None:
            return None
        more = past.answers.get(element, {}) if past is not None else {}
        return dict(moved({**given, **more}, (now - told[0].clock).days, self._names))

    def done(self, case_id: str, element: str) -> None:
        """Remember that a task was done."""
        self._visits[case_id, element] += 1
