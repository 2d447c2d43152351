"""Boxed expressions read: each kind one function from its element to its value."""

from dataclasses import dataclass, replace
from typing import Final

from lxml import etree

from bpmn.decisions.boxed import (
    Boxed,
    Conditional,
    Context,
    Entry,
    External,
    Filter,
    FunctionDefinition,
    Invocation,
    Iteration,
    ListOf,
    LiteralExpression,
    Relation,
    Typed,
)
from bpmn.decisions.page import Page, plain
from bpmn.decisions.reading_tables import read_table
from bpmn.decisions.types import Type
from bpmn.errors import DecisionsUnreadable
from bpmn.source import attribute
from forms.feel import foreign

LOGIC: Final = frozenset(
    {
        *("decisionTable", "literalExpression", "context", "invocation", "relation", "list", "functionDefinition"),
        *("for", "every", "some", "filter", "conditional"),
    }
)
"""The elements that are boxed expressions."""
NESTED: Final = 30
"""Most boxed expressions inside one another."""


@dataclass(frozen=True, kw_only=True)
class Place:
    """Where a boxed expression stands: whose logic it is, the entries on the way to it, the names in scope."""

    decision: str
    variable: str
    names: frozenset[str]
    path: tuple[str, ...] = ()

    def inside(self, step: str, *names: str) -> "Place":
        """A part of it, which sees more names."""
        return replace(self, path=(*self.path, step), names=self.names.union(names) if names else self.names)

    @property
    def words(self) -> str:
        """The place in words."""
        return ", ".join([self.decision, *filter(None, self.path)])


def logic_in(page: Page, node: etree._Element) -> etree._Element | None:
    """The boxed expression directly inside an element."""
    return next((part for part in page.each(node) if etree.QName(part).localname in LOGIC), None)


def read_within(page: Page, node: etree._Element | None, at: etree._Element, place: Place) -> Boxed:
    """The boxed expression inside a part; the part, and what is inside it, must be there."""
    found = None if node is None else logic_in(page, node)
    if found is None:
        raise page.fail("no_logic", at, decision=place.words)
    return read_boxed(page, found, place)


def read_boxed(page: Page, node: etree._Element, place: Place) -> Boxed:
    """A boxed expression of any kind. Raises DecisionsUnreadable."""
    if len(place.path) > NESTED:
        raise page.fail("boxed_depth", node, decision=place.decision, limit=NESTED)
    kind = etree.QName(node).localname
    if kind == "decisionTable":
        variable = place.path[-1] if place.path else place.variable
        read: Boxed = read_table(page, node, place.decision, variable, place.names)
    elif kind in ("for", "every", "some"):
        read = _iteration(page, node, place, kind)
    else:
        read = _READERS[kind](page, node, place)
    told = page.type(node)
    if kind == "decisionTable" and not place.path:
        return read  # a whole decision: its variable has the type, and its outputs their names
    if kind == "functionDefinition" and told.simple:
        return read  # tools write the type of the result there
    return read if told.any else Typed(inner=read, type=told)


def _literal(page: Page, node: etree._Element, place: Place) -> Boxed:
    if page.first(node, "importedValues") is not None:
        raise page.fail("unknown_logic", node, decision=place.words, kind="importedValues")

    def refuse(reason: str) -> DecisionsUnreadable:
        return page.fail("literal", node, decision=place.words, reason=reason)

    written = page.feel(node, page.text(node), refuse)
    return LiteralExpression(expression=page.expression(written, place.names, refuse))


def _context(page: Page, node: etree._Element, place: Place) -> Boxed:
    parts = list(page.each(node, "contextEntry"))
    variables = [page.first(part, "variable") for part in parts]
    names = ["" if one is None else plain(attribute(one, "name")) for one in variables]
    place = place.inside("", *filter(None, names))
    entries = []
    seen: set[str] = set()
    result: Boxed | None = None
    for number, (part, variable, name) in enumerate(zip(parts, variables, names, strict=True), 1):
        value = read_within(page, part, part, place.inside(name or "result"))
        if name:
            if name in seen:
                raise page.fail("twice", part, decision=place.words, entry=name)
            seen.add(name)
            entries.append(Entry(name=name, value=value, type=page.type(variable)))
        elif number < len(parts):
            raise page.fail("no_entry_name", part, decision=place.words, number=number)
        else:
            result = value
    return Context(entries=tuple(entries), result=result)


