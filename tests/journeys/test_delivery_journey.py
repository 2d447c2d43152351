"""Service delivery: what is promised, brought into use and prepared for the worst day (ISO/IEC 20000-1, 5 and 6)."""

from collections.abc import Mapping
from typing import Any, Final

import pytest

from engine.acts.people import add_person, grant_role
from engine.errors import NotAllowed
from engine.model.person import SYSTEM
from engine.storage import registers
from engine.transaction import begin
from tests.journeys.story import Story, given, then, when
from tests.journeys.test_incident_journey import REVIEW, WARN, escalated

JOINING: Final[Mapping[str, str]] = {
    "lena": "service_level_manager",
    "cora": "customer_representative",
    "dana": "design_lead",
    "tomas": "top_management",
    "opal": "operations_manager",
    "fay": "finance_manager",
    "finn": "finance_director",
    "kai": "continuity_manager",
    "cyrus": "capacity_manager",
}


@pytest.fixture
def story(story: Story) -> Story:
    """The organisation with those who plan and deliver services."""
    organisation = story.organisation
    with begin(organisation.installation, SYSTEM) as tx:
        joined = {
            login: add_person(tx, login=login, name=login.title(), email=f"{login}@example.org") for login in JOINING
        }
        for login, person in joined.items():
            grant_role(tx, person.id, JOINING[login])
    organisation.ids = {**organisation.ids, **{login: person.id for login, person in joined.items()}}
    return story


def record(story: Story, key: str) -> Any:
    """A record as it is kept."""
    with story.organisation.reading() as tx:
        return registers.get(tx, key)


AGREEMENT: Final = {"title": "Payroll for Finance", "service": "general", "customer": "Finance"}
FIGURES: Final = {"hours": "8 to 18", "restore_hours": 8, "availability": 99, "workload": "200 users."}


def test_an_agreement_is_signed_by_both_sides_reviewed_and_improved(story: Story) -> None:
    with given("a customer who needs a promise, and support that carries it"):
        case = story.lena.reports("service_level", **AGREEMENT, why="Payroll is late.")
        story.lena.does(case, "Gather the requirements", **AGREEMENT, **FIGURES)
        hosting = {"name": "Hosting", "restore_hours": 6, "availability": 99.5}
        story.lena.does(case, "Compare with support", supports=[hosting])
        assert case.data["carried"] == "yes"
    with when("it is drafted, and signed by both sides"):
        story.lena.does(
            case,
            "Draft the agreement",
            version="1",
            valid_from="2026-12-01",
            valid_until="2027-11-30",
            services="Pay runs.",
            review_every="P3M",
            reporting="Monthly",
        )
        story.sofia.does(case, "Sign for the provider", provider_signs="yes")
        story.cora.does(case, "Sign for the customer", customer_signs="yes")
        story.pass_time(minutes=1)
    with then("it is recorded with its targets, and stays in force as a case of its own"):
        assert case.now.outcome == "Signed and in force"
        term = story.case("SLT-1001")
        kept = record(story, term.data["agreement_key"])
        assert (kept.state, kept.values["services"], len(kept.values["targets"])) == ("agreed", ["general"], 2)
        assert term.now.state == "active"
    with when("a quarter has passed, the customer is asked, and a target was missed"):
        story.pass_time(days=93)
        review = story.case("SLR-1001")
        missed = {"name": "Restored", "promised": "8 h", "reached": "14 h", "met": "no"}
        story.lena.does(
            review,
            "Prepare the figures",
            title="Payroll for Finance",
            agreement=case.number,
            period_from="2026-12-01",
            period_to="2027-02-28",
            targets=[missed],
            trend="worse",
        )
        story.cora.does(review, "Review with the provider", attended="Both", content="no", minutes="Too slow.")
        action = {"title": "Restore payroll faster", "why": "14 hours instead of 8."}
        story.sofia.does(review, "Decide what follows", outcome="fits", change_wish=None, actions=[action])
        story.pass_time(minutes=1)
    with then("the miss has become an improvement that knows where it comes from"):
        improvement = story.case("CSI-1001")
        assert (improvement.data["title"], improvement.data["origin"]) == (action["title"], review.number)
        assert review.now.outcome == "Reviewed"


