"""A sketch to pictures: scopes are placed from the inside out, then lines are led, then names are put."""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Final

from bpmn.layout import sizes
from bpmn.layout.labels import Labels
from bpmn.layout.picture import Box, Line, Picture, Point, Shape, around
from bpmn.layout.placing import HEADER, Placed, place
from bpmn.layout.routing import Effort, ground, route
from bpmn.layout.sketch import Link, Node, Pool, Scope, Sketch

MARGIN: Final = 60.0
"""Between pools, and at the left and top of the picture."""
CLOSED: Final = 60.0
"""Height of a pool whose inside is not shown."""


_ASIDE: Final = (0.0, -25.0, 25.0)
"""Where lines between the same shape and the same closed pool meet its border; tasks have places for lines there."""

_Course = tuple[Point, ...]
_Led = tuple[Mapping[str, _Course], Mapping[str, Box], Mapping[str, Box]]


@dataclass(frozen=True, kw_only=True)
class Trial:
    """One of several pictures: `number` says in which order nodes are put into their rows; 0 is that of the file."""

    number: int
    effort: Effort


@dataclass(frozen=True, kw_only=True)
class _Drawn:
    """A scope as drawn, its origin at (0, 0)."""

    shapes: tuple[Shape, ...]
    lines: tuple[Line, ...]
    box: Box
    placed: Placed

    def moved(self, dx: float, dy: float) -> tuple[tuple[Shape, ...], tuple[Line, ...]]:
        return (
            tuple(shape.moved(dx, dy) for shape in self.shapes),
            tuple(line.moved(dx, dy) for line in self.lines),
        )


def draw(sketch: Sketch, trial: Trial) -> tuple[Picture, ...]:
    """The pictures of a file: its pools or processes, one below the other, then each closed sub-process."""
    scopes = (*(pool.scope for pool in sketch.pools if pool.scope), *sketch.loose)
    return (_whole(sketch, trial), *(_closed(inner, trial) for scope in scopes for inner in _closed_in(scope)))


def _closed_in(scope: Scope) -> Iterator[Scope]:
    for inner in scope.inner.values():
        if inner.closed:
            yield inner
        yield from _closed_in(inner)


def _closed(scope: Scope, trial: Trial) -> Picture:
    """What lies in a closed sub-process, on a plane of its own."""
    shapes, lines = _draw(scope, trial).moved(MARGIN * 2.5, MARGIN)
    return Picture(plane=scope.id, shapes=shapes, lines=lines)


def _whole(sketch: Sketch, trial: Trial) -> Picture:
    shapes: list[Shape] = []
    lines: list[Line] = []
    rows: list[tuple[float, float]] = []
    columns: list[list[tuple[float, float]]] = []
    drawn_scopes = (*(pool.scope for pool in sketch.pools if pool.scope), *sketch.loose)
    drawn = {scope.id: _draw(scope, trial) for scope in drawn_scopes}
    width = max((one.box.right for one in drawn.values()), default=600.0) + HEADER
    x, y = MARGIN * 2.5, MARGIN
    parts: list[tuple[Pool | None, Scope | None]] = [(pool, pool.scope) for pool in sketch.pools]
    parts += [(None, scope) for scope in sketch.loose]
    for pool, scope in parts:
        inset = HEADER if pool else 0.0
        height = drawn[scope.id].box.bottom if scope else CLOSED
        if pool:
            shapes.append(
                Shape(id=pool.id, kind="participant", box=Box(x=x, y=y, width=width, height=height), frame=True)
            )
        if scope:
            inner, led = _stretched(drawn[scope.id], width - inset, bool(pool)).moved(x + inset, y)
            shapes += inner
            lines += led
            placed = drawn[scope.id].placed
            rows += [(top + y, bottom + y) for top, bottom in placed.rows]
            columns.append([(left + x + inset, right + x + inset) for left, right in placed.columns])
        else:
            rows.append((y, y + height))
        y += height + MARGIN
    if sketch.messages:
        lines += _messages(sketch.messages, shapes, lines, (rows, columns), trial.effort)
        names = {key: name for scope in drawn_scopes for key, name in _names(scope)}
        shapes, lines = _renamed(shapes, lines, names)
    return Picture(plane=sketch.plane, shapes=tuple(shapes), lines=tuple(lines))


def _names(scope: Scope) -> Iterator[tuple[str, str]]:
    yield from ((node.id, node.name) for node in scope.nodes)
    yield from ((link.id, link.name) for link in scope.links)
    for inner in scope.inner.values():
        yield from _names(inner)


