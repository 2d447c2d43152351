"""A repeated activity says how often.

A multi-instance activity has a number of repetitions or a collection, not both; a standard loop has a condition or a
maximum. The bare marker that drawing tools set repeats for ever or not at all.
"""

import re
from collections.abc import Iterator
from typing import Final

from bpmn.compiling.loops import MAX_INSTANCES
from bpmn.diagram import Activity, EventDefinition, ReferenceDefinition
from bpmn.draft import Draft
from bpmn.languages import bare
from bpmn.rules.finding import Finding, Rule
from bpmn.rules.subjects import elements, remarked
from bpmn.vocabulary import Vocabulary

RULE = Rule(__name__, clause="13.3.6")
_ODD: Final = {
    "behavior-unused": (
        "{element} has a {part}, which counts only where its behavior is Complex and not {other}.",
        'Write behavior="Complex", or delete the {part}.',
    )
}
_NUMBER: Final = re.compile(r"[+-]?\d+(\.\d+)?")


def check(draft: Draft, vocabulary: Vocabulary) -> Iterator[Finding]:
    """Find where this does not hold."""
    yield from remarked(draft, RULE.warning, _ODD)
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
        elif loop.several:
            yield RULE.error(
                activity,
                "{element} is marked as a loop and as multi-instance at once.",
                "Keep one of the two marks.",
                code="several-marks",
            )
        elif loop.kind != "standard" and loop.cardinality and loop.collection:
            yield RULE.error(
                activity,
                "{element} is repeated a number of times and for each item of a collection; only one can be meant.",
                "Keep the number or the collection.",
                code="number-and-collection",
            )
        elif loop.behavior not in ("", "All") and not all(map(_can_be_thrown, loop.throws or ((None, None),))):
            yield RULE.error(
                activity,
                "The instances of {element} are to throw an event as they end ({behavior}), but not one that can be.",
                "Name a message, signal, error or escalation of the file, or set the behavior to All.",
                code="throws-as-it-ends",
                behavior=loop.behavior,
            )
        elif loop.kind != "standard" and not loop.cardinality and not loop.collection:
            yield RULE.error(
                activity,
                "{element} is repeated for each of something, but does not say of what.",
                "Give it a number of repetitions, or a collection.",
                code="no-cardinality",
            )
        if loop.cardinality and _NUMBER.fullmatch(bare(loop.cardinality)) and not _possible(bare(loop.cardinality)):
            yield RULE.error(
                activity,
                "{element} is to be repeated {number} times; it must be a whole number up to {most}.",
                "Write a number that can be meant, or an expression.",
                code="cardinality",
                number=loop.cardinality,
                most=MAX_INSTANCES,
            )
        if loop.maximum and not loop.maximum.isdecimal():
            yield RULE.error(
                activity,
                "The loop maximum of {element} is {maximum}, which is not a whole number from 0.",
                "Write a number.",
                code="loop-maximum",
                maximum=loop.maximum,
            )
        elif loop.maximum and not int(loop.maximum):
            yield RULE.warning(
                activity,
                "The loop maximum of {element} is 0: it is done once where it is tested after, and else not at all.",
                "Write how often it may be done.",
                code="never-repeated",
            )


def _can_be_thrown(thrown: tuple[str | None, EventDefinition | None]) -> bool:
    return isinstance(thrown[1], ReferenceDefinition) and bool(thrown[1].name)


def _possible(number: str) -> bool:
    return number.isdecimal() and len(number) < 9 and int(number) <= MAX_INSTANCES
