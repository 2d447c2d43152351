"""Bringing every live case of a store to its end, as its people would: tasks done, events told, time passed.

Nothing here knows what a certain archive holds: it answers what is asked and goes on until nothing is live.
"""

from collections.abc import Mapping
from decimal import Decimal
from typing import Any, Final

from engine import offering, worker
from engine.acts import incidents, steering
from engine.acts.completing import complete_task
from engine.acts.starting import start_case
from engine.model.instance import Instance, Task
from engine.model.job import JobKind, JobStatus
from engine.model.person import SYSTEM, Actor
from engine.permissions import scope
from engine.reports import worklist
from engine.storage import incidents as failures
from engine.storage import instances, jobs
from engine.transaction import begin, reading
from forms.answers import Answers, accept_document
from tests.journeys.story import Case, Story
from tests.releases.processes import PROCESSES

ROUNDS: Final = 60
FIXED: Final = {"resolution_code": "fixed", "resolution": "Cleared the queue."}
ANSWERS: Final[Mapping[str, Mapping[str, Any]]] = {
    "INC_Log": {
        **{"title": "No page", "service": "general", "category": "hardware", "impact": "medium", "urgency": "medium"},
        **{"raise_priority": False, "next": "solved", **FIXED},
    },
    "INC_Diagnose": {"findings": "Queue stuck.", "result": "fixed", "cause": "defect", **FIXED},
    "INC_Answer": {"answer": "Since Monday."},
    "INC_Confirm": {"works": "yes", "satisfaction": "5"},
    "INC_Close": {"category": "hardware", "cause": "defect"},
    "INC_Warn": {"told": "It takes longer.", "agreed": "To wait."},
    "INC_BreachReview": {"breach_cause": "late", "breach_explained": "Late.", "breach_action": "Be early."},
}
"""What is answered, by task; any other task is asked what all drawn ones are."""
OTHER: Final[Mapping[str, Any]] = {"said": "Done.", "degrees": 40, "order": "A"}


def finish(story: Story) -> None:
    """Go on until no case is live. Raises AssertionError saying which cases do not end."""
    here = {instance.id for instance in live(story)}
    _begin_no_others(story)
    _begin_those_who_tell(story)
    for _ in range(ROUNDS):
        found = live(story)
        if not found:
            return
        for instance in found:
            if instance.id in here or instance.process_id in {*PROCESSES, "incident"}:
                _steer(story, instance)
                _work(story, instance.id)
            else:
                story.olga.cancels(Case(story.organisation, instance), "It began beside what was kept.")
        story.pass_time(days=1)
    raise AssertionError(f"not ended: {[(instance.number, instance.process_id) for instance in live(story)]}")


def _begin_no_others(story: Story) -> None:
    """What begins by the calendar would do so for ever."""
    with begin(story.organisation.installation, SYSTEM) as tx:
        waiting = jobs.with_status(tx.connection, JobStatus.WAITING)
        jobs.cancel_scheduled(tx, [str(job.token) for job in waiting if job.kind is JobKind.SCHEDULE])


def live(story: Story) -> list[Instance]:
    """The cases that have not ended."""
    with story.organisation.reading() as tx:
        found, _ = instances.find(tx, scope(SYSTEM), filters={}, limit=1000)
    return [instance for instance in found if instance.state == "active"]


def _begin_those_who_tell(story: Story) -> None:
    """Start the cases whose messages and signals others wait for."""
    told = [("sending", {"order": "A", "amount": Decimal(1)}), ("messages", {"order": "B"}), ("ringing", {})]
    for process_id, values in told:
        with story.organisation.acting("sam") as tx:
            start_case(tx, process_id, Answers(values=values, personal=frozenset()))
    worker.run_due(story.organisation.installation)


def _steer(story: Story, instance: Instance) -> None:
    """What an operator does for a case that cannot go on by itself."""
    organisation = story.organisation
    with organisation.reading() as tx:
        opened = failures.open_of(tx.connection, instance.id)
    with organisation.acting("olga") as tx:
        if instance.suspended_at is not None:
            steering.resume_case(tx, instance.id, "The vendor is done.")
        for failure in opened:
            incidents.retry_incident(tx, failure.id, "The other system is back.")
    worker.run_due(organisation.installation)


def _work(story: Story, instance_id: str) -> None:
    """Complete every open task of a case, those that follow as well."""
    while True:
        with story.organisation.reading() as tx:
            tasks = instances.tasks_of(tx, instance_id, state="open")
        if not tasks:
            return
        _complete(story, tasks[0])
        worker.run_due(story.organisation.installation)


def _complete(story: Story, task: Task) -> None:
    installation = story.organisation.installation
    actor = _offered(story, task)
    with reading(installation, actor) as tx:
        opened = worklist.open_task(tx, task.id)
    assert opened.form is not None, task.title
    given = accept_document(
        opened.form,
        dict(ANSWERS.get(task.element_id, OTHER)),
        context=opened.context,
        environment=opened.environment,
        choices=opened.choices,
    )
    with begin(installation, actor) as tx:
        complete_task(tx, task.id, given, opened.task.version)


def _offered(story: Story, task: Task) -> Actor:
    """Somebody who may do it; whoever claimed it first."""
    logins = sorted(story.organisation.ids, key=lambda login: story.organisation.ids[login] != task.assignee_id)
    for login in logins:
        if login == "gert":
            continue
        actor = story.organisation.actor(login)
        if offering.is_offered(actor, task):
            return actor
    raise AssertionError(f"{task.title} is offered to nobody")
