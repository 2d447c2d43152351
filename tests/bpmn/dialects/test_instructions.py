"""Instructions of SpiffArena: words for whoever does the task."""

import pytest

from bpmn.notes import Outcome
from bpmn.reading import read_diagram

TASK = """<definitions xmlns="http://www.omg.org/spec/BPMN/20100524/MODEL" targetNamespace="t"
xmlns:spiffworkflow="http://spiffworkflow.org/bpmn/schema/1.0/core"><process id="p" isExecutable="true">
<{kind} id="t" name="Pack"><documentation>Kept.</documentation><extensionElements>
<spiffworkflow:instructionsForEndUser>{words}</spiffworkflow:instructionsForEndUser></extensionElements></{kind}>
</process></definitions>"""


@pytest.mark.parametrize(
    ("kind", "words", "documentation", "outcome"),
    [
        ("manualTask", "Use the small box.", "Use the small box.\n\nKept.", Outcome.MAPPED),
        ("userTask", "Pack {{ goods }}.", "Kept.", Outcome.OPEN),
        ("scriptTask", "Use the small box.", "Kept.", Outcome.OPEN),
    ],
)
def test_instructions_are_shown_with_the_task(kind: str, words: str, documentation: str, outcome: Outcome) -> None:
    diagram = read_diagram(TASK.format(kind=kind, words=words).encode(), "x.bpmn")
    assert diagram.element("t").documentation == documentation
    (note,) = [note for note in diagram.notes if "instructionsForEndUser" in note.name]
    assert (note.element_id, note.outcome) == ("t", outcome)
