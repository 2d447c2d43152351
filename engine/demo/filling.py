"""Fills an empty installation with the demo, through the real acts and with a clock that runs from the past to now."""

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from functools import partial
from typing import Any

from bpmn.library import shipped, shipped_record_types
from engine import worker
from engine.acts import claiming, commenting, completing, linking, messaging, people, records, setting_up, starting
from engine.acts.incidents import open_incident
from engine.acts.publishing import load_library
from engine.acts.record_types import load_record_types
from engine.acts.signing_in import load_actor
from engine.demo.history import PROCESSES, WEEKS
from engine.demo.holdings import LATER, MORE
from engine.demo.keeping import RECORDS, Keeper
from engine.demo.living import Living
from engine.demo.organisation import CALENDARS, PEOPLE, services
from engine.demo.stories import STORIES, Deed, Story
from engine.installation import Installation
from engine.model.identity import new_id
from engine.model.job import Job, JobKind
from engine.model.message import Message
from engine.model.person import SYSTEM, Actor
from engine.reports import cases, catalogue, worklist
from engine.storage import instances, jobs
from engine.storage import people as person_rows
from engine.storage import records as record_rows
from engine.transaction import begin, reading
from forms.answers import Answers, accept_document

NOTHING = Answers(values={}, personal=frozenset())


class _Past:
    """The clock of the demo while it is filled."""

    def __init__(self, now: datetime) -> None:
        self.now = now

    def __call__(self) -> datetime:
        return self.now


def fill(installation: Installation, progress: Callable[[str], None] = lambda _: None) -> bool:
    """Fill an empty installation; False when there are people already."""
    with reading(installation, SYSTEM) as tx:
        if person_rows.count(tx):
            return False
    present = installation.clock().astimezone(UTC)
    clock = _Past(present - timedelta(weeks=WEEKS))
    past = replace(installation, clock=clock, memory={}, settings=replace(installation.settings, smtp=None))
    progress("people and services")
    ids = _organise(past)
    keeper, living = Keeper(past, present, ids), Living(past, clock, ids)
    stories = present - timedelta(hours=240)
    for record in (*RECORDS, *(each for each in MORE if each.days_ago is None)):
        keeper.add(record)
    progress(f"{len(RECORDS) + len(MORE)} records")
    progress(f"{living.live(clock.now, stories, present, _kept(keeper, present))} cases of the weeks before")
    for problem in living.undone:
        progress(f"not done: {problem}")
    clock.now = stories
    with begin(past, SYSTEM) as tx:
        setting_up.prepare(tx)
    teller = _Teller(past, clock, present)
    for at, tell in teller.course():
        clock.now = at
        worker.run_due(past)
        tell()
        worker.run_due(past)
    progress(f"{len(STORIES)} cases")
    clock.now = present
    worker.run_due(past)
    _undelivered(past)
    _unawaited(past)
    return True


def _kept(keeper: Keeper, present: datetime) -> list[tuple[datetime, Callable[[], None]]]:
    """Give what became of records in the weeks before, in the order of time."""
    added = [(each.days_ago, partial(keeper.add, each)) for each in MORE if each.days_ago is not None]
    changed = [(each.days_ago, partial(keeper.change, each.name, each.by, each.state, each.values)) for each in LATER]
    events = [(present - timedelta(days=days), deed) for days, deed in (*added, *changed)]
    return sorted(events, key=lambda event: event[0])


def _undelivered(past: Installation) -> None:
    """An incident for the operator: a mail that the mail server refused for good."""
    problem = "The mail server refused the mail: 550 5.1.1 there is no mailbox of that name."
    with begin(past, SYSTEM) as tx:
        payload = {
            "to": "reception@demo.example",
            "name": "Reception",
            "person": None,
            "subject": "Maintenance on Saturday",
            "text": "The telephones are off from 8:00 to 10:00.",
            "html": None,
        }
        job = Job.new(JobKind.MAIL, due_at=tx.now(), now=tx.now(), payload=payload)
        refused = replace(job, attempt=1, attempts_left=job.attempts_left - 1)
        jobs.add(tx, [refused])
        jobs.failed(tx, refused, problem, None)
        open_incident(tx, refused, problem, None)


def _unawaited(past: Installation) -> None:
    """A message that no case waits for, as one that came too early."""
    with begin(past, SYSTEM) as tx:
        message = Message(
            id=new_id(),
            name="supplier.delivered",
            key="PO-2207",
            message_id="delivery-4411",
            payload={"items": 3, "complete": True, "note": "Left at the reception"},
            sender_id=None,
            element_id=None,
            thrown_at=tx.now(),
            expires_at=tx.now() + timedelta(days=30),
        )
        carried = {"message": message.document()}
        jobs.add(tx, [Job.new(JobKind.ROUTE, due_at=tx.now(), now=tx.now(), payload=carried)])


