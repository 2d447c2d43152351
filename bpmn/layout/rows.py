"""Rows: within a lane, which nodes stand beside and which above each other.

A first choice follows the flow; then nodes, chains of nodes and whole rows are moved as long as that leaves fewer
bends, detours and crossings. Lines are judged by a rough course of theirs; `routing` finds the real one.
"""

from collections import defaultdict, deque
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Final
from zlib import crc32

from bpmn.layout.sketch import Link, Node

BEND, RISE, BLOCK, CROSSING, ROW = 1.0, 0.6, 7.0, 4.0, 0.15
"""What is bad: a bend, each row a line climbs, a node in its way, a crossing, each row away from the first."""
STRAIGHT, UP = 4.0, 6.0
"""How much worse bends of the main way are; and what it costs where a line rises or keeps its row that should fall."""
WORK: Final = 10_000_000
"""Most pairs of lines that are looked at: large diagrams keep more of their first choice."""
_LANE: Final = 40
"""Distance of lanes in the rough course, more rows than any lane has."""

Segment = tuple[float, float, float, float]
"""Level or upright: its left or upper end, then the other."""


@dataclass(frozen=True, slots=True)
class Place:
    """Where a node stands; `row` may be negative while rows are sought."""

    column: int
    lane: int
    row: int

    @property
    def y(self) -> int:
        """The row among all lanes."""
        return self.lane * _LANE + self.row


@dataclass(frozen=True, kw_only=True)
class Wishes:
    """What lines had better do: those of the `main` way run straight, those that are `falling` lead downwards.

    Each `trial` begins with another order of nodes.
    """

    main: frozenset[str] = frozenset()
    falling: frozenset[str] = frozenset()
    trial: int = 0


def rows(
    nodes: Sequence[Node], links: Sequence[Link], column: Mapping[str, int], lanes: Mapping[str, int], wishes: Wishes
) -> dict[str, Place]:
    """The place of each node, rows counted from 0 within each lane."""
    table = _Table(nodes, links, wishes)
    trial = wishes.trial
    straight = {end for link in links if link.id in wishes.main for end in (link.source, link.target)}
    for node in sorted(
        nodes,
        key=lambda one: (column[one.id], one.id not in straight, trial and crc32(f"{trial} {one.id}".encode())),
    ):
        table.settle(node, column[node.id], lanes.get(node.lane, 0))
    table.improve()
    table.read_downwards()
    return table.packed()


