"""Drafts, proposals and releases of processes: the one way by which a diagram begins to run.

draft -> proposed -> released -> retired; a proposal can be sent back. Who releases has neither begun, changed nor
proposed the draft (four eyes). The first load of the library is released by the system and says so in the journal.
"""

import re
from collections.abc import Iterable, Mapping
from dataclasses import replace
from typing import Any, Final

from bpmn.draft import Draft, read_draft
from bpmn.errors import DraftUnreadable
from bpmn.meeting import neighbour
from bpmn.publishing import NotPublishable as Unsealable
from bpmn.publishing import Publication, seal, title_of
from bpmn.vocabulary import Neighbour
from engine import journal, offering
from engine.acts import controlling, pools
from engine.acts.scheduling import schedule
from engine.acts.words import required
from engine.errors import Conflict, NotAllowed, NotFound, NotPublishable, SamePerson, StaleRevision, Unacceptable
from engine.model.entry import EntryKind, publication_stream
from engine.model.identity import new_id
from engine.model.publication import PublicationRecord
from engine.permissions import Action, may, requires
from engine.storage import publications
from engine.transaction import Transaction
from engine.vocabulary import vocabulary

_FILE_NAME: Final = re.compile(r"\w[\w.-]{0,99}\.(bpmn|dmn|form|json|toml)")


def load_library(tx: Transaction, folders: Mapping[str, Mapping[str, bytes]]) -> list[str]:
    """Release version 1 of every shipped process that this installation does not have yet; gives their ids."""
    known = set(publications.process_ids(tx))
    loaded = []
    drafts = [(read_draft(files), files) for files in folders.values()]
    # Shipped processes call each other, in whatever order they are loaded.
    together = [neighbour(draft, process) for draft, _ in drafts for process in draft.diagram.executable]
    for draft, files in drafts:
        process_id = draft.diagram.executable[0].id
        if process_id in known:
            continue
        publication = _seal(tx, draft, together)
        record = _record(tx, publication, process_id)
        publications.insert(tx, record, files)
        vouched: dict[str, Any] = {"vouched": True} if record.vouched else {}
        journal_of(tx, EntryKind.PUBLICATION_LOADED, record, version=1, digest=publication.digest, **vouched)
        schedule(tx, record)
        loaded.append(process_id)
        for other, title in publication.titles.items():
            if other != process_id:
                beside = replace(record, process_id=other, title=title[:255])
                pools.insert_beside(tx, beside, files, EntryKind.PUBLICATION_LOADED)
                loaded.append(other)
    return loaded


def _record(tx: Transaction, publication: Publication, process_id: str) -> PublicationRecord:
    return PublicationRecord(
        id=new_id(),
        process_id=process_id,
        version=1,
        state="released",
        title=publication.titles[process_id][:255],
        digest=publication.digest,
        revision=1,
        based_on=None,
        note="As shipped",
        author_id=None,
        proposer_id=None,
        releaser_id=None,
        created_at=tx.now(),
        changed_at=tx.now(),
        proposed_at=None,
        released_at=tx.now(),
        vouched=bool(publication.python),  # shipped with Keelson, by the same hands
    )


@requires(Action.AUTHOR)
def begin_draft(tx: Transaction, process_id: str) -> str:
    """Copy the last release into a new draft; gives its id. Raises NotFound, Conflict when one is open already."""
    base = publications.latest(tx, process_id)
    if base is None:
        raise NotFound("There is no such process.", process_id=process_id)
    files = publications.files(tx, base.id)
    pools.check_no_draft(tx, {process.id for process in read_draft(files).diagram.executable} | {process_id})
    record = replace(
        base,
        id=new_id(),
        vouched=False,
        version=None,
        state="draft",
        digest=None,
        revision=1,
        based_on=base.id,
        note="",
        author_id=tx.actor.person_id,
        proposer_id=None,
        releaser_id=None,
        created_at=tx.now(),
        changed_at=tx.now(),
        proposed_at=None,
        released_at=None,
    )
    publications.insert(tx, record, files)
    journal_of(tx, EntryKind.PUBLICATION_DRAFTED, record, based_on=base.id)
    return record.id


