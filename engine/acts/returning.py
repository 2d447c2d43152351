"""Calls between cases: the called case begins, ends, escalates, or is cancelled with the call (BPMN 2.0 clause 10.3.6).

A called case is a case of its own with its own number. Which version it runs on says the call's `binding`: the
release that is current when the call is made, the one that was current when the caller's own version was released, or
the newest one whose process carries a version tag.
"""

from dataclasses import replace
from typing import Final

from engine import journal
from engine.acts.cases import OpenCase, keep_live
from engine.acts.moving import Cause, follow
from engine.acts.starting import begin_case
from engine.errors import StepFailed
from engine.live import compiled
from engine.model.entry import EntryKind, instance_stream
from engine.model.instance import Instance
from engine.model.job import Job
from engine.model.link import Link, case_end
from engine.model.publication import PublicationRecord
from engine.model.step import Steps
from engine.storage import instances, links, publications
from engine.transaction import Transaction

DEPTH: Final = 50
"""How deep cases may call cases."""


def answer(case: OpenCase, job: Job) -> None:
    """Do what a job of a call is for; nothing when the case no longer waits for it. Raises StepFailed."""
    if job.payload["do"] == "cancel":
        _cancel(case, job)
        return
    element_id = next((call.element_id for call in case.live.waiting().calls if call.token == job.token), None)
    if element_id is None:
        return
    match job.payload["do"]:
        case "begin":
            _begin(case, job)
        case "escalate":
            steps = case.live.thrown(job.token or "", "escalation", job.payload["code"], case.surroundings)
            follow(case, steps, _cause(element_id, job, EntryKind.CALL_ESCALATED))
        case _:
            follow(case, _end(case, job), _cause(element_id, job, EntryKind.CALL_ENDED))


def _begin(case: OpenCase, job: Job) -> None:
    element_id = str(job.payload["element"])
    if instances.depth(case.tx, case.instance, DEPTH) >= DEPTH:
        raise StepFailed(element_id, "too_deep", f"Cases call cases more than {DEPTH} deep; a process calls itself.")
    record = _bound(case, job)
    data = compiled(case.tx, record.id).process.taken(job.payload["data"])
    facts = {"caller": case.instance.id, "call": element_id}
    child = begin_case(case.tx, record, data, personal=data, facts=facts, parent=case.instance, parent_token=job.token)
    journal.append(
        case.tx,
        EntryKind.CALL_STARTED,
        instance_stream(case.instance.id),
        facts={
            "element": element_id,
            "child": child.id,
            "number": child.number,
            "process": record.process_id,
            "publication": record.id,
            "version": record.version,
        },
    )
    _link(case, child, element_id)
    keep_live(case)


def _link(case: OpenCase, child: Instance, element_id: str) -> None:
    """Link the called case as a part of this one; both histories tell of the call, which says enough."""
    ends = {"source": case_end(child.id), "target": case_end(case.instance.id)}
    made_at, made_by = case.tx.now(), case.tx.actor.person_id
    links.add(case.tx, Link(**ends, kind="part_of", made_at=made_at, made_by=made_by, element_id=element_id))


def _bound(case: OpenCase, job: Job) -> PublicationRecord:
    """Give the version the call is bound to. Raises StepFailed where there is none, or the process is out of use."""
    tx, process_id, binding = case.tx, str(job.payload["process"]), job.payload["binding"]
    last = publications.latest(tx, process_id)
    # A case that calls its own process goes on as it would: that is no other work that begins.
    if last is not None and not last.in_force and process_id != case.instance.process_id:
        message = f"“{last.title}” is out of use: no case of it can be called. Take it back into use and try again."
        raise StepFailed(str(job.payload["element"]), "out_of_use", message)
    found: PublicationRecord | None = None
    if binding == "latest":
        found = publications.released(tx, process_id)
    elif process_id == case.instance.process_id and binding == "publication":
        found = publications.get(tx, case.instance.publication_id)
    else:
        own = publications.get(tx, case.instance.publication_id)
        before = own.released_at if own and binding == "publication" else None
        for record in publications.numbered(tx, process_id, before=before):
            if binding == "publication" or _tag(tx, record) == job.payload["tag"]:
                found = record
                break
    if found is None:
        wanted = f"{binding} {job.payload['tag'] or ''}".strip()
        message = f"There is no release of the process {process_id} to call (binding: {wanted})."
        raise StepFailed(str(job.payload["element"]), "nothing_to_call", message)
    return found


def _tag(tx: Transaction, record: PublicationRecord) -> str | None:
    return compiled(tx, record.id).process.properties.get("versionTag", "").strip() or None


def _end(case: OpenCase, job: Job) -> Steps:
    token, error, data = job.token or "", job.payload["error"], job.payload["data"]
    if job.payload.get("everything"):
        return case.live.ended_with(token, case.surroundings)
    if error is None:
        return case.live.returned(token, data, case.surroundings)
    message = str(job.payload.get("message", ""))
    return case.live.thrown(token, "error", error or None, case.surroundings, message, data=data)


def _cause(element_id: str, job: Job, kind: EntryKind) -> Cause:
    names = ("child", "number", "outcome", "error", "code")
    facts = {name: job.payload[name] for name in names if job.payload.get(name) is not None}
    return Cause(kind=kind, facts={"element": element_id, **facts})


def _cancel(case: OpenCase, job: Job) -> None:
    steps = case.live.cancel(case.surroundings)
    case.instance = replace(case.instance, state="cancelled", outcome="Cancelled", ended_at=case.tx.now())
    reason = f"The call by {job.payload['caller']} was given up."
    follow(case, steps, Cause(kind=EntryKind.CASE_CANCELLED, answers={"reason": reason}))
