"""Laws that hold for all values and all texts."""

from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from forms.data import canonical, normalise
from forms.feel import FeelLimitExceeded, FeelSyntaxError, parse_expression, parse_unary_tests

NUMBERS = st.decimals(allow_nan=False, allow_infinity=False, places=3, min_value=-(10**15), max_value=10**15)
TEXTS = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"), max_size=20)
VALUES = st.recursive(
    st.none() | st.booleans() | NUMBERS | TEXTS,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(TEXTS, inner, max_size=4),
    max_leaves=10,
)
MOMENTS = st.datetimes(timezones=st.timezones())
VOCABULARY = (
    "if then else for in return some every satisfies and or not between instance of function external true false null "
    'a b "x" 1 2.5 . .. , : ( ) [ ] { } < <= > >= = != + - * / ** ? @"P1D" -> date list<number> item '
    "string length x.y a[1] f(1) /**/ // \n '"
)
WORDS = st.sampled_from(VOCABULARY.split(" "))


def evaluate(text: str, **scope: Any) -> Any:
    return parse_expression(text, scope).evaluate(scope).value


@given(NUMBERS)
def test_a_number_survives_text(number: Decimal) -> None:
    assert evaluate("number(string(n))", n=number) == number
    assert evaluate(f"{number:f}") == number


@given(TEXTS)
def test_a_text_survives_being_a_literal(text: str) -> None:
    escaped = text.replace("\\", "\\\\").replace('"', '\\"')
    for raw, written in (("\n", "\\n"), ("\r", "\\r"), ("\t", "\\t"), ("\x0b", "\\u000b"), ("\x0c", "\\u000c")):
        escaped = escaped.replace(raw, written)
    assert evaluate(f'"{escaped}"') == text
    assert evaluate("string length(t)", t=text) == len(text)


@given(st.one_of(st.tuples(NUMBERS, NUMBERS), st.tuples(TEXTS, TEXTS)))
def test_exactly_one_of_less_equal_greater(pair: tuple[Any, Any]) -> None:
    results = [evaluate(f"a {operator} b", a=pair[0], b=pair[1]) for operator in ("<", "=", ">")]
    assert results.count(True) == 1
    assert results.count(False) == 2
    assert evaluate("a <= b", a=pair[0], b=pair[1]) is (results[0] or results[1])
    assert evaluate("b in (< a)", a=pair[0], b=pair[1]) is results[2]


@given(MOMENTS, MOMENTS)
def test_moments_compare_by_instant_and_add_up(one: Any, other: Any) -> None:
    assert evaluate("a < b", a=one, b=other) is (one.utctimetuple() < other.utctimetuple() or one < other)
    assert evaluate("b + (a - b) = a", a=one, b=other) is True


@given(VALUES, VALUES)
def test_equality_is_symmetric_and_reflexive(one: Any, other: Any) -> None:
    assert evaluate("a = a", a=one) is True
    assert evaluate("a = b", a=one, b=other) is evaluate("b = a", a=one, b=other)


@given(VALUES)
def test_data_passes_through_unchanged(value: Any) -> None:
    data = normalise(value)
    found = evaluate("x", x=data)
    assert canonical(found) == canonical(data)
    assert canonical(evaluate("[x][1]", x=data)) == canonical(data)


@given(st.lists(NUMBERS, max_size=20))
def test_lists_keep_their_laws(numbers: list[Decimal]) -> None:
    assert evaluate("sort(l, function(x, y) x < y)", l=numbers) == sorted(numbers)
    assert evaluate("reverse(reverse(l)) = l", l=numbers) is True
    assert evaluate("count(l) = count(concatenate(l, []))", l=numbers) is True
    assert evaluate("every x in l satisfies list contains(l, x)", l=numbers) is True
    assert evaluate("l[item >= 0]", l=numbers) == [number for number in numbers if number >= 0]


@given(st.lists(st.sampled_from([True, False, None]), min_size=2, max_size=2))
def test_logic_follows_de_morgan(pair: list[bool | None]) -> None:
    a, b = pair
    assert evaluate("not(a and b)", a=a, b=b) is evaluate("not(a) or not(b)", a=a, b=b)


def check_any_text(text: str) -> None:
    for read in (parse_expression, parse_unary_tests):
        place = (0, 0)
        try:
            found = read(text, ["a b", "x-y"])
        except FeelSyntaxError as error:
            place = (error.line, error.column)
            found = None
        if found is None:
            assert place >= (1, 1)
            continue
        try:
            if read is parse_expression:
                outcome = found.evaluate({"a": Decimal(1), "b": [{"a b": Decimal(2)}]})
                normalise(outcome.value)
                assert all(problem.message for problem in outcome.problems)
            else:
                assert found.matches(Decimal(1), {"a": Decimal(1)})[0] in {True, False, None}
        except FeelLimitExceeded:
            pass


@given(st.text(max_size=60))
def test_any_text_is_read_or_refused(text: str) -> None:
    check_any_text(text)


@given(st.lists(WORDS, max_size=25))
def test_any_run_of_words_is_read_or_refused(words: list[str]) -> None:
    check_any_text(" ".join(words))
    check_any_text("".join(words))


@pytest.mark.parametrize(
    "text", ["]", "]1..2[", "[]", "[]1..2[]", "[1..2[[1..2]", "in in", "for for", "f(a b: 1)", "?:1"]
)
def test_odd_brackets(text: str) -> None:
    check_any_text(text)
