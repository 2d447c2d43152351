"""Every message and signal has a name: it is what sender and receiver agree on.

The same holds for the errors and escalations that are raised: without a code or name nothing can catch them by it. An
event that catches one of them names it, or none and catches every one.
"""

from collections.abc import Iterator

from bpmn.diagram import Element, Event, MessageTask, ReferenceDefinition
from bpmn.draft import Draft
from bpmn.rules.finding import Finding, Rule
from bpmn.rules.subjects import elements
from bpmn.vocabulary import Vocabulary

RULE = Rule(__name__, clause="8.4.11")


def check(draft: Draft, vocabulary: Vocabulary) -> Iterator[Finding]:
    """Find where this does not hold."""

    for element in elements(draft, Element):
        if isinstance(element, MessageTask) and not element.message_name:
            yield RULE.error(element, _TEXT, _ADVICE, kind="message")
        if not isinstance(element, Event):
            continue
        for definition in element.definitions:
            if not isinstance(definition, ReferenceDefinition) or definition.name or definition.code:
                continue
            raised = definition.kind in ("error", "escalation") and not element.catches
            if definition.kind in ("message", "signal") or raised or definition.ref:
                yield RULE.error(element, _TEXT, _ADVICE, kind=definition.kind)


_TEXT = "{element} does not say which {kind} it means."
_ADVICE = "Choose or create the {kind} in its properties and give it a name."
