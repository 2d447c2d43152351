"""The functions that Python in a diagram may call, and the methods of texts, lists, dicts and dates."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from decimal import ROUND_DOWN, Decimal, DecimalException
from functools import cmp_to_key
from typing import Any, Final

from bpmn.scripts.limits import NUMBERS, Budget, ScriptFailed
from bpmn.scripts.operators import compute, length_of
from bpmn.scripts.values import Value, compare, duration_text, equal, items_of, kind, number, text_of, whole


@dataclass(frozen=True, kw_only=True)
class Call:
    """What a function is given besides its arguments: the account of the run, and the moment of the act (aware)."""

    budget: Budget
    now: datetime | None


@dataclass(frozen=True, kw_only=True)
class Offered:
    """Something that may be called: how many arguments it takes by position, and the names it takes others by."""

    run: Callable[..., Value]
    least: int
    most: int
    named: frozenset[str] = frozenset()
    changes: bool = False
    """Whether it changes the value it is a method of."""

    def __call__(
        self,
        call: Call,
        what: str,
        positional: Sequence[Value],
        named: Mapping[str, Value],
        of: tuple[Value, ...] = (),
    ) -> Value:
        """Call it, as a method with the value it is `of`. Raises ScriptFailed where the arguments do not fit."""
        for name in named:
            if name not in self.named:
                raise ScriptFailed(f"{what} takes no argument named {name}.")
        if not self.least <= len(positional) + len(set(named) - {"key", "reverse"}) <= self.most:
            count = str(self.least) if self.least == self.most else f"{self.least} to {self.most}"
            raise ScriptFailed(f"{what} takes {count} arguments.")
        return self.run(call, *of, *positional, **named)


FUNCTIONS: Final[dict[str, Offered]] = {}
METHODS: Final[dict[type, dict[str, Offered]]] = {
    of: {} for of in (str, list, tuple, dict, date, datetime, time, timedelta)
}
PARTS: Final[Mapping[type, frozenset[str]]] = {
    date: frozenset({"year", "month", "day"}),
    datetime: frozenset({"year", "month", "day", "hour", "minute", "second", "microsecond"}),
    time: frozenset({"hour", "minute", "second", "microsecond"}),
    timedelta: frozenset({"days", "seconds", "microseconds"}),
}
"""What is read of dates, times and timedeltas with a point."""

Run = Callable[..., Value]


def _function(*names: str, least: int = 1, most: int = 1, named: str = "") -> Callable[[Run], Run]:
    def declare(run: Run) -> Run:
        for name in names:
            FUNCTIONS[name] = Offered(run=run, least=least, most=most, named=frozenset(named.split()))
        return run

    return declare


def _method(of: type, name: str, least: int = 0, most: int = 0, *, changes: bool = False) -> Callable[[Run], Run]:
    def declare(run: Run) -> Run:
        METHODS[of][name] = Offered(run=run, least=least, most=most, changes=changes)
        return run

    return declare


# Functions


@_function("len")
def _len(call: Call, value: Value) -> Value:
    if not isinstance(value, str | list | tuple | dict):
        raise ScriptFailed(f"{kind(value)} has no length.")
    return Decimal(len(value))


@_function("str", least=0)
def _str(call: Call, value: Value = "") -> Value:
    return text_of(value, call.budget)


@_function("int", least=0)
def _int(call: Call, value: Value = Decimal(0)) -> Value:
    found = _read(call, value, "int")
    if isinstance(value, str) and found != found.to_integral_value():
        raise ScriptFailed(f"{value[:60]!r} is no whole number: write int(float(...)) to cut it.")
    return found.to_integral_value(ROUND_DOWN)


@_function("float", "Decimal", "decimal.Decimal", least=0)
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
        raise ScriptFailed(f"{value[:60]!r} is not a number.")
    return found


@_function("bool", least=0)
def _bool(call: Call, value: Value = False) -> Value:
    return bool(value)


@_function("abs")
def _abs(call: Call, value: Value) -> Value:
    return abs(value) if isinstance(value, timedelta) else number(value, "argument of abs").copy_abs()


@_function("round", most=2, named="ndigits")
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


@_function("min", most=100, named="key default")
def _min(call: Call, *values: Value, **options: Value) -> Value:
    return _extreme(call, "min", -1, values, options)


@_function("max", most=100, named="key default")
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


@_function("sum", most=2)
def _sum(call: Call, items: Value, start: Value = Decimal(0)) -> Value:
    for item in items_of(items, call.budget):
        start = compute("+", start, item, call.budget)
    return start


@_function("any")
def _any(call: Call, items: Value) -> Value:
    return any(items_of(items, call.budget))


@_function("all")
def _all(call: Call, items: Value) -> Value:
    return all(items_of(items, call.budget))


@_function("sorted", named="key reverse")
def _sorted(call: Call, items: Value, key: Any = None, reverse: Value = False) -> Value:
    return _in_order(call, list(items_of(items, call.budget)), key, bool(reverse))


def _in_order(call: Call, items: list[Value], key: Any, reverse: bool) -> list[Value]:
    def order(one: tuple[Value, Value], two: tuple[Value, Value]) -> int:
        return compare(one[0], two[0], call.budget)

    marked = [(_marked(key, item), item) for item in items]
    return [item for _mark, item in sorted(marked, key=cmp_to_key(order), reverse=reverse)]


@_function("reversed")
def _reversed(call: Call, items: Value) -> Value:
    return list(items_of(items, call.budget))[::-1]


@_function("list", "tuple", least=0)
def _list(call: Call, items: Value = ()) -> Value:
    return list(items_of(items, call.budget))


@_function("dict", least=0)
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


@_function("range", most=3)
def _range(call: Call, *limits: Value) -> Value:
    numbers = [whole(limit, "argument of range") for limit in limits]
    if len(numbers) == 3 and not numbers[2]:
        raise ScriptFailed("range takes no step of 0.")
    found = range(*numbers)
    # The length of a range can be beyond what len gives.
    call.budget.made(max(0, (found.stop - found.start + found.step - (1 if found.step > 0 else -1)) // found.step))
    return list(map(Decimal, found))


@_function("enumerate", most=2, named="start")
def _enumerate(call: Call, items: Value, start: Value = Decimal(0)) -> Value:
    first = whole(start, "start")
    call.budget.made(3)
    return [(Decimal(place), item) for place, item in enumerate(_counted(call, items, 3), first)]


@_function("zip", least=0, most=20)
def _zip(call: Call, *lists: Value) -> Value:
    return list(zip(*(_counted(call, items, 2) for items in lists), strict=False))


def _counted(call: Call, items: Value, times: int) -> list[Value]:
    found = list(items_of(items, call.budget))
    call.budget.made(len(found) * times)
    return found


# Dates and times


@_function("datetime.now", "datetime.datetime.now", "datetime.utcnow", "datetime.datetime.utcnow", least=0)
def _now(call: Call, *_zone: Value) -> Value:
    if call.now is None:
        raise ScriptFailed("There is no present moment here.")
    return call.now


@_function("date.today", "datetime.date.today", least=0, most=0)
def _today(call: Call) -> Value:
    return _now(call).date()


@_function("datetime.fromisoformat", "datetime.datetime.fromisoformat")
def _read_datetime(call: Call, text: Value) -> Value:
    return _from_iso(datetime.fromisoformat, text, "date with time, such as 2027-01-31T09:00:00+00:00")


@_function("date.fromisoformat", "datetime.date.fromisoformat")
def _read_date(call: Call, text: Value) -> Value:
    return _from_iso(date.fromisoformat, text, "date, such as 2027-01-31")


def _from_iso(read: Callable[[str], Value], text: Value, what: str) -> Value:
    try:
        return read(text) if isinstance(text, str) and len(text) <= 100 else read("")
    except ValueError:
        shown = repr(text[:60]) if isinstance(text, str) else kind(text)
        raise ScriptFailed(f"{shown} is no {what}.") from None


_CLOCK: Final = "hour minute second microsecond"


@_function("datetime", "datetime.datetime", least=3, most=7, named=f"year month day {_CLOCK}")
def _datetime(call: Call, *parts: Value, **named: Value) -> Value:
    return _made(datetime, parts, named)


@_function("date", "datetime.date", least=3, most=3, named="year month day")
def _date(call: Call, *parts: Value, **named: Value) -> Value:
    return _made(date, parts, named)


def _made(what: Callable[..., Value], parts: tuple[Value, ...], named: Mapping[str, Value]) -> Value:
    try:
        return what(
            *(whole(part, "part of a date") for part in parts),
            **{name: whole(part, name) for name, part in named.items()},
        )
    except (ValueError, TypeError, OverflowError) as error:
        raise ScriptFailed(f"This is no date: {error}.") from None


_UNITS: Final = {
    "weeks": 604_800_000_000,
    "days": 86_400_000_000,
    "hours": 3_600_000_000,
    "minutes": 60_000_000,
    "seconds": 1_000_000,
    "milliseconds": 1_000,
    "microseconds": 1,
}


@_function("timedelta", "datetime.timedelta", least=0, most=7, named=" ".join(_UNITS))
def _timedelta(call: Call, *parts: Value, **named: Value) -> Value:
    order = ("days", "seconds", "microseconds", "milliseconds", "minutes", "hours", "weeks")
    given = {**dict(zip(order, parts, strict=False)), **named}
    total = Decimal(0)
    for unit, amount in given.items():
        share = compute("*", number(amount, unit), Decimal(_UNITS[unit]), call.budget)
        total = compute("+", total, share, call.budget)
    return length_of(total)


for _of in (date, datetime, time):
    METHODS[_of]["isoformat"] = Offered(run=lambda call, moment: moment.isoformat(), least=0, most=0)
for _of in (date, datetime):
    METHODS[_of]["weekday"] = Offered(run=lambda call, moment: Decimal(moment.weekday()), least=0, most=0)
    METHODS[_of]["isoweekday"] = Offered(run=lambda call, moment: Decimal(moment.isoweekday()), least=0, most=0)


@_method(datetime, "date")
def _date_of(call: Call, moment: datetime) -> Value:
    return moment.date()


@_method(timedelta, "total_seconds")
def _total_seconds(call: Call, length: timedelta) -> Value:
    return compute("/", Decimal(length // timedelta(microseconds=1)), Decimal(1_000_000), call.budget)


@_method(timedelta, "isoformat")
def _duration(call: Call, length: timedelta) -> Value:
    return duration_text(length)


# Texts


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


@_method(str, "replace", 2, 2)
def _replace(call: Call, text: str, old: Value, new: Value) -> Value:
    one, two = _text(old, "replace"), _text(new, "replace")
    call.budget.step(1 + (len(text) >> 6) * (1 + (len(one) >> 6)))
    call.budget.written(len(text) + max(0, len(two) - len(one)) * text.count(one))
    return text.replace(one, two)


@_method(str, "split", 0, 2)
def _split(call: Call, text: str, separator: Value = None, most: Value = Decimal(-1)) -> Value:
    between = None if separator is None else _text(separator, "split")
    if between == "":
        raise ScriptFailed("split takes no empty text.")
    call.budget.made(1 + len(text) // 2 if between is None else 1 + text.count(between))
    call.budget.written(len(text))
    return text.split(between, whole(most, "number of splits"))


@_method(str, "splitlines")
def _splitlines(call: Call, text: str) -> Value:
    call.budget.made(len(text) + 1)
    return text.splitlines()


@_method(str, "join", 1, 1)
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


# Lists and dicts


@_method(list, "append", 1, 1, changes=True)
def _append(call: Call, items: list[Value], item: Value) -> None:
    call.budget.made(1)
    _grown(call, items, 1)
    items.append(item)


@_method(list, "extend", 1, 1, changes=True)
def _extend(call: Call, items: list[Value], more: Value) -> None:
    found = list(items_of(more, call.budget))
    _grown(call, items, len(found))
    items.extend(found)


@_method(list, "insert", 2, 2, changes=True)
def _insert(call: Call, items: list[Value], place: Value, item: Value) -> None:
    call.budget.step(1 + (len(items) >> 6))
    _grown(call, items, 1)
    items.insert(whole(place, "place"), item)


def _grown(call: Call, items: list[Value], more: int) -> None:
    if len(items) + more > call.budget.limits.size:
        call.budget.made(len(items) + more)


@_method(list, "pop", 0, 1, changes=True)
def _pop(call: Call, items: list[Value], place: Value = Decimal(-1)) -> Value:
    call.budget.step(1 + (len(items) >> 6))
    try:
        return items.pop(whole(place, "place"))
    except IndexError:
        raise ScriptFailed("The list has no item at that place.") from None


@_method(list, "remove", 1, 1, changes=True)
def _remove(call: Call, items: list[Value], item: Value) -> None:
    del items[int(_index(call, items, item))]


@_method(list, "clear", changes=True)
def _clear(call: Call, items: list[Value]) -> None:
    items.clear()


@_method(list, "reverse", changes=True)
def _reverse(call: Call, items: list[Value]) -> None:
    call.budget.step(len(items))
    items.reverse()


@_method(list, "sort", changes=True)
def _sort(call: Call, items: list[Value], key: Any = None, reverse: Value = False) -> None:
    call.budget.made(len(items))
    items[:] = _in_order(call, list(items), key, bool(reverse))


METHODS[list]["sort"] = Offered(run=_sort, least=0, most=0, named=frozenset({"key", "reverse"}), changes=True)


@_method(list, "index", 1, 1)
@_method(tuple, "index", 1, 1)
def _index(call: Call, items: Sequence[Value], item: Value) -> Value:
    for place, found in enumerate(items):
        if equal(found, item, call.budget):
            return Decimal(place)
    raise ScriptFailed("The list does not hold that item.")


@_method(list, "count", 1, 1)
@_method(tuple, "count", 1, 1)
def _count(call: Call, items: Sequence[Value], item: Value) -> Value:
    return Decimal(sum(equal(found, item, call.budget) for found in items))


@_method(list, "copy")
@_method(dict, "copy")
def _copy(call: Call, value: Value) -> Value:
    call.budget.made(len(value))
    return value.copy()


def key_of(value: Value) -> str:
    """A key of a dict. Raises ScriptFailed: data are kept as JSON, whose keys are texts."""
    if not isinstance(value, str):
        raise ScriptFailed(f"A key is {kind(value)}; keys are texts: write str(key).")
    return value


@_method(dict, "get", 1, 2)
def _get(call: Call, entries: dict[str, Value], key: Value, otherwise: Value = None) -> Value:
    return entries.get(key_of(key), otherwise)


@_method(dict, "keys")
def _keys(call: Call, entries: dict[str, Value]) -> Value:
    return list(items_of(entries, call.budget))


@_method(dict, "values")
def _values(call: Call, entries: dict[str, Value]) -> Value:
    call.budget.made(len(entries))
    return list(entries.values())


@_method(dict, "items")
def _items(call: Call, entries: dict[str, Value]) -> Value:
    call.budget.made(3 * len(entries))
    return list(entries.items())


@_method(dict, "update", 1, 1, changes=True)
def _update(call: Call, entries: dict[str, Value], more: Value) -> None:
    if not isinstance(more, dict):
        raise ScriptFailed("update takes a dict.")
    call.budget.made(len(entries) + len(more))
    entries.update(more)


@_method(dict, "setdefault", 1, 2, changes=True)
def _setdefault(call: Call, entries: dict[str, Value], key: Value, value: Value = None) -> Value:
    call.budget.made(1)
    return entries.setdefault(key_of(key), value)


@_method(dict, "pop", 1, 2, changes=True)
def _take(call: Call, entries: dict[str, Value], key: Value, *otherwise: Value) -> Value:
    name = key_of(key)
    if name not in entries and not otherwise:
        raise ScriptFailed(f"The dict has no entry {name[:60]!r}.")
    return entries.pop(name, *otherwise)


METHODS[dict]["clear"] = METHODS[list]["clear"]
CHANGING: Final = frozenset(name for methods in METHODS.values() for name, one in methods.items() if one.changes)
"""Methods that change what they are called on: for scripts, not for expressions."""
METHOD_NAMES: Final = frozenset(name for methods in METHODS.values() for name in methods)
MODULES: Final = frozenset(name.partition(".")[0] for name in FUNCTIONS if "." in name)
"""Names that stand before a point in the name of a function: ``datetime``, ``date``."""
