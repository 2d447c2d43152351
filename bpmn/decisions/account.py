"""What one evaluation of decisions keeps account of: limits, problems, and the trace of every table on the way."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Final

from bpmn.errors import DecisionFailed
from forms.data import Value
from forms.feel import Environment, Problem, State, export, taken_in

MESSAGES_KEPT: Final = 200
TRACES_KEPT: Final = 200
"""More than so many problems, or decisions and tables, of one evaluation are not recorded: loops may call functions."""


@dataclass(frozen=True, kw_only=True)
class Matched:
    """A rule that matched; `number` counts from 1."""

    id: str
    number: int


@dataclass(frozen=True, kw_only=True)
class Trace:
    """How a decision came to its result: enough to explain it later without evaluating again.

    `inputs` by label of the input column, `outputs` are the rows of the matched rules in the order of the result.
    `problems` are the reasons FEEL gave for a null. `required` are the decisions evaluated before this one, each once,
    and the tables of the knowledge models that were called, in the order of evaluation.
    """

    decision: str
    name: str
    inputs: Mapping[str, Value] = field(default_factory=dict)
    matched: tuple[Matched, ...] = ()
    outputs: tuple[Mapping[str, Value], ...] = ()
    problems: tuple[str, ...] = ()
    required: tuple["Trace", ...] = ()


class Account:
    """The account of one evaluation; lives in one thread."""

    def __init__(self, environment: Environment) -> None:
        self.state = State(environment)
        self.problems: list[str] = []
        self.unread: list[str] = []  # why inputs became null: told with the decision that was asked for
        self.traces: list[Trace] = []

    def collect(self, where: str = "") -> None:
        """Take over the problems FEEL met since the last time, with the place they stand in."""
        met: list[Problem] = self.state.problems
        if met:
            before = f"{where}: " if where else ""
            room = max(0, MESSAGES_KEPT - len(self.problems))
            self.problems += [before + problem.message for problem in met[:room]]
            met.clear()

    def taken_in(self, inputs: Mapping[str, Any]) -> dict[str, Any]:
        """What is told from outside as FEEL values; why parts of it are null is kept. Raises FeelLimitExceeded."""
        found = {}
        for name, value in inputs.items():
            found[name] = taken_in(value, self.state)
            self.collect(name)
        self.unread += self.problems
        return found

    def data(self, value: Any) -> Value:
        """A FEEL value as process data. Raises FeelLimitExceeded."""
        return export(value, self.state)

    def keep(self, trace: Trace) -> None:
        """Keep the trace of a decision or a table."""
        if len(self.traces) < TRACES_KEPT:
            self.traces.append(trace)


def failed(decision: str, code: str, message: str, **parameters: str) -> DecisionFailed:
    """The refusal of a decision, with its words filled in."""
    return DecisionFailed(code, message.format_map(parameters), decision=decision, **parameters)
