"""The harmless subset gives what Python itself gives, with exact decimals; values enter and leave as process data."""

import re
from collections.abc import Callable
from datetime import UTC, datetime
from decimal import Decimal
from fractions import Fraction
from typing import Any

import hypothesis
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bpmn.scripts import NotRunnable, ScriptFailed, ScriptStopped, read_expression, read_script
from forms.data import normalise

NOW = datetime(2027, 1, 31, 9, 30, tzinfo=UTC)
DATA: dict[str, Any] = {
    "prio": 3,
    "name": "Ada Lovelace",
    "empty": "",
    "items": [5, 1, 4],
    "texts": ["b", "a", "c"],
    "order": {"total": 12, "lines": [{"price": 2, "count": 3}, {"price": 1, "count": 5}]},
    "yes": True,
    "none": None,
}


def same_as_python(text: str) -> None:
    """Evaluate in both; where Python raises, ours fails."""
    names = dict(DATA)
    try:
        expected = eval(text, names)  # noqa: S307 - the yardstick, over texts written here
    except Exception:  # noqa: BLE001 - whatever Python does not do, ours does not either
        with pytest.raises(ScriptFailed):
            read_expression(text).value(normalise(DATA))
        return
    assert read_expression(text).value(normalise(DATA)) == normalise(expected), text


@pytest.mark.parametrize(
    "text",
    [
        *(
            "prio > 4 and yes == False",
            "1 < prio <= 3",
            "prio == 3 or nothing",
            "not yes",
            "none is None",
            "yes is True",
        ),
        *("prio if yes else 0", "'x' if empty else 'y'", "prio in [1, 2, 3]", "'Love' in name", "'a' not in texts"),
        *("-7 // 2", "-7 % 3", "7 % -3", "7 // -2", "2 ** 10", "-2 ** 2", "7 / 2", "True + True", "+prio", "- -prio"),
        *("items[0]", "items[-1]", "items[1:]", "items[::-1]", "name[:3]", "name[-3:]", "items[5:]", "(1, 2)[1]"),
        *("order['total']", "order['lines'][0]['price']", "order.get('nothing', 4)", "list(order.keys())"),
        *("[x * 2 for x in items if x > 1]", "[a + b for a in texts for b in texts]", "{k: 1 for k in texts}"),
        *("[[y for y in items if y > x] for x in items]", "sum(x['price'] * x['count'] for x in order['lines'])"),
        *("sorted(items)", "sorted(texts, reverse=True)", "sorted(order['lines'], key=lambda x: x['price'])"),
        *("min(items)", "max(1, 2, 3)", "min([], default=7)", "max(texts, key=lambda t: t)", "max(items, default=1)"),
        *("len(name)", "str(prio)", "int('12')", "int(7.9)", "int(-7.9)", "round(2.5)", "round(3.5)", "round(2.25, 1)"),
        *("abs(-3)", "any(x > 4 for x in items)", "all(items)", "sum(items, 10)", "bool('')", "bool([0])", "str()"),
        *("list(range(3))", "list(range(5, 0, -2))", "list(enumerate(texts, 1))", "list(zip(items, texts))"),
        *("list(enumerate(texts, start=5))", "list(reversed(items))", "dict([('a', 1)])", "dict(order)", "list('abc')"),
        *("name.lower()", "name.split()", "name.split('a', 1)", "'-'.join(texts)", "name.replace('a', 'oo')"),
        *("name.startswith(('A', 'B'))", "name.find('L')", "name.count('a')", "' x '.strip()", "'7'.zfill(3)"),
        *("name.title()", "'abc'.isalpha()", "'a\\nb'.splitlines()", "'ab'.rjust(4, '.')", "'xxabxx'.strip('x')"),
        *(
            "f'{name} has {prio}'",
            "f'{prio:.2f}'",
            "f'{prio:05d}|{name:>15}|{name:.3}'",
            "f'{1234567:,}'",
            "f'{prio:.0%}'",
        ),
        *("f'{name!s}'", "f'{prio:>6}|'", "f'{prio:^7d}|'", "f'{12.5:8.1f}'", "f'{1/8:.3f}'", "f'{-3:05d}'"),
        *("'ab' * 2", "[1] * 3", "0 * [1]", "'a' < 'b'", "[1, 2] < [1, 3]", "(1, 2) == (1, 2)", "[1] == (1,)"),
        *("{'a': 1} == {'a': 1.0}", "1 == True", "'1' == 1", "none == 0", "items.count(1)", "items.index(4)"),
        *("str([1, 'a', None, True, (1,), {'k': 2}])", "[] or 'none'", "0 and 5", "1 in [True]", "'' in name"),
        *("[x for x in items][0:2]", "sum([])", "texts[0] + texts[1]", "[1] + [2]", "prio - yes", "round(1234, -2)"),
        *("items['a']", "items[7]", "prio + name", "prio < name", "name.nothing", "len(prio)", "min([])", "sum(texts)"),
    ],
)
def test_expressions_give_what_python_gives(text: str) -> None:
    if text in ("name.nothing",):
        with pytest.raises(ScriptFailed):
            read_expression(text).value(normalise(DATA))
        return
    same_as_python(text)


