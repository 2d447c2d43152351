"""What follows from the steps of a case, in the same transaction: journal, tasks, timers, clocks, notices.

One entry holds all that one act did: who, on what, the ordered moves of the tokens, and the values (decision 3).
A case's data after an entry is found by folding: first its ``answer:`` values, then its ``data:`` values.
"""

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Final

from bpmn.assignment import GROUP
from bpmn.diagram import Diagram, Event
from engine import journal, notices, offering
from engine.acts import calling, chains, clocks, operating, posting
from engine.acts.cases import OpenCase, keep_live
from engine.errors import StepFailed
from engine.installation import STRANGERS
from engine.model import step as steps_of
from engine.model.entry import EntryKind, instance_stream
from engine.model.identity import new_id
from engine.model.instance import Instance, Task
from engine.model.job import ATTEMPTS, Job, JobKind
from engine.storage import instances, jobs, people, snapshots
from forms.data import Value, same

OUTCOMES: Final = " · "
"""Between the end events a case came to."""


@dataclass(kw_only=True)
class Cause:
    """Why a case moves: the kind of entry, its facts, what a person answered, and a word of his beside that."""

    kind: EntryKind
    facts: Mapping[str, Value] = field(default_factory=dict)
    answers: Mapping[str, Value] = field(default_factory=dict)
    personal: Collection[str] = ()
    notes: Mapping[str, Value] = field(default_factory=dict)
    """What is told by name and is no variable of the case: a reason. All of it is personal."""


@dataclass(kw_only=True)
class _Consequences:
    """What the steps of one act add up to, gathered before anything is written."""

    moves: list[Value] = field(default_factory=list)
    values: dict[str, Value] = field(default_factory=dict)
    personal: set[str] = field(default_factory=set)
    tasks: list[Task] = field(default_factory=list)
    withdrawn: list[str] = field(default_factory=list)
    timers: dict[str, steps_of.TimerSet] = field(default_factory=dict)
    cleared: list[str] = field(default_factory=list)
    awaited: dict[tuple[str, str], dict[str, str]] = field(default_factory=dict)
    forgotten: list[str] = field(default_factory=list)
    calls: list[steps_of.OperationCalled] = field(default_factory=list)
    outside: list[steps_of.OutsideCalled] = field(default_factory=list)
    operations: int = 0
    decisions: int = 0
    sent: int = 0
    outcomes: list[str] = field(default_factory=list)
    finished: bool = False


def follow(case: OpenCase, steps: steps_of.Steps, cause: Cause) -> None:
    """Write all that follows from `steps`; case.instance and case.tasks are up to date afterwards."""
    steps = operating.answer(case, steps)
    gathered, caller = _Consequences(), case.instance.caller_id
    for step in steps:
        _gather(case, gathered, step, cause)
    _update_instance(case, gathered)
    check_known(case, gathered.tasks, {caller, case.instance.starter_id, case.tx.actor.person_id})
    blob = case.live.save() if case.instance.state == "active" else None
    if case.seen:
        instances.save(case.tx, case.instance, blob, seen=case.seen)
    else:
        instances.insert(case.tx, case.instance, blob)
    _write_rows(case, gathered)
    _write_journal(case, gathered, cause)
    clocks.follow(case, steps)
    outgoing = notices.for_tasks(case.tx, case.instance, gathered.tasks)
    for call in gathered.calls:
        outgoing += notices.for_operation(case.tx, case.instance, call)
    outgoing += [*posting.follow(case, steps), *calling.follow(case, steps)]
    outgoing += [*_timer_jobs(case, gathered), *_outside_jobs(case, gathered)]
    jobs.add(case.tx, chains.linked(case.tx, outgoing))
    case.tasks = tuple(gathered.tasks)
    if blob is not None:
        keep_live(case, blob)


