"""Some ids are taken by the engine.

``Start``, ``End``, ``Root`` and ids that end in ``.EndJoin``, ``.BoundaryEventSplit`` or ``.BoundaryEventJoin``
name the engine's own parts; an element of that id would be confused with them.
"""

from collections.abc import Iterator
from typing import Final

from bpmn.diagram import Element, Process
from bpmn.draft import Draft
from bpmn.rules.finding import Finding, Rule
from bpmn.rules.subjects import processes
from bpmn.vocabulary import Vocabulary

RULE = Rule(__name__, clause="")


_NAMES: Final = frozenset({"Start", "End", "Root"})
_ENDINGS: Final = (".EndJoin", ".BoundaryEventSplit", ".BoundaryEventJoin")


def check(draft: Draft, vocabulary: Vocabulary) -> Iterator[Finding]:
    """Find where this does not hold."""
    for process in processes(draft):
        subjects: tuple[Process | Element, ...] = (process, *process.elements)
        for subject in subjects:
            if subject.id in _NAMES or subject.id.endswith(_ENDINGS):
                yield RULE.error(
                    subject,
                    "The id {identity} is reserved for the engine.",
                    "Change the id, for instance to {identity}_1.",
                    identity=subject.id,
                )
