"""Two people, or a person and the worker, at the same place of a case at the same time: exactly one effect each."""

from collections.abc import Callable, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import suppress
from threading import Barrier, Event
from typing import Any

import pytest

from engine import worker
from engine.acts import publishing
from engine.acts.completing import complete_task
from engine.errors import CaseEnded, Conflict, TaskAlreadyDone, TaskMovedOn
from engine.model.instance import Task
from engine.model.person import SYSTEM
from engine.transaction import begin
from forms.answers import Answers
from tests.bpmn.drawing import definitions, extended, flows
from tests.faults import invariants
from tests.journeys.story import Case, Person, Story
from tests.journeys.test_incident_journey import CLOSE, CONFIRM, DIAGNOSE, FIXED, PRINTER, WARN, escalated, fixed
from tests.parts.organisation import Organisation

SOLVED: dict[str, Any] = {"findings": "Found it.", "result": "fixed", "cause": "defect", **FIXED}


@pytest.fixture
def story(organisation: Organisation) -> Story:
    return Story(organisation)


def at_once(*deeds: Callable[[], Any]) -> list[Any]:
    """Start all of these in the same moment; gives what each returned or the conflict it met."""
    barrier = Barrier(len(deeds))

    def run(deed: Callable[[], Any]) -> Any:
        barrier.wait()
        try:
            return deed()
        except Conflict as conflict:
            return conflict

    with ThreadPoolExecutor(len(deeds)) as pool:
        return [future.result(timeout=30) for future in [pool.submit(run, deed) for deed in deeds]]


def conflicts(outcomes: Sequence[Any]) -> list[Conflict]:
    return [outcome for outcome in outcomes if isinstance(outcome, Conflict)]


@pytest.mark.parametrize("attempt", range(3))
def test_one_task_four_people(story: Story, attempt: int) -> None:
    case = escalated(story, group="support_network")
    people = [story.nina, story.nils] * 2
    pages = [person.opens(case.task(DIAGNOSE)) for person in people]
    outcomes = at_once(*(lambda p=p, t=t: p.hands_in(t, **SOLVED) for p, t in zip(people, pages, strict=True)))

    assert len(conflicts(outcomes)) == 3
    assert {type(each) for each in conflicts(outcomes)} <= {TaskAlreadyDone, TaskMovedOn}
    assert [task.title for task in case.tasks("completed")].count(DIAGNOSE) == 1
    assert set(case.waits_for) == {CONFIRM}
    invariants.check(story.organisation.installation)


def held(person: Person, task: Task, *, commits: bool) -> tuple[Event, Event, Future[None]]:
    """Somebody completes a task and stays between his last statement and the commit until told to go on."""
    answers = Answers(values=dict(SOLVED), personal=frozenset())
    reached, go = Event(), Event()

    def complete() -> None:
        with person.organisation.acting(person.login) as tx:
            complete_task(tx, task.id, answers, task.version)
            reached.set()
            assert go.wait(20)
            if not commits:
                raise RuntimeError("it came to nothing")

    pool = ThreadPoolExecutor(1)
    future = pool.submit(complete)
    pool.shutdown(wait=False)
    return reached, go, future


@pytest.mark.parametrize("commits", [True, False], ids=["first commits", "first fails"])
def test_whoever_comes_second_waits_for_the_first(story: Story, commits: bool) -> None:
    case = escalated(story, group="support_network")
    page = story.nils.opens(case.task(DIAGNOSE))
    reached, go, first = held(story.nina, page.task, commits=commits)
    assert reached.wait(20)
    with ThreadPoolExecutor(1) as pool:
        second = pool.submit(story.nils.hands_in, page, **SOLVED)
        with suppress(TimeoutError):
            second.result(timeout=0.3)
            pytest.fail("the second did not wait")
        go.set()
        if commits:
            first.result(timeout=20)
            with pytest.raises(TaskAlreadyDone, match="by Nina"):
                second.result(timeout=20)
        else:
            with pytest.raises(RuntimeError, match="came to nothing"):
                first.result(timeout=20)
            second.result(timeout=20)
    (done,) = [task for task in case.tasks("completed") if task.title == DIAGNOSE]
    assert done.ended_by == (story.nina if commits else story.nils).id
    invariants.check(story.organisation.installation)


