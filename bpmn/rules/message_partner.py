"""Every message has somebody who sends it and somebody who gets it.

Looked at are this process and those released beside it. A button on the case page (`offeredTo`) sends too, and so do
the clocks of a case and Keelson itself. Another system may take the missing part: then this is as it should be.
"""

from collections.abc import Iterator
from typing import Final

from bpmn.diagram import Element
from bpmn.draft import Draft
from bpmn.inside import TOLD
from bpmn.meeting import messages_of
from bpmn.rules.finding import Finding, Rule
from bpmn.rules.subjects import elements, processes
from bpmn.vocabulary import Vocabulary

RULE = Rule(__name__, clause="8.4.2")

_CLOCK: Final = ("warning", "missed", "met")


def check(draft: Draft, vocabulary: Vocabulary) -> Iterator[Finding]:
    """Find where this does not hold."""
    if vocabulary.processes is None:
        return
    own = {process.id for process in processes(draft)}
    others = [each for each in vocabulary.processes.values() if each.id not in own]
    about = [(element, *each) for element in elements(draft, Element) for each in messages_of(draft.diagram, element)]
    sent = {name for _, name, sends in about if sends} | {name for each in others for name in each.sends}
    awaited = {name for _, name, sends in about if not sends} | {name for each in others for name in each.receives}
    for element, name, sends in about:
        if not name or element.properties.get("offeredTo") or name in TOLD or _told_by_clock(name, vocabulary):
            continue
        if sends and name not in awaited:
            yield RULE.warning(
                element,
                "{element} sends the message {name}, which no process here waits for.",
                "Check the name, unless its receiver is still to be released.",
                code="no-receiver",
                name=name,
            )
        elif not sends and name not in sent:
            yield RULE.warning(
                element,
                "{element} waits for the message {name}, which no process here sends.",
                "Check the name, unless another system sends it.",
                code="no-sender",
                name=name,
            )


def _told_by_clock(name: str, vocabulary: Vocabulary) -> bool:
    clock, _, event = name.rpartition(".")
    return event in _CLOCK and clock in vocabulary.clocks
