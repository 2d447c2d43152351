"""Measures of processes by period: figure, target and trend, and the cases or records behind a figure.

What is taken of a case is read from its kept figures (engine.acts.measuring). Of what was open at the end of an earlier
period only that is known which needs no journal.
Restricted cases count, and are listed for nobody who may not see them. ISO/IEC 20000-1:2018 clauses 9.1 and 9.4.
"""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from decimal import Decimal

from bpmn.draft import Draft
from bpmn.measures import Kind, Measure, Over, ServiceLevel, taken, together
from engine.errors import NotAllowed, NotFound
from engine.live import environment, in_force, released_draft
from engine.model.instance import Instance
from engine.model.publication import PublicationRecord
from engine.model.register import Record
from engine.permissions import Action, may, scope, sees_record
from engine.register_figures import Holdings
from engine.registers import record_scope
from engine.reports.periods import Period, moved
from engine.storage import figures, instances, people, publications
from engine.telling import STALE, known_of
from engine.transaction import Transaction

TREND = 12
"""How many periods a trend has, the chosen one included."""
LISTED = 200
"""Most cases listed behind a figure."""


@dataclass(frozen=True, kw_only=True)
class Figure:
    """A measure in one period: the figure and how many cases, or records, it comes from."""

    period: Period
    value: Decimal | None
    cases: int


@dataclass(frozen=True, kw_only=True)
class MeasureRow:
    """A measure with its figures, oldest first; the last is the chosen period's."""

    process_id: str
    measure: Measure
    figures: tuple[Figure, ...]

    @property
    def now(self) -> Figure:
        """The figure of the chosen period."""
        return self.figures[-1]

    @property
    def before(self) -> Figure:
        """That of the period before it."""
        return self.figures[-2]

    @property
    def reached(self) -> bool | None:
        """Whether the target is reached in the chosen period."""
        return self.measure.reached(self.now.value)


@dataclass(frozen=True, kw_only=True)
class ProcessMeasures:
    """What a process measures and promises."""

    process_id: str
    title: str
    owners: tuple[str, ...]
    rows: tuple[MeasureRow, ...]
    promises: tuple[tuple[ServiceLevel, str], ...]
    """With the title of the element or clock."""


@dataclass(frozen=True, kw_only=True)
class MeasuresView:
    """All processes that measure something."""

    period: Period
    earlier: Period
    later: Period | None
    processes: tuple[ProcessMeasures, ...]
    uncounted: int
    """How many cases are not in the figures as they stand now."""


@dataclass(frozen=True, kw_only=True)
class CaseFigure:
    """A case behind a figure."""

    instance: Instance
    value: Decimal


@dataclass(frozen=True, kw_only=True)
class RecordFigure:
    """A record behind a figure."""

    record: Record
    value: Decimal


@dataclass(frozen=True, kw_only=True)
class MeasureView:
    """One measure with the cases, or the records, behind its figure."""

    title: str
    row: MeasureRow
    period: Period
    cases: tuple[CaseFigure, ...]
    records: tuple[RecordFigure, ...]
    hidden: int
    """How many more there are: those beyond the list, and those the actor may not see."""


def measures(tx: Transaction, period: Period, process_id: str = "") -> MeasuresView:
    """Give the measures of all processes, or of one. Raises NotAllowed."""
    _check(tx)
    known = [each for each in in_force(tx) if process_id in ("", each[0].process_id)]
    trend = tuple(moved(tx, period, step) for step in range(1 - TREND, 1))
    owners = people.names_by_role(tx, [draft.facts.owner for _record, draft in known], tx.now())
    still = _Stock(tx, [record.process_id for record, _draft in known])
    found = tuple(
        _process(tx, record, draft, trend, owners.get(draft.facts.owner, ()), still)
        for record, draft in known
        if draft.facts.measured.measures or draft.facts.measured.service_levels
    )
    later = moved(tx, period, 1)
    said = {record.process_id: draft.facts.measured for record, draft in known}
    counted = {name: each.digest for name, each in said.items() if each.of_cases}
    return MeasuresView(
        period=period,
        earlier=moved(tx, period, -1),
        later=later if later.since <= tx.now() else None,
        processes=found,
        uncounted=figures.count_uncounted(tx, counted, tx.now() - STALE),
    )


def measure(tx: Transaction, process_id: str, measure_id: str, period: Period) -> MeasureView:
    """Give one measure and the cases of the period behind it. Raises NotFound, NotAllowed."""
    _check(tx)
    record = publications.released(tx, process_id)
    known = released_draft(tx, record.id).facts.measured.measures if record else ()
    one = next((each for each in known if each.id == measure_id), None)
    if record is None or one is None:
        raise NotFound("There is no such measure.", process_id=process_id, measure=measure_id)
    trend = tuple(moved(tx, period, step) for step in range(1 - TREND, 1))
    row = _rows(tx, process_id, (one,), trend, _Stock(tx, [process_id]))[0]
    if one.over is Over.RECORDS:
        return _of_records(tx, record.title, row, period)
    behind = dict(_taken(tx, process_id, one, period))
    newest = list(behind)[-LISTED:]
    seen = instances.visible_among(tx, scope(tx.actor), newest)
    listed = [seen[each] for each in reversed(newest) if each in seen]
    return MeasureView(
        title=record.title,
        row=row,
        period=period,
        cases=tuple(CaseFigure(instance=each, value=behind[each.id]) for each in listed),
        records=(),
        hidden=len(behind) - len(listed),
    )


