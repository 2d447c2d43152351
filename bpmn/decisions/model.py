"""Decisions of DMN as values: read once, every expression parsed."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from enum import StrEnum
from functools import cached_property
from typing import Final

from forms.feel import Expression, UnaryTests


class HitPolicy(StrEnum):
    """What it means that several rules of a table match (DMN 1.5 clause 8.2.8)."""

    UNIQUE = "UNIQUE"
    ANY = "ANY"
    FIRST = "FIRST"
    PRIORITY = "PRIORITY"
    RULE_ORDER = "RULE ORDER"
    OUTPUT_ORDER = "OUTPUT ORDER"
    COLLECT = "COLLECT"

    @property
    def by_output(self) -> bool:
        """Whether the order of the output values decides."""
        return self in (HitPolicy.PRIORITY, HitPolicy.OUTPUT_ORDER)


class Aggregation(StrEnum):
    """How a COLLECT table makes one value of many."""

    SUM = "SUM"
    MIN = "MIN"
    MAX = "MAX"
    COUNT = "COUNT"


@dataclass(frozen=True, kw_only=True)
class InputColumn:
    """An input: the expression that is compared with the cells, and the values it may have."""

    id: str
    label: str
    expression: Expression
    type_name: str = ""
    allowed: UnaryTests | None = None


@dataclass(frozen=True, kw_only=True)
class OutputColumn:
    """An output: its name in the result, the values it may have (`ranking`: as a list), and the one without a match."""

    id: str
    name: str
    label: str
    type_name: str = ""
    allowed: UnaryTests | None = None
    ranking: Expression | None = None
    default: Expression | None = None


@dataclass(frozen=True, kw_only=True)
class TableRule:
    """A row; `number` counts from 1. An input cell that is None matches everything."""

    id: str
    number: int
    inputs: tuple[UnaryTests | None, ...]
    outputs: tuple[Expression | None, ...]
    annotation: str = ""


@dataclass(frozen=True, kw_only=True)
class DecisionTable:
    """A decision table (DMN 1.5 clause 8)."""

    id: str
    hit_policy: HitPolicy
    aggregation: Aggregation | None
    inputs: tuple[InputColumn, ...]
    outputs: tuple[OutputColumn, ...]
    rules: tuple[TableRule, ...]

    def candidates(self, values: Sequence[object]) -> Sequence[TableRule]:
        """The rules that can match, found by the column whose constant cells rule out most; never too few."""
        fewest: Sequence[TableRule] = self.rules
        for lookup, value in zip(self._lookups, values, strict=True):
            if type(value) in _LOOKED_UP:
                numbers = lookup.get((type(value), value), lookup[None])
                if len(numbers) < len(fewest):
                    fewest = [self.rules[number] for number in numbers]
        return fewest

    @cached_property
    def _lookups(self) -> tuple[Mapping[object, Sequence[int]], ...]:
        """For each column: the rules by constant, and under None those whose cell is no constant; positions from 0."""
        return tuple(_lookup([rule.inputs[column] for rule in self.rules]) for column in range(len(self.inputs)))


_LOOKED_UP: Final = frozenset({str, Decimal})
"""Types whose equality in FEEL is Python's. Not bool: a cell ``true`` holds for every value that is no boolean."""


def _lookup(cells: Sequence[UnaryTests | None]) -> Mapping[object, Sequence[int]]:
    open_cells: list[int] = []
    constant: dict[object, list[int]] = {}
    for number, cell in enumerate(cells):
        values = None if cell is None else cell.constants
        if values is None or not all(type(value) in _LOOKED_UP for value in values):
            open_cells.append(number)
        else:
            for value in values:
                constant.setdefault((type(value), value), []).append(number)
    return {None: open_cells} | {key: sorted({*open_cells, *numbers}) for key, numbers in constant.items()}


@dataclass(frozen=True, kw_only=True)
class LiteralExpression:
    """A decision written as one FEEL expression (DMN 1.5 clause 7.3.8)."""

    expression: Expression


@dataclass(frozen=True, kw_only=True)
class Decision:
    """A decision; `variable` names its result where other decisions use it, `requires` are the ids of those it uses."""

    id: str
    name: str
    variable: str
    file: str
    logic: DecisionTable | LiteralExpression
    requires: tuple[str, ...] = ()
    documentation: str = ""
    line: int = 0

    @property
    def names(self) -> frozenset[str]:
        """The top-level names its input expressions read, results of required decisions included."""
        if isinstance(self.logic, LiteralExpression):
            return self.logic.expression.names
        return frozenset(name for column in self.logic.inputs for name in column.expression.names)


@dataclass(frozen=True, kw_only=True)
class DecisionModel:
    """Decisions by id, of one file or of all files of a process."""

    decisions: Mapping[str, Decision] = field(default_factory=dict)

    def joined(self, other: "DecisionModel") -> "DecisionModel":
        """Both models as one; where an id is in both, ours counts."""
        return DecisionModel(decisions={**other.decisions, **self.decisions})

    def names_read(self, decision_id: str) -> frozenset[str]:
        """The top-level names that a decision and those it requires read from outside."""
        found: set[str] = set()
        known: set[str] = set()
        waiting = [decision_id]
        while waiting:
            current = waiting.pop()
            if current not in known:
                known.add(current)
                decision = self.decisions[current]
                found |= decision.names - set(self.variables(decision).values())
                waiting += decision.requires
        return frozenset(found)

    def variables(self, decision: Decision) -> Mapping[str, str]:
        """Result names of the decisions that `decision` requires, by id."""
        return {required: self.decisions[required].variable for required in decision.requires}