def _invocation(page: Page, node: etree._Element, place: Place) -> Boxed:
    called = read_within(page, node, node, place.inside("called function"))
    bindings = []
    for part in page.each(node, "binding"):
        parameter = page.first(part, "parameter")
        name = "" if parameter is None else plain(attribute(parameter, "name"))
        found = logic_in(page, part)
        if found is None:
            continue  # a parameter without a value is null
        value = read_boxed(page, found, place.inside(name))
        bindings.append(Entry(name=name, value=value, type=page.type(parameter)))
    return Invocation(called=called, bindings=tuple(bindings))


def read_function(page: Page, node: etree._Element, place: Place) -> tuple[tuple[tuple[str, Type], ...], Boxed]:
    """Parameters and body of a function; one that is neither written in FEEL nor computed here is refused."""
    kind = attribute(node, "kind", "FEEL")
    parameters = tuple((plain(attribute(part, "name")), page.type(part)) for part in page.each(node, "formalParameter"))
    names = tuple(name for name, _ in parameters)
    body = read_within(page, node, node, place.inside("body", *names))
    if kind == "FEEL":
        return parameters, body
    external = External(kind=kind.casefold(), parameters=names, described=body)
    if not _computed(external):
        raise page.fail("external_function", node, decision=place.words, kind=kind)
    return parameters, external


def _computed(external: External) -> bool:
    """Whether the entries that describe a function are plain texts, and name one that is computed here."""
    context = external.described
    if not isinstance(context, Context):
        return False
    expressions = {
        entry.name: entry.value.expression for entry in context.entries if isinstance(entry.value, LiteralExpression)
    }
    described = {name: one.evaluate_raw({}).value for name, one in expressions.items() if not one.names}
    return foreign({external.kind: described}, external.parameters) is not None


def _function(page: Page, node: etree._Element, place: Place) -> Boxed:
    parameters, body = read_function(page, node, place)
    return FunctionDefinition(parameters=parameters, body=body)


def _relation(page: Page, node: etree._Element, place: Place) -> Boxed:
    columns = tuple((plain(attribute(part, "name")), page.type(part)) for part in page.each(node, "column"))
    rows = []
    for number, part in enumerate(page.each(node, "row"), 1):
        cells = [one for one in page.each(part) if etree.QName(one).localname in LOGIC]
        if len(cells) != len(columns):
            raise page.fail(
                "relation_cells", part, decision=place.words, row=number, found=len(cells), expected=len(columns)
            )
        rows.append(
            tuple(
                read_boxed(page, cell, place.inside(f"row {number}, column {name}"))
                for cell, (name, _) in zip(cells, columns, strict=True)
            )
        )
    return Relation(columns=columns, rows=tuple(rows))


def _list(page: Page, node: etree._Element, place: Place) -> Boxed:
    items = [part for part in page.each(node) if etree.QName(part).localname in LOGIC]
    return ListOf(
        items=tuple(read_boxed(page, item, place.inside(f"item {number}")) for number, item in enumerate(items, 1))
    )


def _conditional(page: Page, node: etree._Element, place: Place) -> Boxed:
    condition, yes, no = (
        read_within(page, page.first(node, part), node, place.inside(part)) for part in ("if", "then", "else")
    )
    return Conditional(condition=condition, yes=yes, no=no)


def _filter(page: Page, node: etree._Element, place: Place) -> Boxed:
    return Filter(
        domain=read_within(page, page.first(node, "in"), node, place.inside("in")),
        match=read_within(page, page.first(node, "match"), node, place.inside("match", "item")),
    )


def _iteration(page: Page, node: etree._Element, place: Place, kind: str) -> Boxed:
    variable = plain(attribute(node, "iteratorVariable"))
    part = "return" if kind == "for" else "satisfies"
    if not variable:
        raise page.fail("no_iterator", node, decision=place.words, kind=kind)
    return Iteration(
        kind=kind,
        variable=variable,
        domain=read_within(page, page.first(node, "in"), node, place.inside("in")),
        body=read_within(page, page.first(node, part), node, place.inside(part, variable, "partial")),
    )


_READERS: Final = {
    "literalExpression": _literal,
    "context": _context,
    "invocation": _invocation,
    "functionDefinition": _function,
    "relation": _relation,
    "list": _list,
    "conditional": _conditional,
    "filter": _filter,
}
