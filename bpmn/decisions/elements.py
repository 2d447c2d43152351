"""The elements of a requirements graph as plain texts, to be edited: name, value, what they need, and their logic.

As with sheets nothing is parsed as FEEL, and all that is not edited stays in the file as it is written.
"""

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from typing import Final

from lxml import etree

from bpmn.decisions.boxes import Box, Reader, Writer, boxes_in
from bpmn.decisions.editing import editable, in_bytes
from bpmn.decisions.page import Page, plain
from bpmn.decisions.reading import root_of
from bpmn.decisions.reading_boxed import LOGIC, logic_in
from bpmn.errors import DecisionsUnreadable
from bpmn.source import attribute

KINDS: Final = ("decision", "inputData", "businessKnowledgeModel", "decisionService")
"""The kinds of elements that decide, or tell what is decided on."""

_ORDER: Final = (
    *("description", "extensionElements", "question", "allowedAnswers", "variable"),
    *("informationRequirement", "encapsulatedLogic", "knowledgeRequirement", "authorityRequirement"),
    *("supportedObjective", "impactedPerformanceIndicator"),
    *("decisionMaker", "decisionOwner", "usingProcess", "usingTask"),
    *("outputDecision", "encapsulatedDecision", "inputDecision", "inputData"),
)
"""The order in which the standard has the parts of an element; its logic comes last."""

_BEFORE: Final = (*KINDS, "description", "extensionElements", "import", "itemDefinition")
"""What stands in front of a new element of the file."""

_REQUIRED: Final = {
    "inputData": ("informationRequirement", "requiredInput"),
    "decision": ("informationRequirement", "requiredDecision"),
    "businessKnowledgeModel": ("knowledgeRequirement", "requiredKnowledge"),
    "decisionService": ("knowledgeRequirement", "requiredKnowledge"),
}
"""How an element is required, by its kind."""


@dataclass(frozen=True, kw_only=True)
class Listed:
    """An element of a file, by the id that others refer to it by."""

    key: str
    kind: str
    name: str


@dataclass(frozen=True, kw_only=True)
class Drawing:
    """One element as texts. `variable` names its value where that is not its name, `type` is the type of the value.

    `needs` are the ids of what it requires of its own file: for a decision service, what it is given. `gives` are the
    decisions whose results a service gives. `logic` is nothing for input data and services.
    """

    key: str
    kind: str
    name: str
    variable: str = ""
    type: str = ""
    needs: tuple[str, ...] = ()
    gives: tuple[str, ...] = ()
    logic: Box | None = None


def elements_in(content: bytes, name: str) -> tuple[Listed, ...]:
    """The elements of a file that have an id. Raises DecisionsUnreadable."""
    page = Page(root_of(content, name), name)
    return tuple(_listed(node) for node in page.each(page.root, *KINDS) if node.get("id"))


def read_element(content: bytes, name: str, key: str) -> Drawing:
    """An element as texts. Raises DecisionsUnreadable, also where there is none of that id."""
    page = Page(root_of(content, name), name)
    node = _found(page, key)
    kind = etree.QName(node).localname
    variable = page.first(node, "variable")
    called = "" if variable is None else attribute(variable, "name")
    reader = Reader(page, node)
    logic = None
    if kind == "decision":
        logic = reader.box(logic_in(page, node))
    elif kind == "businessKnowledgeModel":
        logic = reader.box(page.first(node, "encapsulatedLogic"))
    return Drawing(
        key=key,
        kind=kind,
        name=attribute(node, "name"),
        variable="" if plain(called) == plain(attribute(node, "name")) else called,
        type="" if variable is None else attribute(variable, "typeRef"),
        needs=tuple(key for key, _ in _needed(page, node, kind)),
        gives=tuple(key for key, _ in _references(page, node, "outputDecision")),
        logic=logic,
    )


def places_of(content: bytes, name: str, key: str) -> tuple[str, ...]:
    """The `path` of DecisionsUnreadable for each box of an element, in the order of `boxes_in`; none for empty ones.

    Raises DecisionsUnreadable.
    """
    page = Page(root_of(content, name), name)
    node = _found(page, key)
    tree = page.root.getroottree()
    reader = Reader(page, node)
    logic = page.first(node, "encapsulatedLogic") if etree.QName(node).localname != "decision" else logic_in(page, node)
    boxes = boxes_in(reader.box(logic))
    return tuple(tree.getpath(reader.elements[box.at]) if box.at >= 0 else "" for box in boxes)