numbers = st.integers(-50, 50).map(str)
texts = st.sampled_from(["name", "'ab'", "texts[1]", "''", "f'{prio}x'"])


SIGNS = st.sampled_from(["+", "-", "*", "//", "%", "<", "<=", "==", "!=", "and", "or", ">"])


def _combined(parts: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
    return st.one_of(
        st.tuples(parts, SIGNS, parts).map(lambda three: f"({three[0]} {three[1]} {three[2]})"),
        st.tuples(parts, parts, parts).map(lambda three: f"({three[0]} if {three[1]} else {three[2]})"),
        parts.map(lambda one: f"(not {one})"),
        parts.map(lambda one: f"(-{one})"),
        st.tuples(parts, parts).map(lambda two: f"[{two[0]}, {two[1]}]"),
        st.tuples(parts, parts).map(lambda two: f"[{two[0]} for x in [{two[1]}] if x]"),
        st.tuples(parts, numbers).map(lambda two: f"[{two[0]}, 2, 3][{two[1]}:]"),
        parts.map(lambda one: "(x := 1)" if not one else f"sum([{one}])"),
        parts.map(lambda one: f"len({one})"),
        parts.map(lambda one: f"max([{one}, {one}])"),
        parts.map(lambda one: f"str({one})"),
        st.tuples(parts, parts).map(lambda two: f"({two[0]} in [{two[1]}, 1])"),
    )


expressions = st.recursive(
    st.one_of(numbers, texts, st.sampled_from(["prio", "items", "yes", "none", "order['total']", "items[0]"])),
    _combined,
    max_leaves=8,
)


FILLS = re.compile(r"% [\[(]|% items")
"""A text filled from a list by %: Python does that, ours never."""


@settings(max_examples=400, deadline=None)
@given(expressions)
def test_random_expressions_give_what_python_gives(text: str) -> None:
    try:
        expected = eval(text, dict(DATA))  # noqa: S307 - the yardstick, over texts made here
    except Exception:  # noqa: BLE001 - whatever Python does not do, ours does not either
        with pytest.raises(ScriptFailed):
            read_expression(text).value(normalise(DATA))
        return
    hypothesis.assume(not FILLS.search(text))
    assert read_expression(text).value(normalise(DATA)) == normalise(expected), text


whole = st.integers(-(10**16), 10**16)


@settings(max_examples=300, deadline=None)
@given(whole, whole, st.sampled_from(["+", "-", "*", "//", "%"]))
def test_whole_numbers_are_exact(left: int, right: int, sign: str) -> None:
    expression = read_expression(f"a {sign} b")
    scope = {"a": Decimal(left), "b": Decimal(right)}
    if sign in ("//", "%") and not right:
        with pytest.raises(ScriptFailed):
            expression.value(scope)
        return
    operations: dict[str, Callable[[int, int], int]] = {
        "+": int.__add__,
        "-": int.__sub__,
        "*": int.__mul__,
        "//": int.__floordiv__,
        "%": int.__mod__,
    }
    assert expression.value(scope) == operations[sign](left, right)


@settings(max_examples=200, deadline=None)
@given(
    st.decimals(min_value=-(10**9), max_value=10**9, places=4),
    st.decimals(min_value=-(10**6), max_value=10**6, places=3).filter(bool),
)
def test_broken_numbers_divide_towards_the_smaller(left: Decimal, right: Decimal) -> None:
    scope = {"a": left, "b": right}
    quotient = Fraction(left) / Fraction(right)
    assert read_expression("a // b").value(scope) == quotient.__floor__()
    assert Fraction(read_expression("a % b").value(scope)) == Fraction(left) - quotient.__floor__() * Fraction(right)
    assert read_expression("a / b * b - a").value(scope) < Decimal("1e-15")


def test_numbers_are_decimals() -> None:
    assert read_expression("0.1 + 0.2 == 0.3").value({}) is True
    assert read_expression("str(4 / 2)").value({}) == "2"
    assert read_expression("x + 1").value({"x": 1.5}) == Decimal("2.5")
    assert read_expression("f'{x}'").value({"x": Decimal("1.500")}) == "1.5"


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("datetime.now()", "2027-01-31T09:30:00+00:00"),
        ("datetime.datetime.now() + datetime.timedelta(hours=4)", "2027-01-31T13:30:00+00:00"),
        ("date.today() + timedelta(days=1)", "2027-02-01"),
        ("date(2027, 2, 28).weekday()", Decimal(6)),
        ("datetime.fromisoformat('2027-01-01T00:00:00+00:00') < datetime.now()", True),
        ("(date(2027, 3, 1) - date(2027, 2, 1)).days", Decimal(28)),
        ("timedelta(hours=26, minutes=0.5)", "P1DT2H30S"),
        ("timedelta(seconds=-1.5)", "-PT1.5S"),
        ("timedelta(days=2) / 4", "PT12H"),
        ("timedelta(hours=1).total_seconds() / 60", Decimal(60)),
        ("date.fromisoformat(day).year", Decimal(2027)),
        ("date.fromisoformat(day).strftime('%d.%m.%Y, 100%%')", "06.05.2027, 100%"),
        ("datetime.strptime('31/01/2027 17:05', '%d/%m/%Y %H:%M').isoformat()", "2027-01-31T17:05:00"),
        ("timedelta()", "PT0S"),
        ("abs(timedelta(hours=-1))", "PT1H"),
        ("order.lines[0].price", Decimal(2)),
    ],
)
def test_dates_and_paths(text: str, expected: object) -> None:
    scope = {"day": "2027-05-06", "order": {"lines": [{"price": Decimal(2)}]}}
    assert read_expression(text).value(scope, now=NOW) == expected


