"""What callers hold: Python that was read and checked, run often, from any thread."""

import ast
import textwrap
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Final

from bpmn.errors import BpmnError
from bpmn.scripts.functions import FUNCTIONS, MODULES
from bpmn.scripts.limits import LIMITS, Budget, Limits, ScriptFailed, ScriptStopped
from bpmn.scripts.lowering import lowered
from bpmn.scripts.making import Give, Run, give
from bpmn.scripts.statements import Do, block
from bpmn.scripts.subset import ERRORS, LENGTH, Refusal, Subset
from bpmn.scripts.values import Value, export, same
from forms.data import DataUnacceptable, normalise

MOST: Final = 20
"""Most refusals that are told of one text."""


class NotRunnable(BpmnError):
    """Python of a diagram that is no Python, or goes beyond the subset; `refusals` says what and what to write.

    `python` is False for what Python itself could not read.
    """

    def __init__(self, refusals: tuple[Refusal, ...], *, python: bool = True) -> None:
        self.refusals = refusals
        self.python = python
        super().__init__("; ".join(f"line {one.line}: {one.construct}" for one in refusals))


@dataclass(frozen=True, kw_only=True)
class Expression:
    """A Python expression. `names` are the variables it reads."""

    text: str
    names: frozenset[str]
    _give: Give = field(repr=False)

    def value(self, scope: Mapping[str, Any], *, now: datetime | None = None, limits: Limits = LIMITS) -> Value:
        """Its value as process data. Raises ScriptFailed and ScriptStopped."""
        run = Run(scope, Budget(limits), now)
        with _bounded():
            return _kept(export(self._give(run), run.budget))


@dataclass(frozen=True, kw_only=True)
class Script:
    """A script. `names` are the variables it may read, `sets` those it assigns by name."""

    text: str
    names: frozenset[str]
    sets: frozenset[str]
    _do: Do = field(repr=False)

    def changes(
        self, scope: Mapping[str, Any], *, now: datetime | None = None, limits: Limits = LIMITS
    ) -> dict[str, Value]:
        """Run it over these variables; gives those that are new or differ. Raises ScriptFailed and ScriptStopped."""
        run = Run(scope, Budget(limits), now)
        with _bounded():
            self._do(run)
            found = {}
            for name in sorted(run.names):
                after = _kept(export(run.names[name], run.budget))
                if name not in scope or not same(after, scope[name], run.budget):
                    found[name] = after
        return found


def read_expression(text: str) -> Expression:
    """Read and check a Python expression. Raises NotRunnable."""
    # In brackets, as an expression of a diagram may go over several lines.
    tree = lowered(_parsed(text.strip(), "eval"))
    assert isinstance(tree, ast.Expression)  # noqa: S101 - as asked for
    _check(tree, changes=False)
    return Expression(text=text.strip(), names=_names(tree, ast.Load), _give=give(tree.body))


def read_script(text: str) -> Script:
    """Read and check a script. Raises NotRunnable."""
    tree = lowered(_parsed(textwrap.dedent(text.expandtabs(4)).strip("\n").rstrip(), "exec"))
    assert isinstance(tree, ast.Module)  # noqa: S101 - as asked for
    if not tree.body:
        raise NotRunnable((Refusal(line=1, construct="nothing to do", instead="Write a line, or delete the script."),))
    _check(tree, changes=True)
    sets = _names(tree, ast.Store) | _names(tree, ast.Del)
    return Script(text=text, names=_names(tree, ast.Load) | sets, sets=sets, _do=block(tree.body))


def _parsed(text: str, mode: str) -> ast.AST:
    if len(text) > LENGTH:
        limit = f"{LENGTH:,}"
        instead = "Divide it, or move rules into decision tables."
        raise NotRunnable((Refusal(line=1, construct=f"more than {limit} characters", instead=instead),))
    try:
        return ast.parse(text, mode=mode)
    except SyntaxError as error:
        construct = f"something that is no Python ({error.msg})"
        refusal = Refusal(line=error.lineno or 1, construct=construct, instead="Correct the line.")
    except (ValueError, RecursionError, MemoryError, OverflowError):
        refusal = Refusal(
            line=1, construct="something that Python cannot read", instead="Write it simpler, with shorter numbers."
        )
    raise NotRunnable((refusal,), python=False)


def _check(tree: ast.AST, *, changes: bool) -> None:
    found = []
    own = {part.name for part in ast.walk(tree) if isinstance(part, ast.FunctionDef)}
    for refusal in Subset(changes=changes, own=own).refusals(tree):
        found.append(refusal)
        if len(found) == MOST:
            break
    if found:
        raise NotRunnable(tuple(sorted(found, key=lambda one: one.line)))


def _names(tree: ast.AST, context: type[ast.expr_context]) -> frozenset[str]:
    bound = {part.arg for part in ast.walk(tree) if isinstance(part, ast.arg)}
    for part in ast.walk(tree):
        if isinstance(part, ast.comprehension):
            bound |= {name.id for name in ast.walk(part.target) if isinstance(name, ast.Name)}
    bound |= {part.name for part in ast.walk(tree) if isinstance(part, ast.FunctionDef)} | ERRORS.keys()
    bound |= {part.name for part in ast.walk(tree) if isinstance(part, ast.ExceptHandler) and part.name}
    named = {part.id for part in ast.walk(tree) if isinstance(part, ast.Name) and isinstance(part.ctx, context)}
    return frozenset(named - bound - set(FUNCTIONS) - MODULES)


@contextmanager
def _bounded() -> Iterator[None]:
    """Turn what Python itself raises at its own bounds into ScriptStopped."""
    try:
        yield
    except RecursionError:
        raise ScriptStopped("depth", "It is nested too deeply.") from None
    except MemoryError:
        raise ScriptStopped("memory", "It needs more memory than there is.") from None


def _kept(value: Value) -> Value:
    try:
        return normalise(value)
    except DataUnacceptable as error:
        raise ScriptFailed(f"The result cannot be kept as data: {error}.") from None
