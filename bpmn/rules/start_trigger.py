"""A start event has a trigger that can start what it stands in.

A process begins by a person (a plain start event), a message, a signal or a timer. A sub-process begins when it is
reached: its start event is plain. An event sub-process begins by a message, timer, signal, condition, error or
escalation, or by what undoes the sub-process around it.
"""

from collections.abc import Iterator
from typing import Final

from bpmn.diagram import Event, SubProcess
from bpmn.draft import Draft
from bpmn.rules.finding import Finding, Rule
from bpmn.rules.subjects import elements
from bpmn.vocabulary import Vocabulary

RULE = Rule(__name__, clause="10.5.2")

_PROCESS: Final = frozenset({"message", "signal", "timer"})
_AROUND: Final = frozenset({"message", "timer", "signal", "conditional", "error", "escalation", "compensate"})


def check(draft: Draft, vocabulary: Vocabulary) -> Iterator[Finding]:
    """Find where this does not hold."""

    for event in elements(draft, Event):
        if event.kind != "startEvent" or event.definition is None:
            continue
        scope = draft.diagram.find(event.scope_id)
        allowed = _PROCESS
        if isinstance(scope, SubProcess):
            allowed = _AROUND if scope.triggered_by_event else frozenset()
        if len(event.definitions) > 1:
            yield RULE.error(
                event,
                "The start event {element} has {count} triggers; one is run.",
                "Draw a start event for each trigger.",
                code="several-triggers",
                count=len(event.definitions),
            )
        elif event.definition.kind not in allowed:
            yield RULE.error(
                event,
                "The start event {element} has a trigger ({trigger}) that starts nothing here.",
                "Use a plain start event{others}.",
                trigger=event.definition.kind,
                others=f", or one of: {', '.join(sorted(allowed))}" if allowed else "",
            )
