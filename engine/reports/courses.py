"""The course of cases as their journals tell it, for questions that reach over several processes."""

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Final

from bpmn.linking import KINDS
from engine.model.entry import EntryKind, instance_stream
from engine.model.instance import Instance
from engine.model.link import EndKind, case_end
from engine.permissions import scope
from engine.storage import instances, journal, links
from engine.telling import unset, variables
from engine.transaction import Transaction
from forms.data import Value

MOST: Final = 2_000
"""How many cases of a process are looked at, the newest first."""


@dataclass(kw_only=True)
class Course:
    """What a case went through: when elements were first entered and last left, who answered them, what clocks told."""

    instance: Instance
    entered: dict[str, datetime] = field(default_factory=dict)
    left: dict[str, datetime] = field(default_factory=dict)
    answers: list[tuple[str, str, datetime]] = field(default_factory=list)
    """Task, person and moment; what an operator skipped is not among them."""
    clocks: dict[tuple[str, str], datetime] = field(default_factory=dict)
    """When an entry of a kind first told of a clock."""
    data: dict[str, Value] = field(default_factory=dict)

    def answered_by(self, element_id: str, before: datetime | None = None) -> frozenset[str]:
        """Give who completed a task, up to a moment."""
        return frozenset(
            who for task, who, at in self.answers if task == element_id and (before is None or at <= before)
        )


class Courses:
    """The courses of the cases that the actor sees, each read once."""

    def __init__(self, tx: Transaction) -> None:
        self._tx = tx
        self._by_process: dict[str, tuple[list[Course], bool]] = {}
        self._by_id: dict[str, Course] = {}
        self._links: dict[str, Mapping[str, list[str]]] = {}

    @property
    def now(self) -> datetime:
        """The moment of the question."""
        return self._tx.now()

    def of(self, process_id: str) -> list[Course]:
        """Give the courses of a process's cases, the newest first, at most `MOST`."""
        return self._read(process_id)[0]

    def cut(self, process_id: str) -> bool:
        """Say whether older cases were left out."""
        return self._read(process_id)[1]

    def _read(self, process_id: str) -> tuple[list[Course], bool]:
        if process_id not in self._by_process:
            filters = {"process_id": process_id}
            found, _ = instances.find(self._tx, scope(self._tx.actor), filters=filters, limit=MOST + 1, counted=False)
            self._by_process[process_id] = [self._course(each) for each in found[:MOST]], len(found) > MOST
        return self._by_process[process_id]

    def linked(self, case: Course, kind: str = "") -> list[Course]:
        """Give the courses of the cases that this one is linked with: by a kind, or in whatever way."""
        if case.instance.id not in self._links:
            self._links[case.instance.id] = self._ends(case.instance.id)
        ends = self._links[case.instance.id]
        wanted = ends.get(kind, []) if kind else [each for others in ends.values() for each in others]
        seen = instances.visible_among(self._tx, scope(self._tx.actor), wanted) if wanted else {}
        return [self._course(seen[each]) for each in dict.fromkeys(wanted) if each in seen]

    def _ends(self, instance_id: str) -> Mapping[str, list[str]]:
        own = case_end(instance_id)
        found: defaultdict[str, list[str]] = defaultdict(list)
        for link in links.of(self._tx, [own]):
            kind, other = (link.kind, link.target) if link.source == own else (KINDS[link.kind], link.source)
            if other.kind is EndKind.CASE:
                found[kind].append(other.id)
        return found

    def _course(self, instance: Instance) -> Course:
        if instance.id not in self._by_id:
            self._by_id[instance.id] = self._told(instance)
        return self._by_id[instance.id]

    def _told(self, instance: Instance) -> Course:
        course = Course(instance=instance)
        for entry in journal.entries(self._tx.connection, instance_stream(instance.id)):
            for move in entry.facts.get("moves") or ():
                if move[0] == "enter":
                    course.entered.setdefault(move[1], entry.at)
                elif move[0] == "leave":
                    course.left[move[1]] = entry.at
            if entry.kind == EntryKind.TASK_COMPLETED:
                course.answers.append((str(entry.facts.get("element")), entry.actor_id or "", entry.at))
            elif entry.kind.startswith("clock."):
                course.clocks.setdefault((entry.kind, str(entry.facts.get("name"))), entry.at)
            course.data |= {name: value.value for name, value in variables(entry).items() if not value.erased}
            for name in unset(entry):
                course.data.pop(name, None)
        return course
