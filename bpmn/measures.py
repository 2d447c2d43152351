"""Measures of a process: which cases or records count, what is taken of each, and how that becomes one figure.

They stand in ``process.toml``. Conditions and values are FEEL over what the journal tells of a case (`NAMES`), or of a
record (`RECORD_NAMES`). ISO/IEC 20000-1:2018 clause 9.1.
"""

import hashlib
import re
import statistics
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from decimal import Decimal
from enum import StrEnum
from functools import lru_cache
from typing import Any, Final, TypeVar

from bpmn.errors import FactsUnreadable
from forms.data import LONG, canonical
from forms.feel import DaysTime, Environment, Expression, FeelLimitExceeded, parse_expression


class Over(StrEnum):
    """What is looked at in a period: cases, or records of a type."""

    ENDED = "ended"
    """Those that ended in it."""
    BEGUN = "begun"
    """Those that began in it."""
    OPEN = "open"
    """Those that were open at its end."""
    RECORDS = "records"
    """Records, as they stood at its end, or those that are dated in it; never retired ones."""


class Kind(StrEnum):
    """How what is taken of the cases becomes one figure."""

    SHARE = "share"
    """The part of the cases for which the value is true, 0 to 1."""
    COUNT = "count"
    SUM = "sum"
    MEAN = "mean"
    MEDIAN = "median"
    P90 = "p90"
    """What nine of ten cases do not exceed."""


Choice = TypeVar("Choice", bound=StrEnum)

NAMES: Final = frozenset({"case", "data", "clocks", "visits", "entered", "left", "links"})
"""What expressions may read: the case as a whole, its variables, its clocks, and of each element how often and when."""

RECORD_NAMES: Final = frozenset({"record", "data", "chosen_by"})
"""What expressions over records may read: the record as a whole, its fields, and who chooses it, by type."""

UNITS: Final = {"%", "hours", "days", ""}
_CHOSEN_BY: Final = re.compile(r"\bchosen_by\s*\.\s*([A-Za-z_]\w*)")
_HOUR: Final = Decimal(3600 * 1_000_000_000)
_FEW: Final = 20
"""Most measures of one process."""


@dataclass(frozen=True, kw_only=True)
class Measure:
    """One measure of a process.

    `target` is in the unit the figure has before it is shown: 0 to 1 for a share, hours for durations. `higher` says
    on which side of the target it is good.
    """

    id: str
    title: str
    over: Over = Over.ENDED
    where: str = ""
    value: str = ""
    kind: Kind = Kind.COUNT
    target: Decimal | None = None
    higher: bool = True
    unit: str = ""
    type: str = ""
    """Over records: of which type."""
    dated: str = ""
    """Over records: the field with the date by which a record belongs to a period; empty for all at its end."""

    @property
    def names(self) -> frozenset[str]:
        """What its expressions may read."""
        return RECORD_NAMES if self.over is Over.RECORDS else NAMES

    @property
    def choosers(self) -> frozenset[str]:
        """The types of records that its expressions ask for among those that choose a record."""
        return frozenset(name for text in self.expressions.values() for name in _CHOSEN_BY.findall(text))

    @property
    def by_case_alone(self) -> bool:
        """Whether it reads no more than what is known of a case without its journal."""
        return all(_read(text).names <= {"case", "now"} for text in self.expressions.values())

    @property
    def expressions(self) -> Mapping[str, str]:
        """What is written in FEEL, by the key in the file."""
        return {key: text for key, text in (("where", self.where), ("value", self.value)) if text}

    def reached(self, figure: Decimal | None) -> bool | None:
        """Whether a figure is on the good side of the target; None where there is nothing to compare."""
        if figure is None or self.target is None:
            return None
        return figure >= self.target if self.higher else figure <= self.target


@dataclass(frozen=True, kw_only=True)
class ServiceLevel:
    """What a process promises in time: by a task of the diagram and working time, or by a clock."""

    title: str
    element: str = ""
    clock: str = ""
    within: str = ""


@dataclass(frozen=True, kw_only=True)
class Measured:
    """What ``process.toml`` says about measuring: measures, promises, and the records the process makes."""

    measures: tuple[Measure, ...] = ()
    service_levels: tuple[ServiceLevel, ...] = ()
    records: tuple[str, ...] = field(default=())

    @property
    def of_cases(self) -> tuple[Measure, ...]:
        """The measures over cases."""
        return tuple(each for each in self.measures if each.over is not Over.RECORDS)

    @property
    def digest(self) -> str:
        """Names what is taken of cases: figures are kept until it changes."""
        told = [{key: str(value) for key, value in asdict(each).items() if key in _MATTERS} for each in self.of_cases]
        return hashlib.sha256(canonical(told).encode()).hexdigest()[:16]


_MATTERS: Final = frozenset({"id", "over", "where", "value", "kind"})


