"""What measures come to in a period: of cases from their kept figures, of records from these.

Of what was open at the end of an earlier period only that is known which needs no journal.
"""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from decimal import Decimal
from functools import cached_property

from bpmn.measures import Kind, Measure, Over, taken, together
from engine.live import environment
from engine.model.instance import Instance
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


class Behind:
    """What stands behind measures of some processes in periods that follow each other: cases, and records.

    Fetched when it is first asked for, and for all of these measures at once.
    """

    def __init__(self, tx: Transaction, wanted: Mapping[str, Collection[Measure]], trend: Sequence[Period]) -> None:
        self.holdings = Holdings(tx)
        self.wanted = wanted
        self.trend = trend
        self._tx = tx
        self._counted: dict[datetime, Mapping[str, int]] = {}
        self._open: dict[str, list[Instance]] = {}

    def count(self, process_id: str, at: datetime) -> int:
        """Count the cases of one of the processes that were open at a moment."""
        if at not in self._counted:
            self._counted[at] = figures.count_open(self._tx, self.wanted.keys(), at)
        return self._counted[at].get(process_id, 0)

    def open_at(self, process_id: str, at: datetime) -> list[Instance]:
        """Give the cases of a process that were open at the end of one of the periods, or are now, the oldest first."""
        if process_id not in self._open:
            now, asking = self._tx.now(), self._over(Over.OPEN, expressing=True)
            names = {process_id, *asking}
            self._open |= {name: [] for name in names}
            for each in figures.open_at(self._tx, names, {min(period.until, now) for period in self.trend}):
                self._open[each.process_id].append(each)
        cases = self._open[process_id]
        return [each for each in cases if each.started_at <= at and (each.ended_at is None or each.ended_at > at)]

    @cached_property
    def ended(self) -> figures.ByProcess:
        """Those that ended in the periods."""
        return figures.ended(self._tx, self._over(Over.ENDED), self.trend[0].since, self.trend[-1].until)

    @cached_property
    def begun(self) -> figures.ByProcess:
        """Those that began in the periods."""
        return figures.begun(self._tx, self._over(Over.BEGUN), self.trend[0].since, self.trend[-1].until)

    @cached_property
    def still_open(self) -> figures.ByProcess:
        """Those that had not ended when they were counted."""
        return figures.still_open(self._tx, self._over(Over.OPEN))

    def _over(self, over: Over, *, expressing: bool = False) -> list[str]:
        """The processes that measure something over these; `expressing`: and more of it than how many there are."""
        return [
            name
            for name, measures in self.wanted.items()
            if any(one.over is over and (one.expressions or not expressing) for one in measures)
        ]


def rows_of(tx: Transaction, process_id: str, behind: Behind) -> tuple[MeasureRow, ...]:
    """Give the figures of the measures of one of the processes, in each of the periods."""
    return tuple(
        MeasureRow(
            process_id=process_id,
            measure=one,
            figures=tuple(_figure(tx, process_id, one, period, behind) for period in behind.trend),
        )
        for one in behind.wanted[process_id]
    )


def _figure(tx: Transaction, process_id: str, one: Measure, period: Period, behind: Behind) -> Figure:
    if one.over is Over.RECORDS:
        return _record_figure(one, period, behind.holdings)
    if one.over is Over.OPEN:
        return _open_figure(tx, process_id, one, period, behind)
    values = [value for _case, value in taken_of(tx, process_id, one, period, behind)]
    return Figure(period=period, value=together(one.kind, values), cases=len(values))


def _record_figure(one: Measure, period: Period, holdings: Holdings) -> Figure:
    found = holdings.taken(one, period.since, period.until)
    if found is None:
        return Figure(period=period, value=None, cases=0)
    return Figure(period=period, value=together(one.kind, [value for _key, value in found]), cases=len(found))


def _open_figure(tx: Transaction, process_id: str, one: Measure, period: Period, behind: Behind) -> Figure:
    if period.since > tx.now() or (period.until <= tx.now() and not one.by_case_alone):
        return Figure(period=period, value=None, cases=0)
    if one.kind is Kind.COUNT and not one.expressions:
        number = behind.count(process_id, min(period.until, tx.now()))
        return Figure(period=period, value=Decimal(number), cases=number)
    values = [value for _case, value in taken_of(tx, process_id, one, period, behind)]
    return Figure(period=period, value=together(one.kind, values), cases=len(values))


def taken_of(
    tx: Transaction, process_id: str, one: Measure, period: Period, behind: Behind
) -> list[tuple[str, Decimal]]:
    """Give what a measure takes of each case of one of the periods, by case, oldest first."""
    if one.over is Over.OPEN and one.by_case_alone:
        at = min(period.until, tx.now())
        around = replace(environment(tx), now=at)
        cases = behind.open_at(process_id, at)
        found = ((case.id, taken(one, {"case": known_of(case)}, around)) for case in cases)
        return [(case_id, value) for case_id, value in found if value is not None]
    if one.over is Over.OPEN:
        there = period.until > tx.now() >= period.since
        kept: Iterable[figures.CaseFigures] = behind.still_open.get(process_id, ()) if there else ()
    elif one.over is Over.BEGUN:
        kept = (each for each in behind.begun.get(process_id, ()) if period.since <= each.started_at < period.until)
    else:
        ended = behind.ended.get(process_id, ())
        kept = (each for each in ended if each.ended_at and period.since <= each.ended_at < period.until)
    return [(each.instance_id, each.figures[one.id]) for each in kept if one.id in each.figures]
