"""Elements of a requirements graph as texts: out of a file and back into it, boxes, needs and types."""

import re
from dataclasses import replace
from decimal import Decimal
from pathlib import Path

import pytest

from bpmn.decisions import evaluate, read_decisions
from bpmn.decisions.boxes import Box, Name, Part, boxes_in
from bpmn.decisions.definitions import Definition, read_definitions, write_definitions
from bpmn.decisions.elements import (
    Drawing,
    add_element,
    elements_in,
    places_of,
    read_element,
    remove_element,
    write_element,
)
from bpmn.decisions.graph import drawn
from bpmn.decisions.sheets import read_sheet, tables_in, write_sheet
from bpmn.errors import DecisionsUnreadable

FILE = (Path(__file__).parent / "rich.dmn").read_bytes()
ORDER = {"order": {"lines": [{"price": 100, "kind of thing": "desk"}, {"price": 4, "kind of thing": "book"}]}}


def literal(text: str) -> Box:
    return Box(kind="literalExpression", text=text)


def fixed(kind: str, text: str = "", **parts: str) -> Box:
    return Box(kind=kind, text=text, parts=tuple(Part(name=name, box=literal(one)) for name, one in parts.items()))


def whole(box: Box) -> Box:
    """The box as it is read again: places, ids and pictures left out."""
    names = tuple(replace(one, at=-1) for one in box.names)
    parts = tuple(replace(one, at=-1, box=whole(one.box)) for one in box.parts)
    return replace(box, at=-1, id="", picture=(), names=names, parts=parts)


def written(box: Box, key: str = "total") -> bytes:
    return write_element(FILE, "rich.dmn", key, replace(read_element(FILE, "rich.dmn", key), logic=box))


def squeezed(content: bytes) -> bytes:
    """Without white space between elements."""
    return re.sub(rb">\s+<", b"><", content).strip().replace(b"'1.0' encoding='UTF-8'", b'"1.0" encoding="UTF-8"')


@pytest.mark.parametrize("key", [one.key for one in elements_in(FILE, "rich.dmn")])
def test_what_was_not_changed_is_the_same_bytes(key: str) -> None:
    assert write_element(FILE, "rich.dmn", key, read_element(FILE, "rich.dmn", key)) == FILE


def test_one_changed_text_changes_nothing_else() -> None:
    drawing = read_element(FILE, "rich.dmn", "total")
    assert drawing.logic is not None
    binding = drawing.logic.parts[1]
    changed = replace(binding, box=replace(binding.box, text="sum(order.lines.price) + 1"))
    content = written(replace(drawing.logic, parts=(drawing.logic.parts[0], changed)))
    expected = FILE.replace(b"<text>sum(order.lines.price)</text>", b"<text>sum(order.lines.price) + 1</text>")
    assert content.split(b"?>", 1)[1].strip() == expected.split(b"?>", 1)[1].strip()


def test_every_kind_of_box_is_read_and_runs() -> None:
    logic = read_element(FILE, "rich.dmn", "all").logic
    assert logic is not None
    kinds = {box.kind for box in boxes_in(logic)}
    assert kinds == {
        *("context", "decisionTable", "for", "conditional", "relation", "functionDefinition", "list", "filter"),
        "literalExpression",
    }
    assert [part.name for part in logic.parts] == ["discount", "words", "rates", "more", "some", ""]
    assert evaluate(read_decisions(FILE, "rich.dmn"), "all", ORDER).value == Decimal("1.1")


