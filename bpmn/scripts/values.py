"""The values of a running script, and how process data enters and leaves.

A value is None, a truth value, a text, a Decimal, a list, a tuple, a dict with texts as keys, or a date, time or
timedelta. Whatever walks through a value counts what it meets, so that a list that holds another many times is as
dear as it looks. No method of a value is called that could walk by itself.
"""

from collections.abc import Iterable, Mapping
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from typing import Any, Final

from bpmn.scripts.limits import Budget, ScriptFailed
from forms.data import number_text as exact_text

Value = Any

PLAIN: Final = (type(None), bool, str, Decimal)
MOMENTS: Final = (date, datetime, time, timedelta)

_KINDS: Final[Mapping[type, str]] = {
    type(None): "None",
    bool: "a truth value",
    str: "a text",
    Decimal: "a number",
    list: "a list",
    tuple: "a tuple",
    dict: "a dict",
    date: "a date",
    datetime: "a date with time",
    time: "a time",
    timedelta: "a timedelta",
}


def kind(value: Value) -> str:
    """What a value is, in words."""
    return _KINDS.get(type(value), "something that is no data")


def admit(value: object, budget: Budget, depth: int = 0) -> Value:
    """Process data as a value of its own: lists and dicts are copied. Raises ScriptFailed for what is no data."""
    budget.step()
    if isinstance(value, Decimal):
        if not value.is_finite() or abs(value.adjusted()) > 6_000 or len(value.as_tuple().digits) > 6_000:
            raise ScriptFailed("A number of the data is beyond what can be counted with.")
        return value
    if isinstance(value, str):
        budget.step(len(value) >> 6)
        return value
    if value is None or isinstance(value, bool | date | time | timedelta):
        return value
    if isinstance(value, int | float):
        return admit(Decimal(str(value)), budget)
    budget.nested(depth)
    if isinstance(value, list | tuple):
        budget.made(len(value))
        return [admit(item, budget, depth + 1) for item in value]
    if isinstance(value, Mapping):
        budget.made(len(value))
        return {str(key): admit(item, budget, depth + 1) for key, item in value.items()}
    raise ScriptFailed(f"{type(value).__name__} is no process data.")


def export(value: Value, budget: Budget, depth: int = 0) -> Value:
    """A value as process data: dates, times and timedeltas as ISO 8601 texts, tuples as lists; everything copied."""
    budget.step()
    if type(value) is str:
        budget.written(len(value))  # many references to one long text are as dear as many texts
        return value
    if type(value) in PLAIN:
        return value
    if isinstance(value, timedelta):
        return duration_text(value)
    if isinstance(value, date | time):
        return value.isoformat()
    budget.nested(depth)
    budget.made(len(value))
    if isinstance(value, dict):
        return {key: export(item, budget, depth + 1) for key, item in value.items()}
    return [export(item, budget, depth + 1) for item in value]


def duration_text(length: timedelta) -> str:
    """A timedelta as ISO 8601: ``P1DT2H30M``."""
    microseconds = length // timedelta(microseconds=1)
    sign, microseconds = ("-", -microseconds) if microseconds < 0 else ("", microseconds)
    seconds, fraction = divmod(microseconds, 1_000_000)
    minutes, seconds = divmod(seconds, 60)
    hours, minutes = divmod(minutes, 60)
    days, hours = divmod(hours, 24)
    rest = f"{seconds}.{fraction:06d}".rstrip("0") if fraction else str(seconds)
    clock = "".join(f"{number}{unit}" for number, unit in ((hours, "H"), (minutes, "M")) if number)
    clock += f"{rest}S" if rest != "0" else ""
    text = (f"{days}D" if days else "") + (f"T{clock}" if clock else "")
    return f"{sign}P{text}" if text else "PT0S"


def number_text(number: Decimal, budget: Budget) -> str:
    """A number in plain notation, without zeros that say nothing."""
    budget.written(abs(number.adjusted()) + len(number.as_tuple().digits) + 3)
    if not number:
        return "0"
    text = f"{number:f}"
    return text.rstrip("0").rstrip(".") if "." in text else text


def text_of(value: Value, budget: Budget, *, quoted: bool = False, depth: int = 0) -> str:
    """What ``str`` gives; inside lists and dicts, as Python writes them."""
    budget.step()
    if type(value) is str:
        budget.written(len(value))
        return repr(value) if quoted else value
    if type(value) is Decimal:
        return number_text(value, budget)
    if isinstance(value, list | tuple | dict):
        budget.nested(depth)
        return _container(value, budget, depth + 1)
    return str(value)


