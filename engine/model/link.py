"""Links: how a case or record is related to another one."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum


class EndKind(StrEnum):
    """What stands at an end of a link."""

    CASE = "case"
    """The id is that of a case."""
    RECORD = "record"
    """The id is that of a record the processes work on."""


@dataclass(frozen=True, kw_only=True)
class End:
    """One end of a link."""

    kind: EndKind
    id: str


@dataclass(frozen=True, kw_only=True)
class Link:
    """`source` is of this `kind` to `target`: “resolves”. Only kinds of `bpmn.linking.INVERSE` are stored."""

    source: End
    target: End
    kind: str
    made_at: datetime
    made_by: str | None
    """The person; None where a process made it."""
    element_id: str | None = None
    """What made it in a process: the event that took the message, or the call."""


def case_end(instance_id: str) -> End:
    """Give the end of a link that is a case."""
    return End(kind=EndKind.CASE, id=instance_id)


def record_end(record_id: str) -> End:
    """Give the end of a link that is a record."""
    return End(kind=EndKind.RECORD, id=record_id)
