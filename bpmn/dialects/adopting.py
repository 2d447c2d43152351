"""Every element of a diagram past every dialect."""

from collections.abc import Callable, Mapping
from typing import Final

from lxml import etree

from bpmn.dialects import camunda, plain, spiffworkflow, zeebe
from bpmn.dialects.spiffworkflow import READ_ATTRIBUTES, READ_PARTS
from bpmn.dialects.subject import Subject
from bpmn.notes import Note, Outcome
from bpmn.source import BPMN, NODES, OURS, Source, attribute, extension, extension_parts, line_of, local

_OWNERS: Final = NODES | {"sequenceFlow", "process", "lane", "participant", "message"}
"""What a note can point at."""

_DIALECTS: Final[Mapping[Callable[[Subject, Source], None], frozenset[str]]] = {
    camunda.adopt: camunda.NAMESPACES,
    zeebe.adopt: zeebe.NAMESPACES,
    spiffworkflow.adopt: frozenset({OURS}),
    plain.adopt: plain.NAMESPACES,
}


_NOT_KNOWN: Final = "It is not known, and not read."
_LOOK: Final = "Look whether anything depends on it, and draw that."
_PLATFORM: Final = "{http://camunda.org/schema/modeler/1.0}executionPlatform"
_PLATFORMS: Final = {"Camunda Platform": camunda.NAMESPACES, "Camunda Cloud": zeebe.NAMESPACES}


def adopt(source: Source) -> tuple[Note, ...]:
    """Rewrite what other tools wrote in an opened diagram; gives what became of it, in the order of the file.

    Every extension leaves a note, of itself or of a part of it: none is passed over without a word.
    """
    present = _used(source)
    at_work = [
        (dialect, uris) for dialect, uris in _DIALECTS.items() if dialect is plain.adopt or not uris.isdisjoint(present)
    ]
    notes: list[Note] = []
    for node in list(source.root.iter(f"{{{BPMN}}}*")):
        written, told = _written(node), len(notes)
        for dialect, uris in at_work:
            dialect(Subject(node, _owner(node), uris, notes), source)
        if written:
            notes += _untold(node, written, notes[told:])
    return tuple(dict.fromkeys(notes))


def _used(source: Source) -> frozenset[str]:
    """The namespaces that something in the diagram uses, or whose platform it says it was drawn for."""
    names = {str(name) for node in source.root.iter() for name in (node.tag, *node.attrib)}
    found = {name[1:].partition("}")[0] for name in names if name.startswith("{")}
    platform = str(source.root.get(_PLATFORM) or "")
    return frozenset(found | set(_PLATFORMS.get(platform, ())))


def _written(node: etree._Element) -> dict[str, frozenset[str]]:
    """The extensions on an element, with the local names that may tell of each: its own, and those of its parts."""
    prefixes = {uri: prefix for prefix, uri in node.nsmap.items()}
    found: dict[str, frozenset[str]] = {}

    def add(name: etree.QName, words: frozenset[str]) -> None:
        if extension(name.namespace):
            key = f"{prefixes.get(str(name.namespace)) or name.namespace}:{name.localname}"
            found[key] = found.get(key, frozenset()) | words

    for key in node.attrib:
        name = etree.QName(str(key))
        if name.namespace != OURS or name.localname not in READ_ATTRIBUTES:
            add(name, frozenset({name.localname}))
    for part in extension_parts(node):
        name = etree.QName(part)
        if name.namespace != OURS or (name.localname not in READ_PARTS and _says_something(part)):
            add(name, frozenset(etree.QName(inner).localname for inner in part.iter()))
    return found


def _says_something(part: etree._Element) -> bool:
    return bool(len(part) or part.attrib or (part.text or "").strip())


def _untold(node: etree._Element, written: dict[str, frozenset[str]], notes: list[Note]) -> list[Note]:
    """Notes of the extensions that no note speaks of: those that are left, and those that a dialect had no use for."""
    told = {note.name.partition(" ")[0].rpartition(":")[2] for note in notes}
    left = _written(node).keys()
    silent = sorted(name for name, words in written.items() if words.isdisjoint(told))
    found = []
    for names, outcome, said, remedy in (
        ([name for name in silent if name in left], Outcome.OPEN, _NOT_KNOWN, _LOOK),
        ([name for name in silent if name not in left], Outcome.UNUSED, "It adds nothing to what else is written.", ""),
    ):
        if names:
            name = ", ".join(names)
            found.append(
                Note(element_id=_owner(node), name=name, outcome=outcome, said=said, remedy=remedy, line=line_of(node))
            )
    return found


def _owner(node: etree._Element) -> str:
    place: etree._Element | None = node
    while place is not None:
        if local(place) in _OWNERS and place.get("id"):
            return attribute(place, "id")
        place = place.getparent()
    return ""
