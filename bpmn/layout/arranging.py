"""Where everything stands, in columns and rows: first what flows join, then what belongs to it, then what stands alone.

Pools are arranged together: they have the same columns, and a message flow leads on as a sequence flow does.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Final

from bpmn.layout.columns import columns, forward, longest
from bpmn.layout.rows import Place, Wishes, rows
from bpmn.layout.sketch import Link, Node, Scope
from bpmn.source import SCOPES

_ABREAST: Final = 4
"""Most nodes that nothing joins which stand beside each other before the next row begins."""


@dataclass(frozen=True, kw_only=True)
class Grid:
    """The cells of what lies directly in a scope; `apart` stand side by side in the last row of their lane."""

    places: Mapping[str, Place]
    apart: tuple[Node, ...]


@dataclass(frozen=True, kw_only=True)
class _Flowing:
    """What sequence flows join in a scope: events on borders give theirs to their activity.

    `falling` are the links that such an event begins, compensation too: they lead downwards.
    """

    scope: Scope
    nodes: tuple[Node, ...]
    links: tuple[Link, ...]
    falling: frozenset[str]


def arrange(scopes: Sequence[Scope], messages: Sequence[Link] = (), trial: int = 0) -> dict[str, Grid]:
    """The grids of scopes, by their ids; messages are those between their nodes, or nodes in their sub-processes."""
    parts = [_flowing(scope) for scope in scopes]
    lanes = [(scope.id, lane) for scope in scopes for lane in leaves(scope)]
    heights = {f"{scope_id} {lane}": at for at, (scope_id, lane) in enumerate(lanes)}
    nodes = []
    for part in parts:
        for node in part.nodes:
            lane = f"{part.scope.id} {node.lane}"
            nodes.append(replace(node, lane=lane if lane in heights else f"{part.scope.id} {leaves(part.scope)[0]}"))
    links = [link for part in parts for link in part.links]
    falling = frozenset(link_id for part in parts for link_id in part.falling)
    on, _ = forward(nodes, [*links, *_between(scopes, messages, {node.id for node in nodes})])
    undone = {link.target: link.source for link in links if link.kind == "association"}
    column = columns(nodes, [link for link in on if link.target not in undone], heights)
    column |= {node_id: column[host] for node_id, host in undone.items()}
    column |= _abreast(nodes, links)
    own = {link.id for link in links} - falling
    wishes = Wishes(main=longest(nodes, [link for link in on if link.id in own]), falling=falling, trial=trial)
    grids = {}
    for part in parts:
        order = {lane: at for at, lane in enumerate(leaves(part.scope))}
        places = rows(part.nodes, part.links, column, order, wishes)
        places = _beside(part.scope, places, order)
        apart = _apart(part.scope)
        grids[part.scope.id] = Grid(places=places | _below(apart, places, order), apart=tuple(apart))
    return grids


def leaves(scope: Scope) -> list[str]:
    """The lanes of a scope that hold no lanes; one without a name where there are none."""
    return [band.id for band in scope.bands if band.leaf] or [""]


def _flowing(scope: Scope) -> _Flowing:
    hosts = {node.id: node.host for node in scope.nodes if node.host}
    apart = _apart(scope)
    nodes = tuple(node for node in scope.nodes if node.id not in hosts and not node.artifact and node not in apart)
    known = {node.id for node in nodes}
    links, falling = list[Link](), set[str]()
    for link in _leading(scope, hosts):
        source = hosts.get(link.source) or link.source
        if source in known and link.target in known:
            links.append(replace(link, source=source))
            if link.source in hosts:
                falling.add(link.id)
    return _Flowing(scope=scope, nodes=nodes, links=tuple(links), falling=frozenset(falling))


def _leading(scope: Scope, hosts: Mapping[str, str]) -> Iterator[Link]:
    """Sequence flows, and the associations of compensation, from the event to what undoes."""
    artifacts = {node.id for node in scope.nodes if node.artifact}
    for link in scope.links:
        if link.kind == "sequenceFlow":
            yield link
        elif link.kind == "association" and not {link.source, link.target} & artifacts:
            turned = link.target in hosts and link.source not in hosts
            yield replace(link, source=link.target, target=link.source) if turned else link


def _between(scopes: Sequence[Scope], messages: Sequence[Link], known: set[str]) -> Iterator[Link]:
    """Messages between pools, with the node of the pool itself in place of one inside a sub-process or on a border."""
    outer: dict[str, str] = {}
    for scope in scopes:
        for node in scope.nodes:
            outer[node.id] = node.host or node.id
        for node_id, inner in scope.inner.items():
            outer |= dict.fromkeys(_inside(inner), node_id)
    for link in messages:
        source, target = outer.get(link.source, ""), outer.get(link.target, "")
        if source in known and target in known:
            yield replace(link, source=source, target=target)


def _inside(scope: Scope) -> Iterator[str]:
    yield from (node.id for node in scope.nodes)
    for inner in scope.inner.values():
        yield from _inside(inner)


def _abreast(nodes: Sequence[Node], links: Sequence[Link]) -> dict[str, int]:
    """Columns of nodes that nothing joins: several of a lane stand beside each other."""
    joined = {end for link in links for end in (link.source, link.target)}
    found: dict[str, int] = {}
    count: dict[str, int] = {}
    for node in nodes:
        if node.id not in joined:
            count[node.lane] = count.get(node.lane, -1) + 1
            found[node.id] = count[node.lane] % _ABREAST
    return found


def _apart(scope: Scope) -> list[Node]:
    """Sub-processes where no flow comes or goes: event sub-processes."""
    ends = {end for link in scope.links for end in (link.source, link.target)}
    return [node for node in scope.nodes if node.kind in SCOPES and not node.host and node.id not in ends]


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


def _below(apart: Sequence[Node], places: Mapping[str, Place], heights: Mapping[str, int]) -> dict[str, Place]:
    """A row of their own for sub-processes that stand alone; columns do not concern them."""
    found = {}
    for at, node in enumerate(apart):
        lane = heights.get(node.lane, 0)
        last = max((spot.row for spot in places.values() if spot.lane == lane), default=-1)
        found[node.id] = Place(at, lane, last + 1)
    return found
