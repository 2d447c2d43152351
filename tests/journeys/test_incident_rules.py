"""Who may do what on the way of an incident, who sees it, and what its history proves."""

from typing import Any

import pytest

from engine.acts import claiming, drafting, publishing
from engine.errors import Conflict, NotAllowed, NotFound, NotPublishable, SamePerson, TaskTaken, Unacceptable
from engine.model.person import SYSTEM
from engine.reports import processes
from engine.storage import publications, tables
from engine.transaction import begin
from forms.errors import AnswersRejected
from tests.journeys.story import Case, Person, Story, given, then, when
from tests.journeys.test_incident_journey import (
    CLOSE,
    CLOSING,
    CONFIRM,
    DIAGNOSE,
    FIXED,
    LOG,
    LOGGED,
    PRINTER,
    escalated,
    fixed,
)

# --- releases ---------------------------------------------------------------------------------------------------------


def drafted(author: Person, old: bytes, new: bytes) -> str:
    """A draft of the incident process in which one text of the diagram is another."""
    with author.organisation.acting(author.login) as tx:
        draft_id = publishing.begin_draft(tx, "incident")
        diagram = publications.files(tx, draft_id)["incident.bpmn"]
        assert old in diagram
        publishing.save_draft(tx, draft_id, {"incident.bpmn": diagram.replace(old, new)}, 1)
    return draft_id


def proposed(author: Person, old: bytes, new: bytes) -> str:
    draft_id = drafted(author, old, new)
    with author.organisation.acting(author.login) as tx:
        publishing.propose(tx, draft_id, "Says what is meant.")
    return draft_id


RENAMED = b'name="Diagnose and fix"', b'name="Find and fix"'


def test_a_second_release_by_a_second_person_while_cases_run_on_the_old_one(story: Story) -> None:
    with given("an incident running on release 1, and a changed diagram that was proposed"):
        old = story.carla.reports(**PRINTER)
        draft_id = proposed(story.paul, *RENAMED)
    with when("a second person releases it"), story.organisation.acting("petra") as tx:
        assert publishing.release(tx, draft_id) == 2
    with then("new incidents run on release 2, and those under way finish on the one they began on"):
        new = story.carla.reports(**PRINTER)
        for case in (old, new):
            story.sam.does(case, LOG, **LOGGED, next="group", group="support_workplace")
        assert set(old.waits_for) == {DIAGNOSE}
        assert set(new.waits_for) == {"Find and fix"}
        assert (story.sam.sees(old).version, story.sam.sees(new).version) == (1, 2)
        story.wanda.does(old, DIAGNOSE, findings="Queue.", result="fixed", cause="defect", **FIXED)
        story.carla.does(old, CONFIRM, works="yes")
        story.sam.does(old, CLOSE, **CLOSING)
        assert "Wanda completed Diagnose and fix" in story.otto.traces(old).sentences
        assert story.otto.traces(old).trace.stretch.digest != story.otto.traces(new).trace.stretch.digest
    with then("the list of releases names author, proposer and releaser"), story.organisation.looking("otto") as tx:
        newest, oldest = processes.process(tx, "incident").versions
        assert (newest.record.version, newest.author, newest.proposer, newest.releaser) == (2, "Paul", "Paul", "Petra")
        assert (oldest.record.version, oldest.record.state) == (1, "retired")


def test_four_eyes(story: Story) -> None:
    with given("a proposal"):
        draft_id = proposed(story.paul, *RENAMED)
    with (
        then("its author cannot release it"),
        pytest.raises(SamePerson),
        story.organisation.acting("paul") as tx,
    ):
        publishing.release(tx, draft_id)
    for login in ("sam", "otto", "ada", "olga"):
        with (
            then(f"nor can {login}, who does not own processes"),
            pytest.raises(NotAllowed),
            story.organisation.acting(login) as tx,
        ):
            publishing.release(tx, draft_id)
    with (
        then("nor can it be changed while a second person looks at it"),
        pytest.raises(Conflict),
        story.organisation.acting("paul") as tx,
    ):
        publishing.save_draft(tx, draft_id, {}, 3)
    with when("it is sent back, and the other owner proposes it in her name"):
        with story.organisation.acting("petra") as tx:
            publishing.send_back(tx, draft_id, "Please explain.")
        with story.organisation.acting("petra") as tx:
            publishing.propose(tx, draft_id, "Explained.")
    for login in ("petra", "paul"):
        with (
            then(f"{login} cannot release it: proposer and author are both excluded"),
            pytest.raises(SamePerson),
            story.organisation.acting(login) as tx,
        ):
            publishing.release(tx, draft_id)
    with then("release 1 is still the one that runs"), story.organisation.reading() as tx:
        released = publications.released(tx, "incident")
        assert released is not None
        assert released.version == 1


