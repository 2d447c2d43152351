"""A year of a service: incidents, a major one, problems, a change and its release, and what is reported and decided.

Every process from incident to management review takes part, time goes on day by day, and at the end everything tells
the same: cases, links, records, figures and the journal (ISO/IEC 20000-1, 4 to 10).
"""

from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path
from typing import Any, Final

import pytest

from bpmn.linking import KINDS
from engine import journal, periods
from engine.model.job import JobKind, JobStatus
from engine.model.message import MessageState
from engine.permissions import scope
from engine.reports import measures as reports
from engine.reports.invariants import invariants
from engine.reports.links import links_of
from engine.storage import incidents, instances, jobs, messages, registers
from tests.journeys.story import Case, given, then, when
from tests.journeys.year import Routine, Year, begun

AGREEMENT: Final = {"title": "Payroll for Finance", "service": "general", "customer": "Finance"}
REPORT: Final = {
    "purpose": "Performance.",
    "figures": [{"name": "Resolved in time", "value": "see the page", "target": "95 %"}],
    "source": "The journal.",
    "commenters": ["incident_manager"],
}
STEPS: Final = {
    "steps": "Roll out 5.2.",
    "test": "Tried on the copy.",
    "way_back": "Restore 5.1.",
    "way_back_when": "After 30 minutes.",
    "items": "payroll database",
    "verifying_group": "support_workplace",
    "reach": "group",
    "difficulty": "several",
    "reversible": "described",
    "experience": "good",
    "assessors": ["support_network"],
    "by_release": True,
}


def said(login: str, **answers: Any) -> Routine:
    """The same every time."""
    return login, lambda _year, _case: answers


