"""A service task calls an operation that the installation offers."""

from collections.abc import Iterator

from bpmn.diagram import ServiceTask
from bpmn.draft import Draft
from bpmn.rules.finding import Finding, Rule
from bpmn.rules.subjects import elements
from bpmn.vocabulary import Vocabulary

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
