"""Values as text, as the function `string` gives it: what FEEL would read back, numbers in plain notation."""

from decimal import Decimal
from typing import Any

from forms.feel.environment import CHARACTERS, State
from forms.feel.errors import FeelLimitExceeded, Unfit
from forms.feel.values import Function, Range, kind

_DEEPEST = 60


def number_text(number: Decimal) -> str:
    """A number in plain notation, without zeros that say nothing."""
    if not number:
        return "0"
    text = f"{number:f}"
    return text.rstrip("0").rstrip(".") if "." in text else text


def text_of(value: Any, state: State) -> str:
    """The text of a value; a string is its own text. Raises FeelLimitExceeded."""
    if type(value) is str:
        return value
    left = [state.size]
    text = _inner(value, left, state, 0)
    state.spend(state.size - left[0] >> CHARACTERS)
    return text


def _inner(value: Any, left: list[int], state: State, depth: int) -> str:
    text = _written(value, left, state, depth)
    left[0] -= len(text) if type(value) is not list and type(value) is not dict else 4
    if left[0] < 0:
        raise FeelLimitExceeded("size", state.size)
    return text


def _written(value: Any, left: list[int], state: State, depth: int) -> str:
    if value is None:
        return "null"
    if type(value) is bool:
        return "true" if value else "false"
    if type(value) is Decimal:
        if abs(value.adjusted()) > left[0]:  # before it is written: plain notation has a digit for each power
            raise FeelLimitExceeded("size", state.size)
        return number_text(value)
    if type(value) is str:
        return _quoted(value)
    if depth >= _DEEPEST:
        raise FeelLimitExceeded("depth", _DEEPEST)
    if type(value) is list:
        return f"[{', '.join(_inner(item, left, state, depth + 1) for item in value)}]"
    if type(value) is dict:
        entries = (f"{_key(key)}: {_inner(item, left, state, depth + 1)}" for key, item in value.items())
        return f"{{{', '.join(entries)}}}"
    if type(value) is Range:
        return _range(value, left, state, depth)
    if type(value) is Function:
        raise Unfit("not_data", kind=kind(value))
    return str(value)


def _quoted(text: str) -> str:
    escaped = text.replace("\\", "\\\\").replace('"', '\\"')
    return f'"{escaped}"'


def _key(key: str) -> str:
    """The name of an entry, quoted where it is no name that could be written as it is."""
    words = key.split(" ")
    fine = all(word.replace("_", "a").isalnum() for word in words) and not key[:1].isdigit()
    return key if fine else _quoted(key)


def _range(value: Range, left: list[int], state: State, depth: int) -> str:
    start, end = (_inner(limit, left, state, depth + 1) for limit in (value.start, value.end))
    if value.start is None:
        return f"<{'=' if value.end_included else ''} {end}"
    if value.end is None:
        return f">{'=' if value.start_included else ''} {start}"
    return f"{'[' if value.start_included else '('}{start}..{end}{']' if value.end_included else ')'}"
