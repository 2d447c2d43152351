"""Everything inside the process is known to the engine.

An element of a kind that is not read would be missing at run time without a word. The same holds for what stands inside
an element: performers, renderings and the lanes of a sub-process are not read.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from bpmn.diagram import Element, Event, ScriptTask, SubProcess
from bpmn.draft import Draft
from bpmn.rules.finding import Finding, Rule
from bpmn.rules.subjects import processes
from bpmn.vocabulary import Vocabulary

RULE = Rule(__name__, clause="8.3.1")
_EVERYWHERE: Final = frozenset(
    {
        *("documentation", "extensionElements", "incoming", "outgoing", "property", "auditing", "monitoring"),
        *("ioSpecification", "dataInputAssociation", "dataOutputAssociation", "categoryValueRef"),
        *("standardLoopCharacteristics", "multiInstanceLoopCharacteristics", "activationCondition"),
    }
)
"""Read, or refused by rules of their own, or without meaning for what runs."""
_DATA_OF_EVENTS: Final = frozenset({"dataInput", "dataOutput", "inputSet", "outputSet", "eventDefinitionRef"})
_IN_SCOPES: Final = frozenset({"laneSet", "resourceRole", "performer", "humanPerformer", "potentialOwner"})
"""Passed over in a process, and without effect in a sub-process."""


@dataclass(frozen=True)
class _Part:
    id: str
    line: int


def check(draft: Draft, vocabulary: Vocabulary) -> Iterator[Finding]:
    """Find where this does not hold."""
    for process in processes(draft):
        for part in process.unread:
            yield RULE.error(
                _Part(part.id or part.scope_id, part.line),
                "{element} is of the kind {kind}, which is not run.",
                "Delete it, or draw it with tasks, gateways and events.",
                kind=part.kind,
            )
        for element in process.elements:
            for kind in sorted(_strange(element)):
                yield RULE.error(
                    element,
                    "{element} holds a {kind}, which is not read.",
                    "Delete it. Who does a task is said by its lane or its properties, what is asked by its form.",
                    code="unread-part",
                    kind=kind,
                )


def _strange(element: Element) -> frozenset[str]:
    if isinstance(element, SubProcess):
        return element.parts & _IN_SCOPES
    known = _EVERYWHERE
    if isinstance(element, Event):
        return frozenset(
            part for part in element.parts - known - _DATA_OF_EVENTS if not part.endswith("EventDefinition")
        )
    return element.parts - known - ({"script"} if isinstance(element, ScriptTask) else set())
