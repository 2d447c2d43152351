"""The words in which journeys are told: people who do things with cases, and what is true of a case.

``with given("...")``, ``when`` and ``then`` hold the sentence of the process; a failure names the sentence it is in.
"""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from typing import Any

from engine.acts import claiming, commenting, messaging, starting, steering
from engine.acts.completing import complete_task
from engine.model.instance import Instance, Task
from engine.model.job import Job, JobKind
from engine.reports import cases, catalogue, trace, worklist
from engine.reports.deadlines import DeadlineView
from engine.storage import instances, jobs
from forms.answers import Answers, accept_document
from forms.definition import FormDefinition
from tests.parts.organisation import Organisation


@contextmanager
def _sentence(word: str, sentence: str) -> Iterator[None]:
    try:
        yield
    except BaseException as error:
        error.add_note(f"{word} {sentence}")
        raise


def given(sentence: str) -> Any:
    """What was so before."""
    return _sentence("Given", sentence)


def when(sentence: str) -> Any:
    """What happens."""
    return _sentence("When", sentence)


def then(sentence: str) -> Any:
    """What must be true of it."""
    return _sentence("Then", sentence)


class Story:
    """The organisation as people; ``story.carla`` is a person."""

    def __init__(self, organisation: Organisation) -> None:
        self.organisation = organisation

    def __getattr__(self, login: str) -> "Person":
        if login not in self.organisation.ids:
            raise AttributeError(login)
        return Person(self.organisation, login)

    def pass_time(self, **amount: float) -> None:
        """Let time pass, and let happen what falls due."""
        self.organisation.until(self.organisation.clock.now + timedelta(**amount))

    def case(self, number: str) -> "Case":
        """A case that another one began, by its number."""
        with self.organisation.reading() as tx:
            return Case(self.organisation, cases.case_by_number(tx, number).instance)

    def it_is(self, text: str) -> None:
        """Go on to a moment: ``2026-11-24 09:00`` in UTC."""
        self.organisation.until(datetime.fromisoformat(text).replace(tzinfo=UTC))


class Person:
    """Somebody who acts through the doors that pages use."""

    def __init__(self, organisation: Organisation, login: str) -> None:
        self.organisation = organisation
        self.login = login
        self.id = organisation.ids[login]

    def reports(self, process: str = "incident", /, **answers: Any) -> "Case":
        """Start a case by its form."""
        with self.organisation.looking(self.login) as tx:
            asked = catalogue.start_form(tx, process)
        accepted = _accepted(asked, answers)
        with self.organisation.acting(self.login) as tx:
            return Case(self.organisation, starting.start_case(tx, process, accepted))

    def list(self, view: str = "groups") -> list[str]:
        """The titles in one of the lists of open tasks."""
        with self.organisation.looking(self.login) as tx:
            return [row.title for row in worklist.my_work(tx, worklist.WorkQuery(view=view)).rows]

    def opens(self, task: Task) -> worklist.OpenTask:
        """Open the page of a task."""
        with self.organisation.looking(self.login) as tx:
            return worklist.open_task(tx, task.id)

    def does(self, case: "Case", title: str, /, **answers: Any) -> Instance:
        """Complete a task of a case by its form."""
        return self.hands_in(self.opens(case.task(title)), **answers)

    def hands_in(self, opened: worklist.OpenTask, /, **answers: Any) -> Instance:
        """Complete a task from a page opened before."""
        accepted = _accepted(opened, answers)
        with self.organisation.acting(self.login) as tx:
            return complete_task(tx, opened.task.id, accepted, opened.task.version).instance

    def takes(self, case: "Case", title: str) -> None:
        """Claim a task."""
        with self.organisation.acting(self.login) as tx:
            claiming.claim(tx, case.task(title).id)

    def gives_back(self, case: "Case", title: str) -> None:
        """Give a claimed task back."""
        with self.organisation.acting(self.login) as tx:
            claiming.release(tx, case.task(title).id)

    def hands(self, case: "Case", title: str, to: "Person", reason: str) -> None:
        """Assign a task."""
        with self.organisation.acting(self.login) as tx:
            claiming.assign(tx, case.task(title).id, to.id, reason)

    def offers(self, case: "Case") -> set[str]:
        """The buttons on the page of a case."""
        return {offer.title for offer in self.sees(case).offers}

    def sends(self, case: "Case", title: str, /, **answers: Any) -> Instance:
        """Press a button on the page of a case, and fill in its form."""
        with self.organisation.looking(self.login) as tx:
            (offer,) = [each for each in cases.case_by_number(tx, case.number).offers if each.title == title]
            asked = cases.offer_form(tx, case.number, offer.element_id)
        accepted = _accepted(asked, answers)
        with self.organisation.acting(self.login) as tx:
            return messaging.send_offered_message(tx, case.id, offer.element_id, accepted)

    def sees(self, case: "Case") -> cases.CaseView:
        """Look at the page of a case."""
        with self.organisation.looking(self.login) as tx:
            return cases.case_by_number(tx, case.number)

    def finds(self, text: str = "") -> set[str]:
        """The numbers of the cases in the list."""
        with self.organisation.looking(self.login) as tx:
            return {row.instance.number for row in cases.find_cases(tx, cases.CaseQuery(text=text)).rows}

    def comments(self, case: "Case", text: str) -> None:
        """Write a comment."""
        with self.organisation.acting(self.login) as tx:
            commenting.comment(tx, case.id, text)

    def cancels(self, case: "Case", reason: str) -> Instance:
        """Cancel a case."""
        with self.organisation.acting(self.login) as tx:
            return steering.cancel_case(tx, case.id, reason)

    def traces(self, case: "Case") -> "Told":
        """Read the history of a case and verify it."""
        with self.organisation.looking(self.login) as tx:
            return Told(trace.trace_case(tx, case.number))


