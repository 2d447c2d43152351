"""Taking a process out of use, and back into it: meanwhile nothing new begins with it, and its cases run to their end.

A process is in use while its last release is in force. Out of use, that release is retired as those before it, and
none is in its place: no form offers it, its timers and conditions are not looked at, a call of it becomes an incident
that names it, and a message that would begin a case is kept for its time to live. A new release takes it back into use
as well. ISO/IEC 20000-1:2018 clause 7.5.3 asks for control of obsolete documents.
"""

from bpmn.beginning import beginnings
from engine import journal
from engine.acts.scheduling import schedule
from engine.acts.words import required
from engine.errors import Conflict, NotAllowed, NotFound
from engine.live import compiled
from engine.model.entry import EntryKind, publication_stream
from engine.model.job import Job, JobKind
from engine.model.publication import PublicationRecord
from engine.ownership import takes_out_of_use
from engine.permissions import Action, requires
from engine.storage import jobs, messages, publications
from engine.transaction import Transaction


@requires(Action.SEE_CASES)
def retire(tx: Transaction, process_id: str, reason: str) -> None:
    """Take a process out of use, as its owner or deputy or whoever releases processes.

    Raises NotFound, NotAllowed, Unacceptable without a reason, Conflict where it is out of use.
    """
    reason = required(reason, field="reason", ask="Say why, and what takes its place.")
    record = _own(tx, process_id)
    if not record.in_force:
        raise Conflict(f"“{record.title}” is out of use already.", process_id=process_id)
    publications.put_state(tx, record.id, "retired")
    jobs.cancel_scheduled(tx, [record.id])
    _tell(tx, EntryKind.PUBLICATION_RETIRED, record, reason)


@requires(Action.SEE_CASES)
def reinstate(tx: Transaction, process_id: str, reason: str) -> None:
    """Take a process back into use with its last release: its timers are set, and it gets what was kept for it.

    Raises NotFound, NotAllowed, Unacceptable without a reason or where a timer cannot be set, Conflict where it is in
    use.
    """
    reason = required(reason, field="reason", ask="Say why.")
    record = _own(tx, process_id)
    if record.in_force:
        raise Conflict(f"“{record.title}” is in use already.", process_id=process_id)
    publications.put_state(tx, record.id, "released")
    _tell(tx, EntryKind.PUBLICATION_REINSTATED, record, reason)
    schedule(tx, record)
    _send_again(tx, record)


def _own(tx: Transaction, process_id: str) -> PublicationRecord:
    publications.lock_process(tx, process_id)
    record = publications.latest(tx, process_id)
    if record is None:
        raise NotFound("There is no such process.", process_id=process_id)
    if not takes_out_of_use(tx, record):
        raise NotAllowed("Only the owner of a process, the deputy, and whoever releases processes decide its use.")
    return record


def _send_again(tx: Transaction, record: PublicationRecord) -> None:
    """Send the messages on their way again that were kept and would begin a case."""
    begun_by = {each.name for each in beginnings(compiled(tx, record.id).process) if each.kind == "message"}
    now = tx.now()
    for name in sorted(begun_by):
        kept = messages.kept(tx, name)
        payloads = [{"message": message.document()} for message in kept]
        jobs.add(tx, [Job.new(JobKind.ROUTE, due_at=now, now=now, payload=payload) for payload in payloads])


def _tell(tx: Transaction, kind: EntryKind, record: PublicationRecord, reason: str) -> None:
    journal.append(
        tx,
        kind,
        publication_stream(record.id),
        facts={"process": record.process_id, "version": record.version},
        values={"reason": reason},
        personal={"reason"},
    )
