"""Boxed expressions evaluated (DMN 1.5 clauses 7.3, 10.2.2): each kind one function from a scope to a FEEL value."""

from collections.abc import Callable, Mapping, Sequence
from decimal import Decimal
from typing import Any, Final

from bpmn.decisions.account import Account
from bpmn.decisions.boxed import (
    Boxed,
    Conditional,
    Context,
    External,
    Filter,
    FunctionDefinition,
    Invocation,
    Iteration,
    ListOf,
    LiteralExpression,
    Relation,
    Typed,
    Undecided,
)
from bpmn.decisions.model import DecisionTable
from bpmn.decisions.tables import run_table
from bpmn.decisions.types import Type
from forms.feel import Function, State, foreign, kind, parse_expression

Scope = Mapping[str, Any]

_PICKED: Final = parse_expression("items[position]", ["items", "position"])
_THROUGH: Final = parse_expression("for value in domain return value", ["domain"])


def value_of(boxed: Boxed, scope: Scope, account: Account) -> Any:
    """The FEEL value of a boxed expression. Raises DecisionFailed and FeelLimitExceeded."""
    return _KINDS[type(boxed)](boxed, scope, account)


def function_of(
    name: str, written: tuple[Sequence[tuple[str, Type]], Boxed], scope: Scope, account: Account
) -> Function:
    """A function with typed parameters; its body sees the scope it is defined in."""
    parameters, body = written

    def call(state: State, values: Sequence[Any]) -> Any:
        if len(values) != len(parameters):
            kinds = ", ".join(kind(value) for value in values)
            return state.report("arguments", None, {"name": name, "kinds": kinds})
        state.spend()
        state.descend()
        bound = {
            parameter: told.conform(value, parameter, state)
            for (parameter, told), value in zip(parameters, values, strict=True)
        }
        result = value_of(body, {**scope, **bound}, account)
        state.ascend()
        return result

    return Function(name=name, parameters=tuple(parameter for parameter, _ in parameters), call=call)


def _undecided(_boxed: Undecided, _scope: Scope, account: Account) -> Any:
    return account.state.report("no_logic", None, {})


def _literal(boxed: LiteralExpression, scope: Scope, account: Account) -> Any:
    return boxed.expression.within(scope, account.state)


def _typed(boxed: Typed, scope: Scope, account: Account) -> Any:
    return boxed.type.conform(value_of(boxed.inner, scope, account), "the value", account.state)


def _table(boxed: DecisionTable, scope: Scope, account: Account) -> Any:
    value, _, trace = run_table(boxed, scope, account, owner=boxed.id, name=boxed.id, variable=boxed.id)
    account.keep(trace)
    return value


def _function(boxed: FunctionDefinition, scope: Scope, account: Account) -> Function:
    return function_of("function", (boxed.parameters, boxed.body), scope, account)


def _external(boxed: External, scope: Scope, account: Account) -> Any:
    called = foreign({boxed.kind: value_of(boxed.described, scope, account)}, boxed.parameters)
    if called is None:
        return account.state.report("external_function", None, {})
    written = _called_with(len(boxed.parameters))
    values = {f"argument {number}": scope.get(name) for number, name in enumerate(boxed.parameters)}
    return written.within({"called": called, **values}, account.state)


def _list(boxed: ListOf, scope: Scope, account: Account) -> Any:
    account.state.spend(len(boxed.items))
    return [value_of(item, scope, account) for item in boxed.items]


def _context(boxed: Context, scope: Scope, account: Account) -> Any:
    inner = dict(scope)
    entries: dict[str, Any] = {}
    account.state.spend(len(boxed.entries))
    for entry in boxed.entries:
        value = value_of(entry.value, inner, account)  # a function sees `inner`, and so itself
        entries[entry.name] = inner[entry.name] = entry.type.conform(value, entry.name, account.state)
    return entries if boxed.result is None else value_of(boxed.result, inner, account)


def _invocation(boxed: Invocation, scope: Scope, account: Account) -> Any:
    state = account.state
    called = value_of(boxed.called, scope, account)
    if type(called) is not Function:
        return state.report("not_a_function", None, {"name": kind(called)})
    given = {
        binding.name: binding.type.conform(value_of(binding.value, scope, account), binding.name, state)
        for binding in boxed.bindings
    }
    if called.parameters and not given.keys() <= set(called.parameters):
        return state.report("arguments", None, {"name": called.name, "kinds": ", ".join(given)})
    values = [given.get(name) for name in called.parameters] if called.parameters else list(given.values())
    call = {f"argument {number}": value for number, value in enumerate(values)}
    written = _called_with(len(values))
    return written.within({"called": called, **call}, state)


def _called_with(count: int) -> Any:
    """A FEEL call: what functions refuse becomes null with the reason there."""
    names = [f"argument {number}" for number in range(count)]
    return parse_expression(f"called({', '.join(names)})", ["called", *names])


def _relation(boxed: Relation, scope: Scope, account: Account) -> Any:
    account.state.spend(len(boxed.rows) * len(boxed.columns))
    return [
        {
            name: told.conform(value_of(cell, scope, account), name, account.state)
            for (name, told), cell in zip(boxed.columns, row, strict=True)
        }
        for row in boxed.rows
    ]


def _conditional(boxed: Conditional, scope: Scope, account: Account) -> Any:
    condition = value_of(boxed.condition, scope, account)
    if type(condition) is not bool and condition is not None:
        account.state.report("not_boolean", None, {"kind": kind(condition)})
    return value_of(boxed.yes if condition is True else boxed.no, scope, account)


def _filter(boxed: Filter, scope: Scope, account: Account) -> Any:
    state = account.state
    domain = value_of(boxed.domain, scope, account)
    if domain is None:
        return state.report("not_a_list", None, {"kind": "null"})
    items = domain if type(domain) is list else [domain]
    kept = []
    for item in items:
        state.spend()
        entries = item if type(item) is dict else {}
        found = value_of(boxed.match, {**scope, "item": item, **entries}, account)
        if type(found) is Decimal:
            return _PICKED.within({"items": items, "position": found}, state)
        if found is True:
            kept.append(item)
        elif found is not False and found is not None:
            return state.report("not_boolean", None, {"kind": kind(found)})
    return kept


def _iteration(boxed: Iteration, scope: Scope, account: Account) -> Any:
    """The results of a for; of some and every what three-valued logic says of conditions that are truth values."""
    state = account.state
    domain = _THROUGH.within({"domain": value_of(boxed.domain, scope, account)}, state)
    if domain is None:
        return None
    results: list[Any] = []
    for value in domain:
        state.spend(1 + len(results) // 16 if boxed.kind == "for" else 1)
        inner = {**scope, boxed.variable: value}
        if boxed.kind == "for" and "partial" in boxed.body.names:
            inner["partial"] = results.copy()
        results.append(value_of(boxed.body, inner, account))
    if boxed.kind == "for":
        return results
    decisive = boxed.kind == "some"
    for result in results:
        if result is decisive:
            return decisive
        if type(result) is not bool and result is not None:
            return state.report("not_boolean", None, {"kind": kind(result)})
    return None if any(type(result) is not bool for result in results) else not decisive


_KINDS: Final[Mapping[type, Callable[[Any, Scope, Account], Any]]] = {
    Undecided: _undecided,
    LiteralExpression: _literal,
    Typed: _typed,
    DecisionTable: _table,
    Context: _context,
    Invocation: _invocation,
    FunctionDefinition: _function,
    External: _external,
    Relation: _relation,
    ListOf: _list,
    Conditional: _conditional,
    Filter: _filter,
    Iteration: _iteration,
}
