"""Every expression in FEEL can be read.

Conditions, scripts, timers, parameters, repetitions and properties that begin with ``=`` are read when the process
is checked, so that a slip of the pen never stops a case.
"""

from collections.abc import Iterator

from bpmn.draft import Draft
from bpmn.expressions import COUNT, LENGTH, expressions, names_set
from bpmn.languages import Language, read
from bpmn.rules.finding import Finding, Rule
from bpmn.rules.subjects import processes
from bpmn.vocabulary import Vocabulary
from forms.feel import FeelSyntaxError

RULE = Rule(__name__, clause="10.3.1")


def check(draft: Draft, vocabulary: Vocabulary) -> Iterator[Finding]:
    """Find where this does not hold."""

    for process in processes(draft):
        names = names_set(draft, process) | vocabulary.functions
        for number, written in enumerate(expressions(process)):
            if number == COUNT:
                yield RULE.error(
                    process,
                    "{element} holds more than {limit} expressions, which are more than are read.",
                    "Divide the process, or move rules into decision tables.",
                    code="too-many-expressions",
                    limit=COUNT,
                )
                break
            if len(written.text) > LENGTH:
                yield RULE.error(
                    written.at,
                    "The {what} of {element} is longer than {limit} characters.",
                    "Divide it, or move it into a decision.",
                    code="expression-too-long",
                    what=written.what,
                    limit=LENGTH,
                )
                continue
            if not written.text:
                yield RULE.error(
                    written.at,
                    "The {what} of {element} is empty.",
                    "Write an expression.",
                    code="empty-expression",
                    what=written.what,
                )
                continue
            try:
                if written.language is not Language.PYTHON:
                    read(written.text, written.language, names)
            except FeelSyntaxError as error:
                yield RULE.error(
                    written.at,
                    "The {what} of {element} is not FEEL (line {line}, column {column}): {reason}",
                    "Correct the expression: {text}",
                    what=written.what,
                    line=error.line,
                    column=error.column,
                    reason=error.message,
                    text=written.text,
                )
