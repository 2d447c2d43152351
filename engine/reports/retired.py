"""Processes that are out of use: since when, who decided it, and why."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime

from engine.model.entry import EntryKind, publication_stream
from engine.model.publication import PublicationRecord
from engine.storage import journal, people
from engine.transaction import Transaction


@dataclass(frozen=True, kw_only=True)
class Retired:
    """How a process went out of use."""

    process_id: str
    title: str
    at: datetime
    by: str
    """Who decided it; empty where a new release of its file no longer held it."""
    reason: str
    """Empty where nobody gave one, or it was erased."""


def retired(tx: Transaction, records: Iterable[PublicationRecord]) -> Mapping[str, Retired]:
    """Give, of those of these last releases that are not in force, how it came to that, by process id."""
    known = {publication_stream(record.id): record for record in records if record.version and not record.in_force}
    kinds = [EntryKind.PUBLICATION_RETIRED]
    last = {entry.stream: entry for entry in journal.of_streams(tx.connection, list(known), kinds)}
    names = people.names(tx, [entry.actor_id for entry in last.values()])
    return {
        known[stream].process_id: Retired(
            process_id=known[stream].process_id,
            title=known[stream].title,
            at=entry.at,
            by=names.get(entry.actor_id or "", ""),
            reason=str(entry.known.get("reason", "")),
        )
        for stream, entry in last.items()
    }
