"""Shapes and lines of the picture can be drawn.

A shape has a place and a size, a line two points or more, and an element is drawn once on each page.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Final

from bpmn.draft import Draft
from bpmn.rules.finding import Finding, Rule
from bpmn.vocabulary import Vocabulary

RULE = Rule(__name__, clause="12.2")


_WORDS: Final[Mapping[str, str]] = {
    "drawn-as-other": "{element} is a node drawn as a line, or a line drawn as a node.",
    "no-waypoints": "The line of {element} has fewer than two points.",
    "no-bounds": "The shape of {element} has no place or size.",
    "drawn-twice": "{element} is drawn more than once on one page.",
}


@dataclass(frozen=True)
class _Spot:
    id: str
    line: int


def check(draft: Draft, vocabulary: Vocabulary) -> Iterator[Finding]:
    """Find where this does not hold."""
    for one in draft.diagram.remarks.misdrawn:
        yield RULE.warning(
            _Spot(one.element_id, one.line),
            _WORDS[one.code],
            "Draw it again in the modeler.",
            code=one.code,
        )
