"""Plays an owner's scenario through the real pages: each act by the person whose it is, in one browser."""

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from playwright.sync_api import Page

from bpmn.beginning import beginnings
from bpmn.compiling import CompiledProcess
from bpmn.records import SOURCE
from bpmn.scenarios import Scenario, Sending
from engine import duties, offering, worker
from engine.acts.signing_in import load_actor
from engine.demo import PEOPLE
from engine.installation import Installation
from engine.live import compiled
from engine.model.entry import instance_stream
from engine.model.identity import new_id
from engine.model.instance import Instance, Task
from engine.model.job import Job, JobKind
from engine.model.message import Message
from engine.model.person import SYSTEM, Actor
from engine.permissions import scope
from engine.rehearsing.playing import KEPT
from engine.rehearsing.script import Script
from engine.rehearsing.stage import welcome_records
from engine.reports import cases, catalogue, worklist
from engine.storage import incidents, instances, jobs, journal, messages, publications
from engine.transaction import begin, reading
from forms.data import Value
from forms.definition import ChoiceField, FormDefinition, walk
from tests.browser.filling import Question, entries, fill
from tests.browser.served import House

TURNS = 150
LOGINS = [somebody.login for somebody in PEOPLE]
Look = Callable[[str], None]


@dataclass(kw_only=True)
class Player:
    """Plays one scenario; `look` is called with the element whose form stands filled in on the page."""

    page: Page
    house: House
    installation: Installation
    process_id: str
    scenario: Scenario
    look: Look = lambda _: None
    case_id: str = ""
    number: str = ""
    done: list[str] = field(default_factory=list)
    """The user tasks of the case completed on pages, in order."""
    beside: list[str] = field(default_factory=list)
    """Those of cases that its messages began."""
    before: frozenset[str] = frozenset()
    claimed: bool = False
    actors: dict[str, Actor] = field(default_factory=dict)

    def play(self) -> None:
        """Begin the case and do what there is to do until it has ended."""
        self.script = Script(self.scenario)
        self._begin()
        for _ in range(TURNS):
            worker.run_due(self.installation)
            self._no_incident()
            if all(case.state != "active" for case in self.family):
                return
            if not (self._send_now() or self._task() or self._send_to_who_waits() or self._jump()):
                break
        raise AssertionError(f"{self.number} waits for ever; done so far: {self.done}; open: {self._open_tasks()}")

    @property
    def family(self) -> list[Instance]:
        """The cases of the process that began since, as they are now: the first, and those that its messages began."""
        with reading(self.installation, SYSTEM) as tx:
            there = cases.find_cases(tx, cases.CaseQuery(process=self.process_id)).rows
        return [row.instance for row in reversed(there) if row.instance.id not in self.before]

    @property
    def process(self) -> CompiledProcess:
        """What it runs on."""
        with reading(self.installation, SYSTEM) as tx:
            record = publications.released(tx, self.process_id)
            assert record is not None
            return compiled(tx, record.id)

    def entered(self, case_id: str = "") -> set[str]:
        """The elements that the cases, or one of them, entered."""
        streams = [instance_stream(case_id or case.id) for case in self.family]
        with reading(self.installation, SYSTEM) as tx:
            told = [entry for stream in streams for entry in journal.entries(tx.connection, stream)]
        return {str(move[1]) for entry in told for move in entry.facts.get("moves") or () if move[0] == "enter"}

    def _no_incident(self) -> None:
        with reading(self.installation, SYSTEM) as tx:
            found = incidents.find(tx.connection, is_open=True, limit=100)
        own = {case.id for case in self.family}
        assert not [each.message for each in found if each.instance_id in own]

    # Who does it

    def _actor(self, login: str) -> Actor:
        if login not in self.actors:
            with reading(self.installation, SYSTEM) as tx:
                loaded = load_actor(tx, self.house.people[login])
            assert loaded is not None
            self.actors[login] = loaded[1]
        return self.actors[login]

    def _doer(self, task: Task) -> str:
        """The first person of the demonstration who may do the task, duties kept apart."""
        for login in LOGINS:
            actor = self._actor(login)
            if offering.may_complete(actor, task):
                with reading(self.installation, actor) as tx:
                    instance = instances.get(tx, task.instance_id)
                    assert instance is not None
                    diagram = compiled(tx, instance.publication_id).diagram
                    if not duties.kept_apart(tx, actor.person_id, [(task, instance, diagram)]):
                        return login
        raise AssertionError(
            f"nobody of the demonstration may do “{task.title}” ({task.audience.text or task.person_id})"
        )

    # How it begins

    def _begin(self) -> None:
        self.before = frozenset(case.id for case in self.family)
        start = offering.start_event(self.process.process)
        if start is not None and self.scenario.start in (None, start.id):
            self._start(start.properties.get("formRef"))
        else:
            self._cause()
        assert self.family, f"no case of {self.process_id} began"
        self.case_id, self.number = self.family[0].id, self.family[0].number

    def _start(self, form: str | None) -> None:
        """Fill in the form that starts the process, from the page of what can be started."""
        named = str(self.scenario.data.get("caller", ""))
        order = [named, *LOGINS] if named in LOGINS else LOGINS
        login = next(each for each in order if offering.may_start(self._actor(each), self.process))
        self._sit(login, "/start")
        self.page.locator(f'main a[href="/start/{self.process_id}"]').click()
        with reading(self.installation, self._actor(login)) as tx:
            asked = catalogue.start_form(tx, self.process_id)
        data = {name: value for name, value in self.scenario.data.items() if name != "caller"}
        self._answer(asked, data, lambda: self._again(login))
        self.look(form or "start")
        self._press("Send request", "/cases/")

    def _again(self, login: str) -> Question:
        with reading(self.installation, self._actor(login)) as tx:
            return catalogue.start_form(tx, self.process_id)

    def _cause(self) -> None:
        """Have another process begin it, by the message it waits for."""
        found = [each for each in beginnings(self.process.process) if each.kind == "message"]
        wanted = [each for each in found if self.scenario.start in (None, each.element.id)]
        assert wanted, f"{self.process_id}: {self.scenario.start} is no message and no form"
        payload = dict(self.scenario.data)
        if payload.get("caller") not in LOGINS:
            payload["caller"] = LOGINS[0]  # scenarios name people whom only they know
        self._hand_in(Sending(kind="message", name=wanted[0].name, payload=payload))
        worker.run_due(self.installation)

    # Tasks

    def _open_tasks(self) -> list[Task]:
        family = self.family
        with reading(self.installation, SYSTEM) as tx:
            found = [task for case in family for task in instances.tasks_of(tx, case.id, state="open")]
        return sorted(found, key=lambda one: (one.created_at, one.id))

    def _task(self) -> bool:
        for task in self._open_tasks():
            if self.script.ready_at(task) <= self.house.clock.now:
                given = self.script.answer(task)
                if given is not None:
                    self._complete(task, given)
                    return True
        return False

    def _complete(self, task: Task, given: Mapping[str, Value]) -> None:
        login = self._doer(task)
        self._open(task, login)

        def asked() -> Question:
            with reading(self.installation, self._actor(login)) as tx:
                return worklist.open_task(tx, task.id)

        self._answer(asked(), given, asked)
        self.look(task.element_id)
        self._press("Complete task", None)
        self.page.get_by_text(re.compile("^Done: ")).wait_for()
        (self.done if task.instance_id == self.case_id else self.beside).append(task.element_id)

    def _open(self, task: Task, login: str) -> None:
        """Open the task from the work list; the first one of a group is claimed there, others are done unclaimed."""
        free = task.assignee_id is None and task.person_id is None
        self._sit(login, f"/work?view={'groups' if free else 'mine'}&process={self.process_id}")
        row = self.page.locator("tr[data-row]").filter(has=self.page.locator(f'a[href="/tasks/{task.id}"]'))
        if free and not self.claimed:
            self.claimed = True
            with self.page.expect_navigation():
                row.get_by_role("button", name="Claim").click()
            self.page.get_by_role("link", name="Open it").click()
        else:
            row.get_by_role("link").first.click()
        self.page.wait_for_url("**/tasks/*")

    # Pages

    def _sit(self, login: str, path: str) -> None:
        self.house.sit_down(self.page, login)
        self.page.clock.set_fixed_time(self.house.clock.now)
        self.page.goto(self.house.address + path)

    def _answer(self, asked: Question, given: Mapping[str, Value], again: Callable[[], Question]) -> None:
        given = self._ours(dict(given))
        if asked.form is not None and self._make_known(asked.form, given):
            self.page.reload()
            asked = again()
        fill(self.page, entries(asked, given, self.house.clock.now, self.house.people))

    def _press(self, name: str, leads_to: str | None) -> None:
        with self.page.expect_navigation():
            self.page.get_by_role("button", name=name, exact=True).last.click()
        problems = self.page.locator("#problems")
        assert not problems.count(), problems.inner_text()
        assert leads_to is None or leads_to in self.page.url, self.page.url

    def _make_known(self, form: FormDefinition, given: Mapping[str, Value]) -> bool:
        """Put the records that the scenario chooses into the house, as a rehearsal does; say whether there were any."""
        sources = {
            part.key: str(part.reference).removeprefix(SOURCE)
            for part in walk(form.components)
            if isinstance(part, ChoiceField) and str(part.reference).startswith(SOURCE)
        }
        chosen = {key: sources[name] for name, key in _leaves(given) if name in sources and isinstance(key, str)}
        if chosen:
            with begin(self.installation, SYSTEM) as tx:
                welcome_records(tx, chosen)
        return bool(chosen)

    def _ours(self, value: Any) -> Any:
        """The same, with the number that the case really has in place of the first one of its process."""
        if isinstance(value, dict):
            return {key: self._ours(inner) for key, inner in value.items()}
        if isinstance(value, list):
            return [self._ours(inner) for inner in value]
        if isinstance(value, str) and self.number:
            return value.replace(f"{self.number.rsplit('-', 1)[0]}-1001", self.number)
        return value

    # Messages and time

    def _send_now(self) -> bool:
        due = self.script.due(self.house.clock.now, self.entered())
        if due is not None:
            self._send(due)
        return due is not None

    def _send_to_who_waits(self) -> bool:
        for sending in self.script.waiting():
            with reading(self.installation, SYSTEM) as tx:
                if messages.waiting(tx, sending.kind, sending.name, self._ours(sending.key)):
                    self._send(sending)
                    return True
        return False

    def _send(self, sending: Sending) -> None:
        """Press the button of the case page that sends it, where there is one; else it comes from another process."""
        self.script.unsent.remove(sending)
        for login in LOGINS:
            actor = self._actor(login)
            with reading(self.installation, actor) as tx:
                if not instances.is_visible(tx, scope(actor), self.case_id):
                    continue
                offer = next(
                    (one for one in cases.case_by_number(tx, self.number).offers if one.message == sending.name), None
                )
                form = cases.offer_form(tx, self.number, offer.element_id) if offer and offer.form else None
            if offer is not None:
                self._press_offer(login, offer, form, sending)
                return
        self._hand_in(sending)

    def _press_offer(self, login: str, offer: offering.Offer, form: Any, sending: Sending) -> None:
        self._sit(login, f"/cases/{self.number}")
        if form is None:
            self.page.get_by_role("button", name=offer.title, exact=True).click()
            with self.page.expect_navigation():
                self.page.get_by_role("dialog").locator(".btn-primary, .btn-bad").first.click()
            return
        self.page.get_by_role("link", name=offer.title, exact=True).click()
        self._answer(form, sending.payload, lambda: form)
        self.look(offer.form or offer.element_id)
        self._press(offer.title, None)

    def _hand_in(self, sending: Sending) -> None:
        payload = _people_in(self._ours(dict(sending.payload)), self.house.people)
        with begin(self.installation, SYSTEM) as tx:
            message = Message(
                id=new_id(),
                name=sending.name,
                key=self._ours(sending.key),
                message_id=None,
                payload=payload,
                sender_id=None,
                element_id=None,
                thrown_at=tx.now(),
                expires_at=tx.now() + KEPT,
            )
            signal = {"name": sending.name, "payload": payload, "sender_id": None}
            carried = {"signal": signal} if sending.kind == "signal" else {"message": message.document()}
            jobs.add(tx, [Job.new(JobKind.ROUTE, due_at=tx.now(), now=tx.now(), payload=carried)])

    def _jump(self) -> bool:
        """Let the clock go to the next moment at which something of the case is due."""
        now = self.house.clock.now
        moments: list[datetime] = [*self.script.moments(self.entered())]
        moments += [self.script.ready_at(task) for task in self._open_tasks()]
        family = self.family
        with reading(self.installation, SYSTEM) as tx:
            open_jobs = [job for case in family for job in jobs.of_instance(tx.connection, case.id, open_only=True)]
        moments += [job.due_at for job in open_jobs if job.kind is not JobKind.MAIL]
        ahead = min((each for each in moments if each > now), default=None)
        if ahead is not None:
            self.house.clock.now = ahead
        return ahead is not None


def _leaves(value: Value, name: str = "") -> Iterator[tuple[str, Value]]:
    if isinstance(value, Mapping):
        for key, inner in value.items():
            yield from _leaves(inner, key)
    elif isinstance(value, list):
        for inner in value:
            yield from _leaves(inner, name)
    else:
        yield name, value


def _people_in(value: Any, people: Mapping[str, str]) -> Any:
    """The same, with the ids that people have in this house in place of their logins."""
    if isinstance(value, dict):
        return {key: _people_in(inner, people) for key, inner in value.items()}
    if isinstance(value, list):
        return [_people_in(inner, people) for inner in value]
    return people.get(value, value) if isinstance(value, str) else value
