"""Starting a case, beside its floor: the same statements said again to a twin, and the stock engine's own start."""

from collections.abc import Mapping
from typing import Any, Final

from engine.database import Database
from tests.bench.beside import Series, measure
from tests.bench.loop import begun, desk, opened, start
from tests.bench.stock import StockLoop
from tests.bench.stores import Place, differences, on_both

SAMPLES: Final = 200
SETTLING: Final = 50


def run() -> dict[str, Any]:
    """Measure; about half a minute. Target: over_floor <= 2."""
    return on_both("start", measured, {"over_floor": 2.0}, {})


def measured(place: Place, *, samples: int = SAMPLES, settling: int = SETTLING) -> Mapping[str, Any]:
    """Measure on one database."""
    store = place.new()
    installation = opened(store.folder, store.url)
    actor = desk(installation)
    begun(installation, actor)  # the release is compiled once a server
    installation.close()
    beside = place.copy(store)
    twin, stock, series = Database(beside.url), StockLoop(), Series()
    for number in range(settling + samples):
        kept = series if number >= settling else Series()
        measure(kept, twin, lambda: start(installation, actor), stock.start)
    twin.close()
    installation.close()
    apart = differences(store, beside)
    assert not apart, f"the floor did other work than the act: {apart} differ"
    return series.figures()
