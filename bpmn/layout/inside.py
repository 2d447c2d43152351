"""One scope as it is drawn: what lies in it is placed, lines are led, names are put; sub-processes first."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Final

from bpmn.layout import sizes
from bpmn.layout.arranging import Grid
from bpmn.layout.labels import Labels
from bpmn.layout.picture import Box, Line, Point, Shape, around
from bpmn.layout.placing import Placed, depth, needs, place, stretches
from bpmn.layout.room import NO_ROOM, Region, Room
from bpmn.layout.routing import Effort, ground, route
from bpmn.layout.sketch import Link, Node, Scope

_TRIES: Final = 3
"""How often lines are led to keep clear of names."""
_TITLE: Final = 22.0
"""Room for the name at the top of an open sub-process."""

Size = tuple[float, float]
Stretch = tuple[float, float]
_Course = tuple[Point, ...]
_Led = tuple[Mapping[str, _Course], Mapping[str, Box], Mapping[str, Box]]


@dataclass(frozen=True, kw_only=True)
class Drawn:
    """A scope as drawn, its origin at (0, 0); `regions` are its own and those of the open sub-processes in it."""

    shapes: tuple[Shape, ...]
    lines: tuple[Line, ...]
    box: Box
    regions: tuple[Region, ...]

    def moved(self, dx: float, dy: float) -> "Drawn":
        """The same elsewhere."""
        return Drawn(
            shapes=tuple(shape.moved(dx, dy) for shape in self.shapes),
            lines=tuple(line.moved(dx, dy) for line in self.lines),
            box=self.box.moved(dx, dy),
            regions=tuple(region.moved(dx, dy) for region in self.regions),
        )


@dataclass(frozen=True, kw_only=True)
class Plan:
    """How scopes are to be drawn, by their ids: their grids, and the room they have; what is drawn is kept."""

    grids: Mapping[str, Grid]
    rooms: Mapping[str, Room]
    effort: Effort
    kept: dict[object, Drawn] = field(default_factory=dict)

    def room(self, scope: Scope) -> Room:
        """The room of one scope."""
        return self.rooms.get(scope.id, NO_ROOM)


def wanted(scope: Scope, plan: Plan) -> list[tuple[float, float]]:
    """How wide the columns of a scope must be, and the gaps right of them."""
    return needs(scope, plan.grids[scope.id], _sizes(scope, plan), plan.room(scope))


def drawn(scope: Scope, plan: Plan, columns: Sequence[Stretch] | None = None) -> Drawn:
    """A scope with its open sub-processes; `columns` are where its columns are, unless it decides for itself."""
    key = (scope.id, tuple(columns or ()), *_state(scope, plan))
    if key not in plan.kept:
        own = columns or stretches([wanted(scope, plan)], depth(scope), plan.room(scope).columns.get(0, 0.0))
        plan.kept[key] = _drawn(scope, plan, own, pooled=columns is not None)
    return plan.kept[key]


def _state(scope: Scope, plan: Plan) -> tuple[object, ...]:
    """The room of a scope and of all in it, to tell whether it is drawn already."""
    room = plan.room(scope)
    own = (tuple(sorted(room.columns.items())), tuple(sorted(room.rows.items())))
    return own + tuple(part for inner in scope.inner.values() if not inner.closed for part in _state(inner, plan))


def _inner(scope: Scope, plan: Plan) -> dict[str, Drawn]:
    return {node_id: drawn(part, plan) for node_id, part in scope.inner.items() if not part.closed}


def _sizes(scope: Scope, plan: Plan) -> dict[str, Size]:
    inner = _inner(scope, plan)
    return {node.id: _size(node, inner.get(node.id), scope) for node in scope.nodes}


def _size(node: Node, inner: Drawn | None, scope: Scope) -> Size:
    events = sum(one.host == node.id for one in scope.nodes)
    least = 60.0 + 52 * events if events > 2 or (events == 2 and node.id in scope.inner) else 0.0
    if inner is None:
        width, height = node.default_size
        return max(width, least), height
    width = max(inner.box.width, sizes.of_label(node.name, 400)[0] + 30, 160.0, least)
    return width, max(inner.box.height + _TITLE, 100.0)


def _drawn(scope: Scope, plan: Plan, columns: Sequence[Stretch], *, pooled: bool) -> Drawn:
    inner, size = _inner(scope, plan), _sizes(scope, plan)
    placed = place(scope, plan.grids[scope.id], size, columns, plan.room(scope))
    nodes = {node.id: node for node in scope.nodes}
    boxes = placed.boxes
    links = [link for link in scope.links if link.source in boxes and link.target in boxes]
    courses, named, written = _led(scope, placed, links, plan.effort)
    lines = [
        Line(
            id=link.id,
            kind=link.kind,
            source=link.source,
            target=link.target,
            points=courses[link.id],
            label=written.get(link.id),
        )
        for link in links
    ]
    shapes = [Shape(id=band, kind="lane", box=box, frame=True) for band, box in placed.bands.items()]
    regions: list[Region] = []
    for node_id, box in boxes.items():
        part = inner.get(node_id)
        shapes.append(
            Shape(id=node_id, kind=nodes[node_id].kind, box=box, label=named.get(node_id), frame=part is not None)
        )
        if part is not None:
            held = part.moved(box.x + (box.width - part.box.width) / 2, box.y + _TITLE)
            shapes += held.shapes
            lines += held.lines
            regions += held.regions
    shapes += _groups(scope, boxes)
    raw = Drawn(shapes=tuple(shapes), lines=tuple(lines), box=placed.box, regions=tuple(regions))
    return _around(scope, placed, raw, pooled)


def _groups(scope: Scope, boxes: Mapping[str, Box]) -> list[Shape]:
    """Groups, around what says that it belongs to them."""
    held = {group: [boxes[one] for one in members if one in boxes] for group, members in scope.groups.items()}
    return [
        Shape(id=group, kind="group", box=around(inside).grown(18), frame=True)
        for group, inside in held.items()
        if inside
    ]


def _led(scope: Scope, placed: Placed, links: Sequence[Link], effort: Effort) -> _Led:
    """Courses of the lines, labels of nodes and labels of lines; led anew around labels that lines would cut."""
    kinds = {node.id: node.kind for node in scope.nodes}
    hosts = {node.id: node.host for node in scope.nodes if node.host and node.host in placed.boxes}
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


def _around(scope: Scope, placed: Placed, raw: Drawn, pooled: bool) -> Drawn:
    """The scope with its origin moved so that lines and labels that run outside are inside again.

    In a pool it is moved up and down only: columns of several pools stay in line.
    """
    covered = [placed.box, *(shape.box for shape in raw.shapes), *(one.label for one in raw.shapes if one.label)]
    covered += [line.label for line in raw.lines if line.label]
    covered += [Box(x=x - 10, y=y - 10, width=20, height=20) for line in raw.lines for x, y in line.points]
    whole, shapes = around(covered), raw.shapes
    if placed.bands:  # lanes begin at the left; what runs outside them widens the outermost ones
        top = min(0.0, whole.y)
        bottom = max(placed.box.bottom, whole.bottom)
        own = set(placed.bands)
        shapes = tuple(_widened(one, top, bottom, placed.box.bottom) if one.id in own else one for one in shapes)
        whole = Box(x=0, y=top, width=max(whole.right, placed.box.right), height=bottom - top)
    box = replace(whole, x=0.0, width=whole.right) if pooled else whole
    region = Region(scope=scope.id, box=box, columns=placed.columns, rows=placed.rows)
    return replace(raw, shapes=shapes, box=box, regions=(*raw.regions, region)).moved(-box.x, -box.y)


def _widened(shape: Shape, top: float, bottom: float, end: float) -> Shape:
    upper = top if shape.box.y <= 0 else shape.box.y
    lower = bottom if shape.box.bottom >= end else shape.box.bottom
    return replace(shape, box=replace(shape.box, y=upper, height=lower - upper))
