"""A sketch to pictures: what lies in each scope is arranged, drawn and measured, and drawn again with more room."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import partial
from typing import Final

from bpmn.layout.arranging import Grid, arrange
from bpmn.layout.inside import Drawn, Plan, drawn, wanted
from bpmn.layout.measuring import flaws
from bpmn.layout.messages import messages, renamed
from bpmn.layout.picture import Box, Line, Picture, Shape, extent
from bpmn.layout.placing import HEADER, depth, stretches
from bpmn.layout.reading import Context
from bpmn.layout.room import NO_ROOM, Region, Room, widened
from bpmn.layout.routing import Effort
from bpmn.layout.sketch import Node, Pool, Scope, Sketch

MARGIN: Final = 60.0
"""Between pools, and at the left and top of the picture."""
CLOSED: Final = 60.0
"""Height of a pool whose inside is not shown."""
ROUNDS: Final = 6
"""How often a flawed picture is drawn, each time with more room where the flaws were."""

_Seen = tuple[Picture, Sequence[Region]]


@dataclass(frozen=True, kw_only=True)
class Trial:
    """One of several pictures: `number` says in which order nodes are put into their rows; 0 is that of the file."""

    number: int
    effort: Effort


def draw(sketch: Sketch, context: Context, trial: Trial) -> tuple[Picture, ...]:
    """The pictures of a file: its pools or its process, each process without a pool, each closed sub-process."""
    pooled = [pool.scope for pool in sketch.pools if pool.scope]
    alone = [*sketch.loose, *(inner for scope in (*pooled, *sketch.loose) for inner in _closed_in(scope))]
    grids = arrange(pooled, sketch.messages, trial.number)
    for scope in (*pooled, *alone):
        grids |= {} if scope in pooled else arrange([scope], trial=trial.number)
        for inner in _opened_in(scope):
            grids |= arrange([inner], trial=trial.number)
    planes: list[Callable[[Plan], _Seen]] = [partial(_alone, scope) for scope in alone]
    if sketch.pools or not alone:
        planes.insert(0, partial(_pools, sketch, context))
    return tuple(_best(paint, grids, context, trial) for paint in planes)


def _best(paint: Callable[[Plan], _Seen], grids: dict[str, Grid], context: Context, trial: Trial) -> Picture:
    """The picture with the fewest flaws, of those with more and more room."""
    rooms: dict[str, Room] = {}
    kept: dict[object, Drawn] = {}
    seen: list[tuple[int, Picture]] = []
    for _ in range(ROUNDS):
        picture, regions = paint(Plan(grids=grids, rooms=rooms, effort=trial.effort, kept=kept))
        found = list(flaws(picture, context))
        seen.append((len(found), picture))
        if not found or trial.effort.used_up:
            break
        rooms = widened(rooms, regions, [flaw.at for flaw in found])
    return min(seen, key=lambda one: one[0])[1]


def _closed_in(scope: Scope) -> Iterator[Scope]:
    for inner in scope.inner.values():
        if inner.closed:
            yield inner
        yield from _closed_in(inner)


def _opened_in(scope: Scope) -> Iterator[Scope]:
    for inner in scope.inner.values():
        if not inner.closed:
            yield inner
            yield from _opened_in(inner)


def _alone(scope: Scope, plan: Plan) -> _Seen:
    """A process without a pool, or what lies in a closed sub-process: each on a plane of its own."""
    found = drawn(scope, plan).moved(MARGIN * 2.5, MARGIN)
    return Picture(plane=scope.id, shapes=found.shapes, lines=found.lines), found.regions


def _pools(sketch: Sketch, context: Context, plan: Plan) -> _Seen:
    """Pools, one below the other, with messages between them."""
    scopes = [pool.scope for pool in sketch.pools if pool.scope]
    before = max((plan.room(scope).columns.get(0, 0.0) for scope in scopes), default=0.0)
    columns = stretches(
        [wanted(scope, plan) for scope in scopes], max((depth(scope) for scope in scopes), default=0), before
    )
    parts = {scope.id: drawn(scope, plan, columns) for scope in scopes}
    width = max((one.box.right for one in parts.values()), default=600.0) + HEADER
    room = plan.rooms.get(sketch.plane, NO_ROOM)
    x, y = MARGIN * 2.5, MARGIN + room.rows.get(0, 0.0)
    shapes: list[Shape] = []
    lines: list[Line] = []
    regions: list[Region] = []
    outer: list[Region] = []
    for at, pool in enumerate(sketch.pools):
        found = parts[pool.scope.id] if pool.scope else None
        box = Box(x=x, y=y, width=width, height=found.box.bottom if found else CLOSED)
        shapes.append(Shape(id=pool.id, kind="participant", box=box, frame=True))
        if found:
            found = found.moved(x + HEADER, y)
            shapes += _stretched(found.shapes, pool, box.right)
            lines += found.lines
            regions += found.regions
            outer.append(found.regions[-1])
        else:
            outer.append(Region(scope="", box=box, columns=(), rows=[(box.y, box.bottom)]))
        y += box.height + MARGIN + room.rows.get(at + 1, 0.0)
    shapes += _notes(sketch, shapes, y)
    hosts = {node.id: node.host for scope in scopes for node in _nodes(scope) if node.host}
    led = messages(sketch.messages, shapes, lines, outer, context=context, effort=plan.effort)
    names = {key: name for key, name in context.names.items() if name}
    shapes, lines = renamed(shapes, [*lines, *led], names, hosts)
    picture = Picture(plane=sketch.plane, shapes=tuple(shapes), lines=tuple(lines))
    rows = [(shape.box.y, shape.box.bottom) for shape in shapes if shape.kind == "participant"]
    whole = Region(scope=sketch.plane, box=extent(picture).grown(1), columns=(), rows=rows)
    return picture, [*regions, whole]


def _nodes(scope: Scope) -> Iterator[Node]:
    yield from scope.nodes
    for inner in scope.inner.values():
        yield from _nodes(inner)


def _stretched(shapes: Sequence[Shape], pool: Pool, right: float) -> list[Shape]:
    """Lanes reach to the right side of their pool."""
    own = {band.id for band in pool.scope.bands} if pool.scope else set[str]()
    return [
        replace(shape, box=replace(shape.box, width=right - shape.box.x)) if shape.id in own else shape
        for shape in shapes
    ]


def _notes(sketch: Sketch, shapes: Sequence[Shape], y: float) -> list[Shape]:
    """Notes of the collaboration itself, below the pools, each as near as may be to what it belongs to."""
    middles = {shape.id: shape.box.centre[0] for shape in shapes}
    found: list[Shape] = []
    x = MARGIN * 2.5
    for note in sketch.notes:
        width, height = note.default_size
        x = max(x, middles.get(note.beside or "", x) - width / 2)
        found.append(Shape(id=note.id, kind=note.kind, box=Box(x=x, y=y, width=width, height=height)))
        x += width + MARGIN / 2
    return found
