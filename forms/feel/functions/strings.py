"""String functions without patterns (DMN 1.5, table 74). Positions count characters (code points) from 1."""

from decimal import Decimal
from typing import Any

from forms.feel.environment import State
from forms.feel.errors import Unfit
from forms.feel.functions.registry import built_in


@built_in("substring", "string: string, start position: number, length?: number")
def substring(_state: State, text: str, start: Decimal, length: Decimal | None = None) -> str:
    """A part of a text; a negative start counts from the end."""
    if not 1 <= abs(start) <= max(len(text), 1) or start != start.to_integral_value():
        if start > len(text):
            return ""
        raise Unfit("bad_index", index=str(start))
    first = int(start) - 1 if start > 0 else len(text) + int(start)
    if length is None:
        return text[first:]
    if length < 0:
        raise Unfit("bad_argument", reason="the length is negative")
    return text[first : first + int(min(length, Decimal(len(text))))]


@built_in("string length", "string: string")
def string_length(_state: State, text: str) -> Decimal:
    """How many characters."""
    return Decimal(len(text))


@built_in("upper case", "string: string")
def upper_case(state: State, text: str) -> str:
    """The text in capitals."""
    state.bound(len(text))
    return text.upper()


@built_in("lower case", "string: string")
def lower_case(state: State, text: str) -> str:
    """The text in small letters."""
    state.bound(len(text))
    return text.lower()


@built_in("substring before", "string: string, match: string")
def substring_before(_state: State, text: str, match: str) -> str:
    """What stands before the first match, empty if there is none."""
    before, found, _ = text.partition(match) if match else ("", "", "")
    return before if found else ""


@built_in("substring after", "string: string, match: string")
def substring_after(_state: State, text: str, match: str) -> str:
    """What stands behind the first match, empty if there is none."""
    return text.partition(match)[2] if match else text


@built_in("contains", "string: string, match: string")
def contains(_state: State, text: str, match: str) -> bool:
    """Whether the text holds the match."""
    return match in text


@built_in("starts with", "string: string, match: string")
def starts_with(_state: State, text: str, match: str) -> bool:
    """Whether the text begins with the match."""
    return text.startswith(match)


@built_in("ends with", "string: string, match: string")
def ends_with(_state: State, text: str, match: str) -> bool:
    """Whether the text ends with the match."""
    return text.endswith(match)


@built_in("string join", "list: list, delimiter?: string|null")
def string_join(state: State, items: list[Any], delimiter: str | None = None) -> str:
    """The texts of a list, nulls left out, with the delimiter between them."""
    state.spend(len(items))
    parts = [item for item in items if item is not None]
    if any(type(part) is not str for part in parts):
        raise Unfit("bad_argument", reason="the list holds something that is no text")
    between = delimiter or ""
    state.bound(sum(map(len, parts)) + len(between) * len(parts))
    return between.join(parts)
