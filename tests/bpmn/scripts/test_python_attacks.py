"""Hostile Python is refused when it is read, or bounded when it runs; nothing else happens."""

from datetime import UTC, datetime
from decimal import Decimal
from time import thread_time
from typing import Any

import pytest

from bpmn.scripts import LIMITS, Limits, NotRunnable, ScriptFailed, ScriptStopped, read_expression, read_script

NOW = datetime(2027, 1, 31, 9, 30, tzinfo=UTC)
BOUND = LIMITS.seconds + 3
"""Seconds of processor time no attack may need: those of the limit, and what one step may be late."""

ESCAPES = [
    "().__class__.__bases__[0].__subclasses__()",
    "''.__class__.__mro__[1]",
    "(1).__class__",
    "{}.__init__.__globals__",
    "[].append.__self__",
    "datetime.__class__",
    "date.today().__reduce__()",
    "__import__('os').system('id')",
    "__builtins__",
    "eval('1')",
    "exec('1')",
    "compile('1', '', 'eval')",
    "open('/etc/passwd').read()",
    "getattr('', 'upper')()",
    "globals()",
    "vars()",
    "type('')",
    "isinstance",
    "'{0.__class__}'.format(1)",
    "'{x}'.format_map({'x': 1})",
    "f'{x.__class__}'",
    "f'{x!r}'",
    "f'{x:{y}}'",
    "f'{x:9999999999d}'",
    "(x for x in items).gi_frame",
    "(x for x in items)",
    "(lambda: 0)()",
    "lambda: 0",
    "sorted(items, key=lambda x, y=[]: x)",
    "sorted(items, key=len)",
    "[x := 1]",
    "await x",
    "(yield x)",
    "items.append(1)",
    "items.__len__()",
    "str.join",
    "str.mro()",
    "len",
    "[len][0]('a')",
    "b'bytes'",
    "1j",
    "...",
    "{1, 2}",
    "{x for x in items}",
    "[*items]",
    "max(*items)",
    "dict(**data)",
    "{**data}",
    "x @ y",
    "1 << 99999999999",
    "~x",
    "x is 'text'",
    "x[0](1)",
    "datetime.datetime.combine(1, 2)",
    "datetime.sys",
    "str.format",
    "'a'.encode()",
]
STATEMENTS = [
    "import os",
    "from os import system",
    "import math as m",
    "from math import floor",
    "from datetime import sys",
    "from . import datetime",
    "def f(*a): pass",
    "def f(x, /): pass",
    "def len(x): pass",
    "def f(__x): pass",
    "@f\ndef f(): pass",
    "def f():\n    def g(): pass",
    "if x:\n    def f(): pass",
    "def f():\n    yield 1",
    "def f(): pass\ny = f",
    "def f(): pass\nf.x = 1",
    "x = map(len, items)",
    "x = map(lambda a, b: a, items)",
    "raise Exception('a') from x",
    "raise KeyboardInterrupt()",
    "raise",
    "try:\n    x = 1\nexcept ValueError as __e:\n    pass",
    "try:\n    x = 1\nexcept ValueError as len:\n    pass",
    "try:\n    x = 1\nexcept BaseException:\n    pass",
    "x = '{0.a}'.format(x)",
    "x = '{!r}'.format(x)",
    "async def f(): pass",
    "class A: pass",
    "with x: pass",
    "raise x",
    "assert x",
    "global x",
    "x: int",
    "x.__class__ = 1",
    "x.y = 1",
    "del x.y",
    "x[0:1] = []",
    "len = 1",
    "datetime = 1",
    "match x:\n    case 1: pass",
    "x, *y = z",
    "x",
    "for date in items: pass",
    "[len for len in items]",
    "return 1",
]
UNREADABLE = [
    "",
    "x +",
    "(" * 5_000,
    "[" * 900 + "]" * 900,
    "-" * 19_000 + "1",
    "not " * 4_000 + "x",
    "x" + ".a" * 9_000,
    "x" + "[0]" * 5_000,
    "1" + "+1" * 9_000,
    "1 if x else " * 1_500 + "1",
    "f" * 30_000,
    "9" * 19_000,
    "f'" + '{f"' * 60 + '"}' * 60 + "'",
    "\0",
    "x\ud800",
    "x = \\",
    "lambda " * 3_000,
    "{'a':" * 150 + "1" + "}" * 150,
]
STOPPED = [
    "while True:\n    pass",
    "while True:\n    x = 1",
    "for i in range(100000):\n    for j in range(100000):\n        pass",
    "for i in range(10 ** 12):\n    pass",
    "x = list(range(300000))",
    "x = range(-10 ** 15, 10 ** 15)",
    "x = 'a' * 10 ** 10",
    "x = [0] * 10 ** 9",
    "x = 'aaaaaaaaaa'\nwhile True:\n    x = x + x",
    "x = 'aaaaaaaaaa'\nwhile True:\n    x = x.replace('a', 'aaaaaaaaaa')",
    "x = [1]\nwhile True:\n    x = x + x",
    "x = [1]\nwhile True:\n    x.extend(x)",
    "x = [1]\nwhile True:\n    x += x",
    "x = [1]\nfor i in range(50):\n    x = [x, x]",
    "x = [1]\nfor i in range(50):\n    x = [x, x]\ny = str(x)",
    "x = [1]\ny = [1]\nfor i in range(50):\n    x = [x, x]\n    y = [y, y]\nz = x == y",
    "x = [1]\ny = [1]\nfor i in range(50):\n    x = [x, x]\n    y = [y, y]\nz = x < y",
    "x = [1]\ny = [1]\nfor i in range(50):\n    x = [x, x]\n    y = [y, y]\nz = y in [x]",
    "x = [1]\ny = [1]\nfor i in range(50):\n    x = [x, x]\n    y = [y, y]\nz = sorted([x, y])",
    "x = (1,)\nfor i in range(50):\n    x = (x, x)\nd = f'{x}'",
    "x = {}\nfor i in range(50):\n    x = {'a': x, 'b': x}",
    "x = []\nx.append(x)",
    "x = []\nx.append(x)\ny = str(x)",
    "x = {}\nx['x'] = x",
    "x = []\ny = []\nx.append(y)\ny.append(x)\nz = x == y",
    "x = []\nfor i in range(100):\n    x = [x]",
    "x = 'a' * 200000\ny = [x for i in range(1000)]",
    "x = 'a' * 200000\ny = ','.join([x, x, x])",
    "x = 'a' * 100000\nwhile True:\n    y = x.upper()",
    "x = 'a' * 100000\nwhile True:\n    y = x.count('aaaaaaaaaaaaaaab')",
    "x = 'a'.ljust(10 ** 9)",
    "x = '1'.zfill(10 ** 9)",
    "x = 'a,' * 100000\nwhile True:\n    y = x.split(',')",
    "x = sorted([i * 7919 % 20011 for i in range(60000)])",
    "x = [i for i in range(1000) for j in range(1000)]",
    "x = {str(i): i for i in range(400000)}",
    "x = {}\nwhile True:\n    x[str(len(x))] = 1",
    "while True:\n    x = 7.1 ** 999.9",
    "while True:\n    x = 10 ** 6000 % 7 if False else 3.3 ** 777.7",
    "x = []\nwhile True:\n    x.insert(0, 1)",
    "x = [str(i) for i in range(100000)]\nwhile True:\n    y = 'z' in x",
    "x = sum([[1] for i in range(100000)], [])",
    "while True:\n    x = f'{1:>99}' * 1000",
    "while True:\n    x = str(10 ** 999.5)",
    "while True:\n    x = 5 in items",
    "x = big\nwhile True:\n    y = x % 7",
    "x = max([1] * 240000, key=lambda v: sum([v] * 1000))",
]
FAILED = [
    "x = 9 ** 9 ** 9",
    "x = 2 ** 200",
    "x = 10 ** 1000000",
    "x = 10 ** -1000000",
    "x = 99999999999999999999999999999999999 * 99999999999999999999999999999999999",
    "x = 1 / 0",
    "x = 5 % 0",
    "x = '%9999999999d' % 1",
    "x = '%s' % ()",
    "x = '%s %s' % (1,)",
    "x = '%d' % 'a'",
    "raise ValueError('No.')",
    "y = f(1)\ndef f(x): return x",
    "def f(x): return x\ny = f()",
    "def f(x): return x\ny = f(1, x=2)",
    "def f(x): return x\ny = f(1, 2)",
    "def f():\n    only_inside = 1\nf()\nz = only_inside",
    "try:\n    x = 1 / 0\nexcept KeyError:\n    x = 2",
    "x = nothing",
    "x = 'a' + 1",
    "x = 'a' < 1",
    "x = {1: 2}",
    "x = items[99999999999999999999]",
    "x = items[10]",
    "x = items[0.5]",
    "x = data['nothing']",
    "x = data.nothing",
    "x = range(10, 0, 0)",
    "x = range(10 ** 30)",
    "x = int('1' * 5000)",
    "x = int('abc')",
    "x = float('nan')",
    "x = float('inf')",
    "x = '\\ud800'",
    "x = '\\0'",
    "x, y = [1]",
    "x = date(9999, 12, 31) + timedelta(days=1)",
    "x = timedelta(days=10 ** 20)",
    "x = timedelta(days=1) * 10 ** 30",
    "x = date(10 ** 12, 1, 1)",
    "x = datetime.now() < datetime(2027, 1, 1)",
    "x = round(1.5, 10 ** 9)",
    "x = min([])",
    "x = [].pop()",
    "x = 'a'.split('')",
    "x = len(5)",
    "x = len()",
    "x = sum(5)",
    "x = sum(['a', 'b'])",
    "x = sorted(['a', 1])",
    "x = 'a'.center(5, 'bb')",
    "x = huge + 1",
    "x = f'{10 ** 100:.2f}'",
    "for x in 5:\n    pass",
    "data['a']['b']['c'] = 1",
    "items.keys()",
    "x = 'abc'\nx[0] = 'd'",
]

