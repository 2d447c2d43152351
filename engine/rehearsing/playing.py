"""The course of a rehearsal: the real acts, one after the other, until nothing more can happen.

At each turn the first of these that there is: a job that is due, something the scenario sends now, an open task, a
message the scenario has for whoever waits, the next moment at which something is due.
"""

from collections.abc import Collection, Iterator, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Final

from bpmn.beginning import beginnings
from bpmn.records import SOURCE
from bpmn.scenarios import Scenario, Sending
from engine import worker
from engine.acts.completing import complete_task
from engine.acts.scheduling import holds
from engine.acts.starting import begin_case
from engine.connectors.contract import Call, CallFailed, Grants
from engine.errors import EngineError, StepFailed
from engine.installation import GIVEN_UP, Installation
from engine.model.identity import new_id
from engine.model.instance import Task
from engine.model.job import Job, JobKind
from engine.model.message import Message
from engine.model.person import SYSTEM
from engine.neighbours import started_by
from engine.rehearsing.script import Script
from engine.rehearsing.stage import FakeClock, welcome, welcome_records
from engine.rehearsing.taking import Model, begins_by_itself
from engine.rehearsing.telling import Failure, Teller
from engine.reports.worklist import OpenTask, open_task
from engine.running import spent
from engine.storage import instances, jobs, messages, publications
from engine.transaction import Transaction, begin, reading
from forms.answers import Answers, accept_document
from forms.data import Value
from forms.definition import ChoiceField, FormDefinition, Source, walk
from forms.errors import AnswersRejected

JUMPS: Final = 200
"""How often the clock jumps to the next moment: a timer that repeats for ever must not keep a rehearsal for ever."""
TOO_LONG: Final = "It took too long."
KEPT: Final = timedelta(days=3650)
"""How long a message that a scenario sends is kept for whoever waits later."""


