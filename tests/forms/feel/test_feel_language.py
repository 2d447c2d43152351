"""Names, literals, operators, conditions, lists, contexts, loops and functions: what the language says.

A case is true if the expression evaluates to true; equality itself is tested against Python values first.
"""

from decimal import Decimal
from typing import Any

import pytest

from forms.feel import Environment, FeelSyntaxError, parse_expression

NAMES = ("first name", "a-b", "what if?", "caller's phone", "profit and loss", "a", "b", "x.y", "items", "date")


def number(text: str) -> Decimal:
    return Decimal(text)


SCOPE: dict[str, Any] = {
    "first name": "Ada",
    "a-b": number("7"),
    "what if?": True,
    "caller's phone": "123",
    "profit and loss": number("-1"),
    "a": number("1"),
    "b": number("2"),
    "x.y": "dotted",
    "date": "2026-01-31",
    "nothing": None,
    "text": "abc",
    "yes": True,
    "items": [
        {"name": "one", "price": number("10"), "unit price": number("5"), "tags": ["x", "y"]},
        {"name": "two", "price": number("20"), "unit price": number("4"), "tags": []},
        {"name": "three", "price": None, "item": "own"},
    ],
    "case": {"number": "INC-1", "caller": {"name": "Bo"}},
}


def value(text: str) -> Any:
    return parse_expression(text, NAMES).evaluate(SCOPE).value


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("1", number("1")),
        ("0.5", number("0.5")),
        (".5", number("0.5")),
        ("1.2e3", number("1200")),
        ("-1", number("-1")),
        ("--1", number("1")),
        ('"a\\"b\\n\\t\\\\"', 'a"b\n\t\\'),
        ('"\\u00e9\\U01F40E"', "é🐎"),
        ('"\\uD83D\\uDC0E"', "🐎"),
        ('"\\d+"', "\\d+"),
        ("true", True),
        ("false", False),
        ("null", None),
        ("[]", []),
        ("[1, [2]]", [number("1"), [number("2")]]),
        ("{}", {}),
        ('{"a b": 1, c: null}', {"a b": number("1"), "c": None}),
        ('@"2026-01-31"', "2026-01-31"),
        ('@"2026-01-31T10:00:00.5+01:00"', "2026-01-31T10:00:00.5+01:00"),
        ('@"10:00:00@Europe/Paris"', "10:00:00@Europe/Paris"),
        ('@"PT36H"', "P1DT12H"),
        ('@"-P14M"', "-P1Y2M"),
        ("1 // to the end\n + 2 /* in * between */ + 3", number("6")),
        ("\u00a0 1 \u2003", number("1")),
    ],
)
def test_literals(text: str, expected: Any) -> None:
    found = value(text)
    assert found == expected
    assert type(found) is type(expected)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("first name", "Ada"),
        ("first   name", "Ada"),
        ("a-b", number("7")),
        ("a - b", number("7")),
        ("(a)-(b)", number("-1")),
        ("a-b-a", number("6")),
        ("what if?", True),
        ("caller's phone", "123"),
        ("profit and loss + 1", number("0")),
        ("x.y", "dotted"),
        ("case.number", "INC-1"),
        ("case.caller.name", "Bo"),
        ("items.name", ["one", "two", "three"]),
        ("items.unit price", [number("5"), number("4"), None]),
        ("items[1].tags[2]", "y"),
        ("{first thing: 1, second thing: first thing + 1}.second thing", number("2")),
        ("{a+b: 1, c: a+b}.c", number("1")),
        ("for each item in [1, 2] return each item + 1", [number("2"), number("3")]),
        ("some big number in [1, 20] satisfies big number > 10", True),
        ("{in a list: [1, 2], r: for i in in a list return i + 1}.r", [number("2"), number("3")]),
        ("{and so on: 1, r: and so on + and so on}.r", number("2")),
        ('[1, 2, 3][if item < 3 then true else "yes"]', None),
        ("[1, 2, 3][if item < 3 then true else null]", [number("1"), number("2")]),
        ('some e in [1, 2] satisfies if e = 2 then true else "yes"', None),
        ("some e in [1, 2] satisfies if e = 2 then true else null", True),
        ('every e in [1, 2] satisfies if e = 1 then true else "yes"', None),
        ("{f: function(left side, right side) left side - right side, r: f(3, 1)}.r", number("2")),
        ('date("2026-01-31").year', number("2026")),  # data under the name of a function does not hide it
        ("date", "2026-01-31"),
        ("🐎1 + élan", None),
    ],
)
def test_names(text: str, expected: Any) -> None:
    assert value(text) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("1 + 2 * 3", "7"),
        ("(1 + 2) * 3", "9"),
        ("10 - 4 - 3", "3"),
        ("12 / 3 / 2", "2"),
        ("2 ** 3", "8"),
        ("2 ** 3 ** 2", "64"),
        ("-2 ** 2", "4"),
        ("2 ** -1", "0.5"),
        ("2 * -3", "-6"),
        ("0.1 + 0.2", "0.3"),
        ("1 / 3", "0.3333333333333333333333333333333333"),
        ("2 / 3", "0.6666666666666666666666666666666667"),
        ("9 ** 0.5", "3"),
        ("0 ** 0", "1"),
        ("if true then 1 else 2 + 5", "1"),
        ("(if true then 1 else 2) + 5", "6"),
        ("1 + if false then 1 else 2 + 5", "8"),
        ("if null then 1 else 2", "2"),
        ('if "x" then 1 else 2', "2"),
        ("if false then 1 else if true then 2 else 3", "2"),
    ],
)
def test_numbers(text: str, expected: str) -> None:
    assert value(text) == number(expected)


