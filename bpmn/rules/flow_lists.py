"""What a node lists as incoming and outgoing are flows that touch it there.

The flow itself says where it begins and ends, and that is what runs. A node that lists another one was mostly left
behind when a flow was moved by hand; other tools may believe the list. Files without any such list are fine; where one
end of a flow lists it, the other end does so too.
"""

from collections.abc import Iterator
from dataclasses import dataclass

from bpmn.draft import Draft
from bpmn.rules.finding import Finding, Rule
from bpmn.vocabulary import Vocabulary

RULE = Rule(__name__, clause="8.4.7")


@dataclass(frozen=True)
class _Spot:
    id: str
    line: int


def check(draft: Draft, vocabulary: Vocabulary) -> Iterator[Finding]:
    """Find where this does not hold."""
    for one in draft.diagram.remarks.mislisted:
        text = (
            "{element} does not list {flow} as {way}, which touches it there."
            if one.missing
            else "{element} lists {flow} as {way}, but no flow of that id touches it there."
        )
        report = RULE.warning if one.missing and not one.halved else RULE.error
        yield report(
            _Spot(one.element_id, one.line),
            text,
            "Correct the list or the flow; opening and saving the file in a modeler does it.",
            code="flow-not-listed" if one.missing else "",
            flow=one.flow or "nothing",
            way=one.way,
        )
