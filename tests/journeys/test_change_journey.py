"""Changes, emergencies, releases and configuration records, case by case as they call each other.

ISO/IEC 20000-1: change management, release and deployment management, configuration management.
"""

from typing import Any

import pytest

from engine.errors import NotAllowed
from forms.errors import AnswersRejected
from tests.journeys.story import Case, Story, given, then, when

WANTED: dict[str, Any] = {
    "title": "Add an index to the payroll report",
    "reason": "It ends with a timeout.",
    "service": "general",
}
SCREENED: dict[str, Any] = {
    "title": WANTED["title"],
    "service": "general",
    "accepted": "yes",
    "group": "support_applications",
}
STEPS: dict[str, Any] = {
    "steps": "Create the index.",
    "test": "Tried on the copy.",
    "way_back": "Drop the index.",
    "way_back_when": "After 30 minutes.",
    "items": "payroll database",
    "verifying_group": "support_workplace",
}
PLANNED: dict[str, Any] = {
    **STEPS,
    "window_from": "2026-12-01T20:00:00Z",
    "window_to": "2026-12-01T22:00:00Z",
    "reach": "group",
    "difficulty": "several",
    "reversible": "described",
    "experience": "good",
    "assessors": ["support_network"],
}


def planned(story: Story, **more: Any) -> Case:
    """A change that was screened, planned and assessed."""
    case = story.carla.reports("change", **WANTED)
    story.chen.does(case, "Screen the request", **SCREENED)
    story.abel.does(case, "Plan the change", **{**PLANNED, **more})
    story.nina.does(case, "Assess the change", assessment={"advice": "go", "note": "No effect on the network."})
    return case


def carried_out(story: Story, number: str) -> None:
    """The change is carried out, verified by another group, and recorded."""
    work = story.case(number)
    story.abel.does(work, "Carry out the change", done="yes", changed_items="payroll database: index added")
    story.wanda.does(work, "Verify the change", works="yes", verify_note="The report runs.")
    story.pass_time(minutes=1)


def recorded(story: Story, number: str) -> None:
    """Configuration management checks what was reported, and records it."""
    update = story.case(number)
    story.conny.does(update, "Check the update", items="payroll database: index added", allowed="yes")
    story.conny.does(update, "Record the new state", recorded="Index payroll_1.")
    story.pass_time(minutes=1)


def test_a_change_is_assessed_voted_on_carried_out_recorded_and_reviewed(story: Story) -> None:
    with given("a change that a group felt if it went wrong"):
        case = planned(story)
    with then("its risk is medium, and the advisory board has to vote"):
        assert (case.data["type"], case.data["risk"], case.data["route"]) == ("normal", "medium", "board")
        assert case.waits_for == {"Call the board": "change_manager"}
    with when("the board votes against it"):
        story.chen.does(case, "Call the board", board=[story.cleo.id, story.cato.id])
        both = case.tasks()
        assert [task.title for task in both] == ["Advise and vote"] * 2
        for task in both:
            voter = story.cleo if task.person_id == story.cleo.id else story.cato
            voter.hands_in(voter.opens(task), vote={"vote": "reject", "why": "Not at month end."})
    with then("nobody can approve it against the board; it is planned again"):
        assert case.data["rejections"] == 2
        with pytest.raises(AnswersRejected):
            story.chen.does(case, "Decide on the change", decision="approve", decision_reason="I want it.")
        story.chen.does(case, "Decide on the change", decision="rework", decision_reason="After month end.")
        assert case.waits_for == {"Plan the change": "support_applications"}
    with when("a smaller plan, with a way back that was tried, is approved by the change manager"):
        story.abel.does(case, "Plan the change", **{**PLANNED, "reach": "few", "reversible": "tried"})
        story.nina.does(case, "Assess the change", assessment={"advice": "go", "note": "Fine."})
        assert case.data["risk"] == "low"
        story.chen.does(case, "Decide on the change", decision="approve", decision_reason="Small and tried.")
    with then("the service desk and whoever asked know the window, and nothing happens before it"):
        assert (
            case.mails(story.sam) == case.mails(story.carla) == [f"Change {case.number} is planned: {case.now.title}"]
        )
        assert case.waits_for == {}
        story.it_is("2026-12-01 20:01")
        assert case.waits_for == {"Check before the start": "change_manager"}
    with when("the check says go, the change is carried out, verified by another group, and recorded"):
        story.chen.does(case, "Check before the start", go="yes")
        story.pass_time(minutes=1)
        carried_out(story, "IMP-1001")
        recorded(story, "CFG-1001")
    with then("the results came back, and it is reviewed five working days later"):
        assert story.case("IMP-1001").now.outcome == "Carried out"
        assert case.waits_for == {}
        story.pass_time(days=8)
        story.sofia.does(case, "Review the change", outcome="successful", review_note="Runs in 2 seconds.")
        story.pass_time(minutes=1)
        assert (case.now.state, case.now.outcome) == ("completed", "Change successful")


