"""The diagram a case runs on, exactly as it was released."""

from engine.live import compiled, released_draft
from engine.model.instance import Instance
from engine.transaction import Transaction


def diagram_bytes(tx: Transaction, instance: Instance) -> bytes:
    """Give the stored bytes of the diagram."""
    return compiled(tx, instance.publication_id).diagram.content


def steps_in_words(tx: Transaction, instance: Instance) -> tuple[tuple[str, str], ...]:
    """Give the elements of the case's process as (id, name), in the order of the file: its text alternative."""
    process = released_draft(tx, instance.publication_id).diagram.process(instance.process_id)
    return tuple((element.id, element.title) for element in process.elements if element.name)
