"""A complex gateway says when it goes on.

Its activation condition may read ``activationCount``, the number of flows by which a token has come. Without one it
would wait for all of them, as a parallel gateway does.
"""

from collections.abc import Iterator

from bpmn.diagram import Gateway
from bpmn.draft import Draft
from bpmn.rules.finding import Finding, Rule
from bpmn.rules.subjects import elements
from bpmn.vocabulary import Vocabulary

RULE = Rule(__name__, clause="10.6.5")


def check(draft: Draft, vocabulary: Vocabulary) -> Iterator[Finding]:
    """Find where this does not hold."""

    for gateway in elements(draft, Gateway):
        if gateway.kind == "complexGateway" and gateway.activation is None and len(gateway.incoming) > 1:
            yield RULE.error(
                gateway,
                "The complex gateway {element} does not say when it goes on.",
                "Write its activation condition, as in =activationCount >= 2, or use a parallel gateway.",
            )
