"""Boxed expressions, one by one as clause 7.3 of DMN 1.5 tells them, nested, and called by one another."""

from decimal import Decimal as N

import pytest

from bpmn.decisions import evaluate, read_decisions
from bpmn.errors import DecisionFailed, DecisionsUnreadable
from tests.bpmn.decisions.writing import (
    conditional,
    context,
    decision,
    file,
    filtered,
    function,
    invocation,
    items,
    iteration,
    knowledge,
    literal,
    needs,
    relation,
    table,
    told,
)

PEOPLE = relation(["name", "age"], ['"Ann"', "30"], ['"Bo"', "40"], ['"Cy"', "50"])

CASES = [
    # contexts (7.3.3)
    ("context", context(("a", "1"), ("b", "a + 1")), {}, {"a": N(1), "b": N(2)}),
    ("context with result", context(("a", "x"), ("b", "a * 2"), ("", "a + b")), {"x": N(3)}, N(9)),
    ("context of names with spaces", context(("first one", "1"), ("", "first one + 1")), {}, N(2)),
    ("context in a context", context(("a", context(("b", "1"))), ("", "a.b")), {}, N(1)),
    ("context hides the scope", context(("x", "5"), ("", "x")), {"x": N(1)}, N(5)),
    ("context with a typed entry", context(("a", '"1"', "number"), ("b", "2", "number")), {}, {"a": None, "b": N(2)}),
    ("empty context", "<context/>", {}, {}),
    ("context with a table", context(("t", table(["x"], ["y"], ["1", '"one"'])), ("", "t")), {"x": N(1)}, "one"),
    ("context with a function", context(("f", function(["n"], "n + 1")), ("", "f(1)")), {}, N(2)),
    (
        "function that calls itself",
        context(("f", function(["n"], "if n <= 1 then 1 else n * f(n - 1)")), ("", "f(5)")),
        {},
        N(120),
    ),
    # functions (7.3.9)
    ("function with typed parameter", context(("f", function(["n: number"], "n")), ("", 'f("a")')), {}, None),
    ("function called by name", context(("f", function(["a", "b"], "a - b")), ("", "f(b: 1, a: 3)")), {}, N(2)),
    ("function with too few arguments", context(("f", function(["a", "b"], "1")), ("", "f(1)")), {}, None),
    ("function of a boxed body", context(("f", function(["n"], items("n", "n + 1"))), ("", "f(1)")), {}, [N(1), N(2)]),
    ("function sees around it", context(("k", "10"), ("f", function(["n"], "n * k")), ("", "f(2)")), {}, N(20)),
    ("function given to a function", context(("f", function(["n"], "-n")), ("", "f(f(3))")), {}, N(3)),
    # invocations (7.3.6)
    (
        "invocation",
        context(("f", function(["a", "b"], "a - b")), ("", invocation("f", b="1", a="x"))),
        {"x": N(5)},
        N(4),
    ),
    ("invocation of a built-in", invocation("sqrt", number="16"), {}, N(4)),
    ("invocation with one left out", context(("f", function(["a", "b"], "b")), ("", invocation("f", a="1"))), {}, None),
    ("invocation of what is unknown", invocation("nothing", a="1"), {}, None),
    ("invocation with a wrong name", context(("f", function(["a"], "a")), ("", invocation("f", z="1"))), {}, None),
    # relations, lists (7.3.4, 7.3.5)
    (
        "relation",
        relation(["a", "b"], ["1", "x"], ["2", '"z"']),
        {"x": N(7)},
        [{"a": N(1), "b": N(7)}, {"a": N(2), "b": "z"}],
    ),
    ("relation without rows", relation(["a"]), {}, []),
    ("list", items("1", "x", items("2")), {"x": None}, [N(1), None, [N(2)]]),
    ("empty list", items(), {}, []),
    ("list of boxed", items(context(("a", "1")), "a"), {"a": N(9)}, [{"a": N(1)}, N(9)]),
    # conditionals (7.3.10)
    ("if true", conditional("x > 1", '"yes"', '"no"'), {"x": N(2)}, "yes"),
    ("if false", conditional("x > 1", '"yes"', '"no"'), {"x": N(1)}, "no"),
    ("if null", conditional("x > 1", '"yes"', '"no"'), {"x": None}, "no"),
    ("if no boolean", conditional("x", '"yes"', '"no"'), {"x": N(1)}, "no"),
    ("if inside if", conditional("x > 1", conditional("x > 5", "3", "2"), "1"), {"x": N(9)}, N(3)),
    # filters (7.3.11)
    ("filter", filtered(PEOPLE, "age > 35"), {}, [{"name": "Bo", "age": N(40)}, {"name": "Cy", "age": N(50)}]),
    ("filter by item", filtered("[1, 2, 3, 4]", "item > 2"), {}, [N(3), N(4)]),
    ("filter by position", filtered("[5, 6, 7]", "2"), {}, N(6)),
    ("filter from the end", filtered("[5, 6, 7]", "-1"), {}, N(7)),
    ("filter of one value", filtered("7", "item = 7"), {}, [N(7)]),
    ("filter of null", filtered("null", "true"), {}, None),
    ("filter that cannot be told", filtered("[1, null]", "item > 0"), {}, [N(1)]),
    ("filter by what is no boolean", filtered("[1, 2]", 'if item = 1 then true else "yes"'), {}, None),
    ("some of what is no boolean", iteration("some", "n", "[1, 2]", 'if n = 2 then true else "yes"'), {}, None),
    ("filter of an empty list", filtered("[]", "item > 0"), {}, []),
    # iterations (7.3.12)
    ("for", iteration("for", "n", "[1, 2, 3]", "n * 2"), {}, [N(2), N(4), N(6)]),
    ("for over a range", iteration("for", "n", "[2..4]", "n"), {}, [N(2), N(3), N(4)]),
    (
        "for over days",
        iteration("for", "d", '[@"2024-02-28"..@"2024-03-01"]', "day of week(d)"),
        {},
        ["Wednesday", "Thursday", "Friday"],
    ),
    (
        "for with partial",
        iteration("for", "n", "[1..4]", "if n = 1 then 1 else n * partial[-1]"),
        {},
        [N(1), N(2), N(6), N(24)],
    ),
    ("for over nothing", iteration("for", "n", "null", "n"), {}, None),
    (
        "for of a boxed body",
        iteration("for", "n", "[1, 2]", context(("n2", "n * n"))),
        {},
        [{"n2": N(1)}, {"n2": N(4)}],
    ),
    ("every", iteration("every", "n", "[1, 2]", "n > 0"), {}, True),
    ("every, not", iteration("every", "n", "[1, 2]", "n > 1"), {}, False),
    ("every of none", iteration("every", "n", "[]", "n > 1"), {}, True),
    ("some", iteration("some", "n", "[1, 2]", "n > 1"), {}, True),
    ("some, not", iteration("some", "n", "[1, 2]", "n > 2"), {}, False),
    ("some, unknown", iteration("some", "n", "[1, null]", "n > 2"), {}, None),
    ("every, unknown", iteration("every", "n", "[3, null]", "n > 2"), {}, None),
]


