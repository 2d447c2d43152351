"""Closures of unary tests and of `in` (DMN 1.5, grammar rules 7, 13-15, 49.c and table 55)."""

from collections.abc import Callable
from typing import Any, TypeAlias

from forms.feel import syntax
from forms.feel.comparing import compare, equal, within
from forms.feel.compiling import Compiler, Run, fail, makes
from forms.feel.environment import State
from forms.feel.errors import Unfit
from forms.feel.scope import Frame
from forms.feel.syntax import Node, asks_for
from forms.feel.values import Range, kind

Test: TypeAlias = Callable[[Frame, Any], bool | None]
"""Tests a value; the frame has it as `?` where the test asks for it."""


def make_tests(compiler: Compiler, node: syntax.Tests) -> Test:
    """The closure of a list of tests: one must hold; negated, none may."""
    tests = [_make_test(compiler, test) for test in node.tests]
    if len(tests) == 1 and not node.negated:
        return tests[0]
    negated = node.negated

    def test_all(frame: Frame, value: Any) -> bool | None:
        unknown = False
        for test in tests:
            result = test(frame, value)
            if result is True:
                return not negated
            unknown = unknown or result is None
        return None if unknown else negated

    return test_all


def _make_test(compiler: Compiler, node: Node) -> Test:
    if isinstance(node, syntax.UnaryTest):
        return _operator_test(compiler, node)
    if asks_for(node, "?"):
        return _asking_test(compiler, node)
    run = compiler.make(node)
    is_range = isinstance(node, syntax.Interval)

    def test(frame: Frame, value: Any) -> Any:
        wanted = run(frame)
        if wanted is None and is_range:
            return None  # its ends do not fit: nothing can be said to be within
        try:
            return matches(value, wanted, frame.state)
        except Unfit as error:
            return fail(frame, error, None)

    return test


def _operator_test(compiler: Compiler, node: syntax.UnaryTest) -> Test:
    operand = compiler.make_within({"?"}, node.operand)
    operator, offset = node.operator, node.offset

    def test(frame: Frame, value: Any) -> Any:
        limit = operand(frame)
        try:
            return compare(operator, value, limit, frame.state)
        except Unfit as error:
            return fail(frame, error, offset)

    return _with_value(test) if asks_for(node, "?") else test


def _asking_test(compiler: Compiler, node: Node) -> Test:
    run = compiler.make_within({"?"}, node)

    def test(frame: Frame, value: Any) -> Any:
        result = run(frame)
        if result is None or result is True or result is False:
            return result
        try:
            return matches(value, result, frame.state)
        except Unfit as error:
            return fail(frame, error, None)

    return _with_value(test)


def _with_value(test: Test) -> Test:
    return lambda frame, value: test(Frame({"?": value}, frame, frame.state), value)


def matches(value: Any, wanted: Any, state: State) -> bool | None:
    """Whether a value is, or is in, what a test names. Raises Unfit where they cannot be compared."""
    if type(wanted) is Range:
        return within(value, wanted)
    if type(wanted) is list:
        return _matches_any(value, wanted, state)
    if type(wanted) is bool and type(value) is not bool and value is not None:
        return wanted  # a condition that does not name `?`: it holds, or it does not, whatever the value
    result = equal(value, wanted, state)
    if result is None:
        raise Unfit("not_comparable", left=kind(value), right=kind(wanted))
    return result


def _matches_any(value: Any, wanted: list[Any], state: State) -> bool:
    state.spend(len(wanted))
    for item in wanted:
        try:
            found = within(value, item) if type(item) is Range else equal(value, item, state)
        except Unfit:
            continue
        if found is True:
            return True
    return type(value) is list and equal(value, wanted, state) is True


@makes(syntax.Contained)
def _contained(compiler: Compiler, node: syntax.Contained) -> Run:
    operand = compiler.make(node.operand)
    tests = make_tests(compiler, node.tests)
    return lambda frame: tests(frame, operand(frame))


@makes(syntax.UnaryTest)
def _open_range(compiler: Compiler, node: syntax.UnaryTest) -> Run:
    """A test that stands where a value is expected, as in `[<5, >10]`, is a range with one end."""
    operand = compiler.make(node.operand)
    operator = node.operator

    def run(frame: Frame) -> Any:
        limit = operand(frame)
        if limit is None or operator == "!=":
            return frame.state.report("bad_range", node.offset, {"start": operator, "end": kind(limit)})
        upper, lower = operator in {"<", "<=", "="}, operator in {">", ">=", "="}
        return Range(
            start=limit if lower else None,
            end=limit if upper else None,
            start_included=lower and operator != ">",
            end_included=upper and operator != "<",
        )

    return run
