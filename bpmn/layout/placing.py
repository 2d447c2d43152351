"""Columns and rows to boxes: how wide each column is, how high each row, and where lanes begin and end."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import zip_longest
from typing import Final

from bpmn.layout import sizes
from bpmn.layout.arranging import Grid, leaves
from bpmn.layout.picture import Box
from bpmn.layout.room import NO_ROOM, Room
from bpmn.layout.rows import Place
from bpmn.layout.sketch import Band, Node, Scope

GAP: Final = 44.0
"""Between columns, where nothing is written."""
ROW_GAP: Final = 36.0
PADDING: Final = 30.0
"""Between the border of a lane or pool and what it holds."""
HEADER: Final = 30.0
"""The strip at the left of a pool or lane with its name."""


@dataclass(frozen=True, kw_only=True)
class Placed:
    """The boxes of one scope, its origin at (0, 0); `columns` and `rows` are the stretches between gaps."""

    boxes: Mapping[str, Box]
    bands: Mapping[str, Box]
    columns: Sequence[tuple[float, float]]
    rows: Sequence[tuple[float, float]]
    box: Box


def needs(
    scope: Scope, grid: Grid, size: Mapping[str, tuple[float, float]], room: Room = NO_ROOM
) -> list[tuple[float, float]]:
    """How wide each column must be, and the gap right of it."""
    places = {node_id: place for node_id, place in grid.places.items() if all(node_id != one.id for one in grid.apart)}
    count = max((spot.column for spot in places.values()), default=-1) + 1
    widths = [0.0] * count
    gaps = [GAP] * count
    for node_id, spot in places.items():
        widths[spot.column] = max(widths[spot.column], size[node_id][0])
    for link in scope.links:
        if link.name and link.source in places and link.target in places:
            start, end = places[link.source], places[link.target]
            if end.column > start.column:
                spare = (widths[start.column] - size[link.source][0]) / 2
                gaps[start.column] = max(gaps[start.column], sizes.of_label(link.name)[0] + 22 - spare)
    for node in scope.nodes:
        if node.id in places and sizes.labelled(node.kind) and node.name:
            at = places[node.id].column
            widths[at] = max(widths[at], min(sizes.of_label(node.name)[0], 70.0))
    return [
        (width, gap + room.columns.get(at + 1, 0.0)) for at, (width, gap) in enumerate(zip(widths, gaps, strict=True))
    ]


def stretches(
    wanted: Sequence[Sequence[tuple[float, float]]], depth: int, before: float = 0.0
) -> list[tuple[float, float]]:
    """Left and right of the columns that several scopes share; `depth` lane headers and some room stand before them."""
    found, x = [], HEADER * depth + PADDING + 6 + before
    for column in zip_longest(*wanted, fillvalue=(0.0, 0.0)):
        width, gap = max(one for one, _ in column), max(one for _, one in column)
        found.append((x, x + width))
        x += width + gap
    return found


def place(
    scope: Scope,
    grid: Grid,
    size: Mapping[str, tuple[float, float]],
    xs: Sequence[tuple[float, float]],
    room: Room = NO_ROOM,
) -> Placed:
    """Place what lies directly in a scope; `size` tells the width and height of each node, `xs` where columns are."""
    places, apart = grid.places, grid.apart
    ys, bands = _ys(scope, places, size, room)
    boxes = {}
    for node in scope.nodes:
        if node.id in places and node not in apart:
            spot = places[node.id]
            width, height = size[node.id]
            (left, right), (top, bottom) = xs[spot.column], ys[spot.lane, spot.row]
            boxes[node.id] = Box(
                x=(left + right - width) / 2, y=(top + bottom - height) / 2, width=width, height=height
            )
    ends: defaultdict[int, float] = defaultdict(lambda: HEADER * depth(scope) + PADDING + 6)
    for node in apart:  # side by side, from the left
        lane, (width, height) = places[node.id].lane, size[node.id]
        boxes[node.id] = Box(x=ends[lane], y=ys[lane, places[node.id].row][0], width=width, height=height)
        ends[lane] += width + GAP
    boxes |= _attached(scope, boxes)
    right = max((*(stretch[1] for stretch in xs), *(box.right for box in boxes.values())), default=0.0) + PADDING
    bottom = max((box.bottom for box in bands.values()), default=0.0)
    return Placed(
        boxes=boxes,
        bands=_banded(scope.bands, bands, right),
        columns=xs,
        rows=[ys[key] for key in sorted(ys)],
        box=Box(x=0, y=0, width=right, height=bottom),
    )


def depth(scope: Scope) -> int:
    """How many lane headers stand side by side at the left."""
    parents = {band.id: band.parent for band in scope.bands}

    def level(band: str | None) -> int:
        return 1 + level(parents[band]) if band in parents and band is not None else 0

    return max((level(band.id) for band in scope.bands), default=0)


def _ys(
    scope: Scope, places: Mapping[str, Place], size: Mapping[str, tuple[float, float]], room: Room
) -> tuple[dict[tuple[int, int], tuple[float, float]], dict[str, Box]]:
    """Top and bottom of each row, and of each lane (their x is not known yet)."""
    kinds = {node.id: node for node in scope.nodes}
    hosting = {node.host for node in scope.nodes if node.host}
    content: defaultdict[int, defaultdict[int, list[str]]] = defaultdict(lambda: defaultdict(list))
    for node_id, spot in places.items():
        content[spot.lane][spot.row].append(node_id)
    ys: dict[tuple[int, int], tuple[float, float]] = {}
    bands: dict[str, Box] = {}
    y, count = 0.0, 0
    for at, lane in enumerate(leaves(scope)):
        top = y
        y += PADDING + (room.rows.get(0, 0.0) if not count else 0.0)
        for row in sorted(content[at]):
            inside = content[at][row]
            height = max(size[node_id][1] for node_id in inside)
            below = max((_overhang(kinds[one], size[one][1], height, one in hosting) for one in inside), default=0.0)
            ys[at, row] = (y, y + height)
            count += 1
            y += height + max(ROW_GAP, below + 14) + room.rows.get(count, 0.0)
        y = max(y - ROW_GAP + PADDING if content[at] else y, top + 80)
        bands[lane] = Box(x=0, y=top, width=0, height=y - top)
    return ys, bands


def _overhang(node: Node, height: float, row: float, hosts: bool) -> float:
    """How far a node's label, or an event on its border, reaches below its row."""
    if hosts:
        return sizes.EVENT[1] / 2 + 2 * sizes.TEXT_LINE
    if not node.name or not sizes.labelled(node.kind):
        return 0.0
    return max(0.0, sizes.of_label(node.name)[1] + 6 - (row - height) / 2)


