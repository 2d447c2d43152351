"""Functions that the standard does not have and Camunda 8 adds, since diagrams and decisions of its modeler hold them.

What differs from call to call (`uuid()`, `random number()`) is left out: an evaluation must say the same again.
"""

import base64
import binascii
from decimal import Decimal
from typing import Any, Final

from forms.data import DataUnacceptable, canonical, parse
from forms.feel.calendar import month_length
from forms.feel.comparing import same
from forms.feel.environment import CHARACTERS, State
from forms.feel.errors import Unfit
from forms.feel.functions.contexts import context_merge, context_put, context_put_nested
from forms.feel.functions.lists import concatenate, distinct_values, union
from forms.feel.functions.patterns import matched
from forms.feel.functions.registry import built_in
from forms.feel.scope import admit, export
from forms.feel.values import Date, DateTime
from forms.feel.writing import text_of

_SPACE: Final = " \t\n\r\f\v"

built_in("put", "context: context, key: string, value: any")(context_put)
built_in("put", "context: context, keys: list, value: any")(context_put_nested)
built_in("union", "lists...: list")(union)
built_in("concatenate", "lists...: list")(concatenate)


@built_in("context merge", "contexts...: context")
@built_in("put all", "contexts...: context")
def merge(state: State, contexts: list[dict[str, Any]]) -> dict[str, Any]:
    """One context of several; later entries replace earlier ones."""
    return context_merge(state, contexts)


@built_in("cycle", "repetitions: number|null, interval: duration")
def cycle(state: State, repetitions: Decimal | None, interval: Any) -> str:
    """The repeating interval of a timer, as ISO 8601 text: so often, or without end."""
    if repetitions is not None and (repetitions < 0 or repetitions != repetitions.to_integral_value()):
        raise Unfit("bad_argument", reason="repetitions is a whole number")
    return f"R{'' if repetitions is None else int(repetitions)}/{text_of(interval, state)}"


@built_in("cycle", "interval: duration")
def cycle_without_end(state: State, interval: Any) -> str:
    """The repeating interval of a timer, as ISO 8601 text, without end."""
    return cycle(state, None, interval)


@built_in("is defined", "value: any")
def is_defined(_state: State, value: Any) -> bool:
    """Whether a value is not null."""
    return value is not None


@built_in("get or else", "value: any, default: any")
def get_or_else(_state: State, value: Any, default: Any) -> Any:
    """The value, or the other one where it is null."""
    return default if value is None else value


@built_in("assert", "value: any, condition: any, cause?: string|null")
def assert_(_state: State, value: Any, condition: Any, cause: str | None = None) -> Any:
    """The value where the condition is true; null otherwise, with the cause."""
    if condition is not True:
        raise Unfit("bad_argument", reason=cause or "the condition is not true")
    return value


@built_in("is blank", "string: string")
def is_blank(state: State, text: str) -> bool:
    """Whether a text holds nothing but white space."""
    state.spend(len(text) >> CHARACTERS)
    return not text.strip(_SPACE)


@built_in("trim", "string: string")
def trim(state: State, text: str) -> str:
    """A text without white space around it."""
    state.spend(len(text) >> CHARACTERS)
    return text.strip(_SPACE)


@built_in("extract", "string: string, pattern: string")
def extract(state: State, text: str, pattern: str) -> list[str]:
    """Every match of a pattern."""
    return matched(state, text, pattern)


@built_in("to base64", "value: string")
def to_base64(state: State, text: str) -> str:
    """A text in Base64."""
    state.spend(len(text) >> CHARACTERS)
    state.bound(len(text) * 6)
    return base64.b64encode(text.encode()).decode()


@built_in("from base64", "value: string")
def from_base64(state: State, text: str) -> str:
    """The text that Base64 stands for."""
    state.spend(len(text) >> CHARACTERS)
    try:
        return base64.b64decode(text, validate=True).decode()
    except (binascii.Error, ValueError):
        raise Unfit("bad_argument", reason="it is no text in Base64") from None


@built_in("to json", "value: any")
def to_json(state: State, value: Any) -> str:
    """A value as JSON."""
    try:
        text = canonical(export(value, state))
    except TypeError:
        raise Unfit("bad_argument", reason="it cannot be written as JSON") from None
    state.spend(len(text) >> CHARACTERS)
    return text


@built_in("from json", "value: string")
def from_json(state: State, text: str) -> Any:
    """The value that a text in JSON stands for."""
    state.spend(len(text))
    try:
        return admit(parse(text))
    except DataUnacceptable:
        raise Unfit("bad_argument", reason="it is no JSON") from None


@built_in("is empty", "list: list")
def is_empty(_state: State, items: list[Any]) -> bool:
    """Whether a list holds nothing."""
    return not items


@built_in("duplicate values", "list: list")
def duplicate_values(state: State, items: list[Any]) -> list[Any]:
    """The values that a list holds more than once, each once."""
    found = []
    for value in distinct_values(state, items):
        state.spend(len(items))
        if sum(same(value, item, state) for item in items) > 1:
            found.append(value)
    return found


@built_in("partition", "list: list, size: number")
def partition(state: State, items: list[Any], size: Decimal) -> list[list[Any]]:
    """A list cut into lists of a size; the last may be shorter."""
    if size < 1 or size != size.to_integral_value():
        raise Unfit("bad_argument", reason="the size is no whole number of at least 1")
    state.spend(len(items))
    step = int(min(size, Decimal(max(len(items), 1))))
    return [items[at : at + step] for at in range(0, len(items), step)]


@built_in("last day of month", "date: date|date and time")
def last_day_of_month(_state: State, date: Date | DateTime) -> Date:
    """The last day of the month that a date is in."""
    day = date if isinstance(date, Date) else date.date
    return Date(year=day.year, month=day.month, day=month_length(day.year, day.month))
