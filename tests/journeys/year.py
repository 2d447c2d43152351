"""An organisation that lives through a year: what its people do every day without being told, and time that goes on.

It has adopted the processes from incident to management review. Each morning everybody does what waits and is routine;
what makes the story is done where it is told. Timers, calendars and cycles fire by themselves, through the worker.
"""

from collections.abc import Callable, Iterator, Mapping
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any, Final

from bpmn.library import shipped, shipped_record_types
from engine.acts import measuring, setting_up
from engine.acts.people import add_person, grant_role
from engine.acts.publishing import load_library
from engine.acts.record_types import load_record_types
from engine.model.instance import Instance, Task
from engine.model.person import SYSTEM
from engine.permissions import scope
from engine.storage import instances
from engine.transaction import begin
from engine.worker import run_due
from tests.journeys.story import Case, Story
from tests.parts.organisation import PEOPLE, Organisation, entered
from tests.storage_contract.stores import Clock, opened

PROCESSES: Final = (
    "incident",
    "major_incident",
    "problem",
    "trend",
    "change",
    "implementation",
    "release",
    "configuration",
    "service_level",
    "agreement_term",
    "service_level_review",
    "reporting",
    "improvement",
    "management_review",
)
JOINING: Final[Mapping[str, str]] = {
    "mira": "major_incident_manager",
    "cora": "communications_lead",
    "lena": "service_level_manager",
    "rene": "report_analyst",
    "cuno": "customer_representative",
}
"""Those who join the people of the other journeys."""

Answers = Mapping[str, Any]
Routine = tuple[str, Callable[["Year", Case], Answers | None]]
"""Who does it, and what is answered; None: not yet."""


class Year(Story):
    """A story that goes on day by day."""

    def __init__(self, organisation: Organisation, routine: Mapping[str, Routine]) -> None:
        super().__init__(organisation)
        self.routine = routine
        self.held: set[str] = set()
        """Titles of cases that nobody works on as a matter of routine."""

    @property
    def today(self) -> date:
        """The day it is."""
        return self.organisation.clock.now.date()

    def day(self, days: int) -> str:
        """The day so many days on, as forms have it."""
        return (self.today + timedelta(days=days)).isoformat()

    def until(self, text: str) -> None:
        """Live day by day until the morning of a day."""
        goal = datetime.fromisoformat(text).replace(hour=9, tzinfo=UTC)
        while self.organisation.clock.now < goal:
            morning = self.organisation.clock.now.replace(hour=9, minute=0, second=0) + timedelta(days=1)
            self.organisation.until(morning)
            self.work()
            if morning.weekday() == 0:
                self.count()

    def count(self) -> None:
        """Take the figures of cases, as the worker does every hour."""
        with begin(self.organisation.installation, SYSTEM) as tx:
            measuring.count_cases(tx, 1_000)

    def work(self) -> None:
        """Do what waits and is routine, and what comes of it, until nothing more is to be done today."""
        busy = self.today.weekday() < 5
        while busy:
            run_due(self.organisation.installation)
            busy = [self._does(case, task) for case, task in self.open()].count(True) > 0

    def _does(self, case: Case, task: Task) -> bool:
        login, answers = self.routine.get(task.element_id, ("", lambda _year, _case: None))
        given = None if case.title in self.held else answers(self, case)
        if given is None:
            return False
        person = getattr(self, login) if login else self.named(task)
        person.hands_in(person.opens(task), **given)
        return True

    def named(self, task: Task) -> Any:
        """The person a task is for."""
        (login,) = [login for login, person_id in self.organisation.ids.items() if person_id == task.person_id]
        return getattr(self, login)

    def open(self) -> list[tuple["Case", Task]]:
        """Every open task, with its case."""
        with self.organisation.reading() as tx:
            active, _ = instances.find(tx, scope(tx.actor), filters={"state": "active"}, limit=500)
            tasks = [(each, task) for each in active for task in instances.tasks_of(tx, each.id, state="open")]
        return [(Titled(self.organisation, each), task) for each, task in tasks]


class Titled(Case):
    """A case with its title as it was when it was looked for."""

    def __init__(self, organisation: Organisation, instance: Instance) -> None:
        super().__init__(organisation, instance)
        self.title = instance.title


def begun(url: str, folder: Path, routine: Mapping[str, Routine]) -> Iterator[Year]:
    """The organisation on an upgraded, empty database, with the processes it has adopted."""
    clock = Clock()
    installation = opened(url, folder, clock)
    with begin(installation, SYSTEM) as tx:
        setting_up.begin_installation(tx)
        load_record_types(tx, shipped_record_types())
        load_library(tx, {name: files for name, files in shipped().items() if name in PROCESSES})
        for login, roles in {**PEOPLE, **{login: (role,) for login, role in JOINING.items()}}.items():
            person = add_person(tx, login=login, name=login.title(), email=f"{login}@example.org")
            for role in roles:
                grant_role(tx, person.id, role)
    yield Year(entered(installation, clock), routine)
    installation.close()
