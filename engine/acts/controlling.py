"""Diagrams are controlled documents: a proposed version begins a case whose approval is the release.

The process that is told has a start event for the message `version.proposed`, as the shipped document control has; one
that waits for `version.decided` learns what was decided on the page of the version. Nothing is told where no process
begins so, or where the installation does not want it (ISO/IEC 20000-1:2018 7.5.3).
"""

from dataclasses import replace
from datetime import timedelta
from typing import Final

from bpmn.inside import VERSION_DECIDED, VERSION_PROPOSED
from engine import offering
from engine.acts.chains import linked
from engine.model.identity import new_id
from engine.model.job import Job, JobKind
from engine.model.message import Message
from engine.model.publication import PublicationRecord
from engine.neighbours import started_by
from engine.storage import jobs
from engine.transaction import Transaction
from forms.data import Value

_KEPT: Final = timedelta(days=1)
"""How long a decision waits for the case that its proposal begins."""


def proposed(tx: Transaction, record: PublicationRecord, note: str) -> None:
    """Tell document control of a version that was just proposed; `record` is as it was before."""
    key = replace(record, revision=record.revision + 1).proposal
    _send(
        tx,
        VERSION_PROPOSED,
        key,
        {
            "title": record.title,
            "kind": "process",
            "version": record.id,
            "proposal": key,
            "proposer": tx.actor.name,
            "authors": sorted(offering.hands_in(tx, record) | {tx.actor.person_id or ""}),
            "note": note,
        },
    )


def decided(tx: Transaction, record: PublicationRecord, decision: str) -> None:
    """Tell the case of a proposal what was decided elsewhere; `record` is as it was before."""
    _send(tx, VERSION_DECIDED, record.proposal, {"decision": decision})


def _send(tx: Transaction, name: str, key: str, payload: dict[str, Value]) -> None:
    if not tx.installation.settings.controlled_diagrams or not any(started_by(tx, "message", VERSION_PROPOSED)):
        return
    now = tx.now()
    message = Message(
        id=new_id(),
        name=name,
        key=key,
        message_id=None,
        payload=payload,
        sender_id=None,
        element_id=None,
        thrown_at=now,
        expires_at=now + _KEPT,
    )
    job = Job.new(JobKind.ROUTE, due_at=now, now=now, payload={"message": message.document()})
    jobs.add(tx, linked(tx, [job]))
