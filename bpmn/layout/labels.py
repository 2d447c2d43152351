"""Where names stand that are not written inside their shape: where they cover least, and nearest to what they name."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Final

from bpmn.layout import sizes
from bpmn.layout.picture import Box, Point, around

Segment = tuple[Point, Point]

GAP: Final = 4.0
_NEAR: Final = 3.0
"""How far around a label something can matter."""
_SHAPE, _LINE, _LABEL, _BORDER = 6.0, 500.0, 8.0, 60.0
"""What it costs to cover a unit of a shape, to be cut by a line, to cover a unit of a label, to lie on a border."""


class Labels:
    """The labels placed so far, and what they must not cover."""

    def __init__(self, shapes: Iterable[Box], lines: Mapping[str, Sequence[Point]], frames: Iterable[Box]) -> None:
        self.shapes = list(shapes)
        self.lines = [segment for points in lines.values() for segment in pairwise(points)]
        self.borders = [side for frame in frames for side in frame.sides()]
        self.taken: list[Box] = []
        self.cut = 0
        """How many labels found no place clear of lines."""

    def beside(self, box: Box, name: str, *, kind: str) -> Box:
        """A place for the name of a shape; the kind `hosted` is an event on a border, its lower half free."""
        return self._best(_around(box, name, gateway=kind.endswith("Gateway"), hosted=kind == "hosted"))

    def along(self, points: Sequence[Point], name: str) -> Box:
        """A place for the name of a line: near its beginning, above, below or beside a straight part."""
        return self._best(_alongside(points, name))

    def _best(self, places: Iterator[Box]) -> Box:
        offered = list(places)
        near = self._near(around(offered).grown(_NEAR))
        chosen, least = offered[0], float("inf")
        for at, place in enumerate(offered):
            if 1.5 * at >= least:
                break
            cost = 1.5 * at + near.cost(place)
            if cost < least:
                chosen, least = place, cost
        self.taken.append(chosen)
        self.cut += any(chosen.cut_by(*segment) for segment in near.lines)
        return chosen

    def _near(self, region: Box) -> "_Near":
        """What can be covered there: elsewhere nothing matters."""
        return _Near(
            shapes=[shape for shape in self.shapes if region.shared(shape)],
            lines=[segment for segment in self.lines if region.cut_by(*segment)],
            borders=[side for side in self.borders if region.cut_by(*side)],
            taken=[label for label in self.taken if region.shared(label)],
        )


@dataclass(frozen=True, kw_only=True)
class _Near:
    """What labels must not cover in one region."""

    shapes: Sequence[Box]
    lines: Sequence[Segment]
    borders: Sequence[Segment]
    taken: Sequence[Box]

    def cost(self, place: Box) -> float:
        wide, near = place.grown(2), place.grown(1)
        cost = _SHAPE * sum(place.shared(shape) for shape in self.shapes)
        cost += _LABEL * sum(wide.shared(label) for label in self.taken)
        cost += _LINE * sum(near.cut_by(*segment) for segment in self.lines)
        return cost + _BORDER * sum(place.cut_by(*side) for side in self.borders)


def _around(box: Box, name: str, *, gateway: bool, hosted: bool) -> Iterator[Box]:
    x, y = box.centre
    for wide in (sizes.LABEL_WIDTH, 70.0, 130.0):
        width, height = sizes.of_label(name, wide)
        below = Box(x=x - width / 2, y=box.bottom + GAP, width=width, height=height)
        above = below.moved(0, box.y - GAP - height - below.y)
        inset = 8 if gateway else 0  # a diamond leaves its corners free
        right, left = box.right + GAP - inset, box.x - GAP - width + inset
        yield from (above, below) if gateway else (below, above)
        if hosted:
            yield below.moved(right - below.x, y + GAP - below.y)
            yield below.moved(left - below.x, y + GAP - below.y)
        yield below.moved(right - below.x, box.bottom - inset - below.y)
        yield below.moved(right - below.x, box.y + inset - height - below.y)
        yield below.moved(left - below.x, box.bottom - inset - below.y)
        yield below.moved(left - below.x, box.y + inset - height - below.y)
        for by in (20, -20, 32, -32):
            yield below.moved(by, 0)
            yield above.moved(by, 0)
    for wide in (sizes.LABEL_WIDTH, 130.0):  # where everything near is taken, farther off
        width, height = sizes.of_label(name, wide)
        for far in (8, 18, 30):
            for by in (0, 22, -22, 44, -44, 62, -62):
                yield Box(x=x - width / 2 + by, y=box.bottom + GAP + far, width=width, height=height)
                yield Box(x=x - width / 2 + by, y=box.y - GAP - far - height, width=width, height=height)


def _alongside(points: Sequence[Point], name: str) -> Iterator[Box]:
    segments = list(pairwise(points))
    for wide in (sizes.LABEL_WIDTH, 64.0, 150.0):
        width, height = sizes.of_label(name, wide)
        for (x1, y1), (x2, y2) in segments[: 3 if wide == sizes.LABEL_WIDTH else 6]:
            if y1 == y2:
                way = 1 if x2 > x1 else -1
                room = abs(x2 - x1)
                for far in (6, 14, max(6, (room - width) / 2), max(6, room - width - 14)):
                    x = x1 + far if way > 0 else x1 - far - width
                    yield Box(x=x, y=y1 - GAP + 1 - height, width=width, height=height)
                    yield Box(x=x, y=y1 + GAP, width=width, height=height)
            else:
                way = 1 if y2 > y1 else -1
                room = abs(y2 - y1)
                for far in (8, 16, max(8, (room - height) / 2), max(8, room - height - 14)):
                    y = y1 + far if way > 0 else y1 - far - height
                    yield Box(x=x1 + GAP, y=y, width=width, height=height)
                    yield Box(x=x1 - GAP - width, y=y, width=width, height=height)
