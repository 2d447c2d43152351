"""What measures come to in a period: of cases from their kept figures, of records from these.

Of what was open at the end of an earlier period only that is known which needs no journal.
"""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from decimal import Decimal

from bpmn.measures import Kind, Measure, Over, taken, together
from engine.live import environment
from engine.periods import Period
from engine.register_figures import Holdings
from engine.storage import figures
from engine.telling import known_of
from engine.transaction import Transaction


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

    @property
    def missed_by(self) -> Decimal:
        """How far the figure is from a target that it misses, as a part of the target; 0 where it does not."""
        if self.reached is not False or self.now.value is None or self.measure.target is None:
            return Decimal(0)
        away = abs(self.now.value - self.measure.target)
        return away / abs(self.measure.target) if self.measure.target else away


class Stock:
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


def rows_of(
    tx: Transaction, process_id: str, wanted: Iterable[Measure], trend: Sequence[Period], still: Stock
) -> tuple[MeasureRow, ...]:
    """Give the figures of some measures of a process in each of these periods, which follow each other."""
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


def _open_figure(tx: Transaction, process_id: str, one: Measure, period: Period, still: Stock) -> Figure:
    if period.since > tx.now() or (period.until <= tx.now() and not one.by_case_alone):
        return Figure(period=period, value=None, cases=0)
    if one.kind is Kind.COUNT and not one.expressions:
        number = still.count(process_id, min(period.until, tx.now()))
        return Figure(period=period, value=Decimal(number), cases=number)
    values = [value for _case, value in taken_of(tx, process_id, one, period)]
    return Figure(period=period, value=together(one.kind, values), cases=len(values))


def taken_of(tx: Transaction, process_id: str, one: Measure, period: Period) -> list[tuple[str, Decimal]]:
    """Give what a measure takes of each case of a period, by case, oldest first."""
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
