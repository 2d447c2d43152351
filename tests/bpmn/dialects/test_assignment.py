"""Who does a task, as each tool writes it: one person, or any number of roles and people who may claim it."""

import pytest

from bpmn.assignment import PROPERTIES
from bpmn.notes import Outcome
from bpmn.reading import read_diagram

NAMESPACES = {
    "camunda": "http://camunda.org/schema/1.0/bpmn",
    "operaton": "http://operaton.org/schema/1.0/bpmn",
    "flowable": "http://flowable.org/bpmn",
    "activiti": "http://activiti.org/bpmn",
}
ZEEBE = (
    '<extensionElements><z:assignmentDefinition xmlns:z="http://camunda.org/schema/zeebe/1.0" {}/></extensionElements>'
)
EXPRESSED = (
    "<{0}><resourceAssignmentExpression><formalExpression>{1}</formalExpression></resourceAssignmentExpression></{0}>"
)


def read(attributes: str = "", inner: str = "") -> tuple[dict[str, str], set[Outcome]]:
    """The properties that say who does it, and what became of what was written."""
    content = (
        '<definitions xmlns="http://www.omg.org/spec/BPMN/20100524/MODEL" targetNamespace="t"><process id="p">'
        f'<userTask id="t" {attributes}>{inner}</userTask></process></definitions>'
    )
    diagram = read_diagram(content.encode(), "x.bpmn")
    properties = diagram.element("t").properties
    found = {name: properties[name] for name in PROPERTIES if name in properties}
    return found, {note.outcome for note in diagram.notes}


@pytest.mark.parametrize("family", NAMESPACES)
@pytest.mark.parametrize(
    ("written", "expected"),
    [
        ({"candidateGroups": "sales, managers"}, {"assignGroup": "sales, managers"}),
        ({"candidateGroups": "sales,${team}"}, {"assignGroup": '=flatten(["sales", team])'}),
        ({"candidateGroups": "${teams}"}, {"assignGroup": "=teams"}),
        ({"candidateUsers": "ann"}, {"assignPeople": '="ann"'}),
        ({"candidateUsers": "ann, ${starter}"}, {"assignPeople": '=flatten(["ann", starter])'}),
        (
            {"candidateUsers": "ann,ben", "candidateGroups": "sales", "assignee": "${lead}"},
            {"assignPerson": "=lead", "assignGroup": "sales", "assignPeople": '=flatten(["ann", "ben"])'},
        ),
    ],
)
def test_the_camunda_7_family(family: str, written: dict[str, str], expected: dict[str, str]) -> None:
    named = " ".join(f'{family}:{name}="{text}"' for name, text in written.items())
    assert read(f'xmlns:{family}="{NAMESPACES[family]}" {named}') == (expected, {Outcome.MAPPED})


@pytest.mark.parametrize(
    ("written", "expected"),
    [
        ('candidateGroups="sales, hr"', {"assignGroup": "sales, hr"}),
        ('candidateGroups="=[&quot;sales&quot;, &quot;hr&quot;]"', {"assignGroup": "sales, hr"}),
        ('candidateGroups="=teams" candidateUsers="=people"', {"assignGroup": "=teams", "assignPeople": "=people"}),
        ('candidateUsers="ann, ben"', {"assignPeople": '=flatten(["ann", "ben"])'}),
        ('assignee="=lead" candidateUsers="ann"', {"assignPerson": "=lead", "assignPeople": '="ann"'}),
    ],
)
def test_camunda_8(written: str, expected: dict[str, str]) -> None:
    assert read(inner=ZEEBE.format(written)) == (expected, {Outcome.MAPPED})


@pytest.mark.parametrize(
    ("written", "expected"),
    [
        ([("potentialOwner", "group(sales), user(ann), user(ben)")], ("sales", '=flatten(["ann", "ben"])')),
        ([("potentialOwner", "sales"), ("potentialOwner", "hr, it")], ("sales, hr, it", None)),
        ([("potentialOwner", "=teams"), ("resourceRole", "${team}")], ("=flatten([teams, team])", None)),
        ([("humanPerformer", "ann, ben")], (None, '=flatten(["ann", "ben"])')),
    ],
)
def test_the_standards_own_places(written: list[tuple[str, str]], expected: tuple[str | None, str | None]) -> None:
    found, outcomes = read(inner="".join(EXPRESSED.format(*each) for each in written))
    assert (found.get("assignGroup"), found.get("assignPeople"), found.get("assignPerson")) == (*expected, None)
    assert outcomes == {Outcome.MAPPED}


def test_a_performer_does_it_and_an_owner_may_claim_it() -> None:
    inner = EXPRESSED.format("humanPerformer", "${lead}") + EXPRESSED.format("potentialOwner", "user(ann)")
    assert read(inner=inner)[0] == {"assignPerson": "=lead", "assignPeople": '="ann"'}


def test_what_cannot_be_read_is_named_and_the_others_are_kept() -> None:
    written = 'candidateGroups="sales,${users.find(x)}"'
    assert read(f'xmlns:camunda="{NAMESPACES["camunda"]}" camunda:{written}') == (
        {"assignGroup": '="sales"'},
        {Outcome.OPEN, Outcome.MAPPED},
    )
