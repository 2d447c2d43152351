"""Closures of `for`, `some` and `every` (DMN 1.5, 10.3.2.14)."""

from collections.abc import Callable, Iterator
from decimal import Decimal
from typing import Any, TypeAlias

from forms.feel import syntax
from forms.feel.compiling import Compiler, Run, fail, makes
from forms.feel.environment import State
from forms.feel.errors import Unfit
from forms.feel.scope import Frame
from forms.feel.syntax import asks_for, weight
from forms.feel.values import Date, Range, kind

Domain: TypeAlias = Callable[[Frame], Iterator[Any]]
"""The values a variable runs through; raises Unfit where there are none to run through."""


@makes(syntax.Loop)
def _loop(compiler: Compiler, node: syntax.Loop) -> Run:
    domains: list[tuple[str, Domain]] = []
    layer: set[str] = set()
    compiler.layers.append(layer)  # later domains see the variables of earlier ones
    for iterator in node.iterators:
        domains.append((iterator.name, _domain(compiler, iterator)))
        layer.add(iterator.name)
    if node.kind == "for":
        layer.add("partial")
    body = compiler.make(node.body)
    compiler.layers.pop()
    offset = node.iterators[0].offset
    if node.kind == "for":
        collected = _with_partial(body) if asks_for(node.body, "partial") else lambda frame, _results: body(frame)
        return _collect(domains, collected, offset, weight(node.body))
    return _quantify(domains, body, offset, weight(node.body), decisive=node.kind == "some")


def _frames(domains: list[tuple[str, Domain]], frame: Frame, at: int = 0) -> Iterator[Frame]:
    """A frame for each combination; the last variable runs fastest."""
    name, domain = domains[at]
    for value in domain(frame):
        inner = Frame({name: value}, frame, frame.state)
        if at + 1 < len(domains):
            yield from _frames(domains, inner, at + 1)
        else:
            yield inner


def _collect(domains: list[tuple[str, Domain]], body: Callable[[Frame, list[Any]], Any], offset: int, cost: int) -> Run:
    def run(frame: Frame) -> Any:
        results: list[Any] = []
        try:
            for inner in _frames(domains, frame):
                frame.state.spend(cost)
                results.append(body(inner, results))
        except Unfit as error:
            return fail(frame, error, offset)
        return results

    return run


def _with_partial(body: Run) -> Callable[[Frame, list[Any]], Any]:
    """A body that reads `partial` gets a copy: the list it sees must not grow when the loop goes on."""

    def run(frame: Frame, results: list[Any]) -> Any:
        frame.state.spend(len(results) // 16)
        return body(Frame({"partial": results.copy()}, frame, frame.state))

    return run


def _quantify(domains: list[tuple[str, Domain]], body: Run, offset: int, cost: int, *, decisive: bool) -> Run:
    def run(frame: Frame) -> Any:
        unknown = False
        try:
            for inner in _frames(domains, frame):
                frame.state.spend(cost)
                result = body(inner)
                if result is decisive:
                    return decisive
                if type(result) is not bool and result is not None:
                    raise Unfit("not_boolean", kind=kind(result))
                unknown = unknown or result is None
        except Unfit as error:
            return fail(frame, error, offset)
        return None if unknown else not decisive

    return run


def _domain(compiler: Compiler, node: syntax.Iterator) -> Domain:
    start = compiler.make(node.domain)
    if node.end is None:
        return lambda frame: _through(start(frame), frame.state)
    end = compiler.make(node.end)
    return lambda frame: _steps(start(frame), end(frame), frame.state)


def _through(value: Any, state: State) -> Iterator[Any]:
    if type(value) is list:
        return _listed(value, state)
    if type(value) is Range:
        return _ranged(value, state)
    raise Unfit("not_iterable", kind=kind(value))


def _listed(values: list[Any], state: State) -> Iterator[Any]:
    for value in values:
        state.spend()
        yield value


def _ranged(limits: Range, state: State) -> Iterator[Any]:
    """The whole numbers, or the days, from one end of a range to the other."""
    if limits.start is None or limits.end is None:
        raise Unfit("not_iterable", kind="open range")
    for value in _steps(limits.start, limits.end, state):
        if (limits.start_included or value != limits.start) and (limits.end_included or value != limits.end):
            yield value


def _steps(start: Any, end: Any, state: State) -> Iterator[Any]:
    """From one whole number, or date, to another, up or down."""
    if type(start) is Date and type(end) is Date:
        return (Date.of_days(days) for days in _counted(start.days, end.days, state))
    if type(start) is Decimal and type(end) is Decimal and _whole(start) and _whole(end):
        return (Decimal(number) for number in _counted(int(start), int(end), state))
    raise Unfit("not_iterable", kind=f"{kind(start)}..{kind(end)}")


def _whole(number: Decimal) -> bool:
    return number.adjusted() < 34 and number == number.to_integral_value()


def _counted(start: int, end: int, state: State) -> Iterator[int]:
    step = 1 if end >= start else -1
    for number in range(start, end + step, step):
        state.spend()
        yield number
