"""Types of records that come with Keelson, loaded at the start as processes are; each version is kept."""

from collections.abc import Iterable

from bpmn.records import RecordType
from engine import journal
from engine.model.entry import INSTALLATION, EntryKind
from engine.storage import registers as rows
from engine.storage.registers import TypeRow
from engine.transaction import Transaction


def load_record_types(tx: Transaction, kinds: Iterable[RecordType]) -> list[str]:
    """Add every type that this installation has not yet in this version; gives their ids."""
    newest = rows.type_versions(tx)
    digests = {row.id: row.digest for row in rows.types(tx, newest.items())}
    added = [
        TypeRow(
            id=kind.id,
            version=newest.get(kind.id, 0) + 1,
            digest=kind.digest,
            facts=kind.facts_file,
            form=kind.form_file,
            loaded_at=tx.now(),
        )
        for kind in kinds
        if digests.get(kind.id) != kind.digest
    ]
    rows.add_types(tx, added)
    for row in added:
        facts = {"type": row.id, "version": row.version, "digest": row.digest}
        journal.append(tx, EntryKind.RECORD_TYPE_LOADED, INSTALLATION, facts=facts)
    return [row.id for row in added]
