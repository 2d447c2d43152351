"""A call activity is not run.

Calling another process is not supported yet. Draw the called process as a sub-process, until calls are supported.
"""

from collections.abc import Iterator

from bpmn.draft import Draft
from bpmn.rules.finding import Finding, Rule
from bpmn.rules.subjects import processes
from bpmn.vocabulary import Vocabulary

RULE = Rule(__name__, clause="10.3.6")


def check(draft: Draft, vocabulary: Vocabulary) -> Iterator[Finding]:
    """Find where this does not hold."""

    for process in processes(draft):
        for element in process.elements:
            if element.kind == "callActivity":
                yield RULE.error(
                    element,
                    "{element} is a call activity, which is not run.",
                    "Draw the called process as a sub-process, until calls are supported.",
                )
