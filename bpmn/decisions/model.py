"""Decisions of DMN as values: read once, every expression parsed."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from enum import StrEnum
from functools import cached_property
from typing import Final

from bpmn.decisions.boxed import Boxed, Undecided
from bpmn.decisions.types import ANY, Type
from bpmn.errors import DecisionsUnreadable
from forms.feel import Date, DaysTime, Expression, UnaryTests, YearsMonths


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
    """An input: the expression that is compared with the cells, and the values it may have.

    `variable` is what its cells may call the value, beside ``?``.
    """

    id: str
    label: str
    expression: Expression
    type_name: str = ""
    allowed: UnaryTests | None = None
    type: Type = ANY
    variable: str = ""


@dataclass(frozen=True, kw_only=True)
class OutputColumn:
    """An output: its name in the result, the values it may have (`ranking`: as a list), and the one without a match."""

    id: str
    name: str
    label: str
    type_name: str = ""
    type: Type = ANY
    allowed: UnaryTests | None = None
    ranking: Expression | None = None
    default: Expression | None = None


@dataclass(frozen=True, kw_only=True)
class TableRule:
    """A row; `number` counts from 1. An input cell that is None matches everything.

    `types` are those that output cells have of their own, by the name of the output.
    """

    id: str
    number: int
    inputs: tuple[UnaryTests | None, ...]
    outputs: tuple[Expression | None, ...]
    types: Mapping[str, Type] = field(default_factory=dict)
    annotation: str = ""

    def names(self, columns: Sequence[InputColumn]) -> Iterator[str]:
        """The names its input cells read from around the table."""
        for cell, column in zip(self.inputs, columns, strict=True):
            if cell is not None:
                yield from cell.names - {column.variable}


@dataclass(frozen=True, kw_only=True)
class DecisionTable:
    """A decision table (DMN 1.5 clause 8)."""

    id: str
    hit_policy: HitPolicy
    aggregation: Aggregation | None
    inputs: tuple[InputColumn, ...]
    outputs: tuple[OutputColumn, ...]
    rules: tuple[TableRule, ...]

    @property
    def names(self) -> frozenset[str]:
        """The names its columns and cells read."""
        parts: list[Expression | UnaryTests | None] = []
        for column in self.inputs:
            parts += [column.expression, column.allowed]
        for output in self.outputs:
            parts += [output.allowed, output.ranking, output.default]
        found = {name for rule in self.rules for name in rule.names(self.inputs)}
        for rule in self.rules:
            parts += rule.outputs
        return frozenset(found.union(*(part.names for part in parts if part is not None)))

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


_LOOKED_UP: Final = frozenset({str, Decimal, Date, DaysTime, YearsMonths})
"""Types whose equality in FEEL is Python's. Not bool: a cell ``true`` holds for every value that is no boolean. Not
times: they may have a zone."""


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
class Drawn:
    """What every element of a requirements graph has (DMN 1.5 clause 6).

    `key` finds it in the model: its id, with the names of the imports it comes through in front (``other#id``).
    `imports` are these names. `variable` names its value, as a `type`, where others use it. `fault` is what is wrong
    in it: such an element is not evaluated.
    """

    key: str
    id: str
    name: str
    variable: str
    file: str
    imports: tuple[str, ...] = ()
    type: Type = ANY
    line: int = 0
    fault: DecisionsUnreadable | None = None


@dataclass(frozen=True, kw_only=True)
class InputData(Drawn):
    """What a decision is told from outside (DMN 1.5 clause 6.3.11)."""


@dataclass(frozen=True, kw_only=True)
class Decision(Drawn):
    """A decision: `logic` is a decision table or another boxed expression.

    `requires` are the keys of the decisions, `told` of the input data, `knows` of the knowledge models and decision
    services that it uses.
    """

    logic: Boxed | DecisionTable
    requires: tuple[str, ...] = ()
    told: tuple[str, ...] = ()
    knows: tuple[str, ...] = ()
    documentation: str = ""

    @property
    def names(self) -> frozenset[str]:
        """The top-level names its logic reads, results of required decisions included."""
        return self.logic.names


@dataclass(frozen=True, kw_only=True)
class KnowledgeModel(Drawn):
    """A business knowledge model: a function that decisions use (DMN 1.5 clause 6.3.9)."""

    parameters: tuple[tuple[str, Type], ...]
    logic: Boxed | DecisionTable
    knows: tuple[str, ...] = ()


@dataclass(frozen=True, kw_only=True)
class DecisionService(Drawn):
    """Some decisions of a graph under one name, to be called with what they need (DMN 1.5 clause 6.3.10).

    Its parameters are `inputs`, input data first, then decisions whose results the caller gives.
    """

    inputs: tuple[str, ...]
    outputs: tuple[str, ...]


@dataclass(frozen=True, kw_only=True)
class DecisionModel:
    """Decisions by id, of one file or of all files of a process, with what they use.

    `used` holds by key everything else that is drawn: input data, knowledge models, decision services, and what comes
    from other files through imports, decisions included. `types` are the item definitions of the files, `faults` what
    is wrong in them.
    """

    decisions: Mapping[str, Decision] = field(default_factory=dict)
    used: Mapping[str, Drawn] = field(default_factory=dict)
    types: Mapping[str, Type] = field(default_factory=dict)
    faults: tuple[DecisionsUnreadable, ...] = ()

    def sound(self) -> "DecisionModel":
        """The model itself, where nothing is wrong in its files. Raises DecisionsUnreadable, which knows all faults."""
        if self.faults:
            first, *others = self.faults
            first.others = tuple(others)
            raise first
        return self

    def joined(self, other: "DecisionModel") -> "DecisionModel":
        """Both models as one; where an id is in both, ours counts."""
        return DecisionModel(
            decisions={**other.decisions, **self.decisions},
            used={**other.used, **self.used},
            types={**other.types, **self.types},
            faults=(*self.faults, *other.faults),
        )

    def apart(self, other: "DecisionModel") -> Mapping[str, str]:
        """What both models have under one key and mean differently, with the file of the other.

        Input data of one name are the same variable, whatever file draws them.
        """
        ours, theirs = ({**one.used, **one.decisions} for one in (self, other))
        return {
            key: theirs[key].file
            for key in ours.keys() & theirs.keys()
            if ours[key].file != theirs[key].file
            and not (
                isinstance(ours[key], InputData)
                and isinstance(theirs[key], InputData)
                and ours[key].variable == theirs[key].variable
            )
        }

    def find(self, key: str) -> Drawn | None:
        """An element by its key."""
        return self.decisions.get(key) or self.used.get(key)

    def called(self, name: str) -> Drawn | None:
        """An element by its id, else its name, behind those of the imports it comes through; decisions come first."""
        known = self.find(name)
        if known is not None:
            return known
        wanted = " ".join(name.split())
        everything = (*self.decisions.values(), *self.used.values())
        names = ((one, "".join(f"{name}." for name in one.imports)) for one in everything)
        return next((one for one, way in names if wanted in (way + one.name, way + one.variable)), None)

    def names_read(self, decision_id: str) -> frozenset[str]:
        """The top-level names that a decision and those it requires read from outside."""
        found: set[str] = set()
        known: set[str] = set()
        waiting = [decision_id]
        while waiting:
            key = waiting.pop()
            element = self.find(key)
            if key in known or not isinstance(element, Decision):
                continue
            known.add(key)
            own = {self.name_within(element, other)[0] for other in (*element.requires, *element.knows, *element.told)}
            found |= element.names - own
            told = {self.outside(key)[0] for key in element.told if self.name_within(element, key)[0] in element.names}
            found |= told
            if isinstance(element.logic, Undecided):
                found.add(self.outside(key)[0])
            waiting += element.requires
        return frozenset(found)

    def name_within(self, element: Drawn, key: str) -> tuple[str, ...]:
        """How the logic of an element names another: its variable, behind the names of the imports between them."""
        other = self.find(key)
        if other is None:
            return (key,)
        return (*filter(None, other.imports[len(element.imports) :]), other.variable)

    def outside(self, key: str) -> tuple[str, ...]:
        """How the caller names input data: as ``name_within`` says for the outermost file."""
        other = self.find(key)
        return (key,) if other is None else (*filter(None, other.imports), other.variable)
