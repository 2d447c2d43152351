"""Attributes of the standard have values of the standard.

A mark written ``isExecutable="yes"`` or ``"True"`` is read by every tool in another way; XML Schema knows ``true`` and
``false`` only.
"""

from collections.abc import Iterator
from dataclasses import dataclass

from bpmn.draft import Draft
from bpmn.rules.finding import Finding, Rule
from bpmn.vocabulary import Vocabulary

RULE = Rule(__name__, clause="8.1")


@dataclass(frozen=True)
class _Spot:
    id: str
    line: int


def check(draft: Draft, vocabulary: Vocabulary) -> Iterator[Finding]:
    """Find where this does not hold."""
    for one in draft.diagram.remarks.misvalued:
        yield RULE.error(
            _Spot(one.element_id, one.line),
            "The attribute {attribute} of {element} has the value {value}.",
            "Write {wanted}.",
            attribute=one.attribute,
            value=one.value or "(nothing)",
            wanted=one.wanted,
        )
