"""JUEL as FEEL: what it gives is what the same expression gives in Python."""

from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bpmn.dialects.juel import DEEPEST, NotTranslated, to_feel
from forms.feel import parse_expression

NAMES = {"a": Decimal(3), "b": Decimal(-2), "c": Decimal("0.5"), "yes": True, "no": False}

numbers = st.deferred(
    lambda: st.one_of(
        st.sampled_from([("a", "a"), ("b", "b"), ("c", "c"), ("7", "D(7)"), ("2.5", "D('2.5')")]),
        st.tuples(numbers, st.sampled_from(["+", "-", "*"]), numbers).map(
            lambda one: (f"({one[0][0]} {one[1]} {one[2][0]})", f"({one[0][1]} {one[1]} {one[2][1]})")
        ),
        numbers.map(lambda one: (f"-{one[0]}", f"(-{one[1]})")),
        st.tuples(truths, numbers, numbers).map(
            lambda one: (f"({one[0][0]} ? {one[1][0]} : {one[2][0]})", f"({one[1][1]} if {one[0][1]} else {one[2][1]})")
        ),
    )
)
truths: Any = st.deferred(
    lambda: st.one_of(
        st.sampled_from([("yes", "yes"), ("no", "no"), ("true", "True"), ("(a == 3)", "(a == 3)")]),
        st.sampled_from([("!yes", "(not yes)")]),
        st.tuples(numbers, st.sampled_from(["<", ">", "<=", ">=", "==", "!="]), numbers).map(
            lambda one: (f"({one[0][0]} {one[1]} {one[2][0]})", f"({one[0][1]} {one[1]} {one[2][1]})")
        ),
        st.tuples(truths, st.sampled_from([("&&", "and"), ("or", "or")]), truths).map(
            lambda one: (f"({one[0][0]} {one[1][0]} {one[2][0]})", f"({one[0][1]} {one[1][1]} {one[2][1]})")
        ),
        truths.map(lambda one: (f"not {one[0]}", f"(not {one[1]})")),
    )
)


def value(text: str, **data: Any) -> Any:
    return parse_expression(to_feel(text), list(data)).evaluate(data).value


@settings(deadline=None)
@given(st.one_of(numbers, truths))
def test_gives_what_python_gives(pair: tuple[str, str]) -> None:
    juel, python = pair
    try:
        found = value(f"${{{juel}}}", **NAMES)
    except NotTranslated as error:
        assert "nested" in error.construct  # noqa: PT017 - the only reason there may be
        return
    assert found == eval(python, {"D": Decimal, **NAMES})  # noqa: S307 - made by this test


