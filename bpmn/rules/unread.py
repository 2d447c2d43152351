"""Everything inside the process is known to the engine.

An element of a kind that is not read would be missing at run time without a word.
"""

from collections.abc import Iterator
from dataclasses import dataclass

from bpmn.draft import Draft
from bpmn.rules.finding import Finding, Rule
from bpmn.rules.subjects import processes
from bpmn.vocabulary import Vocabulary

RULE = Rule(__name__, clause="8.3.1")


@dataclass(frozen=True)
class _Part:
    id: str
    line: int


def check(draft: Draft, vocabulary: Vocabulary) -> Iterator[Finding]:
    """Find where this does not hold."""
    for process in processes(draft):
        for part in process.unread:
            yield RULE.error(
                _Part(part.id or part.scope_id, part.line),
                "{element} is of the kind {kind}, which is not run.",
                "Delete it, or draw it with tasks, gateways and events.",
                kind=part.kind,
            )
