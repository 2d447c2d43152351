"""Lines: the course of each flow along tracks between the shapes, with few bends and crossings.

Tracks are the middles of columns and rows, the places where lines may leave a shape, and a few lanes in every gap.
Each line takes the cheapest course (A*) given those before it; then each is taken out and led anew, twice. What that
may take is bounded, in points looked at and not in time, so that the same file always gets the same picture.
"""

import heapq
from bisect import bisect_left, bisect_right
from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import pairwise
from typing import Final

from bpmn.layout.picture import Box, Point
from bpmn.layout.sketch import Link

TRACK: Final = 12.0
"""Distance of neighbouring tracks in a gap."""
CLEAR: Final = 9.0
"""Lines keep this far from shapes they do not belong to."""
HEAD: Final = 14.0
"""The last straight part of a line is this long: the head of its arrow takes most of it."""
BEND, CROSSING, SHARED, TOUCHED, BESIDE, BUSY = 42.0, 70.0, 900.0, 160.0, 26.0, 60.0
"""What a bend, a crossing, a shared stretch, a meeting corner, a port beside the natural one and a busy port cost, in
units of length."""
NAMED: Final = 150.0
"""What each step through a label costs."""
PASSES: Final = 2
STEPS: Final = 150_000
"""Most points looked at for all lines of a file; the lines left then are led straight to the side and up or down."""
CAREFUL: Final = 0.5
"""The part of it after which the search hurries to the ends of the lines left."""
EAGER: Final = 1.5
"""What a search in a hurry multiplies the rest of the way with."""

Track = tuple[int, int]
_State = tuple[Track, str]
"""A track point and the way a course comes to it."""
_WAYS: Final = {"right": (1, 0), "left": (-1, 0), "down": (0, 1), "up": (0, -1)}
_BACK: Final = {"right": "left", "left": "right", "down": "up", "up": "down"}
_FAR: Final = float("inf")
_NOTHING: Final = frozenset[Track]()


class Effort:
    """What leading the lines of a file has taken, in points looked at; each scope has its share by its lines."""

    def __init__(self, lines: int) -> None:
        self._lines = max(lines, 1)
        self.spent = 0

    def share(self, lines: int) -> int:
        """How many points may be looked at for so many of the lines."""
        return STEPS * lines // self._lines

    @property
    def small(self) -> bool:
        """Whether so little was spent that all may be led anew."""
        return 3 * self.spent < STEPS

    @property
    def used_up(self) -> bool:
        """Whether all was spent that should be."""
        return self.spent >= STEPS


@dataclass(frozen=True, slots=True)
class Port:
    """A place on the border of a shape where a line leaves or arrives; `cost` is higher where it is unusual."""

    at: Point
    way: str
    cost: float


@dataclass(frozen=True, kw_only=True)
class Ground:
    """Where lines may run: tracks, and the shapes in their way."""

    xs: Sequence[float]
    ys: Sequence[float]
    boxes: Mapping[str, Box]
    kinds: Mapping[str, str]
    hosts: Mapping[str, str]
    names: Sequence[Box] = ()
    """Labels that lines had better not cut."""
    closed: Mapping[str, Sequence[Box]] = field(default_factory=dict)
    """What single lines, by their ids, must keep out of."""


def ground(
    boxes: Mapping[str, Box],
    kinds: Mapping[str, str],
    hosts: Mapping[str, str],
    *,
    columns: Sequence[Sequence[tuple[float, float]]],
    rows: Sequence[tuple[float, float]],
    borders: Sequence[float] = (),
    drawn: Iterable[Sequence[Point]] = (),
) -> Ground:
    """Lay tracks around the shapes; columns (of each pool) and rows are the stretches that shapes stand in.

    No track lies on one of the `borders` of lanes, where a line could not be told from it, nor close beside a line
    that is `drawn` already.
    """
    parts = [part for points in drawn for part in pairwise(points)]
    xs = {x1 for (x1, _), (x2, _) in parts if x1 == x2}
    ys = {y1 for (_, y1), (_, y2) in parts if y1 == y2}
    for box in boxes.values():
        x, y = box.centre
        xs |= {x, x - 25, x + 25} if box.width >= 80 else {x}
        ys |= {y, y - 20, y + 20} if box.height >= 60 else {y}
    for stretches in columns:
        xs |= _clear(_between(stretches), xs)
    ys |= _clear(_between(rows), ys | set(borders))
    return Ground(xs=sorted(xs), ys=sorted(ys), boxes=boxes, kinds=kinds, hosts=hosts)


