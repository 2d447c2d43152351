"""Decision tables read and evaluated: hit policies, checks, requirements, and what the trace says."""

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from xml.sax.saxutils import escape

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bpmn.decisions import Matched, evaluate, read_decisions
from bpmn.decisions.reading import NAMESPACES
from bpmn.errors import DecisionFailed, DecisionsUnreadable
from forms.feel import Environment, Limits

NEWEST = "https://www.omg.org/spec/DMN/20230324/MODEL/"


def table(inputs, outputs, rows, policy="UNIQUE", more=""):
    """A table: inputs as expressions (or with values: ``(expression, values)``), outputs as names (or with values and
    default), rows as lists of cells."""
    parts = []
    for one in inputs:
        expression, values = one if isinstance(one, tuple) else (one, "")
        allowed = f"<inputValues><text>{escape(values)}</text></inputValues>" if values else ""
        text = f"<inputExpression><text>{escape(expression)}</text></inputExpression>"
        parts.append(f'<input label="{escape(expression)}">{text}{allowed}</input>')
    for one in outputs:
        name, values, default = (one if isinstance(one, tuple) else (one, "", ""))[:3]
        allowed = f"<outputValues><text>{escape(values)}</text></outputValues>" if values else ""
        fallback = f"<defaultOutputEntry><text>{escape(default)}</text></defaultOutputEntry>" if default else ""
        parts.append(f'<output name="{name}">{allowed}{fallback}</output>')
    for number, row in enumerate(rows, 1):
        cells = "".join(
            f"<{kind}><text>{escape(cell)}</text></{kind}>"
            for kind, cell in zip(["inputEntry"] * len(inputs) + ["outputEntry"] * len(outputs), row, strict=False)
        )
        parts.append(f'<rule id="r{number}">{cells}</rule>')
    return f'<decisionTable id="tab" hitPolicy="{policy}"{more}>{"".join(parts)}</decisionTable>'


def model(logic, identity="d", more="", namespace=NEWEST):
    decision = f'<decision id="{identity}" name="The decision">{logic}</decision>'
    return read_decisions(f'<definitions xmlns="{namespace}">{decision}{more}</definitions>'.encode(), "x.dmn")


def decide(logic, **inputs):
    return evaluate(model(logic), "d", inputs)


def refused(logic, **more):
    with pytest.raises(DecisionsUnreadable) as caught:
        model(logic, **more).sound()
    return caught.value


ROWS = [["> 10", '"high"'], ["> 5", '"middle"'], ["-", '"low"']]
LEVELS = ("level", '"low", "middle", "high"', "")
N = Decimal


@pytest.mark.parametrize(
    ("policy", "amount", "value", "matched"),
    [
        ("FIRST", 20, "high", [1]),
        ("FIRST", 7, "middle", [2]),
        ("PRIORITY", 20, "low", [3]),
        ("RULE ORDER", 20, ["high", "middle", "low"], [1, 2, 3]),
        ("RULE ORDER", 1, ["low"], [3]),
        ("OUTPUT ORDER", 20, ["low", "middle", "high"], [3, 2, 1]),
        ("COLLECT", 7, ["middle", "low"], [2, 3]),
        ("UNIQUE", 1, "low", [3]),
        ("ANY", 1, "low", [3]),
    ],
)
def test_hit_policies(policy, amount, value, matched):
    found = decide(table(["amount"], [LEVELS], ROWS, policy), amount=N(amount))
    assert found.value == value
    assert found.variables == {"level": value}
    assert [one.number for one in found.trace.matched] == matched


@pytest.mark.parametrize(
    ("aggregation", "value"), [("SUM", N(6)), ("MIN", N(1)), ("MAX", N(3)), ("COUNT", N(3)), ("", [N(1), N(3), N(2)])]
)
def test_collect_aggregates(aggregation, value):
    more = f' aggregation="{aggregation}"' if aggregation else ""
    found = decide(table(["a"], ["x"], [["-", "1"], ["-", "3"], ["-", "2"], ["99", "9"]], "COLLECT", more), a=N(0))
    assert found.value == value
    assert found.variables == {"x": value}


def test_aggregating_what_is_no_number_fails():
    with pytest.raises(DecisionFailed) as caught:
        decide(table(["a"], ["x"], [["-", "1"], ["-", '"b"']], "COLLECT", ' aggregation="SUM"'), a=N(0))
    assert caught.value.code == "not_numbers"


def test_overlap_under_unique_is_an_error_not_the_first_match():
    with pytest.raises(DecisionFailed) as caught:
        decide(table(["a"], ["x"], [["> 1", "1"], ["> 2", "1"]]), a=N(3))
    assert (caught.value.code, caught.value.parameters["rules"]) == ("several_rules", "1, 2")


