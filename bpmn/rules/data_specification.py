"""What a node takes in and gives out is specified whole.

Where inputs and outputs are specified, there is a set of the one and a set of the other, though they may be empty, and
every input and output lies in one. Data that name an item definition are a collection if that is one. A picture of a
data object says which it shows. None of it changes what runs here; other tools may refuse the file.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from bpmn.draft import Draft
from bpmn.rules.finding import Finding, Rule
from bpmn.vocabulary import Vocabulary

RULE = Rule(__name__, clause="10.4.1")
_SAID: Final = {
    "no-set": (
        "The data specification of {element} has no {part}.",
        "Add one; it may be empty.",
    ),
    "in-no-set": (
        "The {part} of {element} lies in no set of its kind.",
        "List it in an inputSet or outputSet.",
    ),
    "collection": (
        "{element} and its {part} do not agree whether they are a collection.",
        "Write isCollection alike at both.",
    ),
    "of-nothing": (
        "{element} does not say which {part} it shows.",
        "Set its dataObjectRef.",
    ),
}


@dataclass(frozen=True)
class _Spot:
    id: str
    line: int


def check(draft: Draft, vocabulary: Vocabulary) -> Iterator[Finding]:
    """Find where this does not hold."""
    for one in draft.diagram.remarks.misspecified:
        text, remedy = _SAID[one.code]
        yield RULE.warning(_Spot(one.element_id, one.line), text, remedy, code=one.code, part=one.part)
