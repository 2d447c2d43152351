"""DMN: decisions read from files and evaluated in FEEL, with a trace of what matched and why."""

from bpmn.decisions.account import Matched, Trace
from bpmn.decisions.boxed import LiteralExpression
from bpmn.decisions.evaluating import Evaluated, evaluate
from bpmn.decisions.model import (
    Aggregation,
    Decision,
    DecisionModel,
    DecisionTable,
    HitPolicy,
    InputColumn,
    OutputColumn,
    TableRule,
)
from bpmn.decisions.reading import open_decisions, read_decisions
from bpmn.errors import DecisionFailed, DecisionsUnreadable

__all__ = [
    "Aggregation",
    "Decision",
    "DecisionFailed",
    "DecisionModel",
    "DecisionTable",
    "DecisionsUnreadable",
    "Evaluated",
    "HitPolicy",
    "InputColumn",
    "LiteralExpression",
    "Matched",
    "OutputColumn",
    "TableRule",
    "Trace",
    "evaluate",
    "open_decisions",
    "read_decisions",
]
