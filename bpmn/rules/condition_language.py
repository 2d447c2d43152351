"""Conditions are FEEL and begin with ``=``, or are Python of the guarded subset.

``${priority == "P1"}`` of the Camunda 7 family is read as FEEL where it holds no more than data.
"""

from collections.abc import Iterator

from bpmn.diagram import SequenceFlow
from bpmn.dialects.juel import holds_juel
from bpmn.draft import Draft
from bpmn.languages import Language, declared, is_formula, is_python
from bpmn.rules.finding import Finding, Rule
from bpmn.rules.subjects import flows
from bpmn.vocabulary import Vocabulary

RULE = Rule(__name__, clause="8.4.13")


def check(draft: Draft, vocabulary: Vocabulary) -> Iterator[Finding]:
    """Find where this does not hold."""

    for flow in flows(draft):
        language = declared(flow.condition_language)
        if flow.condition and language is None:
            yield RULE.error(
                flow,
                "The condition of the flow {element} is written in {language}, which is not run.",
                "Write it in FEEL and remove the language.",
                code="other-language",
                language=flow.condition_language,
            )
        elif flow.condition and _unread(flow, language):
            yield RULE.error(
                flow,
                "The condition of the flow {element} does not begin with =, so it is not FEEL: {text}",
                'Write it in FEEL with = in front, as in =priority = "P1".',
                code="" if flow.formal else "natural-language",
                text=flow.condition,
            )


def _unread(flow: SequenceFlow, language: Language | None) -> bool:
    text = (flow.condition or "").strip()
    if holds_juel(text):  # what it holds that cannot be run is told by the dialect that read it
        return False
    feel = bool(flow.condition_language) and language is Language.FEEL
    return not is_formula(text) and language is not Language.PYTHON and (feel or not is_python(text))
