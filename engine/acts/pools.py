"""Processes of one file are released together: pools that send each other messages, or processes that call each other.

Each has releases and cases of its own. A draft is begun from any of them and holds the file of all; one that a later
version of the file no longer holds begins no new cases.
"""

from collections.abc import Iterable, Mapping
from dataclasses import replace

from bpmn.draft import Draft
from bpmn.publishing import Publication
from engine import journal
from engine.acts.scheduling import schedule
from engine.errors import Conflict, Unacceptable
from engine.live import released_draft
from engine.model.entry import EntryKind, publication_stream
from engine.model.identity import new_id
from engine.model.publication import PublicationRecord
from engine.storage import jobs, publications
from engine.transaction import Transaction


def check_no_draft(tx: Transaction, process_ids: Iterable[str]) -> None:
    """Keep others from beginning a draft of these processes. Raises Conflict where one is open already."""
    for process_id in sorted(process_ids):  # always in this order, so that two transactions never wait for each other
        publications.lock_process(tx, process_id)
        for other in publications.of_process(tx, process_id):
            if other.state in {"draft", "proposed"}:
                message = "There is a draft of this process already; continue with that one."
                raise Conflict(message, publication_id=other.id)


def check_own(tx: Transaction, record: PublicationRecord, draft: Draft) -> None:
    """Raise Unacceptable where a draft holds a process that is released from another file."""
    for process in draft.diagram.executable:
        current = publications.released(tx, process.id) if process.id != record.process_id else None
        if current is not None and record.process_id not in _ids(released_draft(tx, current.id)):
            raise Unacceptable(
                f"The process “{process.id}” is released from a file of its own already. Give this one another id, or "
                "do not mark it executable.",
                field="diagram",
            )


def release_beside(
    tx: Transaction,
    record: PublicationRecord,
    publication: Publication,
    before: PublicationRecord | None,
) -> None:
    """Release the other processes of a file that has just been released as `record`, in place of `before`."""
    earlier = _ids(released_draft(tx, before.id)) if before is not None else frozenset()
    others = {process_id: title for process_id, title in publication.titles.items() if process_id != record.process_id}
    for process_id in sorted({*others, *earlier} - {record.process_id}):
        publications.lock_process(tx, process_id)
    for process_id, title in others.items():
        insert_beside(tx, replace(record, process_id=process_id, title=title[:255]), publication.files)
    for process_id in sorted(earlier - others.keys() - {record.process_id}):
        _retire(tx, process_id, record)


def insert_beside(
    tx: Transaction,
    record: PublicationRecord,
    files: Mapping[str, bytes],
    kind: EntryKind = EntryKind.PUBLICATION_RELEASED,
) -> None:
    """Add the release of another process of a file: as that of the file, with the process and title of its own."""
    version = publications.last_version(tx, record.process_id) + 1
    earlier = publications.latest(tx, record.process_id)
    other = replace(record, id=new_id(), version=version, based_on=earlier.id if earlier else None)
    publications.retire_others(tx, other.process_id, but=other.id)
    publications.insert(tx, other, files)
    facts = {"process": other.process_id, "version": version, "digest": record.digest, "with": record.id}
    journal.append(tx, kind, publication_stream(other.id), facts=facts | ({"vouched": True} if other.vouched else {}))
    schedule(tx, other)


def _retire(tx: Transaction, process_id: str, record: PublicationRecord) -> None:
    """End a process that its file holds no longer, unless it has been released from another one."""
    current = publications.released(tx, process_id)
    if current is None or record.process_id not in _ids(released_draft(tx, current.id)):
        return
    publications.retire_others(tx, process_id, but="")
    jobs.cancel_scheduled(tx, [current.id])
    facts = {"process": process_id, "with": record.id}
    journal.append(tx, EntryKind.PUBLICATION_RETIRED, publication_stream(current.id), facts=facts)


def _ids(draft: Draft) -> frozenset[str]:
    return frozenset(process.id for process in draft.diagram.executable)
