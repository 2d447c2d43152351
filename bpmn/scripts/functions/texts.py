"""The methods of texts."""

from collections.abc import Callable
from decimal import Decimal
from typing import Any

from bpmn.scripts.functions.offered import METHODS, Call, Offered, method
from bpmn.scripts.limits import ScriptFailed
from bpmn.scripts.values import Value, items_of, kind, whole


def _text(value: Value, what: str) -> str:
    if not isinstance(value, str):
        raise ScriptFailed(f"{what} takes a text, not {kind(value)}.")
    return value


def _plainly(name: str) -> None:
    def run(call: Call, text: str) -> Value:
        call.budget.written(3 * len(text))  # one letter can become three
        return getattr(str, name)(text)

    METHODS[str][name] = Offered(run=run, least=0, most=0)


for _name in (
    *("lower", "upper", "title", "capitalize", "casefold", "swapcase"),
    *("isdigit", "isalpha", "isalnum", "isspace", "isupper", "islower", "isnumeric", "isdecimal"),
):
    _plainly(_name)


def _stripping(name: str) -> None:
    def run(call: Call, text: str, characters: Value = None) -> Value:
        cut = None if characters is None else _text(characters, name)
        call.budget.written(len(text))
        call.budget.step((len(text) >> 6) * (1 + (len(cut or "") >> 6)))
        return getattr(str, name)(text, cut)

    METHODS[str][name] = Offered(run=run, least=0, most=1)


for _name in ("strip", "lstrip", "rstrip"):
    _stripping(_name)


def _searching(name: str, found: Callable[[Any], Value]) -> None:
    def run(call: Call, text: str, part: Value) -> Value:
        parts = tuple(_text(one, name) for one in part) if isinstance(part, tuple) else _text(part, name)
        if isinstance(parts, tuple) and name not in ("startswith", "endswith"):
            raise ScriptFailed(f"{name} takes a text, not a tuple.")
        call.budget.step((len(text) >> 6) * (1 + (sum(map(len, parts)) >> 6)))
        return found(getattr(str, name)(text, parts))

    METHODS[str][name] = Offered(run=run, least=1, most=1)


for _name in ("startswith", "endswith"):
    _searching(_name, bool)
for _name in ("find", "rfind", "count"):
    _searching(_name, Decimal)


@method(str, "replace", 2, 2)
def _replace(call: Call, text: str, old: Value, new: Value) -> Value:
    one, two = _text(old, "replace"), _text(new, "replace")
    call.budget.step(1 + (len(text) >> 6) * (1 + (len(one) >> 6)))
    call.budget.written(len(text) + max(0, len(two) - len(one)) * text.count(one))
    return text.replace(one, two)


@method(str, "split", 0, 2)
def _split(call: Call, text: str, separator: Value = None, most: Value = Decimal(-1)) -> Value:
    between = None if separator is None else _text(separator, "split")
    if between == "":
        raise ScriptFailed("split takes no empty text.")
    call.budget.made(1 + len(text) // 2 if between is None else 1 + text.count(between))
    call.budget.written(len(text))
    return text.split(between, whole(most, "number of splits"))


@method(str, "splitlines")
def _splitlines(call: Call, text: str) -> Value:
    call.budget.made(len(text) + 1)
    return text.splitlines()


@method(str, "join", 1, 1)
def _join(call: Call, text: str, parts: Value) -> Value:
    texts = [_text(part, "join") for part in items_of(parts, call.budget)]
    call.budget.written(sum(map(len, texts)) + len(text) * len(texts))
    return text.join(texts)


def _filling(name: str) -> None:
    def run(call: Call, text: str, width: Value, fill: Value = " ") -> Value:
        size = whole(width, "width")
        call.budget.written(max(len(text), size))
        letter = _text(fill, name)
        if len(letter) != 1:
            raise ScriptFailed(f"{name} fills with one character.")
        return str.zfill(text, size) if name == "zfill" else getattr(str, name)(text, size, letter)

    METHODS[str][name] = Offered(run=run, least=1, most=1 if name == "zfill" else 2)


for _name in ("zfill", "ljust", "rjust", "center"):
    _filling(_name)
