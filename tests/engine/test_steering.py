"""What operators do to running cases, on both databases: each act whole, told, and refused where it must be."""

import threading
from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from decimal import Decimal

import pytest
from structlog.testing import capture_logs

from engine import journal, worker
from engine.acts import incidents as incident_acts
from engine.acts import messaging, publishing, setting_up, steering
from engine.acts.completing import complete_task
from engine.acts.people import add_person, grant_role
from engine.acts.starting import start_case
from engine.errors import (
    CaseEnded,
    CaseSuspended,
    Conflict,
    NotAllowed,
    NotFound,
    StaleRevision,
    TaskMovedOn,
    Unacceptable,
)
from engine.installation import Installation
from engine.live import read_live
from engine.model.entry import EntryKind, instance_stream
from engine.model.incident import IncidentState
from engine.model.instance import Instance, Task
from engine.model.job import ATTEMPTS, Job, JobKind, JobStatus
from engine.model.person import SYSTEM, Actor
from engine.running import places
from engine.storage import clocks, incidents, instances, jobs, snapshots
from engine.storage import journal as entries
from engine.transaction import Transaction, begin, reading
from forms.answers import Answers
from tests.bpmn.drawing import definitions, extended, flows
from tests.storage_contract.stores import Clock

PROCESS = "repair"
LANE = "".join(
    f"<flowNodeRef>{each}</flowNodeRef>"
    for each in ("s", "ask", "late", "split", "left", "right", "both", "check", "way", "wait", "e", "never")
)
FORM = extended(formRef="note")
DIAGRAM = definitions(
    f'<message id="m" name="part arrived"/><process id="{PROCESS}" name="Repair" isExecutable="true">'
    f"{extended(numberPrefix='REP')}"
    f'<laneSet id="lanes"><lane id="desk" name="Service desk">{extended(role="service_desk")}{LANE}</lane></laneSet>'
    '<startEvent id="s" name="Begun"/>'
    f'<userTask id="ask" name="Ask">{extended(clockStart="response", clockStop="response", formRef="note")}</userTask>'
    '<boundaryEvent id="late" name="Late" attachedToRef="ask" cancelActivity="false"><timerEventDefinition>'
    "<timeDuration>PT4H</timeDuration></timerEventDefinition></boundaryEvent>"
    '<endEvent id="never" name="Told"/>'
    '<parallelGateway id="split"/>'
    f'<userTask id="left" name="Left">{FORM}</userTask><userTask id="right" name="Right">{FORM}</userTask>'
    '<parallelGateway id="both"/>'
    f'<userTask id="check" name="Check">{extended(formRef="note", assignGroup="= team")}</userTask>'
    '<intermediateCatchEvent id="wait" name="Wait"><timerEventDefinition><timeDuration>PT1H</timeDuration>'
    "</timerEventDefinition></intermediateCatchEvent>"
    '<exclusiveGateway id="way" name="Which way?" default="way_check"/><endEvent id="e" name="Done"/>'
    f"{flows('s>ask>split>left>both>check>wait>way split>right>both late>never')}"
    '<sequenceFlow id="way_e" sourceRef="way" targetRef="e">'
    '<conditionExpression>= result = "good"</conditionExpression></sequenceFlow>'
    '<sequenceFlow id="way_check" sourceRef="way" targetRef="check"/></process>'
)
NOTE = b'{"type": "default", "id": "note", "components": [{"type": "number", "key": "n", "id": "f1", "label": "N"}]}'
FILES = {
    "repair.bpmn": DIAGRAM,
    "note.form": NOTE,
    "process.toml": b'title = "Repair"\npurpose = "To be steered."\nowner = "operator"\n',
}


