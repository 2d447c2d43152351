"""A user task has a form.

The form is what its person sees and answers; without one there is nothing to do and nothing to prove. Work done
elsewhere, of which only the completion is recorded, is a manual task.
"""

from collections.abc import Iterator

from bpmn.diagram import UserTask
from bpmn.draft import Draft
from bpmn.rules.finding import Finding, Rule
from bpmn.rules.subjects import elements
from bpmn.vocabulary import Vocabulary

RULE = Rule(__name__, clause="10.3.3")


def check(draft: Draft, vocabulary: Vocabulary) -> Iterator[Finding]:
    """Find where this does not hold."""

    for task in elements(draft, UserTask):
        if task.kind == "userTask" and not task.form:
            yield RULE.error(
                task,
                "The user task {element} has no form.",
                "Choose a form in its properties (formRef), or make it a manual task.",
            )
