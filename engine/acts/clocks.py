"""Service-level clocks of a case: started, paused, met and re-targeted as the elements of its diagram say.

Properties of an activity: `clockStart` when it is entered, `clockStop` and `clockRetarget` when it is completed,
`clockPause` while it is open. What a clock has to tell (``resolution.warning``, ``.missed``, ``.met``) is posted as a
message into the case once the diagram waits for it, and told once: a warning that comes while nobody listens is kept.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import timedelta

from bpmn.diagram import Diagram
from engine import journal
from engine.acts.cases import OpenCase
from engine.deadlines import tracking
from engine.deadlines.working_hours import Calendar
from engine.errors import NotFound
from engine.model import step as steps_of
from engine.model.clock import Clock, ClockEvent
from engine.model.entry import EntryKind, instance_stream
from engine.model.job import Job, JobKind
from engine.model.record import Target
from engine.storage import clocks as rows
from engine.storage import jobs, records
from forms.data import parse

TOLD = ("warning", "missed", "met")
_CONCERNS = (steps_of.Entered, steps_of.Left, steps_of.TaskWithdrawn)


class _Ledger:
    """The clocks of a case while one act changes them."""

    def __init__(self, case: OpenCase) -> None:
        self.case = case
        self.clocks = {} if not case.seen else {clock.id: clock for clock in _clocks(case)}
        self.changed: set[str] = set()
        self.events: list[ClockEvent] = []
        self._targets: dict[str, Target] | None = None

    def change(self, change: tracking.Change) -> None:
        """Take over what tracking made of a clock."""
        clock, events = change
        if events:
            self.clocks[clock.id] = clock
            self.changed.add(clock.id)
            self.events += events

    def open(self, name: str) -> Clock | None:
        """Give the clock of that name that has not ended."""
        return next((clock for clock in self.clocks.values() if clock.name == name and not clock.ended), None)

    def target(self, name: str) -> tuple[timedelta, Calendar | None] | None:
        """Give budget and calendar for the case's service and priority now; None without a target."""
        tx, instance = self.case.tx, self.case.instance
        if self._targets is None:
            self._targets = records.targets_for(tx, instance.service_id, instance.priority)
        target = self._targets.get(name)
        if target is None:
            return None
        if target.around_the_clock:
            return timedelta(seconds=target.budget_seconds), None
        calendar = self.case.surroundings.names["calendar"]
        return timedelta(seconds=target.budget_seconds), Calendar.from_value(calendar) if calendar else None

    def start(self, name: str) -> None:
        """Start a clock unless it runs already, or there is no target for it."""
        target = self.target(name)
        if self.open(name) is None and target is not None:
            budget, calendar = target
            instance = self.case.instance
            self.change(
                tracking.start(
                    instance_id=instance.id,
                    name=name,
                    budget=budget,
                    calendar=calendar,
                    priority=instance.priority,
                    now=self.case.tx.now(),
                )
            )

    def retarget(self, name: str) -> None:
        """Read the target of a running clock again; one that had none starts now."""
        clock, target = self.open(name), self.target(name)
        if clock is not None and target is not None:
            budget, calendar = target
            priority = self.case.instance.priority
            self.change(
                tracking.retarget(clock, budget=budget, calendar=calendar, priority=priority, now=self.case.tx.now())
            )

    def save(self, reason: str = "") -> None:
        """Write clocks, their events, their entries (with the reason of a person) and the jobs that ring for them."""
        if not self.events:
            return
        tx, instance_id = self.case.tx, self.case.instance.id
        changed = [self.clocks[clock_id] for clock_id in sorted(self.changed)]
        rows.save(tx, changed)
        rows.note(tx, self.events)
        for event in self.events:
            journal.append(
                tx,
                EntryKind(f"clock.{event.kind}"),
                instance_stream(instance_id),
                facts={"clock": event.clock_id, "name": event.name, **event.detail},
                values={"reason": reason} if reason else {},
                personal={"reason"},
            )
        jobs.cancel(tx, instance_id, [token for clock in changed for token in tracking.tokens(clock)])
        jobs.add(tx, [job for clock in changed for job in tracking.jobs(clock, tx.now())])


def follow(case: OpenCase, steps: steps_of.Steps) -> None:
    """Do what the steps of a case mean for its clocks."""
    diagram, clocked = case.compiled.diagram, case.compiled.process.clocked
    finished = case.instance.state != "active"
    if not clocked and not finished and steps_of.MessageAwaited not in map(type, steps):
        return
    concerned = [step for step in steps if isinstance(step, _CONCERNS) and step.element_id in clocked]
    listening = [step.name for step in steps if isinstance(step, steps_of.MessageAwaited)]
    if not concerned and not finished and not any(_is_told(name) for name in listening):
        return
    ledger = _Ledger(case)
    for step in concerned:
        _apply(ledger, diagram, step)
    if finished:
        for clock in list(ledger.clocks.values()):
            ledger.change(tracking.cancel(clock, case.tx.now()))
    ledger.save()
    if not finished:
        _tell(case, ledger.clocks.values())