SCOPE: dict[str, Any] = {
    "items": [Decimal(1), Decimal(2)],
    "data": {"a": Decimal(1)},
    "huge": Decimal("1e999999"),
    "big": Decimal("1e5999"),
    "x": Decimal(1),
    "y": Decimal(2),
}


@pytest.mark.parametrize("text", ESCAPES)
def test_escapes_are_refused_when_read(text: str) -> None:
    with pytest.raises(NotRunnable) as caught:
        read_expression(text)
    assert all(one.construct and one.instead.endswith(".") and one.line >= 1 for one in caught.value.refusals)


@pytest.mark.parametrize("text", [*STATEMENTS, *(f"x = {text}" for text in ESCAPES if text != "items.append(1)")])
def test_statements_beyond_the_subset_are_refused_when_read(text: str) -> None:
    with pytest.raises(NotRunnable) as caught:
        read_script(f"pass\n{text}")
    assert caught.value.refusals[0].line == 2 or len(caught.value.refusals) == 1


@pytest.mark.parametrize("text", UNREADABLE)
def test_what_cannot_be_read_is_refused(text: str) -> None:
    began = thread_time()
    for read in (read_expression, read_script):
        with pytest.raises(NotRunnable):
            read(text)
    assert thread_time() - began < BOUND


@pytest.mark.parametrize("text", STOPPED)
def test_what_grows_is_stopped(text: str) -> None:
    began = thread_time()
    with pytest.raises(ScriptStopped):
        read_script(text).changes(SCOPE, now=NOW)
    assert thread_time() - began < BOUND


