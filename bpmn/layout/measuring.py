"""What is wrong with a picture, measured: whatever covers, crosses or leaves what it should not."""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import combinations
from typing import Final

from bpmn.layout import sizes
from bpmn.layout.picture import Box, Line, Picture, Point, Shape, around
from bpmn.layout.reading import Context

NEAR: Final = 6.0
"""Lines nearer to each other than this, side by side, look like one."""
SHORT: Final = 12.0
"""A shared stretch up to this length is a meeting at a shape, not a line hidden under another."""
FORK: Final = 50.0
"""Lines that leave by one corner may part this far from it."""
_CORNERS: Final = 4
HEAD: Final = 8.0
"""The head of an arrow takes about this much of its line."""
ALONG: Final = 3.0
"""Lines nearer to the border of a pool, lane or sub-process than this, along it, look like part of it."""

_Part = tuple[Point, Point]


@dataclass(frozen=True, kw_only=True)
class Flaw:
    """One thing that is wrong: `kind`, the ids it concerns, and about where it is."""

    kind: str
    first: str
    second: str = ""
    at: Box = field(compare=False)

    def __str__(self) -> str:
        """In a line, for people who mend drawings."""
        return f"{self.kind}: {self.first}" + (f" and {self.second}" if self.second else "")


def flaws(picture: Picture, context: Context) -> Iterator[Flaw]:
    """Everything that is wrong."""
    for find in (_shapes, _outside, _names, _through, _along, _together, _ends, _labels):
        yield from find(picture, context)


def _solid(picture: Picture) -> list[Shape]:
    return [shape for shape in picture.shapes if not shape.frame]


def _scopes(picture: Picture) -> dict[str, Shape]:
    """Pools and open sub-processes."""
    return {shape.id: shape for shape in picture.shapes if shape.frame and shape.kind not in ("lane", "group")}


def _shapes(picture: Picture, context: Context) -> Iterator[Flaw]:
    hosts = context.hosts
    for one, other in combinations([*_solid(picture), *_scopes(picture).values()], 2):
        if one.box.shared(other.box) <= 0 or hosts.get(one.id) == other.id or hosts.get(other.id) == one.id:
            continue
        inside = context.around(one.id) | context.around(other.id)
        held = any(hosts.get(end.id) in inside for end in (one, other))  # what stands on a border lies in it by half
        if one.id not in inside and other.id not in inside and not held:
            yield Flaw(kind="shapes overlap", first=one.id, second=other.id, at=one.box)


def _outside(picture: Picture, context: Context) -> Iterator[Flaw]:
    """What leaves the lane, the pool or the sub-process it belongs to."""
    lanes = {shape.id: shape for shape in picture.shapes if shape.kind == "lane"}
    scopes = _scopes(picture)
    for shape in picture.shapes:
        lane = lanes.get(context.lanes.get(shape.id, ""))
        if lane and shape.id not in context.hosts and not lane.box.holds(shape.box):
            yield Flaw(kind="outside its lane", first=shape.id, second=lane.id, at=shape.box)
        scope = scopes.get(context.within.get(shape.id, ""))
        if scope and not scope.box.holds(shape.box):
            yield Flaw(kind="outside its scope", first=shape.id, second=scope.id, at=shape.box)
    for line in picture.lines:
        scope = scopes.get(context.within.get(line.id, ""))
        if scope and not all(scope.box.holds(_spot(point)) for point in line.points):
            yield Flaw(kind="outside its scope", first=line.id, second=scope.id, at=scope.box)


def _names(picture: Picture, context: Context) -> Iterator[Flaw]:
    for shape in _solid(picture):
        inside = not sizes.labelled(shape.kind) and shape.kind != "textAnnotation"
        lines = sizes.broken(context.names.get(shape.id, ""), shape.box.width - 8)
        if inside and len(lines) * sizes.TEXT_LINE > shape.box.height - 8:
            yield Flaw(kind="name does not fit", first=shape.id, at=shape.box)


def _through(picture: Picture, context: Context) -> Iterator[Flaw]:
    """Lines that cut shapes, or open sub-processes that they do not lead into or out of."""
    solid, hosts = _solid(picture), context.hosts
    frames = [frame for frame in _scopes(picture).values() if frame.kind != "participant"]
    for line in picture.lines:
        ends = {line.source, line.target}
        ends |= {hosts[end] for end in (line.source, line.target) if end in hosts}
        for shape in solid:
            if shape.id not in ends and (cut := _cut(line, shape.box.grown(-1))):
                yield Flaw(kind="line through a shape", first=line.id, second=shape.id, at=cut)
            elif shape.id in ends and shape.id not in hosts and (cut := _cut(line, shape.box.grown(-2))):
                yield Flaw(kind="line through its own shape", first=line.id, second=shape.id, at=cut)
        around_ends = ends | context.around(line.source) | context.around(line.target)
        for frame in frames:
            if frame.id not in around_ends and (cut := _cut(line, frame.box.grown(-1))):
                yield Flaw(kind="line through a sub-process", first=line.id, second=frame.id, at=cut)


