"""Boxed expressions as values: everything but tables that the logic of a decision may be (DMN 1.5 clauses 7.3, 10.2.2).

Each kind knows the `names` that it reads from around it; what it binds itself is left out.
"""

from dataclasses import dataclass
from functools import cached_property
from typing import Protocol

from bpmn.decisions.types import ANY, Type
from forms.feel import Expression


class Boxed(Protocol):
    """Any boxed expression, a decision table included."""

    @property
    def names(self) -> frozenset[str]:
        """The names it reads from around it."""


@dataclass(frozen=True, kw_only=True)
class LiteralExpression:
    """One FEEL expression (DMN 1.5 clause 7.3.7)."""

    expression: Expression

    @property
    def names(self) -> frozenset[str]:
        """The names it reads."""
        return self.expression.names


@dataclass(frozen=True, kw_only=True)
class Undecided:
    """No logic at all: somebody decides elsewhere. Null where no value of its name is told (DMN 1.5 clause 6.3.7)."""

    names: frozenset[str] = frozenset()


@dataclass(frozen=True, kw_only=True)
class Typed:
    """A boxed expression whose value must be of a type."""

    inner: Boxed
    type: Type

    @property
    def names(self) -> frozenset[str]:
        """The names it reads."""
        return self.inner.names


@dataclass(frozen=True, kw_only=True)
class Entry:
    """A named part: of a context, a binding of an invocation."""

    name: str
    value: Boxed
    type: Type = ANY


@dataclass(frozen=True, kw_only=True)
class Context:
    """Named entries, each seeing those before it; with a `result` that is the value (DMN 1.5 clause 7.3.3)."""

    entries: tuple[Entry, ...]
    result: Boxed | None = None

    @cached_property
    def names(self) -> frozenset[str]:
        """The names it reads; a function among the entries may call itself."""
        found: set[str] = set()
        bound: set[str] = set()
        for entry in self.entries:
            if isinstance(entry.value, FunctionDefinition):
                bound.add(entry.name)
            found |= entry.value.names - bound
            bound.add(entry.name)
        return frozenset(found | (self.result.names - bound if self.result else set()))


@dataclass(frozen=True, kw_only=True)
class Invocation:
    """A function called with named arguments (DMN 1.5 clause 7.3.6)."""

    called: Boxed
    bindings: tuple[Entry, ...]

    @property
    def names(self) -> frozenset[str]:
        """The names it reads, the function's included."""
        return self.called.names.union(*(binding.value.names for binding in self.bindings))


@dataclass(frozen=True, kw_only=True)
class FunctionDefinition:
    """A function as a value; it sees the names around it (DMN 1.5 clause 7.3.9)."""

    parameters: tuple[tuple[str, Type], ...]
    body: Boxed

    @property
    def names(self) -> frozenset[str]:
        """The names its body reads from around it."""
        return self.body.names - {name for name, _ in self.parameters}


@dataclass(frozen=True, kw_only=True)
class External:
    """The body of a function outside FEEL: `described` is its context, under the `kind` of its language."""

    kind: str
    parameters: tuple[str, ...]
    described: Boxed

    @property
    def names(self) -> frozenset[str]:
        """The names its description reads, and the parameters it is called with."""
        return self.described.names | frozenset(self.parameters)


@dataclass(frozen=True, kw_only=True)
class Relation:
    """A list of contexts, written as rows under columns (DMN 1.5 clause 7.3.5)."""

    columns: tuple[tuple[str, Type], ...]
    rows: tuple[tuple[Boxed, ...], ...]

    @property
    def names(self) -> frozenset[str]:
        """The names its cells read."""
        return frozenset(name for row in self.rows for cell in row for name in cell.names)


@dataclass(frozen=True, kw_only=True)
class ListOf:
    """A list of boxed expressions (DMN 1.5 clause 7.3.4)."""

    items: tuple[Boxed, ...]

    @property
    def names(self) -> frozenset[str]:
        """The names its items read."""
        return frozenset(name for item in self.items for name in item.names)


@dataclass(frozen=True, kw_only=True)
class Conditional:
    """if, then, else, each boxed (DMN 1.4 and newer, clause 7.3.10)."""

    condition: Boxed
    yes: Boxed
    no: Boxed

    @property
    def names(self) -> frozenset[str]:
        """The names its parts read."""
        return self.condition.names | self.yes.names | self.no.names


@dataclass(frozen=True, kw_only=True)
class Filter:
    """The items of a list for which `match` holds, or the one at the position it gives (DMN 1.4, clause 7.3.11).

    In `match` the item is `item`, and where it is a context its entries have their own names.
    """

    domain: Boxed
    match: Boxed

    @property
    def names(self) -> frozenset[str]:
        """The names it reads; `item` is its own."""
        return self.domain.names | (self.match.names - {"item"})


@dataclass(frozen=True, kw_only=True)
class Iteration:
    """for, some or every: `body` for each value of `domain` under the name `variable` (DMN 1.4, clause 7.3.12)."""

    kind: str
    variable: str
    domain: Boxed
    body: Boxed

    @property
    def names(self) -> frozenset[str]:
        """The names it reads; its variable, and `partial` of a for, are its own."""
        return self.domain.names | (self.body.names - {self.variable, "partial"})