def _gather(case: OpenCase, into: _Consequences, step: steps_of.Step, cause: Cause) -> None:
    """Sort one step into what it means; those that every act takes come first."""
    match step:
        case steps_of.FlowTaken():
            into.moves.append(["flow", step.flow_id])
        case steps_of.Left():
            into.moves.append(["leave", step.element_id])
        case steps_of.Entered():
            into.moves.append(["enter", step.element_id])
            if step.element_id in case.compiled.process.outcomes:
                into.outcomes.append(case.compiled.element(step.element_id).title)
        case steps_of.DataChanged():
            if not step.is_set:
                into.moves.append(["unset", step.name])
            elif not _is_answered(into, step, cause):
                _note(into, f"data:{step.name}", step.new, personal=True)
        case steps_of.TaskOpened():
            _gather_task(into, _task(case, step))
        case steps_of.InstanceEntered() | steps_of.InstanceLeft() | steps_of.TaskWithdrawn():
            _gather_part(into, step)
        case steps_of.TimerSet() | steps_of.TimerCleared() | steps_of.OutsideCalled() | steps_of.OutsideDropped():
            _gather_job(into, step)
        case (
            steps_of.MessageAwaited()
            | steps_of.MessageForgotten()
            | steps_of.SignalAwaited()
            | steps_of.SignalForgotten()
        ):
            _gather_wait(into, step)
        case _:
            _gather_deed(into, step)


def _is_answered(into: _Consequences, step: steps_of.DataChanged, cause: Cause) -> bool:
    """Say whether the answer alone tells the value: it was not changed in between, and back."""
    unchanged = f"data:{step.name}" not in into.values
    return unchanged and step.name in cause.answers and same(cause.answers[step.name], step.new)


def _gather_task(into: _Consequences, task: Task) -> None:
    into.tasks.append(task)
    named = task.person_id or _one_or_several(task.audience.people)
    into.moves.append(["offer", task.element_id, task.id, _one_or_several(task.audience.roles), named])
    if task.person_id is None and task.assignee_id is not None:
        into.moves.append(["assign", task.element_id, task.id, task.assignee_id])
    if task.due_at or task.follow_up_at:
        dates = (_text(date) if date else None for date in (task.due_at, task.follow_up_at))
        into.moves.append(["due", task.element_id, *dates])
    if task.urgency is not None:
        into.moves.append(["urgency", task.element_id, task.urgency])


def _one_or_several(ids: Sequence[str]) -> Value:
    return list(ids) if len(ids) > 1 else next(iter(ids), None)


def _gather_part(
    into: _Consequences, step: steps_of.InstanceEntered | steps_of.InstanceLeft | steps_of.TaskWithdrawn
) -> None:
    match step:
        case steps_of.InstanceEntered():
            into.moves.append(["begin", step.element_id, step.number])
        case steps_of.InstanceLeft():
            into.moves.append(["done", step.element_id, step.number])
        case steps_of.TaskWithdrawn():
            # What opened in this act and is gone again was never offered to anybody.
            into.tasks = [task for task in into.tasks if task.token != step.token]
            into.withdrawn.append(step.token)
            into.moves.append(["withdraw", step.element_id, *([step.number] if step.number is not None else [])])


def _gather_job(
    into: _Consequences,
    step: steps_of.TimerSet | steps_of.TimerCleared | steps_of.OutsideCalled | steps_of.OutsideDropped,
) -> None:
    match step:
        case steps_of.TimerSet():
            into.timers[step.token] = step
            into.cleared.append(step.token)
            into.moves.append(["wait", step.element_id, _text(step.due)])
        case steps_of.TimerCleared():
            into.timers.pop(step.token, None)
            into.cleared.append(step.token)
        case steps_of.OutsideCalled():
            into.outside.append(step)
            into.moves.append(["call", step.element_id, step.operation])
        case steps_of.OutsideDropped():
            into.outside = [call for call in into.outside if call.token != step.token]
            into.cleared.append(step.token)


def _gather_wait(
    into: _Consequences,
    step: steps_of.MessageAwaited | steps_of.MessageForgotten | steps_of.SignalAwaited | steps_of.SignalForgotten,
) -> None:
    match step:
        case steps_of.MessageAwaited() | steps_of.SignalAwaited():
            message = isinstance(step, steps_of.MessageAwaited)
            into.awaited[step.token, step.name] = {
                "element_id": step.element_id,
                "kind": "message" if message else "signal",
                "correlation": step.key if isinstance(step, steps_of.MessageAwaited) else "",
            }
            into.moves.append(["await", step.element_id, step.name])
        case _:
            into.awaited.pop((step.token, step.name), None)
            into.forgotten.append(step.token)