@pytest.mark.parametrize(
    "text",
    [
        # equality and order
        "1 = 1.0",
        '"a" != "b"',
        "null = null",
        "1 != null",
        "not(null = false)",
        "[1, 2] = [1, 2]",
        "[1] != [1, 2]",
        "{a: 1, b: 2} = {b: 2, a: 1}",
        "{a: 1} != {a: 2}",
        "[1..3] = [1..3]",
        "[1..3] != [1..3)",
        '"a" < "b"',
        '"Z" < "a"',
        "(1 = 1) = true",
        "1 < 2 = true",
        # three-valued logic
        "true and true",
        "not(true and false)",
        "(false and null) = false",
        "(true and null) = null",
        "(true or null) = true",
        "(false or null) = null",
        "(null and null) = null",
        "(false or false) = false",
        '(true and "x") = null',
        "not(null) = null",
        "not(1) = null",
        "a = 1 and b = 2 or false",
        "false and false or true",
        # between and in
        "2 between 1 and 3",
        "not(0 between 1 and 3)",
        "1 between 1 and 1 and true",
        '@"2026-02-01" between @"2026-01-01" and @"2026-12-31"',
        "5 in [1..5]",
        "(5 in (null..10]) = null",
        "(5 in [1..null)) = null",
        "(5 in [9..1]) = null",
        "(>=2) = >=2",
        "not(5 in [1..5))",
        "not(5 in [1..5[)",
        "not(1 in (1..5])",
        "not(1 in ]1..5])",
        "1 in ([1..2], [4..5])",
        "5 in (<3, >4)",
        "not(3.5 in (<3, >4))",
        "5 in (> 1)",
        "5 in > 1",
        "5 in >= 5",
        "5 in (1, 2, 5)",
        "5 in [1, 2, 5]",
        "5 in [<3, >4]",
        "5 in 5",
        "5 in (? > 4)",
        "not(5 in (? > 4 and ? < 5))",
        "[1] in [[1], [2]]",
        "[1, 2] in [1, 2]",
        '"b" in ["a".."c"]',
        "null in [1, null]",
        "5 in (= 5)",
        "5 in (!= 4)",
        "a in [1, 2] and b in (1..3)",
        # ranges as values
        "[1..10].start = 1",
        "(1..10].start included = false",
        "(<= 10).end included",
        "(< 10).start = null",
        "(> 1).start = 1",
        # lists and filters
        "[1, 2, 3][1] = 1",
        "[1, 2, 3][-1] = 3",
        "[1, 2, 3][-4] = null",
        "[1, 2, 3][0] = null",
        "[1, 2, 3][1.5] = null",
        "[1, 2, 3][a] = 1",
        "[1, 2, 3][item > 1] = [2, 3]",
        "[][item > 1] = []",
        "[][1] = null",
        "3[item > 2] = [3]",
        "3[item > 5] = []",
        "3[1] = 3",
        "[1, null, 3][item > 1] = [3]",
        'items[price > 10].name = ["two"]',
        'items[unit price = 5][1].name = "one"',
        'items[item = "own"].name = ["three"]',
        "count(items[item.price = null]) = 1",
        "[[1, 2], [3]][1][2] = 2",
        "items[name = first name] = []",
        "[{b: [1]}, {b: [2.1, 2.2]}].b = [[1], [2.1, 2.2]]",
        # loops
        "(for i in [1, 2] return i * 2) = [2, 4]",
        "(for i in 1..3 return i) = [1, 2, 3]",
        "(for i in 3..1 return i) = [3, 2, 1]",
        "(for i in (1..3) return i) = [2]",
        "(for i in [1..3] return i) = [1, 2, 3]",
        "(for i in [1, 2], j in [3, 4] return i * j) = [3, 4, 6, 8]",
        "(for i in [[1, 2], [3]], j in i return j) = [1, 2, 3]",
        "(for i in 0..4 return if i = 0 then 1 else i * partial[-1]) = [1, 1, 2, 6, 24]",
        "(for i in 1..3 return partial) = [[], [[]], [[], [[]]]]",
        '(for d in @"2026-01-30"..@"2026-02-01" return d.day) = [30, 31, 1]',
        "(for i in [] return i) = []",
        "(for i in 1..3 return count(for j in partial return j)) = [0, 1, 2]",
        "some i in [1, 2] satisfies i > 1",
        "every i in [1, 2] satisfies i > 0",
        "not(every i in [1, 2] satisfies i > 1)",
        "(some i in [] satisfies true) = false",
        "every i in [] satisfies false",
        "(some i in [1, null] satisfies i > 1) = null",
        "some i in [null, 2] satisfies i > 1",
        "some i in [1, 2], j in [2, 3] satisfies i = j",
        "some i in 1..3 satisfies i = 3",
        "a = 1 and every i in [1] satisfies i = 1",
        # contexts
        "{a: 1, b: a + 1}.b = 2",
        "{a: b}.a = 2",
        "{a: a}.a = 1",
        '{"a b": 1}.a b = 1',
        "[{x: 1, y: 2}, {x: 2, y: 3}][x = 1] = [{x: 1, y: 2}]",
        # functions
        "(function(x) x + 1)(2) = 3",
        "{f: function(x, y) x - y, r: f(y: 1, x: 3)}.r = 2",
        "{f: function(x, y) [x, y], r: f(x: 3)}.r = [3, null]",
        "{f: function(n) if n <= 1 then 1 else n * f(n - 1), r: f(20)}.r = 2432902008176640000",
        "{k: 2, f: function(x) x * k, r: f(4)}.r = 8",
        '{f: function(x: number) x, r: f("a")}.r = null',
        "{f: function(x: number) x, r: f([5])}.r = 5",
        "{f: function(x: list<number>) x, r: f(5)}.r = [5]",
        '{f: function(x: list<number>) x, r: f("a")}.r = null',
        '{f: function(x: date and time) x, r: f(@"2026-01-02")}.r = @"2026-01-02T00:00:00Z"',
        "{f: function(x) x, r: f(1, 2)}.r = null",
        "{compose: function(f, g) function(x) f(g(x)), r: compose(function(x) x + 1, function(x) x * 2)(3)}.r = 7",
        'sort(["b", "a"], function(x, y) x < y) = ["a", "b"]',
        "{f: sum, r: f([1, 2])}.r = 3",
        # types
        "1 instance of number",
        '"a" instance of string',
        "not(1 instance of string)",
        "null instance of Null",
        "not(null instance of number)",
        "not(null instance of Any)",
        "1 instance of Any",
        "[1, 2] instance of list<number>",
        '([1, "a"] instance of list<number>) = false',
        "[1, null] instance of list<number>",
        "[[1]] instance of list<list<number>>",
        '{a: 1, b: "x"} instance of context<a: number>',
        "([1] instance of list) = null",
        '{"a b": 1} instance of context<a b: number>',
        "({a: 1} instance of context<b: number>) = false",
        "(1 instance of wrong) = null",
        "[1..2] instance of range<number>",
        '@"2026-01-01" instance of date',
        '@"2026-01-01T00:00:00" instance of date and time',
        '@"P1D" instance of days and time duration',
        '@"P1M" instance of years and months duration',
        "(function(x) x) instance of function<Any> -> Any",
        "(1 + 1) instance of number",
    ],
)
def test_true(text: str) -> None:
    outcome = parse_expression(text, NAMES).evaluate(SCOPE)
    assert outcome.value is True, outcome


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("nowhere", "unknown_name"),
        ("nowhere(1)", "unknown_function"),
        ("text(1)", "not_a_function"),
        ('1 + "a"', "operands"),
        ('-"a"', "operands"),
        ('1 < "a"', "not_comparable"),
        ('1 = "1"', "not_comparable"),
        ("true < false", "not_comparable"),
        ("[1] < [2]", "not_comparable"),
        ("1 / 0", "divided_by_zero"),
        ("0 ** -1", "divided_by_zero"),
        ("10 ** 999999999", "out_of_range"),
        ("9e6144 * 10", "out_of_range"),
        ("2 ** 1e10", "out_of_range"),
        ("case.missing", "no_entry"),
        ("text.length", "no_property"),
        ("null.x", "no_property"),
        ("[1, 2][5]", "bad_index"),
        ("nothing[1]", "not_a_list"),
        ("for i in 5 return i", "not_iterable"),
        ("for i in 1..1.5 return i", "not_iterable"),
        ("some i in null satisfies true", "not_iterable"),
        ("for i in (> 3) return i", "not_iterable"),
        ('[5.."a"]', "not_comparable"),
        ("[5..1]", "bad_range"),
        ("{a: 1, a: 2}", "duplicate_key"),
        ("1 instance of list", "unknown_type"),
        ('@"2026-02-30"', "bad_literal"),
        ('function(x) external {java: {class: "a", method signature: "b"}}', "external_function"),
        ("[1..2]", "not_data"),
        ("sum", "not_data"),
        ("now()", "no_clock"),
        ("string length(1)", "arguments"),
        ("string length()", "arguments"),
        ('substring(text: "a", start position: 1)', "arguments"),
        ('true and "x"', "not_boolean"),
    ],
)
def test_null_with_the_reason_kept(text: str, code: str) -> None:
    outcome = parse_expression(text, NAMES).evaluate(SCOPE)
    assert outcome.value is None
    assert code in [problem.code for problem in outcome.problems]
    assert all(problem.message for problem in outcome.problems)


