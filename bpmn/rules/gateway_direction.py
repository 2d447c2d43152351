"""A gateway splits or joins as its direction says.

``gatewayDirection`` is ``Converging`` (several flows in, one out), ``Diverging`` (one in, several out), ``Mixed`` or
nothing in particular. A gateway that does neither asks no question and waits for nothing.
"""

from collections.abc import Iterator
from typing import Final

from bpmn.diagram import Gateway
from bpmn.draft import Draft
from bpmn.rules.finding import Finding, Rule
from bpmn.rules.subjects import elements
from bpmn.vocabulary import Vocabulary

RULE = Rule(__name__, clause="8.4.9")
_SPLITS: Final = ("Diverging", "Mixed")


def check(draft: Draft, vocabulary: Vocabulary) -> Iterator[Finding]:
    """Find where this does not hold."""
    for gateway in elements(draft, Gateway):
        direction = gateway.attributes.get("gatewayDirection", "").strip()
        joins, splits = len(gateway.incoming) > 1, len(gateway.outgoing) > 1
        if (direction == "Converging" and splits) or (direction == "Diverging" and joins):
            yield RULE.error(
                gateway,
                "The gateway {element} is {direction}, but several flows {way} it.",
                "Use two gateways, one that joins and one that splits, or remove the direction.",
                direction=direction,
                way="leave" if splits else "lead to",
            )
        elif direction == "Mixed" and not (joins and splits):
            yield RULE.error(
                gateway,
                "The gateway {element} is Mixed, but several flows do not both lead to it and leave it.",
                "Draw the missing flows, or remove the direction.",
                code="mixed-without-flows",
            )
        elif (direction == "Converging" and not joins) or (direction == "Diverging" and not splits):
            yield RULE.warning(
                gateway,
                "The gateway {element} is {direction}, but too few flows lead to or from it.",
                "Draw the missing flows, or remove the direction.",
                code="direction-without-flows",
                direction=direction,
            )
        elif not joins and not splits and gateway.incoming and gateway.outgoing and gateway.kind != "eventBasedGateway":
            yield RULE.error(
                gateway,
                "The gateway {element} has one flow in and one out: it decides nothing.",
                "Leave it out, or draw the missing flows.",
                code="gateway-without-choice",
            )
