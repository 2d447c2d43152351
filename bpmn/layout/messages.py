"""Lines between pools, led around everything in them: message flows, and associations of a collaboration's notes."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Final

from bpmn.layout import sizes
from bpmn.layout.labels import Labels
from bpmn.layout.picture import Box, Line, Shape
from bpmn.layout.reading import Context
from bpmn.layout.room import Region
from bpmn.layout.routing import Effort, ground, route
from bpmn.layout.sketch import Link
from bpmn.source import SCOPES

_ASIDE: Final = (0.0, -25.0, 25.0)
"""Where lines between the same shape and the same closed pool meet its border; tasks have places for lines there."""


def messages(
    links: Sequence[Link],
    shapes: Sequence[Shape],
    lines: Sequence[Line],
    regions: Sequence[Region],
    *,
    context: Context,
    effort: Effort,
) -> list[Line]:
    """These links among the shapes and lines that are drawn already; those whose ends are not drawn are left out."""
    solid = {shape.id: shape for shape in shapes if not shape.frame}
    frames = {shape.id: shape for shape in shapes if shape.frame}
    known = [link for link in links if link.source in solid | frames and link.target in solid | frames]
    if not known:
        return []
    boxes = {shape.id: shape.box for shape in solid.values()} | _strips(known, solid, frames)
    ends = {
        link.id: replace(link, source=_end(link.source, link, boxes), target=_end(link.target, link, boxes))
        for link in known
    }
    ends = {key: link for key, link in ends.items() if link.source in boxes and link.target in boxes}
    borders = [y for frame in frames.values() for y in (frame.box.y, frame.box.bottom)]
    kinds = {key: "participant" if key not in solid else "task" for key in boxes}
    there = {Link(id=line.id, kind=line.kind, source=line.source, target=line.target): line.points for line in lines}
    written = [shape.label for shape in shapes if shape.label] + [line.label for line in lines if line.label]
    where = ground(
        boxes,
        kinds,
        {},
        columns=[region.columns for region in regions if region.columns],
        rows=[row for region in regions for row in region.rows],
        borders=borders,
        drawn=[line.points for line in lines],
    )
    titles = [_title(frame.box, context.names.get(frame.id, "")) for frame in frames.values() if _shut(frame, regions)]
    where = replace(where, names=(*written, *titles), closed=_closed(known, frames, context))
    courses = route(list(ends.values()), where, effort, there)
    drawn = {line.id: line.points for line in lines} | courses
    labels = Labels((shape.box for shape in solid.values()), drawn, (shape.box for shape in frames.values()))
    labels.taken += written
    names: Mapping[str, Link] = {link.id: link for link in known}
    return [
        Line(
            id=key,
            kind=names[key].kind,
            source=names[key].source,
            target=names[key].target,
            points=course,
            label=labels.along(course, names[key].name) if names[key].name else None,
        )
        for key, course in courses.items()
    ]


def _shut(frame: Shape, regions: Sequence[Region]) -> bool:
    """Whether it is a pool whose inside is not shown: its name stands in its middle."""
    return frame.kind == "participant" and any(not region.columns and region.box == frame.box for region in regions)


def _title(box: Box, name: str) -> Box:
    (x, y), (width, height) = box.centre, sizes.of_label(name, 600)
    return Box(x=x - width / 2, y=y - height / 2, width=width, height=height)


def _closed(links: Sequence[Link], frames: Mapping[str, Shape], context: Context) -> dict[str, list[Box]]:
    """The open sub-processes that each line does not lead into: it keeps out of them."""
    found = {}
    for link in links:
        ends = {link.source, link.target, *(context.hosts.get(end, "") for end in (link.source, link.target))}
        ends |= context.around(link.source) | context.around(link.target)
        found[link.id] = [
            frame.box.grown(8) for frame in frames.values() if frame.kind in SCOPES and frame.id not in ends
        ]
    return found


def _strips(links: Sequence[Link], solid: Mapping[str, Shape], frames: Mapping[str, Shape]) -> dict[str, Box]:
    """Where lines meet closed pools: on their border, straight above or below where the line comes from."""
    found: dict[str, Box] = {}
    between: Counter[frozenset[str]] = Counter()
    for link in links:
        pair = frozenset((link.source, link.target))
        for end, other in ((link.source, link.target), (link.target, link.source)):
            if end in frames and other in solid:
                found[f"{end} {link.id}"] = _facing(frames[end].box, solid[other].box, _ASIDE[between[pair] % 3])
            elif end in frames:
                found[f"{end} {link.id}"] = _facing(frames[end].box, frames[other].box, 30.0 * between[pair])
        between[pair] += 1
    return found


def _end(one: str, link: Link, boxes: Mapping[str, Box]) -> str:
    return one if one in boxes else f"{one} {link.id}"


def _facing(frame: Box, other: Box, aside: float) -> Box:
    """A strip of the border of a closed pool that faces a shape, or stands aside of what does."""
    x = other.centre[0] + (aside if other.width >= 80 else 0.0)
    x = min(max(x, frame.x + 15), frame.right - 15)
    return Box(x=x - 5, y=frame.y, width=10, height=frame.height)


def renamed(
    shapes: Sequence[Shape], lines: Sequence[Line], names: Mapping[str, str], hosts: Mapping[str, str]
) -> tuple[list[Shape], list[Line]]:
    """Names that a line between pools now cuts get another place."""
    parts = [part for line in lines for part in line.segments()]
    written = [(shape.id, shape.label) for shape in shapes] + [(line.id, line.label) for line in lines]
    cut = {key for key, label in written if key in names and label and any(label.cut_by(*part) for part in parts)}
    labels = Labels(
        (shape.box for shape in shapes if not shape.frame),
        {line.id: line.points for line in lines},
        (shape.box for shape in shapes if shape.frame),
    )
    labels.taken += [label for key, label in written if label and key not in cut]

    def beside(shape: Shape) -> Shape:
        kind = "hosted" if shape.id in hosts else shape.kind
        return replace(shape, label=labels.beside(shape.box, names[shape.id], kind=kind))

    return [beside(shape) if shape.id in cut else shape for shape in shapes], [
        replace(line, label=labels.along(line.points, names[line.id])) if line.id in cut else line for line in lines
    ]
