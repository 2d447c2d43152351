"""Somebody can do every task of a person: it lies in a lane, or its properties say who does it."""

from collections.abc import Iterator

from bpmn.assignment import is_assigned
from bpmn.diagram import UserTask
from bpmn.draft import Draft
from bpmn.rules.finding import Finding, Rule
from bpmn.rules.subjects import elements
from bpmn.vocabulary import Vocabulary

RULE = Rule(__name__, clause="10.8")


def check(draft: Draft, vocabulary: Vocabulary) -> Iterator[Finding]:
    """Find where this does not hold."""

    for task in elements(draft, UserTask):
        if task.lane_id is None and not is_assigned(task):
            yield RULE.error(
                task,
                "{element} lies in no lane and is assigned to nobody, so that nobody could do it.",
                "Draw it in the lane of a role, or set assignPerson, assignGroup or assignPeople.",
            )