@dataclass(kw_only=True)
class Bench:
    """An installation with the process, an operator and somebody at the desk, and one case."""

    store: Installation
    clock: Clock
    desk: Actor
    operator: Actor
    case_id: str = ""

    def act(self, act: Callable[..., object], *arguments: object, by: Actor | None = None, **named: object) -> object:
        with begin(self.store, by or self.operator) as tx:
            return act(tx, *arguments, **named)

    def case(self) -> Instance:
        with reading(self.store, SYSTEM) as tx:
            found = instances.get(tx, self.case_id)
        assert found is not None
        return found

    def task(self, element_id: str, state: str = "open") -> Task:
        with reading(self.store, SYSTEM) as tx:
            found = [
                each for each in instances.tasks_of(tx, self.case_id, state=state) if each.element_id == element_id
            ]
        return found[-1]

    def open(self) -> list[str]:
        with reading(self.store, SYSTEM) as tx:
            return sorted(each.element_id for each in instances.tasks_of(tx, self.case_id, state="open"))

    def data(self) -> dict[str, object]:
        with reading(self.store, SYSTEM) as tx:
            live = read_live(tx, self.case())
        assert live is not None
        return dict(live.data)

    def complete(self, element_id: str, **values: object) -> None:
        task = self.task(element_id)
        answers = Answers(values=values, personal=frozenset())
        self.act(complete_task, task.id, answers, task.version, by=self.desk)

    def to_check(self) -> None:
        self.complete("ask", question="Which part?")
        self.complete("left", left=Decimal(1))
        self.complete("right", right=Decimal(2))

    def jobs(self) -> list[JobStatus]:
        with reading(self.store, SYSTEM) as tx:
            return [job.status for job in jobs.of_instance(tx.connection, self.case_id, open_only=True)]

    def last(self, kind: EntryKind) -> entries.Entry:
        with reading(self.store, SYSTEM) as tx:
            stream = instance_stream(self.case_id)
            assert journal.verify(tx, stream).consistent
            return entries.entries(tx.connection, stream, kinds=[kind])[-1]


@pytest.fixture
def bench(store: Installation, clock: Clock) -> Bench:
    with begin(store, SYSTEM) as tx:
        setting_up.begin_installation(tx)
        publishing.load_library(tx, {PROCESS: FILES})
        actors = {}
        for role in ("service_desk", "operator"):
            person = add_person(tx, login=role, name=role.title())
            grant_role(tx, person.id, role)
            actors[role] = Actor(person_id=person.id, name=person.name, roles=frozenset({role, "employee"}))
    made = Bench(store=store, clock=clock, desk=actors["service_desk"], operator=actors["operator"])
    with begin(store, made.desk) as tx:
        answers = Answers(values={"title": "Drill", "priority": "P1"}, personal=frozenset())
        made.case_id = start_case(tx, PROCESS, answers).id
    return made


# --- suspending -------------------------------------------------------------------------------------------------------


def test_a_suspended_case_refuses_people_and_lets_due_jobs_wait_until_it_is_resumed(bench: Bench) -> None:
    bench.act(steering.suspend_case, bench.case_id, "Vendor is on it")
    assert bench.case().suspended_at == bench.clock.now
    assert set(bench.jobs()) == {JobStatus.HELD}
    with pytest.raises(CaseSuspended, match="REP-1001 is suspended"):
        bench.complete("ask")
    bench.clock.forward(hours=9)
    assert worker.run_due(bench.store) == 0
    bench.act(steering.resume_case, bench.case_id, "Vendor is done")
    with reading(bench.store, SYSTEM) as tx:
        fired = entries.entries(tx.connection, instance_stream(bench.case_id), kinds=[EntryKind.TIMER_FIRED])
        assert fired == []
    worker.run_due(bench.store)
    with reading(bench.store, SYSTEM) as tx:
        fired = entries.entries(tx.connection, instance_stream(bench.case_id), kinds=[EntryKind.TIMER_FIRED])
    assert len(fired) == 1, "an overdue timer fires once"
    bench.complete("ask")
    assert bench.last(EntryKind.CASE_SUSPENDED).known == {"reason": "Vendor is on it"}
    assert bench.last(EntryKind.CASE_RESUMED).actor_id == bench.operator.person_id


def test_clocks_go_on_while_a_case_is_suspended(bench: Bench) -> None:
    with reading(bench.store, SYSTEM) as tx:
        (before,) = clocks.of_instance(tx, bench.case_id)
    bench.act(steering.suspend_case, bench.case_id, "Wait")
    bench.clock.forward(days=3)
    bench.act(steering.resume_case, bench.case_id, "Go on")
    worker.run_due(bench.store)
    with reading(bench.store, SYSTEM) as tx:
        (after,) = clocks.of_instance(tx, bench.case_id)
    assert after.breached_at == before.due_at


