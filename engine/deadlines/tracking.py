"""The ledger of service-level clocks: each change gives a new clock and what happened.

Moments are cut to whole seconds, so that consumed and remaining always add up to the budget, after any number of
pauses. A clock whose budget ran out goes on counting until it is stopped: how late matters. Nothing happens to a clock
that has ended.
"""

from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from functools import lru_cache
from typing import Any, Final

from engine.deadlines.working_hours import AROUND_THE_CLOCK, Calendar, add, between
from engine.model.clock import Clock, ClockEvent, ClockEventKind, ClockState, OpenPause
from engine.model.identity import new_id
from engine.model.job import Job, JobKind
from forms.data import canonical, normalise, parse

WARNING: Final = 0.75
"""The share of the budget after which a clock warns."""

Change = tuple[Clock, tuple[ClockEvent, ...]]

_NOTHING = timedelta()


def start(
    *, instance_id: str, name: str, budget: timedelta, calendar: Calendar | None, priority: str | None, now: datetime
) -> Change:
    """Start a clock; `calendar` None counts around the clock."""
    now = _cut(now)
    clock = Clock(
        id=new_id(),
        instance_id=instance_id,
        name=name,
        state=ClockState.RUNNING,
        priority=priority,
        calendar=_text(calendar),
        budget=_whole(budget),
        consumed=_NOTHING,
        running_since=None,
        pauses=(),
        due_at=None,
        breached_at=None,
        warned=False,
        started_at=now,
        ended_at=None,
    )
    clock = _run(clock, now)
    return clock, (_event(clock, now, ClockEventKind.STARTED, _target(clock)),)


def pause(clock: Clock, element: str, reason: str, now: datetime) -> Change:
    """Add an open reason not to run. The same element may be open several times and is closed as often."""
    if clock.ended:
        return clock, ()
    now = _cut(now)
    clock, events = _settle(clock, now)
    clock = replace(
        clock,
        state=ClockState.PAUSED,
        running_since=None,
        due_at=None,
        pauses=(*clock.pauses, OpenPause(element=element, reason=reason)),
    )
    detail = {"element": element, "reason": reason, "consumed_seconds": _seconds(clock.consumed)}
    return clock, (*events, _event(clock, now, ClockEventKind.PAUSED, detail))


def resume(clock: Clock, element: str, now: datetime) -> Change:
    """Remove one open reason of this element; the clock runs again when none is left."""
    index = next((index for index, pause in enumerate(clock.pauses) if pause.element == element), None)
    if clock.ended or index is None:
        return clock, ()
    now = _cut(now)
    clock = replace(clock, pauses=clock.pauses[:index] + clock.pauses[index + 1 :])
    if not clock.pauses:
        clock = _run(clock, now)
    detail = {"element": element, "open": len(clock.pauses), "due": _iso(clock.due_at)}
    return clock, (_event(clock, now, ClockEventKind.RESUMED, detail),)


def retarget(
    clock: Clock, *, budget: timedelta, calendar: Calendar | None, priority: str | None, now: datetime
) -> Change:
    """Give the clock another budget, calendar and priority; what was consumed stays, pauses stay.

    A breach is withdrawn when the new budget is not used up, and a warning when its threshold is ahead again. A budget
    that is used up already is due at once.
    """
    text, budget = _text(calendar), _whole(budget)
    if clock.ended or (clock.budget, clock.calendar, clock.priority) == (budget, text, priority):
        return clock, ()
    now = _cut(now)
    clock, events = _settle(clock, now)
    before = _target(clock)
    withdrawn = clock.breached_at is not None and clock.consumed < budget
    clock = replace(
        clock,
        budget=budget,
        calendar=text,
        priority=priority,
        breached_at=None if withdrawn else clock.breached_at,
        warned=clock.warned and clock.consumed >= budget * WARNING,
    )
    if clock.state is ClockState.RUNNING:
        clock = _run(clock, now)
    detail = {
        "before": before,
        **_target(clock),
        "consumed_seconds": _seconds(clock.consumed),
        "breach_withdrawn": withdrawn,
    }
    return clock, (*events, _event(clock, now, ClockEventKind.RETARGETED, detail))


def warn(clock: Clock, now: datetime, share: float = WARNING) -> Change:
    """Note that the warning threshold is passed; nothing when it is not, or was noted."""
    if clock.warned or clock.breached_at is not None or clock.state is not ClockState.RUNNING:
        return clock, ()
    now = _cut(now)
    if consumed(clock, now) < clock.budget * share:
        return clock, ()
    clock = replace(_booked(clock, now), warned=True)
    detail = {"share": str(share), "due": _iso(clock.due_at)}
    return clock, (_event(clock, now, ClockEventKind.WARNED, detail),)


def miss(clock: Clock, now: datetime) -> Change:
    """Note that the budget is used up; nothing while some is left, or when it was noted. The clock goes on."""
    now = _cut(now)
    if clock.state is not ClockState.RUNNING or clock.breached_at is not None or remaining(clock, now) > _NOTHING:
        return clock, ()
    return _breach(_booked(clock, now), now)


def meet(clock: Clock, now: datetime) -> Change:
    """Stop the clock because what it waits for has happened: met within the budget, missed beyond it."""
    if clock.ended:
        return clock, ()
    now = _cut(now)
    clock, events = _settle(clock, now)
    late = clock.breached_at is not None
    detail = {
        "consumed_seconds": _seconds(clock.consumed),
        "budget_seconds": _seconds(clock.budget),
        "remaining_seconds": _seconds(clock.budget - clock.consumed),
    }
    clock = _ended(clock, ClockState.MISSED if late else ClockState.MET, now)
    kind = ClockEventKind.STOPPED if late else ClockEventKind.MET
    return clock, (*events, _event(clock, now, kind, detail))