def write_element(content: bytes, name: str, key: str, drawing: Drawing) -> bytes:
    """The file with the element as it is drawn.

    Raises DecisionsUnreadable, and ValueError for a drawing that is out of shape.
    """
    if read_element(content, name, key) == drawing:
        return content
    page = editable(content, name)
    node = _found(page, key)
    kind = etree.QName(node).localname
    writer = Writer(page, node)
    if not plain(drawing.name):
        raise ValueError("it needs a name")
    _take_variable(writer, node, drawing)
    if kind == "decisionService":
        _take_service(writer, node, drawing)
    else:
        _take_needs(writer, node, kind, drawing.needs)
    if drawing.logic is not None:
        _take_logic(writer, node, kind, drawing.logic)
    if writer.moved:
        etree.indent(node, space="  ", level=1)
    return in_bytes(page, content)


def add_element(content: bytes, name: str, kind: str, title: str) -> tuple[bytes, str]:
    """The file with a new element behind all others, and its id. Raises DecisionsUnreadable, ValueError."""
    page = editable(content, name)
    title = plain(title)
    if kind not in KINDS or not title:
        raise ValueError("it needs a kind and a name")
    if any(plain(attribute(node, "name")) == title for node in page.each(page.root, *KINDS)):
        raise ValueError(f"there is already one called {title}")
    key = _fresh(page, "".join(sign if sign.isalnum() else "_" for sign in title))
    writer = Writer(page, page.root)
    node = writer.new(kind)
    node.attrib.update({"id": key, "name": title})
    etree.SubElement(node, f"{{{page.namespace}}}variable", {"id": f"{key}_variable", "name": title})
    if kind == "decision":
        writer.put(node, Box(kind="literalExpression", text="null"))
    if kind == "businessKnowledgeModel":
        body = etree.SubElement(node, f"{{{page.namespace}}}encapsulatedLogic")
        writer.put(body, Box(kind="literalExpression", text="null"))
    before = [one for one in page.root.iterchildren("*") if etree.QName(one).localname in _BEFORE]
    page.root.insert(page.root.index(before[-1]) + 1 if before else 0, node)
    etree.indent(page.root, space="  ")
    return in_bytes(page, content), key


def remove_element(content: bytes, name: str, key: str) -> bytes:
    """The file without an element, what requires it, and what draws it. Raises DecisionsUnreadable."""
    page = editable(content, name)
    page.root.remove(_found(page, key))
    for holder in list(page.root.iter("*")):
        kind = etree.QName(holder).localname
        parts = list(page.each(holder, "requiredInput", "requiredDecision", "requiredKnowledge"))
        refers = (
            kind in ("outputDecision", "encapsulatedDecision", "inputDecision", "inputData") and _key(holder) == key
        )
        drawn = kind in ("DMNShape", "DMNEdge") and attribute(holder, "dmnElementRef").rpartition(":")[2] == key
        if refers or drawn or any(_key(part) == key for part in parts):
            parent = holder.getparent()
            if parent is not None:
                parent.remove(holder)
    return in_bytes(page, content)


# --- reading


def _listed(node: etree._Element) -> Listed:
    key = attribute(node, "id")
    return Listed(key=key, kind=etree.QName(node).localname, name=plain(attribute(node, "name")) or key)


def _found(page: Page, key: str) -> etree._Element:
    for node in page.each(page.root, *KINDS):
        if attribute(node, "id") == key:
            return node
    raise DecisionsUnreadable("no_logic", name=page.name, decision=key)


def _key(part: etree._Element) -> str:
    """The id that a reference names, where it is one of the same file; else nothing."""
    where, _, key = attribute(part, "href").strip().rpartition("#")
    own = part.getroottree().getroot().get("namespace")
    return key if where in ("", own) else ""


def _references(page: Page, node: etree._Element, *parts: str) -> Iterator[tuple[str, etree._Element]]:
    for part in page.each(node, *parts):
        if key := _key(part):
            yield key, part


