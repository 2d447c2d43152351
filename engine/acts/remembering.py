"""What pages have the installation remember for a while, in whatever process the next request comes in.

Nothing of it concerns a case, and it is forgotten by itself: it is not journaled, as drafts are not.
"""

import hashlib
from datetime import timedelta

from engine.storage import memos
from engine.transaction import Transaction


def remember(tx: Transaction, about: str, value: str, *, lifetime: timedelta) -> None:
    """Remember a value about something. The commit raises Conflict when something else is remembered about it."""
    memos.insert(tx, _key(about), value, tx.now() + lifetime)


def recall(tx: Transaction, about: str) -> str | None:
    """Give what is remembered about something."""
    return memos.get(tx, _key(about))


def _key(about: str) -> str:
    # What it is about may hold a secret of a session.
    return hashlib.sha256(about.encode()).hexdigest()
