"""A requirements graph as a picture: what is told at the bottom, what is decided above it (DMN 1.5 clause 6.2).

Elements stand in rows, each above all that it needs; within a row in the order of what they need. Deterministic.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Final

from bpmn.decisions.model import Decision, DecisionModel, DecisionService, Drawn, KnowledgeModel

WIDTH: Final = 168
HEIGHT: Final = 56
_ACROSS: Final = 24
_BETWEEN: Final = 48
_ROUNDS: Final = 4


@dataclass(frozen=True, kw_only=True)
class Node:
    """An element at its place, in pixels from the upper left corner."""

    element: Drawn
    x: float
    y: float


@dataclass(frozen=True, kw_only=True)
class Edge:
    """A requirement as a line from what is needed to what needs it; `knowledge` is drawn dashed."""

    source: Node
    target: Node
    knowledge: bool

    @property
    def points(self) -> tuple[float, float, float, float]:
        """From the upper side of what is needed to the lower side of what needs it: x, y, x, y."""
        return (
            self.source.x + WIDTH / 2,
            self.source.y,
            self.target.x + WIDTH / 2,
            self.target.y + HEIGHT,
        )


@dataclass(frozen=True, kw_only=True)
class Graph:
    """All elements with their requirements."""

    nodes: tuple[Node, ...]
    edges: tuple[Edge, ...]

    @property
    def width(self) -> float:
        """From the left to the rightmost side."""
        return max((node.x + WIDTH for node in self.nodes), default=0)

    @property
    def height(self) -> float:
        """From the top to the lowest side."""
        return max((node.y + HEIGHT for node in self.nodes), default=0)


def drawn(model: DecisionModel) -> Graph:
    """The graph of a file's own elements and of what they need through imports."""
    everything = {**model.decisions, **model.used}
    own = {key: one for key, one in everything.items() if not one.imports}
    needs = {key: [other for other, _ in _needs(one) if other in everything] for key, one in own.items()}
    shown = {key: everything[key] for key in [*own, *(other for found in needs.values() for other in found)]}
    rows = _rows(shown, needs)
    widest = max((len(row) for row in rows), default=0) * (WIDTH + _ACROSS) - _ACROSS
    nodes: dict[str, Node] = {}
    for level, row in enumerate(reversed(rows)):
        left = (widest - len(row) * (WIDTH + _ACROSS) + _ACROSS) / 2
        for at, key in enumerate(row):
            nodes[key] = Node(element=shown[key], x=left + at * (WIDTH + _ACROSS), y=level * (HEIGHT + _BETWEEN))
    edges = tuple(
        Edge(source=nodes[other], target=nodes[key], knowledge=knowledge)
        for key, one in own.items()
        for other, knowledge in _needs(one)
        if other in nodes and other != key
    )
    return Graph(nodes=tuple(nodes.values()), edges=edges)


def _needs(element: Drawn) -> Iterator[tuple[str, bool]]:
    match element:
        case Decision():
            yield from ((key, False) for key in (*element.told, *element.requires))
            yield from ((key, True) for key in element.knows)
        case KnowledgeModel():
            yield from ((key, True) for key in element.knows)
        case DecisionService():
            yield from ((key, False) for key in element.outputs)


def _rows(shown: Mapping[str, Drawn], needs: Mapping[str, list[str]]) -> list[list[str]]:
    """From the bottom: each element above all that it needs, and as near to what needs it as that allows."""
    levels: dict[str, int] = {}

    def level(key: str, path: frozenset[str]) -> int:
        if key not in levels:
            below = [level(other, path | {key}) for other in needs.get(key, ()) if other not in path | {key}]
            levels[key] = max(below, default=-1) + 1
        return levels[key]

    for key in shown:
        level(key, frozenset())
    users = {key: [other for other, found in needs.items() if key in found and other != key] for key in shown}
    for key in sorted(shown, key=lambda one: -levels[one]):
        levels[key] = max(levels[key], min((levels[other] for other in users[key]), default=levels[key] + 1) - 1)
    rows: list[list[str]] = [[] for _ in range(max(levels.values(), default=-1) + 1)]
    for key in shown:
        rows[levels[key]].append(key)
    for _ in range(_ROUNDS):
        places = {key: at - len(row) / 2 for row in rows for at, key in enumerate(row)}
        for row in rows:
            middles = {
                key: _middle([places[other] for other in (*needs.get(key, ()), *users[key])], places[key])
                for key in row
            }
            row.sort(key=middles.__getitem__)
    return rows


def _middle(places: list[float], otherwise: float) -> float:
    return sum(places) / len(places) if places else otherwise