def _attached(scope: Scope, boxes: Mapping[str, Box]) -> dict[str, Box]:
    """Events stand on the lower border of their activity, side by side, and never on each other.

    One or two stand near the corners: the middle stays free for what leads straight down. Closed sub-processes keep
    their lower right corner free: viewers put the button there that opens them.
    """
    waiting: defaultdict[str, list[Node]] = defaultdict(list)
    for node in scope.nodes:
        if node.host in boxes:
            waiting[str(node.host)].append(node)
    found = {}
    for host, events in waiting.items():
        box = boxes[host]
        closed = host in scope.inner and scope.inner[host].closed
        last = box.right - (42 if closed and len(events) > 1 else 82 if closed else 25)
        step = (last - box.x - (18 if closed else 25)) / (len(events) - 1) if len(events) > 1 else 0.0
        if step and step < (least := sizes.EVENT[0] + 6):
            step, last = least, box.centre[0] + least * (len(events) - 1) / 2
        for at, node in enumerate(events):
            width, height = node.default_size
            x = last - step * (len(events) - 1 - at)
            found[node.id] = Box(x=x - width / 2, y=box.bottom - height / 2, width=width, height=height)
    return found


def _banded(bands: Sequence[Band], leaves: Mapping[str, Box], right: float) -> dict[str, Box]:
    """The boxes of all lanes: a lane with lanes inside is as high as these, its name at the left of them."""
    parents = {band.id: band.parent for band in bands}
    boxes: dict[str, Box] = {}
    for band in reversed(bands):
        level, above = 0, band.parent
        while above is not None:
            level, above = level + 1, parents[above]
        inside = [boxes[one.id] for one in bands if one.parent == band.id]
        top = min((box.y for box in inside), default=leaves[band.id].y if band.leaf else 0.0)
        bottom = max((box.bottom for box in inside), default=leaves[band.id].bottom if band.leaf else 0.0)
        boxes[band.id] = Box(x=level * HEADER, y=top, width=right - level * HEADER, height=bottom - top)
    return boxes
