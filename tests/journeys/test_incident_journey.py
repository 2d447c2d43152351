"""The incident process from report to closure, as a service provider tells it (ISO/IEC 20000-1, incident management).

Monday 23 November 2026, 09:00; office hours are 08:00 to 18:00 UTC from Monday to Friday.
"""

from typing import Any

import pytest

from engine.errors import NotAllowed
from tests.journeys.story import Case, Story, given, then, when

WORKING_DAY = 10 * 3600
PRINTER: dict[str, Any] = {
    "title": "No page comes out",
    "description": "Since this morning nothing is printed on the second floor.",
    "service": "general",
    "impact": "medium",
    "urgency": "medium",
}
LOGGED: dict[str, Any] = {
    "title": "No page comes out",
    "service": "general",
    "category": "hardware",
    "impact": "medium",
    "urgency": "medium",
    "raise_priority": False,
}
FIXED = {"resolution_code": "fixed", "resolution": "Cleared the queue and restarted the printer."}
CLOSING = {"category": "hardware", "cause": "defect"}

LOG, DIAGNOSE, ANSWER = "Log and classify", "Diagnose and fix", "Answer the question"
CONFIRM, CLOSE, WARN = "Confirm the fix", "Close the incident", "Warn the caller"
REVIEW = "Review the missed target"
BACK = "It is not fixed"


def escalated(story: Story, group: str = "support_workplace", **report: Any) -> Case:
    """An incident that was logged and handed to a group."""
    case = story.carla.reports(**{**PRINTER, **report})
    judged = {key: report[key] for key in ("impact", "urgency") if key in report}
    story.sam.does(case, LOG, **{**LOGGED, **judged}, next="group", group=group)
    return case


def fixed(story: Story) -> Case:
    """An incident whose fix the caller is asked to confirm."""
    case = escalated(story)
    story.wanda.does(case, DIAGNOSE, findings="Queue stuck.", result="fixed", cause="defect", **FIXED)
    return case


def test_it_is_fixed_at_first_contact(story: Story) -> None:
    with given("a caller reports that a service is interrupted"):
        case = story.carla.reports(**PRINTER)
    with then("it is recorded with a priority from impact and urgency, and its targets run"):
        assert case.now.priority == "P3"
        assert case.now.caller_id == story.carla.id
        assert case.waits_for == {LOG: "service_desk"}
        assert case.clock("response").state == case.clock("resolution").state == "running"
        assert case.clock("resolution").budget_seconds == 3 * WORKING_DAY
    with when("the service desk classifies it and fixes it at first contact"):
        story.pass_time(minutes=20)
        story.sam.does(case, LOG, **LOGGED, next="solved", **FIXED)
    with then("the response is met, the resolution clock rests, and the caller is told and asked"):
        assert (case.clock("response").state, case.clock("response").consumed_seconds) == ("met", 1200)
        assert case.clock("resolution").state == "paused"
        assert case.waits_for == {CONFIRM: "carla"}
        assert f"{case.number} is fixed: {PRINTER['title']}" in case.mails(story.carla)
    with when("the caller confirms and the service desk closes the record"):
        story.pass_time(hours=2)
        story.carla.does(case, CONFIRM, works="yes", satisfaction="5")
        story.sam.does(case, CLOSE, **CLOSING)
        story.pass_time(minutes=1)
    with then("the incident is closed within its target, and nothing is left behind"):
        assert (case.now.state, case.now.outcome) == ("completed", "Incident closed · Deadline watched")
        assert (case.clock("resolution").state, case.clock("resolution").consumed_seconds) == ("met", 1200)
        assert case.tasks() == []
        assert case.open_jobs() == []


