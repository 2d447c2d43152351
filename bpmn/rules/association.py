"""A dotted line ties a note or data to what it is about.

No token and no data passes along an association. Between two activities it looks like an order of work and is none;
only a compensation event points at its activity with one.
"""

from collections.abc import Iterator

from bpmn.diagram import Activity, Element, Event
from bpmn.draft import Draft
from bpmn.rules.finding import Finding, Rule
from bpmn.rules.subjects import processes
from bpmn.vocabulary import Vocabulary

RULE = Rule(__name__, clause="8.4.1")


def check(draft: Draft, vocabulary: Vocabulary) -> Iterator[Finding]:
    """Find where this does not hold."""
    checked = {process.id for process in processes(draft)}
    for line in draft.diagram.remarks.associations:
        source, target = draft.diagram.find(line.source), draft.diagram.find(line.target)
        if not line.source or not line.target:
            yield RULE.warning(
                line,
                "The association {element} has a loose end.",
                "Connect both ends of it, or delete it.",
                code="loose-association",
            )
        elif source and target and source.process_id in checked and not _compensates(source, target):
            yield RULE.warning(
                line,
                "A dotted line leads from {source} to {target}: nothing passes along it.",
                "Draw a sequence flow if one follows the other, or delete the line.",
                source=source.title,
                target=target.title,
            )


def _compensates(*ends: Element) -> bool:
    return any(
        (isinstance(end, Event) and any(part.kind == "compensate" for part in end.definitions))
        or (isinstance(end, Activity) and end.for_compensation)
        for end in ends
    )
