"""Completing a task: does it stay flat over a case's life, and what does it cost beyond what it has to?

Three cases of one loop process, each alone in its own store on SQLite with synchronous=FULL, are brought to a little
before round 50, 500 and 2,000. Then one completion of each is measured in turn, so that a busy moment of the machine
hits all three alike. Right after each completion comes its floor: the statements that very completion issued, said
again with the same values to a twin of its store (copied page by page when the window begins, kept in step by the
replay itself), and one in-memory step of the stock engine at its first round.
"""

import random
import shutil
import tempfile
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from statistics import median
from typing import Any, Final

from engine.database import Database
from tests.bench.loop import Loop, begun, desk, opened
from tests.bench.recording import Recording, recorded, replay
from tests.bench.stock import StockLoop
from tests.bench.twin import copy, differences

ROUNDS: Final = (50, 500, 2000)
WINDOW: Final = 50
WARM_UP: Final = 100
"""Rounds of another case before anything is measured, in each store."""
SETTLING: Final = 10
"""Rounds of the measured case and its twin before the window, so that neither meets a cold file."""

_pauses = random.Random(1)  # noqa: S311 - no secret


@dataclass(kw_only=True)
class _Lane:
    """One store with its case, and what was measured of it: seconds by round."""

    around: int
    folder: Path
    loop: Loop
    twin: Database | None = None
    act: list[float] = field(default_factory=list)
    replayed: list[float] = field(default_factory=list)
    step: list[float] = field(default_factory=list)
    act_processor: list[float] = field(default_factory=list)
    replay_processor: list[float] = field(default_factory=list)
    recordings: list[Recording] = field(default_factory=list)


def run() -> dict[str, Any]:
    """Measure; about a minute. Gives one JSON object; target: growth <= 1.2, over_floor <= 1.5."""
    folder = Path(tempfile.mkdtemp(prefix="keelson-bench-", dir=_durable_folder()))
    try:
        return _run(folder)
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _durable_folder() -> Path:
    # A commit must reach a disk: folders for temporary files are often memory.
    folder = Path(".cache").absolute()
    folder.mkdir(exist_ok=True)
    return folder


def _run(folder: Path) -> dict[str, Any]:
    lanes = [_lane(folder / str(around), around) for around in ROUNDS]
    stock = StockLoop()
    for lane in lanes:
        lane.twin = _twin(lane)
    for _ in range(SETTLING + WINDOW):
        for lane in lanes:
            _measure(lane, stock)
    for lane in lanes:
        apart = differences(lane.folder / "keelson.sqlite", lane.folder / "twin.sqlite")
        assert not apart, f"the floor did other work than the act: {apart} differ"
        if lane.twin is not None:
            lane.twin.close()
        lane.loop.installation.close()
    return _figures(lanes)


def _lane(folder: Path, around: int) -> _Lane:
    folder.mkdir()
    installation = opened(folder, f"sqlite:///{folder}/keelson.sqlite")
    actor = desk(installation)
    warming, loop = begun(installation, actor), begun(installation, actor)
    for _ in range(WARM_UP):
        warming.complete()
    while loop.rounds < around - WINDOW // 2 - SETTLING:
        loop.complete()
    return _Lane(around=around, folder=folder, loop=loop)


def _twin(lane: _Lane) -> Database:
    copy(lane.folder / "keelson.sqlite", lane.folder / "twin.sqlite")
    return Database(f"sqlite:///{lane.folder}/twin.sqlite")


def _measure(lane: _Lane, stock: StockLoop) -> None:
    assert lane.twin is not None
    _pause()
    with recorded() as recording:
        start, worked = time.perf_counter(), time.process_time()
        lane.loop.complete()
        lane.act.append(time.perf_counter() - start)
        lane.act_processor.append(time.process_time() - worked)
    _pause()
    start, worked = time.perf_counter(), time.process_time()
    replay(recording, lane.twin)
    lane.replayed.append(time.perf_counter() - start)
    lane.replay_processor.append(time.process_time() - worked)
    lane.step.append(stock.step(f"Round {lane.loop.rounds}"))
    lane.recordings.append(recording)


def _pause() -> None:
    """Begin at no particular point of the ticks of 4 ms in which the disks of some machines answer.

    What follows a commit at once always begins just behind a tick, so that both of two acts that take 1 and 3 ms
    would be seen to take 4.
    """
    time.sleep(_pauses.uniform(0, 0.008))


def _figures(lanes: Sequence[_Lane]) -> dict[str, Any]:
    windows = {str(lane.around): _window(lane) for lane in lanes}
    first, last = windows[str(ROUNDS[0])], windows[str(ROUNDS[-1])]
    recordings = [recording for lane in lanes for recording in lane.recordings[SETTLING:]]
    return {
        "benchmark": "complete",
        "growth": round(last["act_ms"] / first["act_ms"], 3),
        "over_floor": round(_all(lanes, _acts) / _all(lanes, _floors), 3),
        "statements": max(recording.statements for recording in recordings),
        "commits": max(recording.commits for recording in recordings),
        "bytes": round(median(recording.bytes_written for recording in recordings)),
        "windows": windows,
        "samples": WINDOW,
        "targets": {"growth": 1.2, "over_floor": 1.5},
    }


def _acts(lane: _Lane) -> list[float]:
    return lane.act[SETTLING:]


def _floors(lane: _Lane) -> list[float]:
    return [said + moved for said, moved in zip(lane.replayed, lane.step, strict=True)][SETTLING:]


def _all(lanes: Sequence[_Lane], values: Callable[[_Lane], list[float]]) -> float:
    return median(value for lane in lanes for value in values(lane))


def _window(lane: _Lane) -> dict[str, Any]:
    act, floor = _acts(lane), _floors(lane)
    return {
        "act_ms": _ms(median(act)),
        "floor_ms": _ms(median(floor)),
        "replay_ms": _ms(median(lane.replayed[SETTLING:])),
        "stock_step_ms": _ms(median(lane.step[SETTLING:])),
        "act_processor_ms": _ms(median(lane.act_processor[SETTLING:])),
        "replay_processor_ms": _ms(median(lane.replay_processor[SETTLING:])),
        "over_floor": round(median(act) / median(floor), 3),
        "bytes": round(median(recording.bytes_written for recording in lane.recordings[SETTLING:])),
        "state_bytes": lane.loop.state_bytes(),
        "rounds": [lane.loop.rounds - WINDOW + 1, lane.loop.rounds],
    }


def _ms(seconds: float) -> float:
    return round(seconds * 1000, 3)
