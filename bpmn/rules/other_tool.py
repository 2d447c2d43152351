"""What other tools wrote is read, or said to be left out.

Assignments, forms, bindings, data and expressions of the Camunda 7 family, of Camunda 8 and of SpiffWorkflow's tools
are read where Keelson has a place for them. What has none is named here with what to do instead: an error where it
would change what runs, else a warning. The import page also shows what was read, and what means nothing here.
"""

from collections.abc import Iterator

from bpmn.diagram import Process
from bpmn.draft import Draft
from bpmn.notes import Note, Outcome
from bpmn.rules.finding import Finding, Rule, titled
from bpmn.rules.subjects import processes
from bpmn.vocabulary import Vocabulary

RULE = Rule(__name__, clause="8.2.3")


def check(draft: Draft, vocabulary: Vocabulary) -> Iterator[Finding]:
    """Find where this does not hold."""
    checked = {part for process in processes(draft) for part in _ids(process)}
    elsewhere = {part for process in draft.diagram.processes for part in _ids(process)}
    for note in draft.diagram.notes:
        if note.id in checked or note.id not in elsewhere:
            yield from _told(draft, note)


def _ids(process: Process) -> Iterator[str]:
    yield process.id
    yield from (element.id for element in process.elements)
    yield from (flow.id for flow in process.flows)
    yield from (lane.id for lane in process.lanes)


def _told(draft: Draft, note: Note) -> Iterator[Finding]:
    if note.outcome not in (Outcome.OPEN, Outcome.REFUSED):
        return
    say = RULE.error if note.outcome is Outcome.REFUSED else RULE.warning
    at = draft.diagram.find(note.element_id) or draft.diagram.flows.get(note.element_id)
    yield say(
        note,
        "{name} of {called}: {said}",
        "{instead}",
        code="not-run" if note.outcome is Outcome.REFUSED else "not-read",
        name=note.name,
        called=titled(at) if at is not None else note.element_id or "the diagram",
        said=note.said,
        instead=note.remedy,
    )
