"""People are named by data: ``assignPerson`` and ``assignPeople`` are FEEL and begin with ``=``.

Diagrams name roles, not people; a person comes from the case, as in ``=caller`` or ``=[caller, reviewer]``.
"""

from collections.abc import Iterator

from bpmn.assignment import KEPT_OUT, PEOPLE, PERSON
from bpmn.diagram import UserTask
from bpmn.draft import Draft
from bpmn.languages import is_formula
from bpmn.rules.finding import Finding, Rule
from bpmn.rules.subjects import elements
from bpmn.vocabulary import Vocabulary

RULE = Rule(__name__, clause="10.8")


def check(draft: Draft, vocabulary: Vocabulary) -> Iterator[Finding]:
    """Find where this does not hold."""

    for task in elements(draft, UserTask):
        for name in (PERSON, PEOPLE, KEPT_OUT):
            person = task.properties.get(name, "")
            if person and not is_formula(person):
                yield RULE.error(
                    task,
                    "{property} of {element} is the plain text {person}.",
                    "Write an expression that gives the person, as in =caller.",
                    property=name,
                    person=person,
                )
