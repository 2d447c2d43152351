"""Requirements graphs: decisions, services, types and imports (DMN 1.5 clauses 6, 7.3.2, 10.4)."""

from decimal import Decimal as N

import pytest

from bpmn.decisions import evaluate, read_decisions
from bpmn.errors import DecisionFailed, DecisionsUnreadable
from tests.bpmn.decisions.writing import (
    component,
    context,
    decision,
    file,
    function,
    imported,
    item_type,
    knowledge,
    literal,
    needs,
    service,
    table,
    told,
    typed,
)


def read(*parts, others=None, **more):
    return read_decisions(file(*parts, **more), "x.dmn", others)


def result(logic, type_ref, types="", **inputs):
    found = evaluate(read(types, decision("d", logic, type_ref=type_ref)), "d", inputs)
    return found.value, found.trace.problems


# --- types


T = {
    "positive": item_type("positive", "number", allowed="> 0"),
    "colour": item_type("colour", "string", allowed='"red", "green"'),
    "numbers": item_type("numbers", "number", collection=True),
    "colours": item_type("colours", "string", allowed='"red", "green"', collection=True),
    "few": item_type("few", "number", constraint="count(?) < 3", collection=True),
    "person": item_type("person", components=component("name", "string") + component("birth day", "date")),
    "people": item_type("people", "person", collection=True)
    + item_type("person", components=component("name", "string") + component("age", "positive"))
    + item_type("positive", "number", allowed="> 0"),
    "tree": item_type("tree", components=component("leaf", "number") + component("kids", "tree", collection=True)),
    "nested": item_type("nested", components=component("in", components=component("x", "number"))),
    "loop": item_type("loop", "loop"),
    "warm": item_type("warm", "colour", allowed='"orange"') + item_type("colour", "string", allowed='"red", "green"'),
    "same": item_type("same", "colour") + item_type("colour", "string", allowed='"red", "green"'),
    "warms": item_type("warms", "warm", collection=True)
    + item_type("warm", "colour", allowed='"orange"')
    + item_type("colour", "string", allowed='"red", "green"'),
}


@pytest.mark.parametrize(
    ("kind", "logic", "value"),
    [
        ("number", "1", N(1)),
        ("number", '"1"', None),
        ("string", "1", None),
        ("string", "null", None),
        ("boolean", "true", True),
        ("boolean", '"true"', None),
        ("Any", "[1]", [N(1)]),
        ("date", '@"2024-02-29"', "2024-02-29"),
        ("date", '"2024-02-29"', None),
        ("date", '@"2024-02-29T10:00:00"', None),
        ("date and time", '@"2024-02-29"', "2024-02-29T00:00:00Z"),
        ("dateTime", '@"2024-02-29T10:00:00"', "2024-02-29T10:00:00"),
        ("feel:yearMonthDuration", '@"P1Y"', "P1Y"),
        ("days and time duration", '@"P1Y"', None),
        ("number", "[1]", N(1)),
        ("number", "[1, 2]", None),
        ("nobody defines it", "1", N(1)),
        ("positive", "1", N(1)),
        ("positive", "-1", None),
        ("positive", '"a"', None),
        ("positive", "null", None),
        ("colour", '"red"', "red"),
        ("colour", '"blue"', None),
        ("numbers", "[1, 2]", [N(1), N(2)]),
        ("numbers", "1", [N(1)]),
        ("numbers", "[1, null]", [N(1), None]),
        ("numbers", '[1, "a"]', None),
        ("numbers", "[]", []),
        ("colours", '["red"]', ["red"]),
        ("colours", '["red", "blue"]', None),
        ("few", "[1, 2]", [N(1), N(2)]),
        ("few", "[1, 2, 3]", None),
        ("person", '{name: "A", birth day: @"2000-01-01"}', {"name": "A", "birth day": "2000-01-01"}),
        ("person", '{name: "A", birth day: null, more: 1}', {"name": "A", "birth day": None, "more": N(1)}),
        ("person", '{name: "A"}', None),
        ("person", "{name: 1, birth day: null}", None),
        ("person", "5", None),
        ("people", '[{name: "A", age: 1}]', [{"name": "A", "age": N(1)}]),
        ("people", '[{name: "A", age: 0}]', None),
        ("tree", "{leaf: 1, kids: [{leaf: 2, kids: []}]}", {"leaf": N(1), "kids": [{"leaf": N(2), "kids": []}]}),
        ("tree", "{leaf: 1, kids: [{leaf: true, kids: []}]}", None),
        ("nested", "{in: {x: 1}}", {"in": {"x": N(1)}}),
        ("nested", "{in: {x: true}}", None),
        ("loop", "1", None),
        ("warm", '"orange"', "orange"),
        ("warm", '"red"', None),
        ("same", '"red"', "red"),
        ("same", '"orange"', None),
        ("warms", '["orange"]', ["orange"]),
        ("warms", '["red"]', None),
    ],
)
def test_a_value_that_does_not_conform_is_null_with_the_reason_kept(kind, logic, value):
    found, problems = result(logic, kind, T.get(kind, ""))
    assert found == value
    assert bool(problems) == (value is None and logic != "null")


