"""The management system at work: an audit finds a nonconformity, and top management hears what became of it.

ISO/IEC 20000-1: internal audit, corrective action, improvement, management review; control of documents.
"""

from dataclasses import replace
from typing import Any

import pytest

from engine.acts import publishing
from engine.errors import NotAllowed
from engine.reports import worklist
from engine.storage import publications, registers
from tests.journeys.story import Case, Person, Story, given, then, when

ORDER: dict[str, Any] = {
    "title": "Audit of change management",
    "audited": "Change",
    "process": "change",
    "scope": "All changes of the autumn.",
    "criteria": "Emergencies are reviewed by the board.",
    "period_from": "2026-08-01",
    "period_to": "2026-11-30",
    "service": "general",
}
FOUND: dict[str, Any] = {
    "result": "minor",
    "title": "Emergencies without a review",
    "requirement": "Each emergency is reviewed by the board",
    "observed": "Three of ten were not.",
    "evidence": "ECH-1001, ECH-1004, ECH-1007",
}
INPUTS: dict[str, Any] = dict.fromkeys(
    ("previous", "surroundings", "objectives", "customers", "suppliers", "risks", "means", "forecast"), "As before."
)


def audited(story: Story) -> Case:
    """An audit whose report is out, with one nonconformity; who worked in the process is not let audit it."""
    change = story.carla.reports("change", title="More disk", reason="It is full.", service="general")
    screened = {"title": "More disk", "service": "general", "accepted": "yes", "group": "support_applications"}
    story.chen.does(change, "Screen the request", **screened)
    people = {"auditor": story.elin.id, "auditee": story.chen.id}
    audit = story.rolf.reports("audit", **ORDER, **people)
    named = {"independent": "yes", "independence_note": "As the records say."}
    story.rolf.does(audit, "Confirm independence", auditor=story.chen.id, **named)
    assert (audit.data["involved"], set(audit.waits_for)) == (1, {"Confirm independence"})
    story.rolf.does(audit, "Confirm independence", auditor=story.elin.id, **named)
    checks = [{"title": "Emergencies", "question": "Is each reviewed?"}]
    story.elin.does(audit, "Plan the audit", requirements=checks, population=10, sample=10, seed="4711")
    story.pass_time(days=21)
    story.elin.does(audit, "Check one requirement", finding=FOUND)
    story.chen.does(audit, "Talk the findings through", facts_right="yes")
    story.elin.does(audit, "Write the report", summary="Well kept but for emergencies.")
    story.rolf.does(audit, "Release the report", released="yes")
    story.pass_time(minutes=1)
    return audit


def cured(story: Story, action: Case) -> None:
    """The owner of the finding contains it, finds the cause, and does what was approved."""
    chen = story.chen
    chen.does(action, "Contain the harm", contained="The three were reviewed.", put_right="Nothing was wrong.")
    chen.does(action, "Find the cause", method="whys", cause="No board in holidays.", elsewhere="Only there.")
    steps = [{"action": "Name a stand-in", "by_whom": "Chen", "until": "2027-01-15"}]
    chen.does(action, "Plan the actions", actions=steps, fix_by="2027-01-31", proof="Ten in a row are reviewed.")
    story.elin.does(action, "Approve the plan", approved="yes")
    chen.does(action, "Carry out the actions", done_note="Cleo stands in.")


def test_an_audit_finds_a_nonconformity_that_is_cured_improved_upon_and_reviewed(story: Story) -> None:
    with given("an audit whose report names one nonconformity"):
        audit = audited(story)
        assert audit.waits_for == {}
    with when("it is registered, and its cause is removed"):
        action = story.case("CAP-1001")
        about = {"title": FOUND["title"], "severity": "minor", "finding_owner": story.chen.id}
        story.rolf.does(
            action, "Register the finding", accepted="yes", requirement="Reviews", evidence="3 of 10.", **about
        )
        assert action.data["origin"] == audit.number
        cured(story, action)
    with then("nobody says that it worked before it had time to, and not whoever did it"):
        assert action.waits_for == {}
        story.pass_time(days=31)
        assert action.waits_for == {"Check that it worked": "internal_auditor"}
        with pytest.raises(NotAllowed):
            story.chen.does(action, "Check that it worked", worked="yes", verify_note="Yes.")
    with when("it worked, and shows something that is worth more than this one case"):
        more = {"lesson": True, "improvement": "One calendar for boards", "improvement_why": "Holidays hit them all."}
        story.elin.does(action, "Check that it worked", worked="yes", verify_note="8 of 8 since then.", **more)
        story.pass_time(minutes=1)
    with then("the corrective action and the audit are closed, and the register says so"):
        assert (action.now.outcome, audit.now.outcome) == ("Closed, and it worked", "Closed, findings cured")
        with story.organisation.reading() as tx:
            (entry,) = registers.find(tx, "nonconformity", {}, limit=5, retired=True)[1]
        assert (entry.state, entry.values["grade"], entry.values["effective"]) == ("closed", "minor", True)
    with when("the improvement is weighed, decided by somebody else, carried out, and measured again"):
        improvement = story.case("CSI-1001")
        improved(story, improvement)
    with then("its benefit is reached, and the management review hears of it all"):
        assert improvement.now.outcome == "Benefit reached"
        reviewed(story)