def test_an_emergency_is_decided_at_once_and_accounted_for_afterwards(story: Story) -> None:
    with given("a service about to go down, and a plan in short"):
        case = story.carla.reports(
            "emergency_change",
            title="Move payroll",
            reason="The disk dies.",
            harm="No salaries.",
            service="general",
            group="support_applications",
        )
        story.abel.does(case, "Plan in short", **STEPS, group="support_applications")
        with pytest.raises(NotAllowed):
            story.carla.does(case, "Is it an emergency?", emergency="alone", emergency_reason="x")
    with when("the change manager calls the board, which does not answer in half an hour"):
        board = [story.cleo.id, story.cato.id]
        story.chen.does(case, "Is it an emergency?", emergency="yes", board=board, emergency_reason="Salaries.")
        story.pass_time(minutes=31)
    with then("the duty manager decides alone, with a reason"):
        assert case.waits_for == {"Decide on duty": "duty_manager"}
        story.dirk.does(case, "Decide on duty", approved="yes", duty_reason="Nobody answers the phone.")
        story.pass_time(minutes=1)
    with when("it is carried out and recorded"):
        carried_out(story, "IMP-1001")
        recorded(story, "CFG-1001")
    with then("its documents are due in one working day, and asked for when they are late"):
        assert case.waits_for == {"Complete the documents": "support_applications"}
        story.pass_time(days=2)
        assert case.mails(story.chen) == [f"Documents are missing: {case.number}"]
        story.abel.does(case, "Complete the documents", done_note="Moved at ten.")
        story.chen.does(
            case, "Review with the board", was_emergency="yes", outcome="successful", review_note="Watch disks."
        )
        story.pass_time(minutes=1)
        assert case.now.outcome == "Change successful"


def test_a_change_is_rolled_out_by_a_release_in_waves_and_rolled_back(story: Story) -> None:
    with given("an approved change that release management rolls out"):
        case = planned(story, reach="few", reversible="tried", by_release=True)
        story.chen.does(case, "Decide on the change", decision="approve", decision_reason="Small and tried.")
        story.it_is("2026-12-01 20:01")
        story.chen.does(case, "Check before the start", go="yes")
        story.pass_time(minutes=1)
        release = story.case("REL-1001")
        assert release.data["changes"] == case.number
    with when("the release is planned in two waves, agreed, built and tested by another group"):
        story.remy.does(
            release,
            "Plan the release",
            title="Payroll 5.2",
            kind="minor",
            contents="payroll 5.2",
            criteria="A pay run in an hour.",
            waves=[{"who": "Finance", "on": "2026-12-02"}, {"who": "All", "on": "2026-12-03"}],
            stop_sign="A pay run fails.",
            way_back="Restore 5.1.",
            group="support_applications",
            testing_group="support_network",
        )
        story.sofia.does(release, "Agree to the plan", agreed="yes")
        story.abel.does(release, "Build and store", sources="v5.2", stored_at="library/5.2", checksum="ab12")
        tested = {"severe_defects": 0, "way_back_tried": "yes", "test_note": "Runs."}
        story.nina.does(release, "Test for acceptance", criteria_met="all", **tested)
        story.remy.does(release, "Prepare everybody", desk_ready=True)
    with then("it is a go, and the first wave waits alone"):
        assert release.data["verdict"] == "go"
        assert release.waits_for == {"Roll out to a wave": "support_applications"}
    with when("the second wave fails and everything is rolled back"):
        story.abel.does(release, "Roll out to a wave", outcome={"health": "good", "note": "Fine."})
        story.abel.does(release, "Roll out to a wave", outcome={"health": "bad", "note": "A pay run failed."})
        story.abel.does(release, "Roll back", rollback_note="5.1 restored.", felt="no")
        story.pass_time(minutes=2)
    with then("the change hears of it and goes to its review"):
        assert release.now.outcome == "Rolled back"
        assert story.case("IMP-1001").now.outcome == "Release failed"
        story.pass_time(days=8)
        assert case.waits_for == {"Review the change": "service_owner"}
        assert case.data["result"] == "The release failed: Rolled back: 5.1 restored."


def test_a_verification_has_differences_put_right(story: Story) -> None:
    with given("a verification of a sample that the network group carries out"):
        case = story.conny.reports("verification", title="Sample of servers", why="Records are in doubt.")
        story.conny.does(
            case,
            "Plan the verification",
            title="Sample of servers",
            extent="sample",
            scope="20 servers.",
            checkers=["support_network"],
        )
        story.nina.does(case, "Compare with reality", result={"compared": 20, "wrong": 1, "found": "srv-7"})
    with when("a difference was changed by nobody's leave"):
        found = {"item": "srv-7", "found": "more memory", "kind": "unauthorised"}
        story.conny.does(case, "Judge what differs", differs="yes", differences=[found])
        story.pass_time(minutes=1)
        update = story.case("CFG-1001")
        story.conny.does(
            update, "Check the update", items="srv-7: more memory", allowed="unauthorised", check_note="No change."
        )
    with then("change management hears of it, and the result is reported when there was time to put it right"):
        assert update.mails(story.chen) == ["Changed without a change: srv-7: more memory"]
        story.pass_time(days=15)
        story.conny.does(case, "Report the result", accuracy=95, actions="Talk to the group.")
        story.pass_time(minutes=1)
        assert case.now.outcome == "Result reported"
