"""Decision tables as sheets: out of a file and back into it."""

from dataclasses import replace

import pytest

from bpmn.decisions import evaluate, read_decisions
from bpmn.decisions.sheets import Column, Row, Sheet, read_sheet, tables_in, write_sheet
from bpmn.errors import DecisionsUnreadable

FILE = b"""<?xml version="1.0" encoding="UTF-8"?>
<!-- kept -->
<definitions xmlns="https://www.omg.org/spec/DMN/20230324/MODEL/" xmlns:x="urn:x" name="fees" namespace="urn:fees">
  <decision id="fee" name="Fee">
    <variable name="fee"/>
    <decisionTable id="fees" hitPolicy="FIRST">
      <input id="i1" label="Age">
        <inputExpression id="e1" typeRef="number">
          <text>age</text>
        </inputExpression>
      </input>
      <input id="i2">
        <inputExpression><text>member</text></inputExpression>
      </input>
      <output id="o1" name="fee" typeRef="number"/>
      <rule id="young"><description>as agreed</description>
        <inputEntry id="c1" x:colour="red"><text>&lt; 18</text></inputEntry>
        <inputEntry><text>-</text></inputEntry>
        <outputEntry><text>5</text></outputEntry>
      </rule>
      <rule id="member">
        <inputEntry><text/></inputEntry>
        <inputEntry><text>true</text></inputEntry>
        <outputEntry><text>8</text></outputEntry>
      </rule>
    </decisionTable>
  </decision>
  <decision id="words" name="Words"><literalExpression><text>"a"</text></literalExpression></decision>
</definitions>
"""


def sheet() -> Sheet:
    return read_sheet(FILE, "fees.dmn", "fee")


def fee(content: bytes, **inputs):
    return evaluate(read_decisions(content, "fees.dmn"), "fee", inputs).value


def test_a_sheet_holds_the_texts_of_a_table():
    found = sheet()
    assert tables_in(FILE, "fees.dmn") == {"fee": "Fee"}
    assert (found.id, found.hit_policy, found.notes) == ("fees", "FIRST", ("",))
    assert [(column.label, column.text, column.type) for column in found.inputs] == [
        ("Age", "age", "number"),
        ("", "member", ""),
    ]
    assert [row.cells for row in found.rules] == [("< 18", "-", "5"), ("", "true", "8")]
    assert [row.notes for row in found.rules] == [("as agreed",), ("",)]


def test_a_sheet_that_was_not_changed_gives_the_same_bytes():
    assert write_sheet(FILE, "fees.dmn", "fee", sheet()) == FILE


def test_what_is_changed_runs_and_everything_else_stays():
    old = sheet()
    rules = (
        Row(cells=(">= 65", "", "3"), notes=("new",)),
        Row(at=1, cells=("", "true", "7"), notes=("",)),
        Row(at=0, cells=("< 18", "-", "5"), notes=("",)),
    )
    written = write_sheet(FILE, "fees.dmn", "fee", replace(old, rules=rules))
    assert [fee(written, age=70, member=True), fee(written, age=10, member=True), fee(written, age=10)] == [3, 7, 5]
    for part in (b"<!-- kept -->", b'x:colour="red"', b'id="young"', b'id="c1"', b'id="fees_rule_1"', b'"a"'):
        assert part in written
    assert b"as agreed" not in written
    again = read_sheet(written, "fees.dmn", "fee")
    assert [row.notes for row in again.rules] == [("new",), ("",), ("",)]
    assert write_sheet(written, "fees.dmn", "fee", again) == written


def test_columns_are_added_moved_and_taken_away_with_their_cells():
    old = sheet()
    country = Column(label="Country", text="country", type="string", values='"NL", "BE"')
    wide = replace(
        old,
        inputs=(country, old.inputs[1], old.inputs[0]),
        outputs=(replace(old.outputs[0], default="10", values="3, 5, 8, 10"), Column(text="why", type="string")),
        rules=tuple(replace(row, cells=('"NL"', row.cells[1], row.cells[0], row.cells[2], '"x"')) for row in old.rules),
    )
    written = write_sheet(FILE, "fees.dmn", "fee", wide)
    assert fee(written, age=10, country="NL") == {"fee": 5, "why": "x"}
    assert fee(written, age=10, country="BE") == {"fee": 10, "why": None}
    assert b'<inputEntry id="c1" x:colour="red">' in written
    narrow = read_sheet(written, "fees.dmn", "fee")
    narrow = replace(
        narrow,
        hit_policy="COLLECT",
        aggregation="SUM",
        inputs=narrow.inputs[2:],
        outputs=(replace(narrow.outputs[0], default="", values=""),),
        rules=tuple(replace(row, cells=row.cells[2:4]) for row in narrow.rules),
    )
    written = write_sheet(written, "fees.dmn", "fee", narrow)
    assert fee(written, age=10) == 13
    assert b"outputValues" not in written
    assert b"country" not in written


