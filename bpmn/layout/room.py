"""Room: where a picture is flawed, the gaps between columns and rows nearby are made wider, and it is drawn again."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Final

from bpmn.layout.picture import Box

WIDER: Final = 24.0
"""How much wider a gap is made at once: two more lines find room in it."""
_THIN: Final = 10.0
"""A flaw lower than this is one of lines that run level: columns do not concern it; and likewise upright."""


@dataclass(frozen=True, kw_only=True)
class Room:
    """What gaps of a scope have beyond the usual, by their number: 0 is before the first column or row."""

    columns: Mapping[int, float] = field(default_factory=dict)
    rows: Mapping[int, float] = field(default_factory=dict)


NO_ROOM: Final = Room()


@dataclass(frozen=True, kw_only=True)
class Region:
    """Where a scope is drawn: its columns and rows are the stretches between gaps."""

    scope: str
    box: Box
    columns: Sequence[tuple[float, float]]
    rows: Sequence[tuple[float, float]]

    def moved(self, dx: float, dy: float) -> "Region":
        """The same elsewhere."""
        return replace(
            self,
            box=self.box.moved(dx, dy),
            columns=[(left + dx, right + dx) for left, right in self.columns],
            rows=[(top + dy, bottom + dy) for top, bottom in self.rows],
        )


def widened(rooms: Mapping[str, Room], regions: Sequence[Region], places: Iterable[Box]) -> dict[str, Room]:
    """More room around these places, each in the smallest scope that holds it."""
    wanted: dict[str, tuple[set[int], set[int]]] = {}
    for place in places:
        holding = [region for region in regions if region.box.shared(place.grown(0.5))]
        if not holding:
            continue
        region = min(holding, key=lambda one: (-one.box.shared(place.grown(0.5)) // 10, one.box.width * one.box.height))
        columns, rows = wanted.setdefault(region.scope, (set(), set()))
        if place.height >= _THIN or place.width < 2 * _THIN:
            columns |= _gaps(region.columns, place.x, place.right)
        if place.width >= _THIN or place.height < 2 * _THIN:
            rows |= _gaps(region.rows, place.y, place.bottom)
    found = dict(rooms)
    for scope, (columns, rows) in wanted.items():
        old = rooms.get(scope, NO_ROOM)
        found[scope] = Room(columns=_more(old.columns, columns), rows=_more(old.rows, rows))
    return found


def _more(old: Mapping[int, float], gaps: Iterable[int]) -> dict[int, float]:
    return {**old, **{gap: old.get(gap, 0.0) + WIDER for gap in gaps}}


def _gaps(stretches: Sequence[tuple[float, float]], low: float, high: float) -> set[int]:
    """The gaps that a stretch touches; the nearest one where it lies between two."""
    if not stretches:
        return set()
    far = float("inf")
    ends = [-far, *(right for _, right in stretches)]
    begins = [*(left for left, _ in stretches), far]
    gaps = list(zip(ends, begins, strict=True))
    touched = {at for at, (left, right) in enumerate(gaps) if left < high and low < right}
    if touched:
        return touched
    middle = (low + high) / 2
    return {min(range(len(gaps)), key=lambda at: min(abs(gaps[at][0] - middle), abs(gaps[at][1] - middle)))}