def test_a_missed_target_is_explained_and_becomes_an_improvement(story: Story) -> None:
    with given("an incident that misses its target, of which the caller was warned"):
        incident = escalated(story)
        story.it_is("2026-11-25 11:30")
        story.ines.does(incident, WARN, told="It will be late.", agreed="Print upstairs until then.")
        story.it_is("2026-11-26 09:00")
    with when("the incident manager has reviewed the miss"):
        why = {"breach_cause": "supplier", "breach_explained": "The part was late.", "breach_action": "Keep one here."}
        story.ines.does(incident, REVIEW, **why)
        story.pass_time(minutes=1)
    with then("service level management has to say why within five working days"):
        review = story.case("SLR-1001")
        assert (review.data["origin"], review.waits_for) == (
            incident.number,
            {"Find the cause": "service_level_manager"},
        )
    with when("nobody does for a week, the service owner hears of it, and then it is explained"):
        story.pass_time(days=8)
        assert review.mails(story.sofia) == [f"Unexplained for 5 working days: {review.data['title']}"]
        story.lena.does(
            review,
            "Find the cause",
            title="Printing restored in 30 hours",
            service="general",
            part="supplier",
            cause="No spare part here.",
            warned="yes",
            missed_before=1,
            known="yes",
        )
    with then("the table asks for an improvement, and somebody else than the searcher agrees"):
        assert review.data["answer"] == "improvement"
        story.sofia.does(review, "Agree to the answer", explained="yes", promise="We keep a part here from now on.")
        story.pass_time(minutes=1)
        assert review.now.outcome == "Answered by an improvement"
        assert story.case("CSI-1001").data["origin"] == review.number


def test_a_new_service_goes_from_proposal_to_acceptance(story: Story) -> None:
    with given("a customer who proposes a service, and a design lead who outlines it"):
        case = story.cora.reports("new_service", title="Expenses", need="Claims on paper take 20 days.")
        story.dana.does(
            case,
            "Outline the proposal",
            title="Expenses",
            kind="new",
            service="general",
            options="Buy.",
            cost=9000,
            yearly=1000,
            risk="Users stay with paper.",
            assessors=["capacity_manager"],
        )
        story.cyrus.does(case, "Assess the effect", assessment={"advice": "for", "note": "There is room."})
    with when("management goes on, the customer agrees to the plan, and the money is approved"):
        story.tomas.does(case, "Decide on the proposal", decision="yes", objective="Less paper")
        criterion = {"what": "A claim in two minutes", "how": "Five people try it", "mandatory": "yes"}
        story.dana.does(
            case,
            "Plan the service",
            roles="IT and Finance.",
            told="Everybody.",
            live_on="2027-02-01",
            cost=9000,
            yearly=1000,
            criteria=[criterion],
            outcomes=[{"what": "Days until paid", "now": "20", "then": "5"}],
        )
        story.cora.does(case, "Agree to the plan", agreed="yes")
        story.pass_time(minutes=1)
        spending = story.case("FIC-1001")
        story.fay.does(
            spending,
            "Check against the budget",
            title="Expenses",
            amount=9000,
            yearly=1000,
            left=20000,
            budget_line="Projects",
            advice="for",
            advice_reason="Pays for itself.",
        )
        story.finn.does(spending, "Approve as director", approved="yes")
        story.fay.does(spending, "Set the money aside", reference="B-17")
        story.pass_time(minutes=1)
    with when("it is designed, built, tested by others and tried by the customer"):
        transition = story.case("NCT-1001")
        written = dict.fromkeys(
            ("architecture", "capacity", "continuity", "security", "support", "watching"), "Written."
        )
        story.dana.does(transition, "Design the service", catalogue="Expenses.", customer="Finance", **written)
        story.dana.does(
            transition, "Build or buy it", built="All.", testing_group="support_network", environment="Test"
        )
        story.pass_time(minutes=1)
        acceptance = story.case("NCA-1001")
        seen = {"met": "yes", "defect": "none", "note": "Two minutes."}
        story.nina.does(acceptance, "Check a criterion", result=seen)
        story.cora.does(acceptance, "Try it with real work", usable="yes", try_note="Good.")
        ready = dict.fromkeys(("desk_knows", "documents", "watched", "recovers", "levels"), True)
        story.opal.does(acceptance, "Look whether you can run it", **ready)
        assert acceptance.data["verdict"] == "go"
        story.opal.does(acceptance, "Accept or not", accepted="yes", accept_reason="All is there.")
        story.pass_time(minutes=1)
    with then("it goes into use by a change, and its agreement is being negotiated"):
        assert acceptance.now.outcome == "Accepted"
        assert story.case("CHG-1001").data["origin"] == transition.number
        assert story.case("SLM-1001").data["origin"] == transition.number
        assert case.now.state == transition.now.state == "active"


