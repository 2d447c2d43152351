"""The types that expressions may name, and which values conform to them (DMN 1.5, 10.3.2.9)."""

from collections.abc import Callable
from decimal import Decimal
from typing import Any, Final

from forms.feel.environment import State
from forms.feel.errors import Unfit
from forms.feel.inferring import conforms
from forms.feel.syntax import TypeName
from forms.feel.values import Date, DateTime, DaysTime, Function, Range, Time, YearsMonths

Conforms = Callable[[Any, State], bool]

SIMPLE: Final[dict[str, type]] = {
    "number": Decimal,
    "string": str,
    "boolean": bool,
    "date": Date,
    "time": Time,
    "date and time": DateTime,
    "days and time duration": DaysTime,
    "years and months duration": YearsMonths,
}


def conforming(name: TypeName, *, limited: bool = True) -> Conforms:
    """A test whether a value other than null conforms to the type; `limited` to what item definitions allow, or not.

    Raises Unfit for a type that does not exist, then or when a value is tested.
    """
    simple = SIMPLE.get(name.name)
    if simple is not None and not name.parts:
        return lambda value, _: type(value) is simple
    if name.name == "Any" and not name.parts:
        return lambda value, _: value is not None
    if name.name == "Null" and not name.parts:
        return lambda value, _: value is None
    if not name.parts:
        return _defined(name.name, limited)
    maker = _MAKERS.get(name.name)
    if maker is None:
        raise Unfit("unknown_type", name=name.name)
    return maker(name, limited)


def _defined(name: str, limited: bool) -> Conforms:
    """A type of the environment: an item definition of a decision model. Raises Unfit when it is asked for."""

    def conforms(value: Any, state: State) -> bool:
        known = state.environment.types.get(name)
        if known is None:
            raise Unfit("unknown_type", name=name)
        return value is not None and known(value, state, limited)

    return conforms


def _list(name: TypeName, limited: bool) -> Conforms:
    item = _or_null(conforming(_single(name), limited=limited))

    def conforms(value: Any, state: State) -> bool:
        if type(value) is not list:
            return False
        state.spend(len(value))
        return all(item(one, state) for one in value)

    return conforms


def _range(name: TypeName, limited: bool) -> Conforms:
    end = _or_null(conforming(_single(name), limited=limited))
    return lambda value, state: type(value) is Range and end(value.start, state) and end(value.end, state)


def _context(name: TypeName, limited: bool) -> Conforms:
    if len(name.keys) != len(name.parts):
        raise Unfit("unknown_type", name=name.name)
    entries = {
        key: _or_null(conforming(part, limited=limited)) for key, part in zip(name.keys, name.parts, strict=True)
    }

    def conforms(value: Any, state: State) -> bool:
        if type(value) is not dict:
            return False
        state.spend(len(entries))
        return all(key in value and fits(value[key], state) for key, fits in entries.items())

    return conforms


def _function(name: TypeName, limited: bool) -> Conforms:
    """Functions of as many parameters, whose type conforms where it is known."""
    for part in name.parts:
        conforming(part, limited=limited)
    count = len(name.parts) - 1

    def fits(value: Any, _: State) -> bool:
        if type(value) is not Function or len(value.parameters) != count:
            return False
        return value.type is None or conforms(value.type, name)

    return fits


def _single(name: TypeName) -> TypeName:
    if len(name.parts) != 1 or name.keys:
        raise Unfit("unknown_type", name=name.name)
    return name.parts[0]


def _or_null(conforms: Conforms) -> Conforms:
    """Null is the lowest type: it conforms to every type, as a part."""
    return lambda value, state: value is None or conforms(value, state)


_MAKERS: Final[dict[str, Callable[[TypeName, bool], Conforms]]] = {
    "list": _list,
    "range": _range,
    "context": _context,
    "function": _function,
}
