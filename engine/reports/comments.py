"""The comments on a case, from its journal."""

from dataclasses import dataclass
from datetime import datetime

from engine.model.entry import EntryKind, instance_stream
from engine.storage import journal, people
from engine.transaction import Transaction


@dataclass(frozen=True, kw_only=True)
class Comment:
    """What somebody said about a case; `text` is None once erased."""

    author: str
    at: datetime
    text: str | None


def comments(tx: Transaction, instance_id: str) -> tuple[Comment, ...]:
    """Give the comments on a case, oldest first."""
    stream = instance_stream(instance_id)
    entries = journal.entries(tx.connection, stream, kinds=[EntryKind.CASE_COMMENTED])
    names = people.names(tx, [entry.actor_id for entry in entries])
    return tuple(
        Comment(author=names.get(entry.actor_id or "", "Keelson"), at=entry.at, text=entry.known.get("text"))
        for entry in entries
    )
