"""Decision tables read: every cell is parsed here, so that a wrong one is named before anything runs."""

from collections.abc import Callable
from dataclasses import replace
from functools import partial
from typing import Final, TypeVar

from lxml import etree

from bpmn.decisions.model import (
    Aggregation,
    DecisionTable,
    HitPolicy,
    InputColumn,
    OutputColumn,
    TableRule,
)
from bpmn.decisions.page import Page, Refuse, plain
from bpmn.decisions.types import SIMPLE
from bpmn.errors import DecisionsUnreadable
from bpmn.source import attribute, child_text, text
from forms.feel import Expression, UnaryTests

CAMUNDA: Final = "http://camunda.org/schema/1.0/dmn"
RULES: Final = 5_000
"""Most rules in one table."""

Parsed = TypeVar("Parsed")


def read_table(page: Page, node: etree._Element, decision: str, variable: str, names: frozenset[str]) -> DecisionTable:
    """A decision table; an only output without a name takes that of the `variable`. Raises DecisionsUnreadable."""
    return _TableReader(page, names).table(node, decision, variable)


class _TableReader:
    def __init__(self, page: Page, names: frozenset[str]) -> None:
        self.page = page
        self.names = names
        self.fail = page.fail
        self.each = page.each

    def expression(self, written: str, refuse: Refuse) -> Expression:
        return self.page.expression(written, self.names, refuse)

    def tests(self, written: str, refuse: Refuse) -> UnaryTests:
        return self.page.tests(written, self.names, refuse)

    def table(self, node: etree._Element, decision: str, variable: str) -> DecisionTable:
        identity = attribute(node, "id") or decision
        policy, aggregation = self.policy(node, identity)
        inputs = tuple(self.input_column(part, identity, at) for at, part in enumerate(self.each(node, "input")))
        outputs = tuple(
            self.output_column(part, identity, policy, f"output {at}")
            for at, part in enumerate(self.each(node, "output"))
        )
        if not outputs:
            raise self.fail("no_output", node, table=identity)
        if len(outputs) > 1 and len({column.name for column in outputs} - {""}) < len(outputs):
            raise self.fail("output_name", node, table=identity)
        if aggregation and len(outputs) > 1:
            raise self.fail("aggregation_outputs", node, table=identity)
        if len(outputs) == 1 and not outputs[0].name:
            outputs = (replace(outputs[0], name=variable),)
        rows = list(self.each(node, "rule"))
        if len(rows) > RULES:
            raise self.fail("rules", node, table=identity, count=len(rows), limit=RULES)
        return DecisionTable(
            id=identity,
            hit_policy=policy,
            aggregation=aggregation,
            inputs=inputs,
            outputs=outputs,
            rules=tuple(self.rule(row, number, identity, (inputs, outputs)) for number, row in enumerate(rows, 1)),
        )

    def policy(self, node: etree._Element, table: str) -> tuple[HitPolicy, Aggregation | None]:
        written = attribute(node, "hitPolicy", "UNIQUE")
        if written not in list(HitPolicy):
            raise self.fail("hit_policy", node, table=table, policy=written)
        policy = HitPolicy(written)
        wanted = attribute(node, "aggregation")
        if wanted and wanted not in list(Aggregation):
            raise self.fail("aggregation", node, table=table, aggregation=wanted)
        if wanted and policy is not HitPolicy.COLLECT:
            raise self.fail("aggregation_policy", node, table=table)
        return policy, Aggregation(wanted) if wanted else None

    def input_column(self, node: etree._Element, table: str, at: int) -> InputColumn:
        holder = self.page.first(node, "inputExpression")
        written = self.page.text(holder)
        label = attribute(node, "label") or written or attribute(node, "id")

        def refuse(reason: str) -> DecisionsUnreadable:
            return self.fail("column", node, table=table, heading=label, reason=reason, position=f"input {at}")

        told = self.page.type(holder)
        if holder is not None:
            written = self.page.feel(holder, written, refuse)
            if told is SIMPLE["date"] and self.of_camunda(node):
                told = SIMPLE["date and time"]
        allowed = self.page.inner(node, "inputValues")
        return InputColumn(
            id=attribute(node, "id"),
            label=label,
            expression=self.expression(written, refuse),
            type_name="" if holder is None else attribute(holder, "typeRef"),
            type=told,
            allowed=self.tests(allowed, refuse) if allowed else None,
            variable=self.variable(node),
        )

    def of_camunda(self, node: etree._Element) -> bool:
        """Whether a file is written for Camunda 7, where a date has a time of day."""
        return CAMUNDA in node.nsmap.values()

    def variable(self, node: etree._Element) -> str:
        """What Camunda lets the cells of a column call its value."""
        default = "cellInput" if self.of_camunda(node) else ""
        return plain(node.get(f"{{{CAMUNDA}}}inputVariable") or default)

    def output_column(self, node: etree._Element, table: str, policy: HitPolicy, at: str) -> OutputColumn:
        name = attribute(node, "name")
        label = attribute(node, "label") or name or attribute(node, "id")

        def refuse(reason: str) -> DecisionsUnreadable:
            return self.fail("column", node, table=table, heading=label, reason=reason, position=at)

        allowed = self.page.inner(node, "outputValues")
        default = self.page.inner(node, "defaultOutputEntry")
        told = self.page.type(node)
        ranked = allowed or told.allowed
        if policy.by_output and not ranked:
            raise self.fail("output_order", node, table=table, policy=policy)
        return OutputColumn(
            id=attribute(node, "id"),
            name=name,
            label=label,
            type_name=attribute(node, "typeRef"),
            type=told,
            allowed=self.tests(allowed, refuse) if allowed else None,
            ranking=self.expression(f"[{ranked}]", refuse) if policy.by_output else None,
            default=self.expression(default, refuse) if default else None,
        )

    def rule(
        self,
        node: etree._Element,
        number: int,
        table: str,
        columns: tuple[tuple[InputColumn, ...], tuple[OutputColumn, ...]],
    ) -> TableRule:
        inputs, outputs = columns
        questions = list(self.each(node, "inputEntry"))
        answers = list(self.each(node, "outputEntry"))
        expected, found = len(inputs) + len(outputs), len(questions) + len(answers)
        if len(questions) != len(inputs) or len(answers) != len(outputs):
            raise self.fail("cells", node, table=table, rule=number, found=found, expected=expected)
        return TableRule(
            id=attribute(node, "id") or f"{table}_{number}",
            number=number,
            inputs=tuple(
                self.cell(cell, partial(self.question, column), (table, number, column.label, f"input {at}"))
                if self.written(cell) != "-"
                else None
                for at, (cell, column) in enumerate(zip(questions, inputs, strict=True))
            ),
            outputs=tuple(
                self.cell(cell, self.expression, (table, number, column.label, f"output {at}"))
                if self.written(cell) != "-"
                else None
                for at, (cell, column) in enumerate(zip(answers, outputs, strict=True))
            ),
            types={
                column.name: told
                for cell, column in zip(answers, outputs, strict=True)
                if not (told := self.page.type(cell)).simple
            },
            annotation="; ".join(filter(None, map(text, self.each(node, "annotationEntry", "description")))),
        )

    def question(self, column: InputColumn, written: str, refuse: Refuse) -> UnaryTests:
        names = self.names | {column.variable} if column.variable else self.names
        if written.startswith("=="):  # as Flowable writes equality
            written = written[1:]
        return self.page.tests(written, names, refuse)

    def written(self, cell: etree._Element) -> str:
        """The text of a cell; an empty one says what ``-`` says."""
        return child_text(cell, "text", self.page.namespace) or "-"

    def cell(
        self,
        cell: etree._Element,
        parse: Callable[[str, Callable[[str], DecisionsUnreadable]], Parsed],
        place: tuple[str, int, str, str],
    ) -> Parsed:
        table, number, column, at = place

        def refuse(reason: str) -> DecisionsUnreadable:
            return self.fail("cell", cell, table=table, rule=number, heading=column, reason=reason, position=at)

        return parse(self.page.feel(cell, self.written(cell), refuse), refuse)
