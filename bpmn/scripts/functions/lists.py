"""The methods of lists, tuples and dicts."""

from collections.abc import Sequence
from decimal import Decimal
from typing import Any

from bpmn.scripts.functions.offered import METHODS, Call, Offered, key_of, method
from bpmn.scripts.functions.plain import in_order
from bpmn.scripts.limits import ScriptFailed
from bpmn.scripts.values import Value, equal, items_of, whole


@method(list, "append", 1, 1, changes=True)
def _append(call: Call, items: list[Value], item: Value) -> None:
    call.budget.made(1)
    _grown(call, items, 1)
    items.append(item)


@method(list, "extend", 1, 1, changes=True)
def _extend(call: Call, items: list[Value], more: Value) -> None:
    found = list(items_of(more, call.budget))
    _grown(call, items, len(found))
    items.extend(found)


@method(list, "insert", 2, 2, changes=True)
def _insert(call: Call, items: list[Value], place: Value, item: Value) -> None:
    call.budget.step(1 + (len(items) >> 6))
    _grown(call, items, 1)
    items.insert(whole(place, "place"), item)


def _grown(call: Call, items: list[Value], more: int) -> None:
    if len(items) + more > call.budget.limits.size:
        call.budget.made(len(items) + more)


@method(list, "pop", 0, 1, changes=True)
def _pop(call: Call, items: list[Value], place: Value = Decimal(-1)) -> Value:
    call.budget.step(1 + (len(items) >> 6))
    try:
        return items.pop(whole(place, "place"))
    except IndexError:
        raise ScriptFailed("The list has no item at that place.") from None


@method(list, "remove", 1, 1, changes=True)
def _remove(call: Call, items: list[Value], item: Value) -> None:
    del items[int(_index(call, items, item))]


@method(list, "clear", changes=True)
def _clear(call: Call, items: list[Value]) -> None:
    items.clear()


@method(list, "reverse", changes=True)
def _reverse(call: Call, items: list[Value]) -> None:
    call.budget.step(len(items))
    items.reverse()


@method(list, "sort", changes=True)
def _sort(call: Call, items: list[Value], key: Any = None, reverse: Value = False) -> None:
    call.budget.made(len(items))
    items[:] = in_order(call, list(items), key, bool(reverse))


METHODS[list]["sort"] = Offered(run=_sort, least=0, most=0, named=frozenset({"key", "reverse"}), changes=True)


@method(list, "index", 1, 1)
@method(tuple, "index", 1, 1)
def _index(call: Call, items: Sequence[Value], item: Value) -> Value:
    for place, found in enumerate(items):
        if equal(found, item, call.budget):
            return Decimal(place)
    raise ScriptFailed("The list does not hold that item.")


@method(list, "count", 1, 1)
@method(tuple, "count", 1, 1)
def _count(call: Call, items: Sequence[Value], item: Value) -> Value:
    return Decimal(sum(equal(found, item, call.budget) for found in items))


@method(list, "copy")
@method(dict, "copy")
def _copy(call: Call, value: Value) -> Value:
    call.budget.made(len(value))
    return value.copy()


@method(dict, "get", 1, 2)
def _get(call: Call, entries: dict[str, Value], key: Value, otherwise: Value = None) -> Value:
    return entries.get(key_of(key), otherwise)


@method(dict, "keys")
def _keys(call: Call, entries: dict[str, Value]) -> Value:
    return list(items_of(entries, call.budget))


@method(dict, "values")
def _values(call: Call, entries: dict[str, Value]) -> Value:
    call.budget.made(len(entries))
    return list(entries.values())


@method(dict, "items")
def _items(call: Call, entries: dict[str, Value]) -> Value:
    call.budget.made(3 * len(entries))
    return list(entries.items())


@method(dict, "update", 1, 1, changes=True)
def _update(call: Call, entries: dict[str, Value], more: Value) -> None:
    if not isinstance(more, dict):
        raise ScriptFailed("update takes a dict.")
    call.budget.made(len(entries) + len(more))
    entries.update(more)


@method(dict, "setdefault", 1, 2, changes=True)
def _setdefault(call: Call, entries: dict[str, Value], key: Value, value: Value = None) -> Value:
    call.budget.made(1)
    return entries.setdefault(key_of(key), value)


@method(dict, "pop", 1, 2, changes=True)
def _take(call: Call, entries: dict[str, Value], key: Value, *otherwise: Value) -> Value:
    name = key_of(key)
    if name not in entries and not otherwise:
        raise ScriptFailed(f"The dict has no entry {name[:60]!r}.")
    return entries.pop(name, *otherwise)


METHODS[dict]["clear"] = METHODS[list]["clear"]