def test_the_reason_names_decision_type_and_part():
    _, problems = result('[{name: "A", age: 0}]', "people", T["people"])
    assert problems == ("d is no people: item 1: age: it is not among > 0",)


def test_inputs_of_a_type_are_read_from_process_data():
    model = read(
        T["person"],
        told("who", "person"),
        told("at", "date and time"),
        told("open"),
        decision("d", 'who.birth day + @"P1D"', needs("who", kind="Input")),
        decision("e", "at.hour", needs("at", kind="Input")),
        decision("f", "open", needs("open", kind="Input")),
    )
    inputs = {"who": {"name": "A", "birth day": "2000-01-31"}, "at": "2024-01-01T15:00:00Z", "open": "2000-01-01"}
    assert evaluate(model, "d", inputs).value == "2000-02-01"
    assert evaluate(model, "e", inputs).value == N(15)
    assert evaluate(model, "f", inputs).value == "2000-01-01"
    wrong = evaluate(model, "d", {"who": {"name": "A", "birth day": "soon"}})
    assert wrong.value is None
    assert wrong.trace.problems[0] == "who is no person: birth day: it is a string"


def test_columns_of_tables_read_dates_and_enforce_the_types_of_the_model():
    logic = table(["since", "colour"], ["x"], ['< @"2024-01-01"', '"red"', "1"], ["-", "-", "2"], policy="FIRST")
    logic = logic.replace("<inputExpression>", '<inputExpression typeRef="date">', 1)
    logic = logic.replace("<inputExpression>", '<inputExpression typeRef="colour">', 1)
    model = read(T["colour"], decision("d", logic))
    assert evaluate(model, "d", {"since": "2023-05-05", "colour": "red"}).value == N(1)
    assert evaluate(model, "d", {"since": "2023-05-05", "colour": "blue"}).value == N(2)
    assert evaluate(model, "d", {"since": "2025-05-05", "colour": "red"}).value == N(2)


def test_priority_takes_the_order_of_the_type():
    logic = table([], ["x"], ['"green"'], ['"red"'], policy="PRIORITY").replace("<output ", '<output typeRef="colour" ')
    assert evaluate(read(T["colour"], decision("d", logic)), "d", {}).value == "red"


@pytest.mark.parametrize(
    ("expression", "value"),
    [
        ("5 instance of positive", True),
        ("(-5) instance of positive", True),
        ('"a" instance of positive', False),
        ("null instance of positive", False),
        ("[5] instance of positive", False),
        ("5 instance of nothing", None),
        ("(function(n: positive) n)(3)", N(3)),
        ("(function(n: positive) n)(-3)", None),
    ],
)
def test_expressions_name_the_types_of_the_model(expression, value):
    assert result(expression, "", T["positive"])[0] == value


