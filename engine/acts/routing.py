"""Messages and signals between cases: who gets them (BPMN 2.0 clauses 8.4.2, 10.5.1 and 10.5.5).

A message reaches the one case that waits for its name and correlation key (of those to whose process a message flow
leads it, where one does); where none waits, the one process whose
start event of that name begins a case; else it is kept until somebody waits or its time to live is over. More than one
candidate is an error that an operator sees: nobody is chosen by chance. A signal reaches everybody who waits, and
begins a case of every process with a start event of its name; it is never kept.
"""

from collections.abc import Mapping
from enum import StrEnum
from typing import Any

from bpmn.beginning import Beginning
from bpmn.diagram import Event
from bpmn.inside import VERSION_PROPOSED
from engine import journal
from engine.acts.chains import linked
from engine.acts.linking import received
from engine.acts.posting import handed
from engine.acts.starting import begin_case
from engine.conversing import addressed
from engine.errors import Ambiguous, NotFound, OutOfUse, StepFailed
from engine.live import compiled, startable_release
from engine.model.entry import INSTALLATION, EntryKind, instance_stream
from engine.model.job import Job, JobKind
from engine.model.message import Message, MessageState
from engine.model.publication import PublicationRecord
from engine.neighbours import started_by
from engine.storage import jobs, messages, publications
from engine.transaction import Transaction
from forms.data import Value


def route(tx: Transaction, job: Job) -> None:
    """Find who gets what the job carries. Raises Ambiguous where several could, none meant more than another."""
    if "message" in job.payload:
        route_message(tx, Message.read(job.payload["message"]))
    elif "signal" in job.payload:
        _route_signal(tx, job.payload["signal"])
    else:
        _expire(tx, str(job.payload["expire"]))


def begin(tx: Transaction, job: Job) -> None:
    """Begin a case at the start event that a message or signal triggers, on the release that is current now."""
    process_id, element_id = str(job.payload["process"]), str(job.payload["element"])
    try:
        record = startable_release(tx, process_id)
    except (NotFound, OutOfUse) as error:
        raise StepFailed(element_id, "not_released", error.message) from error
    data = dict(job.payload["payload"])
    sender_id, source = job.payload.get("sender_id"), job.payload.get("source")
    if source is not None and not data.get("caller"):
        data["caller"] = job.payload["source_person"]  # as of a case that a person starts
    begun = begin_case(
        tx,
        record,
        data,
        at=element_id,
        number=int(job.payload.get("number", 0)),
        personal=data,
        business_key=job.payload.get("key") or None,
        facts={
            "element": element_id,
            "event": job.payload["name"],
            "sender": sender_id,
            **({"outside": source} if source is not None else {}),
        },
        starter_id=job.payload.get("source_person") or _proposer(tx, job.payload["name"], data),
    )
    if isinstance(sender_id, str):
        received(tx, begun.id, compiled(tx, record.id).diagram, element_id, sender_id)


def _proposer(tx: Transaction, name: str, data: Mapping[str, Value]) -> str | None:
    """Give who proposed the version of which document control is told: that case is his, so he does not approve it."""
    if name != VERSION_PROPOSED:
        return None
    proposed = publications.get(tx, str(data.get("version")))
    return proposed.proposer_id if proposed else None


def again(tx: Transaction, job: Job) -> None:
    """Send a message on its way again that its case no longer waited for when it came; what a clock tells is not."""
    if "message" in job.payload:
        jobs.add(tx, linked(tx, [_job(tx, JobKind.ROUTE, {"message": job.payload["message"]})]))


class Went(StrEnum):
    """Where a message went."""

    TO_CASE = "to a case"
    BEGAN = "began a case"
    KEPT = "kept"
    """Nobody waits for it yet."""
    CAME_BEFORE = "came before"
    """Nowhere: another one with its id came before."""