def test_columns_of_annotations_keep_their_names():
    named = FILE.replace(b'<rule id="young">', b'<annotation name="Source"/><annotation name="By"/><rule id="young">')
    found = read_sheet(named, "fees.dmn", "fee")
    assert found.notes == ("Source", "By")
    rules = tuple(replace(row, notes=("law", "")) for row in found.rules)
    written = write_sheet(named, "fees.dmn", "fee", replace(found, rules=rules))
    assert [row.notes for row in read_sheet(written, "fees.dmn", "fee").rules] == [("law", "")] * 2
    assert b"as agreed" in written


@pytest.mark.parametrize(
    "change",
    [
        {"hit_policy": "BEST"},
        {"aggregation": "MEAN"},
        {"inputs": ()},
        {"notes": ("a", "b")},
        {"rules": (Row(at=0, cells=("", "", ""), notes=("",)),) * 2},
    ],
)
def test_a_sheet_out_of_shape_is_refused(change):
    with pytest.raises(ValueError, match=" "):
        write_sheet(FILE, "fees.dmn", "fee", replace(sheet(), **change))


def test_a_decision_without_a_table_has_no_sheet():
    with pytest.raises(DecisionsUnreadable):
        read_sheet(FILE, "fees.dmn", "words")


def test_every_wrong_cell_of_a_file_is_told_with_its_place():
    rules = (Row(at=0, cells=("< ", "true true", "5 +"), notes=("",)), Row(at=1, cells=("1", "-", "8"), notes=("",)))
    columns = (replace(sheet().inputs[0], text="age +"), sheet().inputs[1])
    written = write_sheet(FILE, "fees.dmn", "fee", replace(sheet(), rules=rules, inputs=columns))
    with pytest.raises(DecisionsUnreadable) as caught:
        read_decisions(written, "fees.dmn").sound()
    first = caught.value
    places = [(one.code, one.parameters.get("rule"), one.parameters["position"]) for one in (first, *first.others)]
    assert places == [
        ("column", None, "input 0"),
        ("cell", 1, "input 0"),
        ("cell", 1, "input 1"),
        ("cell", 1, "output 0"),
    ]
    assert all(one.parameters["table"] == "fees" for one in (first, *first.others))


def test_wrong_cells_are_told_with_what_ends_the_reading_and_each_once():
    rules = tuple(Row(cells=("!", "", "1"), notes=("",)) for _ in range(3))
    written = write_sheet(FILE, "fees.dmn", "fee", replace(sheet(), rules=rules))
    broken = written.replace(b'"a"</text>', b'"a" +</text>')
    twice = broken.replace(
        b'<decision id="words"',
        b'<decision id="lost"><informationRequirement>'
        b'<requiredDecision href="#nowhere"/></informationRequirement></decision><decision id="words"',
    )
    for content, codes in (
        (broken, ["cell"] * 3 + ["literal"]),
        (twice, ["cell"] * 3 + ["literal", "unknown_requirement"]),
    ):
        with pytest.raises(DecisionsUnreadable) as caught:
            read_decisions(content, "fees.dmn").sound()
        assert [one.code for one in (caught.value, *caught.value.others)] == codes


def test_reading_ends_after_very_many_wrong_cells():
    rules = tuple(Row(cells=("!", "!", "!"), notes=("",)) for _ in range(200))
    with pytest.raises(DecisionsUnreadable) as caught:
        read_decisions(write_sheet(FILE, "fees.dmn", "fee", replace(sheet(), rules=rules)), "fees.dmn").sound()
    told = [caught.value, *caught.value.others]
    assert len(told) == len(set(map(id, told))) == 200
