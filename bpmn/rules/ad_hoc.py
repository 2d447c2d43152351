"""In an ad-hoc sub-process people choose: what no flow leads to is a task of people.

Such tasks are open from the beginning, and open again when they are done, until the completion condition holds; without
one each is done once. Nothing in it starts or ends: it has no start and end events. It is not an event sub-process.
"""

from collections.abc import Iterator

from bpmn.diagram import Element, Event, SubProcess, UserTask
from bpmn.draft import Draft
from bpmn.rules.finding import Finding, Rule
from bpmn.rules.subjects import processes
from bpmn.vocabulary import Vocabulary

RULE = Rule(__name__, clause="10.3.5")


def check(draft: Draft, vocabulary: Vocabulary) -> Iterator[Finding]:
    """Find where this does not hold."""

    for process in processes(draft):
        for around in process.elements:
            if around.kind == "adHocSubProcess":
                inside = process.within(around.id)
                if not any(isinstance(part, UserTask) and not part.incoming for part in inside):
                    yield RULE.error(
                        around,
                        "In the ad-hoc sub-process {element} there is nothing that people could begin.",
                        "Draw at least one user task into it, to which no flow leads.",
                        code="nothing-to-begin",
                    )
                yield from (finding for part in inside for finding in _inside(part, around.title))


def _inside(part: Element, around: str) -> Iterator[Finding]:
    if isinstance(part, Event) and part.kind in ("startEvent", "endEvent"):
        yield RULE.error(
            part,
            "{element} stands in the ad-hoc sub-process {around}, in which nothing starts or ends.",
            "Delete the event, or make the sub-process a plain one.",
            code="event-in-ad-hoc",
            around=around,
        )
        return
    aside = part.kind == "boundaryEvent" or part.attributes.get("isForCompensation") == "true"
    aside = aside or (isinstance(part, SubProcess) and part.triggered_by_event)
    if not part.incoming and not aside and not (isinstance(part, UserTask) and part.loop is None):
        yield RULE.error(
            part,
            "No flow leads to {element} in the ad-hoc sub-process {around}, and it is no task that people begin.",
            "Draw a user task before it, whose completion begins it.",
            code="begun-by-nobody",
            around=around,
        )
