"""Timer and conditional start events of processes (BPMN 2.0 clause 10.5.2): cases that begin by themselves.

A release sets the timers of its start events, and ends those of the release before it. A timer is computed once, when
the version is released: a date that lies in the past begins nothing, a duration counts from the release. What fell due
while no worker ran begins one case, however often it was missed; the next one is due at its own time.

A condition is looked at every `LOOK`, with the time and the records as they are then. A case begins when it is true and
was not when it was looked at before, or at the first look; a release goes on from what the one before it saw.
"""

from collections.abc import Callable, Collection, Iterator, Mapping
from datetime import datetime, timedelta
from typing import Any, Final

from bpmn.beginning import Beginning, beginnings
from bpmn.compiling.timing import Schedule, TimerInvalid, first_due
from bpmn.diagram import Element, Process, TimerDefinition
from bpmn.languages import bare, is_formula
from bpmn.vocabulary import RECORDS
from engine import journal
from engine.errors import Unacceptable
from engine.live import functions, released_draft
from engine.model.entry import EntryKind, publication_stream
from engine.model.job import HELD, Job, JobKind
from engine.model.publication import PublicationRecord
from engine.storage import jobs, publications, records, registers
from engine.transaction import Transaction
from forms.data import Value
from forms.feel import Environment, FeelError, parse_expression

LOOK: Final = timedelta(minutes=5)
"""How often conditions that begin cases are looked at."""
MOST: Final = 10_000
"""How many records of a type a condition sees."""


def schedule(tx: Transaction, record: PublicationRecord) -> None:
    """Set the timers and looks of a release that is in force from now on, in place of those of the process before.

    Raises Unacceptable naming the start event whose timer gives no time, or whose condition no truth value.
    """
    earlier = [other.id for other in publications.of_process(tx, record.process_id) if other.id != record.id]
    held = {_place(job) for each in earlier for job in jobs.scheduled(tx.connection, each) if job.payload.get(HELD)}
    jobs.cancel_scheduled(tx, earlier)
    process = released_draft(tx, record.id).diagram.process(record.process_id)
    timed = [(each, each.timer) for each in beginnings(process) if each.timer is not None]
    planned = [(each, found) for each, timer in timed if (found := _planned(tx, each.element, timer)) is not None]
    jobs.add(tx, [_job(tx, record.id, each.element.id, each.number, found) for each, found in planned])
    jobs.add(tx, list(_looks(tx, record.id, process, held)))
    if planned:
        due = [{"element": each.element.id, "due": _text(found.due)} for each, found in planned]
        facts = {"process": record.process_id, "timers": due}
        journal.append(tx, EntryKind.PUBLICATION_SCHEDULED, publication_stream(record.id), facts=facts)


def due_now(tx: Transaction, job: Job) -> PublicationRecord | None:
    """Set the next repetition and give the release that begins a case now; none where it is in force no more."""
    record = publications.get(tx, str(job.token))
    if record is None or record.state != "released":
        return None
    if HELD not in job.payload:
        go_on(tx, job)
        return record
    holds = _holds_now(tx, record, job)
    go_on(tx, job, held=holds)
    return record if holds and not job.payload[HELD] else None


def go_on(tx: Transaction, job: Job, *, held: bool = True) -> None:
    """Set the next repetition or look, also where the case of this one could not begin; once, if tried again."""
    element_id = job.payload["element"]
    waiting = jobs.scheduled(tx.connection, str(job.token))
    if any(other.id != job.id and _place(other) == _place(job) for other in waiting):
        return
    if HELD in job.payload:
        jobs.add(tx, [_look(tx, str(job.token), str(element_id), number(job), held=held, at=tx.now() + LOOK)])
        return
    following = _schedule(job).following(tx.now())
    if following is not None:
        jobs.add(tx, [_job(tx, str(job.token), str(element_id), number(job), following)])


def number(job: Job) -> int:
    """Which of the triggers of its start event a timer is."""
    return int(job.payload.get("number", 0))


