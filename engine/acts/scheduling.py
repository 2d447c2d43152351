"""Timer start events of processes (BPMN 2.0 clause 10.5.2): cases that begin by themselves at their times.

A release sets the timers of its start events, and ends those of the release before it. A timer is computed once, when
the version is released: a date that lies in the past begins nothing, a duration counts from the release. What fell due
while no worker ran begins one case, however often it was missed; the next one is due at its own time.
"""

from datetime import datetime
from typing import Any

from bpmn.beginning import beginnings
from bpmn.compiling.timing import Schedule, TimerInvalid, first_due
from bpmn.diagram import Element, TimerDefinition
from bpmn.languages import bare, is_formula
from engine import journal
from engine.deadlines.working_hours import feel_functions
from engine.errors import Unacceptable
from engine.live import released_draft
from engine.model.entry import EntryKind, publication_stream
from engine.model.job import Job, JobKind
from engine.model.publication import PublicationRecord
from engine.storage import jobs, publications, records
from engine.transaction import Transaction
from forms.data import Value
from forms.feel import Environment, FeelError, parse_expression


def schedule(tx: Transaction, record: PublicationRecord) -> None:
    """Set the timers of a release that is in force from now on, in place of those of the process before.

    Raises Unacceptable naming the start event whose timer gives no time.
    """
    earlier = [other.id for other in publications.of_process(tx, record.process_id) if other.id != record.id]
    jobs.cancel_scheduled(tx, earlier)
    process = released_draft(tx, record.id).diagram.process(record.process_id)
    timed = [(each, each.timer) for each in beginnings(process) if each.timer is not None]
    planned = [(each, found) for each, timer in timed if (found := _planned(tx, each.element, timer)) is not None]
    jobs.add(tx, [_job(tx, record.id, each.element.id, each.number, found) for each, found in planned])
    if planned:
        due = [{"element": each.element.id, "due": _text(found.due)} for each, found in planned]
        facts = {"process": record.process_id, "timers": due}
        journal.append(tx, EntryKind.PUBLICATION_SCHEDULED, publication_stream(record.id), facts=facts)


def due_now(tx: Transaction, job: Job) -> PublicationRecord | None:
    """Set the next repetition and give the release that begins a case now; none where it is in force no more."""
    record = publications.get(tx, str(job.token))
    if record is None or record.state != "released":
        return None
    go_on(tx, job)
    return record


def go_on(tx: Transaction, job: Job) -> None:
    """Set the next repetition of a timer, also where the case of this one could not begin; once, if tried again."""
    element_id = job.payload["element"]
    waiting = jobs.scheduled(tx.connection, str(job.token))
    this = element_id, number(job)
    if any(other.id != job.id and (other.payload["element"], number(other)) == this for other in waiting):
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
        return first_due(timer.timing, text, tx.now()).not_before(tx.now())
    except (TimerInvalid, FeelError) as error:
        raise Unacceptable(f"The timer of the start event “{start.title}” cannot be set: {error}.") from error


def _evaluated(tx: Transaction, text: str) -> Value:
    calendar = records.calendar_of_service(tx, None)
    names: dict[str, Value] = {"calendar": calendar.value if calendar else None}
    environment = Environment(now=tx.now(), functions=feel_functions())
    return parse_expression(bare(text), frozenset({*names, *environment.functions})).evaluate(names, environment).value


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