def test_a_script_gives_what_it_changed() -> None:
    script = read_script(
        """
        "What an order costs."
        total = 0
        for number, line in enumerate(order["lines"]):
            if line["count"] == 0:
                continue
            line["sum"] = line["price"] * line["count"]
            total += line["sum"]
            if total > 1000:
                break
        else_label = "big" if total > 10 else "small"
        first, second = texts[0], texts[1]
        counts = {}
        for text in texts:
            counts[text] = counts.get(text, 0) + 1
        while len(items) > 1:
            items.pop()
        del unwanted, order["total"]
        """
    )
    assert {"total", "order", "unwanted", "line"} <= script.sets | script.names
    changed = script.changes(normalise({**DATA, "unwanted": 1}))
    assert changed["total"] == 11
    assert changed["order"]["lines"][0]["sum"] == 6
    assert "total" not in changed["order"]
    assert (changed["first"], changed["second"], changed["else_label"]) == ("b", "a", "big")
    assert changed["counts"] == {"b": 1, "a": 1, "c": 1}
    assert changed["items"] == [5]
    assert changed["unwanted"] is None
    assert "texts" not in changed


def test_lists_have_one_life_under_several_names() -> None:
    changed = read_script("a = []\nb = a\nb += [1]\na.append(2)\nc = a[:]\nc.append(3)").changes({})
    assert changed == {"a": [1, 2], "b": [1, 2], "c": [1, 2, 3]}


