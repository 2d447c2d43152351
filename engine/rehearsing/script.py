"""What a scenario has to say next: the answer of a task, the outcome of a call, the message that is due."""

from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from typing import TypeVar

from bpmn.scenarios import Outcome, Scenario, Sending, When
from engine.model.instance import Task
from forms.data import Value

Given = TypeVar("Given")


class Script:
    """A scenario while it is played: it remembers the visits of each element and what was sent."""

    def __init__(self, scenario: Scenario) -> None:
        self.scenario = scenario
        self.unsent = list(scenario.sendings)
        self._answered: Counter[str] = Counter()
        self._called: Counter[str] = Counter()

    def answer(self, task: Task) -> Mapping[str, Value] | None:
        """Give what is answered at this visit: nothing where the scenario does not speak of it; None: left open."""
        given = _of(self.scenario.answers, task.element_id, task.title)
        if given is None:
            return {}
        self._answered[task.element_id] += 1
        return _visit(given, self._answered[task.element_id])

    def ready_at(self, task: Task) -> datetime:
        """Give when a task is answered: at once, or after its delay."""
        delays = _of(self.scenario.delays, task.element_id, task.title)
        return (
            task.created_at
            if delays is None
            else _visit(delays, self._answered[task.element_id] + 1).after(task.created_at)
        )

    def speaks_of(self, element_id: str, title: str) -> bool:
        """Say whether the scenario tells what a call of a service task comes to."""
        return _of(self.scenario.services, element_id, title) is not None

    def outcome(self, element_id: str, title: str) -> Outcome:
        """Give what a call of a service task comes to: nothing at all where the scenario does not speak of it."""
        given = _of(self.scenario.services, element_id, title)
        self._called[element_id] += 1
        return Outcome() if given is None else _visit(given, self._called[element_id])

    def due(self, now: datetime, entered: Collection[str]) -> Sending | None:
        """Give the first that is to be sent now, by its time or by what was entered."""
        return next(
            (
                sending
                for sending in self.unsent
                if (sending.after is not None or sending.at is not None)
                and (sending.after is None or sending.after in entered)
                and (sending.at is None or self.moment(sending.at) <= now)
            ),
            None,
        )

    def waiting(self) -> list[Sending]:
        """Give those that are sent once somebody waits for them."""
        return [sending for sending in self.unsent if sending.after is None and sending.at is None]

    def moments(self, entered: Collection[str]) -> list[datetime]:
        """Give when something is to be sent, as far as that is known."""
        return [
            self.moment(sending.at)
            for sending in self.unsent
            if sending.at is not None and (sending.after is None or sending.after in entered)
        ]

    def moment(self, when: When) -> datetime:
        """Give the moment that a scenario names."""
        return when if isinstance(when, datetime) else when.after(self.scenario.clock)


def _of(table: Mapping[str, Sequence[Given]], element_id: str, title: str) -> Sequence[Given] | None:
    return table.get(element_id) or table.get(title)


def _visit(given: Sequence[Given], number: int) -> Given:
    """What holds at a visit, counted from 1: the last one lasts."""
    return given[min(number, len(given)) - 1]