def test_a_message_posted_into_a_suspended_case_waits_and_is_not_failed(bench: Bench) -> None:
    bench.act(steering.suspend_case, bench.case_id, "Wait")
    bench.act(messaging.send_later, bench.case_id, "nobody waits", {}, by=SYSTEM)
    assert worker.run_due(bench.store) == 1
    assert set(bench.jobs()) == {JobStatus.HELD}
    with reading(bench.store, SYSTEM) as tx:
        assert {job.attempts_left for job in jobs.of_instance(tx.connection, bench.case_id)} == {ATTEMPTS}
    bench.act(steering.resume_case, bench.case_id, "Go on")
    assert worker.run_due(bench.store) == 1


@pytest.mark.parametrize("reason", ["", "  \n"])
def test_steering_needs_a_reason_the_permission_and_the_right_moment(bench: Bench, reason: str) -> None:
    with pytest.raises(Unacceptable, match="why"):
        bench.act(steering.suspend_case, bench.case_id, reason)
    with pytest.raises(NotAllowed):
        bench.act(steering.suspend_case, bench.case_id, "Because", by=bench.desk)
    with pytest.raises(Conflict, match="not suspended"):
        bench.act(steering.resume_case, bench.case_id, "Because")
    bench.act(steering.suspend_case, bench.case_id, "Because")
    with pytest.raises(Conflict, match="already"):
        bench.act(steering.suspend_case, bench.case_id, "Because")
    bench.act(steering.cancel_case, bench.case_id, "Over")
    assert (bench.case().state, bench.case().suspended_at, bench.jobs()) == ("cancelled", None, [])
    with pytest.raises(CaseEnded):
        bench.act(steering.resume_case, bench.case_id, "Because")


def test_a_restricted_case_cannot_be_steered_by_who_may_not_see_it(bench: Bench) -> None:
    bench.act(steering.correct_data, bench.case_id, {"restricted": True}, "Secret", seen=1)
    task = bench.task("ask")
    for act, arguments in (
        (steering.suspend_case, (bench.case_id, "x")),
        (steering.skip_task, (task.id, "x", task.version)),
        (steering.go_back_to, (task.id, "x")),
        (steering.correct_data, (bench.case_id, {}, "x")),
    ):
        with pytest.raises(NotFound):
            bench.act(act, *arguments, **({"seen": 2} if act is steering.correct_data else {}))


# --- two at once ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("rival", ["suspend", "cancel"])
@pytest.mark.parametrize("ahead", ["complete", "rival"])
def test_who_takes_the_case_first_survives(bench: Bench, rival: str, ahead: str) -> None:
    task = bench.task("ask")
    refused: list[Exception] = []
    began, finish = threading.Event(), threading.Event()

    def complete(tx: Transaction) -> None:
        complete_task(tx, task.id, Answers(values={"question": "?"}, personal=frozenset()), task.version)

    def steer(tx: Transaction) -> None:
        (steering.suspend_case if rival == "suspend" else steering.cancel_case)(tx, bench.case_id, "Stop")

    def first(act: Callable[[Transaction], None], actor: Actor) -> None:
        with begin(bench.store, actor) as tx:
            act(tx)
            began.set()
            finish.wait(20)

    def second(act: Callable[[Transaction], None], actor: Actor) -> None:
        began.wait(20)
        try:
            with begin(bench.store, actor) as tx:
                act(tx)
        except Conflict as error:
            refused.append(error)

    acts = [(complete, bench.desk), (steer, bench.operator)]
    (one, two) = acts if ahead == "complete" else acts[::-1]
    threads = [threading.Thread(target=first, args=one), threading.Thread(target=second, args=two)]
    for thread in threads:
        thread.start()
    began.wait(20)
    threads[1].join(0.3)
    assert threads[1].is_alive(), "the second waits for the first"
    finish.set()
    for thread in threads:
        thread.join(20)

    with reading(bench.store, SYSTEM) as tx:
        told = [entry.kind for entry in entries.entries(tx.connection, instance_stream(bench.case_id))]
        assert journal.verify(tx, instance_stream(bench.case_id)).consistent
    steered = EntryKind.CASE_SUSPENDED if rival == "suspend" else EntryKind.CASE_CANCELLED
    if ahead == "complete":
        assert refused == []
        assert told.index(EntryKind.TASK_COMPLETED) < told.index(steered)
        assert bench.task("ask", "completed").id == task.id
        assert bench.open() == (["left", "right"] if rival == "suspend" else [])
    else:
        assert [type(error) for error in refused] == [CaseSuspended if rival == "suspend" else TaskMovedOn]
        assert EntryKind.TASK_COMPLETED not in told
        assert bench.open() == (["ask"] if rival == "suspend" else [])
    case = bench.case()
    assert (case.state, case.suspended_at is not None) == (
        ("active", True) if rival == "suspend" else ("cancelled", False)
    )