def _between(stretches: Sequence[tuple[float, float]]) -> Iterator[float]:
    """Tracks in the gaps between stretches, and outside the first and last."""
    if not stretches:
        return
    ordered = sorted(stretches)
    ends = [(ordered[0][0] - 3 * TRACK, ordered[0][0])]
    ends += [(one[1], other[0]) for one, other in pairwise(ordered)]
    ends.append((ordered[-1][1], ordered[-1][1] + 3 * TRACK))
    for left, right in ends:
        middle, room = (left + right) / 2, (right - left) / 2 - CLEAR
        yield middle
        for step in range(1, 6):
            if step * TRACK <= room:
                yield middle - step * TRACK
                yield middle + step * TRACK


def _clear(tracks: Iterable[float], taken: Collection[float]) -> set[float]:
    """The tracks that are not so near to others that two lines would look like one."""
    return {track for track in tracks if all(abs(track - other) > TRACK / 2 for other in taken)}


def route(
    links: Sequence[Link], where: Ground, effort: Effort, drawn: Mapping[Link, tuple[Point, ...]] | None = None
) -> dict[str, tuple[Point, ...]]:
    """The points of each line, from border to border; `drawn` are lines that are there already."""
    router = _Router(where, effort.share(len(links)))
    for link, course in (drawn or {}).items():
        router.note(link, course)
    order = sorted(links, key=lambda link: (not _straight(where, link), _distance(where, link), link.id))
    for link in order:
        router.lead(link)
    for _ in range(PASSES if len(links) <= 150 else 0):
        for link in order:
            router.lead_anew(link)
    effort.spent += router.steps
    return {link.id: router.courses[link.id] for link in links}


def _straight(where: Ground, link: Link) -> bool:
    """Whether the ends lie beside or above each other: such lines keep the middle of their shapes' sides."""
    (x1, y1), (x2, y2) = where.boxes[link.source].centre, where.boxes[link.target].centre
    return x1 == x2 or (y1 == y2 and x1 < x2)


def _distance(where: Ground, link: Link) -> float:
    (x1, y1), (x2, y2) = where.boxes[link.source].centre, where.boxes[link.target].centre
    return abs(x1 - x2) + 2 * abs(y1 - y2) + (1000 if x2 < x1 else 0)


