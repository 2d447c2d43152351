"""Hostile expressions end in an error or a bound, soon; functions of the environment; use from several threads."""

import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from decimal import Decimal
from typing import Any

import pytest

from forms.feel import (
    DateTime,
    DaysTime,
    Environment,
    FeelLimitExceeded,
    FeelSyntaxError,
    Limits,
    parse_expression,
    parse_unary_tests,
)


@pytest.mark.parametrize(
    ("text", "limit"),
    [
        ("for i in 1..1000000000000 return i", "iterations"),
        ("for i in 1..100000, j in 1..100000 return i", "iterations"),
        ("some i in 1..1e30 satisfies false", "iterations"),
        ("every i in 1..100000000 satisfies true", "iterations"),
        ('for d in @"-999999999-01-01"..@"999999999-01-01" return d', "iterations"),
        ("count(for i in 1..300 return for j in 1..300 return for k in 1..300 return k)", "iterations"),
        ("{f: function(n) f(n), r: f(1)}", "depth"),
        ("{f: function(n) g(n), g: function(n) f(n), r: f(1)}", "depth"),
        ("{f: function(f) f(f), r: f(f)}", "depth"),
        ("{f: function(n) if n = 0 then 0 else f(n - 1) + f(n - 1), r: f(90)}", "iterations"),
        ("for i in 1..100000 return [" + "1, " * 9_000 + "1]", "iterations"),
        ("(for i in 1..100000 return i)[" + "item > 0 and " * 2_000 + "true]", "iterations"),
        ("for i in 1..100000 return string(for j in 1..100 return j)", "iterations"),
        (
            "{"
            + ", ".join(f"a{i}: [a{i - 1}, a{i - 1}], b{i}: [b{i - 1}, b{i - 1}]" for i in range(1, 50)).join(
                ["a0: [1], b0: [1], ", ", r: is(a49, b49)}.r"]
            ),
            "it",
        ),
        ("sort(for i in 1..20000 return modulo(i * 7919, 20011))", "iterations"),
        ("for i in 1..10000 return partial", "iterations"),
        ("distinct values(for i in 1..20000 return [i])", "iterations"),
        # a list of lists that is small in memory and huge when written out
        ("{" + ", ".join(f"a{i}: [a{i - 1}, a{i - 1}]" if i else "a0: [1, 1]" for i in range(50)) + "}", "size"),
        (
            "flatten({" + ", ".join(f"a{i}: [a{i - 1}, a{i - 1}]" if i else "a0: [1]" for i in range(50)) + "}.a49)",
            "it",
        ),
        (
            "string({" + ", ".join(f"a{i}: [a{i - 1}, a{i - 1}]" if i else "a0: [1]" for i in range(50)) + "}.a49)",
            "size",
        ),
        (
            "{"
            + ", ".join(f"a{i}: [a{i - 1}, a{i - 1}], b{i}: [b{i - 1}, b{i - 1}]" for i in range(1, 50)).join(
                ["a0: [1], b0: [1], ", ", r: a49 = b49}.r"]
            ),
            "it",
        ),
        # texts that double
        ("{" + ", ".join(f"a{i}: a{i - 1} + a{i - 1}" if i else 'a0: "xxxxxxxx"' for i in range(40)) + "}.a39", "size"),
        ('{a: string join(for i in 1..50000 return "xxxxxxxxxx", ""), r: a}.r', "size"),
        ('replace(string join(for i in 1..20000 return "a"), "a", "xxxxxxxxxxxxxxxxxxxxxxxxxxxx")', "size"),
        ('count(for i in 1..90000 return upper case(string join(for j in 1..2000 return "ab")))', "iterations"),
        ('matches(string join(for i in 1..90000 return "a"), "[a-z]{1000}(x|y){500}")', "iterations"),
    ],
)
def test_growth_is_bounded(text: str, limit: str) -> None:
    began = time.thread_time()
    with pytest.raises(FeelLimitExceeded) as caught:
        parse_expression(text).evaluate({})
    assert caught.value.limit.startswith(limit)
    assert time.thread_time() - began < 5


