"""A service task calls an operation that the installation offers, with the parameters it needs.

An operation that leaves the process says which parameters it takes; one that is misspelt would be left out of the call.
"""

from collections.abc import Iterator

from bpmn.diagram import Operation, ServiceTask
from bpmn.draft import Draft
from bpmn.languages import bare
from bpmn.rules.finding import Finding, Rule
from bpmn.rules.subjects import elements
from bpmn.vocabulary import Outside, Vocabulary

RULE = Rule(__name__, clause="10.3.3")


def check(draft: Draft, vocabulary: Vocabulary) -> Iterator[Finding]:
    """Find where this does not hold."""

    for task in elements(draft, ServiceTask):
        if task.operation is None or not task.operation.id:
            yield RULE.error(
                task,
                "The service task {element} does not say which operation it calls.",
                "Choose an operation in its properties.",
                code="no-operation",
            )
        elif task.operation.id not in vocabulary.operations:
            yield RULE.error(
                task,
                "The service task {element} calls {operation}, which this installation does not offer.",
                "Choose one of: {offered}.",
                operation=task.operation.id,
                offered=", ".join(sorted(vocabulary.operations)) or "(none)",
            )
        elif task.operation.id in vocabulary.outside:
            yield from _parameters(task, task.operation, vocabulary.outside[task.operation.id])


def _parameters(task: ServiceTask, operation: Operation, offered: Outside) -> Iterator[Finding]:
    given = {name for name, text in operation.parameters.items() if bare(text)}
    for parameter in offered.inputs:
        if parameter.required and parameter.id not in given:
            yield RULE.error(
                task,
                "The task {element} calls {operation} without its parameter {parameter}.",
                "Write what {parameter} is in its properties.",
                code="parameter-missing",
                operation=operation.id,
                parameter=parameter.id,
            )
    for name in sorted(given - {parameter.id for parameter in offered.inputs}):
        yield RULE.error(
            task,
            "The task {element} gives {operation} the parameter {parameter}, which it does not take.",
            "It takes: {taken}.",
            code="parameter-unknown",
            operation=operation.id,
            parameter=name,
            taken=", ".join(parameter.id for parameter in offered.inputs),
        )