def test_refusals_name_line_construct_and_remedy() -> None:
    with pytest.raises(NotRunnable) as caught:
        read_script("x = 1\nimport os\ny = x.format(x)\nfor i in x:\n    open(i)")
    lines = [(one.line, one.construct) for one in caught.value.refusals]
    assert lines == [(2, "an import"), (3, "the method format"), (5, "the function open")]
    assert "f-string" in caught.value.refusals[1].instead


def test_names_are_those_of_the_case() -> None:
    expression = read_expression("[x.price for x in items if x.price > limit and len(name) > 0]")
    assert expression.names == {"items", "limit", "name"}
    assert read_expression("type == next").value({"type": "a", "next": "a"}) is True
    script = read_script("a = b\nfor c in d:\n    e[c] = f\ndel g")
    assert script.sets == {"a", "c", "g"}
    assert script.names == {"a", "b", "c", "d", "e", "f", "g"}


MORE = {
    "import datetime\nx = datetime.datetime(2020, 1, 2).year": 2020,
    "from datetime import datetime, timedelta\nx = timedelta(days=2).days": 2,
    "import math\nx = math.floor(2.7) + math.ceil(0.1) + math.sqrt(9)": 6,
    "from decimal import Decimal\nx = Decimal('1.5')": Decimal("1.5"),
    "def double(n):\n    return n * 2\nx = double(4)": 8,
    "def add(a, b=2):\n    c = a + b\n    return c\nx = add(1) + add(1, b=1) + add(b=0, a=1)": 6,
    "def first(items):\n    for one in items:\n        if one > 1:\n            return one\nx = first([1, 2, 3])": 2,
    "def count(n):\n    while True:\n        n -= 1\n        if n < 0:\n            return n\nx = count(3)": -1,
    "def fact(n):\n    return 1 if n < 2 else n * fact(n - 1)\nx = fact(5)": 120,
    "def nothing():\n    pass\nx = nothing()": None,
    "x = 1\ndef inner():\n    x = 2\ninner()": 1,
    "x = []\ndef grow(n):\n    x.append(n)\ngrow(1)": [1],
    "try:\n    x = 1 / 0\nexcept ZeroDivisionError:\n    x = 5": 5,
    "try:\n    x = {}['a']\nexcept (ValueError, KeyError):\n    x = 5": 5,
    "try:\n    x = [1][3]\nexcept LookupError:\n    x = 5": 5,
    "try:\n    x = int('a')\nexcept ValueError:\n    x = 5": 5,
    "try:\n    x = missing\nexcept NameError:\n    x = 5": 5,
    "try:\n    x = 1\nexcept Exception:\n    x = 2\nelse:\n    x = 3": 3,
    "try:\n    raise ValueError('a')\nexcept Exception:\n    x = 5": 5,
    "x = list(map(lambda v: v + 1, filter(lambda v: v > 1, [1, 2, 3])))": [3, 4],
    "x = '%s has %d of %.1f%% and %05d' % ('a', 2, 3.14159, 42)": "a has 2 of 3.1% and 00042",
    "x = '|%-4s|%4s|' % ('b', 'c')": "|b   |   c|",
    "x = 'n: %s' % 3": "n: 3",
    "x = '{} {1} {name} {2:.2f} {{}}'.format(1, 2, 3, name='n')".replace("{} ", "{0} "): "1 2 n 3.00 {}",
    "x = '{}-{}'.format('a', 'b')": "a-b",
    "x: int = 3": 3,
    "print('hello', 3)\nx = 3": 3,
}


@pytest.mark.parametrize("text", MORE)
def test_more_that_scripts_of_other_tools_hold(text: str) -> None:
    assert read_script(text).changes({})["x"] == normalise(MORE[text])


