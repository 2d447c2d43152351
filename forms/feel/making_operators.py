"""Closures of operators: logic, comparison, arithmetic, conditions, ranges, lists, contexts, `instance of`."""

from decimal import Decimal, DecimalException
from typing import Any, Final

from forms.feel import syntax
from forms.feel.arithmetic import compute, negate
from forms.feel.comparing import compare, order
from forms.feel.compiling import Compiler, Run, fail, makes
from forms.feel.errors import Unfit
from forms.feel.scope import Frame
from forms.feel.types import conforming
from forms.feel.values import ARITHMETIC, Range, kind


@makes(syntax.Logic)
def _logic(compiler: Compiler, node: syntax.Logic) -> Run:
    """Three-valued: what is neither true nor false counts as unknown (table 50)."""
    operands = [compiler.make(operand) for operand in node.operands]
    decisive = node.operator == "or"

    def run(frame: Frame) -> Any:
        unknown = False
        for operand in operands:
            value = operand(frame)
            if value is decisive:
                return decisive
            if value is not True and value is not False:
                unknown = True
                if value is not None:
                    frame.state.report("not_boolean", None, {"kind": kind(value)})
        return None if unknown else not decisive

    return run


@makes(syntax.Comparison)
def _comparison(compiler: Compiler, node: syntax.Comparison) -> Run:
    left, right = compiler.make(node.left), compiler.make(node.right)
    if node.operator in {"=", "!="}:
        return _equality(left, right, node)
    return _ordering(left, right, node)


def _equality(left: Run, right: Run, node: syntax.Comparison) -> Run:
    operator, offset = node.operator, node.offset
    wanted = operator == "="

    def run(frame: Frame) -> Any:
        one, other = left(frame), right(frame)
        of_one = type(one)
        if (of_one is str or of_one is Decimal) and of_one is type(other):
            return (one == other) is wanted
        try:
            return compare(operator, one, other, frame.state)
        except Unfit as error:
            return fail(frame, error, offset)

    return run


_ORDERINGS: Final = {
    "<": Decimal.__lt__,
    "<=": Decimal.__le__,
    ">": Decimal.__gt__,
    ">=": Decimal.__ge__,
}


def _ordering(left: Run, right: Run, node: syntax.Comparison) -> Run:
    operator, offset = node.operator, node.offset
    numbers = _ORDERINGS[operator]

    def run(frame: Frame) -> Any:
        one, other = left(frame), right(frame)
        if type(one) is Decimal and type(other) is Decimal:
            return numbers(one, other)
        try:
            return compare(operator, one, other, frame.state)
        except Unfit as error:
            return fail(frame, error, offset)

    return run


@makes(syntax.Between)
def _between(compiler: Compiler, node: syntax.Between) -> Run:
    """x >= low and x <= high, with the logic of `and`."""
    operand, low, high = compiler.make(node.operand), compiler.make(node.low), compiler.make(node.high)

    def run(frame: Frame) -> Any:
        value = operand(frame)
        results = []
        for operator, limit in ((">=", low(frame)), ("<=", high(frame))):
            try:
                results.append(compare(operator, value, limit, frame.state))
            except Unfit as error:
                fail(frame, error, None)
                results.append(None)
        return False if False in results else None if None in results else True

    return run


_DIRECT: Final = {"+": ARITHMETIC.add, "-": ARITHMETIC.subtract, "*": ARITHMETIC.multiply}


@makes(syntax.Chain)
def _chain(compiler: Compiler, node: syntax.Chain) -> Run:
    run = compiler.make(node.first)
    if len(node.rest) == 1:
        operator, operand, offset = node.rest[0]
        return _step(run, operator, compiler.make(operand), offset)
    steps = [(operator, compiler.make(operand), offset) for operator, operand, offset in node.rest]

    def run_all(frame: Frame) -> Any:
        value = run(frame)
        for operator, operand, offset in steps:
            other = operand(frame)
            try:
                value = compute(operator, value, other, frame.state)
            except Unfit as error:
                value = fail(frame, error, offset)
        return value

    return run_all


