"""Readings and refusals that must be kept: written in a transaction of their own (decision 1)."""

from engine import journal
from engine.errors import NotFound
from engine.model.entry import INSTALLATION, EntryKind, instance_stream, person_stream
from engine.permissions import Action, requires, scope
from engine.storage import instances
from engine.transaction import Transaction


@requires(Action.TRACE)
def record_reading(tx: Transaction, instance_id: str) -> None:
    """Note that somebody reads the whole history of a case he may see. Raises NotFound."""
    if not instances.is_visible(tx, scope(tx.actor), instance_id):
        raise NotFound("There is no such case.", instance_id=instance_id)
    journal.append(tx, EntryKind.CASE_READ, instance_stream(instance_id), facts={})


def record_refusal(tx: Transaction, action: str, subject: str) -> None:
    """Note that somebody was refused an act."""
    stream = person_stream(tx.actor.person_id) if tx.actor.person_id else INSTALLATION
    journal.append(tx, EntryKind.ACT_REFUSED, stream, facts={"action": action[:200], "subject": subject[:200]})