class Player:
    """Plays one scenario; `seconds` of processor time bound it."""

    def __init__(self, scenario: Scenario, models: Sequence[Model], clock: FakeClock, seconds: float | None) -> None:
        self._script = Script(scenario)
        self._models = {model.process.id: model for model in models}
        self._clock = clock
        self._until = None if seconds is None else spent() + seconds
        self._left_open: set[str] = set()
        self._jumps = 0
        self.ended_early = ""
        """Why the rehearsal ended although more could have happened; empty where nothing could."""

    def play(self, installation: Installation, begin_with: Sequence[str], teller: Teller) -> None:
        """Begin the cases and let them go on for as long as anything happens."""
        self._installation, self._teller = installation, teller
        stop = self._script.scenario.stop
        installation.memory[GIVEN_UP] = self._tell_unfinished
        for process_id in begin_with:
            self._begin(self._models[process_id])
        for _ in range(stop.steps):
            teller.listen(installation)
            if stop.after is not None and stop.after in teller.entered:
                self.ended_early = f"The scenario stops after {stop.after}."
            elif self._until is not None and spent() > self._until:
                self.ended_early = TOO_LONG
            if self.ended_early or not self._turn():
                break
        else:
            self.ended_early = f"It took {stop.steps} acts and jobs."
        teller.listen(installation)

    def speaks_of(self, element_id: str) -> bool:
        """Say whether the scenario answers the operation of an element, which is then not done in the house."""
        return self._script.speaks_of(element_id, self._teller.title(element_id))

    def answer(self, call: Call, grants: Grants) -> Mapping[str, Value]:
        """Answer a call that leaves the house, as the scenario says. Raises CallFailed where it says an error."""
        del grants
        with reading(self._installation, SYSTEM) as tx:
            job = jobs.get(tx.connection, call.key)
        element_id = str(job.payload["element"]) if job else ""
        outcome = self._script.outcome(element_id, self._teller.title(element_id))
        if outcome.error is not None:
            message = outcome.message or f"The scenario gives the error {outcome.error}."
            raise CallFailed(message, permanent=True, code=outcome.error)
        return outcome.data

    def _begin(self, model: Model) -> None:
        at = self._script.scenario.start
        if at or begins_by_itself(model.process):
            self._begin_at(model, at or None, 0)
            return
        found = beginnings(model.process)
        sent = {sending.name for sending in self._script.unsent}
        if any(each.told and each.name in sent for each in found):
            return  # a message of the scenario begins it
        with reading(self._installation, SYSTEM) as tx:
            held = [each for each in found if holds(tx, each.condition, self._script.scenario.data)]
        chosen = held or [each for each in found if each.condition is None][:1]
        for each in chosen:
            self._begin_at(model, each.element.id, each.number)
        if not found:
            self._begin_at(model, None, 0)
        elif not chosen:
            self._teller.unbegun += [(model.process.id, each.element.id) for each in found]

    def _begin_at(self, model: Model, at: str | None, number: int) -> None:
        try:
            with begin(self._installation, SYSTEM) as tx:
                record = publications.released(tx, model.process.id)
                if record is None:
                    raise LookupError(model.process.id)
                begin_case(tx, record, dict(self._script.scenario.data), at=at, number=number)
        except StepFailed as error:
            self._teller.fail(Failure(element=error.element_id, code=error.code, message=error.message))
            self._tell_unfinished(None, error)
        except Exception as error:  # noqa: BLE001 - told as an incident, as the worker does with what its jobs meet
            self._teller.fail(defect(error, at))

    def _turn(self) -> bool:
        return self._job() or self._send() or self._task() or self._jump()

    def _job(self) -> bool:
        taken = worker.claim(self._installation, limit=1)
        for job in taken:
            worker.run(self._installation, job.id, job.attempt)
        return bool(taken)

    def _send(self) -> bool:
        due = self._script.due(self._clock.now, self._teller.entered)
        if due is not None:
            self._hand_in(due)
        return due is not None

    def _send_to_who_waits(self) -> bool:
        for sending in self._script.waiting():
            with reading(self._installation, SYSTEM) as tx:
                awaited = messages.waiting(tx, sending.kind, sending.name, sending.key)
                awaited += [each.element.id for _, each in started_by(tx, sending.kind, sending.name)]
            if awaited:
                self._hand_in(sending)
                return True
        return False

    def _hand_in(self, sending: Sending) -> None:
        self._script.unsent.remove(sending)
        with begin(self._installation, SYSTEM) as tx:
            signal = {"name": sending.name, "payload": dict(sending.payload), "sender_id": None}
            carried = {"signal": signal} if sending.kind == "signal" else {"message": _message(tx, sending).document()}
            jobs.add(tx, [Job.new(JobKind.ROUTE, due_at=tx.now(), now=tx.now(), payload=carried)])

    def _task(self) -> bool:
        for task in self._open_tasks():
            if self._script.ready_at(task) <= self._clock.now:
                given = self._script.answer(task)
                if given is None:
                    self._left_open.add(task.id)
                else:
                    self._complete(task, given)
                return True
        return self._send_to_who_waits()

    def _open_tasks(self) -> list[Task]:
        """Give the tasks that are still to be answered, the oldest first."""
        with reading(self._installation, SYSTEM) as tx:
            found = [task for case in self._teller.active(tx) for task in instances.tasks_of(tx, case.id, state="open")]
        return sorted(
            (task for task in found if task.id not in self._left_open), key=lambda task: (task.created_at, task.id)
        )

    def _complete(self, task: Task, given: Mapping[str, Value]) -> None:
        try:
            answers = self._answers(task, given)
            with begin(self._installation, SYSTEM) as tx:
                complete_task(tx, task.id, answers, task.version)
        except AnswersRejected as error:
            told = "; ".join(f"{problem.path or 'answers'}: {problem.message}" for problem in error.problems)
            self._fail(task.element_id, "answers_rejected", f"The answers do not fit the form: {told}", task)
        except StepFailed as error:
            self._fail(error.element_id or task.element_id, error.code, error.message, task)
            self._tell_unfinished(task.instance_id, error)
        except EngineError as error:
            self._fail(task.element_id, "refused", error.message, task)
        except Exception as error:  # noqa: BLE001 - as above
            self._left_open.add(task.id)
            self._teller.fail(defect(error, task.element_id))

    def _answers(self, task: Task, given: Mapping[str, Value]) -> Answers:
        """Give the answers as the task's page would: by its form where there is one, and what was known filled in.

        A task that the scenario does not speak of is completed without any, whatever its form asks.
        """
        if task.form is None or not given:
            return Answers(values=dict(given), personal=frozenset())
        opened = self._open(task)
        form = opened.form
        if form is None:
            return Answers(values=dict(given), personal=frozenset())
        people, records = _people_chosen(form, given), _records_chosen(form, given)
        if people or records:
            with begin(self._installation, SYSTEM) as tx:
                welcome(tx, people, ())
                welcome_records(tx, records)
            opened = self._open(task)
        return accept_document(
            form,
            {**form.known(opened.context), **given},
            context=opened.context,
            environment=opened.environment,
            choices=opened.choices,
        )

    def _open(self, task: Task) -> OpenTask:
        with reading(self._installation, SYSTEM) as tx:
            return open_task(tx, task.id)

    def _fail(self, element_id: str, code: str, message: str, task: Task) -> None:
        """Note what a person would have been told, and leave the task as it is."""
        self._left_open.add(task.id)
        self._teller.fail(Failure(element=element_id, code=code, message=message))

    def _tell_unfinished(self, case_id: str | None, error: StepFailed) -> None:
        self._teller.tell_unfinished(case_id, error.steps, self._clock.now)

    def _jump(self) -> bool:
        """Let the clock go to the next moment at which something is due, while a case lives to see it."""
        ahead = min((moment for moment in self._moments() if moment > self._clock.now), default=None)
        stop = self._script.scenario.stop.at
        if ahead is None:
            return False
        if stop is not None and ahead > self._script.moment(stop):
            self.ended_early = "The scenario stops at this moment."
        elif self._jumps >= JUMPS:
            self.ended_early = f"The clock jumped {JUMPS} times."
        else:
            self._jumps += 1
            self._clock.now = ahead
        return not self.ended_early

    def _moments(self) -> list[datetime]:
        moments = self._script.moments(self._teller.entered)
        with reading(self._installation, SYSTEM) as tx:
            lives = bool(self._teller.active(tx))
            due = jobs.next_due(tx.connection, jobs.taken_kinds(self._installation.settings))
        if lives and due is not None:
            moments.append(due)
        return moments + [self._script.ready_at(task) for task in self._open_tasks()]


