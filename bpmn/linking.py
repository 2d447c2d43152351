"""How cases are related: the kinds of links, each with the words for it from the other end.

The property `link` of what receives a message says what the receiving case is to the one that sent it: a kind, or
several with commas between, each with the process of the sender it is for (`resolves problem, follows`).
"""

from collections.abc import Iterator
from typing import Final

from bpmn.diagram import Element, Event, MessageTask

INVERSE: Final = {
    "caused_by": "causes",
    "resolves": "resolved_by",
    "implements": "implemented_by",
    "affects": "affected_by",
    "duplicate_of": "has_duplicate",
    "part_of": "has_part",
    "reviews": "reviewed_by",
    "follows": "leads_to",
}
"""The kinds that are stored, and what each is called from its other end."""
KINDS: Final = INVERSE | {other: kind for kind, other in INVERSE.items()}
"""Every kind that may be written, with its opposite."""


FIELD: Final = "linkTo"
"""The property that names fields, with commas between, in which a person gives numbers of other cases."""


def receives_message(element: Element) -> bool:
    """Say whether a message of another case can come in here."""
    if isinstance(element, MessageTask):
        return element.kind == "receiveTask"
    return isinstance(element, Event) and element.catches and any(one.kind == "message" for one in element.definitions)


def written(element: Element) -> Iterator[tuple[str, str]]:
    """Give what the property says: each kind with the process of the sender it is for, empty for every other one."""
    for part in element.properties.get("link", "").split(","):
        kind, _, process_id = part.strip().partition(" ")
        yield kind, process_id.strip()


def kind_of(element: Element | None, sender: str) -> str | None:
    """Give the kind of link with a case of the process `sender`; None for none, or for one that is not known."""
    kinds = {process_id: kind for kind, process_id in written(element)} if element else {}
    kind = kinds.get(sender) or kinds.get("")
    return kind if kind in KINDS else None