def test_parameters_and_results_of_knowledge_models_are_typed():
    model = read(
        T["positive"],
        knowledge("f", ["n: positive"], "n - 10", type_ref="positive"),
        decision("d", "f(x)", needs("f", kind="Knowledge")),
    )
    assert evaluate(model, "d", {"x": N(11)}).value == N(1)
    low = evaluate(model, "d", {"x": N(5)})
    assert (low.value, low.trace.problems) == (None, ("f is no positive: it is not among > 0",))
    assert evaluate(model, "d", {"x": N(-5)}).trace.problems[0] == "n is no positive: it is not among > 0"


def function_type(name, parameter="", returns=""):
    of = typed("a", parameter, tag="parameters")
    return f'<itemDefinition name="{name}"><functionItem outputTypeRef="{returns}">{of}</functionItem></itemDefinition>'


@pytest.mark.parametrize("told_type", ["from colour", "to colour"])
@pytest.mark.parametrize(
    "parts",
    [
        [knowledge("f", ["a"], "a", type_ref="T"), decision("d", "f(x)", needs("f", kind="Knowledge"))],
        [
            knowledge("f", ["a"], "a").replace("<encapsulatedLogic>", '<encapsulatedLogic typeRef="T">'),
            decision("d", "f(x)", needs("f", kind="Knowledge")),
        ],
        [decision("f", "function(a) a", type_ref="T"), decision("d", "f(x)", needs("f"))],
        [decision("f", literal("function(a) a", ' typeRef="T"')), decision("d", "f(x)", needs("f"))],
        [
            decision("f", function(["a"], "a").replace("<functionDefinition>", '<functionDefinition typeRef="T">')),
            decision("d", "f(x)", needs("f")),
        ],
        [
            decision("a", '"never"'),
            decision("echo", "a", needs("a")),
            service("f", outputs=["echo"], decisions=["a"], type_ref="T"),
            decision("d", "f(x)", needs("f", kind="Knowledge")),
        ],
    ],
)
def test_what_functions_of_a_type_take_and_give_conforms_to_it(parts, told_type):
    types = [function_type("from colour", parameter="colour"), function_type("to colour", returns="colour")]
    model = read(T["colour"], *types, *(part.replace('"T"', f'"{told_type}"') for part in parts))
    assert evaluate(model, "d", {"x": "red"}).value == "red"
    assert evaluate(model, "d", {"x": "blue"}).value is None


def test_a_table_and_its_cells_may_have_types_of_the_model():
    one = table([], [""], ["x"]).replace("<decisionTable", '<decisionTable typeRef="colour"').replace(' name=""', "")
    cell = table([], ["y", "z"], ["x", "x"]).replace("<outputEntry", '<outputEntry typeRef="colour"', 1)
    model = read(T["colour"], decision("d", one), decision("e", cell))
    assert [evaluate(model, "d", {"x": value}).value for value in ("red", "blue")] == ["red", None]
    assert evaluate(model, "e", {"x": "blue"}).value == {"y": None, "z": "blue"}


@pytest.mark.parametrize(
    ("types", "code"),
    [
        (item_type("t", "number", allowed="> "), "allowed_values"),
        ('<itemDefinition name="t">' + '<itemComponent name="c">' * 40 + "</itemComponent>" * 40 + "</itemDefinition>",
         "type_depth"),
    ],
)  # fmt: skip
def test_types_that_cannot_be_read_are_refused(types, code):
    with pytest.raises(DecisionsUnreadable) as caught:
        read(types, decision("d", "1")).sound()
    assert caught.value.code == code


# --- graphs


def test_decisions_by_id_or_name_and_their_results_by_variable():
    model = read(
        decision("d1", table(["n"], ["x"], ["> 1", '"many"'], ["<= 1", '"few"']), name="How many"),
        decision("d2", 'How many = "many"', needs("d1"), name="Is it many"),
        decision("d3", 'if Is it many then How many else "none"', needs("d1", "d2")),
    )
    found = evaluate(model, "Is it many", {"n": N(2)})
    assert found.value is True
    first = evaluate(model, "d3", {"n": N(2)}).trace
    assert [(one.decision, [rule.id for rule in one.matched]) for one in first.required] == [
        ("d1", ["rule1"]),
        ("d2", []),
    ]
    assert first.required[0].inputs == {"n": N(2)}
    assert model.names_read("d3") == {"n"}