def test_any_wants_equal_outputs():
    rows = [["> 1", '"a"'], ["> 2", '"a"'], ["> 3", '"b"']]
    found = decide(table(["a"], ["x"], rows, "ANY"), a=N(3))
    assert (found.value, [one.number for one in found.trace.matched]) == ("a", [1, 2])
    with pytest.raises(DecisionFailed) as caught:
        decide(table(["a"], ["x"], rows, "ANY"), a=N(4))
    assert caught.value.code == "outputs_differ"


def test_priority_weighs_the_first_output_most():
    outputs = [("x", '"a", "b"', ""), ("y", "1, 2", "")]
    rows = [["-", '"b"', "1"], ["-", '"a"', "2"], ["-", '"a"', "1"]]
    assert decide(table(["n"], outputs, rows, "PRIORITY"), n=N(0)).value == {"x": "a", "y": N(1)}
    ordered = decide(table(["n"], outputs, rows, "OUTPUT ORDER"), n=N(0))
    assert [one.number for one in ordered.trace.matched] == [3, 2, 1]


def test_several_outputs_are_a_context_and_set_several_variables():
    found = decide(table(["a"], ["x", "y"], [["1", '"p"', "2"]]), a=N(1))
    assert found.value == found.variables == {"x": "p", "y": N(2)}
    many = decide(table(["a"], ["x", "y"], [["1", '"p"', "2"]], "COLLECT"), a=N(1))
    assert many.value == [{"x": "p", "y": N(2)}]
    assert many.variables == {"The decision": [{"x": "p", "y": N(2)}]}


def test_no_match_gives_the_default_or_nothing():
    assert decide(table(["a"], ["x"], [["1", "2"]]), a=N(9)).variables == {"x": None}
    assert decide(table(["a"], [("x", "", "7")], [["1", "2"]]), a=N(9)).value == N(7)
    assert decide(table(["a"], ["x"], [["1", "2"]], "COLLECT"), a=N(9)).value == []
    count = table(["a"], ["x"], [["1", "2"]], "COLLECT", ' aggregation="COUNT"')
    assert decide(count, a=N(9)).value == N(0)
    total = table(["a"], ["x"], [["1", "2"]], "COLLECT", ' aggregation="SUM"')
    assert decide(total, a=N(9)).value is None


def test_one_unnamed_output_is_named_by_the_decision():
    found = evaluate(model("<variable name='level'/>" + table(["a"], [""], [["-", "1"]])), "d", {"a": N(1)})
    assert found.variables == {"level": N(1)}


@pytest.mark.parametrize(
    ("cell", "value", "matches"),
    [
        ('"a", "b"', "b", True),
        ('"a", "b"', "c", False),
        ('not("a")', "b", True),
        ("[1..10]", N(10), True),
        ("[1..10)", N(10), False),
        ("true", True, True),
        ("true", False, False),
        ("1", True, False),
        ("null", None, True),
        ('date("2027-01-01")', "2027-01-01", False),
        ("? > 3 and ? < 5", N(4), True),
        ("1.0", N("1.00"), True),
        ("", "anything", True),
    ],
)
def test_cells_are_feel(cell, value, matches):
    assert decide(table(["a"], ["x"], [[cell, "1"]]), a=value).value == (N(1) if matches else None)


def test_temporal_inputs_compare_as_dates():
    rows = [['< date("2027-01-01")', '"old"'], ['>= date("2027-01-01")', 'date(day) + duration("P1D")']]
    logic = table(["date(day)"], ["x"], rows)
    assert decide(logic, day="2026-12-31").value == "old"
    found = decide(logic, day="2027-01-31")
    assert found.value == "2027-02-01"
    assert found.trace.inputs == {"date(day)": "2027-01-31"}


def test_input_and_output_values_are_checked():
    logic = table([("a", '"x", "y"')], ["out"], [["-", "1"]])
    assert decide(logic, a="x").value == N(1)
    with pytest.raises(DecisionFailed) as caught:
        decide(logic, a="z")
    assert (caught.value.code, caught.value.parameters) == ("input_not_allowed", {"column": "a", "value": '"z"'})
    with pytest.raises(DecisionFailed):
        decide(logic)
    with pytest.raises(DecisionFailed) as caught:
        decide(table(["a"], [("out", "1, 2", "")], [["-", "a"]]), a=N(3))
    assert caught.value.code == "output_not_allowed"


