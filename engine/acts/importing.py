"""Files of another tool become the draft of a process: a new one, or the next version of one that is there."""

from collections.abc import Mapping

from bpmn.draft import read_draft
from bpmn.publishing import title_of
from engine.acts.pools import check_no_draft
from engine.acts.publishing import check_names, journal_of
from engine.model.entry import EntryKind
from engine.model.identity import new_id
from engine.model.publication import PublicationRecord
from engine.permissions import Action, requires
from engine.storage import publications
from engine.transaction import Transaction


@requires(Action.AUTHOR)
def import_process(tx: Transaction, files: Mapping[str, bytes]) -> str:
    """Keep the files, byte for byte, as a draft of the executable process in them; gives the draft's id.

    Where none is marked executable, as some tools never do, it is a draft of the first that holds something: what keeps
    it from being released, a rule says.

    Raises DraftUnreadable, Unacceptable, and Conflict where a draft of that process is open.
    """
    check_names(files)
    draft = read_draft(files)
    drawn = [each for each in draft.diagram.processes if each.elements]
    executable = draft.diagram.executable or (*drawn, *draft.diagram.processes)[:1]
    process = executable[0]
    check_no_draft(tx, {each.id for each in executable})
    base = publications.latest(tx, process.id)
    record = PublicationRecord(
        id=new_id(),
        process_id=process.id,
        version=None,
        state="draft",
        title=title_of(draft, process)[:255],
        digest=None,
        revision=1,
        based_on=base.id if base else None,
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
    journal_of(tx, EntryKind.PUBLICATION_DRAFTED, record, based_on=record.based_on, files=sorted(files))
    return record.id
