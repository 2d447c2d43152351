"""An ad-hoc sub-process is not run.

The free order of activities in an ad-hoc sub-process is not run. Use a plain sub-process with gateways that offer
the choices.
"""

from collections.abc import Iterator

from bpmn.draft import Draft
from bpmn.rules.finding import Finding, Rule
from bpmn.rules.subjects import processes
from bpmn.vocabulary import Vocabulary

RULE = Rule(__name__, clause="10.3.5")


def check(draft: Draft, vocabulary: Vocabulary) -> Iterator[Finding]:
    """Find where this does not hold."""

    for process in processes(draft):
        for element in process.elements:
            if element.kind == "adHocSubProcess":
                yield RULE.error(
                    element,
                    "{element} is an ad-hoc sub-process, which is not run.",
                    "Use a plain sub-process with gateways that offer the choices.",
                )