def test_the_trace_explains_the_result():
    found = decide(table(["a", "b.c"], ["x"], [['"p"', "-", "missing + 1"]]), a="p", b={"c": N(2)})
    assert found.trace.decision == "d"
    assert found.trace.inputs == {"a": "p", "b.c": N(2)}
    assert found.trace.matched == (Matched(id="r1", number=1),)
    assert found.trace.outputs == ({"x": None},)
    assert any("rule 1, x: " in problem and "missing" in problem for problem in found.trace.problems)


def test_required_decisions_are_evaluated_first_and_traced():
    more = (
        '<inputData id="i" name="number of users"/>'
        '<decision id="impact" name="Impact level"><informationRequirement><requiredInput href="#i"/>'
        "</informationRequirement><literalExpression><text>if number of users &gt; 10 then 1 else 2</text>"
        "</literalExpression></decision>"
    )
    requires = '<informationRequirement><requiredDecision href="#impact"/></informationRequirement>'
    read = model(requires + table(["Impact level"], ["x"], [["1", '"P1"'], ["2", '"P2"']]), more=more)
    found = evaluate(read, "d", {"number of users": N(50)})
    assert found.value == "P1"
    assert [one.decision for one in found.trace.required] == ["impact"]
    assert found.trace.required[0].inputs == {"number of users": N(50)}
    assert read.names_read("d") == {"number of users"}


@pytest.mark.parametrize("namespace", sorted(NAMESPACES))
def test_all_versions_of_dmn_are_read(namespace):
    assert evaluate(model(table(["a"], ["x"], [["-", "1"]]), namespace=namespace), "d", {"a": None}).value == N(1)


def literal(text):
    return f"<literalExpression><text>{text}</text></literalExpression>"


CIRCLE = '<informationRequirement><requiredDecision href="#d"/></informationRequirement>'


@pytest.mark.parametrize(
    ("logic", "code"),
    [
        ("<context><contextEntry/></context>", "no_logic"),
        (table(["a"], [], []), "no_output"),
        (table(["a"], ["x", "x"], []), "output_name"),
        (table(["a"], ["x"], [], "SOME"), "hit_policy"),
        (table(["a"], ["x"], [], "PRIORITY"), "output_order"),
        (table(["a"], ["x"], [], "COLLECT", ' aggregation="AVG"'), "aggregation"),
        (table(["a"], ["x"], [], "FIRST", ' aggregation="SUM"'), "aggregation_policy"),
        (table(["a"], ["x", "y"], [], "COLLECT", ' aggregation="SUM"'), "aggregation_outputs"),
        (table(["a"], ["x"], [["1"]]), "cells"),
        (table(["a +"], ["x"], []), "column"),
        (table([""], ["x"], []), "column"),
        (table([("a", "1,,")], ["x"], []), "column"),
        (table(["a"], ["x"], [["1", "2"], ["1", "2 +"]]), "cell"),
        (table(["a"], ["x"], [["[1..", "2"]]), "cell"),
        (literal("1 +"), "literal"),
        ('<literalExpression expressionLanguage="python"><text>1</text></literalExpression>', "literal"),
        (table(["a"], ["x"], [["1", "2"]]).replace("<inputEntry>", '<inputEntry expressionLanguage="js">'), "cell"),
        (CIRCLE + literal("1"), "requirement_circle"),
        (CIRCLE.replace("#d", "#gone") + literal("1"), "unknown_requirement"),
        (literal("1+" * 1_000_000 + "1"), "literal"),
    ],
)
def test_what_cannot_run_is_refused_when_read(logic, code):
    assert refused(logic).code == code


def test_a_wrong_cell_is_named_by_table_rule_and_column():
    error = refused(table(["amount"], ["x"], [["1", "2"], ["5 >", "2"]]))
    assert {"table": "tab", "rule": 2, "heading": "amount"}.items() <= error.parameters.items()
    assert "rule 2" in error.message
    assert error.line == 1


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (b"<definitions/>", "not_dmn"),
        (f'<definitions xmlns="{NEWEST}"/>'.encode(), "no_decision"),
        (f'<definitions xmlns="{NEWEST}"><decision/></definitions>'.encode(), "no_decision_id"),
        (b'<!DOCTYPE a [<!ENTITY x "y">]><definitions/>', "doctype"),
    ],
)
def test_what_is_no_decision_file_is_refused(content, code):
    with pytest.raises(DecisionsUnreadable) as caught:
        read_decisions(content, "x.dmn").sound()
    assert caught.value.code == code


def test_an_id_that_occurs_twice_is_refused():
    assert refused(literal("1"), more=f'<decision id="d">{literal("2")}</decision>').code == "duplicate_decision"