def _organise(past: Installation) -> dict[str, str]:
    with begin(past, SYSTEM) as tx:
        setting_up.begin_installation(tx)
        ids = {}
        for somebody in PEOPLE:
            email = f"{somebody.login}@demo.example"
            person = people.add_person(tx, login=somebody.login, name=somebody.name, email=email, zone="Europe/Berlin")
            ids[somebody.login] = person.id
            for role in somebody.roles:
                people.grant_role(tx, person.id, role, reason=somebody.job)
        for calendar in CALENDARS:
            records.save_calendar(tx, calendar, seen=calendar.version)
        for service in services(ids):
            records.save_service(tx, service, seen=0)
        general = record_rows.service(tx, "general")
        if general is not None:
            records.save_service(tx, replace(general, owner_id=ids["kofi"]), seen=general.version)
        load_record_types(tx, shipped_record_types())
        load_library(tx, {name: files for name, files in shipped().items() if name in PROCESSES})
    return ids


class _Teller:
    """Does what the stories tell, each deed by its person."""

    def __init__(self, past: Installation, clock: _Past, present: datetime) -> None:
        self._past = past
        self._clock = clock
        self._present = present
        self._numbers: dict[int, str] = {}

    def course(self) -> list[tuple[datetime, Callable[[], None]]]:
        """Give everything that happens, in the order of time."""
        events: list[tuple[datetime, Callable[[], None]]] = []
        for index, story in enumerate(STORIES):
            events.append((self._at(story.hours_ago), self._reporting(index, story)))
            events += [(self._at(deed.hours_ago), self._doing(index, deed)) for deed in story.deeds]
        return sorted(events, key=lambda event: event[0])

    def _at(self, hours_ago: float) -> datetime:
        return self._present - timedelta(hours=hours_ago)

    def _actor(self, login: str) -> Actor:
        with reading(self._past, SYSTEM) as tx:
            found = person_rows.by_login(tx, login)
            loaded = load_actor(tx, found[0].id) if found else None
        if loaded is None:
            raise LookupError(login)
        return loaded[1]

    def _reporting(self, index: int, story: Story) -> Callable[[], None]:
        def report() -> None:
            actor = self._actor(story.who)
            with reading(self._past, actor) as tx:
                asked = catalogue.start_form(tx, "incident")
            answers = NOTHING
            if asked.form is not None:
                answers = accept_document(
                    asked.form,
                    story.report,
                    context=asked.context,
                    environment=asked.environment,
                    choices=asked.choices,
                )
            with begin(self._past, actor) as tx:
                self._numbers[index] = starting.start_case(tx, "incident", answers).number

        return report

    def _doing(self, index: int, deed: Deed) -> Callable[[], None]:
        def do() -> None:
            actor = self._actor(deed.who)
            number = self._numbers[index]
            with reading(self._past, actor) as tx:
                instance = cases.visible_instance(tx, number)
                open_tasks = instances.tasks_of(tx, instance.id, state="open")
            task = next((task for task in open_tasks if task.element_id == deed.element), None)
            if deed.what == "comment":
                with begin(self._past, actor) as tx:
                    commenting.comment(tx, instance.id, deed.text)
            elif deed.what == "link":
                other = next(at for at, story in enumerate(STORIES) if story.report["title"] == deed.text)
                with begin(self._past, actor) as tx:
                    linking.link_cases(tx, instance.id, deed.element, self._numbers[other])
            elif deed.what == "send":
                with begin(self._past, actor) as tx:
                    messaging.send_offered_message(tx, instance.id, deed.element, NOTHING)
            elif task is None:
                raise LookupError(f"{number} has no open task at {deed.element}")
            elif deed.what == "claim":
                with begin(self._past, actor) as tx:
                    claiming.claim(tx, task.id)
            else:
                self._complete(actor, task.id, deed)

        return do

    def _complete(self, actor: Actor, task_id: str, deed: Deed) -> None:
        with reading(self._past, actor) as tx:
            opened = worklist.open_task(tx, task_id)
        answers = NOTHING
        if opened.form is not None:
            answers = accept_document(
                opened.form,
                self._filled(opened, deed),
                context=opened.context,
                environment=opened.environment,
                choices=opened.choices,
            )
        with begin(self._past, actor) as tx:
            completing.complete_task(tx, task_id, answers, opened.task.version)

    @staticmethod
    def _filled(opened: worklist.OpenTask, deed: Deed) -> dict[str, Any]:
        """Give what the page would send: the fields as they came filled in, with the person's answers over them."""
        known = opened.form.known(opened.context) if opened.form else {}
        return {**known, **(deed.answers or {})}
