"""A start event has a trigger that can start what it stands in.

A process begins by a person (a plain start event), a message, a signal, a timer, or as a condition becomes true. That
condition cannot speak of data of the case, which is not there yet; the standard leaves open what else it looks at
(10.5.2): here at records and at the time, every five minutes. A sub-process begins when it is reached: its start event
is plain. An event sub-process begins by a message, timer, signal, condition, error or escalation, or by what undoes the
sub-process around it.

Of several triggers one is enough. Where all must come (``parallelMultiple``), the case of a process begins with the
first of its messages and signals and waits for the others; a time is counted from then.
"""

from collections.abc import Iterator
from typing import Final

from bpmn.diagram import ConditionalDefinition, Event, SubProcess
from bpmn.draft import Draft
from bpmn.languages import bare, is_formula
from bpmn.rules.event_definition import several
from bpmn.rules.finding import Finding, Rule
from bpmn.rules.subjects import elements
from bpmn.vocabulary import START_NAMES, Vocabulary
from forms.feel import FeelSyntaxError, parse_expression

RULE = Rule(__name__, clause="10.5.2")

_PROCESS: Final = frozenset({"message", "signal", "timer", "conditional"})
_AROUND: Final = frozenset({"message", "timer", "signal", "conditional", "error", "escalation", "compensate"})


def check(draft: Draft, vocabulary: Vocabulary) -> Iterator[Finding]:
    """Find where this does not hold."""

    for event in elements(draft, Event):
        if event.kind != "startEvent" or event.definition is None:
            continue
        scope = draft.diagram.find(event.scope_id)
        allowed = _PROCESS
        if isinstance(scope, SubProcess):
            allowed = _AROUND if scope.triggered_by_event else frozenset()
        wrong = next((each.kind for each in event.definitions if each.kind not in allowed), None)
        begins = any(each.kind in ("message", "signal") for each in event.definitions)
        if wrong is not None:
            yield RULE.error(
                event,
                "The start event {element} has a trigger ({trigger}) that starts nothing here.",
                "Use a plain start event{others}.",
                trigger=wrong,
                others=f", or one of: {', '.join(sorted(allowed))}" if allowed else "",
            )
        elif event.several and event.parallel_multiple and allowed is _PROCESS and not begins:
            yield RULE.error(
                event,
                "The start event {element} waits for several times at once: nothing says which of them begins a case.",
                "Keep the last of them, or give it a message or signal that begins the case.",
                code="only-times",
            )
        else:
            if event.several:
                yield from several(event, RULE)
            if allowed is _PROCESS:
                yield from _unknowable(event, vocabulary)


def _unknowable(event: Event, vocabulary: Vocabulary) -> Iterator[Finding]:
    """A condition that begins a case cannot speak of data of the case."""
    known = START_NAMES | vocabulary.functions
    for definition in event.definitions:
        if isinstance(definition, ConditionalDefinition) and definition.condition:
            if not is_formula(definition.condition):
                yield RULE.error(
                    event,
                    "The condition of {element} is not FEEL: {text}",
                    "Write it in FEEL with = in front: nothing else is read before a case begins.",
                    code="condition-before-the-case",
                    text=definition.condition,
                )
                continue
            try:
                names = parse_expression(bare(definition.condition), known).names - known
            except FeelSyntaxError:
                continue  # the rule feel-syntax says so
            if names:
                yield RULE.error(
                    event,
                    "The condition of {element} reads {names}, but there are no data of a case before it begins.",
                    'Ask for records, as in =count(records("risk")[state = "open"]) > 9, or for the time.',
                    code="data-before-the-case",
                    names=", ".join(sorted(names)),
                )
