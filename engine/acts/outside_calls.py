"""Calls of service tasks that leave the house: what is told before, and what comes of them (decision 10).

The worker begins a call in one transaction, makes it in none, and records what came of it in another. A worker that
dies in between leaves the job, and the call is made again under the same key.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta

from engine import journal
from engine.acts import chains, operating
from engine.acts.cases import OpenCase, open_case
from engine.acts.moving import Cause, follow
from engine.connectors import vault
from engine.connectors.contract import Call, CallFailed, Connector, Grants
from engine.connectors.http import MARKER
from engine.connectors.offered import CONNECTORS
from engine.errors import CaseEnded
from engine.installation import Installation
from engine.live import read_live
from engine.model.entry import EntryKind, instance_stream
from engine.model.instance import Instance
from engine.model.job import Job
from engine.model.register import Origin
from engine.model.step import OperationAnswered
from engine.running import NotWaiting
from engine.storage import connections, instances
from engine.transaction import Transaction
from forms.data import Value, canonical

ANSWER = "answer"
"""Key in the payload of a job: what a call was answered while its case was suspended."""
RESOLVER = "resolver"
"""Key in `Installation.memory`: what stands in for the system's resolver of host names."""
OFFERED = "connectors"
"""Key in `Installation.memory`: what stands in for the connectors by operation, as a rehearsal does."""


@dataclass(frozen=True, kw_only=True)
class Prepared:
    """A call with all it needs, to be made outside the transaction."""

    connector: Connector
    call: Call
    grants: Grants


def is_suspended(tx: Transaction, job: Job) -> bool:
    """Say whether the case of a job is suspended."""
    case = instances.get(tx, job.instance_id) if job.instance_id else None
    return case is not None and case.suspended_at is not None


def begin_call(tx: Transaction, job: Job) -> Prepared:
    """Journal the attempt and gather what it needs. Raises CallFailed where it cannot be made."""
    operation = str(job.payload["operation"])
    arguments = job.payload["arguments"]
    journal.append(
        tx,
        EntryKind.CALL_ATTEMPTED,
        instance_stream(job.instance_id or ""),
        facts=_facts(job),
        values={"arguments": arguments},
        personal={"arguments"},
    )
    offered: Mapping[str, Connector] = tx.installation.memory.get(OFFERED, CONNECTORS)
    connector = offered.get(operation)
    if connector is None:
        raise CallFailed(f"This installation does not offer the operation {operation}.", permanent=True)
    call = Call(key=job.id, operation=operation, arguments=arguments, at=tx.now(), begun=job.created_at)
    grants = _grants(tx, arguments)
    named = {arguments.get("secret"), *MARKER.findall(canonical(arguments))}
    connections.used(tx, [name for name, one in grants.secrets.items() if name in named and one.operation == operation])
    return Prepared(connector=connector, call=call, grants=grants)


def is_inside(tx: Transaction, job: Job) -> bool:
    """Say whether a call is one of those done inside the house: it failed in the act that reached its task."""
    return operating.is_done_here(tx, str(job.payload["operation"]), str(job.payload["element"]))


def operate_again(tx: Transaction, job: Job) -> None:
    """Do an inside operation that failed before, and let the case go on. Raises CallFailed, StepFailed."""
    case = _open(tx, job)  # the case before what it works on, as in every act
    if case is None:
        return
    arguments, operation = job.payload["arguments"], str(job.payload["operation"])
    element_id, token = str(job.payload["element"]), job.token or ""
    origin = Origin(instance_id=case.instance.id, element_id=element_id)
    response = operating.operate(tx, operation, arguments, origin)
    try:
        steps = case.live.answered(token, response, case.surroundings)
    except NotWaiting:
        return
    done = OperationAnswered(
        token=token, element_id=element_id, operation=operation, arguments=arguments, response=response
    )
    follow(case, (done, *steps), Cause(kind=EntryKind.CALL_SUCCEEDED, facts=_facts(job)))


def make_call(prepared: Prepared) -> dict[str, Value]:
    """Make a call, in no transaction. Raises CallFailed."""
    return dict(prepared.connector.run(prepared.call, prepared.grants))


def record_answer(tx: Transaction, job: Job, answer: dict[str, Value]) -> None:
    """Let the case go on with an answer; dropped when the case waits for it no more. Raises StepFailed."""
    case = _open(tx, job)
    if case is None:
        return
    try:
        steps = case.live.answered(job.token or "", answer, case.surroundings)
    except NotWaiting:
        return
    facts = _facts(job) | ({"status": answer["status"]} if "status" in answer else {})
    follow(case, steps, Cause(kind=EntryKind.CALL_SUCCEEDED, facts=facts))


def record_failure(tx: Transaction, job: Job, error: Exception, problem: str, *, final: bool) -> bool:
    """Journal a failed attempt; after the last one, let an error event catch it, of the case or of one that called it.

    Gives whether one did.
    """
    code = error.code if isinstance(error, CallFailed) else None
    facts = _facts(job) | {"code": code, "final": final}
    case = _open(tx, job) if final and code is not None else None
    if case is not None and code is not None:
        try:
            steps = case.live.unanswered(job.token or "", code, case.surroundings, problem)
            if steps is None and _caught_above(tx, case.instance, code):
                steps = case.live.given_up(job.token or "", code, case.surroundings, problem)
        except NotWaiting:
            return True
        if steps is not None:
            _tell(tx, job, facts | {"caught": True}, problem)
            follow(case, steps, Cause(kind=EntryKind.CASE_MOVED, facts=facts))
            return True
    _tell(tx, job, facts, problem)
    return False


def _caught_above(tx: Transaction, instance: Instance, code: str) -> bool:
    """Say whether a case that called this one, or called its caller, would catch the error (clause 10.5.6)."""
    while instance.parent_id is not None and instance.parent_token is not None:
        caller = instances.get(tx, instance.parent_id)
        if caller is None or caller.state != "active":
            return False
        live = read_live(tx, caller)
        if live is not None and live.catches(instance.parent_token, code):
            return True
        instance = caller
    return False


def _tell(tx: Transaction, job: Job, facts: dict[str, Value], problem: str) -> None:
    journal.append(
        tx,
        EntryKind.CALL_FAILED,
        instance_stream(job.instance_id or ""),
        facts=facts,
        values={"problem": problem},
        personal={"problem"},
    )


def pause_of(job: Job) -> timedelta | None:
    """Give how long to wait before the next attempt, where the diagram says so."""
    seconds = job.payload.get("pause")
    return None if seconds is None else timedelta(seconds=int(seconds))


def _open(tx: Transaction, job: Job) -> OpenCase | None:
    chains.enter(tx, job)
    try:
        return open_case(tx, job.instance_id or "")
    except CaseEnded:
        return None


def _facts(job: Job) -> dict[str, Value]:
    return {
        "job": job.id,
        "element": job.payload["element"],
        "operation": job.payload["operation"],
        "attempt": job.attempt,
    }


def _grants(tx: Transaction, arguments: Value) -> Grants:
    installation: Installation = tx.installation
    # Only what the call names is opened: a secret that cannot be opened must not stop calls that do not need it.
    written = canonical(arguments)
    stored = [row for row in connections.secrets(tx) if row.name in written]
    return Grants(
        hosts=frozenset(host.host for host in connections.hosts(tx)),
        secrets={row.name: vault.opened(installation.settings, row) for row in stored},
        smtp=installation.settings.smtp,
        sender=installation.settings.mail_from,
        resolve=installation.memory.get(RESOLVER),
    )
