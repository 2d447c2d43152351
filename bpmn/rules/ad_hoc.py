"""An ad-hoc sub-process holds activities; what no flow leads to is one of them.

Tasks of people are open from the beginning, and open again when they are done, until the completion condition holds;
without one each is done once, as are other activities. Nothing in it starts or ends: it has no start and end events. It
is not an event sub-process.
"""

from collections.abc import Iterator

from bpmn.diagram import Activity, Element, Event, SubProcess
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
                if not any(isinstance(part, Activity) and not part.incoming for part in inside):
                    yield RULE.error(
                        around,
                        "In the ad-hoc sub-process {element} there is nothing that could begin.",
                        "Draw at least one task into it, to which no flow leads.",
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
    if not part.incoming and not aside and (not isinstance(part, Activity) or part.stores):
        yield RULE.error(
            part,
            "No flow leads to {element} in the ad-hoc sub-process {around}; only activities without data stores begin.",
            "Draw a task before it, whose completion begins it.",
            code="begun-by-nobody",
            around=around,
        )