class _Router:
    def __init__(self, where: Ground, limit: int) -> None:
        self.where = where
        self.limit = limit
        self.xs, self.ys = list(where.xs), list(where.ys)
        self.column = {x: at for at, x in enumerate(self.xs)}
        self.row = {y: at for at, y in enumerate(self.ys)}
        self.blocked: set[Track] = set()
        for node_id, box in where.boxes.items():
            self.blocked |= set(self._under(box.grown(CLEAR) if node_id not in where.hosts else box.grown(4)))
        self.named = {track for label in where.names for track in self._under(label.grown(3))}
        self.level: defaultdict[Track, dict[str, Link]] = defaultdict(dict)
        """Lines that pass a point from side to side; `upright`: from top to bottom; `corners`: that bend there."""
        self.upright: defaultdict[Track, dict[str, Link]] = defaultdict(dict)
        self.corners: defaultdict[Track, dict[str, Link]] = defaultdict(dict)
        self.ports: defaultdict[Point, dict[str, Link]] = defaultdict(dict)
        self.courses: dict[str, tuple[Point, ...]] = {}
        self.beside: dict[Track, tuple[tuple[_State, float], ...]] = {}
        self.barred: dict[str, frozenset[Track]] = {
            link_id: frozenset(track for box in boxes for track in self._under(box))
            for link_id, boxes in where.closed.items()
        }
        self.steps = 0

    def _under(self, box: Box) -> Iterator[Track]:
        for i in range(bisect_right(self.xs, box.x), bisect_left(self.xs, box.right)):
            for j in range(bisect_right(self.ys, box.y), bisect_left(self.ys, box.bottom)):
                yield i, j

    # -- ports ----------------------------------------------------------------------------------------------

    def _ports(self, node_id: str, *, leaving: bool, link: Link) -> list[Port]:
        box, kind = self.where.boxes[node_id], self.where.kinds[node_id]
        x, y = box.centre
        natural = "right" if leaving else "left"
        against = "left" if leaving else "right"
        costs = {natural: 0.0, against: 3 * BESIDE, "down": BESIDE, "up": BESIDE}
        if kind.endswith("Gateway"):
            costs |= {"down": 4.0, "up": 4.0}
        if link.kind != "sequenceFlow":
            costs = {"down": 0.0, "up": 0.0, "right": BESIDE, "left": BESIDE}
        if kind == "participant":
            costs = {"down": 0.0, "up": 0.0}
        if node_id in self.where.hosts:
            costs = {"down": 0.0, "right": 2 * BESIDE, "left": 2 * BESIDE}
        ports = []
        for way, cost in costs.items():
            dx, dy = _WAYS[way]
            middle = (x + dx * box.width / 2, y + dy * box.height / 2)
            ports.append(Port(middle, way, cost))
            if dx and box.height >= 60 and node_id not in self.where.hosts:
                ports += [Port((middle[0], y + by), way, cost + BESIDE) for by in (-20, 20)]
            if dy and box.width >= 80:
                ports += [Port((x + by, middle[1]), way, cost + BESIDE / 2) for by in (-25, 25)]
        return [Port(port.at, port.way, port.cost + self._busy(port, link, leaving)) for port in ports]

    def _busy(self, port: Port, link: Link, leaving: bool) -> float:
        cost = 0.0
        for other in self.ports[port.at].values():
            same = other.source == link.source if leaving else other.target == link.target
            same = same and other.kind == link.kind
            cost += BUSY / 2 if same and not leaving else 2 * BUSY if same else 8 * BUSY
        return cost

    def _outside(self, port: Port, own: Box, clear: float = CLEAR) -> Track | None:
        """The first track point before a port that is clear of the shape."""
        dx, dy = _WAYS[port.way]
        x, y = port.at
        i, j = self.column.get(x), self.row.get(y)
        reach = own.grown(clear)
        if dx and j is not None:
            i = bisect_left(self.xs, reach.right) if dx > 0 else bisect_right(self.xs, reach.x) - 1
        elif dy and i is not None:
            j = bisect_left(self.ys, reach.bottom) if dy > 0 else bisect_right(self.ys, reach.y) - 1
        if i is None or j is None or not (0 <= i < len(self.xs) and 0 <= j < len(self.ys)):
            return None
        return None if (i, j) in self.blocked else (i, j)

    # -- courses --------------------------------------------------------------------------------------------

    def lead(self, link: Link, otherwise: tuple[Point, ...] | None = None) -> None:
        """Find the course of a line and note where it runs; where none is found in the bounds it is `otherwise`."""
        starts = self._ports(link.source, leaving=True, link=link)
        ends = self._ports(link.target, leaving=False, link=link)
        found = self._direct(link, starts, ends) or self._search(link, starts, ends)
        self.note(link, found or otherwise or self._plain(link))

    def lead_anew(self, link: Link) -> None:
        """Find a better course of a line, while there is something left to look for it."""
        if self.steps < self.limit:
            course = self.courses[link.id]
            self.forget(link)
            self.lead(link, course)

    def note(self, link: Link, course: tuple[Point, ...]) -> None:
        """Keep where a line runs."""
        self.courses[link.id] = course
        self.ports[course[0]][link.id] = link
        self.ports[course[-1]][link.id] = link
        for track, way in self._passed(course):
            (self.level if way else self.upright)[track][link.id] = link
        for x, y in course[1:-1]:
            if x in self.column and y in self.row:
                self.corners[self.column[x], self.row[y]][link.id] = link

    def forget(self, link: Link) -> None:
        """Take a line out."""
        course = self.courses.pop(link.id)
        for point in (course[0], course[-1]):
            self.ports[point].pop(link.id, None)
        for track, way in self._passed(course):
            (self.level if way else self.upright)[track].pop(link.id, None)
        for x, y in course[1:-1]:
            if x in self.column and y in self.row:
                self.corners[self.column[x], self.row[y]].pop(link.id, None)

    def _passed(self, course: Sequence[Point]) -> Iterator[tuple[Track, bool]]:
        """The track points on a course, and whether it passes them level."""
        for (x1, y1), (x2, y2) in pairwise(course):
            if y1 == y2 and y1 in self.row:
                low, high = min(x1, x2), max(x1, x2)
                for i in range(bisect_left(self.xs, low), bisect_right(self.xs, high)):
                    yield (i, self.row[y1]), True
            elif x1 == x2 and x1 in self.column:
                low, high = min(y1, y2), max(y1, y2)
                for j in range(bisect_left(self.ys, low), bisect_right(self.ys, high)):
                    yield (self.column[x1], j), False

    def _direct(self, link: Link, starts: Iterable[Port], ends: Iterable[Port]) -> tuple[Point, ...] | None:
        """A straight line between facing ports too near each other for a track between them."""
        for start in starts:
            dx, dy = _WAYS[start.way]
            for end in ends:
                if end.way != _BACK[start.way] or start.cost + end.cost > BESIDE:
                    continue
                (x1, y1), (x2, y2) = start.at, end.at
                far = (x2 - x1) * dx + (y2 - y1) * dy
                if (y1 == y2 if dx else x1 == x2) and 0 < far <= 2 * CLEAR + TRACK:
                    return start.at, end.at
        return None

    def _search(self, link: Link, starts: Sequence[Port], ends: Sequence[Port]) -> tuple[Point, ...] | None:
        """The cheapest course along tracks; None where there is none."""
        goals = self._goals(ends, self.where.boxes[link.target])
        places = [(self.xs[i], self.ys[j], way, port.cost) for ((i, j), way), port in goals.items()]
        queue: list[tuple[float, float, int, _State]] = []
        best: dict[_State, float] = {}
        came: dict[_State, _State | Port] = {}
        ahead: dict[_State, float] = {}

        eager = 1.0 if self.steps < CAREFUL * self.limit else EAGER

        def reach(state: _State, cost: float, origin: _State | Port) -> None:
            if cost < best.get(state, _FAR):
                best[state], came[state] = cost, origin
                if state not in ahead:
                    ahead[state] = self._ahead(state, places)
                heapq.heappush(queue, (cost + eager * ahead[state], cost, len(came), state))

        for port in starts:
            track = self._outside(port, self.where.boxes[link.source])
            if goals and track is not None:
                reach((track, port.way), port.cost, port)
        least, last = _FAR, None
        while queue and queue[0][0] < least and self.steps < self.limit:
            self.steps += 1
            _, cost, _, state = heapq.heappop(queue)
            if cost > best[state]:
                continue
            if state in goals and cost + goals[state].cost < least:
                least, last = cost + goals[state].cost, state
            for following, more in self._onward(state, link):
                reach(following, cost + more, state)
        return None if last is None else self._traced(last, came, goals[last])

    def _ahead(self, state: _State, places: Iterable[tuple[float, float, str, float]]) -> float:
        """The least that it can still cost: the way there, with the bends it takes at least, and the port."""
        (i, j), way = state
        x, y = self.xs[i], self.ys[j]
        dx, dy = _WAYS[way]
        least = _FAR
        for x2, y2, arriving, port in places:
            right, down = x2 - x, y2 - y
            if arriving == way:
                # Straight on, where it lies straight ahead; else to the side and back.
                bends = 0 if (right * dx >= 0 and not down if dx else down * dy >= 0 and not right) else 2
            else:
                bends = 2 if arriving == _BACK[way] else 1
            least = min(least, abs(right) + abs(down) + BEND * bends + port)
        return least

    def _goals(self, ends: Sequence[Port], box: Box) -> dict[_State, Port]:
        """Where a course must come to, and in which direction, to arrive at a port."""
        goals: dict[_State, Port] = {}
        for port in ends:
            track = self._outside(port, box, HEAD)
            if track is None:
                continue
            for way in _WAYS:  # a course may turn to the port where it comes to the point before it
                if way != port.way:
                    turned = port if way == _BACK[port.way] else Port(port.at, port.way, port.cost + BEND)
                    if (track, way) not in goals or turned.cost < goals[track, way].cost:
                        goals[track, way] = turned
        return goals

    def _steps_from(self, track: Track) -> tuple[tuple[_State, float], ...]:
        """The ways to the track points beside one, and how far they are; a label in the way counts as distance."""
        found = self.beside.get(track)
        if found is None:
            i, j = track
            steps = []
            for way, (dx, dy) in _WAYS.items():
                other = (i + dx, j + dy)
                if other in self.blocked or not (0 <= other[0] < len(self.xs) and 0 <= other[1] < len(self.ys)):
                    continue
                far = abs(self.xs[other[0]] - self.xs[i]) + abs(self.ys[other[1]] - self.ys[j])
                steps.append(((other, way), far + (NAMED if other in self.named else 0.0)))
            found = self.beside[track] = tuple(steps)
        return found

    def _onward(self, state: _State, link: Link) -> Iterator[tuple[_State, float]]:
        """The states a course can go on to, and what that costs among the lines that are there."""
        here, way = state
        back, bend = _BACK[way], None
        barred = self.barred.get(link.id, _NOTHING)
        for following, far in self._steps_from(here):
            track, new = following
            if new == back or track in barred:
                continue
            cost = far
            if new != way:
                if bend is None:
                    bend = BEND + TOUCHED * self._weights((self.level.get(here), self.upright.get(here)), link)
                cost += bend
            level = new in ("right", "left")
            along, across = (self.level, self.upright) if level else (self.upright, self.level)
            beside, crossed = along.get(track), across.get(track)
            if beside and (shared := along.get(here)):
                cost += SHARED * sum(self._weight(one, link) for name, one in beside.items() if name in shared)
            if crossed:
                cost += CROSSING * (len(crossed.keys() - beside.keys()) if beside else len(crossed))
            if corners := self.corners.get(track):
                cost += TOUCHED * self._weights((corners,), link)
            yield following, cost

    def _weights(self, groups: Iterable[Mapping[str, Link] | None], link: Link) -> float:
        """What lines weigh together, each once."""
        lines = {name: one for group in groups if group for name, one in group.items()}
        return sum(self._weight(one, link) for one in lines.values())

    @staticmethod
    def _weight(other: Link, link: Link) -> float:
        """Lines that end at the same shape may run together for a while; others may not."""
        if other.target == link.target:
            return 0.01 if other.source != link.source else 1.0
        return 0.5 if other.source == link.source else 1.0

    def _traced(self, state: _State, came: Mapping[_State, _State | Port], end: Port) -> tuple[Point, ...]:
        points = [end.at]
        here: _State | Port = state
        while not isinstance(here, Port):
            (i, j), _ = here
            points.append((self.xs[i], self.ys[j]))
            here = came[here]
        points.append(here.at)
        return straightened(points[::-1])

    def _plain(self, link: Link) -> tuple[Point, ...]:
        """Right, up or down, right: where no course was found."""
        start, end = self.where.boxes[link.source], self.where.boxes[link.target]
        (_, y1), (_, y2) = start.centre, end.centre
        middle = (start.right + end.x) / 2
        return straightened([(start.right, y1), (middle, y1), (middle, y2), (end.x, y2)])


def straightened(points: Sequence[Point]) -> tuple[Point, ...]:
    """The points where a course really bends, and its ends."""
    kept: list[Point] = []
    for point in points:
        if kept and point == kept[-1]:
            continue
        if len(kept) > 1 and (kept[-2][0] == kept[-1][0] == point[0] or kept[-2][1] == kept[-1][1] == point[1]):
            kept[-1] = point
        else:
            kept.append(point)
    return tuple(kept)