def test_inputs_that_are_drawn_but_not_read_are_not_asked_for():
    model = read(told("a"), told("b"), decision("d", "a + 1", needs("a", "b", kind="Input")))
    assert model.names_read("d") == {"a"}


def test_a_table_with_a_type_of_its_own_still_sets_its_outputs():
    logic = table(["n"], ["x", "y"], ["-", "1", "2"]).replace("<decisionTable", '<decisionTable typeRef="tPair"')
    found = evaluate(read(decision("d", logic)), "d", {"n": N(0)})
    assert found.variables == {"x": N(1), "y": N(2)}
    assert found.trace.matched


def test_a_graph_evaluates_each_decision_once():
    layers = [decision("n0", context(("v", "x + 1"), ("", "v")))]
    layers += [decision(f"n{at}", f"n{at - 1} + n{at - 1}", needs(f"n{at - 1}")) for at in range(1, 40)]
    found = evaluate(read(*layers), "n39", {"x": N(0)})
    assert found.value == N(2**39)
    assert len(found.trace.required) == 39


def test_values_pass_between_decisions_as_feel_values():
    model = read(
        decision("when", 'date("2024-05-06")'),
        decision("text", "when.weekday", needs("when")),
        decision("f", context(("", "function(a) a + 1"))),
        decision("called", "f(1)", needs("f")),
    )
    assert evaluate(model, "text", {}).value == N(1)
    assert evaluate(model, "called", {}).value == N(2)
    kept = evaluate(model, "f", {})
    assert (kept.value, kept.trace.problems) == (None, ("a function cannot be kept as data",))


def test_a_decision_that_is_only_drawn_is_null_with_the_reason():
    model = read('<decision id="d" name="d"/>', decision("e", "d = null", needs("d")))
    found = evaluate(model, "d", {})
    assert (found.value, found.trace.problems) == (None, ("nothing is written that decides",))
    assert evaluate(model, "e", {}).value is True


def test_what_somebody_decides_elsewhere_is_told_under_its_name():
    verdict = '<decision id="d" name="Verdict of the board"><variable name="verdict" typeRef="string"/></decision>'
    model = read(verdict, decision("e", '"So says the board: " + verdict', needs("d")))
    assert model.names_read("e") == {"verdict"}
    for name in ("verdict", "Verdict of the board"):
        found = evaluate(model, "e", {name: "yes"})
        assert found.value == "So says the board: yes"
        assert found.trace.required[0].outputs == ({"verdict": "yes"},)
    found = evaluate(model, "e", {"verdict": 7})
    assert found.value is None
    assert any("Verdict of the board" in problem for problem in found.trace.required[0].problems)
    model = read(
        '<decision id="d" name="due"><variable name="due" typeRef="date"/></decision>',
        decision("e", "due.year", needs("d")),
    )
    assert evaluate(model, "e", {"due": "2026-02-01"}).value == N(2026)


def test_a_decision_with_logic_is_never_taken_from_outside():
    model = read(decision("d", "1"), decision("e", "d + 1", needs("d")))
    assert evaluate(model, "e", {"d": N(7)}).value == N(2)


def test_what_only_explains_is_passed_over():
    model = read(
        '<knowledgeSource id="k" name="Law"><type>text</type></knowledgeSource>',
        '<textAnnotation id="t"><text>Why</text></textAnnotation>',
        '<organizationUnit id="o" name="Desk"/>',
        '<performanceIndicator id="p" name="Speed"/>',
        decision("d", "1", '<authorityRequirement><requiredAuthority href="#k"/></authorityRequirement>'),
    )
    assert evaluate(model, "d", {}).value == N(1)


