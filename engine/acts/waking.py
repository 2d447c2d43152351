"""What a due job does to a case: fire its timer, hand it a message, warn of or mark a missed deadline.

Runs inside the transaction that fetched the job fenced and marks it done: effect and outcome commit together.
"""

from typing import assert_never

from engine.acts import batches, chains, clocks, returning, routing, scheduling
from engine.acts.cases import OpenCase, open_case
from engine.acts.messaging import deliver, tell
from engine.acts.moving import Cause, follow
from engine.acts.starting import begin_case
from engine.errors import CaseEnded, NobodyWaits
from engine.model.entry import EntryKind
from engine.model.job import Job, JobKind
from engine.model.message import Message
from engine.running import NotWaiting
from engine.transaction import Transaction
from forms.data import Value


def wake(tx: Transaction, job: Job) -> None:
    """Do what a timer, message or clock job is for; nothing when the case no longer waits for it.

    Raises StepFailed when the case cannot move, of which the worker makes an incident, and CaseSuspended.
    """
    chains.enter(tx, job)
    if job.kind is JobKind.ROUTE:
        routing.route(tx, job)
    elif job.kind is JobKind.START:
        routing.begin(tx, job)
    elif job.kind is JobKind.SCHEDULE:
        _begin(tx, job)
    elif job.kind is JobKind.BATCH:
        batches.go_on(tx, job)
    elif job.instance_id is not None:
        try:
            case = open_case(tx, job.instance_id)
        except CaseEnded:
            if job.kind is JobKind.MESSAGE:
                routing.again(tx, job)
            return
        _wake(case, job)


def _begin(tx: Transaction, job: Job) -> None:
    """Begin the case of a timer start event that is due."""
    record = scheduling.due_now(tx, job)
    if record is None:
        return
    element_id, number = str(job.payload["element"]), scheduling.number(job)
    facts: dict[str, Value] = {"element": element_id, "due": job.payload["due"], "job": job.id}
    begin_case(tx, record, {}, at=element_id, number=number, facts=facts)


def _wake(case: OpenCase, job: Job) -> None:
    match job.kind:
        case JobKind.TIMER:
            _fire(case, job)
        case JobKind.MESSAGE:
            _deliver(case, job)
        case JobKind.SIGNAL:
            _signal(case, job)
        case JobKind.CALL:
            returning.answer(case, job)
        case JobKind.CLOCK:
            clocks.ring(case, job)
        case JobKind.MAIL | JobKind.OUTSIDE | JobKind.ROUTE | JobKind.START | JobKind.SCHEDULE | JobKind.BATCH:
            raise ValueError("no job of a case, or one that is done outside the transaction")
        case _:
            assert_never(job.kind)


def _fire(case: OpenCase, job: Job) -> None:
    try:
        steps = case.live.fire(job.token or "", case.surroundings)
    except NotWaiting:
        return
    follow(case, steps, Cause(kind=EntryKind.TIMER_FIRED, facts={"element": job.payload.get("element"), "job": job.id}))


def _deliver(case: OpenCase, job: Job) -> None:
    payload = job.payload.get("payload") or {}
    sent = Message.read(job.payload["message"]) if "message" in job.payload else None
    try:
        if sent is None:
            deliver(case, job.payload["name"], payload)
            return
        facts = {"id": sent.id, "sender": sent.sender_id}
        if sent.source is not None:
            facts["outside"] = sent.source
        elements = job.payload.get("elements", ())
        keys = {wait.key for wait in case.live.waiting().messages if wait.name == sent.name}
        # What waits without a key of its own is meant by the key with which its case began.
        key = "" if sent.key == case.instance.business_key and sent.key not in keys else sent.key
        deliver(case, sent.name, payload, personal=frozenset(payload), key=key, facts=facts, at=elements)
    except NobodyWaits:
        routing.again(case.tx, job)


def _signal(case: OpenCase, job: Job) -> None:
    try:
        tell(case, job.payload["name"], job.payload["payload"], job.payload["sender_id"])
    except NobodyWaits:
        return
