"""What a text means before it is run: the tree of an expression. `offset` is where in the text a problem would lie."""

from collections.abc import Iterator as Iteration
from dataclasses import dataclass, fields, is_dataclass
from typing import Any, TypeAlias

Node: TypeAlias = Any
"""One of the classes below; a union of twenty would be longer than it helps."""


@dataclass(frozen=True, slots=True)
class Literal:
    """A value written out."""

    value: Any


@dataclass(frozen=True, slots=True)
class BadLiteral:
    """An @-literal that is no date, time or duration: null, with the reason told when it is met."""

    text: str
    offset: int


@dataclass(frozen=True, slots=True)
class Name:
    """A name to be looked up in scope."""

    name: str
    offset: int


@dataclass(frozen=True, slots=True)
class Property:
    """`.name` behind something."""

    name: str
    offset: int


@dataclass(frozen=True, slots=True)
class Filter:
    """`[body]` behind something."""

    body: Node


@dataclass(frozen=True, slots=True)
class Arguments:
    """`(a, b)` or `(name: a)` behind something; `names` is None for the first form."""

    values: tuple[Node, ...]
    names: tuple[str, ...] | None


@dataclass(frozen=True, slots=True)
class Postfix:
    """Something with properties, filters and arguments behind it, from left to right."""

    head: Node
    suffixes: tuple[Node, ...]


@dataclass(frozen=True, slots=True)
class Chain:
    """Operands with operators between them, computed from left to right: + - * / **."""

    first: Node
    rest: tuple[tuple[str, Node, int | None], ...]


@dataclass(frozen=True, slots=True)
class Negation:
    """A minus sign (an odd number of them)."""

    operand: Node
    offset: int
    times: int


@dataclass(frozen=True, slots=True)
class Logic:
    """Operands joined by `and` or by `or`."""

    operator: str
    operands: tuple[Node, ...]


@dataclass(frozen=True, slots=True)
class Comparison:
    """left operator right."""

    left: Node
    operator: str
    right: Node
    offset: int


@dataclass(frozen=True, slots=True)
class Between:
    """operand between low and high."""

    operand: Node
    low: Node
    high: Node


@dataclass(frozen=True, slots=True)
class UnaryTest:
    """An operator with one operand: `< 5`."""

    operator: str
    operand: Node
    offset: int


@dataclass(frozen=True, slots=True)
class Tests:
    """Unary tests of which one must hold, or none if negated."""

    tests: tuple[Node, ...]
    negated: bool = False


@dataclass(frozen=True, slots=True)
class Contained:
    """operand in tests."""

    operand: Node
    tests: Tests


@dataclass(frozen=True, slots=True)
class Interval:
    """A range with two ends."""

    start: Node
    end: Node
    start_included: bool
    end_included: bool
    offset: int


@dataclass(frozen=True, slots=True)
class Items:
    """A list written out."""

    items: tuple[Node, ...]


@dataclass(frozen=True, slots=True)
class Entries:
    """A context written out."""

    entries: tuple[tuple[str, Node], ...]


@dataclass(frozen=True, slots=True)
class Condition:
    """if condition then yes else no."""

    condition: Node
    yes: Node
    no: Node


@dataclass(frozen=True, slots=True)
class Iterator:
    """name in domain, or name in domain..end."""

    name: str
    domain: Node
    end: Node | None
    offset: int


@dataclass(frozen=True, slots=True)
class Loop:
    """for, some or every."""

    kind: str
    iterators: tuple[Iterator, ...]
    body: Node


@dataclass(frozen=True, slots=True)
class TypeName:
    """A type by name, with the types of its parts: `list<number>`, `function<number> -> string`."""

    name: str
    parts: tuple["TypeName", ...] = ()
    keys: tuple[str, ...] = ()
    depth: int = 1


@dataclass(frozen=True, slots=True)
class Definition:
    """function(parameters) body; of an external one the body is the context that describes it."""

    parameters: tuple[tuple[str, TypeName | None], ...]
    body: Node
    external: bool = False


@dataclass(frozen=True, slots=True)
class InstanceOf:
    """operand instance of type."""

    operand: Node
    type: TypeName


def _nodes(node: Any) -> Iteration[Any]:
    """All nodes of a tree."""
    waiting = [node]
    while waiting:
        part = waiting.pop()
        if isinstance(part, tuple):
            waiting.extend(part)
        elif is_dataclass(part) and type(part).__module__ == __name__:
            yield part
            waiting.extend(getattr(part, field.name) for field in fields(part))


def asks_for(node: Node, name: str) -> bool:
    """Whether a part of a tree reads a name."""
    return any(isinstance(part, Name) and part.name == name for part in _nodes(node))


def weight(node: Node) -> int:
    """How many rounds more than one an evaluation of a tree counts as, where it is evaluated again and again."""
    return sum(1 for _ in _nodes(node)) // 16
