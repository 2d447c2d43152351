"""What a process says it makes it really makes: the record types of process.toml and the operations of its diagram."""

import re

import pytest

from bpmn.diagram import ServiceTask
from bpmn.draft import Draft, read_draft
from bpmn.languages import bare
from bpmn.library import shipped, shipped_record_types
from bpmn.rules.subjects import elements

WRITING = {"record/save", "record/retire"}


def written(draft: Draft) -> set[str]:
    """The types of which the diagrams of a process save or retire records."""
    found = {
        access.type
        for process in draft.diagram.processes
        for each in process.elements
        for access in each.stores
        if access.writes
    }
    for task in elements(draft, ServiceTask):
        if task.operation and task.operation.id in WRITING:
            (kind,) = re.findall(r'"(\w+)"', bare(task.operation.parameters["type"]))
            found.add(kind)
    return found


@pytest.mark.parametrize("name", sorted(shipped()))
def test_a_process_writes_the_records_it_declares_and_declares_those_it_writes(name: str) -> None:
    draft = read_draft(shipped()[name])
    assert written(draft) == set(draft.facts.measured.records)


def test_every_type_of_records_is_written_by_a_process() -> None:
    found = {name for files in shipped().values() for name in written(read_draft(files))}
    assert {kind.id for kind in shipped_record_types()} == found
