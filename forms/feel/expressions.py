"""What callers hold: an expression or unary tests, read once, evaluated often, from any thread."""

from collections.abc import Iterable, Mapping
from functools import lru_cache
from typing import Any, Final

from forms.feel import making_loops, making_operators, making_postfix, syntax
from forms.feel.compiling import Compiler, Run
from forms.feel.environment import NEUTRAL, Environment, Outcome, State
from forms.feel.errors import FeelLimitExceeded, FeelSyntaxError, Problem, Unfit
from forms.feel.making_tests import Test, make_tests
from forms.feel.parsing import read_expression, read_tests
from forms.feel.scope import PLAIN, Frame, admit, export

MAKING: Final = (making_loops, making_operators, making_postfix)
"""Imported for what they declare: the makers of closures."""

LONGEST_REMEMBERED: Final = 1_000
"""Longer texts are read anew each time: what is remembered must not fill the memory."""

_TRUE: Final = Outcome(value=True)
_FALSE: Final = Outcome(value=False)


class Expression:
    """A FEEL expression that has been read. Immutable.

    text: as written. names: the names it reads from the scope, functions that are not built in included; names that in
    a filter may be entries of the filtered list count only if they were given to `parse_expression`. calls: the
    functions it calls that are neither built in nor its own, those that are properties as ``name.property``.
    """

    __slots__ = ("_run", "calls", "names", "text")

    def __init__(self, text: str, run: Run, names: frozenset[str], calls: frozenset[str]) -> None:
        self.text = text
        self.names = names
        self.calls = calls
        self._run = run

    def evaluate(self, scope: Mapping[str, Any], environment: Environment = NEUTRAL) -> Outcome:
        """The value as process data: temporal values as ISO 8601 text. Raises FeelLimitExceeded."""
        state = State(environment)
        try:
            value = self._run(Frame(scope, None, state))
            if type(value) not in PLAIN:
                value = export(value, state)
        except RecursionError:
            raise _too_deep(environment) from None
        if state.problems:
            return Outcome(value=value, problems=tuple(state.problems))
        if value is True:
            return _TRUE
        return _FALSE if value is False else Outcome(value=value)

    def evaluate_raw(self, scope: Mapping[str, Any], environment: Environment = NEUTRAL) -> Outcome:
        """The value as FEEL has it: Date, DateTime, DaysTime ... Raises FeelLimitExceeded."""
        state = State(environment)
        try:
            value = self._run(Frame(scope, None, state))
        except RecursionError:
            raise _too_deep(environment) from None
        return Outcome(value=value, problems=tuple(state.problems))

    def within(self, scope: Mapping[str, Any], state: State) -> Any:
        """The FEEL value as part of a larger evaluation, on whose account it goes. Raises FeelLimitExceeded."""
        return self._run(Frame(scope, None, state))

    def __repr__(self) -> str:
        return f"Expression({self.text!r})"


class UnaryTests:
    """The tests of a cell of a decision table that have been read. Immutable.

    text: as written. names, calls: as with Expression. constants: the values of which one must be equal to the tested
    one, if the tests say no more than that (so that tables can look rules up instead of trying each), else None.
    """

    __slots__ = ("_test", "calls", "constants", "names", "text")

    def __init__(self, text: str, test: Test | None, compiler: Compiler, constants: tuple[Any, ...] | None) -> None:
        self.text = text
        self.names = frozenset(compiler.free)
        self.calls = frozenset(compiler.called)
        self.constants = constants
        self._test = test

    @property
    def any(self) -> bool:
        """Whether every value passes: `-`."""
        return self._test is None

    def matches(
        self, value: Any, scope: Mapping[str, Any], environment: Environment = NEUTRAL
    ) -> tuple[bool | None, tuple[Problem, ...]]:
        """Whether the value passes; None where that cannot be told, with the reasons. Raises FeelLimitExceeded."""
        state = State(environment)
        try:
            result = self.within(value, scope, state)
        except RecursionError:
            raise _too_deep(environment) from None
        return result, tuple(state.problems)

    def within(self, value: Any, scope: Mapping[str, Any], state: State) -> bool | None:
        """The same as part of a larger evaluation, on whose account it goes. Raises FeelLimitExceeded."""
        if self._test is None:
            return True
        try:
            return self._test(Frame(scope, None, state), admit(value))
        except Unfit as error:
            state.report(error.code, None, error.parameters)
            return None

    def __repr__(self) -> str:
        return f"UnaryTests({self.text!r})"


