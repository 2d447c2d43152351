"""Calling functions: built-in ones, those of the environment, and those that expressions define."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from decimal import DecimalException
from typing import Any

from forms.feel import syntax
from forms.feel.compiling import Compiler, Run, fail
from forms.feel.environment import State
from forms.feel.errors import FeelError, Unfit
from forms.feel.functions.registry import BuiltIn
from forms.feel.scope import Frame, admit
from forms.feel.syntax import TypeName
from forms.feel.types import Conforms
from forms.feel.values import Date, DateTime, Function, kind


@dataclass(frozen=True, kw_only=True, slots=True)
class Arguments:
    """The closures of the arguments of a call; `names` is None for arguments by position."""

    values: tuple[Run, ...]
    names: tuple[str, ...] | None

    @classmethod
    def of(cls, compiler: Compiler, node: syntax.Arguments) -> "Arguments":
        """The arguments of a call in the tree."""
        return cls(values=tuple(compiler.make(value) for value in node.values), names=node.names)

    def evaluate(self, frame: Frame) -> list[Any]:
        """The values, in the order written."""
        return [value(frame) for value in self.values]


def call_built_in(built_in: BuiltIn, arguments: Arguments, offset: int) -> Run:
    """The closure of a call of a built-in function."""
    values, names = arguments.values, arguments.names
    if names is not None:
        return _named(built_in, arguments, names, offset)
    if len(values) == 1:
        return _single(built_in, values[0], offset)

    def run(frame: Frame) -> Any:
        try:
            return built_in.call(frame.state, [value(frame) for value in values])
        except (Unfit, DecimalException) as error:
            return _failed(frame, error, built_in.name, offset)

    return run


def _single(built_in: BuiltIn, argument: Run, offset: int) -> Run:
    """The most frequent call, one argument of exactly the kind declared, without the general binding."""
    first = built_in.signatures[0]
    types = first.parameters[0].types if len(first.parameters) == 1 and first.rest is None else None
    implementation = first.implementation

    def run(frame: Frame) -> Any:
        value = argument(frame)
        try:
            if types is not None and type(value) in types:
                return implementation(frame.state, value)
            return built_in.call(frame.state, (value,))
        except (Unfit, DecimalException) as error:
            return _failed(frame, error, built_in.name, offset)

    return run


def _named(built_in: BuiltIn, arguments: Arguments, names: tuple[str, ...], offset: int) -> Run:
    def run(frame: Frame) -> Any:
        try:
            return built_in.call_named(frame.state, dict(zip(names, arguments.evaluate(frame), strict=True)))
        except (Unfit, DecimalException) as error:
            return _failed(frame, error, built_in.name, offset)

    return run


def _failed(frame: Frame, error: Unfit | DecimalException, name: str, offset: int | None) -> Any:
    if isinstance(error, DecimalException):  # a number of the data may be larger than any that is computed
        return fail(frame, Unfit("out_of_range"), offset)
    if error.code == "bad_argument":
        error.parameters.setdefault("name", name)
    return fail(frame, error, offset)


def call_extension(frame: Frame, name: str, extension: Callable[..., Any], arguments: Arguments, offset: int) -> Any:
    """Call a function of the environment. Refusing its arguments it raises a ValueError or TypeError."""
    values = arguments.evaluate(frame)
    try:
        if arguments.names is None:
            return admit(extension(*values))
        named = {given.replace(" ", "_"): value for given, value in zip(arguments.names, values, strict=True)}
        return admit(extension(**named))
    except FeelError:
        raise
    except Unfit as error:
        return _failed(frame, error, name, offset)
    except (ValueError, TypeError, ArithmeticError, LookupError) as error:
        return fail(frame, Unfit("function_failed", name=name, reason=str(error)), offset)


def call_value(frame: Frame, value: Any, arguments: Arguments, offset: int | None) -> Any:
    """Call a function that is a value."""
    if type(value) is not Function:
        return fail(frame, Unfit("not_a_function", name=kind(value)), offset)
    values = arguments.evaluate(frame)
    try:
        if arguments.names is not None:
            values = _by_name(value, arguments.names, values)
        return value.call(frame.state, values)
    except (Unfit, DecimalException) as error:
        return _failed(frame, error, value.name, offset)


def _by_name(function: Function, names: tuple[str, ...], values: Sequence[Any]) -> list[Any]:
    """Arguments by name in the order of the parameters; those not given are null (10.3.2.13.5)."""
    given = dict(zip(names, values, strict=True))
    if not given.keys() <= set(function.parameters):
        raise Unfit("arguments", name=function.name, kinds=", ".join(names))
    return [given.get(parameter) for parameter in function.parameters]


@dataclass(frozen=True, kw_only=True, slots=True)
class Defined:
    """A function that an expression defines: its parameters with what conforms to their types, its body, its type.

    cost: how many rounds a call counts as.
    """

    names: tuple[str, ...]
    types: tuple[Conforms | None, ...]
    body: Run
    cost: int
    type: TypeName


def define(frame: Frame, defined: Defined) -> Function:
    """The value of the definition of a function; it sees the names around it."""
    names, types, body, cost = defined.names, defined.types, defined.body, defined.cost

    def call(state: State, values: Sequence[Any]) -> Any:
        if len(values) != len(names):
            raise Unfit("arguments", name="function", kinds=", ".join(kind(value) for value in values))
        state.spend(cost)
        bound = {name: _conform(value, told, state) for name, value, told in zip(names, values, types, strict=True)}
        state.descend()
        result = body(Frame(bound, frame, state))
        state.ascend()
        return result

    return Function(name="function", parameters=names, call=call, type=defined.type)


def _conform(value: Any, told: Conforms | None, state: State) -> Any:
    """An argument as its parameter's type wants it: a list of one, its item, or a date's midnight (10.3.2.9.4)."""
    if told is None or value is None or told(value, state):
        return value
    if type(value) is list and len(value) == 1 and told(value[0], state):
        return value[0]
    if type(value) is not list and told([value], state):
        return [value]
    if type(value) is Date and told(midnight := DateTime.midnight(value), state):
        return midnight
    raise Unfit("arguments", name="function", kinds=kind(value))