SERVICE = [
    told("a"),
    decision("inner", "a + 1", needs("a", kind="Input")),
    decision("given", "100"),
    decision("one", "inner * given", needs("inner", "given")),
    decision("two", '"two"'),
    service("single", outputs=["one"], inside=["inner"], decisions=["given"], data=["a"]),
    service("double", outputs=["one", "two"], inside=["inner"], decisions=["given"], data=["a"]),
]


def test_decision_services_are_called_with_input_data_then_decisions():
    model = read(
        *SERVICE,
        decision("d", "single(2, 3)", needs("single", kind="Knowledge")),
        decision("named", "double(given: 1, a: 4)", needs("double", kind="Knowledge")),
        decision("few", "single(2)", needs("single", kind="Knowledge")),
    )
    assert evaluate(model, "d", {"a": N(50)}).value == N(9)
    assert evaluate(model, "named", {}).value == {"one": N(5), "two": "two"}
    assert evaluate(model, "few", {}).value is None
    assert evaluate(model, "single", {"a": N(1), "given": N(10)}).value == N(20)
    assert evaluate(model, "double", {"a": N(1), "given": N(10)}).value == {"one": N(20), "two": "two"}
    assert evaluate(model, "one", {"a": N(1)}).value == N(200)


# --- imports


LIBRARY = file(
    item_type("colour", "string", allowed='"red", "green"'),
    told("count", "number"),
    knowledge("double it", ["n"], "n * 2"),
    decision("score", "count + 1", needs("count", kind="Input"), name="The score"),
    own="urn:library",
).replace(b'id="double it"', b'id="double"')


def test_imports_bring_decisions_knowledge_and_types():
    model = read(
        imported("lib", "urn:library"),
        decision(
            "d",
            "lib.double it(lib.The score)",
            needs("urn:library#score"),
            needs("urn:library#double", kind="Knowledge"),
        ),
        decision("t", '"red"', type_ref="lib.colour"),
        decision("u", '"blue"', type_ref="lib.colour"),
        decision("own", "lib.count", needs("urn:library#count", kind="Input")),
        others={"library.dmn": LIBRARY},
    )
    assert set(model.decisions) == {"d", "t", "u", "own"}
    assert evaluate(model, "d", {"lib": {"count": N(4)}}).value == N(10)
    assert evaluate(model, "d", {"count": N(4)}).value == N(10)
    assert evaluate(model, "own", {"lib": {"count": N(4)}}).value == N(4)
    assert evaluate(model, "t", {}).value == "red"
    assert evaluate(model, "u", {}).value is None


def test_one_file_through_two_imports_has_two_sets_of_inputs():
    middle = file(
        imported("base", "urn:library"), decision("m", "base.The score", needs("urn:library#score")), own="urn:middle"
    )
    other = middle.replace(b"urn:middle", b"urn:other")
    model = read(
        imported("one", "urn:middle"),
        imported("two", "urn:other"),
        decision("d", "[one.m, two.m]", needs("urn:middle#m", "urn:other#m")),
        others={"a": LIBRARY, "b": middle, "c": other},
    )
    inputs = {"one": {"base": {"count": N(1)}}, "two": {"base": {"count": N(2)}}}
    assert evaluate(model, "d", inputs).value == [N(2), N(3)]


def test_an_import_without_a_name_brings_the_names_as_they_are():
    model = read(
        imported("", "urn:library"),
        decision("d", "The score + 1", needs("urn:library#score")),
        others={"library.dmn": LIBRARY},
    )
    assert evaluate(model, "d", {"count": N(4)}).value == N(6)


def nameless(own, *parts, of=()):
    return file(*(imported("", f"urn:{one}") for one in of), *parts, own=f"urn:{own}")


X = {one: decision("x", f'"{one}"') for one in "bcd"}
Y = {one: decision("y", f'"{one}"') for one in "bcd"}