def _gather_deed(into: _Consequences, step: steps_of.Step) -> None:
    match step:
        case steps_of.MessageThrown():
            into.moves.append(["send", step.element_id, step.name, into.sent])
            _note_sent(into, {"payload": dict(step.payload), "key": step.key, "id": step.message_id})
        case steps_of.SignalThrown():
            into.moves.append(["signal", step.element_id, step.name, into.sent])
            _note_sent(into, {"payload": dict(step.payload)})
        case steps_of.EscalationRaised():
            into.moves.append(["escalate", step.element_id, step.code])
        case steps_of.CaseCalled():
            into.moves.append(["invoke", step.element_id, step.process_id])
        case steps_of.OperationCalled():
            into.calls.append(step)
            into.moves.append(["call", step.element_id, step.operation])
        case steps_of.OperationAnswered():
            _gather_operation(into, step)
        case steps_of.DecisionMade():
            number = into.decisions
            into.decisions += 1
            into.moves.append(["decide", step.element_id, step.decision_id, list(step.matched), number])
            _note(into, f"decision:{number}:inputs", dict(step.inputs), personal=True)
            _note(into, f"decision:{number}:outputs", step.outputs, personal=True)
            if step.problems:
                _note(into, f"decision:{number}:problems", list(step.problems), personal=True)
        case steps_of.Finished():
            into.finished = True
            into.moves.append(["end", step.element_id])
            if step.error is not None:
                into.moves.append(["fail", step.element_id, step.error])
            if step.error is not None or step.everything:
                into.outcomes += [step.outcome] if step.outcome not in into.outcomes[-1:] else []


def _gather_operation(into: _Consequences, step: steps_of.OperationAnswered) -> None:
    number = into.operations
    into.operations += 1
    into.moves.append(["operate", step.element_id, step.operation, number, step.code])
    told = {"arguments": dict(step.arguments), "response": None if step.response is None else dict(step.response)}
    for name, value in (told | ({"problem": step.message} if step.message else {})).items():
        _note(into, f"operation:{number}:{name}", value, personal=True)


def _note_sent(into: _Consequences, content: dict[str, Value]) -> None:
    _note(into, f"sent:{into.sent}", content, personal=True)
    into.sent += 1


def _note(into: _Consequences, path: str, value: Value, *, personal: bool) -> None:
    into.values[path] = value
    if personal:
        into.personal.add(path)


def _text(moment: datetime) -> str:
    return moment.isoformat().replace("+00:00", "Z")


def _task(case: OpenCase, step: steps_of.TaskOpened) -> Task:
    binding = offering.bind(case.compiled.diagram, step.element_id, step.data, case.surroundings)
    return Task(
        id=new_id(),
        instance_id=case.instance.id,
        token=step.token,
        element_id=step.element_id,
        title=binding.title,
        state="open",
        audience=binding.audience,
        person_id=binding.person_id,
        assignee_id=binding.assignee_id,
        form=binding.form,
        version=1,
        created_at=case.tx.now(),
        claimed_at=None,
        ended_at=None,
        ended_by=None,
        due_at=binding.due_at,
        follow_up_at=binding.follow_up_at,
        priority=binding.priority,
    )


def check_known(case: OpenCase, tasks: Collection[Task], known: Collection[str | None]) -> None:
    """Refuse a caller, or a person or group to do a task, that is not there: nobody would ever find the task."""
    bound: dict[str | None, str | None] = {case.instance.caller_id: None}
    bound |= {person: task.element_id for task in tasks for person in (task.person_id, *task.audience.people)}
    strangers = set(bound) - {None, *known}
    # Roles of lanes were checked when the version was released.
    chosen = [task for task in tasks if case.compiled.element(task.element_id).properties.get(GROUP)]
    welcome = case.tx.installation.memory.get(STRANGERS)
    if welcome is not None:
        welcome(case.tx, strangers, {role for task in chosen for role in task.audience.roles})
    for person_id in strangers - people.names(case.tx, strangers).keys() if strangers else ():
        raise StepFailed(bound[person_id], "unknown_person", f"There is no person with the id “{person_id}”.")
    groups = {role.id for role in people.roles(case.tx)} if any(task.audience.roles for task in chosen) else set()
    for task in chosen:
        for role in task.audience.roles:
            if role not in groups:
                raise StepFailed(task.element_id, "unknown_group", f"There is no group “{role}” for “{task.title}”.")


