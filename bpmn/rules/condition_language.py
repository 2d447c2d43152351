"""Conditions are FEEL and begin with ``=``, or are Python of the guarded subset.

``${...}`` of other tools is not run. Write ``=priority = "P1"``, not ``${priority == "P1"}``.
"""

from collections.abc import Iterator

from bpmn.diagram import SequenceFlow
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
                text=flow.condition,
            )


def _unread(flow: SequenceFlow, language: Language | None) -> bool:
    text = (flow.condition or "").strip()
    feel = bool(flow.condition_language) and language is Language.FEEL
    return not is_formula(text) and language is not Language.PYTHON and (feel or not is_python(text))
