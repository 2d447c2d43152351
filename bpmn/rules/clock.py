"""Service-level clocks that a diagram starts, stops, pauses or re-targets exist."""

from collections.abc import Iterator
from typing import Final

from bpmn.diagram import Element
from bpmn.draft import Draft
from bpmn.rules.finding import Finding, Rule
from bpmn.rules.subjects import elements
from bpmn.vocabulary import Vocabulary

RULE = Rule(__name__, clause="")


_PROPERTIES: Final = ("clockStart", "clockStop", "clockPause", "clockRetarget")


def check(draft: Draft, vocabulary: Vocabulary) -> Iterator[Finding]:
    """Find where this does not hold."""
    for element in elements(draft, Element):
        for name in _PROPERTIES:
            for clock in filter(None, (part.strip() for part in element.properties.get(name, "").split(","))):
                if clock not in vocabulary.clocks:
                    yield RULE.error(
                        element,
                        "{property} of {element} names the clock {clock}, which does not exist.",
                        "Write one of: {clocks}.",
                        property=name,
                        clock=clock,
                        clocks=", ".join(sorted(vocabulary.clocks)) or "(none)",
                    )