@requires(Action.AUTHOR)
def save_draft(tx: Transaction, publication_id: str, files: Mapping[str, bytes | None], seen: int) -> int:
    """Replace, add or (None) remove files of a draft; gives its new revision.

    The files may still have findings, but they must be readable. Raises NotFound, Conflict, StaleRevision,
    DraftUnreadable.
    """
    record = _open(tx, publication_id, {"draft"})
    check_names(name for name, content in files.items() if content is not None)
    merged = {**publications.files(tx, publication_id), **files}
    draft = read_draft({name: content for name, content in merged.items() if content is not None})
    there = draft.diagram.executable or draft.diagram.processes  # what is imported may not be marked yet
    process = next((each for each in there if each.id == record.process_id), None)
    if process is None:
        raise Unacceptable(
            f"The diagram must hold the executable process “{record.process_id}”; its id stays the same in every "
            "version.",
            field="diagram",
        )
    if draft.diagram.duplicates:
        name, line = draft.diagram.duplicates[0]
        raise Unacceptable(
            f"{draft.diagram.name}, line {line}: the id “{name}” stands there a second time. Give each thing its own.",
            field="diagram",
        )
    title = title_of(draft, process)
    values = {"revision": seen + 1, "title": title[:255], "changed_at": tx.now()}
    if not publications.update(tx, publication_id, seen=seen, **values):
        raise StaleRevision("Somebody saved this draft since you opened it.", publication_id=publication_id)
    publications.put_files(tx, publication_id, files)
    journal_of(tx, EntryKind.PUBLICATION_SAVED, record, revision=seen + 1, files=sorted(files))
    return seen + 1


@requires(Action.AUTHOR)
def propose(tx: Transaction, publication_id: str, note: str) -> None:
    """Put a draft before a second person. Raises NotPublishable with the findings, Unacceptable without a note."""
    record = _open(tx, publication_id, {"draft"})
    note = required(note, field="note", ask="Say what changes and why.")
    draft = _draft(tx, publication_id)
    pools.check_own(tx, record, draft)
    _seal(tx, draft)
    _set(
        tx,
        record,
        EntryKind.PUBLICATION_PROPOSED,
        state="proposed",
        note=note,
        proposer_id=tx.actor.person_id,
        proposed_at=tx.now(),
    )
    controlling.proposed(tx, record, note)


@requires(Action.RELEASE)
def send_back(tx: Transaction, publication_id: str, reason: str, *, told: bool = False) -> None:
    """Send a proposal back to its author, with a reason; `told` where its own case decides that."""
    record = _open(tx, publication_id, {"proposed"})
    reason = required(reason, field="reason", ask="Say what has to change.")
    _set(tx, record, EntryKind.PUBLICATION_RETURNED, state="draft", note=reason)
    if not told:
        controlling.decided(tx, record, "sent back")


@requires(Action.AUTHOR)
def withdraw_proposal(tx: Transaction, publication_id: str) -> None:
    """Take one's own proposal back to go on editing. Raises SamePerson for somebody else's."""
    record = _open(tx, publication_id, {"proposed"})
    if record.proposer_id != tx.actor.person_id:
        raise Unacceptable("Only the person who proposed it can withdraw it; you can send it back instead.")
    _set(tx, record, EntryKind.PUBLICATION_RETURNED, state="draft")
    controlling.decided(tx, record, "withdrawn")