def _of_records(tx: Transaction, title: str, row: MeasureRow, period: Period) -> MeasureView:
    holdings = Holdings(tx)
    behind = dict(holdings.taken(row.measure, period.since, period.until) or ())
    newest = list(behind)[-LISTED:]
    known, seen = holdings.now(row.measure.type, newest), record_scope(tx)
    listed = [known[key] for key in reversed(newest) if key in known and sees_record(seen, known[key])]
    return MeasureView(
        title=title,
        row=row,
        period=period,
        cases=(),
        records=tuple(RecordFigure(record=each, value=behind[each.key]) for each in listed),
        hidden=len(behind) - len(listed),
    )


def _check(tx: Transaction) -> None:
    if not may(tx.actor, Action.SEE_CASES):
        raise NotAllowed("Your roles do not allow you to see measures.")


class _Stock:
    """How many cases of some processes were open at a moment, counted for all at once; and how records stood."""

    def __init__(self, tx: Transaction, process_ids: Collection[str]) -> None:
        self.holdings = Holdings(tx)
        self._tx = tx
        self._process_ids = process_ids
        self._known: dict[datetime, Mapping[str, int]] = {}

    def count(self, process_id: str, at: datetime) -> int:
        """Count those of one of the processes."""
        if at not in self._known:
            self._known[at] = figures.count_open(self._tx, self._process_ids, at)
        return self._known[at].get(process_id, 0)


def _process(  # noqa: PLR0917 - what one statement fetched for all processes is handed in
    tx: Transaction,
    record: PublicationRecord,
    draft: Draft,
    trend: Sequence[Period],
    owners: tuple[str, ...],
    still: _Stock,
) -> ProcessMeasures:
    said = draft.facts.measured
    titles = {element.id: element.title for process in draft.diagram.processes for element in process.elements}
    return ProcessMeasures(
        process_id=record.process_id,
        title=record.title,
        owners=owners,
        rows=_rows(tx, record.process_id, said.measures, trend, still),
        promises=tuple((level, titles.get(level.element, level.clock)) for level in said.service_levels),
    )


def _rows(
    tx: Transaction, process_id: str, wanted: Iterable[Measure], trend: Sequence[Period], still: _Stock
) -> tuple[MeasureRow, ...]:
    ended = figures.ended(tx, process_id, trend[0].since, trend[-1].until)
    begun = figures.begun(tx, process_id, trend[0].since, trend[-1].until)
    rows = []
    for one in wanted:
        found = []
        for period in trend:
            if one.over is Over.RECORDS:
                found.append(_record_figure(one, period, still.holdings))
                continue
            if one.over is Over.OPEN:
                found.append(_open_figure(tx, process_id, one, period, still))
                continue
            cases = (
                [each for each in ended if each.ended_at and period.since <= each.ended_at < period.until]
                if one.over is Over.ENDED
                else [each for each in begun if period.since <= each.started_at < period.until]
            )
            values = [each.figures[one.id] for each in cases if one.id in each.figures]
            found.append(Figure(period=period, value=together(one.kind, values), cases=len(values)))
        rows.append(MeasureRow(process_id=process_id, measure=one, figures=tuple(found)))
    return tuple(rows)


def _record_figure(one: Measure, period: Period, holdings: Holdings) -> Figure:
    found = holdings.taken(one, period.since, period.until)
    if found is None:
        return Figure(period=period, value=None, cases=0)
    return Figure(period=period, value=together(one.kind, [value for _key, value in found]), cases=len(found))


def _open_figure(tx: Transaction, process_id: str, one: Measure, period: Period, still: _Stock) -> Figure:
    if period.since > tx.now() or (period.until <= tx.now() and not one.by_case_alone):
        return Figure(period=period, value=None, cases=0)
    if one.kind is Kind.COUNT and not one.expressions:
        number = still.count(process_id, min(period.until, tx.now()))
        return Figure(period=period, value=Decimal(number), cases=number)
    values = [value for _case, value in _taken(tx, process_id, one, period)]
    return Figure(period=period, value=together(one.kind, values), cases=len(values))


def _taken(tx: Transaction, process_id: str, one: Measure, period: Period) -> list[tuple[str, Decimal]]:
    """What a measure takes of each case of a period, by case, oldest first."""
    if one.over is Over.OPEN and one.by_case_alone:
        at = min(period.until, tx.now())
        around = replace(environment(tx), now=at)
        cases = figures.open_at(tx, process_id, at)
        found = ((case.id, taken(one, {"case": known_of(case)}, around)) for case in cases)
        return [(case_id, value) for case_id, value in found if value is not None]
    if one.over is Over.OPEN:
        kept = figures.still_open(tx, process_id) if period.until > tx.now() >= period.since else []
    elif one.over is Over.BEGUN:
        kept = figures.begun(tx, process_id, period.since, period.until)
    else:
        kept = figures.ended(tx, process_id, period.since, period.until)
    return [(each.instance_id, each.figures[one.id]) for each in kept if one.id in each.figures]
