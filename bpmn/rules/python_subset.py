"""Python stays within the guarded subset.

Scripts in Python, scripts before and after activities, and conditions, timers, repetitions and parameters in Python
are read when the process is checked: what cannot be run is refused with its line and with what to write instead. The
reference of expressions lists what may be written. Python also needs the trust of whoever releases the process.
"""

from collections.abc import Callable, Iterator

from bpmn.diagram import Element, Event, SequenceFlow
from bpmn.draft import Draft
from bpmn.expressions import Program, Written, expressions, programs
from bpmn.languages import Language, declared
from bpmn.rules.finding import Finding, Rule
from bpmn.rules.subjects import processes
from bpmn.scripts import NotRunnable, read_expression, read_script
from bpmn.vocabulary import Vocabulary

RULE = Rule(__name__, clause="10.3.3")

_RESERVED = frozenset({"case", "calendar"})


def check(draft: Draft, vocabulary: Vocabulary) -> Iterator[Finding]:
    """Find where this does not hold."""
    for process in processes(draft):
        for written in expressions(process):
            if written.language is Language.PYTHON:
                yield from _refused(written, read_expression)
        for program in programs(process):
            yield from _refused(program, read_script)
            yield from _reserved(program)


def _refused(one: Written | Program, read: Callable[[str], object]) -> Iterator[Finding]:
    at: Element | SequenceFlow = one.at
    try:
        read(one.text)
    except NotRunnable as error:
        if not error.python and _told_elsewhere(at):
            return
        for refusal in error.refusals:
            yield RULE.error(
                at,
                "The {what} of {element} holds {construct} in line {number}, which is not run.",
                "{instead}",
                what=one.what,
                construct=refusal.construct,
                number=refusal.line,
                instead=refusal.instead,
            )


def _told_elsewhere(at: Element | SequenceFlow) -> bool:
    """Whether another rule says of this place that a text is in no language that is run."""
    if isinstance(at, SequenceFlow):
        return declared(at.condition_language) is not Language.PYTHON
    return isinstance(at, Event)


def _reserved(program: Program) -> Iterator[Finding]:
    try:
        sets = read_script(program.text).sets
    except NotRunnable:
        return
    for name in sorted(sets & _RESERVED):
        yield RULE.error(
            program.at,
            "The {what} of {element} assigns {name}, which belongs to Keelson.",
            "Use another name.",
            code="reserved-name",
            what=program.what,
            name=name,
        )
