"""What is drawn: boxes, lines and labels, in the drawing's own units (one unit is one pixel at 100 %)."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise

Point = tuple[float, float]


@dataclass(frozen=True, kw_only=True)
class Box:
    """A rectangle with its sides along the axes; `x` and `y` are its upper left corner."""

    x: float
    y: float
    width: float
    height: float

    @property
    def right(self) -> float:
        """The x of the right side."""
        return self.x + self.width

    @property
    def bottom(self) -> float:
        """The y of the lower side."""
        return self.y + self.height

    @property
    def centre(self) -> Point:
        """The point in the middle."""
        return self.x + self.width / 2, self.y + self.height / 2

    def moved(self, dx: float, dy: float) -> "Box":
        """The same box elsewhere."""
        return replace(self, x=self.x + dx, y=self.y + dy)

    def grown(self, by: float) -> "Box":
        """The box with a border around it; a negative border takes away."""
        return Box(x=self.x - by, y=self.y - by, width=self.width + 2 * by, height=self.height + 2 * by)

    def shared(self, other: "Box") -> float:
        """The area both boxes cover."""
        width = min(self.right, other.right) - max(self.x, other.x)
        height = min(self.bottom, other.bottom) - max(self.y, other.y)
        return max(0.0, width) * max(0.0, height)

    def holds(self, other: "Box") -> bool:
        """Whether the other box lies inside this one."""
        return self.x <= other.x and self.y <= other.y and other.right <= self.right and other.bottom <= self.bottom

    def sides(self) -> Iterator[tuple[Point, Point]]:
        """The four sides, from the upper left corner clockwise."""
        corners = [(self.x, self.y), (self.right, self.y), (self.right, self.bottom), (self.x, self.bottom)]
        yield from pairwise((*corners, corners[0]))

    def cut_by(self, start: Point, end: Point) -> bool:
        """Whether a horizontal or vertical line passes through the inside."""
        (x1, y1), (x2, y2) = start, end
        return min(x1, x2) < self.right and max(x1, x2) > self.x and min(y1, y2) < self.bottom and max(y1, y2) > self.y


def around(boxes: Sequence[Box]) -> Box:
    """The smallest box that holds all of these; raises ValueError where there is none."""
    x, y = min(box.x for box in boxes), min(box.y for box in boxes)
    return Box(x=x, y=y, width=max(box.right for box in boxes) - x, height=max(box.bottom for box in boxes) - y)


@dataclass(frozen=True, kw_only=True)
class Shape:
    """An element as it is drawn; `frame` tells pools, lanes and open sub-processes, which hold others."""

    id: str
    kind: str
    box: Box
    label: Box | None = None
    frame: bool = False

    def moved(self, dx: float, dy: float) -> "Shape":
        """The same shape elsewhere, its label with it."""
        return replace(self, box=self.box.moved(dx, dy), label=self.label and self.label.moved(dx, dy))


@dataclass(frozen=True, kw_only=True)
class Line:
    """A flow or association as it is drawn, from the border of one shape to that of another."""

    id: str
    kind: str
    source: str
    target: str
    points: tuple[Point, ...]
    label: Box | None = None

    def moved(self, dx: float, dy: float) -> "Line":
        """The same line elsewhere, its label with it."""
        points = tuple((x + dx, y + dy) for x, y in self.points)
        return replace(self, points=points, label=self.label and self.label.moved(dx, dy))

    def segments(self) -> Iterator[tuple[Point, Point]]:
        """The straight parts, in order."""
        yield from pairwise(self.points)


@dataclass(frozen=True, kw_only=True)
class Picture:
    """One plane of a file: the process or collaboration `plane` with everything drawn in it."""

    plane: str
    shapes: tuple[Shape, ...]
    lines: tuple[Line, ...]

    def moved(self, dx: float, dy: float) -> "Picture":
        """The whole picture elsewhere."""
        return replace(
            self,
            shapes=tuple(shape.moved(dx, dy) for shape in self.shapes),
            lines=tuple(line.moved(dx, dy) for line in self.lines),
        )


def extent(picture: Picture) -> Box:
    """The box that holds all shapes, lines and labels of a picture; empty where nothing is drawn."""
    boxes = [shape.box for shape in picture.shapes]
    boxes += [shape.label for shape in picture.shapes if shape.label]
    boxes += [line.label for line in picture.lines if line.label]
    boxes += [Box(x=x, y=y, width=0, height=0) for line in picture.lines for x, y in line.points]
    return around(boxes) if boxes else Box(x=0, y=0, width=0, height=0)
