"""A problem from the incident that raised it to the cure that was checked (ISO/IEC 20000-1, problem management)."""

import pytest

from engine.errors import NotAllowed
from tests.journeys.story import Story, given, then, when
from tests.journeys.test_incident_journey import CLOSE, CLOSING, CONFIRM, FIXED, LOG, LOGGED, PRINTER

TRIAGE, SEARCH, WORKAROUND, DECIDE = "Triage the problem", "Find the cause", "Find a workaround", "Decide what to do"
AGREE, CHECK, CLOSE_PROBLEM = "Agree to live with it", "Check that it worked", "Close the problem"


def test_an_incident_raises_a_problem_that_is_known_lived_with_cured_and_checked(story: Story) -> None:
    with given("an incident that is fixed, but may come back"):
        incident = story.carla.reports(**PRINTER)
        story.sam.does(incident, LOG, **LOGGED, next="solved", **FIXED)
        story.carla.does(incident, CONFIRM, works="yes")
        story.sam.does(incident, CLOSE, **CLOSING, raise_problem=True, problem_reason="The third time this month.")
        story.pass_time(minutes=1)
    with then("a problem is raised that knows where it comes from"):
        problem = story.case("PRB-1001")
        assert problem.waits_for == {TRIAGE: "problem_manager"}
        assert problem.data["origin"] == problem.data["incidents"] == incident.number
    with when("the problem manager accepts it and gives it to the group that knows most"):
        story.pia.does(
            problem,
            TRIAGE,
            title="Queues stick on the second floor",
            service="general",
            accepted="yes",
            symptom="Jobs wait and nothing is printed.",
            priority="P3",
            group="support_workplace",
        )
    with then("the group looks for the cause, and for what helps until it is cured"):
        assert problem.waits_for == {SEARCH: "support_workplace", WORKAROUND: "support_workplace"}
        with pytest.raises(NotAllowed):
            story.nina.does(problem, SEARCH, method="whys", root_cause="x", cause="defect", cure="x")
    with when("a workaround is found and then the cause"):
        story.wanda.does(problem, WORKAROUND, workaround_found="yes", workaround="Restart the queue.")
        story.wanda.does(problem, SEARCH, method="whys", root_cause="Old firmware.", cause="defect", cure="Update it.")
    with then("the service desk knows the error, and the manager decides"):
        assert problem.mails(story.sam) == ["Known error PRB-1001: Queues stick on the second floor"]
        assert problem.waits_for == {DECIDE: "problem_manager"}
    with when("living with it is proposed, and the service owner does not agree"):
        story.pia.does(problem, DECIDE, way="accept", way_reason="Rare.")
        assert problem.waits_for == {AGREE: "service_owner"}
        story.sofia.does(problem, AGREE, agreed="no", agree_reason="Customers wait.")
        story.pia.does(problem, DECIDE, way="cured", way_reason="The supplier updated the firmware.")
    with then("after thirty days of use somebody else than the searcher counts the incidents"):
        assert problem.waits_for == {}
        story.pass_time(days=30, minutes=1)
        assert problem.waits_for == {CHECK: "problem_manager"}
    with when("none came back and the problem is closed"):
        story.pia.does(problem, CHECK, incidents_before=3, incidents_after=0, cured="yes")
        story.pia.does(problem, CLOSE_PROBLEM, known_error_withdrawn=True)
        story.pass_time(minutes=1)
    with then("it is solved"):
        assert (problem.now.state, problem.now.outcome) == ("completed", "Known error published · Problem solved")