def read_measured(table: dict[str, Any]) -> Measured:
    """Take measures, service levels and records out of a table of ``process.toml``. Raises FactsUnreadable."""
    measures = tuple(_measure(row) for row in _rows(table, "measures"))
    ids = [each.id for each in measures]
    if len(set(ids)) < len(ids):
        raise FactsUnreadable("Two measures have the same id.")
    if len(ids) > _FEW:
        raise FactsUnreadable(f"A process has at most {_FEW} measures.")
    records = table.pop("records", [])
    if not isinstance(records, list) or not all(isinstance(each, str) for each in records):
        raise FactsUnreadable("records must be a list of texts.")
    levels = tuple(_service_level(row) for row in _rows(table, "service_levels"))
    return Measured(measures=measures, service_levels=levels, records=tuple(records))


def _rows(table: dict[str, Any], key: str) -> Iterator[dict[str, Any]]:
    rows = table.pop(key, [])
    if not isinstance(rows, list) or not all(isinstance(row, dict) for row in rows):
        raise FactsUnreadable(f"{key} must be written as tables: [[{key}]].")
    return (dict(row) for row in rows)


def _measure(row: dict[str, Any]) -> Measure:
    where = f"Measure {row.get('id') or '?'}"
    texts = {key: _text(row, key, where) for key in ("id", "title", "where", "value", "unit", "type", "dated")}
    for key in ("id", "title"):
        if not texts[key]:
            raise FactsUnreadable(f"{where}: {key} is missing.")
    if texts["unit"] not in UNITS and len(texts["unit"]) > 3:
        raise FactsUnreadable(f"{where}: unit must be %, hours, days, a currency, or left out.")
    target = row.get("target")
    if target is not None and (isinstance(target, bool) or not isinstance(target, int | float)):
        raise FactsUnreadable(f"{where}: target must be a number.")
    over = _one_of(row.get("over", "ended"), Over, f"{where}: over")
    if (over is Over.RECORDS) != bool(texts["type"]) or (texts["dated"] and not texts["type"]):
        raise FactsUnreadable(f"{where}: a measure over records names their type; no other has type or dated.")
    kind = _one_of(row.get("as", "count"), Kind, f"{where}: as")
    if kind is not Kind.COUNT and not texts["value"]:
        raise FactsUnreadable(f"{where}: value is missing.")
    better = row.get("better", "higher")
    if better not in {"higher", "lower"}:
        raise FactsUnreadable(f"{where}: better must be higher or lower.")
    return Measure(
        **texts,
        over=over,
        kind=kind,
        target=None if target is None else Decimal(str(target)),
        higher=better == "higher",
    )


def _service_level(row: dict[str, Any]) -> ServiceLevel:
    where = f"Service level {row.get('title') or '?'}"
    texts = {key: _text(row, key, where) for key in ("title", "element", "clock", "within")}
    if not texts["title"] or bool(texts["element"]) == bool(texts["clock"]):
        raise FactsUnreadable(f"{where}: it needs a title, and either element or clock.")
    return ServiceLevel(**texts)


def _text(row: dict[str, Any], key: str, where: str) -> str:
    value = row.get(key, "")
    if not isinstance(value, str):
        raise FactsUnreadable(f"{where}: {key} must be text.")
    return value.strip()


def _one_of(value: object, choices: type[Choice], where: str) -> Choice:
    if not isinstance(value, str) or value not in set(choices):
        raise FactsUnreadable(f"{where} must be one of {', '.join(choices)}.")
    return choices(value)


@lru_cache(maxsize=1024)
def _read(text: str) -> Expression:
    return parse_expression(text, NAMES | RECORD_NAMES)


def taken(measure: Measure, names: Mapping[str, Any], environment: Environment) -> Decimal | None:
    """What is taken of one case or record, None where it does not count; true is 1, a duration its hours.

    A value of another kind, one that fails, or a number nobody can mean (above 10^30) does not count.
    """
    try:
        if measure.where and _read(measure.where).evaluate_raw(names, environment).value is not True:
            return None
        if not measure.value:
            return Decimal(1)
        value = _read(measure.value).evaluate_raw(names, environment).value
    except FeelLimitExceeded:
        return None
    if isinstance(value, bool):
        return Decimal(int(value))
    if isinstance(value, DaysTime):
        return value.nanoseconds / _HOUR
    return value if isinstance(value, Decimal) and value.adjusted() <= LONG else None


def together(kind: Kind, figures: Sequence[Decimal]) -> Decimal | None:
    """Make one figure of what was taken of the cases; None where there is none."""
    if kind is Kind.COUNT:
        return Decimal(len(figures))
    if not figures:
        return None
    if kind is Kind.SUM:
        return sum(figures, Decimal(0))
    if kind is Kind.MEDIAN:
        return statistics.median(figures)
    if kind is Kind.P90:
        return sorted(figures)[max(-(-len(figures) * 9 // 10) - 1, 0)]
    return sum(figures, Decimal(0)) / len(figures)
