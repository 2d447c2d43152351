"""Service-level clocks: a ledger that adds up whatever happens."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from engine.deadlines import tracking
from engine.deadlines.working_hours import AROUND_THE_CLOCK, Calendar
from engine.model.clock import Clock, ClockEvent, ClockEventKind, ClockState

MONDAY = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)
OFFICE = Calendar.from_value(
    {"zone": "UTC", "week": {day: [["09:00", "17:00"]] for day in ("mon", "tue", "wed", "thu", "fri")}}
)
HOUR = timedelta(hours=1)


def started(budget: timedelta = 4 * HOUR, calendar: Calendar | None = None, now: datetime = MONDAY) -> Clock:
    clock, _ = tracking.start(
        instance_id="case", name="resolution", budget=budget, calendar=calendar, priority="2", now=now
    )
    return clock


def kinds(events: tuple[ClockEvent, ...]) -> list[str]:
    return [event.kind.value for event in events]


def test_a_clock_knows_when_it_is_due_and_when_it_warns() -> None:
    clock = started(calendar=OFFICE, now=MONDAY + 7 * HOUR)
    assert tracking.due_at(clock) == MONDAY + 27 * HOUR
    assert tracking.warning_at(clock) == MONDAY + 26 * HOUR
    assert [(job.payload["threshold"], job.due_at, job.token) for job in tracking.jobs(clock, MONDAY)] == [
        ("warning", MONDAY + 26 * HOUR, f"{clock.id}:warning"),
        ("breach", MONDAY + 27 * HOUR, f"{clock.id}:breach"),
    ]


def test_a_clock_started_outside_hours_starts_at_once_and_counts_from_opening() -> None:
    clock = started(calendar=OFFICE, now=MONDAY - 10 * HOUR)
    assert clock.state is ClockState.RUNNING
    assert tracking.due_at(clock) == MONDAY + 4 * HOUR
    assert tracking.consumed(clock, MONDAY - HOUR) == timedelta(0)


def test_a_pause_stops_the_count_and_moves_the_due_time() -> None:
    clock, events = tracking.pause(started(), "Wait", "Waiting for the caller", MONDAY + HOUR)
    assert kinds(events) == ["paused"]
    assert events[0].detail == {"element": "Wait", "reason": "Waiting for the caller", "consumed_seconds": 3600}
    assert (clock.state, clock.consumed, clock.due_at) == (ClockState.PAUSED, HOUR, None)
    assert tracking.jobs(clock, MONDAY) == []
    clock, events = tracking.resume(clock, "Wait", MONDAY + 11 * HOUR)
    assert kinds(events) == ["resumed"]
    assert tracking.due_at(clock) == MONDAY + 14 * HOUR
    assert tracking.warning_at(clock) == MONDAY + 13 * HOUR


def test_pauses_nest_and_one_element_may_be_open_twice() -> None:
    clock = started()
    for element in ("A", "B", "A"):
        clock, _ = tracking.pause(clock, element, element, MONDAY + HOUR)
    for element in ("A", "B"):
        clock, events = tracking.resume(clock, element, MONDAY + 2 * HOUR)
        assert clock.state is ClockState.PAUSED
    assert events[0].detail["open"] == 1
    assert tracking.resume(clock, "B", MONDAY + 2 * HOUR) == (clock, ())
    clock, _ = tracking.resume(clock, "A", MONDAY + 3 * HOUR)
    assert clock.state is ClockState.RUNNING
    assert clock.consumed == HOUR


def test_met_in_time_also_at_the_very_last_second() -> None:
    clock, events = tracking.meet(started(), MONDAY + 4 * HOUR)
    assert kinds(events) == ["met"]
    assert (clock.state, clock.consumed, clock.ended_at) == (ClockState.MET, 4 * HOUR, MONDAY + 4 * HOUR)
    assert events[0].detail["remaining_seconds"] == 0


def test_met_too_late_is_missed_even_when_no_job_has_noticed() -> None:
    clock, events = tracking.meet(started(), MONDAY + 5 * HOUR)
    assert kinds(events) == ["missed", "stopped"]
    assert (clock.state, clock.breached_at) == (ClockState.MISSED, MONDAY + 4 * HOUR)


def test_met_while_paused() -> None:
    clock, _ = tracking.pause(started(), "Wait", "", MONDAY + HOUR)
    clock, events = tracking.meet(clock, MONDAY + 50 * HOUR)
    assert (kinds(events), clock.consumed, clock.pauses) == (["met"], HOUR, ())


def test_a_missed_clock_goes_on_counting() -> None:
    clock, events = tracking.miss(started(), MONDAY + 4 * HOUR)
    assert kinds(events) == ["missed"]
    assert clock.state is ClockState.RUNNING
    assert clock.breached_at == MONDAY + 4 * HOUR
    assert tracking.miss(clock, MONDAY + 5 * HOUR) == (clock, ())
    assert tracking.jobs(clock, MONDAY + 5 * HOUR) == []
    assert tracking.remaining(clock, MONDAY + 6 * HOUR) == -2 * HOUR
    clock, _ = tracking.pause(clock, "Wait", "", MONDAY + 6 * HOUR)
    clock, _ = tracking.resume(clock, "Wait", MONDAY + 8 * HOUR)
    assert tracking.due_at(clock) == MONDAY + 4 * HOUR
    clock, events = tracking.meet(clock, MONDAY + 9 * HOUR)
    assert (kinds(events), clock.state, clock.consumed) == (["stopped"], ClockState.MISSED, 7 * HOUR)


def test_alarms_that_ring_too_early_do_nothing() -> None:
    clock = started()
    assert tracking.miss(clock, MONDAY + 4 * HOUR - timedelta(seconds=1)) == (clock, ())
    assert tracking.warn(clock, MONDAY + 3 * HOUR - timedelta(seconds=1)) == (clock, ())
    clock, events = tracking.warn(clock, MONDAY + 3 * HOUR)
    assert kinds(events) == ["warned"]
    assert tracking.warn(clock, MONDAY + 3 * HOUR) == (clock, ())
    assert tracking.warning_at(clock) is None


def test_another_priority_keeps_what_was_consumed() -> None:
    clock, events = tracking.retarget(started(), budget=HOUR * 2, calendar=None, priority="1", now=MONDAY + HOUR)
    assert kinds(events) == ["retargeted"]
    assert (clock.consumed, clock.priority) == (HOUR, "1")
    assert tracking.due_at(clock) == MONDAY + 2 * HOUR
    assert events[0].detail["before"]["budget_seconds"] == 4 * 3600
    same = tracking.retarget(clock, budget=HOUR * 2, calendar=AROUND_THE_CLOCK, priority="1", now=MONDAY + 2 * HOUR)
    assert same == (clock, ())


def test_another_calendar_counts_the_past_by_the_old_one() -> None:
    clock = started(budget=20 * HOUR, now=MONDAY - 2 * HOUR)
    clock, _ = tracking.retarget(clock, budget=8 * HOUR, calendar=OFFICE, priority="3", now=MONDAY)
    assert clock.consumed == 2 * HOUR
    assert tracking.due_at(clock) == MONDAY + 6 * HOUR


def test_a_pause_survives_another_priority() -> None:
    clock, _ = tracking.pause(started(), "Wait", "", MONDAY + HOUR)
    clock, _ = tracking.retarget(clock, budget=2 * HOUR, calendar=None, priority="1", now=MONDAY + 9 * HOUR)
    assert (clock.state, clock.due_at, clock.consumed) == (ClockState.PAUSED, None, HOUR)
    clock, _ = tracking.resume(clock, "Wait", MONDAY + 10 * HOUR)
    assert tracking.due_at(clock) == MONDAY + 11 * HOUR


def test_a_budget_already_used_up_is_due_at_once_and_a_larger_one_withdraws_the_breach() -> None:
    clock, _ = tracking.warn(started(), MONDAY + 3 * HOUR)
    clock, _ = tracking.retarget(clock, budget=HOUR, calendar=None, priority="1", now=MONDAY + 3 * HOUR)
    assert clock.warned
    assert tracking.due_at(clock) == MONDAY + 3 * HOUR
    clock, events = tracking.miss(clock, MONDAY + 3 * HOUR)
    assert kinds(events) == ["missed"]
    clock, events = tracking.retarget(clock, budget=8 * HOUR, calendar=None, priority="3", now=MONDAY + 4 * HOUR)
    assert events[0].detail["breach_withdrawn"] is True
    assert (clock.breached_at, clock.warned) == (None, False)
    assert tracking.due_at(clock) == MONDAY + 8 * HOUR
    assert tracking.warning_at(clock) == MONDAY + 6 * HOUR


def test_cancelling_keeps_a_breach() -> None:
    clock, events = tracking.cancel(started(), MONDAY + HOUR)
    assert (kinds(events), clock.state) == (["cancelled"], ClockState.CANCELLED)
    clock, events = tracking.cancel(started(), MONDAY + 5 * HOUR)
    assert (kinds(events), clock.state) == (["missed", "cancelled"], ClockState.MISSED)


@pytest.mark.parametrize(
    "change",
    [
        lambda clock, now: tracking.pause(clock, "A", "", now),
        lambda clock, now: tracking.resume(clock, "A", now),
        lambda clock, now: tracking.retarget(clock, budget=HOUR, calendar=None, priority="5", now=now),
        tracking.warn,
        tracking.miss,
        tracking.meet,
        tracking.cancel,
    ],
)
def test_nothing_happens_to_a_clock_that_has_ended(change: Any) -> None:
    clock, _ = tracking.meet(started(), MONDAY + HOUR)
    assert change(clock, MONDAY + 9 * HOUR) == (clock, ())


def test_moments_within_a_second_lose_nothing() -> None:
    clock = started(now=MONDAY + timedelta(microseconds=999_999))
    now = MONDAY
    for _ in range(50):
        now += timedelta(milliseconds=2_700)
        clock, _ = tracking.pause(clock, "A", "", now)
        now += timedelta(milliseconds=300)
        clock, _ = tracking.resume(clock, "A", now)
    paused = sum(1 for number in range(1, 51) if int(number * 3.0) != int(number * 3 - 0.3))
    assert tracking.consumed(clock, now) == timedelta(seconds=150 - paused)


class Ledger(RuleBasedStateMachine):
    """Any sequence of what can happen; the test keeps its own account of the hours worked."""

    @initialize(
        budget=st.integers(1, 30), calendar=st.sampled_from([None, OFFICE]), offset=st.integers(0, 24 * 7 * 3600)
    )
    def begin(self, budget: int, calendar: Calendar | None, offset: int) -> None:
        self.now = MONDAY + timedelta(seconds=offset)
        self.calendar = calendar
        self.clock = started(budget * HOUR, calendar, self.now)
        self.used = timedelta(0)
        self.open: list[str] = []
        self.events: list[ClockEvent] = []
        self.highest = timedelta(0)

    def _take(self, change: tuple[Clock, tuple[ClockEvent, ...]]) -> None:
        self.clock = change[0]
        self.events.extend(change[1])

    @rule(amount=st.timedeltas(timedelta(0), timedelta(days=4)))
    def wait(self, amount: timedelta) -> None:
        amount = timedelta(seconds=int(amount.total_seconds()))
        if not self.open and not self.clock.ended:
            self.used += self._worked(self.now, self.now + amount)
        self.now += amount

    def _worked(self, start: datetime, end: datetime) -> timedelta:
        if self.calendar is None:
            return end - start
        total, day = timedelta(0), start.replace(hour=0, minute=0, second=0)
        while day < end:
            if day.weekday() < 5:
                total += max(timedelta(0), min(end, day + 17 * HOUR) - max(start, day + 9 * HOUR))
            day += timedelta(days=1)
        return total

    @rule(element=st.sampled_from("AB"))
    def pause(self, element: str) -> None:
        self._take(tracking.pause(self.clock, element, "", self.now))
        if not self.clock.ended:
            self.open.append(element)

    @rule(element=st.sampled_from("AB"))
    def resume(self, element: str) -> None:
        self._take(tracking.resume(self.clock, element, self.now))
        if element in self.open and not self.clock.ended:
            self.open.remove(element)

    @rule(budget=st.integers(1, 40), calendar=st.sampled_from([None, OFFICE]))
    def retarget(self, budget: int, calendar: Calendar | None) -> None:
        change = tracking.retarget(self.clock, budget=budget * HOUR, calendar=calendar, priority="1", now=self.now)
        if not self.clock.ended:
            self.calendar = calendar
        self._take(change)

    @rule()
    def alarms(self) -> None:
        self._take(tracking.warn(self.clock, self.now))
        self._take(tracking.miss(self.clock, self.now))
        if self.clock.state is ClockState.RUNNING:
            assert (self.clock.breached_at is not None) == (self.used >= self.clock.budget)

    @precondition(lambda self: not self.clock.ended)
    @rule(how=st.sampled_from([tracking.meet, tracking.cancel]))
    def end(self, how: Any) -> None:
        self._take(how(self.clock, self.now))
        assert self.clock.ended
        late = self.clock.breached_at is not None
        assert late or self.used <= self.clock.budget
        assert (self.clock.state is ClockState.MISSED) == late

    @invariant()
    def adds_up(self) -> None:
        if not hasattr(self, "clock"):
            return
        used = tracking.consumed(self.clock, self.now)
        assert used == self.used
        assert used >= self.highest
        assert used + tracking.remaining(self.clock, self.now) == self.clock.budget
        self.highest = used

    @invariant()
    def state_fits(self) -> None:
        if not hasattr(self, "clock") or self.clock.ended:
            return
        assert sorted(pause.element for pause in self.clock.pauses) == sorted(self.open)
        assert (self.clock.state is ClockState.PAUSED) == bool(self.open)
        assert (self.clock.due_at is None) == bool(self.open)
        due = tracking.due_at(self.clock)
        if due is not None and self.clock.breached_at is None and due > self.now:
            assert tracking.remaining(self.clock, due) == timedelta(0)

    @invariant()
    def tells_of_every_miss_once(self) -> None:
        if not hasattr(self, "clock"):
            return
        missed = sum(event.kind is ClockEventKind.MISSED for event in self.events)
        withdrawn = sum(event.detail.get("breach_withdrawn") is True for event in self.events)
        assert missed - withdrawn == (self.clock.breached_at is not None)


TestLedger = Ledger.TestCase
TestLedger.settings = settings(max_examples=60, stateful_step_count=25, deadline=None)


def test_a_paused_clock_given_less_than_it_used_was_too_late() -> None:
    clock = started(10 * HOUR, None, MONDAY)
    clock, _ = tracking.pause(clock, "A", "", MONDAY + 5 * HOUR)
    clock, _ = tracking.retarget(clock, budget=HOUR, calendar=None, priority="1", now=MONDAY + 6 * HOUR)
    clock, events = tracking.meet(clock, MONDAY + 7 * HOUR)
    assert clock.state is ClockState.MISSED
    assert clock.consumed == 5 * HOUR
    assert [event.kind.value for event in events] == ["missed", "stopped"]


# --- the clock of the house is set back ------------------------------------------------------------------------------


@pytest.mark.parametrize("calendar", [None, OFFICE])
def test_nothing_is_used_while_the_house_is_earlier_than_before(calendar: Calendar | None) -> None:
    clock = started(calendar=calendar)
    assert tracking.consumed(clock, MONDAY - 5 * HOUR) == timedelta(0)
    clock, _ = tracking.pause(clock, "Wait", "Waiting", MONDAY + HOUR)
    clock, _ = tracking.resume(clock, "Wait", MONDAY - HOUR)
    assert tracking.consumed(clock, MONDAY - 2 * HOUR) == HOUR
    clock, events = tracking.meet(clock, MONDAY - 2 * HOUR)
    assert (kinds(events), clock.consumed) == (["met"], HOUR)


def test_what_was_missed_is_missed_once() -> None:
    clock, events = tracking.miss(started(), MONDAY + 4 * HOUR)
    assert kinds(events) == ["missed"]
    back = MONDAY + HOUR
    clock, events = tracking.miss(clock, back)
    assert kinds(events) == []
    clock, events = tracking.retarget(clock, budget=3 * HOUR, calendar=None, priority="1", now=back)
    assert kinds(events) == ["retargeted"]
    assert events[0].detail["breach_withdrawn"] is False
    assert [job.payload["threshold"] for job in tracking.jobs(clock, back)] == []
    assert kinds(tracking.miss(clock, MONDAY + 5 * HOUR)[1]) == []
    assert kinds(tracking.meet(clock, MONDAY + 5 * HOUR)[1]) == ["stopped"]


def test_what_was_warned_of_is_warned_of_once() -> None:
    clock, events = tracking.warn(started(), MONDAY + 3 * HOUR)
    assert kinds(events) == ["warned"]
    clock, _ = tracking.retarget(clock, budget=4 * HOUR, calendar=None, priority="1", now=MONDAY + HOUR)
    assert clock.warned
    assert kinds(tracking.warn(clock, MONDAY + 3 * HOUR)[1]) == []