ROUTINE: Final[dict[str, Routine]] = {
    "INC_Confirm": said("", works="yes", satisfaction="4"),
    "INC_Close": said("sam", category="software", cause="defect"),
    "INC_Warn": said("ines", told="It will be late.", agreed="Work on paper."),
    "PRB_Trend": said("pia", looked_at="The month.", worth="no", conclusion="Nothing stands out."),
    "PRB_Triage": (
        "pia",
        lambda _, case: {
            "title": case.title,
            "service": "general",
            "accepted": "yes",
            "symptom": "It hangs.",
            "priority": "P2",
            "group": "support_applications",
        },
    ),
    "PRB_Investigate": said(
        "abel", method="whys", root_cause="An index is missing.", cause="defect", cure="Release 5.2."
    ),
    "PRB_Workaround": said("abel", workaround_found="yes", workaround="Print by department."),
    "PRB_Verify": said("pia", incidents_before=3, incidents_after=0, cured="yes"),
    "PRB_Close": said("pia", known_error_withdrawn=True),
    "CHG_Trend": said("chen", changes=1, emergencies=0, backed_out=0, unapproved=0, conclusion="Quiet."),
    "CHG_Screen": (
        "chen",
        lambda _, case: {"title": case.title, "service": "general", "accepted": "yes", "group": "support_applications"},
    ),
    "CHG_Plan": (
        "abel",
        lambda year, _: {
            **STEPS,
            "window_from": f"{year.day(10)}T20:00:00Z",
            "window_to": f"{year.day(12)}T22:00:00Z",
        },
    ),
    "CHG_Assess": said("nina", assessment={"advice": "go", "note": "No effect."}),
    "CHG_Call": ("chen", lambda year, _: {"board": [year.cleo.id, year.cato.id]}),
    "CHG_Vote": said("", vote={"vote": "approve", "why": "Tested."}),
    "CHG_Decide": said("chen", decision="approve", decision_reason="Tested, with a way back."),
    "CHG_Check": said("chen", go="yes"),
    "CHG_Review": said("sofia", outcome="successful", review_note="Runs in 2 seconds."),
    "REL_Plan": (
        "remy",
        lambda year, _: {
            "title": "Payroll 5.2",
            "kind": "minor",
            "contents": "payroll 5.2",
            "criteria": "A pay run in an hour.",
            "waves": [{"who": "Finance", "on": year.day(1)}, {"who": "All", "on": year.day(2)}],
            "stop_sign": "A pay run fails.",
            "way_back": "Restore 5.1.",
            "group": "support_applications",
            "testing_group": "support_network",
        },
    ),
    "REL_Agree": said("sofia", agreed="yes"),
    "REL_Build": said("abel", sources="v5.2", stored_at="library/5.2", checksum="ab12"),
    "REL_Test": said("nina", criteria_met="all", severe_defects=0, way_back_tried="yes", test_note="Runs."),
    "REL_Prepare": said("remy", desk_ready=True),
    "REL_Deploy": said("abel", outcome={"health": "good", "note": "Fine."}),
    "REL_Review": said("remy", incidents_since=0, reached="yes", effects="None."),
    "IMP_Verify": said("wanda", works="yes", verify_note="The report runs.", changed_items="payroll 5.2"),
    "CFG_Check": said("conny", items="payroll: 5.1 to 5.2", allowed="yes", critical=True),
    "CFG_Confirm": said("sofia", confirmed="yes"),
    "CFG_Record": said("conny", recorded="payroll is 5.2."),
    "SLR_Prepare": (
        "lena",
        lambda year, case: {
            "title": case.title,
            "agreement": "SLM-1001",
            "period_from": year.day(-90),
            "period_to": year.day(-1),
            "targets": [{"name": "Restored", "promised": "8 h", "reached": "6 h", "met": "yes"}],
            "trend": "same",
        },
    ),
    "SLR_Meet": said("cuno", attended="Both", content="yes", minutes="Fine."),
    "SLR_Decide": said("sofia", outcome="fits", actions=[]),
    "SLR_Agree": said("sofia", explained="yes", promise="A second line from now on."),
    "REP_Collect": (
        "rene",
        lambda year, _: {
            **REPORT,
            "title": f"Report {year.today:%Y-%m}",
            "period_from": year.day(-30),
            "period_to": year.day(-1),
        },
    ),
    "REP_Quality": said("rene", corrections=0, checked_how="Against the page."),
    "REP_Comment": said("ines", comment={"about": "Incident", "causes": "Payroll.", "done": "A problem."}),
    "REP_Approve": said("lena", approved="yes", headline="Fewer incidents."),
    "REP_Decide": said("cuno", verdict="nothing", decision_reason="Fine."),
    "CSI_Triage": (
        "luka",
        lambda year, case: {
            "title": case.title,
            "taken": "yes",
            "description": "As asked for.",
            "reach": "local",
            "improvement_owner": year.paul.id,
        },
    ),
    "CSI_Baseline": said("", measure="Hours to restore", unit="h", baseline=14, goal=8, read_from="May"),
    "CSI_Assess": said("", value="high", effort="low", risk="None.", objective="Restore faster."),
    "CSI_Authorise": said("luka", decision="yes"),
    "CSI_Plan": ("", lambda year, _: {"steps": "A runbook.", "done_by": year.day(30), "by_change": "no"}),
    "CSI_Do": said("", done_note="Written."),
    "CSI_Measure": said("luka", result=6, reached="yes", measure_note="Measured since."),
    "MRV_Act": said("", result={"done": "yes", "note": "Told."}),
    "MRV_Close": said("luka", closing="Nothing.", told=True),
}
"""What everybody does without being told, by task."""


@pytest.fixture
def year(database_url: str, tmp_path: Path) -> Iterator[Year]:
    """Monday, 23 November 2026, 09:00."""
    yield from begun(database_url, tmp_path, ROUTINE)


def reported(year: Year, title: str, **more: Any) -> Case:
    """An incident that was reported and logged."""
    told = {"service": "general", "impact": "medium", "urgency": "medium"} | more.pop("judged", {})
    case = year.carla.reports(title=title, description="It does not work.", **told)
    logged = {"category": "software", "raise_priority": False, **told, **more}
    year.sam.does(case, "Log and classify", title=title, **logged)
    return case


def closed(year: Year, case: Case, satisfaction: str = "4", **closing: Any) -> None:
    """The caller confirms the fix, and the record is closed."""
    year.carla.does(case, "Confirm the fix", works="yes", satisfaction=satisfaction)
    year.sam.does(case, "Close the incident", category="software", cause="defect", **closing)
    year.pass_time(minutes=1)


def at_once(year: Year, title: str, **closing: Any) -> Case:
    """An incident that is fixed at first contact and closed."""
    case = reported(year, title, next="solved", resolution_code="fixed", resolution="Restarted.")
    closed(year, case, **closing)
    return case


