"""Completing a task: does it stay flat over a case's life, and what does it cost beyond what it has to?

Three cases of one loop process, each alone in its own store, are brought to a little before round 50, 1,000 and 10,000.
Then one completion of each is measured in turn with the case in the cache of live cases, and one after it was taken out
of there, so that a busy moment of the machine hits all alike. Right after each completion comes its floor: the
statements that very completion issued, said again with the same values to a twin of its store (copied page by page
when the window begins, kept in step by the replay itself), and one in-memory step of the stock engine at its first
round.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from statistics import median
from typing import Any, Final

from engine.database import Database
from tests.bench.beside import Series, measure
from tests.bench.loop import Loop, begun, desk, opened
from tests.bench.stock import StockLoop
from tests.bench.stores import Place, Store, differences, on_both

ROUNDS: Final = (50, 1_000, 10_000)
WINDOW: Final = 50
WARM_UP: Final = 100
"""Rounds of another case before anything is measured, in each store."""
SETTLING: Final = 5
"""Pairs of completions of the measured case before the window, so that neither it nor its twin meets a cold file."""


@dataclass(kw_only=True)
class _Lane:
    """One store with its case and its twin, and what was measured of it."""

    store: Store
    loop: Loop
    beside: Store
    twin: Database
    warm: Series = field(default_factory=Series)
    cold: Series = field(default_factory=Series)


def run() -> dict[str, Any]:
    """Measure; about three minutes. Targets: growth <= 1.2, over_floor <= 1.5, over_floor_cold <= 2.5."""
    return on_both("complete", measured, {"growth": 1.2, "over_floor": 1.5, "over_floor_cold": 2.5}, {})


def measured(
    place: Place, *, rounds: Sequence[int] = ROUNDS, window: int = WINDOW, warm_up: int = WARM_UP
) -> Mapping[str, Any]:
    """Measure on one database; `rounds` go up."""
    lanes = [_lane(place, around - window - 2 * SETTLING, warm_up) for around in rounds]
    stock = StockLoop()
    for _ in range(SETTLING):
        for lane in lanes:
            _pair(lane, stock, Series(), Series())
    for _ in range(window):
        for lane in lanes:
            _pair(lane, stock, lane.warm, lane.cold)
    found = _figures(lanes, rounds)
    for lane in lanes:
        lane.twin.close()
        lane.loop.installation.close()
        apart = differences(lane.store, lane.beside)
        assert not apart, f"the floor did other work than the act: {apart} differ"
    return found


def _lane(place: Place, begin_at: int, warm_up: int) -> _Lane:
    store = place.new()
    installation = opened(store.folder, store.url)
    actor = desk(installation)
    warming, loop = begun(installation, actor), begun(installation, actor)
    for _ in range(warm_up):
        warming.complete()
    while loop.rounds < begin_at:
        loop.complete()
    installation.close()
    beside = place.copy(store)
    return _Lane(store=store, loop=loop, beside=beside, twin=Database(beside.url))


def _pair(lane: _Lane, stock: StockLoop, warm: Series, cold: Series) -> None:
    def step() -> float:
        return stock.step(f"Round {lane.loop.rounds}")

    measure(warm, lane.twin, lane.loop.complete, step)
    lane.loop.forget_live()
    measure(cold, lane.twin, lane.loop.complete, step)


def _figures(lanes: Sequence[_Lane], rounds: Sequence[int]) -> dict[str, Any]:
    first, last = lanes[0], lanes[-1]
    return {
        "growth": round(median(last.warm.act) / median(first.warm.act), 3),
        "growth_cold": round(median(last.cold.act) / median(first.cold.act), 3),
        "over_floor": _over_floor([lane.warm for lane in lanes]),
        "over_floor_cold": _over_floor([lane.cold for lane in lanes]),
        "windows": {
            str(around): {
                "warm": lane.warm.figures(),
                "cold": lane.cold.figures(),
                "state_bytes": lane.loop.state_bytes(),
                "rounds": [lane.loop.rounds - 2 * len(lane.warm.act) + 1, lane.loop.rounds],
            }
            for around, lane in zip(rounds, lanes, strict=True)
        },
    }


def _over_floor(series: Sequence[Series]) -> float:
    """Median act over median floor, over the samples of all windows."""
    acts = [seconds for each in series for seconds in each.act]
    floors = [seconds for each in series for seconds in each.floor]
    return round(median(acts) / median(floors), 3)
