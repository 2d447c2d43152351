"""Process data: what it may hold, and the one canonical way to write it."""

import json
from decimal import Decimal
from json.encoder import encode_basestring
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from forms.data import DEPTH, DataUnacceptable, canonical, normalise, number_text, parse, plain

TEXTS = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"))
NUMBERS = st.decimals(allow_nan=False, allow_infinity=False)
DATA = st.recursive(
    st.none() | st.booleans() | TEXTS | NUMBERS,
    lambda inner: st.lists(inner) | st.dictionaries(TEXTS, inner),
    max_leaves=20,
)


def written_out(value: Any) -> str:
    """The definition of canonical JSON, word by word."""
    if value is None or isinstance(value, bool):
        return json.dumps(value)
    if isinstance(value, str):
        return encode_basestring(value)
    if isinstance(value, Decimal):
        return number_text(value)
    if isinstance(value, list):
        return "[" + ",".join(map(written_out, value)) + "]"
    return "{" + ",".join(f"{encode_basestring(key)}:{written_out(value[key])}" for key in sorted(value)) + "}"


@given(DATA)
def test_canonical_json_is_what_its_definition_says_and_reads_back(value: Any) -> None:
    assert canonical(value) == written_out(value)
    assert parse(canonical(value)) == value


@given(NUMBERS)
def test_numbers_stay_exact(number: Decimal) -> None:
    assert Decimal(number_text(number)) == number
    assert json.loads(number_text(number), parse_float=Decimal, parse_int=Decimal) == number


@pytest.mark.parametrize(
    ("number", "text"),
    [
        ("1.50", "1.5"),
        ("-0.00", "0"),
        ("1200", "1200"),
        ("1E+30", "1e30"),
        ("1E-25", "1e-25"),
        ("0.001", "0.001"),
        ("-7", "-7"),
        ("1e18", "1000000000000000000"),
        ("1e19", "1e19"),
    ],
)
def test_numbers_are_written_short(number: str, text: str) -> None:
    assert number_text(Decimal(number)) == text


@pytest.mark.parametrize(
    ("value", "place"),
    [
        ({"a": [1, "x\0"]}, "$.a[1]"),
        ({"a": "\ud800"}, "$.a"),
        ({1: "x"}, "$"),
        ({"a": object()}, "$.a"),
        ({"a": {"b": float("nan")}}, "$.a.b"),
        ([Decimal("Infinity")], "$[0]"),
        ([["a", None], ["b", "x\0"]], "$[1][1]"),
        ([["a"], ["b", "\ud800"]], "$[1][1]"),
        ([["a"], ["b", object()]], "$[1][1]"),
    ],
)
def test_what_is_no_data_is_refused_with_its_place(value: Any, place: str) -> None:
    with pytest.raises(DataUnacceptable) as refused:
        normalise(value)
    assert refused.value.path == place


def test_what_is_given_back_is_a_copy() -> None:
    given: Any = [["a", None], ["b"]]
    taken = normalise({"rows": given, "row": given[0]})
    assert taken == {"rows": given, "row": given[0]}
    given[0].append("c")
    given.append([])
    assert taken == {"rows": [["a", None], ["b"]], "row": ["a", None]}


@pytest.mark.parametrize("inmost", [["a"], [["a"], ["b"]], {"a": "b"}])
def test_nesting_of_texts_is_bounded_alike(inmost: Any) -> None:
    levels = 2 if isinstance(inmost, list) and isinstance(inmost[0], list) else 1
    value = inmost
    for _ in range(DEPTH - levels):
        value = [value]
    assert normalise(value) == value
    with pytest.raises(DataUnacceptable, match="nested deeper"):
        normalise([value])


def test_nesting_is_bounded() -> None:
    value: Any = []
    for _ in range(DEPTH + 1):
        value = [value]
    with pytest.raises(DataUnacceptable):
        normalise(value)
    with pytest.raises(DataUnacceptable):
        parse("[" * 100_000 + "]" * 100_000)


def test_floats_and_ints_become_exact_decimals() -> None:
    assert normalise({"a": 0.1, "b": (1, 2)}) == {"a": Decimal("0.1"), "b": [Decimal(1), Decimal(2)]}


@pytest.mark.parametrize("value", [object(), {1: 2}, {"a": b"x"}])
def test_only_data_is_written(value: Any) -> None:
    with pytest.raises(TypeError):
        canonical(value)


@pytest.mark.parametrize("text", ["", "{", "NaN", "[1,]", "{'a': 1}", b"\xff"])
def test_text_that_is_no_json_is_refused(text: str | bytes) -> None:
    with pytest.raises(DataUnacceptable):
        parse(text)


@pytest.mark.parametrize(
    ("number", "text"),
    [("1.50", "1.50"), ("1e6", "1000000"), ("1e-7", "0.0000001"), ("-1e999999999", "-1e999999999"), ("0e-99", "0")],
)
def test_people_read_plain_numbers_that_fill_no_page(number: str, text: str) -> None:
    assert plain(Decimal(number)) == text
