"""Every form that is referred to is among the files."""

from collections.abc import Iterator

from bpmn.diagram import Element
from bpmn.draft import Draft
from bpmn.rules.finding import Finding, Rule
from bpmn.rules.subjects import elements
from bpmn.vocabulary import Vocabulary

RULE = Rule(__name__, clause="")


def check(draft: Draft, vocabulary: Vocabulary) -> Iterator[Finding]:
    """Find where this does not hold."""

    for element in elements(draft, Element):
        form = element.properties.get("formRef", "")
        if form and form not in draft.forms:
            meant = form.removesuffix(".form")
            advice = "Write formRef without .form: {meant}." if meant in draft.forms else "Add the file {meant}.form."
            if form.endswith(".json"):
                advice = "Add the file {form}."
            yield RULE.error(
                element,
                "{element} refers to the form {form}, which is not among the files.",
                advice,
                form=form,
                meant=meant,
            )
