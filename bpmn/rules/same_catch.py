"""At one place, an error or escalation is caught by one event.

Of two events on one border, or two event sub-processes of one scope, that catch the same code, one would be chosen by
their order in the file.
"""

from collections import defaultdict
from collections.abc import Iterator

from bpmn.diagram import Event, ReferenceDefinition
from bpmn.draft import Draft
from bpmn.rules.finding import Finding, Rule
from bpmn.rules.subjects import processes
from bpmn.vocabulary import Vocabulary

RULE = Rule(__name__, clause="10.5.6")


def check(draft: Draft, vocabulary: Vocabulary) -> Iterator[Finding]:
    """Find where this does not hold."""
    for process in processes(draft):
        scopes = {part.id: part.scope_id for part in process.elements if part.kind == "subProcess"}
        catching: defaultdict[tuple[str, str, str], list[Event]] = defaultdict(list)
        for event in process.elements:
            if not isinstance(event, Event) or event.kind not in ("boundaryEvent", "startEvent"):
                continue
            place = event.attached_to if event.kind == "boundaryEvent" else f"{scopes.get(event.scope_id)}/"
            for part in event.definitions:
                if isinstance(part, ReferenceDefinition) and part.kind in ("error", "escalation"):
                    catching[place or "", part.kind, part.code or part.name or ""].append(event)
        for (_, kind, code), events in catching.items():
            for event in events[1:]:
                yield RULE.warning(
                    event,
                    "{element} catches the same {kind} as {first} beside it{which}: only one of them would.",
                    "Keep one of the two, or give each a code of its own.",
                    kind=kind,
                    first=events[0].title,
                    which=f" ({code})" if code else "",
                )
