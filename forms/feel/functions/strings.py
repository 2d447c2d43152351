"""String functions without patterns (DMN 1.5, table 74). Positions count characters (code points) from 1."""

from decimal import Decimal
from typing import Any

from forms.feel.environment import CHARACTERS, State
from forms.feel.errors import Unfit
from forms.feel.functions.registry import built_in


@built_in("substring", "string: string, start position: number, length?: number")
def substring(state: State, text: str, start: Decimal, length: Decimal | None = None) -> str:
    """A part of a text; a negative start counts from the end."""
    state.spend(len(text) >> CHARACTERS)
    if not 1 <= abs(start) <= max(len(text), 1) or start != start.to_integral_value():
        raise Unfit("bad_index", index=str(start))
    first = int(start) - 1 if start > 0 else len(text) + int(start)
    if length is None:
        return text[first:]
    if length < 1:
        raise Unfit("bad_argument", reason="the length is less than 1")
    return text[first : first + int(min(length, Decimal(len(text))))]


@built_in("string length", "string: string")
def string_length(_state: State, text: str) -> Decimal:
    """How many characters."""
    return Decimal(len(text))


@built_in("upper case", "string: string")
def upper_case(state: State, text: str) -> str:
    """The text in capitals."""
    state.spend(len(text) >> CHARACTERS)
    return text.upper()


@built_in("lower case", "string: string")
def lower_case(state: State, text: str) -> str:
    """The text in small letters."""
    state.spend(len(text) >> CHARACTERS)
    return text.lower()


@built_in("substring before", "string: string, match: string")
def substring_before(state: State, text: str, match: str) -> str:
    """What stands before the first match, empty if there is none."""
    state.spend(len(text) >> CHARACTERS)
    before, found, _ = text.partition(match) if match else ("", "", "")
    return before if found else ""


@built_in("substring after", "string: string, match: string")
def substring_after(state: State, text: str, match: str) -> str:
    """What stands behind the first match, empty if there is none."""
    state.spend(len(text) >> CHARACTERS)
    return text.partition(match)[2] if match else text


@built_in("contains", "string: string, match: string")
def contains(state: State, text: str, match: str) -> bool:
    """Whether the text holds the match."""
    state.spend(len(text) >> CHARACTERS)
    return match in text


@built_in("starts with", "string: string, match: string")
def starts_with(state: State, text: str, match: str) -> bool:
    """Whether the text begins with the match."""
    state.spend(len(text) >> CHARACTERS)
    return text.startswith(match)


@built_in("ends with", "string: string, match: string")
def ends_with(state: State, text: str, match: str) -> bool:
    """Whether the text ends with the match."""
    state.spend(len(text) >> CHARACTERS)
    return text.endswith(match)


@built_in("string join", "list: list, delimiter?: string|null")
def string_join(state: State, items: list[Any], delimiter: str | None = None) -> str:
    """The texts of a list, nulls left out, with the delimiter between them."""
    state.spend(len(items))
    parts = [item for item in items if item is not None]
    if any(type(part) is not str for part in parts):
        raise Unfit("bad_argument", reason="the list holds something that is no text")
    between = delimiter or ""
    size = sum(map(len, parts)) + len(between) * len(parts)
    state.bound(size)
    state.spend(size >> CHARACTERS)
    return between.join(parts)