@pytest.mark.parametrize(("logic", "inputs", "value"), [case[1:] for case in CASES], ids=[case[0] for case in CASES])
def test_boxed_expressions(logic, inputs, value):
    found = evaluate(read_decisions(file(decision("d", logic)), "x.dmn"), "d", inputs)
    assert found.value == value
    assert found.variables == {"d": value}


@pytest.mark.parametrize(
    ("logic", "code"),
    [
        (context(("a", "1 +")), "literal"),
        (context(("a", "1"), ("a", "2")), "twice"),
        (context(("", "1"), ("a", "1")), "no_entry_name"),
        ("<context><contextEntry><variable name='a'/></contextEntry></context>", "no_logic"),
        (relation(["a", "b"], ["1"]), "relation_cells"),
        (function(["a"], context(("class", '"java.lang.Math"')), kind="Java"), "external_function"),
        (function(["a"], "1", kind="PMML"), "external_function"),
        ("<filter><in><literalExpression><text>1</text></literalExpression></in></filter>", "no_logic"),
        ("<for><in><literalExpression><text>1</text></literalExpression></in></for>", "no_iterator"),
        ("<context><contextEntry>" * 31 + literal("1") + "</contextEntry></context>" * 31, "boxed_depth"),
        ('<literalExpression><importedValues/></literalExpression>', "unknown_logic"),
        (conditional("1", "2", "(3"), "literal"),
    ],
)  # fmt: skip
def test_boxed_expressions_that_cannot_run_are_refused_at_their_place(logic, code):
    with pytest.raises(DecisionsUnreadable) as caught:
        read_decisions(file(decision("d", logic)), "x.dmn").sound()
    assert caught.value.code == code
    assert caught.value.line