def _renamed(
    shapes: Sequence[Shape], lines: Sequence[Line], names: Mapping[str, str]
) -> tuple[list[Shape], list[Line]]:
    """Names that a message flow now cuts get another place."""
    parts = [part for line in lines for part in line.segments()]
    written = [(shape.id, shape.label) for shape in shapes] + [(line.id, line.label) for line in lines]
    cut = {key for key, label in written if key in names and label and any(label.cut_by(*part) for part in parts)}
    labels = Labels(
        (shape.box for shape in shapes if not shape.frame),
        {line.id: line.points for line in lines},
        (shape.box for shape in shapes if shape.frame),
    )
    labels.taken += [label for key, label in written if label and key not in cut]
    return [
        replace(shape, label=labels.beside(shape.box, names[shape.id], kind=shape.kind)) if shape.id in cut else shape
        for shape in shapes
    ], [replace(line, label=labels.along(line.points, names[line.id])) if line.id in cut else line for line in lines]


def _stretched(drawn: _Drawn, width: float, pooled: bool) -> _Drawn:
    """Lanes reach to the right side of their pool."""
    if not pooled:
        return drawn
    shapes = [
        replace(shape, box=replace(shape.box, width=width - shape.box.x)) if shape.kind == "lane" else shape
        for shape in drawn.shapes
    ]
    return replace(drawn, shapes=tuple(shapes))


def _draw(scope: Scope, trial: Trial) -> _Drawn:
    """Place and lead everything in a scope, and in its open sub-processes."""
    inner = {node_id: _draw(part, trial) for node_id, part in scope.inner.items() if not part.closed}
    size = {node.id: _size(node, inner.get(node.id), scope) for node in scope.nodes}
    placed = place(scope, size, trial.number)
    nodes = {node.id: node for node in scope.nodes}
    hosts = {node.id: node.host for node in scope.nodes if node.host in placed.boxes}
    boxes = placed.boxes
    links = [link for link in scope.links if link.source in boxes and link.target in boxes]
    attached = {key: str(host) for key, host in hosts.items()}
    courses, named, written = _led(scope, placed, links, attached, trial.effort)
    lines = tuple(
        Line(
            id=link.id,
            kind=link.kind,
            source=link.source,
            target=link.target,
            points=courses[link.id],
            label=written.get(link.id),
        )
        for link in links
    )
    shapes = [Shape(id=band, kind="lane", box=box, frame=True) for band, box in placed.bands.items()]
    more: list[Line] = []
    for node_id, box in boxes.items():
        part = inner.get(node_id)
        shapes.append(
            Shape(id=node_id, kind=nodes[node_id].kind, box=box, label=named.get(node_id), frame=part is not None)
        )
        if part is not None:
            held, led = part.moved(box.x + (box.width - part.box.width) / 2, box.y + _TITLE)
            shapes += held
            more += led
    return _around(placed, tuple(shapes), (*lines, *more))


def _led(scope: Scope, placed: Placed, links: Sequence[Link], hosts: Mapping[str, str], effort: Effort) -> _Led:
    """Courses of the lines, labels of nodes and labels of lines; led anew around labels that lines would cut."""
    kinds = {node.id: node.kind for node in scope.nodes}
    frames = list(placed.bands.values())
    borders = [y for frame in frames for y in (frame.y, frame.bottom)]
    where = ground(placed.boxes, kinds, hosts, columns=[placed.columns], rows=placed.rows, borders=borders)
    buttons = [_button(placed.boxes[key]) for key, part in scope.inner.items() if part.closed and key in placed.boxes]
    found: list[tuple[int, _Led]] = []
    for _ in range(_TRIES):
        courses = route(links, where, effort)
        labels = Labels((*placed.boxes.values(), *buttons), courses, frames)
        named = {
            node.id: labels.beside(placed.boxes[node.id], node.name, kind="hosted" if node.host else node.kind)
            for node in scope.nodes
            if node.id in placed.boxes and node.name and sizes.labelled(node.kind)
        }
        written = {link.id: labels.along(courses[link.id], link.name) for link in links if link.name}
        found.append((labels.cut, (courses, named, written)))
        if not labels.cut or not effort.small:
            break
        where = replace(where, names=tuple(labels.taken))
    return min(found, key=lambda one: one[0])[1]


def _button(box: Box) -> Box:
    """Where viewers put the button that opens a closed sub-process."""
    return Box(x=box.right - 14, y=box.bottom + 2, width=28, height=28)


_TRIES: Final = 3
_TITLE: Final = 22.0
"""Room for the name at the top of an open sub-process."""


def _size(node: Node, inner: _Drawn | None, scope: Scope) -> tuple[float, float]:
    if inner is None:
        events = sum(one.host == node.id for one in scope.nodes)
        width, height = node.default_size
        return (width if events < 2 or node.id not in scope.inner else max(width, 60.0 + 52 * events), height)
    width = max(inner.box.width, sizes.of_label(node.name, 400)[0] + 30, 160.0)
    return width, max(inner.box.height + _TITLE, 100.0)