@pytest.mark.parametrize(
    ("text", "line", "column"),
    [
        ("", 1, 1),
        ("  // nothing\n", 1, 1),
        ("1 +", 1, 4),
        ("1 ==  2", 1, 3),
        ("a && b", 1, 3),
        ("\n  'x'", 2, 3),
        ('"open', 1, 1),
        ("(1", 1, 1),
        ("[1, 2", 1, 1),
        ("1)", 1, 2),
        ("[1)", 1, 3),
        ("first other", 1, 7),
        ("if a then b", 1, 12),
        ("for i in [1] i", 1, 14),
        ("1 2", 1, 3),
        ("{a 1}", 1, 2),
        ("x in", 1, 5),
        ("1e99999", 1, 1),
        ('"\\u0000"', 1, 1),
        ('"\\uD800"', 1, 1),
        ("[1..2..3]", 1, 6),
        ("/* open", 1, 1),
        ("a # b", 1, 3),
        ("in", 1, 1),
        ("a.", 1, 3),
        ("f(1, x: 2)", 1, 6),
    ],
)
def test_syntax_errors_name_the_place(text: str, line: int, column: int) -> None:
    with pytest.raises(FeelSyntaxError) as caught:
        parse_expression(text, NAMES)
    assert (caught.value.line, caught.value.column) == (line, column), caught.value
    assert caught.value.message


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("a + b", {"a", "b"}),
        ("first name + missing", {"first name", "missing"}),
        ("string length(text) > 1", {"text"}),
        ("working(1)", {"working"}),
        ("for i in items return i + a", {"items", "a"}),
        ("some i in items, j in i.tags satisfies j = b", {"items", "b"}),
        ("items[price > 3 and unit price < a]", {"items", "a"}),
        ("{x: a, y: x, z: date}", {"a", "date"}),
        ("function(a) a + b", {"b"}),
        ("5 in (? > b)", {"b"}),
        ("case.caller", {"case"}),
        ("{f: function(n) f(n)}", set()),
    ],
)
def test_free_names(text: str, names: set[str]) -> None:
    assert parse_expression(text, NAMES).names == names