class Told:
    """A traced case, in sentences."""

    def __init__(self, told: trace.Trace) -> None:
        self.trace = told
        self.verdict = told.verdict
        self.sentences = [entry.template.format(**entry.parameters) for entry in told.entries]

    def in_order(self, *sentences: str) -> bool:
        """Whether the history tells all of this, in this order; other things may have happened between."""
        rest = iter(self.sentences)
        missing = [sentence for sentence in sentences if sentence not in rest]
        assert not missing, f"not told, or not in this order: {missing}\n" + "\n".join(self.sentences)
        return True

    def entry(self, sentence: str) -> trace.TraceEntry:
        """The last entry that says so."""
        found = [each for each, said in zip(self.trace.entries, self.sentences, strict=True) if said == sentence]
        assert found, f"not told: {sentence}\n" + "\n".join(self.sentences)
        return found[-1]


class Case:
    """A case, looked at as the house knows it."""

    def __init__(self, organisation: Organisation, instance: Instance) -> None:
        self.organisation = organisation
        self.id = instance.id
        self.number = instance.number

    @property
    def now(self) -> Instance:
        """Its row."""
        with self.organisation.reading() as tx:
            found = instances.get(tx, self.id)
        assert found is not None
        return found

    def tasks(self, state: str = "open") -> list[Task]:
        """Its tasks in a state."""
        with self.organisation.reading() as tx:
            return instances.tasks_of(tx, self.id, state=state)

    @property
    def waits_for(self) -> dict[str, str]:
        """Its open tasks: title, and the role or the login of the person it is for."""
        logins = {person_id: login for login, person_id in self.organisation.ids.items()}
        return {task.title: logins.get(task.person_id or "") or task.audience.text for task in self.tasks()}

    def task(self, title: str) -> Task:
        """The open task of that title."""
        found = [task for task in self.tasks() if task.title == title]
        assert len(found) == 1, f"“{title}” is open {len(found)} times; open are: {list(self.waits_for)}"
        return found[0]

    def clock(self, name: str) -> DeadlineView:
        """A service-level clock at this moment."""
        (found,) = [clock for clock in self._view().clocks if clock.name == name]
        return found

    @property
    def data(self) -> Mapping[str, Any]:
        """Its variables."""
        return self._view().data

    def mails(self, to: Person) -> list[str]:
        """The subjects of mails written to a person, oldest first."""
        with self.organisation.reading() as tx:
            written = [job for job in jobs.of_instance(tx.connection, self.id) if job.kind is JobKind.MAIL]
        return [job.payload["subject"] for job in written if job.payload["person"] == to.id]

    def open_jobs(self) -> list[Job]:
        """What could still move it."""
        with self.organisation.reading() as tx:
            found = jobs.of_instance(tx.connection, self.id, open_only=True)
        return [job for job in found if job.kind is not JobKind.MAIL]

    def _view(self) -> cases.CaseView:
        with self.organisation.reading() as tx:
            return cases.case_by_number(tx, self.number)


def _accepted(asked: Any, answers: Mapping[str, Any]) -> Answers:
    form: FormDefinition | None = asked.form
    if form is None:
        assert not answers, "nothing is asked"
        return Answers(values={}, personal=frozenset())
    return accept_document(
        form, dict(answers), context=asked.context, environment=asked.environment, choices=asked.choices
    )
