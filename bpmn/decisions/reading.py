"""DMN 1.1 to 1.5 files to a DecisionModel.

Every cell is parsed here, so that a wrong one is named before anything runs.
"""

from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import Final, TypeVar

from lxml import etree

from bpmn.decisions.model import (
    Aggregation,
    Decision,
    DecisionModel,
    DecisionTable,
    HitPolicy,
    InputColumn,
    LiteralExpression,
    OutputColumn,
    TableRule,
)
from bpmn.documents import parse_document, shown
from bpmn.errors import DecisionsUnreadable
from bpmn.source import attribute, child, child_text, children, line_of, reference, text
from bpmn.vocabulary import FUNCTIONS
from forms.feel import Expression, FeelSyntaxError, UnaryTests, parse_expression, parse_unary_tests

NAMESPACES: Final = frozenset(
    {
        "http://www.omg.org/spec/DMN/20151101/dmn.xsd",
        "http://www.omg.org/spec/DMN/20180521/MODEL/",
        "https://www.omg.org/spec/DMN/20191111/MODEL/",
        "https://www.omg.org/spec/DMN/20211108/MODEL/",
        "https://www.omg.org/spec/DMN/20230324/MODEL/",
    }
)
"""DMN 1.1, 1.2, 1.3, 1.4, 1.5."""
RULES: Final = 5_000
"""Most rules in one table."""

DEPTH: Final = 50
"""Most decisions that require one another in a row."""
LENGTH: Final = 5_000
"""Most characters of one expression or cell."""

_LOGIC: Final = frozenset(
    {
        *("decisionTable", "literalExpression", "context", "invocation", "relation", "list", "functionDefinition"),
        *("for", "every", "some", "filter", "conditional"),
    }
)

Parsed = TypeVar("Parsed")


def read_decisions(content: bytes, name: str) -> DecisionModel:
    """Read a DMN file. Raises DecisionsUnreadable, for a cell with table, rule and column."""
    root = parse_document(content, name, DecisionsUnreadable)
    namespace = etree.QName(root).namespace or ""
    if namespace not in NAMESPACES or etree.QName(root).localname != "definitions":
        raise DecisionsUnreadable("not_dmn", name=name, line=line_of(root), found=shown(root))
    return _Reader(root, namespace, name).model()


def is_feel(language: str) -> bool:
    """Whether an expression language is FEEL; none given means FEEL (DMN 1.5 clause 6.3.2)."""
    return not language or language.rstrip("/").rpartition("/")[2].casefold() == "feel"


