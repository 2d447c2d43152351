"""What an act of steering would bring about: tried out on a copy of the case, which is then thrown away."""

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any, Final

from engine.deadlines import tracking
from engine.deadlines.calendar import Calendar
from engine.errors import NotFound, StateUnreadable, StepFailed
from engine.live import live_of, surroundings
from engine.model import step as steps_of
from engine.model.instance import Instance, Task
from engine.reports import deadlines
from engine.reports.deadlines import DeadlineView
from engine.running import LiveCase, NotWaiting, Surroundings, go_back, move_token
from engine.storage import clocks, instances, snapshots
from engine.transaction import Transaction
from forms.data import parse


@dataclass(frozen=True, kw_only=True)
class Preview:
    """What ends, what begins, what is sent, what changes, in titles; `problem` where it cannot be done as it stands."""

    withdrawn: tuple[str, ...] = ()
    """Open tasks that are taken away."""
    opened: tuple[str, ...] = ()
    ended: tuple[tuple[str, datetime], ...] = ()
    """Timers that are cleared, and when they were due."""
    begun: tuple[tuple[str, datetime], ...] = ()
    forgotten: tuple[str, ...] = ()
    """Elements that no longer wait for a message, a signal or an answer from outside."""
    awaited: tuple[str, ...] = ()
    abandoned: tuple[str, ...] = ()
    """Numbers of called cases that are cancelled."""
    called: tuple[str, ...] = ()
    """Elements that call a process or an operation outside."""
    sent: tuple[str, ...] = ()
    """Elements that send a message, a signal or a notice."""
    changed: tuple[str, ...] = ()
    """Names of variables."""
    outcome: str | None = None
    """How the case ends, where it does."""
    problem: str = ""


def preview_skip(tx: Transaction, instance: Instance, task: Task) -> Preview:
    """Say what follows when an open task ends without answers."""
    return _tried(tx, instance, lambda live, at: live.complete(task.token, {}, at))


def preview_back(tx: Transaction, instance: Instance, task_id: str) -> Preview:
    """Say what follows when the case is put back before a task that ended. Raises NotFound where that is not kept."""
    state = snapshots.state_before(tx, task_id)
    if state is None:
        raise NotFound("What the case was like before this task is no longer kept.", task_id=task_id)
    return _tried(tx, instance, lambda live, at: go_back(live, state, at))


def preview_move(tx: Transaction, instance: Instance, token: str, element_id: str) -> Preview:
    """Say what follows when the case is taken from a place and put on another element."""
    return _tried(tx, instance, lambda live, at: move_token(live, token, element_id, at))


def preview_deadline(tx: Transaction, instance: Instance, clock_id: str, budget: timedelta) -> DeadlineView:
    """Give a clock of a case as it would stand with another budget. Raises NotFound."""
    clock = next((each for each in clocks.of_instance(tx, instance.id) if each.id == clock_id and not each.ended), None)
    if clock is None:
        raise NotFound("There is no such clock that still runs.", clock_id=clock_id)
    calendar = Calendar.from_value(parse(clock.calendar)) if clock.calendar else None
    then, _events = tracking.retarget(clock, budget=budget, calendar=calendar, priority=clock.priority, now=tx.now())
    return deadlines.view(then, tx.now())


_BEGINS: Final[Mapping[type, str]] = {
    steps_of.TaskOpened: "opened",
    steps_of.TimerSet: "begun",
    steps_of.MessageAwaited: "awaited",
    steps_of.SignalAwaited: "awaited",
    steps_of.CaseCalled: "called",
    steps_of.OutsideCalled: "called",
}
_ENDS: Final[Mapping[type, tuple[str, str]]] = {
    steps_of.TaskWithdrawn: ("opened", "withdrawn"),
    steps_of.TimerCleared: ("begun", "ended"),
    steps_of.MessageForgotten: ("awaited", "forgotten"),
    steps_of.SignalForgotten: ("awaited", "forgotten"),
    steps_of.CallAbandoned: ("called", "abandoned"),
    steps_of.OutsideDropped: ("called", "forgotten"),
}
"""What undoes what, and else what it is the end of: what came and went again in the same act is neither."""


@dataclass(kw_only=True)
class _Seen:
    """What the steps add up to: elements by token, for each part of a preview."""

    places: dict[str, dict[str, str]] = field(default_factory=lambda: defaultdict(dict))
    due: dict[str, datetime] = field(default_factory=dict)
    sent: list[str] = field(default_factory=list)
    changed: dict[str, None] = field(default_factory=dict)
    outcome: str | None = None

    def take(self, step: Any) -> None:
        """Add one step."""
        if type(step) in _BEGINS:
            self.places[_BEGINS[type(step)]][step.token] = step.element_id
        elif type(step) in _ENDS:
            begun, over = _ENDS[type(step)]
            if self.places[begun].pop(step.token, None) is None:
                self.places[over][step.token] = step.element_id
        match step:
            case steps_of.TimerSet():
                self.due[step.token] = step.due
            case steps_of.MessageThrown() | steps_of.SignalThrown() | steps_of.OperationCalled():
                self.sent.append(step.element_id)
            case steps_of.DataChanged():
                self.changed[step.name] = None
            case steps_of.Finished():
                self.outcome = step.outcome
            case _:
                pass


def _tried(tx: Transaction, instance: Instance, act: Callable[[LiveCase, Surroundings], steps_of.Steps]) -> Preview:
    live = live_of(tx, instance, instances.live_state(tx, instance.id))
    if live is None:
        return Preview(problem=f"{instance.number} has ended.")
    due = {timer.token: timer.due for timer in live.waiting().timers}
    seen = _Seen()
    try:
        for step in act(live, surroundings(tx, instance)):
            seen.take(step)
    except (StepFailed, NotWaiting, StateUnreadable) as error:
        return Preview(problem=error.message)
    return _told(tx, instance, live, seen, due)


def _told(tx: Transaction, instance: Instance, live: LiveCase, seen: _Seen, due: dict[str, datetime]) -> Preview:
    titles = {task.token: task.title for task in instances.tasks_of(tx, instance.id, state="open")}
    diagram = live.compiled.diagram

    def named(elements: Iterable[str]) -> tuple[str, ...]:
        return tuple(dict.fromkeys(diagram.element(element).title for element in elements))

    def timed(part: str, moments: Mapping[str, datetime]) -> tuple[tuple[str, datetime], ...]:
        places = seen.places[part].items()
        return tuple((diagram.element(element).title, moments[token]) for token, element in places if token in moments)

    abandoned = list(seen.places["abandoned"])
    children = instances.called_by(tx, instance.id, abandoned) if abandoned else []
    return Preview(
        withdrawn=tuple(titles[token] for token in seen.places["withdrawn"] if token in titles),
        opened=named(seen.places["opened"].values()),
        ended=timed("ended", due),
        begun=timed("begun", seen.due),
        forgotten=named(seen.places["forgotten"].values()),
        awaited=named(seen.places["awaited"].values()),
        abandoned=tuple(child.number for child in children if child.ended_at is None),
        called=named(seen.places["called"].values()),
        sent=named(seen.sent),
        changed=tuple(seen.changed),
        outcome=seen.outcome,
    )