@requires(Action.RELEASE)
def release(tx: Transaction, publication_id: str, *, vouch: bool = False, told: bool = False) -> int:
    """Check and seal a proposal again and release it; gives its version. New cases run on it from now on.

    A process that was out of use is in use again, and so are those of the same file.
    `told` where the proposal's own case decides that. With `vouch` its Python runs in the server from then on. Raises
    SamePerson for its authors and its proposer, NotPublishable with the findings, NotAllowed where the releaser may not
    vouch, Unacceptable for Python that nobody vouches for where the installation runs none.
    """
    record = _open(tx, publication_id, {"proposed"})
    if tx.actor.person_id in offering.hands_in(tx, record):
        raise SamePerson("Somebody else has to release it: you wrote or proposed it.", publication_id=publication_id)
    draft = _draft(tx, publication_id)
    pools.check_own(tx, record, draft)
    publication = _seal(tx, draft)
    vouched = _vouched(tx, publication, vouch)
    before = publications.latest(tx, record.process_id)
    version = publications.last_version(tx, record.process_id) + 1
    publications.retire_others(tx, record.process_id, but=record.id)
    _set(
        tx,
        record,
        EntryKind.PUBLICATION_RELEASED,
        state="released",
        version=version,
        digest=publication.digest,
        releaser_id=tx.actor.person_id,
        released_at=tx.now(),
        vouched=vouched,
    )
    schedule(tx, record)
    released = publications.get(tx, record.id)
    if released is not None:
        pools.release_beside(tx, released, publication, before)
    if not told:
        controlling.decided(tx, record, "released")
    return version


def _vouched(tx: Transaction, publication: Publication, vouch: bool) -> bool:
    if vouch and not may(tx.actor, Action.VOUCH):
        raise NotAllowed(f"Your roles do not allow you to {Action.VOUCH.value}.", action=Action.VOUCH.value)
    if not publication.python:
        return False
    if not vouch and tx.installation.settings.untrusted_scripts == "refuse":
        raise Unacceptable(
            f"It holds Python ({', '.join(publication.python)}), and nobody vouches for it. Have somebody release it "
            "who may vouch for scripts, or write it in FEEL.",
            field="vouch",
        )
    return vouch


@requires(Action.AUTHOR)
def discard(tx: Transaction, publication_id: str) -> None:
    """Throw a draft away; that it was there stays in the journal."""
    record = _open(tx, publication_id, {"draft"})
    publications.delete(tx, publication_id)
    journal_of(tx, EntryKind.PUBLICATION_DISCARDED, record)


def check_names(names: Iterable[str]) -> None:
    """Raise Unacceptable for a name that no file of a process may have."""
    for name in names:
        if not _FILE_NAME.fullmatch(name):
            raise Unacceptable(
                f"“{name[:80]}” is no file of a process: its name is letters, digits, - and _, and ends in .bpmn, "
                ".dmn, .form, .json or .toml.",
                field="upload",
            )


def _open(tx: Transaction, publication_id: str, states: set[str]) -> PublicationRecord:
    record = publications.get(tx, publication_id, lock=True)
    if record is None:
        raise NotFound("There is no such draft.", publication_id=publication_id)
    if record.state not in states:
        raise Conflict(f"This version is {record.state} now; open it again.", state=record.state)
    return record


def _draft(tx: Transaction, publication_id: str) -> Draft:
    try:
        return read_draft(publications.files(tx, publication_id))
    except DraftUnreadable as error:
        raise Unacceptable(str(error)) from error


def _seal(tx: Transaction, draft: Draft, beside: Iterable[Neighbour] = ()) -> Publication:
    words = vocabulary(tx)
    known = {each.id: each for each in beside} | dict(words.processes or {})
    try:
        return seal(draft, replace(words, processes=known))
    except Unsealable as error:
        raise NotPublishable("The checks found errors; mend them first.", tuple(error.findings)) from error


def _set(tx: Transaction, record: PublicationRecord, kind: EntryKind, **values: object) -> None:
    if not publications.update(
        tx, record.id, seen=record.revision, revision=record.revision + 1, changed_at=tx.now(), **values
    ):
        raise StaleRevision("Somebody changed this draft since you opened it.", publication_id=record.id)
    facts = {
        name: value for name, value in values.items() if name in {"version", "digest"} or (name == "vouched" and value)
    }
    journal_of(tx, kind, record, **facts, values={"note": values["note"]} if values.get("note") else {})


def journal_of(
    tx: Transaction,
    kind: EntryKind,
    record: PublicationRecord,
    *,
    values: Mapping[str, object] | None = None,
    **facts: object,
) -> None:
    """Add an entry to the stream of a publication."""
    journal.append(
        tx,
        kind,
        publication_stream(record.id),
        facts={"process": record.process_id, **facts},
        values=values or {},
        personal={"note"},
    )
