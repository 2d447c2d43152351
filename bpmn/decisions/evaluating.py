"""Decisions evaluated: the graph of what they require, and what each gives to those above it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from os import PathLike
from typing import Any, Final

from bpmn.decisions.account import Account, Trace
from bpmn.decisions.boxed import Boxed, Undecided
from bpmn.decisions.boxed_values import function_of, value_of
from bpmn.decisions.model import (
    Decision,
    DecisionModel,
    DecisionService,
    DecisionTable,
    Drawn,
    InputData,
    KnowledgeModel,
)
from bpmn.decisions.reading import open_decisions
from bpmn.decisions.tables import run_table
from bpmn.decisions.types import Type
from bpmn.errors import DecisionFailed
from forms.data import Value
from forms.feel import Environment, FeelLimitExceeded, Function, State


@dataclass(frozen=True, kw_only=True)
class Evaluated:
    """The result of a decision.

    `value` is as DMN says: the one output, or a context of several outputs, or a list of these. `variables` is what a
    business rule task sets: each output of a single result by its name, a list under the name of the decision.
    """

    value: Value
    variables: Mapping[str, Value]
    trace: Trace


def evaluate(
    model: DecisionModel | str | PathLike[str],
    decision: str,
    inputs: Mapping[str, Any] | None = None,
    environment: Environment | None = None,
) -> Evaluated:
    """Evaluate a decision, by id or name, and those it requires (DMN 1.5 clauses 8.2.8, 10.4). Raises DecisionFailed.

    A decision service or a knowledge model may be named too; then `inputs` are its parameters. Values are process data,
    or Python's own dates, times, timedeltas and numbers. The model may be the path of a file, see `open_decisions`.
    Without an environment the present time is that of the machine.
    """
    if not isinstance(model, DecisionModel):
        model = open_decisions(model)
    environment = environment or Environment(now=datetime.now(UTC))
    known = {name: one.holds for name, one in model.types.items()}
    account = Account(replace(environment, types={**known, **environment.types}) if known else environment)
    try:
        graph = _Graph(model, account, {(): account.taken_in(inputs or {})})
        graph.base(())  # inputs that do not conform are told with the decision that was asked for
        value, variables, trace = graph.asked(decision)
        result = account.data(value)
        given = {name: result if one is value else account.data(one) for name, one in variables.items()}
    except FeelLimitExceeded as error:
        raise DecisionFailed("limit", str(error), decision=decision) from None
    except RecursionError:
        raise DecisionFailed("limit", "Functions call one another too deeply.", decision=decision) from None
    others = tuple(other for other in account.traces if other is not trace)
    return Evaluated(
        value=result,
        variables=given,
        trace=replace(trace, required=others, problems=(*account.unread, *trace.problems)),
    )


def _refuse_unread(element: Drawn) -> None:
    """An element with something wrong in it has no value. Raises DecisionFailed."""
    if element.fault is not None:
        raise DecisionFailed("unreadable", str(element.fault), decision=element.id)


SERVICE: Final = 10
"""A call of a decision service counts as so many rounds: it begins an evaluation of its own."""

Result = tuple[Any, dict[str, Any], Trace]
"""The FEEL value of a decision, the variables it sets, and how it came about."""


class _Graph:
    """One evaluation of a graph; `given` are the values from outside, by the imports they come through."""

    def __init__(
        self, model: DecisionModel, account: Account, given: dict[tuple[str, ...], dict[str, Any]], told: bool = True
    ) -> None:
        self.model = model
        self.account = account
        self.given = given
        self.told = told
        self.bases: dict[tuple[str, ...], dict[str, Any]] = {}
        self.known: dict[str, Any] = {}

    def asked(self, name: str) -> Result:
        """What the caller of `evaluate` wants."""
        element = self.model.called(name)
        if isinstance(element, Decision):
            return self.decision(element)
        if isinstance(element, DecisionService | KnowledgeModel):
            function = self.function(element)
            base = self.base(element.imports)
            types = zip(function.parameters, self.takes(element), strict=True)
            told = [type_.conform(base.get(one), one, self.account.state, told=True) for one, type_ in types]
            value = function.call(self.account.state, told)
            self.account.collect()
            trace = Trace(decision=element.id, name=element.name, problems=tuple(self.account.problems))
            return value, {element.variable: value}, trace
        raise DecisionFailed("unknown_decision", "There is no such decision.", decision=name)

    def takes(self, element: DecisionService | KnowledgeModel) -> list[Type]:
        """The types of the parameters that `function` makes of an element."""
        if isinstance(element, KnowledgeModel):
            return [told for _, told in element.parameters]
        return [one.type for one in map(self.model.find, element.inputs) if one is not None]

    # --- values of the elements of the graph

    def value(self, key: str) -> Any:
        """The value by which others know an element."""
        element = self.model.find(key)
        if element is None:
            return None
        key = element.key
        if key not in self.known:
            if isinstance(element, Decision):
                self.decision(element)
            elif isinstance(element, DecisionService | KnowledgeModel):
                self.known[key] = self.function(element)
            else:
                self.known[key] = self.base(element.imports).get(element.variable)
        return self.known.get(key)

    def base(self, imports: tuple[str, ...]) -> dict[str, Any]:
        """The values from outside as elements of one file see them, each of its declared type."""
        if imports not in self.bases:
            found: Mapping[str, Any] = self.given.get((), {})
            if imports in self.given:
                found = self.given[imports]
            else:
                for name in imports:
                    inner = found.get(name)
                    found = inner if isinstance(inner, Mapping) else found
            base = dict(found)
            before = "".join(f"{name}." for name in imports)
            base |= {key.removeprefix(before): told for key, told in self.given[()].items() if key.startswith(before)}
            mark = len(self.account.problems)
            for element in self.model.used.values():
                if isinstance(element, InputData) and element.imports == imports:
                    self.conform(element, base)
            self.account.unread += self.account.problems[mark:]
            self.bases[imports] = base
        return self.bases[imports]

    def conform(self, element: InputData, base: dict[str, Any]) -> None:
        for name in (element.variable, element.name):
            if name in base:
                value = base[name]
                base[element.variable] = element.type.conform(value, element.name, self.account.state, told=self.told)
                self.account.collect()
                return

    def scope(self, element: Drawn, keys: Sequence[str], base: Mapping[str, Any]) -> dict[str, Any]:
        """The names that the logic of an element sees: values from outside, and what it requires."""
        scope = dict(base)
        for key in keys:
            *imports, name = self.model.name_within(element, key)
            into = scope
            for one in imports:
                inner = into.get(one)
                into[one] = dict(inner) if isinstance(inner, Mapping) else {}
                into = into[one]
            into[name] = self.value(key)
        return scope

    def decision(self, decision: Decision) -> Result:
        """The result of a decision, after those it requires."""
        _refuse_unread(decision)
        names = [*decision.requires, *decision.knows]
        names += [key for key in decision.told if len(self.model.name_within(decision, key)) > 1]
        scope = self.scope(decision, names, self.base(decision.imports))
        mark = len(self.account.problems)
        if isinstance(decision.logic, DecisionTable):
            value, variables, trace = run_table(
                decision.logic,
                scope,
                self.account,
                owner=decision.id,
                name=decision.name,
                variable=decision.variable,
            )
        else:
            value = self.brought(decision, scope)
            variables = {decision.variable: value}
            trace = self.literal_trace(decision, scope)
        value = self.typed(decision, value, variables)
        if not isinstance(decision.logic, DecisionTable):
            trace = replace(trace, outputs=({decision.variable: self.account.data(value)},))
        self.account.collect()
        trace = replace(trace, problems=tuple(self.account.problems[mark:]))
        self.account.keep(trace)
        self.known[decision.key] = value
        return value, variables, trace

    def brought(self, decision: Decision, scope: Mapping[str, Any]) -> Any:
        """The value of a boxed expression; one that nothing decides is taken from outside, where it is told there."""
        for name in (decision.variable, decision.name) if isinstance(decision.logic, Undecided) else ():
            if name in scope:
                return decision.type.conform(scope[name], decision.name, self.account.state, told=self.told)
        return value_of(decision.logic, scope, self.account)

    def literal_trace(self, decision: Decision, scope: Mapping[str, Any]) -> Trace:
        self.account.collect()
        inputs = {
            name: self.account.data(scope[name])
            for name in sorted(decision.names)
            if name in scope and not isinstance(scope[name], Function)
        }
        self.account.state.problems.clear()  # that functions among the inputs are no data is no problem
        return Trace(decision=decision.id, name=decision.name, inputs=inputs)

    def typed(self, decision: Decision, value: Any, variables: dict[str, Any]) -> Any:
        """The value as the type of the decision wants it; the variables follow."""
        fitted = decision.type.conform(value, decision.name, self.account.state)
        if fitted is not value:
            several = isinstance(decision.logic, DecisionTable) and len(decision.logic.outputs) > 1
            for name in variables:
                variables[name] = fitted.get(name) if several and isinstance(fitted, dict) else fitted
        return fitted

    # --- functions

    def function(self, element: DecisionService | KnowledgeModel) -> Function:
        """A knowledge model or a decision service as a FEEL function."""
        _refuse_unread(element)
        if isinstance(element, DecisionService):
            return self.service(element)
        logic: Boxed = element.logic
        scope: dict[str, Any] = {}
        function = function_of(element.variable, (element.parameters, logic), scope, self.account)
        scope |= self.scope(element, element.knows, {})
        scope.setdefault(element.variable, function)
        return element.type.function(function)

    def service(self, element: DecisionService) -> Function:
        """A decision service: its own evaluation, which sees nothing but its parameters (clause 10.4)."""
        inputs = [self.model.find(key) for key in element.inputs]
        names = [
            ("_".join(one.imports) + "_" if one.imports != element.imports else "") + one.variable
            for one in inputs
            if one is not None
        ]

        def call(state: State, values: Sequence[Any]) -> Any:
            if len(values) != len(names):
                return state.report("arguments", None, {"name": element.name, "kinds": str(len(values))})
            state.spend(SERVICE + len(self.model.used) // 4)
            state.descend()
            given = {one.variable: value for one, value in zip(inputs, values, strict=True) if one is not None}
            inner = _Graph(self.model, self.account, {element.imports: given, (): given}, told=False)
            for one, value in zip(inputs, values, strict=True):
                if isinstance(one, Decision):
                    inner.known[one.key] = one.type.conform(value, one.name, self.account.state)
            results = {self.model.name_within(element, key)[-1]: inner.value(key) for key in element.outputs}
            state.ascend()
            return results if len(results) > 1 else next(iter(results.values()), None)

        return element.type.function(Function(name=element.name, parameters=tuple(names), call=call))