def test_whoever_edited_a_draft_cannot_release_it(story: Story) -> None:
    with given("a draft begun by one owner, then changed by the other, and proposed by the first"):
        draft_id = drafted(story.paul, *RENAMED)
        with story.organisation.acting("petra") as tx:
            diagram = publications.files(tx, draft_id)["incident.bpmn"]
            changed = diagram.replace(b'name="Close the incident"', b'name="Close it"')
            publishing.save_draft(tx, draft_id, {"incident.bpmn": changed}, 2)
        with story.organisation.acting("paul") as tx:
            publishing.propose(tx, draft_id, "Shorter names.")
    with (
        then("the second owner releases her own change to nobody's eyes but her own: refused"),
        pytest.raises(SamePerson),
        story.organisation.acting("petra") as tx,
    ):
        publishing.release(tx, draft_id)


def test_a_diagram_with_errors_is_not_released(story: Story) -> None:
    with given("a diagram whose task asks by a form that is not there"):
        draft_id = drafted(story.paul, b'value="diagnose"', b'value="diagnosis"')
    with (
        then("it cannot be proposed, and the finding names the element"),
        pytest.raises(NotPublishable) as refused,
        story.organisation.acting("paul") as tx,
    ):
        publishing.propose(tx, draft_id, "A new form.")
    assert "INC_Diagnose" in {finding.element_id for finding in refused.value.findings}


# --- tasks ------------------------------------------------------------------------------------------------------------


def test_only_the_role_of_the_lane_does_a_task(story: Story) -> None:
    with given("an incident to be logged by the service desk"):
        case = story.carla.reports(**PRINTER)
        page = story.sam.opens(case.task(LOG))
    for person in (story.wanda, story.ines, story.otto, story.ada, story.olga, story.paul, story.carla, story.colin):
        with then(f"{person.login} cannot do it"), pytest.raises(NotAllowed):
            person.hands_in(page, **LOGGED, next="solved", **FIXED)
    with then("nothing happened"):
        assert case.now.version == 1
        assert case.waits_for == {LOG: "service_desk"}


def test_only_the_caller_confirms(story: Story) -> None:
    with given("a fix to confirm"):
        case = fixed(story)
        page = story.carla.opens(case.task(CONFIRM))
    for person in (story.colin, story.sam, story.wanda, story.ines, story.olga):
        with then(f"{person.login} cannot confirm in the caller's place"), pytest.raises(NotAllowed):
            person.hands_in(page, works="yes")
    with (
        then("nor can the task be handed to somebody else"),
        pytest.raises(Unacceptable),
        story.organisation.acting("ines") as tx,
    ):
        claiming.assign(tx, page.task.id, story.colin.id, "He is here.")
    with then("the caller can"):
        story.carla.hands_in(page, works="yes")


def test_reported_for_somebody_else_that_person_confirms(story: Story) -> None:
    with given("an incident that one employee reports for another"):
        case = story.colin.reports(**PRINTER, for_other=True, caller=story.carla.id)
        story.sam.does(case, LOG, **LOGGED, next="solved", **FIXED)
    with then("the one it is for confirms, both see it, and a third does not"):
        assert case.waits_for == {CONFIRM: "carla"}
        with pytest.raises(NotAllowed):
            story.colin.does(case, CONFIRM, works="yes")
        assert story.carla.finds() == story.colin.finds() == {case.number}


def test_a_claimed_task_is_left_to_whoever_claimed_it(story: Story) -> None:
    with given("two people of a group, one of whom took the task"):
        case = escalated(story, group="support_network")
        story.nina.takes(case, DIAGNOSE)
        page = story.nina.opens(case.task(DIAGNOSE))
    answers: dict[str, Any] = {"findings": "x", "result": "fixed", "cause": "defect", **FIXED}
    with then("the other can neither take nor do it"):
        with pytest.raises(TaskTaken):
            story.nils.takes(case, DIAGNOSE)
        with pytest.raises(TaskTaken):
            story.nils.hands_in(page, **answers)
        assert story.nils.list() == []
        assert len(story.nina.list("mine")) == 1
    with when("it is given back, and the incident manager hands it to the other"):
        story.nina.gives_back(case, DIAGNOSE)
        with pytest.raises(Unacceptable):
            story.ines.hands(case, DIAGNOSE, story.wanda, "She holds another role.")
        story.ines.hands(case, DIAGNOSE, story.nils, "Nina is ill.")
    with then("the first cannot do it any more, the other can"):
        with pytest.raises(TaskTaken):
            story.nina.hands_in(story.nina.opens(case.task(DIAGNOSE)), **answers)
        story.nils.does(case, DIAGNOSE, **answers)
        assert set(case.waits_for) == {CONFIRM}


