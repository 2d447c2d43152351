"""One rehearsal from files to outcome."""

from collections.abc import Mapping, Sequence
from typing import Final

from bpmn.scenarios import Scenario
from bpmn.vocabulary import Outside
from engine.connectors.contract import Connector
from engine.model.person import SYSTEM
from engine.rehearsing.outcome import Rehearsal, Status
from engine.rehearsing.playing import Player
from engine.rehearsing.stage import FakeClock, release, stage
from engine.rehearsing.taking import Taken, take
from engine.rehearsing.telling import Teller
from engine.running import spent
from engine.transaction import Transaction, begin, reading

LEAST: Final = 0.25
"""Of the seconds of a rehearsal, what is left to play however long the files were read."""


def rehearse(
    files: Mapping[str, bytes], scenario: Scenario, *, processes: Sequence[str] = (), seconds: float | None = None
) -> Rehearsal:
    """Play a scenario on the files of one or several diagrams; `seconds` of processor time bound it, reading included.

    `processes` begin in place of the one that the scenario names.
    """
    begun = spent()
    taken = take(files, scenario, processes)
    if taken.unreadable:
        return Rehearsal(status=Status.UNREADABLE, unreadable=taken.unreadable)
    if taken.refused:
        return Rehearsal(status=Status.REFUSED, processes=taken.begin, findings=taken.findings)
    clock, teller = FakeClock(scenario.clock), Teller(taken.models)
    left = None if seconds is None else max(seconds - (spent() - begun), seconds * LEAST)
    player = Player(scenario, taken.models, clock, left)
    face = Outside(id="", title="", inputs=(), outputs=(), errors={})
    with stage(clock, Connector(face=face, run=player.answer), player.speaks_of) as installation:
        with begin(installation, SYSTEM) as tx:
            release(tx, taken.models)
        player.play(installation, taken.begin, teller)
        with reading(installation, SYSTEM) as tx:
            return _outcome(tx, taken, player, teller)


def _outcome(tx: Transaction, taken: Taken, player: Player, teller: Teller) -> Rehearsal:
    waiting, incidents = teller.waiting(tx), teller.incidents(tx)
    if incidents:
        status = Status.FAILED
    else:
        status = Status.WAITING if teller.active(tx) or not teller.cases else Status.COMPLETED
    active = {case.id for case in teller.active(tx)}
    first = next(iter(teller.cases.values()), None)
    cases = [
        {
            "case": case.number,
            "process": case.process,
            "state": "active" if case.id in active else "ended" if case.number else "failed",
            "error": case.error,
            "path": case.path,
            "end": case.ends,
            "data": case.data,
        }
        for case in teller.cases.values()
    ]
    return Rehearsal(
        status=status,
        reason=player.ended_early,
        processes=taken.begin,
        trace=teller.trace,
        path=teller.path,
        end=[element for case in teller.cases.values() for element in case.ends],
        data=first.data if first else {},
        cases=cases,
        waiting=waiting,
        incidents=incidents,
        findings=taken.findings,
    )
