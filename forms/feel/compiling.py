"""Tree to closures: every node becomes one Python function of a Frame. No text is ever given to Python's compiler.

The makers of single kinds of nodes are spread over the modules making_*.py; this one knows the kinds of nodes and keeps
account of which names an expression reads from its surroundings.
"""

from collections.abc import Callable
from typing import Any, Final, TypeAlias

from forms.feel import syntax
from forms.feel.errors import Unfit
from forms.feel.functions import BUILT_INS
from forms.feel.scope import MISSING, Frame, admit, look_up
from forms.feel.syntax import Node
from forms.feel.values import KINDS

Run: TypeAlias = Callable[[Frame], Any]
Maker: TypeAlias = Callable[["Compiler", Any], Run]

MAKERS: Final[dict[type, Maker]] = {}


def makes(node: type) -> Callable[[Maker], Maker]:
    """Declare the maker of one kind of node."""

    def declare(maker: Maker) -> Maker:
        MAKERS[node] = maker
        return maker

    return declare


class Compiler:
    """Makes the closures of one expression.

    layers: the names that the expression itself binds around the node being made, inner ones last; None stands for a
    filter, whose names are the entries of whatever is filtered. free: the names read from the caller's scope. called:
    the functions called that are neither built in nor bound by the expression.
    """

    def __init__(self, declared: frozenset[str]) -> None:
        self.declared = declared
        self.layers: list[set[str] | None] = []
        self.free: set[str] = set()
        self.called: set[str] = set()

    def make(self, node: Node) -> Run:
        """The closure of a node."""
        return MAKERS[type(node)](self, node)

    def make_within(self, layer: set[str] | None, node: Node) -> Run:
        """The closure of a node inside a layer of names."""
        self.layers.append(layer)
        run = self.make(node)
        self.layers.pop()
        return run

    def binds(self, name: str) -> bool:
        """Whether the expression itself binds the name here."""
        return any(layer is not None and name in layer for layer in self.layers)

    def reads(self, name: str) -> None:
        """Keep account of a name that is read. In a filter it may be an entry of what is filtered."""
        if self.binds(name):
            return
        in_filter = None in self.layers
        if name in self.declared or not (in_filter or name in BUILT_INS or name == "?"):
            self.free.add(name)

    def calls(self, name: str, *properties: str) -> None:
        """Keep account of a function that is called, by name or as a property of a name. In a filter it may be data."""
        if not self.binds(name) and None not in self.layers and (properties or name not in BUILT_INS):
            self.called.add(".".join([name, *properties]))


def fail(frame: Frame, error: Unfit, offset: int | None) -> Any:
    """Report why a value became null; gives that null."""
    return frame.state.report(error.code, offset, error.parameters)


@makes(syntax.Literal)
def _literal(_compiler: Compiler, node: syntax.Literal) -> Run:
    value = node.value
    return lambda frame: value


@makes(syntax.BadLiteral)
def _bad_literal(_compiler: Compiler, node: syntax.BadLiteral) -> Run:
    return lambda frame: frame.state.report("bad_literal", node.offset, {"text": node.text})


@makes(syntax.Name)
def _name(compiler: Compiler, node: syntax.Name) -> Run:
    compiler.reads(node.name)
    return _outermost(node.name, node.offset) if not compiler.layers else _nearest(node.name, node.offset)


def _outermost(name: str, offset: int) -> Run:
    """Outside loops, filters, contexts and functions there is one layer: the caller's scope."""

    def run(frame: Frame) -> Any:
        try:
            value = frame.values[name]
        except KeyError:
            return _otherwise(frame, name, offset)
        return value if type(value) in KINDS else _admitted(frame, value, offset)

    return run


def _nearest(name: str, offset: int) -> Run:
    def run(frame: Frame) -> Any:
        try:
            value = look_up(frame, name)
        except Unfit as error:
            return fail(frame, error, offset)
        return _otherwise(frame, name, offset) if value is MISSING else value

    return run


def _admitted(frame: Frame, value: Any, offset: int) -> Any:
    try:
        return admit(value)
    except Unfit as error:
        return fail(frame, error, offset)


def _otherwise(frame: Frame, name: str, offset: int) -> Any:
    """A name that is in no layer: a built-in function as value, or unknown."""
    built_in = BUILT_INS.get(name)
    if built_in is not None:
        return built_in.as_value()
    return frame.state.report("unknown_name", offset, {"name": name})
