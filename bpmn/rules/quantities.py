"""Tokens come and go one by one.

The attributes ``startQuantity`` and ``completionQuantity`` are not run: use a multi-instance activity, or a
parallel gateway.
"""

from collections.abc import Iterator

from bpmn.diagram import Activity
from bpmn.draft import Draft
from bpmn.rules.finding import Finding, Rule
from bpmn.rules.subjects import elements
from bpmn.vocabulary import Vocabulary

RULE = Rule(__name__, clause="10.3.1")


def check(draft: Draft, vocabulary: Vocabulary) -> Iterator[Finding]:
    """Find where this does not hold."""

    for activity in elements(draft, Activity):
        for name in ("startQuantity", "completionQuantity"):
            if activity.attributes.get(name, "1").strip() != "1":
                yield RULE.error(
                    activity,
                    "{element} has {attribute} {value}, which is not run.",
                    "Set it to 1; use a multi-instance activity or a parallel gateway.",
                    attribute=name,
                    value=activity.attributes[name],
                )