def test_a_recursion_without_end_is_stopped() -> None:
    with pytest.raises(ScriptStopped):
        read_script("def f(n):\n    return f(n + 1)\ntry:\n    x = f(0)\nexcept Exception:\n    x = 1").changes({})


def test_functions_of_ones_own_are_no_names_of_the_case() -> None:
    script = read_script("def f(n):\n    return n + rate\nx = f(1)")
    assert script.names == {"rate", "x"}


@pytest.mark.parametrize("written", ["%9999999d", "%-d", "%s", "%E", "%", "", "x" * 200, 7])
def test_a_format_holds_plain_directives_only(written):
    for text in (f"date.today().strftime({written!r})", f"datetime.strptime('1', {written!r})"):
        with pytest.raises(ScriptFailed):
            read_expression(text).value({}, now=NOW)


LOOPS_AND_ERRORS = {
    "for i in [1, 2]:\n    x = i\nelse:\n    x = 9": {"i": 2, "x": 9},
    "for i in [1, 2]:\n    break\nelse:\n    x = 9": {"i": 1},
    "i = 0\nwhile i < 2:\n    i += 1\nelse:\n    i = 9": {"i": 9},
    "i = 0\nwhile True:\n    break\nelse:\n    i = 9": {"i": 0},
    "try:\n    x = int('a')\nexcept ValueError as err:\n    x = 'a' in str(err)\nfinally:\n    y = 1": {
        "x": True,
        "y": 1,
    },
    "try:\n    x = 1\nfinally:\n    y = x + 1": {"x": 1, "y": 2},
    "def f():\n    try:\n        return 1\n    finally:\n        return 2\nx = f()": {"x": 2},
    "def f():\n    try:\n        return 1\n    finally:\n        pass\nx = f()": {"x": 1},
    "def f():\n    try:\n        raise ValueError('a')\n    finally:\n        return 2\nx = f()": {"x": 2},
    "def f():\n    for i in [1]:\n        return i\n    else:\n        return 7\nx = f()": {"x": 1},
    "x = [isinstance(y, str) for y in [1, 'a', None]]": {"x": [False, True, False]},
    "x = [isinstance(y, (int, float)) for y in [1, 2.5, True, 'a']]": {"x": [True, True, True, False]},
    "x = [isinstance(1, int), isinstance(2.5, int), isinstance(1, float), isinstance(2.5, float)]": {
        "x": [True, False, False, True]
    },
    "x = [isinstance([], list), isinstance({}, dict), isinstance(True, bool), isinstance(date.today(), date)]": {
        "x": [True, True, True, True]
    },
}


@pytest.mark.parametrize("text", LOOPS_AND_ERRORS)
def test_loops_and_errors_go_as_in_python(text):
    assert read_script(text).changes({}, now=NOW) == normalise(LOOPS_AND_ERRORS[text])
    expected: dict[str, Any] = {}
    exec("from datetime import date\n" + text, expected)  # noqa: S102 - made by this test
    assert normalise({name: expected[name] for name in LOOPS_AND_ERRORS[text]}) == normalise(LOOPS_AND_ERRORS[text])


def test_what_stands_in_finally_runs_before_an_error_goes_on():
    script = read_script(
        "try:\n    x = 1\n    raise ValueError('no')\nexcept KeyError:\n    x = 2\nfinally:\n    y[0] = 5"
    )
    with pytest.raises(ScriptFailed, match="no"):
        script.changes({"y": [1]})
    with pytest.raises(ScriptFailed, match="not set"):
        read_script("try:\n    x = 1\nfinally:\n    x = z").changes({})


def test_the_name_of_an_error_is_known_while_it_is_handled_only():
    script = read_script("try:\n    raise ValueError('no')\nexcept ValueError as e:\n    x = f'{e}!'")
    assert "e" not in script.names
    assert script.changes({}) == {"x": "no!"}
    with pytest.raises(ScriptFailed, match="The name e"):
        read_script("try:\n    raise ValueError('no')\nexcept ValueError as e:\n    pass\nx = e").changes({})
