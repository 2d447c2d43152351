"""Where a file departs from the schema of BPMN 2.0: parts and attributes that are missing, strange or in disorder."""

from collections import Counter
from collections.abc import Iterator
from typing import Final

from lxml import etree

from bpmn.remarks import Misspecified
from bpmn.schema_parts import BESIDE, EVERY_ATTRIBUTE, Shape, shape_of
from bpmn.source import BPMN, SCOPES, Source, identified, line_of, local

_DRAWN: Final = "BPMNDiagram"


def misshapen(source: Source) -> tuple[Misspecified, ...]:
    """Everything in a file that the schema does not allow, in the order of the file."""
    given = source.given
    return tuple(remark for element in source.root.iter() for remark in _of(element, given))


def _of(element: etree._Element, given: frozenset[str]) -> Iterator[Misspecified]:
    kind = local(element)
    for name in element.attrib if kind else ():
        if name not in EVERY_ATTRIBUTE and not str(name).startswith("{"):
            yield _wrong(element, "unknown-attribute", str(name), kind)
    shape = shape_of(kind) if kind else None
    if shape is None:
        return
    for name in element.attrib:
        if (
            name in EVERY_ATTRIBUTE
            and name not in shape.attributes
            and not (name == "id" and element.get(name) in given)
        ):
            yield _wrong(element, "misplaced-attribute", str(name), kind)
    for name in shape.required:
        if not element.get(name):
            yield _wrong(element, "attribute-missing", name, kind)
    yield from _parts(element, kind, shape)


def _parts(element: etree._Element, kind: str, shape: Shape) -> Iterator[Misspecified]:
    last, before, disordered = -1, "", False
    found: Counter[str] = Counter()
    for part in element:
        qualified = etree.QName(part)
        name = qualified.localname
        place = shape.places.get(name)
        if qualified.namespace != BPMN and name != _DRAWN:
            yield _wrong(part, "foreign-part", name, kind)
        elif place is None:
            if kind not in SCOPES:  # what is strange in a scope is told by the rule about what is not read
                yield _wrong(element, "part-not-allowed", name, kind)
        else:
            found[name] += 1
            if place < last and not disordered:
                beside = kind in SCOPES and (before in BESIDE or name in BESIDE)
                yield _wrong(element, "mixed-order" if beside else "out-of-order", name, before)
                disordered = not beside
                last, before = (place, name) if beside else (last, before)
            if place > last:
                last, before = place, name
    for name, count in found.items():
        if count > 1 and name in shape.once:
            yield _wrong(element, "part-too-often", name, kind)
    for names in shape.needed:
        if not any(name in found for name in names):
            yield _wrong(element, "part-missing", names[0], kind)


def _wrong(at: etree._Element, code: str, part: str, other: str) -> Misspecified:
    return Misspecified(element_id=identified(at), code=code, part=part, other=other, line=line_of(at))
