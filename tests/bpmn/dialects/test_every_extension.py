"""No extension of another tool is passed over without a word: each is read, or told with what becomes of it."""

import pytest

from bpmn.notes import Note, Outcome
from bpmn.reading import read_diagram
from tests.bpmn.dialects.extensions import EXAMPLES, Example, document


@pytest.mark.parametrize(
    "example",
    [one for rows in EXAMPLES.values() for one in rows],
    ids=lambda one: f"{one.kind} {one.name} {one.outcome}",
)
def test_what_becomes_of_it(example: Example) -> None:
    told = {note.outcome for note in example.notes()}
    assert example.outcome in told, [(note.name, note.outcome) for note in told_of(example.kind, example.written)]


def told_of(kind: str, written: str) -> tuple[Note, ...]:
    return read_diagram(document(kind, written), "x.bpmn").notes


@pytest.mark.parametrize("prefix", ["c", "f", "z", "s"])
@pytest.mark.parametrize(
    "kind",
    ["process", "startEvent", "userTask", "exclusiveGateway", "sequenceFlow", "message", "dataObject", "timeCycle"],
)
def test_what_nobody_knows_is_named(prefix: str, kind: str) -> None:
    told = [note for note in told_of(kind, f'{prefix}:madeUp="1"') if note.name == f"{prefix}:madeUp"]
    assert [note.outcome for note in told] == [Outcome.OPEN]


def test_vendors_without_a_dialect_are_named_once_for_an_element() -> None:
    written = '<d:metaData xmlns:d="http://www.jboss.org/drools"/><d:other xmlns:d="http://www.jboss.org/drools"/>'
    [note] = told_of("userTask", written)
    assert (note.outcome, note.element_id) == (Outcome.OPEN, "t")
    assert "metaData" in note.name
    assert "other" in note.name


def test_what_has_no_effect_beside_the_rest_is_told_to_have_none() -> None:
    [first, second] = told_of("serviceTask", 'c:topic="a" c:type="external" c:class="b.C"')
    assert (first.name, first.outcome) == ("c:topic", Outcome.MAPPED)
    assert (second.name, second.outcome) == ("c:class, c:type", Outcome.UNUSED)


def test_a_note_carries_the_prefix_it_was_written_with() -> None:
    names = [note.name for note in told_of("userTask", 'f:assignee="ann" c:priority="7"')]
    assert names == ["f:assignee", "c:priority"]
