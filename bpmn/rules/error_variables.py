"""Variables that tell of an error or escalation stand at an event that catches one.

`codeVariable` and `messageVariable` name the variables that have the code and the message of what was caught.
"""

from collections.abc import Iterator

from bpmn.diagram import Element, Event
from bpmn.draft import Draft
from bpmn.expressions import CODE_VARIABLE, GIVEN, MESSAGE_VARIABLE
from bpmn.rules.finding import Finding, Rule
from bpmn.rules.subjects import elements
from bpmn.vocabulary import Vocabulary

RULE = Rule(__name__, clause="")


def check(draft: Draft, vocabulary: Vocabulary) -> Iterator[Finding]:
    """Find where this does not hold."""
    for element in elements(draft, Element):
        for name in (CODE_VARIABLE, MESSAGE_VARIABLE):
            text = element.properties.get(name, "").strip()
            if text and not _catches(element):
                yield RULE.error(
                    element,
                    "{element} has the property {property}, which is not read here.",
                    "Remove it: it belongs to an event that catches an error or an escalation.",
                    code="misplaced-error-variable",
                    property=name,
                )
            elif text in GIVEN or text.startswith("="):
                yield RULE.error(
                    element,
                    "{property} of {element} is {text}, which is no name of a variable that can be set.",
                    "Write the name of a variable, as in reason.",
                    property=name,
                    text=text,
                )


def _catches(element: Element) -> bool:
    kinds = {each.kind for each in element.definitions} if isinstance(element, Event) else set()
    return bool(kinds & {"error", "escalation"}) and element.kind in ("boundaryEvent", "startEvent")
