"""Tasks and sub-processes (BPMN 2.0 clause 13.3)."""

from collections.abc import Mapping
from typing import Final

from SpiffWorkflow.task import TaskState

from bpmn.compiling.contract import Case, Token
from bpmn.compiling.failures import CannotContinue
from bpmn.compiling.formula import Assignment
from bpmn.compiling.nodes import Node, ScopeSpec, case_of, loop_counter
from bpmn.decisions import DecisionModel, DecisionTable, Trace, evaluate
from bpmn.diagram import Element
from bpmn.errors import DecisionFailed
from bpmn.languages import Formula
from bpmn.scripts import Script
from forms.data import Value

RESULT: Final = "resultVariable"
"""The property of a business rule task that names the variable for the whole result."""
NESTED_KEPT: Final = 50
REASONS_KEPT: Final = 10
"""How many required decisions, and reasons of a null, are reported: a graph may hold many, a journal is for reading."""
SHAPE: Final = "resultShape"
"""The property that says how: ``singleEntry``, ``singleResult``, ``collectEntries`` or ``resultList``."""


class ActivityNode(Node):
    """Work: whoever follows the case hears when it is gone without being done. A task without a type passes at once."""

    def withdraw(self, token: Token) -> None:
        """Report that it is gone."""
        case_of(token).withdrawn(token, loop_counter(token))


class PersonTask(ActivityNode):
    """A user or manual task: it waits until a person completes it."""

    waits_for_person = True

    def _on_ready(self, my_task: Token) -> None:
        case_of(my_task).task_opened(my_task)


class ScriptTask(ActivityNode):
    """Sets variables, line by line, each line seeing those before it."""

    def __init__(self, scope: ScopeSpec, element: Element, name: str | None, script: tuple[Assignment, ...]) -> None:
        super().__init__(scope, element, name)
        self.script = script

    def perform(self, token: Token) -> None:
        """Run the script."""
        case = case_of(token)
        for line in self.script:
            value, _reason = case.evaluate(token, line.expression)
            case.assign(token, {line.name: value})


class PythonTask(ActivityNode):
    """Runs a script in Python over the variables."""

    def __init__(self, scope: ScopeSpec, element: Element, name: str | None, script: Script) -> None:
        super().__init__(scope, element, name)
        self.script = script

    def perform(self, token: Token) -> None:
        """Run the script."""
        case_of(token).run_script(token, self.script)


class OperationTask(ActivityNode):
    """A service or send task that calls an inside operation: reported with its arguments, and passed at once."""

    def __init__(
        self,
        scope: ScopeSpec,
        element: Element,
        name: str | None,
        operation: str,
        parameters: Mapping[str, Formula],
    ) -> None:
        super().__init__(scope, element, name)
        self.operation = operation
        self.parameters = parameters

    def perform(self, token: Token) -> None:
        """Evaluate the arguments and report the call."""
        case = case_of(token)
        arguments = {name: case.evaluate(token, text)[0] for name, text in self.parameters.items()}
        case.operation_called(token, self.operation, arguments)


class DecisionTask(ActivityNode):
    """A business rule task: evaluates a decision and sets what it gives.

    Each output is set by its name, a list of results under the only output's name, else the decision's. The property
    ``resultVariable`` puts the whole value, a context where there are several outputs, under that name instead.
    """

    def __init__(
        self, scope: ScopeSpec, element: Element, name: str | None, model: DecisionModel, decision_id: str
    ) -> None:
        super().__init__(scope, element, name)
        self.model = model
        self.decision_id = decision_id
        self.result = element.properties.get(RESULT) or ""
        self.reads = sorted(model.names_read(decision_id))
        self.shape = element.properties.get(SHAPE) or ""

    def perform(self, token: Token) -> None:
        """Decide. Raises CannotContinue where the decision gives no usable result."""
        case = case_of(token)
        visible = case.visible(token)
        inputs = {name: visible[name] for name in self.reads if name in visible}
        try:
            evaluated = evaluate(self.model, self.decision_id, inputs, case.environment)
        except DecisionFailed as error:
            raise CannotContinue(self.bpmn_id, "decision_failed", str(error)) from error
        for trace in evaluated.trace.required[:NESTED_KEPT]:
            rows = [next(iter(row.values())) if len(row) == 1 else dict(row) for row in trace.outputs]
            self.report(case, trace, rows[0] if len(rows) == 1 else rows)
        self.report(case, evaluated.trace, evaluated.value)
        case.assign(token, {self.result: self._shaped(evaluated.value)} if self.result else evaluated.variables)

    def _shaped(self, value: Value) -> Value:
        """The whole result, as a list of rows or of single values where another tool names it so."""
        if not self.shape:
            return value
        logic = self.model.decisions[self.decision_id].logic
        one = self.model.decisions[self.decision_id].variable
        if isinstance(logic, DecisionTable) and len(logic.outputs) == 1:
            one = logic.outputs[0].name or one
        listed = value if isinstance(value, list) else [] if value is None else [value]
        rows: list[dict[str, Value]] = [row if isinstance(row, dict) else {one: row} for row in listed]
        match self.shape:
            case "singleEntry":
                return next(iter(rows[0].values()), None) if rows else None
            case "singleResult":
                return rows[0] if rows else None
            case "collectEntries":
                return [next(iter(row.values()), None) for row in rows]
        return list(rows)

    def report(self, case: Case, trace: Trace, value: Value) -> None:
        """Tell one decision: the one asked for, one it requires, or a table of a knowledge model."""
        matched = tuple(rule.id or str(rule.number) for rule in trace.matched)
        case.decision_made(
            self.bpmn_id,
            trace.decision,
            inputs=trace.inputs,
            outputs=value,
            matched=matched,
            problems=trace.problems[:REASONS_KEPT],
        )


class SubProcessNode(ActivityNode):
    """An embedded sub-process: a scope of its own tokens over the same variables."""

    def __init__(self, scope: ScopeSpec, element: Element, name: str | None) -> None:
        super().__init__(scope, element, name)
        self.inside = element.id

    def begin(self, token: Token) -> bool:
        """Open the scope; it completes this token when nothing is left in it."""
        token._set_state(TaskState.STARTED)
        case_of(token).open_scope(token, self.inside)
        return False
