"""Models that mean harm: each ends in a refusal, an error or a bound, in little time and memory."""

from decimal import Decimal as N

import pytest

from bpmn.decisions import evaluate, read_decisions
from bpmn.decisions.reading_tables import RULES
from bpmn.errors import DecisionFailed, DecisionsUnreadable
from tests.bpmn.decisions.writing import (
    component,
    context,
    decision,
    file,
    function,
    item_type,
    iteration,
    knowledge,
    literal,
    needs,
    service,
    table,
)


def doubling(count):
    """Knowledge models of which each calls the one below twice."""
    parts = [
        knowledge(f"f{at}", ["n"], f"f{at - 1}(n) + f{at - 1}(n)", needs(f"f{at - 1}", kind="Knowledge"))
        for at in range(1, count)
    ]
    parts.append(knowledge("f0", ["n"], "n"))
    return [*parts, decision("d", f"f{count - 1}(1)", needs(f"f{count - 1}", kind="Knowledge"))]


def doubling_services(count):
    """Decision services whose decision calls the service below twice."""
    parts = [decision("d0", "1"), service("s0", outputs=["d0"])]
    for at in range(1, count):
        parts.append(decision(f"d{at}", f"s{at - 1}() + s{at - 1}()", needs(f"s{at - 1}", kind="Knowledge")))
        parts.append(service(f"s{at}", outputs=[f"d{at}"]))
    return [*parts, decision("d", f"s{count - 1}()", needs(f"s{count - 1}", kind="Knowledge"))]


TABLE_IN_A_LOOP = [
    knowledge("t", ["n"], table(["n"], ["x"], *[[f"> {at}", "1"] for at in range(2_000)], policy="COLLECT")),
    decision("d", "for a in 1..100000 return t(a - a - 1)", needs("t", kind="Knowledge")),
]


def ended(model):
    """What an evaluation comes to: a value, or the code of its error."""
    try:
        return evaluate(model, "d", {}).value
    except DecisionFailed as error:
        return error.code


WIDE = context(*[(f"e{at}", f"e{at - 1} + e{at - 1}" if at else '"xxxxxxxxxx"') for at in range(60)])


@pytest.mark.parametrize(
    "parts",
    [
        doubling(40),
        doubling_services(20),
        TABLE_IN_A_LOOP,
        [decision("d", WIDE)],
        [decision("d", context(*[(f"e{at}", f"[e{at - 1}, e{at - 1}]" if at else "1") for at in range(60)]))],
        [decision("d", context(("f", function(["g", "n"], "g(g, n) + g(g, n)")), ("", "f(f, 1)")))],
        [decision("d", "(function(x) x(x))(function(x) x(x))")],
        [decision("d", iteration("for", "a", "[1..100000]", iteration("some", "b", "[1..100000]", "b > 100000")))],
        [decision("d", 'matches(string join(for a in 1..100000 return "a"), "(a+)+b")'), decision("e", "1")],
        [decision("d", "10 ** 6000 * 10 ** 6000")],
    ],
    ids=["calls", "services", "tables", "text", "lists", "given", "omega", "loops", "pattern", "numbers"],
)
def test_evaluations_that_grow_are_stopped(parts):
    assert ended(read_decisions(file(*parts), "x.dmn")) in ("limit", None, False)


@pytest.mark.parametrize(
    ("parts", "code"),
    [
        ([decision("d", literal("(" * 3_000 + "1" + ")" * 3_000))], "literal"),
        ([decision("d", literal("[" * 2_400 + "]" * 2_400))], "literal"),
        ([decision("d", "<list>" * 40 + "</list>" * 40)], "boxed_depth"),
        ([decision("d", table(["n"], ["x"], *[["1", "1"]] * (RULES + 1)))], "rules"),
        ([*(decision(f"d{at}", "1", needs(f"d{at + 1}")) for at in range(60)), decision("d60", "1")],
         "requirement_depth"),
        ([knowledge("f", ["n"], "1", needs("g", kind="Knowledge")),
          knowledge("g", ["n"], "1", needs("f", kind="Knowledge"))], "requirement_circle"),
        ([service("s", outputs=["d"]), decision("d", "s()", needs("s", kind="Knowledge"))], "requirement_circle"),
        ([decision("d", "1"), decision("d", "2")], "duplicate_decision"),
        ([decision("d", "1", needs(""))], "unknown_requirement"),
        ([decision("d", literal("x" * 6_000))], "literal"),
        ([decision("d", "__import__('os').system('true')")], "literal"),
    ],
)  # fmt: skip
def test_files_that_cannot_be_read_are_refused(parts, code):
    with pytest.raises(DecisionsUnreadable) as caught:
        read_decisions(file(*parts), "x.dmn").sound()
    assert caught.value.code == code


def test_a_type_that_names_itself_ends():
    chain = [item_type(f"t{at}", f"t{(at + 1) % 80}") for at in range(80)]
    model = read_decisions(file(*chain, decision("d", "1", type_ref="t0")), "x.dmn")
    assert evaluate(model, "d", {}).value is None
    tree = item_type("tree", components=component("kids", "tree", collection=True))
    deep = "[]"
    for _ in range(30):
        deep = f"[{{kids: {deep}}}]"
    model = read_decisions(file(tree, decision("d", f"{{kids: {deep}}}", type_ref="tree")), "x.dmn")
    assert evaluate(model, "d", {}).value is None


def test_a_type_that_branches_costs_as_much_as_the_value():
    parts = [component("a", "t{}"), component("b", "t{}")]
    pairs = [item_type(f"t{at}", components="".join(parts).format(at + 1, at + 1)) for at in range(25)]
    entries = [(f"e{at}", f"{{a: e{at - 1}, b: e{at - 1}}}") for at in range(1, 25)]
    shared = context(("e0", "{a: 1, b: 1}"), *entries, ("", "e24"))
    model = read_decisions(file(*pairs, item_type("t25", "number"), decision("d", shared, type_ref="t0")), "x.dmn")
    with pytest.raises(DecisionFailed) as caught:
        evaluate(model, "d", {})
    assert caught.value.code == "limit"


def test_a_table_as_large_as_allowed_is_evaluated():
    rows = [[f"[{at}..{at + 1})", f'"{at}"'] for at in range(RULES)]
    model = read_decisions(file(decision("d", table(["n"], ["x"], *rows))), "x.dmn")
    assert evaluate(model, "d", {"n": N(4_711)}).value == "4711"
