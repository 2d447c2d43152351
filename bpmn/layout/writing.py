"""A picture as diagram interchange (BPMN 2.0 clause 12), written into the file; all else in it stays as it was."""

import re
from collections.abc import Iterable, Iterator
from typing import Final
from xml.sax.saxutils import quoteattr

from lxml import etree

from bpmn.layout.picture import Box, Line, Picture, Shape
from bpmn.source import BOUNDS, DRAWING, SCOPES, WAYPOINTS, Source

_DRAWN: Final = re.compile(
    r"[ \t]*<(?P<prefix>[\w.-]+:)?BPMNDiagram\b(?:[^>]*/>|.*?</(?P=prefix)?BPMNDiagram\s*>)[ \t]*\r?\n?", re.DOTALL
)
_END: Final = re.compile(r"</(?:[\w.-]+:)?definitions\s*>\s*(?:<!--.*?-->\s*)*$", re.DOTALL)
_BPMN_ENCODING: Final = re.compile(r"""(<\?xml[^>]*?encoding=)(["'])[^"']*\2""")


def write(content: bytes, source: Source, pictures: Iterable[Picture]) -> bytes:
    """The file with these pictures in place of any it had.

    Where the file left ids of flows or nodes out, those made on reading are written too, since a picture refers to ids.
    """
    if source.given:
        text = etree.tostring(source.root, encoding="unicode")
        declared = '<?xml version="1.0" encoding="UTF-8"?>\n'
    else:
        text = content.decode(source.root.getroottree().docinfo.encoding or "utf-8").removeprefix("\ufeff")
        text = _BPMN_ENCODING.sub(r"\1\2UTF-8\2", text, count=1)
        declared = ""
    text = _DRAWN.sub("", text)
    end = _END.search(text)
    if end is None:
        raise ValueError("the file has no closing definitions")
    drawn = "\n".join(line for picture in pictures for line in _diagram(picture))
    return f"{declared}{text[: end.start()].rstrip()}\n{drawn}\n{text[end.start() :]}".encode()


def _diagram(picture: Picture) -> Iterator[str]:
    plane = picture.plane
    yield (
        f'  <bpmndi:BPMNDiagram xmlns:bpmndi="{DRAWING}" xmlns:dc="{BOUNDS}" xmlns:di="{WAYPOINTS}"'
        f" id={quoteattr(f'Diagram_{plane}')}>"
    )
    yield f"    <bpmndi:BPMNPlane id={quoteattr(f'Plane_{plane}')} bpmnElement={quoteattr(plane)}>"
    for shape in picture.shapes:
        yield from _shape(shape)
    for line in picture.lines:
        yield from _edge(line)
    yield "    </bpmndi:BPMNPlane>"
    yield "  </bpmndi:BPMNDiagram>"


def _shape(shape: Shape) -> Iterator[str]:
    more = ""
    if shape.kind in ("participant", "lane"):
        more = ' isHorizontal="true"'
    elif shape.frame:
        more = ' isExpanded="true"'
    elif shape.kind in SCOPES:
        more = ' isExpanded="false"'
    elif shape.kind == "exclusiveGateway":
        more = ' isMarkerVisible="true"'
    yield f"      <bpmndi:BPMNShape id={quoteattr(f'{shape.id}_di')} bpmnElement={quoteattr(shape.id)}{more}>"
    yield f"        {_bounds(shape.box)}"
    yield from _label(shape.label)
    yield "      </bpmndi:BPMNShape>"


def _edge(line: Line) -> Iterator[str]:
    yield f"      <bpmndi:BPMNEdge id={quoteattr(f'{line.id}_di')} bpmnElement={quoteattr(line.id)}>"
    for x, y in line.points:
        yield f'        <di:waypoint x="{x:g}" y="{y:g}" />'
    yield from _label(line.label)
    yield "      </bpmndi:BPMNEdge>"


def _label(label: Box | None) -> Iterator[str]:
    if label is not None:
        yield "        <bpmndi:BPMNLabel>"
        yield f"          {_bounds(label)}"
        yield "        </bpmndi:BPMNLabel>"


def _bounds(box: Box) -> str:
    return f'<dc:Bounds x="{box.x:g}" y="{box.y:g}" width="{box.width:g}" height="{box.height:g}" />'