def test_a_bad_answer_changes_nothing(story: Story) -> None:
    with given("an incident to be logged"):
        case = story.carla.reports(**PRINTER)
        page = story.sam.opens(case.task(LOG))
    for wrong in ({"impact": "enormous"}, {"next": "group", "group": "support_mars"}, {"colour": "red"}):
        with then(f"{wrong} is refused"), pytest.raises(AnswersRejected):
            story.sam.hands_in(page, **{**LOGGED, "next": "solved", **FIXED, **wrong})
    with then("the task is as it was"):
        assert case.now.version == 1


def test_only_those_it_is_offered_to_send_a_message(story: Story) -> None:
    with given("an escalated incident"):
        case = escalated(story)
    with then("the caller may withdraw it, staff may change its priority, others neither"):
        assert story.carla.offers(case) == {"Withdraw"}
        assert story.sam.offers(case) == {"Withdraw", "Change priority"}
        assert story.ines.offers(case) == {"Change priority"}
        assert story.wanda.offers(case) == story.otto.offers(case) == set()


def test_only_some_cancel_and_each_gives_a_reason(story: Story) -> None:
    case = escalated(story)
    for person in (story.carla, story.sam, story.wanda, story.otto, story.ada):
        with then(f"{person.login} cannot cancel"), pytest.raises(NotAllowed):
            person.cancels(case, "I want to.")
    with then("a reason is needed"), pytest.raises(Unacceptable):
        story.olga.cancels(case, " ")
    assert case.now.state == "active"


# --- seeing -----------------------------------------------------------------------------------------------------------


def test_a_case_is_seen_by_its_people_and_by_staff(story: Story) -> None:
    with given("an incident"):
        case = escalated(story)
    with then("caller and staff find it; another employee learns not even that it is there"):
        for person in (story.carla, story.sam, story.wanda, story.nina, story.ines, story.otto, story.olga, story.paul):
            assert person.finds(case.number) == {case.number}, person.login
        for person in (story.colin, story.ada):
            assert person.finds(case.number) == set(), person.login
            with pytest.raises(NotFound):
                person.sees(case)


def restrict(story: Story, case: Case) -> None:
    """Mark a case as restricted, as a process with a variable of that name would."""
    with begin(story.organisation.installation, SYSTEM) as tx:
        tx.connection.execute(tables.instance.update().where(tables.instance.c.id == case.id).values(restricted=True))


def test_a_restricted_case_is_seen_by_those_who_take_part(story: Story) -> None:
    with given("a restricted incident with the workplace group"):
        case = escalated(story)
        restrict(story, case)
    with then("those who took or take part see it, and the auditor"):
        for person in (story.carla, story.sam, story.wanda, story.otto):
            assert person.finds(case.number) == {case.number}, person.login
    for person in (story.nina, story.ines, story.olga, story.paul, story.colin):
        with then(f"{person.login} neither finds nor opens nor comments nor cancels it"):
            assert person.finds(case.number) == set()
            with pytest.raises(NotFound):
                person.sees(case)
            with pytest.raises(NotFound):
                person.comments(case, "What is this?")
            with pytest.raises((NotFound, NotAllowed)):
                person.cancels(case, "I do not like it.")
            with pytest.raises((NotFound, NotAllowed)):
                person.hands(case, DIAGNOSE, story.wanda, "Be quick.")
            with pytest.raises((NotFound, NotAllowed)):
                person.opens(case.task(DIAGNOSE))
    assert case.now.state == "active"


def test_comments_are_read_by_whoever_sees_the_case(story: Story) -> None:
    with given("an incident on which two people commented"):
        case = escalated(story)
        story.wanda.comments(case, "Ordered a part.")
        story.carla.comments(case, "  Thank you!  ")
    with then("both and the service desk read them in order, on the case and on its task"):
        said = [("Wanda", "Ordered a part."), ("Carla", "Thank you!")]
        for person in (story.carla, story.sam):
            assert [(each.author, each.text) for each in person.sees(case).comments] == said
        assert [(each.author, each.text) for each in story.wanda.opens(case.task(DIAGNOSE)).comments] == said
    with then("somebody else cannot even write one"), pytest.raises(NotFound):
        story.colin.comments(case, "Me too.")
    with then("an empty one is refused"), pytest.raises(Unacceptable):
        story.carla.comments(case, " ")


