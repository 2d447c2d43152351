"""An activity may wait for several tokens and leave with several, a number of them that can be meant.

``startQuantity`` says how many tokens must have come before it begins, ``completionQuantity`` how many leave it on each
of its flows: whole numbers from 1 to 100.
"""

from collections.abc import Iterator

from bpmn.diagram import MOST_TOKENS, Activity
from bpmn.draft import Draft
from bpmn.rules.finding import Finding, Rule
from bpmn.rules.subjects import elements
from bpmn.vocabulary import Vocabulary

RULE = Rule(__name__, clause="10.3.1")


def check(draft: Draft, vocabulary: Vocabulary) -> Iterator[Finding]:
    """Find where this does not hold."""

    for activity in elements(draft, Activity):
        for name in ("startQuantity", "completionQuantity"):
            text = activity.attributes.get(name, "1").strip()
            if not (text.isascii() and text.isdecimal() and 0 < int(text[:9]) <= MOST_TOKENS):
                yield RULE.error(
                    activity,
                    "{element} has {attribute} {value}, which is no number from 1 to {most}.",
                    "Write a whole number, or leave it out.",
                    attribute=name,
                    value=text,
                    most=MOST_TOKENS,
                )