@pytest.mark.parametrize(
    "text",
    [
        "(" * 5_000 + "1" + ")" * 5_000,
        "[" * 5_000 + "]" * 5_000,
        "{a: " * 3_000 + "1" + "}" * 3_000,
        "-(" * 5_000 + "1" + ")" * 5_000,
        "if true then 1 else " * 1_000 + "1",
        "if " * 5_000,
        "function() " * 2_000 + "1",
        "for x in y return " * 1_000 + "1",
        "some x in y satisfies " * 1_000 + "1",
        "x instance of " + "list<" * 5_000,
        "not(" * 5_000 + "true" + ")" * 5_000,
        "x[" * 5_000 + "1" + "]" * 5_000,
        "f(" * 5_000 + "1" + ")" * 5_000,
        "1" * 40_000,
        '"' + "a" * 40_000 + '"',
        "a" * 32_000 + " " + "b" * 5_000,
        "f(" + "a b, " * 6_000 + "1)",
        "{" + "a " * 5_000 + "z: 1, b: " + "a " * 10_000 + "}",
        "for " + "a b in c, " * 3_000,
        "function(" + "a b, " * 6_000 + ") 1 1",
        "[" + "]1..2[, " * 4_000 + "]",
        "a." * 16_000 + "1",
        "<" * 30_000,
        "x[" * 90 + "a " * 16_000,
        "/*" * 16_000,
        '"' * 32_001,
        "@" * 32_000,
    ],
)
def test_deep_and_long_texts_are_refused(text: str) -> None:
    began = time.thread_time()
    for read in (parse_expression, parse_unary_tests):
        with pytest.raises(FeelSyntaxError):
            read(text)
    assert time.thread_time() - began < 5


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("1" + " + 1" * 8_000, 8_001),
        ("1 in (" + "2, " * 8_000 + "1)", True),
        ("true" + " and true" * 3_500, True),
        ("-" * 30_000 + "1", 1),
        ("count([" + "1, " * 8_000 + "1])", 8_001),
        ("{a: 1}" + ".a" * 10_000, None),
        ("2" + " ** 1" * 5_000, 2),
        ("(" * 99 + "1" + ")" * 99, 1),
        ("not(" * 98 + "true" + ")" * 98, True),
        ("/*" + "*" * 30_000 + "*/ 1", 1),
        ("[" + "if true then 1 else 2, " * 1_000 + "1][1]", 1),
    ],
)
def test_long_texts_that_are_not_deep_are_read(text: str, expected: object) -> None:
    assert parse_expression(text).evaluate({}).value == expected


@pytest.mark.parametrize(
    "text",
    [
        "9e6000 ** 100",
        "2 ** 999999999",
        "decimal(1e6000, -6000)",
        "decimal(1e-6000, 6000)",
        "floor(1e6144)",
        "modulo(1e6000, 7)",
        "exp(1e6000)",
        "string(1e6144)",
        "odd(1e6144)",
        "sqrt(1e6144)",
        "1e-6143 / 1e6000",
        'duration("P999999999999999999D")',
        'duration("P1D") * 1e6000',
        'date("2026-01-01") + duration("P999999999Y")',
        "[1, 2][1e6000]",
        "sublist([1, 2], 1e6000)",
        'substring("abc", 1e6000)',
        "date(1e6000, 1, 1)",
        "time(1e6000, 1, 1)",
        "insert before([1], 1e6000, 2)",
        "for i in 1e6000..1e6001 return i",
        "1e6000 in [1..2]",
    ],
)
def test_huge_numbers_neither_fail_nor_take_long(text: str) -> None:
    began = time.thread_time()
    parse_expression(text).evaluate({})
    assert time.thread_time() - began < 5


@pytest.mark.parametrize(
    "text",
    [
        *("x + 1", "-x", "x ** 2", "x = y", "x > 1", "x in [1..5]", "[1, 2][x]", "for i in 1..x return i", "x / y"),
        *(
            "floor(x)",
            "modulo(x, 7)",
            "decimal(x, 2)",
            "round up(x, 2)",
            "odd(x)",
            "abs(x)",
            "sqrt(x)",
            "exp(x)",
            "log(x)",
        ),
        *(
            "sum([x, 1])",
            "mean([x, x])",
            "product([x, x])",
            "stddev([x, 1])",
            "median([x, y])",
            "max(x, y)",
            "min([x, y])",
        ),
        *(
            'substring("abc", x)',
            'substring("abc", 1, x)',
            "sublist([1], x)",
            "insert before([1], x, 2)",
            "remove([1], x)",
        ),
        *("date(x, 1, 1)", "time(x, 1, 1)", 'duration("PT1S") * x', 'date("2027-01-01") + duration("P1D") * x'),
        *(
            "list replace([1], x, 2)",
            "index of([x], x)",
            "distinct values([x, y])",
            "sort([x, y])",
            "x instance of number",
        ),
        *("decimal(1, x)", "abs(n: x)", "{f: function(a) abs(a), r: f(x)}.r", "some i in [x] satisfies abs(i) > 1"),
    ],
)
@pytest.mark.parametrize("size", ["1e99999999", "-1e99999999", "1e-99999999", "1e999999999999999", "1" * 40_000])
def test_numbers_of_the_data_beyond_all_others_neither_fail_nor_take_long(text: str, size: str) -> None:
    """Process data are exact: a number may have more digits, or a larger power, than any that FEEL computes."""
    began = time.thread_time()
    scope = {"x": Decimal(size), "y": Decimal(size).copy_negate()}
    parse_expression(text, ["x", "y"]).evaluate(scope)
    assert time.thread_time() - began < 5


@pytest.mark.parametrize(
    "text", ["string(x)", '"a" + string(x)', "string([x])", "string({a: x})", "string join([string(x)])"]
)
@pytest.mark.parametrize("size", ["1e99999999", "1e-99999999", "1e999999999999999"])
def test_numbers_are_measured_before_they_are_written(text: str, size: str) -> None:
    with pytest.raises(FeelLimitExceeded) as caught:
        parse_expression(text, ["x"]).evaluate({"x": Decimal(size)})
    assert caught.value.limit == "size"