BOTH = {
    "both.bpmn": definitions(
        '<process id="both" name="Both" isExecutable="true">'
        '<laneSet id="lanes"><lane id="desk" name="Service desk">'
        + extended(role="service_desk")
        + "".join(f"<flowNodeRef>{node}</flowNodeRef>" for node in ("s", "split", "a", "b", "join", "c", "e"))
        + '</lane></laneSet><startEvent id="s" name="Begun"/><parallelGateway id="split"/>'
        '<userTask id="a" name="First">' + extended(formRef="note") + '</userTask><userTask id="b" name="Second">'
        "" + extended(formRef="note") + '</userTask><parallelGateway id="join"/>'
        '<userTask id="c" name="Third">' + extended(formRef="note") + '</userTask><endEvent id="e" name="Done"/>'
        f"{flows('s>split>a>join>c>e split>b>join')}</process>"
    ),
    "note.form": b'{"type": "default", "id": "note", "components": ['
    b'{"type": "textfield", "key": "note", "id": "f1", "label": "Note"}]}',
    "process.toml": b'title = "Both"\npurpose = "Two at once."\nowner = "service_desk"\n',
}


@pytest.mark.parametrize("attempt", range(3))
def test_sibling_tasks_before_a_join_both_succeed(story: Story, attempt: int) -> None:
    with begin(story.organisation.installation, SYSTEM) as tx:
        publishing.load_library(tx, {"both": BOTH})
    case = story.sam.reports("both")
    first, second = story.sam.opens(case.task("First")), story.dora.opens(case.task("Second"))
    outcomes = at_once(
        lambda: story.sam.hands_in(first, note="one"), lambda: story.dora.hands_in(second, note="the other")
    )

    assert conflicts(outcomes) == []
    assert set(case.waits_for) == {"Third"}
    assert case.now.version == 3
    invariants.check(story.organisation.installation)


def test_two_branches_of_an_incident_both_go_on(story: Story) -> None:
    case = escalated(story)
    story.it_is("2026-11-25 11:30")
    work, warn = story.wanda.opens(case.task(DIAGNOSE)), story.ines.opens(case.task(WARN))
    outcomes = at_once(
        lambda: story.wanda.hands_in(work, **SOLVED), lambda: story.ines.hands_in(warn, told="Late.", agreed="Wait.")
    )

    assert conflicts(outcomes) == []
    assert set(case.waits_for) == {CONFIRM}
    invariants.check(story.organisation.installation)


@pytest.mark.parametrize("attempt", range(3))
def test_completing_and_cancelling(story: Story, attempt: int) -> None:
    case = escalated(story)
    page = story.wanda.opens(case.task(DIAGNOSE))
    completed, cancelled = at_once(
        lambda: story.wanda.hands_in(page, **SOLVED), lambda: story.olga.cancels(case, "Not needed.")
    )

    assert not isinstance(cancelled, Conflict), "cancelling finds the case wherever it stands"
    assert isinstance(completed, TaskMovedOn | CaseEnded) or completed.version < cancelled.version
    assert case.now.state == "cancelled"
    assert case.tasks() == []
    invariants.check(story.organisation.installation)


@pytest.mark.parametrize("attempt", range(3))
def test_confirming_while_the_time_is_up(story: Story, attempt: int) -> None:
    case = fixed(story)
    page = story.carla.opens(case.task(CONFIRM))
    story.it_is("2026-11-30 08:59")
    story.organisation.clock.forward(minutes=1)
    confirmed, _ = at_once(
        lambda: story.carla.hands_in(page, works="yes"), lambda: worker.run_due(story.organisation.installation)
    )

    late = isinstance(confirmed, Conflict)
    assert set(case.waits_for) == (set() if late else {CLOSE}), "one of the two went on, once"
    ended = {task.state for state in ("completed", "withdrawn") for task in case.tasks(state) if task.title == CONFIRM}
    assert ended == {"withdrawn" if late else "completed"}
    invariants.check(story.organisation.installation)


def test_two_reports_at_once_get_two_numbers(story: Story) -> None:
    outcomes: list[Case] = at_once(*(lambda: story.carla.reports(**PRINTER) for _ in range(4)))
    assert len({case.number for case in outcomes}) == 4
    invariants.check(story.organisation.installation)
