"""Every form belongs to an element.

A form that nothing refers to is never shown; mostly a reference was forgotten.
"""

from collections.abc import Iterator

from bpmn.draft import Draft
from bpmn.rules.finding import Finding, Rule
from bpmn.vocabulary import Vocabulary

RULE = Rule(__name__, clause="")


def check(draft: Draft, vocabulary: Vocabulary) -> Iterator[Finding]:
    """Find where this does not hold."""

    used = {part.properties.get("formRef") for process in draft.diagram.processes for part in process.elements}
    for name in sorted(draft.forms.keys() - used):
        yield RULE.warning(
            None,
            "Nothing refers to the form {form}.",
            "Refer to it from a task (formRef), or delete the file.",
            file=f"{name}.form",
            form=name,
        )