@pytest.mark.parametrize(
    ("juel", "data", "expected"),
    [
        ("${1 - 2 - 3}", {}, -4),
        ('${word.contains("b") && many.contains(2)}', {"word": "abc", "many": [1, 2]}, True),
        ('${word.equals("abc") and word.equalsIgnoreCase("ABC")}', {"word": "abc"}, True),
        ('${word.startsWith("a") && !word.endsWith("a")}', {"word": "abc"}, True),
        ("${word.length() + many.size() + map.size()}", {"word": "abc", "many": [1], "map": {"a": 1, "b": 2}}, 6),
        ("${many.isEmpty() == false && none.isEmpty()}", {"many": [1], "none": []}, True),
        ('${map.containsKey("a") && map.get("a") == many.get(0)}', {"map": {"a": 7}, "many": [7]}, True),
        ("${word.trim().toUpperCase() + word.toLowerCase().toString()}", {"word": " aB "}, "AB ab "),
        ("${(a + b).toString().length()}", {"a": 7, "b": 5}, 2),
        ("${variables:get(x) + var:get('x')}", {"x": 2}, 4),
        ("${vars:getOrDefault(x, 7)}", {"x": None}, 7),
        ("${var:exists(x) && !var:exists('y')}", {"x": 1, "y": None}, True),
        ("${var:isEmpty(x) && var:isNotEmpty(y)}", {"x": "", "y": "a"}, True),
        ("${variables:eq(x, 'a') && vars:ne(x, 'b')}", {"x": "a"}, True),
        ("${var:lt(x, 3) && var:lte(x, 2) && var:gt(x, 1) && var:gte(x, 2)}", {"x": 2}, True),
        ("${var:contains(x, 1, 2) && !var:contains(x, 1, 9)}", {"x": [1, 2, 3]}, True),
        ("${var:containsAny(x, 9, 2) && var:contains(y, 'ell')}", {"x": [2], "y": "hello"}, True),
        ("${variables:base64(x)}", {"x": "hello"}, "aGVsbG8="),
        ("${execution.getVariable('x') + execution.getVariableLocal('x')}", {"x": 2}, 4),
        ("${execution.hasVariable('x') ? 1 : 2}", {"x": None}, 2),
        ("${environment.variables.x + environment.output.y}", {"x": 2, "y": 3}, 5),
        ("${environment.variables.x}", {"x": 2, "environment": {"variables": {"x": 3}}}, 3),
        ("${word.substring(1) + word.substring(0, 2) + word.charAt(2)}", {"word": "abc"}, "bcabc"),
        ("${word.indexOf('c') + many.indexOf(2) + many.indexOf(9)}", {"word": "abc", "many": [1, 2]}, 2),
        ("${word.matches('[a-c]+') && !word.matches('a')}", {"word": "abc"}, True),
        ("${word.replace('.', '-') + word.replaceAll('[ab]', 'x')}", {"word": "a.b"}, "a-bx.x"),
        ("${word.split(',').size()}", {"word": "a,b"}, 2),
        ("${word.isBlank() ? word.concat('x') : 'y'}", {"word": " "}, " x"),
        ("${m.getOrDefault('b', 2) + m.path('a').asInt()}", {"m": {"a": "1"}}, 3),
        ("${m.has('a') && m.containsValue(1) && m.keySet().size() == m.values().size()}", {"m": {"a": 1}}, True),
        ("${2 + 3 * 4 == 14 && 7 div 2 == 3.5}", {}, True),
        ("${-7 % 3}", {}, -1),
        ("${7 mod -3}", {}, 1),
        ("${empty x}", {"x": None}, True),
        ("${empty x ? 'none' : x}", {"x": "some"}, "some"),
        ("${!(x > 1)}", {"x": None}, True),
        ("${m[k]}", {"m": {"a": 1}, "k": "a"}, 1),
        ("${m[k]}", {"m": [1, 2], "k": Decimal(1)}, 2),
        ("${'it\\'s } here'}", {}, "it's } here"),
        ("Dear ${name}, ${count} left", {"name": "Ada", "count": Decimal(3)}, "Dear Ada, 3 left"),
        ("${x}${y}", {"x": "a", "y": None}, "a"),
        ("#{a.b[0]['c d']}", {"a": {"b": [{"c d": 5}]}}, 5),
    ],
)
def test_gives(juel: str, data: dict[str, Any], expected: object) -> None:
    assert value(juel, **data) == expected


@pytest.mark.parametrize(
    "juel",
    [
        *(
            "${",
            "${}",
            "${a +}",
            "${a b}",
            "${a.}",
            "${(a}",
            "${a[1}",
            "${a ? b}",
            "${'a}",
            "${@x}",
            "${then}",
            "${a$b}",
        ),
        *(
            "${bean.call()}",
            "${today()}",
            "${fn:max(1)}",
            "${task.id}",
            "${var:prefix(x)}",
            "${var:get(x + 1)}",
            "${word.replace(x, 'y')}",
            f"${{{'(' * (DEEPEST + 1)}a",
            f"${{{'!' * 5000}a}}",
        ),
    ],
)
def test_what_is_not_read_is_told_with_a_remedy(juel: str) -> None:
    with pytest.raises(NotTranslated) as refused:
        to_feel(juel)
    assert refused.value.construct
    assert refused.value.instead