# --- going back, skipping, moving -------------------------------------------------------------------------------------


def test_going_back_opens_the_task_anew_and_withdraws_what_came_after(bench: Bench) -> None:
    first = bench.task("ask")
    bench.to_check()
    assert bench.data() == {**bench.data(), "question": "Which part?", "left": 1, "right": 2}
    bench.act(steering.go_back_to, first.id, "Asked the wrong thing")
    assert bench.open() == ["ask"]
    again = bench.task("ask")
    assert (again.id == first.id, again.token == first.token) == (False, False)
    assert bench.task("check", "withdrawn").ended_at == bench.clock.now
    assert bench.data().keys() & {"question", "left", "right"} == set()
    told = bench.last(EntryKind.CASE_WENT_BACK)
    assert told.known["reason"] == "Asked the wrong thing"
    assert told.facts["here"] == ["ask"]
    assert bench.last(EntryKind.TASK_COMPLETED).known["answer:right"] == 2, "earlier answers stay"
    assert bench.jobs().count(JobStatus.WAITING) >= 1, "the boundary timer runs again"
    bench.to_check()
    bench.complete("check", result="good")
    assert bench.open() == []


def test_going_back_leaves_alone_what_waited_then_and_waits_still(bench: Bench) -> None:
    bench.complete("ask")
    right = bench.task("right")
    left = bench.task("left")
    bench.complete("left", left=Decimal(1))
    bench.act(steering.go_back_to, left.id, "Not so")
    assert bench.open() == ["left", "right"]
    assert bench.task("right") == right
    bench.complete("right")
    bench.complete("left")
    assert bench.open() == ["check"]


def test_timers_begin_anew_when_a_case_goes_back(bench: Bench) -> None:
    task = bench.task("ask")
    bench.clock.forward(hours=1)
    bench.complete("ask")
    bench.clock.forward(hours=5)
    bench.act(steering.go_back_to, task.id, "Once more")
    assert worker.run_due(bench.store) == 0, "the timer that was due meanwhile is not overdue at once"
    with reading(bench.store, SYSTEM) as tx:
        dues = [job.due_at for job in jobs.of_instance(tx.connection, bench.case_id, open_only=True) if job.token]
    assert bench.clock.now + timedelta(hours=4) in dues


def test_only_what_is_kept_can_be_gone_back_to(bench: Bench) -> None:
    task = bench.task("ask")
    with pytest.raises(Conflict, match="no longer kept"):
        bench.act(steering.go_back_to, task.id, "No")
    bench.complete("ask")
    bench.clock.forward(days=91)
    with pytest.raises(Conflict, match="no longer kept"):
        bench.act(steering.go_back_to, task.id, "No")
    with begin(bench.store, SYSTEM) as tx:
        snapshots.drop_old(tx)
        assert snapshots.kept(tx, bench.case_id) == []


def test_a_case_keeps_a_bounded_number_of_states_and_none_after_its_end(bench: Bench) -> None:
    bench.complete("ask")
    with begin(bench.store, SYSTEM) as tx:
        task = instances.tasks_of(tx, bench.case_id)[0]
        for slot in range(3 * snapshots.SLOTS):
            snapshots.keep(tx, task, slot=slot, state=b"x")
        snapshots.keep(tx, task, slot=7, state=b"x" * (snapshots.LARGEST + 1))
        assert len(snapshots.kept(tx, bench.case_id)) == snapshots.SLOTS
    bench.act(steering.cancel_case, bench.case_id, "Over")
    with reading(bench.store, SYSTEM) as tx:
        assert snapshots.kept(tx, bench.case_id) == []