def test_it_is_escalated_handed_to_another_group_and_back(story: Story) -> None:
    with given("an incident that the service desk cannot fix"):
        case = story.carla.reports(**PRINTER)
        assert story.nina.list() == story.wanda.list() == []
    with when("it is escalated to the workplace group"):
        story.sam.does(case, LOG, **LOGGED, next="group", group="support_workplace")
    with then("that group is offered it, and no other"):
        assert case.waits_for == {DIAGNOSE: "support_workplace"}
        assert [title.split(":")[0] for title in story.wanda.list()] == [DIAGNOSE]
        assert story.nina.list() == story.abel.list() == []
        with pytest.raises(NotAllowed):
            story.nina.does(case, DIAGNOSE, findings="x", result="fixed", cause="defect", **FIXED)
    with when("it hands over to the network group with a reason, and gets it back"):
        story.wanda.takes(case, DIAGNOSE)
        story.wanda.does(
            case,
            DIAGNOSE,
            findings="The printer answers, the print server does not.",
            tried=[{"step": "Test page", "outcome": "Printed"}],
            result="other_group",
            group="support_network",
            handover_reason="No route to the print server.",
        )
        assert case.waits_for == {DIAGNOSE: "support_network"}
        assert story.wanda.list() == story.wanda.list("mine") == []
        story.nina.does(
            case,
            DIAGNOSE,
            findings="The route is there again.",
            result="other_group",
            group="support_workplace",
            handover_reason="Please test again.",
        )
    with then("it waits for the first group, claimed by nobody, and the clock never stopped"):
        assert case.waits_for == {DIAGNOSE: "support_workplace"}
        assert case.task(DIAGNOSE).assignee_id is None
        assert case.clock("resolution").state == "running"
    with when("it is fixed, confirmed and closed"):
        story.wanda.does(case, DIAGNOSE, findings="Prints.", result="fixed", cause="change", **FIXED)
        story.carla.does(case, CONFIRM, works="yes")
        story.sam.does(case, CLOSE, category="network", cause="change")
        story.pass_time(minutes=1)
    with then("it is closed"):
        assert case.now.outcome == "Incident closed · Deadline watched"


def test_waiting_for_the_caller_rests_the_clock(story: Story) -> None:
    with given("an escalated incident with an hour used"):
        case = escalated(story)
        story.pass_time(hours=1)
    with when("the group asks the caller, who answers four hours later"):
        story.wanda.does(case, DIAGNOSE, findings="?", result="ask_caller", question="Which printer?")
        assert case.clock("resolution").paused_reason == ANSWER
        assert case.waits_for == {ANSWER: "carla"}
        story.pass_time(hours=4)
        story.carla.does(case, ANSWER, answer="The one by the stairs.")
    with then("the group goes on, and only its own hour counts"):
        assert case.waits_for == {DIAGNOSE: "support_workplace"}
        assert case.clock("resolution").state == "running"
        assert case.clock("resolution").consumed_seconds == 3600


def test_no_answer_in_five_working_days(story: Story) -> None:
    with given("a question to the caller, asked on Monday at ten"):
        case = escalated(story)
        story.it_is("2026-11-23 10:00")
        story.wanda.does(case, DIAGNOSE, findings="?", result="ask_caller", question="Which printer?")
    with when("four working days and a weekend have passed"):
        story.it_is("2026-11-30 09:59")
    with then("the question still stands"):
        assert case.waits_for == {ANSWER: "carla"}
    with when("the fifth is over"):
        asked = story.carla.opens(case.task(ANSWER))
        story.it_is("2026-11-30 10:01")
    with then("the group goes on without, the clock runs again, and the question is gone"):
        assert case.waits_for == {DIAGNOSE: "support_workplace"}
        assert case.clock("resolution").state == "running"
        assert case.clock("resolution").consumed_seconds == 3600 + 60
        assert [task.title for task in case.tasks("withdrawn")] == [ANSWER]
        assert asked.task.id in {task.id for task in case.tasks("withdrawn")}


def test_the_caller_confirms(story: Story) -> None:
    with given("a fix to confirm"):
        case = fixed(story)
    with when("the caller confirms it"):
        story.carla.does(case, CONFIRM, works="yes", satisfaction="4")
    with then("the service desk completes the record before it is closed"):
        assert case.waits_for == {CLOSE: "service_desk"}
        assert case.now.state == "active"
        assert case.data["satisfaction"] == "4"


def test_the_caller_reopens(story: Story) -> None:
    with given("a fix to confirm, an hour after it was made"):
        case = fixed(story)
        story.pass_time(hours=1)
    with when("the caller says that it does not work"):
        story.carla.does(case, CONFIRM, works="no", still_wrong="Still nothing.")
    with then("the same incident is open again with its group, and what was used of the target stays used"):
        assert case.waits_for == {DIAGNOSE: "support_workplace"}
        assert case.clock("resolution").state == "running"
        assert case.clock("resolution").consumed_seconds == 0
    with when("half an hour later it is fixed for good"):
        story.pass_time(minutes=30)
        story.wanda.does(case, DIAGNOSE, findings="Fuse.", result="fixed", cause="defect", **FIXED)
        story.carla.does(case, CONFIRM, works="yes")
        story.sam.does(case, CLOSE, **CLOSING)
        story.pass_time(minutes=1)
    with then("it is closed, once"):
        assert case.now.outcome == "Incident closed · Deadline watched"
        assert case.clock("resolution").consumed_seconds == 1800