def _container(value: Value, budget: Budget, depth: int) -> str:
    if isinstance(value, dict):
        parts = [
            f"{text_of(key, budget, quoted=True)}: {text_of(item, budget, quoted=True, depth=depth)}"
            for key, item in value.items()
        ]
    else:
        parts = [text_of(item, budget, quoted=True, depth=depth) for item in value]
    text = ", ".join(parts)
    budget.written(len(text))
    if isinstance(value, dict):
        return f"{{{text}}}"
    if isinstance(value, tuple):
        return f"({text}{',' if len(value) == 1 else ''})"
    return f"[{text}]"


def equal(left: Value, right: Value, budget: Budget, depth: int = 0) -> bool:
    """Whether two values are equal, as Python has it: ``True == 1``, a list is never a tuple."""
    budget.step()
    if isinstance(left, list | tuple) and type(left) is type(right):
        budget.nested(depth)
        return len(left) == len(right) and all(
            equal(one, two, budget, depth + 1) for one, two in zip(left, right, strict=True)
        )
    if isinstance(left, dict) and isinstance(right, dict):
        budget.nested(depth)
        return left.keys() == right.keys() and all(
            equal(value, right[key], budget, depth + 1) for key, value in left.items()
        )
    if isinstance(left, list | tuple | dict) or isinstance(right, list | tuple | dict):
        return False
    if type(left) is str:
        budget.step(len(left) >> 6)
    return bool(left == right)


def same(left: Value, right: Value, budget: Budget, depth: int = 0) -> bool:
    """Whether two values are the same process data: true is not 1 here, and 1.0 is 1."""
    if isinstance(left, bool) or isinstance(right, bool):
        budget.step()
        return left is right
    if isinstance(left, list) and isinstance(right, list):
        budget.step()
        budget.nested(depth)
        return len(left) == len(right) and all(
            same(one, two, budget, depth + 1) for one, two in zip(left, right, strict=True)
        )
    if isinstance(left, dict) and isinstance(right, dict):
        budget.step()
        budget.nested(depth)
        return left.keys() == right.keys() and all(
            same(value, right[key], budget, depth + 1) for key, value in left.items()
        )
    return equal(left, right, budget, depth)


def compare(left: Value, right: Value, budget: Budget, depth: int = 0) -> int:
    """-1, 0 or 1 for two values that have an order. Raises ScriptFailed for others."""
    budget.step()
    if isinstance(left, list | tuple) and type(left) is type(right):
        budget.nested(depth)
        for one, two in zip(left, right, strict=False):
            if not equal(one, two, budget, depth + 1):
                return compare(one, two, budget, depth + 1)
        return (len(left) > len(right)) - (len(left) < len(right))
    one, two = _number(left), _number(right)
    if type(one) is not type(two) or one is None or isinstance(one, list | tuple | dict):
        raise ScriptFailed(f"{kind(left)} and {kind(right)} have no order.")
    if type(one) is str:
        budget.step(len(one) >> 6)
    try:
        return int(one > two) - int(one < two)
    except TypeError:
        raise ScriptFailed(
            "A date with time with a zone and one without have no order: give both a zone or none."
        ) from None


def _number(value: Value) -> Value:
    return Decimal(int(value)) if isinstance(value, bool) else value


def items_of(value: Value, budget: Budget) -> Iterable[Value]:
    """The items that a loop goes through: of a list, the characters of a text, the keys of a dict."""
    if not isinstance(value, list | tuple | str | dict):
        raise ScriptFailed(f"{kind(value)} has no items to go through.")
    budget.made(len(value))
    return list(value)


def whole(value: Value, what: str) -> int:
    """A whole number as an int that is small enough to count with. Raises ScriptFailed."""
    if isinstance(value, bool):
        return int(value)
    if type(value) is not Decimal or value.adjusted() > 15 or value != value.to_integral_value():
        shown = exact_text(value) if type(value) is Decimal else kind(value)
        raise ScriptFailed(f"The {what} is {shown[:60]}, not a whole number in reach.")
    return int(value)


def number(value: Value, what: str) -> Decimal:
    """A number; truth values count as 1 and 0. Raises ScriptFailed."""
    if isinstance(value, bool):
        return Decimal(int(value))
    if type(value) is not Decimal:
        raise ScriptFailed(f"The {what} is {kind(value)}, not a number.")
    return value
