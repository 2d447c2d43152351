"""When a task is due stands on a task of people, as ISO 8601 or FEEL.

`due` and `followUp` hold a date (``2027-02-01``), a date and time (``2027-02-01T09:00:00+01:00``), a duration from the
beginning of the task (``P2D``), or an expression with ``=`` in front that gives one of these.
"""

from collections.abc import Iterator
from typing import Final

from bpmn.compiling.timing import TimerInvalid, read_duration, read_moment
from bpmn.diagram import Element
from bpmn.draft import Draft
from bpmn.languages import is_formula
from bpmn.rules.finding import Finding, Rule
from bpmn.rules.subjects import elements
from bpmn.vocabulary import Vocabulary

RULE = Rule(__name__, clause="")

_NAMES: Final = ("due", "followUp")


def check(draft: Draft, vocabulary: Vocabulary) -> Iterator[Finding]:
    """Find where this does not hold."""
    for element in elements(draft, Element):
        for name in _NAMES:
            text = element.properties.get(name, "").strip()
            if text and element.kind not in ("userTask", "manualTask"):
                yield RULE.error(
                    element,
                    "{element} has the property {property}, which is not read here.",
                    "Remove it: it belongs to a user task or manual task.",
                    code="misplaced-date",
                    property=name,
                )
            elif text and not is_formula(text) and not _is_date(text):
                yield RULE.error(
                    element,
                    "{property} of {element} is {text}, which is neither a date nor a duration of ISO 8601.",
                    "Write it like 2027-02-01T09:00:00Z or P2D, or as an expression with = in front.",
                    property=name,
                    text=text,
                )


def _is_date(text: str) -> bool:
    try:
        if text.lstrip("-").startswith("P"):
            read_duration(text)
        else:
            read_moment(text)
    except TimerInvalid:
        return False
    return True
