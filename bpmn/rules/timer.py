"""A timer says when: ISO 8601, or FEEL with ``=`` in front.

Python that SpiffWorkflow's tools write, such as ``"PT4H"`` in quotation marks or ``timedelta(hours=4)``, is read too.
A date is written ``2027-02-01T09:00:00+01:00``, a duration ``PT4H`` or ``P3D``, a cycle ``R3/PT1H``. A cycle needs
a step longer than nothing, or it would fire without end. A cycle may be a cron expression, as in ``0 0 9 * * MON-FRI``.
"""

import re
from collections.abc import Iterator, Mapping
from typing import Final

from bpmn.cron import CronInvalid, looks_like_cron, read_cron
from bpmn.diagram import Event, TimerDefinition
from bpmn.draft import Draft
from bpmn.expressions import names_set, python_timer
from bpmn.languages import is_formula
from bpmn.rules.finding import Finding, Rule
from bpmn.rules.subjects import processes
from bpmn.vocabulary import Vocabulary

RULE = Rule(__name__, clause="10.5.5")


_DURATION: Final = r"P(?!$)(\d+Y)?(\d+M)?(\d+W)?(\d+D)?(T(?=\d)(\d+H)?(\d+M)?(\d+([.,]\d+)?S)?)?"
_DATE: Final = r"\d{4}-\d{2}-\d{2}(T\d{2}:\d{2}(:\d{2}(\.\d+)?)?(Z|[+-]\d{2}:?\d{2}|@[\w/+-]+)?)?"
_SHAPES: Final[Mapping[str, re.Pattern[str]]] = {
    "duration": re.compile(_DURATION),
    "date": re.compile(_DATE),
    "cycle": re.compile(rf"R\d*/({_DATE})?/?{_DURATION}(/{_DATE})?".replace("(?!$)", "(?=[\\dT])")),
}
_EXAMPLES: Final[Mapping[str, str]] = {"duration": "PT4H", "date": "2027-02-01T09:00:00+01:00", "cycle": "R3/PT1H"}


def check(draft: Draft, vocabulary: Vocabulary) -> Iterator[Finding]:
    """Find where this does not hold."""
    for process in processes(draft):
        known = names_set(draft, process)
        for event in (part for part in process.elements if isinstance(part, Event)):
            for timer in event.definitions:
                if isinstance(timer, TimerDefinition):
                    yield from _timer(event, timer, known)


def _cron(event: Event, text: str) -> Iterator[Finding]:
    try:
        read_cron(text)
    except CronInvalid as error:
        yield RULE.error(
            event,
            "The timer {element} holds a cron expression that is not run: {reason}.",
            "Write seconds, minutes, hours, day of the month, month and weekday, as in 0 0 9 * * MON-FRI.",
            code="cron",
            reason=str(error),
        )


def _timer(event: Event, timer: TimerDefinition, known: frozenset[str]) -> Iterator[Finding]:
    if timer.several:
        yield RULE.error(
            event,
            "The timer {element} has several times.",
            "Keep one of date, duration and cycle.",
            code="several-times",
        )
    elif timer.timing is None or not timer.text:
        yield RULE.error(
            event, "The timer {element} does not say when.", "Give it a date, duration or cycle.", code="no-time"
        )
    elif is_formula(timer.text) or python_timer(timer.text, known):
        return
    elif timer.timing == "cycle" and looks_like_cron(timer.text):
        yield from _cron(event, timer.text)
    elif not _SHAPES[timer.timing].fullmatch(timer.text):
        yield RULE.error(
            event,
            "The timer {element} holds {text}, which is neither an ISO 8601 {timing} nor FEEL.",
            "Write it like {example}, or as an expression with = in front.",
            text=timer.text,
            timing=timer.timing,
            example=_EXAMPLES[timer.timing],
        )
    elif timer.timing == "cycle" and not re.search(r"[1-9]", timer.text.split("/P", 1)[1].split("/", maxsplit=1)[0]):
        yield RULE.error(
            event,
            "The timer {element} repeats without any time between ({text}).",
            "Give it a step, as in {example}.",
            code="no-step",
            text=timer.text,
            example=_EXAMPLES["cycle"],
        )
