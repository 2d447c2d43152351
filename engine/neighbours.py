"""What the released processes of an installation are to each other: who begins with which message or signal."""

from collections.abc import Iterator

from bpmn.diagram import Event, ReferenceDefinition
from engine.live import compiled
from engine.model.message import KeptMessage
from engine.model.publication import PublicationRecord
from engine.storage import messages, publications
from engine.transaction import Transaction


def started_by(tx: Transaction, kind: str, name: str) -> Iterator[tuple[PublicationRecord, Event]]:
    """Give the start events of current releases that a message or signal of this name triggers."""
    for record in publications.all_released(tx):
        process = compiled(tx, record.id).process
        for element in process.within(process.id):
            if isinstance(element, Event) and element.kind == "startEvent":
                definition = element.definition
                named = isinstance(definition, ReferenceDefinition) and (definition.name or element.name) == name
                if definition is not None and definition.kind == kind and named:
                    yield record, element


def is_awaited(tx: Transaction, kept: KeptMessage) -> bool:
    """Say whether a case waits for a kept message now, or a process would begin one with it."""
    if messages.waiting(tx, "message", kept.name, kept.correlation):
        return True
    return any(True for _ in started_by(tx, "message", kept.name))
