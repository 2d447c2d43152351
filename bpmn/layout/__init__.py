"""Layout: pictures for models that have none, and the measure of a picture.

Bytes in, bytes out; deterministic: the same file gets the same picture. Columns follow the flow with loops recognised,
lanes are rows of rows, lines run along tracks and keep clear of shapes, names stand where they cover nothing.
Sub-processes are drawn open, those that had a plane of their own on one again. What it cannot know is taste: owners
move things in the modeler afterwards.
"""

from dataclasses import dataclass
from typing import Final

from bpmn.errors import DiagramUnreadable
from bpmn.layout.drawing import Trial, draw
from bpmn.layout.measuring import Flaw, crossings, flaws
from bpmn.layout.picture import Picture, extent
from bpmn.layout.reading import Context, context_of, pictures_of
from bpmn.layout.routing import STEPS, Effort
from bpmn.layout.sketch import sketch_of
from bpmn.layout.writing import write
from bpmn.source import DRAWING, NODES, local, open_source

__all__ = ["Flaw", "Plane", "has_picture", "lay_out", "picture_flaws", "planes"]

COUNT: Final = 800
"""Most nodes, lines, lanes and pools that are laid out: the lines look for a way among all others."""
_LINES: Final = frozenset(
    {"sequenceFlow", "messageFlow", "association", "dataInputAssociation", "dataOutputAssociation"}
)
_PARTS: Final = NODES | {"sequenceFlow", "messageFlow", "association", "participant", "lane"}
_CROSSING, _SHARED, _LENGTH, _HEIGHT = 4.0, 3.0, 0.003, 0.004
"""What is bad beside a bend, which counts 1: a crossing, a corner of a gateway that a second line leaves by, each unit
of the lines' length and of the picture's height."""


@dataclass(frozen=True, kw_only=True)
class Plane:
    """How large one plane of a file is drawn: the process or collaboration, or a closed sub-process.

    `width` and `height` are in pixels at 100 %; `elements` counts flow nodes, `crossings` how often two lines cross.
    """

    id: str
    width: float
    height: float
    elements: int
    crossings: int


def lay_out(content: bytes, name: str, tries: int = 1) -> bytes:
    """The file with a picture of everything in it, in place of any it had; raises DiagramUnreadable.

    More `tries` take longer, and give the best of as many pictures; one without crossings is taken at once, and where
    lines are entangled there are fewer.
    """
    source = open_source(content, name)
    count = sum(1 for element in source.root.iter() if local(element) in _PARTS)
    if count > COUNT:
        raise DiagramUnreadable("too_many_to_draw", name=name, count=count, limit=COUNT)
    sketch, context = sketch_of(source), context_of(source)
    lines, spent = sum(1 for element in source.root.iter() if local(element) in _LINES), 0
    best: dict[str, tuple[tuple[int, float], Picture]] = {}
    for number in range(tries):
        effort = Effort(lines)
        for picture in draw(sketch, context, Trial(number=number, effort=effort)):
            badness = _badness(picture, context) if tries > 1 else (0, 0.0)
            if picture.plane not in best or badness < best[picture.plane][0]:
                best[picture.plane] = badness, picture
        spent += effort.spent
        if number + 1 == tries or spent > STEPS:
            break
        if not any(found for (found, _), _ in best.values()) and not any(crossings(one) for _, one in best.values()):
            break
    return write(content, source, [picture for _, picture in best.values()])


def _badness(picture: Picture, context: Context) -> tuple[int, float]:
    bends = sum(len(line.points) - 2 for line in picture.lines)
    length = sum(abs(x1 - x2) + abs(y1 - y2) for line in picture.lines for (x1, y1), (x2, y2) in line.segments())
    gateways = {shape.id for shape in picture.shapes if shape.kind.endswith("Gateway")}
    corners = [(line.source, line.points[0]) for line in picture.lines if line.source in gateways]
    rest = bends + _CROSSING * crossings(picture) + _SHARED * (len(corners) - len(set(corners)))
    rest += _LENGTH * length + _HEIGHT * extent(picture).height
    return len(list(flaws(picture, context))), rest


def has_picture(content: bytes, name: str) -> bool:
    """Whether the file draws anything; raises DiagramUnreadable."""
    source = open_source(content, name)
    return next(source.root.iter(f"{{{DRAWING}}}BPMNShape"), None) is not None


def picture_flaws(content: bytes, name: str) -> tuple[Flaw, ...]:
    """What is wrong with the pictures in a file; raises DiagramUnreadable."""
    source = open_source(content, name)
    context = context_of(source)
    return tuple(flaw for picture in pictures_of(source) for flaw in flaws(picture, context))


def planes(content: bytes, name: str) -> tuple[Plane, ...]:
    """The size of each plane that a file draws; raises DiagramUnreadable."""
    return tuple(
        Plane(
            id=picture.plane,
            width=extent(picture).width,
            height=extent(picture).height,
            elements=sum(shape.kind in NODES for shape in picture.shapes),
            crossings=crossings(picture),
        )
        for picture in pictures_of(open_source(content, name))
    )
