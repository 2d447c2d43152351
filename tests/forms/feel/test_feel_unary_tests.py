"""Unary tests: the cells of decision tables (DMN 1.5, grammar rules 7 and 13-15)."""

from decimal import Decimal
from typing import Any

import pytest

from forms.feel import FeelSyntaxError, parse_expression, parse_unary_tests

SCOPE = {"limit": Decimal(5), "allowed": ["a", "b"], "span": "x", "is vip": True}
ONE, FIVE, TEN = Decimal(1), Decimal(5), Decimal(10)


@pytest.mark.parametrize(
    ("text", "value", "expected"),
    [
        ("-", ONE, True),
        ("-", None, True),
        ("", ONE, True),
        ("  -  ", ONE, True),
        ("-1", Decimal(-1), True),
        ("1", ONE, True),
        ("1", FIVE, False),
        ("1, 5", FIVE, True),
        ('"a"', "a", True),
        ('"a", "b"', "b", True),
        ('"a", "b"', "c", False),
        ('not("a", "b")', "c", True),
        ('not("a", "b")', "a", False),
        ("not(1)", FIVE, True),
        ("not(>= 5)", ONE, True),
        ("not([1..3], 5)", FIVE, False),
        ("not(]1..5])", ONE, True),
        ("not([1..3[, ]3..5])", Decimal(3), True),
        ("not(null)", ONE, True),
        ("not(null)", None, False),
        ("not(true)", False, True),
        ("not(false) and ? = true", True, True),
        ("not(? > 5) and not(? < 1)", FIVE, True),
        ("< 5", ONE, True),
        ("< 5", FIVE, False),
        ("<= limit", FIVE, True),
        ("> limit * 2", TEN, False),
        (">= -1", ONE, True),
        ("= 5", FIVE, True),
        ("!= 5", FIVE, False),
        ("< 2, > 6", TEN, True),
        ("< 2, > 6", FIVE, False),
        ("[1..5]", FIVE, True),
        ("[1..5)", FIVE, False),
        ("[1..5[", FIVE, False),
        ("]1..5]", ONE, False),
        ("(1..5]", FIVE, True),
        ("(1..limit]", FIVE, True),
        ("[1..3], [7..10]", TEN, True),
        ('["a".."c"]', "b", True),
        ("null", None, True),
        ("null", ONE, False),
        ("1", None, False),
        ("true", True, True),
        ("true", False, False),
        ("false", None, False),
        ("allowed", "b", True),
        ("allowed", "c", False),
        ("[1, 5]", FIVE, True),
        ("[1, 5]", [ONE, FIVE], True),
        ("limit", FIVE, True),
        ("? > 3", FIVE, True),
        ("? > 3 and ? < 5", FIVE, False),
        ("? = limit", FIVE, True),
        ("?", True, True),
        ("not(?)", True, False),
        ('contains(?, "b")', "abc", True),
        ("string length(?) > 3", "abc", False),
        ("some i in ? satisfies i > 4", [ONE, FIVE], True),
        ('?.name = "x"', {"name": "x"}, True),
        ("count(?) > 1, 7", [ONE, FIVE], True),
        ("is vip", ONE, True),  # a condition that does not name the value
        ("limit > 5", ONE, False),
        ('date("2026-01-01")', "2026-01-01", None),  # data holds text, not dates
        ('date(?) > date("2026-01-01")', "2026-01-02", True),
        ('"a"', ONE, None),
        ("< 5", "a", None),
        ("< 5", None, None),
        ('< 5, "a"', "a", True),
        ("nowhere", ONE, False),
        ("not(< 5)", "a", None),
        ('@"P1D", @"P2D"', "P1D", None),
    ],
)
def test_matches(text: str, value: Any, expected: bool | None) -> None:
    found, problems = parse_unary_tests(text, SCOPE).matches(value, SCOPE)
    assert found is expected
    assert found is not None or problems


@pytest.mark.parametrize("text", ["1,", ",1", "not(", "< ", "1 2", "not(-)", "[1..", "> 5 and", "a b", "5 <"])
def test_unreadable(text: str) -> None:
    with pytest.raises(FeelSyntaxError):
        parse_unary_tests(text)


def test_names_and_constants_are_told() -> None:
    tests = parse_unary_tests("? > limit, missing, < is vip", ["is vip"])
    assert tests.names == {"limit", "missing", "is vip"}
    assert tests.constants is None
    assert parse_unary_tests('"a", 5, null').constants == ("a", FIVE, None)
    assert parse_unary_tests('not("a")').constants is None
    assert parse_unary_tests("-").any
    assert not parse_unary_tests("-1").any
    assert parse_unary_tests("-1, = 2, ? = 3").constants == (Decimal(-1), Decimal(2), Decimal(3))
    assert [str(one) for one in parse_unary_tests('@"2026-01-02", date("2026-01-03")').constants or ()] == [
        "2026-01-02",
        "2026-01-03",
    ]
    for text in (
        "> 1",
        "? > 1",
        "1 = ?",
        "? = a",
        "-a",
        'date("2026-13-01")',
        "date(a)",
        "today()",
        '"a" + "b"',
        "[1..2]",
    ):
        assert parse_unary_tests(text, ["a"]).constants is None, text
    assert parse_unary_tests('date("2026-01-02")', ["date"]).constants is None, "some variable of that name"


def test_values_may_be_those_of_feel() -> None:
    day = parse_expression('date("2026-01-02")').evaluate_raw({}).value
    assert parse_unary_tests('> date("2026-01-01")').matches(day, {})[0] is True
