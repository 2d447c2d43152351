"""Resolution and security: what incidents become and what they belong to (ISO/IEC 20000-1, 6.6 and 8)."""

from collections.abc import Mapping
from typing import Any, Final

import pytest

from engine.acts.people import add_person, grant_role
from engine.errors import NotAllowed, NotFound, StepFailed
from engine.model.person import SYSTEM
from engine.reports.invariants import invariants
from engine.reports.links import links_of
from engine.transaction import begin
from tests.journeys.story import Case, Story, given, then, when

JOINING: Final[Mapping[str, str]] = {
    "mira": "major_incident_manager",
    "cora": "communications_lead",
    "fred": "request_fulfiller",
    "dario": "data_owner",
    "selma": "security_manager",
    "igor": "security_analyst",
}
LOG, DIAGNOSE, CONFIRM = "Log and classify", "Diagnose and fix", "Confirm the fix"
MAIL: Final[dict[str, Any]] = {
    "title": "Mail is down",
    "description": "Nobody gets mail.",
    "service": "general",
    "impact": "high",
    "urgency": "high",
}
LOGGED: Final = {
    **{name: MAIL[name] for name in ("title", "service", "impact", "urgency")},
    "category": "software",
    "raise_priority": False,
}
GROUP: Final = {"next": "group", "group": "support_applications"}
FIXED: Final = {"result": "fixed", "cause": "defect", "resolution_code": "fixed", "resolution": "Restarted."}


@pytest.fixture
def story(story: Story) -> Story:
    """The organisation with those who lead major incidents, fulfil requests and care for security."""
    organisation = story.organisation
    with begin(organisation.installation, SYSTEM) as tx:
        joined = {
            login: add_person(tx, login=login, name=login.title(), email=f"{login}@example.org") for login in JOINING
        }
        for login, person in joined.items():
            grant_role(tx, person.id, JOINING[login])
    organisation.ids = {**organisation.ids, **{login: person.id for login, person in joined.items()}}
    return story


def links(story: Story, case: Case) -> set[tuple[str, str]]:
    """What a case is to others."""
    with story.organisation.reading() as tx:
        return {(link.kind, link.number) for link in links_of(tx, case.now).cases}


def test_incidents_that_are_the_same_are_fixed_with_one_of_them(story: Story) -> None:
    with given("an incident that a group works on, and two callers who report the same"):
        first, second, third = (by.reports(**MAIL) for by in (story.carla, story.colin, story.colin))
        story.sam.does(first, LOG, **LOGGED, **GROUP)
        story.sam.does(third, LOG, **LOGGED, **GROUP)
    with when("the service desk says of one, and the group of the other, that it is the same"):
        with pytest.raises(StepFailed, match="no case INC-4711"):
            story.sam.does(second, LOG, **LOGGED, next="linked", same_as="INC-4711")
        story.sam.does(second, LOG, **LOGGED, next="linked", same_as=first.number.lower())
        same = {"findings": "Same queue.", "result": "same", "same_as": first.number, "stay": "yes"}
        story.abel.does(third, DIAGNOSE, **same)
    with then("they wait for it, and all three show it"):
        assert links(story, first) == {("has_duplicate", second.number), ("has_duplicate", third.number)}
        assert links(story, second) == links(story, third) == {("duplicate_of", first.number)}
        assert second.waits_for == third.waits_for == {}
        assert "Work on it by itself" in story.sam.offers(second)
    with when("the first one is fixed"):
        story.abel.does(first, DIAGNOSE, findings="Queue stuck.", **FIXED)
        story.pass_time(minutes=1)
    with then("the callers of all are asked, and each is closed by itself"):
        assert first.waits_for == {CONFIRM: "carla"}
        assert second.waits_for == third.waits_for == {CONFIRM: "colin"}
        assert f"{second.number} is fixed: {MAIL['title']}" in second.mails(story.colin)
        story.colin.does(second, CONFIRM, works="yes")
        story.sam.does(second, "Close the incident", category="software", cause="defect")
        story.pass_time(minutes=1)
        assert second.now.state == "completed"


def test_a_duplicate_that_nobody_waits_for_ends_at_once(story: Story) -> None:
    with given("an incident, and the same once more"):
        first, again = story.carla.reports(**MAIL), story.carla.reports(**MAIL)
    with when("the service desk says so"):
        story.sam.does(again, LOG, **LOGGED, next="duplicate", duplicate_of=first.number)
    with then("it ends, and both show it"):
        assert (again.now.state, links(story, again)) == ("completed", {("duplicate_of", first.number)})