def _along(picture: Picture, context: Context) -> Iterator[Flaw]:
    """Lines that cannot be told from the border of a pool, lane or sub-process."""
    for frame in picture.shapes:
        for line in picture.lines if frame.frame else ():
            for part in line.segments():
                if any(_side_by_side(part, side, ALONG) > SHORT for side in frame.box.sides()):
                    yield Flaw(kind="line along a border", first=line.id, second=frame.id, at=_box(part))
                    break


def _together(picture: Picture, context: Context) -> Iterator[Flaw]:
    """Lines that hide each other; those to one target may join, and those from one corner may part.

    Where a gateway has more lines than corners, they may share a trunk.
    """
    gateways = {shape.id for shape in picture.shapes if shape.kind.endswith("Gateway")}
    at_gateways = Counter(end for line in picture.lines for end in (line.source, line.target) if end in gateways)
    for one, other in combinations(picture.lines, 2):
        twice = one.target == other.target and one.source == other.source
        if one.target == other.target and not twice:
            continue
        hidden = [(_side_by_side(a, b), a) for a in one.segments() for b in other.segments()]
        allowed = FORK if one.points[:1] == other.points[:1] else SHORT
        if twice:
            allowed = min(_length(one), _length(other)) / 2
        elif allowed == FORK and at_gateways[one.source] > _CORNERS:
            continue
        if sum(length for length, _ in hidden) > allowed:
            at = _box(max(hidden)[1])
            yield Flaw(kind="lines on each other", first=one.id, second=other.id, at=at)


def _ends(picture: Picture, context: Context) -> Iterator[Flaw]:
    """Lines that do not run level and upright from border to border, or have no room for their arrow's head."""
    boxes = {shape.id: shape.box for shape in picture.shapes}
    for line in picture.lines:
        if line.kind not in ("sequenceFlow", "messageFlow"):
            continue
        if any(x1 != x2 and y1 != y2 for (x1, y1), (x2, y2) in line.segments()):
            yield Flaw(kind="slanting line", first=line.id, at=_box(line.points))
        (x1, y1), (x2, y2) = line.points[-2:]
        if abs(x1 - x2) + abs(y1 - y2) < HEAD:
            yield Flaw(kind="no room for the head", first=line.id, at=_spot(line.points[-1]))
        for end, point in ((line.source, line.points[0]), (line.target, line.points[-1])):
            if end in boxes and not _on_border(point, boxes[end]):
                yield Flaw(kind="line ends beside its shape", first=line.id, second=end, at=_spot(point))


def _labels(picture: Picture, context: Context) -> Iterator[Flaw]:
    labels = [(shape.id, shape.label) for shape in picture.shapes if shape.label]
    labels += [(line.id, line.label) for line in picture.lines if line.label]
    scopes = _scopes(picture)
    for (first, one), (second, other) in combinations(labels, 2):
        if one.shared(other) > 1:
            yield Flaw(kind="labels overlap", first=first, second=second, at=one)
    for identity, label in labels:
        for shape in _solid(picture):
            if label.shared(shape.box.grown(-2)) > 1 and not (shape.kind.endswith("Gateway") and _corner(label, shape)):
                yield Flaw(kind="label on a shape", first=identity, second=shape.id, at=label)
        for line in picture.lines:
            if _cut(line, label.grown(-2)):
                yield Flaw(kind="line through a label", first=line.id, second=identity, at=label)
        for frame in picture.shapes:
            if frame.frame and any(label.grown(-2).cut_by(*side) for side in frame.box.sides()):
                yield Flaw(kind="label on a border", first=identity, second=frame.id, at=label)
        scope = scopes.get(context.within.get(identity, ""))
        if scope and not scope.box.shared(label):
            yield Flaw(kind="outside its scope", first=identity, second=scope.id, at=label)


def _length(line: Line) -> float:
    return sum(abs(x1 - x2) + abs(y1 - y2) for (x1, y1), (x2, y2) in line.segments())


def _spot(point: Point) -> Box:
    return Box(x=point[0], y=point[1], width=0, height=0)


def _box(points: tuple[Point, ...]) -> Box:
    return around([_spot(point) for point in points])


def _on_border(point: Point, box: Box) -> bool:
    return box.grown(1).holds(_spot(point)) and not box.grown(-1).holds(_spot(point))


def _cut(line: Line, box: Box) -> Box | None:
    """Where a line first passes through the inside of a box."""
    return next((_box(part) for part in line.segments() if box.cut_by(*part)), None)


def _side_by_side(one: _Part, other: _Part, near: float = NEAR) -> float:
    """How far two straight parts run side by side."""
    for along, across in ((0, 1), (1, 0)):
        straight = one[0][across] == one[1][across] and other[0][across] == other[1][across]
        if straight and abs(one[0][across] - other[0][across]) < near:
            low = max(min(one[0][along], one[1][along]), min(other[0][along], other[1][along]))
            high = min(max(one[0][along], one[1][along]), max(other[0][along], other[1][along]))
            if high > low:
                return high - low
    return 0.0


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