class _Reader:
    def __init__(self, root: etree._Element, namespace: str, name: str) -> None:
        self.root = root
        self.namespace = namespace
        self.name = name
        self.scope = FUNCTIONS

    def fail(self, code: str, at: etree._Element, **parameters: str | int) -> DecisionsUnreadable:
        return DecisionsUnreadable(code, name=self.name, line=line_of(at) or None, column=None, **parameters)

    def each(self, element: etree._Element, *names: str) -> Iterator[etree._Element]:
        return children(element, *names, namespace=self.namespace)

    def first(self, element: etree._Element, name: str) -> etree._Element | None:
        return child(element, name, self.namespace)

    def inner(self, element: etree._Element, name: str) -> str:
        """The text of ``<name><text>...</text></name>``."""
        holder = self.first(element, name)
        return "" if holder is None else child_text(holder, "text", self.namespace) or ""

    def model(self) -> DecisionModel:
        self.language(self.root, self.name)
        nodes: dict[str, etree._Element] = {}
        for node in self.each(self.root, "decision"):
            identity = attribute(node, "id")
            if not identity:
                raise self.fail("no_decision_id", node)
            if identity in nodes:
                raise self.fail("duplicate_decision", node, decision=identity)
            nodes[identity] = node
        if not nodes:
            raise self.fail("no_decision", self.root)
        names = {attribute(node, "id"): self.variable(node) for node in self.each(self.root, "decision", "inputData")}
        self.scope = FUNCTIONS.union(names.values())
        model = DecisionModel(decisions={identity: self.decision(node) for identity, node in nodes.items()})
        self.check_requirements(model, nodes)
        return model

    def variable(self, node: etree._Element) -> str:
        variable = self.first(node, "variable")
        named = "" if variable is None else attribute(variable, "name")
        return " ".join((named or attribute(node, "name") or attribute(node, "id")).split())

    def check_requirements(self, model: DecisionModel, nodes: dict[str, etree._Element]) -> None:
        done: set[str] = set()

        def visit(identity: str, path: tuple[str, ...]) -> None:
            if identity in path:
                raise self.fail("requirement_circle", nodes[identity], decision=identity)
            if len(path) >= DEPTH:
                raise self.fail("requirement_depth", nodes[identity], decision=identity, limit=DEPTH)
            if identity in done:
                return
            for required in model.decisions[identity].requires:
                if required not in nodes:
                    raise self.fail("unknown_requirement", nodes[identity], decision=identity, required=required)
                visit(required, (*path, identity))
            done.add(identity)

        for identity in nodes:
            visit(identity, ())

    def decision(self, node: etree._Element) -> Decision:
        identity = attribute(node, "id")
        requires = [
            (reference(attribute(required, "href")) or "").rpartition("#")[2]
            for requirement in self.each(node, "informationRequirement")
            for required in self.each(requirement, "requiredDecision")
        ]
        logic = next((part for part in self.each(node) if etree.QName(part).localname in _LOGIC), None)
        if logic is None:
            raise self.fail("no_logic", node, decision=identity)
        return Decision(
            id=identity,
            name=attribute(node, "name") or identity,
            variable=self.variable(node),
            file=self.name,
            logic=self.logic(logic, identity, self.variable(node)),
            requires=tuple(dict.fromkeys(requires)),
            documentation=child_text(node, "description", self.namespace) or "",
            line=line_of(node),
        )

    def logic(self, node: etree._Element, decision: str, variable: str) -> DecisionTable | LiteralExpression:
        kind = etree.QName(node).localname
        if kind == "decisionTable":
            return self.table(node, decision, variable)
        if kind == "literalExpression":
            self.language(node, decision)
            written = child_text(node, "text", self.namespace) or ""

            def refuse(reason: str) -> DecisionsUnreadable:
                return self.fail("literal", node, decision=decision, reason=reason)

            return LiteralExpression(expression=self.expression(written, refuse))
        raise self.fail("unknown_logic", node, decision=decision, kind=kind)

    def language(self, node: etree._Element, where: str) -> None:
        language = attribute(node, "expressionLanguage")
        if not is_feel(language):
            raise self.fail("expression_language", node, where=where, language=language)

    def expression(self, written: str, refuse: Callable[[str], DecisionsUnreadable]) -> Expression:
        return self.parsed(lambda: parse_expression(written, self.scope), written, refuse)

    def tests(self, written: str, refuse: Callable[[str], DecisionsUnreadable]) -> UnaryTests:
        return self.parsed(lambda: parse_unary_tests(written, self.scope), written, refuse)

    def parsed(self, parse: Callable[[], Parsed], written: str, refuse: Callable[[str], DecisionsUnreadable]) -> Parsed:
        if not written:
            raise refuse("nothing is written here.")
        if len(written) > LENGTH:
            raise refuse(f"it is longer than {LENGTH} characters.")
        try:
            return parse()
        except FeelSyntaxError as error:
            raise refuse(f"{written!r} is not FEEL: {error.message}") from None

    def table(self, node: etree._Element, decision: str, variable: str) -> DecisionTable:
        identity = attribute(node, "id") or decision
        policy, aggregation = self.policy(node, identity)
        inputs = tuple(self.input_column(part, identity) for part in self.each(node, "input"))
        outputs = tuple(self.output_column(part, identity, policy) for part in self.each(node, "output"))
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

    def input_column(self, node: etree._Element, table: str) -> InputColumn:
        holder = self.first(node, "inputExpression")
        written = "" if holder is None else child_text(holder, "text", self.namespace) or ""
        label = attribute(node, "label") or written or attribute(node, "id")

        def refuse(reason: str) -> DecisionsUnreadable:
            return self.fail("column", node, table=table, heading=label, reason=reason)

        if holder is not None:
            self.language(holder, label)
        allowed = self.inner(node, "inputValues")
        return InputColumn(
            id=attribute(node, "id"),
            label=label,
            expression=self.expression(written, refuse),
            type_name="" if holder is None else attribute(holder, "typeRef"),
            allowed=self.tests(allowed, refuse) if allowed else None,
        )

    def output_column(self, node: etree._Element, table: str, policy: HitPolicy) -> OutputColumn:
        name = attribute(node, "name")
        label = attribute(node, "label") or name or attribute(node, "id")

        def refuse(reason: str) -> DecisionsUnreadable:
            return self.fail("column", node, table=table, heading=label, reason=reason)

        allowed = self.inner(node, "outputValues")
        default = self.inner(node, "defaultOutputEntry")
        if policy.by_output and not allowed:
            raise self.fail("output_order", node, table=table, policy=policy)
        return OutputColumn(
            id=attribute(node, "id"),
            name=name,
            label=label,
            type_name=attribute(node, "typeRef"),
            allowed=self.tests(allowed, refuse) if allowed else None,
            ranking=self.expression(f"[{allowed}]", refuse) if policy.by_output else None,
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
                self.cell(cell, self.tests, (table, number, column.label)) if self.written(cell) != "-" else None
                for cell, column in zip(questions, inputs, strict=True)
            ),
            outputs=tuple(
                self.cell(cell, self.expression, (table, number, column.label)) if self.written(cell) != "-" else None
                for cell, column in zip(answers, outputs, strict=True)
            ),
            annotation="; ".join(filter(None, map(text, self.each(node, "annotationEntry", "description")))),
        )

    def written(self, cell: etree._Element) -> str:
        """The text of a cell; an empty one says what ``-`` says."""
        return child_text(cell, "text", self.namespace) or "-"

    def cell(
        self,
        cell: etree._Element,
        parse: Callable[[str, Callable[[str], DecisionsUnreadable]], Parsed],
        place: tuple[str, int, str],
    ) -> Parsed:
        table, number, column = place

        def refuse(reason: str) -> DecisionsUnreadable:
            return self.fail("cell", cell, table=table, rule=number, heading=column, reason=reason)

        if not is_feel(attribute(cell, "expressionLanguage")):
            raise refuse(f"the expression language {attribute(cell, 'expressionLanguage')} is not FEEL.")
        return parse(self.written(cell), refuse)