def _needed(page: Page, node: etree._Element, kind: str) -> Iterator[tuple[str, etree._Element]]:
    """What an element requires of its own file, each with the part that says so."""
    if kind == "decisionService":
        yield from _references(page, node, "inputData", "inputDecision")
        return
    for requirement in page.each(node, "informationRequirement", "knowledgeRequirement"):
        for key, _ in _references(page, requirement, "requiredInput", "requiredDecision", "requiredKnowledge"):
            yield key, requirement


# --- writing


def _rank(node: etree._Element) -> int:
    tag = etree.QName(node).localname
    return _ORDER.index(tag) if tag in _ORDER else len(_ORDER) if tag in LOGIC else 0


def _place(writer: Writer, node: etree._Element, part: etree._Element) -> None:
    """Put a new part where the standard has it."""
    writer.moved = True
    later = next((one for one in node.iterchildren("*") if _rank(one) > _rank(part)), None)
    if later is None:
        node.append(part)
    else:
        later.addprevious(part)


def _take_variable(writer: Writer, node: etree._Element, drawing: Drawing) -> None:
    writer.set(node, "name", drawing.name)
    variable = writer.page.first(node, "variable")
    called = plain(drawing.variable) or drawing.name
    if variable is None:
        if not drawing.type and not drawing.variable:
            return
        variable = writer.new("variable")
        _place(writer, node, variable)
    writer.set(variable, "name", called)
    writer.set(variable, "typeRef", drawing.type)


def _take_needs(writer: Writer, node: etree._Element, kind: str, needs: Collection[str]) -> None:
    page = writer.page
    kinds: Mapping[str, str] = {
        attribute(one, "id"): etree.QName(one).localname for one in page.each(page.root, *KINDS)
    }
    present = dict(_needed(page, node, kind))
    for key in present.keys() - set(needs):
        node.remove(present[key])
        writer.moved = True
    for key in dict.fromkeys(needs):
        if key in present or key not in kinds:
            continue
        tag, inner = _REQUIRED[kinds[key]]
        if kind == "businessKnowledgeModel" and tag == "informationRequirement":
            raise ValueError("a knowledge model needs knowledge alone: what it is told are its parameters")
        requirement = writer.new(tag)
        requirement.set("id", _fresh(page, f"{attribute(node, 'id')}_needs_{key}"))
        etree.SubElement(requirement, f"{{{page.namespace}}}{inner}", {"href": f"#{key}"})
        _place(writer, node, requirement)


def _take_service(writer: Writer, node: etree._Element, drawing: Drawing) -> None:
    page = writer.page
    kinds = {attribute(one, "id"): etree.QName(one).localname for one in page.each(page.root, "inputData", "decision")}
    for parts, wanted in ((("inputData", "inputDecision"), drawing.needs), (("outputDecision",), drawing.gives)):
        present = dict(_references(page, node, *parts))
        for key in present.keys() - set(wanted):
            node.remove(present[key])
            writer.moved = True
        for key in dict.fromkeys(wanted):
            if key not in present and key in kinds:
                tag = parts[0] if len(parts) == 1 or kinds[key] == "inputData" else "inputDecision"
                part = writer.new(tag)
                part.set("href", f"#{key}")
                _place(writer, node, part)


def _take_logic(writer: Writer, node: etree._Element, kind: str, box: Box) -> None:
    if kind == "decision":
        writer.put(node, box)
        return
    if kind != "businessKnowledgeModel" or box.kind != "functionDefinition":
        raise ValueError("a knowledge model is a function")
    logic = writer.page.first(node, "encapsulatedLogic")
    if logic is None:
        logic = writer.new("encapsulatedLogic")
        _place(writer, node, logic)
    writer.set(logic, "typeRef", box.type)
    writer.fill(logic, box, 0)


def _fresh(page: Page, stem: str) -> str:
    """An id that nothing in the file has."""
    taken = {one.get("id") for one in page.root.iter("*")}
    stem = stem if stem[:1].isalpha() or stem[:1] == "_" else f"_{stem}"
    return next(name for name in (stem, *(f"{stem}_{number}" for number in range(2, 10_000))) if name not in taken)