def _step(left: Run, operator: str, right: Run, offset: int | None) -> Run:
    direct = _DIRECT.get(operator)

    def run(frame: Frame) -> Any:
        one, other = left(frame), right(frame)
        try:
            if direct is not None and type(one) is Decimal and type(other) is Decimal:
                return direct(one, other)
            return compute(operator, one, other, frame.state)
        except Unfit as error:
            return fail(frame, error, offset)
        except DecimalException:
            return fail(frame, Unfit("out_of_range"), offset)

    return run


@makes(syntax.Negation)
def _negation(compiler: Compiler, node: syntax.Negation) -> Run:
    odd = node.times % 2 == 1
    if odd and isinstance(node.operand, syntax.Literal) and type(node.operand.value) is Decimal:
        constant = negate(node.operand.value)
        return lambda frame: constant
    operand = compiler.make(node.operand)

    def run(frame: Frame) -> Any:
        value = operand(frame)
        try:
            negated = negate(value)
        except Unfit as error:
            return fail(frame, error, node.offset)
        return negated if odd else value

    return run


@makes(syntax.Condition)
def _condition(compiler: Compiler, node: syntax.Condition) -> Run:
    condition, yes, no = compiler.make(node.condition), compiler.make(node.yes), compiler.make(node.no)

    def run(frame: Frame) -> Any:
        value = condition(frame)
        if value is not True and value is not False and value is not None:
            frame.state.report("not_boolean", None, {"kind": kind(value)})
        return yes(frame) if value is True else no(frame)

    return run


@makes(syntax.Interval)
def _interval(compiler: Compiler, node: syntax.Interval) -> Run:
    """Both ends must be of one kind, in order; otherwise null (10.3.2.7)."""
    start, end = compiler.make(node.start), compiler.make(node.end)

    def run(frame: Frame) -> Any:
        low, high = start(frame), end(frame)
        try:
            first, second = order(low, high)
            if first > second:
                raise Unfit("bad_range", start=str(low), end=str(high))
        except Unfit as error:
            return fail(frame, error, node.offset)
        return Range(start=low, end=high, start_included=node.start_included, end_included=node.end_included)

    return run


@makes(syntax.Items)
def _items(compiler: Compiler, node: syntax.Items) -> Run:
    items = [compiler.make(item) for item in node.items]
    return lambda frame: [item(frame) for item in items]


@makes(syntax.Entries)
def _entries(compiler: Compiler, node: syntax.Entries) -> Run:
    """Entries see those before them; functions see all, so that they may call each other and themselves."""
    keys = [key for key, _ in node.entries]
    doubled = next((key for key in keys if keys.count(key) > 1), None) if len(set(keys)) < len(keys) else None
    if doubled is not None:
        return lambda frame: frame.state.report("duplicate_key", None, {"name": doubled})
    entries = []
    seen: set[str] = set()
    for key, value in node.entries:
        layer = set(keys) if isinstance(value, syntax.Definition) else set(seen)
        entries.append((key, compiler.make_within(layer, value)))
        seen.add(key)

    def run(frame: Frame) -> Any:
        result: dict[str, Any] = {}
        inner = Frame(result, frame, frame.state)
        for key, value in entries:
            result[key] = value(inner)
        return result

    return run


@makes(syntax.InstanceOf)
def _instance_of(compiler: Compiler, node: syntax.InstanceOf) -> Run:
    operand = compiler.make(node.operand)
    try:
        conforms = conforming(node.type, limited=False)
    except Unfit as error:
        unknown = error
        return lambda frame: fail(frame, unknown, None)

    def run(frame: Frame) -> Any:
        try:
            return conforms(operand(frame), frame.state)
        except Unfit as error:
            return fail(frame, error, None)

    return run
