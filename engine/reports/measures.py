"""Measures of processes by period: figure, target and trend, and the cases or records behind a figure.

Restricted cases count, and are listed for nobody who may not see them. ISO/IEC 20000-1:2018 clauses 9.1 and 9.4.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal

from bpmn.draft import Draft
from bpmn.measure_words import Known, in_words, labels
from bpmn.measures import Measure, Over, ServiceLevel
from engine.errors import NotAllowed, NotFound
from engine.figures import Behind, MeasureRow, rows_of, taken_of
from engine.live import last_released, released_draft
from engine.model.baseline import Baseline
from engine.model.instance import Instance
from engine.model.publication import PublicationRecord
from engine.model.register import Record
from engine.ownership import answers_for
from engine.periods import Period, moved, period_of
from engine.permissions import Action, may, scope, sees_record
from engine.register_figures import Holdings
from engine.registers import record_scope, registers
from engine.reports.comparing import shipped_measures
from engine.storage import baselines, figures, instances, people, publications
from engine.telling import STALE
from engine.transaction import Transaction

TREND = 12
"""How many periods a trend has, the chosen one included."""
LISTED = 200
"""Most cases listed behind a figure."""


@dataclass(frozen=True, kw_only=True)
class ProcessMeasures:
    """What a process measures and promises."""

    process_id: str
    title: str
    purpose: str
    clauses: Mapping[str, tuple[str, ...]]
    owners: tuple[str, ...]
    rows: tuple[MeasureRow, ...]
    promises: tuple[tuple[ServiceLevel, str], ...]
    """With the title of the element or clock."""
    shipped: Mapping[str, Measure]
    """The measures of the shipped process by id, where that was asked for: what others aim at."""
    baselines: tuple[tuple[Baseline, Period], ...] = ()
    may_keep: bool = False
    """Whether the actor chooses its baselines."""

    def count(self, reached: bool | None) -> int:
        """Count the measures that reach their target, that miss it, or (None) of which neither can be said."""
        return sum(row.reached is reached for row in self.rows)

    @property
    def judged(self) -> bool:
        """Whether any of its measures reaches or misses a target."""
        return any(row.reached is not None for row in self.rows)


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
    formula: Mapping[str, str]
    """Its expressions in words, by key; those that have no words are left out."""
    cases: tuple[CaseFigure, ...]
    records: tuple[RecordFigure, ...]
    hidden: int
    """How many more there are: those beyond the list, and those the actor may not see."""


def measures(tx: Transaction, period: Period, process_id: str = "") -> MeasuresView:
    """Give the measures of all processes in use, or of one, in use or not. Raises NotAllowed."""
    _check(tx)
    known = [
        each for each in last_released(tx) if (process_id == each[0].process_id if process_id else each[0].in_force)
    ]
    trend = tuple(moved(tx, period, step) for step in range(1 - TREND, 1))
    owners = people.names_by_role(tx, [draft.facts.owner for _record, draft in known], tx.now())
    behind = Behind(tx, {record.process_id: draft.facts.measured.measures for record, draft in known}, trend)
    found = tuple(
        _process(tx, record, draft, owners.get(draft.facts.owner, ()), behind, alone=bool(process_id))
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
    record = publications.latest(tx, process_id)
    draft = released_draft(tx, record.id) if record else None
    known = draft.facts.measured.measures if draft else ()
    one = next((each for each in known if each.id == measure_id), None)
    if record is None or draft is None or one is None:
        raise NotFound("There is no such measure.", process_id=process_id, measure=measure_id)
    trend = tuple(moved(tx, period, step) for step in range(1 - TREND, 1))
    kept = Behind(tx, {process_id: (one,)}, trend)
    row = rows_of(tx, process_id, kept)[0]
    if one.over is Over.RECORDS:
        return _of_records(tx, record.title, row, period, _formula(tx, draft, one))
    behind = dict(taken_of(tx, process_id, one, period, kept))
    newest = list(behind)[-LISTED:]
    seen = instances.visible_among(tx, scope(tx.actor), newest)
    listed = [seen[each] for each in reversed(newest) if each in seen]
    return MeasureView(
        title=record.title,
        row=row,
        period=period,
        formula=_formula(tx, draft, one),
        cases=tuple(CaseFigure(instance=each, value=behind[each.id]) for each in listed),
        records=(),
        hidden=len(behind) - len(listed),
    )


def _formula(tx: Transaction, draft: Draft, one: Measure) -> Mapping[str, str]:
    titles = {element.id: element.title for process in draft.diagram.processes for element in process.elements}
    kept = registers(tx).get(one.type)
    fields = dict(labels([kept.type.form] if kept else draft.forms.values()))
    said = {key: in_words(text, Known(elements=titles, fields=fields)) for key, text in one.expressions.items()}
    return {key: words for key, words in said.items() if words is not None}


def _of_records(
    tx: Transaction, title: str, row: MeasureRow, period: Period, formula: Mapping[str, str]
) -> MeasureView:
    holdings = Holdings(tx)
    behind = dict(holdings.taken(row.measure, period.since, period.until) or ())
    newest = list(behind)[-LISTED:]
    known, seen = holdings.now(row.measure.type, newest), record_scope(tx)
    listed = [known[key] for key in reversed(newest) if key in known and sees_record(seen, known[key])]
    return MeasureView(
        title=title,
        row=row,
        period=period,
        formula=formula,
        cases=(),
        records=tuple(RecordFigure(record=each, value=behind[each.key]) for each in listed),
        hidden=len(behind) - len(listed),
    )


def _check(tx: Transaction) -> None:
    if not may(tx.actor, Action.SEE_CASES):
        raise NotAllowed("Your roles do not allow you to see measures.")


def _process(
    tx: Transaction, record: PublicationRecord, draft: Draft, owners: tuple[str, ...], behind: Behind, *, alone: bool
) -> ProcessMeasures:
    said = draft.facts.measured
    titles = {element.id: element.title for process in draft.diagram.processes for element in process.elements}
    return ProcessMeasures(
        shipped=shipped_measures(record.process_id) if alone else {},
        baselines=_baselines(tx, record.process_id) if alone else (),
        may_keep=alone and answers_for(tx.actor, draft.facts),
        process_id=record.process_id,
        title=record.title,
        purpose=draft.facts.purpose,
        clauses=draft.facts.clauses,
        owners=owners,
        rows=rows_of(tx, record.process_id, behind),
        promises=tuple((level, titles.get(level.element, level.clock)) for level in said.service_levels),
    )


def _baselines(tx: Transaction, process_id: str) -> tuple[tuple[Baseline, Period], ...]:
    kept = baselines.of_process(tx, process_id)
    return tuple((each, period_of(tx, each.period, each.length)) for each in kept)
