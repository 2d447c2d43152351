"""Half-filled forms, kept for the person who filled them and for nobody else."""

import json
from collections.abc import Mapping, Sequence

from engine import offering
from engine.errors import NotAllowed, NotFound, Unacceptable
from engine.permissions import Action, requires
from engine.storage import instances, publications
from engine.transaction import Transaction

DRAFT_LIMIT = 1_000_000
"""Characters of one draft."""


@requires(Action.TAKE_PART)
def keep_draft(tx: Transaction, subject: str, posted: Mapping[str, Sequence[str]]) -> None:
    """Keep the posted fields of a form under ``task:<id>`` or ``start:<process id>``. Writes no entry.

    Raises NotFound; for a task NotAllowed when it is not offered to one, TaskAlreadyDone or TaskMovedOn.
    """
    _check_subject(tx, subject)
    # Written in ASCII: a lone surrogate, which a broken client may send, has no UTF-8.
    text = json.dumps({name: list(values) for name, values in posted.items()})
    if len(text) > DRAFT_LIMIT:
        raise Unacceptable("The draft is too long to be kept.")
    if tx.actor.person_id:
        instances.keep_draft(tx, tx.actor.person_id, subject, text, tx.now())


@requires(Action.TAKE_PART)
def drop_draft(tx: Transaction, subject: str) -> None:
    """Forget one's own draft of a form."""
    instances.drop_drafts(tx, subject, tx.actor.person_id)


def _check_subject(tx: Transaction, subject: str) -> None:
    kind, _, identity = subject.partition(":")
    task = instances.get_task(tx, identity) if kind == "task" else None
    if task is None and not (kind == "start" and publications.released(tx, identity)):
        raise NotFound("There is no such form.", subject=subject[:80])
    if task is not None and not offering.is_offered(tx.actor, task):
        raise NotAllowed("This task is not offered to you.", task_id=task.id)
    if task is not None:
        offering.check_open(task)