def _around(placed: Placed, shapes: tuple[Shape, ...], lines: tuple[Line, ...]) -> _Drawn:
    """The scope with its origin moved so that lines and labels that run outside are inside again."""
    covered = [placed.box, *(shape.box for shape in shapes), *(shape.label for shape in shapes if shape.label)]
    covered += [line.label for line in lines if line.label]
    covered += [Box(x=x - 10, y=y - 10, width=20, height=20) for line in lines for x, y in line.points]
    whole = around(covered)
    bands = {shape.id for shape in shapes if shape.kind == "lane"}
    if bands:  # lanes begin at the left; what runs outside them widens the outermost ones
        top = min(0.0, whole.y)
        bottom = max(placed.box.bottom, whole.bottom)
        shapes = tuple(_widened(shape, top, bottom, placed.box.bottom) for shape in shapes)
        box = Box(x=0, y=top, width=max(whole.right, placed.box.right), height=bottom - top)
    else:
        box = whole
    drawn = _Drawn(shapes=shapes, lines=lines, box=box, placed=placed)
    moved_shapes, moved_lines = drawn.moved(-box.x, -box.y)
    shifted = replace(
        placed,
        columns=[(left - box.x, right - box.x) for left, right in placed.columns],
        rows=[(upper - box.y, lower - box.y) for upper, lower in placed.rows],
    )
    return _Drawn(shapes=moved_shapes, lines=moved_lines, box=box.moved(-box.x, -box.y), placed=shifted)


def _widened(shape: Shape, top: float, bottom: float, end: float) -> Shape:
    if shape.kind != "lane":
        return shape
    upper = top if shape.box.y <= 0 else shape.box.y
    lower = bottom if shape.box.bottom >= end else shape.box.bottom
    return replace(shape, box=replace(shape.box, y=upper, height=lower - upper))


def _messages(
    links: Sequence[Link],
    shapes: Sequence[Shape],
    lines: Sequence[Line],
    stretches: tuple[Sequence[tuple[float, float]], Sequence[Sequence[tuple[float, float]]]],
    effort: Effort,
) -> list[Line]:
    """Message flows, led between the pools around everything in them."""
    solid = {shape.id: shape for shape in shapes if not shape.frame}
    frames = {shape.id: shape for shape in shapes if shape.frame}
    known = [link for link in links if link.source in solid | frames and link.target in solid | frames]
    if not known:
        return []
    boxes: dict[str, Box] = {shape.id: shape.box for shape in solid.values()}
    between: Counter[frozenset[str]] = Counter()
    for link in known:  # a line to a closed pool ends on its border, straight above or below where it comes from
        pair = frozenset((link.source, link.target))
        for end, other in ((link.source, link.target), (link.target, link.source)):
            if end in frames and other in solid:
                boxes[f"{end} {link.id}"] = _facing(frames[end].box, solid[other].box, _ASIDE[between[pair] % 3])
        between[pair] += 1
    ends = {
        link.id: replace(link, source=_end(link.source, link, boxes), target=_end(link.target, link, boxes))
        for link in known
    }
    ends = {key: link for key, link in ends.items() if link.source in boxes and link.target in boxes}
    rows, columns = stretches
    borders = [y for frame in frames.values() for y in (frame.box.y, frame.box.bottom)]
    kinds = {key: "participant" if key not in solid else "task" for key in boxes}
    there = {Link(id=line.id, kind=line.kind, source=line.source, target=line.target): line.points for line in lines}
    written = [shape.label for shape in shapes if shape.label] + [line.label for line in lines if line.label]
    led = [line.points for line in lines]
    where = ground(boxes, kinds, {}, columns=columns, rows=rows, borders=borders, drawn=led)
    courses = route(list(ends.values()), replace(where, names=tuple(written)), effort, there)
    drawn = {line.id: line.points for line in lines} | courses
    labels = Labels((shape.box for shape in solid.values()), drawn, (shape.box for shape in frames.values()))
    labels.taken += written
    names: Mapping[str, Link] = {link.id: link for link in known}
    return [
        Line(
            id=key,
            kind="messageFlow",
            source=names[key].source,
            target=names[key].target,
            points=course,
            label=labels.along(course, names[key].name) if names[key].name else None,
        )
        for key, course in courses.items()
    ]


def _end(one: str, link: Link, boxes: Mapping[str, Box]) -> str:
    return one if one in boxes else f"{one} {link.id}"


def _facing(frame: Box, other: Box, aside: float) -> Box:
    """A strip of the border of a closed pool that faces a shape, or stands aside of what does."""
    x = other.centre[0] + (aside if other.width >= 80 else 0.0)
    return Box(x=x - 5, y=frame.y, width=10, height=frame.height)