def agreed(year: Year) -> None:
    """The agreement is signed by both sides, and reviewed every quarter from now on."""
    case = year.lena.reports("service_level", **AGREEMENT, why="Payroll is late.")
    figures = {"hours": "8 to 18", "restore_hours": 8, "availability": 99, "workload": "200 users."}
    year.lena.does(case, "Gather the requirements", **AGREEMENT, **figures)
    year.lena.does(case, "Compare with support", supports=[{"name": "Host", "restore_hours": 6, "availability": 99.5}])
    terms = {"version": "1", "valid_from": "2026-12-01", "valid_until": "2028-11-30", "services": "Pay runs."}
    year.lena.does(case, "Draft the agreement", **terms, review_every="P3M", reporting="Monthly")
    year.sofia.does(case, "Sign for the provider", provider_signs="yes")
    year.cuno.does(case, "Sign for the customer", customer_signs="yes")


def major(year: Year) -> None:
    """Mail is down for everybody: one lead, a team, and the service back after 45 minutes."""
    all_of_them = {"impact": "high", "urgency": "high"}
    first = {"declare_major": True, "major_effect": "Nobody works.", "next": "group", "group": "support_applications"}
    case = reported(year, "Mail is down", judged=all_of_them, **first)
    again = year.colin.reports(title="No mail", description="None.", service="general", **all_of_them)
    year.sam.does(
        again,
        "Log and classify",
        title="No mail",
        service="general",
        category="software",
        raise_priority=False,
        **all_of_them,
        next="linked",
        same_as=case.number,
    )
    year.pass_time(minutes=1)
    led = year.case("MIN-1001")
    judged = {"title": "Mail is down", "service": "general", "effect": "Nobody works.", "services_down": 2}
    year.mira.does(led, "Confirm that it is major", **judged, users_hit=300)
    team = [{"who": year.abel.id, "role": "Lead"}]
    year.mira.does(led, "Assemble the team", team=team, bridge="Room 4", first_words="We know.")
    year.pass_time(minutes=31)
    year.cora.does(led, "Tell how it stands", status="Working on it.", audience="All")
    tried = [{"at": "09:40", "did": "Failed over."}]
    year.mira.does(led, "Find a way to restore", timeline=tried, way="direct", restore_plan="Fail over.")
    done = {"works": "yes", "resolution": "Failed over.", "restored_at": f"{year.day(0)}T09:45:00"}
    year.mira.does(led, "Restore the service", **done)
    year.sofia.does(led, "Confirm that it is over", over="yes")
    year.pass_time(minutes=1)
    closed(year, case)
    year.colin.does(again, "Confirm the fix", works="yes", satisfaction="3")
    year.sam.does(again, "Close the incident", category="software", cause="defect")
    actions = [{"title": "Write a runbook", "why": "There was none."}]
    year.luka.does(led, "Review the major incident", well="Quick.", badly="No runbook.", on_time="yes", actions=actions)
    year.cora.does(led, "Report to the customer", report="Down for 45 minutes.")
    year.pass_time(minutes=1)


def missed(year: Year) -> None:
    """A target is missed, of which the caller was warned; it is explained to the customer."""
    hurry = {"impact": "high", "urgency": "medium"}
    case = reported(year, "Salaries cannot be sent", judged=hurry, next="group", group="support_applications")
    year.pass_time(hours=6, minutes=1)
    year.ines.does(case, "Warn the caller", told="It will be late.", agreed="Send them tomorrow.")
    year.pass_time(hours=2)
    why = {"breach_cause": "supplier", "breach_explained": "The line was cut.", "breach_action": "A second line."}
    year.ines.does(case, "Review the missed target", **why)
    year.pass_time(hours=2)
    fix = {"result": "fixed", "cause": "defect", "resolution_code": "fixed", "resolution": "The line is back."}
    year.abel.does(case, "Diagnose and fix", findings="No line.", **fix)
    closed(year, case, satisfaction="3")
    review = year.case("SLR-1002")
    cause = {"part": "supplier", "cause": "One line only.", "warned": "yes", "missed_before": 1, "known": "yes"}
    year.lena.does(review, "Find the cause", title="Salaries sent late", service="general", **cause)


def reviewed(year: Year, number: str, decisions: list[dict[str, Any]]) -> Case:
    """Management takes in what was reported, and decides."""
    review = year.case(number)
    page = year.luka.opens(review.task("Collect the inputs"))
    inputs = ("previous", "surroundings", "customers", "audits", "suppliers", "risks", "means", "forecast")
    known = {name: page.context[name] for name in ("objectives", "improvements_note")}
    collected = dict.fromkeys(inputs, "As reported.") | known
    year.luka.hands_in(page, title="Management review", meeting_on=year.day(7), **collected)
    year.until(year.day(7))
    held = {"held": "yes", "attended": [year.luka.id], "verdict": "yes", "minutes": "All subjects."}
    year.marga.does(review, "Hold the review", **held, decisions=decisions)
    return review


