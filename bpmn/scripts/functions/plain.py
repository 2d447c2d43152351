"""The functions that Python has built in: numbers, truth, lists of things."""

from collections.abc import Callable, Mapping
from datetime import date, datetime, time, timedelta
from decimal import ROUND_CEILING, ROUND_DOWN, ROUND_FLOOR, Decimal, DecimalException
from functools import cmp_to_key
from typing import Any, Final

from bpmn.scripts.functions.offered import Call, function, key_of
from bpmn.scripts.limits import NUMBERS, ScriptFailed
from bpmn.scripts.operators import compute
from bpmn.scripts.values import Value, compare, items_of, kind, number, text_of, whole


@function("len")
def _len(call: Call, value: Value) -> Value:
    if not isinstance(value, str | list | tuple | dict):
        raise ScriptFailed(f"{kind(value)} has no length.")
    return Decimal(len(value))


_KINDS: Final[Mapping[str, type]] = {
    **{kind.__name__: kind for kind in (str, bool, list, tuple, dict, date, datetime, time, timedelta)},
    **dict.fromkeys(("int", "float", "Decimal"), Decimal),
}


@function("isinstance", least=2, most=9)
def _isinstance(call: Call, value: Value, *named: Value) -> Value:
    """Whether a value is of one of these kinds, which come as texts: a number is an int where it is whole."""
    found = False
    for name in named:
        if not isinstance(name, str) or name not in _KINDS:
            raise ScriptFailed(f"isinstance asks for one of {', '.join(_KINDS)}.")
        if isinstance(value, Decimal) and name in ("int", "float"):
            found = found or (value == value.to_integral_value()) is (name == "int")
        else:
            found = found or isinstance(value, _KINDS[name]) or (name == "int" and isinstance(value, bool))
    return found


@function("str", least=0)
def _str(call: Call, value: Value = "") -> Value:
    return text_of(value, call.budget)


@function("int", least=0)
def _int(call: Call, value: Value = Decimal(0)) -> Value:
    found = _read(call, value, "int")
    if isinstance(value, str) and found != found.to_integral_value():
        raise ScriptFailed(f"{value[:60]!r} is no whole number: write int(float(...)) to cut it.")
    return found.to_integral_value(ROUND_DOWN)


@function("float", "Decimal", "decimal.Decimal", least=0)
def _float(call: Call, value: Value = Decimal(0)) -> Value:
    return _read(call, value, "float")


def _read(call: Call, value: Value, what: str) -> Decimal:
    if not isinstance(value, str):
        return number(value, f"argument of {what}")
    text = value.strip()
    try:
        found = NUMBERS.copy().create_decimal(text) if len(text) <= 100 else None
    except DecimalException:
        found = None
    if found is None or not found.is_finite():
        raise ScriptFailed(f"{value[:60]!r} is not a number.", kind="ValueError")
    return found


@function("bool", least=0)
def _bool(call: Call, value: Value = False) -> Value:
    return bool(value)


@function("abs")
def _abs(call: Call, value: Value) -> Value:
    return abs(value) if isinstance(value, timedelta) else number(value, "argument of abs").copy_abs()


@function("round", most=2, named="ndigits")
def _round(call: Call, value: Value, ndigits: Value = None) -> Value:
    places = 0 if ndigits is None else whole(ndigits, "number of digits")
    if abs(places) > 30:
        raise ScriptFailed("round keeps at most 30 digits.")
    found = number(value, "argument of round")
    if int(found.as_tuple().exponent) >= -places:
        return found
    try:
        return NUMBERS.copy().quantize(found, Decimal(1).scaleb(-places))
    except DecimalException:
        raise ScriptFailed("The number is too long to be rounded to so many digits.") from None


@function("print", least=0, most=100, named="sep end flush")
def _print(call: Call, *values: Value, **options: Value) -> Value:
    """Nobody reads what is printed; that it is written is no reason to refuse a script."""
    return None


@function("math.floor")
def _floor(call: Call, value: Value) -> Value:
    return number(value, "argument of math.floor").to_integral_value(ROUND_FLOOR)


@function("math.ceil")
def _ceil(call: Call, value: Value) -> Value:
    return number(value, "argument of math.ceil").to_integral_value(ROUND_CEILING)


