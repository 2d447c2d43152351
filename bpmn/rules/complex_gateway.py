"""A complex gateway is not run.

The condition of a complex gateway is not run. Use inclusive, exclusive or parallel gateways with conditions.
"""

from collections.abc import Iterator

from bpmn.draft import Draft
from bpmn.rules.finding import Finding, Rule
from bpmn.rules.subjects import processes
from bpmn.vocabulary import Vocabulary

RULE = Rule(__name__, clause="10.6.5")


def check(draft: Draft, vocabulary: Vocabulary) -> Iterator[Finding]:
    """Find where this does not hold."""

    for process in processes(draft):
        for element in process.elements:
            if element.kind == "complexGateway":
                yield RULE.error(
                    element,
                    "{element} is a complex gateway, which is not run.",
                    "Use inclusive, exclusive or parallel gateways with conditions.",
                )
