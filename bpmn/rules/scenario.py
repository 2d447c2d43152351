"""The scenarios beside a diagram can be read.

A scenario (``*.scenario.json``) says what happens to a case while it is rehearsed and what should come of it. One
that cannot be read proves nothing.
"""

from collections.abc import Iterator

from bpmn.draft import Draft
from bpmn.rules.finding import Finding, Rule
from bpmn.scenarios import scenarios_of
from bpmn.vocabulary import Vocabulary

RULE = Rule(__name__, clause="")


def check(draft: Draft, vocabulary: Vocabulary) -> Iterator[Finding]:
    """Find where this does not hold."""
    for unreadable in scenarios_of(draft.files)[1]:
        for problem in unreadable.problems:
            yield RULE.error(
                None,
                "The scenario cannot be read: {problem}",
                "Correct it there, or remove the file.",
                file=unreadable.name,
                problem=problem,
            )
