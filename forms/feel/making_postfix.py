"""Closures of what stands behind a value: properties, filters, calls; and of function definitions."""

from collections.abc import Callable
from decimal import Decimal
from itertools import takewhile
from typing import Any

from forms.feel import syntax
from forms.feel.compiling import Compiler, Run, fail, makes
from forms.feel.errors import Unfit
from forms.feel.foreign import foreign
from forms.feel.functions import BUILT_INS
from forms.feel.inferring import function_type
from forms.feel.invoking import Arguments, Defined, call_built_in, call_extension, call_value, define
from forms.feel.properties import read_property
from forms.feel.scope import MISSING, Frame, look_up
from forms.feel.syntax import weight
from forms.feel.types import conforming
from forms.feel.values import KINDS, Function, kind

Step = Callable[[Frame, Any], Any]
"""One suffix: from the frame and the value before it to the next value."""

_BOOLEAN = (syntax.Comparison, syntax.Logic, syntax.Between, syntax.Contained, syntax.InstanceOf)


@makes(syntax.Postfix)
def _postfix(compiler: Compiler, node: syntax.Postfix) -> Run:
    head, suffixes = _head(compiler, node)
    steps = [_step(compiler, suffix) for suffix in suffixes]
    if not steps:
        return head
    if len(steps) == 1:
        only = steps[0]
        return lambda frame: only(frame, head(frame))

    def run(frame: Frame) -> Any:
        value = head(frame)
        for step in steps:
            value = step(frame, value)
        return value

    return run


def _head(compiler: Compiler, node: syntax.Postfix) -> tuple[Run, tuple[Any, ...]]:
    """A name with arguments behind it is a call of that function; other heads are values."""
    head, first = node.head, node.suffixes[0]
    if isinstance(head, syntax.Name) and isinstance(first, syntax.Arguments):
        return _named_call(compiler, head, first), node.suffixes[1:]
    if isinstance(head, syntax.Name):
        properties = list(takewhile(lambda suffix: isinstance(suffix, syntax.Property), node.suffixes))
        if properties and isinstance(dict(enumerate(node.suffixes)).get(len(properties)), syntax.Arguments):
            compiler.calls(head.name, *(suffix.name for suffix in properties))
    return compiler.make(head), node.suffixes


def _step(compiler: Compiler, suffix: Any) -> Step:
    if isinstance(suffix, syntax.Property):
        return _property(suffix)
    if isinstance(suffix, syntax.Filter):
        return _filter(compiler, suffix)
    arguments = Arguments.of(compiler, suffix)
    return lambda frame, value: call_value(frame, value, arguments, None)


def _property(node: syntax.Property) -> Step:
    name, offset = node.name, node.offset

    def step(frame: Frame, value: Any) -> Any:
        if type(value) is dict:
            entry = value.get(name, MISSING)
            if type(entry) in KINDS:
                return entry
        try:
            return read_property(value, name, frame.state)
        except Unfit as error:
            return fail(frame, error, offset)

    return step


# --- filters


def _filter(compiler: Compiler, node: syntax.Filter) -> Step:
    constant = _constant_index(node.body)
    if constant is not None:
        return lambda frame, value: _pick(frame, value, constant)
    body = compiler.make_within(None, node.body)
    cost = 1 + weight(node.body)
    boolean = isinstance(node.body, _BOOLEAN)

    def step(frame: Frame, value: Any) -> Any:
        if value is None:
            return frame.state.report("not_a_list", None, {"kind": "null"})
        items = value if type(value) is list else [value]
        if not items:
            return _of_nothing(frame, body, boolean=boolean)
        return _keep(frame, body, items, cost)

    return step


def _constant_index(body: Any) -> Decimal | None:
    sign = 1
    if isinstance(body, syntax.Negation):
        sign = -1 if body.times % 2 else 1
        body = body.operand
    if isinstance(body, syntax.Literal) and type(body.value) is Decimal:
        return sign * body.value
    return None


def _of_nothing(frame: Frame, body: Run, *, boolean: bool) -> Any:
    """An empty list: a condition keeps nothing, an index finds nothing."""
    if boolean:
        return []
    index = body(Frame({"item": None}, frame, frame.state))
    return _pick(frame, [], index) if type(index) is Decimal else []


def _keep(frame: Frame, body: Run, items: list[Any], cost: int) -> Any:
    state = frame.state
    kept = []
    for position, item in enumerate(items):
        state.spend(cost)
        inner = Frame({"item": item}, frame, state)
        if type(item) is dict:
            inner = Frame(item, inner, state)
        result = body(inner)
        if result is True:
            kept.append(item)
        elif type(result) is Decimal and position == 0:
            return _pick(frame, items, result)
        elif result is not False and result is not None:
            return state.report("not_boolean", None, {"kind": kind(result)})
    return kept


def _pick(frame: Frame, value: Any, index: Decimal) -> Any:
    if value is None:
        return frame.state.report("not_a_list", None, {"kind": "null"})
    items = value if type(value) is list else [value]
    if 0 < index <= len(items) and index == index.to_integral_value():
        return items[int(index) - 1]
    if 0 > index >= -len(items) and index == index.to_integral_value():
        return items[int(index)]
    return frame.state.report("bad_index", None, {"index": str(index)})


# --- calls


def _named_call(compiler: Compiler, head: syntax.Name, suffix: syntax.Arguments) -> Run:
    """A function bound by the expression, one of the scope, of the environment, or a built-in, in this order.

    Data under the name of a function (a form field called `date`) does not hide the function.
    """
    name, offset = head.name, head.offset
    compiler.reads(name)
    compiler.calls(name)
    arguments = Arguments.of(compiler, suffix)
    built_in = BUILT_INS.get(name)
    if (
        built_in is not None
        and not compiler.binds(name)
        and name not in compiler.declared
        and None not in compiler.layers
    ):
        return call_built_in(built_in, arguments, offset)
    fallback = call_built_in(built_in, arguments, offset) if built_in is not None else None

    def run(frame: Frame) -> Any:
        try:
            value = look_up(frame, name)
        except Unfit:
            value = None
        if type(value) is Function:
            return call_value(frame, value, arguments, offset)
        extension = frame.state.environment.functions.get(name)
        if extension is not None:
            return call_extension(frame, name, extension, arguments, offset)
        if fallback is not None:
            return fallback(frame)
        code = "unknown_function" if value is MISSING else "not_a_function"
        return frame.state.report(code, offset, {"name": name})

    return run


@makes(syntax.Definition)
def _definition(compiler: Compiler, node: syntax.Definition) -> Run:
    names = tuple(name for name, _ in node.parameters)
    if node.external:
        return _external(compiler, node.body, names)
    try:
        types = tuple(conforming(told) if told is not None else None for _, told in node.parameters)
    except Unfit as error:
        unknown = error
        return lambda frame: fail(frame, unknown, None)
    defined = Defined(
        names=names,
        types=types,
        body=compiler.make_within(set(names), node.body),
        cost=1 + weight(node.body),
        type=function_type(node.parameters, node.body),
    )
    return lambda frame: define(frame, defined)


def _external(compiler: Compiler, body: syntax.Node, names: tuple[str, ...]) -> Run:
    described = compiler.make(body)

    def run(frame: Frame) -> Any:
        return foreign(described(frame), names) or frame.state.report("external_function", None, {})

    return run
