"""Layout: a picture for models that have none, and the measure of a picture.

Bytes in, bytes out; deterministic: the same file gets the same picture. Columns follow the flow with loops recognised,
lanes are rows of rows, lines run along tracks and keep clear of shapes, names stand where they cover nothing.
Sub-processes are drawn open. What it cannot know is taste: owners move things in the modeler afterwards.
"""

from typing import Final

from bpmn.errors import DiagramUnreadable
from bpmn.layout.drawing import draw
from bpmn.layout.measuring import Flaw, crossings, picture_of
from bpmn.layout.measuring import flaws as _flaws
from bpmn.layout.sketch import sketch_of
from bpmn.layout.writing import write
from bpmn.source import DRAWING, NODES, attribute, children, local, open_source, reference, text

__all__ = ["Flaw", "crossing_count", "has_picture", "lay_out", "picture_flaws"]

COUNT: Final = 800
"""Most nodes, lines, lanes and pools that are laid out: the lines look for a way among all others."""
_PARTS: Final = NODES | {"sequenceFlow", "messageFlow", "association", "participant", "lane"}


def lay_out(content: bytes, name: str) -> bytes:
    """The file with a picture of everything in it, in place of any it had; raises DiagramUnreadable."""
    source = open_source(content, name)
    count = sum(1 for element in source.root.iter() if local(element) in _PARTS)
    if count > COUNT:
        raise DiagramUnreadable("too_many_to_draw", name=name, count=count, limit=COUNT)
    return write(content, source, draw(sketch_of(source)))


def has_picture(content: bytes, name: str) -> bool:
    """Whether the file draws anything; raises DiagramUnreadable."""
    source = open_source(content, name)
    return next(source.root.iter(f"{{{DRAWING}}}BPMNShape"), None) is not None


def picture_flaws(content: bytes, name: str) -> tuple[Flaw, ...]:
    """What is wrong with the picture in a file; raises DiagramUnreadable."""
    source = open_source(content, name)
    names, lanes, hosts = dict[str, str](), dict[str, str](), dict[str, str]()
    for element in source.root.iter():
        if local(element) and (identity := element.get("id")):
            names[str(identity)] = attribute(element, "name")
            if host := reference(element.get("attachedToRef")):
                hosts[str(identity)] = host
    for lane in source.each("lane"):
        for entry in children(lane, "flowNodeRef"):
            lanes[reference(text(entry)) or ""] = attribute(lane, "id")
    return tuple(_flaws(picture_of(source), names, lanes, hosts))


def crossing_count(content: bytes, name: str) -> int:
    """How often two lines of the picture in a file cross; raises DiagramUnreadable."""
    return crossings(picture_of(open_source(content, name)))
