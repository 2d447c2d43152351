"""One run through a decision table: which rules match, and what that means under the hit policy (DMN 1.5 clause 8)."""

from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any, Final

from bpmn.decisions.account import Account, Matched, Trace, failed
from bpmn.decisions.model import Aggregation, DecisionTable, HitPolicy, OutputColumn, TableRule
from bpmn.decisions.types import Type
from bpmn.errors import DecisionFailed
from forms.data import Value, canonical
from forms.feel import Expression, UnaryTests, admitted, parse_expression

Row = dict[str, Any]
"""The outputs of one rule by name, as FEEL values."""

_AGGREGATES: Final = {
    aggregation: parse_expression(f"{aggregation.lower()}(values)", ["values"])
    for aggregation in (Aggregation.SUM, Aggregation.MIN, Aggregation.MAX)
}


def run_table(
    table: DecisionTable, scope: Mapping[str, Any], account: Account, *, owner: str, name: str, variable: str
) -> tuple[Any, dict[str, Any], Trace]:
    """The value, the variables that a business rule task sets, and the trace.

    `owner`, `name` and `variable` are those of the decision, or function, that the table is the logic of. Raises
    DecisionFailed and FeelLimitExceeded.
    """
    return _TableRun(owner, variable, table, scope, account).result(name)


class _TableRun:
    def __init__(
        self, owner: str, variable: str, table: DecisionTable, scope: Mapping[str, Any], account: Account
    ) -> None:
        self.owner = owner
        self.variable = variable
        self.table = table
        self.scope = scope
        self.account = account

    def fail(self, code: str, message: str, **parameters: str) -> DecisionFailed:
        return failed(self.owner, code, message, **parameters)

    def value(self, expression: Expression, where: str) -> Any:
        value = expression.within(self.scope, self.account.state)
        self.account.collect(where)
        return value

    def holds(self, tests: UnaryTests, value: object, where: str) -> bool:
        answer = tests.within(value, self.scope, self.account.state)
        self.account.collect(where)
        return answer is True

    def result(self, name: str) -> tuple[Any, dict[str, Any], Trace]:
        mark = len(self.account.problems)
        inputs, raw = self.inputs()
        candidates = self.table.candidates(raw)  # counted: functions with large tables may be called in loops
        self.account.state.spend(1 + len(candidates) // 2)
        rules = [rule for rule in candidates if self.matches(rule, raw)]
        if self.table.hit_policy is HitPolicy.FIRST:
            rules = rules[:1]
        self.account.state.spend(len(rules) * len(self.table.outputs) // 2)
        rows = [self.row(rule) for rule in rules]
        rules, rows = self.chosen(rules, rows)
        value, variables = self.shaped(rows)
        trace = Trace(
            decision=self.owner,
            name=name,
            inputs=inputs,
            matched=tuple(Matched(id=rule.id, number=rule.number) for rule in rules),
            outputs=tuple(self.account.data(row) for row in rows),
            problems=tuple(self.account.problems[mark:]),
        )
        return value, variables, trace

    def inputs(self) -> tuple[dict[str, Value], list[object]]:
        """The inputs as process data for the trace, and as FEEL values for the cells."""
        shown: dict[str, Value] = {}
        raw: list[object] = []
        for column in self.table.inputs:
            value = self.typed(column.type, self.value(column.expression, column.label), column.label, told=True)
            if column.allowed is not None and not self.holds(column.allowed, value, column.label):
                raise self.fail(
                    "input_not_allowed",
                    "The input {column} has the value {value}, which the table does not allow.",
                    column=column.label,
                    value=canonical(self.account.data(value)),
                )
            shown[column.label] = self.account.data(value)
            raw.append(admitted(value))
        self.account.collect()
        return shown, raw

    def typed(self, told_type: Type, value: Any, where: str, *, told: bool) -> Any:
        """The value as the type of a column wants it.

        Editors write FEEL's own types into columns unasked, so these read the texts of dates and refuse nothing.
        """
        if told_type.any:
            return value
        fitted = told_type.conform(value, where, self.account.state, told=told)
        if told_type.simple:
            self.account.state.problems.clear()
            return value if fitted is None else fitted
        self.account.collect()
        return fitted

    def matches(self, rule: TableRule, raw: Sequence[object]) -> bool:
        account, scope = self.account, self.scope
        for tests, value, column in zip(rule.inputs, raw, self.table.inputs, strict=True):
            if tests is not None:
                seen = {**scope, column.variable: value} if column.variable in tests.names else scope
                answer = tests.within(value, seen, account.state)
                if account.state.problems:
                    account.collect(f"rule {rule.number}")
                if answer is not True:
                    return False
        return True

    def row(self, rule: TableRule) -> Row:
        row: Row = {}
        for cell, column in zip(rule.outputs, self.table.outputs, strict=True):
            where = f"rule {rule.number}, {column.label}"
            value = None if cell is None else self.value(cell, where)
            row[column.name] = self.typed(rule.types.get(column.name, column.type), value, where, told=False)
            self.check(column, row[column.name], where)
        return row

    def check(self, column: OutputColumn, value: Any, where: str) -> None:
        if column.allowed is not None and not self.holds(column.allowed, value, where):
            raise self.fail(
                "output_not_allowed",
                "The output {column} has the value {value}, which the table does not allow.",
                column=column.label,
                value=canonical(self.account.data(value)),
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
            if len({canonical(self.account.data(row)) for row in rows}) > 1:
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
            values = column.ranking.within(self.scope, self.account.state) if column.ranking else None
            ranking = values if isinstance(values, list) else []
            places.append(ranking.index(row[column.name]) if row[column.name] in ranking else len(ranking))
        return tuple(places)

    def shaped(self, rows: list[Row]) -> tuple[Any, dict[str, Any]]:
        """The value of the decision, and the variables a business rule task sets."""
        table = self.table
        single = table.outputs[0].name if len(table.outputs) == 1 else None
        many = table.hit_policy in (HitPolicy.RULE_ORDER, HitPolicy.OUTPUT_ORDER, HitPolicy.COLLECT)
        if not rows:
            rows = self.defaults()
            if table.aggregation is Aggregation.COUNT and not rows:
                return Decimal(0), {self.target: Decimal(0)}
            if not rows:
                empty: Any = [] if many and table.aggregation is None else None
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
        return outputs[0].name if len(outputs) == 1 else self.variable

    def defaults(self) -> list[Row]:
        if all(column.default is None for column in self.table.outputs):
            return []
        row = {
            column.name: None if column.default is None else self.value(column.default, f"default of {column.label}")
            for column in self.table.outputs
        }
        return [row]

    def aggregated(self, aggregation: Aggregation, values: list[Any]) -> Any:
        """One value of many, as FEEL's functions of that name give it. Raises DecisionFailed where they give none."""
        if aggregation is Aggregation.COUNT:
            return Decimal(len(values))
        total = _AGGREGATES[aggregation].within({"values": values}, self.account.state)
        if total is None:
            raise self.fail(
                "not_numbers",
                "The outputs {values} are not all numbers, so that {aggregation} cannot be taken.",
                values=canonical(self.account.data(values)),
                aggregation=aggregation,
            )
        return total