class _Table:
    """Nodes in cells, and what the lines between them cost."""

    def __init__(self, nodes: Sequence[Node], links: Sequence[Link], wishes: Wishes) -> None:
        self.wishes = wishes
        self.nodes = {node.id: node for node in nodes}
        self.links = [link for link in links if link.source != link.target]
        self.places: dict[str, Place] = {}
        self.cells: dict[Place, str] = {}
        self.in_column: defaultdict[int, dict[int, str]] = defaultdict(dict)
        self.in_row: defaultdict[int, dict[int, str]] = defaultdict(dict)
        self.at: defaultdict[str, list[Link]] = defaultdict(list)
        for link in self.links:
            self.at[link.source].append(link)
            self.at[link.target].append(link)
        self.courses: dict[str, list[Segment]] = {}
        self.reach: dict[str, tuple[float, float]] = {}
        """The first and last column of each course."""
        self.work = 0

    def settle(self, node: Node, column: int, lane: int) -> None:
        """Put a node beside what leads to it, or as near to that as there is a free cell."""
        wished = [
            (link.id, self.places[link.source].row + (link.id in self.wishes.falling))
            for link in self.at[node.id]
            if link.target == node.id and link.source in self.places and self.places[link.source].lane == lane
        ]
        row = next((row for link_id, row in wished if link_id in self.wishes.main), wished[0][1]) if wished else 0
        for away in range(len(self.nodes) + 1):
            for candidate in (row + away, row - away):
                place = Place(column, lane, candidate)
                if place not in self.cells:
                    self._put({node.id: place})
                    return

    def _put(self, moved: Mapping[str, Place]) -> None:
        for node_id in moved:
            if self.cells.get(old := self.places.get(node_id, Place(-1, -1, 0))) == node_id:
                del self.cells[old], self.in_column[old.column][old.y], self.in_row[old.y][old.column]
        for node_id, place in moved.items():
            self.places[node_id] = place
            self.cells[place] = node_id
            self.in_column[place.column][place.y] = node_id
            self.in_row[place.y][place.column] = node_id
        for link in self._touched(moved):
            if link.source in self.places and link.target in self.places:
                course = self._course(link)
                self.courses[link.id] = course
                xs = [x for x1, _, x2, _ in course for x in (x1, x2)]
                self.reach[link.id] = (min(xs, default=0), max(xs, default=0))

    def _touched(self, moved: Iterable[str]) -> list[Link]:
        return list({link.id: link for node_id in moved for link in self.at[node_id]}.values())

    def _course(self, link: Link) -> list[Segment]:
        """A rough course: the one with least in its way and fewest bends that a line might take."""
        offered = [_segments(points) for points in self._ways(link)]
        if len(offered) == 1:
            return offered[0]
        return min(offered, key=lambda course: BLOCK * self._blocked(course, link) + BEND * len(course))

    def _ways(self, link: Link) -> Iterator[list[tuple[float, float]]]:
        """Gateways send lines up and down, other nodes to the right; lines back run above or below their end."""
        start, end = self.places[link.source], self.places[link.target]
        x1, y1, x2, y2 = float(start.column), float(start.y), float(end.column), float(end.y)
        if x1 == x2:
            yield [(x1, y1), (x2, y2)]
            return
        if y1 == y2 and x1 < x2:
            yield [(x1, y1), (x2, y2)]
        elif x1 < x2:
            upright = link.id in self.wishes.falling and y2 > y1
            if upright or self.nodes[link.source].kind.endswith("Gateway"):
                yield [(x1, y1), (x1, y2), (x2, y2)]
            elif self.nodes[link.target].kind.endswith("Gateway"):
                yield [(x1, y1), (x2, y1), (x2, y2)]
            else:
                yield [(x1, y1), (x2 - 0.5, y1), (x2 - 0.5, y2), (x2, y2)]
        if x2 < x1 or y1 == y2:
            near, far = (-0.5, 0.5) if y1 < y2 else (0.5, -0.5)
            for beyond in dict.fromkeys((y2 + near, y2 + far, y1 - near, y1 + near)):
                yield [(x1, y1), (x1, beyond), (x2, beyond), (x2, y2)]

    def _blocked(self, course: Sequence[Segment], link: Link) -> int:
        """How many nodes stand in the way of a course."""
        count = 0
        for x1, y1, x2, y2 in course:
            if x1 == x2:
                low, high = min(y1, y2), max(y1, y2)
                line = self.in_column.get(int(x1), {}) if x1 == int(x1) else {}
            else:
                low, high = min(x1, x2), max(x1, x2)
                line = self.in_row.get(int(y1), {}) if y1 == int(y1) else {}
            count += sum(
                low <= at <= high and node_id not in (link.source, link.target) for at, node_id in line.items()
            )
        return count

    def _cost(self, moved: Collection[str]) -> float:
        """What the lines at these nodes cost, with what they cross and what these nodes block."""
        touched = self._touched(moved)
        cost = sum(ROW * abs(self.places[node_id].row) for node_id in moved)
        for link in touched:
            course = self.courses[link.id]
            start, end = self.places[link.source], self.places[link.target]
            cost += BEND * (len(course) - 1) * (STRAIGHT if link.id in self.wishes.main else 1.0)
            if link.id in self.wishes.falling and start.lane == end.lane and end.row <= start.row:
                cost += UP
            cost += RISE * (abs(start.lane - end.lane) + abs(start.row - end.row) * (start.lane == end.lane))
        cost += BLOCK * sum(self._blocked(self.courses[link.id], link) for link in touched)
        near = {link.id for link in touched}
        standing = [(float(self.places[one].column), float(self.places[one].y)) for one in moved]
        for link in self.links:
            if link.id not in near:
                cost += BLOCK * sum(_covers(part, x, y) for part in self.courses[link.id] for x, y in standing)
        for one in touched:
            low, high = self.reach[one.id]
            course = self.courses[one.id]
            for link in self.links:
                ends = self.reach[link.id]
                if ends[0] > high or low > ends[1] or link.id == one.id:
                    continue
                if one.source in (link.source, link.target) or one.target in (link.source, link.target):
                    continue
                cost += CROSSING * _crossings(course, self.courses[link.id])
        return cost

    def improve(self) -> None:
        """Move nodes, chains and rows while that makes the drawing better; then let some have rows of their own."""
        for _ in range(3):
            self._settle_all()
            better = False
            for node_id in [*self.nodes]:
                better |= self._own_row(node_id)
                if self.work > WORK:
                    return
            if not better:
                return

    def _settle_all(self) -> None:
        for _ in range(12):
            better = False
            for group in (*([node_id] for node_id in self.nodes), *self._chains()):
                better |= self._best_row(group)
                if self.work > WORK:
                    return
            if not better:
                return

    def _own_row(self, node_id: str) -> bool:
        """Put a node, with what follows it in its row, into a new row above or below those it is joined with."""
        here = self.places[node_id]
        chain = next((chain for chain in self._chains() if node_id in chain), [node_id])
        group = chain[chain.index(node_id) :]
        joined = {
            self.places[end].row
            for link in self.at[node_id]
            for end in (link.source, link.target)
            if self.places[end].lane == here.lane
        }
        rows = sorted({row + by for row in joined for by in (0, 1)})
        lane = [one for one, place in self.places.items() if place.lane == here.lane]
        before = self._total()
        for row in rows:  # all that stands there or below moves down
            old = {one: self.places[one] for one in lane}
            new = {
                one: Place(place.column, place.lane, row if one in group else place.row + (place.row >= row))
                for one, place in old.items()
            }
            self._put(new)
            self._close(here.lane)
            self.work += len(self.links) ** 2
            if self._total() < before - 1e-6:
                return True
            self._put(old)
        return False

    def _close(self, lane: int) -> None:
        """Take empty rows out of a lane."""
        used = sorted({place.row for place in self.places.values() if place.lane == lane} | {0})
        number = {row: at - used.index(0) for at, row in enumerate(used)}
        self._put(
            {
                one: Place(place.column, place.lane, number[place.row])
                for one, place in self.places.items()
                if place.lane == lane
            }
        )

    def _total(self) -> float:
        return self._cost(self.nodes)

    def _chains(self) -> list[list[str]]:
        """Nodes that follow each other in one row."""
        chains: list[list[str]] = []
        led: set[str] = set()
        for node_id in sorted(self.nodes, key=lambda one: self.places[one].column):
            if node_id in led:
                continue
            chain = [node_id]
            while following := next(
                (
                    link.target
                    for link in self.at[chain[-1]]
                    if link.source == chain[-1]
                    and link.target not in led
                    and link.target not in chain
                    and self.places[link.target].y == self.places[chain[-1]].y
                    and self.places[link.target].column > self.places[chain[-1]].column
                ),
                None,
            ):
                chain.append(following)
            led.update(chain)
            if len(chain) > 1:
                chains.append(chain)
                chains.extend(chain[at:] for at in range(1, len(chain) - 1))
        return chains

    def _best_row(self, group: Sequence[str]) -> bool:
        """Try the group in other rows of its lane, changing places with what stands there."""
        lane = self.places[group[0]].lane
        used = [place.row for place in self.cells if place.lane == lane]
        best, best_gain = None, 1e-6
        for shift in range(min(used) - 1, max(used) + 2):
            by = shift - self.places[group[0]].row
            if by == 0:
                continue
            change = self._shifted(group, by)
            old = {node_id: self.places[node_id] for node_id in change}
            before = self._cost(change)
            self._put(change)
            gain = before - self._cost(change)
            self._put(old)
            self.work += len(self.links) ** 2
            if gain > best_gain:
                best, best_gain = change, gain
        if best is None:
            return False
        self._put(best)
        return True

    def _shifted(self, group: Sequence[str], by: int) -> dict[str, Place]:
        change = {}
        for node_id in group:
            old = self.places[node_id]
            new = Place(old.column, old.lane, old.row + by)
            change[node_id] = new
            if (other := self.cells.get(new)) is not None and other not in group:
                change[other] = old
        return change

    def read_downwards(self) -> None:
        """Put parts of a lane that no line joins into the order of the flow, where that crosses nothing more."""
        self.work = 0
        order = self._order()
        for lane in sorted({place.lane for place in self.places.values()}):
            bands = self._bands(lane)
            for _ in bands:
                for at in range(len(bands) - 1):
                    upper, lower = bands[at : at + 2]
                    if self._begins(lower, order) < self._begins(upper, order) and self._swapped(upper, lower):
                        bands[at : at + 2] = [lower, upper]

    def _order(self) -> dict[str, int]:
        """When a reader comes to each node: from each start, in the order of the file, through links of one name."""
        entered = {link.target for link in self.links}
        thrown = {node.name for node in self.nodes.values() if node.kind == "intermediateThrowEvent"}
        caught = {node.name: node.id for node in self.nodes.values() if _caught(node) and node.id not in entered}
        later = {node_id for name, node_id in caught.items() if name in thrown}
        order: dict[str, int] = {}
        for begin in (*(one for one in self.nodes if one not in entered and one not in later), *self.nodes):
            ahead = deque([begin])
            while ahead:
                here = ahead.popleft()
                if here in order:
                    continue
                order[here] = len(order)
                ahead.extend(link.target for link in self.at[here] if link.source == here)
                if self.nodes[here].kind == "intermediateThrowEvent" and (led := caught.get(self.nodes[here].name)):
                    ahead.append(led)
        return order

    def _bands(self, lane: int) -> list[list[str]]:
        """The nodes of a lane by rows that no line within the lane joins, from the top."""
        joined: list[tuple[int, int]] = [(place.row, place.row) for place in self.places.values() if place.lane == lane]
        for link in self.links:
            start, end = self.places[link.source], self.places[link.target]
            if start.lane == end.lane == lane:
                joined.append((min(start.row, end.row), max(start.row, end.row)))
        spans: list[tuple[int, int]] = []
        for low, high in sorted(joined):
            if spans and low <= spans[-1][1]:
                spans[-1] = (spans[-1][0], max(high, spans[-1][1]))
            else:
                spans.append((low, high))
        return [
            [node_id for node_id, place in self.places.items() if place.lane == lane and low <= place.row <= high]
            for low, high in spans
        ]

    def _begins(self, band: Sequence[str], order: Mapping[str, int]) -> int:
        """When a reader comes to a band: with its first task, for what leads to that may stand anywhere."""
        tasks = [order[node_id] for node_id in band if not self.nodes[node_id].kind.endswith("Event")]
        return min(tasks or [order[node_id] for node_id in band])

    def _swapped(self, upper: Sequence[str], lower: Sequence[str]) -> bool:
        """Let two neighbouring bands change places, unless more lines would cross or be blocked then."""
        rows = [[self.places[node_id].row for node_id in band] for band in (upper, lower)]
        up, down = min(rows[1]) - min(rows[0]), max(rows[1]) - max(rows[0])
        old = {node_id: self.places[node_id] for node_id in (*upper, *lower)}
        new = {node_id: Place(old[node_id].column, old[node_id].lane, old[node_id].row + down) for node_id in upper}
        new |= {node_id: Place(old[node_id].column, old[node_id].lane, old[node_id].row - up) for node_id in lower}
        if self.work > WORK:
            return False
        before = self._entangled()
        self._put(new)
        if self._entangled() <= before:
            return True
        self._put(old)
        return False

    def _entangled(self) -> int:
        """How often lines cross, or have a node in their way."""
        self.work += len(self.links) ** 2
        count = sum(self._blocked(self.courses[link.id], link) for link in self.links)
        for at, one in enumerate(self.links):
            for other in self.links[at + 1 :]:
                if not {one.source, one.target} & {other.source, other.target}:
                    count += _crossings(self.courses[one.id], self.courses[other.id])
        return count

    def packed(self) -> dict[str, Place]:
        """The places without empty rows."""
        used: defaultdict[int, set[int]] = defaultdict(set)
        for place in self.places.values():
            used[place.lane].add(place.row)
        number = {lane: {row: at for at, row in enumerate(sorted(taken))} for lane, taken in used.items()}
        return {
            node_id: Place(place.column, place.lane, number[place.lane][place.row])
            for node_id, place in self.places.items()
        }


def _caught(node: Node) -> bool:
    return node.kind == "intermediateCatchEvent"


def _segments(points: Sequence[tuple[float, float]]) -> list[Segment]:
    return [(*min(a, b), *max(a, b)) for a, b in pairwise(points) if a != b]


def _covers(segment: Segment, x: float, y: float) -> bool:
    x1, y1, x2, y2 = segment
    return min(x1, x2) <= x <= max(x1, x2) and min(y1, y2) <= y <= max(y1, y2)


def _crossings(first: Sequence[Segment], second: Sequence[Segment]) -> int:
    """How often an upright and a level segment cross, or two of a kind lie on each other."""
    count = 0
    for ax1, ay1, ax2, ay2 in first:
        for bx1, by1, bx2, by2 in second:
            if ax2 < bx1 or bx2 < ax1 or ay2 < by1 or by2 < ay1:
                continue
            if (ax1 == ax2) == (bx1 == bx2):  # of a kind: they share a stretch, not only an end
                low, high = (max(ay1, by1), min(ay2, by2)) if ax1 == ax2 else (max(ax1, bx1), min(ax2, bx2))
                count += high > low
            else:
                count += 1
    return count
