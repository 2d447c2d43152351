"""Baselines: the figures of a process in an earlier period, kept under a name to measure later periods against.

They are kept as they are told on that day: measures that are changed later do not change them. ISO/IEC 20000-1:2018
clause 10.2 asks what improvements came to; a baseline says what they started from.
"""

from typing import Final

from bpmn.measures import Measure
from engine import journal
from engine.acts.words import required
from engine.errors import NotAllowed, NotFound, Unacceptable
from engine.figures import Behind, rows_of
from engine.live import released_draft
from engine.model.baseline import Baseline
from engine.model.entry import INSTALLATION, EntryKind
from engine.ownership import answers_for
from engine.periods import Period, moved
from engine.permissions import Action, requires
from engine.storage import baselines, publications
from engine.transaction import Transaction

MOST: Final = 5
"""Most baselines of one process."""
NAME_LENGTH: Final = 80


@requires(Action.SEE_CASES)
def keep_baseline(tx: Transaction, process_id: str, title: str, period: Period) -> Baseline:
    """Keep the figures of a period that is over, or of the present one, under a name; as the owner or deputy.

    A baseline of the same name is replaced. Raises NotFound, NotAllowed, Unacceptable.
    """
    title = required(title, field="title", ask="Give the baseline a name.")
    if len(title) > NAME_LENGTH:
        raise Unacceptable(f"The name of a baseline has at most {NAME_LENGTH} characters.", field="title")
    measured = _own(tx, process_id)
    if period.since > tx.now():
        raise Unacceptable("A period that has not begun has no figures.", field="title")
    rows = rows_of(tx, process_id, Behind(tx, {process_id: measured}, (moved(tx, period, -1), period)))
    found = {row.measure.id: row.now.value for row in rows if row.now.value is not None}
    if not any(row.now.cases for row in rows):
        raise Unacceptable("No measure has a figure in this period: there is nothing to keep.", field="title")
    kept = Baseline(
        title=title,
        length=period.length.value,
        period=period.key,
        kept_at=tx.now(),
        kept_by=tx.actor.person_id,
        figures=found,
    )
    facts = {"process": process_id, "length": kept.length, "period": kept.period, "figures": len(found)}
    journal.append(tx, EntryKind.BASELINE_KEPT, INSTALLATION, facts=facts, values={"title": title})
    others = [each for each in baselines.of_process(tx, process_id) if each.title != title]
    if len(others) >= MOST:
        raise Unacceptable(f"A process has at most {MOST} baselines; remove one first.", field="title")
    baselines.put(tx, process_id, [*others, kept])
    return kept


@requires(Action.SEE_CASES)
def remove_baseline(tx: Transaction, process_id: str, title: str) -> None:
    """Keep a baseline no longer; as the owner or deputy. Raises NotFound, NotAllowed."""
    _own(tx, process_id)
    journal.append(tx, EntryKind.BASELINE_REMOVED, INSTALLATION, facts={"process": process_id}, values={"title": title})
    known = baselines.of_process(tx, process_id)
    if all(each.title != title for each in known):
        raise NotFound("There is no such baseline.", process_id=process_id)
    baselines.put(tx, process_id, [each for each in known if each.title != title])


def _own(tx: Transaction, process_id: str) -> tuple[Measure, ...]:
    """The measures of a process for which the actor answers. Raises NotFound, NotAllowed."""
    record = publications.latest(tx, process_id)
    if record is None:
        raise NotFound("There is no such process.", process_id=process_id)
    facts = released_draft(tx, record.id).facts
    if not answers_for(tx.actor, facts):
        raise NotAllowed("Only the owner of a process and the deputy choose its baselines.", process_id=process_id)
    return facts.measured.measures