@pytest.mark.parametrize(
    ("box", "value"),
    [
        (literal("1 + 1"), 2),
        (Box(kind="list", parts=(Part(box=literal("1")), Part(box=literal("2")))), [1, 2]),
        (Box(kind="context", parts=(Part(name="a b", box=literal("2")), Part(box=literal("a b * 3")))), 6),
        (fixed("conditional", **{"if": "1 > 2", "then": "1", "else": "7"}), 7),
        (fixed("filter", **{"in": "[1, 20]", "match": "item > 10"}), [20]),
        (fixed("for", "one", **{"in": "[1, 2]", "return": "one * 2"}), [2, 4]),
        (fixed("every", "one", **{"in": "[1, 2]", "satisfies": "one > 1"}), False),
        (fixed("some", "one", **{"in": "[1, 2]", "satisfies": "one > 1"}), True),
        (
            Box(
                kind="relation",
                names=(Name(name="a"), Name(name="b")),
                parts=(Part(box=Box(kind="row", parts=(Part(box=literal("1")), Part(box=literal("2"))))),),
            ),
            [{"a": 1, "b": 2}],
        ),
        (
            Box(
                kind="invocation",
                parts=(
                    Part(
                        box=Box(
                            kind="functionDefinition",
                            text="FEEL",
                            names=(Name(name="x"),),
                            parts=(Part(box=literal("x + 1")),),
                        )
                    ),
                    Part(name="x", box=literal("2")),
                ),
            ),
            3,
        ),
    ],
    ids=lambda one: one.kind if isinstance(one, Box) else "",
)
def test_a_new_box_of_every_kind_runs_and_is_read_as_it_was_written(box: Box, value: object) -> None:
    drawing = replace(read_element(FILE, "rich.dmn", "total"), logic=box, type="")
    content = write_element(FILE, "rich.dmn", "total", drawing)
    model = read_decisions(content, "rich.dmn").sound()
    assert evaluate(model, "total", ORDER).value == value
    again = read_element(content, "rich.dmn", "total").logic
    assert again is not None
    assert whole(again) == box
    for kept in (b"<!-- kept -->", b'x:colour="green"', b"<description>what is paid</description>"):
        assert kept in content


def test_parts_move_with_all_that_stands_in_them() -> None:
    logic = read_element(FILE, "rich.dmn", "all").logic
    assert logic is not None
    first, *others, last = logic.parts
    content = written(replace(logic, parts=(*others, first, last)), "all")
    order = [content.index(f'id="e{number}"'.encode()) for number in (2, 3, 4, 5, 1, 6)]
    assert order == sorted(order)
    table = FILE[FILE.index(b"<decisionTable") : FILE.index(b"</decisionTable>")]
    assert squeezed(table) in squeezed(content)


def test_a_table_inside_is_edited_as_a_sheet_and_never_lost() -> None:
    assert tables_in(FILE, "rich.dmn") == {"discounts": "everything"}
    sheet = read_sheet(FILE, "rich.dmn", "discounts")
    changed = replace(sheet.rules[0], cells=("> 50", "0.5"))
    content = write_sheet(FILE, "rich.dmn", "discounts", replace(sheet, rules=(changed, sheet.rules[1])))
    assert evaluate(read_decisions(content, "rich.dmn"), "all", ORDER).value == Decimal("1.5")
    logic = read_element(content, "rich.dmn", "all").logic
    assert logic is not None
    gone = written(replace(logic, parts=logic.parts[1:]), "all")
    drawing = read_element(gone, "rich.dmn", "all")
    with pytest.raises(ValueError, match="taken out of the file"):
        write_element(gone, "rich.dmn", "all", replace(drawing, logic=logic))


def test_a_new_table_can_be_filled_in() -> None:
    content = written(Box(kind="context", parts=(Part(name="t", box=Box(kind="decisionTable")),)))
    assert list(tables_in(content, "rich.dmn").values()) == ["total price", "everything"]


def test_faults_are_found_by_the_place_of_their_box() -> None:
    logic = read_element(FILE, "rich.dmn", "all").logic
    assert logic is not None
    parts = list(logic.parts)
    parts[2] = replace(parts[2], box=fixed("conditional", **{"if": "true", "then": "1 +", "else": "2"}))
    content = written(replace(logic, parts=tuple(parts)), "all")
    (fault,) = read_decisions(content, "rich.dmn").faults
    places = places_of(content, "rich.dmn", "all")
    again = read_element(content, "rich.dmn", "all").logic
    assert again is not None
    assert list(boxes_in(again))[places.index(fault.path)].text == "1 +"


