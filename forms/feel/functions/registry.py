"""How built-in functions are declared, chosen by their arguments, and called (DMN 1.5, 10.3.2.13 and 10.3.4).

A declaration reads like the tables of the standard: ``@built_in("substring", "string: string, start position: number,
length?: number")``. Several declarations of one name are its signatures, tried in order. The function gets the running
State first, then its arguments; left out optional ones are None. It raises Unfit where the standard says null.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, Final, TypeVar

from forms.feel.environment import State
from forms.feel.errors import Unfit
from forms.feel.values import Date, DateTime, DaysTime, Function, Range, Time, YearsMonths, kind

Implementation = Callable[..., Any]
Declared = TypeVar("Declared", bound=Implementation)

_KINDS: Final[Mapping[str, tuple[type, ...]]] = {
    "number": (Decimal,),
    "string": (str,),
    "boolean": (bool,),
    "list": (list,),
    "context": (dict,),
    "date": (Date,),
    "time": (Time,),
    "date and time": (DateTime,),
    "days and time duration": (DaysTime,),
    "years and months duration": (YearsMonths,),
    "duration": (DaysTime, YearsMonths),
    "range": (Range,),
    "function": (Function,),
    "null": (type(None),),
}


_LIST: Final = frozenset({list})


@dataclass(frozen=True, kw_only=True, slots=True)
class Parameter:
    """A parameter: the Python types it takes (None: any value), and whether it may be left out."""

    name: str
    types: frozenset[type] | None
    optional: bool

    def fit(self, value: Any) -> Any:
        """The value; the item of a list of one, or a list of the value, where only that fits (10.3.2.9.4).

        Raises Unfit.
        """
        if self.types is None or type(value) in self.types:
            return value
        if self.types == _LIST and value is not None:
            return [value]
        if type(value) is list and len(value) == 1 and type(value[0]) in self.types:
            return value[0]
        raise Unfit("arguments")


@dataclass(frozen=True, kw_only=True, slots=True)
class Signature:
    """One way to call a function. `rest` takes all further arguments as a list."""

    parameters: tuple[Parameter, ...]
    rest: Parameter | None
    required: int
    implementation: Implementation

    def positional(self, values: Sequence[Any]) -> list[Any]:
        """The values in the order of the parameters. Raises Unfit if they do not fit."""
        count = len(values)
        if count < self.required or (self.rest is None and count > len(self.parameters)):
            raise Unfit("arguments")
        fitting = [parameter.fit(value) for parameter, value in zip(self.parameters, values, strict=False)]
        if self.rest is not None:
            further = values[len(self.parameters) :]
            if not further and not self.rest.optional:
                raise Unfit("arguments")
            fitting.append([self.rest.fit(value) for value in further])
        return fitting

    def named(self, values: Mapping[str, Any]) -> list[Any]:
        """The values in the order of the parameters. Raises Unfit if names or values do not fit."""
        known = {parameter.name for parameter in self.parameters}
        if self.rest is not None:
            if values.keys() != known | {self.rest.name}:
                raise Unfit("arguments")
            given = values[self.rest.name]
            further = given if type(given) is list else [given]
            return self.positional([*(values[parameter.name] for parameter in self.parameters), *further])
        if not values.keys() <= known:
            raise Unfit("arguments")
        fitting = []
        for parameter in self.parameters:
            if parameter.name in values:
                fitting.append(parameter.fit(values[parameter.name]))
            elif parameter.optional:
                fitting.append(None)
            else:
                fitting.append(parameter.fit(None))
        return fitting


class BuiltIn:
    """A built-in function with all its signatures."""

    __slots__ = ("name", "signatures")

    def __init__(self, name: str) -> None:
        self.name = name
        self.signatures: list[Signature] = []

    def call(self, state: State, values: Sequence[Any]) -> Any:
        """The result for arguments by position. Raises Unfit."""
        for signature in self.signatures:
            try:
                fitting = signature.positional(values)
            except Unfit:
                continue
            return signature.implementation(state, *fitting)
        raise self._misfit(values)

    def call_named(self, state: State, values: Mapping[str, Any]) -> Any:
        """The result for arguments by name. Raises Unfit.

        `before(point, range)` and `before(range, point)` have the same names: the order written decides.
        """
        written = list(values)
        for signature in sorted(self.signatures, key=lambda one: [each.name for each in one.parameters] != written):
            try:
                fitting = signature.named(values)
            except Unfit:
                continue
            return signature.implementation(state, *fitting)
        raise self._misfit(list(values.values()), tuple(values))

    def as_value(self) -> Function:
        """The function as a value, to be handed to other functions."""
        parameters = tuple(parameter.name for parameter in self.signatures[0].parameters)
        return Function(name=self.name, parameters=parameters, call=self.call)

    def _misfit(self, values: Sequence[Any], names: tuple[str, ...] = ()) -> Unfit:
        kinds = [kind(value) for value in values]
        if names:
            kinds = [f"{name}: {given}" for name, given in zip(names, kinds, strict=True)]
        return Unfit("arguments", name=self.name, kinds=", ".join(kinds))


BUILT_INS: Final[dict[str, BuiltIn]] = {}
"""Every built-in function by its FEEL name; filled when the modules of this package are imported."""


def built_in(name: str, parameters: str) -> Callable[[Declared], Declared]:
    """Declare a signature; see the docstring of this module. ``...`` behind a name takes any number of arguments."""

    def declare(implementation: Declared) -> Declared:
        listed = [_parameter(text) for text in parameters.split(", ") if text]
        rest = listed.pop() if listed and listed[-1].name.endswith("...") else None
        if rest is not None:
            rest = Parameter(name=rest.name.removesuffix("..."), types=rest.types, optional=rest.optional)
        signature = Signature(
            parameters=tuple(listed),
            rest=rest,
            required=sum(not parameter.optional for parameter in listed),
            implementation=implementation,
        )
        BUILT_INS.setdefault(name, BuiltIn(name)).signatures.append(signature)
        return implementation

    return declare


def _parameter(text: str) -> Parameter:
    name, _, kinds = text.partition(": ")
    optional = name.endswith("?")
    types = frozenset(python for one in kinds.split("|") for python in _KINDS.get(one, ()))
    return Parameter(name=name.removesuffix("?"), types=types if kinds != "any" else None, optional=optional)
