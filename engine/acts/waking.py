"""What a due job does to a case: fire its timer, hand it a message, warn of or mark a missed deadline.

Runs inside the transaction that fetched the job fenced and marks it done: effect and outcome commit together.
"""

from typing import assert_never

from engine.acts import clocks
from engine.acts.cases import OpenCase, open_case
from engine.acts.messaging import deliver
from engine.acts.moving import Cause, follow
from engine.errors import CaseEnded, NobodyWaits
from engine.model.entry import EntryKind
from engine.model.job import Job, JobKind
from engine.running import NotWaiting
from engine.transaction import Transaction


def wake(tx: Transaction, job: Job) -> None:
    """Do what a timer, message or clock job is for; nothing when the case no longer waits for it.

    Raises StepFailed when the case cannot move, of which the worker makes an incident, and CaseSuspended.
    """
    if job.instance_id is None:
        return
    try:
        case = open_case(tx, job.instance_id)
    except CaseEnded:
        return
    match job.kind:
        case JobKind.TIMER:
            _fire(case, job)
        case JobKind.MESSAGE:
            _deliver(case, job)
        case JobKind.CLOCK:
            clocks.ring(case, job)
        case JobKind.MAIL:
            raise ValueError("mail is sent outside the transaction")
        case _:
            assert_never(job.kind)


def _fire(case: OpenCase, job: Job) -> None:
    try:
        steps = case.live.fire(job.token or "", case.surroundings)
    except NotWaiting:
        return
    follow(case, steps, Cause(kind=EntryKind.TIMER_FIRED, facts={"element": job.payload.get("element"), "job": job.id}))


def _deliver(case: OpenCase, job: Job) -> None:
    try:
        deliver(case, job.payload["name"], job.payload.get("payload") or {})
    except NobodyWaits:
        return
