"""An event sub-process is not run.

It would begin at the wrong time and would not interrupt the path around it. Put the work behind a boundary event of
a sub-process instead.
"""

from collections.abc import Iterator

from bpmn.diagram import SubProcess
from bpmn.draft import Draft
from bpmn.rules.finding import Finding, Rule
from bpmn.rules.subjects import elements
from bpmn.vocabulary import Vocabulary

RULE = Rule(__name__, clause="10.3.5")


def check(draft: Draft, vocabulary: Vocabulary) -> Iterator[Finding]:
    """Find where this does not hold."""

    for part in elements(draft, SubProcess):
        if part.triggered_by_event:
            yield RULE.error(
                part,
                "{element} is an event sub-process, which is not run.",
                "Enclose the path in a sub-process and attach a boundary event with the same trigger to it.",
            )