def test_limits_are_those_of_the_environment() -> None:
    small = Environment(limits=Limits(iterations=10, size=5, depth=3))
    assert parse_expression("for i in 1..5 return i").evaluate({}, small).value == [1, 2, 3, 4, 5]
    for text in ("for i in 1..11 return i", '"abc" + "def"', "{f: function(n) if n = 0 then 0 else f(n - 1), r: f(5)}"):
        with pytest.raises(FeelLimitExceeded):
            parse_expression(text).evaluate({}, small)


def test_deep_data_is_no_way_out() -> None:
    deep: Any = []
    for _ in range(100_000):
        deep = [deep]
    with pytest.raises(FeelLimitExceeded):
        parse_expression("x").evaluate({"x": deep})
    with pytest.raises(FeelLimitExceeded):
        parse_expression("x = y").evaluate({"x": deep, "y": [[deep[0][0]]]})
    with pytest.raises(FeelLimitExceeded):
        parse_expression("string(x)").evaluate({"x": deep})
    with pytest.raises(FeelLimitExceeded):
        parse_unary_tests("x").matches(deep, {"x": [[deep[0][0]]]})


def environment(name: str, function: Callable[..., Any]) -> Environment:
    return Environment(functions={name: function})


def test_functions_of_the_environment() -> None:
    def working_time(start: DateTime, length: DaysTime, calendar: dict[str, Any]) -> Any:
        assert isinstance(start, DateTime)
        assert isinstance(length, DaysTime)
        return start.as_datetime() + length.as_timedelta() * int(calendar["factor"])

    expression = parse_expression(
        'working time(date and time("2026-01-01T00:00:00Z"), duration("PT1H"), calendar)', ["working time", "calendar"]
    )
    assert expression.names == {"working time", "calendar"}
    given = environment("working time", working_time)
    scope = {"calendar": {"factor": Decimal(2)}}
    assert expression.evaluate(scope, given).value == "2026-01-01T02:00:00Z"
    outcome = expression.evaluate(scope)
    assert (outcome.value, outcome.problems[0].code) == (None, "unknown_function")


def test_what_functions_of_the_environment_refuse_is_a_problem() -> None:
    def refuse(_number: Decimal, unit_price: Decimal = Decimal(1)) -> Decimal:
        raise ValueError(f"no {unit_price}")

    given = environment("price of", refuse)
    for text, reason in (
        ("price of(1)", "no 1"),
        ("price of(1, unit price: 2)", ""),
        ("price of(_number: 1, unit price: 2)", "no 2"),
        ("price of()", "missing"),
    ):
        try:
            outcome = parse_expression(text, ["price of"]).evaluate({}, given)
        except FeelSyntaxError:
            assert not reason
            continue
        assert outcome.value is None
        assert outcome.problems[0].code == "function_failed"
        assert reason in outcome.problems[0].message


def test_a_result_that_is_no_data_is_a_problem() -> None:
    for result in (object(), float("nan"), {1: {2}}, float("inf")):
        outcome = parse_expression("f(1)").evaluate({}, environment("f", lambda _, result=result: result))
        assert outcome.value is None or result == {1: {2}}
        assert outcome.problems


def test_the_scope_is_read_lazily() -> None:
    class Scope(dict[str, Any]):
        asked: list[str] = []  # noqa: RUF012

        def __missing__(self, key: str) -> Any:
            self.asked.append(key)
            if key == "b":
                raise AssertionError("not needed")
            return Decimal(1)

    scope = Scope()
    assert parse_expression("if a = 1 then 2 else b").evaluate(scope).value == 2
    assert scope.asked == ["a"]


def test_results_do_not_share_lists_with_the_scope() -> None:
    scope = {"items": [{"a": [Decimal(1)]}]}
    found = parse_expression("items").evaluate(scope).value
    assert found == scope["items"]
    assert found is not scope["items"]
    assert found[0]["a"] is not scope["items"][0]["a"]


def test_threads_share_expressions() -> None:
    def work(seed: int) -> bool:
        text = f"sum(for i in 1..{seed % 7 + 50} return i * n / 3)"
        outcome = parse_expression(text).evaluate({"n": Decimal(seed)})
        return (
            bool(outcome.value == parse_expression(text).evaluate({"n": Decimal(seed)}).value) and not outcome.problems
        )

    with ThreadPoolExecutor(8) as pool:
        assert all(pool.map(work, range(400)))


def test_a_pattern_that_refers_back_is_not_tried_where_that_could_take_long():
    pattern = parse_expression('matches(text, "(a*)(a*)(a*)b\\\\1")', ["text"])
    assert pattern.evaluate({"text": "a" * 9 + "b"}).value is True
    told = pattern.evaluate({"text": "a" * 500})
    assert told.value is None
    assert "too long to try everything" in str(told.problems[0].parameters["reason"])
