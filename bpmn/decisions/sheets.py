"""Decision tables as sheets of plain texts, to be edited: taken out of a file and put back into it.

Nothing is parsed as FEEL here, so that a sheet may hold what is wrong or not finished. Everything else in the file
stays as it is written; a sheet that was not changed gives back the same bytes.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Final

from lxml import etree

from bpmn.decisions.editing import editable, in_bytes
from bpmn.decisions.model import Aggregation, HitPolicy
from bpmn.decisions.page import Page, plain
from bpmn.decisions.reading import root_of
from bpmn.errors import DecisionsUnreadable
from bpmn.source import attribute, text

NEW: Final = -1
"""The place of a column or rule that was not in the file."""

NEWEST: Final = "https://www.omg.org/spec/DMN/20230324/MODEL/"
"""The namespace of DMN 1.5, which new files are written in."""

_HOLDERS: Final = ("decision", "businessKnowledgeModel")
_ORDERED: Final = ("input", "output", "annotation", "rule")


@dataclass(frozen=True, kw_only=True)
class Column:
    """A column: `at` is its place in the file, from 0. `text` is the expression of an input, the name of an output.

    `values` are those allowed, `default` that of an output without a match.
    """

    at: int = NEW
    label: str = ""
    text: str = ""
    type: str = ""
    values: str = ""
    default: str = ""


@dataclass(frozen=True, kw_only=True)
class Row:
    """A rule: `at` is its place in the file, `cells` the texts of inputs, then outputs, `notes` its annotations."""

    at: int = NEW
    cells: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()


@dataclass(frozen=True, kw_only=True)
class Sheet:
    """A decision table as texts. `notes` are the names of the columns of annotations, which nothing reads.

    `id` is the table's, as DecisionsUnreadable names it.
    """

    id: str = ""
    hit_policy: str = "UNIQUE"
    aggregation: str = ""
    inputs: tuple[Column, ...] = ()
    outputs: tuple[Column, ...] = ()
    notes: tuple[str, ...] = ("",)
    rules: tuple[Row, ...] = field(default=(), repr=False)


def tables_in(content: bytes, name: str) -> dict[str, str]:
    """The decisions and knowledge models of a file whose logic is a table: their names, by id; then of tables inside.

    Raises DecisionsUnreadable.
    """
    page = Page(root_of(content, name), name)
    return {key: title for key, title, _ in _tables(page)}


def read_sheet(content: bytes, name: str, key: str) -> Sheet:
    """The table of a decision or knowledge model. Raises DecisionsUnreadable."""
    page = Page(root_of(content, name), name)
    return _Table(page, _table(page, key)).sheet(key)


def write_sheet(content: bytes, name: str, key: str, sheet: Sheet) -> bytes:
    """The file with the sheet in place of the table.

    Raises DecisionsUnreadable, and ValueError for a sheet that is out of shape.
    """
    if read_sheet(content, name, key) == sheet:
        return content
    width = len(sheet.inputs) + len(sheet.outputs)
    if any(len(row.cells) != width or len(row.notes) != len(sheet.notes) for row in sheet.rules):
        raise ValueError("a rule has more or fewer cells than there are columns")
    for places in (sheet.inputs, sheet.outputs, sheet.rules):
        known = [one.at for one in places if one.at != NEW]
        if len(set(known)) < len(known):
            raise ValueError("a column or a rule occurs twice")
    if sheet.hit_policy not in list(HitPolicy) or sheet.aggregation not in ("", *Aggregation):
        raise ValueError("there is no such hit policy")
    page = editable(content, name)
    _Table(page, _table(page, key)).take(sheet)
    return in_bytes(page, content)


def new_file(key: str, title: str) -> bytes:
    """A file with one decision, whose table has an input, an output and a rule to be filled in."""
    root = etree.fromstring(f'<definitions xmlns="{NEWEST}"/>')
    root.attrib.update({"id": f"{key}_definitions", "name": title, "namespace": f"urn:decisions:{key}"})
    decision = etree.SubElement(root, f"{{{NEWEST}}}decision", {"id": key, "name": title})
    etree.SubElement(decision, f"{{{NEWEST}}}variable", {"id": f"{key}_variable", "name": key})
    table = etree.SubElement(decision, f"{{{NEWEST}}}decisionTable")
    begin_table(Page(root, f"{key}.dmn"), table, key, title)
    etree.indent(root, space="  ")
    return etree.tostring(root, encoding="UTF-8", xml_declaration=True) + b"\n"


def begin_table(page: Page, table: etree._Element, key: str = "", title: str = "") -> None:
    """Give an empty table an id, an input, an output and a rule to be filled in."""
    taken = {one.get("id") for one in page.root.iter("*")}
    stem = f"{key}_table" if key else "table"
    table.set("id", next(name for name in (stem, *(f"{stem}_{at}" for at in range(2, 10_000))) if name not in taken))
    _Table(page, table).take(
        Sheet(
            inputs=(Column(label="Input", text="input"),),
            outputs=(Column(label=title, text=key),),
            rules=(Row(cells=("", ""), notes=("",)),),
        )
    )


def _tables(page: Page) -> Iterator[tuple[str, str, etree._Element]]:
    """Key, title and element of each table: one that stands inside a boxed expression is found by its own id."""
    for node in page.each(page.root, *_HOLDERS):
        inner = page.first(node, "encapsulatedLogic")
        whole = page.first(node if inner is None else inner, "decisionTable")
        key = attribute(node, "id")
        title = plain(attribute(node, "name")) or key
        for table in node.iter(f"{{{page.namespace}}}decisionTable"):
            if table is whole:
                yield key, title, table
            elif table.get("id"):
                yield attribute(table, "id"), title, table


def _table(page: Page, key: str) -> etree._Element:
    for found, _, table in _tables(page):
        if found == key:
            return table
    raise DecisionsUnreadable("no_logic", name=page.name, decision=key)


class _Table:
    """A decisionTable element, read as a sheet and rewritten from one."""

    def __init__(self, page: Page, node: etree._Element) -> None:
        self.page = page
        self.node = node
        self.old = {part: list(page.each(node, part)) for part in _ORDERED}

    # --- read

    def sheet(self, key: str) -> Sheet:
        page = self.page
        return Sheet(
            id=attribute(self.node, "id") or key,
            hit_policy=attribute(self.node, "hitPolicy", "UNIQUE"),
            aggregation=attribute(self.node, "aggregation"),
            inputs=tuple(self.input(at, node) for at, node in enumerate(self.old["input"])),
            outputs=tuple(
                Column(
                    at=at,
                    label=attribute(node, "label"),
                    text=attribute(node, "name"),
                    type=attribute(node, "typeRef"),
                    values=page.inner(node, "outputValues"),
                    default=page.inner(node, "defaultOutputEntry"),
                )
                for at, node in enumerate(self.old["output"])
            ),
            notes=tuple(attribute(node, "name") for node in self.old["annotation"]) or ("",),
            rules=tuple(Row(at=at, cells=self.cells(rule), notes=self.notes(rule)) for at, rule in self.rules()),
        )

    def input(self, at: int, node: etree._Element) -> Column:
        holder = self.page.first(node, "inputExpression")
        return Column(
            at=at,
            label=attribute(node, "label"),
            text=self.page.text(holder),
            type="" if holder is None else attribute(holder, "typeRef"),
            values=self.page.inner(node, "inputValues"),
        )

    def rules(self) -> Iterable[tuple[int, etree._Element]]:
        return enumerate(self.old["rule"])

    def cells(self, rule: etree._Element) -> tuple[str, ...]:
        return tuple(
            self.page.text(cell)
            for part, columns in (("inputEntry", self.old["input"]), ("outputEntry", self.old["output"]))
            for cell in _padded(list(self.page.each(rule, part)), len(columns))
        )

    def notes(self, rule: etree._Element) -> tuple[str, ...]:
        if not self.old["annotation"]:
            return (text(self.page.first(rule, "description")),)
        found = _padded(list(self.page.each(rule, "annotationEntry")), len(self.old["annotation"]))
        return tuple(self.page.text(entry) for entry in found)

    # --- written

    def take(self, sheet: Sheet) -> None:
        """Make the element say what the sheet says; what the file holds already is kept and moved."""
        node = self.node
        node.set("hitPolicy", sheet.hit_policy)
        self.set(node, "aggregation", sheet.aggregation)
        inputs = [self.kept("input", column.at) for column in sheet.inputs]
        outputs = [self.kept("output", column.at) for column in sheet.outputs]
        rules = [self.kept("rule", row.at) for row in sheet.rules]
        old_cells = {
            id(rule): {part: list(self.page.each(rule, part)) for part in ("inputEntry", "outputEntry")}
            for rule in self.old["rule"]
        }
        for part in _ORDERED:
            for element in self.old[part]:
                node.remove(element)
        node.extend([*inputs, *outputs, *self.old["annotation"], *rules])
        for element, column in zip(inputs, sheet.inputs, strict=True):
            self.take_input(element, column)
        for element, column in zip(outputs, sheet.outputs, strict=True):
            self.take_output(element, column)
        for element, row in zip(rules, sheet.rules, strict=True):
            self.take_rule(element, row, sheet, old_cells.get(id(element), {}))
        for part in ("input", "output", "rule"):
            for element in self.page.each(node, part):
                self.identify(element, part)
        etree.indent(node, space="  ", level=sum(1 for _ in node.iterancestors()))

    def kept(self, part: str, at: int) -> etree._Element:
        known = self.old[part]
        return known[at] if 0 <= at < len(known) else self.made(part)

    def made(self, part: str) -> etree._Element:
        return etree.Element(f"{{{self.page.namespace}}}{part}", nsmap=None)

    def identify(self, element: etree._Element, part: str) -> None:
        """An id for what has none: traces and findings name rules and columns by it."""
        if element.get("id"):
            return
        taken = {one.get("id") for one in self.page.root.iter(etree.Element)}
        table = attribute(self.node, "id") or "table"
        number = 1
        while f"{table}_{part}_{number}" in taken:
            number += 1
        element.set("id", f"{table}_{part}_{number}")

    def take_input(self, element: etree._Element, column: Column) -> None:
        self.set(element, "label", column.label)
        holder = self.page.first(element, "inputExpression")
        if holder is None:
            holder = self.made("inputExpression")
            element.insert(0, holder)
        self.set(holder, "typeRef", column.type)
        self.write(holder, column.text)
        self.part(element, "inputValues", column.values)

    def take_output(self, element: etree._Element, column: Column) -> None:
        for name, value in (("label", column.label), ("name", column.text), ("typeRef", column.type)):
            self.set(element, name, value)
        self.part(element, "outputValues", column.values)
        self.part(element, "defaultOutputEntry", column.default)

    def take_rule(self, rule: etree._Element, row: Row, sheet: Sheet, old: dict[str, list[etree._Element]]) -> None:
        for cells in old.values():
            for cell in cells:
                rule.remove(cell)
        notes = list(self.page.each(rule, "annotationEntry"))
        for note in notes:
            rule.remove(note)
        parts = [("inputEntry", column) for column in sheet.inputs] + [("outputEntry", one) for one in sheet.outputs]
        for (part, column), written in zip(parts, row.cells, strict=True):
            known = old.get(part, [])
            cell = known[column.at] if 0 <= column.at < len(known) and row.at != NEW else self.made(part)
            self.write(cell, written or ("-" if part == "inputEntry" else ""))
            rule.append(cell)
        self.take_notes(rule, row.notes, notes)

    def take_notes(self, rule: etree._Element, notes: Sequence[str], old: Sequence[etree._Element]) -> None:
        if self.old["annotation"]:
            for at, note in enumerate(notes):
                entry = old[at] if at < len(old) else self.made("annotationEntry")
                self.write(entry, note)
                rule.append(entry)
            return
        description = self.page.first(rule, "description")
        if notes[0] and description is None:
            description = self.made("description")
            rule.insert(0, description)
        if description is not None and not notes[0]:
            rule.remove(description)
        elif description is not None and text(description) != notes[0]:
            description.text = notes[0]

    def part(self, element: etree._Element, name: str, written: str) -> None:
        """A part that holds a text; taken away where the text is empty."""
        found = self.page.first(element, name)
        if not written:
            if found is not None:
                element.remove(found)
            return
        if found is None:
            found = self.made(name)
            after = self.page.first(element, "defaultOutputEntry") if name == "outputValues" else None
            if after is not None:
                after.addprevious(found)
            else:
                element.append(found)
        self.write(found, written)

    def write(self, holder: etree._Element, written: str) -> None:
        inner = self.page.first(holder, "text")
        if inner is None:
            inner = self.made("text")
            holder.insert(0, inner)
        if text(inner) != written:
            inner.text = written

    @staticmethod
    def set(element: etree._Element, name: str, value: str) -> None:
        if value:
            element.set(name, value)
        elif name in element.attrib:
            del element.attrib[name]


def _padded(cells: list[etree._Element], count: int) -> list[etree._Element | None]:
    return [*cells[:count], *[None] * (count - len(cells))]