def ring(case: OpenCase, job: Job) -> None:
    """Let a clock warn or note that its budget is used up; nothing when it no longer does."""
    ledger = _Ledger(case)
    clock = ledger.clocks.get(str(job.payload.get("clock")))
    if clock is None:
        return
    change = tracking.warn if job.payload.get("threshold") == "warning" else tracking.miss
    ledger.change(change(clock, case.tx.now()))
    ledger.save()
    _tell(case, ledger.clocks.values())


def set_budget(case: OpenCase, clock_id: str, budget: timedelta, reason: str) -> Clock:
    """Give a clock that has not ended another budget; calendar and what was consumed stay. Raises NotFound."""
    ledger = _Ledger(case)
    clock = ledger.clocks.get(clock_id)
    if clock is None or clock.ended:
        raise NotFound("There is no such clock that still runs.", clock_id=clock_id)
    calendar = Calendar.from_value(parse(clock.calendar)) if clock.calendar else None
    ledger.change(
        tracking.retarget(clock, budget=budget, calendar=calendar, priority=clock.priority, now=case.tx.now())
    )
    ledger.save(reason)
    _tell(case, ledger.clocks.values())
    return ledger.clocks[clock_id]


def rename_pauses(case: OpenCase, elements: Mapping[str, str]) -> None:
    """Let open pauses name elements as the version does that the case is put on."""
    changed = []
    for clock in _clocks(case):
        pauses = tuple(replace(each, element=elements.get(each.element, each.element)) for each in clock.pauses)
        if pauses != clock.pauses:
            changed.append(replace(clock, pauses=pauses))
    rows.save(case.tx, changed)


def settle_pauses(case: OpenCase, standing: Iterable[str]) -> None:
    """Begin and end pauses as the drawing says now of the elements where the case stands."""
    ledger, diagram, now = _Ledger(case), case.compiled.diagram, case.tx.now()
    for clock in list(ledger.clocks.values()):
        for pause in clock.pauses:
            if clock.name not in _names(diagram, pause.element, "clockPause"):
                ledger.change(tracking.resume(ledger.clocks[clock.id], pause.element, now))
    for element_id in standing:
        for name in _names(diagram, element_id, "clockPause"):
            found = ledger.open(name)
            if found is not None and all(pause.element != element_id for pause in found.pauses):
                ledger.change(tracking.pause(found, element_id, diagram.element(element_id).title, now))
    ledger.save()


def _clocks(case: OpenCase) -> Sequence[Clock]:
    return rows.of_instance(case.tx, case.instance.id)


def _names(diagram: Diagram, element_id: str, key: str) -> list[str]:
    element = diagram.find(element_id)
    text = element.properties.get(key, "") if element else ""
    return [name.strip() for name in text.split(",") if name.strip()]


def _apply(ledger: _Ledger, diagram: Diagram, step: steps_of.Step) -> None:
    now = ledger.case.tx.now()
    match step:
        case steps_of.Entered():
            for name in _names(diagram, step.element_id, "clockStart"):
                ledger.start(name)
            for name in _names(diagram, step.element_id, "clockPause"):
                if clock := ledger.open(name):
                    reason = diagram.element(step.element_id).title
                    ledger.change(tracking.pause(clock, step.element_id, reason, now))
        case steps_of.Left() | steps_of.TaskWithdrawn():
            if isinstance(step, steps_of.Left):
                for name in _names(diagram, step.element_id, "clockStop"):
                    if clock := ledger.open(name):
                        ledger.change(tracking.meet(clock, now))
                for name in _names(diagram, step.element_id, "clockRetarget"):
                    ledger.retarget(name)
            for name in _names(diagram, step.element_id, "clockPause"):
                if clock := ledger.open(name):
                    ledger.change(tracking.resume(clock, step.element_id, now))


def _is_told(message: str) -> bool:
    return message.rpartition(".")[2] in TOLD


def _says(clock: Clock, what: str) -> bool:
    """Say whether the clock has reached what its message of that name tells."""
    late = clock.breached_at is not None
    return {"warning": clock.warned or late, "missed": late, "met": clock.ended and not late}[what]


def _tell(case: OpenCase, clocks: Iterable[Clock]) -> None:
    """Post what clocks have to tell and the case waits for, each once."""
    awaited = {wait.name for wait in case.live.waiting().messages}
    due = [
        (clock, what) for clock in clocks for what in TOLD if f"{clock.name}.{what}" in awaited and _says(clock, what)
    ]
    if not due:
        return
    tx, instance_id = case.tx, case.instance.id
    posted = {job.token for job in jobs.of_instance(tx.connection, instance_id)}
    messages = [
        Job.new(
            JobKind.MESSAGE,
            due_at=tx.now(),
            now=tx.now(),
            instance_id=instance_id,
            token=f"{clock.id}:{what}!",
            payload={"name": f"{clock.name}.{what}", "payload": {}},
        )
        for clock, what in due
        if f"{clock.id}:{what}!" not in posted
    ]
    jobs.add(tx, messages)
