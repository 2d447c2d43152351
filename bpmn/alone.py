"""A file that is checked by itself: the standard's own demands refuse it, what is asked beyond them advises.

Models of other tools come without the folder that says whose process it is. They need no form and no role to be good
BPMN, only to be released; a drawing that is not marked executable need not say what only running asks (BPMN 2.0 clause
10.5.5 and others: "if the Process is executable"); and a level without a start and an end event begins and ends by
itself (10.5.2, 10.5.3).
"""

from collections.abc import Iterator
from dataclasses import replace
from typing import Final

from bpmn.checking import check, in_order, offered_by
from bpmn.diagram import SubProcess
from bpmn.draft import FACTS, Draft
from bpmn.rules.finding import Finding, Severity

_RELEASE: Final = frozenset(
    {
        *("user-task-form", "task-role", "lane-role", "no-operation", "executable-process", "no-executable-process"),
        *(
            "no-decision",
            "decision",
            "empty-decision",
            "form-file",
            "file-language",
            "other-language",
            "no-default",
            "complex-gateway",
        ),
        *("unread-part", "not-run", "parameter-missing", "parameter-unknown", "operation", "condition-language"),
    }
)
"""Codes of what a release asks and the standard does not."""
_RUNNING: Final = frozenset(
    {
        *("no-time", "message-name", "conditional-event", "empty-expression", "endless-loop", "no-cardinality"),
        *("nothing-called", "no-script", "no-condition", "raised-code", "message-flow-plain", "natural-language"),
        "no-data-of-operation",
    }
)
"""Codes of what is asked of executable processes only."""
_LEVEL: Final = frozenset({"no-start", "dead-end", "unreachable"})
"""Codes of what holds where a level has a start or an end event."""
_READING: Final = frozenset({"feel-syntax", "feel-function", "python-subset", "repetition", "timer"})
"""Rules that read expressions: they have nothing to say where the file is in a language that is not run."""


def check_alone(draft: Draft) -> tuple[Finding, ...]:
    """Everything found in a draft outside an installation, as `checking.check` has it.

    In the folder of a process, with its facts, all that a release asks is asked.
    """
    found = check(draft, offered_by(draft))
    if FACTS in draft.files:
        return found
    advised = _RELEASE | (frozenset() if draft.diagram.executable else _RUNNING)
    free = frozenset(_free(draft))
    unread = {one.element_id for one in found if one.code == "file-language"}
    return in_order(
        replace(one, severity=Severity.WARNING)
        if one.code in advised
        or (one.code in _LEVEL and one.element_id in free)
        or (one.rule in _READING and one.element_id in unread)
        else one
        for one in found
    )


def _free(draft: Draft) -> Iterator[str]:
    """The levels without start and end events, and what lies in them."""
    for process in draft.diagram.processes:
        driven = {one.id for one in process.elements if isinstance(one, SubProcess) and one.triggered_by_event}
        for scope in process.scopes():
            inside = process.within(scope)
            if scope not in driven and not any(one.kind in ("startEvent", "endEvent") for one in inside):
                yield scope
                yield from (one.id for one in inside)
