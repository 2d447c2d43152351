"""What the journal of a case tells, entry by entry and in sum: for histories, and for measures of cases that ended."""

from collections.abc import Iterable, Mapping
from datetime import timedelta
from typing import Any, Final

from bpmn.diagram import Process
from engine.model.clock import Clock, ClockState
from engine.model.instance import Instance
from engine.storage.journal import Entry, EntryValue
from forms.data import Value
from forms.feel import DateTime, DaysTime
from forms.feel.values import from_datetime

STALE: Final = timedelta(days=1)
"""How old figures of an open case may be, which has not moved but may have aged."""


def variables(entry: Entry) -> dict[str, EntryValue]:
    """Give the variables an entry set: first what was answered, then what the process made of it.

    Answers that stayed inside the element that asked are none.
    """
    if "moves" not in entry.facts:
        return {}
    answers = {value.path.removeprefix("answer:"): value for value in entry.values if value.path.startswith("answer:")}
    for name in entry.facts.get("inside") or ():
        answers.pop(name, None)
    data = {value.path.removeprefix("data:"): value for value in entry.values if value.path.startswith("data:")}
    return answers | data


def touched(entry: Entry) -> tuple[str, ...]:
    """Give the elements an entry is about: the one it names first, then those its moves entered or left."""
    own = entry.facts.get("element")
    passed = [move[1] for move in entry.facts.get("moves") or () if move[0] in {"enter", "leave", "withdraw"}]
    return tuple(dict.fromkeys([own, *passed] if own else passed))


def rounds(entries: Iterable[Entry]) -> dict[str, int]:
    """Give, by the id of a task, which instance of a repeated activity it was offered for: its loop counter."""
    found: dict[str, int] = {}
    for entry in entries:
        begun: dict[str, int] = {}
        for move in entry.facts.get("moves") or ():
            if move[0] == "begin":
                begun[move[1]] = move[2]
            elif move[0] == "offer" and move[1] in begun:
                found[move[2]] = begun[move[1]]
    return found


def unset(entry: Entry) -> list[str]:
    """Give the variables that an entry took away."""
    return [move[1] for move in entry.facts.get("moves") or () if move[0] == "unset"]


def known_of(instance: Instance) -> Mapping[str, Any]:
    """Give what is known of a case as a whole, in the values of FEEL; `end` only `facts_of` knows."""
    ended = from_datetime(instance.ended_at) if instance.ended_at else None
    return {
        "number": instance.number,
        "title": instance.title,
        "service": instance.service_id,
        "priority": instance.priority,
        "state": instance.state,
        "began": from_datetime(instance.started_at),
        "ended": ended,
        "end": None,
    }


def facts_of(
    instance: Instance, process: Process, entries: Iterable[Entry], clocks: Iterable[Clock], links: Mapping[str, int]
) -> Mapping[str, Any]:
    """Give what a measure reads of a case (bpmn.measures.NAMES), in FEEL's values.

    `process` is the one it runs on, `links` counts them by kind. Values that were erased are not there.
    """
    data: dict[str, Value] = {}
    visits = {element.id: 0 for element in process.elements}
    entered: dict[str, DateTime] = {}
    left: dict[str, DateTime] = {}
    last = None
    for entry in entries:
        data |= {name: value.value for name, value in variables(entry).items() if not value.erased}
        for name in unset(entry):
            data.pop(name, None)
        for move in entry.facts.get("moves") or ():
            if move[0] == "enter":
                visits[move[1]] = visits.get(move[1], 0) + 1
                entered.setdefault(move[1], from_datetime(entry.at))
                last = move[1] if move[1] in process.outcomes else last
            elif move[0] == "leave":
                left[move[1]] = from_datetime(entry.at)
    return {
        "case": {**known_of(instance), "end": last},
        "data": data,
        "clocks": {each.name: _clock(each) for each in clocks},
        "visits": visits,
        "entered": entered,
        "left": left,
        "links": dict(links),
    }


def _clock(clock: Clock) -> Mapping[str, Any]:
    met = {ClockState.MET: clock.breached_at is None, ClockState.MISSED: False}.get(clock.state)
    return {"met": met, "used": DaysTime(nanoseconds=int(clock.consumed.total_seconds()) * 1_000_000_000)}
