"""What the released processes of an installation are to each other: who calls, sends, awaits and begins what."""

from collections.abc import Iterator
from contextlib import suppress

from bpmn.beginning import Beginning, beginnings
from bpmn.diagram import CallActivity
from bpmn.meeting import messages_of, neighbour
from bpmn.vocabulary import Neighbour
from engine.errors import StateUnreadable
from engine.live import compiled, released_draft
from engine.model.message import KeptMessage
from engine.model.publication import PublicationRecord
from engine.storage import messages, publications
from engine.transaction import Transaction


def started_by(tx: Transaction, kind: str, name: str) -> Iterator[tuple[PublicationRecord, Beginning]]:
    """Give where cases of current releases begin with a message or signal of this name; of those that can be read."""
    for record in publications.all_released(tx):
        with suppress(StateUnreadable):
            for beginning in beginnings(compiled(tx, record.id).process):
                if (beginning.kind, beginning.name) == (kind, name):
                    yield record, beginning


def idle_starts(tx: Transaction, name: str) -> Iterator[PublicationRecord]:
    """Give the last releases of processes out of use whose cases a message of this name would begin."""
    for record in publications.all_latest(tx):
        with suppress(StateUnreadable):
            begun_by = () if record.in_force else beginnings(compiled(tx, record.id).process)
            if any((each.kind, each.name) == ("message", name) for each in begun_by):
                yield record


def is_awaited(tx: Transaction, kept: KeptMessage) -> bool:
    """Say whether a case waits for a kept message now, or a process would begin one with it."""
    if messages.waiting(tx, "message", kept.name, kept.correlation):
        return True
    return any(True for _ in started_by(tx, "message", kept.name))


def needed_by(tx: Transaction, process_id: str) -> tuple[tuple[str, str, str], ...]:
    """Give which other processes in use call a process or begin it by a message: id, title and name of the message.

    The name is empty for a call.
    """
    last = publications.latest(tx, process_id)
    if last is None:
        return ()
    begun_by: set[str] = set()
    with suppress(StateUnreadable):  # of one that cannot run, who calls it is told all the same
        begun_by = {each.name for each in beginnings(compiled(tx, last.id).process) if each.kind == "message"}
    found = []
    for record in publications.all_released(tx):
        with suppress(StateUnreadable):
            if record.process_id != process_id:
                diagram = released_draft(tx, record.id).diagram
                for element in diagram.process(record.process_id).elements:
                    if isinstance(element, CallActivity) and element.called_element == process_id:
                        found.append((record.process_id, record.title, ""))
                    sent = {name for name, sends in messages_of(diagram, element) if sends}
                    found += [(record.process_id, record.title, name) for name in sorted(sent & begun_by)]
    return tuple(dict.fromkeys(found))


def received(tx: Transaction) -> dict[str, tuple[str, ...]]:
    """Give the names of the messages that processes in use wait for or begin with, and the titles of these."""
    found: dict[str, list[str]] = {}
    for each in neighbours(tx).values():
        for name in each.receives:
            found.setdefault(name, []).append(each.title)
    return {name: tuple(sorted(titles)) for name, titles in sorted(found.items())}


def begin_cases(tx: Transaction) -> frozenset[str]:
    """Give the names of the messages that processes in use begin cases with."""
    found: set[str] = set()
    for record in publications.all_released(tx):
        with suppress(StateUnreadable):
            found |= {each.name for each in beginnings(compiled(tx, record.id).process) if each.kind == "message"}
    return frozenset(found)


def neighbours(tx: Transaction) -> dict[str, Neighbour]:
    """Give what is released, by process id. Drafts are read once a server; one that cannot be read is left out."""
    found = {}
    for record in publications.all_released(tx):
        tags = {_tag(tx, each) for each in publications.numbered(tx, record.process_id)}
        try:
            draft = released_draft(tx, record.id)
        except StateUnreadable:
            continue
        process = draft.diagram.process(record.process_id)
        found[record.process_id] = neighbour(
            draft, process, title=record.title, version_tags=frozenset(filter(None, tags))
        )
    return found


def _tag(tx: Transaction, record: PublicationRecord) -> str:
    try:
        process = released_draft(tx, record.id).diagram.process(record.process_id)
        return process.properties.get("versionTag", "").strip()
    except StateUnreadable:
        return ""