def defect(error: Exception, element_id: str | None) -> Failure:
    """Give what is told of an error that nobody foresaw."""
    return Failure(element=element_id, code="defect", message=f"{type(error).__name__}: {error}"[:2000])


def _message(tx: Transaction, sending: Sending) -> Message:
    return Message(
        id=new_id(),
        name=sending.name,
        key=sending.key,
        message_id=None,
        payload=sending.payload,
        sender_id=None,
        element_id=None,
        thrown_at=tx.now(),
        expires_at=tx.now() + KEPT,
    )


def _people_chosen(form: FormDefinition, given: Mapping[str, Value]) -> set[str]:
    """Give the people that the answers choose: a scenario makes known whom it names."""
    return {chosen for source, chosen in _chosen(form, given) if source == "people"}


def _records_chosen(form: FormDefinition, given: Mapping[str, Value]) -> dict[str, str]:
    """Give the types of the records that the answers choose, by key."""
    return {chosen: source.removeprefix(SOURCE) for source, chosen in _chosen(form, given) if source.startswith(SOURCE)}


def _chosen(form: FormDefinition, given: Mapping[str, Value]) -> Iterator[tuple[str, str]]:
    """Give what the answers choose from lists of the installation, with the list's name."""
    sources = {
        part.key: str(part.reference)
        for part in walk(form.components)
        if isinstance(part, ChoiceField) and part.source is Source.INSTALLATION
    }
    for key, value in _under(sources.keys(), given):
        if isinstance(value, str):
            yield sources[key], value


def _under(keys: Collection[str], given: Value) -> Iterator[tuple[str, Value]]:
    """Give what stands under some keys, also within groups and rows, and one by one where it is a list."""
    if isinstance(given, list):
        for row in given:
            yield from _under(keys, row)
    if isinstance(given, Mapping):
        for key, value in given.items():
            if key in keys:
                yield from ((key, one) for one in (value if isinstance(value, list) else [value]))
            else:
                yield from _under(keys, value)
