"""What operators do with messages between cases that nobody has waited for: remove them, or have them delivered."""

from engine import journal
from engine.acts.words import required
from engine.errors import Conflict, NobodyWaits, NotFound
from engine.model.entry import INSTALLATION, EntryKind, instance_stream
from engine.model.job import Job, JobKind
from engine.model.message import KeptMessage, Message
from engine.neighbours import is_awaited
from engine.permissions import Action, requires, scope
from engine.storage import instances, jobs, messages
from engine.transaction import Transaction


@requires(Action.OPERATE)
def remove_message(tx: Transaction, kept_id: str, reason: str) -> None:
    """Take a kept message away, with a reason; another one of its id is still dropped until its time is over.

    Raises NotFound, Unacceptable without a reason, Conflict where it is not kept any more.
    """
    reason = required(reason, field="reason", ask="Say why.")
    kept, _ = _kept(tx, kept_id)
    messages.remove(tx, kept_id)
    _tell(tx, EntryKind.MESSAGE_REMOVED, kept, reason)


@requires(Action.OPERATE)
def deliver_message(tx: Transaction, kept_id: str, reason: str) -> None:
    """Send a kept message on its way again, as a job that is due now, where somebody waits for it.

    Raises NotFound, Unacceptable without a reason, Conflict where it is not kept any more, NobodyWaits.
    """
    reason = required(reason, field="reason", ask="Say why.")
    kept, message = _kept(tx, kept_id)
    if not is_awaited(tx, kept):
        raise NobodyWaits(f"Nobody waits for “{kept.name}” with this key now.", kept_id=kept_id)
    now = tx.now()
    jobs.add(tx, [Job.new(JobKind.ROUTE, due_at=now, now=now, payload={"message": message.document()})])
    _tell(tx, EntryKind.MESSAGE_RESENT, kept, reason)


def _kept(tx: Transaction, kept_id: str) -> tuple[KeptMessage, Message]:
    """Fetch a kept message for change. A message of a case one may not see is not there."""
    found = messages.get(tx, kept_id)
    sender_id = found[0].sender_id if found else None
    if found is None or (sender_id and not instances.is_visible(tx, scope(tx.actor), sender_id)):
        raise NotFound("There is no such message.", kept_id=kept_id)
    # As whoever sends or begins to wait: the name and key first, then the row.
    messages.lock(tx, found[0].name, found[0].correlation)
    locked = messages.get(tx, kept_id, lock=True)
    kept, message = locked or (found[0], None)
    if message is None or kept.expires_at <= tx.now():
        raise Conflict("This message is not kept any more.", kept_id=kept_id)
    return kept, message


def _tell(tx: Transaction, kind: EntryKind, kept: KeptMessage, reason: str) -> None:
    journal.append(
        tx,
        kind,
        instance_stream(kept.sender_id) if kept.sender_id else INSTALLATION,
        facts={"message": kept.name, "id": kept.id, "element": kept.element_id},
        values={"reason": reason},
        personal={"reason"},
    )