def _planned(tx: Transaction, start: Element, timer: TimerDefinition) -> Schedule | None:
    try:
        text = _evaluated(tx, timer.text) if is_formula(timer.text) else timer.text
        if not isinstance(text, str) or timer.timing is None:
            raise TimerInvalid("it gives no time")
        planned = first_due(timer.timing, text, tx.now())
        return None if planned is None else planned.not_before(tx.now())
    except (TimerInvalid, FeelError) as error:
        raise Unacceptable(f"The timer of the start event “{start.title}” cannot be set: {error}.") from error


def holds(tx: Transaction, condition: str | None, data: Mapping[str, Value] | None = None) -> bool:
    """Say whether a condition that begins cases is true now; `data` are what is known beside time and records."""
    if condition is None or not is_formula(condition):
        return False
    try:
        return _evaluated(tx, condition, data) is True
    except FeelError:
        return False


def _holds_now(tx: Transaction, record: PublicationRecord, job: Job) -> bool:
    process = released_draft(tx, record.id).diagram.process(record.process_id)
    found = (each for each in beginnings(process) if (each.element.id, each.number) == _place(job))
    return any(holds(tx, each.condition) for each in found)


def _looks(tx: Transaction, publication_id: str, process: Process, held: Collection[tuple[str, int]]) -> Iterator[Job]:
    for each in beginnings(process):
        if each.condition is not None:
            _check(tx, each)
            was = (each.element.id, each.number) in held
            yield _look(tx, publication_id, each.element.id, each.number, held=was, at=tx.now())


def _check(tx: Transaction, beginning: Beginning) -> None:
    try:
        value = _evaluated(tx, str(beginning.condition))
    except FeelError as error:
        value = str(error)
    if value is not None and not isinstance(value, bool):
        title = beginning.element.title
        raise Unacceptable(f"The condition of the start event “{title}” is neither true nor false: {value}.")


def _look(tx: Transaction, publication_id: str, element_id: str, number: int, *, held: bool, at: datetime) -> Job:
    payload = {"element": element_id, "number": number, "due": _text(at), HELD: held}
    return Job.new(JobKind.SCHEDULE, due_at=at, now=tx.now(), payload=payload, token=publication_id)


def _place(job: Job) -> tuple[str, int]:
    return str(job.payload["element"]), number(job)


def _evaluated(tx: Transaction, text: str, data: Mapping[str, Value] | None = None) -> Value:
    calendar = records.calendar_of_service(tx, None)
    names: dict[str, Value] = {"calendar": calendar.value if calendar else None, **(data or {})}
    environment = Environment(now=tx.now(), functions={**functions(tx), RECORDS: _records(tx)})
    return parse_expression(bare(text), frozenset({*names, *environment.functions})).evaluate(names, environment).value


def _records(tx: Transaction) -> Callable[[Any], Value]:
    """Give the FEEL function ``records(type)``: those in use of a type, each with its values, key, title and state."""

    def found(of_type: Any) -> Value:
        _count, listed = registers.find(tx, str(of_type), {}, limit=MOST)
        return [{**each.values, "key": each.key, "title": each.title, "state": each.state} for each in listed]

    return found


def _job(tx: Transaction, publication_id: str, element_id: str, number: int, planned: Schedule) -> Job:
    payload: dict[str, Any] = {
        "element": element_id,
        "number": number,
        "due": _text(planned.due),
        "cycle": planned.cycle,
        "left": planned.left,
    }
    return Job.new(JobKind.SCHEDULE, due_at=planned.due, now=tx.now(), payload=payload, token=publication_id)


def _schedule(job: Job) -> Schedule:
    left = job.payload["left"]
    due = datetime.fromisoformat(job.payload["due"])
    return Schedule(due=due, cycle=job.payload["cycle"], left=None if left is None else int(left))


def _text(moment: datetime) -> str:
    return moment.isoformat().replace("+00:00", "Z")