@pytest.mark.parametrize(
    ("own", "others", "value"),
    [
        ([], [nameless("b", X["b"])], "b"),
        ([], [nameless("b", X["b"], of="c"), nameless("c", Y["c"])], "b"),
        ([], [nameless("b", Y["b"], of="c"), nameless("c", X["c"])], "c"),
        ([], [nameless("b", X["b"], of="c"), nameless("c", X["c"])], "b"),
        ([], [nameless("b", Y["b"], of="cd"), nameless("c", X["c"]), nameless("d", X["d"])], "c"),
        ([decision("near", '"own"', name="x")], [nameless("b", X["b"])], "own"),
        ([decision("y", '"own"')], [nameless("b", decision("x", "y", needs("y")), Y["b"])], "own"),
        ([decision("z", '"own"', name="y")], [nameless("b", decision("x", "y", needs("y")), Y["b"])], "own"),
        ([decision("z", '"own"', name="y")], [nameless("b", decision("x", "y", needs("urn:b#y")), Y["b"])], "own"),
        ([], [nameless("b", X["b"], of=["own"])], "b"),
        ([], [nameless("b", X["b"], of="c"), nameless("c", Y["c"], of="b")], "b"),
        ([item_type("x", "string")], [nameless("b", X["b"])], "b"),
    ],
)
def test_of_several_alike_through_imports_without_a_name_the_nearest_counts(own, others, value):
    files = {f"{at}": one for at, one in enumerate(reversed(others))}
    model = read(imported("", "urn:b"), *own, decision("d", "x", needs("x")), others=files)
    assert evaluate(model, "d", {}).value == value


def test_of_two_imports_without_a_name_the_first_counts():
    files = {one: nameless(one, X[one], item_type("t", kind)) for one, kind in {"b": "string", "c": "number"}.items()}
    both = [imported("", f"urn:{one}") for one in "bc"]
    model = read(*both, decision("d", "x", needs("x")), decision("e", "1", type_ref="t"), others=files)
    assert [evaluate(model, one, {}).value for one in "de"] == ["b", None]


def test_what_comes_without_a_name_can_be_asked_for_and_told_as_if_it_were_here():
    both = [needs("word", kind="Input"), needs("f", kind="Knowledge")]
    twice = knowledge("f", ["n"], "n + n")
    files = {"b": nameless("b", item_type("t", "string"), told("word", "t"), twice, decision("e", "f(word)", *both))}
    model = read(imported("", "urn:b"), decision("d", "f(word)", *both, type_ref="t"), others=files)
    assert [evaluate(model, one, {"word": "a"}).value for one in "de"] == ["aa", "aa"]
    assert [evaluate(model, one, {"word": N(1)}).value for one in "de"] == [None, None]


def test_a_file_may_import_itself():
    own = file(imported("", "urn:own"), decision("d", "e", needs("e")), decision("e", "1"))
    assert evaluate(read_decisions(own, "x.dmn", {"x.dmn": own}), "d", {}).value == N(1)


@pytest.mark.parametrize(
    ("parts", "others", "code"),
    [
        ([imported("a", "urn:gone")], {}, "unknown_import"),
        (
            [imported("lib", "urn:library"), decision("e", "1", needs("urn:library#gone"))],
            {"x": LIBRARY},
            "unknown_requirement",
        ),
    ],
)  # fmt: skip
def test_imports_that_lead_nowhere_are_refused(parts, others, code):
    with pytest.raises(DecisionsUnreadable) as caught:
        read(*parts, decision("d", "1"), others=others).sound()
    assert caught.value.code == code


def test_imports_that_multiply_are_refused():
    def layer(own, below):
        return file(imported("a", below), imported("b", below), decision("d", "1"), own=own)

    others = {f"{at}": layer(f"urn:{at}", f"urn:{at - 1}") for at in range(1, 12)} | {
        "0": file(decision("d", "1"), own="urn:0")
    }
    with pytest.raises(DecisionsUnreadable) as caught:
        read(imported("top", "urn:11"), decision("d", "1"), others=others)
    assert caught.value.code == "too_many_imports"


