"""Incidents: opened when a job is given up, resolved by an operator who has it tried again or leaves it undone.

No case is left standing by that: what waited for a call goes on without its answer.
"""

from collections.abc import Mapping
from typing import Final

from engine import journal, notices
from engine.acts import chains, steering
from engine.acts.cases import open_case
from engine.acts.words import required
from engine.errors import CaseEnded, Conflict, NotFound, Unacceptable
from engine.model.entry import INSTALLATION, EntryKind, instance_stream
from engine.model.identity import new_id
from engine.model.incident import Incident, IncidentState
from engine.model.job import Job, JobKind
from engine.permissions import Action, requires
from engine.running import NotWaiting, pass_by
from engine.storage import incidents, instances, jobs
from engine.transaction import Transaction
from forms.data import Value

_AWAITED: Final = frozenset({JobKind.TIMER, JobKind.OUTSIDE, JobKind.CALL})
"""Without these a case may stand where it is for ever."""


def open_incident(tx: Transaction, job: Job, message: str, element_id: str | None) -> Incident:
    """Tell that a job was given up: in the transaction that gives it up, which the worker opens."""
    carried = job.payload.get("message")
    known = carried.get("element_id") if isinstance(carried, Mapping) else job.payload.get("element")
    incident = Incident(
        id=new_id(),
        job_id=job.id,
        kind=job.kind,
        instance_id=job.instance_id,
        element_id=element_id or (known if isinstance(known, str) else None),
        message=message,
        attempts=job.attempt,
        state=IncidentState.OPEN,
        opened_at=tx.now(),
        ended_at=None,
        ended_by=None,
    )
    incidents.insert(tx, incident)
    _tell(
        tx,
        EntryKind.INCIDENT_OPENED,
        incident,
        {"kind": job.kind.value, "token": job.token, "attempt": job.attempt},
        {"problem": message},
    )
    _notify(tx, incident)
    return incident


def _notify(tx: Transaction, incident: Incident) -> None:
    """Tell operators once: not of a second incident while another of the same case is open, nor of mail that fails."""
    if incident.kind is JobKind.MAIL or incidents.has_other(tx.connection, incident):
        return
    case = instances.get(tx, incident.instance_id) if incident.instance_id else None
    jobs.add(tx, notices.for_incident(tx, incident, case.number if case else None))


@requires(Action.OPERATE)
def retry_incident(tx: Transaction, incident_id: str, reason: str) -> Incident:
    """Have the job of an incident tried again, now and with all attempts. Raises NotFound, Unacceptable, Conflict."""
    reason = required(reason, field="reason", ask="Say why.")
    incident = _opened(tx, incident_id)
    job = jobs.get(tx.connection, incident.job_id)
    jobs.retry(tx, incident.job_id, chains.begun_anew(job.payload) if job else None)
    if incident.instance_id is not None:
        case = instances.get(tx, incident.instance_id)
        if case is not None and case.suspended_at is not None:
            jobs.hold(tx, case.id)
    return _resolve(tx, incident, IncidentState.RETRIED, reason)


@requires(Action.OPERATE)
def skip_incident(tx: Transaction, incident_id: str, reason: str) -> Incident:
    """Leave the job of an incident undone for good; a case that waits for a call goes on without its answer.

    Raises NotFound, Conflict, StepFailed, Unacceptable: also for a timer without which the case would stand for ever.
    """
    reason = required(reason, field="reason", ask="Say why.")
    incident = _opened(tx, incident_id)
    jobs.abandon(tx, incident.job_id)
    resolved = _resolve(tx, incident, IncidentState.SKIPPED, reason)
    _go_on(tx, incident, reason)
    return resolved


def _go_on(tx: Transaction, incident: Incident, reason: str) -> None:
    job = jobs.get(tx.connection, incident.job_id)
    if job is None or job.token is None or job.instance_id is None or job.kind not in _AWAITED:
        return
    if job.payload.get("do") in ("escalate", "cancel"):
        return
    try:
        case = open_case(tx, job.instance_id, steering=True)
        steps = pass_by(case.live, job.token, case.surroundings)
    except CaseEnded:
        return
    except NotWaiting as alone:
        message = "Only this timer moves the case on from there. Mend the cause and try again, or move the case."
        raise Unacceptable(message, field="reason") from alone
    if steps is not None:
        facts: Mapping[str, Value] = {"incident": incident.id, "element": incident.element_id}
        steering.steered(case, steps, EntryKind.CASE_MOVED, reason, **facts)


def _opened(tx: Transaction, incident_id: str) -> Incident:
    found = incidents.get(tx, incident_id)
    if found is None:
        raise NotFound("There is no such incident.", incident_id=incident_id)
    if found.instance_id is not None:
        # The case first, as everybody who moves it does.
        instances.lock(tx, found.instance_id)
    locked = incidents.get(tx, incident_id, lock=True)
    if locked is None or locked.state is not IncidentState.OPEN:
        raise Conflict("The incident was resolved meanwhile.", incident_id=incident_id)
    return locked


def _resolve(tx: Transaction, incident: Incident, state: IncidentState, reason: str) -> Incident:
    incidents.end(tx, incident.id, state, by=tx.actor.person_id)
    facts: Mapping[str, Value] = {"kind": incident.kind.value, "resolution": state.value}
    _tell(tx, EntryKind.INCIDENT_RESOLVED, incident, facts, {"reason": reason})
    return incident


def _tell(
    tx: Transaction, kind: EntryKind, incident: Incident, facts: Mapping[str, Value], values: Mapping[str, Value]
) -> None:
    journal.append(
        tx,
        kind,
        instance_stream(incident.instance_id) if incident.instance_id else INSTALLATION,
        facts={"incident": incident.id, "job": incident.job_id, "element": incident.element_id, **facts},
        values=values,
        personal=set(values),
    )
