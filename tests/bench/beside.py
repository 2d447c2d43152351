"""An act and its floor, one right after the other, so that a busy moment of the machine hits both alike."""

import random
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from statistics import median
from typing import Any

from engine.database import Database
from tests.bench.recording import Recording, recorded, replay

_pauses = random.Random(1)  # noqa: S311 - no secret


@dataclass(kw_only=True)
class Series:
    """What was measured of acts of one kind: seconds on the wall and of this process's processor time, one each act."""

    act: list[float] = field(default_factory=list)
    act_processor: list[float] = field(default_factory=list)
    replayed: list[float] = field(default_factory=list)
    replay_processor: list[float] = field(default_factory=list)
    step: list[float] = field(default_factory=list)
    recordings: list[Recording] = field(default_factory=list)

    @property
    def floor(self) -> list[float]:
        """The replay of the statements and the step in memory, for each act."""
        return [said + moved for said, moved in zip(self.replayed, self.step, strict=True)]

    def over_floor(self) -> float:
        """Median act over median floor."""
        return round(median(self.act) / median(self.floor), 3)

    def figures(self) -> dict[str, Any]:
        """Medians, in milliseconds, and what can be counted."""
        return {
            "act_ms": milliseconds(median(self.act)),
            "floor_ms": milliseconds(median(self.floor)),
            "replay_ms": milliseconds(median(self.replayed)),
            "stock_step_ms": milliseconds(median(self.step)),
            "act_processor_ms": milliseconds(median(self.act_processor)),
            "replay_processor_ms": milliseconds(median(self.replay_processor)),
            "over_floor": self.over_floor(),
            "statements": max(recording.statements for recording in self.recordings),
            "commits": max(recording.commits for recording in self.recordings),
            "bytes": round(median(recording.bytes_written for recording in self.recordings)),
            "samples": len(self.act),
        }


def measure(series: Series, twin: Database, act: Callable[[], object], step: Callable[[], float]) -> None:
    """Do the act, then its floor: what it said, said again to the twin of its store, and one step in memory."""
    pause()
    with recorded() as recording:
        seconds, worked = timed(act)
    pause()
    again, worked_again = timed(lambda: replay(recording, twin))
    series.act.append(seconds)
    series.act_processor.append(worked)
    series.replayed.append(again)
    series.replay_processor.append(worked_again)
    series.step.append(step())
    series.recordings.append(recording)


def timed(act: Callable[[], object]) -> tuple[float, float]:
    """Give the seconds on the wall and of the processor that something takes."""
    begun, worked = time.perf_counter(), time.process_time()
    act()
    return time.perf_counter() - begun, time.process_time() - worked


def pause() -> None:
    """Begin at no particular point of the ticks of 4 ms in which the disks of some machines answer.

    What follows a commit at once always begins just behind a tick, so that both of two acts that take 1 and 3 ms
    would be seen to take 4.
    """
    time.sleep(_pauses.uniform(0, 0.008))


def milliseconds(seconds: float) -> float:
    """Seconds as milliseconds, to the microsecond."""
    return round(seconds * 1000, 3)