def unanswered(story: Story) -> Case:
    """An incident whose fix the caller did not confirm for five working days."""
    case = fixed(story)
    story.it_is("2026-11-30 08:59")
    assert case.waits_for == {CONFIRM: "carla"}
    story.it_is("2026-11-30 09:00")
    story.pass_time(minutes=1)
    return case


def test_without_confirmation_it_closes(story: Story) -> None:
    with given("a fix that nobody confirmed for five working days"):
        case = unanswered(story)
    with then("nothing is asked any more, and its clock rests while the caller can still come back"):
        assert case.waits_for == {}
        assert case.clock("resolution").state == "paused"
        assert story.carla.offers(case) == {BACK}
    with when("ten more working days pass"):
        story.it_is("2026-12-14 09:01")
        story.pass_time(minutes=1)
    with then("it is closed by itself and its target was kept"):
        assert case.now.outcome == "Closed without an answer · Deadline watched"
        assert case.clock("resolution").state == "met"
        assert not case.clock("resolution").breached


def test_a_caller_who_was_away_reopens_it(story: Story) -> None:
    with given("a fix that nobody confirmed for five working days"):
        case = unanswered(story)
    with when("the caller comes back and says that it is not fixed"):
        story.carla.sends(case, BACK, still_wrong="Still no page.")
    with then("the group has it again, the clock runs on, and the reopening is counted"):
        assert case.waits_for == {DIAGNOSE: "support_workplace"}
        assert case.clock("resolution").state == "running"
        assert case.data["reopened"] == 1


def test_what_comes_back_a_third_time_reaches_the_manager(story: Story) -> None:
    with given("a fix to confirm"):
        case = fixed(story)
    with when("the caller says three times that it is not fixed"):
        for time in range(3):
            story.carla.does(case, CONFIRM, works="no", still_wrong="Still no page.")
            if time < 2:
                story.wanda.does(case, DIAGNOSE, findings="Queue stuck.", result="fixed", cause="defect", **FIXED)
    with then("the incident manager hears of it"):
        assert any("Reopened for the 3. time" in mail for mail in case.mails(story.ines))
        assert case.data["reopened"] == 3


def test_warning_at_three_quarters_then_breach_and_its_review(story: Story) -> None:
    with given("an incident with thirty working hours to fix it"):
        case = escalated(story)
    with when("three quarters are used: Wednesday, half past eleven"):
        story.it_is("2026-11-25 11:29")
        assert case.waits_for == {DIAGNOSE: "support_workplace"}
        story.it_is("2026-11-25 11:30")
    with then("the incident manager must warn the caller before the target is missed"):
        assert case.waits_for == {DIAGNOSE: "support_workplace", WARN: "incident_manager"}
        assert case.clock("resolution").at_risk
    with when("the caller was warned, and the target is missed: Thursday, nine o'clock"):
        story.ines.does(case, WARN, told="It will be late.", agreed="Print upstairs until then.")
        story.it_is("2026-11-26 08:59")
        assert not case.clock("resolution").breached
        story.it_is("2026-11-26 09:00")
    with then("the miss is recorded and must be reviewed, while the work goes on"):
        assert case.clock("resolution").breached
        assert case.waits_for == {DIAGNOSE: "support_workplace", REVIEW: "incident_manager"}
    with when("the incident is closed an hour late, and the miss reviewed"):
        story.pass_time(hours=1)
        story.wanda.does(case, DIAGNOSE, findings="Part came.", result="fixed", cause="supplier", **FIXED)
        story.carla.does(case, CONFIRM, works="yes")
        story.sam.does(case, CLOSE, **CLOSING)
        assert case.now.state == "active"
        story.ines.does(
            case, REVIEW, breach_cause="supplier", breach_explained="The part was late.", breach_action="Keep one here."
        )
    with then("it ends with a missed target and 31 hours used of 30"):
        assert case.now.state == "completed"
        assert case.clock("resolution").state == "missed"
        assert case.clock("resolution").consumed_seconds == 31 * 3600


def test_no_warning_when_it_is_fixed_in_time(story: Story) -> None:
    with given("an incident fixed and closed well within its target"):
        case = fixed(story)
        story.carla.does(case, CONFIRM, works="yes")
        story.sam.does(case, CLOSE, **CLOSING)
    with when("the time of its warning comes"):
        story.it_is("2026-11-26 12:00")
    with then("nobody is bothered"):
        assert case.now.state == "completed"
        assert [task.title for task in case.tasks("completed")] == [LOG, DIAGNOSE, CONFIRM, CLOSE]
        assert case.tasks("withdrawn") == []


