"""An id is a name: letters, digits, ``_``, ``-`` and ``.``, and it begins with a letter or ``_``.

References cannot name an id with a space or colon in it. The id of a process has at most 128 characters, every other
255: that is what is kept of it.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from bpmn.diagram import Element, Process, SequenceFlow
from bpmn.draft import Draft
from bpmn.rules.finding import Finding, Rule
from bpmn.rules.subjects import processes
from bpmn.vocabulary import Vocabulary

RULE = Rule(__name__, clause="8.3.1")


_PROCESS: Final = 128
_ANY: Final = 255


@dataclass(frozen=True)
class _Spot:
    id: str
    line: int


def check(draft: Draft, vocabulary: Vocabulary) -> Iterator[Finding]:
    """Find where this does not hold."""
    for one in draft.diagram.remarks.misidentified:
        spot = _Spot(one.id, one.line)
        if one.id[0] in "-.0123456789" and not set(one.id) & set(" :\t\r\n/"):
            yield RULE.warning(
                spot,
                "The id {identity} does not begin with a letter or _.",
                "Put a letter in front of it; other tools may refuse the file.",
                code="id-begins-wrong",
                identity=one.id,
            )
        else:
            yield RULE.error(
                spot,
                "The id {identity} holds characters that no id may have.",
                "Use letters, digits, _, - and . only.",
                identity=one.id,
            )
    for process in processes(draft):
        parts: tuple[Process | Element | SequenceFlow, ...] = (process, *process.elements, *process.flows)
        for part in parts:
            most = _PROCESS if isinstance(part, Process) else _ANY
            if len(part.id) > most:
                yield RULE.error(
                    _Spot(part.id[:most], part.line),
                    "The id {identity} has {count} characters; at most {most} are kept.",
                    "Give it a shorter id.",
                    code="id-too-long",
                    identity=part.id,
                    count=len(part.id),
                    most=most,
                )
