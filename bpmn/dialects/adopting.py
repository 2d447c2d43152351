"""Every element of a diagram past every dialect."""

from collections.abc import Callable, Mapping
from typing import Final

from lxml import etree

from bpmn.dialects import camunda, plain, spiffworkflow, zeebe
from bpmn.dialects.subject import Subject
from bpmn.notes import Note, Outcome
from bpmn.source import BPMN, NODES, OURS, Source, attribute, foreign, line_of, local

_OWNERS: Final = NODES | {"sequenceFlow", "process", "lane", "participant", "message"}
"""What a note can point at."""

_DIALECTS: Final[Mapping[Callable[[Subject, Source], None], frozenset[str]]] = {
    camunda.adopt: camunda.NAMESPACES,
    zeebe.adopt: zeebe.NAMESPACES,
    spiffworkflow.adopt: frozenset({OURS}),
    plain.adopt: plain.NAMESPACES,
}


_PLATFORM: Final = "{http://camunda.org/schema/modeler/1.0}executionPlatform"
_PLATFORMS: Final = {"Camunda Platform": camunda.NAMESPACES, "Camunda Cloud": zeebe.NAMESPACES}


def adopt(source: Source) -> tuple[Note, ...]:
    """Rewrite what other tools wrote in an opened diagram; gives what became of it, in the order of the file."""
    present = _used(source)
    at_work = [
        (dialect, uris) for dialect, uris in _DIALECTS.items() if dialect is plain.adopt or not uris.isdisjoint(present)
    ]
    notes: list[Note] = []
    for node in list(source.root.iter(f"{{{BPMN}}}*")):
        for dialect, uris in at_work:
            dialect(Subject(node, _owner(node), uris, notes), source)
        if local(node) not in NODES:  # what is left on flow nodes their own view tells
            _left_over(node, notes)
    return tuple(dict.fromkeys(notes))


def _used(source: Source) -> frozenset[str]:
    """The namespaces that something in the diagram uses, or whose platform it says it was drawn for."""
    names = {str(name) for node in source.root.iter() for name in (node.tag, *node.attrib)}
    found = {name[1:].partition("}")[0] for name in names if name.startswith("{")}
    platform = str(source.root.get(_PLATFORM) or "")
    return frozenset(found | set(_PLATFORMS.get(platform, ())))


def _left_over(node: etree._Element, notes: list[Note]) -> None:
    notes += [
        Note(
            element_id=_owner(node),
            name=name,
            outcome=Outcome.OPEN,
            said="It is not known, and not read.",
            remedy="Look whether anything depends on it, and draw that.",
            line=line_of(node),
        )
        for name in foreign(node)
    ]


def _owner(node: etree._Element) -> str:
    place: etree._Element | None = node
    while place is not None:
        if local(place) in _OWNERS and place.get("id"):
            return attribute(place, "id")
        place = place.getparent()
    return ""