def test_a_draft_is_for_its_person_only(story: Story) -> None:
    with given("a half-filled form"):
        case = escalated(story, group="support_network")
        subject = f"task:{case.task(DIAGNOSE).id}"
        with story.organisation.acting("nina") as tx:
            drafting.keep_draft(tx, subject, {"findings": ["So far: nothing."]})
    with then("it comes back to whoever filled it, and to nobody else"):
        assert story.nina.opens(case.task(DIAGNOSE)).draft == {"findings": ["So far: nothing."]}
        assert story.nils.opens(case.task(DIAGNOSE)).draft is None
        assert story.ines.opens(case.task(DIAGNOSE)).draft is None
    with when("another of the group fills a draft of his own, and one completes the task"):
        with story.organisation.acting("nils") as tx:
            drafting.keep_draft(tx, subject, {"findings": ["Mine."]})
        assert story.nina.opens(case.task(DIAGNOSE)).draft == {"findings": ["So far: nothing."]}
        story.nils.does(case, DIAGNOSE, findings="Cable.", result="fixed", cause="defect", **FIXED)
    with then("no draft is left"), story.organisation.reading() as tx:
        assert tx.connection.exec_driver_sql("SELECT count(*) FROM draft").scalar() == 0


# --- history ----------------------------------------------------------------------------------------------------------


def test_the_auditor_reads_all_of_it_and_it_verifies(story: Story) -> None:
    with given("an incident that went the long way"):
        case = escalated(story)
        story.ines.comments(case, "Please hurry.")
        story.wanda.takes(case, DIAGNOSE)
        story.pass_time(hours=1)
        story.sam.sends(case, "Change priority", impact="high", urgency="medium", priority_reason="More people.")
        story.wanda.does(case, DIAGNOSE, findings="?", result="ask_caller", question="Which one?")
        story.carla.does(case, "Answer the question", answer="All of them.")
        story.pass_time(hours=6)
        story.ines.does(case, "Warn the caller", told="Late.", agreed="Wait.")
        story.pass_time(hours=2)
        story.wanda.does(case, DIAGNOSE, findings="Fuse.", result="fixed", cause="defect", **FIXED)
        story.pass_time(days=9)
        story.ines.does(
            case, "Review the missed target", breach_cause="late", breach_explained="Late.", breach_action="Be early."
        )
        story.pass_time(days=14)
    told = story.otto.traces(case)
    with then("its chain is consistent"):
        assert told.verdict.consistent
        assert told.verdict.entries == len(told.trace.entries)
    with then("the history tells who did what, in order"):
        told.in_order(
            "Carla started the case on release 1",
            "Clock response started",
            "Sam completed Log and classify",
            "Clock response met its target",
            "Ines commented",
            "Wanda took Diagnose and fix",
            "Sam: Change priority",
            "Clock resolution has a new target",
            "Wanda completed Diagnose and fix",
            "Clock resolution paused",
            "Carla completed Answer the question",
            "Clock resolution runs again",
            "Clock resolution has used 75 % of its time",
            "Ines completed Warn the caller",
            "Clock resolution missed its target",
            "Wanda completed Diagnose and fix",
            "Time was up: 5 working days passed",
            "Ines completed Review the missed target",
            "Time was up: 10 working days passed",
        )
    with then("it tells with which data, by which rule, and which way was taken"):
        change = told.entry("Sam: Change priority")
        assert [
            (each.label, each.old and each.old.text, each.new.text)
            for each in change.changes
            if each.name == "priority"
        ] == [("Priority", "P3", "P2")]
        assert [(each.name, each.outcome) for each in change.decisions] == [
            ("matrix", "P2"),
            ("Decide the priority again", "P2"),
        ]
        assert (
            "F_Result_Ask"
            in story.otto.traces(case).trace.entries[told.sentences.index("Wanda completed Diagnose and fix")].flows
        )
        assert told.entry("Ines commented").note == "Please hurry."
        assert told.trace.entries[-1].here == ()
    with then("it serves the clauses of the standard that the process names"):
        assert told.trace.clauses["2018"] == ("8.6.1",)
    with then("whoever is neither auditor nor owner nor operator cannot read it"):
        for person in (story.carla, story.sam, story.wanda, story.ines):
            with pytest.raises(NotAllowed):
                person.traces(case)


def test_a_changed_history_is_shown_as_broken(story: Story) -> None:
    with given("an incident whose answers somebody changed in the database"):
        case = escalated(story)
        database = story.organisation.installation.database
        with database.writing() as connection:
            changed = connection.exec_driver_sql(
                "UPDATE entry_value SET value = '\"high\"' WHERE path = 'answer:impact' AND seq > 1"
            ).rowcount
        assert changed == 1
    with then("the auditor still reads it, and is told where it breaks and why"):
        told = story.otto.traces(case)
        assert told.verdict.broken is not None
        assert told.verdict.broken.seq == told.entry(f"Sam completed {LOG}").seq
        assert "answer:impact" in told.verdict.broken.reason