def _update_instance(case: OpenCase, gathered: _Consequences) -> None:
    variable = case.live.variable
    ended = gathered.finished
    before = case.instance
    changes = {
        "title": _column(variable("title"), 500) or before.title,
        "service_id": _column(variable("service"), 64),
        "priority": _column(variable("priority"), 16),
        "caller_id": _column(variable("caller"), 36) or before.caller_id,
        "restricted": variable("restricted") is True,
        "state": "completed" if ended else before.state,
        "outcome": OUTCOMES.join(filter(None, [before.outcome, *gathered.outcomes]))[:255] or None,
        "ended_at": case.tx.now() if ended else before.ended_at,
        "version": case.seen + 1,
        "suspended_at": before.suspended_at if before.state == "active" and not ended else None,
    }
    case.instance = Instance(**vars(before) | changes)


def _column(value: Value, length: int) -> str | None:
    return value[:length] if isinstance(value, str) and value.strip() else None


def _write_journal(case: OpenCase, gathered: _Consequences, cause: Cause) -> None:
    answers = {f"answer:{name}": value for name, value in cause.answers.items()}
    personal = {f"answer:{name}" for name in cause.personal} | gathered.personal | set(cause.notes)
    caller = case.instance.caller_id
    inside = sorted(_inside(case, gathered, cause))
    journal.append(
        case.tx,
        cause.kind,
        instance_stream(case.instance.id),
        facts={**cause.facts, "moves": gathered.moves, "here": here(case), "state": case.instance.state}
        | ({"inside": inside} if inside else {}),
        values={**cause.notes, **answers, **gathered.values},
        personal=personal,
        subject=f"person:{caller}" if caller else None,
    )


def _inside(case: OpenCase, gathered: _Consequences, cause: Cause) -> Iterator[str]:
    """Give the answers that became no variables of the case: they stayed inside the element that asked."""
    for name, value in cause.answers.items():
        if f"data:{name}" not in gathered.values and not same(case.live.variable(name), value):
            yield name


def here(case: OpenCase) -> list[Value]:
    """Give the elements where the case stands now: what it waits at, events beside the path excepted."""
    diagram = case.compiled.diagram
    return [element for element in case.live.standing() if not is_aside(diagram, element)]


def is_aside(diagram: Diagram, element_id: str) -> bool:
    """Say whether an element is an event that waits beside the path: at an activity's border, or to start something."""
    element = diagram.element(element_id)
    # A start event of the process itself that still waits for others of its triggers is where the case stands.
    aside = element.kind == "boundaryEvent" or (element.kind == "startEvent" and element.scope_id != element.process_id)
    return isinstance(element, Event) and aside


def _write_rows(case: OpenCase, gathered: _Consequences) -> None:
    tx, instance = case.tx, case.instance
    ended = instance.state != "active"
    if case.seen:
        instances.withdraw_tasks(tx, instance.id, gathered.withdrawn, tx.now())
        instances.forget_messages(tx, instance.id, None if ended else gathered.forgotten)
        if ended:
            jobs.cancel_all(tx, instance.id)
            snapshots.drop(tx, instance.id)
        elif gathered.cleared:
            jobs.cancel(tx, instance.id, gathered.cleared)
    instances.insert_tasks(tx, gathered.tasks)
    if not ended:
        instances.await_messages(
            tx,
            [
                {"instance_id": instance.id, "token": token, "name": name, **wait}
                for (token, name), wait in gathered.awaited.items()
            ],
        )


def _timer_jobs(case: OpenCase, gathered: _Consequences) -> list[Job]:
    if case.instance.state != "active":
        return []
    return [
        Job.new(
            JobKind.TIMER,
            due_at=timer.due,
            now=case.tx.now(),
            instance_id=case.instance.id,
            token=timer.token,
            payload={"element": timer.element_id},
        )
        for timer in gathered.timers.values()
    ]


def _outside_jobs(case: OpenCase, gathered: _Consequences) -> list[Job]:
    """The calls that leave the house, made by the worker after the commit."""
    return [
        Job.new(
            JobKind.OUTSIDE,
            due_at=case.tx.now(),
            now=case.tx.now(),
            instance_id=case.instance.id,
            token=call.token,
            attempts=ATTEMPTS if call.retries is None else call.retries + 1,
            payload={
                "element": call.element_id,
                "operation": call.operation,
                "arguments": dict(call.arguments),
                "pause": None if call.pause is None else int(call.pause.total_seconds()),
            },
        )
        for call in (gathered.outside if case.instance.state == "active" else ())
    ]
