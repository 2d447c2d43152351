"""Conditions are FEEL and begin with ``=``.

``${...}`` of other tools and Python are not run. Write ``=priority = "P1"``, not ``priority == "P1"``.
"""

from collections.abc import Iterator

from bpmn.decisions.reading import is_feel
from bpmn.draft import Draft
from bpmn.expressions import is_formula
from bpmn.rules.finding import Finding, Rule
from bpmn.rules.subjects import flows
from bpmn.vocabulary import Vocabulary

RULE = Rule(__name__, clause="8.4.13")


def check(draft: Draft, vocabulary: Vocabulary) -> Iterator[Finding]:
    """Find where this does not hold."""

    for flow in flows(draft):
        if flow.condition and not is_formula(flow.condition):
            yield RULE.error(
                flow,
                "The condition of the flow {element} does not begin with =, so it is not FEEL: {text}",
                'Write it in FEEL with = in front, as in =priority = "P1".',
                text=flow.condition,
            )
        elif flow.condition and not is_feel(flow.condition_language):
            yield RULE.error(
                flow,
                "The condition of the flow {element} is written in {language}, which is not run.",
                "Write it in FEEL and remove the language.",
                code="other-language",
                language=flow.condition_language,
            )
