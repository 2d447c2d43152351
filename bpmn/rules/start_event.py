"""A process, and every sub-process, has a start event: one that is plain, and in a process others with triggers.

Without a start nothing begins. With several plain starts all of them would begin at once, which is almost never
meant. Start events with a message, signal or timer each begin cases of their own; receive tasks and gateways that begin
cases take the place of a start event.
"""

from collections.abc import Iterator, Sequence

from bpmn.diagram import Event, Process, SubProcess
from bpmn.draft import Draft
from bpmn.rules.finding import Finding, Rule
from bpmn.rules.subjects import processes
from bpmn.vocabulary import Vocabulary

RULE = Rule(__name__, clause="10.5.2")


def check(draft: Draft, vocabulary: Vocabulary) -> Iterator[Finding]:
    """Find where this does not hold."""

    for process in processes(draft):
        scopes = {process.id: process} | {part.id: part for part in process.elements if isinstance(part, SubProcess)}
        found: dict[str, list[Event]] = {scope_id: [] for scope_id in scopes}
        for part in process.elements:
            if isinstance(part, Event) and part.kind == "startEvent":
                found[part.scope_id].append(part)
        for scope_id, scope in scopes.items():
            if isinstance(scope, SubProcess) and scope.kind == "adHocSubProcess":
                continue  # people choose what begins
            inside = process.within(scope_id)
            if found[scope_id] or isinstance(scope, SubProcess) or not any(element.begins_cases for element in inside):
                yield from _starts(scope, found[scope_id])


def _starts(scope: Process | SubProcess, starts: Sequence[Event]) -> Iterator[Finding]:
    if not starts:
        yield RULE.error(scope, "{element} has no start event.", "Draw a start event and connect it.", code="no-start")
    counted = starts if isinstance(scope, SubProcess) else [start for start in starts if start.definition is None]
    for extra in counted[1:]:
        yield RULE.error(
            extra,
            "{element} is one of several start events of {scope}; all of them would begin at once.",
            "Keep one start event and put a gateway behind it.",
            code="several-starts",
            scope=scope.id,
        )
