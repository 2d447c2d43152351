"""What fails when a configuration item fails, and what it rests on: the relations of records that carry a failure."""

from collections import defaultdict
from collections.abc import Callable, Collection, Iterable
from dataclasses import dataclass
from typing import Final

from bpmn.records import SERVICE
from engine.model.register import Record
from engine.permissions import sees_record
from engine.registers import record_scope, registers
from engine.reports.registers import visible_record
from engine.schedule import ITEM
from engine.storage import records as services
from engine.storage import registers as rows
from engine.transaction import Transaction

MOST: Final = 200
"""How many records are followed in each direction."""


@dataclass(frozen=True, kw_only=True)
class Node:
    """A record that a failure reaches or comes from; `steps` away: below 0 what is rested on, above 0 what is hit."""

    key: str
    title: str
    type: str
    state: str
    steps: int
    via: str
    """How it is related to the one before, in words; empty for the item itself."""


@dataclass(frozen=True, kw_only=True)
class Impact:
    """An item between what it rests on and what its failure hits, the nearest first; `more` was not followed."""

    record: Record
    rests_on: tuple[Node, ...]
    hits: tuple[Node, ...]
    edges: tuple[tuple[str, str], ...]
    """From what fails to what that hits, among the records of both lists."""
    more: bool


@dataclass(frozen=True, kw_only=True)
class Reach:
    """What some records rest on and what their failure hits, the nearest first; without these records themselves."""

    rests_on: tuple[Node, ...]
    hits: tuple[Node, ...]


@dataclass(frozen=True, kw_only=True)
class _Edge:
    cause: str
    effect: str
    onward: str
    """What the effect is to the cause, in words."""
    back: str


def impact(tx: Transaction, key: str) -> Impact:
    """Give what an item rests on and what its failure hits, as far as the actor sees it. Raises NotFound."""
    record = visible_record(tx, ITEM, key)
    edges = _Edges(tx)
    found = _around(tx, {key}, edges)
    drawn = {key, *(node.key for node in (*found.hits, *found.rests_on))}
    lines = ((edge.cause, edge.effect) for edge in edges.of(drawn))
    return Impact(
        record=record,
        rests_on=found.rests_on,
        hits=found.hits,
        edges=tuple((cause, effect) for cause, effect in lines if cause in drawn and effect in drawn),
        more=len(found.hits) >= MOST or len(found.rests_on) >= MOST,
    )


def reach(tx: Transaction, keys: Collection[str]) -> Reach:
    """Give the same for several items and services together, by their keys."""
    return _around(tx, keys, _Edges(tx)) if keys else Reach(rests_on=(), hits=())


class _Edges:
    """The relations that carry a failure, fetched for the records that are asked about."""

    def __init__(self, tx: Transaction) -> None:
        self._tx = tx
        self._carrying = {
            (name, field): relation
            for name, each in registers(tx).items()
            for field, relation in each.type.relations.items()
            if relation.impact
        }
        self._at: dict[str, list[_Edge]] = {}

    def of(self, keys: Iterable[str]) -> Iterable[_Edge]:
        """Give the relations that begin or end at these records, each once."""
        keys = list(keys)
        new = {key: list[_Edge]() for key in keys if key not in self._at}
        if new:
            self._at |= new
            for kind, key, field, other in rows.edges_at(self._tx, {kind for kind, _ in self._carrying}, new):
                if (edge := self._edge(kind, key, field, other)) is not None:
                    for end in {key, other} & new.keys():
                        new[end].append(edge)
        return dict.fromkeys(edge for key in keys for edge in self._at[key])

    def _edge(self, kind: str, key: str, field: str, other: str) -> "_Edge | None":
        relation = self._carrying.get((kind, field))
        if relation is None:
            return None
        if relation.impact == "from":
            return _Edge(cause=other, effect=key, onward=relation.title, back=relation.inverse)
        return _Edge(cause=key, effect=other, onward=relation.inverse, back=relation.title)


def _around(tx: Transaction, keys: Collection[str], edges: _Edges) -> Reach:
    down = _reached(keys, edges, lambda edge: (edge.cause, edge.effect, edge.onward))
    up = _reached(keys, edges, lambda edge: (edge.effect, edge.cause, edge.back))
    known = _nodes(tx, {*down, *up})
    hits = [_node(known[each], steps, via) for each, (steps, via) in down.items() if each in known]
    rests = [_node(known[each], -steps, via) for each, (steps, via) in up.items() if each in known and each not in down]
    return Reach(rests_on=tuple(rests), hits=tuple(hits))


def _reached(
    begin: Collection[str], edges: _Edges, along: Callable[[_Edge], tuple[str, str, str]]
) -> dict[str, tuple[int, str]]:
    """Give what is reached, each by the shortest way: how many steps away, and the words of the last."""
    met: dict[str, tuple[int, str]] = dict.fromkeys(sorted(begin), (0, ""))
    ahead = list(met)
    while ahead:
        steps = defaultdict[str, list[tuple[str, str]]](list)
        for one, other, words in map(along, edges.of(ahead)):
            steps[one].append((other, words))
        further = []
        for key in ahead:
            for other, words in steps[key]:
                if other not in met and len(met) <= MOST:
                    met[other] = (met[key][0] + 1, words)
                    further.append(other)
        ahead = further
    return {key: found for key, found in met.items() if key not in begin}


def _nodes(tx: Transaction, keys: set[str]) -> dict[str, tuple[str, str, str, str]]:
    """Give key, title, type and state of records and services that the actor may see."""
    scope = record_scope(tx)
    found = {
        key: (key, record.title, record.type, record.state)
        for key, record in rows.by_keys(tx, keys).items()
        if sees_record(scope, record)
    }
    offered = {each.id: each for each in services.services(tx) if each.id in keys}
    return found | {key: (key, each.title, SERVICE, "") for key, each in offered.items()}


def _node(known: tuple[str, str, str, str], steps: int, via: str) -> Node:
    key, title, kind, state = known
    return Node(key=key, title=title, type=kind, state=state, steps=steps, via=via)
