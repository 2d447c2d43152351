"""How decisions are asked from Python: models as files, values in and out, and what is null with a reason."""

from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from zoneinfo import ZoneInfo

import pytest

from bpmn.decisions import evaluate, open_decisions, read_decisions
from bpmn.errors import DecisionFailed, DecisionsUnreadable
from forms.feel import YearsMonths
from tests.bpmn.decisions.writing import (
    component,
    decision,
    file,
    imported,
    item_type,
    knowledge,
    literal,
    needs,
    service,
    told,
)

SCORES = file(
    told("points given", "number"),
    decision("score", "points given * 2", needs("points given", kind="Input"), name="The score"),
    own="urn:scores",
)
GRADES = file(
    imported("lib", "urn:scores"),
    decision("grade", 'if lib.The score > 10 then "high" else "low"', needs("urn:scores#score")),
)


def kind_of(type_ref, value):
    """What a decision sees of an input of a type: whether it is of it, and the value as it comes back."""
    logic = f"[given instance of {type_ref}, given]" if type_ref else "given"
    model = read_decisions(
        file(told("given", type_ref), decision("d", logic, needs("given", kind="Input"))), "kinds.dmn"
    )
    return evaluate(model, "d", {"given": value}).value


def test_a_model_is_opened_with_what_it_imports_from_its_folder(tmp_path):
    (tmp_path / "grades.dmn").write_bytes(GRADES)
    (tmp_path / "other.dmn").write_bytes(SCORES)
    (tmp_path / "odd.dmn").write_text("no XML")
    assert evaluate(tmp_path / "grades.dmn", "grade", {"points given": 6}).value == "high"
    assert evaluate(str(tmp_path / "grades.dmn"), "grade", {"points given": 5}).value == "low"
    assert open_decisions(tmp_path / "grades.dmn").faults == ()
    with pytest.raises(DecisionsUnreadable):
        open_decisions(tmp_path / "odd.dmn")


def test_what_comes_through_an_import_has_its_name_in_front():
    model = read_decisions(GRADES, "grades.dmn", {"scores.dmn": SCORES})
    for inputs in ({"lib.points given": 6}, {"lib": {"points given": 6}}, {"points given": 6}):
        assert evaluate(model, "grade", inputs).value == "high", inputs
        assert evaluate(model, "lib.The score", inputs).value == 12
    with pytest.raises(DecisionFailed):
        evaluate(model, "The score", {"points given": 6})


@pytest.mark.parametrize(
    ("type_ref", "value", "seen"),
    [
        ("number", 3, Decimal(3)),
        ("number", 2.5, Decimal("2.5")),
        ("number", "-2.50", Decimal("-2.50")),
        ("boolean", True, True),
        ("boolean", "false", False),
        ("string", "3", "3"),
        ("date", date(2026, 11, 23), "2026-11-23"),
        ("date", "2026-11-23", "2026-11-23"),
        ("time", time(8, 30), "08:30:00"),
        ("date and time", datetime(2026, 11, 23, 8, tzinfo=UTC), "2026-11-23T08:00:00Z"),
        ("date and time", datetime(2026, 1, 2, 3, tzinfo=ZoneInfo("Europe/Paris")), "2026-01-02T03:00:00@Europe/Paris"),
        ("days and time duration", timedelta(hours=26), "P1DT2H"),
        ("years and months duration", YearsMonths(months=14), "P1Y2M"),
        ("years and months duration", "P14M", "P1Y2M"),
        ("list<number>", (1, 2), [1, 2]),
        ("context<a: date>", {"a": date(2026, 1, 1)}, {"a": "2026-01-01"}),
    ],
)
def test_values_of_python_and_texts_of_a_type_are_read(type_ref, value, seen):
    simple = "<" not in type_ref
    assert kind_of(type_ref if simple else "", value) == ([True, seen] if simple else seen)


@pytest.mark.parametrize(
    ("type_ref", "value"),
    [
        ("number", "three"),
        ("number", "1e9999999"),
        ("number", True),
        ("boolean", "yes"),
        ("boolean", 1),
        ("string", 3),
        ("date", "2026-02-30"),
        ("date", datetime(2026, 11, 23, tzinfo=UTC)),
        ("years and months duration", timedelta(days=30)),
    ],
)
def test_what_is_of_another_type_is_null_with_the_reason(type_ref, value):
    model = read_decisions(
        file(told("given", type_ref), decision("d", "given", needs("given", kind="Input"))), "kinds.dmn"
    )
    found = evaluate(model, "d", {"given": value})
    assert found.value is None
    assert found.trace.problems[0].startswith(f"given is no {type_ref}: it is a ")


def holding_itself():
    value = []
    value.append(value)
    return value


NO_DATA = {
    "no number": float("nan"),
    "signals": Decimal("sNaN"),
    "endless": Decimal("Infinity"),
    "too large": 10**7000,
    "an object": object(),
    "a set": {1, 2},
}


@pytest.mark.parametrize("value", NO_DATA.values(), ids=NO_DATA)
@pytest.mark.parametrize("logic", ["given + 1", "given > 1", "given in [1..5]", "max(given, 1)", "string(given)"])
def test_what_is_no_data_is_null_with_the_reason(value, logic):
    model = read_decisions(file(told("given"), decision("d", logic, needs("given", kind="Input"))), "x.dmn")
    for inputs in ({"given": value}, {"given": [value]}, {"given": {"inside": value}}):
        found = evaluate(model, "d", inputs)
        assert found.trace.problems[0].startswith("given: "), found


def test_a_value_that_holds_itself_ends_in_a_limit():
    with pytest.raises(DecisionFailed) as caught:
        evaluate(read_decisions(SCORES, "s.dmn"), "score", {"points given": holding_itself()})
    assert caught.value.code == "limit"


def test_an_input_that_is_missing_is_null_with_the_reason():
    found = evaluate(read_decisions(SCORES, "scores.dmn"), "The score")
    assert found.value is None
    assert "there is no “points given” here" in found.trace.problems


def test_without_an_environment_it_is_the_present_time():
    model = read_decisions(
        file(decision("d", "[now() instance of date and time, today() instance of date, now().year >= 2024]")), "t.dmn"
    )
    assert evaluate(model, "d").value == [True, True, True]


def test_parameters_are_read_from_outside_and_conform_within():
    """A text is a date where somebody outside tells it; in a call of FEEL it stays a text (clause 10.3.2.9.4)."""
    model = read_decisions(
        file(
            item_type("tPerson", components=component("born", "date") + component("level", "number")),
            told("person", "tPerson"),
            knowledge("year", ["person: tPerson"], "person.born.year + person.level"),
            decision("inner", "person.born.year + person.level", needs("person", kind="Input")),
            service("asked", outputs=["inner"], data=["person"]),
            decision("calls", literal('asked({born: "2001-02-03", level: 1})'), needs("asked", kind="Knowledge")),
        ),
        "persons.dmn",
    )
    person = {"person": {"born": "2001-02-03", "level": "1"}}
    assert evaluate(model, "year", person).value == 2002
    assert evaluate(model, "asked", person).value == 2002
    assert evaluate(model, "inner", person).value == 2002
    assert evaluate(model, "calls").value is None