def test_a_failed_continuity_test_leads_to_a_corrective_action(story: Story) -> None:
    with given("a plan that customer and owner agreed to, and that was found without the office"):
        plan = story.sofia.reports("continuity_plan", title="Payroll after a fire", service="general", why="None yet.")
        story.sofia.does(
            plan,
            "Weigh an outage",
            title="Payroll after a fire",
            service="general",
            harm="Nobody is paid.",
            needed="yes",
            rto_hours=8,
            rpo_hours=4,
            depends="Hosting.",
        )
        story.kai.does(plan, "Look at the risks", risks=[{"what": "Fire", "likely": "low", "before": "Sprinklers"}])
        steps = {"contacts": "Kai.", "steps_text": "Start.", "meanwhile": "Paper.", "back": "Copy."}
        story.kai.does(plan, "Write the plan", decides="Duty manager", **steps)
        story.sofia.does(plan, "Approve the plan", approved="yes")
        story.cora.does(plan, "Agree as the customer", agreed="yes")
        story.kai.does(plan, "Hand it out", places="At home.", offline=True, called=True)
        story.dirk.does(plan, "Find it without the office", found="yes")
        story.pass_time(minutes=1)
        assert plan.now.outcome == "Plan in force"
    with when("it is tested, and takes longer than it may"):
        test = story.case("SCT-1001")
        key = test.data["plan_key"]
        story.kai.does(
            test,
            "Plan the test",
            title="Test of payroll",
            plan_key=key,
            service="general",
            scene="The hall is burnt.",
            extent="table",
            on="2026-12-01",
            rto_hours=8,
            rpo_hours=4,
            steps=[{"what": "Start the second place", "expected": "It runs"}],
            group="support_network",
        )
        story.sofia.does(test, "Allow the test", allowed="yes")
        story.it_is("2026-12-01 16:00")
        story.nina.does(test, "Go through a step", result={"came": "It ran in the end.", "passed": "yes"})
        story.nina.does(test, "Return to normal", lost_hours=1, returned="All.")
        with pytest.raises(NotAllowed):
            story.nina.does(test, "Report the test", report="Fine.", gaps=[])
        gap = {"title": "Licence of the second place", "why": "It had to be asked for."}
        story.kai.does(test, "Report the test", report="Nine hours.", gaps=[gap])
        story.pass_time(minutes=1)
    with then("what was missing is a corrective action, and the plan shows when and how it failed"):
        assert test.data["outcome"] == "failed"
        action = story.case("CAP-1001")
        assert (action.data["title"], action.data["origin"]) == (gap["title"], test.number)
        kept = record(story, key)
        assert (kept.values["tested_on"], kept.values["test_result"]) == ("2026-12-01", "failed")
    with then("the plan is looked at, and sixty days later it is tried again"):
        assert story.case("SCM-1002").data["origin"] == test.number
        story.pass_time(days=61)
        assert story.case("SCT-1002").data["origin"] == test.number
