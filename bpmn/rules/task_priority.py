"""How urgent a task is stands on a task of people, as a whole number or FEEL.

`priority` holds a whole number from 0 (50 where nothing is said), or an expression with ``=`` in front that gives one.
The higher the number, the sooner the task stands in a list among others of the same deadline or of the same priority of
their cases.
"""

from collections.abc import Iterator

from bpmn.diagram import Element
from bpmn.draft import Draft
from bpmn.languages import is_formula
from bpmn.rules.finding import Finding, Rule
from bpmn.rules.subjects import elements
from bpmn.urgency import HIGHEST_PRIORITY, priority_of
from bpmn.vocabulary import Vocabulary

RULE = Rule(__name__, clause="")


def check(draft: Draft, vocabulary: Vocabulary) -> Iterator[Finding]:
    """Find where this does not hold."""
    for element in elements(draft, Element):
        text = element.properties.get("priority", "").strip()
        if text and element.kind not in ("userTask", "manualTask"):
            yield RULE.error(
                element,
                "{element} has the property {property}, which is not read here.",
                "Remove it: it belongs to a user task or manual task. A case has its own in its variable priority.",
                code="misplaced-priority",
                property="priority",
            )
        elif text and not is_formula(text) and priority_of(text) is None:
            yield RULE.error(
                element,
                "The priority of {element} is {text}, which is no whole number from 0 to {highest}.",
                "Write a number such as 80, or an expression with = in front; 50 is what tasks have without it.",
                text=text,
                highest=str(HIGHEST_PRIORITY),
            )
