"""A message that people may send is offered to the caller or to a role that exists.

``offeredTo`` stands on message events that wait; its value is ``caller`` or a role, or several of them with
commas between.
"""

from collections.abc import Iterator

from bpmn.diagram import Element, Event
from bpmn.draft import Draft
from bpmn.rules.finding import Finding, Rule
from bpmn.rules.subjects import elements
from bpmn.vocabulary import Vocabulary

RULE = Rule(__name__, clause="10.5.5")


def check(draft: Draft, vocabulary: Vocabulary) -> Iterator[Finding]:
    """Find where this does not hold."""

    for element in elements(draft, Element):
        offered = element.properties.get("offeredTo")
        if offered is None:
            continue
        begins = element.kind == "startEvent" and element.scope_id == element.process_id
        waits = (
            isinstance(element, Event) and element.catches and any(one.kind == "message" for one in element.definitions)
        )
        if not waits or begins:
            yield RULE.error(
                element,
                "{element} has offeredTo, but it is not an event that waits for a message.",
                "Remove the property, or make it a message event.",
                code="no-message",
            )
            continue
        named = [one.strip() for one in offered.split(",")]
        unknown = [one for one in named if one != "caller" and one not in vocabulary.roles]
        if unknown:
            yield RULE.error(
                element,
                "{element} is offered to {offered}, which is neither “caller” nor a role.",
                "Write caller, or one of: {roles}.",
                offered=", ".join(unknown).strip() or "(nobody)",
                roles=", ".join(sorted(vocabulary.roles)),
            )
