"""Memory: what live cases weigh in the server, and that the cache of them is bounded.

A process of its own starts cases, waiting at their first task, far beyond what the cache of live cases holds, and
looks at its resident memory on the way. Then it keeps as many workflows of the stock engine in memory, at the same
task: the floor.
"""

import gc
import json
import subprocess
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, Final

from engine.acts.cases import LIVE_CASES
from engine.installation import open_installation
from engine.live import Shelf
from engine.model.person import Actor
from engine.settings import Settings
from tests.bench.loop import Clock, desk, opened, start
from tests.bench.stock import StockLoop
from tests.bench.stores import Place, on_both

CASES: Final = 10_000
WARM_UP: Final = 500
"""Cases started before memory is looked at for the first time; they are in the cache then."""


def run() -> dict[str, Any]:
    """Measure; about two minutes. Target: memory after the bound at most 1.05 of that at the bound."""
    return on_both("memory", measured, {"growth_after_bound": 1.05, "in_cache": LIVE_CASES}, {})


def measured(place: Place, *, cases: int = CASES, warm_up: int = WARM_UP, bound: int = LIVE_CASES) -> Mapping[str, Any]:
    """Measure on one database."""
    store = place.new()
    installation = opened(store.folder, store.url)
    actor = desk(installation)
    installation.close()
    wanted: dict[str, Any] = {"folder": str(store.folder), "url": store.url, "person": actor.person_id}
    wanted |= {"marks": sorted({warm_up, *range(bound, cases + 1, bound)}), "floor": bound}
    answer = subprocess.run(
        [sys.executable, "-m", "tests.bench.memory"],
        input=json.dumps(wanted),
        capture_output=True,
        text=True,
        check=False,
    )
    assert answer.returncode == 0, answer.stderr
    found = json.loads(answer.stdout)
    resident, floor = {int(at): size for at, size in found["resident"].items()}, found["floor"]
    each = (resident[bound] - resident[warm_up]) / (bound - warm_up)
    stock = floor / bound
    return {
        "mb_per_10000_live": _megabytes(each * 10_000),
        "floor_mb_per_10000_live": _megabytes(stock * 10_000),
        "over_floor": round(each / stock, 3) if stock > 0 else None,
        "growth_after_bound": round(resident[max(resident)] / resident[bound], 3),
        "in_cache": found["in_cache"],
        "resident_mb": {str(at): _megabytes(size) for at, size in resident.items()},
    }


def _megabytes(size: float) -> float:
    return round(size / 1_000_000, 1)


def _resident() -> int:
    gc.collect()
    status = Path("/proc/self/status").read_text()
    return int(status.partition("VmRSS:")[2].split()[0]) * 1024


def _live(folder: str, url: str, person: str, marks: Sequence[int], floor: int) -> dict[str, Any]:
    installation = open_installation(Settings(data=Path(folder), database=url), Clock())
    actor = Actor(person_id=person, name="Dora Desk", roles=frozenset({"service_desk", "employee"}))
    resident, started = {}, 0
    for mark in marks:
        while started < mark:
            start(installation, actor)
            started += 1
        resident[mark] = _resident()
    cache = installation.memory["live cases"]
    assert isinstance(cache, Shelf)
    in_cache = len(cache)
    installation.close()
    stock = StockLoop()
    before = _resident()
    kept = [stock.waiting() for _ in range(floor)]
    after = _resident()
    assert len(kept) == floor
    return {"resident": resident, "in_cache": in_cache, "floor": after - before}


if __name__ == "__main__":
    sys.stdout.write(json.dumps(_live(**json.load(sys.stdin))))
