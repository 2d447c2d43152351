"""List functions (DMN 1.5, tables 75 and 80). Positions count from 1, negative ones from the end."""

from decimal import Decimal
from functools import cmp_to_key
from typing import Any

from forms.feel.comparing import equal, less, order, same
from forms.feel.environment import State
from forms.feel.errors import Unfit
from forms.feel.functions.registry import built_in
from forms.feel.scope import PLAIN
from forms.feel.values import Function, kind


def _index(items: list[Any], position: Decimal, beyond: int = 0) -> int:
    """The place in Python's counting. Raises Unfit outside of the list."""
    if position != position.to_integral_value() or not 1 <= abs(position) <= len(items) + beyond:
        raise Unfit("bad_index", index=str(position))
    return int(position) - 1 if position > 0 else len(items) + int(position)


@built_in("list contains", "list: list, element: any")
def list_contains(state: State, items: list[Any], element: Any) -> bool:
    """Whether the list has an item equal to the element."""
    state.spend(len(items))
    return any(same(item, element, state) for item in items)


@built_in("count", "list: list")
def count(_state: State, items: list[Any]) -> Decimal:
    """How many items."""
    return Decimal(len(items))


@built_in("min", "list: list")
def smallest(state: State, items: list[Any]) -> Any:
    """The smallest item, null for an empty list."""
    return _extreme(state, items, largest=False)


@built_in("min", "c...: any")
def smallest_of(state: State, items: list[Any]) -> Any:
    """The smallest argument."""
    return _extreme(state, items, largest=False)


@built_in("max", "list: list")
def largest(state: State, items: list[Any]) -> Any:
    """The largest item, null for an empty list."""
    return _extreme(state, items, largest=True)


@built_in("max", "c...: any")
def largest_of(state: State, items: list[Any]) -> Any:
    """The largest argument."""
    return _extreme(state, items, largest=True)


def _extreme(state: State, items: list[Any], *, largest: bool) -> Any:
    if not items:
        return None
    state.spend(len(items))
    best = items[0]
    order(best, best)
    for item in items[1:]:
        if less(best, item) if largest else less(item, best):
            best = item
    return best


@built_in("all", "list: list")
def all_true(state: State, items: list[Any]) -> bool | None:
    """false if any item is false, true if all are true, else null."""
    return _decide(state, items, decisive=False)


@built_in("all", "b...: any")
def all_of(state: State, items: list[Any]) -> bool | None:
    """The same of arguments."""
    return _decide(state, items, decisive=False)


@built_in("any", "list: list")
def any_true(state: State, items: list[Any]) -> bool | None:
    """true if any item is true, false if all are false, else null."""
    return _decide(state, items, decisive=True)


@built_in("any", "b...: any")
def any_of(state: State, items: list[Any]) -> bool | None:
    """The same of arguments."""
    return _decide(state, items, decisive=True)


def _decide(state: State, items: list[Any], *, decisive: bool) -> bool | None:
    state.spend(len(items))
    if any(item is decisive for item in items):
        return decisive
    other = next((item for item in items if type(item) is not bool and item is not None), None)
    if other is not None:
        state.report("not_boolean", None, {"kind": kind(other)})
        return None
    return None if any(item is None for item in items) else not decisive


@built_in("sublist", "list: list, start position: number, length?: number")
def sublist(state: State, items: list[Any], start: Decimal, length: Decimal | None = None) -> list[Any]:
    """Some items from a position on."""
    first = _index(items, start)
    state.spend(len(items))
    if length is None:
        return items[first:]
    if length != length.to_integral_value() or not 0 <= length <= len(items) - first:
        raise Unfit("bad_argument", reason="the length does not fit")
    return items[first : first + int(length)]


@built_in("append", "list: list, item...: any")
def append(state: State, items: list[Any], further: list[Any]) -> list[Any]:
    """The list with items behind it."""
    state.bound(len(items) + len(further))
    state.spend(len(items))
    return [*items, *further]


