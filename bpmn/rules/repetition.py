"""A repeated activity says how often.

A multi-instance activity has a number of repetitions or a collection; a standard loop has a condition or a maximum.
The bare marker that drawing tools set repeats for ever or not at all.
"""

from collections.abc import Iterator

from bpmn.diagram import Activity
from bpmn.draft import Draft
from bpmn.rules.finding import Finding, Rule
from bpmn.rules.subjects import elements
from bpmn.vocabulary import Vocabulary

RULE = Rule(__name__, clause="13.3.6")


def check(draft: Draft, vocabulary: Vocabulary) -> Iterator[Finding]:
    """Find where this does not hold."""

    for activity in elements(draft, Activity):
        loop = activity.loop
        if loop is None:
            continue
        if loop.kind == "standard" and not loop.condition and not loop.maximum:
            yield RULE.error(
                activity,
                "The loop of {element} has neither a condition nor a maximum.",
                "Give it a loop condition in FEEL.",
                code="endless-loop",
            )
        elif loop.kind != "standard" and not loop.cardinality and not loop.collection:
            yield RULE.error(
                activity,
                "{element} is repeated for each of something, but does not say of what.",
                "Give it a number of repetitions, or a collection.",
                code="no-cardinality",
            )
        if loop.maximum and not (loop.maximum.isdecimal() and int(loop.maximum) > 0):
            yield RULE.error(
                activity,
                "The loop maximum of {element} is {maximum}, which is not a whole number above 0.",
                "Write a number.",
                code="loop-maximum",
                maximum=loop.maximum,
            )
