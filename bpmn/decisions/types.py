"""The types of a decision model, and values made to conform to them (DMN 1.5 clauses 7.3.2, 10.3.2.9.4).

A value that does not conform is null, with the reason kept. Three things are made to fit: a list of one is its item, a
value is a list of one, a date is a date and time at midnight UTC. Data from outside may be text: dates, times and
durations in ISO 8601, numbers, ``true`` and ``false``; where such a type is expected the text is read.
"""

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from decimal import Decimal
from typing import Any, Final

from forms.feel import (
    Date,
    DateTime,
    DaysTime,
    Expression,
    Function,
    Range,
    State,
    Time,
    UnaryTests,
    YearsMonths,
    admitted,
    kind,
    parse_expression,
)

DEEPEST: Final = 60
"""How deep a value is compared with a type; types may name themselves."""


class NotConforming(Exception):
    """A value is not of a type; caught in this module, where it becomes null with the reason."""

    def __init__(self, reason: str) -> None:
        self.reason = reason
        super().__init__(reason)


Fit = Callable[[Any, State, int, bool], Any]
"""From a value other than null, the account, a depth, and whether the value comes from outside, to the value as it
conforms. Raises NotConforming."""


@dataclass(frozen=True, kw_only=True, eq=False)
class Type:
    """A type by the name the model gives it.

    allowed: the values it is limited to, as written. unlimited: how values conform without that limit. takes, returns:
    the parameters and the result of functions of this type. simple: one of FEEL's own. any: every value conforms.
    """

    name: str
    fit: Fit = field(repr=False)
    allowed: str = ""
    unlimited: Fit | None = field(default=None, repr=False)
    takes: "tuple[tuple[str, Type], ...]" = ()
    returns: "Type | None" = None
    simple: bool = False
    any: bool = False

    def conform(self, value: Any, what: str, state: State, *, told: bool = False) -> Any:
        """The value as it conforms, or null with the reason kept; `told` reads texts of values from outside."""
        if self.any or value is None:
            return value
        try:
            return self.fit(value, state, 0, told)
        except NotConforming as error:
            return state.report("not_conforming", None, {"what": what, "type": self.name, "reason": error.reason})

    def function(self, called: Function) -> Function:
        """A function whose arguments and result conform to this type; another type is that of the result."""
        returns = self.returns or self
        takes = self.takes if len(self.takes) == len(called.parameters) else ()
        if returns.any and all(told.any for _, told in takes):
            return called

        def call(state: State, values: Sequence[Any]) -> Any:
            if len(values) == len(takes):
                values = [told.conform(value, name, state) for (name, told), value in zip(takes, values, strict=True)]
            return returns.conform(called.call(state, values), called.name, state)

        return replace(called, call=call)

    def holds(self, value: Any, state: State, limited: bool) -> bool:
        """Whether a value other than null is of this type as it stands; `limited` to what is allowed, or not."""
        fit = self.fit if limited else self.unlimited or self.fit
        try:
            return type(fit(value, state, 0, False)) is type(value)
        except NotConforming:
            return False


def _any(value: Any, _state: State, _depth: int, _told: bool) -> Any:
    return value


ANY: Final = Type(name="Any", fit=_any, simple=True, any=True)

_PYTHON: Final[Mapping[str, type]] = {
    "number": Decimal,
    "string": str,
    "boolean": bool,
    "date": Date,
    "time": Time,
    "date and time": DateTime,
    "days and time duration": DaysTime,
    "years and months duration": YearsMonths,
    "context": dict,
    "list": list,
    "range": Range,
    "function": Function,
}
_ALSO: Final[Mapping[str, str]] = {
    "dateTime": "date and time",
    "dayTimeDuration": "days and time duration",
    "yearMonthDuration": "years and months duration",
    **dict.fromkeys(("integer", "int", "long", "double", "float", "decimal"), "number"),
}
"""Other names of FEEL's types: of DMN 1.1, and of tools."""
_TEXTS: Final[Mapping[type, Expression]] = {
    _PYTHON[name]: parse_expression(f"{function}(value)", ["value"])
    for name, function in {
        "date": "date",
        "time": "time",
        "date and time": "date and time",
        "days and time duration": "duration",
        "years and months duration": "duration",
    }.items()
}
_NUMBER: Final = re.compile(r"-?[0-9]{1,34}(\.[0-9]{1,34})?")
_BOOLEANS: Final[Mapping[str, bool]] = {"true": True, "false": False}


def _read(text: str, wanted: type) -> Any:
    """A text from outside as a value of that type, None if it is none."""
    if wanted is Decimal:
        return Decimal(text) if _NUMBER.fullmatch(text) else None
    if wanted is bool:
        return _BOOLEANS.get(text)
    found = _TEXTS[wanted].evaluate_raw({"value": text}).value if wanted in _TEXTS else None
    return found if type(found) is wanted else None