@function("math.sqrt")
def _sqrt(call: Call, value: Value) -> Value:
    found = number(value, "argument of math.sqrt")
    if found < 0:
        raise ScriptFailed("There is no square root of a number below 0.", kind="ValueError")
    return NUMBERS.copy().sqrt(found)


@function("min", most=100, named="key default")
def _min(call: Call, *values: Value, **options: Value) -> Value:
    return _extreme(call, "min", -1, values, options)


@function("max", most=100, named="key default")
def _max(call: Call, *values: Value, **options: Value) -> Value:
    return _extreme(call, "max", 1, values, options)


def _extreme(call: Call, what: str, sign: int, values: tuple[Value, ...], options: Mapping[str, Value]) -> Value:
    items = list(items_of(values[0], call.budget) if len(values) == 1 else values)
    if not items:
        if "default" in options:
            return options["default"]
        raise ScriptFailed(f"{what} of nothing: give a default, as in {what}(items, default=0).")
    key = options.get("key")
    best, mark = items[0], _marked(key, items[0])
    for item in items[1:]:
        found = _marked(key, item)
        if compare(found, mark, call.budget) == sign:
            best, mark = item, found
    return best


def _marked(key: Callable[[Value], Value] | None, item: Value) -> Value:
    return item if key is None else key(item)


@function("sum", most=2)
def _sum(call: Call, items: Value, start: Value = Decimal(0)) -> Value:
    for item in items_of(items, call.budget):
        start = compute("+", start, item, call.budget)
    return start


@function("any")
def _any(call: Call, items: Value) -> Value:
    return any(items_of(items, call.budget))


@function("all")
def _all(call: Call, items: Value) -> Value:
    return all(items_of(items, call.budget))


@function("sorted", named="key reverse")
def _sorted(call: Call, items: Value, key: Any = None, reverse: Value = False) -> Value:
    return in_order(call, list(items_of(items, call.budget)), key, bool(reverse))


def in_order(call: Call, items: list[Value], key: Any, reverse: bool) -> list[Value]:
    """A list in the order of its items, or of their keys. Raises ScriptFailed where these cannot be compared."""

    def order(one: tuple[Value, Value], two: tuple[Value, Value]) -> int:
        return compare(one[0], two[0], call.budget)

    marked = [(_marked(key, item), item) for item in items]
    return [item for _mark, item in sorted(marked, key=cmp_to_key(order), reverse=reverse)]


@function("reversed")
def _reversed(call: Call, items: Value) -> Value:
    return list(items_of(items, call.budget))[::-1]


@function("list", "tuple", least=0)
def _list(call: Call, items: Value = ()) -> Value:
    return list(items_of(items, call.budget))


@function("dict", least=0)
def _dict(call: Call, items: Value = ()) -> Value:
    if isinstance(items, dict):
        call.budget.made(len(items))
        return dict(items)
    made: dict[str, Value] = {}
    for pair in items_of(items, call.budget):
        name, value = pair if isinstance(pair, list | tuple) and len(pair) == 2 else (None, None)
        if name is None:
            raise ScriptFailed("dict takes pairs of a name and a value.")
        made[key_of(name)] = value
    return made


@function("range", most=3)
def _range(call: Call, *limits: Value) -> Value:
    numbers = [whole(limit, "argument of range") for limit in limits]
    if len(numbers) == 3 and not numbers[2]:
        raise ScriptFailed("range takes no step of 0.")
    found = range(*numbers)
    # The length of a range can be beyond what len gives.
    call.budget.made(max(0, (found.stop - found.start + found.step - (1 if found.step > 0 else -1)) // found.step))
    return list(map(Decimal, found))


@function("enumerate", most=2, named="start")
def _enumerate(call: Call, items: Value, start: Value = Decimal(0)) -> Value:
    first = whole(start, "start")
    call.budget.made(3)
    return [(Decimal(place), item) for place, item in enumerate(_counted(call, items, 3), first)]


@function("zip", least=0, most=20)
def _zip(call: Call, *lists: Value) -> Value:
    return list(zip(*(_counted(call, items, 2) for items in lists), strict=False))


def _counted(call: Call, items: Value, times: int) -> list[Value]:
    found = list(items_of(items, call.budget))
    call.budget.made(len(found) * times)
    return found