@built_in("concatenate", "list...: list")
def concatenate(state: State, lists: list[list[Any]]) -> list[Any]:
    """One list of several."""
    total = sum(map(len, lists))
    state.bound(total)
    state.spend(total)
    return [item for items in lists for item in items]


@built_in("insert before", "list: list, position: number, newItem: any")
def insert_before(state: State, items: list[Any], position: Decimal, item: Any) -> list[Any]:
    """The list with an item put in before a position."""
    at = _index(items, position)
    state.bound(len(items) + 1)
    state.spend(len(items))
    return [*items[:at], item, *items[at:]]


@built_in("remove", "list: list, position: number")
def remove(state: State, items: list[Any], position: Decimal) -> list[Any]:
    """The list without the item at a position."""
    at = _index(items, position)
    state.spend(len(items))
    return items[:at] + items[at + 1 :]


@built_in("list replace", "list: list, position: number, newItem: any")
def replace_at(state: State, items: list[Any], position: Decimal, item: Any) -> list[Any]:
    """The list with another item at a position."""
    at = _index(items, position)
    state.spend(len(items))
    return [*items[:at], item, *items[at + 1 :]]


@built_in("list replace", "list: list, match: function, newItem: any")
def replace_matching(state: State, items: list[Any], match: Function, new: Any) -> list[Any]:
    """The list with a new item for every one for which match(item, newItem) is true."""
    results = []
    for item in items:
        state.spend()
        found = match.call(state, [item, new])
        if type(found) is not bool:
            raise Unfit("not_boolean", kind=kind(found))
        results.append(new if found else item)
    return results


@built_in("reverse", "list: list")
def reverse(state: State, items: list[Any]) -> list[Any]:
    """The items in the opposite order."""
    state.spend(len(items))
    return items[::-1]


@built_in("index of", "list: list, match: any")
def index_of(state: State, items: list[Any], match: Any) -> list[Decimal]:
    """The positions of items equal to the match."""
    state.spend(len(items))
    return [Decimal(at) for at, item in enumerate(items, start=1) if same(item, match, state)]


@built_in("union", "list...: list")
def union(state: State, lists: list[list[Any]]) -> list[Any]:
    """One list of several, without duplicates."""
    return distinct_values(state, concatenate(state, lists))


@built_in("distinct values", "list: list")
def distinct_values(state: State, items: list[Any]) -> list[Any]:
    """The items without those equal to an earlier one."""
    state.spend(len(items))
    results: list[Any] = []
    seen: set[Any] = set()
    others: list[Any] = []
    for item in items:
        if type(item) in PLAIN:
            key = (type(item), item)
            if key not in seen:
                seen.add(key)
                results.append(item)
            continue
        state.spend(len(others))
        if not any(equal(item, other, state) is True for other in others):
            others.append(item)
            results.append(item)
    return results


@built_in("flatten", "list: list")
def flatten(state: State, items: list[Any]) -> list[Any]:
    """All items of lists in lists, in one list."""
    results: list[Any] = []
    stack = [iter(items)]
    while stack:
        for item in stack[-1]:
            state.spend()
            if type(item) is list:
                stack.append(iter(item))
                break
            results.append(item)
        else:
            stack.pop()
    return results


@built_in("sort", "list: list, precedes?: function|null")
def sort(state: State, items: list[Any], precedes: Function | None = None) -> list[Any]:
    """The items in order; without a function, by their own order."""
    before = _natural if precedes is None else precedes

    def compare(one: Any, other: Any) -> int:
        state.spend()
        if _precedes(state, before, one, other):
            return -1
        return 1 if _precedes(state, before, other, one) else 0

    return sorted(items, key=cmp_to_key(compare))


def _precedes(state: State, before: Any, one: Any, other: Any) -> bool:
    if isinstance(before, Function):
        return before.call(state, [one, other]) is True
    return less(one, other)


_natural = object()
