"""Links come in pairs: a throwing link goes on at the one catching link of its name on the same level.

Several throwing links may lead to one catching link. No flow leaves a throwing link, and none leads to a catching one.
Names are what counts; where ``source`` and ``target`` are written too, they name the other end of that name.
"""

from collections import Counter
from collections.abc import Iterator
from typing import Final

from bpmn.diagram import Event, LinkDefinition
from bpmn.draft import Draft
from bpmn.rules.finding import Finding, Rule
from bpmn.rules.subjects import processes, remarked
from bpmn.vocabulary import Vocabulary

RULE = Rule(__name__, clause="10.5.5")
_FORBIDDEN: Final = {
    "link-elsewhere": (
        "The link {element} names {other} as its {part}, which is no link of its name.",
        "Name the other end of the link, or delete the {part}: the name is what counts.",
    ),
    "link-one-way": (
        "The link {element} is named by its other end and does not name it ({part}).",
        "Write the {part} too, or delete the reference at the other end: the name is what counts.",
    ),
}
_CATCH, _THROW = "intermediateCatchEvent", "intermediateThrowEvent"


def check(draft: Draft, vocabulary: Vocabulary) -> Iterator[Finding]:
    """Find where this does not hold."""
    yield from remarked(draft, RULE.error, _FORBIDDEN)
    for process in processes(draft):
        links = [
            (part, part.definition.name or "")
            for part in process.elements
            if isinstance(part, Event) and isinstance(part.definition, LinkDefinition)
        ]
        ends = Counter((part.kind, part.scope_id, name) for part, name in links)
        for part, name in links:
            if part.kind in (_CATCH, _THROW):
                others = ends[_CATCH if part.kind == _THROW else _THROW, part.scope_id, name]
                yield from _link(part, name, others, ends[_CATCH, part.scope_id, name])


def _link(part: Event, name: str, others: int, landings: int) -> Iterator[Finding]:
    leaves = part.kind == _THROW
    if not name:
        yield RULE.error(part, "The link {element} has no name.", "Name both of its ends alike.", code="link-unnamed")
    elif not others:
        yield RULE.error(
            part,
            "The link {element} has no other end: no {end} link on this level is named {name}.",
            "Draw the other end and name it alike, or draw a sequence flow instead of the link.",
            code="link-alone",
            end="catching" if leaves else "throwing",
            name=name,
        )
    elif not leaves and landings > 1:
        yield RULE.error(
            part,
            "{element} is one of {count} catching links named {name}: where to go on would be chosen by chance.",
            "Give each pair of links a name of its own.",
            code="link-ambiguous",
            count=landings,
            name=name,
        )
    if part.outgoing if leaves else part.incoming:
        yield RULE.error(
            part,
            "A flow {way} the link {element}.",
            "Delete the flow: the link takes its place.",
            code="link-connected",
            way="leaves" if leaves else "leads to",
        )
