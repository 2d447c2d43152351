"""Half-filled forms, kept for the person who filled them and for nobody else."""

import json
from collections.abc import Mapping, Sequence

from engine.errors import Unacceptable
from engine.permissions import Action, requires
from engine.storage import instances
from engine.transaction import Transaction

DRAFT_LIMIT = 1_000_000
"""Characters of one draft."""


@requires(Action.TAKE_PART)
def keep_draft(tx: Transaction, subject: str, posted: Mapping[str, Sequence[str]]) -> None:
    """Keep the posted fields of a form under ``task:<id>`` or ``start:<process id>``. Writes no entry."""
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
