"""Messages between cases that nobody has waited for, and those remembered for their id."""

from dataclasses import dataclass
from typing import Final

from engine.errors import NotAllowed
from engine.model.message import KeptMessage
from engine.permissions import Action, may
from engine.storage import messages
from engine.transaction import Transaction

ROWS: Final = 200


@dataclass(frozen=True, kw_only=True)
class KeptLine:
    """A message that is kept, was delivered or has expired, with the numbers of the cases it came from and went to."""

    message: KeptMessage
    sent_by: str | None
    received_by: str | None


def kept_messages(tx: Transaction) -> tuple[KeptLine, ...]:
    """Give the messages that are kept or remembered, the newest first. Raises NotAllowed."""
    if not may(tx.actor, Action.OPERATE):
        raise NotAllowed(f"Your roles do not allow you to {Action.OPERATE.value}.", action=Action.OPERATE.value)
    return tuple(
        KeptLine(message=message, sent_by=sent_by, received_by=received_by)
        for message, sent_by, received_by in messages.latest(tx, ROWS)
    )