def test_an_unknown_decision_and_a_limit_are_failures():
    read = model(literal("count(for a in 1..1000, b in 1..1000 return a)"))
    with pytest.raises(DecisionFailed) as caught:
        evaluate(read, "other", {})
    assert caught.value.code == "unknown_decision"
    with pytest.raises(DecisionFailed) as caught:
        evaluate(read, "d", {}, Environment(limits=Limits(iterations=1000)))
    assert caught.value.code == "limit"


bounds = st.tuples(st.integers(-5, 5), st.integers(-5, 5))
rules = st.lists(st.tuples(bounds, st.integers(0, 2)), min_size=1, max_size=5)


def interval(rule):
    (low, high), output = rule
    return [f"[{low}..{high}]" if low <= high else "-", str(output)]


def matching(rows, value):
    return [output for (low, high), output in rows if low > high or low <= value <= high]


@settings(deadline=None)
@given(rules, st.integers(-6, 6))
def test_unique_gives_the_only_match_or_fails(rows, value):
    expected = matching(rows, value)
    logic = table(["a"], ["x"], [interval(rule) for rule in rows])
    if len(expected) > 1:
        with pytest.raises(DecisionFailed):
            decide(logic, a=N(value))
    else:
        assert decide(logic, a=N(value)).value == (N(expected[0]) if expected else None)


@settings(deadline=None)
@given(rules, st.integers(-6, 6))
def test_any_gives_what_all_matches_say_or_fails(rows, value):
    expected = set(matching(rows, value))
    logic = table(["a"], ["x"], [interval(rule) for rule in rows], "ANY")
    if len(expected) > 1:
        with pytest.raises(DecisionFailed):
            decide(logic, a=N(value))
    else:
        assert decide(logic, a=N(value)).value == (N(expected.pop()) if expected else None)


cells = st.sampled_from(
    [
        *(
            "-",
            '"a"',
            '"b"',
            "1",
            "1, 2",
            "true",
            "> 0",
            'not("a")',
            "null",
            '"a", 1',
            '= "a"',
            "? = 1",
            "-1",
            "= null",
        ),
        *('@"2026-01-02"', 'date("2026-01-02"), "a"', 'duration("P1D")', 'date("2026-01-02T00:00:00")', "? = true"),
    ]
)
values = st.sampled_from(
    [
        *("a", "b", N(1), N("1.0"), N(2), N(-1), True, False, None, ["a"], [N(1)], {"a": N(1)}),
        *(date(2026, 1, 2), date(2026, 1, 3), datetime(2026, 1, 2, tzinfo=UTC), timedelta(days=1), timedelta(days=2)),
    ]
)


@settings(deadline=None)
@given(st.lists(st.tuples(cells, cells), max_size=6), values, values)
def test_looking_rules_up_finds_the_same_as_trying_each(rows, first, second):
    read = model(table(["a", "b"], ["x"], [[*row, str(n)] for n, row in enumerate(rows)], "COLLECT"))
    logic = read.decisions["d"].logic
    tried = [
        rule.number
        for rule in logic.rules
        if all(
            cell is None or cell.matches(value, {"a": first, "b": second})[0] is True
            for cell, value in zip(rule.inputs, (first, second), strict=True)
        )
    ]
    found = evaluate(read, "d", {"a": first, "b": second})
    assert [one.number for one in found.trace.matched] == tried


def requiring(number, *others):
    needs = "".join(
        f'<informationRequirement><requiredDecision href="#n{other}"/></informationRequirement>' for other in others
    )
    return f'<decision id="n{number}" name="n{number}">{needs}{literal("1 + x")}</decision>'


def test_long_and_wide_requirements_stay_bounded():
    deep = "".join(requiring(number, number + 1) for number in range(2_000)) + requiring(2_000)
    assert refused(literal("1"), more=deep).code == "requirement_depth"
    wide = "".join(requiring(n, n + 2 - n % 2, n + 3 - n % 2) for n in range(80)) + requiring(80) + requiring(81)
    read = model(literal("1"), more=wide)
    assert read.names_read("n0") == {"x"}
    found = evaluate(read, "n0", {"x": N(1)})
    assert found.value == N(2)
    assert len(found.trace.required) == 80
    assert all(one.required == () for one in found.trace.required)


def test_a_missing_name_in_an_expression_is_a_problem_not_a_failure():
    found = evaluate(model(literal("a + b")), "d", {"a": N(1)})
    assert found.value is None
    assert found.trace.inputs == {"a": N(1)}
    assert any("b" in problem for problem in found.trace.problems)
