"""Service-level clocks as pages show them."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from engine.deadlines import tracking
from engine.model.clock import Clock, ClockState
from engine.model.instance import Task
from engine.storage import clocks
from engine.transaction import Transaction


@dataclass(frozen=True, kw_only=True)
class DeadlineView:
    """A clock at this moment. Remaining and consumed are seconds of the clock's own time (working or around)."""

    name: str
    state: str
    """running, paused, met, missed or cancelled."""
    due_at: datetime | None
    remaining_seconds: int
    consumed_seconds: int
    budget_seconds: int
    paused_reason: str | None
    at_risk: bool
    breached: bool
    started_at: datetime
    ended_at: datetime | None
    around_the_clock: bool


def view(clock: Clock, now: datetime) -> DeadlineView:
    """Give a clock as it stands now."""
    remaining = tracking.remaining(clock, now)
    used = tracking.consumed(clock, now)
    breached = clock.breached_at is not None or (clock.state is ClockState.RUNNING and remaining.total_seconds() <= 0)
    return DeadlineView(
        name=clock.name,
        state=clock.state.value,
        due_at=clock.due_at,
        remaining_seconds=int(remaining.total_seconds()),
        consumed_seconds=int(used.total_seconds()),
        budget_seconds=int(clock.budget.total_seconds()),
        paused_reason=clock.pauses[0].reason if clock.pauses else None,
        at_risk=not clock.ended and not breached and used >= clock.budget * tracking.WARNING,
        breached=breached,
        started_at=clock.started_at,
        ended_at=clock.ended_at,
        around_the_clock=clock.calendar is None,
    )


def of_instances(tx: Transaction, instance_ids: Iterable[str]) -> dict[str, tuple[DeadlineView, ...]]:
    """Give the clocks of these cases by case, in the order of their start."""
    wanted = list(instance_ids)
    if not wanted:
        return {}
    found = clocks.of_instances(tx, wanted)
    return {key: tuple(view(clock, tx.now()) for clock in values) for key, values in found.items()}


def of_task(task: Task, now: datetime) -> DeadlineView | None:
    """Give a task's own date as if it were a clock around the clock; None where it has none."""
    if task.due_at is None:
        return None
    budget, left = task.due_at - task.created_at, task.due_at - now
    used = max(now - task.created_at, timedelta())  # the clock may have been set back since
    return DeadlineView(
        name="task",
        state="running",
        due_at=task.due_at,
        remaining_seconds=int(left.total_seconds()),
        consumed_seconds=int(used.total_seconds()),
        budget_seconds=max(0, int(budget.total_seconds())),
        paused_reason=None,
        at_risk=timedelta() < left <= budget * (1 - tracking.WARNING),
        breached=left <= timedelta(),
        started_at=task.created_at,
        ended_at=None,
        around_the_clock=True,
    )


def most_pressing(views: Iterable[DeadlineView]) -> DeadlineView | None:
    """Give the clock that ends first of those still open; a paused one if none runs."""
    running = [each for each in views if each.ended_at is None]
    return min(running, key=lambda each: (each.due_at is None, each.due_at or each.started_at), default=None)