def test_files_of_one_process_may_share_inputs_but_nothing_else():
    first = read_decisions(file(told("a"), knowledge("f", ["n"], "n"), decision("d", "a")), "first.dmn")
    second = read_decisions(file(told("a"), knowledge("g", ["n"], "n"), decision("e", "a")), "second.dmn")
    assert second.apart(first) == {}
    third = read_decisions(file(told("b", identity="a"), knowledge("f", ["n"], "n"), decision("d", "b")), "third.dmn")
    assert third.apart(first) == {"a": "first.dmn", "f": "first.dmn", "d": "first.dmn"}
    joined = first.joined(second)
    assert [evaluate(joined, one, {"a": N(1)}).value for one in "de"] == [N(1), N(1)]


def test_imports_of_other_kinds_are_passed_over():
    schema = '<import name="s" namespace="urn:xsd" importType="http://www.w3.org/2001/XMLSchema"/>'
    assert evaluate(read(schema, decision("d", literal("1"))), "d", {}).value == N(1)


def test_what_is_wrong_in_one_element_leaves_the_others_to_run():
    model = read(
        decision("good", "1 + 1"),
        decision("bad", "1 +"),
        decision("above", "bad + 1", needs("bad")),
        decision("lost", "good + 1", needs("good"), needs("nowhere")),
        knowledge("broken", ["n"], "n +"),
        decision("calls", "broken(1)", needs("broken", kind="Knowledge")),
    )
    assert [fault.code for fault in model.faults] == ["literal", "literal", "unknown_requirement"]
    assert [evaluate(model, name, {}).value for name in ("good", "lost")] == [2, 3]
    for name, failing in (("bad", "bad"), ("above", "bad"), ("calls", "broken"), ("broken", "broken")):
        with pytest.raises(DecisionFailed, match="is not FEEL") as caught:
            evaluate(model, name, {"n": 1})
        assert (caught.value.code, caught.value.decision) == ("unreadable", failing)
    with pytest.raises(DecisionsUnreadable) as refused:
        model.sound()
    assert len(refused.value.others) == 2


def test_nothing_conforms_to_a_type_whose_allowed_values_cannot_be_read():
    model = read(item_type("size", "number", allowed="1,,"), decision("d", "1", type_ref="size"))
    found = evaluate(model, "d", {})
    assert found.value is None
    assert "cannot be read" in found.trace.problems[0]


def test_elements_without_an_id_are_found_by_their_name():
    model = read(
        '<decision name="twice"><literalExpression><text>n * 2 + m</text></literalExpression></decision>',
        '<inputData name="n"><variable name="n" typeRef="number"/></inputData>',
        '<inputData name="m"><variable name="m" typeRef="number"/></inputData>',
    ).sound()
    assert evaluate(model, "twice", {"n": 2, "m": 3}).value == 7


def test_of_two_decisions_with_one_id_both_are_found_by_name():
    second = decision("d", "2", name="second")
    model = read(decision("d", "1", name="first"), second)
    assert [evaluate(model, name, {}).value for name in ("d", "first", "second")] == [1, 1, 2]
    assert [fault.code for fault in model.faults] == ["duplicate_decision"]


def test_a_function_that_is_not_there_is_a_fault_and_null_when_it_is_called():
    model = read(
        knowledge("half", ["n"], "n / 2"),
        decision("d", "[half(4), hlaf(4), n.f(1)]", needs("half", kind="Knowledge"), needs("n", kind="Input")),
        decision("t", table(["n"], ["x"], ["f(?)", "g()"])),
        told("n"),
    )
    assert [fault.message.rpartition(": ")[2] for fault in model.faults] == [
        "there is no function hlaf.",
        "there is no function f.",
        "there is no function g.",
    ]
    found = evaluate(model, "d", {"n": {"f": 1}})
    assert found.value == [2, None, None]
    assert found.trace.problems[0] == "there is no function “hlaf”"
