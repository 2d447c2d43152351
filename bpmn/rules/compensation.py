"""Compensation is not run.

Compensation events would be passed without undoing anything, and an activity for compensation would never be called.
Draw what must be undone as ordinary tasks on a path of their own.
"""

from collections.abc import Iterator

from bpmn.diagram import Activity, Element, Event
from bpmn.draft import Draft
from bpmn.rules.finding import Finding, Rule
from bpmn.rules.subjects import elements
from bpmn.vocabulary import Vocabulary

RULE = Rule(__name__, clause="10.7")


def check(draft: Draft, vocabulary: Vocabulary) -> Iterator[Finding]:
    """Find where this does not hold."""

    for element in elements(draft, Element):
        by_event = isinstance(element, Event) and any(part.kind == "compensate" for part in element.definitions)
        by_mark = isinstance(element, Activity) and element.for_compensation
        if by_event or by_mark:
            yield RULE.error(
                element,
                "{element} uses compensation, which is not run.",
                "Draw the undoing tasks on an ordinary path, for instance behind an error event.",
            )
