"""Columns: from left to right in the order of the flow, loops led back.

A step to another lane may stay in its column (it is drawn downwards or upwards), a step within a lane never does.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence

from bpmn.layout.sketch import Link, Node


def forward(nodes: Sequence[Node], links: Iterable[Link]) -> tuple[list[Link], list[Link]]:
    """The links that lead on, and those that lead back, found by a walk from the starts in the order of the file."""
    leaving: defaultdict[str, list[Link]] = defaultdict(list)
    entered: set[str] = set()
    for link in links:
        leaving[link.source].append(link)
        entered.add(link.target)
    on, back = list[Link](), list[Link]()
    open_, done = set[str](), set[str]()
    for node in sorted(nodes, key=lambda one: one.id in entered):
        if node.id in done or node.id in open_:
            continue
        open_.add(node.id)
        path = [(node.id, iter(leaving[node.id]))]
        while path:
            here, ahead = path[-1]
            step = next(ahead, None)
            if step is None:
                path.pop()
                open_.discard(here)
                done.add(here)
                continue
            (back if step.target in open_ else on).append(step)
            if step.target not in open_ and step.target not in done:
                open_.add(step.target)
                path.append((step.target, iter(leaving[step.target])))
    return on, back


def in_order(nodes: Sequence[Node], on: Iterable[Link]) -> list[Node]:
    """The nodes so that each comes after all that lead to it; the order of the file where nothing else decides."""
    waiting = {node.id: 0 for node in nodes}
    leaving: defaultdict[str, list[str]] = defaultdict(list)
    for link in on:
        waiting[link.target] += 1
        leaving[link.source].append(link.target)
    by_id = {node.id: node for node in nodes}
    ready = [node.id for node in nodes if waiting[node.id] == 0]
    ordered = []
    for here in ready:
        ordered.append(by_id[here])
        for target in leaving[here]:
            waiting[target] -= 1
            if waiting[target] == 0:
                ready.append(target)
    return ordered


def longest(nodes: Sequence[Node], on: Sequence[Link]) -> frozenset[str]:
    """The links of the longest way, which is drawn straight: the first of the file where several are as long."""
    entering: defaultdict[str, list[Link]] = defaultdict(list)
    for link in on:
        entering[link.target].append(link)
    length: dict[str, int] = {}
    last: dict[str, Link] = {}
    for node in in_order(nodes, on):
        came = max(entering[node.id], key=lambda link: length.get(link.source, 0), default=None)
        length[node.id] = 1 if came is None else length.get(came.source, 0) + 1
        if came is not None:
            last[node.id] = came
    here = max(length, key=lambda one: length[one], default="")
    found = set[str]()
    while here in last:
        found.add(last[here].id)
        here = last[here].source
    return frozenset(found)


def columns(nodes: Sequence[Node], on: Sequence[Link], heights: Mapping[str, int]) -> dict[str, int]:
    """The column of each node, from 0; `heights` is the position of each lane, from the top."""
    by_id = {node.id: node for node in nodes}
    entering: defaultdict[str, list[Link]] = defaultdict(list)
    leaving: defaultdict[str, list[Link]] = defaultdict(list)
    for link in on:
        entering[link.target].append(link)
        leaving[link.source].append(link)
    upright = {link.id for source in by_id for link in _upright(leaving[source], by_id, heights)}
    column: dict[str, int] = {}
    before: dict[str, dict[str, int]] = {}
    ordered = in_order(nodes, on)
    for node in ordered:
        least, seen = 0, dict[str, int]()
        for link in entering[node.id]:
            least = max(least, column[link.source] + (link.id not in upright))
            for lane, last in before[link.source].items():
                seen[lane] = max(seen.get(lane, -1), last)
        column[node.id] = max(least, seen.get(node.lane, -1) + 1)
        before[node.id] = seen | {node.lane: column[node.id]}
    for node in reversed(ordered):  # what nothing leads to stands right before what it leads to
        if not entering[node.id] and leaving[node.id]:
            column[node.id] = max(column[node.id], min(column[link.target] for link in leaving[node.id]) - 1)
    return column


def _upright(leaving: Sequence[Link], by_id: Mapping[str, Node], heights: Mapping[str, int]) -> list[Link]:
    """The links of one node that may be drawn straight down or up: one each, the nearest lane first."""
    chosen: dict[bool, Link] = {}
    for link in leaving:
        way = heights[by_id[link.target].lane] - heights[by_id[link.source].lane]
        if way and abs(way) < abs(_way(chosen.get(way > 0), by_id, heights)):
            chosen[way > 0] = link
    return list(chosen.values())


def _way(link: Link | None, by_id: Mapping[str, Node], heights: Mapping[str, int]) -> int:
    if link is None:
        return len(heights) + 1
    return heights[by_id[link.target].lane] - heights[by_id[link.source].lane]
