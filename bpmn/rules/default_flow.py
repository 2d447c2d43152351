"""A default flow leaves the element it is the default of, and it has one where something is decided."""

from collections.abc import Iterator
from typing import Final

from bpmn.diagram import Activity, Element, Gateway
from bpmn.draft import Draft
from bpmn.rules.finding import Finding, Rule
from bpmn.rules.subjects import elements, outgoing
from bpmn.vocabulary import Vocabulary

RULE = Rule(__name__, clause="8.4.13")
_DECIDING: Final = frozenset({"exclusiveGateway", "inclusiveGateway", "complexGateway"})


def check(draft: Draft, vocabulary: Vocabulary) -> Iterator[Finding]:
    """Find where this does not hold."""

    for element in elements(draft, Element):
        default = element.default if isinstance(element, Activity | Gateway) else None
        if default is None:
            continue
        if default not in element.outgoing:
            yield RULE.error(
                element,
                "The default flow {flow} of {element} does not leave it.",
                "Choose one of its own outgoing flows as default.",
                flow=default,
            )
        elif element.kind not in _DECIDING and not any(flow.condition for flow in outgoing(draft, element)):
            yield RULE.warning(
                element,
                "{element} has a default flow, which means nothing without conditions.",
                "Remove the default mark, or put a gateway behind the element.",
                code="default-without-choice",
            )
