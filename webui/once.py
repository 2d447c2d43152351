"""A form that is sent twice, by a double click or an impatient reload, has one effect.

Each page carries a token of its own. What an act answers to the first post under it is remembered in the act's own
transaction: one that comes meanwhile or later, in whatever process, comes to nothing, as one thing is remembered once,
and gets the same answer, also when the first server was killed before it could give it.
"""

from collections.abc import Callable
from datetime import timedelta
from typing import Final

from engine.acts import remembering
from engine.errors import EngineError, OutcomeUnknown
from engine.installation import Installation
from engine.model.person import SYSTEM
from engine.transaction import Transaction, reading

LIFETIME: Final = timedelta(hours=24)
"""How long two posts of one page may lie apart."""

Answer = Callable[[Transaction, str], str]
"""To be called last of all in the transaction of an act: remembers what it answers, and gives it back."""


def once(installation: Installation, post: str, act: Callable[[Answer], str]) -> str:
    """Run the act, or give its answer again if it ran for this post. What failed may be tried again."""

    def answer(tx: Transaction, text: str) -> str:
        if post:
            remembering.remember(tx, f"post:{post}", text, lifetime=LIFETIME)
        return text

    try:
        return act(answer)
    except OutcomeUnknown:
        raise
    except EngineError:
        known = _known(installation, post)  # the same post may have come before, or been quicker in another process
        if known is None:
            raise
        return known


def _known(installation: Installation, post: str) -> str | None:
    if not post:
        return None
    with reading(installation, SYSTEM) as tx:
        return remembering.recall(tx, f"post:{post}")