def test_a_method_of_java_that_is_known_runs():
    larger = function(
        ["left:number", "right:number"],
        context(("class", '"java.lang.Math"'), ("method signature", '"max(double, double)"')),
        kind="Java",
    )
    logic = context(("larger", larger), ("", 'larger(4, 7) + (if larger("4", 7) = null then 1 else 0)'))
    assert evaluate(read_decisions(file(decision("d", logic)), "x.dmn"), "d", {}).value == 8


def test_the_place_of_a_wrong_expression_is_named():
    logic = context(("rate", relation(["a"], ["1"], ["2 +"])))
    with pytest.raises(DecisionsUnreadable, match="Decision d, rate, row 2, column a: '2 \\+' is not FEEL"):
        read_decisions(file(decision("d", logic)), "x.dmn").sound()


def test_knowledge_models_are_functions_of_those_who_require_them():
    model = read_decisions(
        file(
            knowledge("tax", ["amount: number"], "amount * rate(amount)", needs("rate", kind="Knowledge")),
            knowledge("rate", ["amount"], table(["amount"], ["share"], ["< 10", "0.1"], [">= 10", "0.2"])),
            decision("by call", "tax(price)", needs("tax", kind="Knowledge"), needs("price", kind="Input")),
            decision("boxed", invocation("tax", amount="price"), needs("tax", kind="Knowledge")),
            decision("without requirement", "tax(price)"),
            told("price", "number"),
        ),
        "x.dmn",
    )
    assert evaluate(model, "by call", {"price": N(20)}).value == N(4)
    found = evaluate(model, "boxed", {"price": N(5)})
    assert found.value == N("0.5")
    (inner,) = found.trace.required
    assert (inner.inputs, [one.number for one in inner.matched]) == ({"amount": N(5)}, [1])
    assert evaluate(model, "without requirement", {"price": N(20)}).value is None
    assert evaluate(model, "rate", {"amount": N(50)}).value == N("0.2")
    assert model.names_read("by call") == {"price"}


def test_a_knowledge_model_sees_nothing_but_its_parameters_and_may_call_itself():
    model = read_decisions(
        file(
            knowledge("f", ["n"], "if n <= 0 then 0 else n + f(n - 1)"),
            knowledge("g", ["n"], "secret"),
            decision("sum", "f(10)", needs("f", kind="Knowledge")),
            decision("peek", "g(1)", needs("g", kind="Knowledge")),
        ),
        "x.dmn",
    )
    assert evaluate(model, "sum", {}).value == N(55)
    found = evaluate(model, "peek", {"secret": "known"})
    assert (found.value, found.trace.problems) == (None, ("there is no “secret” here",))


@pytest.mark.parametrize(
    "logic",
    [
        context(("f", function(["n"], "f(n + 1)")), ("", "f(1)")),
        context(("f", function(["n"], "f(n + 1) + f(n + 2)")), ("", "f(1)")),
        context(("f", function(["n"], "if n = 0 then 1 else f(n - 1) + f(n - 1)")), ("", "f(60)")),
        context(("f", function(["n"], invocation("f", n="n"))), ("", "f(1)")),
        iteration("for", "a", "[1..1000]", iteration("for", "b", "[1..1000]", "a * b")),
        iteration("for", "n", "[1..100000]", "[n, partial]"),
        context(("a", "[1..1000000]"), ("", "for i in a, j in a return i")),
    ],
)
def test_what_grows_without_bound_ends_in_a_limit(logic):
    model = read_decisions(file(decision("d", logic)), "x.dmn")
    with pytest.raises(DecisionFailed) as caught:
        evaluate(model, "d", {})
    assert caught.value.code == "limit"


def test_knowledge_models_may_not_require_one_another_in_a_circle():
    parts = [knowledge(one, ["n"], "1", needs(other, kind="Knowledge")) for one, other in ("ab", "ba")]
    with pytest.raises(DecisionsUnreadable) as caught:
        read_decisions(file(*parts), "x.dmn").sound()
    assert caught.value.code == "requirement_circle"


def test_the_problems_of_a_boxed_expression_are_kept():
    found = evaluate(read_decisions(file(decision("d", items("1 / 0", "1"))), "x.dmn"), "d", {})
    assert (found.value, found.trace.problems) == ([None, N(1)], ("division by zero",))
