"""Boxed expressions as trees of plain texts, to be edited: taken out of an element and put back into it.

Nothing is parsed as FEEL here, so that a tree may hold what is wrong or not finished. Whatever of an element is not in
the tree stays as it is written, and what was not moved keeps its place and its white space (DMN 1.5 clause 10.2.2).
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final

from lxml import etree

from bpmn.decisions.page import Page
from bpmn.decisions.reading_boxed import LOGIC, NESTED, logic_in
from bpmn.decisions.sheets import begin_table
from bpmn.source import attribute, text

NEW: Final = -1
"""The place of what was not in the file."""

FIXED: Final = {
    "conditional": ("if", "then", "else"),
    "filter": ("in", "match"),
    "for": ("in", "return"),
    "every": ("in", "satisfies"),
    "some": ("in", "satisfies"),
}
"""Kinds with parts of fixed names, in their order."""

_WRAPPERS: Final = {"context": "contextEntry", "invocation": "binding", "relation": "row"}
_NAMED: Final = {"context": "variable", "invocation": "parameter"}
_COLUMNS: Final = {"relation": "column", "functionDefinition": "formalParameter"}


@dataclass(frozen=True, kw_only=True)
class Name:
    """A name with a type: a parameter of a function, a column of a relation. `at` is its place in the file."""

    at: int = NEW
    name: str = ""
    type: str = ""


@dataclass(frozen=True, kw_only=True)
class Part:
    """A part of a boxed expression; `name` and `type` where it is an entry or a binding, `at` is what wraps it."""

    box: "Box"
    at: int = NEW
    name: str = ""
    type: str = ""


@dataclass(frozen=True, kw_only=True)
class Box:
    """A boxed expression of the kind of its element; nothing at all where `kind` is empty.

    `at` is its place among the elements of the decision. `text` is the FEEL of a literal expression, the name of an
    iterator's variable, or the language of a function. `parts` are the entries of a context (without a name: its
    result), the function of an invocation and its bindings, the body of a function, the items of a list, the rows of a
    relation (each a box of kind ``row``), or what FIXED says. `picture` are the cells of a decision table, which is
    edited elsewhere, under its `id`.
    """

    at: int = NEW
    kind: str = ""
    text: str = ""
    type: str = ""
    names: tuple[Name, ...] = ()
    parts: tuple[Part, ...] = ()
    id: str = ""
    picture: tuple[tuple[str, ...], ...] = ()


def boxes_in(box: Box) -> Iterator[Box]:
    """A box and those inside it, in the order in which they stand; rows of relations are no boxes of their own."""
    if box.kind != "row":
        yield box
    for part in box.parts:
        yield from boxes_in(part.box)


class Reader:
    """Reads the boxes of one element of a requirements graph; `elements` are all elements inside it, in order."""

    def __init__(self, page: Page, holder: etree._Element) -> None:
        self.page = page
        self.elements = list(holder.iter("*"))
        self.places = {element: at for at, element in enumerate(self.elements)}

    def box(self, node: etree._Element | None) -> Box:
        """The box of an element; an empty one where there is none."""
        if node is None:
            return Box()
        page, kind = self.page, etree.QName(node).localname
        if kind == "encapsulatedLogic":
            kind = "functionDefinition"
        written = {
            "literalExpression": page.text(node),
            "functionDefinition": attribute(node, "kind", "FEEL"),
            **dict.fromkeys(("for", "every", "some"), attribute(node, "iteratorVariable")),
        }
        return Box(
            at=self.places[node],
            kind=kind,
            text=written.get(kind, ""),
            type=attribute(node, "typeRef"),
            names=tuple(self.name(one) for one in page.each(node, _COLUMNS[kind])) if kind in _COLUMNS else (),
            parts=tuple(self.parts(node, kind)),
            id=attribute(node, "id") if kind == "decisionTable" else "",
            picture=tuple(self.picture(node)) if kind == "decisionTable" else (),
        )

    def name(self, node: etree._Element) -> Name:
        """A parameter or column."""
        return Name(at=self.places[node], name=attribute(node, "name"), type=attribute(node, "typeRef"))

    def parts(self, node: etree._Element, kind: str) -> Iterator[Part]:
        """The parts of a box."""
        page = self.page
        if kind in FIXED:
            for name in FIXED[kind]:
                wrapper = page.first(node, name)
                inner = None if wrapper is None else logic_in(page, wrapper)
                yield Part(at=NEW if wrapper is None else self.places[wrapper], name=name, box=self.box(inner))
            return
        if kind in ("invocation", "functionDefinition"):
            yield Part(box=self.box(logic_in(page, node)))
        if kind == "list":
            for item in _expressions(page, node):
                yield Part(box=self.box(item))
        if kind == "relation":
            for row in page.each(node, "row"):
                cells = tuple(Part(box=self.box(cell)) for cell in _expressions(page, row))
                yield Part(box=Box(at=self.places[row], kind="row", parts=cells))
        if kind in _NAMED:
            for wrapper in page.each(node, _WRAPPERS[kind]):
                named = page.first(wrapper, _NAMED[kind])
                name, told = ("", "") if named is None else (attribute(named, "name"), attribute(named, "typeRef"))
                yield Part(at=self.places[wrapper], name=name, type=told, box=self.box(logic_in(page, wrapper)))

    def picture(self, node: etree._Element) -> Iterator[tuple[str, ...]]:
        """The heads of a decision table, then its rules."""
        page = self.page
        heads = [page.inner(one, "inputExpression") for one in page.each(node, "input")]
        yield (*heads, *(f"→ {attribute(one, 'name') or attribute(one, 'label')}" for one in page.each(node, "output")))
        for rule in page.each(node, "rule"):
            yield tuple(page.text(cell) for cell in page.each(rule, "inputEntry", "outputEntry"))


class Writer:
    """Puts boxes back into one element; `moved` says that something was added, taken away or has another place."""

    def __init__(self, page: Page, holder: etree._Element) -> None:
        self.page = page
        self.elements = list(holder.iter("*"))
        self.used: set[int] = set()
        self.moved = False

    def put(self, node: etree._Element, box: Box) -> None:
        """Let an element hold the expression of a box in place of its own."""
        self.hold(node, box, 0)

    def hold(self, node: etree._Element, box: Box, depth: int) -> None:
        """Let an element hold the expression of a box, that far inside."""
        made = self.made(box, depth)
        self.children(node, tuple(LOGIC), [] if made is None else [made])

    def made(self, box: Box, depth: int) -> etree._Element | None:
        """The element of a box, kept or new. Raises ValueError for a tree that is out of shape."""
        if depth > NESTED:
            raise ValueError(f"more than {NESTED} boxes stand inside one another")
        if not box.kind:
            return None
        if box.kind not in LOGIC:
            raise ValueError(f"there is no kind of box {box.kind}")
        if box.kind == "decisionTable":
            return self.table(box)
        node = self.kept(box.at, box.kind)
        self.set(node, "typeRef", box.type)
        if box.kind == "literalExpression":
            self.write(node, box.text)
        else:
            self.fill(node, box, depth)
        return node

    def table(self, box: Box) -> etree._Element:
        """A decision table as it stands, found by its id; or a new one to be filled in."""
        if box.id:
            known = [one for one in self.elements if one.get("id") == box.id]
            place = self.elements.index(known[0]) if known else NEW
            if place == NEW or place in self.used:
                raise ValueError("a decision table that was taken out of the file cannot be put back into it")
            return self.kept(place, "decisionTable")
        node = self.kept(box.at, "decisionTable")
        if not len(node):
            begin_table(self.page, node)
        return node

    def fill(self, node: etree._Element, box: Box, depth: int) -> None:
        """Let an element hold the names and parts of a box; its own tag may be another one for the same."""
        kind = box.kind
        if kind in FIXED:
            self.fixed(node, box, depth)
            return
        inside = [self.named(one, _COLUMNS[kind]) for one in box.names] if kind in _COLUMNS else []
        parts = list(box.parts)
        if kind in ("invocation", "functionDefinition"):
            if not parts:
                raise ValueError("a box has not the parts that its kind has")
            inside += self.each(parts[:1], depth)
            parts = parts[1:]
        if kind == "functionDefinition":
            self.set(node, "kind", "" if box.text == "FEEL" and "kind" not in node.attrib else box.text)
        if kind == "list":
            inside += self.each(parts, depth)
        elif kind == "relation":
            inside += [self.row(part.box, len(box.names), depth + 1) for part in parts]
        elif kind in _NAMED:
            inside += [self.entry(part, kind, depth + 1) for part in parts]
        self.children(node, (*LOGIC, *_WRAPPERS.values(), *_COLUMNS.values()), inside)

    def each(self, parts: Sequence[Part], depth: int) -> list[etree._Element]:
        """The elements of the boxes of parts; empty boxes have none."""
        made = [self.made(part.box, depth + 1) for part in parts]
        return [one for one in made if one is not None]

    def fixed(self, node: etree._Element, box: Box, depth: int) -> None:
        """Fill a box whose parts have fixed names."""
        names = FIXED[box.kind]
        if tuple(part.name for part in box.parts) != names:
            raise ValueError("a box has not the parts that its kind has")
        if box.kind in ("for", "every", "some"):
            self.set(node, "iteratorVariable", box.text)
        wrappers = []
        for part in box.parts:
            wrapper = self.kept(part.at, part.name)
            self.hold(wrapper, part.box, depth + 1)
            wrappers.append(wrapper)
        self.children(node, tuple({name for parts in FIXED.values() for name in parts}), wrappers)

    def row(self, box: Box, width: int, depth: int) -> etree._Element:
        """The element of a row of a relation."""
        if box.kind != "row" or len(box.parts) != width:
            raise ValueError("a row has more or fewer cells than there are columns")
        node = self.kept(box.at, "row")
        if not all(part.box.kind for part in box.parts):
            raise ValueError("a cell of a row is empty")
        self.children(node, tuple(LOGIC), self.each(box.parts, depth))
        return node

    def entry(self, part: Part, kind: str, depth: int) -> etree._Element:
        """The element that wraps an entry or a binding; without a name it is the result."""
        node = self.kept(part.at, _WRAPPERS[kind])
        named = self.page.first(node, _NAMED[kind])
        if named is None and part.name:
            named = self.new(_NAMED[kind])
            node.insert(0, named)
            self.moved = True
        if named is not None:
            if part.name:
                self.set(named, "name", part.name)
                self.set(named, "typeRef", part.type)
            else:
                node.remove(named)
                self.moved = True
        self.hold(node, part.box, depth)
        return node

    def named(self, one: Name, tag: str) -> etree._Element:
        """The element of a parameter or column."""
        node = self.kept(one.at, tag)
        self.set(node, "name", one.name)
        self.set(node, "typeRef", one.type)
        return node

    # --- elements

    def kept(self, at: int, tag: str) -> etree._Element:
        """The element at a place, once, where it is one of that name; else a new one."""
        if 0 <= at < len(self.elements) and at not in self.used:
            known = self.elements[at]
            if etree.QName(known).localname == tag:
                self.used.add(at)
                return known
        self.moved = True
        return self.new(tag)

    def new(self, tag: str) -> etree._Element:
        """A new element of the file's own version of DMN."""
        return etree.Element(f"{{{self.page.namespace}}}{tag}", nsmap=None)

    def children(self, node: etree._Element, tags: tuple[str, ...], wanted: Sequence[etree._Element]) -> None:
        """Let an element hold exactly these of its children with such tags, in this order, behind all others."""
        present = list(self.page.each(node, *tags))
        if len(present) == len(wanted) and all(one is other for one, other in zip(present, wanted, strict=True)):
            return
        self.moved = True
        for element in present:
            node.remove(element)
        node.extend(wanted)

    def write(self, holder: etree._Element, written: str) -> None:
        """Set the text inside ``<text>``, where it is another one."""
        inner = self.page.first(holder, "text")
        if inner is None:
            inner = self.new("text")
            holder.insert(0, inner)
        if text(inner) != written:
            inner.text = written

    @staticmethod
    def set(element: etree._Element, name: str, value: str) -> None:
        """Set an attribute; an empty value takes it away."""
        if value and element.get(name) != value:
            element.set(name, value)
        elif not value and name in element.attrib:
            del element.attrib[name]


def _expressions(page: Page, node: etree._Element) -> list[etree._Element]:
    return [one for one in page.each(node) if etree.QName(one).localname in LOGIC]