def _simple(name: str) -> Type:
    wanted = _PYTHON[name]

    def fit(value: Any, state: State, depth: int, told: bool) -> Any:
        if type(value) is wanted:
            return value
        if type(value) is list and len(value) == 1 and depth <= DEEPEST:
            return None if value[0] is None else fit(value[0], state, depth + 1, told)
        if told and type(value) is str and (found := _read(value, wanted)) is not None:
            return found
        if wanted is DateTime and type(value) is Date:
            return _TEXTS[wanted].evaluate_raw({"value": f"{value}T00:00:00Z"}).value
        raise NotConforming(f"it is {_kind(value)}")

    return Type(name=name, fit=fit, simple=True)


SIMPLE: Final[Mapping[str, Type]] = {
    **{name: _simple(name) for name in _PYTHON},
    **{other: _simple(name) for other, name in _ALSO.items()},
    "Any": ANY,
}


def named(name: str, known: Mapping[str, Type]) -> Type:
    """The type of that name, looked up when it is needed; one that nobody defines takes every value."""
    bare = name if name in known else name.rpartition(":")[2]
    if not name or (bare in SIMPLE and bare not in known):
        return SIMPLE.get(bare, ANY)
    if bare in known:
        return known[bare]

    def fit(value: Any, state: State, depth: int, told: bool) -> Any:
        found = known.get(bare)
        if depth > DEEPEST:
            raise NotConforming("it is nested too deeply")
        return value if found is None else found.fit(value, state, depth + 1, told)

    def unlimited(value: Any, state: State, depth: int, told: bool) -> Any:
        found = known.get(bare)
        if depth > DEEPEST:
            raise NotConforming("it is nested too deeply")
        return value if found is None else (found.unlimited or found.fit)(value, state, depth + 1, told)

    return Type(name=bare, fit=fit, unlimited=unlimited)


def structure(name: str, components: Mapping[str, Type]) -> Type:
    """Contexts that have at least these entries; one may be null."""

    def fit(value: Any, state: State, depth: int, told: bool) -> Any:
        if depth > DEEPEST:
            raise NotConforming("it is nested too deeply")
        if type(value) is list and len(value) == 1:
            value = value[0]
        if type(value) is not dict:
            raise NotConforming(f"it is {_kind(value)}")
        state.spend(len(components))
        fitted = dict(value)
        for key, inner in components.items():
            if key not in value:
                raise NotConforming(f"it has no {key}")
            if value[key] is not None:
                with _inside(key):
                    fitted[key] = inner.fit(admitted(value[key]), state, depth + 1, told)
        return fitted

    return Type(name=name, fit=fit)


def collection(inner: Type) -> Type:
    """Lists of a type; a value of the type is a list of one."""

    def fit(value: Any, state: State, depth: int, told: bool) -> Any:
        items = value if type(value) is list else [value]
        if depth > DEEPEST:
            raise NotConforming("it is nested too deeply")
        state.spend(len(items))
        fitted = []
        for number, item in enumerate(items, 1):
            with _inside(f"item {number}"):
                fitted.append(None if item is None else inner.fit(admitted(item), state, depth + 1, told))
        return fitted

    return replace(inner, fit=fit, unlimited=None, simple=False, any=False)


def limited(inner: Type, allowed: UnaryTests, *, instead: bool = False) -> Type:
    """A type with only the values that pass the tests; `instead` of those of the type it is made from, or also."""
    unlimited = (inner.unlimited or inner.fit) if instead else inner.fit

    def fit(value: Any, state: State, depth: int, told: bool) -> Any:
        fitted = unlimited(value, state, depth, told)
        if allowed.within(fitted, {}, state) is not True:
            raise NotConforming(f"it is not among {allowed.text}")
        return fitted

    return replace(inner, fit=fit, unlimited=unlimited, allowed=allowed.text, simple=False, any=False)


def never(name: str, reason: str) -> Type:
    """A type that nothing conforms to, since its definition cannot be read."""

    def fit(_value: Any, _state: State, _depth: int, _told: bool) -> Any:
        raise NotConforming(reason)

    return Type(name=name, fit=fit)


def function_type(name: str, takes: Sequence[tuple[str, Type]], returns: Type) -> Type:
    """Functions with as many parameters; what they take and give is made to conform."""
    made = Type(name=name, fit=_any, takes=tuple(takes), returns=returns)

    def fit(value: Any, _state: State, _depth: int, _told: bool) -> Any:
        if type(value) is not Function or len(value.parameters) != len(takes):
            raise NotConforming(f"it is {_kind(value)}")
        return made.function(value)

    return replace(made, fit=fit)


@contextmanager
def _inside(where: str) -> Iterator[None]:
    """Say which part of a value does not conform."""
    try:
        yield
    except NotConforming as error:
        raise NotConforming(f"{where}: {error.reason}") from None


def _kind(value: Any) -> str:
    return f"a {kind(value)}"