def test_a_major_incident_is_led_told_solved_and_learned_from(story: Story) -> None:
    with given("an incident that stops many"):
        case = story.carla.reports(**MAIL)
        story.sam.does(case, LOG, **LOGGED, **GROUP, declare_major=True, major_effect="Nobody works.")
        story.pass_time(minutes=1)
        major = story.case("MIN-1001")
        assert links(story, case) == {("part_of", major.number)}
    with when("it is confirmed, a team works on it, and customers hear every half hour"):
        judged = {"title": MAIL["title"], "service": "general", "effect": "Nobody works.", "services_down": 2}
        story.mira.does(major, "Confirm that it is major", **judged, users_hit=300)
        team = [{"who": story.abel.id, "role": "Lead"}]
        story.mira.does(major, "Assemble the team", team=team, bridge="Room 4", first_words="We know.")
        story.pass_time(minutes=31)
        story.cora.does(major, "Tell how it stands", status="Working on it.", audience="All")
        tried = [{"at": "09:40", "did": "Failed over."}]
        way = {"timeline": tried, "way": "direct", "restore_plan": "Fail over."}
        story.mira.does(major, "Find a way to restore", **way)
        done = {"works": "yes", "resolution": "Failed over.", "restored_at": "2026-11-23T09:45:00"}
        story.mira.does(major, "Restore the service", **done)
    with then("the service owner says that it is over, a problem is raised, and the caller is asked"):
        story.sofia.does(major, "Confirm that it is over", over="yes")
        story.pass_time(minutes=1)
        assert ("caused_by", "PRB-1001") in links(story, major)
        assert case.waits_for == {CONFIRM: "carla"}
        assert case.data["resolution"] == "Failed over."
    with when("it is reviewed, and the customer gets a report"):
        actions = [{"title": "Write a runbook", "why": "There was none."}]
        review = {"well": "Quick.", "badly": "No runbook.", "on_time": "yes", "actions": actions}
        story.luka.does(major, "Review the major incident", **review)
        story.cora.does(major, "Report to the customer", report="Down for 45 minutes.")
        story.pass_time(minutes=1)
    with then("it is over, and an auditor finds nothing against it"):
        assert major.now.state == "completed"
        assert story.case("CSI-1001").now.title == "Write a runbook"
        with story.organisation.looking("otto") as tx:
            assert [held.against for held in invariants(tx) if held.invariant.id == "major-incidents"] == [()]


def test_what_is_no_incident_becomes_a_request_and_access_ends(story: Story) -> None:
    with given("a caller who reports that he cannot see payroll: nothing is broken"):
        case = story.carla.reports(**{**MAIL, "title": "Payroll for me"})
        story.sam.does(case, LOG, **{**LOGGED, "title": "Payroll for me"}, next="request")
        story.pass_time(minutes=1)
        request = story.case("SRQ-1001")
        assert (case.now.outcome, links(story, request)) == ("Converted to a request", {("follows", case.number)})
    with when("it is checked, and the data owner approves"):
        items = [{"what": "Read right", "by": "support_applications"}]
        access = {"kind": "access", "access_to": "payroll, read", "ends_on": "2026-12-01", "entitled": "ask"}
        checked = {"title": "Payroll for me", "service": "general", "accepted": "yes", "items": items, **access}
        story.sam.does(request, "Check the request", **checked)
        assert request.waits_for == {"Approve the request": "data_owner"}
        with pytest.raises(NotAllowed):
            story.carla.does(request, "Approve the request", approved="yes")
        story.dario.does(request, "Approve the request", approved="yes")
    with then("it is provided, confirmed, and taken back in December"):
        part = {"what": "Read right", "state": "done", "provided": "Right given."}
        story.abel.does(request, "Provide it", part=part)
        story.carla.does(request, "Confirm what you got", complete="yes")
        story.it_is("2026-12-01 09:00")
        story.fred.does(request, "Take the access back", revoked="yes", revoked_note="Gone.")
        assert (request.now.state, request.now.outcome) == ("completed", "Access taken back")


def test_a_security_incident_is_seen_by_those_who_need_it_only(story: Story) -> None:
    with given("an incident in which information may be in danger"):
        case = story.carla.reports(**MAIL)
        story.sam.does(case, LOG, **LOGGED, **GROUP, security=True)
        story.pass_time(minutes=1)
        security = story.case("SEC-1001")
    with then("security sees both, and the service desk learns not even that there is a case"):
        assert security.now.restricted
        with pytest.raises(NotFound):
            story.sam.sees(security)
        assert {offer.number for offer in story.igor.sees(security).calls.called} == set()
        with story.organisation.looking("sam") as tx:
            assert links_of(tx, case.now).cases == ()
        assert links(story, case) == {("leads_to", security.number)}
    with when("it is judged a leak of personal data"):
        facts = {"kind": "disclosure", "data_kind": "personal", "extent": "many", "facts": "A list was sent out."}
        known = {"title": MAIL["title"], "known_at": "2026-11-23T09:00:00"}
        story.igor.does(security, "Judge the report", **known, **facts)
        assert security.data["class"] == "A"
        story.pass_time(hours=50)
    with then("the authority has to be told within 72 hours, and a day before people are warned"):
        assert any("24 hours left" in subject for subject in security.mails(story.selma))
        told = {"notified_at": "2026-11-25T12:00:00", "notice_text": "What is known."}
        story.selma.does(security, "Tell the authority", **told)
        assert "Tell the people" in security.waits_for


def test_rights_that_nobody_answers_for_are_suspended(story: Story) -> None:
    with given("a review of the rights on a system"):
        review = story.selma.reports("access_review", title="Payroll", why="Somebody left.")
        owners = [{"owner": story.dario.id, "system": "Payroll", "rights": "Carla: read"}]
        story.selma.does(review, "List rights by owner", title="Quarter 4", owners=owners)
        story.pass_time(minutes=1)
        asked = story.case("SEA-1002")
        assert asked.waits_for == {"Keep or take back": "dario"}
    with when("its owner says nothing for two weeks"):
        story.pass_time(days=15)
    with then("a request suspends them, and the owner is told"):
        assert any(subject.startswith("Suspended") for subject in asked.mails(story.dario))
        request = story.case("SRQ-1001")
        assert links(story, request) == {("follows", asked.number)}
        assert request.data["kind"] == "revoke"