def test_reading_is_remembered_by_text_and_names() -> None:
    assert parse_expression("a-b", ["a-b"]) is parse_expression("a-b", ("a-b",))
    assert parse_expression("a-b", ["a-b"]) is not parse_expression("a-b", ["a", "b"])
    assert parse_expression("a-b", ["a", "b"]).evaluate({"a": number("3"), "b": number("1")}).value == 2


def test_a_problem_names_its_place_in_the_text() -> None:
    (problem,) = parse_expression('a = 1 and\n  b = "x"').evaluate({"a": number("1"), "b": number("2")}).problems
    assert (problem.code, problem.offset) == ("not_comparable", 14)
    assert problem.message == "cannot compare number with string"


def test_problems_are_bounded() -> None:
    outcome = parse_expression("for i in 1..1000 return nowhere").evaluate({}, Environment())
    assert len(outcome.problems) == 50


@pytest.mark.parametrize(
    ("method", "arguments", "value"),
    [
        ("Math.pow(double, double)", "2, 10", 1024),
        ("Math.max(long, long)", "3, 2", 3),
        ("Math.max(long, long)", "3.5, 2", None),
        ("Math.floor(double)", "-1.5", -2),
        ("Math.ceil(double)", "-1.5", -1),
        ("Math.round(double)", "2.5", 3),
        ("Math.sqrt(double)", "-1", None),
        ("Math.exp(double)", "100000", None),
        ("Math.max(double)", "1", None),
        ("Math.halt(int)", "1", None),
        ("Runtime.exec(java.lang.String)", '"true"', None),
        ("Short.valueOf(short)", "40000", None),
        ("Integer.valueOf(java.lang.String)", '"12"', 12),
        ("Integer.valueOf(java.lang.String)", '"1e999999999"', None),
        ("String.valueOf(char)", '"ab"', None),
        ("String.valueOf(double)", "1.50", "1.5"),
        ("String.format(java.lang.String, [Ljava.lang.Object;)", '"%s: %d, %.1f%%", "a", 2, 0.26', "a: 2, 0.3%"),
        ("String.format(java.lang.String, [Ljava.lang.Object;)", '"%s"', None),
    ],
)
def test_methods_of_java_that_are_known_are_computed_and_no_others(method, arguments, value):
    owner, _, signature = method.partition(".")
    parameters = ", ".join(f"p{number}" for number in range(len(parse_expression(f"[{arguments}]").evaluate({}).value)))
    described = f'{{java: {{class: "java.lang.{owner}", method signature: "{signature}"}}}}'
    text = f"{{f: function({parameters}) external {described}, r: f({arguments})}}.r"
    assert parse_expression(text).evaluate({}).value == value


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("`net-amount` * 2", 84),
        ("`first   name`", "Ada"),
        ("order.`unit price` + 1", 3),
        ("{is: 1}.`is`", 1),
        ("[order][`unit price` > 1].size", [7]),
        ("for x in [`net-amount`] return x", [42]),
        ("`nothing of that name`", None),
    ],
)
def test_a_name_in_backticks_is_taken_as_it_stands(text, value):
    scope = {"net-amount": Decimal(42), "first name": "Ada", "order": {"unit price": Decimal(2), "size": Decimal(7)}}
    assert parse_expression(text).evaluate(scope).value == value


@pytest.mark.parametrize("text", ["`", "``", "`a", "`a\nb`", "1 `a`"])
def test_backticks_that_hold_no_name_are_refused(text):
    with pytest.raises(FeelSyntaxError):
        parse_expression(text)
