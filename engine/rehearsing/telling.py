"""What a rehearsal tells: the trace in the order in which things happened, the cases, their data, what is waited for.

Everything is read from the journal of the rehearsal, as an auditor would.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Final

from bpmn.diagram import Activity, Process, SubProcess
from engine.acts.moving import is_aside
from engine.installation import Installation
from engine.live import compiled, read_live
from engine.model.entry import EntryKind
from engine.model.instance import Instance
from engine.model.person import SYSTEM
from engine.model.step import DataChanged, Entered, FlowTaken, InstanceEntered, InstanceLeft, Left
from engine.rehearsing.taking import Model
from engine.running import Waiting
from engine.storage import incidents, instances
from engine.storage import journal as entries
from engine.storage.journal import Entry
from engine.telling import rounds, unset, variables
from engine.transaction import Transaction, reading
from forms.data import Value

EVENTS: Final = {
    "enter": "entered",
    "leave": "left",
    "begin": "entered",
    "done": "left",
    "flow": "flow",
    "offer": "task",
    "withdraw": "withdrawn",
    "wait": "timer",
    "await": "awaiting",
    "send": "message",
    "signal": "signal",
    "escalate": "escalation",
    "invoke": "called",
    "call": "service",
    "operate": "service",
    "decide": "decision",
    "end": "ended",
    "fail": "error",
}
"""The event of the trace by the word of the journal."""
AS_A_WHOLE: Final = {"enter": "repeats", "leave": "repeated", "withdraw": "abandoned"}
"""What is told of a multi-instance or looping activity, between which its instances are entered and left."""
DETAILS: Final = {
    **{"begin": "loop", "done": "loop", "withdraw": "loop"},
    **{"wait": "due", "await": "name", "send": "name", "signal": "name", "escalate": "code", "fail": "code"},
}
"""What the third word of a move says."""
CAUSES: Final = {
    EntryKind.TIMER_FIRED: "fired",
    EntryKind.MESSAGE_RECEIVED: "received",
    EntryKind.SIGNAL_RECEIVED: "received",
    EntryKind.TASK_COMPLETED: "answered",
    EntryKind.CALL_SUCCEEDED: "answered",
    EntryKind.CALL_ENDED: "returned",
}
"""The event with which an entry begins, at the element it names."""


@dataclass(frozen=True, kw_only=True)
class Failure:
    """Why something could not go on, and where."""

    element: str | None
    code: str
    message: str


@dataclass(kw_only=True)
class CaseTold:
    """A case as its journal tells it so far; one that could not begin has no number."""

    id: str
    number: str = ""
    process: str = ""
    path: list[str] = field(default_factory=list)
    ends: list[str] = field(default_factory=list)
    error: str | None = None
    failed_at: str = ""
    """What ended it by that error."""
    data: dict[str, Value] = field(default_factory=dict)


class Teller:
    """Listens to the journal of a stage."""

    def __init__(self, models: Sequence[Model]) -> None:
        self._diagrams = {model.process.id: model.draft.diagram for model in models}
        self._ends = {model.process.id: _ends_of(model.process) for model in models}
        self._repeated = {
            model.process.id: {part.id for part in model.process.elements if isinstance(part, Activity) and part.loop}
            for model in models
        }
        self._seen: dict[str, int] = {}
        self._rounds: dict[str, int] = {}
        self.cases: dict[str, CaseTold] = {}
        self.trace: list[dict[str, Value]] = []
        self.path: list[str] = []
        self.entered: set[str] = set()
        self.failures: list[Failure] = []
        self.unbegun: list[tuple[str, str]] = []
        """Processes, and the start events whose conditions would begin them and are not true."""

    def fail(self, failure: Failure) -> None:
        """Note what an act was refused for."""
        self.failures.append(failure)

    def tell_unfinished(self, case_id: str | None, steps: Sequence[object], at: datetime) -> None:
        """Take in how far an act came that failed: in a case, or in one that for that did not begin (None)."""
        if case_id is None:
            begun = {step.element_id for step in steps if isinstance(step, Entered)}
            holds = (key for key, diagram in self._diagrams.items() if begun & _ids(diagram.process(key)))
            process = next(holds, None)
            if process is None:
                return
            case_id = f"unfinished {len(self.cases)}"
            self.cases[case_id] = CaseTold(id=case_id, process=process)
        case = self.cases[case_id]
        for step in steps:
            match step:
                case Entered():
                    self._move(case, at, ("enter", step.element_id))
                case Left():
                    self._move(case, at, ("leave", step.element_id))
                case InstanceEntered():
                    self._move(case, at, ("begin", step.element_id, step.number))
                case InstanceLeft():
                    self._move(case, at, ("done", step.element_id, step.number))
                case FlowTaken():
                    self._move(case, at, ("flow", step.flow_id))
                case DataChanged(is_set=True):
                    case.data[step.name] = step.new

    def title(self, element_id: str) -> str:
        """Give what an element is called."""
        found = (diagram.find(element_id) for diagram in self._diagrams.values())
        return next((element.title for element in found if element), element_id)

    def listen(self, installation: Installation) -> None:
        """Take in the entries that have been written since."""
        with reading(installation, SYSTEM) as tx:
            heads = entries.heads(tx.connection)
            for stream in sorted(heads, key=lambda name: (name not in self._seen, name)):
                if heads[stream] > self._seen.get(stream, 0) and stream.startswith("instance:"):
                    for entry in entries.entries(tx.connection, stream, after=self._seen.get(stream, 0)):
                        self._take(entry)
                self._seen[stream] = heads[stream]

    def active(self, tx: Transaction) -> list[Instance]:
        """Give the cases that have not ended."""
        found = (instances.get(tx, case_id) for case_id in self.cases)
        return [case for case in found if case is not None and case.state == "active"]

    def _take(self, entry: Entry) -> None:
        case_id = entry.stream.removeprefix("instance:")
        case = self.cases.setdefault(case_id, CaseTold(id=case_id))
        if entry.kind == EntryKind.CASE_STARTED:
            case.number, case.process = entry.facts["number"], entry.facts["process"]
        self._rounds |= rounds([entry])
        if entry.kind in CAUSES and entry.facts.get("element"):
            detail = self._round(entry.facts.get("task"))
            self._tell(case, entry.at, str(entry.facts["element"]), CAUSES[EntryKind(entry.kind)], detail)
        if entry.kind == EntryKind.CASE_LINKED:
            other = self.cases.get(entry.facts["other"]["id"])
            detail = {"kind": entry.facts["link"], "to": other.number if other else None}
            self._tell(case, entry.at, "", "linked", detail)
        for move in entry.facts.get("moves") or ():
            self._move(case, entry.at, move)
        if entry.kind != EntryKind.CASE_CANCELLED:
            case.data |= {name: value.value for name, value in variables(entry).items()}
        for name in unset(entry):
            case.data.pop(name, None)

    def _move(self, case: CaseTold, at: datetime, move: Sequence[Any]) -> None:
        word, element_id = move[0], str(move[1])
        if word not in EVENTS:
            return
        whole = word in AS_A_WHOLE and len(move) == 2 and element_id in self._repeated[case.process]
        if word == "enter":
            self.entered.add(element_id)
        elif word == "done" or (word == "leave" and not whole):
            self.path.append(element_id)
            case.path.append(element_id)
            if element_id in self._ends[case.process]:
                case.ends.append(element_id)
        elif word == "fail":
            case.error, case.failed_at = move[2], element_id
        detail = {DETAILS[word]: move[2]} if word in DETAILS and len(move) > 2 else {}
        if word == "offer":
            detail = self._round(move[2])
        self._tell(case, at, element_id, AS_A_WHOLE[word] if whole else EVENTS[word], detail)

    def _round(self, task_id: object) -> dict[str, Value]:
        return {"loop": self._rounds[task_id]} if isinstance(task_id, str) and task_id in self._rounds else {}

    def _tell(self, case: CaseTold, at: datetime, element_id: str, event: str, detail: Mapping[str, Value]) -> None:
        told = {"element": element_id, "event": event, "at": at.isoformat().replace("+00:00", "Z")}
        self.trace.append({**told, "case": case.number, "process": case.process, **detail})

    def waiting(self, tx: Transaction) -> list[dict[str, Value]]:
        """Give what the cases wait for, events beside the path left out unless nothing else is waited for."""
        found: list[dict[str, Value]] = [
            {"element": start, "kind": "condition", "case": None, "process": process} for process, start in self.unbegun
        ]
        for case in self.active(tx):
            live = read_live(tx, case)
            if live is not None:
                diagram = compiled(tx, case.publication_id).diagram
                told = [place | {"case": case.number, "process": case.process_id} for place in _places(live.waiting())]
                found += [place for place in told if not is_aside(diagram, place["element"])] or told
        return found

    def incidents(self, tx: Transaction) -> list[dict[str, Value]]:
        """Give what could not go on: incidents of jobs, acts that were refused, and errors that nothing caught."""
        found: list[dict[str, Value]] = [
            {
                "element": incident.element_id,
                "code": incident.kind.value,
                "message": incident.message,
                "case": self.cases[incident.instance_id].number if incident.instance_id in self.cases else None,
            }
            for incident in incidents.find(tx.connection, is_open=True, limit=1000)
        ]
        found += [
            {"element": failure.element, "code": failure.code, "message": failure.message, "case": None}
            for failure in self.failures
        ]
        return found + [_uncaught(case) for case in self.cases.values() if case.error is not None and _top(tx, case)]


def _top(tx: Transaction, case: CaseTold) -> bool:
    """Whether no other case called it, which would have to do with its error."""
    instance = instances.get(tx, case.id)
    return instance is None or instance.parent_id is None


def _uncaught(case: CaseTold) -> dict[str, Value]:
    named = f"the error {case.error}" if case.error else "an error without a code"
    message = f"The process ended by {named}, which nothing catches."
    return {"element": case.failed_at, "code": "uncaught_error", "message": message, "case": case.number}


def _ids(process: Process) -> set[str]:
    return {element.id for element in process.elements}


def _places(waiting: Waiting) -> list[dict[str, Value]]:
    return [
        *({"element": task.element_id, "kind": "task"} for task in waiting.tasks),
        *(
            {"element": timer.element_id, "kind": "timer", "due": timer.due.isoformat().replace("+00:00", "Z")}
            for timer in waiting.timers
        ),
        *({"element": one.element_id, "kind": "message", "name": one.name, "key": one.key} for one in waiting.messages),
        *({"element": one.element_id, "kind": "signal", "name": one.name} for one in waiting.signals),
        *({"element": one.element_id, "kind": "condition"} for one in waiting.conditions),
        *({"element": one.element_id, "kind": "call"} for one in waiting.calls),
        *({"element": one.element_id, "kind": "service"} for one in waiting.outside),
    ]


def _ends_of(process: Process) -> frozenset[str]:
    """Give the end events that end the case, or an event sub-process of it."""
    around = {part.id for part in process.elements if isinstance(part, SubProcess) and part.triggered_by_event}
    scopes = around | {process.id}
    return frozenset(part.id for part in process.elements if part.kind == "endEvent" and part.scope_id in scopes)
