"""Columns and rows to boxes: how wide each column is, how high each row, and where lanes begin and end."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from bpmn.layout import sizes
from bpmn.layout.columns import columns, forward
from bpmn.layout.picture import Box
from bpmn.layout.rows import Place, rows
from bpmn.layout.sketch import Band, Link, Node, Scope
from bpmn.source import SCOPES

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


def place(scope: Scope, size: Mapping[str, tuple[float, float]], trial: int = 0) -> Placed:
    """Place what lies directly in a scope; `size` tells the width and height of each node."""
    hosts = {node.id: node.host for node in scope.nodes if node.host}
    apart = [node for node in scope.nodes if node.kind in SCOPES and _alone(node, scope)]
    standing = [node for node in scope.nodes if node.id not in hosts and not node.artifact and node not in apart]
    flows = [_lifted(link, hosts) for link in scope.links if link.kind == "sequenceFlow"]
    leaves = [band.id for band in scope.bands if band.leaf] or [""]
    heights = {lane: at for at, lane in enumerate(leaves)}
    heights |= {node.lane: 0 for node in standing if node.lane not in heights}
    on, _ = forward(standing, flows)
    column = columns(standing, on, heights)
    places = rows(standing, flows, column, heights, trial)
    places = _beside(scope, places, heights)
    xs = _xs(scope, places, size)
    places |= _below(apart, places, heights)
    ys, bands = _ys(scope, places, size, leaves)
    boxes = {}
    for node in scope.nodes:
        if node.id in places and node not in apart:
            spot = places[node.id]
            width, height = size[node.id]
            (left, right), (top, bottom) = xs[spot.column], ys[spot.lane, spot.row]
            boxes[node.id] = Box(
                x=(left + right - width) / 2, y=(top + bottom - height) / 2, width=width, height=height
            )
    ends: defaultdict[int, float] = defaultdict(lambda: HEADER * _depth(scope) + PADDING + 6)
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


def _lifted(link: Link, hosts: Mapping[str, str | None]) -> Link:
    """The link with the activity in place of an event on its border."""
    source = hosts.get(link.source) or link.source
    return Link(id=link.id, kind=link.kind, source=source, target=link.target, name=link.name)


def _beside(scope: Scope, places: Mapping[str, Place], heights: Mapping[str, int]) -> dict[str, Place]:
    """Places for data and notes: notes above what they belong to, data right below it, or else below all others."""
    found = dict(places)
    taken = set(found.values())
    hosts = {node.id: node.host for node in scope.nodes if node.host}
    for node in scope.nodes:
        if not node.artifact:
            continue
        owner = hosts.get(node.beside or "") or node.beside or ""
        at = places.get(owner, Place(0, heights.get(node.lane, 0), 0))
        lane_rows = [spot.row for spot in places.values() if spot.lane == at.lane]
        row = min(lane_rows, default=0) - 1 if node.kind == "textAnnotation" else max(lane_rows, default=0) + 1
        column = at.column
        if node.kind != "textAnnotation" and Place(column, at.lane, at.row + 1) not in taken:
            row = min(row, at.row + 1)
        while Place(column, at.lane, row) in taken:
            column += 1
        found[node.id] = Place(column, at.lane, row)
        taken.add(found[node.id])
    return found


def _alone(node: Node, scope: Scope) -> bool:
    """Whether no sequence flow comes or goes: an event sub-process."""
    return all(node.id not in (link.source, link.target) for link in scope.links if link.kind == "sequenceFlow")


def _below(apart: Sequence[Node], places: Mapping[str, Place], heights: Mapping[str, int]) -> dict[str, Place]:
    """A row of their own for sub-processes that stand alone; columns do not concern them."""
    found = {}
    for at, node in enumerate(apart):
        lane = heights.get(node.lane, 0)
        last = max((spot.row for spot in places.values() if spot.lane == lane), default=-1)
        found[node.id] = Place(at, lane, last + 1)
    return found


def _xs(
    scope: Scope, places: Mapping[str, Place], size: Mapping[str, tuple[float, float]]
) -> list[tuple[float, float]]:
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
    stretches, x = [], HEADER * _depth(scope) + PADDING + 6
    for width, gap in zip(widths, gaps, strict=True):
        stretches.append((x, x + width))
        x += width + gap
    return stretches


def _depth(scope: Scope) -> int:
    """How many lane headers stand side by side at the left."""
    parents = {band.id: band.parent for band in scope.bands}

    def depth(band: str | None) -> int:
        return 1 + depth(parents[band]) if band in parents and band is not None else 0

    return max((depth(band.id) for band in scope.bands), default=0)


def _ys(
    scope: Scope, places: Mapping[str, Place], size: Mapping[str, tuple[float, float]], leaves: Sequence[str]
) -> tuple[dict[tuple[int, int], tuple[float, float]], dict[str, Box]]:
    """Top and bottom of each row, and of each lane (their x is not known yet)."""
    kinds = {node.id: node for node in scope.nodes}
    hosting = {node.host for node in scope.nodes if node.host}
    content: defaultdict[int, defaultdict[int, list[str]]] = defaultdict(lambda: defaultdict(list))
    for node_id, spot in places.items():
        content[spot.lane][spot.row].append(node_id)
    ys: dict[tuple[int, int], tuple[float, float]] = {}
    bands: dict[str, Box] = {}
    y = 0.0
    for at, lane in enumerate(leaves):
        top = y
        y += PADDING
        for row in sorted(content[at]):
            inside = content[at][row]
            height = max(size[node_id][1] for node_id in inside)
            below = max((_overhang(kinds[one], size[one][1], height, one in hosting) for one in inside), default=0.0)
            ys[at, row] = (y, y + height)
            y += height + max(ROW_GAP, below + 14)
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