def live(year: Year) -> None:
    """The year: from the agreement in November to the second management review in December of the next one."""
    with given("an agreement with Finance"):
        agreed(year)
    with when("payroll hangs three times in a week of January, and nobody thinks of a problem"):
        for day in ("2027-01-11", "2027-01-13", "2027-01-15"):
            year.until(day)
            at_once(year, "The payroll report hangs")
    with then("the watch over trends raises one; its cure is a change that a release rolls out"):
        year.until("2027-01-19")
        problem = year.case("PRB-1002")
        assert problem.data["proactive"] is True
        year.pia.does(problem, "Decide what to do", way="change", way_reason="It pays.", cure="Release 5.2.")
    with when("mail is down for everybody in February, and the cause was mended on the way"):
        year.until("2027-02-08")
        major(year)
        year.until("2027-02-10")
        again = year.case("PRB-1004")
        year.pia.does(again, "Decide what to do", way="cured", way_reason="The disk was replaced.")
    with when("a target is missed in April, of which the caller was warned"):
        year.until("2027-04-12")
        missed(year)
    with then("management takes in five reports in May, and asks for an improvement"):
        year.until("2027-05-24")
        better = {"title": "A second line", "kind": "improve", "why": "One is not enough."}
        tell = {"title": "Tell Finance", "kind": "do", "why": "They asked."}
        who = {"owner": year.luka.id, "until": "2027-06-30"}
        spring = reviewed(year, "MRV-1001", [better | who, tell | who])
        assert [report["decided"] for report in spring.data["reports"]] == [True] * 5
        assert spring.data["objectives"].startswith("41 of 43 targets reached. Incident, Restored in time: 83.3 %; ")
        assert spring.data["improvements_note"].startswith(
            "SIP-1001 Write a runbook: verified; SIP-1002 Keep the target: "
        )
    with when("the rest of the year is quiet"):
        for day in ("2027-07-05", "2027-08-09", "2027-10-11"):
            year.until(day)
            at_once(year, "A page is missing")
        year.until("2027-11-24")
        reviewed(year, "MRV-1002", [tell | who])
        year.until("2027-12-17")


FIGURES: Final[dict[str, dict[str, tuple[Decimal | None, int]]]] = {
    "incident": {
        "received": (Decimal(9), 9),
        "response_in_time": (Decimal(1), 9),
        "resolved_in_time": (Decimal(8) / 9, 9),
        "first_contact": (Decimal(7) / 9, 9),
        "reopened": (Decimal(0), 9),
        "satisfaction": (Decimal(34) / 9, 9),
        "backlog": (Decimal(0), 0),
    },
    "major_incident": {
        "count": (Decimal(1), 1),
        "reviewed_in_time": (Decimal(1), 1),
        "with_problem": (Decimal(1), 1),
        "downgraded": (Decimal(0), 1),
    },
    "problem": {
        "cured": (Decimal(1), 2),
        "proactive": (Decimal("0.5"), 2),
        "workarounds": (Decimal(1), 2),
        "not_cured": (Decimal(0), 2),
    },
    "trend": {"found": (Decimal("0.02"), 50)},
    "change": {"requested": (Decimal(1), 1), "successful": (Decimal(1), 1), "caused_incidents": (Decimal(0), 1)},
    "release": {"released": (Decimal(1), 1), "rolled_back": (Decimal(0), 1), "quiet": (Decimal(1), 1)},
    "configuration": {"refused": (Decimal(0), 2), "unauthorised": (Decimal(0), 0)},
    "service_level_review": {
        "breaches": (Decimal(1), 1),
        "explained_in_time": (Decimal(1), 1),
        "warned": (Decimal(1), 1),
        "content": (Decimal(1), 4),
        "on_time": (Decimal(1), 4),
    },
    "reporting": {"in_time": (Decimal(1), 11), "decided": (Decimal(1), 11), "corrections": (Decimal(0), 11)},
    "improvement": {"suggested": (Decimal(3), 3), "baselined": (Decimal(1), 3), "reached": (Decimal(1), 3)},
    "management_review": {
        "actions_done": (Decimal(1), 2),
        "postponed": (Decimal(0), 2),
        "decisions": (Decimal("1.5"), 2),
    },
}
"""What the year 2027 comes to: the figure, and of how many cases."""
REGISTERS: Final = ("agreement", "known_error", "improvement", "report")
LINKS: Final = (
    ("INC-1001", "caused_by", "PRB-1002"),
    ("INC-1003", "caused_by", "PRB-1002"),
    ("PRB-1002", "follows", "TRW-1008"),
    ("PRB-1002", "resolved_by", "CHG-1002"),
    ("CHG-1002", "implemented_by", "IMP-1001"),
    ("IMP-1001", "implemented_by", "REL-1001"),
    ("REL-1001", "leads_to", "CFG-1001"),
    ("IMP-1001", "leads_to", "CFG-1002"),
    ("INC-1004", "has_duplicate", "INC-1005"),
    ("INC-1004", "part_of", "MIN-1001"),
    ("MIN-1001", "caused_by", "PRB-1004"),
    ("MIN-1001", "leads_to", "CSI-1001"),
    ("INC-1006", "causes", "SLR-1002"),
    ("SLR-1002", "leads_to", "CSI-1002"),
    ("MRV-1001", "leads_to", "CSI-1003"),
    ("SLM-1001", "leads_to", "SLT-1001"),
    ("SLT-1001", "reviewed_by", "SLR-1005"),
)


