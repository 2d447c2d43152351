"""On which release a case ran when: one stretch of its journal for each, a new one wherever it was moved."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Any

from engine.model.entry import EntryKind
from engine.model.instance import Instance
from engine.storage import publications
from engine.storage.journal import Entry
from engine.transaction import Transaction


@dataclass(frozen=True, kw_only=True)
class Stretch:
    """Entries `first` to `last` of a case, which ran on one release; `number` counts from 1."""

    number: int
    publication_id: str
    version: int
    digest: str
    first: int
    last: int

    def holds(self, seq: int) -> bool:
        """Whether an entry belongs to it."""
        return self.first <= seq <= self.last


ENDLESS = 2**31 - 1
"""The `last` of the stretch a case is on."""


def stretches(tx: Transaction, instance: Instance, entries: Iterable[Entry]) -> tuple[Stretch, ...]:
    """Give the stretches of a case, oldest first; of `entries` only those that move it to another version count."""
    moves = [entry for entry in entries if entry.kind == EntryKind.CASE_MIGRATED]
    if not moves:
        record = publications.get(tx, instance.publication_id)
        return (
            Stretch(
                number=1,
                publication_id=instance.publication_id,
                version=(record.version or 0) if record else 0,
                digest=(record.digest or "") if record else "",
                first=1,
                last=ENDLESS,
            ),
        )
    found = [_stretch(1, moves[0].facts["before"], 1)]
    for entry in moves:
        found[-1] = replace(found[-1], last=entry.seq - 1)
        found.append(_stretch(len(found) + 1, entry.facts, entry.seq))
    return tuple(found)


def _stretch(number: int, facts: Mapping[str, Any], first: int) -> Stretch:
    return Stretch(
        number=number,
        publication_id=str(facts["publication"]),
        version=int(facts["version"] or 0),
        digest=str(facts["digest"] or ""),
        first=first,
        last=ENDLESS,
    )