def parse_expression(text: str, names: Iterable[str] = ()) -> Expression:
    """Read an expression; `names` are those in scope, functions of the environment included, which may hold spaces.

    Raises FeelSyntaxError.
    """
    read = _expression if len(text) <= LONGEST_REMEMBERED else _expression.__wrapped__
    return read(text, frozenset(names))


def parse_unary_tests(text: str, names: Iterable[str] = ()) -> UnaryTests:
    """Read the unary tests of a cell of a decision table. An empty text and `-` let everything pass.

    Raises FeelSyntaxError.
    """
    read = _unary_tests if len(text) <= LONGEST_REMEMBERED else _unary_tests.__wrapped__
    return read(text, frozenset(names))


@lru_cache(maxsize=2048)
def _expression(text: str, names: frozenset[str]) -> Expression:
    compiler = Compiler(names)
    try:
        run = compiler.make(read_expression(text, names))
    except RecursionError:
        raise FeelSyntaxError(1, 1, "nested too deeply") from None
    return Expression(text, run, frozenset(compiler.free), frozenset(compiler.called))


@lru_cache(maxsize=4096)
def _unary_tests(text: str, names: frozenset[str]) -> UnaryTests:
    compiler = Compiler(names)
    try:
        tree = read_tests(text, names)
        test = None if tree is None else make_tests(compiler, tree)
    except RecursionError:
        raise FeelSyntaxError(1, 1, "nested too deeply") from None
    return UnaryTests(text, test, compiler, _constants(tree, names))


_FOLDED: Final = frozenset({"date", "duration"})
"""Functions that cells name values with."""


def _constants(tree: syntax.Tests | None, names: frozenset[str]) -> tuple[Any, ...] | None:
    """The values that tests compare with, if that is all they say."""
    if tree is None or tree.negated:
        return None
    found: list[Any] = []
    for test in tree.tests:
        compared = _compared(test)
        if isinstance(compared, syntax.Literal):
            found.append(compared.value)
        elif _is_written_out(compared):
            compiler, state = Compiler(names), State(NEUTRAL)
            value = compiler.make(compared)(Frame({}, None, state))
            if compiler.free or compiler.called or state.problems:
                return None
            found.append(value)
        else:
            return None
    return tuple(found)


def _compared(test: syntax.Node) -> syntax.Node:
    """What a test compares its value with: of ``= x`` and ``? = x`` the x."""
    if isinstance(test, syntax.UnaryTest) and test.operator == "=":
        return test.operand
    if isinstance(test, syntax.Comparison) and test.operator == "=":
        return test.right if isinstance(test.left, syntax.Name) and test.left.name == "?" else None
    return test


def _is_written_out(node: syntax.Node) -> bool:
    """Whether a node is a negative number, or a date or duration of a text."""
    if isinstance(node, syntax.Negation):
        return isinstance(node.operand, syntax.Literal)
    if not isinstance(node, syntax.Postfix) or not isinstance(node.head, syntax.Name) or len(node.suffixes) != 1:
        return False
    called = node.suffixes[0]
    literal = isinstance(called, syntax.Arguments) and all(isinstance(one, syntax.Literal) for one in called.values)
    return literal and node.head.name in _FOLDED


def _too_deep(environment: Environment) -> FeelLimitExceeded:
    return FeelLimitExceeded("depth", environment.limits.depth)
