"""A business rule task calls a decision that is among the files."""

from collections.abc import Iterator

from bpmn.decisions.boxed import Undecided
from bpmn.diagram import BusinessRuleTask
from bpmn.draft import Draft
from bpmn.rules.finding import Finding, Rule
from bpmn.rules.subjects import elements
from bpmn.vocabulary import Vocabulary

RULE = Rule(__name__, clause="10.3.3")


def check(draft: Draft, vocabulary: Vocabulary) -> Iterator[Finding]:
    """Find where this does not hold."""

    for task in elements(draft, BusinessRuleTask):
        if not task.decision_id:
            yield RULE.error(
                task,
                "The business rule task {element} does not say which decision it calls.",
                "Choose a decision in its properties.",
                code="no-decision",
            )
        elif task.decision_id not in draft.decisions:
            yield RULE.error(
                task,
                "The business rule task {element} calls the decision {decision}, which is not among the files.",
                "Add its DMN file, or choose one of: {known}.",
                decision=task.decision_id,
                known=", ".join(sorted(draft.decisions)) or "(none)",
            )
        elif isinstance(draft.decisions[task.decision_id].logic, Undecided):
            yield RULE.error(
                task,
                "The decision {decision} that {element} calls is drawn, but nothing is written that decides.",
                "Write a decision table or another expression for it.",
                code="empty-decision",
                decision=task.decision_id,
            )
