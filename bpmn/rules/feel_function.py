"""Every function that an expression in FEEL calls is there.

Expressions stand in diagrams, forms and decisions. Functions are those of FEEL, those that the installation offers, and
those that the expression itself defines. Any other, ``datetime.date(...)`` of another language for instance, would give
nothing when a case comes to it.
"""

from collections.abc import Iterator, Mapping
from dataclasses import fields, is_dataclass
from itertools import islice
from typing import Any

from bpmn.draft import Draft
from bpmn.expressions import COUNT, LENGTH, expressions, names_set
from bpmn.languages import read
from bpmn.rules.finding import Finding, Rule
from bpmn.rules.subjects import processes
from bpmn.scripts import NotRunnable
from bpmn.vocabulary import RECORDS, Vocabulary
from forms.definition import Feel
from forms.feel import Expression, FeelSyntaxError, parse_expression

RULE = Rule(__name__, clause="10.3.1")


def check(draft: Draft, vocabulary: Vocabulary) -> Iterator[Finding]:
    """Find where this does not hold."""

    offered = {*vocabulary.functions, RECORDS}
    for process in processes(draft):
        names = names_set(draft, process) | vocabulary.functions
        for written in islice(expressions(process), COUNT):
            if len(written.text) > LENGTH:
                continue
            try:
                formula = read(written.text, written.language, names)
            except (FeelSyntaxError, NotRunnable):
                continue
            for called in sorted(formula.calls - offered if isinstance(formula, Expression) else ()):
                yield RULE.error(
                    written.at,
                    "The {what} of {element} calls the function {name}, which there is not.",
                    "Correct the name, or write it with a function of FEEL: {text}",
                    what=written.what,
                    name=called,
                    text=written.text,
                )
    yield from _of_forms(draft)
    for fault in draft.decision_model.faults:
        yield RULE.error(
            None,
            "{problem}",
            "Correct the name, or write it with a function of FEEL.",
            code="decision-function",
            file=fault.name,
            problem=fault.message,
        )


def _of_forms(draft: Draft) -> Iterator[Finding]:
    for name, form in sorted(draft.forms.items()):
        for called in sorted({called for feel in _formulas(form) for called in parse_expression(feel.text).calls}):
            yield RULE.error(
                None,
                "An expression of the form {form} calls the function {name}, which there is not.",
                "Correct the name, or write it with a function of FEEL.",
                code="form-function",
                file=f"{name}.form",
                form=name,
                name=called,
            )


def _formulas(part: Any) -> Iterator[Feel]:
    """The expressions inside a form, or inside a part of one."""
    if isinstance(part, Feel):
        yield part
    elif is_dataclass(part):
        for one in fields(part):
            yield from _formulas(getattr(part, one.name))
    elif isinstance(part, tuple | list):
        for one in part:
            yield from _formulas(one)
    elif isinstance(part, Mapping):
        for one in part.values():
            yield from _formulas(one)
