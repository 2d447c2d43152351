"""Files of decisions that other tools write: what they mean beside the standard's own words."""

from xml.sax.saxutils import escape, quoteattr

import pytest

from bpmn.decisions import evaluate, read_decisions
from tests.bpmn.decisions.writing import decision, file, literal, needs, told

CAMUNDA = (
    'xmlns="https://www.omg.org/spec/DMN/20191111/MODEL/" xmlns:camunda="http://camunda.org/schema/1.0/dmn" '
    'xmlns:modeler="http://camunda.org/schema/modeler/1.0" exporter="Camunda Modeler" '
    'modeler:executionPlatform="Camunda Platform"'
)
FLOWABLE = (
    'xmlns="http://www.omg.org/spec/DMN/20180521/MODEL/" xmlns:flowable="http://flowable.org/dmn" '
    'exporter="Flowable Open Source Modeler"'
)


def language(name):
    return f" expressionLanguage={quoteattr(name)}" if name else ""


def table(expression, rows, *, head=CAMUNDA, type_ref="string", more="", languages=("", "", "")):
    """A table of one input and one output as such a tool writes it; languages of the input, its cells, the outputs."""
    of_input, of_cells, of_outputs = map(language, languages)
    rules = "".join(
        f'<rule id="r{number}"><inputEntry id="i{number}"{of_cells}><text>{escape(asked)}</text></inputEntry>'
        f'<outputEntry id="o{number}"{of_outputs}><text>{escape(given)}</text></outputEntry></rule>'
        for number, (asked, given) in enumerate(rows, 1)
    )
    text = (
        f'<definitions {head} id="file" name="DRD" namespace="urn:other"><decision id="d" name="Decision 1">'
        f'<decisionTable id="t" hitPolicy="FIRST"><input id="in" label="In"{more}>'
        f'<inputExpression id="e" typeRef="{type_ref}"{of_input}><text>{escape(expression)}</text></inputExpression>'
        f'</input><output id="out" name="found" typeRef="string"/>{rules}</decisionTable></decision></definitions>'
    )
    return read_decisions(text.encode(), "other.dmn")


def found(model, **inputs):
    assert model.faults == ()
    return evaluate(model, "d", inputs).value


@pytest.mark.parametrize(
    "name",
    [
        *("feel", "FEEL", "feel-scala", "feel-scala-unary-tests", "http://www.omg.org/spec/FEEL/20140401"),
        *("http://www.omg.org/spec/DMN/20180521/FEEL/", "https://www.omg.org/spec/DMN/20230324/FEEL/"),
    ],
)
def test_feel_has_many_names(name):
    assert found(table("amount", [("> 5", "amount * 2")], languages=(name, name, name)), amount=6) == 12
    whole = read_decisions(
        file(told("amount"), decision("d", literal("amount + 1", language(name)), needs("amount", kind="Input")))
        .decode()
        .replace("<definitions", f"<definitions{language(name)}", 1)
        .encode(),
        "whole.dmn",
    )
    assert found(whole, amount=6) == 7


def test_juel_is_translated_where_camunda_7_writes_it():
    rows = [("${cellInput < 10 && order.gold}", "${order.total * 2}"), ("${cellInput >= 10}", "${'much'}")]
    model = table("${order.total}", rows, type_ref="integer", languages=("juel", "juel", "JUEL"))
    assert found(model, order={"total": 4, "gold": True}) == 8
    assert found(model, order={"total": 12, "gold": False}) == "much"
    assert found(model, order={"total": 4, "gold": False}) is None


@pytest.mark.parametrize(
    ("languages", "cell", "reason"),
    [
        (("", "juel", ""), "${service.rate(cellInput)}", "of JUEL is not read"),
        (("", "javascript", ""), "cellInput < 3", "the expression language javascript is not FEEL"),
        (("groovy", "", ""), "< 3", "the expression language groovy is not FEEL"),
        (("", "", ""), "${cellInput < 3}", "unexpected character"),
    ],
)
def test_what_another_language_says_beyond_that_is_a_fault_at_its_place(languages, cell, reason):
    (fault,) = table("amount", [(cell, '"a"')], languages=languages).faults
    assert reason in fault.message
    assert "Table t" in fault.message
    assert "column In" in fault.message


def test_a_date_of_camunda_7_has_a_time_of_day():
    model = table("due", [('< date and time("2026-01-01T12:00:00")', '"old"'), ("-", '"new"')], type_ref="date")
    assert found(model, due="2026-01-01") == "old"
    assert found(model, due="2026-01-01T13:00:00") == "new"


def test_cells_of_camunda_7_name_their_input():
    assert found(table("amount", [("cellInput > 5", '"much"')]), amount=6) == "much"
    named = table("amount * 2", [("doubled > 5", '"much"')], more=' camunda:inputVariable="doubled"')
    assert found(named, amount=3) == "much"


def test_equality_of_flowable_is_read():
    rows = [('== "a"', '"first"'), ('!= "b"', '"second"'), ("-", '"last"')]
    model = table("name", rows, head=FLOWABLE)
    assert [found(model, name=name) for name in ("a", "c", "b")] == ["first", "second", "last"]
