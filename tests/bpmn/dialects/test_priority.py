"""The priority of a task, as each tool writes it."""

import pytest

from bpmn.notes import Outcome
from bpmn.reading import read_diagram

FAMILY = 'xmlns:{0}="{1}" {0}:priority="{2}"'
CAMUNDA = "http://camunda.org/schema/1.0/bpmn"
FLOWABLE = "http://flowable.org/bpmn"
ZEEBE = '<z:priorityDefinition xmlns:z="http://camunda.org/schema/zeebe/1.0" priority="{}"/>'
TASK = (
    '<definitions xmlns="http://www.omg.org/spec/BPMN/20100524/MODEL" targetNamespace="t"><process id="p">'
    '<userTask id="t" {}><extensionElements>{}</extensionElements></userTask></process></definitions>'
)


@pytest.mark.parametrize(
    ("content", "priority"),
    [
        (TASK.format(FAMILY.format("camunda", CAMUNDA, "80"), ""), "80"),
        (TASK.format(FAMILY.format("flowable", FLOWABLE, "${level * 10}"), ""), "=level * 10"),
        (TASK.format("", ZEEBE.format("60")), "60"),
        (TASK.format("", ZEEBE.format("=level")), "=level"),
        (TASK.format(FAMILY.format("camunda", CAMUNDA, "high"), ""), None),
    ],
)
def test_a_priority_arrives_or_is_named(content: str, priority: str | None) -> None:
    diagram = read_diagram(content.encode(), "x.bpmn")
    assert diagram.element("t").properties.get("priority") == priority
    (note,) = [note for note in diagram.notes if "priority" in note.name]
    assert note.outcome is (Outcome.MAPPED if priority else Outcome.OPEN)