def test_names_needs_and_parameters_are_written_where_the_standard_has_them() -> None:
    model = Drawing(key="tax", kind="businessKnowledgeModel", name="with tax", variable="", type="number", logic=None)
    body = Box(
        kind="functionDefinition",
        text="FEEL",
        names=(Name(name="net price"), Name(name="rate")),
        parts=(Part(box=literal("net price * rate")),),
    )
    content = write_element(FILE, "rich.dmn", "tax", replace(model, logic=body))
    assert b'<formalParameter name="rate"/>' in content
    drawing = read_element(content, "rich.dmn", "total")
    content = write_element(content, "rich.dmn", "total", replace(drawing, name="sum to pay", needs=("tax",)))
    assert b'requiredInput href="#order"/></informationRequirement>\n    <knowledge' not in content
    assert read_element(content, "rich.dmn", "total").needs == ("tax",)
    back = replace(read_element(content, "rich.dmn", "total"), needs=("tax", "order"))
    content = write_element(content, "rich.dmn", "total", back)
    inside = content[content.index(b'id="total"') :]
    assert inside.index(b"<variable") < inside.index(b"requiredInput") < inside.index(b"<invocation")
    assert b'name="sum to pay"' in inside
    service = read_element(content, "rich.dmn", "pricing")
    assert (service.needs, service.gives) == (("order",), ("all",))
    content = write_element(content, "rich.dmn", "pricing", replace(service, needs=("order", "total")))
    assert b'<outputDecision href="#all"/>' in content
    assert b'<inputDecision href="#total"/>' in content


def test_what_is_out_of_shape_is_refused() -> None:
    for box in (
        Box(kind="nonsense"),
        Box(kind="conditional", parts=(Part(name="then", box=literal("1")),)),
        Box(kind="relation", names=(Name(name="a"),), parts=(Part(box=Box(kind="row")),)),
    ):
        with pytest.raises(ValueError, match=r"box|row"):
            written(box)
    deep = literal("1")
    for _ in range(40):
        deep = Box(kind="list", parts=(Part(box=deep),))
    with pytest.raises(ValueError, match="inside one another"):
        written(deep)
    with pytest.raises(DecisionsUnreadable):
        read_element(FILE, "rich.dmn", "nobody")


def test_elements_are_added_and_removed_with_what_refers_to_them() -> None:
    content = FILE
    for kind in ("decision", "inputData", "businessKnowledgeModel", "decisionService"):
        content, key = add_element(content, "rich.dmn", kind, f"new {kind}")
        assert key == f"new_{kind}"
    assert not read_decisions(content, "rich.dmn").faults
    with pytest.raises(ValueError, match="already"):
        add_element(content, "rich.dmn", "decision", "total  price")
    less = remove_element(content, "rich.dmn", "total")
    assert b"#total" not in less
    assert b'id="r3"' in less
    assert read_element(less, "rich.dmn", "all").needs == ("order",)


def test_types_are_edited_and_what_is_not_stays() -> None:
    order, age = read_definitions(FILE, "rich.dmn")
    lines = order.parts[0]
    assert (lines.many, [part.name for part in lines.parts]) == (True, ["price", "kind of thing"])
    assert write_definitions(FILE, "rich.dmn", (order, age)) == FILE
    wide = replace(lines, parts=(*lines.parts, Definition(name="colour", base="tColour", many=True)))
    colour = Definition(name="tColour", base="string", allowed='"red"')
    content = write_definitions(FILE, "rich.dmn", (colour, replace(order, parts=(wide,)), replace(age, allowed="")))
    assert read_definitions(content, "rich.dmn")[1].parts[0].parts[2].base == "tColour"
    assert [one.name for one in read_definitions(content, "rich.dmn")] == ["tColour", "tOrder", "tAge"]
    for kept in (b'x:colour="red"', b"<description>kept too</description>", b"<!-- kept -->"):
        assert kept in content
    assert b"[0..150]" not in content
    assert not read_decisions(content, "rich.dmn").faults
    with pytest.raises(ValueError, match="same name"):
        write_definitions(FILE, "rich.dmn", (age, age))


def test_a_graph_stands_above_what_it_needs_and_nothing_overlaps() -> None:
    graph = drawn(read_decisions(FILE, "rich.dmn"))
    heights = {node.element.name: node.y for node in graph.nodes}
    assert heights["pricing"] < heights["everything"] < heights["total price"] < heights["order"] == heights["with tax"]
    assert len({(node.x, node.y) for node in graph.nodes}) == len(graph.nodes) == 5
    assert sorted(edge.knowledge for edge in graph.edges) == [False, False, False, False, True]
