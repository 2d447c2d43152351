"""What would become of cases that are put on another version, and what became of those of a batch."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from time import thread_time
from typing import Final

from bpmn.alignment import Alignment, align, candidates, flow_candidates, kind_of
from bpmn.compiling import CompiledProcess
from bpmn.diagram import Element
from engine.errors import NotAllowed, NotFound
from engine.live import compiled, live_of
from engine.model.batch import Batch, BatchCase, Outcome
from engine.model.instance import Instance
from engine.model.job import JobKind, JobStatus
from engine.model.publication import PublicationRecord
from engine.permissions import Action, may, scope
from engine.running import LiveCase, Obstacle, Prospect, prospect
from engine.storage import batches, instances, jobs, people, publications
from engine.transaction import Transaction

SECONDS: Final = 5.0
"""How much of a processor one preview may use; cases it does not come to are looked at when their turn comes."""
AT_ONCE: Final = 500
"""How many states are read together."""
SHOWN: Final = 50
"""Cases of one group, and rows of one page."""


@dataclass(frozen=True, kw_only=True)
class Group:
    """Cases that would fare alike: what stands in their way, else what begins and ends beside their path."""

    obstacles: tuple[Obstacle, ...]
    armed: tuple[str, ...]
    dropped: tuple[str, ...]
    count: int
    cases: tuple[Instance, ...]
    """The first of them."""


@dataclass(frozen=True, kw_only=True)
class Line:
    """An element or flow of which the owner can say what it is in the new version."""

    old: str
    title: str
    kind: str
    needed: bool
    """Cases stand there; else it only waits beside the path, and ends where nothing is chosen."""
    options: tuple[tuple[str, str], ...]
    chosen: str
    problem: str


@dataclass(frozen=True, kw_only=True)
class Preview:
    """Cases of other versions of a process and what would become of them on this one."""

    target: PublicationRecord
    total: int
    looked_at: int
    versions: tuple[tuple[int, int], ...]
    """The versions they run on, and how many on each."""
    groups: tuple[Group, ...]
    lines: tuple[Line, ...]

    @property
    def fitting(self) -> int:
        """How many of those looked at can be moved."""
        return sum(group.count for group in self.groups if not group.obstacles)


@dataclass(kw_only=True)
class _Source:
    """A version that cases run on, aligned with the new one."""

    version: int
    process: CompiledProcess
    alignment: Alignment
    cases: int = 0
    needed: dict[str, None] = field(default_factory=dict)
    beside: dict[str, None] = field(default_factory=dict)


def preview(
    tx: Transaction, publication_id: str, mapping: Mapping[str, str], numbers: Iterable[str] | None = None
) -> Preview:
    """Say what would become of cases on a version: of those with these numbers, else of all one sees.

    Raises NotAllowed, NotFound.
    """
    target = _target(tx, publication_id)
    found = instances.on_other_versions(tx, scope(tx.actor), target.process_id, publication_id)
    if numbers is not None:
        wanted = set(numbers)
        found = [case for case in found if case.number in wanted]
    after = compiled(tx, publication_id)
    running = dict.fromkeys(case.publication_id for case in reversed(found))
    sources = {source_id: _source(tx, source_id, after, mapping) for source_id in running}
    groups: dict[object, list[Instance]] = {}
    prospects: dict[object, Prospect] = {}
    busy = _calls_being_made(tx, found)
    for case in found:
        sources[case.publication_id].cases += 1
    looked_at = 0
    for case, live in _looked_at(tx, found):
        looked_at += 1
        source = sources[case.publication_id]
        outlook = _outlook(live, source, after, busy.get(case.id, frozenset()))
        key = outlook.obstacles or (outlook.armed, outlook.dropped)
        groups.setdefault(key, []).append(case)
        prospects.setdefault(key, outlook)
    return Preview(
        target=target,
        total=len(found),
        looked_at=looked_at,
        versions=tuple(sorted((each.version, each.cases) for each in sources.values())),
        groups=tuple(_group(prospects[key], cases, sources, after) for key, cases in groups.items()),
        lines=tuple(_lines(sources.values(), after, mapping)),
    )


def movable(tx: Transaction, publication_id: str) -> list[str]:
    """Give the ids of all cases one sees that run on another version of this process. Raises NotAllowed, NotFound."""
    target = _target(tx, publication_id)
    return [case.id for case in instances.on_other_versions(tx, scope(tx.actor), target.process_id, publication_id)]


def _target(tx: Transaction, publication_id: str) -> PublicationRecord:
    if not may(tx.actor, Action.MIGRATE):
        raise NotAllowed(f"Your roles do not allow you to {Action.MIGRATE.value}.", action=Action.MIGRATE.value)
    record = publications.get(tx, publication_id)
    if record is None or record.version is None:
        raise NotFound("There is no such release of a process.", publication_id=publication_id)
    return record


def _source(tx: Transaction, publication_id: str, after: CompiledProcess, mapping: Mapping[str, str]) -> _Source:
    record, process = publications.get(tx, publication_id), compiled(tx, publication_id)
    known = {element.id for element in process.process.elements} | {flow.id for flow in process.process.flows}
    lines = {old: new for old, new in mapping.items() if old in known and new}
    alignment = align(process.process, after.process, lines)
    return _Source(version=(record.version or 0) if record else 0, process=process, alignment=alignment)


def _calls_being_made(tx: Transaction, cases: Sequence[Instance]) -> dict[str, frozenset[str]]:
    found: dict[str, frozenset[str]] = {}
    for job in jobs.with_status(tx.connection, JobStatus.LEASED):
        if job.kind is JobKind.OUTSIDE and job.instance_id and job.token:
            found[job.instance_id] = found.get(job.instance_id, frozenset()) | {job.token}
    return {case.id: found[case.id] for case in cases if case.id in found}


def _looked_at(tx: Transaction, found: Sequence[Instance]) -> Iterator[tuple[Instance, LiveCase | None]]:
    """Restore cases, the oldest first, until the time is used up; at least the first of them."""
    until = thread_time() + SECONDS
    for at in range(0, len(found), AT_ONCE):
        part = found[at : at + AT_ONCE]
        states = instances.live_states(tx, [case.id for case in part])
        for number, case in enumerate(part, at):
            if number and thread_time() > until:
                return
            yield case, live_of(tx, case, states.get(case.id))


def _outlook(live: LiveCase | None, source: _Source, after: CompiledProcess, busy: frozenset[str]) -> Prospect:
    if live is None:
        return Prospect()
    found = prospect(live, after, source.alignment)
    for obstacle in found.obstacles:
        if obstacle.line:
            source.needed[obstacle.line] = None
    for element_id in found.dropped:
        source.beside[element_id] = None
    calls = [call.element_id for call in live.waiting().outside if call.token in busy]
    if not calls:
        return found
    element = source.process.element(calls[0])
    made = Obstacle(element_id=element.id, title=element.title, reason="Its call is being made now.")
    return Prospect(obstacles=(*found.obstacles, made))


def _group(outlook: Prospect, cases: list[Instance], sources: Mapping[str, _Source], after: CompiledProcess) -> Group:
    before = sources[cases[0].publication_id].process
    return Group(
        obstacles=outlook.obstacles,
        armed=tuple(after.element(each).title for each in outlook.armed),
        dropped=tuple(before.element(each).title for each in outlook.dropped),
        count=len(cases),
        cases=tuple(cases[:SHOWN]),
    )


def _lines(sources: Iterable[_Source], after: CompiledProcess, mapping: Mapping[str, str]) -> Iterable[Line]:
    """What the owner can or must say, in the order of the diagrams; what he said already stays there."""
    seen: set[str] = set()
    for source in sources:
        process = source.process.process
        wanted = {**source.needed, **source.beside, **mapping}
        for element in process.elements:
            if element.id in wanted and element.id not in seen:
                seen.add(element.id)
                yield _line(element, source, after, mapping)
        for flow in process.flows:
            if flow.id in wanted and flow.id not in seen:
                seen.add(flow.id)
                options = flow_candidates(flow, after.process, source.alignment)
                yield Line(
                    old=flow.id,
                    title=_flow_title(source.process, flow.source, flow.name, flow.id),
                    kind="flow",
                    needed=flow.id in source.needed,
                    options=tuple((each.id, _flow_title(after, each.source, each.name, each.id)) for each in options),
                    chosen=mapping.get(flow.id, ""),
                    problem=source.alignment.problems.get(flow.id, ""),
                )


def _line(element: Element, source: _Source, after: CompiledProcess, mapping: Mapping[str, str]) -> Line:
    options = candidates(element, source.process.process, after.process, source.alignment)
    return Line(
        old=element.id,
        title=element.title,
        kind=kind_of(element),
        needed=element.id in source.needed or (element.id in mapping and element.id not in source.beside),
        options=tuple((each.id, f"{each.title} ({each.id})" if each.name else each.id) for each in options),
        chosen=mapping.get(element.id, ""),
        problem=source.alignment.problems.get(element.id, ""),
    )


def _flow_title(process: CompiledProcess, source: str, name: str, flow_id: str) -> str:
    return f"{name or process.element(source).title} ({flow_id})"


# --- batches ----------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, kw_only=True)
class BatchRow:
    """A batch with its progress."""

    batch: Batch
    version: int
    title: str
    started_by: str
    moved: int
    left: int
    waiting: int

    @property
    def total(self) -> int:
        """How many cases it holds."""
        return self.moved + self.left + self.waiting


@dataclass(frozen=True, kw_only=True)
class CaseRow:
    """A case of a batch, as far as one may see it."""

    part: BatchCase
    number: str
    title: str


@dataclass(frozen=True, kw_only=True)
class BatchView:
    """A batch and a page of its cases."""

    row: BatchRow
    cases: tuple[CaseRow, ...]
    page: int
    pages: int
    total: int


def batches_of(tx: Transaction, process_id: str) -> tuple[BatchRow, ...]:
    """Give the batches of a process, the latest first; none to who may not move cases."""
    if not may(tx.actor, Action.MIGRATE):
        return ()
    return _rows(tx, batches.of_process(tx, process_id))


def batch(tx: Transaction, batch_id: str, *, outcome: Outcome | None = None, page: int = 1) -> BatchView:
    """Give one batch. Raises NotAllowed, NotFound."""
    found = batches.get(tx, batch_id) if may(tx.actor, Action.MIGRATE) else None
    if found is None:
        raise NotFound("There is no such batch.", batch_id=batch_id)
    (row,) = _rows(tx, [found])
    counted = {Outcome.MOVED: row.moved, Outcome.LEFT: row.left, Outcome.WAITING: row.waiting}
    total = row.total if outcome is None else counted[outcome]
    pages = max(1, -(-total // SHOWN))
    page = min(page, pages)
    parts = batches.cases(tx, batch_id, outcome=outcome, limit=SHOWN, offset=(page - 1) * SHOWN)
    seen = instances.visible_among(tx, scope(tx.actor), [part.instance_id for part in parts])
    rows = []
    for part in parts:
        case = seen.get(part.instance_id)
        rows.append(CaseRow(part=part, number=case.number if case else "", title=case.title if case else ""))
    return BatchView(row=row, cases=tuple(rows), page=page, pages=pages, total=total)


def _rows(tx: Transaction, found: Sequence[Batch]) -> tuple[BatchRow, ...]:
    counted = batches.counts(tx, [each.id for each in found])
    names = people.names(tx, [each.started_by for each in found])
    rows = []
    for each in found:
        record = publications.get(tx, each.publication_id)
        rows.append(
            BatchRow(
                batch=each,
                version=(record.version or 0) if record else 0,
                title=record.title if record else each.process_id,
                started_by=names.get(each.started_by or "", "Keelson"),
                moved=counted[each.id][Outcome.MOVED],
                left=counted[each.id][Outcome.LEFT],
                waiting=counted[each.id][Outcome.WAITING],
            )
        )
    return tuple(rows)
