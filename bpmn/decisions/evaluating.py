"""Decisions evaluated: which rules match, what that means under the hit policy, and the trace of it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from decimal import Decimal

from bpmn.decisions.model import (
    Aggregation,
    Decision,
    DecisionModel,
    DecisionTable,
    HitPolicy,
    LiteralExpression,
    OutputColumn,
    TableRule,
)
from bpmn.errors import DecisionFailed
from forms.data import Value, canonical
from forms.feel import NEUTRAL, Environment, Expression, FeelLimitExceeded, UnaryTests

Row = dict[str, Value]
"""The outputs of one rule by name."""


@dataclass(frozen=True, kw_only=True)
class Matched:
    """A rule that matched; `number` counts from 1."""

    id: str
    number: int


@dataclass(frozen=True, kw_only=True)
class Trace:
    """How a decision came to its result: enough to explain it later without evaluating again.

    `inputs` by label of the input column, `outputs` are the rows of the matched rules in the order of the result.
    `problems` are the reasons FEEL gave for a null. `required` are the decisions evaluated before this one, each once.
    """

    decision: str
    name: str
    inputs: Mapping[str, Value] = field(default_factory=dict)
    matched: tuple[Matched, ...] = ()
    outputs: tuple[Mapping[str, Value], ...] = ()
    problems: tuple[str, ...] = ()
    required: tuple["Trace", ...] = ()


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
    model: DecisionModel, decision_id: str, inputs: Mapping[str, Value], environment: Environment = NEUTRAL
) -> Evaluated:
    """Evaluate a decision and those it requires (DMN 1.5 clause 8.2.8, 10.3.2.10). Raises DecisionFailed."""
    try:
        evaluation = _Evaluation(model, dict(inputs), environment)
        result = evaluation.decision(decision_id)
    except FeelLimitExceeded as error:
        raise DecisionFailed("limit", str(error), decision=decision_id) from None
    # Each required decision once, in the order of evaluation: nested, shared ones would repeat without bound.
    others = tuple(known.trace for identity, known in evaluation.known.items() if identity != decision_id)
    return replace(result, trace=replace(result.trace, required=others))


class _Evaluation:
    """One evaluation: the scope and the results of required decisions, each computed once."""

    def __init__(self, model: DecisionModel, scope: dict[str, Value], environment: Environment) -> None:
        self.model = model
        self.scope = scope
        self.environment = environment
        self.known: dict[str, Evaluated] = {}

    def decision(self, decision_id: str) -> Evaluated:
        if decision_id in self.known:
            return self.known[decision_id]
        decision = self.model.decisions.get(decision_id)
        if decision is None:
            raise DecisionFailed("unknown_decision", "There is no such decision.", decision=decision_id)
        required = tuple(self.decision(identity) for identity in decision.requires)
        names = self.model.variables(decision)
        scope = self.scope | {
            names[identity]: result.value for identity, result in zip(decision.requires, required, strict=True)
        }
        if isinstance(decision.logic, LiteralExpression):
            result = self.literal(decision, decision.logic, scope)
        else:
            result = _TableRun(decision, decision.logic, scope, self.environment).result()
        self.known[decision_id] = result
        return result

    def literal(self, decision: Decision, logic: LiteralExpression, scope: Mapping[str, Value]) -> Evaluated:
        outcome = logic.expression.evaluate(scope, self.environment)
        trace = Trace(
            decision=decision.id,
            name=decision.name,
            inputs={name: scope[name] for name in sorted(logic.expression.names) if name in scope},
            outputs=({decision.variable: outcome.value},),
            problems=tuple(problem.message for problem in outcome.problems),
        )
        return Evaluated(value=outcome.value, variables={decision.variable: outcome.value}, trace=trace)


class _TableRun:
    """One run through a decision table."""

    def __init__(
        self, decision: Decision, table: DecisionTable, scope: Mapping[str, Value], environment: Environment
    ) -> None:
        self.decision = decision
        self.table = table
        self.scope = scope
        self.environment = environment
        self.problems: list[str] = []

    def fail(self, code: str, message: str, **parameters: str) -> DecisionFailed:
        return DecisionFailed(code, message.format_map(parameters), decision=self.decision.id, **parameters)

    def value(self, expression: Expression, where: str) -> Value:
        outcome = expression.evaluate(self.scope, self.environment)
        self.problems += [f"{where}: {problem.message}" for problem in outcome.problems]
        return outcome.value

    def holds(self, tests: UnaryTests, value: object, where: str) -> bool:
        answer, problems = tests.matches(value, self.scope, self.environment)
        self.problems += [f"{where}: {problem.message}" for problem in problems]
        return answer is True

    def result(self) -> Evaluated:
        inputs, raw = self.inputs()
        rules = [rule for rule in self.table.candidates(raw) if self.matches(rule, raw)]
        if self.table.hit_policy is HitPolicy.FIRST:
            rules = rules[:1]
        rows = [self.row(rule) for rule in rules]
        rules, rows = self.chosen(rules, rows)
        value, variables = self.shaped(rows)
        trace = Trace(
            decision=self.decision.id,
            name=self.decision.name,
            inputs=inputs,
            matched=tuple(Matched(id=rule.id, number=rule.number) for rule in rules),
            outputs=tuple(rows),
            problems=tuple(self.problems),
        )
        return Evaluated(value=value, variables=variables, trace=trace)

    def inputs(self) -> tuple[dict[str, Value], list[object]]:
        """The inputs as process data for the trace, and as FEEL values for the cells."""
        shown: dict[str, Value] = {}
        raw: list[object] = []
        for column in self.table.inputs:
            outcome = column.expression.evaluate_raw(self.scope, self.environment)
            self.problems += [f"{column.label}: {problem.message}" for problem in outcome.problems]
            value = column.expression.evaluate(self.scope, self.environment).value
            if column.allowed is not None and not self.holds(column.allowed, outcome.value, column.label):
                raise self.fail(
                    "input_not_allowed",
                    "The input {column} has the value {value}, which the table does not allow.",
                    column=column.label,
                    value=canonical(value),
                )
            shown[column.label] = value
            raw.append(outcome.value)
        return shown, raw

    def matches(self, rule: TableRule, raw: Sequence[object]) -> bool:
        return all(
            tests is None or self.holds(tests, value, f"rule {rule.number}")
            for tests, value in zip(rule.inputs, raw, strict=True)
        )

    def row(self, rule: TableRule) -> Row:
        row: Row = {}
        for cell, column in zip(rule.outputs, self.table.outputs, strict=True):
            where = f"rule {rule.number}, {column.label}"
            row[column.name] = None if cell is None else self.value(cell, where)
            self.check(column, row[column.name], where)
        return row

    def check(self, column: OutputColumn, value: Value, where: str) -> None:
        if column.allowed is not None and not self.holds(column.allowed, value, where):
            raise self.fail(
                "output_not_allowed",
                "The output {column} has the value {value}, which the table does not allow.",
                column=column.label,
                value=canonical(value),
            )

    def chosen(self, rules: list[TableRule], rows: list[Row]) -> tuple[list[TableRule], list[Row]]:
        """The rules and rows that the hit policy lets through, in its order."""
        policy = self.table.hit_policy
        numbers = ", ".join(str(rule.number) for rule in rules)
        if policy is HitPolicy.UNIQUE and len(rules) > 1:
            raise self.fail(
                "several_rules", "Rules {rules} match at once; under UNIQUE at most one may.", rules=numbers
            )
        if policy is HitPolicy.ANY:
            if len({canonical(row) for row in rows}) > 1:
                raise self.fail(
                    "outputs_differ",
                    "Rules {rules} match with different outputs; under ANY they must agree.",
                    rules=numbers,
                )
            return rules, rows[:1]
        if policy.by_output:
            ranked = sorted(zip(rules, rows, strict=True), key=lambda pair: self.rank(pair[1]))
            if policy is HitPolicy.PRIORITY:
                ranked = ranked[:1]
            return [rule for rule, _ in ranked], [row for _, row in ranked]
        return rules, rows

    def rank(self, row: Row) -> tuple[int, ...]:
        """Where a row stands in the order of the output values: the first column weighs most."""
        places = []
        for column in self.table.outputs:
            values = column.ranking.evaluate(self.scope, self.environment).value if column.ranking else None
            ranking = values if isinstance(values, list) else []
            places.append(ranking.index(row[column.name]) if row[column.name] in ranking else len(ranking))
        return tuple(places)

    def shaped(self, rows: list[Row]) -> tuple[Value, Mapping[str, Value]]:
        """The value of the decision, and the variables a business rule task sets."""
        table = self.table
        single = table.outputs[0].name if len(table.outputs) == 1 else None
        many = table.hit_policy in (HitPolicy.RULE_ORDER, HitPolicy.OUTPUT_ORDER, HitPolicy.COLLECT)
        if not rows:
            rows = self.defaults()
            if table.aggregation is Aggregation.COUNT and not rows:
                return Decimal(0), {self.target: Decimal(0)}
            if not rows:
                empty: Value = [] if many and table.aggregation is None else None
                return empty, {self.target: empty} if many else {column.name: None for column in table.outputs}
            many = False
        if not many:
            value = rows[0][single] if single else rows[0]
            return value, rows[0]
        values = [row[single] if single else row for row in rows]
        if table.aggregation is None:
            return values, {self.target: values}
        total = self.aggregated(table.aggregation, values)
        return total, {self.target: total}

    @property
    def target(self) -> str:
        """The variable for a list or an aggregate: the only output's name, else the decision's."""
        outputs = self.table.outputs
        return outputs[0].name if len(outputs) == 1 else self.decision.variable

    def defaults(self) -> list[Row]:
        if all(column.default is None for column in self.table.outputs):
            return []
        row = {
            column.name: None if column.default is None else self.value(column.default, f"default of {column.label}")
            for column in self.table.outputs
        }
        return [row]

    def aggregated(self, aggregation: Aggregation, values: list[Value]) -> Value:
        if aggregation is Aggregation.COUNT:
            return Decimal(len(values))
        numbers = [value for value in values if isinstance(value, Decimal)]
        if len(numbers) < len(values):
            raise self.fail(
                "not_numbers",
                "The outputs {values} are not all numbers, so that {aggregation} cannot be taken.",
                values=canonical(values),
                aggregation=aggregation,
            )
        if aggregation is Aggregation.SUM:
            return sum(numbers, Decimal(0))
        return min(numbers) if aggregation is Aggregation.MIN else max(numbers)