def route_message(tx: Transaction, message: Message) -> Went:
    """Find who gets a message. Raises Ambiguous where several could, none meant more than another."""
    messages.lock(tx, message.name, message.key)
    if message.message_id is not None and _is_duplicate(tx, message):
        return Went.CAME_BEFORE
    whom = addressed(tx, message)
    places = [
        (receiver, element_id)
        for receiver, process_id, element_id in messages.places(tx, "message", message.name, message.key)
        if whom.is_for(process_id, element_id) and whom.is_for_case(receiver)
    ]
    receivers = sorted({receiver for receiver, _ in places})
    starts = [
        (record, beginning)
        for record, beginning in (() if receivers else started_by(tx, "message", message.name))
        if whom.is_for(record.process_id, beginning.element.id)
    ]
    if len(receivers) > 1 or len(starts) > 1:
        who = "cases wait" if receivers else "processes start"
        key = f" with the key {message.key!r}" if message.key else " without a key"
        text = f"{len(receivers or starts)} {who} for the message {message.name!r}{key}; it can reach only one."
        raise Ambiguous(text, element_id=message.element_id)
    if receivers:
        _remember(tx, message, receivers[0])
        elements = sorted({element_id for _, element_id in places})
        jobs.add(tx, linked(tx, [_job(tx, JobKind.MESSAGE, handed(message, elements), to=receivers[0])]))
        return Went.TO_CASE
    if starts and _begins_already(tx, *starts[0]):
        _keep(tx, message)
        return Went.KEPT
    if starts:
        _remember(tx, message, None)
        carried = {"name": message.name, "payload": message.payload, "sender_id": message.sender_id, "key": message.key}
        if message.source is not None:
            carried |= {"source": message.source, "source_person": message.source_person_id}
        jobs.add(tx, linked(tx, [_start(tx, starts[0], carried)]))
        return Went.BEGAN
    _keep(tx, message)
    return Went.KEPT


def _begins_already(tx: Transaction, record: PublicationRecord, found: Beginning) -> bool:
    """Say whether another trigger of a start event that needs them all is about to begin a case, which waits for this.

    BPMN 2.0 clause 10.5.2, Parallel Multiple.
    """
    element = found.element
    if not (isinstance(element, Event) and element.parallel_multiple):
        return False
    waiting = [job.payload for job in jobs.beginning(tx.connection)]
    same = (each for each in waiting if (each.get("process"), each.get("element")) == (record.process_id, element.id))
    return any(each.get("number") != found.number for each in same)


def _is_duplicate(tx: Transaction, message: Message) -> bool:
    known = messages.find(tx, message.name, message.message_id or "")
    if known is None or known.id == message.id:
        return False
    if known.expires_at <= tx.now():
        messages.drop(tx, [known.id])
        return False
    messages.count_duplicate(tx, known.id)
    _note(tx, EntryKind.MESSAGE_DROPPED, message, first=known.id)
    return True


def _remember(tx: Transaction, message: Message, receiver_id: str | None) -> None:
    """Note where a message went: one that was kept, and one whose id must not come twice."""
    if message.message_id is None:
        messages.delivered(tx, message, receiver_id)
        return
    messages.keep(tx, message, MessageState.DELIVERED, receiver_id)
    jobs.add(tx, [_expiry(tx, message)])


def _keep(tx: Transaction, message: Message) -> None:
    messages.keep(tx, message, MessageState.KEPT)
    jobs.add(tx, [_expiry(tx, message)])
    _note(tx, EntryKind.MESSAGE_KEPT, message, until=message.expires_at.isoformat())


def _expire(tx: Transaction, kept_id: str) -> None:
    expired = messages.expire(tx, kept_id)
    if expired is not None:
        stream = instance_stream(expired.sender_id) if expired.sender_id else INSTALLATION
        facts = {"message": expired.name, "id": expired.id, "element": expired.element_id}
        journal.append(tx, EntryKind.MESSAGE_EXPIRED, stream, facts=facts)


def _note(tx: Transaction, kind: EntryKind, message: Message, **facts: str) -> None:
    stream = instance_stream(message.sender_id) if message.sender_id else INSTALLATION
    known = {"message": message.name, "id": message.id, "element": message.element_id}
    journal.append(tx, kind, stream, facts=known | facts)


def _route_signal(tx: Transaction, signal: Any) -> None:
    name, payload, sender_id = signal["name"], signal["payload"], signal["sender_id"]
    receivers = [receiver for receiver in messages.waiting(tx, "signal", name) if receiver != sender_id]
    facts = {"name": name, "payload": payload, "sender_id": sender_id}
    told = [_job(tx, JobKind.SIGNAL, facts, to=receiver) for receiver in receivers]
    begun = [_start(tx, start, facts) for start in started_by(tx, "signal", name)]
    jobs.add(tx, linked(tx, [*told, *begun]))


def _start(tx: Transaction, start: tuple[PublicationRecord, Beginning], carried: dict[str, Any]) -> Job:
    record, beginning = start
    at = {"process": record.process_id, "element": beginning.element.id, "number": beginning.number}
    return _job(tx, JobKind.START, carried | at)


def _expiry(tx: Transaction, message: Message) -> Job:
    now = tx.now()
    return Job.new(JobKind.ROUTE, due_at=max(message.expires_at, now), now=now, payload={"expire": message.id})


def _job(tx: Transaction, kind: JobKind, payload: Any, *, to: str | None = None) -> Job:
    return Job.new(kind, due_at=tx.now(), now=tx.now(), payload=payload, instance_id=to)
