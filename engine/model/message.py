"""Messages between cases: what was sent, and what is kept until somebody waits for it."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any

from forms.data import Value


class MessageState(StrEnum):
    """Where a message stands that is remembered."""

    KEPT = "kept"
    """Nobody waits for it yet."""
    DELIVERED = "delivered"
    """Handed to a case; remembered so that another one with its id is not."""
    EXPIRED = "expired"
    """Nobody waited for it in its time."""
    REMOVED = "removed"
    """An operator took it away before anybody waited for it."""


@dataclass(frozen=True, kw_only=True)
class Message:
    """A message on its way. `key` is empty where the name alone decides who gets it; `message_id` is its sender's."""

    id: str
    name: str
    key: str
    message_id: str | None
    payload: Mapping[str, Value]
    sender_id: str | None
    """The case that sent it."""
    element_id: str | None
    thrown_at: datetime
    expires_at: datetime
    source: str | None = None
    """The name of the system outside that sent it."""
    source_person_id: str | None = None
    """In whose name that did."""

    def document(self) -> dict[str, Value]:
        """Give the message as process data, for the payload of a job."""
        return vars(self) | {
            "payload": dict(self.payload),
            "thrown_at": self.thrown_at.isoformat(),
            "expires_at": self.expires_at.isoformat(),
        }

    @staticmethod
    def read(document: Mapping[str, Any]) -> "Message":
        """Read what `document` gave."""
        times = {name: datetime.fromisoformat(document[name]) for name in ("thrown_at", "expires_at")}
        return Message(**(dict(document) | times))


@dataclass(frozen=True, kw_only=True)
class KeptMessage:
    """What is remembered of a message; its payload is gone once it was delivered or has expired."""

    id: str
    name: str
    correlation: str
    message_id: str | None
    state: MessageState
    sender_id: str | None
    element_id: str | None
    receiver_id: str | None
    duplicates: int
    """How many more came with its id and were dropped."""
    thrown_at: datetime
    expires_at: datetime
    source: str | None
    """The name of the system outside that sent it."""
    source_person_id: str | None