def test_skipping_a_task_goes_on_without_answers_and_can_be_gone_back_from(bench: Bench) -> None:
    task = bench.task("ask")
    with pytest.raises(TaskMovedOn):
        bench.act(steering.skip_task, task.id, "Known", task.version + 1)
    bench.act(steering.skip_task, task.id, "Known", task.version)
    skipped = bench.task("ask", "skipped")
    assert (skipped.ended_by, skipped.assignee_id) == (bench.operator.person_id, None)
    assert bench.open() == ["left", "right"]
    assert bench.last(EntryKind.TASK_SKIPPED).facts["element"] == "ask"
    with pytest.raises(TaskMovedOn):
        bench.act(steering.skip_task, task.id, "Again", task.version)
    bench.act(steering.go_back_to, task.id, "It was not known")
    assert bench.open() == ["ask"]


def _timer_jobs(bench: Bench) -> list[Job]:
    with reading(bench.store, SYSTEM) as tx:
        return [job for job in jobs.of_instance(tx.connection, bench.case_id) if job.kind is JobKind.TIMER]


def place(bench: Bench, element_id: str) -> str:
    with reading(bench.store, SYSTEM) as tx:
        live = read_live(tx, bench.case())
        assert live is not None
        return next(each.token for each in places(live) if each.element_id == element_id)


def test_moving_takes_the_whole_activity_away_and_enters_the_other(bench: Bench) -> None:
    bench.act(steering.redirect_case, bench.case_id, place(bench, "ask"), "check", "Nothing to ask")
    assert bench.open() == ["check"]
    assert bench.task("ask", "withdrawn")
    told = bench.last(EntryKind.CASE_REDIRECTED)
    assert (told.facts["element"], told.facts["target"]) == ("ask", "check")
    assert JobStatus.WAITING not in [job.status for job in _timer_jobs(bench)], (
        "the boundary timer went with its activity"
    )
    bench.complete("check", result="good")
    bench.act(steering.redirect_case, bench.case_id, place(bench, "wait"), "e", "Enough")
    assert bench.case().state == "completed"


def test_a_case_is_not_moved_where_it_would_hang(bench: Bench) -> None:
    token = place(bench, "ask")
    for target in ("both", "s", "late", "nowhere"):
        with pytest.raises(Unacceptable, match="cannot be put there"):
            bench.act(steering.redirect_case, bench.case_id, token, target, "Try")
    with pytest.raises(Conflict):
        bench.act(steering.redirect_case, bench.case_id, "unknown", "check", "Try")
    assert bench.open() == ["ask"]


# --- data and deadlines -----------------------------------------------------------------------------------------------


def test_corrected_data_is_told_with_old_and_new(bench: Bench) -> None:
    seen = bench.case().version
    bench.act(
        steering.correct_data,
        bench.case_id,
        {"title": "Driller", "amount": Decimal("1.50"), "list": [None, True]},
        "Typing error",
        seen=seen,
        removed=["priority"],
    )
    assert bench.case().title == "Driller"
    assert bench.data()["amount"] == Decimal("1.50")
    assert "priority" not in bench.data()
    told = bench.last(EntryKind.CASE_CORRECTED)
    assert told.known == {
        "reason": "Typing error",
        "old:title": "Drill",
        "old:priority": "P1",
        "data:title": "Driller",
        "data:amount": Decimal("1.50"),
        "data:list": [None, True],
    }
    with pytest.raises(StaleRevision):
        bench.act(steering.correct_data, bench.case_id, {"title": "x"}, "Late", seen=seen)
    with pytest.raises(Unacceptable, match="Nothing was changed"):
        bench.act(steering.correct_data, bench.case_id, {"title": "Driller"}, "Same", seen=seen + 1)
    with pytest.raises(Unacceptable, match="case"):
        bench.act(steering.correct_data, bench.case_id, {"case": "x"}, "Reserved", seen=seen + 1)


def test_a_deadline_is_set_with_a_reason(bench: Bench) -> None:
    with reading(bench.store, SYSTEM) as tx:
        (before,) = clocks.of_instance(tx, bench.case_id)
    bench.act(steering.set_deadline, bench.case_id, before.id, before.budget * 2, "Agreed with the customer")
    with reading(bench.store, SYSTEM) as tx:
        (after,) = clocks.of_instance(tx, bench.case_id)
    assert after.budget == before.budget * 2
    assert after.due_at is not None
    assert before.due_at is not None
    assert after.due_at > before.due_at
    assert bench.last(EntryKind.CLOCK_RETARGETED).known == {"reason": "Agreed with the customer"}
    with pytest.raises(NotFound):
        bench.act(steering.set_deadline, bench.case_id, "unknown", before.budget, "x")


