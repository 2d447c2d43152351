"""How cases begin in the Camunda 7 family: who may start them, and with which data objects they do not."""

import pytest

from bpmn.checking import check
from bpmn.draft import Draft
from bpmn.notes import Outcome
from bpmn.reading import read_diagram
from engine.model.person import Actor
from engine.offering import may_start
from tests.bpmn.compiling.drawing import drawn
from tests.bpmn.drawing import VOCABULARY

MODEL = (
    '<definitions xmlns="http://www.omg.org/spec/BPMN/20100524/MODEL" xmlns:flowable="http://flowable.org/bpmn" '
    'targetNamespace="t"><process id="p" isExecutable="true" {0}>{1}<startEvent id="s"/><endEvent id="e"/>'
    '<sequenceFlow id="f" sourceRef="s" targetRef="e"/></process></definitions>'
)
OBJECT = (
    '<dataObject id="d" name="{0}" itemSubjectRef="xsd:{1}"><extensionElements><flowable:value>{2}</flowable:value>'
    "</extensionElements></dataObject>"
)


@pytest.mark.parametrize(
    ("written", "group", "outcome"),
    [
        ('flowable:candidateStarterGroups="hr, desk"', "hr, desk", Outcome.MAPPED),
        ('flowable:candidateStarterGroups="${teams}"', None, Outcome.OPEN),
        ('flowable:candidateStarterUsers="ann"', None, Outcome.OPEN),
    ],
)
def test_who_may_start_is_said_at_the_start_event_or_named(written: str, group: str | None, outcome: Outcome) -> None:
    diagram = read_diagram(MODEL.format(written, "").encode(), "x.bpmn")
    assert diagram.element("s").properties.get("assignGroup") == group
    (note,) = diagram.notes
    assert note.outcome is outcome
    assert bool(note.remedy) == (outcome is Outcome.OPEN)


def test_whoever_holds_one_of_the_roles_starts_cases() -> None:
    process = drawn("start s assignGroup=desk,hr\nuser u assignGroup=desk\ns -> u")
    for roles, allowed in (({"hr"}, True), ({"desk", "it"}, True), ({"it"}, False)):
        assert may_start(Actor(person_id="a", name="A", roles=frozenset(roles)), process) is allowed


@pytest.mark.parametrize(("group", "code"), [("nobody", "unknown-group"), ("=teams", "starters-by-data")])
def test_roles_that_start_cases_are_checked(group: str, code: str) -> None:
    own = f'<extensionElements><k:properties xmlns:k="http://spiffworkflow.org/bpmn/schema/1.0/core"><k:property name="assignGroup" value="{group}"/></k:properties></extensionElements>'  # noqa: E501
    content = MODEL.format("", "").replace('<startEvent id="s"/>', f'<startEvent id="s">{own}</startEvent>')
    found = check(Draft(files={}, diagram=read_diagram(content.encode(), "x.bpmn")), VOCABULARY)
    assert [each.element_id for each in found if each.code == code] == ["s"]


@pytest.mark.parametrize(
    ("name", "kind", "written"), [("amount", "int", "many"), ("two words", "string", "x"), ("count", "int", "5")]
)
def test_a_value_that_cannot_be_read_is_named(name: str, kind: str, written: str) -> None:
    diagram = read_diagram(MODEL.format("", OBJECT.format(name, kind, written)).encode(), "x.bpmn")
    assert [(note.outcome, bool(note.remedy)) for note in diagram.notes] == [(Outcome.OPEN, True)]
