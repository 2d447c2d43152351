"""The weeks before the stories: everybody does each working day what waits, through the real acts."""

from collections.abc import Callable, Iterator, Mapping
from datetime import datetime, timedelta
from typing import Any, Protocol

from engine import worker
from engine.acts import completing, starting
from engine.acts.signing_in import load_actor
from engine.demo.history import EVENING, PAST, Answers, Past, working_days
from engine.demo.organisation import PEOPLE
from engine.errors import EngineError
from engine.installation import Installation
from engine.model.instance import Instance, Task
from engine.model.person import SYSTEM, Actor
from engine.permissions import scope
from engine.reports import catalogue, worklist
from engine.storage import instances
from engine.transaction import begin, reading
from forms.answers import Answers as Accepted
from forms.answers import accept_document
from forms.errors import AnswersRejected

NOTHING = Accepted(values={}, personal=frozenset())


class Clock(Protocol):
    """The clock of the demo while it is filled."""

    now: datetime


class Living:
    """Lives through the weeks of the past."""

    def __init__(self, past: Installation, clock: Clock, ids: Mapping[str, str]) -> None:
        self._past, self._clock, self._ids = past, clock, ids
        self._answers = Answers(ids)
        self._actors: dict[str, Actor] = {}
        self._changing = False
        """Whether a change waits for its window."""
        self.undone: list[str] = []
        """What could not be begun or done, in words: for whoever changes a process of the library."""

    def live(
        self, since: datetime, until: datetime, present: datetime, events: list[tuple[datetime, Callable[[], None]]]
    ) -> int:
        """Live day by day, with what else happens at some moments; says how many cases were begun."""
        coming = sorted(PAST, key=lambda each: -each.days_ago)
        begun = 0
        for moment in working_days(since, until):
            if moment.hour >= EVENING and not self._changing:
                continue
            self._clock.now = moment
            worker.run_due(self._past)
            while events and events[0][0] <= moment:
                events.pop(0)[1]()
            while coming and present - timedelta(days=coming[0].days_ago) <= moment:
                begun += self._begin(coming.pop(0))
            self._work()
        for at, deed in events:
            self._clock.now = max(at, self._clock.now)
            deed()
        return begun

    def _actor(self, login: str) -> Actor:
        if login not in self._actors:
            with reading(self._past, SYSTEM) as tx:
                found = load_actor(tx, self._ids[login])
            if found is None:
                raise LookupError(login)
            self._actors[login] = found[1]
        return self._actors[login]

    def _begin(self, past: Past) -> bool:
        actor = self._actor(past.who)
        try:
            with reading(self._past, actor) as tx:
                asked = catalogue.start_form(tx, past.process)
            given = self._answers.beginning(past, self._clock.now)
            answers = _accepted(asked, given)
            with begin(self._past, actor) as tx:
                case = starting.start_case(tx, past.process, answers)
        except (EngineError, AnswersRejected) as error:
            self.undone.append(f"{past.process} {past.scenario}: {error}")
            return False
        self._answers.follow(case.id, past)
        return True

    def _work(self) -> None:
        for case, task in list(self._open()):
            given = self._answers.to(case.id, case.process_id, task.element_id, self._clock.now)
            if given is not None and self._does(case, task, given):
                self._answers.done(case.id, task.element_id)

    def _open(self) -> Iterator[tuple[Instance, Task]]:
        with reading(self._past, SYSTEM) as tx:
            active, _ = instances.find(tx, scope(SYSTEM), filters={"state": "active"}, limit=200)
            self._changing = any(case.process_id in {"change", "implementation"} for case in active)
            tasks = [(case, task) for case in active for task in instances.tasks_of(tx, case.id, state="open")]
        yield from tasks

    def _does(self, case: Instance, task: Task, given: dict[str, Any]) -> bool:
        problem = ""
        for login in self._whoever(task):
            actor = self._actor(login)
            try:
                with reading(self._past, actor) as tx:
                    opened = worklist.open_task(tx, task.id)
                answers = _accepted(opened, given)
                with begin(self._past, actor) as tx:
                    completing.complete_task(tx, task.id, answers, opened.task.version)
            except (EngineError, AnswersRejected) as error:
                problem = problem or f"{case.number} {task.element_id}: {error}"
                if isinstance(error, AnswersRejected):
                    break
                continue
            return True
        self.undone.append(problem)
        return False

    def _whoever(self, task: Task) -> list[str]:
        """Those who may be offered it, whom it is for first."""
        logins = {person_id: login for login, person_id in self._ids.items()}
        named = task.assignee_id or task.person_id
        if named is not None:
            return [logins[named]] if named in logins else []
        return [each.login for each in PEOPLE if any(role in each.roles for role in task.audience.roles)]


def _accepted(asked: Any, given: Mapping[str, Any]) -> Accepted:
    """What the page would send: the fields as they came filled in, with the answers over them."""
    if asked.form is None:
        return NOTHING
    return accept_document(
        asked.form,
        {**asked.form.known(asked.context), **given},
        context=asked.context,
        environment=asked.environment,
        choices=asked.choices,
    )
