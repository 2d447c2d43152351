"""Duties are kept apart between steps that people do: `separateFrom` names tasks, or the start event.

Whoever did one of them in a case, or began the case where the start event is named, is refused the other. A name that
is no such step of the process would keep nothing apart.
"""

from collections.abc import Iterator

from bpmn.diagram import Element, Event, UserTask
from bpmn.draft import Draft
from bpmn.rules.finding import Finding, Rule
from bpmn.rules.subjects import elements, processes
from bpmn.vocabulary import Vocabulary

RULE = Rule(__name__, clause="")


def check(draft: Draft, vocabulary: Vocabulary) -> Iterator[Finding]:
    """Find where this does not hold."""
    known = {
        element.id
        for process in processes(draft)
        for element in process.elements
        if isinstance(element, UserTask) or (isinstance(element, Event) and element.kind == "startEvent")
    }
    for element in elements(draft, Element):
        if not isinstance(element, UserTask) and element.separate_from:
            yield RULE.error(
                element,
                "{element} is kept apart from other steps, but no person does it.",
                "Set separateFrom on the user or manual task.",
                code="nobody-does-it",
            )
            continue
        for name in element.separate_from:
            if name not in known or name == element.id:
                yield RULE.error(
                    element,
                    "{element} is kept apart from {other}, which is no other task of this process.",
                    "Name the ids of user or manual tasks, or of the start event.",
                    code="no-such-step",
                    other=name,
                )
