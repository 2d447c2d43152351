"""Comments on a case: an entry of its journal, nothing else."""

from engine import journal
from engine.acts.words import required
from engine.errors import NotFound
from engine.model.entry import EntryKind, instance_stream
from engine.permissions import Action, requires, scope
from engine.storage import instances
from engine.transaction import Transaction


@requires(Action.TAKE_PART)
def comment(tx: Transaction, instance_id: str, text: str) -> None:
    """Add a comment to a case one may see. Raises NotFound, Unacceptable."""
    instance = instances.get(tx, instance_id)
    if instance is None or not instances.is_visible(tx, scope(tx.actor), instance_id):
        raise NotFound("There is no such case.", instance_id=instance_id)
    text = required(text, field="text", ask="Write a comment first.")
    journal.append(
        tx,
        EntryKind.CASE_COMMENTED,
        instance_stream(instance_id),
        facts={},
        values={"text": text},
        personal={"text"},
        subject=f"person:{instance.caller_id}" if instance.caller_id else None,
    )
