"""A person is named by data: ``assignPerson`` is FEEL and begins with ``=``.

Diagrams name roles, not people; a person comes from the case, as in ``=caller``.
"""

from collections.abc import Iterator

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
        person = task.properties.get("assignPerson", "")
        if person and not is_formula(person):
            yield RULE.error(
                task,
                "assignPerson of {element} is the plain text {person}.",
                "Write an expression that gives the person, as in =caller.",
                person=person,
            )