def test_a_year_of_a_service(year: Year) -> None:
    live(year)
    organisation = year.organisation
    with then("nothing waits that should not, and no operator is needed"), organisation.reading() as tx:
        active, _ = instances.find(tx, scope(tx.actor), filters={"state": "active"})
        assert [case.number for case in active] == ["SLT-1001"]
        assert year.open() == []
        assert incidents.count_open(tx.connection) == 0
        assert messages.find_all(tx, states=[MessageState.KEPT], limit=5, offset=0) == ([], 0)
        ahead = [each for each in jobs.summary(tx.connection) if each.kind is not JobKind.MAIL]
        assert {each.kind for each in ahead} == {JobKind.SCHEDULE, JobKind.TIMER}
        assert all(each.status is JobStatus.WAITING and each.earliest > tx.now() for each in ahead)
    with then("every chain of the journal verifies"), organisation.reading() as tx:
        assert [each.stream for each in journal.verify_all(tx) if each.broken] == []
    with then("what must hold across processes does"), organisation.looking("otto") as tx:
        held = {each.invariant.id: (each.looked_at, each.against) for each in invariants(tx)}
        looked_at = {
            "deployments": 2,
            "updates": 2,
            "major-incidents": 1,
            "backouts": 1,
            "breaches": 9,
            "agreements": 1,
        }
        assert held == {name: (looked_at.get(name, 0), ()) for name in held}
    with then("what belongs together is linked, and shown from both ends"), organisation.reading() as tx:
        for one, kind, other in LINKS:
            for here, how, there in ((one, kind, other), (other, KINDS[kind], one)):
                shown = {(link.kind, link.number) for link in links_of(tx, year.case(here).now).cases}
                assert (how, there) in shown, f"{here} does not show {how} {there}"
    with then("the figures of the year are what was told"):
        year.count()
        with organisation.looking("sam") as tx:
            view = reports.measures(tx, periods.period_of(tx, "2027-01", "year"))
        assert view.uncounted == 0
        found = {each.process_id: {row.measure.id: row.now for row in each.rows} for each in view.processes}
        for process, expected in FIGURES.items():
            assert {name: (found[process][name].value, found[process][name].cases) for name in expected} == expected
    with then("and the records tell the same"), organisation.reading() as tx:
        kept = {kind: registers.find(tx, kind, {}, limit=50)[1] for kind in REGISTERS}
        assert [(each.title, each.state) for each in kept["agreement"]] == [("Payroll for Finance", "agreed")]
        assert [(each.title, each.state) for each in kept["improvement"]] == [
            ("Write a runbook", "verified"),
            ("Keep the target: Salaries sent late", "verified"),
            ("A second line", "verified"),
        ]
        assert [(each.title, each.state) for each in kept["known_error"]] == [
            ("3 incidents alike: software, General IT support", "cured"),
            ("Cause of: Mail is down", "cured"),
        ]
        months = ["2026-12", *(f"2027-{month:02}" for month in range(1, 12))]
        assert [(each.title, each.state) for each in kept["report"]] == [(f"Report {at}", "decided") for at in months]
