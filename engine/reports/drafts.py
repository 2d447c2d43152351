"""A person's own half-filled forms."""

import json
from collections.abc import Mapping, Sequence
from datetime import datetime

from engine.storage import instances
from engine.transaction import Transaction


def own_draft(tx: Transaction, subject: str) -> tuple[Mapping[str, Sequence[str]] | None, datetime | None]:
    """Give the actor's draft of a form as posted fields, and when it was saved; (None, None) without one."""
    if tx.actor.person_id is None:
        return None, None
    found = instances.draft(tx, tx.actor.person_id, subject)
    return (json.loads(found[0]), found[1]) if found else (None, None)
