"""What is wrong with a picture, measured: whatever covers, crosses or leaves what it should not."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations
from typing import Final

from lxml import etree

from bpmn.layout import sizes
from bpmn.layout.picture import Box, Line, Picture, Point, Shape
from bpmn.source import BOUNDS, DRAWING, WAYPOINTS, Source, attribute, child, children, flag, local, reference, text

NEAR: Final = 6.0
"""Lines nearer to each other than this, side by side, look like one."""
SHORT: Final = 12.0
"""A shared stretch up to this length is a meeting at a shape, not a line hidden under another."""
FORK: Final = 50.0
"""Lines that leave by one corner may part this far from it: a gateway has no more than four."""


@dataclass(frozen=True, kw_only=True)
class Flaw:
    """One thing that is wrong: `kind`, and the ids it concerns."""

    kind: str
    first: str
    second: str = ""

    def __str__(self) -> str:
        """In a line, for people who mend drawings."""
        return f"{self.kind}: {self.first}" + (f" and {self.second}" if self.second else "")


@dataclass(frozen=True, kw_only=True)
class Context:
    """What the model says of what is drawn, by id: names, the innermost lane of each node, hosts of border events."""

    names: Mapping[str, str]
    lanes: Mapping[str, str]
    hosts: Mapping[str, str]


def context_of(source: Source) -> Context:
    """Read what the model says."""
    names, lanes, hosts = dict[str, str](), dict[str, str](), dict[str, str]()
    for element in source.root.iter():
        if local(element) and (identity := element.get("id")):
            names[str(identity)] = attribute(element, "name")
            if host := reference(element.get("attachedToRef")):
                hosts[str(identity)] = host
    for lane in source.each("lane"):
        for entry in children(lane, "flowNodeRef"):
            lanes[reference(text(entry)) or ""] = attribute(lane, "id")
    return Context(names=names, lanes=lanes, hosts=hosts)


def pictures_of(source: Source) -> Iterator[Picture]:
    """Read what a file draws, plane by plane; labels only where it says where they stand."""
    for drawn in source.root.iter(f"{{{DRAWING}}}BPMNPlane"):
        shapes, lines = [], []
        for part in drawn:
            element = source.by_id.get(reference(part.get("bpmnElement")) or "")
            if element is None:
                continue
            kind, identity = local(element), attribute(element, "id")
            if etree.QName(part).localname == "BPMNShape":
                box = _box(child(part, "Bounds", BOUNDS))
                if box is not None:
                    frame = kind in ("participant", "lane", "group") or flag(part, "isExpanded")
                    shapes.append(Shape(id=identity, kind=kind, box=box, label=_label(part), frame=frame))
            else:
                points = tuple(
                    (float(point.get("x", 0)), float(point.get("y", 0)))
                    for point in children(part, "waypoint", namespace=WAYPOINTS)
                )
                source_id, target_id = _ends(element)
                lines.append(
                    Line(id=identity, kind=kind, source=source_id, target=target_id, points=points, label=_label(part))
                )
        plane = reference(drawn.get("bpmnElement")) or ""
        yield Picture(plane=plane, shapes=tuple(shapes), lines=tuple(lines))


def _ends(element: etree._Element) -> tuple[str, str]:
    kind = local(element)
    parent = element.getparent()
    holder = "" if parent is None else attribute(parent, "id")
    if kind == "dataInputAssociation":
        return reference(text(child(element, "sourceRef"))) or "", holder
    if kind == "dataOutputAssociation":
        return holder, reference(text(child(element, "targetRef"))) or ""
    return reference(element.get("sourceRef")) or "", reference(element.get("targetRef")) or ""


def _label(part: etree._Element) -> Box | None:
    label = child(part, "BPMNLabel", DRAWING)
    return None if label is None else _box(child(label, "Bounds", BOUNDS))


def _box(bounds: etree._Element | None) -> Box | None:
    if bounds is None:
        return None
    x, y, width, height = (float(bounds.get(name, 0)) for name in ("x", "y", "width", "height"))
    return Box(x=x, y=y, width=width, height=height)


def flaws(picture: Picture, context: Context) -> Iterator[Flaw]:
    """Everything that is wrong."""
    hosts = context.hosts
    solid = [shape for shape in picture.shapes if not shape.frame]
    frames = {shape.id: shape for shape in picture.shapes if shape.frame}
    for one, other in combinations(solid, 2):
        if hosts.get(one.id) != other.id and hosts.get(other.id) != one.id and one.box.shared(other.box) > 0:
            yield Flaw(kind="shapes overlap", first=one.id, second=other.id)
    for shape in solid:
        lane = frames.get(context.lanes.get(shape.id, ""))
        if lane and shape.id not in hosts and not lane.box.holds(shape.box):
            yield Flaw(kind="outside its lane", first=shape.id, second=lane.id)
        inside = not sizes.labelled(shape.kind) and shape.kind != "textAnnotation"
        lines = sizes.broken(context.names.get(shape.id, ""), shape.box.width - 8)
        if inside and len(lines) * sizes.TEXT_LINE > shape.box.height - 8:
            yield Flaw(kind="name does not fit", first=shape.id)
    yield from _lines(picture, solid, hosts)
    yield from _labels(picture, solid)


def _lines(picture: Picture, solid: Sequence[Shape], hosts: Mapping[str, str]) -> Iterator[Flaw]:
    for line in picture.lines:
        ends = {line.source, line.target}
        ends |= {hosts[end] for end in (line.source, line.target) if end in hosts}
        for shape in solid:
            if shape.id not in ends and any(shape.box.grown(-1).cut_by(*part) for part in line.segments()):
                yield Flaw(kind="line through a shape", first=line.id, second=shape.id)
        for shape in solid:
            if shape.id in ends and shape.id not in hosts and _inside(line, shape.box.grown(-2)):
                yield Flaw(kind="line through its own shape", first=line.id, second=shape.id)
    for one, other in combinations(picture.lines, 2):
        hidden = sum(_together(a, b) for a in one.segments() for b in other.segments())
        allowed = FORK if one.points[:1] == other.points[:1] else SHORT
        if hidden > allowed and one.target != other.target:
            yield Flaw(kind="lines on each other", first=one.id, second=other.id)


def _inside(line: Line, box: Box) -> bool:
    return any(box.cut_by(*part) for part in line.segments())


def _together(one: tuple[Point, Point], other: tuple[Point, Point]) -> float:
    """How far two straight parts run side by side."""
    for along, across in ((0, 1), (1, 0)):
        straight = one[0][across] == one[1][across] and other[0][across] == other[1][across]
        if straight and abs(one[0][across] - other[0][across]) < NEAR:
            low = max(min(one[0][along], one[1][along]), min(other[0][along], other[1][along]))
            high = min(max(one[0][along], one[1][along]), max(other[0][along], other[1][along]))
            if high > low:
                return high - low
    return 0.0


def _labels(picture: Picture, solid: Sequence[Shape]) -> Iterator[Flaw]:
    labels = [(shape.id, shape.label) for shape in picture.shapes if shape.label]
    labels += [(line.id, line.label) for line in picture.lines if line.label]
    for (first, one), (second, other) in combinations(labels, 2):
        if one.shared(other) > 1:
            yield Flaw(kind="labels overlap", first=first, second=second)
    for identity, label in labels:
        for shape in solid:
            if label.shared(shape.box.grown(-2)) > 1 and not (shape.kind.endswith("Gateway") and _corner(label, shape)):
                yield Flaw(kind="label on a shape", first=identity, second=shape.id)
        for line in picture.lines:
            if any(label.grown(-2).cut_by(*part) for part in line.segments()):
                yield Flaw(kind="line through a label", first=line.id, second=identity)


def _corner(label: Box, gateway: Shape) -> bool:
    """Whether a label only reaches into the free corner beside a diamond."""
    x, y = gateway.box.centre
    half = gateway.box.width / 2
    dx = max(label.x - x, x - label.right, 0.0)
    dy = max(label.y - y, y - label.bottom, 0.0)
    return dx + dy >= half - 1


def crossings(picture: Picture) -> int:
    """How often two lines cross."""
    count = 0
    for one, other in combinations(picture.lines, 2):
        for (ax, ay), (bx, by) in one.segments():
            for (cx, cy), (dx, dy) in other.segments():
                if (ax == bx) != (cx == dx):
                    upright, level = ((ax, ay, by), (cy, cx, dx)) if ax == bx else ((cx, cy, dy), (ay, ax, bx))
                    x, top, bottom = upright[0], min(upright[1:]), max(upright[1:])
                    y, left, right = level[0], min(level[1:]), max(level[1:])
                    count += left < x < right and top < y < bottom
    return count
