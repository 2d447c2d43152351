"""An error event on a task that leaves the process catches an error its operation can raise.

Without a code it catches every one of them.
"""

from collections.abc import Iterator

from bpmn.diagram import Event, ReferenceDefinition, ServiceTask
from bpmn.draft import Draft
from bpmn.rules.finding import Finding, Rule
from bpmn.rules.subjects import elements
from bpmn.vocabulary import Vocabulary

RULE = Rule(__name__, clause="10.5.6")


def check(draft: Draft, vocabulary: Vocabulary) -> Iterator[Finding]:
    """Find where this does not hold."""

    for event in elements(draft, Event):
        host = draft.diagram.find(event.attached_to)
        if not isinstance(host, ServiceTask) or host.operation is None:
            continue
        offered = vocabulary.outside.get(host.operation.id)
        for definition in event.definitions if offered else ():
            if not isinstance(definition, ReferenceDefinition) or definition.kind != "error" or offered is None:
                continue
            if definition.code and definition.code not in offered.errors:
                yield RULE.error(
                    event,
                    "{element} waits for the error {thrown}, which {operation} never raises.",
                    "Choose one of: {raised}.",
                    thrown=definition.code,
                    operation=offered.id,
                    raised=", ".join(sorted(offered.errors)),
                )