# --- incidents --------------------------------------------------------------------------------------------------------


@pytest.fixture
def stuck(bench: Bench) -> Bench:
    """A case whose timer fired, and led to a task that is bound to nobody."""
    bench.to_check()
    bench.complete("check", team=Decimal(5))
    bench.clock.forward(hours=1)
    with capture_logs():
        worker.run_due(bench.store)
    return bench


def opened(bench: Bench) -> list[str]:
    with reading(bench.store, SYSTEM) as tx:
        return [each.id for each in incidents.open_of(tx.connection, bench.case_id)]


def test_a_case_that_cannot_move_in_the_background_is_an_incident_and_goes_on_once_mended(stuck: Bench) -> None:
    with reading(stuck.store, SYSTEM) as tx:
        (incident,) = incidents.open_of(tx.connection, stuck.case_id)
        assert incidents.count_open(tx.connection) == 1
    assert (incident.element_id, incident.attempts) == ("check", 1)
    assert "must give ids" in incident.message
    assert stuck.last(EntryKind.INCIDENT_OPENED).facts["element"] == "check"
    stuck.act(steering.correct_data, stuck.case_id, {"result": "good"}, "It was", seen=stuck.case().version)
    assert opened(stuck) == [incident.id], "it waits at the timer still"
    stuck.act(incident_acts.retry_incident, incident.id, "Corrected")
    assert opened(stuck) == []
    worker.run_due(stuck.store)
    assert stuck.case().state == "completed"
    told = stuck.last(EntryKind.INCIDENT_RESOLVED)
    assert (told.facts["resolution"], told.known) == ("retried", {"reason": "Corrected"})
    with pytest.raises(Conflict, match="resolved meanwhile"):
        stuck.act(incident_acts.retry_incident, incident.id, "Again")


def test_what_fails_again_is_another_incident(stuck: Bench) -> None:
    (first,) = opened(stuck)
    stuck.act(incident_acts.retry_incident, first, "Perhaps")
    with capture_logs():
        worker.run_due(stuck.store)
    (second,) = opened(stuck)
    assert second != first


def test_an_incident_is_skipped_with_a_reason_by_operators_only(stuck: Bench) -> None:
    (incident,) = opened(stuck)
    with pytest.raises(NotAllowed):
        stuck.act(incident_acts.skip_incident, incident, "x", by=stuck.desk)
    with pytest.raises(Unacceptable):
        stuck.act(incident_acts.skip_incident, incident, " ")
    with pytest.raises(Unacceptable, match="Only this timer moves the case on"):
        stuck.act(incident_acts.skip_incident, incident, "No matter")
    assert opened(stuck) == [incident]


@pytest.mark.parametrize("how", ["moved", "back", "cancelled"])
def test_an_incident_is_over_when_the_case_no_longer_waits_there(stuck: Bench, how: str) -> None:
    (incident,) = opened(stuck)
    if how == "moved":
        stuck.act(steering.redirect_case, stuck.case_id, place(stuck, "wait"), "left", "Again")
    elif how == "back":
        stuck.act(steering.go_back_to, stuck.task("check", "completed").id, "Again")
    else:
        stuck.act(steering.cancel_case, stuck.case_id, "Over")
    with reading(stuck.store, SYSTEM) as tx:
        found = incidents.get(tx, incident)
    assert found is not None
    assert found.state is IncidentState.OVER


def test_an_incident_of_a_suspended_case_is_tried_again_when_it_is_resumed(stuck: Bench) -> None:
    (incident,) = opened(stuck)
    stuck.act(steering.suspend_case, stuck.case_id, "Look")
    stuck.act(steering.correct_data, stuck.case_id, {"result": "good"}, "Mended", seen=stuck.case().version)
    stuck.act(incident_acts.retry_incident, incident, "Mended")
    assert worker.run_due(stuck.store) == 0
    stuck.act(steering.resume_case, stuck.case_id, "Mended")
    worker.run_due(stuck.store)
    assert stuck.case().state == "completed"
