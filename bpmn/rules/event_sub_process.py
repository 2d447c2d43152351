"""An event sub-process has one start event with one trigger or several, and no flow leads to or from it.

It waits as long as the process or sub-process around it is open. Errors always interrupt what is around it.
"""

from collections.abc import Iterator

from bpmn.diagram import Event, SubProcess
from bpmn.draft import Draft
from bpmn.rules.finding import Finding, Rule
from bpmn.rules.subjects import processes
from bpmn.vocabulary import Vocabulary

RULE = Rule(__name__, clause="10.3.5")


def check(draft: Draft, vocabulary: Vocabulary) -> Iterator[Finding]:
    """Find where this does not hold."""

    for process in processes(draft):
        for part in process.elements:
            if isinstance(part, SubProcess) and part.triggered_by_event:
                yield from _connections(part)
                for start in process.within(part.id):
                    if isinstance(start, Event) and start.kind == "startEvent":
                        yield from _start(part, start)


def _connections(part: SubProcess) -> Iterator[Finding]:
    if part.incoming or part.outgoing:
        yield RULE.error(
            part,
            "A flow leads to or from the event sub-process {element}.",
            "Delete the flow: its start event begins it, and what is around it ends as if it had ended by itself.",
            code="event-sub-process-connected",
        )
    if part.loop is not None:
        yield RULE.error(
            part,
            "The event sub-process {element} is marked to be repeated.",
            "Remove the mark: it begins as often as its event happens.",
            code="event-sub-process-repeated",
        )


def _start(part: SubProcess, start: Event) -> Iterator[Finding]:
    if not start.definitions:
        yield RULE.error(
            start,
            "The start event {element} of the event sub-process {around} has no trigger: it would never begin.",
            "Give it a message, timer, signal, condition, error or escalation.",
            code="event-sub-process-without-trigger",
            around=part.title,
        )
    if any(each.kind == "error" for each in start.definitions) and not start.interrupting:
        yield RULE.error(
            start,
            "{element} catches an error without interrupting what is around it, which cannot be.",
            "Make it interrupting, or use an escalation.",
            code="must-interrupt",
        )
