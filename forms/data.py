"""Process data: JSON values with exact decimal numbers, and the one canonical way to write them.

A value is None, bool, str, Decimal, a list of values or a dict from str to values. Binary floating point numbers never
occur: they are turned into decimals where data enters. Dates, times and durations are ISO 8601 strings.
"""

import json
from collections.abc import Iterable, Mapping
from decimal import Decimal
from itertools import chain
from typing import Any, Final, TypeAlias

import orjson

Value: TypeAlias = Any
"""None | bool | str | Decimal | list[Value] | dict[str, Value]; a recursive alias would cost every caller a cast."""

DEPTH = 64
"""How deep lists and objects may be nested."""


LONG: Final = 30
"""Digits before or behind the point of what is still written as a plain number: exponents can be beyond any page."""


class DataUnacceptable(ValueError):
    """A value is not process data; `path` says where (``$.items[2].price``)."""

    def __init__(self, path: str, reason: str) -> None:
        self.path = path
        self.reason = reason
        super().__init__(f"{path}: {reason}")


def normalise(value: object) -> Value:
    """Give `value` as process data: ints and floats become exact decimals, tuples lists. Raises DataUnacceptable."""
    try:
        return _normal(value, 0)
    except _Unfit as unfit:
        raise DataUnacceptable("$" + "".join(reversed(unfit.steps)), unfit.reason) from None


class _Unfit(Exception):
    """What is wrong at a place; its steps are gathered on the way out, from the innermost."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason
        self.steps: list[str] = []


_LISTS: Final = (list, tuple)
_OBJECTS: Final = (dict, Mapping)
"""In this order: to ask an abstract class takes long."""
_NUMBERS: Final = (int, float, Decimal)
_SIMPLE: Final = frozenset({str, type(None)})


def _normal(value: object, depth: int) -> Value:
    if isinstance(value, str):
        return value if type(value) is str and value.isascii() and "\0" not in value else _text(value)
    if isinstance(value, _LISTS) and depth < DEPTH:
        return [*value] if _are_plain(value) else _list(value, depth + 1)
    if value is None or isinstance(value, bool):
        return value
    if isinstance(value, _NUMBERS):
        return _number(value)
    if isinstance(value, _OBJECTS) and depth < DEPTH:
        return _object(value, depth + 1)
    nested = depth >= DEPTH and isinstance(value, (*_LISTS, *_OBJECTS))
    raise _Unfit(f"nested deeper than {DEPTH} levels" if nested else f"{type(value).__name__} is not JSON")


def _list(value: Iterable[Any], depth: int) -> list[Value]:
    # Of lists of plain texts every act makes one: how the tokens of its case moved.
    if depth < DEPTH and {*map(type, value)} == {list} and _are_plain([*chain.from_iterable(value)]):
        return [*map(list, value)]
    items: list[Value] = []
    for item in value:
        try:
            items.append(_normal(item, depth))
        except _Unfit as unfit:
            unfit.steps.append(f"[{len(items)}]")
            raise
    return items


def _object(value: Mapping[object, object], depth: int) -> dict[str, Value]:
    items: dict[str, Value] = {}
    for key, item in value.items():
        if not isinstance(key, str):
            raise _Unfit(f"the key {key!r} is not text")
        name = key if type(key) is str and key.isascii() and "\0" not in key else _text(key)
        try:
            items[name] = item if item is None else _normal(item, depth)
        except _Unfit as unfit:
            unfit.steps.append(f".{key}")
            raise
    return items


def _are_plain(items: Iterable[Any]) -> bool:
    """Say whether all are null or texts that need no closer look: all together, as most of what there is is so."""
    if not {*map(type, items)} <= _SIMPLE:
        return False
    text = "".join(filter(None, items))
    return text.isascii() and "\0" not in text


def _text(value: str) -> str:
    value = value if type(value) is str else str(value)  # of an enumeration, its text
    try:
        if "\0" not in value and (value.isascii() or value.encode()):
            return value
    except UnicodeEncodeError:  # half a surrogate pair
        pass
    raise _Unfit("holds characters that cannot be stored")


def _number(value: float | Decimal) -> Decimal:
    number = value if isinstance(value, Decimal) else Decimal(str(value))
    if not number.is_finite():
        raise _Unfit("is not a finite number")
    return number


def parse(text: str | bytes) -> Value:
    """Read JSON text as process data. Raises DataUnacceptable, also for NaN and for text that is no JSON."""
    try:
        return normalise(json.loads(text, parse_float=Decimal, parse_int=Decimal))
    except (ValueError, RecursionError) as error:
        if isinstance(error, DataUnacceptable):
            raise
        raise DataUnacceptable("$", f"not JSON: {error}") from None


def canonical(value: Value) -> str:
    """Write `value` as canonical JSON: keys sorted by code point, no white space, shortest exact decimals, UTF-8.

    Raises TypeError for what is no process data.
    """
    return orjson.dumps(value, default=_beyond_json, option=_CANONICAL).decode()


_CANONICAL = orjson.OPT_SORT_KEYS | orjson.OPT_PASSTHROUGH_DATETIME | orjson.OPT_PASSTHROUGH_DATACLASS


def plain(number: Decimal) -> str:
    """Write a decimal for people: without an exponent, unless that would fill more than a line."""
    return format(number, "f") if abs(number.adjusted()) <= LONG else number_text(number)


def readable(value: Value) -> str:
    """Write `value` as JSON for people and other programs: indented, keys as they come, the same exact numbers."""
    return orjson.dumps(value, default=_beyond_json, option=orjson.OPT_INDENT_2).decode()


def _beyond_json(value: object) -> object:
    if isinstance(value, Decimal):
        return orjson.Fragment(number_text(value))
    if isinstance(value, Mapping):
        return dict(value)
    raise TypeError(f"{type(value).__name__} is not process data")


_PLAIN = 19
"""The longest whole number, in digits, that has no exponent however many of them are zeros."""


def number_text(number: Decimal) -> str:
    """Write a decimal in the shortest plain or exponent form that is exact and that JSON allows."""
    if not number:
        return "0"
    plain = str(number)
    if len(plain) <= _PLAIN and plain.isdecimal():
        return plain
    sign, digits, exponent = number.as_tuple()
    text = "".join(map(str, digits)).rstrip("0") or "0"
    scale = int(exponent) + len(digits) - len(text)
    text = text.lstrip("0")
    if -19 <= scale < 0:
        whole, fraction = (text[:scale], text[scale:]) if len(text) > -scale else ("0", text.rjust(-scale, "0"))
        text = f"{whole}.{fraction}"
    elif 0 < scale <= 18:
        text += "0" * scale
    elif scale:
        text += f"e{scale}"
    return "-" + text if sign else text


def same(old: Value, new: Value) -> bool:
    """Whether two values are the same process data: true is not 1, and 1.0 is 1."""
    if old is new:
        return True
    if isinstance(old, bool) or isinstance(new, bool):
        return False
    if isinstance(old, list) and isinstance(new, list):
        return len(old) == len(new) and all(map(same, old, new))
    if isinstance(old, dict) and isinstance(new, dict):
        return old.keys() == new.keys() and all(same(value, new[key]) for key, value in old.items())
    return bool(old == new)