@pytest.mark.parametrize("text", FAILED)
def test_what_cannot_be_fails_with_the_line(text: str) -> None:
    began = thread_time()
    with pytest.raises((ScriptFailed, ScriptStopped)) as caught:
        read_script(text).changes(SCOPE, now=NOW)
    assert thread_time() - began < BOUND
    assert caught.value.message.endswith(".")


def test_data_beyond_the_limits_is_stopped_too() -> None:
    deep: Any = []
    for _ in range(10_000):
        deep = [deep]
    wide: Any = [Decimal(1)]
    for _ in range(60):
        wide = [wide, wide]
    for value in (deep, wide):
        with pytest.raises(ScriptStopped):
            read_expression("x").value({"x": value})


def test_limits_are_those_given() -> None:
    script = read_script("x = 0\nwhile x < 10:\n    x += 1")
    assert script.changes({}) == {"x": Decimal(10)}
    with pytest.raises(ScriptStopped) as caught:
        script.changes({}, limits=Limits(steps=50))
    assert caught.value.limit == "steps"
    with pytest.raises(ScriptStopped) as caught:
        read_script("x = 'ab' * 6").changes({}, limits=Limits(size=10))
    assert caught.value.limit == "size"
    with pytest.raises(ScriptStopped) as caught:
        read_script("while True:\n    x = 7.1 ** 999.9").changes({}, limits=Limits(seconds=0.02, steps=10**9))
    assert caught.value.limit == "time"


def test_data_of_the_case_is_not_changed_in_place() -> None:
    scope = {"items": [Decimal(1)], "other": {"a": [Decimal(1)]}}
    changed = read_script("items.append(2)\nother['a'].append(3)\nseen = other").changes(scope)
    assert scope == {"items": [Decimal(1)], "other": {"a": [Decimal(1)]}}
    assert changed["items"] == [Decimal(1), Decimal(2)]
    assert changed["other"] == changed["seen"] == {"a": [Decimal(1), Decimal(3)]}
    assert changed["other"] is not changed["seen"]
