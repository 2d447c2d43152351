"""Conditions and other expressions are FEEL and begin with ``=``, or are Python of the guarded subset.

``${priority == "P1"}`` of the Camunda 7 family is read as FEEL where it holds no more than data. Another language,
named at the expression or for the whole file, is not run: an expression in XPath, Groovy or MVEL is refused even where
it looks like one of ours. Many modelers name XPath in every file; what says by itself that it is FEEL or JUEL is read
all the same.
"""

from collections.abc import Iterator
from typing import Final

from bpmn.diagram import SequenceFlow
from bpmn.dialects.juel import holds_juel
from bpmn.draft import Draft
from bpmn.languages import Language, declared, is_formula, is_python
from bpmn.rules.finding import Finding, Rule
from bpmn.rules.subjects import flows, remarked
from bpmn.vocabulary import Vocabulary

RULE = Rule(__name__, clause="8.4.13")
_FORBIDDEN: Final = {
    "other-language": (
        "An expression of {element} ({other}) is written in {part}, which is not run.",
        "Write it in FEEL with = in front, and remove the language.",
    ),
    "file-language": (
        "The file names {part} as the language of its expressions, and that of {element} ({other}) is not marked as "
        "another.",
        "Write it in FEEL with = in front.",
    ),
}


def check(draft: Draft, vocabulary: Vocabulary) -> Iterator[Finding]:
    """Find where this does not hold."""
    yield from remarked(draft, RULE.error, _FORBIDDEN)
    told = {one.element_id for one in draft.diagram.remarks.misspecified if one.code in _FORBIDDEN}
    for flow in flows(draft):
        known = flow.formal and flow.id in told
        if flow.condition and not known and _unread(flow, declared(flow.condition_language)):
            yield RULE.error(
                flow,
                "The condition of the flow {element} does not begin with =, so it is not FEEL: {text}",
                'Write it in FEEL with = in front, as in =priority = "P1".',
                code="" if flow.formal else "natural-language",
                text=flow.condition,
            )


def _unread(flow: SequenceFlow, language: Language | None) -> bool:
    text = (flow.condition or "").strip()
    if language is None or holds_juel(text):  # what it holds that cannot be run is told by the dialect that read it
        return False
    feel = bool(flow.condition_language) and language is Language.FEEL
    return not is_formula(text) and language is not Language.PYTHON and (feel or not is_python(text))