def improved(story: Story, improvement: Case) -> None:
    """An improvement from the idea to the benefit."""
    idea = {"title": "One calendar for boards", "description": "All boards in one.", "reach": "wide"}
    story.luka.does(improvement, "Look at the idea", taken="yes", improvement_owner=story.chen.id, **idea)
    figures = {"measure": "Reviews held", "unit": "%", "baseline": 70, "goal": 100, "read_from": "October"}
    story.chen.does(improvement, "Measure how it is now", **figures)
    worth = {"value": "high", "effort": "low", "risk": "None.", "objective": "Safe changes"}
    story.chen.does(improvement, "Weigh value, cost and risk", **worth)
    assert improvement.data["priority"] == "P1"
    with pytest.raises(NotAllowed):
        story.chen.does(improvement, "Decide on the idea", decision="yes")
    story.luka.does(improvement, "Decide on the idea", decision="yes")
    day = (improvement.organisation.clock.now.date()).isoformat()
    story.chen.does(improvement, "Plan the improvement", steps="Make it.", done_by=day, by_change="no")
    story.chen.does(improvement, "Carry it out", done_note="Made.")
    story.pass_time(days=91)
    story.luka.does(improvement, "Measure again", result=100, reached="yes", measure_note="Held since.")


def reviewed(story: Story) -> None:
    """A management review with one thing to do, which is done."""
    review = story.luka.reports("management_review", title="Spring", why="It is time.")
    day = story.organisation.clock.now.date().isoformat()
    told = {"audits": "One minor, cured.", "improvements_note": "One, with its benefit."}
    story.luka.does(review, "Collect the inputs", title="Spring", meeting_on=day, **INPUTS, **told)
    story.pass_time(days=1)
    decision = {"title": "Thank the boards", "kind": "do", "why": "Well done", "owner": story.cleo.id, "until": day}
    held = {"held": "yes", "attended": [story.marga.id], "verdict": "yes", "minutes": "All subjects."}
    with pytest.raises(NotAllowed):
        story.luka.does(review, "Hold the review", **held, decisions=[decision])
    story.marga.does(review, "Hold the review", **held, decisions=[decision])
    story.cleo.does(review, "Carry out the action", result={"done": "yes", "note": "Thanked."})
    story.luka.does(review, "Close the review", closing="Nothing.", told=True)
    assert review.now.outcome == "Review closed"


# --- diagrams are documents -------------------------------------------------------------------------------------------


def proposed(author: Person) -> str:
    with author.organisation.acting(author.login) as tx:
        draft_id = publishing.begin_draft(tx, "incident")
        publishing.propose(tx, draft_id, "Nothing changes.")
    return draft_id


def released(story: Story) -> int | None:
    with story.organisation.reading() as tx:
        found = publications.released(tx, "incident")
    return found.version if found else None


def offered(person: Person) -> set[str]:
    with person.organisation.looking(person.login) as tx:
        return {row.title for row in worklist.my_work(tx, worklist.WorkQuery(view="groups")).rows if row.offered}


def test_a_proposed_version_of_a_process_is_approved_through_document_control(story: Story) -> None:
    with given("a version that was proposed"):
        proposed(story.paul)
        story.pass_time(minutes=1)
        case = story.case("DOC-1001")
        assert case.waits_for == {"Approve the version": "process_owner"}
    with then("who proposed it is not asked to approve it, and cannot, nor can anybody who does not own processes"):
        assert offered(story.petra) == {"Approve the version: Incident"}
        assert offered(story.paul) == set()
        with pytest.raises(NotAllowed, match="duties are kept apart"):
            story.paul.does(case, "Approve the version", judgement="release")
        with pytest.raises(NotAllowed):
            story.sam.does(case, "Approve the version", judgement="release")
        assert released(story) == 1
    with when("it is sent back, and proposed again"):
        story.petra.does(case, "Approve the version", judgement="send_back", judge_note="Say more.")
        assert case.now.outcome == "Version decided"
        with story.organisation.acting("paul") as tx:
            draft = next(one for one in publications.of_process(tx, "incident") if one.state == "draft")
            publishing.propose(tx, draft.id, "Says more.")
        story.pass_time(minutes=1)
    with then("approving it there is the release"):
        again = story.case("DOC-1002")
        story.petra.does(again, "Approve the version", judgement="release")
        assert (released(story), again.now.outcome) == (2, "Version decided")


def test_what_is_decided_on_the_page_of_a_version_ends_its_case(story: Story) -> None:
    with when("a proposal is withdrawn, and another one released, on its page"):
        draft_id = proposed(story.paul)
        with story.organisation.acting("paul") as tx:
            publishing.withdraw_proposal(tx, draft_id)
        story.pass_time(minutes=1)
        with story.organisation.acting("paul") as tx:
            publishing.propose(tx, draft_id, "Still the same.")
        story.pass_time(minutes=1)
        with story.organisation.acting("petra") as tx:
            publishing.release(tx, draft_id)
        story.pass_time(minutes=1)
    with then("both cases know"):
        outcomes = [story.case(number).now.outcome for number in ("DOC-1001", "DOC-1002")]
        assert outcomes == ["Decided on the page of the version"] * 2
        assert released(story) == 2


def test_an_installation_may_do_without(story: Story) -> None:
    had = story.organisation.installation
    story.organisation.installation = replace(had, settings=replace(had.settings, controlled_diagrams=False))
    proposed(story.paul)
    story.pass_time(minutes=1)
    assert story.luka.finds("DOC-1001") == set()