def test_a_change_of_priority_retargets_and_keeps_what_was_used(story: Story) -> None:
    with given("an incident of priority 3 with two working hours used"):
        case = escalated(story)
        story.pass_time(hours=2)
    with when("the service desk finds that the whole business stands still"):
        assert story.sam.offers(case) >= {"Change priority", "Withdraw"}
        story.sam.sends(case, "Change priority", impact="high", urgency="high", priority_reason="Payroll is due.")
    with then("it has priority 1, four hours around the clock, two of them used, and the work was not disturbed"):
        clock = case.clock("resolution")
        assert case.now.priority == "P1"
        assert (clock.budget_seconds, clock.consumed_seconds, clock.around_the_clock) == (4 * 3600, 2 * 3600, True)
        assert case.waits_for == {DIAGNOSE: "support_workplace"}
    with when("the third hour has passed"):
        story.pass_time(hours=1)
    with then("three quarters are used"):
        assert WARN in case.waits_for
    with when("it is found to be less urgent after all"):
        story.ines.sends(case, "Change priority", impact="low", urgency="low", priority_reason="Payroll is tomorrow.")
    with then("the target is further away again, and three hours stay used"):
        clock = case.clock("resolution")
        assert case.now.priority == "P5"
        assert (clock.budget_seconds, clock.consumed_seconds, clock.at_risk) == (10 * WORKING_DAY, 3 * 3600, False)


def test_the_caller_withdraws_it(story: Story) -> None:
    with given("an incident at risk, worked on, with a warning to be given"):
        case = escalated(story)
        story.it_is("2026-11-25 11:30")
        assert set(case.waits_for) == {DIAGNOSE, WARN}
        opened = story.wanda.opens(case.task(DIAGNOSE))
        assert opened.may_complete
    with when("the caller withdraws it"):
        story.carla.sends(case, "Withdraw", withdrawn_reason="It was the wrong printer.")
    with then("every task vanishes from every list, clocks and timers stop, and the record says withdrawn"):
        assert (case.now.state, case.now.outcome) == ("completed", "Withdrawn")
        assert case.tasks() == []
        assert {task.title for task in case.tasks("withdrawn")} == {DIAGNOSE, WARN}
        assert story.wanda.list() == story.ines.list() == []
        assert case.clock("resolution").state == "cancelled"
        assert case.open_jobs() == []


def test_it_is_withdrawn_before_it_was_logged(story: Story) -> None:
    with given("an incident just reported"):
        case = story.carla.reports(**PRINTER)
    with when("the caller withdraws it"):
        story.carla.sends(case, "Withdraw", withdrawn_reason="Works again.")
    with then("nobody has to log it any more"):
        assert (case.now.state, case.now.outcome) == ("completed", "Withdrawn")
        assert story.sam.list() == []


def test_a_duplicate_is_closed_with_a_reference(story: Story) -> None:
    with given("an incident, and another caller who reports the same"):
        first = story.carla.reports(**PRINTER)
        second = story.colin.reports(**PRINTER)
    with when("the service desk recognises the duplicate"):
        story.sam.does(second, LOG, **LOGGED, next="duplicate", duplicate_of=first.number)
    with then("it ends at once with the reference, and the first goes on"):
        assert (second.now.state, second.now.outcome) == ("completed", "Not an incident of its own")
        assert second.clock("response").state == "met"
        assert second.clock("resolution").state == "cancelled"
        assert second.tasks() == second.open_jobs() == []
        assert first.now.state == "active"
        logged = story.otto.traces(second).entry(f"Sam completed {LOG}")
        assert first.number in {change.new.text for change in logged.changes}


def test_an_operator_cancels_it(story: Story) -> None:
    with given("an incident waiting for the caller, with a timer set"):
        case = escalated(story)
        story.wanda.does(case, DIAGNOSE, findings="?", result="ask_caller", question="Which printer?")
        story.pass_time(minutes=1)
        assert case.open_jobs()
    with when("an operator cancels it with a reason"):
        story.olga.cancels(case, "Reported by a test.")
    with then("it is cancelled, nobody is asked any more, and nothing can wake it"):
        assert (case.now.state, case.now.outcome) == ("cancelled", "Cancelled")
        assert story.carla.list("mine") == []
        assert case.open_jobs() == []
        story.pass_time(days=30)
        assert case.now.state == "cancelled"
        assert story.otto.traces(case).entry("Olga cancelled the case").note == "Reported by a test."
