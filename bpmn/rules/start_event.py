"""A process, and every sub-process, has exactly one start event.

Without a start nothing begins. With several plain starts all of them would begin at once, which is almost never
meant.
"""

from collections.abc import Iterator

from bpmn.diagram import Element, SubProcess
from bpmn.draft import Draft
from bpmn.rules.finding import Finding, Rule
from bpmn.rules.subjects import processes
from bpmn.vocabulary import Vocabulary

RULE = Rule(__name__, clause="10.5.2")


def check(draft: Draft, vocabulary: Vocabulary) -> Iterator[Finding]:
    """Find where this does not hold."""

    for process in processes(draft):
        scopes = {process.id: process} | {part.id: part for part in process.elements if isinstance(part, SubProcess)}
        found: dict[str, list[Element]] = {scope_id: [] for scope_id in scopes}
        for part in process.elements:
            if part.kind == "startEvent":
                found[part.scope_id].append(part)
        for scope_id, scope in scopes.items():
            starts = found[scope_id]
            if not starts:
                yield RULE.error(
                    scope, "{element} has no start event.", "Draw a start event and connect it.", code="no-start"
                )
            for extra in starts[1:]:
                yield RULE.error(
                    extra,
                    "{element} is one of several start events of {scope}; all of them would begin at once.",
                    "Keep one start event and put a gateway behind it.",
                    code="several-starts",
                    scope=scope.id,
                )
