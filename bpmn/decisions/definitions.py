"""The types that a file of decisions defines, as plain texts to be edited (DMN 1.5 clause 7.3.2).

As with boxes nothing is parsed as FEEL, and what is not edited stays as it is written.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from lxml import etree

from bpmn.decisions.boxes import NEW, Writer
from bpmn.decisions.editing import editable, in_bytes
from bpmn.decisions.elements import KINDS
from bpmn.decisions.page import Page, plain
from bpmn.decisions.reading import root_of
from bpmn.decisions.reading_types import NESTED
from bpmn.source import attribute, flag

_ORDER: Final = ("description", "extensionElements", "typeRef", "allowedValues", "typeConstraint", "itemComponent")


@dataclass(frozen=True, kw_only=True)
class Definition:
    """A type, or a component of one: `at` is its place in the file.

    `base` is the type it is made from where it has no `parts`; `many` says that it is a list of that. `allowed` are the
    values it may have. `function` says that it is a function, which is kept as it is.
    """

    at: int = NEW
    name: str = ""
    base: str = ""
    many: bool = False
    allowed: str = ""
    function: bool = False
    parts: tuple["Definition", ...] = ()


def read_definitions(content: bytes, name: str) -> tuple[Definition, ...]:
    """The types of a file. Raises DecisionsUnreadable."""
    page = Page(root_of(content, name), name)
    places = {element: at for at, element in enumerate(page.root.iter("*"))}

    def read(node: etree._Element) -> Definition:
        return Definition(
            at=places[node],
            name=attribute(node, "name"),
            base=page.text(node, "typeRef"),
            many=flag(node, "isCollection"),
            allowed=page.inner(node, "allowedValues"),
            function=page.first(node, "functionItem") is not None,
            parts=tuple(map(read, page.each(node, "itemComponent"))),
        )

    return tuple(map(read, page.each(page.root, "itemDefinition")))


def write_definitions(content: bytes, name: str, definitions: Sequence[Definition]) -> bytes:
    """The file with these types in place of its own, in their order.

    Raises DecisionsUnreadable, and ValueError for types that are out of shape.
    """
    if read_definitions(content, name) == tuple(definitions):
        return content
    names = [plain(one.name) for one in definitions]
    if len(set(names)) < len(names):
        raise ValueError("two types have the same name")
    page = editable(content, name)
    writer = Writer(page, page.root)
    made = [_made(writer, one, "itemDefinition", 0) for one in definitions]
    present = list(page.each(page.root, "itemDefinition"))
    if made != present:
        writer.moved = True
        for node in present:
            page.root.remove(node)
        first = next(page.each(page.root, *KINDS), None)
        at = len(page.root) if first is None else page.root.index(first)
        page.root[at:at] = made
    if writer.moved:
        for node in made:
            etree.indent(node, space="  ", level=1)
            node.tail = "\n  "
    return in_bytes(page, content)


def _made(writer: Writer, definition: Definition, tag: str, depth: int) -> etree._Element:
    page = writer.page
    if depth > NESTED:
        raise ValueError(f"more than {NESTED} components stand inside one another")
    if not plain(definition.name):
        raise ValueError("a type, or a part of one, has no name")
    node = writer.kept(definition.at, tag)
    writer.set(node, "name", definition.name)
    writer.set(node, "isCollection", "true" if definition.many else "")
    if definition.function:
        return node
    _text(writer, node, "typeRef", "" if definition.parts else definition.base)
    holder = page.first(node, "allowedValues")
    if definition.allowed:
        if holder is None:
            holder = writer.new("allowedValues")
            _place(writer, node, holder)
        writer.write(holder, definition.allowed)
    elif holder is not None:
        node.remove(holder)
        writer.moved = True
    parts = [_made(writer, one, "itemComponent", depth + 1) for one in definition.parts]
    writer.children(node, ("itemComponent",), parts)
    return node


def _text(writer: Writer, node: etree._Element, name: str, written: str) -> None:
    """Set the text of a part; take it away where it is empty."""
    part = writer.page.first(node, name)
    if not written:
        if part is not None:
            node.remove(part)
            writer.moved = True
        return
    if part is None:
        part = writer.new(name)
        _place(writer, node, part)
    if (part.text or "").strip() != written:
        part.text = written


def _place(writer: Writer, node: etree._Element, part: etree._Element) -> None:
    """Put a new part where the standard has it."""
    writer.moved = True
    order = {name: at for at, name in enumerate(_ORDER)}
    rank = order[etree.QName(part).localname]
    later = next((one for one in node.iterchildren("*") if order.get(etree.QName(one).localname, -1) > rank), None)
    if later is None:
        node.append(part)
    else:
        later.addprevious(part)
