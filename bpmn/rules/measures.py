"""Measures and service levels speak of what the process has.

A measure reads what the journal tells of a case, or a record; its expressions must be FEEL, and the elements, types of
records and fields they name must be there, or the measure would stay empty without a word.
"""

import re
from collections.abc import Iterator
from typing import Final

from bpmn.draft import FACTS, Draft
from bpmn.measures import Measure, Over
from bpmn.rules.finding import Finding, Rule
from bpmn.rules.subjects import processes
from bpmn.vocabulary import Vocabulary
from forms.feel import FeelSyntaxError, parse_expression
from forms.feel.temporal import read_duration

RULE = Rule(__name__, clause="")

_PLACES: Final = re.compile(r"\b(?:visits|entered|left)\s*\.\s*([A-Za-z_]\w*)")
_FIELDS: Final = re.compile(r"(?<![\w.])data\s*\.\s*([A-Za-z_]\w*)")


def check(draft: Draft, vocabulary: Vocabulary) -> Iterator[Finding]:
    """Find where this does not hold."""
    measured = draft.facts.measured
    known = {element.id for process in processes(draft) for element in process.elements}
    for measure in measured.measures:
        yield from _written(measure, known, vocabulary)
        if measure.over is Over.RECORDS:
            yield from _of_records(measure, vocabulary)
    for level in measured.service_levels:
        if level.element and level.element not in known:
            yield _unknown(f"The service level {level.title}", level.element)
        if level.clock and level.clock not in vocabulary.clocks:
            yield RULE.warning(
                None,
                "The service level {title} speaks of the clock {clock}, which no target has.",
                "Write one of {clocks}, or add targets for it.",
                code="level-without-clock",
                file=FACTS,
                title=level.title,
                clock=level.clock,
                clocks=", ".join(sorted(vocabulary.clocks)) or "the clocks of the installation",
            )
        if level.within and read_duration(level.within) is None:
            yield RULE.error(
                None,
                "The service level {title} has no readable time.",
                "Write a duration, as in PT8H or P2D.",
                code="level-without-time",
                file=FACTS,
                title=level.title,
            )


def _written(measure: Measure, known: set[str], vocabulary: Vocabulary) -> Iterator[Finding]:
    for key, text in measure.expressions.items():
        try:
            names = parse_expression(text, measure.names).names
        except FeelSyntaxError as error:
            yield RULE.error(
                None,
                "The {key} of the measure {measure} cannot be read: {problem}",
                "Correct the expression.",
                code="measure-unreadable",
                file=FACTS,
                key=key,
                measure=measure.id,
                problem=str(error),
            )
            continue
        for name in sorted(names - measure.names - vocabulary.functions):
            yield RULE.error(
                None,
                "The {key} of the measure {measure} reads {name}, which is not known there.",
                "Read one of {names}; a variable of the case, or a field of the record, is data.{name}.",
                code="measure-name",
                file=FACTS,
                key=key,
                measure=measure.id,
                name=name,
                names=", ".join(sorted(measure.names)),
            )
        for element in sorted(set(_PLACES.findall(text)) - known):
            yield _unknown(f"The measure {measure.id}", element)


def _of_records(measure: Measure, vocabulary: Vocabulary) -> Iterator[Finding]:
    """Find types that are not there, and fields that the form of the type does not ask."""
    if vocabulary.records is None:
        return
    for kind in sorted({measure.type} | measure.choosers):
        if kind not in vocabulary.records:
            yield RULE.error(
                None,
                "The measure {measure} counts records of the type {type}, which does not exist.",
                "Write one of: {types}.",
                code="measured-type",
                file=FACTS,
                measure=measure.id,
                type=kind,
                types=", ".join(sorted(vocabulary.records)),
            )
    fields = vocabulary.record_fields.get(measure.type)
    named = {name for text in measure.expressions.values() for name in _FIELDS.findall(text)}
    for name in sorted(named | ({measure.dated} - {""}) - {"created"}) if fields is not None else ():
        if name not in (fields or ()):
            yield RULE.error(
                None,
                "The measure {measure} reads the field {field}, which records of the type {type} do not have.",
                "Write one of: {fields}.",
                code="measured-field",
                file=FACTS,
                measure=measure.id,
                field=name,
                type=measure.type,
                fields=", ".join(sorted(fields or ())),
            )


def _unknown(what: str, element: str) -> Finding:
    return RULE.error(
        None,
        "{what} speaks of the element {element}, which the diagram does not have.",
        "Write the id of an element of the diagram.",
        code="measured-element",
        file=FACTS,
        what=what,
        element=element,
    )