def cancel(clock: Clock, now: datetime) -> Change:
    """End the clock without an outcome; one that was breached stays missed."""
    if clock.ended:
        return clock, ()
    now = _cut(now)
    clock, events = _settle(clock, now)
    detail = {"consumed_seconds": _seconds(clock.consumed)}
    clock = _ended(clock, ClockState.MISSED if clock.breached_at else ClockState.CANCELLED, now)
    return clock, (*events, _event(clock, now, ClockEventKind.CANCELLED, detail))


def consumed(clock: Clock, now: datetime) -> timedelta:
    """Give the time used of the budget up to now; more than the budget after a breach.

    While the clock of the house shows less than it did before, for it was set back, none passes.
    """
    if clock.running_since is None:
        return clock.consumed
    return clock.consumed + between(clock.running_since, _cut(now), _calendar(clock.calendar))


def remaining(clock: Clock, now: datetime) -> timedelta:
    """Give what is left of the budget; negative after a breach."""
    return clock.budget - consumed(clock, now)


def due_at(clock: Clock) -> datetime | None:
    """Give when the budget ends, or ended, if nothing pauses the clock again; None while it does not run."""
    return clock.due_at if clock.state is ClockState.RUNNING else None


def warning_at(clock: Clock, share: float = WARNING) -> datetime | None:
    """Give when this share of the budget will be used; None when the clock does not run, has warned or is breached."""
    if clock.running_since is None or clock.warned or clock.breached_at is not None:
        return None
    left = _whole(clock.budget * share) - clock.consumed
    return add(clock.running_since, max(left, _NOTHING), _calendar(clock.calendar))


def jobs(clock: Clock, now: datetime) -> list[Job]:
    """Give the jobs that ring when the clock warns and when its budget ends; none while it does not run.

    Their payload is ``{"clock": id, "threshold": "warning" | "breach"}``; cancel those of `tokens` before adding them.
    """
    warning, end = tokens(clock)
    rings = [(warning, "warning", warning_at(clock))]
    if clock.breached_at is None:
        rings.append((end, "breach", due_at(clock)))
    return [
        Job.new(
            JobKind.CLOCK,
            due_at=at,
            now=now,
            instance_id=clock.instance_id,
            token=token,
            payload={"clock": clock.id, "threshold": threshold},
        )
        for token, threshold, at in rings
        if at is not None
    ]


def tokens(clock: Clock) -> tuple[str, str]:
    """Give the tokens of the jobs that ring for this clock."""
    return f"{clock.id}:warning", f"{clock.id}:breach"


def _settle(clock: Clock, now: datetime) -> Change:
    """Book what was consumed up to now; a breach that no job has noted yet is noted.

    A paused clock can be beyond its budget too: it was given a smaller one.
    """
    events: tuple[ClockEvent, ...] = ()
    clock = _booked(clock, now)
    if clock.consumed > clock.budget and clock.breached_at is None:
        clock, events = _breach(clock, now)
    return clock, events


def _booked(clock: Clock, now: datetime) -> Clock:
    """Count what was used up to now as used, whatever time it is said to be later."""
    since = None if clock.running_since is None else now
    return replace(clock, consumed=consumed(clock, now), running_since=since)


def _breach(clock: Clock, now: datetime) -> Change:
    clock = replace(clock, breached_at=clock.due_at or now)
    detail = {"budget_seconds": _seconds(clock.budget), "due": _iso(clock.breached_at)}
    return clock, (_event(clock, now, ClockEventKind.MISSED, detail),)


def _run(clock: Clock, now: datetime) -> Clock:
    left = max(clock.budget - clock.consumed, _NOTHING)
    due = clock.breached_at or add(now, left, _calendar(clock.calendar))
    return replace(clock, state=ClockState.RUNNING, running_since=now, due_at=due)


def _ended(clock: Clock, state: ClockState, now: datetime) -> Clock:
    return replace(clock, state=state, running_since=None, due_at=None, pauses=(), ended_at=now)


def _event(clock: Clock, at: datetime, kind: ClockEventKind, detail: Mapping[str, Any]) -> ClockEvent:
    return ClockEvent(clock_id=clock.id, name=clock.name, at=at, kind=kind, detail=normalise(detail))


def _target(clock: Clock) -> dict[str, Any]:
    return {
        "budget_seconds": _seconds(clock.budget),
        "priority": clock.priority,
        "around_the_clock": clock.calendar is None,
        "due": _iso(clock.due_at),
    }


def _cut(moment: datetime) -> datetime:
    return moment.astimezone(UTC).replace(microsecond=0)


def _whole(amount: timedelta) -> timedelta:
    return timedelta(seconds=_seconds(amount))


def _seconds(amount: timedelta) -> int:
    return amount // timedelta(seconds=1)


def _iso(moment: datetime | None) -> str | None:
    return None if moment is None else moment.isoformat().replace("+00:00", "Z")


def _text(calendar: Calendar | None) -> str | None:
    return None if calendar is None or calendar is AROUND_THE_CLOCK else canonical(calendar.to_value())


@lru_cache(maxsize=256)
def _calendar(text: str | None) -> Calendar:
    return AROUND_THE_CLOCK if text is None else Calendar.from_value(parse(text))
